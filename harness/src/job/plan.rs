//! Which steps a job has, and which requests are refused.

use std::fmt;

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_validator::machines::at_build;
use serde::Serialize;

/// The highest return code of profile setup after which a backup runs.
pub const HIGHEST_PASSING: u8 = 4;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// A backup, after a setup where one is needed.
    Backup,
    /// A setup and nothing else, needed or not.
    SetupOnly,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Profile setup.
    Setup,
    /// A backup.
    Backup,
}

impl Work {
    /// The name of the step, in JCL too.
    #[must_use]
    pub const fn step_name(self) -> &'static str {
        match self {
            Self::Setup => "SETUP",
            Self::Backup => "BACKUP",
        }
    }
}

/// A step runs only if an earlier one ended well enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The name of the earlier step.
    pub step: &'static str,
    /// The highest return code of it that lets this one run.
    pub highest: u8,
}

/// A step of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub work: Work,
    /// How long it waits for pairs at most, in milliseconds of virtual time.
    pub wait_ms: u64,
    /// When it runs; always where there is none.
    pub condition: Option<Condition>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// The profile that it is for.
    pub profile: ProfileName,
    /// Why setup is needed; none where it is not.
    pub setup_needed: Option<SetupReason>,
    /// Whether it was building the job that found setup needed, because the profile is no longer what passed.
    pub found_at_build: bool,
    /// The steps in their order.
    pub steps: Vec<Step>,
}

/// Why no job was built. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is no such profile.
    NoProfile,
    /// A setup, build or backup is running.
    Locked {
        /// What has the profile locked.
        by: String,
    },
    /// The pairs that a backup would split are not synchronized yet.
    Synchronizing,
}

impl Refused {
    /// The return code that says so.
    #[must_use]
    pub const fn return_code(&self) -> u8 {
        match self {
            Self::NoProfile | Self::Locked { .. } => 12,
            Self::Synchronizing => 8,
        }
    }

    /// Why, in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoProfile => "no-profile",
            Self::Locked { .. } => "profile-locked",
            Self::Synchronizing => "synchronizing",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NoProfile => "name a profile of the site",
            Self::Locked { .. } => "build the job when that has ended",
            Self::Synchronizing => {
                "run setup again, which waits for the pairs, or build with --setup-only; build the backup when the profile is ready"
            }
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProfile => f.write_str("there is no such profile"),
            Self::Locked { by } => write!(f, "profile-locked: the profile is locked by {by}"),
            Self::Synchronizing => f.write_str("no backup can be built: the profile is still synchronizing"),
        }
    }
}

impl std::error::Error for Refused {}

/// Builds the job that does what is asked for, on what can be seen now. Setup comes first where it is needed; it is
/// needed too where the profile differs from what the last setup passed, even of a profile that is synchronizing.
///
/// # Errors
/// The profile is not there or locked; or a backup is asked for while it synchronizes.
pub fn build(seen: &Observation, profile: &ProfileName, request: Request, wait_ms: u64) -> Result<Job, Refused> {
    let profile = seen.profile(profile).ok_or(Refused::NoProfile)?;
    if let Some(by) = &profile.locked_by {
        return Err(Refused::Locked { by: by.clone() });
    }
    let changed = at_build(seen, profile);
    let setup_needed = declared(profile).or(changed);
    let step = |work: Work, condition| Step { name: work.step_name(), work, wait_ms, condition };
    let after_setup = Condition { step: Work::Setup.step_name(), highest: HIGHEST_PASSING };
    let steps = match (request, setup_needed) {
        (Request::SetupOnly, _) => vec![step(Work::Setup, None)],
        (Request::Backup, Some(_)) => vec![step(Work::Setup, None), step(Work::Backup, Some(after_setup))],
        (Request::Backup, None) if profile.state == ProfileState::Synchronizing => return Err(Refused::Synchronizing),
        (Request::Backup, None) => vec![step(Work::Backup, None)],
    };
    Ok(Job { profile: profile.name.clone(), setup_needed, found_at_build: changed.is_some(), steps })
}

/// Why setup is needed as the profile itself says it.
fn declared(profile: &BackupProfile) -> Option<SetupReason> {
    (profile.state == ProfileState::SetupNeeded).then(|| profile.reason.unwrap_or(SetupReason::New))
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;
    use dasdlab_model::read::{Content, Encoding, parse};

    use super::*;

    const SITE: &str = include_str!("../../tests/common/bcv.toml");

    /// What is built for the profile of the site with these lines more; steps as name and condition.
    #[track_caller]
    fn check(lines: &str, request: Request, expected: Result<(&[&str], Option<SetupReason>), Refused>) {
        let text = SITE.replacen("method = \"bcv\"\n", &format!("method = \"bcv\"\n{lines}\n"), 1);
        let Content::Site(site) = parse("site.toml", text, Encoding::Toml).unwrap().content else { unreachable!("a site") };
        let seen = declare(&site).unwrap();
        let built = build(&seen, &seen.profiles[0].name, request, 5).map(|job| {
            let says = |step: &Step| step.condition.map(|run| format!("{} if {} <= {}", step.name, run.step, run.highest));
            let steps: Vec<String> = job.steps.iter().map(|step| says(step).unwrap_or_else(|| step.name.to_owned())).collect();
            assert!(job.steps.iter().all(|step| step.wait_ms == 5));
            assert_eq!(job.found_at_build, job.setup_needed == Some(SetupReason::Fingerprint));
            (steps, job.setup_needed)
        });
        let expected = expected.map(|(steps, reason)| (steps.iter().map(|&step| step.to_owned()).collect(), reason));
        assert_eq!(built, expected);
    }

    const BOTH: &[&str] = &["SETUP", "BACKUP if SETUP <= 4"];

    #[test]
    fn setup_comes_first_where_it_is_needed() {
        check("", Request::Backup, Ok((BOTH, Some(SetupReason::New))));
        check("reason = \"timeout\"", Request::Backup, Ok((BOTH, Some(SetupReason::Timeout))));
    }

    #[test]
    fn a_ready_profile_is_backed_up_at_once() {
        check("state = \"ready\"", Request::Backup, Ok((&["BACKUP"], None)));
    }

    #[test]
    fn setup_alone_is_built_at_any_time() {
        for (lines, reason) in [("", Some(SetupReason::New)), ("state = \"synchronizing\"", None), ("state = \"ready\"", None)] {
            check(lines, Request::SetupOnly, Ok((&["SETUP"], reason)));
        }
    }

    #[test]
    fn a_profile_that_differs_from_what_passed_is_set_up_first() {
        for state in ["ready", "synchronizing"] {
            let lines = format!("state = \"{state}\"\nfingerprint = \"00000000000000000000000000000000\"");
            check(&lines, Request::Backup, Ok((BOTH, Some(SetupReason::Fingerprint))));
        }
    }

    #[test]
    fn no_backup_is_built_while_the_profile_synchronizes() {
        check("state = \"synchronizing\"", Request::Backup, Err(Refused::Synchronizing));
    }

    #[test]
    fn nothing_is_built_for_a_locked_profile() {
        for request in [Request::Backup, Request::SetupOnly] {
            check("locked_by = \"backup\"", request, Err(Refused::Locked { by: "backup".into() }));
        }
    }
}
