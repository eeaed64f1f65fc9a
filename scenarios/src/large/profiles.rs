//! Profiles of a large site, the IMS systems that they back up, and what those keep on their volumes.

use dasdlab_model::name::{CatalogName, ImsSsid};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Catalog, DataSets, Ims, Mirrors, Profile, Relations, Site, Sources, Targets};
use dasdlab_model::states::{BackupType, CatalogKind, Method};
use dasdlab_model::unit::{Unit, VolumeRef};

use super::LargeOptions;
use super::contents::{Contents, Kept, OUTSIDE, Side};
use super::faults::{Fault, Faults};
use super::layout::Layout;
use super::names::{self, label, named};
use super::volumes::{COPIED_MIRROR, COPIED_RELATION};

/// The label with which a profile was saved where it is another one.
pub(super) const OLD_LABEL: &str = "OLDVOL";

/// Writes the profiles and all data sets.
pub(super) fn write(options: &LargeOptions, layout: &Layout, faults: &Faults, site: &mut Site) -> Result<(), String> {
    for number in 0..options.profiles {
        let ssid = names::ssid(number)?;
        site.ims.push(Ims { ssid, group: None });
        data_sets(layout, number, ssid, site)?;
        profile(options, layout, (number, ssid), faults, site)?;
    }
    outside(layout, site)
}

/// What the IMS system of a profile keeps.
fn data_sets(layout: &Layout, number: u32, ssid: ImsSsid, site: &mut Site) -> Result<(), String> {
    let contents = Contents::new(layout, number);
    for side in Side::ALL {
        let volumes = vec![names::volser(layout.label(contents.catalog_on(side), 0))?];
        let name = names::catalog(number, side.name())?;
        site.catalogs.push(Catalog { name, kind: CatalogKind::User, volumes, reachable: true });
    }
    for Kept { what, class, side, sources, striped } in contents.data_sets {
        let (start, prefix) = (sources.start, names::data_sets(number, what));
        for (first, count) in layout.by_letter(sources, 0) {
            let on = |source| label(layout.label(source, 0), count);
            let mut volumes = vec![on(first)?];
            if striped {
                volumes.push(on(first + 1)?);
            }
            site.data_sets.push(DataSets {
                name: counting(&prefix, first - start, count)?,
                count,
                class,
                catalog: names::catalog(number, side.name())?,
                ims: vec![ssid],
                volumes,
                storage: None,
            });
        }
    }
    Ok(())
}

fn counting(prefix: &str, first: u32, count: u32) -> Result<NamePattern, String> {
    named(&if count > 1 { format!("{prefix}{{{first:07}}}") } else { format!("{prefix}{first:07}") })
}

fn profile(
    options: &LargeOptions,
    layout: &Layout,
    (number, ims_ssid): (u32, ImsSsid),
    faults: &Faults,
    site: &mut Site,
) -> Result<(), String> {
    let sources = layout.of_profile(number);
    let on = layout.system_of(number);
    let home = names::system(on)?;
    let unit = |source: u32, generation: u32| {
        let number = layout.unit(on, source, generation);
        Unit::new(number).ok_or_else(|| format!("unit {number:X} does not exist"))
    };
    let mut profile = Profile {
        name: names::profile(number)?,
        creator: String::new(),
        description: String::new(),
        system: Some(home),
        ims_ssid,
        backup_type: BackupType::Full,
        method: options.method,
        generations: options.generations,
        state: None,
        reason: None,
        fingerprint: None,
        locked_by: None,
        sources: Vec::new(),
        targets: Vec::new(),
        backups: Vec::new(),
    };
    for (first, count) in layout.by_letter(sources.clone(), 0) {
        faults.entries(0, first..first + count, |first, count, fault| {
            let volser = match fault {
                Some(Fault::SavedOtherwise) => Some(named(OLD_LABEL)?),
                Some(_) => return Ok(()),
                None => Some(label(layout.label(first, 0), count)?),
            };
            profile.sources.push(Sources { unit: unit(first, 0)?, count, volser });
            Ok(())
        })?;
    }
    for generation in 1..=options.generations {
        let of = u32::from(generation);
        faults.entries(of, sources.clone(), |first, count, fault| {
            if fault.is_none() {
                let (source, target) = (unit(first, 0)?, unit(first, of)?);
                profile.targets.push(Targets { generation, source, target, count });
            }
            Ok(())
        })?;
        if options.copied {
            let at = |unit: Unit| VolumeRef::UnitOf(home, unit);
            let (from, to) = (at(unit(sources.start, 0)?), at(unit(sources.start, of)?));
            let count = sources.len() as u32;
            match options.method {
                Method::FlashCopy => {
                    site.flashcopy.push(Relations { source: from, target: to, count, state: COPIED_RELATION });
                }
                Method::Bcv => site.mirrors.push(Mirrors { standard: from, bcv: to, count, state: COPIED_MIRROR }),
            }
        }
    }
    site.profiles.push(profile);
    Ok(())
}

/// The product's own data and those of other systems, on volumes outside.
fn outside(layout: &Layout, site: &mut Site) -> Result<(), String> {
    let (catalog, data_sets) = OUTSIDE;
    let (catalog, first): (CatalogName, _) = (named(catalog)?, layout.outside_label());
    let volumes = vec![names::volser(first)?];
    site.catalogs.push(Catalog { name: catalog.clone(), kind: CatalogKind::User, volumes, reachable: true });
    for (name, class) in data_sets {
        site.data_sets.push(DataSets {
            name: named(name)?,
            count: 1,
            class,
            catalog: catalog.clone(),
            ims: Vec::new(),
            volumes: vec![label(first, 1)?],
            storage: None,
        });
    }
    Ok(())
}
