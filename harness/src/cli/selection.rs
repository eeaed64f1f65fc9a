//! Which scenarios are run: as arguments, as a file of results keeps them, and as a plan.

use std::path::Path;

use clap::Args;
use dasdlab_model::states::Method;
use dasdlab_scenarios::defects;
use dasdlab_scenarios::token::{Mode, Selector, Token, TokenError};
use serde::{Deserialize, Serialize};

use super::aim::aim;
use super::{Context, Place, Problem};
use crate::report::picture::number;
use crate::run::plan::{Batch, Filter, Plan};
use crate::run::select::Expr;
use crate::suite::{self, Suite};

/// How many setups are generated where nothing else is said.
pub const DEFAULT_SETUPS: u64 = 10_000;

/// How many setups are generated with chosen defects.
const DEFECT_SETUPS: u64 = 1_000;

/// How many stories are generated where nothing else is said.
pub const DEFAULT_STORIES: u64 = 5_000;

/// How many stories are generated about a chosen fault.
const FAULT_STORIES: u64 = 1_000;

/// Which scenarios are run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// Suites (corpus, setups, stories, or a folder with suite.toml) and scenario files; all three where left out
    #[arg(value_name = "SUITE|PATH")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suites: Vec<String>,
    /// Seed of the generated setups and stories
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub seed: u64,
    /// How many setups to generate; 10,000 where left out, 1,000 with --defect, none where only stories are asked for
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setups: Option<u64>,
    /// How many stories to generate; 5,000 where left out, 1,000 with --fault, none where only setups are asked for
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stories: Option<u64>,
    /// Generate stories about this fault, wherever it fires or in one phase, as in split:pair-failed
    #[arg(long, value_name = "[PHASE:]FAULT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Generate setups of arbitrary states in place of planted defects; the second opinion alone judges them
    #[arg(long, conflicts_with = "defect")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undirected: bool,
    /// Generate setups with this defect: a rule, a reason or a defect, as in PS06:too-small/one-cylinder
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defect: Option<String>,
    /// Only profiles of this method: flashcopy or bcv
    #[arg(long, value_name = "METHOD", value_parser = method)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Only scenarios that fit, as in 'rule=PS08 & method=flashcopy'
    ///
    /// Compares rule, reason, defect, method, type, generations and id by = and !=, joined by & and |, grouped by
    /// parentheses; in an id, * stands for any characters. `rule` and `reason` ask what a scenario must report, `rule`
    /// also what was planted in it.
    #[arg(long, value_name = "EXPR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Leave out scenarios that fit; they are counted as skipped
    ///
    /// Compares as --only does.
    #[arg(long, value_name = "EXPR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
}

fn method(text: &str) -> Result<Method, String> {
    text.parse().map_err(|error: dasdlab_model::name::NameError| error.to_string())
}

impl Selection {
    /// Whether the whole of the built-in scenarios is run, or more.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.suites.is_empty()
            && !self.undirected
            && self.defect.is_none()
            && self.method.is_none()
            && self.only.is_none()
            && self.skip.is_none()
            && self.fault.is_none()
            && counts(self).0 >= DEFAULT_SETUPS
            && counts(self).1 >= DEFAULT_STORIES
    }

    /// What is asked for, read and found well-formed.
    ///
    /// # Errors
    /// A suite, file, defect, fault or expression that is not known or is malformed.
    pub fn plan(&self, ctx: &Context) -> Result<Plan, Problem> {
        plan(self, ctx)
    }
}

/// What the arguments ask for, read and found well-formed.
fn plan(args: &Selection, ctx: &Context) -> Result<Plan, Problem> {
    let only = args.defect.as_deref().map(selector).transpose()?;
    let aim = args.fault.as_deref().map(|text| aim(text, args.method)).transpose()?;
    if let Some(method) = args.method {
        Token::new(args.seed, 0).restricted(only.clone(), Some(method)).map_err(|error| Problem::usage(error.to_string()))?;
    }
    let mut plan = Plan {
        filter: Filter {
            only: args.only.as_deref().map(|text| expression(text, "--only")).transpose()?,
            method: args.method,
            skip: args.skip.as_deref().map(|text| expression(text, "--skip")).transpose()?,
        },
        ..Plan::default()
    };
    let chosen = args.undirected || only.is_some();
    let mut counts = counts(args);
    if args.suites.is_empty() && !chosen && args.fault.is_none() {
        add(&mut plan, suite::corpus()?, args)?;
    } else if !args.suites.is_empty() {
        // What is not named is generated only if it is asked for by number.
        let (setups, stories) = (args.setups.is_some() || chosen, args.stories.is_some() || args.fault.is_some());
        counts = (if setups { counts.0 } else { 0 }, if stories { counts.1 } else { 0 });
    }
    for name in &args.suites {
        match name.as_str() {
            suite::SETUPS => counts.0 = args.setups.unwrap_or(if only.is_some() { DEFECT_SETUPS } else { DEFAULT_SETUPS }),
            suite::STORIES => {
                counts.1 = args.stories.unwrap_or(if args.fault.is_some() { FAULT_STORIES } else { DEFAULT_STORIES });
            }
            suite::CORPUS => add(&mut plan, suite::corpus()?, args)?,
            _ => {
                let suite = find(name)?;
                for folder in &suite.unread {
                    ctx.note(&format!("note: {} is a folder and is not read", folder.display()));
                }
                add(&mut plan, suite, args)?;
            }
        }
    }
    let (setups, stories) = counts;
    let (seed, method) = (args.seed, args.method);
    if setups > 0 || args.setups.is_some() {
        let mode = if args.undirected { Mode::Undirected } else { Mode::Directed };
        plan.suites.push(format!("{} {}setups of seed {seed}", number(setups), if args.undirected { "undirected " } else { "" }));
        plan.batches.push(Batch { seed, count: setups, mode, only, method, ..Batch::default() });
    }
    if stories > 0 || args.stories.is_some() {
        plan.suites.push(format!("{} stories of seed {seed}", number(stories)));
        plan.batches.push(Batch { seed, count: stories, mode: Mode::Story, aim, method, ..Batch::default() });
    }
    Ok(plan)
}

