//! Files are written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Context;
use super::problem::Problem;
use crate::exit::Exit;

/// Writes a file by way of a temporary one beside it, so that no reader and no crash sees half of it.
///
/// # Errors
/// The folder does not exist or cannot be written to, or the disk is full; an existing file is then unchanged.
pub fn write(path: &Path, text: &str) -> Result<(), Problem> {
    // A link is followed: what it leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let temporary = beside(&target);
    let written = fill(&temporary, &target, text).and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|error| {
        // The temporary file may not exist; the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
        failure(path, &error)
    })
}

/// Fills a folder that does not exist yet, or is empty: a new one appears only when all of it is written.
///
/// # Errors
/// It cannot be made, or what `fill` says.
pub fn folder(path: &Path, fill: impl FnOnce(&Path) -> Result<(), Problem>) -> Result<(), Problem> {
    if path.is_dir() {
        return fill(path);
    }
    let temporary = beside(path);
    let made = fs::create_dir_all(&temporary).map_err(|error| failure(path, &error));
    let filled = made.and_then(|()| fill(&temporary)).map_err(|problem| problem.file(path));
    let named = filled.and_then(|()| fs::rename(&temporary, path).map_err(|error| failure(path, &error)));
    if named.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_dir_all(&temporary);
    }
    named
}

/// What a command has written, as it is said to programs.
#[derive(Debug, Serialize)]
pub struct Written {
    /// The files.
    pub written: Vec<PathBuf>,
}

/// Says what was written: to people in a note, to programs as a result.
#[must_use]
pub fn tell(ctx: &Context, written: Vec<PathBuf>, note: &str) -> Exit {
    if ctx.is_json() {
        return ctx.json(&Written { written }, Exit::Good);
    }
    ctx.note(note);
    Exit::Good
}

/// Refuses to write over what exists.
///
/// # Errors
/// There is something at this path.
pub fn absent(path: &Path) -> Result<(), Problem> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(Problem::usage("exists already").file(path).help("choose another name, or remove it first")),
        Err(_) => Ok(()),
    }
}

fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn fill(temporary: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = fs::metadata(target) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

/// A full disk is the machine's failure and worth a retry; a missing folder is the user's.
fn failure(path: &Path, error: &io::Error) -> Problem {
    let message = format!("cannot be written: {error}");
    let problem = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::Interrupted => Problem::machine(message),
        _ => Problem::usage(message),
    };
    problem.file(path)
}
