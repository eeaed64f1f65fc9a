//! Work under a profile's lock: what every machine does before and after its own.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::{Fact, Severity, Subject, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{ProfileState, RestoreScope, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::Refusal;

use super::checks::Rules;
use super::report::Report;
use crate::check::{return_code, worst};

/// What is done while the profile is locked.
pub(super) trait Work {
    /// What it goes by.
    type Rules: Rules;
    /// What stands in the profile's lock meanwhile.
    const LOCKED_BY: &'static str;

    /// What it goes by.
    fn rules(&self) -> &Self::Rules;

    /// Whether the profile as it stands is worth its lock; if not, the work ends before it begins.
    fn admits(&mut self, _profile: &BackupProfile, _now: Time) -> bool {
        true
    }

    /// Goes on with what is seen now: first with the profile locked, then as the answer to [`Want::Observe`] or
    /// [`Want::Wait`].
    fn seen(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want;

    /// Takes the reply to [`Want::Command`].
    fn replied(&mut self, desk: &mut Desk, reply: &Reply) -> Want;

    /// What it is about, the profile being locked.
    fn phase(&self) -> Phase;

    /// What must be done even where nothing more can be.
    fn last_will(&mut self) -> Option<Command> {
        None
    }

    /// Ends the work: what it has found beside the check, and the lowest return code that its end permits.
    fn conclude(&mut self, findings: &mut Report) -> u8;
}

/// What work wants next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    /// See the world again, at once.
    Observe,
    /// See it when a copy state has changed, or at this instant.
    Wait(Time),
    /// Have this done.
    Command(Command),
    /// Have this state written, and end.
    State(ProfileState, Option<SetupReason>, Option<String>),
    /// Give the lock back, and end.
    End,
    /// Nothing can be said or done any more.
    Abandon,
}

impl Want {
    /// Setup is needed for this reason.
    pub(super) const fn setup_needed(reason: SetupReason) -> Self {
        Self::State(ProfileState::SetupNeeded, Some(reason), None)
    }
}

/// What any work has at hand.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Desk {
    pub(super) profile: ProfileName,
    /// When waiting ends.
    pub(super) deadline: Time,
    /// Which restores a backup would permit.
    pub(super) scope: Option<RestoreScope>,
    /// The environment failed: PS00, or something that could not be written.
    pub(super) environment_failed: bool,
    findings: Report,
}

/// What a check comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// Nothing stands in the way.
    Passed,
    /// There is an error.
    Failed,
    /// The environment failed.
    Environment,
}

impl Desk {
    /// What the rules say of the profile as it is seen; none if there is no such profile. The lock is the work's own and no
    /// finding.
    pub(super) fn check(&self, rules: &impl Rules, seen: &Observation) -> Option<Verdict> {
        let mut seen = seen.clone();
        seen.profiles.iter_mut().filter(|profile| profile.name == self.profile).for_each(|own| own.locked_by = None);
        rules.check(&seen, &self.profile)
    }

    /// Takes over a verdict.
    pub(super) fn judge(&mut self, verdict: Verdict) -> Judged {
        self.scope = verdict.restore_scope;
        let environment = verdict.findings.iter().any(|finding| finding.rule() == Rule::PS00);
        let failed = verdict.findings.iter().any(|finding| finding.severity == Severity::E);
        self.environment_failed |= environment;
        self.findings.extend(verdict.findings);
        match (environment, failed) {
            (true, _) => Judged::Environment,
            (false, true) => Judged::Failed,
            (false, false) => Judged::Passed,
        }
    }
}

/// The profile is synchronizing from now on, with this configuration that passed or the one from before.
pub(super) fn synchronizing(profile: &ProfileName, fingerprint: Option<String>) -> Command {
    Command::SetState { profile: profile.clone(), state: ProfileState::Synchronizing, reason: None, fingerprint }
}

/// A machine: work, from the lock of its profile to its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Locked<W> {
    pub(super) work: W,
    desk: Desk,
    wait: u64,
    stage: Stage,
}

/// What the machine waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Stage {
    /// The first observation.
    Begin,
    /// The reply to the lock.
    Lock,
    /// An observation that says who else has the lock.
    LockRefused(Option<Refusal>),
    /// An observation for the work.
    Seen,
    /// A reply for the work.
    Reply,
    /// The reply to the last state.
    State,
    /// The reply to the unlock.
    Unlock,
    /// The reply to what had to be done in any case.
    Abandoned,
    /// Nothing more.
    Over,
}

impl<W: Work> Locked<W> {
    /// The machine of this work, which waits so many milliseconds at most.
    pub(super) fn new(profile: ProfileName, wait: u64, work: W) -> Self {
        let desk =
            Desk { profile, deadline: Time::default(), scope: None, environment_failed: false, findings: Report::default() };
        Self { work, desk, wait, stage: Stage::Begin }
    }

