//! Stories that bring a copy into a state and give it an order, or let it fail: every cell of the transition tables.

use dasdlab_model::states::{Method, MirrorState, RelationState};
use dasdlab_model::story::{CopyState, Do, Duration, PlannedFault, What, When};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};

use super::faults::{self, Focus};
use super::steps;
use super::story::Story;
use super::world::{self, Demand, Scene};
use crate::rng::Rng;

/// States in which a copy can fail.
pub(crate) const CAN_FAIL: [CopyState; 8] = [
    CopyState::Mirror(MirrorState::SyncInProg),
    CopyState::Mirror(MirrorState::Synchronized),
    CopyState::Mirror(MirrorState::SplitInProg),
    CopyState::Mirror(MirrorState::RestInProg),
    CopyState::Mirror(MirrorState::Restored),
    CopyState::Relation(RelationState::Copying),
    CopyState::Relation(RelationState::Idle),
    CopyState::Relation(RelationState::Copied),
];

/// States in which a copy to a space-efficient target runs out of space.
pub(crate) const CAN_RUN_FULL: [RelationState; 2] = [RelationState::Copying, RelationState::Idle];

fn scene(method: Method, rng: &Rng) -> Option<Scene> {
    world::build(&Demand { method: Some(method), calm: true, ..Demand::default() }, &rng.child("world"))
}

/// A foreign job gives an order to a mirror pair in this state: mostly to one of nobody, now and then to one of the profile.
pub(crate) fn mirror(state: MirrorState, order: MirrorOrder, rng: &Rng) -> Option<Story> {
    let mut scene = scene(Method::Bcv, rng)?;
    let mut rng = rng.child("order");
    let (standard, bcv) = if rng.chance(1, 3) {
        let pair = scene.pair(None, &mut rng)?;
        (pair.standard, pair.bcv)
    } else {
        (scene.spare[0], scene.spare[1])
    };
    // A pair that never was one need not be declared; the array does not ask for its state then.
    if state != MirrorState::NeverEstab || rng.chance(7, 8) {
        scene.draft.mirror(standard, bcv, state);
    }
    let first = Do::Mirror { standard: scene.volume_ref(standard, &mut rng), bcv: scene.volume_ref(bcv, &mut rng), order };
    Some(ordered(scene, format!("{order} of a pair that is {state}"), first, &mut rng))
}

/// The same of a FlashCopy relation, or of none.
pub(crate) fn relation(state: Option<RelationState>, order: RelationOrder, rng: &Rng) -> Option<Story> {
    let mut scene = scene(Method::FlashCopy, rng)?;
    let mut rng = rng.child("order");
    let (source, target) = if rng.chance(1, 3) {
        let pair = scene.pair(None, &mut rng)?;
        (pair.standard, pair.bcv)
    } else {
        (scene.spare[0], scene.spare[1])
    };
    if let Some(state) = state {
        scene.draft.relate(source, target, state);
    }
    let first = Do::FlashCopy { source: scene.volume_ref(source, &mut rng), target: scene.volume_ref(target, &mut rng), order };
    let state = state.map_or("none", RelationState::as_str);
    Some(ordered(scene, format!("{order} of a relation that is {state}"), first, &mut rng))
}

/// The order, time for what it began, and a look at what the profile makes of it.
fn ordered(scene: Scene, title: String, first: Do, rng: &mut Rng) -> Story {
    let mut story = Story::new(scene, title);
    story.steps.push(first);
    if rng.chance(1, 2) {
        story.steps.push(steps::advance(600_000));
    }
    story.steps.push(if rng.chance(1, 2) { steps::job() } else { steps::setup() });
    story
}

/// The method whose copies have such states.
pub(crate) const fn method(state: CopyState) -> Method {
    match state {
        CopyState::Mirror(_) => Method::Bcv,
        CopyState::Relation(_) => Method::FlashCopy,
    }
}

/// A copy of the profile that is in this state fails.
pub(crate) fn failing(state: CopyState, rng: &Rng) -> Option<Story> {
    let mut scene = scene(method(state), rng)?;
    let mut rng = rng.child("failing");
    let pair = scene.pair(Some(1), &mut rng)?;
    match state {
        CopyState::Mirror(state) => scene.draft.mirror(pair.standard, pair.bcv, state),
        CopyState::Relation(state) => scene.draft.relate(pair.standard, pair.bcv, state),
    }
    let what = What::PairFailed { pair: scene.pair_ref(&pair, &mut rng) };
    let mut story = Story::new(scene, format!("a pair fails that is {state}"));
    story.steps.extend([steps::advance(5_000), steps::job()]);
    story.plan(PlannedFault { name: String::new(), what, when: When::At(Duration::of_ms(1)), lasts: None });
    Some(story)
}

/// The target of somebody's copy that is in this state has no room left.
pub(crate) fn running_full(state: RelationState, rng: &Rng) -> Option<Story> {
    let demand = Demand { method: Some(Method::FlashCopy), calm: true, thin: Some(state), ..Demand::default() };
    let scene = world::build(&demand, &rng.child("world"))?;
    let mut rng = rng.child("full");
    let what = faults::what("out-of-space", &scene, Focus::default(), &mut rng)?;
    let mut story = Story::new(scene, format!("a space-efficient target of a relation that is {state} runs full"));
    story.steps.extend([steps::advance(5_000), steps::job()]);
    story.plan(PlannedFault { name: String::new(), what, when: When::At(Duration::of_ms(1)), lasts: None });
    Some(story)
}
