//! A backup: checks the profile, copies one generation at one instant, records it, and for BCVs makes the next current.

mod copy;
mod ending;

use std::collections::VecDeque;
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Rule;
use dasdlab_model::site::Backup as Recorded;
use dasdlab_model::states::{Method, ProfileState, RestoreScope, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::{Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;

use super::checks::{AllRules, Rules};
use super::choice::{next_generation, standing_backup};
use super::establish::{ESTABLISHED_OVER, Establish, expired};
use super::life::at_build;
use super::locked::report_locked;
use super::sight::Sight;
use crate::check::return_code;
use crate::findings::Findings;
use copy::Copy;
pub use ending::Ending;

/// What stands in a profile's lock while its backup runs.
const LOCKED_BY: &str = "backup";
/// How often logs are told to resume before that is left to the operator.
const RESUME_TRIES: u8 = 3;
/// Why a backup has expired whose targets were never complete and now never will be.
const WITHDRAWN: &str = "a relation was withdrawn while it was still copying";

/// One backup of one profile, from its lock to its verdict.
///
/// Begin with [`Input::Seen`] and answer each [`Action`] as it says until [`Action::Done`]; [`Backup::ending`] says then
/// how it went. A profile that is not ready is refused and nothing is changed; so is one that somebody has locked. PS00
/// leaves the state as it is; with any other error of the pre-backup check, or another configuration than the last setup
/// passed, setup is needed and neither an array nor IMS has been given a command.
///
/// What the array says it has copied is looked at again before it is recorded as valid. Logs that this job has suspended
/// are resumed whatever happens. The wait limit counts from the first input.
///
/// An input that does not answer the last action ends the backup with return code 12 and without another command but that
/// to resume logs, and so does a profile that the site does not have any more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Backup<R = AllRules> {
    rules: R,
    profile: ProfileName,
    wait: u64,
    deadline: Time,
    step: Step,
    findings: Findings,
    scope: Option<RestoreScope>,
    /// The generation that is copied; none before the check.
    copy: Option<Copy>,
    /// The generation that is established then; none for FlashCopy and where there is only one.
    next: Option<Establish<R>>,
    logs_suspended: bool,
    environment_failed: bool,
    ending: Option<Ending>,
    recorded: Option<Recorded>,
}

/// What the machine waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    /// The first observation.
    Begin,
    /// The reply to the lock.
    Lock,
    /// An observation that says who else has the lock.
    LockRefused(Option<Refusal>),
    /// The observation to check.
    Check,
    /// The reply to the suspend of logs, asked for at this instant.
    Suspend(Time),
    /// The observation under suspended logs.
    Suspended,
    /// The reply to the withdraw of an old relation, whether its backup needs it, and the old relations that follow.
    Withdraw(bool, VecDeque<(VolumeId, VolumeId, bool)>, Time),
    /// The reply to the expiry of the backup that was in the slot, between two withdraws.
    ExpireEarly(VecDeque<(VolumeId, VolumeId, bool)>, Time),
    /// The reply to the split or establish of every pair.
    Copy,
    /// The reply to the expiry of the backup that was copied over.
    Expire,
    /// The reply to the resume of logs, how often it was asked for, and whether a copy has been made.
    Resume(u8, bool),
    /// The observation that shows the copy.
    Verify,
    /// The reply to the withdraw of a relation of this run, and the commands that follow.
    Undo(VecDeque<Command>),
    /// The reply to the record of the backup, and the BCVs to be held after it.
    Record(VecDeque<(usize, VolumeId)>),
    /// The reply to the hold of a pair's BCV, and those that follow.
    Hold(usize, VecDeque<(usize, VolumeId)>),
    /// The reply to the state `synchronizing`.
    Synchronizing,
    /// What the establish of the next generation waits for.
    Next,
    /// An observation in which every pair of the next generation may be Synchronized.
    Await,
    /// The reply to the last state.
    State,
    /// The reply to the unlock.
    Unlock,
    /// The reply to a last try to resume logs.
    Abandon,
    /// Nothing.
    Over,
}

impl Backup {
    /// A backup of this profile, which waits so many milliseconds for the next generation.
    #[must_use]
    pub fn new(profile: ProfileName, wait: u64) -> Self {
        Self::with_rules(profile, wait, AllRules)
    }
}

