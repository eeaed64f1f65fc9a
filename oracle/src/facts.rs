//! What is what before any rule is asked: who is source and target, what a label means, whose a data set is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::name::{DataSetName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::observation::{
    ArraySeen, BackupProfile, DataSet, Device, MirrorPair, Observation, Relation, Source, VolumeSeen,
};
use dasdlab_model::states::{BackupType, DataSetClass, HostStatus, LogScope, MirrorState, Storage};
use dasdlab_model::unit::{Unit, VolumeId};

/// A base unit of the profile's system with what lies behind it.
#[derive(Clone, Copy)]
pub(crate) struct Base<'a> {
    pub(crate) unit: Unit,
    pub(crate) status: HostStatus,
    pub(crate) volume: &'a VolumeSeen,
    pub(crate) array: &'a ArraySeen,
}

impl Base<'_> {
    /// The identity of the volume.
    pub(crate) fn id(&self) -> VolumeId {
        self.volume.id
    }

    /// The unit as the subject of a finding.
    pub(crate) fn subject(&self) -> Subject {
        Subject::Unit(self.unit)
    }

    /// The label as evidence.
    pub(crate) fn volser(&self) -> Fact {
        label(self.volume.volser)
    }
}

/// What a unit number of the profile stands for in its system.
#[derive(Clone, Copy)]
pub(crate) enum Listed<'a> {
    /// Nothing.
    Unknown,
    /// An alias.
    Alias,
    /// A base unit.
    Base(Base<'a>),
}

/// A listed source with its target in one generation, both of them base units.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) generation: u8,
    pub(crate) source: Base<'a>,
    pub(crate) target: Base<'a>,
}

/// Another profile, by the identity of its volumes.
pub(crate) struct Other<'a> {
    pub(crate) name: &'a ProfileName,
    pub(crate) sources: BTreeSet<VolumeId>,
    pub(crate) targets: BTreeSet<VolumeId>,
}

/// Everything the rules ask about, looked up once.
pub(crate) struct Facts<'a> {
    pub(crate) seen: &'a Observation,
    pub(crate) profile: &'a BackupProfile,
    /// The listed sources by unit.
    pub(crate) source_units: BTreeMap<Unit, (Source, Listed<'a>)>,
    /// The listed targets by unit, each once, those of unmapped sources too.
    pub(crate) target_units: BTreeMap<Unit, Listed<'a>>,
    /// The sources that are base units.
    pub(crate) sources: BTreeMap<VolumeId, Base<'a>>,
    /// The targets that are base units.
    pub(crate) targets: BTreeMap<VolumeId, Base<'a>>,
    /// The pairs of all generations.
    pub(crate) pairs: Vec<Pair<'a>>,
    /// Source and target of the pairs, whatever the generation.
    mapped: BTreeSet<(VolumeId, VolumeId)>,
    /// The other profiles of the site.
    pub(crate) others: Vec<Other<'a>>,
    volumes: BTreeMap<VolumeId, &'a VolumeSeen>,
    /// The base units of the profile's system by volume.
    bases: BTreeMap<VolumeId, Base<'a>>,
    /// The volumes with a base unit there by label.
    pub(crate) carriers: BTreeMap<Volser, Vec<Base<'a>>>,
    /// The volumes that a catalog means by a label.
    meaning: BTreeMap<Volser, BTreeSet<VolumeId>>,
    /// The IMS systems whose data sets are this profile's.
    own: BTreeSet<ImsSsid>,
    /// The IMS systems that share a RECON with the profile's, itself included.
    group: BTreeSet<ImsSsid>,
    relations: BTreeMap<VolumeId, Vec<&'a Relation>>,
    mirrors: BTreeMap<VolumeId, Vec<&'a MirrorPair>>,
}

