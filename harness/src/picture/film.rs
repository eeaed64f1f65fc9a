//! A story as a film: told once, and cut into moments in which something can be seen to change.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{Phase, PlannedFault, StoryStep};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::glyph::CopyState;
use super::grid::{self, Place};
use super::notes::{self, Note, StepSpan};
use super::pairs::{self, History, Naming};
use super::roles::Roles;
use super::state::{Changed, Look, State};
use super::{MAX_SLOTS, Picture, Slot, Story, Wanted, lanes};
use crate::judge::Ours;
use crate::story::tell_on;
use crate::story::timeline::{Happened, Timeline};
use crate::story::watch::{Ended, Watcher, Work};

/// What a story gave to see.
pub(super) struct Film {
    timeline: Timeline,
    shown: Option<ProfileName>,
    roles: Vec<(usize, Roles)>,
    end: Time,
    untold: Option<String>,
}

/// Looks at profiles and catalogs again whenever one of them changes.
struct Changes<'a> {
    shown: Option<&'a ProfileName>,
    read: usize,
    /// The roles from so many events on.
    roles: Vec<(usize, Roles)>,
}

impl Changes<'_> {
    fn catch_up(&mut self, world: &World) {
        let events = world.events();
        let news = events.get(self.read..).unwrap_or_default();
        self.read = events.len();
        let counts = |object: &str| ["field ", "target ", "data-set "].iter().any(|kind| object.starts_with(kind));
        if news.iter().any(|event| counts(&event.object) || (event.object.starts_with("profile ") && event.from == "none")) {
            self.roles.push((self.read, Roles::of(&world.observe(), self.shown)));
        }
    }
}

impl Watcher for Changes<'_> {
    fn step_begins(&mut self, _: usize, _: &StoryStep, world: &World) {
        self.catch_up(world);
    }

    fn enters(&mut self, _: Phase, world: &World) {
        self.catch_up(world);
    }

    fn fired(&mut self, _: &PlannedFault, world: &World) {
        self.catch_up(world);
    }

    fn ends(&mut self, _: &Work, _: &Ended, world: &World) {
        self.catch_up(world);
    }

    fn step_ends(&mut self, _: usize, _: &StoryStep, world: &World) {
        self.catch_up(world);
    }
}

impl Film {
    /// Tells the story of `own` and keeps what can be seen of the profile that is shown.
    pub(super) fn shoot(scenario: &Scenario, world: &mut World, own: &ProfileName, shown: Option<&ProfileName>) -> Self {
        let mut timeline = Timeline::new(own.clone());
        let mut changes = Changes { shown, read: 0, roles: Vec::new() };
        let told = tell_on(world, scenario, &Ours, &mut [&mut timeline, &mut changes]);
        timeline.ends_with(world);
        let untold = told.err().map(|untold| timeline.names().spoken(&untold.to_string()));
        Self { timeline, shown: shown.cloned(), roles: changes.roles, end: world.now(), untold }
    }

