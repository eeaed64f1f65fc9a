//! The world and what the faces remember, as one deterministic machine.

use dasdlab_model::event::Time;

use crate::control::order::ControlOrder;
use crate::engine::Engine;
use crate::order::{Order, Outcome};
use crate::pace::MAX_SETTLING;
use crate::{ds8000, unisphere};

/// The world and what the faces remember. Orders are its only input, so that a journal of orders makes it again.
pub struct Core {
    /// The world.
    pub engine: Box<dyn Engine>,
    /// Storage groups and clone sessions.
    pub unisphere: unisphere::book::Book,
}

impl Core {
    /// A world to which nothing has been ordered yet.
    #[must_use]
    pub fn new(engine: Box<dyn Engine>) -> Self {
        Self { engine, unisphere: unisphere::book::Book::default() }
    }

    /// Carries out an order at this instant, which is the present or later. Where `settle` is set, everything that it begins
    /// has ended when this returns: copies are instantaneous.
    pub fn apply(&mut self, at: Time, settle: bool, order: &Order) -> Outcome {
        self.engine.advance(at);
        let outcome = match order {
            Order::Command { by, command } => Outcome::Reply(self.engine.execute(by, command)),
            Order::Ds8000(order) => Outcome::Ds8000(ds8000::order::apply(order, &mut *self.engine)),
            Order::Unisphere(order) => Outcome::Unisphere(self.unisphere.apply(order, &mut *self.engine)),
            Order::Control(order) => Outcome::Control(self.engine.control(order)),
        };
        if let (Order::Control(ControlOrder::Load(_)), Outcome::Control(Ok(_))) = (order, &outcome) {
            // What was remembered of another site is of no use to this one.
            self.unisphere = unisphere::book::Book::default();
        }
        // What somebody else did to the pairs of a clone session may have ended it.
        self.unisphere.follow(&mut *self.engine);
        if settle {
            self.settle();
        }
        outcome
    }

    /// Lets time leap from one thing that happens by itself to the next until nothing does.
    fn settle(&mut self) {
        for _ in 0..MAX_SETTLING {
            match self.engine.next_instant() {
                Some(next) => self.engine.advance(next),
                None => return,
            }
        }
    }
}
