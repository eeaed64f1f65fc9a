//! `implement`: our own validator as an implementation under test, on stdin and stdout.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use clap::Args;
use dasdlab_model::protocol::{Act, Begin};
use dasdlab_model::protocol::{
    Ask, Bye, Feature, Greeting, JobStep, JobSteps, PROTOCOL, Request, Response, Said, Stands, StepWork, Want, Wanted,
};

use super::{Context, Problem};
use crate::drive::Machine;
use crate::exit::Exit;
use crate::job::plan::{self, Work};
use crate::judge::Ours;
use crate::story::actors::Actors;

/// Speak the protocol of implementations on stdin and stdout
///
/// Answers each line as our own validator does: a reference for adapters, and a check of the protocol itself:
/// `dasdlab run --sut 'cmd:dasdlab implement'`.
#[derive(Debug, Args)]
pub struct ImplementArgs {}

/// Answers lines until bye or the end of the input.
///
/// # Errors
/// A line cannot be understood; the machine failed.
pub fn run(_: &ImplementArgs, ctx: &Context) -> Result<Exit, Problem> {
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    let mut works = Works::new();
    let machine = |error: io::Error| Problem::machine(format!("the pipe failed: {error}"));
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).map_err(machine)? == 0 {
            return Ok(Exit::Good);
        }
        let request: Request =
            serde_json::from_slice(&line).map_err(|error| Problem::usage(format!("a line cannot be understood: {error}")))?;
        let Some(answer) = answered(request, &mut works) else { return Ok(Exit::Good) };
        let mut text = serde_json::to_vec(&answer).map_err(|error| Problem::fault(format!("cannot write JSON: {error}")))?;
        text.push(b'\n');
        match out.write_all(&text).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                ctx.note("note: nobody listens any more");
                return Ok(Exit::Good);
            }
            Err(error) => return Err(machine(error)),
        }
    }
}

/// Setups, backups and restores that are open.
type Works = BTreeMap<u64, Box<dyn Machine>>;

/// The answer to a line; none after bye.
fn answered(request: Request, works: &mut Works) -> Option<Response> {
    let Request { id, ask } = request;
    let none = Response { id, ..Response::default() };
    let error = |message: &str| Response { error: Some(message.to_owned()), ..none.clone() };
    Some(match ask {
        Ask::Bye(Bye {}) => return None,
        Ask::Hello(_) => Response { hello: Some(greeting()), ..none },
        Ask::Check(check) => match dasdlab_validator::check(&check.observation, &check.profile) {
            Some(verdict) => Response { verdict: Some(Said::from(&verdict)), ..none },
            None => error("there is no such profile"),
        },
        Ask::Act(act) => match acted(*act, works) {
            Ok(wanted) => Response { action: Some(Box::new(wanted)), ..none },
            Err(message) => error(message),
        },
        Ask::Drop(dropped) => {
            works.remove(&dropped.work);
            Response { dropped: Some(Bye {}), ..none }
        }
        Ask::Edit(edit) => match Ours.edited(&edit.observation, &edit.before, &edit.wanted) {
            Ok(after) => Response { profile: Some(Stands { state: after.state, reason: after.reason }), ..none },
            Err(refused) => Response { refused: Some(crate::story::tell::word(&refused).to_owned()), ..none },
        },
        Ask::Enter(enter) => {
            let entered = Ours.entered(&enter.profile);
            Response { profile: Some(Stands { state: entered.state, reason: entered.reason }), ..none }
        }
        Ask::Build(build) => {
            let request = if build.setup_only { plan::Request::SetupOnly } else { plan::Request::Backup };
            match plan::build(&build.observation, &build.profile, request, 0) {
                Ok(job) => Response { job: Some(steps(&job)), ..none },
                Err(refused) => Response { refused: Some(refused.word().to_owned()), ..none },
            }
        }
    })
}

fn greeting() -> Greeting {
    Greeting {
        protocol: PROTOCOL,
        name: "dasdlab".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        features: Feature::ALL.to_vec(),
    }
}

fn acted(act: Act, works: &mut Works) -> Result<Wanted, &'static str> {
    let work = act.work;
    if let Some(begin) = &act.begin {
        let machine = match begin {
            Begin::Setup { profile, wait_ms } => Ours.setup(profile, *wait_ms, &[]),
            Begin::Backup { profile, wait_ms } => Ours.backup(profile, *wait_ms, &[]),
            Begin::Restore { profile, kind, generation, wait_ms } => Ours.restore(profile, *kind, *generation, *wait_ms),
        };
        works.insert(work, machine);
    }
    let input = act.input().ok_or("expected either what is seen or a reply")?;
    let machine = works.get_mut(&work).ok_or("this piece of work has not begun")?;
    let action = machine.next(input);
    let phase = machine.phase().ok_or("a machine without a phase")?;
    let want = Want::from_action(&action, machine.refused());
    if matches!(want, Want::Done { .. }) {
        works.remove(&work);
    }
    Ok(Wanted { phase, want })
}

fn steps(job: &plan::Job) -> JobSteps {
    let step = |step: &plan::Step| JobStep {
        work: match step.work {
            Work::Setup => StepWork::Setup,
            Work::Backup => StepWork::Backup,
        },
        after_setup_at_most: step.condition.map(|condition| condition.highest),
    };
    JobSteps { setup_needed: job.setup_needed, found_at_build: job.found_at_build, steps: job.steps.iter().map(step).collect() }
}
