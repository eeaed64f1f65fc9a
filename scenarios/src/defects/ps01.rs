//! PS01: data sets in scope that the backup would miss.

use dasdlab_model::finding::Severity;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, HostStatus, MigratedPolicy, Storage};

use super::{Defect, Needs, Planting};
use crate::draft::{Content, Draft, Side, finding_of};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS01:missing/new-extent", Reason::Ps01Missing, Needs::ANY, |draft, rng| {
        new_extent(draft, rng, DataSetClass::Database)
    }),
    Defect::new("PS01:missing/new-data-set", Reason::Ps01Missing, Needs::ANY, new_data_set),
    Defect::new("PS01:missing/user-included", Reason::Ps01Missing, Needs::ANY, |draft, rng| {
        new_extent(draft, rng, DataSetClass::UserIncluded)
    }),
    Defect::new("PS01:missing/system", Reason::Ps01Missing, Needs::FULL, |draft, rng| {
        new_extent(draft, rng, DataSetClass::System)
    }),
    Defect::new("PS01:missing/source-taken-out", Reason::Ps01Missing, Needs::ANY.sources(2), source_taken_out),
    Defect::new("PS01:unknown-volume/no-such-label", Reason::Ps01UnknownVolume, Needs::ANY, no_such_label),
    Defect::new("PS01:unknown-volume/no-volume", Reason::Ps01UnknownVolume, Needs::ANY, no_volume),
    Defect::new("PS01:unknown-volume/no-unit-here", Reason::Ps01UnknownVolume, Needs::ANY, no_unit_here),
    Defect::new("PS01:unknown-volume/offline-target", Reason::Ps01UnknownVolume, Needs::ANY, offline_target),
    Defect::new("PS01:not-on-volume/one", Reason::Ps01NotOnVolume, Needs::ANY, not_on_volume),
    Defect::new("PS01:not-on-volume/empty-vtoc", Reason::Ps01NotOnVolume, Needs::ANY, empty_vtoc),
    Defect::new("PS01:not-on-volume/one-of-two", Reason::Ps01NotOnVolume, Needs::ANY, one_of_two),
    Defect::new("PS01:migrated/fail", Reason::Ps01Migrated, Needs::ANY.migrated(MigratedPolicy::Fail), |draft, rng| {
        migrated(draft, rng, DataSetClass::Database)
    }),
    Defect::new("PS01:migrated/recall", Reason::Ps01Migrated, Needs::ANY.migrated(MigratedPolicy::Recall), |draft, rng| {
        migrated(draft, rng, DataSetClass::Database)
    }),
    Defect::new("PS01:migrated/ignore", Reason::Ps01Migrated, Needs::ANY.migrated(MigratedPolicy::Ignore), |draft, rng| {
        migrated(draft, rng, DataSetClass::Database)
    }),
    Defect::new("PS01:migrated/user-included", Reason::Ps01Migrated, Needs::ANY.migrated(MigratedPolicy::Fail), |draft, rng| {
        migrated(draft, rng, DataSetClass::UserIncluded)
    }),
    Defect::new("PS01:migrated/recon", Reason::Ps01Migrated, Needs::FULL.migrated(MigratedPolicy::Fail), |draft, rng| {
        migrated(draft, rng, DataSetClass::Recon)
    }),
    Defect::near_miss("PS01:near-miss/log-migrated", Rule::PS01, Needs::DATA, |draft, rng| {
        migrated(draft, rng, DataSetClass::Log)
    }),
    Defect::near_miss("PS01:near-miss/one-namesake-holds-it", Rule::PS01, Needs::ANY, one_namesake_holds_it),
    Defect::near_miss("PS01:near-miss/offline-namesake", Rule::PS01, Needs::ANY, offline_namesake),
    Defect::near_miss("PS01:near-miss/uncataloged", Rule::PS01, Needs::ANY, uncataloged),
];

