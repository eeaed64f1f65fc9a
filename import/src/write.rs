//! An observation as three tables and a site with what they do not hold.

use std::fmt::Write;

use dasdlab_model::name::{DataSetName, ImsSsid, Volser};
use dasdlab_model::observation::{Device, Mapping, Observation};
use dasdlab_model::site::{Site, Targets};
use dasdlab_model::states::{DeviceType, HostStatus};
use dasdlab_model::undeclare;
use dasdlab_model::unit::{Unit, VolumeId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::columns::{DATA_SETS, PAIRS, Table, VOLUMES};

/// An observation in tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// One row a volume.
    pub volumes: String,
    /// One row a source and its target in a generation.
    pub pairs: String,
    /// One row a data set.
    pub data_sets: String,
    /// What the tables do not hold.
    pub rest: Site,
}

/// Writes an observation as tables, which are read as that observation again.
#[must_use]
pub fn export(seen: &Observation) -> Export {
    let mut rest = undeclare::site(seen);
    rest.volumes.clear();
    rest.data_sets.clear();
    for profile in &mut rest.profiles {
        profile.sources.clear();
        profile.targets.clear();
    }
    let pairs = pairs(seen, &mut rest);
    Export { volumes: volumes(seen), pairs, data_sets: data_sets(seen), rest }
}

/// The columns of an array as a whole stay in the site beside the tables.
const OF_VOLUMES: usize = 21;

fn header(table: &Table, columns: usize) -> String {
    let names: Vec<&str> = table.columns.iter().take(columns).map(|column| column.name).collect();
    names.join(",") + "\n"
}

/// A field, in quotes where it needs them.
fn field(out: &mut String, text: &str) {
    if text.contains(['"', ',', '\n', '\r']) {
        put(out, format_args!("\"{}\"", text.replace('"', "\"\"")));
    } else {
        out.push_str(text);
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

fn shown(value: Option<impl std::fmt::Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "" }
}

fn volumes(seen: &Observation) -> String {
    let home = seen.systems.first().map(|system| system.name);
    let mut here: FxHashMap<VolumeId, (Unit, HostStatus)> = FxHashMap::default();
    let mut elsewhere: FxHashMap<VolumeId, String> = FxHashMap::default();
    for unit in &seen.units {
        let Device::Base(volume, status) = unit.device else { continue };
        if Some(unit.system) == home {
            here.insert(volume, (unit.unit, status));
            continue;
        }
        let text = elsewhere.entry(volume).or_default();
        let blank = if text.is_empty() { "" } else { " " };
        put(text, format_args!("{blank}{}:{}", unit.system, unit.unit));
        if status != HostStatus::Online {
            put(text, format_args!("={status}"));
        }
    }
    let mut out = header(&VOLUMES, OF_VOLUMES);
    for volume in &seen.volumes {
        let id = volume.id;
        let unit = here.get(&id);
        put(&mut out, format_args!("{},{},{},", id.array, id.lss, id.ua));
        put(&mut out, format_args!("{},{},", shown(unit.map(|(unit, _)| unit)), shown(unit.map(|(_, status)| status))));
        // The largest model of the type stands for the type, beside the cylinders that the volume has.
        let model = if volume.device_type == DeviceType::T3380 { "3380-K" } else { "" };
        put(&mut out, format_args!("{},{model},{},", shown(volume.volser), volume.cylinders));
        put(&mut out, format_args!("{},{},{},", yes(volume.bcv), shown(volume.device), yes(volume.thin)));
        put(&mut out, format_args!("{},{},{},", yes(volume.inhibited), yes(volume.v1_active), shown(volume.incapable)));
        put(
            &mut out,
            format_args!("{},{},{},", shown(volume.reserved_by), shown(volume.remote), shown(volume.held_for.as_ref())),
        );
        match volume.vtoc.as_deref() {
            None => {}
            Some([]) => out.push('-'),
            Some(names) => {
                let names: Vec<&str> = names.iter().map(DataSetName::as_str).collect();
                out.push_str(&names.join(" "));
            }
        }
        put(&mut out, format_args!(",{},", elsewhere.get(&id).map(String::as_str).unwrap_or_default()));
        field(&mut out, volume.storage_group.as_deref().unwrap_or_default());
        out.push(',');
        field(&mut out, volume.pool.as_deref().unwrap_or_default());
        out.push('\n');
    }
    out
}

/// The pairs; a target of a unit that is no source stays in the site beside the tables.
fn pairs(seen: &Observation, rest: &mut Site) -> String {
    let mut out = header(&PAIRS, PAIRS.columns.len());
    for (profile, beside) in seen.profiles.iter().zip(&mut rest.profiles) {
        let saved: FxHashMap<Unit, String> = profile.sources.iter().map(|source| (source.unit, shown(source.volser))).collect();
        let mut mapped = FxHashSet::default();
        for entry in &profile.targets {
            if let Some(label) = saved.get(&entry.source) {
                mapped.insert(entry.source);
                put(&mut out, format_args!("{},{},{},{label},{}\n", profile.name, entry.generation, entry.source, entry.target));
            }
        }
        for source in profile.sources.iter().filter(|source| !mapped.contains(&source.unit)) {
            put(&mut out, format_args!("{},,{},{},\n", profile.name, source.unit, shown(source.volser)));
        }
        let unmapped = profile.targets.iter().filter(|entry| !saved.contains_key(&entry.source));
        let single = |&Mapping { generation, source, target }: &Mapping| Targets { generation, source, target, count: 1 };
        beside.targets = unmapped.map(single).collect();
    }
    out
}

fn data_sets(seen: &Observation) -> String {
    let mut out = header(&DATA_SETS, DATA_SETS.columns.len());
    for set in &seen.data_sets {
        let ims: Vec<&str> = set.ims.iter().map(ImsSsid::as_str).collect();
        let labels: Vec<&str> = set.volumes.iter().map(Volser::as_str).collect();
        let (ims, labels) = (ims.join(" "), labels.join(" "));
        put(&mut out, format_args!("{},{},{},{ims},{labels},{}\n", set.name, set.catalog, set.class, set.storage));
    }
    out
}
