//! PS06: targets that cannot be copied to.

use dasdlab_model::finding::Subject;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, DeviceType, Family, HostStatus, MirrorState, Model, RelationState, RemoteRole};

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, Role, Side, Vol, finding};
use crate::rng::Rng;

const SYMMETRIX: Needs = Needs::ANY.family(Family::Symmetrix);
const FLASHCOPY_ON_SYMMETRIX: Needs = Needs::FLASHCOPY.family(Family::Symmetrix);

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS06:unknown-unit", Reason::Ps06UnknownUnit, Needs::ANY, unknown),
    Defect::new("PS06:alias-device", Reason::Ps06AliasDevice, Needs::ANY, alias),
    Defect::new("PS06:boxed", Reason::Ps06Boxed, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::Boxed, Reason::Ps06Boxed)
    }),
    Defect::new("PS06:no-path", Reason::Ps06NoPath, Needs::ANY, |draft, rng| {
        status(draft, rng, HostStatus::NoPath, Reason::Ps06NoPath)
    }),
    Defect::new("PS06:not-ready", Reason::Ps06NotReady, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.forget_copies(target);
        draft.volumes[target].status = HostStatus::NotReady;
        Some(vec![draft.about(Reason::Ps06NotReady, target)])
    }),
    Defect::new("PS06:reserved/other-system", Reason::Ps06Reserved, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.volumes[target].reserved_by = draft.other_system();
        Some(vec![draft.about(Reason::Ps06Reserved, target)])
    }),
    Defect::new("PS06:reserved/own-system", Reason::Ps06Reserved, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.volumes[target].reserved_by = Some(draft.home_system());
        Some(vec![draft.about(Reason::Ps06Reserved, target)])
    }),
    Defect::new("PS06:in-use", Reason::Ps06InUse, Needs::ANY, |draft, rng| {
        mounted(draft, rng, HostStatus::Allocated, Reason::Ps06InUse)
    }),
    Defect::new("PS06:holds-data/non-ims", Reason::Ps06HoldsData, Needs::ANY, |draft, rng| {
        holds(draft, rng, DataSetClass::NonIms)
    }),
    Defect::new("PS06:holds-data/database", Reason::Ps06HoldsData, Needs::ANY, |draft, rng| {
        holds(draft, rng, DataSetClass::Database)
    }),
    Defect::new("PS06:holds-data/catalog", Reason::Ps06HoldsData, Needs::ANY, holds_catalog),
    Defect::new("PS06:also-source/online", Reason::Ps06AlsoSource, Needs::ANY, |draft, rng| {
        also_source(draft, rng, HostStatus::Online)
    }),
    Defect::new("PS06:also-source/offline", Reason::Ps06AlsoSource, Needs::ANY, |draft, rng| {
        also_source(draft, rng, HostStatus::Offline)
    }),
    Defect::new("PS06:not-bcv", Reason::Ps06NotBcv, Needs::BCV, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.forget_copies(target);
        draft.volumes[target].bcv = false;
        draft.volumes[target].held_for = None;
        Some(vec![draft.about(Reason::Ps06NotBcv, target)])
    }),
    Defect::new("PS06:foreign-relation/target-of-outside", Reason::Ps06ForeignRelation, Needs::ANY, |draft, rng| {
        foreign_relation(draft, rng, true)
    }),
    Defect::new("PS06:foreign-relation/source-of-outside", Reason::Ps06ForeignRelation, Needs::ANY, |draft, rng| {
        foreign_relation(draft, rng, false)
    }),
    Defect::new("PS06:foreign-relation/other-source", Reason::Ps06ForeignRelation, Needs::ANY.sources(2), other_source),
    Defect::new("PS06:foreign-relation/mirror", Reason::Ps06ForeignRelation, FLASHCOPY_ON_SYMMETRIX, |draft, rng| {
        foreign_mirror(draft, rng, true)
    }),
    Defect::new("PS06:foreign-relation/mirror-as-standard", Reason::Ps06ForeignRelation, FLASHCOPY_ON_SYMMETRIX, |draft, rng| {
        foreign_mirror(draft, rng, false)
    }),
    Defect::new("PS06:space-efficient", Reason::Ps06SpaceEfficient, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.volumes[target].thin = true;
        Some(vec![draft.about(Reason::Ps06SpaceEfficient, target)])
    }),
    Defect::new("PS06:remote-secondary", Reason::Ps06RemoteSecondary, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.volumes[target].remote = Some(RemoteRole::Secondary);
        Some(vec![draft.about(Reason::Ps06RemoteSecondary, target)])
    }),
    Defect::new("PS06:method-unsupported", Reason::Ps06MethodUnsupported, Needs::BCV, method_unsupported),
    Defect::new("PS06:device-type", Reason::Ps06DeviceType, Needs::ANY, device_type),
    Defect::new("PS06:too-small/one-cylinder", Reason::Ps06TooSmall, Needs::FLASHCOPY, |draft, rng| {
        resize(draft, rng, |size| size - 1)
    }),
    Defect::new("PS06:too-small/half", Reason::Ps06TooSmall, Needs::FLASHCOPY, |draft, rng| resize(draft, rng, |size| size / 2)),
    Defect::new("PS06:size-mismatch/one-less", Reason::Ps06SizeMismatch, Needs::BCV, |draft, rng| {
        resize(draft, rng, |size| size - 1)
    }),
    Defect::new("PS06:size-mismatch/one-more", Reason::Ps06SizeMismatch, Needs::BCV, |draft, rng| {
        resize(draft, rng, |size| size + 1)
    }),
    Defect::new("PS06:different-array", Reason::Ps06DifferentArray, Needs::BCV.arrays(2), different_array),
    Defect::new("PS06:online/own-label", Reason::Ps06Online, Needs::ANY, |draft, rng| {
        mounted(draft, rng, HostStatus::Online, Reason::Ps06Online)
    }),
    Defect::new("PS06:online/under-its-source-s-label", Reason::Ps06Online, Needs::ANY, online_namesake),
    Defect::new("PS06:pending-offline", Reason::Ps06PendingOffline, Needs::ANY, |draft, rng| {
        mounted(draft, rng, HostStatus::PendingOffline, Reason::Ps06PendingOffline)
    }),
    Defect::new("PS06:larger/one-cylinder", Reason::Ps06Larger, Needs::FLASHCOPY, |draft, rng| {
        resize(draft, rng, |size| size + 1)
    }),
    Defect::new("PS06:larger/twice", Reason::Ps06Larger, Needs::FLASHCOPY, |draft, rng| resize(draft, rng, |size| size * 2)),
    Defect::near_miss("PS06:near-miss/offline-with-its-source-s-label", Rule::PS06, Needs::ANY, |draft, rng| {
        let (target, source, _) = draft.claim_target(rng)?;
        draft.volumes[target].status = HostStatus::Offline;
        draft.volumes[target].volser = draft.volumes[source].volser;
        Some(Vec::new())
    }),
    Defect::near_miss("PS06:near-miss/remote-primary", Rule::PS06, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.volumes[target].remote = Some(RemoteRole::Primary);
        Some(Vec::new())
    }),
    Defect::near_miss("PS06:near-miss/own-relation", Rule::PS06, Needs::ANY, |draft, rng| {
        let (target, source, _) = draft.claim_pair(rng)?;
        draft.forget_copies(target);
        draft.relate(source, target, *rng.pick(RelationState::ALL));
        Some(Vec::new())
    }),
    Defect::near_miss("PS06:near-miss/not-ready-mirror", Rule::PS06, Needs::BCV, |draft, rng| {
        let (target, source, _) = draft.claim_pair(rng)?;
        draft.forget_copies(target);
        draft.mirror(source, target, rng.one([MirrorState::SyncInProg, MirrorState::Synchronized, MirrorState::Restored]));
        draft.volumes[target].status = HostStatus::NotReady;
        Some(Vec::new())
    }),
    Defect::near_miss("PS06:near-miss/held-for-this-profile", Rule::PS06, SYMMETRIX, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.volumes[target].bcv = true;
        draft.volumes[target].held_for = Some(draft.profile.name.clone());
        Some(Vec::new())
    }),
];