/// A data set of this class of the profile's IMS system, claimed; a new one on a claimed source where there is none.
fn some_data_set(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Option<usize> {
    if let Some(found) = draft.claim_ours(rng, class) {
        return Some(found);
    }
    let side = if matches!(class, DataSetClass::Log | DataSetClass::Recon) { Side::Log } else { Side::Data };
    let vol = draft.claim_source_with(rng, if side == Side::Log { Content::Log } else { Content::Data })?;
    let (catalog, label) = (draft.some_catalog(side)?, draft.volumes[vol].volser?);
    Some(draft.plant_data_set(class, catalog, vec![label]))
}

/// A further volume of a data set that nobody put into the profile.
fn new_extent(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let data_set = some_data_set(draft, rng, class)?;
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    let label = draft.volumes[vol].volser?;
    draft.data_sets[data_set].volumes.push(label);
    Some(vec![draft.about(Reason::Ps01Missing, vol)])
}

/// A partition that was added later, on a volume of its own.
fn new_data_set(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    let (catalog, label) = (draft.some_catalog(Side::Data)?, draft.volumes[vol].volser?);
    draft.plant_data_set(DataSetClass::Database, catalog, vec![label]);
    Some(vec![draft.about(Reason::Ps01Missing, vol)])
}

fn source_taken_out(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let vol = draft.claim_whole_where(rng, |draft, vol| draft.volumes[vol].role == crate::draft::Role::Source(Content::Data))?;
    let found = draft.uncovered(vol);
    draft.drop_source(vol)?;
    (!draft.profile.sources.is_empty()).then_some(found)
}

fn no_such_label(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let data_set = some_data_set(draft, rng, DataSetClass::Database)?;
    let label = draft.fresh_label("Z")?;
    draft.data_sets[data_set].volumes.push(label);
    Some(vec![draft.about_data_set(Reason::Ps01UnknownVolume, data_set)?])
}

fn no_volume(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let data_set = some_data_set(draft, rng, DataSetClass::Database)?;
    draft.clear_data_set(data_set);
    Some(vec![draft.about_data_set(Reason::Ps01UnknownVolume, data_set)?])
}

/// The volume is there, but the profile's system has no unit for it.
fn no_unit_here(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let data_set = some_data_set(draft, rng, DataSetClass::Database)?;
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    draft.detach(vol);
    let label = draft.volumes[vol].volser?;
    draft.data_sets[data_set].volumes.push(label);
    Some(vec![draft.about_data_set(Reason::Ps01UnknownVolume, data_set)?])
}

/// The only volume with the label is an offline target: a copy, not the volume.
fn offline_target(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let data_set = some_data_set(draft, rng, DataSetClass::Database)?;
    let (target, ..) = draft.claim_target(rng)?;
    let label = draft.fresh_label("T")?;
    draft.volumes[target].volser = Some(label);
    draft.data_sets[data_set].volumes.push(label);
    Some(vec![draft.about_data_set(Reason::Ps01UnknownVolume, data_set)?])
}

/// Whether a data set is in scope, free, and on one volume alone.
fn alone_in_scope(draft: &Draft, at: usize) -> bool {
    let data_set = &draft.data_sets[at];
    !data_set.claimed && draft.is_ours(data_set) && draft.in_scope(data_set.class) && data_set.volumes.len() == 1
}

/// A catalog entry that was left behind.
fn not_on_volume(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let vol = draft.claim_source_where(rng, |draft, vol| draft.data_sets_on(vol).iter().any(|&at| alone_in_scope(draft, at)))?;
    let orphans: Vec<usize> = draft.data_sets_on(vol).into_iter().filter(|&at| alone_in_scope(draft, at)).collect();
    let orphan = *rng.choose(&orphans)?;
    draft.data_sets[orphan].claimed = true;
    let gone = draft.data_sets[orphan].name.clone();
    let names = draft.names_on(vol).into_iter().filter(|name| name.as_str() != gone).collect();
    draft.volumes[vol].vtoc = Some(names);
    Some(vec![draft.about_data_set(Reason::Ps01NotOnVolume, orphan)?])
}

/// A volume that was initialized: everything that is only on it is gone.
fn empty_vtoc(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let vol = draft.claim_source_where(rng, |draft, vol| {
        let data_sets = draft.data_sets_on(vol);
        !draft.volumes[vol].loosened && !data_sets.is_empty() && data_sets.iter().all(|&at| alone_in_scope(draft, at))
    })?;
    draft.volumes[vol].vtoc = Some(Vec::new());
    let orphans = draft.data_sets_on(vol);
    orphans.iter().for_each(|&at| draft.data_sets[at].claimed = true);
    orphans.into_iter().map(|at| draft.about_data_set(Reason::Ps01NotOnVolume, at)).collect()
}

fn migrated(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let data_set = draft.claim_ours(rng, class).or_else(|| {
        let side = if matches!(class, DataSetClass::Log | DataSetClass::Recon) { Side::Log } else { Side::Data };
        let catalog = draft.some_catalog(side)?;
        Some(draft.plant_data_set(class, catalog, Vec::new()))
    })?;
    draft.data_sets[data_set].storage = Storage::Migrated;
    draft.clear_data_set(data_set);
    if !draft.in_scope(class) {
        return Some(Vec::new());
    }
    let severity = match draft.policy.migrated {
        _ if class == DataSetClass::UserIncluded => Severity::I,
        MigratedPolicy::Fail => Severity::E,
        MigratedPolicy::Recall => Severity::I,
        MigratedPolicy::Ignore => Severity::W,
    };
    Some(vec![finding_of(Reason::Ps01Migrated, severity, [draft.data_set_subject(data_set)?])])
}

/// A data set on two volumes of which one has lost it.
fn one_of_two(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = draft.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source())?;
    let (first, second) = (draft.plant_source(near)?, draft.plant_source(near)?);
    let labels = vec![draft.volumes[first].volser?, draft.volumes[second].volser?];
    let catalog = draft.some_catalog(Side::Data)?;
    let data_set = draft.plant_data_set(DataSetClass::Database, catalog, labels);
    draft.volumes[if rng.chance(1, 2) { first } else { second }].vtoc = Some(Vec::new());
    Some(vec![draft.about_data_set(Reason::Ps01NotOnVolume, data_set)?])
}

