//! What stories met: cells of the transition tables, refusals, faults in phases, profile states, triggers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::{MirrorState, ProfileState, RelationState, SetupReason};
use dasdlab_model::story::{Do, Phase, PlannedFault, StoryStep, What, When};
use dasdlab_model::transitions::{
    Cell, MirrorEvent, MirrorOrder, Refusal, RelationEvent, RelationOrder, mirror, mirror_event, relation, relation_event,
};
use dasdlab_model::unit::VolumeId;
use dasdlab_scenarios::stories;
use dasdlab_simulator::World;
use serde::Serialize;

use crate::story::watch::{Ended, Watcher, Work};

/// One thing that a story can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoryKey {
    /// An order came to a mirror pair in this state, and the table decided.
    MirrorOrder(MirrorState, MirrorOrder),
    /// This happened to a mirror pair in this state.
    MirrorEvent(MirrorState, MirrorEvent),
    /// An order came to a FlashCopy relation in this state, or to two volumes that have none.
    RelationOrder(Option<RelationState>, RelationOrder),
    /// This happened to a relation in this state.
    RelationEvent(RelationState, RelationEvent),
    /// A command was refused so.
    Refusal(Refusal),
    /// A fault fired in a phase.
    Fault(Phase, &'static str),
    /// A fault fired by this kind of trigger.
    Trigger(&'static str),
    /// A profile came to this state.
    State(ProfileState),
    /// Setup became needed for this reason.
    Reason(SetupReason),
    /// A step of this kind was taken.
    Step(&'static str),
}

impl StoryKey {
    /// Every key that can be met, in the order of their kinds.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<StoryKey>> = LazyLock::new(list);
        &ALL
    }

    /// The kind of the key in a word, as reports sum it up.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::MirrorOrder(..) | Self::MirrorEvent(..) | Self::RelationOrder(..) | Self::RelationEvent(..) => "transitions",
            Self::Refusal(_) => "refusals",
            Self::Fault(..) => "faults in phases",
            Self::Trigger(_) => "triggers",
            Self::State(_) | Self::Reason(_) => "profile states",
            Self::Step(_) => "steps",
        }
    }
}

fn list() -> Vec<StoryKey> {
    let mut all = Vec::new();
    for &state in MirrorState::ALL {
        all.extend(MirrorOrder::ALL.iter().map(|&order| StoryKey::MirrorOrder(state, order)));
        let events = MirrorEvent::ALL.iter().filter(|&&event| mirror_event(state, event).is_some());
        all.extend(events.map(|&event| StoryKey::MirrorEvent(state, event)));
    }
    for state in std::iter::once(None).chain(RelationState::ALL.iter().copied().map(Some)) {
        all.extend(RelationOrder::ALL.iter().map(|&order| StoryKey::RelationOrder(state, order)));
        let Some(state) = state else { continue };
        let events = RelationEvent::ALL.iter().filter(|&&event| relation_event(state, event).is_some());
        all.extend(events.map(|&event| StoryKey::RelationEvent(state, event)));
    }
    all.extend(Refusal::ALL.iter().map(|&refusal| StoryKey::Refusal(refusal)));
    let possible = stories::cells().filter(|cell| cell.possible().is_ok());
    all.extend(possible.map(|cell| StoryKey::Fault(cell.phase, cell.word)));
    all.extend(When::WORDS.iter().map(|&word| StoryKey::Trigger(word)));
    all.extend(ProfileState::ALL.iter().map(|&state| StoryKey::State(state)));
    all.extend(SetupReason::ALL.iter().map(|&reason| StoryKey::Reason(reason)));
    all.extend(Do::WORDS.iter().map(|&word| StoryKey::Step(word)));
    all
}

