//! `--preset` and `--config`: options of `run` that files say, put behind those of the command line.
//!
//! What a file says becomes an argument like any other, so that clap checks it as it checks what a user types.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, CommandFactory, FromArgMatches};

use super::{Cli, Context, Problem};
use crate::config::{Config, Setting, Value};

/// Where options come from that the command line does not say.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Take what is not said here from a preset: quick, ci, nightly, or one of your own
    ///
    /// `dasdlab list presets` shows them, `dasdlab config show --preset NAME` what they set.
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Read settings and presets from this file, in place of dasdlab.toml in this folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What makes up the choice of what is run. Where the command line chooses by one of the first four, files do not choose.
const CHOICE: [&str; 6] = ["suites", "fault", "defect", "undirected", "setups", "stories"];

/// Arguments, and what files have added to them.
#[derive(Debug, Clone)]
pub struct Given {
    /// As the user typed them.
    typed: Vec<OsString>,
    /// What was added.
    pub made: Vec<Setting>,
}

/// How an option came to its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<'a> {
    /// Nobody said anything.
    Default,
    /// The user typed it.
    CommandLine,
    /// A file says it.
    File(&'a Setting),
}

impl Given {
    /// Adds what files say, where the command runs something.
    ///
    /// # Errors
    /// A file cannot be read or is malformed, or there is no such preset.
    pub fn new(typed: &[OsString]) -> Result<Self, Problem> {
        let mut given = Self { typed: typed.to_vec(), made: Vec::new() };
        let Some(matches) = runs(typed) else { return Ok(given) };
        let Ok(settings) = Settings::from_arg_matches(&matches) else { return Ok(given) };
        let config = Config::read(settings.config.as_deref())?;
        let run = run_command();
        config.of_user().try_for_each(|setting| words(&run, setting).map(drop))?;
        let typed = |option: &str| is_typed(&matches, &run, option);
        let chooses = CHOICE.iter().take(4).any(|option| typed(option));
        given.made = config.with(settings.preset.as_deref())?;
        given.made.retain(|setting| {
            let option = setting.option.as_str();
            let is_said = typed(option) || (chooses && CHOICE.contains(&option));
            !is_said && setting.value != Value::Switch(false)
        });
        Ok(given)
    }

    /// All arguments.
    #[must_use]
    pub fn args(&self) -> Vec<OsString> {
        self.with(&self.made)
    }

    /// The typed arguments with some that files say.
    fn with(&self, settings: &[Setting]) -> Vec<OsString> {
        let run = run_command();
        let (mut options, mut names) = (Vec::new(), Vec::new());
        for setting in settings {
            // What is no option was refused before.
            let Ok(words) = words(&run, setting) else { continue };
            if find(&run, &setting.option).is_some_and(Arg::is_positional) { names.extend(words) } else { options.extend(words) }
        }
        let mut args = self.typed.clone();
        let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
        if !names.is_empty() && end == args.len() {
            args.push("--".into());
        }
        args.splice(end..end, options);
        args.extend(names);
        args
    }

    /// Whom to blame for arguments that cannot be read: the first setting that cannot be read with those of the user, which
    /// can; none where what was typed is wrong itself.
    #[must_use]
    pub fn blame(&self) -> Option<Problem> {
        let refused = |settings: &[Setting]| Cli::command().try_get_matches_from(self.with(settings)).err();
        if self.made.is_empty() || refused(&[]).is_some() {
            return None;
        }
        self.made.iter().find_map(|setting| {
            let error = refused(std::slice::from_ref(setting))?.render().to_string();
            let lines: Vec<&str> = error.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
            let message = lines.join(" ").trim_start_matches("error: ").to_owned();
            Some(setting.origin.problem(Problem::usage(message)))
        })
    }

    /// Says what the user's own file has added.
    pub fn note(&self, ctx: &Context) {
        let files = self.made.iter().filter_map(|setting| Some((setting.origin.file.as_deref()?, setting.option.as_str())));
        let (names, options): (Vec<&str>, Vec<&str>) = files.unzip();
        if let Some(name) = names.first() {
            ctx.note(&format!("note: {name} sets {}; `dasdlab config show` says more", options.join(", ")));
        }
    }

    /// Every option of `run` with its values and where these come from, in the order of its help.
    #[must_use]
    pub fn options(&self) -> Vec<(String, Vec<String>, Source<'_>)> {
        let run = run_command();
        let Some(matches) = runs(&self.args()) else { return Vec::new() };
        let shown = |arg: &Arg| {
            let option = name(arg);
            let id = arg.get_id().as_str();
            let raw = matches.get_raw(id).into_iter().flatten();
            let source = match self.made.iter().find(|setting| setting.option == option) {
                Some(setting) => Source::File(setting),
                None if is_typed(&matches, &run, option) => Source::CommandLine,
                None => Source::Default,
            };
            (option.to_owned(), raw.map(|value| value.to_string_lossy().into_owned()).collect(), source)
        };
        options(&run).map(shown).collect()
    }
}

/// What is known of `run`'s arguments, however wrong they are; none where something else is asked for.
fn runs(args: &[OsString]) -> Option<ArgMatches> {
    let matches = Cli::command().ignore_errors(true).try_get_matches_from(args).ok()?;
    match matches.subcommand()? {
        ("run", matches) => Some(matches.clone()),
        ("config", matches) => match matches.subcommand()? {
            ("show", matches) => Some(matches.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// `run` as clap knows it.
fn run_command() -> Command {
    Cli::command().find_subcommand("run").cloned().unwrap_or_default()
}

/// What a file may set.
fn options(run: &Command) -> impl Iterator<Item = &Arg> {
    run.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "preset" | "config" | "help"))
}

fn name(arg: &Arg) -> &str {
    arg.get_long().unwrap_or_else(|| arg.get_id().as_str())
}

fn find<'a>(run: &'a Command, option: &str) -> Option<&'a Arg> {
    options(run).find(|arg| name(arg) == option)
}

fn is_typed(matches: &ArgMatches, run: &Command, option: &str) -> bool {
    let id = find(run, option).map(|arg| arg.get_id().as_str());
    id.is_some_and(|id| matches.value_source(id) == Some(ValueSource::CommandLine))
}

/// A setting as arguments.
///
/// # Errors
/// There is no such option, or its values are of another kind.
fn words(run: &Command, setting: &Setting) -> Result<Vec<OsString>, Problem> {
    let Setting { option, value, origin } = setting;
    let Some(arg) = find(run, option) else {
        let problem = Problem::unknown("option", option, options(run).map(name), "`dasdlab config show` lists them");
        return Err(origin.problem(problem));
    };
    let said = |value: &String| {
        if arg.is_positional() { OsString::from(value) } else { format!("--{option}={value}").into() }
    };
    let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
    let may_be_alone = arg.get_num_args().is_some_and(|range| range.min_values() == 0);
    let is_list = matches!(arg.get_action(), ArgAction::Append);
    match value {
        Value::Switch(false) => Ok(Vec::new()),
        Value::Switch(true) if is_switch || (may_be_alone && !arg.is_positional()) => Ok(vec![format!("--{option}").into()]),
        Value::One(value) if !is_switch => Ok(vec![said(value)]),
        Value::Many(values) if is_list => Ok(values.iter().map(said).collect()),
        _ => {
            let expected = match (is_switch, is_list) {
                (true, _) => "true or false",
                (_, true) => "a list of texts",
                _ => "a number or a text",
            };
            Err(origin.problem(Problem::usage(format!("`{option}` cannot be this: expected {expected}"))))
        }
    }
}
