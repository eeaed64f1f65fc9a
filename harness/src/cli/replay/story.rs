//! A story again: its timeline, and how it was judged.

use std::fmt::Write;
use std::path::Path;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::ProfileName;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::write::write;
use serde::Serialize;

use super::{Context, Exit, Judging, Paint, Problem, Shade, Strictness, ends_with, line, masked};
use crate::cli::verdict::VerdictReport;
use crate::cli::{files, load};
use crate::judge::difference::Difference;
use crate::judge::{self, Judged, Ours, Outcome};
use crate::results::counts::Status;
use crate::story::actors::Actors;
use crate::story::cut as story_cut;
use crate::story::inspect::Lost;
use crate::story::tell::{boot, tell_on};
use crate::story::timeline::render::{Known, WIDTH, render, wrapped};
use crate::story::timeline::{Happened, Timeline};
use crate::story::watch::{Ended, Watcher, Work};
use crate::story::{FaultTold, StepTold, Untold};
use crate::sut::wire::Overheard;

/// A story as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    id: &'a str,
    title: &'a str,
    why: &'a str,
    token: Option<&'a str>,
    profile: String,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
    differences: &'a [Difference],
    /// Why the story could not be told to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    untold: Option<String>,
    steps: Vec<StepReport<'a>>,
    faults: &'a [FaultTold],
    #[serde(skip_serializing_if = "Option::is_none")]
    implementation: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    needs: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    wire: Option<Vec<Overheard>>,
}

/// What there is to say where an implementation was judged.
struct Wired<'a> {
    implementation: Option<String>,
    needs: &'a [&'static str],
    wire: Option<Vec<Overheard>>,
}

/// A step, and everything that happened until the next one.
#[derive(Default, Serialize)]
struct StepReport<'a> {
    /// Its number, from 1; 0 for what happens before the first step.
    number: usize,
    name: String,
    #[serde(rename = "do")]
    word: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a ProfileName>,
    began_ms: Time,
    finished_ms: Time,
    work: Vec<WorkReport<'a>>,
    commands: Vec<CommandReport<'a>>,
    faults: Vec<FaultReport<'a>>,
    events: Vec<EventReport<'a>>,
    state: Option<ProfileState>,
    reason: Option<SetupReason>,
    backups: &'a [Backup],
    #[serde(skip_serializing_if = "Option::is_none")]
    losses: Option<&'a [Lost]>,
}

/// A piece of work.
#[derive(Serialize)]
struct WorkReport<'a> {
    work: &'static str,
    profile: &'a ProfileName,
    /// Whether it ran within another.
    rival: bool,
    finished_ms: Time,
    ended: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictReport<'a>>,
}

#[derive(Serialize)]
struct CommandReport<'a> {
    at_ms: Time,
    by: &'a Issuer,
    command: &'a Command,
    reply: Option<&'a Reply>,
    answered_ms: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    met_by: Option<&'a str>,
}

#[derive(Serialize)]
struct FaultReport<'a> {
    at_ms: Time,
    name: &'a str,
    word: &'static str,
    /// Whether this is its end.
    over: bool,
}

#[derive(Serialize)]
struct EventReport<'a> {
    at_ms: Time,
    object: &'a str,
    from: &'a str,
    to: &'a str,
    cause: &'a str,
}

/// Tells the story as far as the step of this name and writes the rest.
///
/// # Errors
/// It is no story, has no such step, cannot be told that far or be cut there, or the file cannot be written.
pub(super) fn cut(id: &str, scenario: &Scenario, until: &str, path: &Path, ctx: &Context) -> Result<Exit, Problem> {
    let encoding = Encoding::of(path).map_err(|error| load::problem(&error))?;
    let names: Vec<String> = scenario.steps.iter().enumerate().map(|(index, step)| step.name_or_number(index)).collect();
    let Some(index) = names.iter().position(|name| name == until) else {
        let expected =
            if names.is_empty() { "expected a story: this scenario has no steps" } else { "expected the name of a step" };
        return Err(Problem::unknown("step", until, names.iter().map(String::as_str), expected));
    };
    if index + 1 == names.len() {
        return Err(Problem::usage(format!("nothing is left behind `{until}`: expected a step before the last")));
    }
    let rest = story_cut::cut(scenario, index + 1, &Ours).map_err(|error| Problem::usage(error.to_string()))?.rest;
    let rest = Scenario { id: String::new(), token: None, title: format!("{}, behind {until}", named(scenario, id)), ..rest };
    let text = write(&Content::Scenario(Box::new(rest)), encoding).map_err(|error| Problem::fault(error.to_string()))?;
    files::write(path, &text)?;
    ctx.note(&format!("the rest of {id} behind `{until}` is written to {}", path.display()));
    Ok(Exit::Good)
}

