//! Everything under another name.

use std::hash::Hash;

use dasdlab_model::finding::{Evidence, Fact, Finding, Subject, Verdict};
use dasdlab_model::name::{CatalogName, DataSetName, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::reasons::Kind;
use dasdlab_model::unit::{Lss, Unit, VolumeId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::addresses;
use crate::rng::Rng;

/// New names for what an observation names, one for one: array serials, LSS ids within an array, unit numbers within a
/// system, labels, data sets, catalogs and profiles. The order of the old names is not kept. A name that the
/// observation does not hold stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renaming {
    arrays: FxHashMap<Serial, Serial>,
    lss: FxHashMap<(Serial, Lss), Lss>,
    units: FxHashMap<(SystemName, Unit), Unit>,
    volsers: FxHashMap<Volser, Volser>,
    data_sets: FxHashMap<DataSetName, DataSetName>,
    catalogs: FxHashMap<CatalogName, CatalogName>,
    profiles: FxHashMap<ProfileName, ProfileName>,
    systems: FxHashMap<ProfileName, SystemName>,
}

/// The same observation under other names, and the names. Unit addresses, control-unit SSIDs, systems, IMS systems and
/// the policy keep theirs; so do texts that name nothing (pools, descriptions, fingerprints).
#[must_use]
pub fn rename(observation: &Observation, seed: u64) -> (Observation, Renaming) {
    let renaming = Renaming::new(observation, &Rng::new(seed).child("rename"));
    (renaming.observation(observation), renaming)
}

impl Renaming {
    fn new(observation: &Observation, rng: &Rng) -> Self {
        let mut renaming = Self {
            arrays: bijection(
                observation.arrays.iter().map(|array| array.serial).chain(addresses(observation).map(|address| address.array)),
                &mut rng.child("arrays"),
                serial,
            ),
            volsers: bijection(volsers(observation), &mut rng.child("volsers"), label),
            data_sets: bijection(
                observation
                    .data_sets
                    .iter()
                    .map(|data_set| data_set.name.clone())
                    .chain(observation.volumes.iter().filter_map(|volume| volume.vtoc.as_deref()).flatten().cloned()),
                &mut rng.child("data sets"),
                |rng| qualifiers(rng).parse().ok(),
            ),
            catalogs: bijection(
                observation
                    .catalogs
                    .iter()
                    .map(|catalog| catalog.name.clone())
                    .chain(observation.data_sets.iter().map(|data_set| data_set.catalog.clone())),
                &mut rng.child("catalogs"),
                |rng| qualifiers(rng).parse().ok(),
            ),
            profiles: bijection(
                observation
                    .profiles
                    .iter()
                    .map(|profile| profile.name.clone())
                    .chain(observation.volumes.iter().filter_map(|volume| volume.held_for.clone())),
                &mut rng.child("profiles"),
                |rng| word(rng, PROFILE, 1, ProfileName::MAX).parse().ok(),
            ),
            systems: observation.profiles.iter().map(|profile| (profile.name.clone(), profile.system)).collect(),
            ..Self::default()
        };
        renaming.name_subsystems(observation, &mut rng.child("lss"));
        renaming.name_units(observation, &mut rng.child("units"));
        renaming
    }

    /// Draws the LSS ids of each array out of all ids that there are.
    fn name_subsystems(&mut self, observation: &Observation, rng: &mut Rng) {
        let declared = observation.arrays.iter().flat_map(|array| array.lss.iter().map(|&(lss, _)| (array.serial, lss)));
        let mut used: Vec<(Serial, Lss)> = declared.chain(addresses(observation).map(|at| (at.array, at.lss))).collect();
        used.sort_unstable();
        used.dedup();
        for of_array in used.chunk_by(|a, b| a.0 == b.0) {
            let mut ids: Vec<Lss> = (0..=u8::MAX).filter_map(Lss::new).collect();
            rng.shuffle(&mut ids);
            self.lss.extend(of_array.iter().copied().zip(ids));
        }
    }

    /// Draws the unit numbers of each system, those that only a profile names included.
    fn name_units(&mut self, observation: &Observation, rng: &mut Rng) {
        let seen = observation.units.iter().map(|unit| (unit.system, unit.unit));
        let named = observation.profiles.iter().flat_map(|profile| {
            let sources = profile.sources.iter().map(|source| source.unit);
            let mapped = profile.targets.iter().flat_map(|mapping| [mapping.source, mapping.target]);
            sources.chain(mapped).map(|unit| (profile.system, unit))
        });
        let mut used: Vec<(SystemName, Unit)> = seen.chain(named).collect();
        used.sort_unstable();
        used.dedup();
        for of_system in used.chunk_by(|a, b| a.0 == b.0) {
            let units = of_system.iter().map(|&(_, unit)| unit);
            let names = bijection(units.clone(), rng, |rng| Unit::new(rng.below(u64::from(Unit::MAX) + 1).try_into().ok()?));
            self.units.extend(of_system.iter().filter_map(|&key| names.get(&key.1).map(|&name| (key, name))));
        }
    }

    /// The new serial of an array.
    #[must_use]
    pub fn array(&self, serial: Serial) -> Serial {
        self.arrays.get(&serial).copied().unwrap_or(serial)
    }

    /// The new id of a logical subsystem of an array; the array goes by its old serial.
    #[must_use]
    pub fn lss(&self, array: Serial, lss: Lss) -> Lss {
        self.lss.get(&(array, lss)).copied().unwrap_or(lss)
    }

    /// The new identity of a volume.
    #[must_use]
    pub fn volume(&self, volume: VolumeId) -> VolumeId {
        VolumeId { array: self.array(volume.array), lss: self.lss(volume.array, volume.lss), ua: volume.ua }
    }

    /// The new number of a unit of a system.
    #[must_use]
    pub fn unit(&self, system: SystemName, unit: Unit) -> Unit {
        self.units.get(&(system, unit)).copied().unwrap_or(unit)
    }

    /// The new label.
    #[must_use]
    pub fn volser(&self, volser: Volser) -> Volser {
        self.volsers.get(&volser).copied().unwrap_or(volser)
    }

    /// The new name of a data set.
    #[must_use]
    pub fn data_set(&self, name: &DataSetName) -> DataSetName {
        self.data_sets.get(name).unwrap_or(name).clone()
    }

    /// The new name of a catalog.
    #[must_use]
    pub fn catalog(&self, name: &CatalogName) -> CatalogName {
        self.catalogs.get(name).unwrap_or(name).clone()
    }

    /// The new name of a profile.
    #[must_use]
    pub fn profile(&self, name: &ProfileName) -> ProfileName {
        self.profiles.get(name).unwrap_or(name).clone()
    }

    fn observation(&self, observation: &Observation) -> Observation {
        let mut other = observation.clone();
        for array in &mut other.arrays {
            for (lss, _) in &mut array.lss {
                *lss = self.lss(array.serial, *lss);
            }
            array.serial = self.array(array.serial);
        }
        for volume in &mut other.volumes {
            volume.id = self.volume(volume.id);
            volume.volser = volume.volser.map(|label| self.volser(label));
            volume.held_for = volume.held_for.as_ref().map(|profile| self.profile(profile));
            for name in volume.vtoc.iter_mut().flatten() {
                *name = self.data_set(name);
            }
        }
        for unit in &mut other.units {
            unit.unit = self.unit(unit.system, unit.unit);
            unit.device = match unit.device {
                Device::Base(volume, status) => Device::Base(self.volume(volume), status),
                Device::Alias(address) => Device::Alias(self.volume(address)),
            };
        }
        for relation in &mut other.relations {
            relation.source = self.volume(relation.source);
            relation.target = self.volume(relation.target);
        }
        for pair in &mut other.mirrors {
            pair.standard = self.volume(pair.standard);
            pair.bcv = self.volume(pair.bcv);
        }
        for catalog in &mut other.catalogs {
            catalog.name = self.catalog(&catalog.name);
            for label in &mut catalog.volumes {
                *label = self.volser(*label);
            }
        }
        for data_set in &mut other.data_sets {
            data_set.name = self.data_set(&data_set.name);
            data_set.catalog = self.catalog(&data_set.catalog);
            for label in &mut data_set.volumes {
                *label = self.volser(*label);
            }
        }
        for profile in &mut other.profiles {
            profile.name = self.profile(&profile.name);
            for source in &mut profile.sources {
                source.unit = self.unit(profile.system, source.unit);
                source.volser = source.volser.map(|label| self.volser(label));
            }
            for mapping in &mut profile.targets {
                mapping.source = self.unit(profile.system, mapping.source);
                mapping.target = self.unit(profile.system, mapping.target);
            }
        }
        other
    }

    /// What the verdict on a profile, which goes by its old name, must be after the renaming.
    #[must_use]
    pub fn verdict(&self, profile: &ProfileName, verdict: &Verdict) -> Verdict {
        let system = self.systems.get(profile).copied();
        let mut findings: Vec<Finding> = verdict.findings.iter().map(|finding| self.finding(system, finding)).collect();
        findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
        Verdict { findings, ..verdict.clone() }
    }

    fn finding(&self, system: Option<SystemName>, finding: &Finding) -> Finding {
        let kinds = finding.reason.info().evidence;
        let kind = |key: &str| kinds.iter().find(|(name, _)| *name == key).map(|&(_, kind)| kind);
        let facts = finding.evidence.0.iter().map(|(key, fact)| {
            let fact = match (kind(key), fact) {
                (None, _) | (_, Fact::Number(_)) => fact.clone(),
                (Some(kind), Fact::Text(text)) => Fact::Text(self.text(system, kind, text)),
                (Some(kind), Fact::List(list)) => Fact::list(list.iter().map(|text| self.text(system, kind, text))),
            };
            (*key, fact)
        });
        Finding {
            subjects: finding.subjects.iter().map(|subject| self.subject(system, subject)).collect(),
            evidence: Evidence(facts.collect()),
            ..*finding
        }
    }

    fn subject(&self, system: Option<SystemName>, subject: &Subject) -> Subject {
        match subject {
            Subject::Unit(unit) => Subject::Unit(system.map_or(*unit, |system| self.unit(system, *unit))),
            Subject::Volume(volume) => Subject::Volume(self.volume(*volume)),
            Subject::Array(serial) => Subject::Array(self.array(*serial)),
            Subject::DataSet(name) => Subject::DataSet(self.data_set(name)),
            Subject::Catalog(name) => Subject::Catalog(self.catalog(name)),
            Subject::Profile(name) => Subject::Profile(self.profile(name)),
            Subject::Generation(_) | Subject::Side(_) => subject.clone(),
        }
    }

    /// A text of the evidence under its new name; one that is no name of its kind stays as it is.
    fn text(&self, system: Option<SystemName>, kind: Kind, text: &str) -> String {
        let unit = |text: &str| Some(self.unit(system?, text.parse().ok()?).to_string());
        let renamed = match kind {
            Kind::Count | Kind::Text | Kind::Texts | Kind::Families => None,
            Kind::Volser | Kind::Volsers => text.parse().ok().map(|label| self.volser(label).to_string()),
            Kind::Unit | Kind::Units => unit(text),
            Kind::Device | Kind::Devices if text.contains('/') => text.parse().ok().map(|volume| self.volume(volume).to_string()),
            Kind::Device | Kind::Devices => unit(text),
            Kind::Array => text.parse().ok().map(|serial| self.array(serial).to_string()),
            Kind::Lss => text.split_once('/').and_then(|(serial, lss)| {
                let (serial, lss) = (serial.parse().ok()?, lss.parse().ok()?);
                Some(format!("{}/{}", self.array(serial), self.lss(serial, lss)))
            }),
            Kind::DataSets => text.parse().ok().map(|name| self.data_set(&name).to_string()),
            Kind::Subjects => text.parse().ok().map(|subject| self.subject(system, &subject).to_string()),
            Kind::Profile => text.parse().ok().map(|name| self.profile(&name).to_string()),
        };
        renamed.unwrap_or_else(|| text.to_owned())
    }
}

/// Every label that an observation names.
pub(super) fn volsers(observation: &Observation) -> impl Iterator<Item = Volser> {
    let on_volumes = observation.volumes.iter().filter_map(|volume| volume.volser);
    let of_catalogs = observation.catalogs.iter().flat_map(|catalog| catalog.volumes.iter().copied());
    let of_data_sets = observation.data_sets.iter().flat_map(|data_set| data_set.volumes.iter().copied());
    let saved = observation.profiles.iter().flat_map(|profile| profile.sources.iter().filter_map(|source| source.volser));
    on_volumes.chain(of_catalogs).chain(of_data_sets).chain(saved)
}

/// As many tries to draw a fresh name; names come to an end only where there are more things than names, and then the
/// old names are shuffled among themselves.
const TRIES: usize = 8;

/// A new name for every old one. Half of the names are drawn afresh and half are old names of other things: both a
/// judge that trusts in the look of a name and one that mixes names up must fail.
fn bijection<T: Clone + Ord + Hash>(
    old: impl Iterator<Item = T>,
    rng: &mut Rng,
    fresh: impl Fn(&mut Rng) -> Option<T>,
) -> FxHashMap<T, T> {
    let mut old: Vec<T> = old.collect();
    old.sort_unstable();
    old.dedup();
    let mut pool = old.clone();
    let mut known: FxHashSet<T> = old.iter().cloned().collect();
    for _ in 0..old.len() {
        let drawn = (0..TRIES).find_map(|_| fresh(rng).filter(|name| !known.contains(name)));
        if let Some(name) = drawn {
            known.insert(name.clone());
            pool.push(name);
        }
    }
    rng.shuffle(&mut pool);
    old.into_iter().zip(pool).collect()
}

/// The characters of an array serial.
const SERIAL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// The characters of a label.
const NATIONAL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$";
/// The characters with which a qualifier begins.
const FIRST: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ@#$";
/// The characters of a qualifier.
const QUALIFIER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$-";
/// The characters of a profile name. A blank at an end is not legal; the name is then drawn again.
const PROFILE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$._- ";

/// Any array serial.
pub(super) fn serial(rng: &mut Rng) -> Option<Serial> {
    word(rng, SERIAL, 1, Serial::MAX).parse().ok()
}

/// Any label.
pub(super) fn label(rng: &mut Rng) -> Option<Volser> {
    word(rng, NATIONAL, 1, Volser::MAX).parse().ok()
}

fn word(rng: &mut Rng, alphabet: &[u8], least: usize, most: usize) -> String {
    let length = least + rng.index(most + 1 - least);
    (0..length).filter_map(|_| rng.choose(alphabet)).map(|&byte| char::from(byte)).collect()
}

/// One to four qualifiers, 35 characters at most.
fn qualifiers(rng: &mut Rng) -> String {
    let count = 1 + rng.index(4);
    let mut name = String::new();
    for _ in 0..count {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&word(rng, FIRST, 1, 1));
        name.push_str(&word(rng, QUALIFIER, 0, 7));
    }
    name
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;
    use dasdlab_model::reasons::Reason;

    use super::*;
    use crate::undirected::undirected;

    #[track_caller]
    fn one_for_one<T: Ord + Hash + std::fmt::Debug>(names: &FxHashMap<T, T>) {
        let mut new: Vec<&T> = names.values().collect();
        new.sort_unstable();
        new.dedup();
        assert_eq!(new.len(), names.len(), "{names:?}");
    }

    #[test]
    fn names_are_exchanged_one_for_one() {
        for index in 0..200 {
            let observation = declare(&undirected(5, index).site).unwrap();
            let (mut other, renaming) = rename(&observation, index);
            assert_eq!((other.clone(), renaming.clone()), rename(&observation, index));
            one_for_one(&renaming.arrays);
            one_for_one(&renaming.volsers);
            one_for_one(&renaming.data_sets);
            one_for_one(&renaming.catalogs);
            one_for_one(&renaming.profiles);
            let units: FxHashMap<_, _> = renaming.units.iter().map(|(&old, &new)| (old, (old.0, new))).collect();
            one_for_one(&units);
            let lss: FxHashMap<_, _> = renaming.lss.iter().map(|(&old, &new)| (old, (old.0, new))).collect();
            one_for_one(&lss);

            let mut back = Renaming { systems: renaming.systems.clone(), ..Renaming::default() };
            back.arrays = renaming.arrays.iter().map(|(&old, &new)| (new, old)).collect();
            back.lss = renaming.lss.iter().map(|(&(array, old), &new)| ((renaming.array(array), new), old)).collect();
            back.units = renaming.units.iter().map(|(&(system, old), &new)| ((system, new), old)).collect();
            back.volsers = renaming.volsers.iter().map(|(&old, &new)| (new, old)).collect();
            back.data_sets = renaming.data_sets.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            back.catalogs = renaming.catalogs.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            back.profiles = renaming.profiles.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            assert_eq!(back.observation(&other), observation);

            let before = (other.volumes.len(), other.units.len());
            other.sort();
            assert_eq!(before, (observation.volumes.len(), observation.units.len()));
            assert!(observation.volumes.len() < 3 || other != observation);
        }
    }

    /// A site with names of which each is renamed as the test says.
    fn renaming() -> Renaming {
        let system = |text: &str| text.parse::<SystemName>().unwrap();
        let unit = |text: &str| text.parse::<Unit>().unwrap();
        Renaming {
            arrays: [("A1".parse().unwrap(), "B9".parse().unwrap())].into_iter().collect(),
            lss: [(("A1".parse().unwrap(), "10".parse().unwrap()), "0F".parse().unwrap())].into_iter().collect(),
            units: [
                ((system("SYSA"), unit("1000")), unit("9000")),
                ((system("SYSA"), unit("2000")), unit("1000")),
                ((system("SYSB"), unit("1000")), unit("4444")),
            ]
            .into_iter()
            .collect(),
            volsers: [("L1".parse().unwrap(), "Z1".parse().unwrap()), ("L2".parse().unwrap(), "A2".parse().unwrap())]
                .into_iter()
                .collect(),
            data_sets: [("D.S".parse().unwrap(), "X".parse().unwrap())].into_iter().collect(),
            catalogs: [("D.S".parse().unwrap(), "Y".parse().unwrap())].into_iter().collect(),
            profiles: [("P".parse().unwrap(), "Q".parse().unwrap())].into_iter().collect(),
            systems: [("P".parse().unwrap(), system("SYSA"))].into_iter().collect(),
        }
    }

    #[track_caller]
    fn check(reason: Reason, subjects: &[&str], facts: &[Fact], new_subjects: &[&str], new_facts: &[Fact]) {
        let finding = |subjects: &[&str], facts: &[Fact]| Finding {
            reason,
            severity: reason.info().severities[0],
            subjects: subjects.iter().map(|text| text.parse().unwrap()).collect(),
            evidence: Evidence(reason.info().evidence.iter().map(|(key, _)| *key).zip(facts.iter().cloned()).collect()),
        };
        let verdict = |finding| Verdict { return_code: 8, restore_scope: None, findings: vec![finding] };
        let renamed = renaming().verdict(&"P".parse().unwrap(), &verdict(finding(subjects, facts)));
        assert_eq!(renamed, verdict(finding(new_subjects, new_facts)));
    }

    #[test]
    fn subjects_and_evidence_go_by_their_new_names() {
        let text = |text: &str| Fact::text(text);
        let list = |list: &[&str]| Fact::list(list);
        check(
            Reason::Ps05DuplicateVolser,
            &["unit:1000"],
            &[text("L1"), list(&["1000", "2000", "3000"])],
            &["unit:9000"],
            &[text("Z1"), list(&["1000", "3000", "9000"])],
        );
        check(
            Reason::Ps05CopyTarget,
            &["volume:A1/10/07"],
            &[text(""), list(&["bcv"]), list(&["1000", "A1/10/00"])],
            &["volume:B9/0F/07"],
            &[text(""), list(&["bcv"]), list(&["9000", "B9/0F/00"])],
        );
        check(
            Reason::Ps06HoldsData,
            &["unit:2000"],
            &[text("L2"), list(&["catalog:D.S", "data-set:D.S"])],
            &["unit:1000"],
            &[text("A2"), list(&["catalog:Y", "data-set:X"])],
        );
        check(
            Reason::Ps08DifferentLss,
            &["unit:1000", "unit:2000", "generation:1"],
            &[text("A1/10"), text("A1/11")],
            &["unit:9000", "unit:1000", "generation:1"],
            &[text("B9/0F"), text("B9/11")],
        );
        check(
            Reason::Ps12Established,
            &["unit:1000", "volume:A1/10/01"],
            &[text("Synchronized"), text("P")],
            &["unit:9000", "volume:B9/0F/01"],
            &[text("Synchronized"), text("Q")],
        );
        check(
            Reason::Ps03Missing,
            &["catalog:D.S"],
            &[list(&["1000"]), list(&["L1", "L2"]), list(&["D.S"])],
            &["catalog:Y"],
            &[list(&["9000"]), list(&["A2", "Z1"]), list(&["X"])],
        );
    }

    #[test]
    fn findings_come_in_the_order_of_their_new_subjects() {
        let finding = |unit: &str| Finding {
            reason: Reason::Ps05Boxed,
            severity: Reason::Ps05Boxed.info().severities[0],
            subjects: vec![unit.parse().unwrap()],
            evidence: Evidence(vec![("volser", Fact::text(""))]),
        };
        let verdict = |findings| Verdict { return_code: 8, restore_scope: None, findings };
        let renamed = renaming().verdict(&"P".parse().unwrap(), &verdict(vec![finding("unit:1000"), finding("unit:2000")]));
        assert_eq!(renamed, verdict(vec![finding("unit:1000"), finding("unit:9000")]));
    }
}
