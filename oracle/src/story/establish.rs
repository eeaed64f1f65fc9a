//! A generation becomes the one that mirrors its sources: each pair is checked again and established, and then all of them
//! are waited for.

use std::sync::Arc;

use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::observation::BackupProfile;
use dasdlab_model::site::Backup;
use dasdlab_model::states::MirrorState;
use dasdlab_model::transitions::{MirrorOrder, Refusal};
use dasdlab_model::unit::{Unit, VolumeId};

use super::desk::{Astray, Desk};
use super::outcomes::Outcomes;
use super::pairs::{Pair, held_for, mirror_state, mirrored, state_or_never, unusable, volume_of};
use super::recheck::no_longer_passes;

/// What is established over what, and until when it may take.
pub(super) struct Turnover {
    /// The pairs of the generation.
    pub(super) pairs: Vec<Pair>,
    /// The backup that the generation holds so far.
    pub(super) over: Option<Backup>,
    /// Until when is waited.
    pub(super) deadline: Time,
    /// Whether an expired backup still stands in the catalog as if it were not.
    pub(super) expiry_refused: bool,
    mirrors_again: bool,
}

impl Turnover {
    pub(super) fn new(pairs: Vec<Pair>, over: Option<Backup>, deadline: Time) -> Self {
        Self { pairs, over, deadline, expiry_refused: false, mirrors_again: false }
    }

    /// Every pair has its turn, whatever becomes of the others.
    pub(super) async fn establish(&mut self, desk: &mut Desk, out: &mut Outcomes) -> Result<(), Astray> {
        for pair in self.pairs.clone() {
            self.expire(desk).await?;
            if !out.has_failed(&pair) {
                self.mirrors_again |= turn(desk, out, &pair, self.deadline).await?;
            }
        }
        self.expire(desk).await
    }

    /// What the generation held has expired once the first of its pairs mirrors, and the catalog has to say so.
    async fn expire(&mut self, desk: &mut Desk) -> Result<(), Astray> {
        if !self.mirrors_again {
            return Ok(());
        }
        if let Some(backup) = self.over.take() {
            let told = desk.tell(expiry(desk, backup)).await?;
            self.expiry_refused |= told.reply.refusal().is_some();
            desk.look().await?;
        }
        Ok(())
    }

    /// Looks at what was shown last: every pair Synchronized, or some failed, or time to wait.
    pub(super) fn all_synchronized(&self, desk: &Desk, out: &mut Outcomes) -> bool {
        let mut all = true;
        for pair in &self.pairs {
            match state_or_never(&desk.seen, pair) {
                MirrorState::Synchronized => {}
                MirrorState::SyncInProg => {
                    all = false;
                    if desk.now >= self.deadline {
                        out.timed_out(pair, MirrorState::SyncInProg);
                    }
                }
                state => {
                    all = false;
                    out.pair_failed(pair, state);
                }
            }
        }
        all
    }

    /// Waits until every pair is Synchronized or one never will be.
    pub(super) async fn synchronize(&self, desk: &mut Desk, out: &mut Outcomes) -> Result<(), Astray> {
        while !self.all_synchronized(desk, out) && out.reason().is_none() {
            desk.look().await?;
        }
        Ok(())
    }
}

/// What writes a backup down as expired.
pub(super) fn expiry(desk: &Desk, backup: Backup) -> Command {
    Command::Record { profile: desk.profile.clone(), backup: Backup { expired: true, ..backup } }
}

