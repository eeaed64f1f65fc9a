//! From three texts to tables.

use dasdlab_model::declare::{Fault as Malformed, Step, declare};
use dasdlab_model::name::{ImsSsid, ProfileName, SystemName};
use dasdlab_model::observation::{ArraySeen, BackupProfile, CatalogSeen, Mapping, Observation, Source};
use dasdlab_model::read::{Content, Document, ReadError};
use dasdlab_model::site::{Profile, Site};
use dasdlab_model::states::{BackupType, Method, ProfileState};
use dasdlab_model::tables::Tables;

use crate::columns::{DATA_SETS, PAIRS, Plan, Table, VOLUMES, data_set, pair, volume};
use crate::faults::{Fault, MAX_FAULTS, Name, Places};
use crate::join::{self, DataSets, Page, Volumes};
use crate::map::ColumnMap;
use crate::rows::{Rows, pieces, without_mark};
use crate::run::Run;
use crate::{base, data_sets, pairs, volumes};

/// The most bytes of a table; a larger one is refused before it is read.
pub const MAX_TABLE_BYTES: u64 = 512 * 1024 * 1024;

/// A table as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// All of it.
    pub bytes: &'a [u8],
}

/// What is asked for where the tables do not say it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The name of the profile.
    pub profile: Option<ProfileName>,
    /// The system whose units stand in the tables.
    pub system: Option<SystemName>,
    /// The IMS system that the profile backs up.
    pub ims: Option<ImsSsid>,
    /// What a backup contains.
    pub backup_type: Option<BackupType>,
    /// How volumes are copied.
    pub method: Option<Method>,
}

/// Three tables and what goes with them.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// One row a volume.
    pub volumes: Input<'a>,
    /// One row a pair.
    pub pairs: Input<'a>,
    /// One row a data set.
    pub data_sets: Input<'a>,
    /// How the columns are called.
    pub map: &'a ColumnMap,
    /// A site with all that is not in the tables.
    pub rest: Option<&'a Document>,
    /// What is asked for.
    pub asked: &'a Asked,
}

/// What tables come to.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The site.
    pub tables: Tables,
    /// What was assumed, a sentence each without its full stop.
    pub assumed: Vec<String>,
    /// Columns that were not read, with their files.
    pub ignored: Vec<String>,
}

/// One of the tables while it is read.
struct Sheet<'a> {
    input: Input<'a>,
    /// Behind the byte order mark.
    text: &'a [u8],
    plan: Plan,
}

struct Sheets<'a> {
    volumes: Sheet<'a>,
    pairs: Sheet<'a>,
    data_sets: Sheet<'a>,
}

