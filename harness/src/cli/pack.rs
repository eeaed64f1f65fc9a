//! `pack`: a site in columns, which is read without being parsed.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::alive::Alive;
use dasdlab_model::tables::{self, EXTENSION, MAX_PACK_BYTES, Tables};

use super::tables::bytes;
use super::{Context, Problem, files, load};
use crate::exit::Exit;
use crate::tables::Workers;

/// Write a site in columns, for `check` to read at once
///
/// The file has a version and a checksum; one that is damaged is refused.
#[derive(Debug, Args)]
pub struct PackArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The file to write, .pack; an existing one is replaced
    #[arg(long, short, value_name = "SITE.pack")]
    output: PathBuf,
}

/// Whether a file is a packed site by its name.
#[must_use]
pub fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// Packs the site.
///
/// # Errors
/// The file cannot be read or is malformed, or the output cannot be written.
pub fn run(args: &PackArgs, ctx: &Context) -> Result<Exit, Problem> {
    if !is_packed(&args.output) {
        return Err(
            Problem::usage(format!("is no name of a packed site: expected one that ends in .{EXTENSION}")).file(&args.output)
        );
    }
    let document = load::document(&args.file)?;
    load::note_story(&document, ctx);
    let seen = document.declare().map_err(|faults| load::refusal(&faults))?;
    if document.site().alive != Alive::default() {
        ctx.note("note: a packed site can be checked; what only a saved world knows is not in it");
    }
    write(&Tables::new(seen), &args.output)?;
    let output = args.output.display();
    Ok(files::tell(
        ctx,
        std::slice::from_ref(&args.output),
        &format!("packed into {output}: judge with `dasdlab check {output}`"),
    ))
}

/// Writes tables as a packed site.
///
/// # Errors
/// They cannot be packed or written.
pub fn write(tables: &Tables, path: &Path) -> Result<(), Problem> {
    let packed = tables::pack(tables).map_err(|error| Problem::usage(error.to_string()).file(path))?;
    files::Staged::with(path, |file| file.write_all(&packed))?.put()
}

/// Reads a packed site.
///
/// # Errors
/// It cannot be read, is too large, damaged, or not of this version.
pub fn read(path: &Path) -> Result<Tables, Problem> {
    tables::unpack_by(&bytes(path, MAX_PACK_BYTES)?, &Workers).map_err(|error| Problem::usage(error.to_string()).file(path))
}
