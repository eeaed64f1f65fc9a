//! PS05: sources that cannot be copied from.

use dasdlab_model::finding::Subject;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{Family, HostStatus, MirrorState, RelationState, RemoteRole};

use super::{Defect, Needs, Planting};
use crate::draft::{Content, Draft, Role, Vol, finding};
use crate::rng::Rng;

const SYMMETRIX: Needs = Needs::ANY.family(Family::Symmetrix);
const FLASHCOPY_ON_SYMMETRIX: Needs = Needs::FLASHCOPY.family(Family::Symmetrix);

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS05:unknown-unit/added", Reason::Ps05UnknownUnit, Needs::ANY, unknown_added),
    Defect::new("PS05:unknown-unit/vanished", Reason::Ps05UnknownUnit, Needs::ANY, vanished),
    Defect::new("PS05:alias-device", Reason::Ps05AliasDevice, Needs::ANY, alias),
    Defect::new("PS05:volser-mismatch/another", Reason::Ps05VolserMismatch, Needs::ANY, |draft, rng| {
        let label = draft.fresh_label("Q")?;
        saved_with(draft, rng, Some(label))
    }),
    Defect::new("PS05:volser-mismatch/none-saved", Reason::Ps05VolserMismatch, Needs::ANY, |draft, rng| {
        saved_with(draft, rng, None)
    }),
    Defect::new("PS05:volser-mismatch/relabelled", Reason::Ps05VolserMismatch, Needs::ANY, relabelled),
    Defect::new("PS05:volser-mismatch/swapped", Reason::Ps05VolserMismatch, Needs::ANY.sources(4), swapped),
    Defect::new("PS05:duplicate-volser/outside", Reason::Ps05DuplicateVolser, Needs::ANY, duplicate_outside),
    Defect::new("PS05:duplicate-volser/two-sources", Reason::Ps05DuplicateVolser, Needs::ANY, duplicate_sources),
    Defect::new("PS05:offline", Reason::Ps05Offline, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::Offline, Reason::Ps05Offline)
    }),
    Defect::new("PS05:pending-offline", Reason::Ps05PendingOffline, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::PendingOffline, Reason::Ps05PendingOffline)
    }),
    Defect::new("PS05:boxed/alone", Reason::Ps05Boxed, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::Boxed, Reason::Ps05Boxed)
    }),
    Defect::new("PS05:boxed/and-reserved", Reason::Ps05Boxed, Needs::ANY, boxed_and_reserved),
    Defect::new("PS05:not-ready", Reason::Ps05NotReady, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::NotReady, Reason::Ps05NotReady)
    }),
    Defect::new("PS05:no-path", Reason::Ps05NoPath, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::NoPath, Reason::Ps05NoPath)
    }),
    Defect::new("PS05:reserved", Reason::Ps05Reserved, Needs::ANY, reserved),
    Defect::new("PS05:copy-target/flashcopy", Reason::Ps05CopyTarget, Needs::ANY, |draft, rng| {
        let source = draft.claim_source(rng)?;
        let other = draft.plant_volume(source)?;
        draft.relate(other, source, *rng.pick(RelationState::ALL));
        Some(vec![draft.about(Reason::Ps05CopyTarget, source)])
    }),
    Defect::new("PS05:copy-target/own-target-reversed", Reason::Ps05CopyTarget, Needs::ANY, reversed),
    Defect::new("PS05:copy-target/bcv", Reason::Ps05CopyTarget, SYMMETRIX, |draft, rng| {
        as_bcv(draft, rng, MirrorState::Synchronized)
    }),
    Defect::new("PS05:copy-target/remote-secondary", Reason::Ps05CopyTarget, Needs::ANY, |draft, rng| {
        let source = draft.claim_source(rng)?;
        draft.volumes[source].remote = Some(RemoteRole::Secondary);
        Some(vec![draft.about(Reason::Ps05CopyTarget, source)])
    }),
    Defect::new("PS05:restoring/from-own-target", Reason::Ps05Restoring, SYMMETRIX, |draft, rng| {
        from_own_target(draft, rng, MirrorState::RestInProg)
    }),
    Defect::new("PS05:restoring/split-by-force", Reason::Ps05Restoring, SYMMETRIX, |draft, rng| {
        from_own_target(draft, rng, MirrorState::SplitBfrRest)
    }),
    Defect::new("PS05:restoring/flashcopy-profile", Reason::Ps05Restoring, FLASHCOPY_ON_SYMMETRIX, |draft, rng| {
        let source = draft.claim_source(rng)?;
        let bcv = draft.plant_bcv(source)?;
        draft.mirror(source, bcv, rng.one([MirrorState::RestInProg, MirrorState::SplitBfrRest]));
        Some(vec![draft.about(Reason::Ps05Restoring, source)])
    }),
    Defect::new("PS05:restoring/as-bcv", Reason::Ps05Restoring, SYMMETRIX, |draft, rng| {
        let state = rng.one([MirrorState::RestInProg, MirrorState::SplitBfrRest]);
        as_bcv(draft, rng, state)
    }),
    Defect::new("PS05:method-unsupported", Reason::Ps05MethodUnsupported, Needs::BCV, method_unsupported),
    Defect::near_miss("PS05:near-miss/reserved-by-own-system", Rule::PS05, Needs::ANY, |draft, rng| {
        let source = draft.claim_source(rng)?;
        draft.volumes[source].reserved_by = Some(draft.home_system());
        Some(Vec::new())
    }),
    Defect::near_miss("PS05:near-miss/namesake-without-unit", Rule::PS05, Needs::ANY, |draft, rng| {
        let source = draft.claim_source(rng)?;
        let other = draft.plant_volume(source)?;
        draft.volumes[other].volser = draft.volumes[source].volser;
        draft.detach(other);
        Some(Vec::new())
    }),
    Defect::near_miss("PS05:near-miss/namesakes-outside", Rule::PS05, Needs::ANY, |draft, rng| {
        let near = draft.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source())?;
        let other = draft.plant_volume(near)?;
        let vol = draft.plant_volume(near)?;
        draft.volumes[vol].volser = draft.volumes[other].volser;
        Some(Vec::new())
    }),
    Defect::near_miss("PS05:near-miss/split-bcv", Rule::PS05, SYMMETRIX, |draft, rng| {
        as_bcv(draft, rng, MirrorState::Split).map(|_| Vec::new())
    }),
];

