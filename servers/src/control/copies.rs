//! Mirror pairs and FlashCopy relations: what there is, and orders of foreign jobs.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::{VolumeId, VolumeRef};
use serde_json::json;

use super::Shared;
use super::ask::Ask;
use super::forms::{
    EstablishTogether, JobName, MAX_ROWS, MirrorRow, OneReply, OrderMirror, OrderRelation, ROWS, RelationRow, Replied, Rows,
    SplitTogether, Word,
};
use super::problem::{Problem, json};
use super::table::{Operation, Said};
use crate::order::{Order, Outcome};

const REFUSED: &str = "The array, or the product in front of it, refused; the problem names the refusal. Nothing has changed.";
const NO_VOLUME: &str = "There is no such volume.";

/// What can be asked of copies.
pub(super) fn operations() -> Vec<Operation> {
    let pair = json!({ "standard": "1000", "bcv": "2000" });
    let relation = json!({ "source": "1000", "target": "2000" });
    vec![
        Operation::new(Method::GET, "/mirrors", "listMirrors", "Mirror pairs, and how far they have come", mirrors)
            .query::<VolumeRef>("volume", "Only pairs of this volume, on either side.")
            .query::<MirrorState>("state", "Only pairs in this state.")
            .query::<Offset>("offset", "The number of the first one, from 0.")
            .query::<Limit>("limit", "How many at most; 1000 where left out.")
            .answers::<Rows<MirrorRow>>(200, "The pairs in the order of their volumes.")
            .refuses(404, NO_VOLUME),
        Operation::new(Method::POST, "/mirrors/orders", "orderMirror", "Order a mirror pair", order_mirror)
            .about(
                "Establish, split, restore, cancel, hold or release, as a foreign job would. Volumes are named by unit \
                (`1000`), by unit of a system (`SYSA:1000`) or by identity (`SERIAL/LSS/UA`).",
            )
            .takes::<OrderMirror>(json!({ "standard": "1000", "bcv": "2000", "order": "establish-full", "by": "NIGHTJOB" }))
            .answers::<Replied>(200, "The array accepted it; `nothing` where there was nothing to do.")
            .refuses(404, NO_VOLUME)
            .refuses(409, REFUSED),
        Operation::new(Method::POST, "/mirrors/split", "splitTogether", "Split mirror pairs at one instant", split)
            .takes::<SplitTogether>(json!({ "pairs": [pair] }))
            .answers::<Replied>(200, "A reply for each pair; at least one was not refused.")
            .refuses(404, NO_VOLUME)
            .refuses(409, REFUSED),
        Operation::new(Method::GET, "/relations", "listRelations", "FlashCopy relations, and how far they have come", relations)
            .query::<VolumeRef>("volume", "Only relations of this volume, on either side.")
            .query::<RelationState>("state", "Only relations in this state.")
            .query::<Offset>("offset", "The number of the first one, from 0.")
            .query::<Limit>("limit", "How many at most; 1000 where left out.")
            .answers::<Rows<RelationRow>>(200, "The relations in the order of their volumes.")
            .refuses(404, NO_VOLUME),
        Operation::new(Method::POST, "/relations/orders", "orderRelation", "Order a FlashCopy relation", order_relation)
            .takes::<OrderRelation>(json!({ "source": "1000", "target": "2000", "order": "establish" }))
            .answers::<Replied>(200, "The array accepted it; `nothing` where there was nothing to do.")
            .refuses(404, NO_VOLUME)
            .refuses(409, REFUSED),
        Operation::new(
            Method::POST,
            "/relations/establish",
            "establishTogether",
            "Establish relations in one consistency window",
            establish,
        )
        .takes::<EstablishTogether>(json!({ "pairs": [relation] }))
        .answers::<Replied>(200, "A reply for each pair; at least one was not refused.")
        .refuses(404, NO_VOLUME)
        .refuses(409, REFUSED),
    ]
}