impl<R: Rules> Backup<R> {
    /// The same, going by other rules.
    #[must_use]
    pub fn with_rules(profile: ProfileName, wait: u64, rules: R) -> Self {
        Self {
            rules,
            profile,
            wait,
            deadline: Time::default(),
            step: Step::Begin,
            findings: Findings::default(),
            scope: None,
            copy: None,
            next: None,
            logs_suspended: false,
            environment_failed: false,
            ending: None,
            recorded: None,
        }
    }

    /// How the backup ended; none before its end.
    #[must_use]
    pub const fn ending(&self) -> Option<Ending> {
        match self.step {
            Step::Over => self.ending,
            _ => None,
        }
    }

    /// What the backup catalog has of this run, valid or not; none if nothing could be recorded or there was no reason to.
    #[must_use]
    pub const fn recorded(&self) -> Option<&Recorded> {
        self.recorded.as_ref()
    }

    /// What the backup is about: the phase of what it wants next.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        match self.step {
            Step::Begin | Step::Lock | Step::LockRefused(_) => Phase::Lock,
            Step::Check => Phase::PreBackupCheck,
            Step::Suspend(_) | Step::Suspended => Phase::Suspend,
            Step::Withdraw(..) | Step::ExpireEarly(..) => Phase::Withdraw,
            Step::Copy | Step::Expire => match &self.copy {
                Some(Copy { method: Method::FlashCopy, .. }) => Phase::FlashCopy,
                _ => Phase::Split,
            },
            Step::Resume(..) | Step::Abandon => Phase::Resume,
            Step::Verify | Step::Undo(_) | Step::Record(_) => Phase::Record,
            Step::Hold(..) | Step::Synchronizing | Step::Next => Phase::EstablishNext,
            Step::Await => Phase::SynchronizeNext,
            Step::State | Step::Unlock | Step::Over => Phase::Finish,
        }
    }

    /// Takes an input and says what is wanted next.
    pub fn next(&mut self, input: Input) -> Action {
        match input {
            Input::Seen(seen, now) => self.seen(*seen, now),
            Input::Reply(reply) => self.replied(&reply),
        }
    }

    fn seen(&mut self, mut seen: Observation, now: Time) -> Action {
        match std::mem::replace(&mut self.step, Step::Over) {
            Step::Begin => {
                self.deadline = now.plus(self.wait);
                match seen.profile(&self.profile) {
                    Some(BackupProfile { locked_by: None, state: ProfileState::Ready, .. }) => {
                        self.command(Command::Lock { profile: self.profile.clone(), by: LOCKED_BY.to_owned() }, Step::Lock)
                    }
                    Some(BackupProfile { locked_by: None, state, .. }) => {
                        self.ending = Some(Ending::NotReady(*state));
                        self.done()
                    }
                    _ => self.locked_out(&seen, None),
                }
            }
            Step::LockRefused(refusal) => self.locked_out(&seen, refusal),
            step => {
                // The lock is this backup's own from here on and no finding.
                let profile = seen.profiles.iter_mut().find(|profile| profile.name == self.profile);
                let Some(profile) = profile else { return self.environment() };
                profile.locked_by = None;
                match step {
                    Step::Check => self.check(&seen, now),
                    Step::Suspended => self.suspended(&seen, now),
                    Step::Verify => self.verify(&seen),
                    Step::Next => self.establish_next(&seen, now),
                    Step::Await => self.synchronized(&seen, now),
                    _ => self.environment(),
                }
            }
        }
    }

    fn replied(&mut self, reply: &Reply) -> Action {
        let refusal = reply.refusal();
        match std::mem::replace(&mut self.step, Step::Over) {
            Step::Lock if *reply == Reply::Done => self.observe(Step::Check),
            Step::Lock => self.observe(Step::LockRefused(refusal)),
            Step::Suspend(now) => match refusal {
                None => {
                    self.logs_suspended = true;
                    self.observe(Step::Suspended)
                }
                Some(refusal) => self.not_suspended(now, refusal),
            },
            Step::Withdraw(needed, rest, now) => {
                let expiry = if refusal.is_none() && needed { self.expiry(WITHDRAWN) } else { None };
                match expiry {
                    Some(expiry) => self.command(expiry, Step::ExpireEarly(rest, now)),
                    None => self.withdraw(rest, now),
                }
            }
            Step::ExpireEarly(rest, now) => {
                self.environment_failed |= refusal.is_some();
                self.withdraw(rest, now)
            }
            Step::Copy => {
                let Some(copy) = &mut self.copy else { return self.environment() };
                copy.replied(reply);
                // What mirrored has overwritten the backup long since, whatever the backup catalog says.
                let over = copy.any_accepted() || copy.method == Method::Bcv;
                match if over { self.expiry(ESTABLISHED_OVER) } else { None } {
                    Some(expiry) => self.command(expiry, Step::Expire),
                    None => self.resume(true),
                }
            }
            Step::Expire => {
                self.environment_failed |= refusal.is_some();
                self.resume(true)
            }
            Step::Resume(tries, copied) => match refusal {
                Some(_) if tries < RESUME_TRIES => self.resume_again(tries.saturating_add(1), copied),
                refusal => {
                    self.environment_failed |= refusal.is_some();
                    self.logs_suspended &= refusal.is_some();
                    self.resumed(copied)
                }
            },
            Step::Undo(rest) => self.undo(rest),
            Step::Record(holds) => self.recorded_or_not(refusal, holds),
            Step::Hold(number, rest) => {
                if let (Some(refusal), Some(copy)) = (refusal, &mut self.copy) {
                    copy.outcomes.refuse(number, refusal);
                }
                self.hold(rest)
            }
            Step::Synchronizing if refusal.is_none() => self.observe(Step::Next),
            Step::Next => match &mut self.next {
                Some(next) => {
                    self.step = Step::Next;
                    next.replied(refusal)
                }
                None => self.environment(),
            },
            Step::Synchronizing | Step::State => {
                self.environment_failed |= refusal.is_some();
                self.unlock()
            }
            // A lock that cannot be taken off is for the operator to see; what was done stands.
            Step::Unlock | Step::Abandon => self.done(),
            _ => self.environment(),
        }
    }

    /// Someone else has the profile, or the site does not have it.
    fn locked_out(&mut self, seen: &Observation, refusal: Option<Refusal>) -> Action {
        self.environment_failed = true;
        report_locked(&self.rules, seen, &self.profile, refusal, &mut self.findings);
        self.done()
    }

    /// The pre-backup check.
    fn check(&mut self, seen: &Observation, now: Time) -> Action {
        let (Some(verdict), Some(profile)) = (self.rules.check(seen, &self.profile), seen.profile(&self.profile)) else {
            return self.environment();
        };
        self.scope = verdict.restore_scope;
        self.environment_failed = verdict.findings.iter().any(|finding| finding.rule() == Rule::PS00);
        let failed = verdict.findings.iter().any(|finding| finding.severity == Severity::E);
        self.findings.extend(verdict.findings);
        if self.environment_failed {
            return self.unlock();
        }
        if profile.state != ProfileState::Ready {
            // Somebody has changed it between the first look and the lock.
            self.ending = Some(Ending::NotReady(profile.state));
            return self.unlock();
        }
        if at_build(seen, profile).is_some() {
            return self.setup_needed(SetupReason::Fingerprint, Ending::FingerprintDiffers);
        }
        if failed {
            return self.setup_needed(SetupReason::PreBackupCheck, Ending::CheckFailed);
        }
        let mut copy = Copy::new(seen, profile, self.scope);
        let can_be_taken = copy.can_be_taken(seen);
        let next = next_generation(profile, copy.generation);
        if profile.method == Method::Bcv && next != copy.generation {
            let over = standing_backup(profile, next).cloned();
            self.next =
                Some(Establish::new(self.rules.clone(), Arc::clone(&copy.plan), self.profile.clone(), next, self.deadline, over));
        }
        let (ims, suspends_logs) = (copy.ims, copy.suspends_logs);
        self.copy = Some(copy);
        match (can_be_taken, suspends_logs) {
            (false, _) => self.setup_needed(SetupReason::PreBackupCheck, Ending::CheckFailed),
            (true, true) => self.command(Command::SuspendLogs { ims }, Step::Suspend(now)),
            (true, false) => self.take(now),
        }
    }

    /// Without suspended logs there is no backup, and nothing else is touched.
    fn not_suspended(&mut self, now: Time, refusal: Refusal) -> Action {
        self.ending = Some(Ending::LogsNotSuspended(refusal));
        match self.copy.as_ref().map(|copy| copy.record_not_suspended(now, refusal)) {
            Some(backup) => self.record(backup, VecDeque::new()),
            None => self.environment(),
        }
    }

    /// Logs are suspended: a mirror may have left its state meanwhile, and old relations make way.
    fn suspended(&mut self, seen: &Observation, now: Time) -> Action {
        let Some(copy) = &mut self.copy else { return self.environment() };
        if !copy.can_be_taken(seen) {
            return self.resume(false);
        }
        let old = if copy.method == Method::FlashCopy { copy.old_relations(seen) } else { VecDeque::new() };
        self.withdraw(old, now)
    }

    /// The next old relation; after the last, the copy.
    fn withdraw(&mut self, mut old: VecDeque<(VolumeId, VolumeId, bool)>, now: Time) -> Action {
        match old.pop_front() {
            Some((source, target, needed)) => {
                let withdraw = Command::FlashCopy { source, target, order: RelationOrder::Withdraw };
                self.command(withdraw, Step::Withdraw(needed, old, now))
            }
            None => self.take(now),
        }
    }

    /// The copy of every pair at this instant.
    fn take(&mut self, now: Time) -> Action {
        match self.copy.as_mut().map(|copy| copy.command(now)) {
            Some(command) => self.command(command, Step::Copy),
            None => self.environment(),
        }
    }

    /// What records the backup that was here as expired, if it is not yet.
    fn expiry(&mut self, why: &str) -> Option<Command> {
        let backup = expired(self.copy.as_mut()?.over.take()?, why);
        Some(Command::Record { profile: self.profile.clone(), backup })
    }

    /// Resumes the logs that this job has suspended.
    fn resume(&mut self, copied: bool) -> Action {
        if self.logs_suspended { self.resume_again(1, copied) } else { self.resumed(copied) }
    }

    fn resume_again(&mut self, tries: u8, copied: bool) -> Action {
        match &self.copy {
            Some(Copy { ims, .. }) => {
                let resume = Command::ResumeLogs { ims: *ims };
                self.command(resume, Step::Resume(tries, copied))
            }
            None => self.environment(),
        }
    }

    fn resumed(&mut self, copied: bool) -> Action {
        match copied {
            true => self.observe(Step::Verify),
            false => self.setup_needed(SetupReason::PreBackupCheck, Ending::CheckFailed),
        }
    }

    /// Whether the copy is there as the array said, and what has to be taken back.
    fn verify(&mut self, seen: &Observation) -> Action {
        let Some(copy) = &mut self.copy else { return self.environment() };
        let (valid, method) = (copy.verify(seen), copy.method);
        match (method, valid) {
            (Method::FlashCopy, false) => {
                self.ending = Some(Ending::EstablishFailed);
                let undo = copy.undo(seen);
                self.undo(undo)
            }
            (Method::Bcv, false) => {
                self.ending = Some(Ending::SplitFailed);
                let backup = copy.record();
                self.record(backup, VecDeque::new())
            }
            (Method::FlashCopy, true) => {
                let backup = copy.record();
                self.record(backup, VecDeque::new())
            }
            (Method::Bcv, true) => {
                let sight = Sight::new(seen);
                let mut holds = copy.bcvs();
                holds.retain(|(_, bcv)| sight.held_for(*bcv) != Some(&self.profile));
                let backup = copy.record();
                self.record(backup, holds)
            }
        }
    }

    /// Takes back the next relation of a backup that failed; one that stays is in the way of nobody but the next backup.
    fn undo(&mut self, mut commands: VecDeque<Command>) -> Action {
        if let Some(command) = commands.pop_front() {
            return self.command(command, Step::Undo(commands));
        }
        match self.copy.as_ref().map(Copy::record) {
            Some(backup) => self.record(backup, VecDeque::new()),
            None => self.environment(),
        }
    }

    fn record(&mut self, backup: Recorded, holds: VecDeque<(usize, VolumeId)>) -> Action {
        self.recorded = Some(backup.clone());
        self.command(Command::Record { profile: self.profile.clone(), backup }, Step::Record(holds))
    }

    /// What follows from the backup catalog's answer.
    fn recorded_or_not(&mut self, refusal: Option<Refusal>, holds: VecDeque<(usize, VolumeId)>) -> Action {
        if refusal.is_some() {
            self.recorded = None;
        }
        match self.ending {
            Some(Ending::LogsNotSuspended(_)) => self.unlock(),
            Some(ending @ Ending::SplitFailed) => self.setup_needed(SetupReason::SplitFailed, ending),
            Some(ending) => self.setup_needed(SetupReason::EstablishFailed, ending),
            None => {
                self.ending = refusal.map(|_| Ending::NotRecorded);
                self.hold(holds)
            }
        }
    }

    /// Holds the next BCV of the generation that was split; after the last, on with the profile.
    fn hold(&mut self, mut bcvs: VecDeque<(usize, VolumeId)>) -> Action {
        if let Some((number, bcv)) = bcvs.pop_front() {
            return self.command(Command::Hold { bcv, profile: self.profile.clone() }, Step::Hold(number, bcvs));
        }
        match (self.ending, &self.copy, &self.next) {
            (Some(ending), ..) => self.setup_needed(SetupReason::RecordFailed, ending),
            (None, Some(Copy { method: Method::FlashCopy, .. }), _) => {
                self.ending = Some(Ending::Taken);
                self.unlock()
            }
            (None, _, None) => self.setup_needed(SetupReason::OneGeneration, Ending::OneGeneration),
            (None, _, Some(_)) => self.state(ProfileState::Synchronizing, None, Step::Synchronizing),
        }
    }

    /// The next generation, until every pair of it has been tried.
    fn establish_next(&mut self, seen: &Observation, now: Time) -> Action {
        let (Some(next), Some(copy)) = (&mut self.next, &self.copy) else { return self.environment() };
        if let Some(action) = next.seen(seen, now) {
            self.step = Step::Next;
            return action;
        }
        self.environment_failed |= next.expiry_refused();
        if next.outcomes.reason().or(copy.outcomes.reason()).is_some() {
            return self.setup_needed(SetupReason::EstablishNext, Ending::NextNotEstablished);
        }
        self.synchronized(seen, now)
    }

    /// Whether every pair of the next generation is Synchronized at this instant, can still become so, or never will.
    fn synchronized(&mut self, seen: &Observation, now: Time) -> Action {
        let Some(next) = &mut self.next else { return self.environment() };
        let all = next.synchronized(seen, now);
        match next.outcomes.reason() {
            Some(SetupReason::Timeout) => self.setup_needed(SetupReason::Timeout, Ending::NextNotSynchronized),
            Some(reason) => self.setup_needed(reason, Ending::NextFailed),
            None if all => {
                self.ending = Some(Ending::Taken);
                self.state(ProfileState::Ready, None, Step::State)
            }
            None => {
                self.step = Step::Await;
                Action::Wait(self.deadline)
            }
        }
    }

    fn setup_needed(&mut self, reason: SetupReason, ending: Ending) -> Action {
        self.ending = Some(ending);
        self.state(ProfileState::SetupNeeded, Some(reason), Step::State)
    }

    fn state(&mut self, state: ProfileState, reason: Option<SetupReason>, step: Step) -> Action {
        self.command(Command::SetState { profile: self.profile.clone(), state, reason, fingerprint: None }, step)
    }

    fn unlock(&mut self) -> Action {
        self.command(Command::Unlock { profile: self.profile.clone() }, Step::Unlock)
    }

    fn command(&mut self, command: Command, step: Step) -> Action {
        self.step = step;
        Action::Command(command)
    }

    fn observe(&mut self, step: Step) -> Action {
        self.step = step;
        Action::Observe
    }

    /// Nothing can be said or done any more, but that IMS must not stand still for it.
    fn environment(&mut self) -> Action {
        self.environment_failed = true;
        match &self.copy {
            Some(Copy { ims, .. }) if self.logs_suspended => {
                self.logs_suspended = false;
                let resume = Command::ResumeLogs { ims: *ims };
                self.command(resume, Step::Abandon)
            }
            _ => self.done(),
        }
    }

    fn done(&mut self) -> Action {
        self.step = Step::Over;
        let ending = *self.ending.get_or_insert(Ending::Environment);
        let mut findings = self.findings.clone();
        if let Some(copy) = &self.copy {
            copy.outcomes.report(&copy.plan, &mut findings);
        }
        if let Some(next) = &self.next {
            next.outcomes.report(&next.plan, &mut findings);
        }
        let findings = findings.into_sorted();
        let return_code = return_code(&findings).max(ending.return_code());
        Action::Done(if self.environment_failed {
            Verdict { return_code: 12, restore_scope: None, findings }
        } else {
            Verdict { return_code, restore_scope: self.scope, findings }
        })
    }
}
