//! `generate --faults`: a matrix of faults, phases and places as scenarios with expectations.

mod file;
mod manifest;

use std::path::{Path, PathBuf};

use dasdlab_model::finding::{Finding, Severity};
use dasdlab_model::observation::Observation;
use dasdlab_model::read::Content;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{Duration, StepExpectation};
use dasdlab_model::write::write;
use dasdlab_scenarios::matrix::{Matrix, MatrixCell, pairwise};

use super::To;
use crate::cli::{Context, Problem, files};
use crate::exit::Exit;
use crate::judge::Ours;
use crate::story::second::Second;
use crate::story::{StepTold, Told, tell};
use crate::suite::{self, MANIFEST};
use manifest::Row;

/// What is asked for.
pub(super) struct Asked<'a> {
    /// The file with the dimensions.
    pub(super) matrix: &'a Path,
    /// A scenario to vary.
    pub(super) like: Option<&'a Path>,
    /// All pairs of values, not all cells.
    pub(super) pairwise: bool,
    /// The encoding of the scenarios.
    pub(super) to: To,
}

/// The most cells that are looked at.
const MOST_CELLS: usize = 100_000;

/// A scenario to vary, and what its site declares.
struct Like {
    scenario: Scenario,
    seen: Observation,
}

/// Writes the scenarios and the manifest.
///
/// # Errors
/// The matrix is no good, nothing of it is possible, or the two opinions on a scenario differ.
pub(super) fn run(asked: &Asked<'_>, output: &Path, ctx: &Context) -> Result<Exit, Problem> {
    let like = asked.like.map(like).transpose()?;
    let matrix = file::read(asked.matrix, like.as_ref().map(|like| (&like.scenario, &like.seen)))?;
    let cells = matrix.cells();
    if cells.len() > MOST_CELLS {
        let message = format!("the matrix has {} cells: expected {MOST_CELLS} at most", cells.len());
        return Err(Problem::usage(message).file(asked.matrix));
    }
    let made: Vec<(MatrixCell, Result<(), String>)> =
        cells.into_iter().map(|cell| (cell, scenario(&matrix, like.as_ref(), cell).map(drop))).collect();
    let possible: Vec<MatrixCell> = made.iter().filter(|(_, made)| made.is_ok()).map(|(cell, _)| *cell).collect();
    if possible.is_empty() {
        let why = made.iter().find_map(|(_, made)| made.as_ref().err()).map(String::as_str);
        let problem = Problem { exit: Exit::NothingSelected, ..Problem::usage("no cell of the matrix is possible") };
        return Err(problem.file(asked.matrix).help(format!("the first says: {}", why.unwrap_or("there is none"))));
    }
    let chosen: Vec<MatrixCell> = if asked.pairwise {
        pairwise(&possible).into_iter().filter_map(|index| possible.get(index).copied()).collect()
    } else {
        possible
    };
    super::empty(output)?;
    let (encoding, extension) = asked.to.encoding();
    let mut names = Vec::new();
    files::folder(output, |folder| {
        let mut rows = Vec::new();
        for cell in &chosen {
            let scenario = scenario(&matrix, like.as_ref(), *cell).map_err(Problem::fault)?;
            let (scenario, row) = expected(scenario, *cell)?;
            let name = format!("{}.{extension}", cell.id());
            let text = write(&Content::Scenario(Box::new(scenario)), encoding);
            files::write(&folder.join(&name), &text.map_err(|error| Problem::fault(error.to_string()))?)?;
            names.push(name);
            rows.push(row);
        }
        rows.extend(made.iter().filter_map(|(cell, made)| Some(Row::impossible(*cell, made.as_ref().err()?))));
        files::write(&folder.join(manifest::CSV), &manifest::csv(&rows))?;
        files::write(&folder.join(suite::CELLS), &manifest::json(&rows)?)?;
        files::write(&folder.join(MANIFEST), &described(names.len()))
    })?;
    let impossible = made.iter().filter(|(_, made)| made.is_err()).count();
    let counted = if names.len() == 1 { "1 scenario is".to_owned() } else { format!("{} scenarios are", names.len()) };
    let note = format!(
        "{counted} in {}, {impossible} cells are impossible and listed with their reason: judge with `dasdlab run {0}`",
        output.display()
    );
    names.extend([manifest::CSV, suite::CELLS, MANIFEST].map(str::to_owned));
    let written: Vec<PathBuf> = names.iter().map(|name| output.join(name)).collect();
    Ok(files::tell(ctx, &written, &note))
}

