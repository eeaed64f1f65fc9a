//! A backup: checks the profile, copies one generation at one instant, records it, and for BCVs makes the next current.

mod copy;
mod ending;

use std::collections::VecDeque;
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::site::Backup as Recorded;
use dasdlab_model::states::{Method, ProfileState, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::{Refusal, RelationOrder};
use dasdlab_model::unit::VolumeId;

use super::checks::{AllRules, Rules};
use super::choice::{next_generation, standing_backup};
use super::establish::{ESTABLISHED_OVER, Establish, expired};
use super::life::at_build;
use super::locked::{Desk, Judged, Locked, Want, Work, synchronizing};
use super::report::Report;
use super::sight::Sight;
use copy::Copy;
pub use ending::Ending;

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
pub struct Backup<R = AllRules>(Locked<BackUp<R>>);

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
        let work = BackUp {
            rules,
            profile: profile.clone(),
            step: Step::Check,
            copy: None,
            next: None,
            logs_suspended: false,
            ending: None,
            recorded: None,
        };
        Self(Locked::new(profile, wait, work))
    }

    /// How the backup ended; none before its end.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.0.work.ending.filter(|_| self.0.is_over())
    }

    /// What the backup catalog has of this run, valid or not; none if nothing could be recorded or there was no reason to.
    #[must_use]
    pub const fn recorded(&self) -> Option<&Recorded> {
        self.0.work.recorded.as_ref()
    }

    /// What the backup is about: the phase of what it wants next.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.0.phase()
    }

    /// Takes an input and says what is wanted next.
    pub fn next(&mut self, input: Input) -> Action {
        self.0.next(input)
    }
}

/// A backup while the profile is locked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct BackUp<R> {
    rules: R,
    profile: ProfileName,
    step: Step,
    /// The generation that is copied; none before the check.
    copy: Option<Copy>,
    /// The generation that is established then; none for FlashCopy and where there is only one.
    next: Option<Establish<R>>,
    logs_suspended: bool,
    ending: Option<Ending>,
    recorded: Option<Recorded>,
}

/// What the backup waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    /// The observation to check.
    Check,
    /// The reply to the suspend of logs, asked for at this instant.
    Suspend(Time),
    /// The observation under suspended logs.
    Suspended,
    /// The reply to the withdraw of an old relation, whether its backup needs it, and the old relations that follow.
    Withdraw(bool, VecDeque<(VolumeId, VolumeId, bool)>),
    /// The reply to the expiry of the backup that was in the slot, between two withdraws.
    ExpireEarly(VecDeque<(VolumeId, VolumeId, bool)>),
    /// The observation after the last withdraw: the copy is dated by it.
    Withdrawn,
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
    /// Nothing that is asked for.
    Nothing,
}

impl<R: Rules> Work for BackUp<R> {
    type Rules = R;
    const LOCKED_BY: &'static str = "backup";

    fn rules(&self) -> &R {
        &self.rules
    }

    fn admits(&mut self, profile: &BackupProfile, _now: Time) -> bool {
        let ready = profile.state == ProfileState::Ready;
        if !ready {
            self.ending = Some(Ending::NotReady(profile.state));
        }
        ready
    }

    fn seen(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        match self.step {
            Step::Check => self.check(desk, seen, now),
            Step::Suspended => self.suspended(seen, now),
            Step::Withdrawn => self.take(now),
            Step::Verify => self.verify(seen),
            Step::Next => self.establish_next(desk, seen, now),
            Step::Await => self.synchronized(desk, seen, now),
            _ => Want::Abandon,
        }
    }

