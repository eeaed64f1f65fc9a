//! Stories that end with setup needed for a given reason.

use dasdlab_model::states::{HostStatus, Method, ProfileState, SetupReason};
use dasdlab_model::story::{Do, Phase, What};
use dasdlab_model::transitions::Refusal;

use super::cells::Cell;
use super::edits::{self, Field};
use super::faults::{self, Focus};
use super::story::Story;
use super::world::{self, Demand, Scene};
use super::{aimed, steps, triggers};
use crate::rng::Rng;

/// The only method with which setup is needed for this reason.
pub(crate) const fn method(reason: SetupReason) -> Option<Method> {
    match reason {
        SetupReason::OneGeneration
        | SetupReason::EstablishNext
        | SetupReason::Refused
        | SetupReason::ChangedSinceCheck
        | SetupReason::Timeout
        | SetupReason::PairFailed
        | SetupReason::SplitFailed
        | SetupReason::Restored => Some(Method::Bcv),
        SetupReason::EstablishFailed => Some(Method::FlashCopy),
        _ => None,
    }
}

/// A story after which setup is needed for this reason, as long as nothing else gets in its way.
pub(crate) fn story(reason: SetupReason, wanted: Option<Method>, rng: &Rng) -> Option<Story> {
    let mut choose = rng.child("reason");
    let method = method(reason).or(wanted);
    let generations = match reason {
        SetupReason::OneGeneration => (1, 1),
        SetupReason::EstablishNext | SetupReason::Generations => (2, 3),
        _ => (1, 3),
    };
    let sources = if reason == SetupReason::Units { 2 } else { 1 };
    let demand = Demand { method, generations: Some(generations), sources, calm: true, ..Demand::default() };
    let mut scene = world::build(&demand, &rng.child("world"))?;
    let title = format!("setup is needed: {reason}");
    let rng = &mut choose;
    let meet = |word, phase, scene, rng: &mut Rng| aimed::aimed_in(Cell { word, phase }, scene, rng);
    match reason {
        SetupReason::Refused => return refused(Phase::Establish, scene, rng),
        SetupReason::SplitFailed => return refused(Phase::Split, scene, rng),
        SetupReason::EstablishNext => return refused(Phase::EstablishNext, scene, rng),
        SetupReason::EstablishFailed => return refused(Phase::FlashCopy, scene, rng),
        SetupReason::RecordFailed => return refused(Phase::Record, scene, rng),
        SetupReason::PairFailed => return meet("pair-failed", Phase::Synchronize, scene, rng),
        SetupReason::Fingerprint => {
            scene.draft.profile.state = ProfileState::Ready;
            scene.draft.profile.reason = None;
            scene.fingerprint = Some("of another configuration".to_owned());
        }
        _ => {}
    }
    let pair = scene.pair(Some(1), rng)?;
    let vary = |scene: &Scene, status| {
        Some(Do::Vary { system: Some(scene.draft.home_system()), unit: scene.draft.volumes[pair.standard].unit?, status })
    };
    let edit = |field, scene: &Scene, rng: &mut Rng| edits::of(field, scene, rng).map(|edit| Do::Edit(Box::new(edit)));
    let query = Do::Query { profile: None };
    let mut fault = None;
    let route = match reason {
        SetupReason::New => vec![query],
        SetupReason::Generations => vec![steps::setup(), edit(Field::FewerGenerations, &scene, rng)?],
        SetupReason::Units => {
            let field = rng.one([Field::Sources, Field::SavedLabel, Field::Targets]);
            vec![steps::setup(), edit(field, &scene, rng)?]
        }
        // Read-only once setup has passed.
        SetupReason::Type => vec![edit(Field::Type, &scene, rng)?, steps::setup(), edit(Field::Type, &scene, rng)?],
        SetupReason::ImsSsid => vec![edit(Field::ImsSsid, &scene, rng)?, query],
        SetupReason::Method => vec![steps::setup(), edit(Field::Method, &scene, rng)?],
        SetupReason::Fingerprint => vec![steps::job()],
        SetupReason::Findings => vec![vary(&scene, HostStatus::Boxed)?, steps::setup()],
        SetupReason::PreBackupCheck => vec![steps::setup(), vary(&scene, HostStatus::Offline)?, steps::backup()],
        SetupReason::OneGeneration => vec![steps::setup(), steps::job()],
        SetupReason::Restored => {
            let kind = if scene.draft.is_full() {
                dasdlab_model::story::RestoreKind::Full
            } else {
                dasdlab_model::story::RestoreKind::Data
            };
            vec![steps::setup(), steps::job(), steps::restore(kind, 1)]
        }
        SetupReason::ChangedSinceCheck => {
            let focus = Focus { generation: Some(1), nth: Some(pair.nth), ..Focus::default() };
            let what = boxed(&scene, focus, rng)?;
            fault = Some(faults::planned(what, triggers::phase(Phase::Establish, 1), rng));
            vec![steps::setup(), query]
        }
        SetupReason::Timeout => {
            let array = scene.draft.arrays[scene.draft.volumes[pair.standard].array].serial;
            let stalled = What::Rate { array, tracks: 0 };
            fault = Some(dasdlab_model::story::PlannedFault {
                name: String::new(),
                what: stalled,
                when: triggers::phase(Phase::Establish, 1),
                lasts: None,
            });
            vec![steps::setup(), query]
        }
        _ => return None,
    };
    let mut story = Story::new(scene, title);
    story.steps.extend(route);
    if let Some(fault) = fault {
        story.plan(fault);
    }
    Some(story)
}

/// The source of a pair is boxed: no pair with it can be established any more.
fn boxed(scene: &Scene, focus: Focus, rng: &mut Rng) -> Option<What> {
    match faults::what("vary", scene, focus, rng)? {
        What::Vary { unit, .. } => Some(What::Vary { unit, status: HostStatus::Boxed }),
        _ => None,
    }
}

/// The command of a phase is refused for good.
fn refused(phase: Phase, scene: Scene, rng: &mut Rng) -> Option<Story> {
    let code = rng.one([Refusal::Injected, Refusal::DeviceNotReady, Refusal::ForceNeeded]);
    let mut story = aimed::aimed_in(Cell { word: "refuse", phase }, scene, rng)?;
    for fault in story.faults_mut() {
        if let What::Refuse { code: refused, .. } = &mut fault.what {
            *refused = code;
        }
    }
    Some(story)
}
