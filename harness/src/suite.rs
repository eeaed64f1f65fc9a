//! Suites: named sets of scenarios. A suite is a folder with `suite.toml`; the built-in ones are compiled in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dasdlab_model::read::{self, Content, Document, Encoding};
use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::corpus;
use serde::Deserialize;

use crate::cli::{Problem, load};

/// The file that makes a folder a suite.
pub const MANIFEST: &str = "suite.toml";

/// The file in which a matrix of faults lists its cells; no scenario, whatever folder it is in.
pub const CELLS: &str = "manifest.json";

/// The most files of a suite.
const MAX_FILES: usize = 100_000;

/// A suite that is compiled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a line.
    pub description: &'static str,
}

/// The name of the hand-written suite.
pub const CORPUS: &str = "corpus";

/// The name of the generated suite.
pub const SETUPS: &str = "setups";

/// The name of the suite of generated stories.
pub const STORIES: &str = "stories";

/// Every suite that `run` knows in any folder.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn { name: CORPUS, description: "hand-written setups: every known way in which a setup goes wrong, one file each" },
    BuiltIn { name: SETUPS, description: "generated setups: a clean world with planted defects, and the same without one" },
    BuiltIn { name: STORIES, description: "generated stories: setups, backups, restores and edits while things go wrong" },
];

/// What `suite.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format; 1.
    #[serde(default)]
    pub format: Option<u32>,
    /// Name of the suite, in front of the ids of its scenarios.
    pub name: String,
    /// What it is for, in a line.
    #[serde(default)]
    pub description: String,
    /// Setups and stories to generate beside the files.
    #[serde(default)]
    pub generate: Option<Generate>,
}

/// Setups and stories that a suite generates.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    /// How many setups.
    #[serde(default)]
    pub setups: u64,
    /// How many stories.
    #[serde(default)]
    pub stories: u64,
    /// From which seed.
    #[serde(default)]
    pub seed: u64,
    /// Arbitrary states in place of planted defects.
    #[serde(default)]
    pub undirected: bool,
    /// Only setups with these defects: a rule, a reason or a defect.
    #[serde(default)]
    pub defect: Option<String>,
    /// Only stories about this fault, such as `pair-failed` or `split:pair-failed`.
    #[serde(default)]
    pub fault: Option<String>,
}

/// A scenario of a suite.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id in reports.
    pub id: String,
    /// What `replay` is given to run it alone.
    pub replay: String,
    /// The scenario.
    pub scenario: Scenario,
}

/// A suite with its scenarios, read and found well-formed.
#[derive(Debug, Clone, Default)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its scenarios by file name.
    pub entries: Vec<Entry>,
    /// Setups and stories to generate beside them.
    pub generate: Option<Generate>,
    /// Folders within the suite's folder, of which nothing is read; hidden ones do not count.
    pub unread: Vec<PathBuf>,
}

/// The hand-written suite.
///
/// # Errors
/// A compiled-in file that is malformed: a fault of this program.
pub fn corpus() -> Result<Suite, Problem> {
    let mut entries = Vec::new();
    for (file, _) in corpus::FILES.iter().filter(|(file, _)| *file != MANIFEST) {
        entries.extend(corpus_entry(file)?);
    }
    let description = BUILT_IN.iter().find(|suite| suite.name == CORPUS).map(|suite| suite.description.to_owned());
    Ok(Suite { name: CORPUS.to_owned(), description: description.unwrap_or_default(), entries, ..Suite::default() })
}

/// One scenario of the hand-written suite by its file name, with or without the extension; none where there is none.
///
/// # Errors
/// A compiled-in file that is malformed.
pub fn corpus_entry(name: &str) -> Result<Option<Entry>, Problem> {
    let known = corpus::FILES.iter().find(|(file, _)| *file == name || stem(file) == name);
    let Some((file, text)) = known.filter(|(file, _)| *file != MANIFEST) else { return Ok(None) };
    let shown = format!("{CORPUS}/{file}");
    let document = read::parse(&shown, (*text).to_owned(), Encoding::Toml).map_err(|error| load::problem(&error));
    let scenario = document.and_then(scenario).map_err(|problem| Problem { exit: crate::exit::Exit::Fault, ..problem })?;
    Ok(Some(Entry { id: format!("{CORPUS}/{}", stem(file)), replay: format!("{CORPUS}/{}", stem(file)), scenario }))
}

/// A scenario file on its own.
///
/// # Errors
/// It cannot be read, is no scenario, or is malformed.
pub fn file(path: &Path) -> Result<Entry, Problem> {
    let scenario = scenario(load::document(path)?)?;
    let name = path.display().to_string();
    Ok(Entry { id: if scenario.id.is_empty() { name.clone() } else { scenario.id.clone() }, replay: shell(&name), scenario })
}