fn status(draft: &mut Draft, rng: &mut Rng, status: HostStatus, reason: Reason) -> Planting {
    let source = draft.claim_source(rng)?;
    draft.volumes[source].status = status;
    Some(vec![draft.about(reason, source)])
}

fn boxed_and_reserved(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_source(rng)?;
    draft.volumes[source].status = HostStatus::Boxed;
    draft.volumes[source].reserved_by = draft.other_system();
    Some(vec![draft.about(Reason::Ps05Boxed, source), draft.about(Reason::Ps05Reserved, source)])
}

fn reserved(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_source(rng)?;
    draft.volumes[source].reserved_by = draft.other_system();
    Some(vec![draft.about(Reason::Ps05Reserved, source)])
}

/// A source of the profile, whichever: new volumes are put beside it.
fn any_source(draft: &Draft, rng: &mut Rng) -> Option<Vol> {
    draft.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source())
}

/// A source unit that nobody has, with a target in every generation.
fn unknown_added(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = any_source(draft, rng)?;
    let unit = draft.fresh_unit()?;
    let label = draft.fresh_label("Q")?;
    draft.profile.sources.push((unit, Some(label)));
    draft.map_fresh_targets(unit, near)?;
    Some(vec![finding(Reason::Ps05UnknownUnit, [Subject::Unit(unit)])])
}

/// A source that the system has lost: what is on it is nowhere, and its targets are targets of nothing.
fn vanished(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_whole_where(rng, |_, _| true)?;
    let mut found = vec![draft.about(Reason::Ps05UnknownUnit, source)];
    found.extend(draft.vanished(draft.volumes[source].volser?));
    for generation in 1..=draft.profile.generations {
        if let Some(target) = draft.target_of(source, generation) {
            draft.forget_copies(target);
        }
    }
    draft.forget_copies(source);
    draft.detach(source);
    draft.leave(source);
    Some(found)
}

fn alias(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = any_source(draft, rng)?;
    let unit = draft.plant_alias(near)?;
    let label = draft.fresh_label("Q")?;
    draft.profile.sources.push((unit, Some(label)));
    draft.map_fresh_targets(unit, near)?;
    Some(vec![finding(Reason::Ps05AliasDevice, [Subject::Unit(unit)])])
}