impl fmt::Display for StoryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MirrorOrder(state, order) => write!(f, "mirror {state} told {order}"),
            Self::MirrorEvent(state, event) => write!(f, "mirror {state} {event}"),
            Self::RelationOrder(None, order) => write!(f, "no relation told {order}"),
            Self::RelationOrder(Some(state), order) => write!(f, "relation {state} told {order}"),
            Self::RelationEvent(state, event) => write!(f, "relation {state} {event}"),
            Self::Refusal(refusal) => write!(f, "refusal {refusal}"),
            Self::Fault(phase, word) => write!(f, "fault {phase}:{word}"),
            Self::Trigger(word) => write!(f, "trigger {word}"),
            Self::State(state) => write!(f, "profile {state}"),
            Self::Reason(reason) => write!(f, "setup-needed({reason})"),
            Self::Step(word) => write!(f, "step {word}"),
        }
    }
}

/// What one story met.
#[derive(Debug, Clone, Default)]
pub struct Met {
    keys: BTreeSet<StoryKey>,
    /// The phase of each machine that runs, innermost last.
    phases: Vec<Option<Phase>>,
    /// The cells that the table would decide for the command on its way.
    cells: Vec<(StoryKey, Reply)>,
    /// How many lines of the event log have been read.
    events: usize,
}

/// The answer that a cell of a table leads to.
fn answer<State>(cell: &Cell<State>) -> Reply {
    match cell {
        Cell::To(_) | Cell::Gone => Reply::Done,
        Cell::Stays => Reply::Nothing,
        Cell::Refused(refusal) => Reply::Refused(*refusal),
    }
}

impl Met {
    /// What was met so far.
    #[must_use]
    pub const fn keys(&self) -> &BTreeSet<StoryKey> {
        &self.keys
    }

    fn mirror(&mut self, world: &World, standard: VolumeId, bcv: VolumeId, order: MirrorOrder) {
        let state = world.mirror_state(standard, bcv).unwrap_or(MirrorState::NeverEstab);
        self.cells.push((StoryKey::MirrorOrder(state, order), answer(&mirror(state, order))));
    }

    fn relation(&mut self, world: &World, source: VolumeId, target: VolumeId, order: RelationOrder) {
        let state = world.relation_state(source, target);
        self.cells.push((StoryKey::RelationOrder(state, order), answer(&relation(state, order))));
    }

    fn refused(&mut self, reply: &Reply) {
        match reply {
            Reply::Refused(refusal) => {
                self.keys.insert(StoryKey::Refusal(*refusal));
            }
            Reply::Each(replies) => replies.iter().for_each(|reply| self.refused(reply)),
            Reply::Done | Reply::Nothing => {}
        }
    }

    /// Reads what the world has written since the last time, all of it by the fault that fires now where there is one.
    fn read(&mut self, world: &World, by: Option<&What>) {
        for event in world.events().iter().skip(self.events) {
            if event.object.starts_with("mirror ") {
                let Ok((from, to)) = event.from.parse::<MirrorState>().and_then(|from| Ok((from, event.to.parse()?))) else {
                    continue;
                };
                let happened = match event.cause.as_str() {
                    "copied" => MirrorEvent::Copied,
                    "split-ended" => MirrorEvent::SplitEnded,
                    _ => MirrorEvent::Failed,
                };
                if mirror_event(from, happened) == Some(to) {
                    self.keys.insert(StoryKey::MirrorEvent(from, happened));
                }
            } else if event.object.starts_with("flashcopy ") {
                let Ok((from, to)) = event.from.parse::<RelationState>().and_then(|from| Ok((from, event.to.parse()?))) else {
                    continue;
                };
                let happened = match (event.cause.as_str(), by) {
                    ("copied", _) => RelationEvent::Copied,
                    (_, Some(What::OutOfSpace { .. })) => RelationEvent::OutOfSpace,
                    _ => RelationEvent::Failed,
                };
                if relation_event(from, happened) == Some(to) {
                    self.keys.insert(StoryKey::RelationEvent(from, happened));
                }
            } else if event.object.starts_with("profile ") {
                let (state, reason) = match event.to.split_once(" (") {
                    Some((state, reason)) => (state, reason.strip_suffix(')')),
                    None => (event.to.as_str(), None),
                };
                self.keys.extend(state.parse().map(StoryKey::State));
                self.keys.extend(reason.and_then(|reason| reason.parse().ok()).map(StoryKey::Reason));
            }
        }
        self.events = world.events().len();
    }
}

