//! `replay`: one scenario again, with everything there is to say about it.

pub(super) mod story;

use std::fmt::{self, Write};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use dasdlab_model::finding::Verdict;
use dasdlab_model::scenario::{Expectation, Scenario};
use dasdlab_model::site::Profile;
use dasdlab_model::states::RestoreScope;
use dasdlab_scenarios::token::{Token, TokenError};
use serde::Serialize;

use super::outside::{Alone, bench, ended};
use super::paint::{Paint, Shade, masked};
use super::{Context, Problem, generate};
use crate::exit::Exit;
use crate::judge::difference::Difference;
use crate::judge::strict::Strictness;
use crate::judge::{self, Judged, Outcome, compare};
use crate::results::counts::Status;
use crate::suite::{self, Entry};
use crate::sut::Sut;
use crate::sut::wire::{From, Overheard, Wire};

/// How much of a question and of an answer is shown.
const SHOWN: (usize, usize) = (240, 4_000);

/// Judge one scenario again and show everything about it
///
/// Shows what was planted, what is expected, what the validator says and every difference; of a story its timeline: every
/// step in virtual time with its commands, changes and faults. Ends with 0 if it passes, 1 if the validator is wrong, 70
/// if the harness is. With --sut an implementation outside is judged in place of ours, and --wire shows what went to it and
/// what came back.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A token such as g1-00000000deadbeef-42, a scenario file, or corpus/NAME
    #[arg(value_name = "TOKEN|FILE")]
    scenario: String,
    /// Stop a story behind the step of this name, such as "step 2", and write what is left of it instead: the site as it
    /// stands, and the steps and faults to come. The rest goes on as if the story had never been cut
    #[arg(long, value_name = "STEP", requires = "write")]
    until: Option<String>,
    /// Where the rest of the story is written, .toml or .json
    #[arg(long, value_name = "FILE", requires = "until")]
    write: Option<PathBuf>,
    #[command(flatten)]
    alone: Alone,
    /// Show what went over the pipe: the beginning of each question, and the answer
    #[arg(long, requires = "sut")]
    wire: bool,
    /// Write every question into this file, whole, so that the implementation can be run on it by hand
    #[arg(long, value_name = "FILE", requires = "sut")]
    questions: Option<PathBuf>,
}

/// Who is judged.
struct Judging {
    sut: Option<Sut>,
    strict: Strictness,
    wire: Option<Arc<Wire>>,
    /// Whether what went over the wire is shown.
    shows: bool,
}

impl Judging {
    fn start(args: &ReplayArgs) -> Result<Self, Problem> {
        let mut wire = (args.wire || args.questions.is_some()).then(|| Wire::new(SHOWN.0, SHOWN.1));
        if let Some(path) = &args.questions {
            let file =
                File::create(path).map_err(|error| Problem::machine(format!("cannot write {}: {error}", path.display())))?;
            wire = wire.map(|wire| wire.with_questions(Box::new(file)));
        }
        let wire = wire.map(Arc::new);
        Ok(Self { sut: args.alone.start(wire.clone())?, strict: args.alone.strict, wire, shows: args.wire })
    }

    fn judge(&self, scenario: &Scenario) -> Judged {
        let judged = bench(self.sut.as_ref(), self.strict).judge(scenario);
        if let Some(wire) = &self.wire {
            wire.deafen();
        }
        judged
    }

    /// What went over the wire until the scenario was judged, where it is to be shown.
    fn overheard(&self) -> Option<Vec<Overheard>> {
        self.wire.as_ref().filter(|_| self.shows).map(|wire| wire.taken())
    }

    /// Says goodbye, and how the command ends.
    fn end(self, exit: Exit, ctx: &Context) -> Result<Exit, Problem> {
        if let Some(error) = self.wire.as_ref().and_then(|wire| wire.failure()) {
            return Err(Problem::machine(format!("cannot write the questions: {error}")));
        }
        self.sut.as_ref().map_or(Ok(exit), |sut| ended(sut, exit, ctx))
    }
}

/// What is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    id: &'a str,
    title: &'a str,
    why: &'a str,
    token: Option<&'a str>,
    profile: Option<String>,
    defects: &'a [String],
    volumes: usize,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
    differences: &'a [Difference],
    expectation: Option<&'a Expectation>,
    oracle: Option<&'a Verdict>,
    found: Option<&'a Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    implementation: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    needs: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    wire: Option<Vec<Overheard>>,
}

