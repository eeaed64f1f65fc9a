//! What is not in columns of volumes: data sets and catalogs, arrays, systems, and the profiles with their entries.

use dasdlab_model::name::{CatalogName, Volser};
use dasdlab_model::observation::{ArraySeen, BackupProfile, CatalogSeen, Mapping, Observation, Source, SystemSeen};
use dasdlab_model::site::{Ims, Policy};
use dasdlab_model::states::{BackupType, CatalogKind, Feature, ProfileState, SetupReason, Storage};
use dasdlab_model::tables::{Kind, Tables, Texts, counted};
use dasdlab_model::unit::{CuSsid, Unit};

use super::Plan;
use crate::large::LargeOptions;
use crate::large::contents::{Contents, Kept, OUTSIDE, Side};
use crate::large::faults::Fault;
use crate::large::layout::Layout;
use crate::large::names::{self, label_word, named};
use crate::large::profiles::OLD_LABEL;
use crate::large::volumes::{cu_ssid, hardware, id};

/// Writes all but the volumes, what is copied, and the entries of profiles.
pub(super) fn write(options: &LargeOptions, layout: &Layout, tables: &mut Tables) -> Result<(), String> {
    let mut few = Observation {
        policy: Policy { lss_scope: options.lss_scope, ..Policy::default() },
        units: std::mem::take(&mut tables.few.units),
        relations: std::mem::take(&mut tables.few.relations),
        mirrors: std::mem::take(&mut tables.few.mirrors),
        ..Observation::default()
    };
    for system in 0..options.systems {
        few.systems.push(SystemSeen { name: names::system(system)?, host_software_level: None });
    }
    for array in 0..options.arrays {
        few.arrays.push(self::array(options, layout, array)?);
    }
    let (outside, outside_sets) = OUTSIDE;
    let outside_label = names::volser(layout.outside_label())?;
    few.catalogs.push(catalog(named(outside)?, outside_label));
    tables.data_sets.clear();
    // Most data sets are databases and logs, one for each source.
    tables.data_sets.reserve(layout.sources as usize, 0);
    tables.home = few.systems.first().map(|system| system.name);
    for number in 0..options.profiles {
        few.ims.push(Ims { ssid: names::ssid(number)?, group: None });
        few.profiles.push(profile(options, layout, number)?);
        let contents = Contents::new(layout, number);
        for side in Side::ALL {
            let label = names::volser(layout.label(contents.catalog_on(side), 0))?;
            few.catalogs.push(catalog(names::catalog(number, side.name())?, label));
        }
        data_sets(layout, number, contents, tables)?;
    }
    let users = tables.data_sets.users(Vec::new());
    for (name, class) in outside_sets {
        tables.data_sets.push(name, Kind::new(class, Storage::Disk), 0, users, [outside_label.packed()]);
    }
    few.sort();
    tables.few = few;
    Ok(())
}

fn array(options: &LargeOptions, layout: &Layout, array: u32) -> Result<ArraySeen, String> {
    let (family, code_level) = hardware(options.method);
    let first = cu_ssid(array)?;
    let mut lss = Vec::new();
    for (number, ssid) in (0..layout.subsystems(array)).zip(first..) {
        lss.push((id(number * 256)?.0, CuSsid(ssid)));
    }
    Ok(ArraySeen {
        serial: names::serial(options.method, array)?,
        family,
        code_level: code_level.to_owned(),
        fixes: Vec::new(),
        features: vec![Feature::FlashCopy],
        reachable: true,
        copy_rate: None,
        lss,
    })
}

fn catalog(name: CatalogName, label: Volser) -> CatalogSeen {
    CatalogSeen { name, kind: CatalogKind::User, volumes: vec![label], reachable: true }
}

