//! One scenario before one process: questions go out, answers come back, and what went wrong is kept.
//!
//! Whoever judges knows nothing of processes: after the first trouble every question is answered with nothing, and the
//! trouble says more than what is judged then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::protocol::{Act, Ask, Begin, Build, Drop as Dropped, Edit, Enter, Stands, StepWork};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{Phase, RestoreKind};
use dasdlab_validator::machines::EditRefused;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::answer::Answer;
use super::child::{Conversation, Failure};
use super::talk::Heard;
use crate::drive::Machine;
use crate::job::plan::{Condition, Job, Refused, Request, Step, Work};
use crate::judge::Validator;
use crate::story::actors::Actors;

/// What went wrong while a scenario was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The process is no good any more.
    Process(Failure),
    /// The implementation said that it failed, or answered another question; the process goes on.
    Answer(String),
    /// It answered, with something that the contract does not know.
    Words(String),
}

/// One scenario before one process.
#[derive(Clone)]
pub(super) struct Session(Arc<Inner>);

struct Inner {
    process: Arc<Conversation>,
    trouble: Mutex<Option<Trouble>>,
    answered: AtomicBool,
    /// The share of the last answer in what may wait at once.
    share: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Session {
    pub(super) fn new(process: Arc<Conversation>) -> Self {
        Self(Arc::new(Inner { process, trouble: Mutex::new(None), answered: AtomicBool::new(false), share: Mutex::new(None) }))
    }

    /// What went wrong first, if anything did.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.0.trouble.lock().clone()
    }

    /// Whether any question was answered.
    pub(super) fn was_answered(&self) -> bool {
        self.0.answered.load(Ordering::Relaxed)
    }

    fn keep(&self, trouble: Trouble) {
        self.0.trouble.lock().get_or_insert(trouble);
    }

    /// Asks, and takes what is wanted out of the answer; nothing after the first trouble.
    fn ask<T>(&self, ask: &impl Serialize, wanted: impl FnOnce(Answer) -> Option<T>) -> Option<T> {
        if self.0.trouble.lock().is_some() {
            return None;
        }
        // What was answered before has been judged.
        drop(self.0.share.lock().take());
        let (id, answer) = match self.0.process.ask(ask) {
            Ok((id, Heard { answer, share })) => {
                self.0.answered.store(true, Ordering::Relaxed);
                *self.0.share.lock() = share;
                (id, answer)
            }
            Err(failure) => {
                self.keep(Trouble::Process(failure));
                return None;
            }
        };
        if let Answer::Error(error) = answer {
            self.keep(Trouble::Answer(format!("it said that it failed: {error}")));
            return None;
        }
        let given = wanted(answer);
        if given.is_none() {
            self.keep(Trouble::Answer(format!("it answered question {id} with what is no answer to it")));
        }
        given
    }

    /// What was said, in this program's words.
    fn understood<T>(&self, said: Result<T, String>) -> Option<T> {
        said.map_err(|message| self.keep(Trouble::Words(message))).ok()
    }

    fn machine(&self, begin: Begin) -> Box<dyn Machine> {
        let work = self.0.process.work();
        Box::new(Remote { session: self.clone(), work, begin: Some(begin), is_open: false, phase: None, refused: None })
    }
}

/// [`Ask::Check`], without a copy of what can be seen.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Borrowed<'a> {
    Check { profile: &'a ProfileName, observation: &'a Observation },
}

impl Validator for Session {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let said = self.ask(&Borrowed::Check { profile, observation }, |answer| match answer {
            Answer::Verdict(said) => Some(said),
            _ => None,
        })?;
        self.understood(said)
    }
}

impl Actors for Session {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn Machine> {
        self.machine(Begin::Setup { profile: profile.clone(), wait_ms })
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn Machine> {
        self.machine(Begin::Backup { profile: profile.clone(), wait_ms })
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        self.machine(Begin::Restore { profile: profile.clone(), kind, generation, wait_ms })
    }

    fn build(&self, seen: &Observation, profile: &ProfileName, request: Request, wait_ms: u64) -> Result<Job, Refused> {
        let setup_only = request == Request::SetupOnly;
        let ask = Ask::Build(Build { profile: profile.clone(), setup_only, observation: seen.clone() });
        let answer = self.ask(&ask, |answer| match answer {
            Answer::Job(job) => Some(Ok(job)),
            Answer::Refused(word) => Some(Err(word)),
            _ => None,
        });
        let locked = || {
            let by = seen.profile(profile).and_then(|profile| profile.locked_by.clone()).unwrap_or_default();
            Refused::Locked { by }
        };
        match answer {
            None => Err(locked()),
            Some(Err(word)) => {
                let refused =
                    [Refused::NoProfile, locked(), Refused::Synchronizing].into_iter().find(|known| known.word() == word);
                Err(refused.unwrap_or_else(|| {
                    self.keep(Trouble::Words(format!("no job is refused as `{word}`")));
                    locked()
                }))
            }
            Some(Ok(job)) => {
                let step = |step: &dasdlab_model::protocol::JobStep| {
                    let work = match step.work {
                        StepWork::Setup => Work::Setup,
                        StepWork::Backup => Work::Backup,
                    };
                    let after_setup = |highest| Condition { step: Work::Setup.step_name(), highest };
                    Step { name: work.step_name(), work, wait_ms, condition: step.after_setup_at_most.map(after_setup) }
                };
                Ok(Job {
                    profile: profile.clone(),
                    setup_needed: job.setup_needed,
                    found_at_build: job.found_at_build,
                    steps: job.steps.iter().map(step).collect(),
                })
            }
        }
    }

