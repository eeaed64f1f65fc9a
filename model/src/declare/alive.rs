//! How the world stood: what a machine wrote of it must fit the site that it stands in.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Step, Unroller, advance};
use crate::alive::{Alive, ImageAlive, MirrorAlive, RelationAlive, Running, TrackRange, WrittenBy};
use crate::name::{DataSetName, ImsSsid, Serial};
use crate::states::{MirrorState, ProfileState, RelationState, TRACKS_PER_CYLINDER};
use crate::unit::VolumeId;

/// The most that anything is counted to, which every reader of JSON can hold.
const MAX_COUNT: u64 = (1 << 53) - 1;

/// The most ranges of tracks in all, those of a range of pairs counted for each pair.
pub const MAX_TRACK_RANGES: usize = 262_144;

/// What the section may speak of.
struct Known {
    tracks: FxHashMap<VolumeId, u32>,
    mirrors: FxHashMap<(VolumeId, VolumeId), MirrorState>,
    relations: FxHashMap<VolumeId, (VolumeId, RelationState)>,
    /// BCVs that hold what their standard volumes hold.
    mirroring: FxHashSet<VolumeId>,
    written: FxHashMap<ImsSsid, u64>,
    /// Arrays of which it is said how they share their rates.
    sharing: FxHashSet<Serial>,
    /// Numbers of what is arranged.
    numbers: FxHashSet<u64>,
    /// The number of the last change of an entry.
    changes: u64,
    /// How many ranges of tracks there were so far.
    ranges: usize,
}

/// The path to a field of the section.
fn at(name: &'static str) -> Vec<Step> {
    vec![Step::Field("alive"), Step::Field(name)]
}

/// The path to a field of the `index`th entry of a list of the section.
fn of(list: &'static str, index: usize, name: &'static str) -> Vec<Step> {
    vec![Step::Field("alive"), Step::Field(list), Step::Item(index), Step::Field(name)]
}

