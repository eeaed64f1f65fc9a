//! Rules that pass over some reasons: what a wrong check leads to.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_validator::check_keeping;
use dasdlab_validator::machines::{AllRules, PlannedPair, Rules};

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
