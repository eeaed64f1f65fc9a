//! Leaving out volumes, with everything that hangs on them.

use std::collections::BTreeMap;

use dasdlab_model::finding::Subject;
use dasdlab_model::name::SystemName;
use dasdlab_model::scenario::{ExpectedFinding, Scenario};
use dasdlab_model::site::{Profile, Site, Volumes};
use dasdlab_model::story::Do;
use dasdlab_model::unit::{Unit, VolumeId, VolumeRef};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Search;

impl Search<'_> {
    /// Leaves out pairs with the volumes of both sides, then single volumes, then swaps volumes that hold data for others.
    pub(super) fn volumes(&mut self) {
        self.pass = "pairs with their volumes";
        let groups = groups(&self.current.site);
        self.bites(groups.len(), &|base, stays| {
            let leaving = groups.iter().zip(stays).filter(|(_, stays)| !**stays);
            without(base, &leaving.flat_map(|(group, _)| group.iter().copied()).collect())
        });
        self.pass = "volumes";
        let all: Vec<VolumeId> = self.current.site.volumes.iter().map(id).collect();
        self.bites(all.len(), &|base, stays| {
            without(base, &all.iter().zip(stays).filter(|(_, stays)| !**stays).map(|(id, _)| *id).collect())
        });
    }
}

const fn id(volume: &Volumes) -> VolumeId {
    VolumeId { array: volume.array, lss: volume.lss, ua: volume.ua }
}

/// Who stands behind the units of a site whose ranges were taken apart.
pub(super) struct Units(FxHashMap<(SystemName, Unit), VolumeId>);

impl Units {
    pub(super) fn of(site: &Site) -> Self {
        let mut units = FxHashMap::default();
        let home = site.systems.first().map(|system| system.name);
        for volume in &site.volumes {
            if let (Some(home), Some(unit)) = (home, volume.unit) {
                units.insert((home, unit), id(volume));
            }
            for elsewhere in &volume.elsewhere {
                units.insert((elsewhere.system, elsewhere.unit), id(volume));
            }
        }
        Self(units)
    }

    /// The volume that a reference points at.
    pub(super) fn volume(&self, home: Option<SystemName>, reference: VolumeRef) -> Option<VolumeId> {
        match reference {
            VolumeRef::Unit(unit) => self.0.get(&(home?, unit)).copied(),
            VolumeRef::UnitOf(system, unit) => self.0.get(&(system, unit)).copied(),
            VolumeRef::Volume(volume) => Some(volume),
        }
    }
}

/// Volumes that belong together because a profile pairs them, each with its group; others by themselves.
fn groups(site: &Site) -> Vec<Vec<VolumeId>> {
    let units = Units::of(site);
    let home = site.systems.first().map(|system| system.name);
    // Each volume leads to one of its group, the first of which leads to itself.
    let mut leads: FxHashMap<VolumeId, VolumeId> = site.volumes.iter().map(|volume| (id(volume), id(volume))).collect();
    let first = |leads: &FxHashMap<VolumeId, VolumeId>, mut at: VolumeId| {
        while let Some(&next) = leads.get(&at).filter(|&&next| next != at) {
            at = next;
        }
        at
    };
    for profile in &site.profiles {
        let Some(system) = profile.system.or(home) else { continue };
        let of = |unit: Unit| units.0.get(&(system, unit)).copied();
        for mapping in &profile.targets {
            if let (Some(source), Some(target)) = (of(mapping.source), of(mapping.target)) {
                let (source, target) = (first(&leads, source), first(&leads, target));
                leads.insert(source.max(target), source.min(target));
            }
        }
    }
    let mut groups: BTreeMap<VolumeId, Vec<VolumeId>> = BTreeMap::new();
    for volume in &site.volumes {
        groups.entry(first(&leads, id(volume))).or_default().push(id(volume));
    }
    groups.into_values().collect()
}