impl<'a> Facts<'a> {
    /// Looks everything up; none where there is no such profile.
    pub(crate) fn gather(seen: &'a Observation, name: &ProfileName) -> Option<Self> {
        let profile = seen.profiles.iter().find(|profile| profile.name == *name)?;
        let volumes: BTreeMap<VolumeId, &VolumeSeen> = seen.volumes.iter().map(|volume| (volume.id, volume)).collect();
        let arrays: BTreeMap<Serial, &ArraySeen> = seen.arrays.iter().map(|array| (array.serial, array)).collect();
        let units: BTreeMap<(SystemName, Unit), Listed> = seen
            .units
            .iter()
            .map(|unit| {
                let listed = match unit.device {
                    Device::Alias(_) => Listed::Alias,
                    Device::Base(id, status) => match (volumes.get(&id), arrays.get(&id.array)) {
                        (Some(volume), Some(array)) => Listed::Base(Base { unit: unit.unit, status, volume, array }),
                        _ => Listed::Unknown,
                    },
                };
                ((unit.system, unit.unit), listed)
            })
            .collect();
        let resolve = |system: SystemName, unit: Unit| units.get(&(system, unit)).copied().unwrap_or(Listed::Unknown);
        let volume_of = |system: SystemName, unit: Unit| match resolve(system, unit) {
            Listed::Base(base) => Some(base.id()),
            Listed::Unknown | Listed::Alias => None,
        };

        let source_units: BTreeMap<_, _> =
            profile.sources.iter().map(|source| (source.unit, (*source, resolve(profile.system, source.unit)))).collect();
        let target_units: BTreeMap<_, _> =
            profile.targets.iter().map(|mapping| (mapping.target, resolve(profile.system, mapping.target))).collect();
        let sources = bases(source_units.values().map(|(_, listed)| *listed));
        let targets = bases(target_units.values().copied());

        let listed: BTreeSet<_> =
            profile.targets.iter().map(|mapping| (mapping.generation, mapping.source, mapping.target)).collect();
        let mut pairs = Vec::new();
        for (generation, source, target) in listed {
            let (Some((_, Listed::Base(source))), Some(Listed::Base(target))) =
                (source_units.get(&source), target_units.get(&target))
            else {
                continue;
            };
            pairs.push(Pair { generation, source: *source, target: *target });
        }
        let mapped = pairs.iter().map(|pair| (pair.source.id(), pair.target.id())).collect();

        let others: Vec<Other> = seen
            .profiles
            .iter()
            .filter(|other| other.name != profile.name)
            .map(|other| Other {
                name: &other.name,
                sources: other.sources.iter().filter_map(|source| volume_of(other.system, source.unit)).collect(),
                targets: other.targets.iter().filter_map(|mapping| volume_of(other.system, mapping.target)).collect(),
            })
            .collect();

        let bases = bases(units.iter().filter(|((system, _), _)| *system == profile.system).map(|(_, listed)| *listed));
        let mut carriers: BTreeMap<Volser, Vec<Base>> = BTreeMap::new();
        for base in bases.values() {
            if let Some(volser) = base.volume.volser {
                carriers.entry(volser).or_default().push(*base);
            }
        }
        let is_target = |id: VolumeId| targets.contains_key(&id) || others.iter().any(|other| other.targets.contains(&id));
        let meaning = carriers
            .iter()
            .map(|(volser, carriers)| {
                let mounted: BTreeSet<_> = carriers.iter().filter(|base| mounted(base.status)).map(Base::id).collect();
                let sources: BTreeSet<_> = mounted.iter().copied().filter(|id| sources.contains_key(id)).collect();
                let volumes = if !sources.is_empty() {
                    sources
                } else if !mounted.is_empty() {
                    mounted
                } else {
                    carriers.iter().map(Base::id).filter(|id| !is_target(*id)).collect()
                };
                (*volser, volumes)
            })
            .collect();

        let shared = seen.ims.iter().find(|ims| ims.ssid == profile.ims_ssid).and_then(|ims| ims.group);
        let mut group = BTreeSet::from([profile.ims_ssid]);
        group.extend(seen.ims.iter().filter(|ims| ims.group.is_some() && ims.group == shared).map(|ims| ims.ssid));
        let own = match seen.policy.log_scope {
            LogScope::Group => group.clone(),
            LogScope::Member => BTreeSet::from([profile.ims_ssid]),
        };

        let mut relations: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for relation in &seen.relations {
            relations.entry(relation.source).or_default().push(relation);
            relations.entry(relation.target).or_default().push(relation);
        }
        let mut mirrors: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for mirror in &seen.mirrors {
            mirrors.entry(mirror.standard).or_default().push(mirror);
            mirrors.entry(mirror.bcv).or_default().push(mirror);
        }

        Some(Self {
            seen,
            profile,
            source_units,
            target_units,
            sources,
            targets,
            pairs,
            mapped,
            others,
            volumes,
            bases,
            carriers,
            meaning,
            own,
            group,
            relations,
            mirrors,
        })
    }

    /// Whether the volume is a source of the profile.
    pub(crate) fn is_source(&self, id: VolumeId) -> bool {
        self.sources.contains_key(&id)
    }

    /// Whether the volume is a target of the profile.
    pub(crate) fn is_target(&self, id: VolumeId) -> bool {
        self.targets.contains_key(&id)
    }

    /// Whether the two are a pair of the profile in any generation.
    pub(crate) fn is_mapped(&self, source: VolumeId, target: VolumeId) -> bool {
        self.mapped.contains(&(source, target))
    }

