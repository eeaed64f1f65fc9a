//! What names mean at one instant: which volumes a label stands for, whose a data set is, what a restore must bring back.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::Subject;
use dasdlab_model::name::{CatalogName, DataSetName, ImsSsid, ProfileName, SystemName, Volser};
use dasdlab_model::observation::{BackupProfile, CatalogSeen, DataSet, Device, Observation, VolumeSeen};
use dasdlab_model::states::{BackupType, CatalogKind, DataSetClass, HostStatus, LogScope, Storage};
use dasdlab_model::story::RestoreKind;
use dasdlab_model::unit::{Unit, VolumeId};

/// An observation as a profile's system reads it.
pub(super) struct View<'a> {
    seen: &'a Observation,
    profile: &'a BackupProfile,
    units: BTreeMap<Unit, (VolumeId, HostStatus)>,
    names: BTreeMap<VolumeId, Unit>,
    volumes: BTreeMap<VolumeId, &'a VolumeSeen>,
    /// The volumes with a base unit by their label, in the order of their units.
    carriers: BTreeMap<Volser, Vec<(VolumeId, HostStatus)>>,
    sources: BTreeSet<VolumeId>,
    /// The targets of every profile.
    targets: BTreeSet<VolumeId>,
    own: BTreeSet<ImsSsid>,
}

/// The base units of a system with their volumes.
fn base_units(seen: &Observation, system: SystemName) -> BTreeMap<Unit, (VolumeId, HostStatus)> {
    let of_system = seen.units.iter().filter(|entry| entry.system == system);
    of_system
        .filter_map(|entry| match entry.device {
            Device::Base(volume, status) => Some((entry.unit, (volume, status))),
            Device::Alias(_) => None,
        })
        .collect()
}

impl<'a> View<'a> {
    /// The view of a profile; none where there is no such profile.
    pub(super) fn new(seen: &'a Observation, profile: &ProfileName) -> Option<Self> {
        let profile = seen.profile(profile)?;
        let units = base_units(seen, profile.system);
        let volume = |unit: Unit| units.get(&unit).map(|(volume, _)| *volume);
        let sources = profile.sources.iter().filter_map(|source| volume(source.unit)).collect();
        let mut targets = BTreeSet::new();
        for other in &seen.profiles {
            let elsewhere = (other.system != profile.system).then(|| base_units(seen, other.system));
            let units = elsewhere.as_ref().unwrap_or(&units);
            targets.extend(other.targets.iter().filter_map(|entry| units.get(&entry.target)).map(|(volume, _)| *volume));
        }
        let group = seen.ims.iter().find(|ims| ims.ssid == profile.ims_ssid).and_then(|ims| ims.group);
        let mut own = BTreeSet::from([profile.ims_ssid]);
        if let (LogScope::Group, Some(_)) = (seen.policy.log_scope, group) {
            own.extend(seen.ims.iter().filter(|ims| ims.group == group).map(|ims| ims.ssid));
        }
        let names = units.iter().map(|(unit, (volume, _))| (*volume, *unit)).collect();
        let volumes: BTreeMap<VolumeId, &VolumeSeen> = seen.volumes.iter().map(|volume| (volume.id, volume)).collect();
        let mut carriers: BTreeMap<Volser, Vec<(VolumeId, HostStatus)>> = BTreeMap::new();
        for &(volume, status) in units.values() {
            if let Some(label) = volumes.get(&volume).and_then(|volume| volume.volser) {
                carriers.entry(label).or_default().push((volume, status));
            }
        }
        Some(Self { seen, profile, units, names, volumes, carriers, sources, targets, own })
    }

    /// The volume as a person names it.
    pub(super) fn subject(&self, volume: VolumeId) -> Subject {
        self.names.get(&volume).map_or(Subject::Volume(volume), |unit| Subject::Unit(*unit))
    }

    /// The volumes of the profile's sources.
    pub(super) const fn sources(&self) -> &BTreeSet<VolumeId> {
        &self.sources
    }

