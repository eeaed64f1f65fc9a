//! Rules that pass over some reasons: what a wrong check leads to.

use std::sync::Arc;

use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::DataSetClass;
use dasdlab_model::story::Phase;
use dasdlab_validator::check_keeping;
use dasdlab_validator::machines::{AllRules, PlannedPair, Rules};

use crate::drive::Machine;

/// Every rule but some reasons, as if the rules did not know them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Ignoring {
    reasons: Vec<Reason>,
}

impl Ignoring {
    /// Rules that pass over these reasons.
    #[must_use]
    pub fn new(reasons: &[Reason]) -> Self {
        Self { reasons: reasons.to_vec() }
    }

    fn keeps(&self, reason: Reason) -> bool {
        !self.reasons.contains(&reason)
    }
}

impl Rules for Ignoring {
    fn check(&self, seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
        check_keeping(seen, profile, |finding| self.keeps(finding.reason))
    }

    fn recheck(&self, seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Vec<Reason> {
        let mut reasons = AllRules.recheck(seen, profile, pair);
        reasons.retain(|reason| self.keeps(*reason));
        reasons
    }
}

/// A restore that passes over these reasons. It asks no rules, but looks for logs beside the data by itself: where it is to
/// pass over PS04, it is shown none.
pub(super) fn restoring(machine: Box<dyn Machine>, reasons: &[Reason]) -> Box<dyn Machine> {
    if reasons.iter().any(|reason| reason.rule() == Rule::PS04) { Box::new(WithoutLogs(machine)) } else { machine }
}

/// A machine that is shown no logs.
struct WithoutLogs(Box<dyn Machine>);

impl Machine for WithoutLogs {
    fn next(&mut self, mut input: Input) -> Action {
        if let Input::Seen(seen, _) = &mut input {
            Arc::make_mut(seen).data_sets.retain(|data_set| !matches!(data_set.class, DataSetClass::Log | DataSetClass::Recon));
        }
        self.0.next(input)
    }

    fn phase(&self) -> Option<Phase> {
        self.0.phase()
    }

    fn refused(&self) -> Option<String> {
        self.0.refused()
    }

    fn ending(&self) -> Option<String> {
        self.0.ending()
    }
}