/// Judges the scenario and prints everything about it.
///
/// # Errors
/// There is no such scenario, or it is malformed.
pub fn run(args: &ReplayArgs, ctx: &Context) -> Result<Exit, Problem> {
    let Entry { id, scenario, .. } = find(&args.scenario)?;
    if let Some((until, path)) = args.until.as_deref().zip(args.write.as_deref()) {
        return story::cut(&id, &scenario, until, path, ctx);
    }
    let judging = Judging::start(args)?;
    if scenario.is_story() {
        return story::run(&id, &scenario, judging, ctx);
    }
    let judged = judging.judge(&scenario);
    let exit = ends_with(&judged.outcome);
    let report = Report {
        id: &id,
        title: &scenario.title,
        why: &scenario.why,
        token: scenario.token.as_deref(),
        profile: judge::profile(&scenario).ok().map(|name| name.to_string()),
        defects: &scenario.defects,
        volumes: judged.volumes,
        status: judged.outcome.status(),
        broken: judged.outcome.broken(),
        message: judged.outcome.message(),
        differences: judged.outcome.differences(),
        expectation: scenario.expect.as_ref(),
        oracle: judged.expected.as_ref(),
        found: judged.verdict.as_ref(),
        implementation: judging.sut.as_ref().map(named),
        needs: judged.outcome.needs(),
        wire: judging.overheard(),
    };
    let shown = if ctx.is_json() {
        ctx.json(&report, exit)
    } else {
        ctx.result(&human(&report, &scenario, &judged, Paint(ctx.color_stdout())), exit)
    };
    judging.end(shown, ctx)
}

/// An implementation in a word.
fn named(sut: &Sut) -> String {
    let greeting = sut.greeting();
    format!("{} {}", greeting.name, greeting.version).trim_end().to_owned()
}

/// What went over the wire, line by line.
fn wire(out: &mut String, paint: Paint, lines: &[Overheard]) {
    put(out, format_args!("{}\n", paint.paint(Shade::Bold, "wire")));
    for Overheard { from, text, bytes } in lines {
        let head = match from {
            From::Harness => "asked",
            From::Implementation => "answered",
        };
        let rest = if text.len() < *bytes { format!("… ({bytes} bytes)") } else { String::new() };
        put(out, format_args!("  {head:<10}{}{rest}\n", masked(text)));
    }
}

/// How a replay of a scenario ends that ended so.
const fn ends_with(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Passed => Exit::Good,
        Outcome::Failed { .. } | Outcome::Errored { .. } => Exit::Bad,
        Outcome::HarnessFault { .. } => Exit::Fault,
        Outcome::Unsupported { .. } => Exit::NothingSelected,
    }
}

/// A profile in a few words.
fn described(profile: &Profile, volumes: usize) -> String {
    let (method, backup_type, generations) = (profile.method, profile.backup_type, profile.generations);
    let plural = if generations == 1 { "" } else { "s" };
    let on = if volumes > 0 { format!(" on {volumes} volumes") } else { String::new() };
    format!("{} ({backup_type}, {method}, {generations} generation{plural}){on}", profile.name)
}

/// The scenario that a token, a name or a path stands for.
///
/// # Errors
/// There is no such scenario, or it is malformed.
pub(super) fn find(name: &str) -> Result<Entry, Problem> {
    match name.parse::<Token>() {
        Ok(token) => {
            let scenario = generate::made(&token)?.scenario;
            return Ok(Entry { id: token.to_string(), replay: token.to_string(), scenario });
        }
        Err(TokenError::Syntax(_)) => {}
        Err(error) => return Err(Problem::usage(error.to_string())),
    }
    let path = Path::new(name);
    if !path.exists() {
        let in_corpus = name.strip_prefix(suite::CORPUS).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
        if let Some(entry) = suite::corpus_entry(in_corpus)? {
            return Ok(entry);
        }
        let known = dasdlab_scenarios::corpus::FILES.iter().map(|(file, _)| *file);
        let list = "expected a token, a scenario file or corpus/NAME; `dasdlab list scenarios` shows the corpus";
        return Err(Problem::unknown("scenario", name, known, list));
    }
    suite::file(path)
}