/// The number of the first row.
#[derive(schemars::JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is asked for")]
pub(super) struct Offset(#[schemars(range(min = 0, max = 100_000_000))] u64);

/// How many rows.
#[derive(schemars::JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is asked for")]
pub(super) struct Limit(#[schemars(range(min = 1, max = 10_000))] u64);

/// Which rows are wanted.
pub(super) fn window(ask: &Ask) -> Result<(u64, u64), Problem> {
    let offset = ask.number("offset", 0..=100_000_000)?.unwrap_or(0);
    Ok((offset, ask.number("limit", 1..=MAX_ROWS)?.unwrap_or(ROWS)))
}

/// The volume that is meant.
pub(super) fn volume(seen: &Observation, meant: VolumeRef) -> Result<VolumeId, Problem> {
    let base = |wanted: &dyn Fn(&dasdlab_model::observation::UnitSeen) -> bool| -> Vec<VolumeId> {
        let entries = seen.units.iter().filter(|entry| wanted(entry));
        let mut volumes: Vec<VolumeId> = entries
            .filter_map(|entry| match entry.device {
                Device::Base(volume, _) => Some(volume),
                Device::Alias(_) => None,
            })
            .collect();
        volumes.dedup();
        volumes
    };
    let found = match meant {
        VolumeRef::Volume(id) => vec![id],
        VolumeRef::UnitOf(system, unit) => base(&|entry| entry.system == system && entry.unit == unit),
        VolumeRef::Unit(unit) => base(&|entry| entry.unit == unit),
    };
    match found.as_slice() {
        [one] if seen.volumes.binary_search_by_key(one, |volume| volume.id).is_ok() => Ok(*one),
        [] | [_] => Err(Problem::not_found(format!("there is no volume {meant}")).expected("a volume of the site")),
        [..] => Err(Problem::bad(format!("unit {meant} is another volume on another system"))
            .expected("the system in front, such as SYSA:1000, or SERIAL/LSS/UA")),
    }
}

async fn mirrors(shared: Arc<Shared>, ask: Ask) -> Said {
    let (offset, limit) = window(&ask)?;
    let (state, only) = (ask.query::<MirrorState, _>("state")?, ask.query::<VolumeRef, _>("volume")?);
    let rows = shared.desk.read(move |core| {
        let seen = core.engine.look();
        let only = only.map(|only| volume(&seen, only)).transpose()?;
        let wanted = seen.mirrors.iter().filter(|pair| {
            state.is_none_or(|state| pair.state == state) && only.is_none_or(|one| pair.standard == one || pair.bcv == one)
        });
        let rows = Rows::of(wanted, offset, limit).map(|pair| {
            let left = core.engine.mirror_left(pair.standard, pair.bcv);
            let bcv = seen.volumes.binary_search_by_key(&pair.bcv, |volume| volume.id).ok();
            MirrorRow {
                standard: pair.standard,
                bcv: pair.bcv,
                state: pair.state,
                held_for: bcv.and_then(|at| seen.volumes.get(at)).and_then(|volume| volume.held_for.clone()),
                tracks_left: left.map(|left| left.tracks),
                tracks: left.map(|left| left.of),
            }
        });
        Ok::<_, Problem>(rows)
    });
    Ok(json(StatusCode::OK, &rows.await??))
}

async fn relations(shared: Arc<Shared>, ask: Ask) -> Said {
    let (offset, limit) = window(&ask)?;
    let (state, only) = (ask.query::<RelationState, _>("state")?, ask.query::<VolumeRef, _>("volume")?);
    let rows = shared.desk.read(move |core| {
        let seen = core.engine.look();
        let only = only.map(|only| volume(&seen, only)).transpose()?;
        let wanted = seen.relations.iter().filter(|relation| {
            state.is_none_or(|state| relation.state == state)
                && only.is_none_or(|one| relation.source == one || relation.target == one)
        });
        let rows = Rows::of(wanted, offset, limit).map(|relation| {
            let left = core.engine.relation_left(relation.target);
            RelationRow {
                source: relation.source,
                target: relation.target,
                state: relation.state,
                tracks_left: left.map(|left| left.tracks),
                tracks: left.map(|left| left.of),
            }
        });
        Ok::<_, Problem>(rows)
    });
    Ok(json(StatusCode::OK, &rows.await??))
}

async fn order_mirror(shared: Arc<Shared>, ask: Ask) -> Said {
    let wanted: OrderMirror = ask.body()?;
    let OrderMirror { standard, bcv, order, profile, by } = wanted;
    let what = order.as_str();
    let missing = |field: &str| Problem::bad(format!("`{field}` is missing")).at(format!("body, `{field}`"));
    match (order, &standard, &profile) {
        (MirrorOrder::Hold, _, None) => return Err(missing("profile").expected("the profile for which the BCV is held")),
        (MirrorOrder::Hold | MirrorOrder::Release, ..) => {}
        (_, None, _) => return Err(missing("standard").expected("the volume that is or was mirrored")),
        (_, _, Some(_)) => {
            return Err(
                Problem::bad(format!("`{what}` is for no profile: expected `profile` with hold alone")).at("body, `profile`")
            );
        }
        _ => {}
    }
    let command = move |seen: &Observation| {
        let bcv = volume(seen, bcv)?;
        let standard = standard.map(|standard| volume(seen, standard)).transpose()?;
        Ok(match (order, standard, profile) {
            (MirrorOrder::Hold, _, Some(profile)) => Command::Hold { bcv, profile },
            (MirrorOrder::Release, ..) => Command::Release { bcv },
            (order, Some(standard), _) => Command::Mirror { standard, bcv, order },
            (_, None, _) => return Err(Problem::bad("`standard` is missing").at("body, `standard`")),
        })
    };
    give(&shared, by, what, command).await
}

async fn order_relation(shared: Arc<Shared>, ask: Ask) -> Said {
    let OrderRelation { source, target, order, by } = ask.body()?;
    let command =
        move |seen: &Observation| Ok(Command::FlashCopy { source: volume(seen, source)?, target: volume(seen, target)?, order });
    give(&shared, by, order.as_str(), command).await
}

async fn split(shared: Arc<Shared>, ask: Ask) -> Said {
    let SplitTogether { pairs, by } = ask.body()?;
    some(pairs.len())?;
    let pairs: Vec<_> = pairs.into_iter().map(|pair| (pair.standard, pair.bcv)).collect();
    give(&shared, by, "the split", move |seen| Ok(Command::SplitTogether { pairs: volumes(seen, &pairs)? })).await
}

async fn establish(shared: Arc<Shared>, ask: Ask) -> Said {
    let EstablishTogether { pairs, by } = ask.body()?;
    some(pairs.len())?;
    let pairs: Vec<_> = pairs.into_iter().map(|pair| (pair.source, pair.target)).collect();
    give(&shared, by, "the establish", move |seen| Ok(Command::EstablishTogether { pairs: volumes(seen, &pairs)? })).await
}

fn some(pairs: usize) -> Result<(), Problem> {
    if pairs == 0 { Err(Problem::bad("`pairs` is empty: expected one pair at least").at("body, `pairs`")) } else { Ok(()) }
}

fn volumes(seen: &Observation, pairs: &[(VolumeRef, VolumeRef)]) -> Result<Vec<(VolumeId, VolumeId)>, Problem> {
    let each = pairs.iter().enumerate().map(|(at, (from, to))| {
        let ends = volume(seen, *from).and_then(|from| Ok((from, volume(seen, *to)?)));
        ends.map_err(|problem| problem.at(format!("body, `pairs[{at}]`")))
    });
    each.collect()
}

/// Gives a command as a foreign job, and answers with what came back.
async fn give<F>(shared: &Shared, by: JobName, what: &str, command: F) -> Said
where
    F: FnOnce(&Observation) -> Result<Command, Problem> + Send + 'static,
{
    let by = Issuer::Foreign(by.checked()?);
    // Volumes never change their names, so that looking them up beforehand is safe.
    let command = shared.desk.read(move |core| command(&core.engine.look())).await??;
    let Outcome::Reply(reply) = shared.desk.order(Order::Command { by, command }).await? else {
        return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a command was not answered by a reply"));
    };
    answered(&reply, what)
}

fn answered(reply: &Reply, what: &str) -> Said {
    let said = match reply {
        Reply::Refused(refusal) => return Err(Problem::refused(*refusal, what)),
        Reply::Each(replies) => {
            let all_refused = !replies.is_empty() && replies.iter().all(|reply| matches!(reply, Reply::Refused(_)));
            if let Some(refusal) = reply.refusal().filter(|_| all_refused) {
                return Err(Problem::refused(refusal, &format!("{what} of every pair")));
            }
            Replied { reply: Word::Each, replies: replies.iter().map(OneReply::from).collect() }
        }
        one => Replied { reply: OneReply::from(one).reply, replies: Vec::new() },
    };
    Ok(json(StatusCode::OK, &said))
}