/// How many setups and stories are generated: as many as are asked for; of the two, the one that is not asked for while
/// the other is stays away.
fn counts(args: &Selection) -> (u64, u64) {
    let (of_setups, of_stories) = (args.undirected || args.defect.is_some(), args.fault.is_some());
    let setups = if args.defect.is_some() { DEFECT_SETUPS } else { DEFAULT_SETUPS };
    let stories = if of_stories { FAULT_STORIES } else { DEFAULT_STORIES };
    let only_setups = (args.setups.is_some() || of_setups) && !of_stories;
    let only_stories = (args.stories.is_some() || of_stories) && !of_setups;
    (
        args.setups.unwrap_or(if only_stories && !only_setups { 0 } else { setups }),
        args.stories.unwrap_or(if only_setups && !only_stories { 0 } else { stories }),
    )
}

/// Adds a suite to a plan.
fn add(plan: &mut Plan, suite: Suite, args: &Selection) -> Result<(), Problem> {
    if let Some(generate) = suite.generate {
        let only = generate.defect.as_deref().map(selector).transpose()?;
        if generate.undirected && only.is_some() {
            return Err(Problem::usage(format!("suite {}: undirected setups have no planted defect to choose", suite.name)));
        }
        let of_suite = |problem: Problem| Problem { message: format!("suite {}: {}", suite.name, problem.message), ..problem };
        let fault = generate.fault.as_deref().map(|text| aim(text, None)).transpose().map_err(of_suite)?;
        let (seed, method) = (generate.seed, args.method);
        let mode = if generate.undirected { Mode::Undirected } else { Mode::Directed };
        // A method asked for now narrows what the suite generates; where the two exclude each other nothing is left.
        plan.batches.push(Batch { seed, count: generate.setups, mode, only, method, ..Batch::default() });
        let (count, mode) = (generate.stories, Mode::Story);
        plan.batches.push(Batch { seed, count, mode, aim: fault, method, ..Batch::default() });
    }
    plan.entries.extend(suite.entries);
    plan.suites.push(suite.name);
    Ok(())
}

/// A suite or scenario by path, or a scenario of the corpus by name.
fn find(name: &str) -> Result<Suite, Problem> {
    let path = Path::new(name);
    if path.is_dir() {
        return suite::folder(path);
    }
    let of_corpus = || name.strip_prefix(suite::CORPUS).and_then(|rest| rest.strip_prefix('/'));
    let entry = match of_corpus() {
        Some(scenario) if !path.exists() => suite::corpus_entry(scenario)?,
        _ if path.exists() => Some(suite::file(path)?),
        _ => None,
    };
    match entry {
        Some(entry) => Ok(Suite { name: name.to_owned(), entries: vec![entry], ..Suite::default() }),
        None => {
            let known = suite::BUILT_IN.iter().map(|suite| suite.name);
            Err(Problem::unknown("suite or file", name, known, "`dasdlab list suites` shows the built-in ones"))
        }
    }
}

/// The defects that a name stands for.
fn selector(name: &str) -> Result<Selector, Problem> {
    name.parse().map_err(|error: TokenError| match error {
        TokenError::Defect(_) => {
            // Whoever names a rule means one of its defects.
            let rule = name.split_once(':').map_or("", |(rule, _)| rule);
            let of_rule = defects::all().map(|defect| defect.name).filter(|known| known.split(':').next() == Some(rule));
            let mut known: Vec<&str> = of_rule.flat_map(|name| [name.split('/').next().unwrap_or(name), name]).collect();
            if known.is_empty() {
                known = defects::all().map(|defect| defect.name).collect();
            }
            Problem::unknown("defect", name, known, "`dasdlab list defects` shows all")
        }
        other => Problem::usage(other.to_string()),
    })
}

/// The expression of `--only` or `--skip`.
fn expression(text: &str, option: &str) -> Result<Expr, Problem> {
    let defects: Vec<&str> = defects::all().map(|defect| defect.name).collect();
    Expr::parse(text, &defects).map_err(|error| {
        let place = Place { line: 1, column: error.at + 1, width: error.width, text: text.to_owned() };
        Problem::usage(error.message).file(option).at(Some(place))
    })
}