enum Piece<'a> {
    Volumes(&'a [u8], usize),
    Pairs(&'a [u8], usize),
    DataSets(&'a [u8], usize),
}

enum Part {
    Volumes(volumes::Part),
    Pairs(pairs::Part),
    DataSets(data_sets::Part),
}

/// Reads the tables.
///
/// # Errors
/// Everything that is malformed, located, 1,000 faults at most: first the form of tables and cells, and when that is right
/// what the rows say together.
pub fn load(inputs: &Inputs<'_>, run: &impl Run) -> Result<Loaded, Vec<ReadError>> {
    let sheets = Sheets::new(inputs)?;
    let rest = inputs.rest.map(site_of).transpose()?;
    let users: Vec<ImsSsid> = base::ims(inputs.asked, rest).into_iter().collect();
    let mut work = Vec::new();
    work.extend(sheets.volumes.pieces().map(|(piece, at)| Piece::Volumes(piece, at)));
    work.extend(sheets.data_sets.pieces().map(|(piece, at)| Piece::DataSets(piece, at)));
    work.extend(sheets.pairs.pieces().map(|(piece, at)| Piece::Pairs(piece, at)));
    let parts = run.run(work, |piece| match piece {
        Piece::Volumes(piece, at) => Part::Volumes(volumes::read(&sheets.volumes.plan, piece, at)),
        Piece::Pairs(piece, at) => Part::Pairs(pairs::read(&sheets.pairs.plan, piece, at)),
        Piece::DataSets(piece, at) => Part::DataSets(data_sets::read(&sheets.data_sets.plan, piece, at, &users)),
    });
    let (mut volume_parts, mut pair_parts, mut set_parts) = (Vec::new(), Vec::new(), Vec::new());
    let mut faults = Vec::new();
    for part in parts {
        match part {
            Part::Volumes(mut part) => {
                faults.push(std::mem::take(&mut part.faults));
                volume_parts.push(part);
            }
            Part::Pairs(mut part) => {
                faults.push(std::mem::take(&mut part.faults));
                pair_parts.push(part);
            }
            Part::DataSets(mut part) => {
                faults.push(std::mem::take(&mut part.faults));
                set_parts.push(part);
            }
        }
    }
    let faults = join::faults(faults);
    if !faults.is_empty() {
        return Err(sheets.errors(faults));
    }
    let known: Vec<_> = rest.map(|rest| rest.arrays.iter().map(|array| array.serial).collect()).unwrap_or_default();
    let volumes = join::volumes(volume_parts, &known).map_err(|clashes| {
        let file = std::path::Path::new(sheets.volumes.input.file);
        clashes.into_iter().take(MAX_FAULTS).map(|message| ReadError::unplaced(file, message)).collect::<Vec<_>>()
    })?;
    let data_sets = join::data_sets(set_parts);
    let labels = (!sheets.pairs.plan.has(pair::VOLSER)).then(|| base::labels(&volumes));
    let label = labels.as_ref().map(|labels| |unit: u32| labels.get(unit as usize).copied().unwrap_or(0));
    let (pages, clashes) = join::pairs(&pair_parts, label.as_ref().map(|label| label as &dyn Fn(u32) -> u64));
    drop(pair_parts);
    if !clashes.is_empty() {
        let wanted: Vec<_> = clashes.into_iter().take(MAX_FAULTS).map(|(row, message)| (row, pair::VOLSER, message)).collect();
        return Err(sheets.errors(sheets.pairs.faults(Name::Pairs, &[], wanted)));
    }
    let mut assumed = sheets.assumed();
    let site = base::site(inputs.asked, rest, &volumes, &data_sets, &pages, &mut assumed);
    let ignored = sheets.ignored();
    let tables = Joined { inputs, sheets: &sheets, rest, site: &site }.tables(volumes, data_sets, pages)?;
    Ok(Loaded { tables, assumed, ignored })
}

/// The site of the document that goes with the tables.
fn site_of(document: &Document) -> Result<&Site, Vec<ReadError>> {
    match &document.content {
        Content::Site(site) => Ok(site),
        Content::Scenario(_) => {
            let file = std::path::Path::new(&document.file);
            Err(vec![ReadError::unplaced(file, "is a scenario: expected a site with what the tables do not hold")])
        }
    }
}

/// Everything that was read, about to become tables.
struct Joined<'a> {
    inputs: &'a Inputs<'a>,
    sheets: &'a Sheets<'a>,
    rest: Option<&'a Site>,
    site: &'a Site,
}

impl Joined<'_> {
    fn tables(&self, volumes: Volumes, data_sets: DataSets, mut pages: Vec<Page>) -> Result<Tables, Vec<ReadError>> {
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
        let rows: Vec<(ProfileName, Vec<u32>, Vec<u32>)> = pages
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
            if tables.fit_together() {
                return Ok(tables);
            }
            for (profile, (sources, targets)) in tables.few.profiles.iter_mut().zip(lengths) {
                profile.sources.truncate(sources);
                profile.targets.truncate(targets);
            }
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
        pages: &[(ProfileName, Vec<u32>, Vec<u32>)],
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
                    match rows.and_then(|rows| rows.get(entry.checked_sub(before)?)) {
                        Some(&row) => in_pairs.push((row, slot(&PAIRS, name, pair::SOURCE), message)),
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

impl<'a> Sheets<'a> {
    fn new(inputs: &Inputs<'a>) -> Result<Self, Vec<ReadError>> {
        let separator = match inputs.map.separator {
            None => b',',
            Some(separator) => match u8::try_from(separator) {
                Ok(byte) if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r' | b' ') => {
                    byte
                }
                _ => {
                    let message = format!("`{separator}` cannot separate fields: expected a character such as ; or a tab");
                    return Err(vec![ReadError::unplaced(std::path::Path::new("the map of columns"), message)]);
                }
            },
        };
        let sheet = |table: &Table, input: Input<'a>, map| {
            let text = without_mark(input.bytes);
            let plan = Plan::new(table, text, separator, map).map_err(|faults| {
                let mut places = Places::new(text);
                faults.into_iter().map(|fault| places.error(input.file, fault.at, fault.message)).collect::<Vec<_>>()
            })?;
            let (model, cylinders) = (volume::MODEL, volume::CYLINDERS);
            if table.name == Name::Volumes && !plan.has(model) && !plan.has(cylinders) {
                let message = "there is no column `model` and none `cylinders`: expected one of them or both".to_owned();
                return Err(vec![Places::new(text).error(input.file, 0, message)]);
            }
            Ok(Sheet { input, text, plan })
        };
        let volumes = sheet(&VOLUMES, inputs.volumes, &inputs.map.volumes);
        let pairs = sheet(&PAIRS, inputs.pairs, &inputs.map.pairs);
        let data_sets = sheet(&DATA_SETS, inputs.data_sets, &inputs.map.data_sets);
        match (volumes, pairs, data_sets) {
            (Ok(volumes), Ok(pairs), Ok(data_sets)) => Ok(Self { volumes, pairs, data_sets }),
            (volumes, pairs, data_sets) => {
                Err([volumes.err(), pairs.err(), data_sets.err()].into_iter().flatten().flatten().collect())
            }
        }
    }

    fn all(&self) -> [(&Sheet<'a>, &'static Table); 3] {
        [(&self.volumes, &VOLUMES), (&self.pairs, &PAIRS), (&self.data_sets, &DATA_SETS)]
    }

    /// What is assumed because a column is missing.
    fn assumed(&self) -> Vec<String> {
        let mut assumed = Vec::new();
        for (sheet, table) in self.all() {
            for (at, column) in table.columns.iter().enumerate() {
                if !sheet.plan.has(at) && !column.assumed.is_empty() {
                    assumed.push(format!("{} ({} has no column {})", column.assumed, sheet.input.file, column.name));
                }
            }
        }
        assumed
    }

    fn ignored(&self) -> Vec<String> {
        let sheets = self.all().into_iter().map(|(sheet, _)| sheet).filter(|sheet| !sheet.plan.ignored.is_empty());
        sheets.map(|sheet| format!("{}: {}", sheet.input.file, sheet.plan.ignored.join(", "))).collect()
    }

    /// Faults as errors at their places.
    fn errors(&self, mut faults: Vec<Fault>) -> Vec<ReadError> {
        faults.sort();
        faults.truncate(MAX_FAULTS);
        let mut errors = Vec::new();
        for (sheet, table) in self.all() {
            let mut places = Places::new(sheet.text);
            let of_table = faults.iter().filter(|fault| fault.table == table.name);
            errors.extend(of_table.map(|fault| places.error(sheet.input.file, fault.at, fault.message.clone())));
        }
        errors
    }
}

impl<'a> Sheet<'a> {
    /// Pieces of the rows, and where each begins.
    fn pieces(&self) -> impl Iterator<Item = (&'a [u8], usize)> + use<'a> {
        let mut at = self.plan.body;
        pieces(self.text.get(at..).unwrap_or_default()).into_iter().map(move |piece| {
            let begin = at;
            at += piece.len();
            (piece, begin)
        })
    }

    /// Faults at cells of rows; rows that begin at a place that is skipped do not count.
    fn faults(&self, table: Name, skipped: &[usize], mut wanted: Vec<(u32, usize, String)>) -> Vec<Fault> {
        wanted.sort();
        wanted.truncate(MAX_FAULTS);
        let mut wanted = wanted.into_iter().peekable();
        let mut faults = Vec::new();
        let body = self.text.get(self.plan.body..).unwrap_or_default();
        let mut rows = Rows::new(body, self.plan.separator);
        let mut number = 0_u32;
        let mut cells: [&[u8]; volume::COUNT] = [b""; volume::COUNT];
        while wanted.peek().is_some()
            && let Some(next) = self.plan.next(&mut rows, &mut cells)
        {
            let Ok(begin) = next else { continue };
            if skipped.binary_search(&(self.plan.body + begin)).is_ok() {
                continue;
            }
            while let Some((_, slot, message)) = wanted.next_if(|(row, ..)| *row == number) {
                let at = self.plan.body + volumes::place(body, &cells, slot, begin);
                faults.push(Fault { table, at, message });
            }
            number += 1;
        }
        faults
    }
}
