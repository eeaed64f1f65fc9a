//! The copy that a backup is: which pairs, what is commanded for them at one instant, and what has come of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ImsSsid;
use dasdlab_model::observation::{BackupProfile, Observation, Relation};
use dasdlab_model::site::Backup;
use dasdlab_model::states::{Consistency, Method, MirrorState, RelationState, RestoreScope};
use dasdlab_model::transitions::{Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;

use crate::machines::choice::{current_generation, slot, split_needs_logs_suspended, standing_backup};
use crate::machines::outcome::{Failure, Outcomes};
use crate::machines::plan::{Plan, PlannedPair};
use crate::machines::sight::Sight;

/// The most pairs that the backup catalog names one by one.
const MOST_NAMED: usize = 8;

/// One generation on its way to be a backup.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Copy {
    pub(super) plan: Arc<Plan>,
    pub(super) method: Method,
    pub(super) ims: ImsSsid,
    pub(super) generation: u8,
    /// Whether logs are suspended for it.
    pub(super) suspends_logs: bool,
    /// The backup that the generation holds so far; none once it has been recorded as expired.
    pub(super) over: Option<Backup>,
    /// What findings say of its pairs; none for FlashCopy, whose failures the backup catalog names.
    pub(super) outcomes: Outcomes,
    scope: Option<RestoreScope>,
    /// When the copy was commanded.
    at: Time,
    pairs: Vec<(usize, PlannedPair)>,
    /// Numbers of pairs that the array said it has copied.
    accepted: BTreeSet<usize>,
    /// Why the others failed.
    failed: BTreeMap<usize, String>,
}

impl Copy {
    /// The generation that a backup taken now would use.
    pub(super) fn new(seen: &Observation, profile: &BackupProfile, scope: Option<RestoreScope>) -> Self {
        let plan = Arc::new(Plan::new(seen, profile));
        let (generation, suspends_logs) = match profile.method {
            Method::FlashCopy => (slot(profile), true),
            Method::Bcv => (current_generation(seen, profile, &plan), split_needs_logs_suspended(seen, profile)),
        };
        Self {
            method: profile.method,
            ims: profile.ims_ssid,
            generation,
            suspends_logs,
            over: standing_backup(profile, generation).cloned(),
            outcomes: Outcomes::default(),
            scope,
            at: Time::default(),
            pairs: plan.of_generation(generation).map(|(number, pair)| (number, *pair)).collect(),
            plan,
            accepted: BTreeSet::new(),
            failed: BTreeMap::new(),
        }
    }

    /// Whether a split now would give a backup: every mirror is current at this instant. Others are reported.
    pub(super) fn can_be_taken(&mut self, seen: &Observation) -> bool {
        if self.method == Method::FlashCopy {
            return true;
        }
        let sight = Sight::new(seen);
        let mut all = true;
        for (number, pair) in &self.pairs {
            let state = sight.state(pair).unwrap_or(MirrorState::NeverEstab);
            if state != MirrorState::Synchronized {
                self.outcomes.fail(*number, Failure::Failed(state));
                all = false;
            }
        }
        all
    }

    /// The relations of an earlier backup that are in the way, and whether each is needed by that backup still. What
    /// somebody else copies to a target is theirs.
    pub(super) fn old_relations(&self, seen: &Observation) -> VecDeque<(VolumeId, VolumeId, bool)> {
        let by_target: BTreeMap<VolumeId, &Relation> =
            seen.relations.iter().map(|relation| (relation.target, relation)).collect();
        let old = self.pairs.iter().filter_map(|(_, pair)| by_target.get(&pair.bcv).filter(|old| old.source == pair.standard));
        old.map(|old| (old.source, old.target, matches!(old.state, RelationState::Copying | RelationState::Idle))).collect()
    }

    /// The one command that makes the copy.
    pub(super) fn command(&mut self, now: Time) -> Command {
        self.at = now;
        let pairs = self.pairs.iter().map(|(_, pair)| (pair.standard, pair.bcv)).collect();
        match self.method {
            Method::FlashCopy => Command::EstablishTogether { pairs },
            Method::Bcv => Command::SplitTogether { pairs },
        }
    }

