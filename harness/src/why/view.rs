//! What is looked up again and again while changes are thought of: units, labels, who lists what.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::{Fact, Finding, Subject};
use dasdlab_model::name::{CatalogName, DataSetName, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::observation::{BackupProfile, CatalogSeen, DataSet, Device, Observation, VolumeSeen};
use dasdlab_model::states::HostStatus;
use dasdlab_model::unit::{Lss, Unit, VolumeId};

use super::edit::At;

/// An observation from where a profile stands. It only finds things; what they mean is for validator and oracle to say.
pub(super) struct View<'a> {
    pub(super) seen: &'a Observation,
    pub(super) profile: &'a BackupProfile,
    /// The volumes with a base unit in the profile's system.
    pub(super) here: BTreeMap<VolumeId, (Unit, HostStatus)>,
    /// The sources of the profile that are base units.
    pub(super) sources: BTreeMap<VolumeId, Unit>,
    /// The targets of the profile that are base units.
    pub(super) targets: BTreeMap<VolumeId, Unit>,
    /// Sources and targets of all profiles.
    pub(super) claimed: BTreeSet<VolumeId>,
    /// Volumes that take part in a copy.
    pub(super) copied: BTreeSet<VolumeId>,
    /// Volumes with a base unit in the profile's system by label.
    pub(super) carriers: BTreeMap<Volser, Vec<VolumeId>>,
    /// Labels that a data set or a catalog names.
    pub(super) named: BTreeSet<Volser>,
    /// The volumes whose VTOC is given.
    pub(super) with_vtoc: Vec<&'a VolumeSeen>,
    stock: OnceCell<Stock<'a>>,
}

/// What is free, and what is not.
#[derive(Default)]
pub(super) struct Stock<'a> {
    /// Volumes that nothing is known against as targets, with unit and status.
    pub(super) idle: Vec<(&'a VolumeSeen, Unit, HostStatus)>,
    /// The unit addresses that are taken, by logical subsystem.
    pub(super) taken: BTreeMap<(Serial, Lss), BTreeSet<u8>>,
    /// The highest unit of the profile's system, by logical subsystem.
    pub(super) highest: BTreeMap<(Serial, Lss), Unit>,
    /// The units that profiles of the system name, there or not.
    pub(super) meant: BTreeSet<Unit>,
}

impl<'a> View<'a> {
    /// Looks everything up; none where there is no such profile. The observation is sorted.
    pub(super) fn new(seen: &'a Observation, profile: &ProfileName) -> Option<Self> {
        let profile = seen.profile(profile)?;
        let mut here = BTreeMap::new();
        for unit in seen.units.iter().filter(|unit| unit.system == profile.system) {
            if let Device::Base(volume, status) = unit.device {
                here.insert(volume, (unit.unit, status));
            }
        }
        let mut carriers: BTreeMap<Volser, Vec<VolumeId>> = BTreeMap::new();
        for volume in seen.volumes.iter().filter(|volume| here.contains_key(&volume.id)) {
            if let Some(volser) = volume.volser {
                carriers.entry(volser).or_default().push(volume.id);
            }
        }
        let labels = seen.data_sets.iter().flat_map(|data_set| &data_set.volumes);
        let named = labels.chain(seen.catalogs.iter().flat_map(|catalog| &catalog.volumes)).copied().collect();
        let sides = seen.relations.iter().map(|relation| [relation.source, relation.target]);
        let copied = sides.chain(seen.mirrors.iter().map(|pair| [pair.standard, pair.bcv])).flatten().collect();
        let mut view = Self {
            seen,
            profile,
            here,
            sources: BTreeMap::new(),
            targets: BTreeMap::new(),
            claimed: BTreeSet::new(),
            copied,
            carriers,
            named,
            with_vtoc: seen.volumes.iter().filter(|volume| volume.vtoc.is_some()).collect(),
            stock: OnceCell::new(),
        };
        let of = |unit: Unit| Some((view.base(unit)?, unit));
        let sources = profile.sources.iter().filter_map(|source| of(source.unit)).collect();
        let targets = profile.targets.iter().filter_map(|mapping| of(mapping.target)).collect();
        let claimed = |other: &BackupProfile| -> Vec<VolumeId> {
            let units = other.sources.iter().map(|source| source.unit).chain(other.targets.iter().map(|mapping| mapping.target));
            units.filter_map(|unit| view.volume_of(other.system, unit)).collect()
        };
        let claimed = seen.profiles.iter().flat_map(claimed).collect();
        (view.sources, view.targets, view.claimed) = (sources, targets, claimed);
        Some(view)
    }

