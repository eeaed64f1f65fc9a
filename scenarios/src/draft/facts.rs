//! What a finished edit makes true: expected findings, and the few sums over the world that they need.

use std::cmp::Ordering;

use dasdlab_model::finding::{Fact, Severity, Side, Subject};
use dasdlab_model::name::Volser;
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::{Expectation, ExpectedFinding};
use dasdlab_model::states::{BackupType, CatalogKind, DataSetClass, LssScope, Method, RestoreScope, Storage};
use dasdlab_model::unit::Unit;

use super::{DataSet, Draft, Vol};

/// A finding with the only severity that its reason can have; the lowest where policy decides.
pub(crate) fn finding<const N: usize>(reason: Reason, subjects: [Subject; N]) -> ExpectedFinding {
    let severity = reason.info().severities.first().copied().unwrap_or(Severity::E);
    finding_of(reason, severity, subjects)
}

/// A finding of this severity.
pub(crate) fn finding_of<const N: usize>(reason: Reason, severity: Severity, subjects: [Subject; N]) -> ExpectedFinding {
    ExpectedFinding {
        code: format!("{}{severity}", reason.rule().code()),
        reason: reason.slug().to_owned(),
        subjects: subjects.into(),
        evidence: std::collections::BTreeMap::new(),
    }
}

/// The same finding with this fact in its evidence.
pub(crate) fn stating(mut finding: ExpectedFinding, key: &str, fact: Fact) -> ExpectedFinding {
    finding.evidence.insert(key.to_owned(), fact);
    finding
}

impl Draft {
    /// How findings name a volume: by its unit in the profile's system, else by its identity.
    pub(crate) fn subject(&self, vol: Vol) -> Subject {
        self.volumes[vol].unit.map_or_else(|| Subject::Volume(self.id(vol)), Subject::Unit)
    }

    /// A finding about a volume.
    pub(crate) fn about(&self, reason: Reason, vol: Vol) -> ExpectedFinding {
        finding(reason, [self.subject(vol)])
    }

    /// A finding about a volume and a side.
    pub(crate) fn about_side(&self, reason: Reason, vol: Vol, side: Side) -> ExpectedFinding {
        finding(reason, [self.subject(vol), Subject::Side(side)])
    }

    /// A finding about a data set.
    pub(crate) fn about_data_set(&self, reason: Reason, data_set: usize) -> Option<ExpectedFinding> {
        Some(finding(reason, [self.data_set_subject(data_set)?]))
    }

    /// How findings name a data set.
    pub(crate) fn data_set_subject(&self, data_set: usize) -> Option<Subject> {
        self.data_sets.get(data_set)?.name.parse().ok().map(Subject::DataSet)
    }

    /// A finding about a catalog.
    pub(crate) fn about_catalog(&self, reason: Reason, catalog: usize) -> ExpectedFinding {
        finding(reason, [Subject::Catalog(self.catalogs[catalog].name.clone())])
    }

    /// A finding about an array.
    pub(crate) fn about_array(&self, reason: Reason, array: usize) -> ExpectedFinding {
        finding(reason, [Subject::Array(self.arrays[array].serial)])
    }

    /// A finding about the profile.
    pub(crate) fn about_profile(&self, reason: Reason) -> ExpectedFinding {
        finding(reason, [Subject::Profile(self.profile.name.clone())])
    }

    /// A finding about the target of a pair, then its source.
    pub(crate) fn about_pair(&self, reason: Reason, target: Vol, source: Vol, generation: u8) -> ExpectedFinding {
        finding(reason, [self.subject(target), self.subject(source), Subject::Generation(generation)])
    }

    /// Everything that is wrong with two volumes as a pair of this generation.
    pub(crate) fn pair_findings(&self, source: Vol, target: Vol, generation: u8) -> Vec<ExpectedFinding> {
        let (from, to) = (&self.volumes[source], &self.volumes[target]);
        let mut found = Vec::new();
        let mut say = |reason, target_key: &str, target_fact, source_key: &str, source_fact| {
            let finding = self.about_pair(reason, target, source, generation);
            found.push(stating(stating(finding, target_key, target_fact), source_key, source_fact));
        };
        let serial = |array: usize| Fact::text(self.arrays[array].serial);
        if from.device_type() != to.device_type() {
            let (to, from) = (Fact::text(to.device_type()), Fact::text(from.device_type()));
            say(Reason::Ps06DeviceType, "target_type", to, "source_type", from);
        }
        let bcv = self.method() == Method::Bcv;
        let size = match to.cylinders.cmp(&from.cylinders) {
            Ordering::Equal => None,
            _ if bcv => Some(Reason::Ps06SizeMismatch),
            Ordering::Less => Some(Reason::Ps06TooSmall),
            Ordering::Greater => Some(Reason::Ps06Larger),
        };
        if let Some(reason) = size {
            let (to, from) = (u64::from(to.cylinders).into(), u64::from(from.cylinders).into());
            say(reason, "target_cylinders", to, "source_cylinders", from);
        }
        if bcv && from.array != to.array {
            say(Reason::Ps06DifferentArray, "target_array", serial(to.array), "source_array", serial(from.array));
        }
        if !bcv {
            let subjects = [self.subject(source), self.subject(target), Subject::Generation(generation)];
            if from.array != to.array {
                let apart = finding(Reason::Ps08DifferentArray, subjects);
                let apart = stating(apart, "source_array", serial(from.array));
                found.push(stating(apart, "target_array", serial(to.array)));
            } else if self.policy.lss_scope == LssScope::SameLss && from.lss != to.lss {
                let name = |array: usize, lss| Fact::Text(format!("{}/{lss}", self.arrays[array].serial));
                let apart = finding(Reason::Ps08DifferentLss, subjects);
                let apart = stating(apart, "source_lss", name(from.array, from.lss));
                found.push(stating(apart, "target_lss", name(to.array, to.lss)));
            }
        }
        found
    }

