//! `job`: the job that takes a backup, as JCL and run on the simulated arrays of a site.

use std::fmt::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::event::Time;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::read::Encoding;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::story::Duration;
use serde::Serialize;

use super::driven::{self, Names};
use super::paint::{Paint, Shade};
use super::verdict::{self, VerdictReport};

use super::{Context, Problem, load, profile};
use crate::drive::Executed;
use crate::exit::Exit;
use crate::job::jcl;
use crate::job::plan::{Job, Request, build};
use crate::job::run::{Ended, Ran, run as run_job};

/// Build the job that takes a backup, and run it
///
/// Prints JCL: profile setup first where it is needed, then the backup, which does not run if setup ended above 4. With
/// --run the same steps are run instead, and their findings, commands and return codes are printed, then the backup
/// catalog. Ends with 0 or the highest return code of the steps; with 8 and nothing done if a backup is asked for while
/// the profile synchronizes, with 12 if the profile is locked, and with 2 if the input is bad.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The profile to back up; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Profile setup alone, needed or not
    #[arg(long)]
    setup_only: bool,
    /// Run the steps on the simulated arrays
    #[arg(long)]
    run: bool,
    /// How long a step waits for its pairs, in virtual time, such as 90s or 1h30m
    #[arg(long, value_name = "DURATION", default_value = "2h")]
    wait: Duration,
    /// Save the site as it stands after the run, .toml or .json; may be the file that was read
    #[arg(long, value_name = "FILE", requires = "run")]
    write: Option<PathBuf>,
}

/// The job as it is said to programs.
#[derive(Serialize)]
pub struct Report<'a> {
    #[serde(flatten)]
    job: &'a Job,
    jcl: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunReport<'a>>,
}

impl<'a> Report<'a> {
    /// A job that was built and not run.
    #[must_use]
    pub const fn built(job: &'a Job, jcl: &'a str) -> Self {
        Self { job, jcl, run: None }
    }
}

/// What came of running it.
#[derive(Serialize)]
struct RunReport<'a> {
    return_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    marked: Option<&'a Executed>,
    steps: Vec<StepReport<'a>>,
    state: ProfileState,
    reason: Option<SetupReason>,
    backups: Vec<&'a Backup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a Path>,
}

/// A step: whether it ran, and what came of it.
#[derive(Serialize)]
struct StepReport<'a> {
    name: &'a str,
    ran: bool,
    #[serde(flatten)]
    outcome: Option<OutcomeReport<'a>>,
}

#[derive(Serialize)]
struct OutcomeReport<'a> {
    #[serde(flatten)]
    verdict: VerdictReport<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<String>,
    commands: &'a [Executed],
    began_ms: Time,
    finished_ms: Time,
}

impl<'a> From<&'a Ran> for StepReport<'a> {
    fn from(ran: &'a Ran) -> Self {
        let outcome = ran.driven.as_ref().map(|driven| OutcomeReport {
            verdict: VerdictReport::from(&driven.verdict),
            ending: ran.ending.clone(),
            commands: &driven.commands,
            began_ms: driven.began,
            finished_ms: driven.finished,
        });
        Self { name: ran.step.name, ran: outcome.is_some(), outcome }
    }
}