fn profile(options: &LargeOptions, layout: &Layout, number: u32) -> Result<BackupProfile, String> {
    Ok(BackupProfile {
        name: names::profile(number)?,
        creator: String::new(),
        description: String::new(),
        system: names::system(layout.system_of(number))?,
        ims_ssid: names::ssid(number)?,
        backup_type: BackupType::Full,
        method: options.method,
        generations: options.generations,
        state: ProfileState::SetupNeeded,
        reason: Some(SetupReason::New),
        fingerprint: None,
        locked_by: None,
        sources: Vec::new(),
        targets: Vec::new(),
        backups: Vec::new(),
    })
}

/// What the IMS system of a profile keeps, in the order of the names.
fn data_sets(layout: &Layout, number: u32, contents: Contents, tables: &mut Tables) -> Result<(), String> {
    let users = tables.data_sets.users(vec![names::ssid(number)?]);
    let mut all = contents.data_sets;
    all.sort_unstable_by_key(|kept| kept.what);
    for Kept { what, class, side, sources, striped } in all {
        // The catalog outside is before all others.
        let catalog = 1 + number * Side::ALL.len() as u32 + side as u32;
        let kind = Kind::new(class, Storage::Disk);
        counting(names::data_sets(number, what), sources.len() as u32, tables.data_sets.names_mut());
        let label = |source| label_word(layout.label(source, 0));
        for (first, count) in layout.by_letter(sources, 0) {
            if striped {
                for source in first..first + count {
                    tables.data_sets.push_unnamed(kind, catalog, users, [label(source), label(source + 1)]);
                }
                continue;
            }
            for (word, count) in counted(label(first), count) {
                (word..word + u64::from(count)).for_each(|label| tables.data_sets.push_unnamed(kind, catalog, users, [label]));
            }
        }
    }
    Ok(())
}

/// Adds so many names that count from 0 on in seven digits behind their beginning.
fn counting(mut name: String, count: u32, names: &mut Texts) {
    let prefix = name.len();
    names.reserve(count as usize, count as usize * (prefix + 7));
    for ten in 0..count.div_ceil(10) {
        name.truncate(prefix);
        name.push_str(&format!("{ten:06}"));
        for digit in ('0'..='9').take((count - ten * 10).min(10) as usize) {
            name.push(digit);
            names.push(&name);
            name.pop();
        }
    }
}

/// Writes sources and targets of all profiles.
pub(super) fn write_entries(plan: &Plan, tables: &mut Tables) -> Result<(), String> {
    let Plan { options, layout, faults, .. } = plan;
    let old_label = Some(named(OLD_LABEL)?);
    for (number, profile) in (0..).zip(&mut tables.few.profiles) {
        let sources = layout.of_profile(number);
        let on = layout.system_of(number);
        // Units count up with the sources: with the last all of them are there.
        let units = |first, count, generation| {
            let number = layout.unit(on, first, generation);
            let last = number + (count - 1);
            Unit::new(last).ok_or_else(|| format!("unit {last:X} does not exist"))?;
            Ok::<_, String>((number..=last).filter_map(Unit::new))
        };
        profile.sources.clear();
        faults.entries(0, sources.clone(), |first, count, fault| {
            let mut units = units(first, count, 0)?;
            match fault {
                None => {
                    for (from, count) in layout.by_letter(first..first + count, 0) {
                        for (word, count) in counted(label_word(layout.label(from, 0)), count) {
                            let labels = (word..word + u64::from(count)).map(Volser::from_packed);
                            profile.sources.extend(labels.zip(&mut units).map(|(volser, unit)| Source { unit, volser }));
                        }
                    }
                }
                Some(Fault::SavedOtherwise) => {
                    profile.sources.extend(units.map(|unit| Source { unit, volser: old_label }));
                }
                Some(_) => {}
            }
            Ok(())
        })?;
        profile.targets.clear();
        for generation in 1..=options.generations {
            let of = u32::from(generation);
            faults.entries(of, sources.clone(), |first, count, fault| {
                if fault.is_none() {
                    let pairs = units(first, count, 0)?.zip(units(first, count, of)?);
                    profile.targets.extend(pairs.map(|(source, target)| Mapping { generation, source, target }));
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