/// The title of a scenario, or its id where it has none.
fn named<'a>(scenario: &'a Scenario, id: &'a str) -> &'a str {
    if scenario.title.is_empty() { id } else { &scenario.title }
}

/// Tells the story, judges it, and prints both.
///
/// # Errors
/// It has no profile.
pub(super) fn run(id: &str, scenario: &Scenario, judging: Judging, ctx: &Context) -> Result<Exit, Problem> {
    let own = judge::profile(scenario).map_err(Problem::usage)?;
    let mut timeline = Timeline::new(own.clone());
    let judged = judging.judge(scenario);
    let told = match &judged.outcome {
        // Nobody could tell it to its end.
        Outcome::Errored { .. } | Outcome::Unsupported { .. } => Ok((Vec::new(), Vec::new())),
        _ => told(scenario, &judging, &mut timeline),
    };
    let exit = ends_with(&judged.outcome);
    let (overheard, implementation) = (judging.overheard(), judging.sut.as_ref().map(super::named));
    if ctx.is_json() {
        let wire = Wired { implementation, needs: judged.outcome.needs(), wire: overheard };
        let shown = ctx.json(&report(id, scenario, &own, &timeline, &told, &judged.outcome, wire), exit);
        return judging.end(shown, ctx);
    }
    let paint = Paint(ctx.color_stdout());
    let mut out = String::new();
    line(&mut out, "story", id);
    long_line(&mut out, "title", &scenario.title);
    long_line(&mut out, "why", &scenario.why);
    long_line(&mut out, "judged", implementation.as_deref().unwrap_or_default());
    if let Some(profile) = scenario.site.profiles.iter().find(|profile| profile.name == own) {
        line(&mut out, "profile", &super::described(profile, judged.volumes));
    }
    out.push('\n');
    out += &rendered(&timeline, &told, paint);
    out.push('\n');
    if let Some(lines) = &overheard {
        super::wire(&mut out, paint, lines);
    }
    long_line(&mut out, "needs", &judged.outcome.needs().join(", "));
    out += &verdict(&judged, &timeline, paint);
    let shown = ctx.result(&out, exit);
    judging.end(shown, ctx)
}

/// Tells the story with whoever is judged, for its timeline.
fn told(scenario: &Scenario, judging: &Judging, timeline: &mut Timeline) -> Result<(Vec<StepTold>, Vec<FaultTold>), Untold> {
    let mut world = boot(scenario)?;
    let mut tell = |actors: &dyn Actors| {
        let watchers: &mut [&mut dyn Watcher] = &mut [&mut *timeline];
        tell_on(&mut world, scenario, actors, watchers)
    };
    let told = match &judging.sut {
        None => tell(&Ours),
        // It has just been judged; where it cannot be asked any more, what is shown ends there.
        Some(sut) => sut.acting(|actors| tell(actors)).map_or_else(|_| Ok((Vec::new(), Vec::new())), |(told, _)| told),
    };
    timeline.ends_with(&world);
    told
}

/// The timeline of a story as our own validator plays it, as text; none where it cannot be told.
pub(in crate::cli) fn timeline(scenario: &Scenario) -> Option<String> {
    let mut timeline = Timeline::new(judge::profile(scenario).ok()?);
    let ours = Judging { sut: None, strict: Strictness::default(), wire: None, shows: false };
    let told = told(scenario, &ours, &mut timeline);
    Some(rendered(&timeline, &told, Paint(false)))
}

fn rendered(timeline: &Timeline, told: &Result<(Vec<StepTold>, Vec<FaultTold>), Untold>, paint: Paint) -> String {
    let endings: Vec<Option<String>> =
        told.iter().flat_map(|(steps, _)| steps).flat_map(|step| &step.work).map(|worked| worked.ending.clone()).collect();
    let faults = told.as_ref().map_or(&[][..], |(_, faults)| faults);
    let mut out = render(timeline, Known { faults, endings: &endings }, paint);
    if let Err(untold) = told {
        let text = format!("the story ends here: {}", timeline.names().spoken(&untold.to_string()));
        let _ = writeln!(out, "\n{}", paint.paint(Shade::Red, &masked(&text)));
    }
    out
}

/// A line with its head, as wide as the timeline.
fn long_line(out: &mut String, head: &str, text: &str) {
    if !text.is_empty() {
        for (row, text) in wrapped(text, WIDTH - 10, 0).iter().enumerate() {
            line(out, if row == 0 { head } else { "" }, text);
        }
    }
}

