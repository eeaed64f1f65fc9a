//! `fmt`: files in their canonical form.

use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::write::write;
use serde::Serialize;

use super::files::{self, Staged};
use super::{Context, Problem, comments, load};
use crate::exit::Exit;
use crate::suite;

/// Rewrite sites and scenarios in their canonical form
///
/// Comments stay with what they stand at. A file that is in order already is not touched.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Sites or scenarios, .toml or .json
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write nothing; name the files that are not in canonical form and end with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// What is said to programs.
#[derive(Serialize)]
struct Report {
    files: usize,
    changed: Vec<String>,
}

/// Rewrites the files, or says which would change.
///
/// # Errors
/// A file cannot be read or written; no file is replaced before all of them are read and the new ones are on the disk.
pub fn run(args: &FmtArgs, ctx: &Context) -> Result<Exit, Problem> {
    let mut changes: Vec<(&Path, String)> = Vec::new();
    for path in &args.files {
        changes.extend(change(path)?.map(|text| (path.as_path(), text)));
    }
    let exit = if args.check && !changes.is_empty() { Exit::Bad } else { Exit::Good };
    if !args.check {
        replace(changes.iter().map(|(path, text)| Staged::new(path, text)).collect::<Result<_, _>>()?)?;
    }
    if ctx.is_json() {
        let report = Report { files: args.files.len(), changed: changes.iter().map(|(path, _)| files::said(path)).collect() };
        return Ok(ctx.json(&report, exit));
    }
    let names: String = changes.iter().map(|(path, _)| format!("{}\n", path.display())).collect();
    Ok(ctx.result(&names, exit))
}

/// Gives new texts, all of which are written, the names of the files; says which were done where one fails.
fn replace(staged: Vec<Staged>) -> Result<(), Problem> {
    let mut done: Vec<String> = Vec::new();
    for file in staged {
        let name = file.path().display().to_string();
        match file.put() {
            Ok(()) => done.push(name),
            Err(problem) if done.is_empty() => return Err(problem),
            Err(problem) => return Err(problem.help(format!("rewritten before: {}", done.join(", ")))),
        }
    }
    Ok(())
}

/// The canonical text of a file, if it differs from what it holds.
fn change(path: &Path) -> Result<Option<String>, Problem> {
    if path.file_name().is_some_and(|name| name == suite::MANIFEST) {
        // A few lines that people lay out as they like.
        return suite::manifest(path).map(|_| None);
    }
    let document = load::document(path)?;
    let text = canonical(&document.text, &document.content, document.encoding).map_err(|problem| problem.file(path))?;
    Ok((text != document.text).then_some(text))
}

/// The canonical text of a document, its comments kept.
fn canonical(original: &str, content: &Content, encoding: Encoding) -> Result<String, Problem> {
    let plain = write(content, encoding).map_err(|error| Problem::fault(error.to_string()))?;
    let text = match encoding {
        Encoding::Json => plain,
        Encoding::Toml => comments::carry(original, &plain)?,
    };
    // Nothing is written that would read as something else.
    match parse("", text, encoding) {
        Ok(again) if again.content == *content => Ok(again.text),
        _ => Err(Problem::fault("the canonical form would not read back as the same document")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn where_a_file_cannot_be_replaced_those_done_before_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a", "b", "c"].map(|name| folder.path().join(name));
        let staged = paths.iter().map(|path| Staged::new(path, "new").unwrap()).collect();
        fs::create_dir(&paths[1]).unwrap();
        let problem = replace(staged).unwrap_err();
        assert_eq!(problem.help, Some(format!("rewritten before: {}", paths[0].display())));
        assert_eq!(problem.file.as_deref(), Some(paths[1].as_path()));
        assert_eq!(fs::read_to_string(&paths[0]).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing temporary is left");
    }
}
