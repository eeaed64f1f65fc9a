//! Volumes as management servers ask for them among themselves: the only rows that say anything of BCVs.
//!
//! Every mirror pair of the array stands in `MirrorSession`, whoever made it, in the words of pairs; every clone session in
//! `cloneSession`, in the words of clones. A session to a BCV is a mirror pair too and stands in both.

use dasdlab_model::clones::CloneState;
use dasdlab_model::unit::VolumeId;
use serde_json::{Value, json};

use super::book::Session;
use super::mainframe::SPLIT;
use super::numbers::text;
use super::system::date;
use super::view::View;
use super::volumes::Row;

/// The clone sessions of a volume: what is copied from where to where, in which state.
fn clones<'v>(view: &'v View<'v>, volume: VolumeId) -> impl Iterator<Item = (&'v Session, VolumeId, VolumeId, CloneState)> {
    let every =
        view.page.sessions.iter().flat_map(|session| session.live(view.seen).map(move |(pair, state)| (session, pair, state)));
    every
        .filter(move |(_, pair, _)| pair.source == volume || pair.target == volume)
        .map(|(session, pair, state)| (session, pair.source, pair.target, state))
}

/// What is said of a volume.
#[must_use]
pub(crate) fn details(row: &Row<'_>) -> Value {
    let (view, id) = (row.view, row.volume.id);
    let number = |volume| view.page.number_text(volume);
    let mirrors: Vec<Value> = view.mirrors_of(id)
        .iter()
        .map(|pair| json!({ "sourceVolume": number(pair.standard), "targetVolume": number(pair.bcv), "timestamp": "", "state": pair.state }))
        .collect();
    let sessions: Vec<_> = clones(view, id).collect();
    let clones: Vec<Value> = sessions
        .iter()
        .map(|(session, source, target, state)| {
            json!({
                "sourceVolume": number(*source),
                "targetVolume": number(*target),
                "timestamp": date(session.since.0),
                "state": state,
            })
        })
        .collect();
    let is_ckd = row.emulation.is_ckd();
    let mut header = json!({
        "volumeId": text(row.number),
        "configuration": row.kind(),
        "status": row.status(),
        "serviceState": "Normal",
        "emulationType": row.emulation.as_str(),
        "capCYL": row.volume.cylinders,
        "BCV": row.volume.bcv,
        "FBA": !is_ckd,
        "CKD": is_ckd,
        "SSID": row.ssid(),
        "reserved": row.volume.reserved_by.is_some(),
        "mapped": is_ckd,
        "numStorageGroups": row.groups().len(),
        "storageGroup": row.groups(),
        "nameModifier": view.page.name(id).unwrap_or_default(),
        "system": view.array.serial,
    });
    if let Some(fields) = header.as_object_mut()
        && is_ckd
    {
        let serial = view.array.serial.as_str();
        let pav = if view.aliases().any(|alias| alias.lss == id.lss) { "HyperPAV" } else { "StandardPAV" };
        let mainframe = [
            ("splitName", SPLIT.to_owned()),
            ("splitSerialNumber", serial.get(serial.len().saturating_sub(5)..).unwrap_or(serial).to_owned()),
            ("CUImageNum", format!("0x{}", id.lss)),
            ("CUImageStatus", "Online".to_owned()),
            ("CUImageBaseAddress", format!("0x{}", id.ua)),
            ("PAVMode", pav.to_owned()),
        ];
        fields.extend(mainframe.into_iter().map(|(name, value)| (name.to_owned(), json!(value))));
    }
    json!({
        "volumeHeader": header,
        "timeFinderInfo": {
            "snapVXSrc": false,
            "snapVXTgt": false,
            "mirror": !mirrors.is_empty(),
            "cloneSrc": sessions.iter().any(|(_, source, _, _)| *source == id),
            "cloneTarget": sessions.iter().any(|(_, _, target, _)| *target == id),
            "cloneSession": clones,
            "MirrorSession": mirrors,
        },
    })
}
