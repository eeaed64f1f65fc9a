//! Profile setup: checks a profile, and for a BCV profile makes generation 1 the current one.

use std::collections::VecDeque;
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Method, MirrorState, ProfileState, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::Refusal;

use super::checks::{AllRules, Rules};
use super::choice::standing_backup;
use super::establish::{Establish, split_order};
use super::fingerprint::fingerprint;
use super::locked::{Desk, Judged, Locked, Want, Work, synchronizing};
use super::outcome::Failure;
use super::plan::Plan;
use super::report::Report;
use super::sight::{Sight, Standing};

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
pub struct Setup<R = AllRules>(Locked<SetUp<R>>);

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
        let first = Establish::new(rules.clone(), Arc::default(), profile.clone(), CURRENT, Time::default(), None);
        Self(Locked::new(profile, wait, SetUp { rules, step: Step::Check, first, fingerprint: String::new() }))
    }

    /// What the setup is about: the phase of what it wants next.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.0.phase()
    }

    /// Takes an input and says what is wanted next.
    pub fn next(&mut self, input: Input) -> Action {
        self.0.next(input)
    }
}

/// Setup while the profile is locked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SetUp<R> {
    rules: R,
    step: Step,
    first: Establish<R>,
    fingerprint: String,
}

/// What setup waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
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
}

impl<R: Rules> Work for SetUp<R> {
    type Rules = R;
    const LOCKED_BY: &'static str = "setup";

    fn rules(&self) -> &R {
        &self.rules
    }

    fn seen(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        match self.step {
            Step::Check => self.check(desk, seen),
            Step::Establish => self.establish(desk, seen, now),
            Step::Await => self.synchronized(desk, seen, now),
            Step::Other(..) | Step::Synchronizing => Want::Abandon,
        }
    }

    fn replied(&mut self, desk: &mut Desk, reply: &Reply) -> Want {
        let refusal = reply.refusal();
        match std::mem::replace(&mut self.step, Step::Await) {
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
                self.next_other(desk, rest)
            }
            Step::Synchronizing if refusal.is_none() => Want::Observe,
            Step::Synchronizing => {
                desk.environment_failed = true;
                Want::End
            }
            Step::Check | Step::Await => Want::Abandon,
        }
    }

    fn phase(&self) -> Phase {
        match self.step {
            Step::Check => Phase::Check,
            Step::Establish => Phase::Establish,
            Step::Other(..) => Phase::HoldOthers,
            Step::Synchronizing | Step::Await => Phase::Synchronize,
        }
    }

    fn conclude(&mut self, findings: &mut Report) -> u8 {
        self.first.outcomes.report(&self.first.plan, findings);
        0
    }
}

impl<R: Rules> SetUp<R> {
    /// Checks PS00 to PS15 and decides whether anything is done at all.
    fn check(&mut self, desk: &mut Desk, seen: &Observation) -> Want {
        let (Some(verdict), Some(profile)) = (desk.check(&self.rules, seen), seen.profile(&desk.profile)) else {
            return Want::Abandon;
        };
        match desk.judge(verdict) {
            Judged::Environment => return Want::End,
            Judged::Failed => return Want::setup_needed(SetupReason::Findings),
            Judged::Passed => {}
        }
        self.fingerprint = fingerprint(seen, profile);
        match profile.method {
            Method::FlashCopy => Want::State(ProfileState::Ready, None, Some(self.fingerprint.clone())),
            Method::Bcv => {
                let over = standing_backup(profile, CURRENT).cloned();
                let plan = Arc::new(Plan::new(seen, profile));
                self.first = Establish::new(self.rules.clone(), plan, desk.profile.clone(), CURRENT, desk.deadline, over);
                self.refuse_unusable(desk, seen);
                self.step = Step::Establish;
                Want::Observe
            }
        }
    }

    /// Before anything is done: BCVs of generation 1 that are unusable, and those of any that another profile has.
    fn refuse_unusable(&mut self, desk: &Desk, seen: &Observation) {
        let sight = Sight::new(seen);
        let plan = Arc::clone(&self.first.plan);
        for (number, pair) in plan.all() {
            if let (CURRENT, Standing::Faulty(state)) = (pair.generation, sight.standing(pair)) {
                self.first.outcomes.refuse(number, state);
            }
            if sight.held_for(pair.bcv).is_some_and(|holder| *holder != desk.profile) {
                self.first.outcomes.refuse(number, Refusal::Held);
            }
        }
    }

    /// Generation 1, until every pair of it has been tried.
    fn establish(&mut self, desk: &mut Desk, seen: &Observation, now: Time) -> Want {
        match self.first.seen(seen, now) {
            Some(want) => want,
            None => {
                desk.environment_failed |= self.first.expiry_refused();
                self.others(desk, seen)
            }
        }
    }

    /// Splits and holds the BCVs of all other generations.
    fn others(&mut self, desk: &Desk, seen: &Observation) -> Want {
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
                && self.rules.recheck(seen, &desk.profile, pair).contains(&Reason::Ps13Established)
            {
                // Somebody mirrors a foreign volume on it since the check: theirs to split.
                self.first.outcomes.fail(number, Failure::Changed(vec![Reason::Ps13Established]));
                continue;
            }
            if state.is_established() && state != MirrorState::SplitInProg {
                commands.push_back((number, Command::Mirror { standard, bcv: pair.bcv, order: split_order(state) }));
            }
            match sight.held_for(pair.bcv) {
                None => commands.push_back((number, Command::Hold { bcv: pair.bcv, profile: desk.profile.clone() })),
                Some(holder) if *holder != desk.profile => self.first.outcomes.refuse(number, Refusal::Held),
                Some(_) => {}
            }
        }
        self.next_other(desk, commands)
    }

    /// The next command of the other generations; after the last, on with the profile.
    fn next_other(&mut self, desk: &Desk, mut commands: VecDeque<(usize, Command)>) -> Want {
        if let Some((pair, command)) = commands.pop_front() {
            self.step = Step::Other(pair, commands);
            return Want::Command(command);
        }
        match self.first.outcomes.reason() {
            // The limit passed on the way: which pairs it leaves behind is to be seen.
            Some(_) if self.first.outcomes.has_timed_out() => {
                self.step = Step::Await;
                Want::Observe
            }
            Some(reason) => Want::setup_needed(reason),
            None => {
                self.step = Step::Synchronizing;
                Want::Command(synchronizing(&desk.profile, Some(self.fingerprint.clone())))
            }
        }
    }

    /// Whether every pair of generation 1 is Synchronized at this instant, can still become so, or never will.
    fn synchronized(&mut self, desk: &Desk, seen: &Observation, now: Time) -> Want {
        let all = self.first.synchronized(seen, now);
        match self.first.outcomes.reason() {
            Some(reason) => Want::setup_needed(reason),
            None if all => Want::State(ProfileState::Ready, None, None),
            None => Want::Wait(desk.deadline),
        }
    }
}
