//! A restore: what is refused, what is written, and what has come back at the end. In which order volumes are brought back is
//! free; that nothing else is touched is not.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::finding::Verdict;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Method, MirrorState, ProfileState, RelationState, RestoreScope, SetupReason};
use dasdlab_model::story::RestoreKind;
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::{Unit, VolumeId};

use super::backup::{Said, replies};
use super::brought_back::sources_of_data;
use super::catalog::standing;
use super::commands::spoken;
use super::desk::{Astray, Desk, Told};
use super::lock::{lock, unlock};
use super::pairs::{Pair, held_for, mirror_state, mirrored, of_generation, pairs_of, relation_state, unusable, volume_of};
use super::setup::state;
use crate::facts::established;

/// The whole of a restore.
pub(super) async fn restore(desk: &mut Desk, kind: RestoreKind, generation: u8) -> Result<Said, Astray> {
    desk.look().await?;
    if let Some(verdict) = lock(desk).await? {
        let locked = verdict.findings.iter().any(|finding| finding.reason == Reason::Ps00ProfileLocked);
        return Ok((verdict, Some(if locked { "locked" } else { "environment" }.to_owned())));
    }
    if let Some(verdict) = desk.judged().filter(|verdict| verdict.return_code == 12) {
        unlock(desk).await?;
        return Ok((verdict, Some("environment".to_owned())));
    }
    let wanted = match wanted(&desk.seen, desk.own()?, kind, generation) {
        Ok(wanted) => wanted,
        Err(word) => return refused(desk, word).await,
    };
    let (method, ims) = (desk.own()?.method, desk.own()?.ims_ssid);
    if desk.tell(Command::SuspendLogs { ims }).await?.reply.refusal().is_some() {
        return refused(desk, "logs-not-suspended").await;
    }
    // Sources that come back one by one make no ready profile.
    let marked = method == Method::FlashCopy || state(desk, ProfileState::SetupNeeded, Some(SetupReason::Restored), None).await?;
    let mut way = Way::new(desk, method, wanted)?;
    let running = way.go(desk, marked).await?;
    let return_code = match (marked && running, way.all_back()) {
        (false, _) => 12,
        (true, false) => 8,
        (true, true) => 0,
    };
    Ok((Verdict { return_code, restore_scope: None, findings: Vec::new() }, None))
}

async fn refused(desk: &mut Desk, word: &str) -> Result<Said, Astray> {
    unlock(desk).await?;
    Ok((Verdict { return_code: 8, restore_scope: None, findings: Vec::new() }, Some(word.to_owned())))
}

/// The pairs that have to be brought back, or the word of the refusal.
fn wanted(seen: &Observation, own: &BackupProfile, kind: RestoreKind, generation: u8) -> Result<Vec<Pair>, &'static str> {
    let Some(backup) = standing(own, generation) else {
        let latest = own.backups.iter().filter(|backup| backup.generation == generation);
        return Err(match latest.max_by_key(|backup| (backup.taken_at, backup.valid)) {
            None => "no-backup",
            Some(backup) if !backup.valid => "invalid",
            Some(_) => "expired",
        });
    };
    let permitted = match (kind, backup.restore_scope) {
        (_, None | Some(RestoreScope::None)) => false,
        (_, Some(RestoreScope::FullAndData)) => true,
        (kind, Some(RestoreScope::FullOnly)) => kind == RestoreKind::Full,
        (kind, Some(RestoreScope::DataOnly)) => kind == RestoreKind::Data,
    };
    if !permitted {
        return Err("scope");
    }
    let sources: BTreeSet<Unit> = match kind {
        RestoreKind::Full => own.sources.iter().map(|source| source.unit).collect(),
        RestoreKind::Data => sources_of_data(seen, &own.name).ok_or("mixed")?,
    };
    let pairs = of_generation(&pairs_of(seen, own), generation);
    let all_paired = sources.iter().all(|source| pairs.iter().any(|pair| pair.source == *source));
    if !all_paired || !pairs.iter().all(|pair| holds_its_backup(seen, own, pair)) {
        return Err("not-usable");
    }
    Ok(pairs.into_iter().filter(|pair| sources.contains(&pair.source)).collect())
}

/// Whether the pair is as its backup left it, or as a restore did that has not ended.
fn holds_its_backup(seen: &Observation, own: &BackupProfile, pair: &Pair) -> bool {
    match own.method {
        Method::Bcv => {
            let others_hold = held_for(seen, pair.bcv).is_some_and(|holder| *holder != own.name);
            let elsewhere = mirrored(seen, pair.bcv).is_some_and(|(standard, _)| standard != pair.standard);
            let split = matches!(
                mirror_state(seen, pair),
                Some(
                    MirrorState::Split
                        | MirrorState::SplitNoInc
                        | MirrorState::RestInProg
                        | MirrorState::Restored
                        | MirrorState::SplitBfrRest
                )
            );
            // A mirror of the source that is none of the profile's would have to be split, and is not the profile's to split.
            let is_target = |bcv| own.targets.iter().any(|mapping| volume_of(seen, own, mapping.target) == Some(bcv));
            let foreign = seen.mirrors.iter().any(|mirror| {
                let mirrors = mirror.standard == pair.standard && mirror.bcv != pair.bcv && established(mirror.state);
                mirrors && !is_target(mirror.bcv)
            });
            !others_hold && unusable(seen, pair.bcv).is_none() && !elsewhere && split && !foreign
        }
        Method::FlashCopy => {
            let volume = |id: VolumeId| seen.volumes.iter().find(|volume| volume.id == id);
            let (source, target) = (volume(pair.standard), volume(pair.bcv));
            if source.map(|volume| volume.cylinders) != target.map(|volume| volume.cylinders) {
                return false;
            }
            let complete = |state| matches!(state, RelationState::Copying | RelationState::Copied);
            if relation_state(seen, pair.bcv, pair.standard).is_some_and(complete) {
                return true;
            }
            match seen.relations.iter().find(|relation| relation.target == pair.bcv) {
                // A copy carries the label of its source.
                None => source.map(|volume| volume.volser) == target.map(|volume| volume.volser),
                Some(relation) => relation.source == pair.standard && complete(relation.state),
            }
        }
    }
}

