//! PS14: a profile that is not complete.

use std::collections::BTreeSet;

use dasdlab_model::finding::Finding;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::HostStatus;
use dasdlab_model::unit::{Unit, VolumeId};

use super::Here;
use crate::why::edit::{Edit, ProfileEdit};
use crate::why::spare::{Define, Use, new_source};
use crate::why::view::generation;

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let profile = here.view.profile;
    match finding.reason {
        Reason::Ps14NoSources => no_sources(here),
        Reason::Ps14NoGenerations => [Use::Any, Use::New].map(|which| first_generation(here, which)).into(),
        Reason::Ps14MissingTarget => {
            let (Some(unit), Some(generation)) = (Here::unit(finding), generation(finding)) else { return Vec::new() };
            let map = |which| target(here, unit, generation, which);
            let mut ways = vec![map(Use::Any), map(Use::New)];
            if generation > 1 {
                ways.push(vec![here.own(ProfileEdit::Generations(generation - 1))]);
            }
            ways.push(vec![here.own(ProfileEdit::Remove(unit))]);
            ways
        }
        Reason::Ps14UnmappedSource => {
            let (Some(unit), Some(generation)) = (Here::unit(finding), generation(finding)) else { return Vec::new() };
            let stray = profile.targets.iter().filter(|one| (one.source, one.generation) == (unit, generation));
            let unmap = stray.map(|one| here.own(ProfileEdit::Unmap(one.generation, one.source, one.target)));
            vec![unmap.collect(), here.new_source(unit, Use::Any)]
        }
        Reason::Ps14DuplicateTarget => {
            let Some(unit) = Here::unit(finding) else { return Vec::new() };
            duplicate(here, unit)
        }
        _ => Vec::new(),
    }
}

/// A target for a source in one generation.
fn target(here: Here<'_, '_>, unit: Unit, generation: u8, which: Use) -> Vec<Edit> {
    let Some(like) = here.view.base(unit).or_else(|| here.any_source()) else { return Vec::new() };
    let Some((to, mut edits)) = here.spares().target(here.view.profile, like, which) else { return Vec::new() };
    edits.push(here.own(ProfileEdit::Map(generation, unit, to)));
    edits
}

/// The sources that targets are given for, else the volumes with data of the IMS system, else any volume.
fn no_sources(here: Here<'_, '_>) -> Vec<Vec<Edit>> {
    let view = here.view;
    let meant: BTreeSet<Unit> = view.profile.targets.iter().map(|mapping| mapping.source).collect();
    let own = |ssids: &[dasdlab_model::name::ImsSsid]| ssids.contains(&view.profile.ims_ssid);
    let labels = view.seen.data_sets.iter().filter(|one| own(&one.ims)).flat_map(|one| &one.volumes);
    let labels: BTreeSet<_> = labels.collect();
    let holds = |id: &VolumeId| view.label(*id).is_some_and(|label| labels.contains(&label)) && view.is_plainly_mounted(*id);
    let unit = |id: &VolumeId| view.here.get(id).map(|(unit, _)| *unit);
    let with_data: BTreeSet<Unit> = view.here.keys().filter(|id| holds(id)).filter_map(unit).collect();
    let idle = |id: &&VolumeId| !view.claimed.contains(id) && !view.copied.contains(id) && view.is_plainly_mounted(**id);
    let any: BTreeSet<Unit> = view.here.keys().find(idle).and_then(unit).into_iter().collect();
    let added = |units: &BTreeSet<Unit>| -> Vec<Edit> {
        let mut spares = here.spares();
        let each = units.iter().map(|unit| new_source(view, &mut spares, *unit, Use::Any));
        each.collect::<Option<Vec<_>>>().unwrap_or_default().concat()
    };
    let mut ways: Vec<Vec<Edit>> = [meant, with_data, any].iter().map(added).collect();
    ways.push(fresh_source(here).unwrap_or_default());
    ways
}

/// A new volume as source, with new targets.
fn fresh_source(here: Here<'_, '_>) -> Option<Vec<Edit>> {
    let profile = here.view.profile;
    let like = here.any_source().or_else(|| here.view.seen.volumes.first().map(|volume| volume.id))?;
    let mut spares = here.spares();
    let label = spares.label()?;
    let wanted = Define { bcv: false, label: Some(label), status: HostStatus::Online, unit: None };
    let (unit, define) = spares.define(like, wanted)?;
    let mut edits = vec![define, here.own(ProfileEdit::Add(unit, Some(label)))];
    for generation in 1..=profile.generations {
        let (target, before) = spares.target(profile, like, Use::New)?;
        edits.extend(before);
        edits.push(here.own(ProfileEdit::Map(generation, unit, target)));
    }
    Some(edits)
}

/// One generation, with a target for each source.
fn first_generation(here: Here<'_, '_>, which: Use) -> Vec<Edit> {
    let mut spares = here.spares();
    let mut edits = vec![here.own(ProfileEdit::Generations(1))];
    for source in &here.view.profile.sources {
        let like = here.view.base(source.unit).or_else(|| here.any_source());
        let Some((to, before)) = like.and_then(|like| spares.target(here.view.profile, like, which)) else {
            return Vec::new();
        };
        edits.extend(before);
        edits.push(here.own(ProfileEdit::Map(1, source.unit, to)));
    }
    edits
}

/// All but one of those who share a target get another one.
fn duplicate(here: Here<'_, '_>, unit: Unit) -> Vec<Vec<Edit>> {
    let profile = here.view.profile;
    let sources: BTreeSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
    let mut shared: Vec<_> = profile.targets.iter().filter(|mapping| mapping.target == unit).collect();
    // The target stays with the first listed source.
    shared.sort_by_key(|mapping| (!sources.contains(&mapping.source), mapping.generation, mapping.source));
    let change = |which| {
        let mut spares = here.spares();
        let mut edits = Vec::new();
        for mapping in shared.iter().skip(1) {
            let (generation, source) = (mapping.generation, mapping.source);
            if !sources.contains(&source) {
                edits.push(here.own(ProfileEdit::Unmap(generation, source, unit)));
                continue;
            }
            let like = here.view.base(source).or_else(|| here.any_source());
            let Some((to, before)) = like.and_then(|like| spares.target(profile, like, which)) else { return Vec::new() };
            edits.extend(before);
            edits.push(here.own(ProfileEdit::Remap(generation, source, unit, to)));
        }
        edits
    };
    vec![change(Use::Any), change(Use::New)]
}
