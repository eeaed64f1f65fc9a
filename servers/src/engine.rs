//! What the faces need of a world, whoever provides it.

use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::observation::{Observation, VolumeSeen};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::VolumeId;
use serde_json::Value;

use crate::control::order::{ControlOrder, Question, Refused};

/// How far a copy has come, in tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Tracks that are still to be copied, or differ.
    pub tracks: u32,
    /// Tracks of the volume.
    pub of: u32,
}

/// One of several things that are done together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A command is carried out, as [`Engine::execute`] does it.
    Command(Issuer, Command),
    /// A volume is added, as [`Engine::attach`] does it.
    Attach(Box<VolumeSeen>),
    /// A volume is removed, as [`Engine::detach`] does it.
    Detach(VolumeId),
}

/// Where several things stopped, so that none of them was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The place of the step that could not be done, from 0.
    pub at: usize,
    /// Why.
    pub why: Why,
}

/// Why a step could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The command was refused.
    #[error("{0}")]
    Refused(Refusal),
    /// The volume could not be added or removed.
    #[error("{0}")]
    Said(String),
}

/// A world that can be driven: deterministic, so that the same calls with the same arguments give the same world.
///
/// Only [`Engine::advance`], [`Engine::execute`], [`Engine::end_when_copied`], [`Engine::attempt`], [`Engine::attach`],
/// [`Engine::detach`] and [`Engine::control`] change it, and only what is written in the journal calls them; the reads may be
/// called at will.
pub trait Engine: Send {
    /// The present instant.
    fn now(&self) -> Time;

    /// When something happens by itself next: a copy ends, a fault is due, a piece of work goes on.
    fn next_instant(&self) -> Option<Time>;

    /// Lets time pass until this instant, and everything happen that is due by then, setups and jobs among it. To advance
    /// in one leap or in many small ones is the same.
    fn advance(&mut self, until: Time);

    /// What can be seen now. To look again costs what has changed in between.
    fn look(&mut self) -> Arc<Observation>;

    /// How far the mirror pair of the two has come; none where they are no pair.
    fn mirror_left(&self, standard: VolumeId, bcv: VolumeId) -> Option<Left>;

    /// How far the FlashCopy relation of a target has come; none where there is none or it has failed.
    fn relation_left(&self, target: VolumeId) -> Option<Left>;

    /// Whether the FlashCopy relation of a target is gone as soon as its last track is copied.
    fn ends_when_copied(&self, target: VolumeId) -> bool;

    /// Lets the FlashCopy relation of a target, if there is one, be gone as soon as its last track is copied; without this it
    /// persists until it is withdrawn.
    fn end_when_copied(&mut self, target: VolumeId);

    /// Carries out a command at this instant. A refused one changes nothing. Faults of the plan that lie in wait for such a
    /// command meet it.
    fn execute(&mut self, by: &Issuer, command: &Command) -> Reply;

    /// Does several things at this instant, all of them or none: where one cannot be done, the world is as it was before
    /// the first, its events included. A fault of the plan that met a command has met it all the same.
    ///
    /// # Errors
    /// Which step could not be done, and why.
    fn attempt(&mut self, steps: &[Step]) -> Result<(), Stopped>;

    /// Adds a volume to its array.
    ///
    /// # Errors
    /// Why there can be none: no such array or LSS, or the address is taken.
    fn attach(&mut self, volume: VolumeSeen) -> Result<(), String>;

    /// Removes a volume that is in no copy and has no unit.
    ///
    /// # Errors
    /// Why it stays.
    fn detach(&mut self, volume: VolumeId) -> Result<(), String>;

    /// Carries out an order of the control face; the answer is the JSON body of its reply.
    ///
    /// # Errors
    /// Why it was refused; then nothing has changed.
    fn control(&mut self, order: &ControlOrder) -> Result<Value, Refused>;

    /// Answers a question of the control face, changing nothing.
    ///
    /// # Errors
    /// Why there is no answer.
    fn answer(&mut self, question: &Question) -> Result<Value, Refused>;

    /// How much later, in milliseconds of virtual time, whoever gave the last command hears of it; asked once.
    fn take_delay(&mut self) -> u64 {
        0
    }

    /// Takes the events since they were last taken.
    fn take_events(&mut self) -> Vec<Event>;
}