/// How the story was judged: in a line, and with every difference where there are any.
fn verdict(judged: &Judged, timeline: &Timeline, paint: Paint) -> String {
    let mut out = String::new();
    let (outcome, broken) = (&judged.outcome, judged.outcome.broken());
    let shade = match outcome {
        Outcome::Passed => Shade::Green,
        Outcome::Unsupported { .. } => Shade::Yellow,
        _ => Shade::Red,
    };
    let differences = judged.outcome.differences();
    if !differences.is_empty() {
        let _ = writeln!(out, "{}", paint.paint(Shade::Bold, "differences"));
    }
    for difference in differences {
        let text = timeline.names().spoken(&difference.to_string());
        for (row, text) in wrapped(&masked(&text), WIDTH - 4, 0).iter().enumerate() {
            let _ = writeln!(out, "{}{}", if row == 0 { "  " } else { "    " }, paint.paint(Shade::Red, text));
        }
    }
    long_line(&mut out, "message", &timeline.names().spoken(outcome.message()));
    let broken = broken.map(|broken| format!(" ({broken})")).unwrap_or_default();
    let _ = writeln!(out, "{}{broken}", paint.paint(shade, outcome.status().as_str()));
    out
}

fn report<'a>(
    id: &'a str,
    scenario: &'a Scenario,
    own: &ProfileName,
    timeline: &'a Timeline,
    told: &'a Result<(Vec<StepTold>, Vec<FaultTold>), Untold>,
    outcome: &'a Outcome,
    Wired { implementation, needs, wire }: Wired<'a>,
) -> Report<'a> {
    Report {
        id,
        title: &scenario.title,
        why: &scenario.why,
        token: scenario.token.as_deref(),
        profile: own.to_string(),
        status: outcome.status(),
        broken: outcome.broken(),
        message: outcome.message(),
        differences: outcome.differences(),
        untold: told.as_ref().err().map(ToString::to_string),
        steps: steps(timeline),
        faults: told.as_ref().map_or(&[][..], |(_, faults)| faults),
        implementation,
        needs,
        wire,
    }
}

/// What happened, step by step.
fn steps(timeline: &Timeline) -> Vec<StepReport<'_>> {
    let mut steps: Vec<StepReport<'_>> = Vec::new();
    for moment in timeline.moments() {
        let at_ms = moment.at;
        if let Happened::StepBegins { index, step, profile } = &moment.what {
            let (number, name, word) = (index + 1, step.name_or_number(*index), step.action.word());
            steps.push(StepReport { number, name, word, profile: Some(profile), began_ms: at_ms, ..StepReport::default() });
            continue;
        }
        if steps.is_empty() {
            steps.push(StepReport::default());
        }
        let Some(step) = steps.last_mut() else { continue };
        step.finished_ms = at_ms;
        match &moment.what {
            Happened::Command(given) => step.commands.push(CommandReport {
                at_ms,
                by: &given.by,
                command: &given.command,
                reply: given.reply.as_ref(),
                answered_ms: given.answered,
                met_by: given.met_by.as_ref().map(|fault| fault.name.as_str()),
            }),
            Happened::Event(Event { at, object, from, to, cause }) => {
                step.events.push(EventReport { at_ms: *at, object, from, to, cause });
            }
            Happened::Fault(fault) | Happened::Over(fault) => {
                let over = matches!(moment.what, Happened::Over(_));
                step.faults.push(FaultReport { at_ms, name: &fault.name, word: fault.what.word(), over });
            }
            Happened::Ends(work, profile, ended) => step.work.push(work_report(work, profile, ended, moment.within > 0, at_ms)),
            Happened::StepEnds(standing) => {
                (step.state, step.reason) = standing.state.map_or((None, None), |(state, reason)| (Some(state), reason));
                step.backups = &standing.backups;
                step.losses = standing.losses.as_deref();
            }
            Happened::StepBegins { .. } | Happened::Begins(..) | Happened::Phase(_) => {}
        }
    }
    steps
}

fn work_report<'a>(work: &Work, profile: &'a ProfileName, ended: &'a Ended, rival: bool, finished_ms: Time) -> WorkReport<'a> {
    let (word, verdict) = match ended {
        Ended::Said { verdict, refused: None } => ("said", Some(verdict)),
        Ended::Said { verdict, refused: Some(_) } => ("refused", Some(verdict)),
        Ended::Done => ("done", None),
        Ended::Refused(_) => ("refused", None),
        Ended::Abended => ("abended", None),
    };
    WorkReport {
        work: work.word(),
        profile,
        rival,
        finished_ms,
        ended: word,
        refused: ended.refused(),
        verdict: verdict.map(VerdictReport::from),
    }
}
