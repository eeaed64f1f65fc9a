//! Files are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Context;
use super::problem::Problem;
use crate::exit::Exit;

/// Writes a file by way of a temporary one beside it, so that no reader and no crash sees half of it.
///
/// # Errors
/// What is there is no regular file, the folder does not exist or cannot be written to, or the disk is full; nothing is
/// then changed.
pub fn write(path: &Path, text: &str) -> Result<(), Problem> {
    Staged::new(path, text)?.put()
}

/// Writes a file that is not there yet. Of several who try at once, one succeeds.
///
/// # Errors
/// There is something at this path, or it cannot be written.
pub fn create(path: &Path, text: &str) -> Result<(), Problem> {
    absent(path)?;
    let staged = Staged::new(path, text)?;
    let linked = match fs::hard_link(&staged.temporary, path) {
        // A file system without links, where a crash can leave half a file.
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
            File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        }
        linked => linked,
    };
    linked.map_err(|error| if error.kind() == io::ErrorKind::AlreadyExists { taken(path) } else { failure(path, &error) })
}

/// A file that is written out beside its place and only has to be renamed.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    target: PathBuf,
    temporary: PathBuf,
}

impl Staged {
    /// Writes everything but the name.
    ///
    /// # Errors
    /// As [`write`] has.
    pub fn new(path: &Path, text: &str) -> Result<Self, Problem> {
        Self::with(path, |file| file.write_all(text.as_bytes()))
    }

    /// Writes everything but the name, piece by piece.
    ///
    /// # Errors
    /// As [`write`] has, and what `fill` says.
    pub fn with(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<Self, Problem> {
        let target = replaceable(path)?;
        let open = |temporary: &Path| OpenOptions::new().write(true).create_new(true).open(temporary);
        let (temporary, file) = beside(&target, open).map_err(|error| failure(path, &error))?;
        let staged = Self { path: path.to_owned(), target, temporary };
        filled(file, &staged.target, fill).map_err(|error| failure(path, &error))?;
        Ok(staged)
    }

    /// The file as the user named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// It cannot be renamed.
    pub fn put(self) -> Result<(), Problem> {
        fs::rename(&self.temporary, &self.target).map_err(|error| failure(&self.path, &error))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It does not exist where it was renamed.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Refuses a file that could not be written now.
///
/// # Errors
/// As [`write`] has; nothing is changed.
pub fn writable(path: &Path) -> Result<(), Problem> {
    Staged::new(path, "").map(drop)
}

/// The file that a path leads to, however it is said, as far as that can be known.
#[must_use]
pub fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = || Some(fs::canonicalize(folder).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

/// Fills a folder that does not exist yet, or is empty: it appears, or is replaced, when all of it is written.
///
/// # Errors
/// It cannot be made, somebody else has filled it meanwhile, or what `fill` says.
pub fn folder(path: &Path, fill: impl FnOnce(&Path) -> Result<(), Problem>) -> Result<(), Problem> {
    let there = fs::canonicalize(path).ok();
    let here = fs::canonicalize(".").ok();
    if there.is_some() && there == here {
        // Whoever stands in it would be left in a folder that is gone.
        let refused = Problem::usage("is the current folder, which cannot be replaced").file(path);
        return Err(refused.help("name a folder that does not exist yet"));
    }
    let target = there.as_deref().unwrap_or(path);
    if target.file_name().is_none() {
        return Err(Problem::usage("is no name for a folder").file(path));
    }
    let parent = target.parent().map_or(Ok(()), fs::create_dir_all);
    let made = parent.and_then(|()| beside(target, |temporary| fs::create_dir(temporary)));
    let (temporary, ()) = made.map_err(|error| failure(path, &error))?;
    let filled = fill(&temporary).map_err(|problem| match &problem.file {
        // The temporary folder means nothing to the user.
        Some(file) if file.starts_with(&temporary) => problem.file(path),
        _ => problem,
    });
    let named = filled.and_then(|()| rename_folder(&temporary, target).map_err(|error| clash(path, &error)));
    if named.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_dir_all(&temporary);
    }
    named
}

/// What a command has written, as it is said to programs.
#[derive(Debug, Serialize)]
struct Written {
    /// The files.
    written: Vec<String>,
}

/// Says what was written: to people in a note, to programs as a result.
#[must_use]
pub fn tell(ctx: &Context, written: &[PathBuf], note: &str) -> Exit {
    if ctx.is_json() {
        return ctx.json(&Written { written: written.iter().map(|path| said(path)).collect() }, Exit::Good);
    }
    ctx.note(note);
    Exit::Good
}

/// A path as it is said to programs: JSON has no bytes that are no text, so these are replaced.
#[must_use]
pub fn said(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Refuses to write over what exists.
///
/// # Errors
/// There is something at this path.
pub fn absent(path: &Path) -> Result<(), Problem> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(taken(path)),
        Err(_) => Ok(()),
    }
}

fn taken(path: &Path) -> Problem {
    Problem::usage("exists already").file(path).help("choose another name, or remove it first")
}

/// The place of a file that is not there, or of the regular file that a path leads to.
fn replaceable(path: &Path) -> Result<PathBuf, Problem> {
    if fs::symlink_metadata(path).is_err() {
        // Writing beside it says why where it is not merely absent.
        return Ok(path.to_owned());
    }
    // A link is followed: what it leads to is replaced, not the link.
    match fs::canonicalize(path) {
        Ok(target) if target.is_file() => Ok(target),
        _ => Err(Problem::usage("is no regular file: expected a file that can be replaced").file(path)),
    }
}

/// Makes something beside a target by a name that nobody has.
fn beside<T>(target: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(PathBuf, T)> {
    /// The most characters of the target's name in that of the temporary thing.
    const LENGTH: usize = 50;
    /// The most names that are tried; a crash may have left some behind.
    const TRIES: u32 = 1_000;
    let name: String = target.file_name().unwrap_or_default().to_string_lossy().chars().take(LENGTH).collect();
    let mut nth = 0;
    loop {
        let temporary = target.with_file_name(format!(".{name}.{}-{nth}.tmp", std::process::id()));
        match make(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && nth < TRIES => nth += 1,
            made => return made.map(|made| (temporary, made)),
        }
    }
}

fn filled(mut file: File, target: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    fill(&mut file)?;
    if let Ok(metadata) = fs::metadata(target) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

/// Renames a folder onto one that is empty or not there; the system refuses one that is not empty.
fn rename_folder(temporary: &Path, target: &Path) -> io::Result<()> {
    if let Ok(metadata) = fs::metadata(target) {
        fs::set_permissions(temporary, metadata.permissions())?;
    }
    fs::rename(temporary, target)
}

/// Why a folder that was free before could not be taken.
fn clash(path: &Path, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            Problem::usage("exists by now: somebody else has written it meanwhile").file(path)
        }
        _ => failure(path, error),
    }
}

/// Reads a small file: a certificate, or a password in its first line.
///
/// # Errors
/// As [`small`] has.
pub fn secret(path: &Path) -> Result<String, Problem> {
    /// The most bytes of it.
    const MOST: u64 = 64 * 1024;
    small(path, MOST)
}

/// Reads a file of text, and no more of it than so many bytes.
///
/// # Errors
/// It cannot be read, is larger, or is no text.
pub fn small(path: &Path, most: u64) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| failed(path, "cannot be read", &error))?;
    if bytes.len() as u64 > most {
        return Err(Problem::usage(format!("is larger than the limit of {most} bytes")).file(path));
    }
    String::from_utf8(bytes).map_err(|_| Problem::usage("is no text: expected UTF-8").file(path))
}