impl Unroller<'_> {
    pub(super) fn alive(&mut self) {
        let alive = &self.site.alive;
        // With other faults about, those here would mostly follow from them.
        if *alive == Alive::default() || !self.faults.is_empty() {
            return;
        }
        let mut known = Known {
            tracks: self
                .seen
                .volumes
                .iter()
                .map(|volume| (volume.id, volume.cylinders.saturating_mul(TRACKS_PER_CYLINDER)))
                .collect(),
            mirrors: self.seen.mirrors.iter().map(|pair| ((pair.standard, pair.bcv), pair.state)).collect(),
            relations: self.seen.relations.iter().map(|flash| (flash.target, (flash.source, flash.state))).collect(),
            mirroring: self
                .seen
                .mirrors
                .iter()
                .filter(|pair| matches!(pair.state, MirrorState::SyncInProg | MirrorState::Synchronized))
                .map(|pair| pair.bcv)
                .collect(),
            written: FxHashMap::default(),
            sharing: FxHashSet::default(),
            numbers: FxHashSet::default(),
            changes: 0,
            ranges: 0,
        };
        self.clock(alive);
        self.setup_needed(alive);
        self.ims_alive(alive, &mut known);
        self.sharing(alive, &mut known);
        self.mirrors_alive(&alive.mirrors, &mut known);
        self.relations_alive(&alive.relations, &mut known);
        self.images(&alive.images, &known);
    }

    /// Reports a number above what is counted to, or above another one.
    fn number(&mut self, path: impl FnOnce() -> Vec<Step>, number: u64, limit: u64, what: &str) {
        if number > MAX_COUNT {
            self.fault(path(), format!("{number} is too large: expected {MAX_COUNT} or less"));
        } else if number > limit {
            self.fault(path(), format!("{number} is above {what}, {limit}"));
        }
    }

    fn clock(&mut self, alive: &Alive) {
        let recorded = self.site.profiles.iter().flat_map(|profile| &profile.backups).map(|backup| backup.taken_at).max();
        self.number(|| at("now_ms"), alive.now_ms, MAX_COUNT, "");
        self.number(|| at("arranged"), alive.arranged, MAX_COUNT, "");
        if let Some(recorded) = recorded.filter(|&recorded| recorded > alive.now_ms / 1_000) {
            self.fault(at("now_ms"), format!("a backup was taken at {recorded} s: expected an instant that is not before it"));
        }
    }

    /// Reports profiles that are nowhere, named twice, or need no setup, and instants that are still to come.
    fn setup_needed(&mut self, alive: &Alive) {
        let mut named = FxHashSet::default();
        for (index, entry) in alive.setup_needed.iter().enumerate() {
            let at = |name| of("setup_needed", index, name);
            let state = self.seen.profile(&entry.profile).map(|profile| profile.state);
            match state {
                None => self.fault(at("profile"), format!("profile {} is nowhere in the site", entry.profile)),
                Some(ProfileState::SetupNeeded) => {}
                Some(state) => self.fault(at("profile"), format!("profile {} is {state}: setup is not needed", entry.profile)),
            }
            if !named.insert(&entry.profile) {
                self.fault(at("profile"), format!("profile {} is named twice", entry.profile));
            }
            self.number(|| at("since_ms"), entry.since_ms, alive.now_ms, "the instant of the site");
        }
    }

    fn ims_alive(&mut self, alive: &Alive, known: &mut Known) {
        let ssids: FxHashSet<ImsSsid> = self.site.ims.iter().map(|ims| ims.ssid).collect();
        known.written = self.written(&at("written"), &alive.written, &ssids);
        for count in alive.written.iter().map(|written| written.times) {
            self.number(|| at("written"), count, MAX_COUNT, "");
        }
        let mut suspended = FxHashSet::default();
        for (index, ssid) in alive.suspended.iter().enumerate() {
            let path = vec![Step::Field("alive"), Step::Field("suspended"), Step::Item(index)];
            if !ssids.contains(ssid) {
                self.fault(path, format!("IMS system {ssid} is nowhere in the site"));
            } else if !suspended.insert(*ssid) {
                self.fault(path, format!("IMS system {ssid} is named twice"));
            }
        }
        let data_sets: FxHashSet<&DataSetName> = match alive.entries.as_slice() {
            [] => FxHashSet::default(),
            _ => self.seen.data_sets.iter().map(|data_set| &data_set.name).collect(),
        };
        let nowhere: Vec<bool> = alive.entries.iter().map(|entry| !data_sets.contains(&entry.data_set)).collect();
        let mut entries = FxHashSet::default();
        let mut changes = FxHashSet::default();
        for (index, (entry, nowhere)) in alive.entries.iter().zip(nowhere).enumerate() {
            if nowhere {
                self.fault(of("entries", index, "data_set"), format!("data set {} is nowhere in the site", entry.data_set));
            } else if !entries.insert(&entry.data_set) {
                self.fault(of("entries", index, "data_set"), format!("data set {} is named twice", entry.data_set));
            }
            self.number(|| of("entries", index, "change"), entry.change, MAX_COUNT, "");
            if entry.change == 0 || !changes.insert(entry.change) {
                let message = format!("change {}: expected a number from 1 that no other entry has", entry.change);
                self.fault(of("entries", index, "change"), message);
            }
            known.changes = known.changes.max(entry.change);
        }
    }

    /// What each IMS system has written; reports those that are nowhere or named twice.
    fn written(&mut self, path: &[Step], list: &[WrittenBy], ssids: &FxHashSet<ImsSsid>) -> FxHashMap<ImsSsid, u64> {
        let mut known = FxHashMap::default();
        for (index, written) in list.iter().enumerate() {
            let path = || [path, &[Step::Item(index), Step::Field("ims")]].concat();
            if !ssids.contains(&written.ims) {
                self.fault(path(), format!("IMS system {} is nowhere in the site", written.ims));
            } else if known.insert(written.ims, written.times).is_some() {
                self.fault(path(), format!("IMS system {} is named twice", written.ims));
            }
        }
        known
    }

    fn sharing(&mut self, alive: &Alive, known: &mut Known) {
        for (index, sharing) in alive.sharing.iter().enumerate() {
            if !self.at.families.contains_key(&sharing.array) {
                self.fault(of("sharing", index, "array"), format!("array {} is nowhere in the site", sharing.array));
            } else if !known.sharing.insert(sharing.array) {
                self.fault(of("sharing", index, "array"), format!("array {} is named twice", sharing.array));
            }
            self.number(|| of("sharing", index, "at_ms"), sharing.at_ms, alive.now_ms, "the present instant");
            self.number(|| of("sharing", index, "given"), sharing.given, MAX_COUNT, "");
        }
    }

    /// Reports a number that something else has, or that was not given yet.
    fn arranged(&mut self, path: impl Fn() -> Vec<Step>, first: u64, nth: u32, known: &mut Known) {
        let number = first.saturating_add(nth.into());
        if number == 0 || !known.numbers.insert(number) {
            self.fault(path(), format!("number {number}: expected one from 1 that nothing else has"));
        }
        self.number(path, number, self.site.alive.arranged, "the last that was given");
    }

    fn copy(
        &mut self,
        (list, index): (&'static str, usize),
        (array, copy, nth): (Serial, Option<Running>, u32),
        runs: bool,
        state: &str,
        known: &mut Known,
    ) {
        let path = || of(list, index, "copy");
        match (copy, runs) {
            (Some(copy), true) => {
                self.arranged(path, copy.number, nth, known);
                self.number(path, copy.from, MAX_COUNT, "");
                if !known.sharing.contains(&array) {
                    self.fault(path(), format!("a copy runs: expected array {array} in `sharing`"));
                }
            }
            (Some(_), false) => self.fault(path(), format!("no copy runs while the state is {state}")),
            (None, true) => {
                let path = vec![Step::Field("alive"), Step::Field(list), Step::Item(index)];
                self.fault(path, format!("a copy runs while the state is {state}: expected `copy`"));
            }
            (None, false) => {}
        }
    }

    /// Reports tracks out of order or past the end of the volume, and any where there can be none.
    fn tracks(&mut self, path: impl Fn() -> Vec<Step>, ranges: &[TrackRange], tracks: u32, none: Option<&str>) {
        if let Some(state) = none.filter(|_| !ranges.is_empty()) {
            return self.fault(path(), format!("nothing is known of tracks while the state is {state}: expected none"));
        }
        let mut next = 0;
        for (index, range) in ranges.iter().enumerate() {
            let path = || [path(), vec![Step::Item(index)]].concat();
            if range.first < next {
                return self.fault(path(), format!("tracks {range} follow track {}: expected ascending ranges", next - 1));
            }
            if range.last >= tracks {
                return self.fault(path(), format!("tracks {range}: the volume has {tracks}, from 0 on"));
            }
            next = range.last.saturating_add(1);
        }
    }

    fn mirrors_alive(&mut self, entries: &[MirrorAlive], known: &mut Known) {
        use MirrorState::{Invalid, RestInProg, Restored, Split, SplitBfrRest, SplitBfrSync, SplitInProg, SyncInProg};
        let mut named = FxHashSet::default();
        for (index, entry) in entries.iter().enumerate() {
            let place = |name| of("mirrors", index, name);
            if !self.range_fits(place("count"), (entry.standard, entry.bcv), entry.count, named.len()) {
                continue;
            }
            let ranges = entry.owed.len() + entry.standard_changed.len() + entry.bcv_changed.len();
            if !self.ranges_fit(place("count"), entry.count, ranges, known) {
                continue;
            }
            for (standard, bcv, nth) in entry.each() {
                let Some(&state) = known.mirrors.get(&(standard, bcv)) else {
                    self.fault(place("bcv"), format!("{standard} and {bcv} are no mirror pair of the site"));
                    break;
                };
                if !named.insert((standard, bcv)) {
                    self.fault(place("bcv"), format!("the pair {standard} and {bcv} is named twice"));
                    break;
                }
                let before = self.faults.len();
                let copies = matches!(state, SyncInProg | RestInProg);
                self.copy(("mirrors", index), (standard.array, entry.copy, nth), copies, state.as_str(), known);
                match (entry.split, state == SplitInProg) {
                    (Some(split), true) => {
                        self.arranged(|| place("split"), split.number, nth, known);
                        self.number(|| place("split"), split.ends_ms, MAX_COUNT, "");
                        if split.ends_ms < self.site.alive.now_ms {
                            self.fault(place("split"), "the split has ended: expected an instant that is not past");
                        }
                    }
                    (Some(_), false) => self.fault(place("split"), format!("no split runs while the state is {state}")),
                    (None, true) => self.fault(place("bcv"), "a split runs: expected `split`"),
                    (None, false) => {}
                }
                let tracks = known.tracks.get(&standard).copied().unwrap_or(0);
                let apart = matches!(state, Split | SplitBfrSync | SplitBfrRest | SplitInProg | Invalid);
                // What was copied back is written to again, and its BCV is not.
                let kept = apart || matches!(state, RestInProg | Restored);
                let none = |some: bool| (!some).then_some(state.as_str());
                self.tracks(|| place("owed"), &entry.owed, tracks, none(copies || apart));
                self.tracks(|| place("standard_changed"), &entry.standard_changed, tracks, none(kept));
                self.tracks(|| place("bcv_changed"), &entry.bcv_changed, tracks, none(kept));
                if self.faults.len() > before {
                    break;
                }
            }
        }
    }

    fn relations_alive(&mut self, entries: &[RelationAlive], known: &mut Known) {
        let mut named = FxHashSet::default();
        for (index, entry) in entries.iter().enumerate() {
            let place = |name| of("relations", index, name);
            if !self.range_fits(place("count"), (entry.source, entry.target), entry.count, named.len()) {
                continue;
            }
            if !self.ranges_fit(place("count"), entry.count, entry.owed.len() + entry.changed.len(), known) {
                continue;
            }
            for (source, target, nth) in entry.each() {
                let Some(state) = known.relations.get(&target).filter(|(from, _)| *from == source).map(|&(_, state)| state)
                else {
                    self.fault(place("target"), format!("there is no relation from {source} to {target} in the site"));
                    break;
                };
                if !named.insert(target) {
                    self.fault(place("target"), format!("the relation to {target} is named twice"));
                    break;
                }
                let before = self.faults.len();
                let copies = state == RelationState::Copying;
                self.copy(("relations", index), (source.array, entry.copy, nth), copies, state.as_str(), known);
                let tracks = known.tracks.get(&source).copied().unwrap_or(0);
                let none = (state == RelationState::Copied).then_some(state.as_str());
                self.tracks(|| place("owed"), &entry.owed, tracks, none);
                self.tracks(|| place("changed"), &entry.changed, tracks, None);
                if entry.ends_when_copied && state == RelationState::Copied {
                    self.fault(place("ends_when_copied"), format!("the relation to {target} is copied and would be gone"));
                }
                if self.faults.len() > before {
                    break;
                }
            }
        }
    }

    fn images(&mut self, entries: &[ImageAlive], known: &Known) {
        let mut named = FxHashSet::default();
        let ssids: FxHashSet<ImsSsid> = self.site.ims.iter().map(|ims| ims.ssid).collect();
        for (index, entry) in entries.iter().enumerate() {
            let place = |name| of("images", index, name);
            if !self.range_fits(place("count"), (entry.volume, entry.origin), entry.count, named.len()) {
                continue;
            }
            self.number(|| place("at_ms"), entry.at_ms, self.site.alive.now_ms, "the present instant");
            self.number(|| place("change"), entry.change, known.changes, "the last change of an entry");
            self.written(&place("written"), &entry.written, &ssids);
            for WrittenBy { ims, times } in &entry.written {
                let most = known.written.get(ims).copied().unwrap_or(0);
                self.number(|| place("written"), *times, most, &format!("what {ims} has written"));
            }
            for (volume, origin, _) in entry.each() {
                if let Some(nowhere) = [volume, origin].into_iter().find(|volume| !known.tracks.contains_key(volume)) {
                    self.fault(
                        place(if nowhere == volume { "volume" } else { "origin" }),
                        format!("there is no volume at {nowhere}"),
                    );
                    break;
                }
                if known.mirroring.contains(&volume) {
                    let message = format!("{volume} mirrors a standard volume and holds what that one holds: expected no image");
                    self.fault(place("volume"), message);
                    break;
                }
                if !named.insert(volume) {
                    self.fault(place("volume"), format!("{volume} has two images: expected one"));
                    break;
                }
            }
        }
    }

    /// Whether so many more ranges of tracks for each of `count` things still fit.
    fn ranges_fit(&mut self, path: Vec<Step>, count: u32, ranges: usize, known: &mut Known) -> bool {
        known.ranges = known.ranges.saturating_add(ranges.saturating_mul(count as usize));
        let fits = known.ranges <= MAX_TRACK_RANGES;
        if !fits {
            self.fault(path, format!("more than {MAX_TRACK_RANGES} ranges of tracks in all: expected fewer"));
        }
        fits
    }

    /// Whether a range of two volumes each stays within their arrays, and within what a site may hold.
    fn range_fits(&mut self, path: Vec<Step>, first: (VolumeId, VolumeId), count: u32, present: usize) -> bool {
        if !self.fits(|| path.clone(), "entries", count, present, 0) {
            return false;
        }
        let last = count.saturating_sub(1);
        let fits = advance(first.0, last).is_some() && advance(first.1, last).is_some();
        if !fits {
            self.fault(path, "the range runs past LSS FE");
        }
        fits
    }
}
