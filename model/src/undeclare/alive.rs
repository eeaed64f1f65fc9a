//! What only a world knows: like things of consecutive volumes in ranges.

use super::{Range, ranges};
use crate::alive::{Alive, ImageAlive, MirrorAlive, RelationAlive, Running, Splitting};
use crate::declare::advance;
use crate::unit::VolumeId;

/// The same in as few entries as neighbours can be brought into.
#[must_use]
pub fn in_ranges(alive: Alive) -> Alive {
    Alive { mirrors: ranges(alive.mirrors), relations: ranges(alive.relations), images: ranges(alive.images), ..alive }
}

/// Whether two volumes follow the first ones of a range together.
fn follow(range: (VolumeId, VolumeId), count: u32, next: (VolumeId, VolumeId)) -> bool {
    advance(range.0, count) == Some(next.0) && advance(range.1, count) == Some(next.1)
}

/// The copy of the thing after `count` others.
fn copy_after(copy: Option<Running>, count: u32) -> Option<Running> {
    copy.map(|copy| Running { number: copy.number.saturating_add(count.into()), ..copy })
}

/// The split of the thing after `count` others.
fn split_after(split: Option<Splitting>, count: u32) -> Option<Splitting> {
    split.map(|split| Splitting { number: split.number.saturating_add(count.into()), ..split })
}

impl Range for MirrorAlive {
    fn take(&mut self, next: &Self) -> bool {
        // Every field is named, so that a new one cannot be forgotten here.
        let Self { standard, bcv, count, copy, split, owed, standard_changed, bcv_changed } = &*self;
        let follows = follow((*standard, *bcv), *count, (next.standard, next.bcv))
            && copy_after(*copy, *count) == next.copy
            && split_after(*split, *count) == next.split
            && (owed, standard_changed, bcv_changed) == (&next.owed, &next.standard_changed, &next.bcv_changed);
        self.count += u32::from(follows);
        follows
    }
}

impl Range for RelationAlive {
    fn take(&mut self, next: &Self) -> bool {
        let Self { source, target, count, copy, owed, changed, ends_when_copied } = &*self;
        let follows = follow((*source, *target), *count, (next.source, next.target))
            && copy_after(*copy, *count) == next.copy
            && (owed, changed, ends_when_copied) == (&next.owed, &next.changed, &next.ends_when_copied);
        self.count += u32::from(follows);
        follows
    }
}

impl Range for ImageAlive {
    fn take(&mut self, next: &Self) -> bool {
        let Self { volume, origin, count, at_ms, change, written, unusable, stage } = &*self;
        let follows = follow((*volume, *origin), *count, (next.volume, next.origin))
            && (at_ms, change, unusable, stage) == (&next.at_ms, &next.change, &next.unusable, &next.stage)
            && *written == next.written;
        self.count += u32::from(follows);
        follows
    }
}
