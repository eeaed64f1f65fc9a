//! Profiles of a large site, the IMS systems that they back up, and what those keep on their volumes.

use std::ops::Range;

use dasdlab_model::name::{CatalogName, ImsSsid};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Catalog, DataSets, Ims, Mirrors, Profile, Relations, Site, Sources, Targets};
use dasdlab_model::states::{BackupType, CatalogKind, DataSetClass, Method, MirrorState, RelationState};
use dasdlab_model::unit::{Unit, VolumeRef};

use super::faults::{Fault, Faults};
use super::layout::{Layout, label};
use super::volumes::system;
use super::{LargeOptions, named};

/// One of so many sources of a profile holds logs.
const LOG_SHARE: u32 = 8;
/// RECON data sets of an IMS system.
const RECONS: u32 = 3;
/// Data sets of a profile that lie on two volumes each.
const STRIPED: u32 = 16;

/// Writes the profiles and all data sets.
pub(super) fn write(options: &LargeOptions, layout: &Layout, faults: &Faults, site: &mut Site) -> Result<(), String> {
    for number in 0..options.profiles {
        let sources = layout.of_profile(number);
        let logs = (sources.len() as u32 / LOG_SHARE).max(1);
        let keeper = Keeper { layout, number, ssid: named(&format!("I{number:03}"))? };
        site.ims.push(Ims { ssid: keeper.ssid, group: None });
        keeper.data(sources.start..sources.end - logs, site)?;
        keeper.logs(sources.end - logs..sources.end, site)?;
        profile(options, &keeper, sources, faults, site)?;
    }
    outside(layout, site)
}

/// Who keeps data sets: the IMS system of a profile.
struct Keeper<'a> {
    layout: &'a Layout,
    number: u32,
    ssid: ImsSsid,
}

impl Keeper<'_> {
    fn catalog(&self, side: &str, volume: u32, site: &mut Site) -> Result<CatalogName, String> {
        let name: CatalogName = named(&format!("UCAT.P{:03}.{side}", self.number))?;
        let labels = vec![named(&label(self.layout.label(volume, 0), 1)?.to_string())?];
        site.catalogs.push(Catalog { name: name.clone(), kind: CatalogKind::User, volumes: labels, reachable: true });
        Ok(name)
    }

    fn data(&self, volumes: Range<u32>, site: &mut Site) -> Result<(), String> {
        let catalog = self.catalog("DATA", volumes.start, site)?;
        let first = volumes.start..volumes.start + 1;
        self.data_sets("DB", DataSetClass::Database, &catalog, volumes.clone(), site)?;
        self.data_sets("SYS", DataSetClass::System, &catalog, first.clone(), site)?;
        self.data_sets("USER", DataSetClass::UserIncluded, &catalog, first, site)?;
        // Each of these lies on a volume and the next one; the two count up side by side.
        let count = STRIPED.min(volumes.len() as u32 - 1);
        let striped = volumes.start..volumes.start + count;
        if count > 0 && self.layout.by_letter(striped.start..striped.end + 1, 0).len() == 1 {
            self.data_sets("STRIPED", DataSetClass::Database, &catalog, striped, site)?;
            if let Some(range) = site.data_sets.last_mut() {
                range.volumes.push(label(self.layout.label(volumes.start + 1, 0), count)?);
            }
        }
        Ok(())
    }

    fn logs(&self, volumes: Range<u32>, site: &mut Site) -> Result<(), String> {
        let catalog = self.catalog("LOG", volumes.start, site)?;
        let recons = volumes.start..volumes.end.min(volumes.start + RECONS);
        self.data_sets("LOG", DataSetClass::Log, &catalog, volumes, site)?;
        self.data_sets("RECON", DataSetClass::Recon, &catalog, recons, site)
    }

    /// One data set on each of these volumes.
    fn data_sets(
        &self,
        what: &str,
        class: DataSetClass,
        catalog: &CatalogName,
        volumes: Range<u32>,
        site: &mut Site,
    ) -> Result<(), String> {
        let start = volumes.start;
        for (first, count) in self.layout.by_letter(volumes, 0) {
            site.data_sets.push(DataSets {
                name: counting(&format!("IMS.P{:03}.{what}.A", self.number), first - start, count)?,
                count,
                class,
                catalog: catalog.clone(),
                ims: vec![self.ssid],
                volumes: vec![label(self.layout.label(first, 0), count)?],
                storage: None,
            });
        }
        Ok(())
    }
}

