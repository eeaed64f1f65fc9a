//! A world written down in the middle and brought to life again: what an observation does not show.

use std::collections::BTreeMap;
use std::sync::Arc;

use dasdlab_model::alive::{
    Alive, EntryChanged, ImageAlive, ImageStage, MirrorAlive, NeededSince, RelationAlive, Sharing, Splitting, TrackRange,
    WrittenBy,
};
use dasdlab_model::event::Time;
use dasdlab_model::name::ImsSsid;
use dasdlab_model::site::Site;
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::undeclare;
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::clock::{Clock, Sequence};
use crate::contents::{Content, Contents, Held, Written, mirrors};
use crate::copies::mirror::Mirror;
use crate::copies::relation::Flash;
use crate::copies::{CopyKey, Work};
use crate::service::Service;
use crate::tracks::TrackTable;

/// The copies of a site that was saved, by their receiving side, with the place of each in its range.
#[derive(Default)]
pub(crate) struct Saved<'a> {
    pub(crate) mirrors: BTreeMap<(VolumeId, VolumeId), (&'a MirrorAlive, u64)>,
    pub(crate) relations: BTreeMap<VolumeId, (&'a RelationAlive, u64)>,
}

impl<'a> Saved<'a> {
    pub(crate) fn new(alive: &'a Alive) -> Self {
        let mirrors = alive
            .mirrors
            .iter()
            .flat_map(|entry| entry.each().map(move |(standard, bcv, nth)| ((bcv, standard), (entry, u64::from(nth)))));
        let relations =
            alive.relations.iter().flat_map(|entry| entry.each().map(move |(_, target, nth)| (target, (entry, u64::from(nth)))));
        Self { mirrors: mirrors.collect(), relations: relations.collect() }
    }
}

/// A table of a volume's tracks with these marked.
fn table(tracks: u32, ranges: &[TrackRange]) -> TrackTable {
    let mut table = TrackTable::new(tracks);
    for range in ranges {
        table.mark(range.range());
    }
    table
}

fn ranges(table: &TrackTable) -> Vec<TrackRange> {
    table.runs().iter().filter_map(TrackRange::new).collect()
}

fn written(written: &Written) -> Vec<WrittenBy> {
    written.iter().map(|(&ims, &times)| WrittenBy { ims, times }).collect()
}

impl World {
    /// The site as it stands now. Booted again, a world goes on from there as this one does, its event log aside.
    ///
    /// Where a world that begins as the site declares would do the same, nothing else is in it.
    #[must_use]
    pub fn save(&self, description: String) -> Site {
        let declared = Site { description, ..undeclare::site(&self.observe()) };
        let alive = self.alive();
        match Self::boot(&declared) {
            Ok(plain) if plain.alive() == alive => declared,
            _ => Site { alive, ..declared },
        }
    }

    fn alive(&self) -> Alive {
        let mut alive = Alive {
            now_ms: self.clock.now().0,
            repository_unavailable: !self.repository.available,
            suspended: self.repository.suspended().collect(),
            setup_needed: self
                .repository
                .all_needed_since()
                .map(|(profile, since)| NeededSince { profile: profile.clone(), since_ms: since.0 })
                .collect(),
            written: written(&self.contents.written),
            entries: self
                .contents
                .entries
                .iter()
                .map(|(data_set, &change)| EntryChanged { data_set: data_set.clone(), change })
                .collect(),
            ..Alive::default()
        };
        for subsystem in self.subsystems.values() {
            // What was given before the first of the running copies began is of no consequence any more.
            let works = subsystem.mirrors().map(|(_, _, pair)| &pair.work);
            let first = works.chain(subsystem.relations().map(|(_, flash)| &flash.work)).filter_map(Work::from).min();
            let (at, given) = subsystem.service.stands();
            let base = first.unwrap_or(0).min(given);
            if first.is_some() {
                let given = u64::try_from(given - base).unwrap_or(u64::MAX);
                alive.sharing.push(Sharing { array: subsystem.facts.serial, at_ms: at.0, given });
            }
            alive.mirrors.extend(subsystem.mirrors().filter_map(|(standard, bcv, pair)| mirror(standard, bcv, pair, base)));
            alive.relations.extend(subsystem.relations().filter_map(|(target, flash)| relation(target, flash, base)));
        }
        let mirroring = |volume: &VolumeId| {
            let subsystem = self.subsystems.get(&volume.array);
            subsystem.is_some_and(|subsystem| subsystem.standards_of(*volume).any(|(_, state)| mirrors(state)))
        };
        let held = self.contents.held.iter().filter(|(volume, _)| !mirroring(volume));
        alive.images.extend(held.map(|(&volume, held)| image(volume, held)));
        renumber(&mut alive);
        count_from_first_image(&mut alive);
        undeclare::in_ranges(alive)
    }
}

/// Numbers what is arranged from 1 on: the order alone matters.
fn renumber(alive: &mut Alive) {
    let Alive { mirrors, relations, .. } = alive;
    let mut numbers: Vec<&mut u64> = Vec::new();
    for entry in mirrors {
        numbers.extend(entry.copy.as_mut().map(|copy| &mut copy.number));
        numbers.extend(entry.split.as_mut().map(|split| &mut split.number));
    }
    numbers.extend(relations.iter_mut().filter_map(|entry| entry.copy.as_mut()).map(|copy| &mut copy.number));
    numbers.sort_unstable();
    for (number, place) in numbers.into_iter().zip(1..) {
        *number = place;
        alive.arranged = place;
    }
}

/// Counts what IMS systems write from the first image on that there is: how much was written between is what matters.
fn count_from_first_image(alive: &mut Alive) {
    let times = |list: &[WrittenBy], ims: ImsSsid| list.iter().find(|by| by.ims == ims).map_or(0, |by| by.times);
    let first: BTreeMap<ImsSsid, u64> = alive
        .written
        .iter()
        .map(|by| {
            let images = alive.images.iter().map(|image| times(&image.written, by.ims));
            (by.ims, images.min().unwrap_or(by.times))
        })
        .collect();
    let lists = alive.images.iter_mut().map(|image| &mut image.written).chain([&mut alive.written]);
    for list in lists {
        for by in &mut *list {
            by.times -= first.get(&by.ims).copied().unwrap_or(0).min(by.times);
        }
        list.retain(|by| by.times > 0);
    }
}

/// What is known of a pair; none where a pair in its state would be brought to life alike.
fn mirror(standard: VolumeId, bcv: VolumeId, pair: &Mirror, base: u128) -> Option<MirrorAlive> {
    use MirrorState::{RestInProg, SplitBfrRest, SplitBfrSync, SplitInProg, SyncInProg};
    let entry = MirrorAlive {
        standard,
        bcv,
        count: 1,
        copy: pair.work.running(base),
        split: pair.split.map(|(ends, sequence)| Splitting { number: sequence.0, ends_ms: ends.0 }),
        owed: ranges(&pair.work.owed),
        standard_changed: ranges(&pair.standard),
        bcv_changed: ranges(&pair.bcv),
    };
    let says = matches!(pair.state, SyncInProg | RestInProg | SplitInProg | SplitBfrSync | SplitBfrRest)
        || !(entry.owed.is_empty() && entry.standard_changed.is_empty() && entry.bcv_changed.is_empty());
    says.then_some(entry)
}

/// What is known of a relation; none where one in its state would be brought to life alike.
fn relation(target: VolumeId, flash: &Flash, base: u128) -> Option<RelationAlive> {
    let entry = RelationAlive {
        source: flash.source,
        target,
        count: 1,
        copy: flash.work.running(base),
        owed: ranges(&flash.work.owed),
        changed: ranges(&flash.changed),
        ends_when_copied: flash.ends_when_copied,
    };
    let says = matches!(flash.state, RelationState::Copying | RelationState::Idle)
        || flash.ends_when_copied
        || !(entry.owed.is_empty() && entry.changed.is_empty());
    says.then_some(entry)
}

fn image(volume: VolumeId, held: &Held) -> ImageAlive {
    let (content, stage) = match &held.content.restored {
        Some(brought) => (brought.as_ref(), ImageStage::Returned),
        None if held.back => (&held.content, ImageStage::Returning),
        None => (&held.content, ImageStage::Kept),
    };
    ImageAlive {
        volume,
        origin: content.origin,
        count: 1,
        at_ms: content.at.0,
        change: content.stamp,
        written: content.written.as_ref().map(written).unwrap_or_default(),
        unusable: !content.usable,
        stage,
    }
}

impl Contents {
    /// Takes over what was saved.
    pub(crate) fn recall(&mut self, alive: &Alive) {
        let every: BTreeMap<ImsSsid, u64> = self.written.keys().map(|&ims| (ims, 0)).collect();
        let count = |list: &[WrittenBy]| {
            let mut counts = every.clone();
            counts.extend(list.iter().map(|written| (written.ims, written.times)));
            Arc::new(counts)
        };
        self.written = count(&alive.written);
        self.entries = alive.entries.iter().map(|entry| (entry.data_set.clone(), entry.change)).collect();
        self.stamp = self.entries.values().copied().max().unwrap_or(0);
        for entry in &alive.images {
            // Of equal counts there is one.
            let written = count(&entry.written);
            for (volume, origin, _) in entry.each() {
                self.recall_image(volume, origin, entry, &written);
            }
        }
    }

    fn recall_image(&mut self, volume: VolumeId, origin: VolumeId, entry: &ImageAlive, written: &Written) {
        let content = Content {
            origin,
            written: Some(Arc::clone(written)),
            usable: !entry.unusable,
            at: Time(entry.at_ms),
            stamp: entry.change,
            restored: None,
        };
        let held = match entry.stage {
            ImageStage::Kept => Held { content, back: false },
            ImageStage::Returning => Held { content, back: true },
            ImageStage::Returned => {
                Held { content: Content { written: None, restored: Some(Box::new(content.clone())), ..content }, back: false }
            }
        };
        self.held.insert(volume, held);
    }
}

impl Mirror {
    /// Takes over what was known of a pair, whose `nth` it is of its range.
    pub(crate) fn recall(
        &mut self,
        (entry, nth): (&MirrorAlive, u64),
        service: &mut Service,
        clock: &mut Clock<CopyKey>,
        key: CopyKey,
    ) {
        let tracks = self.work.owed.tracks();
        self.standard = table(tracks, &entry.standard_changed);
        self.bcv = table(tracks, &entry.bcv_changed);
        self.work.owed = table(tracks, &entry.owed);
        self.work = Work::recall(self.work.owed.clone(), self.unlike());
        if let Some(copy) = entry.copy {
            self.work.resume(service, key, Sequence(copy.number + nth), copy.from);
        }
        self.split = entry.split.map(|split| clock.arrange_as((Time(split.ends_ms), Sequence(split.number + nth)), key));
    }
}

impl Flash {
    /// Takes over what was known of a relation, whose `nth` it is of its range.
    pub(crate) fn recall(&mut self, (entry, nth): (&RelationAlive, u64), service: &mut Service, key: CopyKey) {
        let tracks = self.work.owed.tracks();
        self.changed = table(tracks, &entry.changed);
        self.ends_when_copied = entry.ends_when_copied;
        let owed = table(tracks, &entry.owed);
        let invalid = owed.count();
        self.work = Work::recall(owed, invalid);
        if let Some(copy) = entry.copy {
            self.work.resume(service, key, Sequence(copy.number + nth), copy.from);
        }
    }
}
