//! `export`: a site as the tables that `import` reads.

use std::path::PathBuf;

use clap::Args;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::write::write;

use super::{Context, Problem, files, load};
use crate::exit::Exit;

/// Write a site as CSV tables: volumes, pairs and data sets
///
/// What they do not hold goes into rest.toml beside them, which `import` takes as --with.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The folder to write; it must not exist, or be empty
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
}

/// The names of the tables and of what goes with them.
const NAMES: [&str; 4] = ["volumes.csv", "pairs.csv", "data-sets.csv", "rest.toml"];

/// Writes the tables.
///
/// # Errors
/// The file cannot be read or is malformed, or the folder cannot be written.
pub fn run(args: &ExportArgs, ctx: &Context) -> Result<Exit, Problem> {
    let document = load::document(&args.file)?;
    load::note_story(&document, ctx);
    let seen = document.declare().map_err(|faults| load::refusal(&faults))?;
    let export = dasdlab_import::export(&seen);
    let rest = write(&Content::Site(Box::new(export.rest)), Encoding::Toml).map_err(|error| Problem::fault(error.to_string()))?;
    let texts = [export.volumes, export.pairs, export.data_sets, rest];
    files::folder(&args.output, |folder| {
        NAMES.iter().zip(&texts).try_for_each(|(name, text)| files::write(&folder.join(name), text))
    })?;
    let written: Vec<PathBuf> = NAMES.iter().map(|name| args.output.join(name)).collect();
    Ok(files::tell(ctx, &written, &format!("4 files are in {}", args.output.display())))
}