/// One pair's turn; says whether it mirrors afterwards.
async fn turn(desk: &mut Desk, out: &mut Outcomes, pair: &Pair, deadline: Time) -> Result<bool, Astray> {
    let mut was_split = false;
    loop {
        let seen = Arc::clone(&desk.seen);
        let holder = held_for(&seen, pair.bcv);
        if holder.is_some_and(|holder| *holder != desk.profile) {
            out.refused(pair, Refusal::Held);
            return Ok(false);
        }
        let held = holder.is_some();
        if let Some(state) = unusable(&seen, pair.bcv) {
            out.refused(pair, state);
            return Ok(false);
        }
        let Some((standard, state)) = mirrored(&seen, pair.bcv) else {
            let reasons = no_longer_passes(&seen, &desk.profile, pair);
            if !reasons.is_empty() {
                out.changed(pair, reasons);
                return Ok(false);
            }
            let known = matches!(mirror_state(&seen, pair), Some(MirrorState::Split | MirrorState::SplitBfrSync));
            return establish(desk, out, pair, known, held).await;
        };
        if standard == pair.standard && [MirrorState::SyncInProg, MirrorState::Synchronized].contains(&state) {
            out.kept(pair, state);
            if held {
                let told = desk.tell(Command::Release { bcv: pair.bcv }).await?;
                if let Some(refusal) = told.reply.refusal() {
                    out.refused(pair, refusal);
                }
                desk.look().await?;
            }
            return Ok(true);
        }
        let other_source = if standard == pair.standard { None } else { source_unit(desk.own()?, &seen, standard) };
        if state == MirrorState::SplitInProg {
            if let Some(unit) = other_source {
                out.split_first(pair, unit);
            }
            if desk.now >= deadline {
                out.timed_out(pair, state);
                return Ok(false);
            }
            desk.look().await?;
            continue;
        }
        let reasons = no_longer_passes(&seen, &desk.profile, pair);
        if !reasons.is_empty() {
            out.changed(pair, reasons);
            return Ok(false);
        }
        if was_split {
            // Somebody has established it once more. That is not fought over.
            out.refused(pair, Refusal::EstablishedElsewhere);
            return Ok(false);
        }
        if let Some(unit) = other_source {
            out.split_first(pair, unit);
        }
        let told = desk.tell(Command::Mirror { standard, bcv: pair.bcv, order: split_of(state) }).await?;
        desk.look().await?;
        if let Some(refusal) = told.reply.refusal() {
            out.refused(pair, refusal);
            return Ok(false);
        }
        was_split = true;
    }
}

/// The establish itself: incremental where what changed is known, and full where the array says that it is not. A hold ends
/// before it, and begins again where the establish is refused.
async fn establish(desk: &mut Desk, out: &mut Outcomes, pair: &Pair, known: bool, held: bool) -> Result<bool, Astray> {
    let order = |order| Command::Mirror { standard: pair.standard, bcv: pair.bcv, order };
    let first = if known { MirrorOrder::EstablishIncremental } else { MirrorOrder::EstablishFull };
    if held {
        let told = desk.tell(Command::Release { bcv: pair.bcv }).await?;
        if let Some(refusal) = told.reply.refusal() {
            out.refused(pair, refusal);
            desk.look().await?;
            return Ok(false);
        }
    }
    let mut told = desk.tell(order(first)).await?;
    if known && told.reply.refusal() == Some(Refusal::NoHistory) {
        told = desk.tell(order(MirrorOrder::EstablishFull)).await?;
    }
    let refusal = told.reply.refusal();
    if let Some(refusal) = refusal {
        out.refused(pair, refusal);
        if held {
            desk.tell(Command::Hold { bcv: pair.bcv, profile: desk.profile.clone() }).await?;
        }
    }
    desk.look().await?;
    Ok(refusal.is_none())
}

/// How a pair in this state is split: a copy to the BCV is broken off, one back to the standard never.
pub(super) fn split_of(state: MirrorState) -> MirrorOrder {
    if state == MirrorState::SyncInProg { MirrorOrder::SplitForced } else { MirrorOrder::SplitNormal }
}

/// The unit under which the profile lists the volume as a source.
pub(super) fn source_unit(
    profile: &BackupProfile,
    seen: &dasdlab_model::observation::Observation,
    volume: VolumeId,
) -> Option<Unit> {
    profile.sources.iter().map(|source| source.unit).find(|unit| volume_of(seen, profile, *unit) == Some(volume))
}
