//! One entry for each thing: ranges taken apart, so that each thing can be left out by itself.

use dasdlab_model::alive::{Alive, ImageAlive, MirrorAlive, RelationAlive};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::Do;
use dasdlab_model::unit::VolumeId;

use crate::ranges::Ranged;

/// One entry for each thing; a range that cannot be taken apart stays as it is.
fn singles<T: Ranged>(list: &[T]) -> Vec<T> {
    let mut out = Vec::new();
    for entry in list {
        match (0..entry.count()).map(|nth| entry.nth(nth)).collect::<Option<Vec<T>>>() {
            // One that counts by itself has a plain name then.
            Some(apart) if !apart.is_empty() => out.extend(apart),
            _ => out.push(entry.clone()),
        }
    }
    out
}

/// How many things a scenario's site has that are taken apart.
pub(super) fn things(scenario: &Scenario) -> usize {
    fn of<T: Ranged>(list: &[T]) -> usize {
        list.iter().map(|entry| entry.count() as usize).sum()
    }
    let site = &scenario.site;
    let profiles = site.profiles.iter().map(|profile| of(&profile.sources) + of(&profile.targets)).sum::<usize>();
    of(&site.volumes) + of(&site.aliases) + of(&site.flashcopy) + of(&site.mirrors) + of(&site.data_sets) + profiles
}

/// The scenario with one entry for each thing.
pub(super) fn scenario(scenario: &Scenario) -> Scenario {
    let mut out = scenario.clone();
    let site = &mut out.site;
    for array in &mut site.arrays {
        array.lss = singles(&array.lss);
    }
    site.volumes = singles(&site.volumes);
    site.aliases = singles(&site.aliases);
    site.flashcopy = singles(&site.flashcopy);
    site.mirrors = singles(&site.mirrors);
    site.data_sets = singles(&site.data_sets);
    for profile in &mut site.profiles {
        profile.sources = singles(&profile.sources);
        profile.targets = singles(&profile.targets);
    }
    alive(&mut site.alive);
    for step in &mut out.steps {
        match &mut step.action {
            Do::Edit(edit) => {
                edit.sources = edit.sources.as_deref().map(singles);
                edit.targets = edit.targets.as_deref().map(singles);
            }
            Do::Import(profile) => {
                profile.sources = singles(&profile.sources);
                profile.targets = singles(&profile.targets);
            }
            _ => {}
        }
    }
    out
}

fn alive(alive: &mut Alive) {
    let mirrors = std::mem::take(&mut alive.mirrors);
    alive.mirrors = mirrors.iter().flat_map(mirrors_alive).collect();
    let relations = std::mem::take(&mut alive.relations);
    alive.relations = relations.iter().flat_map(relations_alive).collect();
    let images = std::mem::take(&mut alive.images);
    let apart = |image: &ImageAlive| {
        let single = image.clone();
        image.each().map(move |(volume, origin, _)| ImageAlive { volume, origin, count: 1, ..single.clone() }).collect::<Vec<_>>()
    };
    alive.images = images.iter().flat_map(apart).collect();
}

fn mirrors_alive(range: &MirrorAlive) -> Vec<MirrorAlive> {
    let one = |(standard, bcv, nth): (VolumeId, VolumeId, u32)| {
        let mut one = MirrorAlive { standard, bcv, count: 1, ..range.clone() };
        if let Some(copy) = &mut one.copy {
            copy.number += u64::from(nth);
        }
        if let Some(split) = &mut one.split {
            split.number += u64::from(nth);
        }
        one
    };
    range.each().map(one).collect()
}

fn relations_alive(range: &RelationAlive) -> Vec<RelationAlive> {
    let one = |(source, target, nth): (VolumeId, VolumeId, u32)| {
        let mut one = RelationAlive { source, target, count: 1, ..range.clone() };
        if let Some(copy) = &mut one.copy {
            copy.number += u64::from(nth);
        }
        one
    };
    range.each().map(one).collect()
}
