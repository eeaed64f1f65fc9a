//! Stories: generated sites that live, with steps and faults, in which nothing is expected beforehand.
//!
//! Each story is about something: a fault in a phase, a kind of trigger, a reason for setup, a state and an order, a cause
//! of refusal, all of them in turn; or about whatever comes. What comes is drawn in two turns: first which kinds of steps
//! and faults the story may use at all, then steps and faults of those kinds.

mod aimed;
mod cells;
mod copies;
mod edits;
mod faults;
mod path;
mod plan;
mod reasons;
mod refusals;
mod steps;
mod story;
mod swarm;
mod triggers;
mod world;

use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::Method;

pub(crate) use aimed::{pairwise, route, shot};
pub use cells::{Aim, AimError, Cell, cells, has_phase, possible};
pub(crate) use path::{Kind, Path};

use crate::rng::Rng;

/// Version of the generator of stories: the same version, seed and index give the same story for ever.
pub const VERSION: u32 = 1;

/// Worlds that are drawn at most until one has a place for what the story is about.
const MOST_WORLDS: u32 = 16;

/// Story `index` of a seed, aimed at a fault where one is given; `token` is what it is called. None where no world that
/// was drawn has a place for what it is about.
pub(crate) fn story(seed: u64, index: u64, aim: Option<Aim>, method: Option<Method>, token: &str) -> Option<Scenario> {
    let rng = Rng::new(seed).child("story").child(&index.to_string());
    let (goal, round) = plan::goal(index, aim, method)?;
    let story =
        (0..MOST_WORLDS).find_map(|attempt| plan::story(goal, round, method, &rng.child(&format!("attempt {attempt}"))))?;
    Some(story.finish(token.to_owned()))
}

/// A clean site of a profile of this kind, without steps, that has what a cell needs.
pub(crate) fn base(cell: Cell, method: Method, generations: u8, pairs: u32, rng: &Rng) -> Option<Scenario> {
    let demand = world::Demand {
        method: Some(method),
        generations: Some((generations, generations)),
        sources: usize::try_from(pairs).ok()?,
        plain: true,
        twin: cell.word == "take-target",
        thin: aimed::demand(cell).thin,
        suspends: Some(aimed::demand(cell).suspends.unwrap_or(false)),
        calm: true,
    };
    (0..MOST_WORLDS)
        .find_map(|attempt| world::build(&demand, &rng.child(&format!("attempt {attempt}"))))
        .map(|scene| story::Story::new(scene, String::new()).finish(String::new()))
        .map(|scenario| Scenario { token: None, ..scenario })
}

#[cfg(test)]
mod tests;
