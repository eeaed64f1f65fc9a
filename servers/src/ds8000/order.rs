//! What a client of a DS8000 orders: FlashCopies with the options of its interface.
//!
//! An order for several pairs treats each as if it were alone, all at one instant: what is refused of one leaves the others
//! as they are.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::observation::{Observation, VolumeSeen};
use dasdlab_model::states::RemoteRole;
use dasdlab_model::transitions::{Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, Left};

/// An order to the FlashCopies of one array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Establishes relations, or reverses those that there are.
    Establish {
        /// The user who asks for it.
        by: String,
        /// Source and target of each.
        pairs: Vec<(VolumeId, VolumeId)>,
        /// What was asked of all of them.
        options: Options,
    },
    /// Withdraws relations.
    Withdraw {
        /// The user who asks for it.
        by: String,
        /// Source and target of each.
        pairs: Vec<(VolumeId, VolumeId)>,
    },
}

/// What a client asks of the relations that it establishes. What it does not ask for, the array does not do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[expect(clippy::struct_excessive_bools, reason = "the options of the interface, each given or not")]
pub struct Options {
    /// The relation stays when all is copied; without it the relation ends then by itself.
    pub persistent: bool,
    /// A track is copied when it is about to change, and not before.
    pub no_background_copy: bool,
    /// The relation that there is turns round and copies back.
    pub reverse: bool,
    /// The target may be space-efficient.
    pub space_efficient_target: bool,
    /// The target may be the primary of a remote mirror.
    pub remote_primary_target: bool,
}

/// What was done of an order for one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The volume copied from.
    pub source: VolumeId,
    /// The volume copied to.
    pub target: VolumeId,
    /// What was left to copy when it had been done; none where there is no relation any more.
    pub left: Option<Left>,
}

/// Why an order for one pair was refused; it changed nothing then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The array refused it.
    Array(Refusal),
    /// The target is the primary of a remote mirror, and that was not permitted.
    RemotePrimaryTarget,
}

/// Carries out an order, pair by pair.
pub fn apply(order: &Order, engine: &mut dyn Engine) -> Vec<Result<Done, Refused>> {
    match order {
        Order::Establish { by, pairs, options } => {
            // What the options are about does not change by the order itself.
            let seen = engine.look();
            let by = Issuer::Foreign(by.clone());
            pairs.iter().map(|&pair| establish(engine, &seen, &by, pair, *options)).collect()
        }
        Order::Withdraw { by, pairs } => {
            let by = Issuer::Foreign(by.clone());
            pairs.iter().map(|&(source, target)| withdraw(engine, &by, source, target)).collect()
        }
    }
}

fn establish(
    engine: &mut dyn Engine,
    seen: &Observation,
    by: &Issuer,
    (source, target): (VolumeId, VolumeId),
    options: Options,
) -> Result<Done, Refused> {
    let receiver = if options.reverse { source } else { target };
    if let Some(volume) = volume(seen, receiver) {
        if volume.remote == Some(RemoteRole::Primary) && !options.remote_primary_target {
            return Err(Refused::RemotePrimaryTarget);
        }
        if volume.thin && !options.reverse && !options.space_efficient_target {
            return Err(Refused::Array(Refusal::SpaceEfficient));
        }
    }
    let order = match options {
        Options { reverse: true, .. } => RelationOrder::Reverse,
        Options { no_background_copy: true, .. } => RelationOrder::EstablishNoCopy,
        _ => RelationOrder::Establish,
    };
    let before = engine.relation_left(target).is_some();
    let reply = engine.execute(by, &Command::FlashCopy { source, target, order });
    // An answer may be lost after the array has obeyed: what was asked of the relation holds all the same.
    let made = !before && matches!(reply, Reply::Done | Reply::Refused(Refusal::NoAnswer));
    if made && !options.persistent && !options.reverse {
        engine.end_when_copied(target);
    }
    refused(&reply)?;
    let (source, target) = if options.reverse { (target, source) } else { (source, target) };
    Ok(Done { source, target, left: engine.relation_left(target) })
}

fn withdraw(engine: &mut dyn Engine, by: &Issuer, source: VolumeId, target: VolumeId) -> Result<Done, Refused> {
    let order = RelationOrder::Withdraw;
    refused(&engine.execute(by, &Command::FlashCopy { source, target, order }))?;
    Ok(Done { source, target, left: None })
}

fn refused(reply: &Reply) -> Result<(), Refused> {
    reply.refusal().map_or(Ok(()), |refusal| Err(Refused::Array(refusal)))
}

/// A volume as it is seen.
pub(super) fn volume(seen: &Observation, id: VolumeId) -> Option<&VolumeSeen> {
    let place = seen.volumes.binary_search_by_key(&id, |volume| volume.id).ok()?;
    seen.volumes.get(place)
}