    /// What is free, looked up when it is first asked for.
    pub(super) fn stock(&self) -> &Stock<'a> {
        self.stock.get_or_init(|| self.counted())
    }

    fn counted(&self) -> Stock<'a> {
        let mut stock = Stock::default();
        for volume in &self.seen.volumes {
            let id = volume.id;
            stock.taken.entry((id.array, id.lss)).or_default().insert(id.ua.0);
            let Some(&(unit, status)) = self.here.get(&id) else { continue };
            let highest = stock.highest.entry((id.array, id.lss)).or_insert(unit);
            *highest = unit.max(*highest);
            let free = !self.claimed.contains(&id)
                && !self.copied.contains(&id)
                && volume.volser.is_none_or(|label| !self.named.contains(&label))
                && volume.vtoc.as_ref().is_none_or(Vec::is_empty)
                && !(volume.thin || volume.inhibited || volume.v1_active)
                && (volume.incapable, volume.reserved_by, volume.remote) == (None, None, None)
                && volume.held_for.is_none();
            if free && matches!(status, HostStatus::Offline | HostStatus::Online) {
                stock.idle.push((volume, unit, status));
            }
        }
        for unit in &self.seen.units {
            if let Device::Alias(id) = unit.device {
                stock.taken.entry((id.array, id.lss)).or_default().insert(id.ua.0);
            }
        }
        for profile in self.seen.profiles.iter().filter(|profile| profile.system == self.profile.system) {
            stock.meant.extend(profile.sources.iter().map(|source| source.unit));
            stock.meant.extend(profile.targets.iter().flat_map(|mapping| [mapping.source, mapping.target]));
        }
        stock
    }

    /// What stands behind a unit of a system.
    pub(super) fn device(&self, system: SystemName, unit: Unit) -> Option<Device> {
        let at = self.seen.units.binary_search_by_key(&(system, unit), |unit| (unit.system, unit.unit)).ok()?;
        self.seen.units.get(at).map(|unit| unit.device)
    }

    /// The volume behind a base unit of a system.
    pub(super) fn volume_of(&self, system: SystemName, unit: Unit) -> Option<VolumeId> {
        match self.device(system, unit)? {
            Device::Base(volume, _) => Some(volume),
            Device::Alias(_) => None,
        }
    }

    /// The volume behind a base unit of the profile's system.
    pub(super) fn base(&self, unit: Unit) -> Option<VolumeId> {
        self.volume_of(self.profile.system, unit)
    }

    pub(super) fn volume(&self, id: VolumeId) -> Option<&'a VolumeSeen> {
        let at = self.seen.volumes.binary_search_by_key(&id, |volume| volume.id).ok()?;
        self.seen.volumes.get(at)
    }

    /// The label of a volume.
    pub(super) fn label(&self, id: VolumeId) -> Option<Volser> {
        self.volume(id)?.volser
    }

    /// How the profile's system sees a volume.
    pub(super) fn status(&self, id: VolumeId) -> Option<HostStatus> {
        self.here.get(&id).map(|(_, status)| *status)
    }

    /// A volume with the name that findings give it.
    pub(super) fn at(&self, id: VolumeId) -> At {
        At { id, name: self.here.get(&id).map_or_else(|| id.to_string(), |(unit, _)| unit.to_string()) }
    }

    /// The volume that a subject is.
    pub(super) fn subject(&self, subject: &Subject) -> Option<VolumeId> {
        match subject {
            Subject::Unit(unit) => self.base(*unit),
            Subject::Volume(id) => Some(*id),
            _ => None,
        }
    }

    /// The volume that evidence names.
    pub(super) fn named_device(&self, name: &str) -> Option<VolumeId> {
        name.parse::<VolumeId>().ok().or_else(|| self.base(name.parse().ok()?))
    }

    pub(super) fn data_set(&self, name: &DataSetName) -> Option<&'a DataSet> {
        self.seen.data_sets.iter().find(|data_set| data_set.name == *name)
    }

    pub(super) fn catalog(&self, name: &CatalogName) -> Option<&'a CatalogSeen> {
        self.seen.catalogs.iter().find(|catalog| catalog.name == *name)
    }

    /// Whether the volume's label is mounted, and on no other volume.
    pub(super) fn is_plainly_mounted(&self, id: VolumeId) -> bool {
        let mounted = |id: &VolumeId| self.status(*id).is_some_and(HostStatus::is_mounted);
        let carriers = self.label(id).and_then(|label| self.carriers.get(&label));
        mounted(&id) && carriers.is_some_and(|all| all.iter().filter(|id| mounted(id)).count() == 1)
    }
}

/// The names behind a key of a finding's evidence.
pub(super) fn listed<'f>(finding: &'f Finding, key: &str) -> &'f [String] {
    match finding.evidence.get(key) {
        Some(Fact::List(names)) => names,
        _ => &[],
    }
}

/// The text behind a key of a finding's evidence; empty where there is none.
pub(super) fn text<'f>(finding: &'f Finding, key: &str) -> &'f str {
    match finding.evidence.get(key) {
        Some(Fact::Text(text)) => text,
        _ => "",
    }
}

/// The number behind a key of a finding's evidence.
pub(super) fn number(finding: &Finding, key: &str) -> Option<u64> {
    match finding.evidence.get(key) {
        Some(Fact::Number(number)) => Some(*number),
        _ => None,
    }
}

/// The generation that a finding is about.
pub(super) fn generation(finding: &Finding) -> Option<u8> {
    finding.subjects.iter().find_map(|subject| match subject {
        Subject::Generation(number) => Some(*number),
        _ => None,
    })
}