/// A pair whose target unit is no volume's; the volume that it was is nobody's now.
fn replaced(draft: &mut Draft, rng: &mut Rng, alias: bool, reason: Reason) -> Planting {
    let (target, source, generation) = draft.claim_pair(rng)?;
    let unit = if alias { draft.plant_alias(source)? } else { draft.fresh_unit()? };
    draft.retire(target);
    draft.remap(generation, draft.volumes[source].unit?, unit);
    Some(vec![finding(reason, [Subject::Unit(unit)])])
}

fn unknown(draft: &mut Draft, rng: &mut Rng) -> Planting {
    replaced(draft, rng, false, Reason::Ps06UnknownUnit)
}

fn alias(draft: &mut Draft, rng: &mut Rng) -> Planting {
    replaced(draft, rng, true, Reason::Ps06AliasDevice)
}

fn status(draft: &mut Draft, rng: &mut Rng, status: HostStatus, reason: Reason) -> Planting {
    let (target, ..) = draft.claim_target(rng)?;
    draft.volumes[target].status = status;
    Some(vec![draft.about(reason, target)])
}

/// A target that is mounted under a label of its own.
fn mounted(draft: &mut Draft, rng: &mut Rng, status: HostStatus, reason: Reason) -> Planting {
    let (target, ..) = draft.claim_target(rng)?;
    draft.volumes[target].volser = draft.fresh_label("T");
    draft.volumes[target].status = status;
    Some(vec![draft.about(reason, target)])
}

