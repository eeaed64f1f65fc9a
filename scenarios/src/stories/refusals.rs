//! Stories in which a command is refused for a given cause, by nature where there is a way.

use dasdlab_model::name::ProfileName;
use dasdlab_model::states::{Family, HostStatus, Method, MirrorState, Model, RelationState};
use dasdlab_model::story::{Do, Duration, Phase, PlannedFault, What, When};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};
use dasdlab_model::unit::{UnitAddress, VolumeId, VolumeRef};

use super::cells::Cell;
use super::story::Story;
use super::world::{self, Demand, Scene};
use super::{aimed, copies, steps};
use crate::draft::{Role, Vol};
use crate::rng::Rng;

/// The most relations of one source.
const MOST_RELATIONS: usize = 12;
/// A unit address that no small world comes to.
const NOWHERE: u8 = 0xE7;

/// The method of the profile beside which the refusal is met.
pub(crate) const fn method(refusal: Refusal) -> Method {
    match refusal {
        Refusal::TargetInUse
        | Refusal::StillCopying
        | Refusal::RelationFailed
        | Refusal::NotCapable
        | Refusal::RelationLimit
        | Refusal::SourceIsTarget
        | Refusal::TargetIsSource
        | Refusal::CannotReverse
        | Refusal::SpaceEfficient => Method::FlashCopy,
        _ => Method::Bcv,
    }
}

/// A story in which a command is refused for this cause.
pub(crate) fn story(refusal: Refusal, rng: &Rng) -> Option<Story> {
    use MirrorOrder::{Cancel, EstablishFull, EstablishIncremental, RestoreFull, SplitNormal};
    use MirrorState as S;
    match refusal {
        // What the state of the pair alone refuses.
        Refusal::NoHistory => copies::mirror(S::SplitNoInc, EstablishIncremental, rng),
        Refusal::SplitFirst => copies::mirror(S::Synchronized, Cancel, rng),
        Refusal::NotEstablished => copies::mirror(S::Split, SplitNormal, rng),
        Refusal::Synchronizing => copies::mirror(S::SyncInProg, SplitNormal, rng),
        Refusal::Restoring => copies::mirror(S::RestInProg, SplitNormal, rng),
        Refusal::Splitting => copies::mirror(S::SplitInProg, EstablishFull, rng),
        Refusal::BcvUnusable => copies::mirror(S::SplitBfrSync, RestoreFull, rng),
        Refusal::StandardUnusable => copies::mirror(S::SplitBfrRest, EstablishFull, rng),
        Refusal::ForceNeeded => copies::mirror(S::Invalid, EstablishFull, rng),
        Refusal::TargetInUse => copies::relation(Some(RelationState::Copied), RelationOrder::Establish, rng),
        Refusal::StillCopying => copies::relation(Some(RelationState::Copying), RelationOrder::Reverse, rng),
        Refusal::RelationFailed => copies::relation(Some(RelationState::Failed), RelationOrder::Reverse, rng),
        // What happens to a job.
        Refusal::ProfileLocked => met("lock", Phase::Lock, None, rng),
        Refusal::RepositoryUnavailable => met("repository", Phase::Lock, None, rng),
        Refusal::NoAnswer => met("lose", Phase::Establish, None, rng),
        Refusal::AlreadySuspended => met("suspend-logs", Phase::Suspend, None, rng),
        // No state of a site brings a job that far.
        Refusal::CannotSuspend => met("refuse", Phase::Suspend, Some(refusal), rng),
        Refusal::UnknownProfile => met("refuse", Phase::Lock, Some(refusal), rng),
        Refusal::Injected => met("refuse", Phase::Split, Some(refusal), rng),
        _ => natural(refusal, rng),
    }
}

/// A fault meets a job in a phase; `code` is that of a planned refusal.
fn met(word: &'static str, phase: Phase, code: Option<Refusal>, rng: &Rng) -> Option<Story> {
    let cell = Cell { word, phase };
    let mut story = aimed::story(cell, Method::Bcv, rng)?;
    for fault in story.faults_mut() {
        match &mut fault.what {
            What::Refuse { code: refused, .. } => *refused = code.unwrap_or(*refused),
            // In time for the command.
            What::SuspendLogs { .. } | What::Lock { .. } | What::Repository {} => fault.lasts = None,
            _ => {}
        }
    }
    Some(story)
}

