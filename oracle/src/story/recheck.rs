//! The check of one pair when its turn comes.

use std::collections::BTreeSet;

use dasdlab_model::finding::{Severity, Subject};
use dasdlab_model::name::{ProfileName, SystemName, Volser};
use dasdlab_model::observation::{BackupProfile, Device, Observation, UnitSeen};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::unit::{Unit, VolumeId};

use super::pairs::Pair;
use crate::facts::Facts;
use crate::saying::Findings;
use crate::{mirrors, profiles, sources, targets};

/// The errors of PS05, PS06, PS09, PS12 and PS13 that name a side of the pair and no other generation.
pub(super) fn no_longer_passes(seen: &Observation, profile: &ProfileName, pair: &Pair) -> Vec<Reason> {
    let Some(near) = what_is_near(seen, profile, pair) else { return Vec::new() };
    let Some(facts) = Facts::gather(&near, profile) else { return Vec::new() };
    let mut findings = Findings::default();
    for ask in [sources::ask, targets::ask, profiles::ask, mirrors::ask] {
        ask(&facts, &mut findings);
    }
    let mut reasons = BTreeSet::new();
    for finding in findings.in_order() {
        let again = [Rule::PS05, Rule::PS06, Rule::PS09, Rule::PS12, Rule::PS13].contains(&finding.reason.rule());
        let names_a_side = [pair.source, pair.target].into_iter().any(|unit| finding.subjects.contains(&Subject::Unit(unit)));
        let other_generation = finding
            .subjects
            .iter()
            .any(|subject| matches!(subject, Subject::Generation(generation) if *generation != pair.generation));
        if again && finding.severity == Severity::E && names_a_side && !other_generation {
            reasons.insert(finding.reason);
        }
    }
    reasons.into_iter().collect()
}

/// The same look with everything left out that has nothing to do with the two units of the pair. A volume has, if it is one
/// of theirs, is mapped to one, shares a copy with one, or carries the label of one; a unit, if it is one of theirs or its
/// volume has; a data set or catalog, if a label of it is one of theirs; an entry of a profile, if a unit of it has.
fn what_is_near(seen: &Observation, profile: &ProfileName, pair: &Pair) -> Option<Observation> {
    let own = seen.profiles.iter().find(|own| own.name == *profile)?;
    let of_pair = |unit: &Unit| *unit == pair.source || *unit == pair.target;
    let behind = |device: &Device| match device {
        Device::Base(volume, _) => Some(*volume),
        Device::Alias(_) => None,
    };
    let home = || seen.units.iter().filter(|entry| entry.system == own.system);
    let two: BTreeSet<VolumeId> = home().filter(|entry| of_pair(&entry.unit)).filter_map(|entry| behind(&entry.device)).collect();
    let volumes = || seen.volumes.iter();
    let labels: BTreeSet<Volser> =
        volumes().filter(|volume| two.contains(&volume.id)).filter_map(|volume| volume.volser).collect();

    let mut near = two.clone();
    let mapped: BTreeSet<Unit> = own
        .targets
        .iter()
        .filter(|mapping| of_pair(&mapping.source) || of_pair(&mapping.target))
        .flat_map(|mapping| [mapping.source, mapping.target])
        .collect();
    near.extend(home().filter(|entry| mapped.contains(&entry.unit)).filter_map(|entry| behind(&entry.device)));
    for mirror in seen.mirrors.iter().filter(|mirror| two.contains(&mirror.standard) || two.contains(&mirror.bcv)) {
        near.extend([mirror.standard, mirror.bcv]);
    }
    for relation in seen.relations.iter().filter(|relation| two.contains(&relation.source) || two.contains(&relation.target)) {
        near.extend([relation.source, relation.target]);
    }
    near.extend(volumes().filter(|volume| volume.volser.is_some_and(|label| labels.contains(&label))).map(|volume| volume.id));

    let units: Vec<UnitSeen> = seen
        .units
        .iter()
        .filter(|entry| {
            let is_pairs = entry.system == own.system && of_pair(&entry.unit);
            is_pairs || behind(&entry.device).is_some_and(|volume| near.contains(&volume))
        })
        .copied()
        .collect();
    let numbers: BTreeSet<(SystemName, Unit)> = units.iter().map(|entry| (entry.system, entry.unit)).collect();
    let mut profiles = Vec::new();
    for other in &seen.profiles {
        let is_home = other.system == own.system;
        let listed = |unit: &Unit| numbers.contains(&(other.system, *unit)) || (is_home && of_pair(unit));
        profiles.push(BackupProfile {
            name: other.name.clone(),
            creator: String::new(),
            description: String::new(),
            fingerprint: None,
            locked_by: None,
            backups: Vec::new(),
            sources: other.sources.iter().filter(|source| listed(&source.unit)).copied().collect(),
            targets: other.targets.iter().filter(|to| listed(&to.source) || listed(&to.target)).copied().collect(),
            ..*other
        });
    }
    let has_label = |volsers: &[Volser]| volsers.iter().any(|label| labels.contains(label));
    Some(Observation {
        arrays: seen.arrays.clone(),
        volumes: volumes().filter(|volume| near.contains(&volume.id)).cloned().collect(),
        units,
        relations: seen
            .relations
            .iter()
            .filter(|copy| near.contains(&copy.source) && near.contains(&copy.target))
            .copied()
            .collect(),
        mirrors: seen.mirrors.iter().filter(|pair| near.contains(&pair.standard) && near.contains(&pair.bcv)).copied().collect(),
        catalogs: seen.catalogs.iter().filter(|catalog| has_label(&catalog.volumes)).cloned().collect(),
        data_sets: seen.data_sets.iter().filter(|data_set| has_label(&data_set.volumes)).cloned().collect(),
        profiles,
        ..Observation::default()
    })
}
