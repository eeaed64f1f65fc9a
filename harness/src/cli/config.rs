//! `config`: what `run` would be told, and by whom.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::preset::{Given, Source};
use super::run::RunArgs;
use super::{Context, Problem};
use crate::config::{BUILT_IN, Origin};
use crate::exit::Exit;

/// Show the settings of `run` and where each was made
#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    what: What,
}

/// What can be shown.
#[derive(Debug, Subcommand)]
enum What {
    /// Every option of `run` with its value and where it was said: takes what `run` takes, and runs nothing
    Show(Box<RunArgs>),
    /// The built-in settings: a commented dasdlab.toml to start from
    Default,
}

/// An option with its value.
#[derive(Debug, Serialize)]
struct Shown {
    option: String,
    /// None where it is not set; several where it may be given several times.
    values: Vec<String>,
    /// `default`, `command-line`, `file` or `built-in`.
    from: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
}

/// Shows it.
///
/// # Errors
/// None of its own: what is wrong with the settings is said when they are read.
pub fn run(args: &ConfigArgs, given: &Given, ctx: &Context) -> Result<Exit, Problem> {
    if matches!(args.what, What::Default) {
        return Ok(if ctx.is_json() { ctx.json(&BUILT_IN, Exit::Good) } else { ctx.result(BUILT_IN, Exit::Good) });
    }
    let shown: Vec<Shown> = given.options().into_iter().map(shown).collect();
    Ok(if ctx.is_json() { ctx.json(&shown, Exit::Good) } else { ctx.result(&table(&shown), Exit::Good) })
}

fn shown((option, values, source): (String, Vec<String>, Source<'_>)) -> Shown {
    let (from, origin) = match source {
        Source::Default => ("default", None),
        Source::CommandLine => ("command-line", None),
        Source::File(setting) => (if setting.origin.file.is_some() { "file" } else { "built-in" }, Some(setting.origin.clone())),
    };
    Shown { option, values, from, origin }
}

/// Three columns.
fn table(shown: &[Shown]) -> String {
    /// What a default is where there is no value.
    const UNSET: &str = "-";
    let row = |shown: &Shown| {
        let value = if shown.values.is_empty() { UNSET.to_owned() } else { shown.values.join(" ") };
        let from = match (&shown.origin, shown.from) {
            (Some(origin), _) => origin.to_string(),
            (None, "command-line") => "command line".to_owned(),
            (None, from) => from.to_owned(),
        };
        [shown.option.clone(), value, from]
    };
    let rows: Vec<[String; 3]> = shown.iter().map(row).collect();
    let width = |cell: fn(&[String; 3]) -> &str| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or(0);
    let (first, second) = (width(|[option, _, _]| option), width(|[_, value, _]| value));
    rows.iter().map(|[option, value, from]| format!("{option:<first$}  {value:<second$}  {from}\n")).collect()
}