fn described(count: usize) -> String {
    format!("format = 1\nname = \"matrix\"\ndescription = \"{count} cells of a matrix of faults, phases and places\"\n")
}

fn like(path: &Path) -> Result<Like, Problem> {
    let scenario = suite::file(path)?.scenario;
    let seen = crate::judge::observe(&scenario.site)
        .map_err(|faults| Problem::usage(faults.first().map(ToString::to_string).unwrap_or_default()).file(path))?;
    Ok(Like { scenario, seen })
}

fn scenario(matrix: &Matrix, like: Option<&Like>, cell: MatrixCell) -> Result<Scenario, String> {
    match like {
        Some(like) => matrix.like(&like.scenario, &like.seen, cell),
        None => matrix.scenario(cell),
    }
}

/// The scenario with what both opinions say of each step, and its row of the manifest.
///
/// # Errors
/// The two opinions differ: what is to be expected is not known then.
fn expected(mut scenario: Scenario, cell: MatrixCell) -> Result<(Scenario, Row), Problem> {
    let mut second = Second::new();
    let told = tell(&scenario, &Ours, &mut [&mut second]).map_err(|error| Problem::fault(format!("{}: {error}", cell.id())))?;
    if let Some(differs) = second.differences().first() {
        return Err(Problem::fault(format!("{}: the two opinions differ: {differs}", cell.id())));
    }
    for (step, told) in scenario.steps.iter_mut().zip(&told.steps) {
        let stands = told.stands.as_ref();
        step.expect = Some(StepExpectation {
            return_code: told.return_code(),
            state: stands.map(|stands| stands.state),
            reason: stands.and_then(|stands| stands.reason),
            ..StepExpectation::default()
        });
    }
    let row = row(cell, &told);
    Ok((scenario, row))
}

/// What the last step has come to.
fn row(cell: MatrixCell, told: &Told) -> Row {
    let last = told.steps.last();
    let stands = last.and_then(|step| step.stands.as_ref());
    let state = stands.map(|stands| match (stands.state, stands.reason) {
        (ProfileState::SetupNeeded, Some(reason)) => format!("{}({reason})", ProfileState::SetupNeeded),
        (state, _) => state.to_string(),
    });
    let findings = last.map(worst).unwrap_or_default();
    let distinct = |mut words: Vec<String>| {
        words.dedup();
        words
    };
    Row {
        id: cell.id(),
        rules: distinct(findings.iter().map(|finding| finding.rule().code().to_owned()).collect()),
        reasons: distinct(findings.iter().map(|finding| finding.reason.slug().to_owned()).collect()),
        state,
        return_code: last.and_then(StepTold::return_code),
        fired: Some(told.faults.iter().any(crate::story::FaultTold::struck)),
        ends_ms: Some(told.world.now().0),
        ..Row::of(cell)
    }
}

/// The errors of a step, in their order.
fn worst(step: &StepTold) -> Vec<Finding> {
    let verdicts = step.own().filter_map(|worked| worked.ended.verdict());
    let findings = verdicts.flat_map(|verdict| &verdict.findings);
    findings.filter(|finding| finding.severity == Severity::E).cloned().collect()
}

/// Virtual time as people read it.
fn time(ms: u64) -> String {
    Duration::of_ms(ms).to_string()
}
