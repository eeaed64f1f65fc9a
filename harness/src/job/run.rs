//! Runs the steps of a job on a world.

use dasdlab_model::command::{Command, Issuer};
use dasdlab_model::states::ProfileState;
use dasdlab_simulator::World;
use dasdlab_validator::machines::{Backup, Ending, Setup};

use super::plan::{Job, Step, Work};
use crate::drive::{Driven, Endless, Executed, MAX_STEPS, drive};

/// A step and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The step.
    pub step: Step,
    /// What came of it; none where its condition kept it from running.
    pub driven: Option<Driven>,
    /// How a backup that ran ended.
    pub ending: Option<Ending>,
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

    /// The return code of a step; none where it did not run.
    fn code_of(&self, name: &str) -> Option<u8> {
        let ran = self.steps.iter().find(|ran| ran.step.name == name)?;
        ran.driven.as_ref().map(|driven| driven.verdict.return_code)
    }
}

/// Runs a job from where the world stands.
///
/// # Errors
/// A step has not ended within [`MAX_STEPS`].
pub fn run(world: &mut World, job: &Job) -> Result<Ended, Endless> {
    let by = Issuer::Profile(job.profile.clone());
    let marked = job.found_at_build.then(|| {
        let command = Command::SetState {
            profile: job.profile.clone(),
            state: ProfileState::SetupNeeded,
            reason: job.setup_needed,
            fingerprint: None,
        };
        let (at, reply) = (world.now(), world.execute(&by, &command));
        Executed { at, command, reply }
    });
    let mut ended = Ended { marked, steps: Vec::new() };
    for &step in &job.steps {
        let met =
            step.condition.is_none_or(|condition| ended.code_of(condition.step).is_some_and(|code| code <= condition.highest));
        let profile = job.profile.clone();
        let ran = match step.work {
            _ if !met => Ran { step, driven: None, ending: None },
            Work::Setup => {
                let driven = drive(world, &mut Setup::new(profile, step.wait_ms), &by, MAX_STEPS)?;
                Ran { step, driven: Some(driven), ending: None }
            }
            Work::Backup => {
                let mut backup = Backup::new(profile, step.wait_ms);
                let driven = drive(world, &mut backup, &by, MAX_STEPS)?;
                Ran { step, driven: Some(driven), ending: backup.ending() }
            }
        };
        ended.steps.push(ran);
    }
    Ok(ended)
}
