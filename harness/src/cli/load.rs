//! From a file to a document, with every error turned into a message that shows its place.

use std::path::Path;

use dasdlab_model::declare::{Fault, Step};
use dasdlab_model::name::ProfileName;
use dasdlab_model::read::{self, Content, Document, ReadError};
use dasdlab_simulator::World;

use super::Context;
use super::problem::{Place, Problem};

/// Reads a site or a scenario whose form is right.
///
/// # Errors
/// The file cannot be read, or the first thing that is wrong with its form.
pub fn document(path: &Path) -> Result<Document, Problem> {
    read::load(path).map_err(|error| problem(&error))
}

/// A document that is well-formed in its meaning too, or a message about the first fault.
///
/// # Errors
/// The first fault, and how many there are.
pub fn well_formed(document: &Document) -> Result<(), Problem> {
    document.declare().map(drop).map_err(|faults| refusal(&faults))
}

/// Says of a story that no more than its site is used here.
pub fn note_story(document: &Document, ctx: &Context) {
    if matches!(&document.content, Content::Scenario(scenario) if scenario.is_story()) {
        let file = &document.file;
        ctx.note(&format!("{file} is a story: only its site is used here; `dasdlab replay {file}` tells it"));
    }
}

/// The site of a document, alive.
///
/// # Errors
/// The document is malformed. What a scenario expects is not looked at here, but a malformed scenario is refused as a
/// whole.
pub fn world(document: &Document) -> Result<World, Problem> {
    if matches!(document.content, Content::Scenario(_)) {
        well_formed(document)?;
    }
    World::boot(document.site()).map_err(|faults| refusal(&document.locate(&in_document(document, faults))))
}

/// Faults of a site as faults of the document that holds it.
fn in_document(document: &Document, faults: Vec<Fault>) -> Vec<Fault> {
    match document.content {
        Content::Site(_) => faults,
        Content::Scenario(_) => {
            let inside = |fault: Fault| Fault { path: [&[Step::Field("site")], &*fault.path].concat(), ..fault };
            faults.into_iter().map(inside).collect()
        }
    }
}

/// The profile that is asked for, or the one that goes without saying.
///
/// # Errors
/// There is no such profile, or several and none is named.
pub fn profile(document: &Document, asked: Option<&str>) -> Result<ProfileName, Problem> {
    let names: Vec<&ProfileName> = document.site().profiles.iter().map(|profile| &profile.name).collect();
    let of_scenario = match &document.content {
        Content::Scenario(scenario) => scenario.profile.as_ref().map(ProfileName::as_str),
        Content::Site(_) => None,
    };
    profile_of(&names, asked.or(of_scenario), &document.file)
}

/// The profile of these that is asked for, or the only one.
///
/// # Errors
/// There is no such profile, or several and none is named.
pub fn profile_of(names: &[&ProfileName], asked: Option<&str>, file: &str) -> Result<ProfileName, Problem> {
    /// The most names that a message lists.
    const LISTED: usize = 10;
    let list = || {
        let more = if names.len() > LISTED { ", …" } else { "" };
        let shown: Vec<&str> = names.iter().take(LISTED).map(|name| name.as_str()).collect();
        format!("profiles of this site: {}{more}", shown.join(", "))
    };
    match (asked, names) {
        (_, []) => Err(Problem::usage("the site has no profile to judge").file(file)),
        (None, [only]) => Ok((*only).clone()),
        (None, _) => {
            Err(Problem::usage(format!("the site has {} profiles: name one with --profile", names.len())).help(list()).file(file))
        }
        (Some(wanted), _) => match names.iter().find(|name| name.as_str() == wanted) {
            Some(&name) => Ok(name.clone()),
            None => Err(Problem::unknown("profile", wanted, names.iter().map(|name| name.as_str()), &list()).file(file)),
        },
    }
}

/// The message that refuses a malformed document: its first fault, and how to see the others.
#[must_use]
pub fn refusal(faults: &[ReadError]) -> Problem {
    let Some(first) = faults.first() else { return Problem::fault("refused without a fault") };
    let refused = problem(first);
    match faults.len() {
        1 => refused,
        count => {
            let all = format!("{} more like this: `dasdlab lint {}` shows all", count - 1, first.file);
            let help = refused.help.as_ref().map_or(all.clone(), |help| format!("{help}\n{all}"));
            refused.help(help)
        }
    }
}

/// A reader's error as a message.
#[must_use]
pub fn problem(error: &ReadError) -> Problem {
    let place = (error.line > 0).then(|| {
        let text = error.source_line.clone().unwrap_or_default();
        Place { line: error.line, column: error.column, width: width(&text, error.column), text }
    });
    let problem = Problem::usage(error.message.as_str()).file(&error.file).at(place);
    match &error.help {
        Some(help) => problem.help(help.as_str()),
        None => problem,
    }
}

/// How many characters the value or word at a column has.
fn width(line: &str, column: usize) -> usize {
    let rest = || line.chars().skip(column.saturating_sub(1));
    match rest().next() {
        Some(quote @ ('"' | '\'')) => rest().skip(1).position(|c| c == quote).map_or(1, |end| end + 2),
        _ => rest().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+')).count().max(1),
    }
}