fn human(report: &Report<'_>, scenario: &Scenario, judged: &Judged, paint: Paint) -> String {
    let mut out = String::new();
    line(&mut out, "scenario", report.id);
    line(&mut out, "title", report.title);
    line(&mut out, "why", report.why);
    line(&mut out, "judged", report.implementation.as_deref().unwrap_or_default());
    if let Some(profile) = scenario.site.profiles.iter().find(|profile| report.profile.as_deref() == Some(profile.name.as_str()))
    {
        line(&mut out, "profile", &described(profile, report.volumes));
    }
    for (at, defect) in report.defects.iter().enumerate() {
        line(&mut out, if at == 0 { "defects" } else { "" }, defect);
    }
    expected(&mut out, paint, report.expectation, judged.expected.as_ref());
    match &judged.verdict {
        Some(verdict) if Some(verdict) == judged.expected.as_ref() => line(&mut out, "found", "the same"),
        Some(verdict) => said(&mut out, paint, "found", "as the validator says", verdict),
        None => line(&mut out, "found", "nothing: the validator did not answer or was not asked"),
    }
    line(&mut out, "needs", &report.needs.join(", "));
    if !report.differences.is_empty() {
        put(&mut out, format_args!("{}\n", paint.paint(Shade::Bold, "differences")));
        report.differences.iter().for_each(|difference| put(&mut out, format_args!("  {}\n", masked(&difference.to_string()))));
    }
    line(&mut out, "message", report.message);
    if let Some(lines) = &report.wire {
        wire(&mut out, paint, lines);
    }
    let shade = if report.status == Status::Passed { Shade::Green } else { Shade::Red };
    let cause = report.broken.map(|broken| format!(" ({broken})")).unwrap_or_default();
    put(&mut out, format_args!("{}{cause}\n", paint.paint(shade, report.status.as_str())));
    out
}

/// What the scenario expects and what the oracle says: once where they agree, else each by itself.
fn expected(out: &mut String, paint: Paint, expectation: Option<&Expectation>, oracle: Option<&Verdict>) {
    match (expectation, oracle) {
        (Some(expectation), Some(verdict)) if compare::with_expectation(expectation, verdict).is_ok_and(|all| all.is_empty()) => {
            said(out, paint, "expected", "as the scenario and the oracle say", verdict);
        }
        (Some(expectation), oracle) => {
            let scope = expectation.restore_scope.map(scope).unwrap_or_default();
            line(out, "expected", &format!("return code {}{scope}, as the scenario says", expectation.return_code));
            for finding in &expectation.findings {
                let subjects: Vec<String> = finding.subjects.iter().map(ToString::to_string).collect();
                let name = format!("{} {} [{}]", finding.code, finding.reason, subjects.join(", "));
                put(out, format_args!("  {}\n", paint.paint(Shade::Bold, &masked(&name))));
                for (key, fact) in &finding.evidence {
                    put(out, format_args!("      {}\n", masked(&format!("{key}: {fact}"))));
                }
            }
            match oracle {
                Some(verdict) => said(out, paint, "oracle", "as the oracle says", verdict),
                None => line(out, "oracle", "nothing: it did not answer or was not asked"),
            }
        }
        (None, Some(verdict)) => said(out, paint, "expected", "as the oracle alone says", verdict),
        (None, None) => line(out, "expected", "nothing: the oracle did not answer or was not asked"),
    }
}

fn scope(scope: RestoreScope) -> String {
    format!(", a backup permits restores: {scope}")
}

/// A verdict with every finding and its evidence.
fn said(out: &mut String, paint: Paint, head: &str, source: &str, verdict: &Verdict) {
    let scope = verdict.restore_scope.map(scope).unwrap_or_default();
    line(out, head, &format!("return code {}{scope}, {source}", verdict.return_code));
    for finding in &verdict.findings {
        put(out, format_args!("  {}\n", paint.paint(Shade::Bold, &judge::finding_name(finding).to_string())));
        finding.evidence.0.iter().for_each(|(key, fact)| put(out, format_args!("      {key}: {}\n", masked(&fact.to_string()))));
    }
}

/// A line with its head; nothing where there is nothing to say.
fn line(out: &mut String, head: &str, text: &str) {
    if !text.is_empty() {
        put(out, format_args!("{head:<10}{}\n", masked(text)));
    }
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
