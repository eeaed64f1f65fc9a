//! Logical subsystems. Those of a site are control units: there are none of fixed blocks.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::observation::Device;
use dasdlab_model::unit::{Lss, VolumeId};

use super::{Base, row, server};
use crate::ds8000::envelope::Rows;
use crate::ds8000::view::View;

const FIELDS: &[&str] = &[
    "id",
    "link",
    "type",
    "group",
    "addrgrp",
    "configvols",
    "volumes",
    "sub_system_identifier",
    "ckd_base_cu_type",
    "pprc_consistency_group",
    "critical_mode",
    "extended_long_busy_time",
    "cc_session_timeout",
    "xrc_session_timeout",
];

/// A row for each logical subsystem that is wanted.
pub(in crate::ds8000) fn lss(view: &View, base: &Base, wanted: impl Fn(Lss) -> bool) -> Rows {
    let used = used(view);
    let mut rows = Vec::new();
    for &(lss, ssid) in view.array().map(|array| array.lss.as_slice()).unwrap_or_default() {
        if !wanted(lss) {
            continue;
        }
        let id = lss.to_string();
        rows.push(row([
            ("link", base.link(&format!("lss/{id}"))),
            ("type", "ckd".into()),
            ("group", server(lss).to_string().into()),
            ("addrgrp", id.chars().next().unwrap_or('0').to_string().into()),
            ("configvols", used.get(&lss).copied().unwrap_or(0).to_string().into()),
            ("volumes", base.at(&format!("lss/{id}/volumes"))),
            ("sub_system_identifier", ssid.to_string().into()),
            ("ckd_base_cu_type", "3990-6".into()),
            ("pprc_consistency_group", "disabled".into()),
            ("critical_mode", "disabled".into()),
            ("extended_long_busy_time", "120".into()),
            ("cc_session_timeout", "300".into()),
            ("xrc_session_timeout", "300".into()),
            ("id", id.into()),
        ]));
    }
    Rows { name: "lss", fields: FIELDS, rows }
}

/// How many addresses of each logical subsystem are used, by volumes and by aliases.
fn used(view: &View) -> BTreeMap<Lss, usize> {
    let mut used = BTreeMap::new();
    for volume in view.volumes() {
        *used.entry(volume.id.lss).or_default() += 1;
    }
    // An alias that several systems use is one.
    let aliases: BTreeSet<VolumeId> = view
        .seen()
        .units
        .iter()
        .filter_map(|unit| match unit.device {
            Device::Alias(address) if view.array().is_some_and(|array| array.serial == address.array) => Some(address),
            _ => None,
        })
        .collect();
    for alias in aliases {
        *used.entry(alias.lss).or_default() += 1;
    }
    used
}
