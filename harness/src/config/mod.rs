//! Settings of `run` that files make: presets, and what holds for every run.
//!
//! A setting is an option of the command line by its name. Which options there are, and which values they take, is known
//! to the command line alone ([`crate::cli::preset`]).

mod file;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::cli::{Place, Problem, load};

/// The file that is read where there is one and none is named.
pub const FILE: &str = "dasdlab.toml";

/// What is built in.
pub const BUILT_IN: &str = include_str!("dasdlab.toml");

/// A value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of one that is on or off.
    Switch(bool),
    /// Of one that takes a number or a text.
    One(String),
    /// Of one that may be given several times.
    Many(Vec<String>),
}

/// Where a setting was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The table: `run`, `preset.ci`.
    pub table: String,
    /// The file; none where it is built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: usize,
    /// The column, from 1.
    #[serde(skip)]
    pub column: usize,
    /// The line as it is written.
    #[serde(skip)]
    pub text: String,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "[{}] in {file}:{}", self.table, self.line),
            None => write!(f, "[{}], built in", self.table),
        }
    }
}

impl Origin {
    /// A problem at this place.
    #[must_use]
    pub fn problem(&self, problem: Problem) -> Problem {
        let width = self.text.chars().skip(self.column.saturating_sub(1)).count().max(1);
        let place = Place { line: self.line, column: self.column, width, text: self.text.clone() };
        problem.file(self.file.as_deref().unwrap_or("built in")).at(Some(place))
    }
}

/// An option with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The long option without its dashes.
    pub option: String,
    /// Its value.
    pub value: Value,
    /// Where it was made.
    pub origin: Origin,
}

/// Settings that go together under a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preset {
    /// What it is for, in a line.
    pub about: String,
    /// In the order of the file.
    pub settings: Vec<Setting>,
}

/// What one file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// For every run.
    pub run: Vec<Setting>,
    /// Presets by name.
    pub presets: BTreeMap<String, Preset>,
}

impl ConfigFile {
    /// Every setting in it.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.run.iter().chain(self.presets.values().flat_map(|preset| &preset.settings))
    }
}

/// What is built in, and the user's file on top of it.
#[derive(Debug, Clone, Default)]
pub struct Config {
    built_in: ConfigFile,
    users: ConfigFile,
}

impl Config {
    /// Reads what there is: the named file, else [`FILE`] where it exists.
    ///
    /// # Errors
    /// The named file does not exist; a file cannot be read or is malformed.
    pub fn read(named: Option<&Path>) -> Result<Self, Problem> {
        let built_in =
            file::parse(None, BUILT_IN).map_err(|error| Problem { exit: crate::exit::Exit::Fault, ..load::problem(&error) })?;
        let path = named.or_else(|| Some(Path::new(FILE)).filter(|path| path.symlink_metadata().is_ok()));
        let users = path.map(file::read).transpose().map_err(|error| load::problem(&error))?;
        Ok(Self { built_in, users: users.unwrap_or_default() })
    }

    /// The user's own settings.
    pub fn of_user(&self) -> impl Iterator<Item = &Setting> {
        self.users.settings()
    }

    /// Every preset by name, with what it is for.
    #[must_use]
    pub fn presets(&self) -> BTreeMap<&str, &str> {
        let both = self.built_in.presets.iter().chain(&self.users.presets);
        let mut presets = BTreeMap::new();
        for (name, preset) in both {
            // A preset that changes a built-in one is for the same, unless it says something else.
            if !preset.about.is_empty() || !presets.contains_key(name.as_str()) {
                presets.insert(name.as_str(), preset.about.as_str());
            }
        }
        presets
    }

    /// What holds with this preset, each option once: what is nearest to the user.
    ///
    /// # Errors
    /// There is no such preset.
    pub fn with(&self, preset: Option<&str>) -> Result<Vec<Setting>, Problem> {
        let mut layers: Vec<&[Setting]> = Vec::new();
        if let Some(name) = preset {
            let known = [&self.users, &self.built_in].into_iter().filter_map(|file| file.presets.get(name));
            layers.extend(known.map(|preset| preset.settings.as_slice()));
            if layers.is_empty() {
                let known = self.presets().into_keys();
                return Err(Problem::unknown("preset", name, known, "`dasdlab list presets` shows all"));
            }
        }
        layers.extend([self.users.run.as_slice(), &self.built_in.run]);
        let mut settings: Vec<Setting> = Vec::new();
        for setting in layers.into_iter().flatten() {
            if settings.iter().all(|nearer| nearer.option != setting.option) {
                settings.push(setting.clone());
            }
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(users: &str, preset: Option<&str>, expected: &[(&str, Value)]) {
        let built_in = "[run]\nthreads = 2\n[preset.ci]\nsetups = 10\ntwin = 5\n";
        let config =
            Config { built_in: file::parse(None, built_in).unwrap(), users: file::parse(Some("dasdlab.toml"), users).unwrap() };
        let settings: Vec<_> = config.with(preset).unwrap().into_iter().map(|setting| (setting.option, setting.value)).collect();
        let expected: Vec<_> = expected.iter().map(|(option, value)| ((*option).to_owned(), value.clone())).collect();
        assert_eq!(settings, expected);
    }

    fn one(text: &str) -> Value {
        Value::One(text.to_owned())
    }

    #[test]
    fn what_is_said_nearer_to_the_user_holds() {
        check("", None, &[("threads", one("2"))]);
        check("", Some("ci"), &[("setups", one("10")), ("twin", one("5")), ("threads", one("2"))]);
        let users = "[run]\nthreads = 4\nseed = 7\n[preset.ci]\nsetups = 20\nseed = 8\n";
        check(users, None, &[("threads", one("4")), ("seed", one("7"))]);
        let all = [("setups", one("20")), ("seed", one("8")), ("twin", one("5")), ("threads", one("4"))];
        check(users, Some("ci"), &all);
    }

    #[test]
    fn a_false_hides_what_another_file_has_switched_on() {
        let hidden = [("twin", Value::Switch(false)), ("setups", one("10")), ("threads", one("2"))];
        check("[preset.ci]\ntwin = false\n", Some("ci"), &hidden);
    }

    #[test]
    fn a_preset_of_the_user_needs_nothing_but_a_name() {
        let mine = [("suites", Value::Many(vec!["corpus".to_owned()])), ("threads", one("2"))];
        check("[preset.mine]\nsuites = [\"corpus\"]\n", Some("mine"), &mine);
    }

    #[test]
    fn the_built_in_file_has_a_line_about_each_preset() {
        let config = Config { built_in: file::parse(None, BUILT_IN).unwrap(), users: ConfigFile::default() };
        let presets = config.presets();
        assert_eq!(presets.keys().copied().collect::<Vec<_>>(), ["ci", "nightly", "quick"]);
        assert!(presets.values().all(|about| !about.is_empty()));
    }
}
