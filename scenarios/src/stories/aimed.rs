//! Stories that bring one fault into one phase: the steps that lead there, and the moment.

use dasdlab_model::states::{Method, RelationState};
use dasdlab_model::story::{CommandKind, CopyState, Do, PairAt, Phase, RestoreKind, When};

use super::cells::{Cell, MOST_GENERATIONS, possible};
use super::faults::{self, Focus};
use super::path::Path;
use super::story::Story;
use super::triggers;
use super::world::{Demand, Scene};
use super::{steps, world};
use crate::rng::Rng;

/// A story in which a fault fires in a phase, as long as nothing else gets in its way.
pub(crate) fn story(cell: Cell, method: Method, rng: &Rng) -> Option<Story> {
    let mut choose = rng.child("aim");
    let fitting: Vec<u8> =
        (1..=MOST_GENERATIONS).filter(|&generations| possible(cell.word, cell.phase, method, generations).is_ok()).collect();
    let generations = *choose.choose(&fitting)?;
    // The withdraw of old relations comes after every generation has been used.
    let generations = if cell.phase == Phase::Withdraw { generations.min(2) } else { generations };
    let demand = Demand {
        method: Some(method),
        generations: Some((generations, generations)),
        sources: if needs_neighbours(cell) { 2 } else { 1 },
        suspends: matches!(cell.phase, Phase::Suspend | Phase::Resume).then_some(true),
        calm: true,
        twin: cell.word == "take-target",
    };
    let scene = world::build(&demand, &rng.child("world"))?;
    aimed_in(cell, scene, &mut choose)
}

/// The same in this world.
pub(crate) fn aimed_in(cell: Cell, scene: Scene, rng: &mut Rng) -> Option<Story> {
    let route = route(cell, &scene, rng);
    let before = Path::of(scene.kind(), route.split_last().map_or(&[][..], |(_, rest)| rest));
    let (focus, when) = moment(cell, &scene, &before, rng)?;
    let what = faults::what(cell.word, &scene, focus, rng)?;
    let fault = faults::planned(what, when, rng);
    let mut story = Story::new(scene, format!("{} in phase {}", cell.word, cell.phase));
    story.steps.extend(route);
    story.plan(fault);
    Some(story)
}

/// Whether a second pair is needed, so that the first has been dealt with while the phase still lasts.
fn needs_neighbours(cell: Cell) -> bool {
    matches!(cell.word, "pair-failed" | "foreign-split") && cell.phase == Phase::EstablishNext
}

/// The steps that lead to the phase, the last of which goes through it.
fn route(cell: Cell, scene: &Scene, rng: &mut Rng) -> Vec<Do> {
    let generations = scene.draft.profile.generations;
    let backed_up = [steps::setup(), steps::job()];
    match cell.phase {
        Phase::Lock | Phase::Check | Phase::Establish | Phase::Finish => match cell.word {
            // There must be a copy already that can be meddled with.
            "pair-failed" | "foreign-split" if scene.is_bcv() => vec![steps::setup(), steps::setup()],
            "foreign-release" if generations > 1 => vec![steps::setup(), steps::setup()],
            "pair-failed" | "foreign-withdraw" | "foreign-release" => {
                vec![steps::setup(), steps::job(), steps::setup()]
            }
            _ if rng.chance(1, 4) => vec![steps::setup(), steps::job(), steps::setup()],
            _ => vec![steps::setup()],
        },
        // Holds are there once a setup has been through.
        Phase::HoldOthers | Phase::Synchronize if cell.word == "foreign-release" => {
            vec![steps::setup(), steps::job(), steps::setup()]
        }
        Phase::HoldOthers | Phase::Synchronize => vec![steps::setup()],
        Phase::RestoreCheck | Phase::Restore | Phase::CopyBack => {
            let full = if scene.draft.is_full() { RestoreKind::Full } else { RestoreKind::Data };
            [&backed_up[..], &[steps::restore(full, 1)]].concat()
        }
        Phase::Withdraw => vec![steps::job(); usize::from(generations) + 1],
        _ if matches!(cell.word, "pair-failed" | "foreign-withdraw") && !scene.is_bcv() => {
            vec![steps::setup(), steps::job(), steps::job()]
        }
        _ => backed_up.to_vec(),
    }
}

/// When the fault fires, and about what. `before` is the path of all steps but the last.
fn moment(cell: Cell, scene: &Scene, before: &Path, rng: &mut Rng) -> Option<(Focus, When)> {
    let meets = matches!(cell.word, "refuse" | "lose" | "delay");
    let mut focus = Focus { generation: Some(1), any_pair: !pairwise(cell.phase), ..Focus::default() };
    let mut when = triggers::phase(cell.phase, before.times(cell.phase) + 1);
    let kind = scene.kind();
    match cell.phase {
        // What ends a suspension is met only where it is meant by name.
        Phase::Resume if meets => when = triggers::command(CommandKind::ResumeLogs, before.times(Phase::Resume) + 1),
        Phase::HoldOthers if meets || cell.word == "foreign-release" => {
            focus.generation = Some(u8::try_from(rng.range(2, u32::from(kind.generations).max(2))).ok()?);
        }
        Phase::EstablishNext if needs_neighbours(cell) => {
            // The first pair mirrors by the time the second is established.
            focus = Focus { generation: Some(2), nth: Some(1), ..focus };
            when = triggers::command(CommandKind::Establish, kind.sources + 2);
        }
        Phase::EstablishNext => focus.generation = Some(if kind.generations > 1 { rng.one([1, 2]) } else { 1 }),
        Phase::SynchronizeNext => focus.generation = Some(2),
        Phase::RestoreCheck | Phase::Restore if matches!(cell.word, "pair-failed" | "foreign-split") && scene.is_bcv() => {
            focus.generation = Some(2);
        }
        Phase::Withdraw => focus.generation = Some(1),
        Phase::FlashCopy if cell.word == "pair-failed" || cell.word == "foreign-withdraw" => {
            // Within the phase: as the relation of the first backup is made.
            let pair = scene.pair(Some(1), rng)?;
            focus.nth = Some(pair.nth);
            let state = CopyState::Relation(RelationState::Copying);
            when = When::Enters(PairAt { pair: scene.pair_ref(&pair, rng), state });
        }
        Phase::Lock | Phase::Check | Phase::Establish | Phase::Finish
            if cell.word == "foreign-release" && kind.generations > 1 =>
        {
            focus.generation = Some(2);
        }
        _ => {}
    }
    Some((focus, when))
}

/// Whether the commands of a phase are each for one pair, or one for all pairs that may be refused for one of them.
const fn pairwise(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::Establish
            | Phase::HoldOthers
            | Phase::Withdraw
            | Phase::Split
            | Phase::FlashCopy
            | Phase::EstablishNext
            | Phase::Restore
            | Phase::CopyBack
    )
}
