//! Volumes.

use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::states::{DeviceType, Incapable};
use serde_json::json;

use super::pool::Pools;
use super::{Base, capacity, row, volume_id};
use crate::ds8000::envelope::{Row, Rows};
use crate::ds8000::view::View;

const FIELDS: &[&str] = &[
    "id",
    "link",
    "name",
    "state",
    "cap",
    "real_cap",
    "virtual_cap",
    "capalloc",
    "stgtype",
    "VOLSER",
    "lss",
    "pool",
    "allocmethod",
    "tp",
    "MTM",
    "datatype",
    "easytier",
    "tieralloc",
    "basevolume",
    "hosts",
    "flashcopy",
    "pprc",
];

/// A row for each volume that is wanted.
pub(in crate::ds8000) fn volumes(view: &View, base: &Base, wanted: impl Fn(&VolumeSeen) -> bool) -> Rows {
    let pools = Pools::of(view);
    let reachable = view.reachable();
    let wanted = view.volumes().iter().filter(|volume| wanted(volume));
    Rows { name: "volumes", fields: FIELDS, rows: wanted.map(|volume| one(volume, &pools, reachable, base)).collect() }
}

fn one(volume: &VolumeSeen, pools: &Pools<'_>, reachable: bool, base: &Base) -> Row {
    let id = volume_id(volume.id);
    let capacity = capacity(volume).to_string();
    row([
        ("link", base.link(&format!("volumes/{id}"))),
        ("name", id.as_str().into()),
        ("state", state(volume, reachable).into()),
        ("cap", capacity.as_str().into()),
        // Extents are not accounted for: a space-efficient volume is shown as if it were written from end to end.
        ("real_cap", capacity.as_str().into()),
        ("virtual_cap", capacity.as_str().into()),
        ("capalloc", capacity.into()),
        ("stgtype", "ckd".into()),
        ("VOLSER", volume.volser.map(|volser| volser.to_string()).unwrap_or_default().into()),
        ("lss", base.to("lss", &volume.id.lss.to_string())),
        ("pool", pools.id_of(volume).map_or_else(|| json!(""), |pool| base.to("pools", &pool))),
        ("allocmethod", "".into()),
        ("tp", if volume.thin { "ese" } else { "none" }.into()),
        ("MTM", machine(volume).into()),
        ("datatype", datatype(volume).into()),
        ("easytier", "none".into()),
        ("tieralloc", json!([])),
        ("basevolume", "".into()),
        ("hosts", "".into()),
        ("flashcopy", base.at(&format!("volumes/{id}/flashcopy"))),
        ("pprc", "".into()),
        ("id", id.into()),
    ])
}

/// The state that the array gives a volume. How hosts see it is no matter of the array.
const fn state(volume: &VolumeSeen, reachable: bool) -> &'static str {
    match volume.incapable {
        _ if !reachable => "global_inaccessible",
        Some(Incapable::Inaccessible) => "inaccessible",
        _ => "normal",
    }
}

/// The most cylinders of a 3390-3 and of a 3380-3.
const MODEL_3: u32 = 3_339;
/// The most cylinders of a 3380-2.
const MODEL_2: u32 = 2_226;
/// The most cylinders of a volume that is not an extended address volume.
const MODEL_9: u32 = 65_520;

/// The machine type and model that hosts are told, as it follows from device type and size.
const fn machine(volume: &VolumeSeen) -> &'static str {
    match volume.device_type {
        DeviceType::T3390 if volume.cylinders <= MODEL_3 => "3390-3",
        DeviceType::T3390 if volume.cylinders <= MODEL_9 => "3390-9",
        DeviceType::T3390 => "3390-A",
        DeviceType::T3380 if volume.cylinders <= MODEL_2 => "3380-2",
        DeviceType::T3380 => "3380-3",
    }
}

const fn datatype(volume: &VolumeSeen) -> &'static str {
    match volume.device_type {
        DeviceType::T3390 if volume.cylinders > MODEL_9 => "3390-A",
        DeviceType::T3390 => "3390",
        DeviceType::T3380 => "3380",
    }
}
