//! Questions of the control face.

use dasdlab_model::name::ProfileName;
use dasdlab_servers::control::order::{Question, Refused, RefusedKind};
use serde::Serialize;
use serde_json::Value;

use super::engine::Living;
use super::refused;
use crate::cli::job::Report;
use crate::cli::profile::panels;
use crate::cli::verdict::VerdictReport;
use crate::job::jcl;
use crate::job::plan::{Refused as NotBuilt, Request, build};

/// Answers a question.
///
/// # Errors
/// Why there is no answer.
pub(super) fn answer(living: &mut Living, question: &Question) -> Result<Value, Refused> {
    match question {
        Question::Site => said(&living.world.save(living.description.clone())),
        Question::Observation => said(&*living.world.look()),
        Question::Check(profile) => {
            let verdict = dasdlab_validator::check(&living.world.look(), profile).ok_or_else(|| nobody(profile))?;
            said(&VerdictReport::from(&verdict))
        }
        Question::Profiles(wanted) => {
            let seen = living.world.look();
            if let Some(name) = wanted.as_ref().filter(|name| seen.profile(name).is_none()) {
                return Err(nobody(name));
            }
            said(&panels(&living.world, &seen, wanted.as_ref()))
        }
        Question::Build { profile, setup_only, wait_ms } => {
            let seen = living.world.look();
            let request = if *setup_only { Request::SetupOnly } else { Request::Backup };
            let job = build(&seen, profile, request, *wait_ms).map_err(|why| match why {
                NotBuilt::NoProfile => nobody(profile),
                NotBuilt::Locked { .. } | NotBuilt::Synchronizing => refused(RefusedKind::Conflict, why.to_string()),
            })?;
            let text = jcl::text(&job, seen.profile(profile).ok_or_else(|| nobody(profile))?);
            said(&Report::built(&job, &text))
        }
        // Those are the engine's own.
        Question::Work(_) | Question::Faults => Err(refused(RefusedKind::Broken, "this question is answered elsewhere")),
    }
}

fn nobody(profile: &ProfileName) -> Refused {
    refused(RefusedKind::NotFound, format!("there is no profile {profile}"))
}

fn said<T: Serialize + ?Sized>(value: &T) -> Result<Value, Refused> {
    serde_json::to_value(value).map_err(|error| refused(RefusedKind::Broken, format!("the answer cannot be written: {error}")))
}
