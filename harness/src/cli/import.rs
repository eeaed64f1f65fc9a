//! `import`: a site out of the tables that an installation can export.

use std::path::PathBuf;

use clap::Args;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::undeclare;
use dasdlab_model::write::write;
use serde::Serialize;

use super::tables::{self, TableArgs};
use super::{Context, Problem, files, load, pack};
use crate::exit::Exit;

/// Make a site of CSV exports: volumes, pairs and data sets
///
/// What the tables do not say is assumed, and each assumption is told. What is malformed is refused with its line and column.
/// docs/import.md has the columns; `dasdlab export` writes such tables, to begin with.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The profile, where no column names it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The site to write, .toml, .json or .pack; an existing one is replaced
    #[arg(long, short, value_name = "SITE")]
    output: PathBuf,
    #[command(flatten)]
    tables: TableArgs,
}

/// What is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    output: String,
    volumes: usize,
    data_sets: usize,
    pairs: usize,
    assumed: &'a [String],
    not_read: &'a [String],
}

/// Reads the tables and writes the site.
///
/// # Errors
/// A file cannot be read or written.
pub fn run(args: &ImportArgs, ctx: &Context) -> Result<Exit, Problem> {
    let packed = pack::is_packed(&args.output);
    let encoding = if packed { None } else { Some(Encoding::of(&args.output).map_err(|error| load::problem(&error))?) };
    let loaded = match args.tables.load(args.profile.as_deref()) {
        Ok(loaded) => loaded,
        Err(refused) => return tables::refuse(refused, ctx),
    };
    tables::tell(&loaded, ctx);
    match encoding {
        None => pack::write(&loaded.tables, &args.output)?,
        Some(encoding) => {
            let site = undeclare::site(&loaded.tables.observation());
            let text = write(&Content::Site(Box::new(site)), encoding).map_err(|error| Problem::fault(error.to_string()))?;
            files::write(&args.output, &text)?;
        }
    }
    let profiles = &loaded.tables.few.profiles;
    let report = Report {
        output: args.output.display().to_string(),
        volumes: loaded.tables.volumes.len(),
        data_sets: loaded.tables.data_sets.len(),
        pairs: profiles.iter().map(|profile| profile.targets.len()).sum(),
        assumed: &loaded.assumed,
        not_read: &loaded.ignored,
    };
    if ctx.is_json() {
        return Ok(ctx.json(&report, Exit::Good));
    }
    let Report { output, volumes, data_sets, pairs, .. } = &report;
    ctx.note(&format!(
        "{volumes} volumes, {data_sets} data sets and {pairs} pairs are in {output}: judge with `dasdlab check {output}`"
    ));
    Ok(Exit::Good)
}