    /// The FlashCopy relations that this volume is either side of.
    pub(crate) fn relations(&self, id: VolumeId) -> impl Iterator<Item = &'a Relation> {
        self.relations.get(&id).into_iter().flatten().copied()
    }

    /// The mirror pairs that this volume is either side of.
    pub(crate) fn mirrors(&self, id: VolumeId) -> impl Iterator<Item = &'a MirrorPair> {
        self.mirrors.get(&id).into_iter().flatten().copied()
    }

    /// The volumes that a catalog means by this label; none where the site does not have the volume.
    pub(crate) fn means(&self, volser: Volser) -> impl Iterator<Item = VolumeId> {
        self.meaning.get(&volser).into_iter().flatten().copied()
    }

    /// Whether the site does not have the volume of this label.
    pub(crate) fn unknown(&self, volser: Volser) -> bool {
        self.means(volser).next().is_none()
    }

    /// The volumes that hold the data set by its catalog entry.
    pub(crate) fn volumes_of(&self, data_set: &DataSet) -> BTreeSet<VolumeId> {
        if data_set.storage != Storage::Disk {
            return BTreeSet::new();
        }
        data_set.volumes.iter().flat_map(|volser| self.means(*volser)).collect()
    }

    /// Whether the VTOC of the volume names the data set; one that is not given names what is cataloged to the label.
    pub(crate) fn vtoc_names(&self, id: VolumeId, name: &DataSetName) -> bool {
        let vtoc = self.bases.get(&id).and_then(|base| base.volume.vtoc.as_ref());
        vtoc.is_none_or(|vtoc| vtoc.contains(name))
    }

    /// Whether the data set is the IMS system's.
    pub(crate) fn belongs(&self, data_set: &DataSet) -> bool {
        used_by_ims(data_set.class) && data_set.ims.iter().any(|ssid| self.own.contains(ssid))
    }

    /// Whether the backup must contain the data set.
    pub(crate) fn in_scope(&self, data_set: &DataSet) -> bool {
        let class = match self.profile.backup_type {
            BackupType::Data => matches!(data_set.class, DataSetClass::Database | DataSetClass::UserIncluded),
            BackupType::Full => used_by_ims(data_set.class),
        };
        class && self.belongs(data_set)
    }

    /// Whether the data set counts as non-IMS: nothing of IMS, or only of IMS systems outside the profile's group.
    pub(crate) fn non_ims(&self, data_set: &DataSet) -> bool {
        data_set.class == DataSetClass::NonIms
            || (used_by_ims(data_set.class) && !data_set.ims.iter().any(|ssid| self.group.contains(ssid)))
    }

    /// The volume as the subject of a finding.
    pub(crate) fn subject(&self, id: VolumeId) -> Subject {
        self.bases.get(&id).map_or(Subject::Volume(id), Base::subject)
    }

    /// The volume as evidence names it.
    pub(crate) fn device(&self, id: VolumeId) -> String {
        self.bases.get(&id).map_or_else(|| id.to_string(), |base| base.unit.to_string())
    }

    /// Volumes as evidence names them.
    pub(crate) fn devices(&self, ids: impl IntoIterator<Item = VolumeId>) -> Fact {
        Fact::list(ids.into_iter().map(|id| self.device(id)))
    }

    /// The label of a volume as evidence.
    pub(crate) fn volser(&self, id: VolumeId) -> Fact {
        label(self.bases.get(&id).and_then(|base| base.volume.volser))
    }

    /// The profile for which the product holds the volume.
    pub(crate) fn held_for(&self, id: VolumeId) -> Option<&'a ProfileName> {
        self.volumes.get(&id).and_then(|volume| volume.held_for.as_ref())
    }

    /// How many units of the profile lie on each array that owns one.
    pub(crate) fn units_by_array(&self) -> BTreeMap<Serial, (&'a ArraySeen, BTreeSet<Unit>)> {
        let mut arrays = BTreeMap::new();
        for base in self.sources.values().chain(self.targets.values()) {
            let (_, units) = arrays.entry(base.array.serial).or_insert_with(|| (base.array, BTreeSet::new()));
            units.insert(base.unit);
        }
        arrays
    }
}

/// The base units among these, by volume.
fn bases<'a>(listed: impl Iterator<Item = Listed<'a>>) -> BTreeMap<VolumeId, Base<'a>> {
    listed
        .filter_map(|listed| match listed {
            Listed::Base(base) => Some((base.id(), base)),
            Listed::Unknown | Listed::Alias => None,
        })
        .collect()
}

/// Classes that name the IMS systems that use them: all but the product's own data and what has nothing to do with IMS.
fn used_by_ims(class: DataSetClass) -> bool {
    matches!(
        class,
        DataSetClass::Database | DataSetClass::Log | DataSetClass::Recon | DataSetClass::System | DataSetClass::UserIncluded
    )
}

/// Whether the system has the unit online: idle, allocated, or on its way offline.
pub(crate) fn mounted(status: HostStatus) -> bool {
    [HostStatus::Online, HostStatus::Allocated, HostStatus::PendingOffline].contains(&status)
}

/// Whether a mirror pair is established.
pub(crate) fn established(state: MirrorState) -> bool {
    [MirrorState::SyncInProg, MirrorState::Synchronized, MirrorState::SplitInProg, MirrorState::RestInProg, MirrorState::Restored]
        .contains(&state)
}

/// The system that holds a reserve on the volume, unless it is this one.
pub(crate) fn reserved_elsewhere(volume: &VolumeSeen, system: SystemName) -> Option<SystemName> {
    volume.reserved_by.filter(|holder| *holder != system)
}

/// A name as evidence, empty where there is none.
pub(crate) fn label(name: Option<impl fmt::Display>) -> Fact {
    name.map_or_else(|| Fact::text(""), Fact::text)
}

/// Names of data sets as evidence.
pub(crate) fn names<'a>(data_sets: impl IntoIterator<Item = &'a DataSet>) -> Fact {
    Fact::list(data_sets.into_iter().map(|data_set| &data_set.name))
}