fn counting(prefix: &str, first: u32, count: u32) -> Result<NamePattern, String> {
    named(&if count > 1 { format!("{prefix}{{{first:07}}}") } else { format!("{prefix}{first:07}") })
}

fn profile(
    options: &LargeOptions,
    keeper: &Keeper<'_>,
    sources: Range<u32>,
    faults: &Faults,
    site: &mut Site,
) -> Result<(), String> {
    let layout = keeper.layout;
    let on = layout.system_of(keeper.number);
    let home = system(site, on)?;
    let unit = |source: u32, generation: u32| {
        let number = layout.unit(on, source, generation);
        Unit::new(number).ok_or_else(|| format!("unit {number:X} does not exist"))
    };
    let mut profile = Profile {
        name: named(&format!("LARGE {:03}", keeper.number))?,
        creator: String::new(),
        description: String::new(),
        system: Some(home),
        ims_ssid: keeper.ssid,
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
        for (first, count, fault) in apart(first..first + count, faults.entries(0, first..first + count)) {
            let volser = match fault {
                Some(Fault::SavedOtherwise) => Some(named("OLDVOL")?),
                Some(_) => continue,
                None => Some(label(layout.label(first, 0), count)?),
            };
            profile.sources.push(Sources { unit: unit(first, 0)?, count, volser });
        }
    }
    for generation in 1..=options.generations {
        let number = u32::from(generation);
        for (first, count, fault) in apart(sources.clone(), faults.entries(number, sources.clone())) {
            if fault.is_none() {
                let (source, target) = (unit(first, 0)?, unit(first, number)?);
                profile.targets.push(Targets { generation, source, target, count });
            }
        }
        if options.copied {
            let at = |unit: Unit| VolumeRef::UnitOf(home, unit);
            let (from, to) = (at(unit(sources.start, 0)?), at(unit(sources.start, number)?));
            let count = sources.len() as u32;
            match options.method {
                Method::FlashCopy => {
                    site.flashcopy.push(Relations { source: from, target: to, count, state: RelationState::Copied });
                }
                Method::Bcv => site.mirrors.push(Mirrors { standard: from, bcv: to, count, state: MirrorState::Split }),
            }
        }
    }
    site.profiles.push(profile);
    Ok(())
}

/// Sources in a row, cut so that those with a faulty entry stand alone.
fn apart(sources: Range<u32>, faulty: impl Iterator<Item = (u32, Fault)>) -> Vec<(u32, u32, Option<Fault>)> {
    let mut parts = Vec::new();
    let mut next = sources.start;
    for (at, fault) in faulty {
        parts.push((next, at - next, None));
        parts.push((at, 1, Some(fault)));
        next = at + 1;
    }
    parts.push((next, sources.end - next, None));
    parts.retain(|&(_, count, _)| count > 0);
    parts
}

/// The product's own data and those of other systems, on volumes outside.
fn outside(layout: &Layout, site: &mut Site) -> Result<(), String> {
    let first = layout.outside_label();
    let catalog: CatalogName = named("UCAT.OUTSIDE")?;
    let volumes = vec![named(&label(first, 1)?.to_string())?];
    site.catalogs.push(Catalog { name: catalog.clone(), kind: CatalogKind::User, volumes, reachable: true });
    for (name, class) in [("RECOVERY.CONTROL", DataSetClass::Control), ("TSO.DATA", DataSetClass::NonIms)] {
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
