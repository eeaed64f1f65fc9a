//! What must hold in every story, whatever goes wrong in it: one check each, asked at every turn.
//!
//! A check knows no rule and simulates nothing: it watches what is commanded, answered and said, and looks at the world.
//! Where a step passes over reasons on purpose, the checks of what those reasons protect are not asked from there on.

mod errors_touch_no_array;
mod every_change_is_explained;
mod frozen;
mod names_and_order_do_not_matter;
mod no_source_is_a_target;
mod objects;
mod pairs;
mod ready_means_synchronized;
mod same_seed_same_bytes;
mod setup_is_idempotent;
mod valid_backups_restore;
mod valid_means_one_instant;

use std::fmt;
use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::story::{Do, Phase, PlannedFault, StoryStep};
use dasdlab_simulator::World;
use serde::Serialize;

use super::actors::Actors;
use super::watch::{Ended, Watcher, Work};

pub use same_seed_same_bytes::{Bytes, same_bytes};

/// Something that must always hold.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Invariant {
    /// Its number in the contract.
    pub number: u8,
    /// Its name in reports.
    pub slug: &'static str,
    /// What must hold, in a line.
    pub text: &'static str,
}

/// Everything that must always hold.
pub static INVARIANTS: [Invariant; 9] = [
    Invariant {
        number: 1,
        slug: "ready-means-synchronized",
        text: "a BCV profile enters ready, and a backup starts its split, only while every pair of the current generation is Synchronized",
    },
    Invariant {
        number: 2,
        slug: "errors-touch-no-array",
        text: "a setup that reports an error of PS00 to PS15 has commanded no array",
    },
    Invariant {
        number: 3,
        slug: "valid-means-one-instant",
        text: "a backup is valid only if every pair of its generation was copied in one consistency window",
    },
    Invariant {
        number: 4,
        slug: "no-source-is-a-target",
        text: "no source of any profile becomes the target of a copy, restores of its own backup aside",
    },
    Invariant {
        number: 5,
        slug: "setup-is-idempotent",
        text: "setup run again with nothing in between changes no pair and says the same",
    },
    Invariant {
        number: 6,
        slug: "names-and-order-do-not-matter",
        text: "findings follow neither the order of lists nor names, and a fault of one unit hides no finding of another",
    },
    Invariant {
        number: 7,
        slug: "every-change-is-explained",
        text: "every change of the world stands in the event log with a known cause, time runs forward, tracks are conserved",
    },
    Invariant {
        number: 8,
        slug: "valid-backups-restore",
        text: "what setup passed and a job called valid restores, and nothing is lost",
    },
    Invariant { number: 9, slug: "same-seed-same-bytes", text: "a story told again is the same to the byte" },
];

/// An invariant that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The invariant.
    pub invariant: &'static Invariant,
    /// The step in which that was seen, from 0.
    pub step: usize,
    /// The instant.
    #[serde(rename = "at_ms")]
    pub at: Time,
    /// What was seen.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} in step {}: {}", self.invariant.slug, self.at, self.step + 1, self.message)
    }
}

/// The most violations of one story that are kept; what breaks everywhere is known by then.
const MOST: usize = 20;

/// A check of an invariant: a watcher that says what it has seen since it was last asked.
trait Check: Watcher {
    /// Takes what was found.
    fn found(&mut self) -> Vec<String>;
}

/// A check with its invariant.
struct Asked<'a> {
    invariant: &'static Invariant,
    /// Whether it is asked also once a step has passed over reasons.
    of_the_misled: bool,
    check: Box<dyn Check + 'a>,
}

/// All invariants that one telling of a story can show, as one watcher. That a story told again is the same is asked by
/// [`same_bytes`].
pub struct Invariants<'a> {
    asked: Vec<Asked<'a>>,
    step: usize,
    at: Time,
    misled: bool,
    violations: Vec<Violation>,
}

