//! Everything that was read, joined into tables; or what is wrong with it, at the rows that it comes from.

use dasdlab_model::declare::{Fault as Malformed, Step, declare};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{ArraySeen, BackupProfile, CatalogSeen, Mapping, Observation, Source};
use dasdlab_model::read::ReadError;
use dasdlab_model::site::{Profile, Site};
use dasdlab_model::states::ProfileState;
use dasdlab_model::tables::Tables;

use crate::columns::{DATA_SETS, PAIRS, Table, VOLUMES, data_set, pair, volume};
use crate::faults::Name;
use crate::join::{DataSets, Volumes};
use crate::load::Inputs;
use crate::pages::{Origins, Page};
use crate::sheets::Sheets;
use crate::{base, data_sets};
use dasdlab_model::run::Run;

/// Everything that was read, about to become tables.
pub(crate) struct Joined<'a> {
    pub(crate) inputs: &'a Inputs<'a>,
    pub(crate) sheets: &'a Sheets<'a>,
    /// The site that was given.
    pub(crate) rest: Option<&'a Site>,
    /// That site, or none, with what was assumed.
    pub(crate) site: &'a Site,
}

impl Joined<'_> {
    /// The tables, if they can be; else everything that is wrong.
    pub(crate) fn tables(
        &self,
        volumes: Volumes,
        data_sets: DataSets,
        mut pages: Vec<Page>,
        run: &impl Run,
    ) -> Result<Tables, Vec<ReadError>> {
        let entwined = base::is_entwined(self.site);
        let apart = Site { aliases: Vec::new(), flashcopy: Vec::new(), mirrors: Vec::new(), ..self.site.clone() };
        let declared = if entwined { None } else { declare(&apart).ok() };
        let is_declared = declared.is_some();
        let mut few = declared.unwrap_or_else(|| outline(self.site));
        // What the site beside the tables says of profiles itself.
        let pages_beside: Vec<(Vec<Source>, Vec<Mapping>)> = few
            .profiles
            .iter_mut()
            .map(|profile| (std::mem::take(&mut profile.sources), std::mem::take(&mut profile.targets)))
            .collect();
        let rows: Vec<(ProfileName, Origins, Origins)> = pages
            .iter_mut()
            .filter_map(|page| {
                let name = base::page_name(page, self.inputs.asked, self.rest.unwrap_or(&Site::default()))?;
                let profile = few.profiles.iter_mut().find(|profile| profile.name == name)?;
                profile.sources = std::mem::take(&mut page.sources);
                profile.targets = std::mem::take(&mut page.targets);
                Some((name, std::mem::take(&mut page.source_rows), std::mem::take(&mut page.target_rows)))
            })
            .collect();
        few.units = volumes.units;
        let catalogs: Vec<u32> = data_sets
            .named
            .iter()
            .map(|name| few.catalogs.binary_search_by(|catalog| catalog.name.cmp(name)))
            .map(|found| found.ok().and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX))
            .collect();
        let mut sets = data_sets.table;
        sets.renumber(&catalogs);
        let home = self.site.systems.first().map(|system| system.name);
        let mut tables = Tables { home, few, volumes: volumes.table, data_sets: sets };
        if is_declared && tables.take_copies(self.site) {
            let profiles = tables.few.profiles.iter_mut();
            let lengths: Vec<(usize, usize)> = profiles
                .zip(pages_beside)
                .map(|(profile, (sources, targets))| {
                    let lengths = (profile.sources.len(), profile.targets.len());
                    profile.sources.extend(sources);
                    profile.targets.extend(targets);
                    lengths
                })
                .collect();
            if run.run(Tables::PROOFS.to_vec(), |proof| proof(&tables)).into_iter().all(|holds| holds) {
                return Ok(tables);
            }
            for (profile, (sources, targets)) in tables.few.profiles.iter_mut().zip(lengths) {
                profile.sources.truncate(sources);
                profile.targets.truncate(targets);
            }
        }
        if !self.sheets.are_whole() {
            return Err(Vec::new());
        }
        // Whatever it is, the site that is spelled out says it.
        let spelled = tables.spelled(self.site);
        match declare(&spelled) {
            Ok(seen) => Ok(Tables::new(seen)),
            Err(faults) => Err(self.errors(&faults, &rows, &data_sets.catalogs)),
        }
    }

    /// Faults of the site that was spelled out, at the rows that they come from.
    fn errors(
        &self,
        faults: &[Malformed],
        pages: &[(ProfileName, Origins, Origins)],
        catalogs: &[data_sets::CatalogRow],
    ) -> Vec<ReadError> {
        use Step::{Field, Item};
        let given = Site::default();
        let rest = self.rest.unwrap_or(&given);
        let mut errors = Vec::new();
        let (mut in_volumes, mut in_pairs, mut in_sets) = (Vec::new(), Vec::new(), Vec::new());
        let row = |number: usize, before: usize| u32::try_from(number.saturating_sub(before)).unwrap_or(u32::MAX);
        for fault in faults {
            let message = fault.message.clone();
            match fault.path.as_slice() {
                [Field("volumes"), Item(number), Field(name), ..] if *number >= rest.volumes.len() => {
                    in_volumes.push((row(*number, rest.volumes.len()), slot(&VOLUMES, name, volume::UA), message));
                }
                [Field("data_sets"), Item(number), Field(name), ..] if *number >= rest.data_sets.len() => {
                    in_sets.push((row(*number, rest.data_sets.len()), slot(&DATA_SETS, name, data_set::NAME), message));
                }
                [Field("profiles"), Item(number), Field(list @ ("sources" | "targets")), Item(entry), Field(name), ..] => {
                    let profile = self.site.profiles.get(*number);
                    let page = profile.and_then(|profile| pages.iter().find(|(page, ..)| *page == profile.name));
                    let own = |profile: &Profile| if *list == "sources" { profile.sources.len() } else { profile.targets.len() };
                    let before = profile.map_or(0, own);
                    let name = if *list == "sources" && *name == "unit" { "source" } else { name };
                    let rows = page.map(|(_, sources, targets)| if *list == "sources" { sources } else { targets });
                    match rows.and_then(|rows| rows.of(entry.checked_sub(before)?)) {
                        Some(row) => in_pairs.push((row, slot(&PAIRS, name, pair::SOURCE), message)),
                        None => errors.extend(self.elsewhere(fault)),
                    }
                }
                _ => errors.extend(self.elsewhere(fault)),
            }
        }
        let skipped: Vec<usize> = catalogs.iter().map(|catalog| catalog.at).collect();
        let mut found = self.sheets.volumes.faults(Name::Volumes, &[], in_volumes);
        found.extend(self.sheets.pairs.faults(Name::Pairs, &[], in_pairs));
        found.extend(self.sheets.data_sets.faults(Name::DataSets, &skipped, in_sets));
        errors.extend(self.sheets.errors(found));
        errors
    }

    /// A fault of what goes with the tables, or of what was made of them.
    fn elsewhere(&self, fault: &Malformed) -> Vec<ReadError> {
        match (self.inputs.rest, self.rest) {
            (Some(document), Some(rest)) if base::is_of(rest, fault) => document.locate(std::slice::from_ref(fault)),
            _ => {
                let file = match fault.path.first() {
                    Some(Step::Field("profiles")) => self.sheets.pairs.input.file,
                    Some(Step::Field("catalogs" | "ims")) => self.sheets.data_sets.input.file,
                    _ => self.sheets.volumes.input.file,
                };
                vec![ReadError::unplaced(std::path::Path::new(file), fault.message.as_str())]
            }
        }
    }
}