    /// Takes the reply to it.
    pub(super) fn replied(&mut self, reply: &Reply) {
        for (at, (number, _)) in self.pairs.iter().enumerate() {
            let own = match reply {
                Reply::Each(replies) => replies.get(at),
                whole => Some(whole),
            };
            match own.map(|own| (own, own.refusal())) {
                Some((Reply::Done, _)) => {
                    self.accepted.insert(*number);
                }
                Some((_, Some(refusal))) => {
                    self.failed.insert(*number, refusal.to_string());
                    if self.method == Method::Bcv {
                        self.outcomes.refuse(*number, refusal);
                    }
                }
                // What became of it is to be seen.
                _ => {}
            }
        }
    }

    /// Whether anything was copied over what the targets held.
    pub(super) fn any_accepted(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// Looks whether what was accepted is there, and says whether the backup is valid.
    pub(super) fn verify(&mut self, seen: &Observation) -> bool {
        let sight = Sight::new(seen);
        let relations: BTreeMap<(VolumeId, VolumeId), RelationState> =
            seen.relations.iter().map(|relation| ((relation.source, relation.target), relation.state)).collect();
        for &(number, pair) in &self.pairs {
            if self.failed.contains_key(&number) {
                continue;
            }
            let accepted = self.accepted.contains(&number);
            match self.method {
                Method::FlashCopy => {
                    let cause = match relations.get(&(pair.standard, pair.bcv)) {
                        Some(state @ RelationState::Failed) => state.to_string(),
                        Some(_) if accepted => continue,
                        _ => Refusal::NotPaired.to_string(),
                    };
                    self.failed.insert(number, cause);
                }
                Method::Bcv => {
                    let state = sight.state(&pair).unwrap_or(MirrorState::NeverEstab);
                    if state != MirrorState::Split || !accepted {
                        self.failed.insert(number, state.to_string());
                        self.outcomes.fail(number, Failure::Failed(state));
                    }
                }
            }
        }
        self.failed.is_empty()
    }

    /// The commands that take back the relations of this run that are still there.
    pub(super) fn undo(&self, seen: &Observation) -> VecDeque<Command> {
        let there: BTreeSet<(VolumeId, VolumeId)> =
            seen.relations.iter().map(|relation| (relation.source, relation.target)).collect();
        let own =
            self.pairs.iter().filter(|(number, _)| self.accepted.contains(number)).map(|(_, pair)| (pair.standard, pair.bcv));
        own.filter(|pair| there.contains(pair))
            .map(|(source, target)| Command::FlashCopy { source, target, order: RelationOrder::Withdraw })
            .collect()
    }

    /// The BCVs of the generation with the numbers of their pairs.
    pub(super) fn bcvs(&self) -> VecDeque<(usize, VolumeId)> {
        self.pairs.iter().map(|(number, pair)| (*number, pair.bcv)).collect()
    }

    /// The backup as it is to be recorded once it has been verified.
    pub(super) fn record(&self) -> Backup {
        let (verb, failure) = match self.method {
            Method::FlashCopy => ("established", "establish-failed"),
            Method::Bcv => ("split", "split-failed"),
        };
        if self.failed.is_empty() {
            return self.backup(true, format!("every pair {verb} at one instant"));
        }
        let all = self.pairs.len();
        let mut why = format!("{failure}: {} of {all} pairs {verb}", all.saturating_sub(self.failed.len()));
        for (number, cause) in self.failed.iter().take(MOST_NAMED) {
            if let Some(pair) = self.plan.pair(*number) {
                why.push_str(&format!("; {} to {}: {cause}", pair.source, pair.target));
            }
        }
        if let Some(more @ 1..) = self.failed.len().checked_sub(MOST_NAMED) {
            why.push_str(&format!("; {more} more"));
        }
        self.backup(false, why)
    }

    /// The backup that there is none of, because logs could not be suspended.
    pub(super) fn record_not_suspended(&self, now: Time, refusal: Refusal) -> Backup {
        Backup { taken_at: now.0 / 1_000, ..self.backup(false, format!("logs not suspended: {refusal}")) }
    }

    fn backup(&self, valid: bool, why: String) -> Backup {
        Backup {
            generation: self.generation,
            taken_at: self.at.0 / 1_000,
            valid,
            expired: false,
            consistency: if self.suspends_logs { Consistency::LogSuspend } else { Consistency::Array },
            restore_scope: self.scope,
            why,
        }
    }
}