    /// What it is about: the phase of what it wants next.
    pub(super) fn phase(&self) -> Phase {
        match self.stage {
            Stage::Begin | Stage::Lock | Stage::LockRefused(_) => Phase::Lock,
            Stage::Seen | Stage::Reply | Stage::Abandoned => self.work.phase(),
            Stage::State | Stage::Unlock | Stage::Over => Phase::Finish,
        }
    }

    /// Whether it has said its verdict.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// Takes an input and says what is wanted next.
    pub(super) fn next(&mut self, input: Input) -> Action {
        match (std::mem::replace(&mut self.stage, Stage::Over), input) {
            (Stage::Begin, Input::Seen(seen, now)) => self.begin(&seen, now),
            (Stage::LockRefused(refusal), Input::Seen(seen, _)) => self.locked_out(&seen, refusal),
            (Stage::Seen, Input::Seen(seen, now)) => {
                if seen.profile(&self.desk.profile).is_none() {
                    return self.abandon();
                }
                let want = self.work.seen(&mut self.desk, &seen, now);
                self.want(want)
            }
            (Stage::Lock, Input::Reply(Reply::Done)) => self.want(Want::Observe),
            (Stage::Lock, Input::Reply(reply)) => {
                self.stage = Stage::LockRefused(reply.refusal());
                Action::Observe
            }
            (Stage::Reply, Input::Reply(reply)) => {
                let want = self.work.replied(&mut self.desk, &reply);
                self.want(want)
            }
            (Stage::State, Input::Reply(reply)) => {
                self.desk.environment_failed |= reply.refusal().is_some();
                self.want(Want::End)
            }
            // A lock that cannot be taken off is for the operator to see; what was done stands.
            (Stage::Unlock | Stage::Abandoned, Input::Reply(_)) => self.done(),
            // It has ended: whoever asks again gets no command for it.
            (Stage::Over, _) => {
                self.desk.environment_failed = true;
                self.done()
            }
            _ => self.abandon(),
        }
    }

    fn begin(&mut self, seen: &Observation, now: Time) -> Action {
        self.desk.deadline = now.plus(self.wait);
        match seen.profile(&self.desk.profile) {
            Some(profile) if profile.locked_by.is_none() => {
                if !self.work.admits(profile, now) {
                    return self.done();
                }
                let lock = Command::Lock { profile: self.desk.profile.clone(), by: W::LOCKED_BY.to_owned() };
                self.command(lock, Stage::Lock)
            }
            _ => self.locked_out(seen, None),
        }
    }

    fn want(&mut self, want: Want) -> Action {
        match want {
            Want::Observe => {
                self.stage = Stage::Seen;
                Action::Observe
            }
            Want::Wait(until) => {
                self.stage = Stage::Seen;
                Action::Wait(until)
            }
            Want::Command(command) => self.command(command, Stage::Reply),
            Want::State(state, reason, fingerprint) => {
                let command = Command::SetState { profile: self.desk.profile.clone(), state, reason, fingerprint };
                self.command(command, Stage::State)
            }
            Want::End => self.command(Command::Unlock { profile: self.desk.profile.clone() }, Stage::Unlock),
            Want::Abandon => self.abandon(),
        }
    }

    fn command(&mut self, command: Command, stage: Stage) -> Action {
        self.stage = stage;
        Action::Command(command)
    }

    /// Says why somebody else has the profile, or what else of the environment is wrong; nothing if the site does not have
    /// it.
    fn locked_out(&mut self, seen: &Observation, refusal: Option<Refusal>) -> Action {
        let verdict = self.work.rules().check(seen, &self.desk.profile).filter(|verdict| verdict.return_code == 12);
        match (verdict, refusal) {
            (Some(verdict), _) => self.desk.findings.extend(verdict.findings),
            (None, Some(refusal)) => {
                let cause = Fact::Text(format!("nobody, but the lock was refused: {refusal}"));
                let profile = Subject::Profile(self.desk.profile.clone());
                self.desk.findings.add(Reason::Ps00ProfileLocked, [profile], [cause]);
            }
            (None, None) => {}
        }
        self.desk.environment_failed = true;
        self.done()
    }

    /// Nothing can be said or done any more, but for what must be.
    fn abandon(&mut self) -> Action {
        self.desk.environment_failed = true;
        match self.work.last_will() {
            Some(command) => self.command(command, Stage::Abandoned),
            None => self.done(),
        }
    }

    fn done(&mut self) -> Action {
        self.stage = Stage::Over;
        let mut findings = self.desk.findings.clone();
        let at_least = self.work.conclude(&mut findings);
        let findings = findings.into_sorted();
        Action::Done(if self.desk.environment_failed {
            Verdict { return_code: 12, restore_scope: None, findings }
        } else {
            Verdict { return_code: return_code(worst(&findings)).max(at_least), restore_scope: self.desk.scope, findings }
        })
    }
}