fn failure(path: &Path, error: &io::Error) -> Problem {
    failed(path, "cannot be written", error)
}

/// What an error about a file is: a full disk is the machine's failure and worth a retry, a missing folder the user's.
pub(crate) fn failed(path: &Path, what: &str, error: &io::Error) -> Problem {
    let message = format!("{what}: {error}");
    let problem = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge | io::ErrorKind::Interrupted => {
            Problem::machine(message)
        }
        _ => Problem::usage(message),
    };
    problem.file(path)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| said(Path::new(&entry.unwrap().file_name()))).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn of_those_who_write_at_once_one_wins_and_nothing_is_left_of_the_others() {
        const WRITERS: usize = 8;
        let folder = tempfile::tempdir().unwrap();
        let start = Barrier::new(WRITERS);
        let winners = |write: &(dyn Fn(usize) -> Result<(), Problem> + Sync)| {
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..WRITERS)
                    .map(|nth| {
                        let start = &start;
                        scope.spawn(move || {
                            start.wait();
                            write(nth)
                        })
                    })
                    .collect();
                let ended: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
                assert!(ended.iter().flat_map(|one| one.as_ref().err()).all(|problem| problem.exit == Exit::Usage), "{ended:?}");
                ended.iter().filter(|one| one.is_ok()).count()
            })
        };
        for round in 0..20 {
            let file = folder.path().join(format!("{round}.toml"));
            assert_eq!(winners(&|nth| create(&file, &nth.to_string())), 1);
            let whole = folder.path().join(format!("{round}"));
            let fill = |nth: usize| super::folder(&whole, |folder| write(&folder.join(nth.to_string()), ""));
            assert_eq!(winners(&fill), 1);
            assert_eq!(names(&whole).len(), 1);
        }
        assert_eq!(names(folder.path()).len(), 40);
    }

    #[test]
    fn a_folder_that_cannot_be_filled_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["absent", "empty"] {
            let path = folder.path().join(name);
            if name == "empty" {
                fs::create_dir(&path).unwrap();
            }
            let half = |folder: &Path| write(&folder.join("a"), "").and_then(|()| Err(Problem::machine("full")));
            assert_eq!(super::folder(&path, half).unwrap_err().message, "full");
            assert_eq!(path.exists(), name == "empty");
        }
        assert_eq!(names(folder.path()), ["empty"]);
        assert!(names(&folder.path().join("empty")).is_empty());
        super::folder(&folder.path().join("empty"), |folder| write(&folder.join("a"), "")).unwrap();
        assert_eq!(names(&folder.path().join("empty")), ["a"]);
        assert_eq!(names(folder.path()), ["empty"]);
    }
}