    /// Puts the story into the picture of its site, whose state at the beginning is given.
    pub(super) fn develop(self, picture: &mut Picture, seen: &Observation, state: State, wanted: &Wanted) {
        let beginning = state.clone();
        let first = self.timeline.moments().first().map_or(self.end, |moment| moment.at);
        let mut cut = Cut::new(state, first);
        let mut roles = self.roles.iter().peekable();
        let mut events = 0;
        for moment in self.timeline.moments() {
            match &moment.what {
                Happened::Event(event) => {
                    events += 1;
                    match cut.state.apply(event) {
                        Changed::Nothing => {}
                        Changed::Volume(volume) => cut.see(moment.at, [volume]),
                        Changed::Copy(from, to) => cut.copy(moment.at, from, to),
                    }
                }
                what => cut.mark(moment.at, what, moment.within > 0, self.shown.as_ref(), &self.timeline),
            }
            while let Some((_, now)) = roles.next_if(|(from, _)| *from <= events) {
                cut.take(moment.at, now);
            }
        }
        if cut.slots.last().is_none_or(|slot| slot.at < self.end) {
            cut.push(self.end);
        }
        let all: Vec<&Roles> = [&beginning.roles].into_iter().chain(self.roles.iter().map(|(_, roles)| roles)).collect();
        let met: Vec<(VolumeId, VolumeId)> = cut.copies.keys().copied().collect();
        (picture.pairs, picture.pairs_left_out) = pairs::pairs(&all, &beginning, &Naming::of(seen, &beginning), &met);
        let joined = cut.join();
        for pair in &mut picture.pairs {
            let Some(ends) = pair.ends else { continue };
            pair.copy = beginning.between(ends.0, ends.1);
            pair.history = cut.copies.get(&ends).cloned().unwrap_or_default();
        }
        let marked: BTreeSet<VolumeId> = cut.marked.iter().copied().collect();
        (picture.grids, picture.grids_left_out) = grid::grids(seen, &beginning, wanted, |id| marked.contains(&id));
        let count = cut.slots.len();
        let (lanes, lanes_left_out) = lanes::lanes(&picture.pairs, count);
        let place: BTreeMap<_, usize> = picture.grids.iter().enumerate().map(|(at, grid)| ((grid.array, grid.lss), at)).collect();
        let placed = |id: VolumeId| Some(Place { grid: *place.get(&(id.array, id.lss))?, ua: id.ua });
        let slots = cut.slots.into_iter().map(|slot| Slot {
            at: slot.at,
            step: slot.step,
            doing: slot.doing,
            changes: slot.looks.into_iter().filter_map(|(id, look)| Some((placed(id)?, look))).collect(),
        });
        picture.story = Some(Story {
            slots: slots.collect(),
            slots_joined: joined,
            end: self.end,
            steps: cut.steps,
            lanes,
            lanes_left_out,
            notes: cut.notes,
            untold: self.untold,
        });
    }
}

/// A moment while it is being cut.
#[derive(Debug, Clone, Default)]
struct Draft {
    at: Time,
    step: usize,
    doing: String,
    looks: BTreeMap<VolumeId, Look>,
}

/// A film while it is being cut.
struct Cut {
    state: State,
    slots: Vec<Draft>,
    steps: Vec<StepSpan>,
    notes: Vec<Note>,
    copies: BTreeMap<(VolumeId, VolumeId), History>,
    /// Volumes that a finding was about.
    marked: BTreeSet<VolumeId>,
    /// What is being done, innermost last.
    doing: Vec<String>,
    /// Whether whatever changes next belongs to a new moment.
    fresh: bool,
}

impl Cut {
    fn new(state: State, at: Time) -> Self {
        let beginning = Draft { at, doing: "the beginning".to_owned(), ..Draft::default() };
        Self {
            state,
            slots: vec![beginning],
            steps: Vec::new(),
            notes: Vec::new(),
            copies: BTreeMap::new(),
            marked: BTreeSet::new(),
            doing: Vec::new(),
            fresh: true,
        }
    }

    /// A new moment.
    fn push(&mut self, at: Time) {
        let (step, doing) = (self.steps.len(), self.doing.last().cloned().unwrap_or_default());
        self.slots.push(Draft { at, step, doing, looks: BTreeMap::new() });
        self.fresh = false;
        let slot = self.slots.len() - 1;
        if let Some(step) = self.steps.last_mut() {
            step.first_slot.get_or_insert(slot);
            step.last_slot = slot;
        }
    }

    /// The moment in which something happens now.
    fn now(&mut self, at: Time) -> usize {
        let last = self.slots.last().map(|slot| (slot.at, slot.step));
        if self.fresh || last.is_none_or(|(begun, step)| begun < at || step != self.steps.len()) {
            self.push(at);
        }
        self.slots.len() - 1
    }

    /// These volumes may look different from now on.
    fn see(&mut self, at: Time, volumes: impl IntoIterator<Item = VolumeId>) {
        for id in volumes {
            let (slot, look) = (self.now(at), self.state.look(id));
            if let Some(draft) = self.slots.get_mut(slot) {
                draft.looks.insert(id, look);
            }
        }
    }

