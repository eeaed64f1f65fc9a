//! Stories that bring one fault into one phase: the steps that lead there, and the moment.

use dasdlab_model::states::{Method, RelationState};
use dasdlab_model::story::{CommandKind, CopyState, Do, PairAt, PairRef, Phase, RestoreKind, When};

use super::cells::{Cell, MOST_GENERATIONS, possible};
use super::faults::{self, Focus};
use super::path::{Kind, Path};
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
    let sources = if needs_neighbours(cell) { 2 } else { 1 };
    let generations = Some((generations, generations));
    let demand = Demand { method: Some(method), generations, sources, ..demand(cell) };
    let scene = world::build(&demand, &rng.child("world"))?;
    aimed_in(cell, scene, &mut choose)
}

/// What a cell needs of its world whatever the method.
pub(crate) fn demand(cell: Cell) -> Demand {
    Demand {
        suspends: match cell.phase {
            Phase::Suspend | Phase::Resume => Some(true),
            _ if cell.word == "suspend-logs" => Some(false),
            _ => None,
        },
        calm: true,
        twin: cell.word == "take-target",
        // It has room for as long as nothing is copied to it.
        thin: (cell.word == "out-of-space").then_some(RelationState::Idle),
        ..Demand::default()
    }
}

/// The same in this world.
pub(crate) fn aimed_in(cell: Cell, scene: Scene, rng: &mut Rng) -> Option<Story> {
    let kind = scene.kind();
    let route = route(cell, kind, scene.draft.is_full(), rng.chance(1, 4));
    let before = Path::of(kind, route.split_last().map_or(&[][..], |(_, rest)| rest));
    let shot = shot(cell, kind, &before, 1).ok()?;
    let generation = *rng.choose(&shot.generations)?;
    let pair = match shot.start {
        Start::Phase(_) => None,
        _ if needs_neighbours(cell) => scene.pairs().into_iter().find(|pair| (pair.generation, pair.nth) == (generation, 1)),
        _ => scene.pair(Some(generation), rng),
    };
    let focus = Focus {
        generation: Some(generation),
        nth: pair.map(|pair| pair.nth),
        any_pair: !pairwise(cell.phase),
        turned: cell.phase == Phase::CopyBack,
        ..Focus::default()
    };
    let place = PairRef { generation, nth: pair.map(|pair| pair.nth), ..PairRef::default() };
    let what = faults::what(cell.word, &scene, focus, rng)?;
    let fault = faults::planned(what, shot.start.when(cell.phase, place), rng);
    let mut story = Story::new(scene, format!("{} in phase {}", cell.word, cell.phase));
    story.steps.extend(route);
    story.plan(fault);
    Some(story)
}

/// Whether a second pair is needed, so that the first has been dealt with while the phase still lasts.
pub(crate) fn needs_neighbours(cell: Cell) -> bool {
    match cell.phase {
        Phase::EstablishNext => matches!(cell.word, "pair-failed" | "foreign-split"),
        Phase::HoldOthers => cell.word == "foreign-release",
        _ => false,
    }
}

/// The steps that lead to the phase, the last of which goes through it; `later` where not the first time will do.
pub(crate) fn route(cell: Cell, kind: Kind, full: bool, later: bool) -> Vec<Do> {
    let (generations, bcv) = (kind.generations, kind.method == Method::Bcv);
    let backed_up = [steps::setup(), steps::job()];
    match cell.phase {
        Phase::Lock | Phase::Check | Phase::Establish | Phase::Finish => match cell.word {
            // There must be a copy already that can be meddled with.
            "pair-failed" | "foreign-split" if bcv => vec![steps::setup(), steps::setup()],
            "foreign-release" if generations > 1 && cell.phase == Phase::Finish => vec![steps::setup()],
            "foreign-release" if generations > 1 => vec![steps::setup(), steps::setup()],
            "pair-failed" | "foreign-withdraw" | "foreign-release" => {
                vec![steps::setup(), steps::job(), steps::setup()]
            }
            _ if later => vec![steps::setup(), steps::job(), steps::setup()],
            _ => vec![steps::setup()],
        },
        Phase::HoldOthers | Phase::Synchronize => vec![steps::setup()],
        Phase::RestoreCheck | Phase::Restore | Phase::CopyBack => {
            let full = if full { RestoreKind::Full } else { RestoreKind::Data };
            [&backed_up[..], &[steps::restore(full, 1)]].concat()
        }
        Phase::Withdraw => vec![steps::job(); usize::from(generations) + 1],
        _ if matches!(cell.word, "pair-failed" | "foreign-withdraw") && !bcv => {
            vec![steps::setup(), steps::job(), steps::job()]
        }
        _ => backed_up.to_vec(),
    }
}

