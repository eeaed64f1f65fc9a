//! Makes one generation the current one: pair after pair is checked again and established to its source.

use std::sync::Arc;

use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Backup;
use dasdlab_model::states::MirrorState;
use dasdlab_model::transitions::{MirrorOrder, Refusal};

use super::checks::Rules;
use super::locked::Want;
use super::outcome::{Failure, Outcomes};
use super::plan::{Plan, PlannedPair};
use super::sight::{Sight, Standing};

/// The establish of one generation, pair after pair, and the wait until all of them are Synchronized.
///
/// A backup that the generation holds expires once the first of its pairs mirrors again, and is recorded so at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Establish<R> {
    rules: R,
    pub(super) plan: Arc<Plan>,
    pub(super) outcomes: Outcomes,
    profile: ProfileName,
    generation: u8,
    deadline: Time,
    stage: Stage,
    /// The backup that is copied over, as it stands in the backup catalog until it is recorded as expired.
    over: Option<Backup>,
    mirroring: bool,
    expiry_refused: bool,
}

/// What is waited for, by number of the pair.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Stage {
    /// The observation for the turn of a pair, and whether its BCV was split already.
    Turn(usize, bool),
    /// The reply to the split of a BCV from where it was.
    SplitFirst(usize),
    /// The reply to the release of a pair's BCV, and by what order it is established then; none if it is already.
    Release(usize, Option<MirrorOrder>),
    /// The reply to the establish of a pair by this order, and whether its BCV was held until then.
    Establish(usize, MirrorOrder, bool),
    /// The reply to the hold of a BCV that was released in vain.
    HoldAgain(usize),
    /// The reply to the expiry of the backup that was here, before the turn of a pair.
    Expire(usize),
}

impl<R: Rules> Establish<R> {
    /// The establish of this generation, over the backup that it holds. Splits that run are waited for until the deadline.
    pub(super) fn new(
        rules: R,
        plan: Arc<Plan>,
        profile: ProfileName,
        generation: u8,
        deadline: Time,
        over: Option<Backup>,
    ) -> Self {
        Self {
            rules,
            plan,
            outcomes: Outcomes::default(),
            profile,
            generation,
            deadline,
            stage: Stage::Turn(0, false),
            over,
            mirroring: false,
            expiry_refused: false,
        }
    }

    /// Whether the backup that was copied over still stands in the backup catalog as if it were not.
    pub(super) const fn expiry_refused(&self) -> bool {
        self.expiry_refused
    }

    /// Goes on with what is seen now; none once every pair has been tried.
    pub(super) fn seen(&mut self, seen: &Observation, now: Time) -> Option<Want> {
        let Stage::Turn(first, split) = self.stage else { return None };
        let plan = Arc::clone(&self.plan);
        // Mostly the first pair has something to be done for it, and nothing of the others is asked.
        let mut sights = (None, None);
        for (number, pair) in plan.of_generation(self.generation).filter(|(number, _)| *number >= first) {
            if let Some(expiry) = self.expire(number) {
                return Some(expiry);
            }
            if self.outcomes.has_failed(number) {
                continue;
            }
            let sight = match &mut sights {
                (None, _) => &*sights.0.insert(Sight::of_one(seen, pair.bcv)),
                (Some(_), all) => &*all.get_or_insert_with(|| Sight::new(seen)),
            };
            if let Some(action) = self.turn(seen, sight, now, (number, pair), split && number == first) {
                return Some(action);
            }
        }
        self.expire(usize::MAX)
    }

    /// Takes the reply to what was commanded.
    pub(super) fn replied(&mut self, refusal: Option<Refusal>) -> Want {
        match (self.stage.clone(), refusal) {
            (Stage::SplitFirst(number), None) => self.observe(number, true),
            // The array has forgotten what the pair's state promises; every track is copied then.
            (Stage::Establish(number, MirrorOrder::EstablishIncremental, held), Some(Refusal::NoHistory)) => {
                self.order(number, MirrorOrder::EstablishFull, held)
            }
            (Stage::Establish(number, ..), None) => {
                self.mirroring = true;
                self.observe(number.saturating_add(1), false)
            }
            (Stage::Establish(number, _, held), Some(refusal)) => {
                self.outcomes.refuse(number, refusal);
                if held { self.hold(number) } else { self.observe(number.saturating_add(1), false) }
            }
            (Stage::Release(number, Some(order)), None) => self.order(number, order, true),
            (Stage::Release(number, None), None) => self.observe(number.saturating_add(1), false),
            // What keeps it from being held is what keeps the pair from being established, or comes to the same.
            (Stage::HoldAgain(number), _) => self.observe(number.saturating_add(1), false),
            (Stage::SplitFirst(number) | Stage::Release(number, _), Some(refusal)) => {
                self.outcomes.refuse(number, refusal);
                self.observe(number.saturating_add(1), false)
            }
            (Stage::Expire(number), refusal) => {
                self.expiry_refused = refusal.is_some();
                self.observe(number, false)
            }
            (Stage::Turn(number, split), _) => self.observe(number, split),
        }
    }

