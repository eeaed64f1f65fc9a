//! Profile setup: checks a profile, and for a BCV profile makes generation 1 the current one.

use std::collections::VecDeque;
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{Method, MirrorState, ProfileState, RestoreScope, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::Refusal;

use super::checks::{AllRules, Rules};
use super::choice::standing_backup;
use super::establish::{Establish, split_order};
use super::fingerprint::fingerprint;
use super::locked::report_locked;
use super::outcome::Failure;
use super::plan::Plan;
use super::sight::{Sight, Standing};
use crate::check::return_code;
use crate::findings::Findings;

/// What stands in a profile's lock while its setup runs.
const LOCKED_BY: &str = "setup";
/// The generation that every setup makes the current one.
const CURRENT: u8 = 1;

/// Profile setup of one profile, from its lock to its verdict.
///
/// Begin with [`Input::Seen`] and answer each [`Action`] as it says until [`Action::Done`]. A profile that somebody has
/// locked ends with PS00 and is left alone, and so does everything after any other finding of PS00. With an error of
/// PS01 to PS15 no array is given a command. The wait limit counts from the first input.
///
/// An input that does not answer the last action ends the setup with return code 12 and without another command, and so
/// does a profile that the site does not have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Setup<R = AllRules> {
    rules: R,
    profile: ProfileName,
    wait: u64,
    deadline: Time,
    step: Step,
    first: Establish<R>,
    findings: Findings,
    scope: Option<RestoreScope>,
    fingerprint: String,
    /// The environment failed: PS00, or the profile's state could not be written.
    environment_failed: bool,
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
    /// What the establish of generation 1 waits for.
    Establish,
    /// The reply to a command for a pair of another generation, and the commands that follow.
    Other(usize, VecDeque<(usize, Command)>),
    /// The reply to the state `synchronizing`.
    Synchronizing,
    /// An observation in which every pair may be Synchronized.
    Await,
    /// The reply to the last state.
    State,
    /// The reply to the unlock.
    Unlock,
    /// Nothing more.
    Over,
}

impl Setup {
    /// Setup of this profile, which waits so many milliseconds for its pairs.
    #[must_use]
    pub fn new(profile: ProfileName, wait: u64) -> Self {
        Self::with_rules(profile, wait, AllRules)
    }
}

impl<R: Rules> Setup<R> {
    /// The same, going by other rules.
    #[must_use]
    pub fn with_rules(profile: ProfileName, wait: u64, rules: R) -> Self {
        Self {
            first: Establish::new(rules.clone(), Arc::default(), profile.clone(), CURRENT, Time::default(), None),
            rules,
            profile,
            wait,
            deadline: Time::default(),
            step: Step::Begin,
            findings: Findings::default(),
            scope: None,
            fingerprint: String::new(),
            environment_failed: false,
        }
    }

