//! The check was passed a moment ago.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::story::RestoreKind;
use dasdlab_validator::machines::{PlannedPair, Rules, Setup};

use super::Mutant;
use crate::drive::Machine;
use crate::judge::Ours;
use crate::story::actors::Actors;
use crate::story::ignoring::Ignoring;

pub(super) const MUTANT: Mutant =
    Mutant::acts("pairs-are-not-checked-again", "does not check a pair again when its turn comes", make);

fn make() -> Box<dyn Actors> {
    Box::new(Trusting)
}

/// Setups check once.
struct Trusting;

/// Every rule in the check, none when a pair's turn comes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Once(Ignoring);

impl Rules for Once {
    fn check(&self, seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
        self.0.check(seen, profile)
    }

    fn recheck(&self, _: &Observation, _: &ProfileName, _: &PlannedPair) -> Vec<Reason> {
        Vec::new()
    }
}

impl Actors for Trusting {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Box::new(Setup::with_rules(profile.clone(), wait_ms, Once(Ignoring::new(ignoring))))
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, ignoring)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}