    /// The volumes of the profile's targets.
    pub(super) fn own_targets(&self) -> BTreeSet<VolumeId> {
        self.profile.targets.iter().filter_map(|entry| self.units.get(&entry.target)).map(|(volume, _)| *volume).collect()
    }

    /// The IMS systems whose data sets are this profile's.
    pub(super) const fn own(&self) -> &BTreeSet<ImsSsid> {
        &self.own
    }

    /// Every data set.
    pub(super) fn data_sets(&self) -> impl Iterator<Item = &'a DataSet> {
        self.seen.data_sets.iter()
    }

    /// Every user catalog.
    pub(super) fn user_catalogs(&self) -> impl Iterator<Item = &'a CatalogSeen> {
        self.seen.catalogs.iter().filter(|catalog| catalog.kind == CatalogKind::User)
    }

    /// The volumes that a label stands for: the mounted ones that carry it, sources before others; where none is mounted
    /// those that are no targets.
    pub(super) fn means(&self, label: Volser) -> BTreeSet<VolumeId> {
        let carriers: &[_] = self.carriers.get(&label).map_or(&[], Vec::as_slice);
        let mounted: BTreeSet<VolumeId> =
            carriers.iter().filter(|(_, status)| status.is_mounted()).map(|(volume, _)| *volume).collect();
        let sources: BTreeSet<VolumeId> = mounted.intersection(&self.sources).copied().collect();
        match (sources.is_empty(), mounted.is_empty()) {
            (false, _) => sources,
            (true, false) => mounted,
            (true, true) => carriers.iter().map(|(volume, _)| *volume).filter(|id| !self.targets.contains(id)).collect(),
        }
    }

    /// The volumes that hold a data set by its catalog entry.
    pub(super) fn volumes_of(&self, data_set: &DataSet) -> BTreeSet<VolumeId> {
        match data_set.storage {
            Storage::Disk => data_set.volumes.iter().flat_map(|label| self.means(*label)).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// The volumes that hold a catalog.
    pub(super) fn volumes_of_catalog(&self, catalog: &CatalogSeen) -> BTreeSet<VolumeId> {
        catalog.volumes.iter().flat_map(|label| self.means(*label)).collect()
    }

    /// Whether the VTOC of a volume has a data set.
    pub(super) fn holds(&self, volume: VolumeId, data_set: &DataSetName) -> bool {
        let vtoc = self.volumes.get(&volume).and_then(|volume| volume.vtoc.as_ref());
        vtoc.is_none_or(|vtoc| vtoc.contains(data_set))
    }

    /// Whether a data set is the IMS system's.
    pub(super) fn belongs(&self, data_set: &DataSet) -> bool {
        data_set.ims.iter().any(|ssid| self.own.contains(ssid))
    }

    /// Whether a restore of this kind must bring a data set back.
    pub(super) fn wanted(&self, data_set: &DataSet, kind: RestoreKind) -> bool {
        use DataSetClass::{Database, Log, Recon, System, UserIncluded};
        let class = match (kind, self.profile.backup_type) {
            (RestoreKind::Full, BackupType::Full) => matches!(data_set.class, Database | UserIncluded | System | Log | Recon),
            _ => matches!(data_set.class, Database | UserIncluded),
        };
        class && self.belongs(data_set)
    }

    /// The sources that a restore of this kind must bring back: all of them, or those that hold data or a user catalog of
    /// data.
    pub(super) fn wanted_volumes(&self, kind: RestoreKind) -> BTreeSet<VolumeId> {
        if kind == RestoreKind::Full {
            return self.sources.clone();
        }
        let mut volumes = BTreeSet::new();
        let mut catalogs: BTreeSet<&CatalogName> = BTreeSet::new();
        for data_set in self.data_sets().filter(|data_set| self.wanted(data_set, RestoreKind::Data)) {
            volumes.append(&mut self.volumes_of(data_set));
            catalogs.insert(&data_set.catalog);
        }
        for catalog in self.user_catalogs().filter(|catalog| catalogs.contains(&catalog.name)) {
            volumes.append(&mut self.volumes_of_catalog(catalog));
        }
        volumes.intersection(&self.sources).copied().collect()
    }
}