    /// What the setup is about: the phase of what it wants next.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        match self.step {
            Step::Begin | Step::Lock | Step::LockRefused(_) => Phase::Lock,
            Step::Check => Phase::Check,
            Step::Establish => Phase::Establish,
            Step::Other(..) => Phase::HoldOthers,
            Step::Synchronizing | Step::Await => Phase::Synchronize,
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
                    Some(BackupProfile { locked_by: None, .. }) => {
                        let lock = Command::Lock { profile: self.profile.clone(), by: LOCKED_BY.to_owned() };
                        self.command(lock, Step::Lock)
                    }
                    _ => self.locked_out(&seen, None),
                }
            }
            Step::LockRefused(refusal) => self.locked_out(&seen, refusal),
            step => {
                // The lock is this setup's own from here on and no finding.
                let profile = seen.profiles.iter_mut().find(|profile| profile.name == self.profile);
                let Some(profile) = profile else { return self.environment() };
                profile.locked_by = None;
                match step {
                    Step::Check => self.check(&seen),
                    Step::Establish => self.establish(&seen, now),
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
            Step::Establish => {
                self.step = Step::Establish;
                self.first.replied(refusal)
            }
            Step::Other(pair, mut rest) => {
                if let Some(refusal) = refusal {
                    self.first.outcomes.refuse(pair, refusal);
                    // A BCV that could not be split is not put on hold as if it were.
                    rest.retain(|(other, _)| *other != pair);
                }
                self.next_other(rest)
            }
            Step::Synchronizing if refusal.is_none() => self.observe(Step::Await),
            Step::Synchronizing | Step::State => {
                self.environment_failed |= refusal.is_some();
                self.unlock()
            }
            // A lock that cannot be taken off is for the operator to see; what was done stands.
            Step::Unlock => self.done(),
            _ => self.environment(),
        }
    }

    /// Someone else has the profile, or the site does not have it.
    fn locked_out(&mut self, seen: &Observation, refusal: Option<Refusal>) -> Action {
        self.environment_failed = true;
        report_locked(&self.rules, seen, &self.profile, refusal, &mut self.findings);
        self.done()
    }

    /// Checks PS00 to PS15 and decides whether anything is done at all.
    fn check(&mut self, seen: &Observation) -> Action {
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
        if failed {
            return self.setup_needed(SetupReason::Findings);
        }
        self.fingerprint = fingerprint(seen, profile);
        match profile.method {
            Method::FlashCopy => self.state(ProfileState::Ready, None, Some(self.fingerprint.clone()), Step::State),
            Method::Bcv => {
                let over = standing_backup(profile, CURRENT).cloned();
                let plan = Arc::new(Plan::new(seen, profile));
                self.first = Establish::new(self.rules.clone(), plan, self.profile.clone(), CURRENT, self.deadline, over);
                self.refuse_unusable(seen);
                self.observe(Step::Establish)
            }
        }
    }

    /// Before anything is done: BCVs of generation 1 that are unusable, and those of any that another profile has.
    fn refuse_unusable(&mut self, seen: &Observation) {
        let sight = Sight::new(seen);
        let plan = Arc::clone(&self.first.plan);
        for (number, pair) in plan.all() {
            if let (CURRENT, Standing::Faulty(state)) = (pair.generation, sight.standing(pair)) {
                self.first.outcomes.refuse(number, state);
            }
            if sight.held_for(pair.bcv).is_some_and(|holder| *holder != self.profile) {
                self.first.outcomes.refuse(number, Refusal::Held);
            }
        }
    }

    /// Generation 1, until every pair of it has been tried.
    fn establish(&mut self, seen: &Observation, now: Time) -> Action {
        match self.first.seen(seen, now) {
            Some(action) => {
                self.step = Step::Establish;
                action
            }
            None => {
                self.environment_failed |= self.first.expiry_refused();
                self.others(seen)
            }
        }
    }

    /// Splits and holds the BCVs of all other generations.
    fn others(&mut self, seen: &Observation) -> Action {
        let sight = Sight::new(seen);
        let plan = Arc::clone(&self.first.plan);
        let mut commands = VecDeque::new();
        for (number, pair) in plan.all().filter(|(_, pair)| pair.generation != CURRENT) {
            let (standard, state) = match sight.standing(pair) {
                Standing::Own(state) => (pair.standard, state),
                Standing::Other(standard, state) => (standard, state),
                Standing::Free { .. } | Standing::Faulty(_) => (pair.standard, MirrorState::Split),
            };
            if state.is_established()
                && plan.source_unit(standard).is_none()
                && self.rules.recheck(seen, &self.profile, pair).contains(&Reason::Ps13Established)
            {
                // Somebody mirrors a foreign volume on it since the check: theirs to split.
                self.first.outcomes.fail(number, Failure::Changed(vec![Reason::Ps13Established]));
                continue;
            }
            if state.is_established() && state != MirrorState::SplitInProg {
                commands.push_back((number, Command::Mirror { standard, bcv: pair.bcv, order: split_order(state) }));
            }
            match sight.held_for(pair.bcv) {
                None => commands.push_back((number, Command::Hold { bcv: pair.bcv, profile: self.profile.clone() })),
                Some(holder) if *holder != self.profile => self.first.outcomes.refuse(number, Refusal::Held),
                Some(_) => {}
            }
        }
        self.next_other(commands)
    }

    /// The next command of the other generations; after the last, on with the profile.
    fn next_other(&mut self, mut commands: VecDeque<(usize, Command)>) -> Action {
        if let Some((pair, command)) = commands.pop_front() {
            return self.command(command, Step::Other(pair, commands));
        }
        match self.first.outcomes.reason() {
            // The limit passed on the way: which pairs it leaves behind is to be seen.
            Some(_) if self.first.outcomes.has_timed_out() => self.observe(Step::Await),
            Some(reason) => self.setup_needed(reason),
            None => self.state(ProfileState::Synchronizing, None, Some(self.fingerprint.clone()), Step::Synchronizing),
        }
    }

    /// Whether every pair of generation 1 is Synchronized at this instant, can still become so, or never will.
    fn synchronized(&mut self, seen: &Observation, now: Time) -> Action {
        let all = self.first.synchronized(seen, now);
        match self.first.outcomes.reason() {
            Some(reason) => self.setup_needed(reason),
            None if all => self.state(ProfileState::Ready, None, None, Step::State),
            None => self.wait(Step::Await),
        }
    }

    fn setup_needed(&mut self, reason: SetupReason) -> Action {
        self.state(ProfileState::SetupNeeded, Some(reason), None, Step::State)
    }

    fn state(&mut self, state: ProfileState, reason: Option<SetupReason>, fingerprint: Option<String>, step: Step) -> Action {
        self.command(Command::SetState { profile: self.profile.clone(), state, reason, fingerprint }, step)
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

    fn wait(&mut self, step: Step) -> Action {
        self.step = step;
        Action::Wait(self.deadline)
    }

    /// Nothing can be said or done any more.
    fn environment(&mut self) -> Action {
        self.environment_failed = true;
        self.done()
    }

    fn done(&mut self) -> Action {
        self.step = Step::Over;
        let mut findings = self.findings.clone();
        self.first.outcomes.report(&self.first.plan, &mut findings);
        let findings = findings.into_sorted();
        Action::Done(if self.environment_failed {
            Verdict { return_code: 12, restore_scope: None, findings }
        } else {
            Verdict { return_code: return_code(&findings), restore_scope: self.scope, findings }
        })
    }
}
