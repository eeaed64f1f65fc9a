//! What a BCV setup has to report of its pairs, and what becomes of the profile for it.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::Fact;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{MirrorState, SetupReason};
use dasdlab_model::unit::Unit;

use super::plan::Plan;
use super::report::Report;

/// Why a pair is not what setup wanted. The order of the variants is the order in which the profile shows them: by kind,
/// never by which unit came first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Failure {
    /// Refused, for each of these causes.
    Refused(BTreeSet<String>),
    /// It no longer passes these.
    Changed(Vec<Reason>),
    /// It is in this state and does not become Synchronized by itself.
    Failed(MirrorState),
    /// The wait limit passed while it was in this state.
    TimedOut(MirrorState),
}

impl Failure {
    /// Why setup is needed again.
    const fn reason(&self) -> SetupReason {
        match self {
            Self::Refused(_) => SetupReason::Refused,
            Self::Changed(_) => SetupReason::ChangedSinceCheck,
            Self::Failed(_) => SetupReason::PairFailed,
            Self::TimedOut(_) => SetupReason::Timeout,
        }
    }
}

/// What was met, by number of the pair.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Outcomes {
    failures: BTreeMap<usize, Failure>,
    kept: BTreeMap<usize, MirrorState>,
    split_first: BTreeMap<usize, Unit>,
}

impl Outcomes {
    /// A command or the product refused the pair; of several causes each is reported.
    pub(super) fn refuse(&mut self, pair: usize, cause: impl ToString) {
        let failure = self.failures.entry(pair).or_insert_with(|| Failure::Refused(BTreeSet::new()));
        if let Failure::Refused(causes) = failure {
            causes.insert(cause.to_string());
        }
    }

    /// The pair failed otherwise. What was met first stands.
    pub(super) fn fail(&mut self, pair: usize, failure: Failure) {
        self.failures.entry(pair).or_insert(failure);
    }

    /// The pair is established as it should be and is kept.
    pub(super) fn keep(&mut self, pair: usize, state: MirrorState) {
        self.kept.insert(pair, state);
    }

    /// The pair's BCV was established to this other source and is split from it.
    pub(super) fn split_first(&mut self, pair: usize, from: Unit) {
        self.split_first.insert(pair, from);
    }

    /// Whether the pair failed.
    pub(super) fn has_failed(&self, pair: usize) -> bool {
        self.failures.contains_key(&pair)
    }

    /// Whether the wait limit passed for a pair.
    pub(super) fn has_timed_out(&self) -> bool {
        self.failures.values().any(|failure| matches!(failure, Failure::TimedOut(_)))
    }

    /// Why setup is needed; none if no pair failed.
    pub(super) fn reason(&self) -> Option<SetupReason> {
        self.failures.values().min().map(Failure::reason)
    }

    /// Writes everything down as findings of PS16.
    pub(super) fn report(&self, plan: &Plan, findings: &mut Report) {
        for (number, pair) in plan.all() {
            if let Some(state) = self.kept.get(&number) {
                findings.add(Reason::Ps16AlreadyEstablished, pair.subjects(), [Fact::text(state)]);
            }
            if let Some(unit) = self.split_first.get(&number) {
                findings.add(Reason::Ps16SplitFirst, pair.subjects(), [Fact::text(unit)]);
            }
            let Some(failure) = self.failures.get(&number) else { continue };
            let (reason, fact) = match failure {
                Failure::Refused(causes) => {
                    let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
                    (Reason::Ps16Refused, Fact::text(causes.join(", ")))
                }
                Failure::Changed(reasons) => (Reason::Ps16ChangedSinceCheck, Fact::list(reasons)),
                Failure::Failed(state) => (Reason::Ps16PairFailed, Fact::text(state)),
                Failure::TimedOut(state) => (Reason::Ps16Timeout, Fact::text(state)),
            };
            findings.add(reason, pair.subjects(), [fact]);
        }
    }
}
