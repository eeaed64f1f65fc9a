//! Pieces of work that run beside each other in one world, and a fault plan that grows.
//!
//! In a story one machine is driven to its end and virtual time is its own. Here time belongs to everybody: each piece of
//! work is given its steps when it is its turn, waits without keeping the others, and is woken when a copy state has changed
//! or its instant has come. What is done at one instant is bounded, so that a large setup goes on a millisecond later. All
//! of it depends on the world and on what was ordered, never on when somebody looks.

mod faults;
mod piece;

use std::collections::{BTreeMap, VecDeque};

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::RivalWork;
use dasdlab_simulator::World;

use super::plan::Plan;
use super::stage::{Running, Stage};
use super::watch::Watcher;
pub(crate) use faults::FaultRefused;
use piece::Piece;
pub(crate) use piece::{Asked, Record, Told};

/// The most pieces of work that run at once.
pub(crate) const MAX_RUNNING: usize = 64;

/// The most pieces of work that are kept when they have ended; the oldest go first.
pub(crate) const MAX_ENDED: usize = 100;

/// What runs in a world, what has ended, and what is to break.
#[derive(Default)]
pub(crate) struct Live {
    plan: Plan,
    /// The number of the next fault.
    next_fault: usize,
    running: BTreeMap<u64, Piece>,
    ended: VecDeque<Piece>,
    /// How many pieces of work have begun.
    begun: u64,
}

/// Too many pieces of work run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{MAX_RUNNING} pieces of work are running: expected one to end first")]
pub(crate) struct Crowded;

/// What is taken to a stage and brought back from it.
struct Turn {
    plan: Plan,
    /// Those who run, the one whose turn it is last.
    running: Vec<Running>,
    /// The rivals that are to run too.
    rivals: Vec<(ProfileName, RivalWork)>,
    /// Whether the host has abended.
    gone: bool,
}

impl Turn {
    fn on_stage<T>(
        &mut self,
        world: &mut World,
        watchers: &mut [&mut dyn Watcher],
        act: impl FnOnce(&mut Stage<'_, '_>) -> T,
    ) -> T {
        let mut stage = Stage::live(world, watchers, std::mem::take(&mut self.plan), std::mem::take(&mut self.running));
        let value = act(&mut stage);
        let (plan, running, rivals, gone) = stage.leave();
        (self.plan, self.running) = (plan, running);
        self.rivals.extend(rivals);
        self.gone |= gone;
        value
    }
}

impl Live {
    /// When something is due by the plan, or a piece of work goes on, if nothing else happens before.
    pub(crate) fn next_instant(&self, world: &World) -> Option<Time> {
        let wakes = self.running.values().map(Piece::wakes);
        wakes.chain(self.plan.next_instant(world)).min().map(|next| next.max(world.now()))
    }

    /// Lets time pass until an instant that is determined, and everything happen that is due there.
    pub(crate) fn advance(&mut self, world: &mut World, to: Time) {
        let before = world.events().len();
        world.advance(to);
        self.turn(world);
        self.wake(world, before, world.now());
        let ready: Vec<u64> =
            self.running.iter().filter(|(_, piece)| piece.wakes() <= world.now()).map(|(&number, _)| number).collect();
        for number in ready {
            let before = world.events().len();
            self.slice(world, number);
            // The others see it a moment later: nobody wakes anybody else for ever within one instant.
            self.wake(world, before, world.now().plus(1));
        }
    }

    /// Carries out a command of a client, which faults of the plan may meet; says how much later it hears of it.
    pub(crate) fn client(&mut self, world: &mut World, by: &Issuer, command: &Command) -> (Reply, u64) {
        let before = world.events().len();
        let answer = self.on_stage(world, |stage| stage.client(by, command));
        self.wake(world, before, world.now());
        answer
    }

    /// Something was done to the world from outside; this much of the event log was there before.
    pub(crate) fn noticed(&mut self, world: &mut World, before: usize) {
        self.turn(world);
        self.wake(world, before, world.now());
    }

    /// A piece of work begins; says its number.
    ///
    /// # Errors
    /// Too many run.
    pub(crate) fn begin(&mut self, world: &World, profile: &ProfileName, asked: Asked) -> Result<u64, Crowded> {
        if self.running.len() >= MAX_RUNNING {
            return Err(Crowded);
        }
        self.begun += 1;
        self.running.insert(self.begun, Piece::new(self.begun, profile.clone(), asked, world.now()));
        Ok(self.begun)
    }

    /// Pieces of work: of one number, or all that are kept, in the order in which they began. With what they did where one
    /// is asked for.
    pub(crate) fn told(&self, number: Option<u64>) -> Vec<Told> {
        let kept = self.ended.iter().chain(self.running.values());
        let mut told: Vec<Told> = match number {
            Some(number) => kept.filter(|piece| piece.number() == number).map(|piece| piece.told(true)).collect(),
            None => kept.map(|piece| piece.told(false)).collect(),
        };
        told.sort_by_key(|told| told.number);
        told
    }

    /// The event log has been read and begins anew.
    pub(crate) const fn begin_log(&mut self) {
        self.plan.begin_log();
    }

    /// What was done was taken back, the event log too.
    pub(crate) fn was_taken_back(&mut self, world: &World) {
        self.plan.log_was_taken_back(world.events().len());
    }

    /// What of the plan is due as the world stands happens.
    fn turn(&mut self, world: &mut World) {
        self.on_stage(world, |stage| {
            // An abend is noticed when the stage is left.
            let _ = stage.turn();
        });
    }

    /// Does something on a stage on which everything stands that runs, and sees to what comes of it.
    fn on_stage<T>(&mut self, world: &mut World, act: impl FnOnce(&mut Stage<'_, '_>) -> T) -> T {
        let mut turn = self.begin_turn();
        let value = turn.on_stage(world, &mut [], act);
        self.end_turn(world, turn);
        value
    }

    /// A piece of work takes the steps that it can take at this instant.
    fn slice(&mut self, world: &mut World, number: u64) {
        let Some(mut piece) = self.running.remove(&number) else { return };
        let mut turn = self.begin_turn();
        piece.slice(world, &mut turn);
        if piece.has_ended() {
            self.keep(piece);
        } else {
            self.running.insert(number, piece);
        }
        self.end_turn(world, turn);
    }

    fn begin_turn(&mut self) -> Turn {
        let running = self.running.values().filter_map(|piece| piece.frame().cloned()).collect();
        Turn { plan: std::mem::take(&mut self.plan), running, rivals: Vec::new(), gone: false }
    }

    fn end_turn(&mut self, world: &World, turn: Turn) {
        self.plan = turn.plan;
        self.see_to(world, turn.rivals, turn.gone);
    }

    /// Rivals begin beside what runs; where the host has abended, nothing runs any more.
    fn see_to(&mut self, world: &World, beside: Vec<(ProfileName, RivalWork)>, gone: bool) {
        if gone {
            for (_, mut piece) in std::mem::take(&mut self.running) {
                piece.abended(world.now());
                self.keep(piece);
            }
        }
        for (profile, work) in beside {
            // One rival too many does not run.
            let _ = self.begin(world, &profile, Asked::Rival(work));
        }
    }

    fn keep(&mut self, piece: Piece) {
        if self.ended.len() >= MAX_ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back(piece);
    }

    /// Wakes everything that waits for a change, where there was one, at this instant.
    fn wake(&mut self, world: &World, before: usize, at: Time) {
        if world.events().len() > before {
            self.running.values_mut().for_each(|piece| piece.wake(at));
        }
    }
}
