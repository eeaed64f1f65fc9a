//! The tables of an installation's exports: which files they are, how they are read, and what is told of it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use dasdlab_import::{Asked, ColumnMap, Input, Inputs, Loaded, MAX_TABLE_BYTES, Stored};
use dasdlab_model::name::{ImsSsid, NameError, ProfileName, SystemName};
use dasdlab_model::read::{self, Encoding, ReadError};
use dasdlab_model::run::Run;
use dasdlab_model::site::FORMAT;
use dasdlab_model::states::{BackupType, Method};

use super::{Context, Problem, load};
use crate::exit::Exit;
use crate::tables::{OnDisk, Workers};

/// The tables, and what they do not say
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Tables of an installation")]
pub struct TableArgs {
    /// CSV with one row a volume
    #[arg(long, value_name = "FILE", requires_all = ["pairs", "data_sets"])]
    pub volumes: Option<PathBuf>,
    /// CSV with one row a source and its target in a generation
    #[arg(long, value_name = "FILE", requires = "volumes")]
    pairs: Option<PathBuf>,
    /// CSV with one row a data set
    #[arg(long, value_name = "FILE", requires = "volumes")]
    data_sets: Option<PathBuf>,
    /// How the columns are called, where not as docs/import.md has them
    #[arg(long, value_name = "COLUMNS.toml", requires = "volumes")]
    map: Option<PathBuf>,
    /// A site with what is not in the tables: arrays, systems, catalogs, copies, policy, profiles
    #[arg(long, value_name = "SITE", requires = "volumes")]
    with: Option<PathBuf>,
    /// The system whose units the tables name
    #[arg(long, value_name = "NAME", requires = "volumes", conflicts_with = "with")]
    system: Option<String>,
    /// The IMS system that the profile backs up
    #[arg(long, value_name = "SSID", requires = "volumes", conflicts_with = "with")]
    ims: Option<String>,
    /// What a backup contains
    #[arg(long = "type", value_enum, requires = "volumes", conflicts_with = "with")]
    backup_type: Option<Contains>,
    /// How volumes are copied
    #[arg(long, value_enum, requires = "volumes", conflicts_with = "with")]
    method: Option<By>,
}

/// A backup type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Contains {
    /// Database, system, log and RECON data sets
    Full,
    /// Database and user-included data sets
    Data,
}

/// A backup method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// FlashCopy
    Flashcopy,
    /// BCVs
    Bcv,
}

/// Why tables could not be read: one problem of a command, or everything that is malformed.
pub enum Refused {
    /// A problem with the command or a file.
    Problem(Problem),
    /// What is malformed.
    Malformed(Vec<ReadError>),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl TableArgs {
    /// Reads the tables.
    ///
    /// # Errors
    /// A file cannot be read, or something is malformed.
    pub fn load(&self, profile: Option<&str>) -> Result<Loaded, Refused> {
        let (Some(volumes), Some(pairs), Some(data_sets)) = (&self.volumes, &self.pairs, &self.data_sets) else {
            let missing = Problem::usage("there are no tables to read");
            return Err(missing.help("add --volumes, --pairs and --data-sets").into());
        };
        let map = self.map.as_deref().map_or_else(|| Ok(ColumnMap::default()), map)?;
        let rest = self.with.as_deref().map(load::document).transpose()?;
        let asked = Asked {
            profile: profile.map(name::<ProfileName>).transpose()?,
            system: self.system.as_deref().map(name::<SystemName>).transpose()?,
            ims: self.ims.as_deref().map(name::<ImsSsid>).transpose()?,
            backup_type: self.backup_type.map(|given| match given {
                Contains::Full => BackupType::Full,
                Contains::Data => BackupType::Data,
            }),
            method: self.method.map(|given| match given {
                By::Flashcopy => Method::FlashCopy,
                By::Bcv => Method::Bcv,
            }),
        };
        let paths = [volumes, pairs, data_sets].map(|path| path.display().to_string());
        let [volumes_file, pairs_file, data_sets_file] = &paths;
        if let [Some(volumes), Some(pairs), Some(data_sets)] = &[volumes, pairs, data_sets].map(|path| OnDisk::new(path)) {
            let stored = Inputs {
                volumes: Stored { file: volumes_file, source: volumes },
                pairs: Stored { file: pairs_file, source: pairs },
                data_sets: Stored { file: data_sets_file, source: data_sets },
                map: &map,
                rest: rest.as_ref(),
                asked: &asked,
            };
            if let Some(loaded) = dasdlab_import::load_stored(&stored, &Workers) {
                return Ok(loaded);
            }
        }
        // What is wrong is said of all bytes.
        let read = Workers.run(vec![volumes, data_sets, pairs], |path| bytes(path, MAX_TABLE_BYTES));
        let read = read.into_iter().collect::<Result<Vec<_>, _>>()?;
        let [volumes, data_sets, pairs] = read.as_slice() else { return Err(Problem::fault("a table was not read").into()) };
        let inputs = Inputs {
            volumes: Input { file: volumes_file, bytes: volumes },
            pairs: Input { file: pairs_file, bytes: pairs },
            data_sets: Input { file: data_sets_file, bytes: data_sets },
            map: &map,
            rest: rest.as_ref(),
            asked: &asked,
        };
        dasdlab_import::load(&inputs, &Workers).map_err(Refused::Malformed)
    }
}

/// A name of the command line.
fn name<T: std::str::FromStr<Err = NameError>>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: NameError| Problem::usage(error.to_string()))
}

/// Reads how columns are called.
fn map(path: &Path) -> Result<ColumnMap, Problem> {
    let text = read::load_text(path).map_err(|error| load::problem(&error))?;
    let map: ColumnMap =
        read::decode(&path.display().to_string(), &text, Encoding::Toml).map_err(|error| load::problem(&error))?;
    if map.format == FORMAT {
        Ok(map)
    } else {
        Err(Problem::usage(format!("format {} does not exist: expected {FORMAT}", map.format)).file(path))
    }
}

/// All of a file within a limit.
///
/// # Errors
/// It cannot be read or is too large.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Problem> {
    let refuse = |error: std::io::Error| Problem::usage(format!("cannot be read: {error}")).file(path);
    let file = File::open(path).map_err(refuse)?;
    let length = file.metadata().map_err(refuse)?;
    if length.is_dir() {
        return Err(Problem::usage("is a folder: expected a file").file(path));
    }
    let too_large = || Problem::usage(format!("is larger than the limit of {limit} bytes")).file(path);
    if length.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length.len()).unwrap_or(0) + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(refuse)?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}

/// Says why tables were refused: the first faults to people, all to programs.
pub fn refuse(refused: Refused, ctx: &Context) -> Result<Exit, Problem> {
    /// The most faults that are shown to people.
    const SHOWN: usize = 20;
    let faults = match refused {
        Refused::Problem(problem) => return Err(problem),
        Refused::Malformed(faults) => faults,
    };
    let shown = if ctx.is_json() { faults.len() } else { SHOWN };
    for fault in faults.iter().take(shown) {
        ctx.problem(&load::problem(fault));
    }
    if faults.len() > shown {
        ctx.note(&format!("and {} more", faults.len() - shown));
    }
    Ok(Exit::Usage)
}

/// Says to people what was assumed and what was not read.
pub fn tell(loaded: &Loaded, ctx: &Context) {
    for assumed in &loaded.assumed {
        ctx.note(&format!("assumed: {assumed}"));
    }
    for ignored in &loaded.ignored {
        ctx.note(&format!("not read: columns of {ignored}"));
    }
}