impl Watcher for Met {
    fn step_begins(&mut self, _number: usize, step: &StoryStep, world: &World) {
        self.keys.insert(StoryKey::Step(step.action.word()));
        if self.events == 0 {
            for profile in world.observe().profiles {
                self.keys.insert(StoryKey::State(profile.state));
                self.keys.extend(profile.reason.map(StoryKey::Reason));
            }
        }
        self.read(world, None);
    }

    fn begins(&mut self, _work: &Work, _profile: &ProfileName, _world: &World) {
        self.phases.push(None);
    }

    fn enters(&mut self, phase: Phase, _world: &World) {
        if let Some(last) = self.phases.last_mut() {
            *last = Some(phase);
        }
    }

    fn commanding(&mut self, _by: &Issuer, command: &Command, world: &World) {
        self.cells.clear();
        match command {
            Command::Mirror { standard, bcv, order } => self.mirror(world, *standard, *bcv, *order),
            Command::SplitTogether { pairs } => {
                pairs.iter().for_each(|&(standard, bcv)| self.mirror(world, standard, bcv, MirrorOrder::SplitInstant));
            }
            Command::FlashCopy { source, target, order } => self.relation(world, *source, *target, *order),
            Command::EstablishTogether { pairs } => {
                pairs.iter().for_each(|&(source, target)| self.relation(world, source, target, RelationOrder::Establish));
            }
            _ => {}
        }
    }

    fn answered(&mut self, _by: &Issuer, _command: &Command, reply: &Reply, met_by: Option<&PlannedFault>, _world: &World) {
        self.refused(reply);
        let replies = match reply {
            Reply::Each(replies) => replies.as_slice(),
            one => std::slice::from_ref(one),
        };
        // What a fault made of a command says nothing about the table.
        if met_by.is_none() {
            let decided = self.cells.iter().zip(replies).filter(|((_, expected), reply)| expected == *reply);
            self.keys.extend(decided.map(|((key, _), _)| *key));
        }
        self.cells.clear();
    }

    fn firing(&mut self, _fault: &PlannedFault, world: &World) {
        self.read(world, None);
    }

    fn fired(&mut self, fault: &PlannedFault, world: &World) {
        self.read(world, Some(&fault.what));
        self.keys.insert(StoryKey::Trigger(fault.when.word()));
        if let Some(phase) = self.phases.last().copied().flatten() {
            self.keys.insert(StoryKey::Fault(phase, fault.what.word()));
        }
    }

    fn ends(&mut self, _work: &Work, _ended: &Ended, _world: &World) {
        self.phases.pop();
    }

    fn step_ends(&mut self, _number: usize, _step: &StoryStep, world: &World) {
        self.read(world, None);
    }
}

/// Sets of keys as they are written: one bit for each of [`StoryKey::all`], four to a hexadecimal digit, the first key the
/// lowest bit of the first digit; zeros at the end are left out.
pub mod bits {
    use std::collections::BTreeSet;

    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::StoryKey;

    /// Keys to a digit.
    const DIGIT: usize = 4;

    /// Writes a set. What is no key of the coverage is left out.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(keys: &BTreeSet<StoryKey>, serializer: S) -> Result<S::Ok, S::Error> {
        let digit = |of: &[StoryKey]| {
            let bits = of.iter().enumerate().map(|(bit, key)| u32::from(keys.contains(key)) << bit).sum();
            char::from_digit(bits, 1 << DIGIT).unwrap_or('0')
        };
        let text: String = StoryKey::all().chunks(DIGIT).map(digit).collect();
        serializer.serialize_str(text.trim_end_matches('0'))
    }

    /// Reads a set.
    ///
    /// # Errors
    /// There is something else than hexadecimal digits, or more of them than there are keys.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<StoryKey>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut keys = BTreeSet::new();
        let mut places = StoryKey::all().chunks(DIGIT);
        for c in text.chars() {
            let no_digit = || de::Error::custom(format!("`{c}` is no hexadecimal digit of what a story met"));
            let bits = c.to_digit(1 << DIGIT).ok_or_else(no_digit)?;
            let of = places.next().ok_or_else(|| de::Error::custom("a story met more than there is to meet"))?;
            keys.extend(of.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, key)| *key));
        }
        Ok(keys)
    }
}

