//! The file of known failures.

use std::path::Path;

use dasdlab_model::known::{KnownFailures, MAX_SCENARIOS};
use dasdlab_model::read::{self, Encoding, ReadError};
use dasdlab_model::write;

use super::{Entry, Known};
use crate::cli::{Problem, files, load};
use crate::results::file::Head;
use crate::run::plan::Plan;

/// Reads known failures of an implementation, each with its reason.
///
/// # Errors
/// The file cannot be read or is malformed, or has a failure without a reason.
pub fn read(path: &Path) -> Result<KnownFailures, Problem> {
    read_as(path, true)
}

/// Reads the file that is to be written over, where there is one; reasons may be empty there.
///
/// # Errors
/// There is something else than a file of known failures.
pub fn read_before(path: &Path) -> Result<Option<KnownFailures>, Problem> {
    if std::fs::symlink_metadata(path).is_err() {
        Encoding::of(path).map_err(|error| load::problem(&error))?;
        return Ok(None);
    }
    read_as(path, false).map(Some).map_err(|problem| {
        let message = format!("is not written over, because it is no file of known failures: {}", problem.message);
        Problem { message, ..problem }
    })
}

fn read_as(path: &Path, complete: bool) -> Result<KnownFailures, Problem> {
    let one = |error: ReadError| load::problem(&error);
    let encoding = Encoding::of(path).map_err(one)?;
    let text = read::load_text(path).map_err(one)?;
    read::known_failures(&path.display().to_string(), &text, encoding, complete).map_err(|errors| {
        let Some(first) = errors.first() else { return Problem::fault("refused without a fault") };
        let problem = load::problem(first);
        match errors.len() {
            1 => problem,
            count => {
                let more = format!("{} more like this", count - 1);
                let help = problem.help.as_ref().map_or(more.clone(), |help| format!("{help}\n{more}"));
                problem.help(help)
            }
        }
    })
}

/// Refuses known failures of another implementation.
///
/// # Errors
/// They are of another one.
pub fn of(failures: &KnownFailures, path: &Path, implementation: &str) -> Result<(), Problem> {
    if failures.implementation == implementation {
        return Ok(());
    }
    let message = format!("has known failures of `{}`, not of `{implementation}`, which is judged", failures.implementation);
    Err(Problem::usage(message).file(path))
}

/// What a file knows.
#[must_use]
pub fn known(failures: &KnownFailures) -> Known {
    let entries = failures.known.iter().flat_map(|failure| {
        failure.scenarios.iter().map(|scenario| Entry {
            scenario: scenario.clone(),
            signature: failure.signature.clone(),
            reason: failure.reason.clone(),
        })
    });
    Known::new(entries.collect())
}

/// The known failures by which results were judged, for whoever adds these up again. `plan` is asked for the plan of the
/// run where something is known.
///
/// # Errors
/// The file is missing or is not needed, cannot be read, or is not the one by which the results were judged.
pub fn of_results(path: Option<&Path>, head: &Head, plan: impl FnOnce() -> Result<Plan, Problem>) -> Result<Known, Problem> {
    let (path, digest) = match (path, head.known) {
        (None, None) => return Ok(Known::default()),
        (None, Some(_)) => {
            let message = "the results were judged by known failures: name their file with --expectations";
            return Err(Problem::usage(message));
        }
        (Some(path), None) => return Err(Problem::usage("the results were judged without known failures").file(path)),
        (Some(path), Some(digest)) => (path, digest),
    };
    let failures = read(path)?;
    of(&failures, path, &head.implementation.name)?;
    let known = known(&failures);
    if known.digest() != Some(digest) {
        let help = "name the file as it was then, or run again";
        return Err(Problem::usage("has other known failures than those by which the results were judged").file(path).help(help));
    }
    let plan = plan()?;
    if plan.digest() != head.suite {
        let message = "the scenarios have changed since: what is known of them cannot be looked for";
        return Err(Problem::usage(message).file(path));
    }
    Ok(known.within(&plan))
}

/// Writes known failures.
///
/// # Errors
/// There are too many, or the file cannot be written.
pub fn write(path: &Path, failures: &KnownFailures) -> Result<(), Problem> {
    let count: usize = failures.known.iter().map(|failure| failure.scenarios.len()).sum();
    if count > MAX_SCENARIOS {
        let message = format!("is not written: {count} scenarios fail, {MAX_SCENARIOS} at most can be known");
        return Err(Problem::usage(message).file(path));
    }
    let encoding = Encoding::of(path).map_err(|error| load::problem(&error))?;
    let text = write::known_failures(failures, encoding).map_err(|error| Problem::fault(error.to_string()))?;
    files::write(path, &text)
}
