//! From three texts to tables.

use dasdlab_model::name::{ImsSsid, ProfileName, SystemName};
use dasdlab_model::read::{Content, Document, ReadError};
use dasdlab_model::run::Run;
use dasdlab_model::site::Site;
use dasdlab_model::states::{BackupType, Method};
use dasdlab_model::tables::Tables;

use crate::columns::pair;
use crate::faults::{MAX_FAULTS, Name};
use crate::join;
use crate::joined::Joined;
use crate::map::ColumnMap;
use crate::pages::{self, Pages};
use crate::pieces::Source;
use crate::sheets::{Sheet, Sheets};
use crate::{base, data_sets, pairs, volumes};

/// The most bytes of a table; a larger one is refused before it is read.
pub const MAX_TABLE_BYTES: u64 = 512 * 1024 * 1024;

/// The most bytes of a header, and all of a small table.
const HEAD: usize = 1 << 16;

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

/// A table that is read in pieces.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// Its bytes.
    pub source: &'a dyn Source,
}

/// Three tables and what goes with them.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, T = Input<'a>> {
    /// One row a volume.
    pub volumes: T,
    /// One row a pair.
    pub pairs: T,
    /// One row a data set.
    pub data_sets: T,
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

/// All pieces of a table.
enum Parts {
    Volumes(Vec<volumes::Part>),
    Pairs(Vec<pairs::Part>),
    DataSets(Vec<data_sets::Part>),
}

/// A table in one.
enum Whole {
    Volumes(Result<join::Volumes, Vec<String>>),
    Pairs(Pages),
    DataSets(Result<join::DataSets, Vec<String>>),
}

/// Reads the tables.
///
/// # Errors
/// Everything that is malformed, located, 1,000 faults at most: first the form of tables and cells, and when that is right
/// what the rows say together.
pub fn load(inputs: &Inputs<'_>, run: &impl Run) -> Result<Loaded, Vec<ReadError>> {
    read_sheets(inputs, &Sheets::new(inputs)?, run)
}

/// Reads the tables without holding them. None where anything cannot be read or is malformed: what, and where, says
/// [`load`] of all their bytes.
pub fn load_stored(stored: &Inputs<'_, Stored<'_>>, run: &impl Run) -> Option<Loaded> {
    let tables = [stored.volumes, stored.pairs, stored.data_sets];
    let heads = tables.map(|table| {
        let mut head = Vec::new();
        table.source.read(0, HEAD.min(table.source.length()), &mut head).ok().map(|()| head)
    });
    let [Some(volumes), Some(pairs), Some(data_sets)] = &heads else { return None };
    let [in_volumes, in_pairs, in_data_sets] = tables.map(|table| table.file);
    let inputs = Inputs {
        volumes: Input { file: in_volumes, bytes: volumes },
        pairs: Input { file: in_pairs, bytes: pairs },
        data_sets: Input { file: in_data_sets, bytes: data_sets },
        map: stored.map,
        rest: stored.rest,
        asked: stored.asked,
    };
    let mut sheets = Sheets::new(&inputs).ok()?;
    let Sheets { volumes, pairs, data_sets } = &mut sheets;
    for (sheet, table) in [volumes, pairs, data_sets].into_iter().zip(tables) {
        let is_all = sheet.input.bytes.len() == table.source.length();
        // A header that goes on is not known yet.
        let has_header = sheet.plan.body.checked_sub(1).and_then(|at| sheet.text.get(at)) == Some(&b'\n');
        (is_all || has_header).then_some(())?;
        sheet.source = (!is_all).then_some(table.source);
    }
    read_sheets(&inputs, &sheets, run).ok()
}

fn read_sheets(inputs: &Inputs<'_>, sheets: &Sheets<'_>, run: &impl Run) -> Result<Loaded, Vec<ReadError>> {
    let rest = inputs.rest.map(site_of).transpose()?;
    let users: Vec<ImsSsid> = base::ims(inputs.asked, rest).into_iter().collect();
    let mut parts = sheets.read(&users, Sheet::pieces, run)?;
    if parts.said.iter().any(|said| said.is_doubtful) {
        if !sheets.are_whole() {
            return Err(Vec::new());
        }
        parts = sheets.read(&users, Sheet::careful_pieces, run)?;
    }
    let faults = join::faults(parts.said.into_iter().map(|said| said.faults));
    if !faults.is_empty() {
        return Err(sheets.errors(faults));
    }
    let (volume_parts, pair_parts, set_parts) = (parts.volumes, parts.pairs, parts.data_sets);
    let known: Vec<_> = rest.map(|rest| rest.arrays.iter().map(|array| array.serial).collect()).unwrap_or_default();
    // Pairs without labels wait for those of the volumes.
    let (now, later) = if sheets.pairs.plan.has(pair::VOLSER) { (Some(pair_parts), None) } else { (None, Some(pair_parts)) };
    let work = [Parts::Volumes(volume_parts), Parts::DataSets(set_parts)].into_iter().chain(now.map(Parts::Pairs)).collect();
    let wholes = run.run(work, |parts| match parts {
        Parts::Volumes(parts) => Whole::Volumes(join::volumes(parts, &known)),
        Parts::Pairs(parts) => Whole::Pairs(pages::pairs(&parts, None)),
        Parts::DataSets(parts) => Whole::DataSets(join::data_sets(parts)),
    });
    let (mut volumes, mut data_sets, mut joined) =
        (Ok(join::Volumes::default()), Ok(join::DataSets::default()), Pages::default());
    for whole in wholes {
        match whole {
            Whole::Volumes(whole) => volumes = whole,
            Whole::Pairs(whole) => joined = whole,
            Whole::DataSets(whole) => data_sets = whole,
        }
    }
    let volumes = volumes.map_err(|clashes| sheets.volumes.unplaced(clashes))?;
    let data_sets = data_sets.map_err(|clashes| sheets.data_sets.unplaced(clashes))?;
    if let Some(parts) = later {
        let labels = base::labels(&volumes);
        joined = pages::pairs(&parts, Some(&|unit: u32| labels.get(unit as usize).copied().unwrap_or(0)));
    }
    let (pages, clashes) = joined;
    if !clashes.is_empty() {
        let wanted: Vec<_> = clashes.into_iter().take(MAX_FAULTS).map(|(row, message)| (row, pair::VOLSER, message)).collect();
        return Err(sheets.errors(sheets.pairs.faults(Name::Pairs, &[], wanted)));
    }
    let mut assumed = sheets.assumed();
    let site = base::site(inputs.asked, rest, &volumes, &data_sets, &pages, &mut assumed);
    let ignored = sheets.ignored();
    let tables = Joined { inputs, sheets, rest, site: &site }.tables(volumes, data_sets, pages, run)?;
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