    /// A copy is in another state from now on.
    fn copy(&mut self, at: Time, from: VolumeId, to: VolumeId) {
        let (slot, state) = (self.now(at), self.state.between(from, to));
        let history = self.copies.entry((from, to)).or_default();
        history.retain(|(from, _)| *from != slot);
        history.push((slot, state));
        self.see(at, [from, to]);
    }

    /// Roles are others from now on.
    fn take(&mut self, at: Time, roles: &Roles) {
        let before = std::mem::take(&mut self.state.roles);
        let volumes: BTreeSet<VolumeId> = before.volumes().chain(roles.volumes()).collect();
        let changed: Vec<VolumeId> = volumes.into_iter().filter(|id| before.role(*id) != roles.role(*id)).collect();
        self.state.take(roles.clone());
        self.see(at, changed);
    }

    /// Something happens that changes no volume.
    fn mark(&mut self, at: Time, what: &Happened, within: bool, shown: Option<&ProfileName>, timeline: &Timeline) {
        match what {
            Happened::StepBegins { index, step, profile } => {
                self.steps.push(StepSpan::new(*index, step, profile, at, timeline.names()));
                self.doing = vec![step.action.word().to_owned()];
                self.fresh = true;
            }
            Happened::Begins(work, _) => {
                self.doing.push(if within { format!("second {}", work.word()) } else { work.word().to_owned() });
                self.fresh = true;
            }
            Happened::Phase(phase) => {
                if let Some(last) = self.doing.last_mut() {
                    *last = if within { format!("second: {phase}") } else { phase.to_string() };
                }
                self.fresh = true;
            }
            Happened::Fault(fault) => {
                self.push(at);
                self.notes.push(Note::fault(self.slots.len() - 1, at, fault, timeline.names()));
            }
            Happened::Over(fault) => {
                let slot = self.now(at);
                self.notes.push(Note::over(slot, at, fault));
                self.fresh = true;
            }
            Happened::Ends(work, profile, ended) => {
                let slot = self.now(at);
                if let (Some(verdict), true) = (ended.verdict(), shown == Some(profile)) {
                    let marks = notes::marks(verdict, &self.state);
                    let before = std::mem::replace(&mut self.state.marks, marks);
                    let changed: BTreeSet<VolumeId> = before.keys().chain(self.state.marks.keys()).copied().collect();
                    self.marked.extend(self.state.marks.keys());
                    self.see(at, changed);
                }
                self.notes.extend(Note::end(slot, at, (work, within), ended, timeline.names()));
                self.doing.pop();
                self.fresh = true;
            }
            Happened::StepEnds(standing) => {
                self.fresh = false;
                self.now(at);
                if let Some(step) = self.steps.last_mut() {
                    step.ends(at, standing, timeline.names());
                }
                self.fresh = true;
            }
            Happened::Command(_) | Happened::Event(_) => {}
        }
    }

    /// Joins moments where there are too many; says how many are gone.
    fn join(&mut self) -> usize {
        let all = self.slots.len();
        if all <= MAX_SLOTS {
            return 0;
        }
        // The beginning stays by itself.
        let each = (all - 1).div_ceil(MAX_SLOTS - 1);
        let place = |slot: usize| if slot == 0 { 0 } else { 1 + (slot - 1) / each };
        let mut joined: Vec<Draft> = Vec::new();
        for (slot, draft) in std::mem::take(&mut self.slots).into_iter().enumerate() {
            match joined.get_mut(place(slot)) {
                Some(into) => {
                    // What is seen in the end, at the instant at which it is.
                    let mut looks = std::mem::take(&mut into.looks);
                    looks.extend(draft.looks);
                    *into = Draft { looks, ..draft };
                }
                None => joined.push(draft),
            }
        }
        for step in &mut self.steps {
            step.first_slot = step.first_slot.map(place);
            step.last_slot = place(step.last_slot);
        }
        self.notes.iter_mut().for_each(|note| note.slot = place(note.slot));
        for history in self.copies.values_mut() {
            history.iter_mut().for_each(|(slot, _)| *slot = place(*slot));
            let mut last: BTreeMap<usize, Option<CopyState>> = BTreeMap::new();
            last.extend(history.drain(..));
            history.extend(last);
        }
        self.slots = joined;
        all - self.slots.len()
    }
}
