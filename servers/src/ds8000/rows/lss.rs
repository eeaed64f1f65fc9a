//! Logical subsystems. Those of a site are control units: there are none of fixed blocks.

use std::collections::BTreeMap;

use dasdlab_model::observation::Device;
use dasdlab_model::unit::{CuSsid, Lss};

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
    let all = view.array().map(|array| array.lss.as_slice()).unwrap_or_default();
    let things: Vec<(Lss, CuSsid, usize)> = all
        .iter()
        .filter(|(lss, _)| wanted(*lss))
        .map(|&(lss, ssid)| (lss, ssid, used.get(&lss).copied().unwrap_or(0)))
        .collect();
    let base = base.clone();
    Rows::each("lss", FIELDS, things, move |&(lss, ssid, used)| {
        let id = lss.to_string();
        row([
            ("link", base.link(&format!("lss/{id}"))),
            ("type", "ckd".into()),
            ("group", server(lss).to_string().into()),
            ("addrgrp", id.chars().next().unwrap_or('0').to_string().into()),
            ("configvols", used.to_string().into()),
            ("volumes", base.at(&format!("lss/{id}/volumes"))),
            ("sub_system_identifier", ssid.to_string().into()),
            ("ckd_base_cu_type", "3990-6".into()),
            ("pprc_consistency_group", "disabled".into()),
            ("critical_mode", "disabled".into()),
            ("extended_long_busy_time", "120".into()),
            ("cc_session_timeout", "300".into()),
            ("xrc_session_timeout", "300".into()),
            ("id", id.into()),
        ])
    })
}

/// How many addresses of each logical subsystem are used, by volumes and by aliases.
fn used(view: &View) -> BTreeMap<Lss, usize> {
    let mut used = BTreeMap::new();
    let aliases = view.seen().units.iter().filter_map(|unit| match unit.device {
        Device::Alias(address) if view.array().is_some_and(|array| array.serial == address.array) => Some(address.lss),
        _ => None,
    });
    for lss in view.volumes().iter().map(|volume| volume.id.lss).chain(aliases) {
        *used.entry(lss).or_default() += 1;
    }
    used
}