/// Builds the job, runs it where that is asked for, and prints it or what came of it.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile; no job can be built; or the site cannot be written.
pub fn run(args: &JobArgs, ctx: &Context) -> Result<Exit, Problem> {
    let encoding = args.write.as_deref().map(Encoding::of).transpose().map_err(|error| load::problem(&error))?;
    let document = load::document(&args.file)?;
    load::note_story(&document, ctx);
    let name = load::profile(&document, args.profile.as_deref())?;
    let mut world = load::world(&document)?;
    let gone = || Problem::fault(format!("profile {name} was there and is gone"));
    let seen = world.observe();
    let request = if args.setup_only { Request::SetupOnly } else { Request::Backup };
    let job = build(&seen, &name, request, args.wait.ms).map_err(|refused| Problem {
        exit: Exit::ReturnCode(refused.return_code()),
        ..Problem::usage(refused.to_string()).help(refused.help()).file(&document.file)
    })?;
    let jcl = jcl::text(&job, seen.profile(&name).ok_or_else(gone)?);
    if !args.run {
        let report = Report::built(&job, &jcl);
        return Ok(if ctx.is_json() { ctx.json(&report, Exit::Good) } else { ctx.result(&jcl, Exit::Good) });
    }
    let description = document.site().description.clone();
    drop((seen, document));

    let ended = run_job(&mut world, &job).map_err(|stuck| Problem::fault(stuck.to_string()))?;
    let seen = world.observe();
    let profile = seen.profile(&name).ok_or_else(gone)?;
    if let Some((path, encoding)) = args.write.as_deref().zip(encoding) {
        driven::save(path, encoding, &world, description)?;
    }
    let exit = Exit::ReturnCode(ended.return_code());
    if ctx.is_json() {
        let run = RunReport {
            return_code: ended.return_code(),
            marked: ended.marked.as_ref(),
            steps: ended.steps.iter().map(StepReport::from).collect(),
            state: profile.state,
            reason: profile.reason,
            backups: catalog(profile),
            written: args.write.as_deref(),
        };
        return Ok(ctx.json(&Report { job: &job, jcl: &jcl, run: Some(run) }, exit));
    }
    let exit = ctx.result(&human(&seen, profile, &ended, Paint(ctx.color_stdout())), exit);
    if let Some(path) = &args.write {
        ctx.note(&format!("the site as it stands is written to {}", path.display()));
    }
    Ok(exit)
}

/// The backups of a profile by generation.
fn catalog(profile: &BackupProfile) -> Vec<&Backup> {
    let mut backups: Vec<&Backup> = profile.backups.iter().collect();
    backups.sort_by_key(|backup| backup.generation);
    backups
}

fn human(seen: &Observation, profile: &BackupProfile, ended: &Ended, paint: Paint) -> String {
    let mut out = String::new();
    let names = Names::of(seen, profile);
    if let Some(marked) = &ended.marked {
        put(&mut out, format_args!("the profile is not what the last setup passed\n\n"));
        out += &driven::commands(std::slice::from_ref(marked), &names, paint);
    }
    for ran in &ended.steps {
        put(&mut out, format_args!("{}\n\n", paint.paint(Shade::Bold, &format!("step {}", ran.step.name))));
        match (&ran.driven, ran.step.condition) {
            (Some(driven), _) => {
                out += &verdict::findings(&driven.verdict, paint);
                out += &driven::commands(&driven.commands, &names, paint);
                out += &verdict::summary(&profile.name, &driven.verdict, paint);
                if let Some(ending) = &ran.ending {
                    put(&mut out, format_args!("{ending}\n"));
                }
            }
            (None, Some(condition)) => {
                put(&mut out, format_args!("not run: {} ended above {}\n", condition.step, condition.highest));
            }
            (None, None) => out += "not run\n",
        }
        out.push('\n');
    }
    put(&mut out, format_args!("{}\n", paint.paint(Shade::Bold, "backup catalog")));
    if profile.backups.is_empty() {
        out += "  no backup\n";
    }
    for backup in catalog(profile) {
        put(&mut out, format_args!("  generation {}  {}\n", backup.generation, profile::backup(backup)));
    }
    let finished = ended.steps.iter().rev().find_map(|ran| ran.driven.as_ref()).map_or(Time(0), |driven| driven.finished);
    let code = ended.return_code();
    let shade = match code {
        0 => Shade::Green,
        4 => Shade::Yellow,
        _ => Shade::Red,
    };
    let code = paint.paint(shade, &code.to_string());
    put(&mut out, format_args!("\n{} at {finished}, job ended with {code}\n", driven::state(profile, paint)));
    out
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
