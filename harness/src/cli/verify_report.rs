//! `verify-report`: proves that results and reports add up.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::paint::{Paint, Shade, escaped, masked};
use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::results::source::said;
use crate::results::verify::{Proof, Verified, verify};

/// Prove that results add up
///
/// Takes files of results, folders of them, and reports as `run --message-format json` writes them. Every scenario must have
/// ended in exactly one way, stand in its place once, and say what goes with how it ended; counts, sums, coverage, digest and
/// checksum are made once more of the scenarios. Says one line of each file. Ends with 0 if everything adds up, with 1 if
/// something does not, with 2 if something is neither results nor a report.
#[derive(Debug, Args)]
pub struct VerifyReportArgs {
    /// Files of results, folders of them, or reports
    #[arg(value_name = "FILE|DIR", required = true)]
    paths: Vec<PathBuf>,
    /// A folder that has not all of its run does not add up either
    #[arg(long)]
    whole: bool,
}

/// What came of a file, for programs.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: String,
    proven: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    proof: Option<&'a Proof>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

/// Proves everything that is named.
///
/// # Errors
/// The result cannot be written.
pub fn run(args: &VerifyReportArgs, ctx: &Context) -> Result<Exit, Problem> {
    let paint = Paint(ctx.color_stdout());
    let (mut wrong, mut neither) = (false, false);
    for path in &args.paths {
        verify(path, &mut |path, verified| {
            let lacks = args.whole && matches!(&verified, Verified::Folder { missing, .. } if !missing.is_empty());
            let is_wrong = lacks || matches!(verified, Verified::Wrong(_));
            wrong |= is_wrong;
            neither |= matches!(verified, Verified::Neither(_));
            let proven = !is_wrong && !matches!(verified, Verified::Neither(_));
            let text = if ctx.is_json() { json(path, &verified, proven)? } else { human(path, &verified, proven, paint) };
            write(&text)
        })?;
    }
    Ok(match (neither, wrong) {
        (true, _) => Exit::Usage,
        (_, true) => Exit::Bad,
        _ => Exit::Good,
    })
}

fn human(path: &Path, verified: &Verified, proven: bool, paint: Paint) -> String {
    let line = place(verified).map(|line| format!(":{line}")).unwrap_or_default();
    let said = masked(&verified.said());
    let said = if proven { said } else { paint.paint(Shade::Red, &said) };
    format!("{}{line}: {said}\n", masked(&files::said(path)))
}

fn json(path: &Path, verified: &Verified, proven: bool) -> Result<String, Problem> {
    let (proof, missing, problem) = match verified {
        Verified::Proven(proof) => (Some(proof), None, None),
        Verified::Folder { missing, .. } => (None, Some(said(missing)), None),
        Verified::Wrong(problem) | Verified::Neither(problem) => (None, None, Some(problem)),
    };
    let error = problem.map(|problem| problem.message.as_str());
    let line = Line { file: files::said(path), proven, proof, missing, error, line: place(verified) };
    let text = serde_json::to_string(&line).map_err(|error| Problem::fault(format!("cannot write JSON: {error}")))?;
    Ok(escaped(&text) + "\n")
}

/// The line in which something is wrong.
const fn place(verified: &Verified) -> Option<usize> {
    match verified {
        Verified::Wrong(problem) | Verified::Neither(problem) => match &problem.place {
            Some(place) => Some(place.line),
            None => None,
        },
        _ => None,
    }
}

/// Writes a line of the result; a reader that has gone away changes nothing of the verdict.
pub(super) fn write(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::machine(format!("cannot write the result: {error}")))
        }
        _ => Ok(()),
    }
}
