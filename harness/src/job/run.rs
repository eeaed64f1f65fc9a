//! Runs the steps of a job on a world.

use dasdlab_simulator::World;

use super::plan::{Job, Step, Work};
use crate::drive::{Commands, Driven, Executed, MAX_STEPS};
use crate::judge::Ours;
use crate::story::stage::{Stage, Stop, Stuck, Worked};
use crate::story::watch;

/// A step and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The step.
    pub step: Step,
    /// What came of it; none where its condition kept it from running.
    pub driven: Option<Driven>,
    /// How a backup that ran ended, in words.
    pub ending: Option<String>,
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What building the job had written of the profile, where it found that setup is needed.
    pub marked: Option<Executed>,
    /// Every step, in order.
    pub steps: Vec<Ran>,
}

impl Ended {
    /// The highest return code of the steps that ran.
    #[must_use]
    pub fn return_code(&self) -> u8 {
        let codes = self.steps.iter().filter_map(|ran| ran.driven.as_ref()).map(|driven| driven.verdict.return_code);
        codes.max().unwrap_or(0)
    }
}

/// Runs a job from where the world stands.
///
/// # Errors
/// A step has not ended within [`MAX_STEPS`], or panicked.
pub fn run(world: &mut World, job: &Job) -> Result<Ended, Stuck> {
    let mut commands = Commands::default();
    let worked = {
        let watchers: &mut [&mut dyn watch::Watcher] = &mut [&mut commands];
        let mut stage = Stage::plain(world, &Ours, watchers, MAX_STEPS);
        let marked = |stage: &mut Stage<'_, '_>| stage.mark(job).map(|()| watch::Ended::Done.into());
        stage.piece(&watch::Work::Build, &job.profile, marked).and_then(|_| stage.steps(job, &[])).map_err(Stop::into_stuck)?;
        stage.worked()
    };
    let mut ended = Ended { marked: None, steps: Vec::new() };
    let mut ran: Vec<(Worked, Driven)> = Vec::new();
    for (piece, (verdict, mut commands, began, finished)) in worked.into_iter().zip(commands.ended) {
        match verdict {
            Some(verdict) => ran.push((piece, Driven { verdict, commands, began, finished })),
            None => ended.marked = commands.pop(),
        }
    }
    for &step in &job.steps {
        let is_of = |(piece, _): &(Worked, Driven)| match piece.work {
            watch::Work::Setup { .. } => step.work == Work::Setup,
            watch::Work::Backup { .. } => step.work == Work::Backup,
            _ => false,
        };
        let (ending, driven) = match ran.iter().position(is_of).map(|at| ran.remove(at)) {
            Some((piece, driven)) => (piece.ending, Some(driven)),
            None => (None, None),
        };
        ended.steps.push(Ran { step, driven, ending });
    }
    Ok(ended)
}