    fn edited(&self, seen: &Observation, before: &BackupProfile, wanted: &BackupProfile) -> Result<BackupProfile, EditRefused> {
        let ask = Ask::Edit(Box::new(Edit { before: before.clone(), wanted: wanted.clone(), observation: seen.clone() }));
        let answer = self.ask(&ask, |answer| match answer {
            Answer::Profile(stands) => Some(Ok(stands)),
            Answer::Refused(word) => Some(Err(word)),
            _ => None,
        });
        let locked = || EditRefused::Locked { by: before.locked_by.clone().unwrap_or_default() };
        match answer {
            None => Err(locked()),
            Some(Err(word)) if word == "profile-locked" => Err(locked()),
            Some(Err(word)) => {
                if word != "read-only" {
                    self.keep(Trouble::Words(format!("no edit is refused as `{word}`")));
                }
                let (field, is, wanted) = if before.ims_ssid == wanted.ims_ssid {
                    ("type", before.backup_type.to_string(), wanted.backup_type.to_string())
                } else {
                    ("ims_ssid", before.ims_ssid.to_string(), wanted.ims_ssid.to_string())
                };
                Err(EditRefused::ReadOnly { field, state: before.state, is, wanted })
            }
            // What a profile has gone through is not the user's to edit.
            Some(Ok(stands)) => Ok(standing(
                BackupProfile { fingerprint: before.fingerprint.clone(), backups: before.backups.clone(), ..wanted.clone() },
                &stands,
                before,
            )),
        }
    }

    fn entered(&self, profile: &BackupProfile) -> BackupProfile {
        let ask = Ask::Enter(Box::new(Enter { profile: profile.clone() }));
        let fresh = BackupProfile { fingerprint: None, backups: Vec::new(), ..profile.clone() };
        let stands = self.ask(&ask, |answer| match answer {
            Answer::Profile(stands) => Some(stands),
            _ => None,
        });
        match stands {
            Some(stands) => standing(fresh, &stands, profile),
            None => fresh,
        }
    }
}

/// A profile that stands where an implementation says, unlocked.
fn standing(profile: BackupProfile, stands: &Stands, before: &BackupProfile) -> BackupProfile {
    let reason = if stands.state == ProfileState::SetupNeeded { stands.reason } else { before.reason };
    BackupProfile { state: stands.state, reason, locked_by: None, ..profile }
}

/// A setup, backup or restore of an implementation.
struct Remote {
    session: Session,
    work: u64,
    begin: Option<Begin>,
    is_open: bool,
    phase: Option<Phase>,
    refused: Option<String>,
}

impl Machine for Remote {
    fn next(&mut self, input: Input) -> Action {
        let ask = Ask::Act(Box::new(Act::carrying(self.work, self.begin.take(), input)));
        let nothing = || Action::Done(Verdict { return_code: 12, restore_scope: None, findings: Vec::new() });
        let wanted = self.session.ask(&ask, |answer| match answer {
            Answer::Action(phase, wanted) => Some((phase, wanted)),
            _ => None,
        });
        // What is not understood is the verdict of a piece of work that is done.
        self.is_open = matches!(&wanted, Some((_, Ok((action, _)))) if !matches!(action, Action::Done(_)));
        let Some((phase, wanted)) = wanted else { return nothing() };
        self.phase = Some(phase);
        match self.session.understood(wanted) {
            Some((action, refused)) => {
                self.refused = refused;
                action
            }
            None => nothing(),
        }
    }

    fn phase(&self) -> Option<Phase> {
        self.phase
    }

    fn refused(&self) -> Option<String> {
        self.refused.clone()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if self.is_open {
            let dropped = |answer| matches!(answer, Answer::Dropped).then_some(());
            let _ = self.session.ask(&Ask::Drop(Dropped { work: self.work }), dropped);
        }
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::protocol::Check;
    use dasdlab_model::site::Site;

    use super::*;

    #[test]
    fn a_check_goes_over_the_pipe_as_the_protocol_says() {
        let (profile, observation) = ("DAILY".parse().unwrap(), dasdlab_model::declare::declare(&Site::default()).unwrap());
        let borrowed = serde_json::to_string(&Borrowed::Check { profile: &profile, observation: &observation }).unwrap();
        assert_eq!(borrowed, serde_json::to_string(&Ask::Check(Check { profile, observation })).unwrap());
    }
}
