//! What the machines go by: all rules, or a wrapper that judges otherwise.

use std::fmt::Debug;
use std::hash::Hash;

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::plan::PlannedPair;
use super::recheck::recheck;
use crate::check::check;

/// What the machines ask before they act.
///
/// [`AllRules`] is the answer of the rules themselves. Another implementation shows what a wrong check leads to; of use to
/// it are [`check_keeping`](crate::check_keeping), which recomputes return code and restore scope from the findings that
/// are left, and [`AllRules`] as what it asks first.
pub trait Rules: Clone + Debug + PartialEq + Eq + Hash {
    /// The verdict on a profile; none if there is no such profile.
    fn check(&self, seen: &Observation, profile: &ProfileName) -> Option<Verdict>;

    /// What a pair no longer passes when its turn comes, each reason once and in order; empty if it may be established.
    fn recheck(&self, seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Vec<Reason>;
}

/// Every rule, and nothing passed over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AllRules;

impl Rules for AllRules {
    fn check(&self, seen: &Observation, profile: &ProfileName) -> Option<Verdict> {
        check(seen, profile)
    }

    fn recheck(&self, seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Vec<Reason> {
        recheck(seen, profile, pair)
    }
}