fn online_namesake(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, _) = draft.claim_pair(rng)?;
    draft.volumes[target].volser = draft.volumes[source].volser;
    draft.volumes[target].status = HostStatus::Online;
    Some(vec![draft.about(Reason::Ps06Online, target), draft.about(Reason::Ps05DuplicateVolser, source)])
}

/// A mounted target, its status and the finding that the status alone gives.
fn mount_any(draft: &mut Draft, rng: &mut Rng) -> Option<(Vol, Reason)> {
    let (status, reason) = rng.one([
        (HostStatus::Online, Reason::Ps06Online),
        (HostStatus::Allocated, Reason::Ps06InUse),
        (HostStatus::PendingOffline, Reason::Ps06PendingOffline),
    ]);
    let (target, ..) = draft.claim_target(rng)?;
    draft.volumes[target].volser = draft.fresh_label("T");
    draft.volumes[target].status = status;
    Some((target, reason))
}

fn holds(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let (target, reason) = mount_any(draft, rng)?;
    let side = if class == DataSetClass::NonIms { Side::Foreign } else { Side::Data };
    let (catalog, label) = (draft.some_catalog(side)?, draft.volumes[target].volser?);
    draft.plant_data_set(class, catalog, vec![label]);
    let mut found = vec![draft.about(Reason::Ps06HoldsData, target), draft.about(reason, target)];
    if draft.in_scope(class) {
        found.push(draft.about(Reason::Ps01Missing, target));
    }
    Some(found)
}

fn holds_catalog(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, reason) = mount_any(draft, rng)?;
    let label = draft.volumes[target].volser?;
    let catalog = draft.add_catalog(rng.one([Side::Foreign, Side::Master]), vec![label])?;
    draft.catalogs[catalog].claimed = true;
    Some(vec![draft.about(Reason::Ps06HoldsData, target), draft.about(reason, target)])
}

/// A target that somebody entered as a source too.
fn also_source(draft: &mut Draft, rng: &mut Rng, status: HostStatus) -> Planting {
    let (target, ..) = draft.claim_pair(rng)?;
    draft.forget_copies(target);
    let label = draft.fresh_label("T")?;
    draft.volumes[target].volser = Some(label);
    draft.volumes[target].status = status;
    let unit = draft.volumes[target].unit?;
    draft.profile.sources.push((unit, Some(label)));
    draft.map_fresh_targets(unit, target)?;
    let of_status = if status == HostStatus::Online { Reason::Ps06Online } else { Reason::Ps05Offline };
    Some(vec![draft.about(Reason::Ps06AlsoSource, target), draft.about(of_status, target)])
}