/// What an array refuses before it asks for the state of the pair.
fn natural(refusal: Refusal, rng: &Rng) -> Option<Story> {
    let demand = Demand { method: Some(method(refusal)), calm: true, ..Demand::default() };
    let mut scene = world::build(&demand, &rng.child("world"))?;
    let rng = &mut rng.child("refusal");
    let [standard, bcv, other] = scene.spare;
    let mut fault = None;
    let steps = match refusal {
        Refusal::UnknownVolume => {
            let nowhere = VolumeId { ua: UnitAddress(NOWHERE), ..scene.draft.id(bcv) };
            let standard = scene.volume_ref(standard, rng);
            vec![Do::Mirror { standard, bcv: VolumeRef::Volume(nowhere), order: MirrorOrder::EstablishFull }]
        }
        Refusal::SameVolume => vec![establish(&scene, bcv, bcv, rng)],
        Refusal::DifferentArray => {
            let (array, lss) = scene.draft.plant_array(Family::Symmetrix)?;
            let far = scene.draft.add_volume(array, lss, Role::Spare)?;
            scene.draft.volumes[far].bcv = true;
            vec![establish(&scene, standard, far, rng)]
        }
        Refusal::ArrayUnreachable => {
            let array = scene.draft.id(standard).array;
            fault = Some(PlannedFault {
                name: String::new(),
                what: What::Unreachable { array },
                when: When::At(Duration::of_ms(1_000)),
                lasts: Some(Duration::of_ms(60_000)),
            });
            vec![steps::advance(2_000), establish(&scene, standard, bcv, rng)]
        }
        Refusal::DeviceNotReady => {
            for there in &mut scene.draft.volumes[bcv].elsewhere {
                there.2 = HostStatus::Boxed;
            }
            let unit = scene.draft.volumes[bcv].unit?;
            let boxed = Do::Vary { system: Some(scene.draft.home_system()), unit, status: HostStatus::Boxed };
            vec![boxed, establish(&scene, standard, bcv, rng)]
        }
        Refusal::NotBcv => {
            let plain = scene.draft.plant_volume(standard)?;
            vec![establish(&scene, standard, plain, rng)]
        }
        Refusal::DeviceType => {
            let type_of = |scene: &Scene, vol: Vol| scene.draft.volumes[vol].device_type();
            let model = Model::M3380D;
            (scene.draft.volumes[bcv].model, scene.draft.volumes[bcv].cylinders) = (Some(model), 885);
            if type_of(&scene, standard) == type_of(&scene, bcv) {
                (scene.draft.volumes[bcv].model, scene.draft.volumes[bcv].cylinders) = (None, 885);
            }
            vec![establish(&scene, standard, bcv, rng)]
        }
        Refusal::Size => {
            let volume = &mut scene.draft.volumes[bcv];
            // Twice as large under a model that does not say how large it is; 3380 and 3390 stay what they are.
            if volume.model == Some(Model::M3380D) {
                (volume.model, volume.cylinders) = (Some(Model::M3380E), 1_770);
            } else {
                (volume.model, volume.cylinders) = (None, volume.cylinders.saturating_mul(2));
            }
            vec![establish(&scene, standard, bcv, rng)]
        }
        Refusal::Held => {
            let holder: ProfileName = scene.draft.profile.name.clone();
            scene.draft.volumes[bcv].held_for = Some(holder);
            vec![establish(&scene, standard, bcv, rng)]
        }
        Refusal::EstablishedElsewhere => {
            let elsewhere = scene.draft.plant_volume(standard)?;
            scene.draft.mirror(elsewhere, bcv, MirrorState::Synchronized);
            vec![establish(&scene, standard, bcv, rng)]
        }
        Refusal::NotPaired => {
            let (standard, bcv) = (scene.volume_ref(standard, rng), scene.volume_ref(bcv, rng));
            vec![Do::Mirror { standard, bcv, order: MirrorOrder::SplitNormal }]
        }
        Refusal::NotLicensed => {
            scene.draft.arrays.iter_mut().for_each(|array| array.licensed = false);
            vec![flash(&scene, standard, bcv, RelationOrder::Establish, rng)]
        }
        Refusal::NotCapable => {
            scene.draft.volumes[bcv].inhibited = true;
            vec![flash(&scene, standard, bcv, RelationOrder::Establish, rng)]
        }
        Refusal::RelationLimit => {
            for _ in 0..MOST_RELATIONS {
                let target = scene.draft.plant_volume(standard)?;
                scene.draft.relate(standard, target, RelationState::Copied);
            }
            vec![flash(&scene, standard, bcv, RelationOrder::Establish, rng)]
        }
        Refusal::SourceIsTarget => {
            scene.draft.relate(standard, bcv, RelationState::Copied);
            vec![flash(&scene, bcv, other, RelationOrder::Establish, rng)]
        }
        Refusal::TargetIsSource => {
            scene.draft.relate(bcv, other, RelationState::Copied);
            vec![flash(&scene, standard, bcv, RelationOrder::Establish, rng)]
        }
        Refusal::CannotReverse => {
            let volume = &mut scene.draft.volumes[bcv];
            let cylinders = volume.cylinders.saturating_mul(2);
            let model = (volume.model == Some(Model::M3380D)).then_some(Model::M3380E);
            (volume.model, volume.cylinders) = (model, cylinders);
            scene.draft.relate(standard, bcv, RelationState::Copied);
            vec![flash(&scene, standard, bcv, RelationOrder::Reverse, rng)]
        }
        Refusal::SpaceEfficient => {
            scene.draft.volumes[bcv].thin = true;
            vec![flash(&scene, standard, bcv, RelationOrder::Establish, rng)]
        }
        _ => return None,
    };
    let mut story = Story::new(scene, format!("an order is refused: {refusal}"));
    story.steps.extend(steps);
    story.steps.push(if rng.chance(1, 2) { steps::job() } else { steps::setup() });
    if let Some(fault) = fault {
        story.plan(fault);
    }
    Some(story)
}

fn establish(scene: &Scene, standard: Vol, bcv: Vol, rng: &mut Rng) -> Do {
    let (standard, bcv) = (scene.volume_ref(standard, rng), scene.volume_ref(bcv, rng));
    Do::Mirror { standard, bcv, order: MirrorOrder::EstablishFull }
}

fn flash(scene: &Scene, source: Vol, target: Vol, order: RelationOrder, rng: &mut Rng) -> Do {
    let (source, target) = (scene.volume_ref(source, rng), scene.volume_ref(target, rng));
    Do::FlashCopy { source, target, order }
}
