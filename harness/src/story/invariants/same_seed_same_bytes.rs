//! A story told again gives the same events, findings and records, to the byte.

use std::fmt::Write as _;
use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::story::{Phase, PlannedFault, StoryStep};
use dasdlab_simulator::World;

use super::{INVARIANTS, Violation};
use crate::run::digest::Hasher;
use crate::story::watch::{Ended, Watcher, Work};

/// A hash of everything that is told of a story. Each turn is hashed by itself, so that two tellings can be compared turn by
/// turn.
#[derive(Debug, Clone, Default)]
pub struct Bytes {
    step: usize,
    at: Time,
    read: usize,
    turns: Vec<(usize, Time, u128)>,
}

impl Bytes {
    /// Nothing told yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The hash of everything told so far.
    #[must_use]
    pub fn digest(&self) -> u128 {
        let mut hasher = Hasher::default();
        for (_, _, hash) in &self.turns {
            hasher.write(&hash.to_le_bytes());
        }
        hasher.finish()
    }

    fn turn(&mut self, what: &str, world: Option<&World>) {
        let mut hasher = Hasher::default();
        hasher.write(what.as_bytes());
        if let Some(world) = world {
            self.at = world.now();
            let mut line = String::new();
            for event in world.events().get(self.read..).unwrap_or_default() {
                line.clear();
                // Writing to a string does not fail.
                let _ = write!(line, "\n{event}");
                hasher.write(line.as_bytes());
            }
            self.read = world.events().len();
        }
        self.turns.push((self.step, self.at, hasher.finish()));
    }

    /// The first turn in which two tellings differ.
    fn first_difference(&self, other: &Self) -> Option<(usize, Time, usize)> {
        let differ = self.turns.iter().zip(&other.turns).position(|(one, two)| one != two);
        let ends = (self.turns.len() != other.turns.len()).then(|| self.turns.len().min(other.turns.len()));
        let turn = differ.or(ends)?;
        let &(step, at, _) = self.turns.get(turn).or_else(|| other.turns.get(turn))?;
        Some((step, at, turn))
    }
}

impl Watcher for Bytes {
    fn step_begins(&mut self, number: usize, _step: &StoryStep, world: &World) {
        self.step = number;
        self.turn("step", Some(world));
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        self.turn(&format!("begins {work:?} of {profile}"), Some(world));
    }

    fn enters(&mut self, phase: Phase, world: &World) {
        self.turn(phase.as_str(), Some(world));
    }

    fn shown(&mut self, _seen: &Arc<Observation>, at: Time) {
        // What is seen follows from the events and the site.
        self.at = at;
        self.turn("shown", None);
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, world: &World) {
        self.turn(&format!("{by:?} {command:?} {reply:?}"), Some(world));
    }

    fn fired(&mut self, fault: &PlannedFault, world: &World) {
        self.turn(&format!("fired {}", fault.name), Some(world));
    }

    fn is_over(&mut self, fault: &PlannedFault, world: &World) {
        self.turn(&format!("over {}", fault.name), Some(world));
    }

    fn ends(&mut self, _work: &Work, ended: &Ended, world: &World) {
        self.turn(&format!("{ended:?}"), Some(world));
    }

    fn step_ends(&mut self, _number: usize, _step: &StoryStep, world: &World) {
        self.turn(&format!("{:?}", world.observe()), Some(world));
    }
}

/// Has a story told twice and says where the second telling is another.
pub fn same_bytes(mut tell: impl FnMut(&mut dyn Watcher)) -> Option<Violation> {
    let mut tellings = [Bytes::new(), Bytes::new()];
    for telling in &mut tellings {
        tell(telling);
    }
    let [first, second] = tellings;
    let (step, at, turn) = first.first_difference(&second)?;
    let invariant = INVARIANTS.iter().find(|invariant| invariant.number == 9)?;
    Some(Violation { invariant, step, at, message: format!("told again, the story is another from turn {} on", turn + 1) })
}