/// How a fault comes to fire in its phase, and whose pairs are in play there.
#[derive(Debug, Clone)]
pub(crate) struct Shot {
    /// The generations with pairs in play, the likeliest first.
    pub(crate) generations: Vec<u8>,
    pub(crate) start: Start,
}

/// What fires a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// The phase, entered for so many times.
    Phase(u32),
    /// So manieth command of a kind.
    Command(CommandKind, u32),
    /// The relation of the pair, as it is made.
    Copying,
}

impl Start {
    /// The trigger; `pair` is the pair that the fault is about.
    pub(crate) fn when(self, phase: Phase, pair: PairRef) -> When {
        match self {
            Self::Phase(nth) => triggers::phase(phase, nth),
            Self::Command(kind, nth) => triggers::command(kind, nth),
            Self::Copying => When::Enters(PairAt { pair, state: CopyState::Relation(RelationState::Copying) }),
        }
    }
}

/// When the fault fires, and about which generation; `before` is the path of the steps that come before the phase, `nth`
/// the pair that the fault is about, where it matters.
///
/// # Errors
/// Why it cannot fire in time for that pair.
pub(crate) fn shot(cell: Cell, kind: Kind, before: &Path, nth: u32) -> Result<Shot, &'static str> {
    let word = cell.word;
    let meets = matches!(word, "refuse" | "lose" | "delay");
    let several = kind.generations > 1;
    let entered = Start::Phase(before.times(cell.phase) + 1);
    let (generations, start) = match cell.phase {
        // What ends a suspension is met only where it is meant by name.
        Phase::Resume if meets => (vec![1], Start::Command(CommandKind::ResumeLogs, before.times(Phase::Resume) + 1)),
        // By the time the next pair is dealt with this one has been.
        Phase::HoldOthers | Phase::EstablishNext if needs_neighbours(cell) => {
            if nth >= kind.sources {
                return Err("the pair is the last one that this phase deals with");
            }
            let start = if cell.phase == Phase::HoldOthers {
                Start::Command(CommandKind::Hold, nth + 1)
            } else {
                Start::Command(CommandKind::Establish, kind.sources + nth + 1)
            };
            (vec![2], start)
        }
        Phase::HoldOthers if meets => ((2..=kind.generations).collect(), entered),
        // What is kept for the profile: everything but the current generation.
        Phase::SynchronizeNext | Phase::RestoreCheck | Phase::Restore | Phase::CopyBack if word == "foreign-release" => {
            (vec![1], entered)
        }
        _ if word == "foreign-release" => (vec![if several { 2 } else { 1 }], entered),
        Phase::EstablishNext if several => (vec![2, 1], entered),
        Phase::SynchronizeNext => (vec![2], entered),
        Phase::RestoreCheck | Phase::Restore if matches!(word, "pair-failed" | "foreign-split") && kind.method == Method::Bcv => {
            (vec![2], entered)
        }
        // Within the phase: as the relation of the first backup is made.
        Phase::FlashCopy if matches!(word, "pair-failed" | "foreign-withdraw") => (vec![1], Start::Copying),
        _ => (vec![1], entered),
    };
    Ok(Shot { generations, start })
}

/// Whether the commands of a phase are each for one pair, or one for all pairs that may be refused for one of them.
pub(crate) const fn pairwise(phase: Phase) -> bool {
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