/// The column of a field of the site.
fn slot(table: &Table, field: &str, otherwise: usize) -> usize {
    let named = |name: &str| table.columns.iter().position(|column| column.name == name);
    named(field).unwrap_or(otherwise)
}

/// What of a site tables refer to by number, whether or not the site is well-formed.
fn outline(site: &Site) -> Observation {
    let mut seen = Observation::default();
    seen.arrays.extend(site.arrays.iter().map(|array| ArraySeen {
        serial: array.serial,
        family: array.family,
        code_level: String::new(),
        fixes: Vec::new(),
        features: Vec::new(),
        reachable: true,
        copy_rate: None,
        lss: Vec::new(),
    }));
    seen.catalogs.extend(site.catalogs.iter().map(|catalog| CatalogSeen {
        name: catalog.name.clone(),
        kind: catalog.kind,
        volumes: Vec::new(),
        reachable: true,
    }));
    let home = site.systems.first().map(|system| system.name);
    seen.profiles.extend(site.profiles.iter().filter_map(|profile| {
        Some(BackupProfile {
            name: profile.name.clone(),
            creator: String::new(),
            description: String::new(),
            system: profile.system.or(home)?,
            ims_ssid: profile.ims_ssid,
            backup_type: profile.backup_type,
            method: profile.method,
            generations: profile.generations,
            state: ProfileState::SetupNeeded,
            reason: None,
            fingerprint: None,
            locked_by: None,
            sources: Vec::new(),
            targets: Vec::new(),
            backups: Vec::new(),
        })
    }));
    seen.arrays.sort_unstable_by_key(|array| array.serial);
    seen.arrays.dedup_by_key(|array| array.serial);
    seen.catalogs.sort_unstable();
    seen.catalogs.dedup_by(|a, b| a.name == b.name);
    seen
}
