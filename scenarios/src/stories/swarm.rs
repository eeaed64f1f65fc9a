//! Company: steps and faults of a few kinds drawn for each story, so that now and then a story is made of hardly anything
//! but vary commands and lost answers.

use dasdlab_model::states::Method;
use dasdlab_model::story::{Do, What, When};

use super::faults::{self, Focus};
use super::steps::{self, Known, StepKind};
use super::story::Story;
use super::triggers::Moment;
use super::world::{self, Demand};
use crate::rng::Rng;

/// The fewest and the most steps of a story.
pub(crate) const STEPS: (u32, u32) = (2, 12);
/// The most faults of a story.
pub(crate) const MOST_FAULTS: usize = 4;
/// How often a step or a fault is drawn at most until one finds a place.
const TRIES: u32 = 6;

/// A story without an aim.
pub(crate) fn story(method: Option<Method>, rng: &Rng) -> Option<Story> {
    let scene = world::build(&Demand { method, ..Demand::default() }, &rng.child("world"))?;
    let mut story = Story::new(scene, "anything may happen".to_owned());
    let mut rng = rng.child("swarm");
    let kinds = step_kinds(&mut rng);
    let words = fault_words(&mut rng);
    let wanted = rng.range(STEPS.0, STEPS.1) as usize;
    let mut known = Known::new(&story.scene);
    // Something happens first, mostly.
    let first = [StepKind::Setup, StepKind::Job].into_iter().find(|kind| kinds.contains(kind));
    if let Some(first) = first.filter(|_| rng.chance(3, 4)) {
        story.steps.extend(steps::draw(first, &story.scene, &mut known, &mut rng));
    }
    add_steps(&mut story, &kinds, wanted, &mut known, &mut rng);
    let wanted = rng.index(MOST_FAULTS + 1);
    add_faults(&mut story, &words, wanted, &mut rng);
    Some(story)
}

/// More steps of these kinds behind those that a story has.
pub(crate) fn add_steps(story: &mut Story, kinds: &[StepKind], wanted: usize, known: &mut Known, rng: &mut Rng) {
    let most = wanted.max(STEPS.0 as usize) as u32 * TRIES;
    for _ in 0..most {
        if story.steps.len() >= wanted.max(STEPS.0 as usize) {
            break;
        }
        let Some(&kind) = rng.choose(kinds) else { break };
        story.steps.extend(steps::draw(kind, &story.scene, known, rng));
    }
    while story.steps.len() < STEPS.0 as usize {
        story.steps.push(Do::Query { profile: None });
    }
}

/// More faults of these kinds, aimed at what happens.
pub(crate) fn add_faults(story: &mut Story, words: &[&'static str], wanted: usize, rng: &mut Rng) {
    let path = story.path();
    let machines = !path.entered().is_empty();
    let restores = story.steps.iter().any(|step| matches!(step, Do::Restore { .. }));
    for _ in 0..wanted as u32 * TRIES {
        if story.planned() >= wanted {
            break;
        }
        let Some(&word) = rng.choose(words) else { break };
        if !machines && matches!(word, "refuse" | "lose" | "delay" | "abend") {
            continue;
        }
        // Phases are where things break; the other triggers come up as often together.
        let trigger = if rng.chance(1, 2) { "phase" } else { *rng.pick(&When::WORDS) };
        let generation = rng.one([None, Some(1)]);
        let focus = Focus { generation, ..Focus::default() };
        let what = faults::what(word, &story.scene, focus, rng);
        let moment = Moment { scene: &story.scene, path: &path, steps: story.steps.len(), restores };
        if let Some((what, when)) = what.zip(moment.when(trigger, rng)) {
            story.plan(faults::planned(what, when, rng));
        }
    }
}

/// The kinds of steps that a story may use: half of all, among them one that makes a machine run.
fn step_kinds(rng: &mut Rng) -> Vec<StepKind> {
    let mut kinds: Vec<StepKind> = StepKind::ALL.into_iter().filter(|_| rng.chance(1, 2)).collect();
    if !kinds.contains(&StepKind::Job) && (!kinds.contains(&StepKind::Setup) || rng.chance(1, 2)) {
        kinds.push(StepKind::Job);
    }
    kinds
}

/// The kinds of faults that a story may use.
pub(crate) fn fault_words(rng: &mut Rng) -> Vec<&'static str> {
    let mut words = What::WORDS;
    rng.shuffle(&mut words);
    words.into_iter().take(1 + rng.index(6)).collect()
}
