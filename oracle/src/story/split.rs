//! A BCV backup: the current generation is split, the next one takes its place.

use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::states::{MirrorState, ProfileState, SetupReason};

use super::backup::{Taking, replies, suspended};
use super::catalog::{next, standing};
use super::desk::{Astray, Desk};
use super::establish::Turnover;
use super::pairs::{held_for, of_generation, state_or_never};
use super::setup::state;

pub(super) async fn split(desk: &mut Desk, taking: &mut Taking) -> Result<(), Astray> {
    if !taking.all_current(desk) {
        return taking.ends(desk, SetupReason::PreBackupCheck).await;
    }
    // The next generation and what it holds are those of the check.
    let number = next(desk.own()?, taking.generation);
    let mut turnover = Turnover::new(of_generation(&taking.all, number), standing(desk.own()?, number), taking.deadline);
    if taking.suspends {
        if !suspended(desk, taking).await? {
            return Ok(());
        }
        if !taking.all_current(desk) {
            taking.resume(desk).await?;
            return taking.ends(desk, SetupReason::PreBackupCheck).await;
        }
    }
    let pairs = taking.pairs.iter().map(|pair| (pair.standard, pair.bcv)).collect();
    let at = desk.now;
    let told = desk.tell(Command::SplitTogether { pairs }).await?;
    taking.expire(desk).await?;
    if taking.suspends {
        taking.resume(desk).await?;
    }
    desk.look().await?;
    let mut valid = true;
    for (pair, reply) in taking.pairs.iter().zip(replies(&told, &taking.pairs)) {
        let state = state_or_never(&desk.seen, pair);
        if let Some(refusal) = reply.refusal() {
            taking.out.refused(pair, refusal);
            valid = false;
        } else if reply != Reply::Done || state != MirrorState::Split {
            taking.out.pair_failed(pair, state);
            valid = false;
        }
    }
    let record = taking.record(desk, at, valid);
    let recorded = desk.tell(record).await?.reply.refusal().is_none();
    if !valid {
        return taking.ends(desk, SetupReason::SplitFailed).await;
    }
    let seen = Arc::clone(&desk.seen);
    for pair in taking.pairs.clone() {
        if held_for(&seen, pair.bcv) != Some(&desk.profile) {
            let told = desk.tell(Command::Hold { bcv: pair.bcv, profile: desk.profile.clone() }).await?;
            if let Some(refusal) = told.reply.refusal() {
                taking.out.refused(&pair, refusal);
            }
        }
    }
    if !recorded {
        return taking.ends(desk, SetupReason::RecordFailed).await;
    }
    if number == taking.generation {
        return taking.ends(desk, SetupReason::OneGeneration).await;
    }
    if !state(desk, ProfileState::Synchronizing, None, None).await? {
        taking.course.environment_failed = true;
        return Ok(());
    }
    desk.look().await?;
    turnover.establish(desk, &mut taking.out).await?;
    taking.course.environment_failed |= turnover.expiry_refused;
    if taking.out.reason().is_some() {
        return taking.ends(desk, SetupReason::EstablishNext).await;
    }
    turnover.synchronize(desk, &mut taking.out).await?;
    match taking.out.reason() {
        Some(reason) => taking.ends(desk, reason).await,
        None => {
            taking.course.environment_failed |= !state(desk, ProfileState::Ready, None, None).await?;
            Ok(())
        }
    }
}