fn saved_with(draft: &mut Draft, rng: &mut Rng, label: Option<dasdlab_model::name::Volser>) -> Planting {
    let source = draft.claim_source(rng)?;
    draft.save_label_as(source, label);
    Some(vec![draft.about(Reason::Ps05VolserMismatch, source)])
}

/// A source without data that was initialized under another label, or none.
fn relabelled(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = any_source(draft, rng)?;
    let source = draft.plant_source(near)?;
    draft.volumes[source].volser = if rng.chance(1, 2) { draft.fresh_label("Q") } else { None };
    Some(vec![draft.about(Reason::Ps05VolserMismatch, source)])
}

/// Two volumes with data whose labels were exchanged.
fn swapped(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let fits = |draft: &Draft, vol: Vol| {
        let volume = &draft.volumes[vol];
        volume.role == Role::Source(Content::Data) && volume.vtoc.is_none()
    };
    let (one, two) = (draft.claim_source_where(rng, fits)?, draft.claim_source_where(rng, fits)?);
    let (first, second) = (draft.volumes[one].volser, draft.volumes[two].volser);
    (draft.volumes[one].volser, draft.volumes[two].volser) = (second, first);
    Some(vec![draft.about(Reason::Ps05VolserMismatch, one), draft.about(Reason::Ps05VolserMismatch, two)])
}

fn duplicate_outside(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_source(rng)?;
    let other = draft.plant_volume(source)?;
    draft.volumes[other].volser = draft.volumes[source].volser;
    draft.volumes[other].status = rng.one([HostStatus::Online, HostStatus::Allocated, HostStatus::PendingOffline]);
    Some(vec![draft.about(Reason::Ps05DuplicateVolser, source)])
}

fn duplicate_sources(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_source_where(rng, |draft, vol| draft.volumes[vol].role != Role::Source(Content::Log))?;
    let other = draft.plant_source(source)?;
    let label = draft.volumes[source].volser;
    draft.volumes[other].volser = label;
    draft.save_label(other);
    Some(vec![draft.about(Reason::Ps05DuplicateVolser, source), draft.about(Reason::Ps05DuplicateVolser, other)])
}

/// A restore from the target of an earlier backup.
fn reversed(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, _) = draft.claim_pair(rng)?;
    draft.forget_copies(target);
    draft.relate(target, source, rng.one([RelationState::Copying, RelationState::Copied]));
    Some(vec![draft.about(Reason::Ps05CopyTarget, source)])
}

/// A source that is itself a BCV of a volume outside.
fn as_bcv(draft: &mut Draft, rng: &mut Rng, state: MirrorState) -> Planting {
    let source = draft.claim_source(rng)?;
    let standard = draft.plant_volume(source)?;
    draft.volumes[source].bcv = true;
    draft.mirror(standard, source, state);
    let mut found = Vec::new();
    if matches!(state, MirrorState::Synchronized | MirrorState::RestInProg) {
        found.push(draft.about(Reason::Ps05CopyTarget, source));
    }
    if matches!(state, MirrorState::RestInProg | MirrorState::SplitBfrRest) {
        found.push(draft.about(Reason::Ps05Restoring, source));
    }
    Some(found)
}

fn from_own_target(draft: &mut Draft, rng: &mut Rng, state: MirrorState) -> Planting {
    let (target, source, _) = draft.claim_pair(rng)?;
    draft.forget_copies(target);
    draft.volumes[target].bcv = true;
    draft.mirror(source, target, state);
    Some(vec![draft.about(Reason::Ps05Restoring, source)])
}

/// A source on an array that has no BCVs, and its targets beside it.
fn method_unsupported(draft: &mut Draft, _: &mut Rng) -> Planting {
    let (array, lss) = draft.plant_array(Family::Ds8000)?;
    let near = draft.add_volume(array, lss, Role::Spare)?;
    draft.volumes[near].claimed = true;
    let source = draft.plant_source(near)?;
    let mut found =
        vec![draft.about(Reason::Ps05MethodUnsupported, source), draft.about_array(Reason::Ps11UnsupportedFamily, array)];
    for generation in 1..=draft.profile.generations {
        let target = draft.target_of(source, generation)?;
        draft.volumes[target].bcv = false;
        found.push(draft.about(Reason::Ps06MethodUnsupported, target));
        found.push(draft.about(Reason::Ps06NotBcv, target));
    }
    Some(found)
}