/// A label that two sources carry, of which one holds the data set.
fn one_namesake_holds_it(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = draft.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source())?;
    let (first, second) = (draft.plant_source(near)?, draft.plant_source(near)?);
    draft.volumes[second].volser = draft.volumes[first].volser;
    draft.save_label(second);
    let (label, catalog) = (draft.volumes[first].volser?, draft.some_catalog(Side::Data)?);
    draft.plant_data_set(DataSetClass::Database, catalog, vec![label]);
    draft.volumes[if rng.chance(1, 2) { first } else { second }].vtoc = Some(Vec::new());
    Some(vec![draft.about(Reason::Ps05DuplicateVolser, first), draft.about(Reason::Ps05DuplicateVolser, second)])
}

/// An offline volume with the label of a source that is online: the catalog means the source.
fn offline_namesake(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let source = draft.claim_source(rng)?;
    let vol = draft.plant_volume(source)?;
    draft.volumes[vol].volser = draft.volumes[source].volser;
    draft.volumes[vol].status = rng.one([HostStatus::Offline, HostStatus::Boxed, HostStatus::NoPath, HostStatus::NotReady]);
    Some(Vec::new())
}

/// A volume outside whose VTOC names a data set in scope; rules go by the catalog.
fn uncataloged(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let data_set = draft.claim_ours(rng, DataSetClass::Database)?;
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    draft.volumes[vol].vtoc = Some(vec![draft.data_sets[data_set].name.parse().ok()?]);
    Some(Vec::new())
}