/// How often stories met each key: in how many stories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryCoverage {
    counts: BTreeMap<StoryKey, u32>,
}

impl Default for StoryCoverage {
    fn default() -> Self {
        Self { counts: StoryKey::all().iter().map(|&key| (key, 0)).collect() }
    }
}

/// A kind of keys, how many of them were met and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KindMet {
    /// `transitions`, `refusals` …
    pub kind: &'static str,
    /// How many were met.
    pub met: usize,
    /// How many there are.
    pub keys: usize,
}

impl StoryCoverage {
    /// Counts what a story met. A fault that fired where the table says that it cannot do anything is no key.
    pub fn add(&mut self, met: &BTreeSet<StoryKey>) {
        for key in met {
            if let Some(count) = self.counts.get_mut(key) {
                *count += 1;
            }
        }
    }

    /// Every key and in how many stories it was met.
    pub fn rows(&self) -> impl Iterator<Item = (StoryKey, u32)> + '_ {
        self.counts.iter().map(|(&key, &count)| (key, count))
    }

    /// In how many stories a key was met.
    #[must_use]
    pub fn of(&self, key: StoryKey) -> u32 {
        self.counts.get(&key).copied().unwrap_or(0)
    }

    /// The keys that no story met.
    #[must_use]
    pub fn misses(&self) -> Vec<StoryKey> {
        self.rows().filter(|&(_, count)| count == 0).map(|(key, _)| key).collect()
    }

    /// Kind by kind, how many were met.
    #[must_use]
    pub fn kinds(&self) -> Vec<KindMet> {
        let mut kinds: Vec<KindMet> = Vec::new();
        for &key in StoryKey::all() {
            let met = usize::from(self.counts.get(&key).is_some_and(|&count| count > 0));
            match kinds.iter_mut().find(|known| known.kind == key.kind()) {
                Some(known) => (known.met, known.keys) = (known.met + met, known.keys + 1),
                None => kinds.push(KindMet { kind: key.kind(), met, keys: 1 }),
            }
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_of_the_tables_is_a_key_and_each_key_is_there_once() {
        let all = StoryKey::all();
        let count = |kind: fn(&StoryKey) -> bool| all.iter().filter(|key| kind(key)).count();
        assert_eq!(count(|key| matches!(key, StoryKey::MirrorOrder(..))), 12 * 11);
        assert_eq!(count(|key| matches!(key, StoryKey::RelationOrder(..))), 5 * 5);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn what_a_story_met_is_written_bit_by_bit() {
        let write = |keys: &BTreeSet<StoryKey>| {
            let mut out = Vec::new();
            bits::serialize(keys, &mut serde_json::Serializer::new(&mut out)).unwrap();
            String::from_utf8(out).unwrap().replace('"', "")
        };
        let read = |text: &str| bits::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text));
        for step in [1, 2, 5, 1_000] {
            let keys: BTreeSet<StoryKey> = StoryKey::all().iter().copied().step_by(step).collect();
            assert_eq!(read(&write(&keys)).unwrap(), keys);
        }
        assert_eq!(write(&BTreeSet::new()), "");
        assert_eq!(write(&StoryKey::all().iter().copied().skip(5).take(1).collect()), "02");
        assert!(read("x").is_err());
        assert!(read(&"f".repeat(StoryKey::all().len())).is_err());
    }

    #[test]
    fn a_key_that_no_story_met_is_a_miss() {
        let mut coverage = StoryCoverage::default();
        coverage.add(&BTreeSet::from([StoryKey::Step("setup"), StoryKey::Refusal(Refusal::Held)]));
        assert_eq!(coverage.misses().len(), StoryKey::all().len() - 2);
        let steps = coverage.kinds().into_iter().find(|kind| kind.kind == "steps");
        assert_eq!(steps, Some(KindMet { kind: "steps", met: 1, keys: 11 }));
    }
}
