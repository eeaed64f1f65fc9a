//! A FlashCopy backup: the relations of the slot are renewed under suspended logs.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::states::{RelationState, SetupReason};
use dasdlab_model::transitions::RelationOrder;

use super::backup::{Taking, replies, suspended};
use super::desk::{Astray, Desk};
use super::pairs::{Pair, relation_state};

fn withdraw(pair: &Pair) -> Command {
    Command::FlashCopy { source: pair.standard, target: pair.bcv, order: RelationOrder::Withdraw }
}

pub(super) async fn copy(desk: &mut Desk, taking: &mut Taking) -> Result<(), Astray> {
    if !suspended(desk, taking).await? {
        return Ok(());
    }
    let seen = std::sync::Arc::clone(&desk.seen);
    let mut withdrawn = false;
    for pair in taking.pairs.clone() {
        let Some(state) = relation_state(&seen, pair.standard, pair.bcv) else { continue };
        withdrawn = true;
        let gone = desk.tell(withdraw(&pair)).await?.reply.refusal().is_none();
        // What was still being copied is no backup without its relation.
        if gone && [RelationState::Copying, RelationState::Idle].contains(&state) {
            taking.expire(desk).await?;
        }
    }
    // An array may take its time, and a backup is as old as its copy.
    if withdrawn {
        desk.look().await?;
    }
    let pairs = taking.pairs.iter().map(|pair| (pair.standard, pair.bcv)).collect();
    let at = desk.now;
    let told = desk.tell(Command::EstablishTogether { pairs }).await?;
    let replies = replies(&told, &taking.pairs);
    if replies.contains(&Reply::Done) {
        taking.expire(desk).await?;
    }
    taking.resume(desk).await?;
    desk.look().await?;
    let mut valid = true;
    for (pair, reply) in taking.pairs.iter().zip(&replies) {
        let state = relation_state(&desk.seen, pair.standard, pair.bcv);
        valid &= *reply == Reply::Done && state.is_some_and(|state| state != RelationState::Failed);
    }
    if !valid {
        let seen = std::sync::Arc::clone(&desk.seen);
        for (pair, reply) in taking.pairs.clone().iter().zip(&replies) {
            if *reply == Reply::Done && relation_state(&seen, pair.standard, pair.bcv).is_some() {
                desk.tell(withdraw(pair)).await?;
            }
        }
    }
    let record = taking.record(desk, at, valid);
    let recorded = desk.tell(record).await?.reply.refusal().is_none();
    match (valid, recorded) {
        (false, _) => taking.ends(desk, SetupReason::EstablishFailed).await,
        (true, false) => taking.ends(desk, SetupReason::RecordFailed).await,
        // The background copy goes on after the job, and the profile is as ready as before.
        (true, true) => Ok(()),
    }
}