/// How far a pair has come.
#[derive(Default)]
struct Progress {
    /// Its copy back was accepted. One that ran already, or has run, was begun before these logs were suspended.
    ordered: bool,
    /// It has been copied back and parted.
    back: bool,
}

/// The pairs on their way.
struct Way {
    method: Method,
    pairs: BTreeMap<Pair, Progress>,
    /// All targets of the profile.
    targets: BTreeSet<VolumeId>,
}

impl Way {
    fn new(desk: &Desk, method: Method, wanted: Vec<Pair>) -> Result<Self, Astray> {
        let own = desk.own()?;
        let targets = own.targets.iter().filter_map(|mapping| volume_of(&desk.seen, own, mapping.target)).collect();
        Ok(Self { method, pairs: wanted.into_iter().map(|pair| (pair, Progress::default())).collect(), targets })
    }

    fn all_back(&self) -> bool {
        self.pairs.values().all(|progress| progress.back)
    }

    /// Reads on until the profile is unlocked; says whether the logs run again.
    async fn go(&mut self, desk: &mut Desk, may_copy: bool) -> Result<bool, Astray> {
        let mut running = false;
        loop {
            let Some(told) = desk.next_told("the end of the restore").await else {
                self.look(&desk.seen);
                continue;
            };
            let refused = told.reply.refusal().is_some();
            match &told.command {
                Command::Unlock { profile } if *profile == desk.profile => return Ok(running),
                Command::ResumeLogs { .. } => running = !refused,
                _ if may_copy && self.permits(&desk.seen, &told.command) => self.told(&desk.seen, &told),
                _ => return Err(Astray(format!("{} in a restore", spoken(&told.command)))),
            }
        }
    }

    fn is_wanted(&self, standard: VolumeId, bcv: VolumeId) -> bool {
        self.pairs.keys().any(|pair| (pair.standard, pair.bcv) == (standard, bcv))
    }

    fn comes_back(&self, volume: VolumeId) -> bool {
        self.pairs.keys().any(|pair| pair.standard == volume)
    }

    /// Whether a command to an array serves the restore and harms nobody.
    fn permits(&self, seen: &Observation, command: &Command) -> bool {
        use MirrorOrder as M;
        match (self.method, command) {
            (Method::Bcv, Command::Mirror { standard, bcv, order }) => match order {
                M::RestoreIncremental | M::RestoreFull => self.is_wanted(*standard, *bcv),
                M::SplitNormal | M::SplitInstant | M::SplitForced => self.comes_back(*standard) && self.targets.contains(bcv),
                _ => false,
            },
            (Method::Bcv, Command::SplitTogether { pairs }) => pairs.iter().all(|(one, other)| self.is_wanted(*one, *other)),
            (Method::FlashCopy, Command::FlashCopy { source, target, order }) => match order {
                RelationOrder::Reverse => self.is_wanted(*source, *target),
                RelationOrder::Establish => self.is_wanted(*target, *source),
                // What is still being copied would be lost.
                RelationOrder::Withdraw => {
                    (self.comes_back(*source) || self.comes_back(*target))
                        && relation_state(seen, *source, *target) != Some(RelationState::Copying)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// What a look says of pairs that were ordered.
    fn look(&mut self, seen: &Observation) {
        if self.method == Method::FlashCopy {
            return;
        }
        for (pair, progress) in self.pairs.iter_mut().filter(|(_, progress)| progress.ordered) {
            progress.back |= mirror_state(seen, pair) == Some(MirrorState::Split);
        }
    }

    /// What a command has done, as far as its reply says.
    fn told(&mut self, seen: &Observation, told: &Told) {
        let parted = |reply: &Reply| matches!(reply.refusal(), None | Some(Refusal::NotEstablished | Refusal::NotPaired));
        let own: Vec<Pair> = self.pairs.keys().copied().collect();
        let of_all = replies(told, &own);
        for (at, pair) in own.iter().enumerate() {
            let ends = (pair.standard, pair.bcv);
            let restored = mirror_state(seen, pair) == Some(MirrorState::Restored);
            let Some(progress) = self.pairs.get_mut(pair) else { continue };
            match &told.command {
                Command::Mirror { standard, bcv, order } if (*standard, *bcv) == ends => match order {
                    MirrorOrder::RestoreIncremental | MirrorOrder::RestoreFull => progress.ordered |= told.reply == Reply::Done,
                    _ => progress.back |= progress.ordered && parted(&told.reply) && restored,
                },
                Command::SplitTogether { pairs } if pairs.contains(&ends) => {
                    progress.back |= progress.ordered && of_all.get(at).is_some_and(parted) && restored;
                }
                Command::FlashCopy { source, target, order: RelationOrder::Withdraw } if (*target, *source) == ends => {
                    let copied = relation_state(seen, *source, *target) == Some(RelationState::Copied);
                    progress.back |= progress.ordered && parted(&told.reply) && copied;
                }
                // A relation that still stands from the backup is no copy back.
                Command::FlashCopy { order: RelationOrder::Withdraw, .. } => {}
                Command::FlashCopy { source, target, .. } if (*source, *target) == ends || (*target, *source) == ends => {
                    progress.ordered |= told.reply == Reply::Done;
                }
                _ => {}
            }
        }
    }
}
