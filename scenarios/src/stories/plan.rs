//! What each story of a seed is about: everything that must come up, in turn, and in between whatever comes.

use dasdlab_model::states::{Method, MirrorState, RelationState, SetupReason};
use dasdlab_model::story::{CopyState, RestoreKind, What, When};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};

use super::cells::{Aim, Cell, cells};
use super::faults::{self, Focus};
use super::steps::{self, Known, StepKind};
use super::story::Story;
use super::triggers::Moment;
use super::world::{self, Demand};
use super::{aimed, copies, reasons, refusals, swarm};
use crate::rng::Rng;

/// What a story is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Whatever comes.
    Free,
    /// A fault in a phase.
    Cell(Cell, Method),
    /// A kind of fault by a kind of trigger.
    Trigger(&'static str, &'static str),
    /// Setup is needed for a reason.
    Reason(SetupReason),
    /// An order to a mirror pair in a state.
    Mirror(MirrorState, MirrorOrder),
    /// An order to a FlashCopy relation in a state.
    Relation(Option<RelationState>, RelationOrder),
    /// A copy fails in a state.
    Fails(CopyState),
    /// The target of a copy in a state has no room left.
    RunsFull(RelationState),
    /// A command is refused.
    Refused(Refusal),
}

/// Of so many stories in a row, the first ones are about faults in phases, then one about triggers and reasons, one about
/// orders and refusals, and the rest about whatever comes.
const CYCLE: u64 = 8;
const CELLS: u64 = 4;

/// A goal, and how often it has come up before.
pub(super) fn goal(index: u64, aim: Option<Aim>, method: Option<Method>) -> Option<(Goal, u64)> {
    let (round, nth) = (index / CYCLE, index % CYCLE);
    if let Some(aim) = aim {
        return turn(&phases(|cell| aim.takes(cell), method), index);
    }
    match nth {
        nth if nth < CELLS => turn(&phases(|_| true, method), round * CELLS + nth),
        CELLS => turn(&triggers(method), round),
        5 => turn(&orders(method), round),
        _ => Some((Goal::Free, round)),
    }
}

fn turn(goals: &[Goal], turn: u64) -> Option<(Goal, u64)> {
    let count = goals.len() as u64;
    let at = turn.checked_rem(count)?;
    Some((*goals.get(usize::try_from(at).ok()?)?, turn / count))
}

fn allowed(method: Option<Method>, wanted: Method) -> bool {
    method.is_none_or(|method| method == wanted)
}

fn phases(wanted: impl Fn(Cell) -> bool, method: Option<Method>) -> Vec<Goal> {
    let mut goals = Vec::new();
    for cell in cells().filter(|&cell| wanted(cell)) {
        let methods = Method::ALL.iter().filter(|&&known| allowed(method, known) && cell.possible_with(known).is_ok());
        goals.extend(methods.map(|&method| Goal::Cell(cell, method)));
    }
    goals
}

fn triggers(method: Option<Method>) -> Vec<Goal> {
    let mut goals: Vec<Goal> = SetupReason::ALL.iter().map(|&reason| Goal::Reason(reason)).collect();
    goals.retain(|goal| match goal {
        Goal::Reason(reason) => reasons::method(*reason).is_none_or(|wanted| allowed(method, wanted)),
        _ => true,
    });
    for word in What::WORDS.into_iter().filter(|word| trigger_method(word).is_none_or(|wanted| allowed(method, wanted))) {
        goals.extend(When::WORDS.into_iter().filter(|when| *when != "phase").map(|when| Goal::Trigger(word, when)));
    }
    goals
}

