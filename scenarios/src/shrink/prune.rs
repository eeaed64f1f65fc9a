//! Taking out what hangs on something that is gone: whatever is malformed for that reason.

use std::collections::BTreeMap;

use dasdlab_model::declare::{Fault, Step, declare};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Site;
use dasdlab_model::story::malformed;

use super::bites::retain;

/// The most times that what is malformed is taken out; each may leave something else alone.
const ROUNDS: usize = 24;

/// Everything that is malformed in a scenario: in its site, else in its story.
pub(super) fn faults(scenario: &Scenario) -> Vec<Fault> {
    match declare(&scenario.site) {
        Err(faults) => faults,
        Ok(seen) => malformed(scenario, &seen),
    }
}

/// The scenario without what is malformed in it; none where that is nothing that can be left out.
pub(super) fn well_formed(mut scenario: Scenario) -> Option<Scenario> {
    for _ in 0..ROUNDS {
        if scenario.profile.as_ref().is_some_and(|name| !scenario.site.profiles.iter().any(|profile| profile.name == *name)) {
            return None;
        }
        let is_told = scenario.is_story();
        let faults = match declare(&scenario.site) {
            Err(faults) => {
                take_out_of_site(&mut scenario.site, &faults)?;
                continue;
            }
            Ok(seen) => malformed(&scenario, &seen),
        };
        if faults.is_empty() {
            return Some(scenario);
        }
        take_out_of_story(&mut scenario, &faults)?;
        if is_told && !scenario.is_story() {
            // A story without steps would be judged as a setup.
            return None;
        }
    }
    None
}

/// The place of an entry: which list, and which of a list within it.
struct Place {
    list: &'static str,
    index: usize,
    inner: Option<(&'static str, usize)>,
}

fn place(fault: &Fault) -> Option<Place> {
    match fault.path.as_slice() {
        [Step::Field(list), Step::Item(index), Step::Field(inner), Step::Item(at), ..] => {
            Some(Place { list, index: *index, inner: Some((inner, *at)) })
        }
        [Step::Field(list), Step::Item(index), ..] => Some(Place { list, index: *index, inner: None }),
        _ => None,
    }
}

/// Which entries of a list stay, the others being at fault.
fn others(count: usize, at: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut stays = vec![true; count];
    for index in at {
        if let Some(stays) = stays.get_mut(index) {
            *stays = false;
        }
    }
    stays
}

/// The lists of a site out of which entries can be taken.
const LISTS: [&str; 10] =
    ["systems", "arrays", "volumes", "aliases", "flashcopy", "mirrors", "ims", "catalogs", "data_sets", "profiles"];

/// Takes the entries out that are at fault. None where a fault is in no entry.
fn take_out_of_site(site: &mut Site, faults: &[Fault]) -> Option<()> {
    let places: Vec<Place> = faults.iter().map(place).collect::<Option<_>>()?;
    if places.iter().any(|place| !LISTS.contains(&place.list)) {
        return None;
    }
    // What is at fault within entries, by entry.
    let mut within: BTreeMap<(&str, usize, &str), Vec<usize>> = BTreeMap::new();
    for place in &places {
        if let Some((inner, nth)) = place.inner {
            within.entry((place.list, place.index, inner)).or_default().push(nth);
        }
    }
    for ((list, index, inner), at) in within {
        let rest = |count: usize| others(count, at.into_iter());
        match (list, inner) {
            ("volumes", "elsewhere") => retain_in(&mut site.volumes.get_mut(index)?.elsewhere, rest),
            ("arrays", "lss") => retain_in(&mut site.arrays.get_mut(index)?.lss, rest),
            ("data_sets", "ims") => retain_in(&mut site.data_sets.get_mut(index)?.ims, rest),
            ("data_sets", "volumes") => retain_in(&mut site.data_sets.get_mut(index)?.volumes, rest),
            ("profiles", "sources") => retain_in(&mut site.profiles.get_mut(index)?.sources, rest),
            ("profiles", "targets") => retain_in(&mut site.profiles.get_mut(index)?.targets, rest),
            ("profiles", "backups") => retain_in(&mut site.profiles.get_mut(index)?.backups, rest),
            _ => return None,
        }
    }
    let of = |list: &'static str| {
        let whole = places.iter().filter(|place| place.list == list && place.inner.is_none());
        let places: Vec<usize> = whole.map(|place| place.index).collect();
        move |count: usize| others(count, places.into_iter())
    };
    retain_in(&mut site.systems, of("systems"));
    retain_in(&mut site.arrays, of("arrays"));
    retain_in(&mut site.volumes, of("volumes"));
    retain_in(&mut site.aliases, of("aliases"));
    retain_in(&mut site.flashcopy, of("flashcopy"));
    retain_in(&mut site.mirrors, of("mirrors"));
    retain_in(&mut site.ims, of("ims"));
    retain_in(&mut site.catalogs, of("catalogs"));
    retain_in(&mut site.data_sets, of("data_sets"));
    retain_in(&mut site.profiles, of("profiles"));
    Some(())
}

fn retain_in<T>(list: &mut Vec<T>, stays: impl FnOnce(usize) -> Vec<bool>) {
    let stays = stays(list.len());
    retain(list, &stays);
}

fn take_out_of_story(scenario: &mut Scenario, faults: &[Fault]) -> Option<()> {
    let places: Vec<Place> = faults.iter().map(place).collect::<Option<_>>()?;
    if places.iter().any(|place| !["steps", "faults"].contains(&place.list)) {
        return None;
    }
    let of = |list: &str| places.iter().filter(|place| place.list == list).map(|place| place.index).collect::<Vec<_>>();
    let (steps, planned) = (of("steps"), of("faults"));
    retain_in(&mut scenario.steps, |count| others(count, steps.into_iter()));
    retain_in(&mut scenario.faults, |count| others(count, planned.into_iter()));
    Some(())
}
