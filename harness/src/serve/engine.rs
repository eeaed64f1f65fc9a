//! A simulated world as the desk of a server drives it.
//!
//! Time passes in two ways. At an instant that is determined by the world itself (a copy ends, a fault is due, a piece of
//! work goes on) and at every order IMS writes and things happen; in between the clock merely moves. So it makes no
//! difference how often somebody looks.

use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::observation::{Observation, VolumeSeen};
use dasdlab_model::unit::VolumeId;
use dasdlab_servers::control::order::{ControlOrder, Question, Refused};
use dasdlab_servers::engine::{Engine, Left, Step, Stopped, Why};
use dasdlab_simulator::{Progress, World};
use serde_json::{Value, json};

use super::{orders, questions};
use crate::story::live::Live;

/// A world, what runs in it, and what is to break.
pub struct Living {
    pub(super) world: World,
    /// What the site says of itself.
    pub(super) description: String,
    /// What runs in it, and what is to break.
    pub(super) live: Live,
    /// How much later the last command is to be answered.
    delay_ms: u64,
    /// Events of worlds before this one that nobody has taken yet.
    pub(super) before: Vec<Event>,
}

impl Living {
    /// A world in which nothing runs yet.
    #[must_use]
    pub fn new(world: World, description: String) -> Self {
        Self { world, description, live: Live::default(), delay_ms: 0, before: Vec::new() }
    }

    /// The world as it stands.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }
}

impl Engine for Living {
    fn now(&self) -> Time {
        self.world.now()
    }

    fn next_instant(&self) -> Option<Time> {
        self.world.next_event().into_iter().chain(self.live.next_instant(&self.world)).min()
    }

    fn advance(&mut self, until: Time) {
        while let Some(next) = self.next_instant().filter(|&next| next <= until) {
            self.live.advance(&mut self.world, next);
        }
        self.world.idle_until(until);
    }

    fn look(&mut self) -> Arc<Observation> {
        self.world.look()
    }

    fn mirror_left(&self, standard: VolumeId, bcv: VolumeId) -> Option<Left> {
        self.world.progress(standard, bcv).map(left)
    }

    fn relation_left(&self, target: VolumeId) -> Option<Left> {
        self.world.relation_progress(target).map(left)
    }

    fn ends_when_copied(&self, target: VolumeId) -> bool {
        self.world.ends_when_copied(target)
    }

    fn end_when_copied(&mut self, target: VolumeId) {
        self.world.end_when_copied(target);
    }

    fn execute(&mut self, by: &Issuer, command: &Command) -> Reply {
        let (reply, delay_ms) = self.live.client(&mut self.world, by, command);
        self.delay_ms = self.delay_ms.max(delay_ms);
        reply
    }

    fn attempt(&mut self, steps: &[Step]) -> Result<(), Stopped> {
        let before = self.world.clone();
        for (at, step) in steps.iter().enumerate() {
            let done = match step {
                Step::Command(by, command) => match self.execute(by, command).refusal() {
                    None => Ok(()),
                    Some(refusal) => Err(Why::Refused(refusal)),
                },
                Step::Attach(volume) => self.attach((**volume).clone()).map_err(Why::Said),
                Step::Detach(volume) => self.detach(*volume).map_err(Why::Said),
            };
            if let Err(why) = done {
                self.world = before;
                self.live.was_taken_back(&self.world);
                return Err(Stopped { at, why });
            }
        }
        Ok(())
    }

    fn attach(&mut self, volume: VolumeSeen) -> Result<(), String> {
        self.world.attach(volume, "attach")
    }

    fn detach(&mut self, volume: VolumeId) -> Result<(), String> {
        self.world.detach(volume, "detach")
    }

    fn control(&mut self, order: &ControlOrder) -> Result<Value, Refused> {
        match order {
            ControlOrder::Advance { by_ms } => {
                self.advance(self.now().plus(*by_ms));
                Ok(json!({ "now_ms": self.now() }))
            }
            ControlOrder::Fault(_)
            | ControlOrder::Forget { .. }
            | ControlOrder::Setup { .. }
            | ControlOrder::Job { .. }
            | ControlOrder::Restore { .. } => self.order_work(order),
            other => {
                let before = self.world.events().len();
                let done = orders::carry_out(self, other)?;
                // Another world has another log.
                let before = before.min(self.world.events().len());
                self.live.noticed(&mut self.world, before);
                Ok(done)
            }
        }
    }

    fn take_delay(&mut self) -> u64 {
        std::mem::take(&mut self.delay_ms)
    }

    fn answer(&mut self, question: &Question) -> Result<Value, Refused> {
        match question {
            Question::Work(_) | Question::Faults => self.answer_work(question),
            other => questions::answer(self, other),
        }
    }

    fn take_events(&mut self) -> Vec<Event> {
        let mut events = std::mem::take(&mut self.before);
        events.extend_from_slice(self.world.events());
        self.world.forget_events();
        self.live.begin_log();
        events
    }
}

const fn left(progress: Progress) -> Left {
    Left { tracks: progress.invalid, of: progress.total }
}
