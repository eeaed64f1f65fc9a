//! What PS16 has to say, and why setup is needed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dasdlab_model::finding::{Fact, Finding};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{MirrorState, SetupReason};
use dasdlab_model::unit::Unit;

use super::pairs::Pair;
use crate::saying::Findings;

/// Why a pair is not as it should be.
enum Failure {
    Refused(BTreeSet<String>),
    Changed(Vec<Reason>),
    Failed(MirrorState),
    TimedOut(MirrorState),
}

/// What was met of each pair. The first failure of a pair stands; of refusals each is reported.
#[derive(Default)]
pub(super) struct Outcomes {
    failures: BTreeMap<Pair, Failure>,
    kept: BTreeMap<Pair, MirrorState>,
    split_first: BTreeMap<Pair, Unit>,
}

impl Outcomes {
    /// The array or the product refused the pair, or its BCV is unusable.
    pub(super) fn refused(&mut self, pair: &Pair, cause: impl fmt::Display) {
        if let Failure::Refused(causes) = self.failures.entry(*pair).or_insert_with(|| Failure::Refused(BTreeSet::new())) {
            causes.insert(cause.to_string());
        }
    }

    /// The pair no longer passes these.
    pub(super) fn changed(&mut self, pair: &Pair, reasons: Vec<Reason>) {
        self.failures.entry(*pair).or_insert(Failure::Changed(reasons));
    }

    /// The pair is in a state that it should not be in.
    pub(super) fn pair_failed(&mut self, pair: &Pair, state: MirrorState) {
        self.failures.entry(*pair).or_insert(Failure::Failed(state));
    }

    /// The wait limit has passed for the pair.
    pub(super) fn timed_out(&mut self, pair: &Pair, state: MirrorState) {
        self.failures.entry(*pair).or_insert(Failure::TimedOut(state));
    }

    /// The pair was established before.
    pub(super) fn kept(&mut self, pair: &Pair, state: MirrorState) {
        self.kept.insert(*pair, state);
    }

    /// The pair's BCV was established to this other source.
    pub(super) fn split_first(&mut self, pair: &Pair, from: Unit) {
        self.split_first.insert(*pair, from);
    }

    /// Whether the pair has failed.
    pub(super) fn has_failed(&self, pair: &Pair) -> bool {
        self.failures.contains_key(pair)
    }

    /// Whether any pair was waited for in vain.
    pub(super) fn any_timed_out(&self) -> bool {
        self.failures.values().any(|failure| matches!(failure, Failure::TimedOut(_)))
    }

    /// Why setup is needed; none where no pair failed. Of several: refused, changed-since-check, pair-failed, timeout.
    pub(super) fn reason(&self) -> Option<SetupReason> {
        let reasons: Vec<SetupReason> = self
            .failures
            .values()
            .map(|failure| match failure {
                Failure::Refused(_) => SetupReason::Refused,
                Failure::Changed(_) => SetupReason::ChangedSinceCheck,
                Failure::Failed(_) => SetupReason::PairFailed,
                Failure::TimedOut(_) => SetupReason::Timeout,
            })
            .collect();
        [SetupReason::Refused, SetupReason::ChangedSinceCheck, SetupReason::PairFailed, SetupReason::Timeout]
            .into_iter()
            .find(|reason| reasons.contains(reason))
    }

    /// The findings of the check followed by those of PS16.
    pub(super) fn findings(&self, checked: Vec<Finding>) -> Vec<Finding> {
        let mut say = Findings::default();
        for (pair, state) in &self.kept {
            say.info(Reason::Ps16AlreadyEstablished, pair.subjects(), [("state", Fact::text(state))]);
        }
        for (pair, unit) in &self.split_first {
            say.info(Reason::Ps16SplitFirst, pair.subjects(), [("established_to", Fact::text(unit))]);
        }
        for (pair, failure) in &self.failures {
            match failure {
                Failure::Refused(causes) => {
                    let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
                    say.error(Reason::Ps16Refused, pair.subjects(), [("cause", Fact::text(causes.join(", ")))]);
                }
                Failure::Changed(reasons) => {
                    say.error(Reason::Ps16ChangedSinceCheck, pair.subjects(), [("no_longer_passes", Fact::list(reasons))]);
                }
                Failure::Failed(state) => {
                    say.error(Reason::Ps16PairFailed, pair.subjects(), [("state", Fact::text(state))]);
                }
                Failure::TimedOut(state) => {
                    say.error(Reason::Ps16Timeout, pair.subjects(), [("state", Fact::text(state))]);
                }
            }
        }
        let mut findings = checked;
        findings.extend(say.in_order());
        findings
    }
}
