//! FlashCopy relations and mirror pairs, from volume to volume.

use super::{Range, ranges};
use crate::declare::advance;
use crate::observation::{MirrorPair, Observation, Relation};
use crate::site::{Mirrors, Relations};
use crate::unit::VolumeRef;

pub(super) fn relations(seen: &Observation) -> Vec<Relations> {
    // A source has several targets but a target one source: by target, those that follow each other stand together.
    let mut relations: Vec<Relation> = seen.relations.clone();
    relations.sort_unstable_by_key(|relation| relation.target);
    ranges(relations.into_iter().map(|Relation { source, target, state }| Relations {
        source: VolumeRef::Volume(source),
        target: VolumeRef::Volume(target),
        count: 1,
        state,
    }))
}

impl Range for Relations {
    fn take(&mut self, next: &Self) -> bool {
        let follows = self.state == next.state
            && follows(self.source, self.count, next.source)
            && follows(self.target, self.count, next.target);
        self.count += u32::from(follows);
        follows
    }
}

pub(super) fn mirrors(seen: &Observation) -> Vec<Mirrors> {
    let mut mirrors: Vec<MirrorPair> = seen.mirrors.clone();
    mirrors.sort_unstable_by_key(|pair| (pair.bcv, pair.standard));
    ranges(mirrors.into_iter().map(|MirrorPair { standard, bcv, state }| Mirrors {
        standard: VolumeRef::Volume(standard),
        bcv: VolumeRef::Volume(bcv),
        count: 1,
        state,
    }))
}

impl Range for Mirrors {
    fn take(&mut self, next: &Self) -> bool {
        let follows = self.state == next.state
            && follows(self.standard, self.count, next.standard)
            && follows(self.bcv, self.count, next.bcv);
        self.count += u32::from(follows);
        follows
    }
}

fn follows(first: VolumeRef, count: u32, next: VolumeRef) -> bool {
    match (first, next) {
        (VolumeRef::Volume(first), VolumeRef::Volume(next)) => advance(first, count) == Some(next),
        _ => false,
    }
}