fn foreign_relation(draft: &mut Draft, rng: &mut Rng, as_target: bool) -> Planting {
    let (target, ..) = draft.claim_target(rng)?;
    draft.forget_copies(target);
    let other = draft.plant_volume(target)?;
    let state = *rng.pick(RelationState::ALL);
    if as_target {
        draft.relate(other, target, state);
    } else {
        draft.relate(target, other, state);
    }
    Some(vec![draft.about(Reason::Ps06ForeignRelation, target)])
}

/// A target that another source of the profile was copied to.
fn other_source(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, other) = draft.claim_target_and_other_source(rng)?;
    draft.relate(other, target, RelationState::Copied);
    Some(vec![draft.about(Reason::Ps06ForeignRelation, target)])
}

fn foreign_mirror(draft: &mut Draft, rng: &mut Rng, as_bcv: bool) -> Planting {
    let (target, ..) = draft.claim_target(rng)?;
    let other = draft.plant_bcv(target)?;
    let state = rng.one([MirrorState::Synchronized, MirrorState::SyncInProg, MirrorState::SplitInProg, MirrorState::Restored]);
    if as_bcv {
        draft.volumes[target].bcv = true;
        draft.mirror(other, target, state);
    } else {
        draft.mirror(target, other, state);
    }
    Some(vec![draft.about(Reason::Ps06ForeignRelation, target)])
}

/// A target on an array that has no BCVs.
fn method_unsupported(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, generation) = draft.claim_target(rng)?;
    let (array, lss) = draft.plant_array(Family::Ds8000)?;
    draft.move_volume(target, array, lss)?;
    draft.volumes[target].bcv = false;
    draft.volumes[target].held_for = None;
    let mut found = draft.pair_findings(source, target, generation);
    found.push(draft.about(Reason::Ps06MethodUnsupported, target));
    found.push(draft.about(Reason::Ps06NotBcv, target));
    found.push(draft.about_array(Reason::Ps11UnsupportedFamily, array));
    Some(found)
}

/// A 3380 for a 3390 or the other way round, of the same size where there is such a volume.
fn device_type(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, generation) = draft.claim_target(rng)?;
    let size = draft.volumes[source].cylinders;
    let volume = &mut draft.volumes[target];
    if volume.device_type() == DeviceType::T3390 {
        volume.model = Some(Model::M3380K);
        volume.cylinders = size.min(Model::M3380K.cylinders()?);
    } else {
        volume.model = None;
    }
    Some(draft.pair_findings(source, target, generation))
}

fn resize(draft: &mut Draft, rng: &mut Rng, size: impl Fn(u32) -> u32) -> Planting {
    let most = |draft: &Draft, vol: Vol| match draft.volumes[vol].device_type() {
        DeviceType::T3380 => 2_655,
        DeviceType::T3390 => dasdlab_model::states::MAX_CYLINDERS,
    };
    let target = draft.choose_volume(rng, |draft, vol| {
        draft.volumes[vol].is_target() && size(draft.volumes[vol].cylinders) <= most(draft, vol)
    })?;
    let Role::Target { generation, source } = draft.volumes[target].role else { return None };
    draft.claim(target)?;
    let volume = &mut draft.volumes[target];
    volume.cylinders = size(volume.cylinders);
    if volume.device_type() == DeviceType::T3390 {
        volume.model = None;
    }
    Some(draft.pair_findings(source, target, generation))
}

fn different_array(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, generation) = draft.claim_target(rng)?;
    let home = draft.volumes[source].array;
    let others: Vec<usize> = (0..draft.arrays.len())
        .filter(|&array| array != home && draft.arrays[array].in_profile && !draft.arrays[array].claimed)
        .collect();
    let array = *rng.choose(&others)?;
    let lss = rng.choose(&draft.arrays[array].lss)?.id;
    draft.move_volume(target, array, lss)?;
    Some(draft.pair_findings(source, target, generation))
}