    fn replied(&mut self, desk: &mut Desk, reply: &Reply) -> Want {
        let refusal = reply.refusal();
        match std::mem::replace(&mut self.step, Step::Nothing) {
            Step::Suspend(now) => match refusal {
                None => {
                    self.logs_suspended = true;
                    self.observe(Step::Suspended)
                }
                Some(refusal) => self.not_suspended(now, refusal),
            },
            Step::Withdraw(needed, rest) => {
                let expiry = if refusal.is_none() && needed { self.expiry(WITHDRAWN) } else { None };
                match expiry {
                    Some(expiry) => self.command(expiry, Step::ExpireEarly(rest)),
                    None => self.withdraw(rest),
                }
            }
            Step::ExpireEarly(rest) => {
                desk.environment_failed |= refusal.is_some();
                self.withdraw(rest)
            }
            Step::Copy => {
                let Some(copy) = &mut self.copy else { return Want::Abandon };
                copy.replied(reply);
                // What mirrored has overwritten the backup long since, whatever the backup catalog says.
                let over = copy.any_accepted() || copy.method == Method::Bcv;
                match if over { self.expiry(ESTABLISHED_OVER) } else { None } {
                    Some(expiry) => self.command(expiry, Step::Expire),
                    None => self.resume(true),
                }
            }
            Step::Expire => {
                desk.environment_failed |= refusal.is_some();
                self.resume(true)
            }
            Step::Resume(tries, copied) => match refusal {
                Some(_) if tries < RESUME_TRIES => self.resume_again(tries.saturating_add(1), copied),
                refusal => {
                    desk.environment_failed |= refusal.is_some();
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
                None => Want::Abandon,
            },
            Step::Synchronizing => {
                desk.environment_failed = true;
                Want::End
            }
            _ => Want::Abandon,
        }
    }

    fn phase(&self) -> Phase {
        match self.step {
            Step::Check => Phase::PreBackupCheck,
            Step::Suspend(_) | Step::Suspended => Phase::Suspend,
            Step::Withdraw(..) | Step::ExpireEarly(_) | Step::Withdrawn => Phase::Withdraw,
            Step::Copy | Step::Expire => match &self.copy {
                Some(Copy { method: Method::FlashCopy, .. }) => Phase::FlashCopy,
                _ => Phase::Split,
            },
            Step::Resume(..) | Step::Nothing => Phase::Resume,
            Step::Verify | Step::Undo(_) | Step::Record(_) => Phase::Record,
            Step::Hold(..) | Step::Synchronizing | Step::Next => Phase::EstablishNext,
            Step::Await => Phase::SynchronizeNext,
        }
    }

    /// IMS must not stand still for what has become of the backup.
    fn last_will(&mut self) -> Option<Command> {
        self.step = Step::Nothing;
        let suspended = std::mem::take(&mut self.logs_suspended);
        self.copy.as_ref().filter(|_| suspended).map(|copy| Command::ResumeLogs { ims: copy.ims })
    }

    fn conclude(&mut self, findings: &mut Report) -> u8 {
        let ending = *self.ending.get_or_insert(Ending::Environment);
        if let Some(copy) = &self.copy {
            copy.outcomes.report(&copy.plan, findings);
        }
        if let Some(next) = &self.next {
            next.outcomes.report(&next.plan, findings);
        }
        ending.return_code()
    }
}

impl<R: Rules> BackUp<R> {
    /// The pre-backup check.
    fn check(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        let (Some(verdict), Some(profile)) = (desk.check(&self.rules, seen), seen.profile(&self.profile)) else {
            return Want::Abandon;
        };
        let judged = desk.judge(verdict);
        if judged == Judged::Environment {
            return Want::End;
        }
        if profile.state != ProfileState::Ready {
            // Somebody has changed it between the first look and the lock.
            self.ending = Some(Ending::NotReady(profile.state));
            return Want::End;
        }
        if at_build(seen, profile).is_some() {
            return self.setup_needed(SetupReason::Fingerprint, Ending::FingerprintDiffers);
        }
        if judged == Judged::Failed {
            return self.setup_needed(SetupReason::PreBackupCheck, Ending::CheckFailed);
        }
        let mut copy = Copy::new(seen, profile, desk.scope);
        let can_be_taken = copy.can_be_taken(seen);
        let next = next_generation(profile, copy.generation);
        if profile.method == Method::Bcv && next != copy.generation {
            let over = standing_backup(profile, next).cloned();
            self.next =
                Some(Establish::new(self.rules.clone(), Arc::clone(&copy.plan), self.profile.clone(), next, desk.deadline, over));
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
    fn not_suspended(&mut self, now: Time, refusal: Refusal) -> Want {
        self.ending = Some(Ending::LogsNotSuspended(refusal));
        match self.copy.as_ref().map(|copy| copy.record_not_suspended(now, refusal)) {
            Some(backup) => self.record(backup, VecDeque::new()),
            None => Want::Abandon,
        }
    }

    /// Logs are suspended: a mirror may have left its state meanwhile, and old relations make way.
    fn suspended(&mut self, seen: &Observation, now: Time) -> Want {
        let Some(copy) = &mut self.copy else { return Want::Abandon };
        if !copy.can_be_taken(seen) {
            return self.resume(false);
        }
        let old = if copy.method == Method::FlashCopy { copy.old_relations(seen) } else { VecDeque::new() };
        if old.is_empty() { self.take(now) } else { self.withdraw(old) }
    }

    /// The next old relation; after the last, a look, for the array may have taken its time.
    fn withdraw(&mut self, mut old: VecDeque<(VolumeId, VolumeId, bool)>) -> Want {
        match old.pop_front() {
            Some((source, target, needed)) => {
                let withdraw = Command::FlashCopy { source, target, order: RelationOrder::Withdraw };
                self.command(withdraw, Step::Withdraw(needed, old))
            }
            None => self.observe(Step::Withdrawn),
        }
    }

    /// The copy of every pair at this instant.
    fn take(&mut self, now: Time) -> Want {
        match self.copy.as_mut().map(|copy| copy.command(now)) {
            Some(command) => self.command(command, Step::Copy),
            None => Want::Abandon,
        }
    }

    /// What records the backup that was here as expired, if it is not yet.
    fn expiry(&mut self, why: &str) -> Option<Command> {
        let backup = expired(self.copy.as_mut()?.over.take()?, why);
        Some(Command::Record { profile: self.profile.clone(), backup })
    }

    /// Resumes the logs that this job has suspended.
    fn resume(&mut self, copied: bool) -> Want {
        if self.logs_suspended { self.resume_again(1, copied) } else { self.resumed(copied) }
    }

    fn resume_again(&mut self, tries: u8, copied: bool) -> Want {
        match &self.copy {
            Some(Copy { ims, .. }) => {
                let resume = Command::ResumeLogs { ims: *ims };
                self.command(resume, Step::Resume(tries, copied))
            }
            None => Want::Abandon,
        }
    }

    fn resumed(&mut self, copied: bool) -> Want {
        match copied {
            true => self.observe(Step::Verify),
            false => self.setup_needed(SetupReason::PreBackupCheck, Ending::CheckFailed),
        }
    }

    /// Whether the copy is there as the array said, and what has to be taken back.
    fn verify(&mut self, seen: &Observation) -> Want {
        let Some(copy) = &mut self.copy else { return Want::Abandon };
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
    fn undo(&mut self, mut commands: VecDeque<Command>) -> Want {
        if let Some(command) = commands.pop_front() {
            return self.command(command, Step::Undo(commands));
        }
        match self.copy.as_ref().map(Copy::record) {
            Some(backup) => self.record(backup, VecDeque::new()),
            None => Want::Abandon,
        }
    }

    fn record(&mut self, backup: Recorded, holds: VecDeque<(usize, VolumeId)>) -> Want {
        self.recorded = Some(backup.clone());
        self.command(Command::Record { profile: self.profile.clone(), backup }, Step::Record(holds))
    }

    /// What follows from the backup catalog's answer.
    fn recorded_or_not(&mut self, refusal: Option<Refusal>, holds: VecDeque<(usize, VolumeId)>) -> Want {
        if refusal.is_some() {
            self.recorded = None;
        }
        match self.ending {
            Some(Ending::LogsNotSuspended(_)) => Want::End,
            Some(ending @ Ending::SplitFailed) => self.setup_needed(SetupReason::SplitFailed, ending),
            Some(ending) => self.setup_needed(SetupReason::EstablishFailed, ending),
            None => {
                self.ending = refusal.map(|_| Ending::NotRecorded);
                self.hold(holds)
            }
        }
    }

    /// Holds the next BCV of the generation that was split; after the last, on with the profile.
    fn hold(&mut self, mut bcvs: VecDeque<(usize, VolumeId)>) -> Want {
        if let Some((number, bcv)) = bcvs.pop_front() {
            return self.command(Command::Hold { bcv, profile: self.profile.clone() }, Step::Hold(number, bcvs));
        }
        match (self.ending, &self.copy, &self.next) {
            (Some(ending), ..) => self.setup_needed(SetupReason::RecordFailed, ending),
            (None, Some(Copy { method: Method::FlashCopy, .. }), _) => {
                self.ending = Some(Ending::Taken);
                Want::End
            }
            (None, _, None) => self.setup_needed(SetupReason::OneGeneration, Ending::OneGeneration),
            (None, _, Some(_)) => self.command(synchronizing(&self.profile, None), Step::Synchronizing),
        }
    }

    /// The next generation, until every pair of it has been tried.
    fn establish_next(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        let (Some(next), Some(copy)) = (&mut self.next, &self.copy) else { return Want::Abandon };
        if let Some(action) = next.seen(seen, now) {
            self.step = Step::Next;
            return action;
        }
        desk.environment_failed |= next.expiry_refused();
        if next.outcomes.reason().or(copy.outcomes.reason()).is_some() {
            return self.setup_needed(SetupReason::EstablishNext, Ending::NextNotEstablished);
        }
        self.synchronized(desk, seen, now)
    }

    /// Whether every pair of the next generation is Synchronized at this instant, can still become so, or never will.
    fn synchronized(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        let Some(next) = &mut self.next else { return Want::Abandon };
        let all = next.synchronized(seen, now);
        match next.outcomes.reason() {
            Some(SetupReason::Timeout) => self.setup_needed(SetupReason::Timeout, Ending::NextNotSynchronized),
            Some(reason) => self.setup_needed(reason, Ending::NextFailed),
            None if all => {
                self.ending = Some(Ending::Taken);
                Want::State(ProfileState::Ready, None, None)
            }
            None => {
                self.step = Step::Await;
                Want::Wait(desk.deadline)
            }
        }
    }

    fn setup_needed(&mut self, reason: SetupReason, ending: Ending) -> Want {
        self.ending = Some(ending);
        Want::setup_needed(reason)
    }

    fn command(&mut self, command: Command, step: Step) -> Want {
        self.step = step;
        Want::Command(command)
    }

    fn observe(&mut self, step: Step) -> Want {
        self.step = step;
        Want::Observe
    }
}