    /// Whether every pair of the generation is Synchronized at this instant. One that never will be has failed, and so has
    /// one that is still copying when the deadline has passed.
    pub(super) fn synchronized(&mut self, seen: &Observation, now: Time) -> bool {
        let mut all = true;
        for (number, state) in self.plan.states(self.generation, seen) {
            match state {
                MirrorState::Synchronized => continue,
                state @ MirrorState::SyncInProg if now >= self.deadline => {
                    self.outcomes.fail(number, Failure::TimedOut(state));
                }
                MirrorState::SyncInProg => {}
                state => self.outcomes.fail(number, Failure::Failed(state)),
            }
            all = false;
        }
        all
    }

    /// Records the backup that was here as expired, once there is nothing left of it: before the turn of a pair begins, for
    /// nothing mirrors from a pair's split on until it is established.
    fn expire(&mut self, number: usize) -> Option<Want> {
        let backup = self.over.take_if(|_| self.mirroring)?;
        self.stage = Stage::Expire(number);
        Some(Want::Command(Command::Record { profile: self.profile.clone(), backup: expired(backup, ESTABLISHED_OVER) }))
    }

    /// One pair's turn; none if there is nothing to do for it.
    fn turn(
        &mut self,
        seen: &Observation,
        sight: &Sight<'_>,
        now: Time,
        (number, pair): (usize, &PlannedPair),
        split: bool,
    ) -> Option<Want> {
        let holder = sight.held_for(pair.bcv);
        let held = holder == Some(&self.profile);
        if holder.is_some() && !held {
            self.outcomes.refuse(number, Refusal::Held);
            return None;
        }
        let (standard, state) = match sight.standing(pair) {
            Standing::Faulty(state) => {
                self.outcomes.refuse(number, state);
                return None;
            }
            Standing::Own(state @ (MirrorState::SyncInProg | MirrorState::Synchronized)) => {
                self.mirroring = true;
                self.outcomes.keep(number, state);
                return held.then(|| self.release(number, None));
            }
            Standing::Free { history } => {
                let order = if history { MirrorOrder::EstablishIncremental } else { MirrorOrder::EstablishFull };
                let passes = self.still_passes(seen, number, pair);
                return passes.then(|| if held { self.release(number, Some(order)) } else { self.order(number, order, false) });
            }
            Standing::Own(state) => (pair.standard, state),
            Standing::Other(standard, state) => (standard, state),
        };
        let other_source = self.plan.source_unit(standard).filter(|_| standard != pair.standard);
        if state == MirrorState::SplitInProg {
            if let Some(unit) = other_source {
                self.outcomes.split_first(number, unit);
            }
            if now < self.deadline {
                self.stage = Stage::Turn(number, split);
                return Some(Want::Wait(self.deadline));
            }
            self.outcomes.fail(number, Failure::TimedOut(state));
            return None;
        }
        if !self.still_passes(seen, number, pair) {
            return None;
        }
        if split {
            // Somebody established it again meanwhile. There is no end to answering that.
            self.outcomes.refuse(number, Refusal::EstablishedElsewhere);
            return None;
        }
        if let Some(unit) = other_source {
            self.outcomes.split_first(number, unit);
        }
        self.stage = Stage::SplitFirst(number);
        Some(Want::Command(Command::Mirror { standard, bcv: pair.bcv, order: split_order(state) }))
    }

    /// Whether the pair passes its check again; says so where it does not.
    fn still_passes(&mut self, seen: &Observation, number: usize, pair: &PlannedPair) -> bool {
        let reasons = self.rules.recheck(seen, &self.profile, pair);
        let passes = reasons.is_empty();
        if !passes {
            self.outcomes.fail(number, Failure::Changed(reasons));
        }
        passes
    }

    fn order(&mut self, number: usize, order: MirrorOrder, held: bool) -> Want {
        let Some(pair) = self.plan.pair(number).copied() else { return self.observe(number, false) };
        self.stage = Stage::Establish(number, order, held);
        Want::Command(Command::Mirror { standard: pair.standard, bcv: pair.bcv, order })
    }

    /// Ends the hold of a pair's BCV, before it is established by this order.
    fn release(&mut self, number: usize, order: Option<MirrorOrder>) -> Want {
        let Some(pair) = self.plan.pair(number).copied() else { return self.observe(number, false) };
        self.stage = Stage::Release(number, order);
        Want::Command(Command::Release { bcv: pair.bcv })
    }

    fn hold(&mut self, number: usize) -> Want {
        let Some(pair) = self.plan.pair(number).copied() else { return self.observe(number, false) };
        self.stage = Stage::HoldAgain(number);
        Want::Command(Command::Hold { bcv: pair.bcv, profile: self.profile.clone() })
    }

    fn observe(&mut self, number: usize, split: bool) -> Want {
        self.stage = Stage::Turn(number, split);
        Want::Observe
    }
}

/// Why a backup has expired whose targets are mirrors or copies again.
pub(super) const ESTABLISHED_OVER: &str = "its targets were established again";

/// The backup as it stands once it has expired.
pub(super) fn expired(backup: Backup, why: &str) -> Backup {
    Backup { expired: true, why: why.to_owned(), ..backup }
}

/// How to split a pair in this state. A running copy to the BCV is broken off; one back to the standard never is, for
/// that would ruin a source.
pub(super) const fn split_order(state: MirrorState) -> MirrorOrder {
    match state {
        MirrorState::SyncInProg => MirrorOrder::SplitForced,
        _ => MirrorOrder::SplitNormal,
    }
}