impl<'a> Invariants<'a> {
    /// Watches those who act.
    #[must_use]
    pub fn new(actors: &'a dyn Actors) -> Self {
        let checks: Vec<(u8, bool, Box<dyn Check + 'a>)> = vec![
            (1, true, Box::<ready_means_synchronized::Ready>::default()),
            (2, true, Box::<errors_touch_no_array::Untouched>::default()),
            (3, true, Box::<valid_means_one_instant::OneInstant>::default()),
            (4, false, Box::<no_source_is_a_target::Sources>::default()),
            (5, false, Box::new(setup_is_idempotent::Again::new(actors))),
            (6, true, Box::new(names_and_order_do_not_matter::Twins::new(actors))),
            (7, true, Box::<every_change_is_explained::Explained>::default()),
            (8, false, Box::new(valid_backups_restore::Restores::new(actors))),
        ];
        let find = |number: u8| INVARIANTS.iter().find(|invariant| invariant.number == number);
        let asked = checks
            .into_iter()
            .filter_map(|(number, of_the_misled, check)| find(number).map(|invariant| Asked { invariant, of_the_misled, check }));
        Self { asked: asked.collect(), step: 0, at: Time::default(), misled: false, violations: Vec::new() }
    }

    /// What did not hold so far, in the order in which it was seen.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    fn each(&mut self, at: Option<Time>, what: impl Fn(&mut dyn Check)) {
        self.at = at.unwrap_or(self.at);
        for Asked { invariant, of_the_misled, check } in &mut self.asked {
            // It is told all the same: a watcher that misses the end of what it saw begin is lost.
            what(check.as_mut());
            let found = check.found();
            if self.misled && !*of_the_misled {
                continue;
            }
            for message in found {
                if self.violations.len() < MOST {
                    self.violations.push(Violation { invariant, step: self.step, at: self.at, message });
                }
            }
        }
    }
}

impl Watcher for Invariants<'_> {
    fn step_begins(&mut self, number: usize, step: &StoryStep, world: &World) {
        self.step = number;
        let ignoring = match &step.action {
            Do::Setup { ignoring, .. } | Do::Backup { ignoring, .. } | Do::Restore { ignoring, .. } => !ignoring.is_empty(),
            _ => false,
        };
        self.misled |= ignoring;
        self.each(Some(world.now()), |check| check.step_begins(number, step, world));
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        self.each(Some(world.now()), |check| check.begins(work, profile, world));
    }

    fn enters(&mut self, phase: Phase, world: &World) {
        self.each(Some(world.now()), |check| check.enters(phase, world));
    }

    fn shown(&mut self, seen: &Arc<Observation>, at: Time) {
        self.each(Some(at), |check| check.shown(seen, at));
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        self.each(Some(world.now()), |check| check.commanding(by, command, world));
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, met_by: Option<&PlannedFault>, world: &World) {
        self.each(Some(world.now()), |check| check.answered(by, command, reply, met_by, world));
    }

    fn fired(&mut self, fault: &PlannedFault, world: &World) {
        self.each(Some(world.now()), |check| check.fired(fault, world));
    }

    fn is_over(&mut self, fault: &PlannedFault, world: &World) {
        self.each(Some(world.now()), |check| check.is_over(fault, world));
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        self.each(Some(world.now()), |check| check.ends(work, ended, world));
    }

    fn step_ends(&mut self, number: usize, step: &StoryStep, world: &World) {
        self.each(Some(world.now()), |check| check.step_ends(number, step, world));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Ours;

    #[test]
    fn every_invariant_has_its_number_and_its_check() {
        let numbers: Vec<u8> = INVARIANTS.iter().map(|invariant| invariant.number).collect();
        assert_eq!(numbers, (1..=9).collect::<Vec<u8>>());
        let asked: Vec<u8> = Invariants::new(&Ours).asked.iter().map(|asked| asked.invariant.number).collect();
        assert_eq!(asked, (1..=8).collect::<Vec<u8>>());
    }
}