    /// What is missing from the backup once this volume, no longer a source, is still what its label means.
    pub(crate) fn uncovered(&self, vol: Vol) -> Vec<ExpectedFinding> {
        let mut found = Vec::new();
        let Some(label) = self.volumes[vol].volser else { return found };
        let on_it = |classes: &[DataSetClass]| {
            self.data_sets.iter().any(|data_set| {
                classes.contains(&data_set.class)
                    && self.in_scope(data_set.class)
                    && self.is_ours(data_set)
                    && data_set.volumes.contains(&label)
            })
        };
        if on_it(&[DataSetClass::Database, DataSetClass::System, DataSetClass::UserIncluded]) {
            found.push(self.about(Reason::Ps01Missing, vol));
        }
        if on_it(&[DataSetClass::Log, DataSetClass::Recon]) {
            found.push(self.about(Reason::Ps02Missing, vol));
        }
        found.extend(self.catalogs_on(label).map(|catalog| self.about_catalog(Reason::Ps03Missing, catalog)));
        found
    }

    /// What is missing from the backup once this label means nothing.
    pub(crate) fn vanished(&self, label: Volser) -> Vec<ExpectedFinding> {
        let mut found: Vec<ExpectedFinding> = (0..self.data_sets.len())
            .filter(|&at| {
                let data_set = &self.data_sets[at];
                self.in_scope(data_set.class) && self.is_ours(data_set) && data_set.volumes.contains(&label)
            })
            .filter_map(|at| self.about_data_set(Reason::Ps01UnknownVolume, at))
            .collect();
        found.extend(self.catalogs_on(label).map(|catalog| self.about_catalog(Reason::Ps03Missing, catalog)));
        found
    }

    /// The user catalogs on this label that name data sets in scope.
    fn catalogs_on(&self, label: Volser) -> impl Iterator<Item = usize> {
        (0..self.catalogs.len()).filter(move |&at| {
            let catalog = &self.catalogs[at];
            catalog.kind == CatalogKind::User && catalog.volumes.contains(&label) && self.names_scope(at)
        })
    }

    /// Whether a catalog names a data set in the scope of the profile.
    pub(crate) fn names_scope(&self, catalog: usize) -> bool {
        self.data_sets
            .iter()
            .any(|data_set| data_set.catalog == catalog && self.in_scope(data_set.class) && self.is_ours(data_set))
    }

    /// Whether a catalog names a data set of the profile's IMS system.
    pub(crate) fn names_ours(&self, catalog: usize) -> bool {
        self.data_sets.iter().any(|data_set| data_set.catalog == catalog && self.is_ours(data_set))
    }

    /// The data sets on disk that are cataloged to this volume.
    pub(crate) fn data_sets_on(&self, vol: Vol) -> Vec<usize> {
        self.residents(vol).map(|(at, _)| at).collect()
    }

    /// The data sets on disk that are cataloged to this volume, each with its index.
    pub(super) fn residents(&self, vol: Vol) -> impl Iterator<Item = (usize, &DataSet)> {
        let label = self.volumes[vol].volser;
        let of_label = move |label: Volser| {
            let on_disk = self.data_sets.iter().enumerate().filter(|(_, data_set)| data_set.storage == Storage::Disk);
            on_disk.filter(move |(_, data_set)| data_set.volumes.contains(&label))
        };
        label.into_iter().flat_map(of_label)
    }

    /// The catalogs that are on this volume.
    pub(crate) fn catalogs_at(&self, vol: Vol) -> Vec<usize> {
        let Some(label) = self.volumes[vol].volser else { return Vec::new() };
        (0..self.catalogs.len()).filter(|&at| self.catalogs[at].volumes.contains(&label)).collect()
    }

    /// The profile's target of this source in this generation.
    pub(crate) fn target_of(&self, source: Vol, generation: u8) -> Option<Vol> {
        let unit = self.volumes[source].unit?;
        self.target_unit(unit, generation).and_then(|target| self.by_unit.get(&target).copied())
    }

    fn target_unit(&self, source: Unit, generation: u8) -> Option<Unit> {
        self.profile.pairs.iter().find(|pair| pair.0 == generation && pair.1 == source).map(|pair| pair.2)
    }

    /// What profile setup must say when these findings are all there is.
    pub(crate) fn expectation(&self, mut findings: Vec<ExpectedFinding>) -> Expectation {
        let key = |finding: &ExpectedFinding| (finding.code.get(..4).map(str::to_owned), finding.subjects.clone());
        findings.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.reason.cmp(&b.reason)));
        let code = |letter: char| findings.iter().any(|finding| finding.code.ends_with(letter));
        let rule = |code: &str| findings.iter().any(|finding| finding.code.starts_with(code));
        let environment = rule("PS00");
        let return_code = match () {
            () if environment => 12,
            () if code('E') => 8,
            () if code('W') => 4,
            () => 0,
        };
        let restore_scope = (!environment).then_some(match (self.profile.backup_type, rule("PS04")) {
            (BackupType::Full, false) => RestoreScope::FullAndData,
            (BackupType::Full, true) => RestoreScope::FullOnly,
            (BackupType::Data, false) => RestoreScope::DataOnly,
            (BackupType::Data, true) => RestoreScope::None,
        });
        Expectation { return_code, restore_scope, findings }
    }
}
