//! Pairs: what is copied to what, and those that follow each other together.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::unit::VolumeId;
use serde::Serialize;

use super::MAX_PAIRS;
use super::glyph::CopyState;
use super::roles::Roles;
use super::state::State;

/// From which moment on a copy is in which state.
pub(super) type History = Vec<(usize, Option<CopyState>)>;

/// A pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The generation of the profile that it belongs to; none of a copy that belongs to no generation.
    pub generation: Option<u8>,
    /// The unit copied from.
    pub source: String,
    /// The unit copied to.
    pub target: String,
    /// The state of its copy, of a story at the beginning.
    pub copy: Option<CopyState>,
    /// Both volumes, where they are known.
    #[serde(skip)]
    pub(super) ends: Option<(VolumeId, VolumeId)>,
    /// From which moment of a story on its copy is in which state.
    #[serde(skip)]
    pub(super) history: History,
}

impl Pair {
    /// How its copy stands from the end of a moment on.
    pub(super) fn state_at(&self, slot: usize) -> Option<CopyState> {
        self.history.iter().rfind(|(from, _)| *from <= slot).map_or(self.copy, |(_, state)| *state)
    }
}

/// Pairs whose units follow each other and whose copies are in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: Pair,
    /// The last of them.
    pub last: Pair,
    /// How many there are.
    pub count: usize,
}

/// The names of volumes for people.
#[derive(Debug, Clone, Default)]
pub(super) struct Naming(BTreeMap<VolumeId, String>);

impl Naming {
    /// Units of the profile's system, else of another.
    pub(super) fn of(seen: &Observation, state: &State) -> Self {
        let mut names = BTreeMap::new();
        for entry in &seen.units {
            let Device::Base(id, _) = entry.device else { continue };
            if state.is_home(entry.system) {
                names.insert(id, entry.unit.to_string());
            } else {
                names.entry(id).or_insert_with(|| format!("{}:{}", entry.system, entry.unit));
            }
        }
        Self(names)
    }

    fn name(&self, id: VolumeId) -> String {
        self.0.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// The pairs of a profile, whose mapping may have changed meanwhile, and behind them every other copy there is or was; and
/// how many more there are.
pub(super) fn pairs(roles: &[&Roles], state: &State, naming: &Naming, seen: &[(VolumeId, VolumeId)]) -> (Vec<Pair>, usize) {
    let mapped: BTreeSet<_> = roles.iter().flat_map(|roles| &roles.pairs).collect();
    let own: BTreeSet<(VolumeId, VolumeId)> = mapped.iter().filter_map(|pair| pair.from.zip(pair.to)).collect();
    let others: BTreeSet<(VolumeId, VolumeId)> =
        state.copies().map(|(ends, _)| ends).chain(seen.iter().copied()).filter(|ends| !own.contains(ends)).collect();
    let all = mapped.len() + others.len();
    let mapped = mapped.into_iter().map(|pair| Pair {
        generation: Some(pair.generation),
        source: pair.source.to_string(),
        target: pair.target.to_string(),
        copy: None,
        ends: pair.from.zip(pair.to),
        history: Vec::new(),
    });
    let others = others.into_iter().map(|(from, to)| Pair {
        generation: None,
        source: naming.name(from),
        target: naming.name(to),
        copy: None,
        ends: Some((from, to)),
        history: Vec::new(),
    });
    let pairs: Vec<Pair> = mapped.chain(others).take(MAX_PAIRS).collect();
    let left = all - pairs.len();
    (pairs, left)
}

/// Pairs that follow each other, together.
pub(super) fn runs(pairs: &[Pair]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for pair in pairs {
        match runs.last_mut() {
            Some(run) if follows(&run.last, pair) => {
                run.last = pair.clone();
                run.count += 1;
            }
            _ => runs.push(Run { first: pair.clone(), last: pair.clone(), count: 1 }),
        }
    }
    runs
}

/// Whether a pair is the one after another, and like it.
pub(super) fn follows(one: &Pair, next: &Pair) -> bool {
    let steps = |one: &str, next: &str| {
        let number = |text: &str| u32::from_str_radix(text, 16).ok();
        number(one).zip(number(next)).is_some_and(|(one, next)| one + 1 == next)
    };
    (one.generation, one.copy) == (next.generation, next.copy)
        && one.ends.is_some() == next.ends.is_some()
        && steps(&one.source, &next.source)
        && steps(&one.target, &next.target)
}

impl Run {
    /// The units that are copied from, and those that are copied to.
    #[must_use]
    pub fn units(&self) -> (String, String) {
        if self.count == 1 {
            return (self.first.source.clone(), self.first.target.clone());
        }
        (format!("{}-{}", self.first.source, self.last.source), format!("{}-{}", self.first.target, self.last.target))
    }

    /// How their copies stand, in words.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (self.first.copy, self.first.ends) {
            (Some(copy), _) => copy.sign().name,
            (None, Some(_)) => "no copy",
            (None, None) => "unknown unit",
        }
    }
}