fn orders(method: Option<Method>) -> Vec<Goal> {
    let mut goals: Vec<Goal> = Vec::new();
    if allowed(method, Method::Bcv) {
        for &state in MirrorState::ALL {
            goals.extend(MirrorOrder::ALL.iter().map(|&order| Goal::Mirror(state, order)));
        }
    }
    if allowed(method, Method::FlashCopy) {
        for state in std::iter::once(None).chain(RelationState::ALL.iter().copied().map(Some)) {
            goals.extend(RelationOrder::ALL.iter().map(|&order| Goal::Relation(state, order)));
        }
    }
    goals.extend(copies::CAN_FAIL.into_iter().filter(|state| allowed(method, copies::method(*state))).map(Goal::Fails));
    if allowed(method, Method::FlashCopy) {
        goals.extend(copies::CAN_RUN_FULL.map(Goal::RunsFull));
    }
    let refusals = Refusal::ALL.iter().copied().filter(|&refusal| allowed(method, refusals::method(refusal)));
    goals.extend(refusals.map(Goal::Refused));
    goals
}

/// The only method with which a kind of fault means anything.
fn trigger_method(word: &str) -> Option<Method> {
    match word {
        "foreign-establish" | "foreign-split" | "foreign-release" => Some(Method::Bcv),
        "foreign-withdraw" | "out-of-space" => Some(Method::FlashCopy),
        _ => None,
    }
}

/// A story about a goal; one in two of them has company that may get in its way.
pub(super) fn story(goal: Goal, round: u64, method: Option<Method>, rng: &Rng) -> Option<Story> {
    let mut story = match goal {
        Goal::Free => return swarm::story(method, rng),
        Goal::Cell(cell, method) => aimed::story(cell, method, rng)?,
        Goal::Trigger(word, when) => triggered(word, when, method, rng)?,
        Goal::Reason(reason) => reasons::story(reason, method, rng)?,
        Goal::Mirror(state, order) => copies::mirror(state, order, rng)?,
        Goal::Relation(state, order) => copies::relation(state, order, rng)?,
        Goal::Fails(state) => copies::failing(state, rng)?,
        Goal::RunsFull(state) => copies::running_full(state, rng)?,
        Goal::Refused(refusal) => refusals::story(refusal, rng)?,
    };
    let mut rng = rng.child("company");
    let mut known = Known::new(&story.scene);
    let more = rng.index(5);
    let wanted = (story.steps.len() + more).min(swarm::STEPS.1 as usize);
    if round.is_multiple_of(2) {
        // Only behind what the story is about.
        swarm::add_steps(&mut story, &StepKind::ALL, wanted, &mut known, &mut rng);
    } else {
        swarm::add_steps(&mut story, &StepKind::HARMLESS, wanted, &mut known, &mut rng);
        let words = swarm::fault_words(&mut rng);
        let wanted = (story.planned() + 1 + rng.index(2)).min(swarm::MOST_FAULTS);
        swarm::add_faults(&mut story, &words, wanted, &mut rng);
    }
    Some(story)
}

/// A story in which a kind of fault fires by a kind of trigger, and that goes on for a while then.
fn triggered(word: &'static str, when: &'static str, method: Option<Method>, rng: &Rng) -> Option<Story> {
    let demand = Demand {
        method: method.or(trigger_method(word)),
        calm: true,
        twin: word == "take-target",
        thin: (word == "out-of-space").then_some(RelationState::Idle),
        ..Demand::default()
    };
    let scene = world::build(&demand, &rng.child("world"))?;
    let mut rng = rng.child("trigger");
    let kind = if scene.draft.is_full() { RestoreKind::Full } else { RestoreKind::Data };
    let mut story = Story::new(scene, format!("{word}, fired by {when}"));
    story.steps.extend([steps::setup(), steps::job(), steps::advance(600_000)]);
    if rng.chance(1, 2) {
        story.steps.push(steps::restore(kind, 1));
    }
    story.steps.extend([steps::job(), steps::advance(600_000)]);
    let path = story.path();
    let moment = Moment { scene: &story.scene, path: &path, steps: 3, restores: false };
    let when = moment.when(when, &mut rng)?;
    let what = faults::what(word, &story.scene, Focus { any_pair: true, ..Focus::default() }, &mut rng)?;
    story.plan(faults::planned(what, when, &mut rng));
    Some(story)
}