/// A suite in a folder.
///
/// # Errors
/// There is no `suite.toml`, or it or something that is called a scenario cannot be read or is malformed.
pub fn folder(path: &Path) -> Result<Suite, Problem> {
    let manifest_path = path.join(MANIFEST);
    if !manifest_path.is_file() {
        return Err(Problem::usage("this folder is no suite: expected a suite.toml in it")
            .file(path)
            .help("`dasdlab new suite PATH` writes one"));
    }
    let manifest = manifest(&manifest_path)?;
    let mut entries = Vec::new();
    let mut ids = BTreeSet::new();
    let (files, unread) = contents(path)?;
    for path in files {
        let Entry { id, replay, scenario } = file(&path)?;
        let own =
            if scenario.id.is_empty() { stem(&path.file_name().unwrap_or_default().to_string_lossy()).to_owned() } else { id };
        let id = format!("{}/{own}", manifest.name);
        if !ids.insert(id.clone()) {
            return Err(Problem::usage(format!("another scenario of the suite is called `{own}` too")).file(path));
        }
        entries.push(Entry { id, replay, scenario });
    }
    Ok(Suite { name: manifest.name, description: manifest.description, entries, generate: manifest.generate, unread })
}

/// What a `suite.toml` says.
///
/// # Errors
/// It cannot be read, or its form is wrong.
pub fn manifest(path: &Path) -> Result<Manifest, Problem> {
    let text = read::load_text(path).map_err(|error| load::problem(&error))?;
    let manifest: Manifest =
        read::decode(&path.display().to_string(), &text, Encoding::Toml).map_err(|error| load::problem(&error))?;
    match manifest.format {
        None | Some(1) => {}
        Some(other) => return Err(Problem::usage(format!("format {other} of a suite is not known: expected 1")).file(path)),
    }
    if manifest.name.is_empty() || manifest.name.contains(|c: char| c.is_control()) {
        return Err(Problem::usage("a suite needs a name without control characters").file(path));
    }
    Ok(manifest)
}

/// The scenario files of a folder and the folders in it, both by name.
fn contents(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Problem> {
    let failure = |path: &Path, error: &std::io::Error| Problem::usage(format!("cannot be read: {error}")).file(path);
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(|error| failure(folder, &error))? {
        let path = entry.map_err(|error| failure(folder, &error))?.path();
        let named = |name: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(name));
        if named("toml") || named("json") {
            if path.file_name().is_some_and(|name| name != MANIFEST && name != CELLS) {
                files.push(path);
            }
        } else if path.is_dir() && !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
            folders.push(path);
        }
        if files.len() > MAX_FILES {
            return Err(Problem::usage(format!("more than {MAX_FILES} scenarios in one folder")).file(folder));
        }
    }
    files.sort_unstable();
    folders.sort_unstable();
    for path in &files {
        // Whatever is called a scenario is judged or refused: a suite must not shrink without a word.
        if !fs::metadata(path).map_err(|error| failure(path, &error))?.is_file() {
            return Err(Problem::usage("is no regular file: expected a scenario in a suite").file(path));
        }
    }
    Ok((files, folders))
}

/// The scenario of a document that is well-formed.
fn scenario(document: Document) -> Result<Scenario, Problem> {
    load::well_formed(&document)?;
    match document.content {
        Content::Scenario(scenario) => Ok(*scenario),
        Content::Site(_) => Err(Problem::usage("this is a site, not a scenario: expected the site in `[site]`")
            .file(&document.file)
            .help("`dasdlab check FILE` judges a site; `dasdlab new scenario PATH` writes a scenario to start from")),
    }
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A path as a shell takes it.
pub(crate) fn shell(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=,@:%".contains(c);
    if !path.is_empty() && path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// The first path of a text that [`shell`] has written, as it was before, and what stands behind it.
pub(crate) fn named(text: &str) -> (String, &str) {
    let (mut path, mut chars, mut quoted) = (String::new(), text.chars(), false);
    while let Some(c) = chars.next() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => break,
            '\\' if !quoted => path.extend(chars.next()),
            c => path.push(c),
        }
    }
    (path, chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], message: &str) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let problem = super::folder(folder.path()).unwrap_err();
        assert!(problem.message.contains(message), "{problem:?}");
        assert_eq!(problem.exit, crate::exit::Exit::Usage);
    }

    #[test]
    fn a_folder_that_is_no_good_suite_is_refused() {
        check(&[], "no suite");
        check(&[("suite.toml", "nam = 'x'")], "nam");
        check(&[("suite.toml", "name = ''")], "needs a name");
        check(&[("suite.toml", "format = 2\nname = 'x'")], "format 2");
        check(&[("suite.toml", "name = 'x'"), ("a.toml", "format = 1\n")], "a site");
        check(&[("suite.toml", "name = 'x'"), ("a.json", "{")], "EOF");
    }

    #[test]
    fn a_path_is_quoted_where_a_shell_would_take_it_apart() {
        assert_eq!(shell("a/b.toml"), "a/b.toml");
        assert_eq!(shell("my file's.toml"), r"'my file'\''s.toml'");
        for path in ["a/b.toml", "my file's.toml", "'", "\\", "a\nb", "é"] {
            assert_eq!(named(&format!("{} --sut 'cmd:x'", shell(path))), (path.to_owned(), "--sut 'cmd:x'"));
            assert_eq!(named(&shell(path)), (path.to_owned(), ""));
        }
    }
}