/// A scenario without some volumes and what hangs on them: units in profiles and edits, copies, data sets and catalogs
/// that then lie nowhere, what is expected of them.
pub(super) fn without(base: &Scenario, gone: &FxHashSet<VolumeId>) -> Scenario {
    let mut scenario = base.clone();
    let units = Units::of(&base.site);
    let home = base.site.systems.first().map(|system| system.name);
    let is_gone = |reference| units.volume(home, reference).is_some_and(|volume| gone.contains(&volume));
    let site = &mut scenario.site;
    site.volumes.retain(|volume| !gone.contains(&id(volume)));
    site.flashcopy.retain(|relation| !is_gone(relation.source) && !is_gone(relation.target));
    site.mirrors.retain(|pair| !is_gone(pair.standard) && !is_gone(pair.bcv));
    let alive = &mut site.alive;
    alive.mirrors.retain(|pair| !gone.contains(&pair.standard) && !gone.contains(&pair.bcv));
    alive.relations.retain(|relation| !gone.contains(&relation.source) && !gone.contains(&relation.target));
    alive.images.retain(|image| !gone.contains(&image.volume) && !gone.contains(&image.origin));
    labels(&base.site, site);

    let unit_gone = |system: Option<SystemName>, unit: Unit| {
        system.or(home).and_then(|system| units.0.get(&(system, unit))).is_some_and(|volume| gone.contains(volume))
    };
    for profile in &mut site.profiles {
        out_of_profile(profile, &unit_gone);
    }
    let systems: BTreeMap<_, _> = base.site.profiles.iter().map(|profile| (profile.name.clone(), profile.system)).collect();
    let own = base.profile.as_ref().or(match base.site.profiles.as_slice() {
        [only] => Some(&only.name),
        _ => None,
    });
    let system_of = |name: Option<&_>| name.or(own).and_then(|name| systems.get(name).copied()).flatten();
    for step in &mut scenario.steps {
        match &mut step.action {
            Do::Edit(edit) => {
                let system = system_of(edit.profile.as_ref());
                if let Some(sources) = &mut edit.sources {
                    sources.retain(|source| !unit_gone(system, source.unit));
                }
                if let Some(targets) = &mut edit.targets {
                    targets.retain(|mapping| !unit_gone(system, mapping.source) && !unit_gone(system, mapping.target));
                }
            }
            Do::Import(profile) => out_of_profile(profile, &unit_gone),
            _ => {}
        }
    }
    let system = system_of(None);
    let data_sets: FxHashSet<String> = scenario.site.data_sets.iter().map(|data_set| data_set.name.to_string()).collect();
    let stays = |finding: &ExpectedFinding| {
        !finding.subjects.iter().any(|subject| match subject {
            Subject::Unit(unit) => unit_gone(system, *unit),
            Subject::Volume(volume) => gone.contains(volume),
            Subject::DataSet(name) => !data_sets.contains(name.as_str()),
            Subject::Catalog(name) => !scenario.site.catalogs.iter().any(|catalog| catalog.name == *name),
            Subject::Array(_) | Subject::Profile(_) | Subject::Generation(_) | Subject::Side(_) => false,
        })
    };
    if let Some(expect) = &mut scenario.expect {
        expect.findings.retain(stays);
    }
    for expect in scenario.steps.iter_mut().filter_map(|step| step.expect.as_mut()) {
        if let Some(findings) = &mut expect.findings {
            findings.retain(stays);
        }
    }
    scenario
}

fn out_of_profile(profile: &mut Profile, unit_gone: &dyn Fn(Option<SystemName>, Unit) -> bool) {
    let system = profile.system;
    profile.sources.retain(|source| !unit_gone(system, source.unit));
    profile.targets.retain(|mapping| !unit_gone(system, mapping.source) && !unit_gone(system, mapping.target));
}

/// Takes labels out of entries that only volumes had which are gone; what then lies nowhere goes too.
fn labels(base: &Site, site: &mut Site) {
    let carried = |site: &Site| -> FxHashSet<String> {
        site.volumes.iter().filter_map(|volume| volume.volser.as_ref()).map(ToString::to_string).collect()
    };
    let now = carried(site);
    let gone: FxHashSet<String> = carried(base).into_iter().filter(|label| !now.contains(label)).collect();
    if gone.is_empty() {
        return;
    }
    site.data_sets.retain_mut(|data_set| {
        let before = data_set.volumes.len();
        data_set.volumes.retain(|label| !gone.contains(&label.to_string()));
        before == 0 || !data_set.volumes.is_empty()
    });
    site.catalogs.retain_mut(|catalog| {
        let before = catalog.volumes.len();
        catalog.volumes.retain(|label| !gone.contains(label.as_str()));
        before == 0 || !catalog.volumes.is_empty()
    });
}
