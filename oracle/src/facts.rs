//! What is what before any rule is asked: who is source and target, what a label means, whose a data set is.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::name::{DataSetName, ProfileName, Serial, SystemName, Volser};
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
    /// Whether the profile lists the unit as source.
    pub(crate) is_source: bool,
    /// Whether the profile lists the unit as target, be it of an unmapped source.
    pub(crate) is_target: bool,
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

    /// Whether the VTOC of the volume names the data set; one that is not given names what is cataloged to the label.
    pub(crate) fn vtoc_names(&self, name: &DataSetName) -> bool {
        self.volume.vtoc.as_ref().is_none_or(|vtoc| vtoc.contains(name))
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

impl<'a> Listed<'a> {
    /// The base unit, where it is one.
    pub(crate) fn base(&self) -> Option<Base<'a>> {
        match self {
            Listed::Base(base) => Some(*base),
            Listed::Unknown | Listed::Alias => None,
        }
    }
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
    pub(crate) sources: FxHashSet<VolumeId>,
    pub(crate) targets: FxHashSet<VolumeId>,
}

/// The units that a profile lists, each once.
#[derive(Default)]
struct Lists {
    sources: FxHashSet<Unit>,
    targets: FxHashSet<Unit>,
}

/// Volumes by label, in the order in which they are seen.
#[derive(Default)]
struct Labels {
    /// The first of each label among the base units.
    first: FxHashMap<Volser, usize>,
    /// The base unit with the same label that comes next.
    next: Vec<Option<usize>>,
}

impl Labels {
    fn of(bases: &[Base]) -> Self {
        let mut labels = Self { first: FxHashMap::default(), next: vec![None; bases.len()] };
        labels.first.reserve(bases.len());
        for ((at, base), next) in bases.iter().enumerate().zip(&mut labels.next).rev() {
            if let Some(volser) = base.volume.volser {
                *next = labels.first.insert(volser, at);
            }
        }
        labels
    }
}

/// A data set, and what it is to the profile.
pub(crate) struct Placed<'a> {
    pub(crate) data_set: &'a DataSet,
    /// Whether it is the IMS system's.
    pub(crate) belongs: bool,
    /// Whether the backup must contain it.
    pub(crate) in_scope: bool,
    /// Whether it counts as non-IMS: nothing of IMS, or only of IMS systems outside the profile's group.
    pub(crate) non_ims: bool,
    /// The volumes that hold it by its catalog entry, each once.
    volumes: Range<usize>,
}

/// Copies by each of their two sides, in the order in which they are seen.
struct Sides<'a, T> {
    copies: &'a [T],
    /// The first side at each volume; side 2n and 2n + 1 are those of copy n.
    first: FxHashMap<VolumeId, usize>,
    /// The side of the same volume that comes next.
    next: Vec<Option<usize>>,
}

impl<'a, T> Sides<'a, T> {
    fn of(copies: &'a [T], ends: impl Fn(&T) -> [VolumeId; 2]) -> Self {
        let (mut first, mut next) = (FxHashMap::default(), vec![None; 2 * copies.len()]);
        first.reserve(next.len());
        let sides = copies.iter().flat_map(ends).enumerate().collect::<Vec<_>>();
        for ((side, id), next) in sides.into_iter().zip(&mut next).rev() {
            *next = first.insert(id, side);
        }
        Self { copies, first, next }
    }

    fn at(&self, id: VolumeId) -> impl Iterator<Item = &'a T> {
        let sides = std::iter::successors(self.first.get(&id).copied(), |side| *self.next.get(*side)?);
        sides.filter_map(|side| self.copies.get(side / 2))
    }
}

/// What each unit of a system stands for, and what the profile makes of it.
fn units<'a>(
    seen: &'a Observation,
    system: SystemName,
    volumes: &FxHashMap<VolumeId, &'a VolumeSeen>,
    lists: &Lists,
) -> Vec<(Unit, Listed<'a>)> {
    let arrays: FxHashMap<Serial, &ArraySeen> = seen.arrays.iter().map(|array| (array.serial, array)).collect();
    let mut units = Vec::with_capacity(seen.units.len());
    units.extend(seen.units.iter().filter(|unit| unit.system == system).map(|seen| {
        let listed = match seen.device {
            Device::Alias(_) => Listed::Alias,
            Device::Base(id, status) => match (volumes.get(&id), arrays.get(&id.array)) {
                (Some(volume), Some(array)) => Listed::Base(Base {
                    unit: seen.unit,
                    status,
                    volume,
                    array,
                    is_source: lists.sources.contains(&seen.unit),
                    is_target: lists.targets.contains(&seen.unit),
                }),
                _ => Listed::Unknown,
            },
        };
        (seen.unit, listed)
    }));
    units
}

/// Everything the rules ask about, looked up once. The order of a hashed table decides nothing.
pub(crate) struct Facts<'a> {
    pub(crate) seen: &'a Observation,
    pub(crate) profile: &'a BackupProfile,
    /// The listed sources, each once.
    pub(crate) source_units: Vec<(Source, Listed<'a>)>,
    /// The listed targets, each once, those of unmapped sources too.
    pub(crate) target_units: Vec<(Unit, Listed<'a>)>,
    lists: Lists,
    /// The pairs of all generations.
    pub(crate) pairs: Vec<Pair<'a>>,
    /// Source and target of the pairs, whatever the generation.
    mapped: FxHashSet<(Unit, Unit)>,
    /// The other profiles of the site.
    pub(crate) others: Vec<Other<'a>>,
    volumes: FxHashMap<VolumeId, &'a VolumeSeen>,
    /// The base units of the profile's system by volume.
    places: FxHashMap<VolumeId, Base<'a>>,
    /// The same in the order in which they are seen.
    bases: Vec<Base<'a>>,
    labels: Labels,
    /// The data sets, and where they are.
    data_sets: Vec<Placed<'a>>,
    /// The volumes of one data set after the other.
    placed: Vec<Base<'a>>,
    relations: Sides<'a, Relation>,
    mirrors: Sides<'a, MirrorPair>,
}

impl<'a> Facts<'a> {
    /// Looks everything up; none where there is no such profile.
    pub(crate) fn gather(seen: &'a Observation, name: &ProfileName) -> Option<Self> {
        let profile = seen.profiles.iter().find(|profile| profile.name == *name)?;
        let mut volumes: FxHashMap<VolumeId, &VolumeSeen> = FxHashMap::default();
        volumes.reserve(seen.volumes.len());
        volumes.extend(seen.volumes.iter().map(|volume| (volume.id, volume)));
        let mut lists = Lists::default();
        lists.sources.reserve(profile.sources.len());
        lists.targets.reserve(profile.targets.len());
        let sources: Vec<Source> = profile.sources.iter().filter(|source| lists.sources.insert(source.unit)).copied().collect();
        let targets = profile.targets.iter().map(|mapping| mapping.target);
        let targets: Vec<Unit> = targets.filter(|target| lists.targets.insert(*target)).collect();
        let at_home = units(seen, profile.system, &volumes, &lists);
        let by_unit = |units: &[(Unit, Listed<'a>)]| units.iter().copied().collect::<FxHashMap<Unit, Listed<'a>>>();
        let home = by_unit(&at_home);
        let resolve = |unit: Unit| home.get(&unit).copied().unwrap_or(Listed::Unknown);

        let source_units = sources.into_iter().map(|source| (source, resolve(source.unit))).collect();
        let target_units = targets.into_iter().map(|target| (target, resolve(target))).collect();

        let mut all: Vec<_> =
            profile.targets.iter().map(|mapping| (mapping.generation, mapping.source, mapping.target)).collect();
        all.sort_unstable();
        all.dedup();
        let mut pairs = Vec::with_capacity(all.len());
        for (generation, source, target) in all {
            let (Listed::Base(source), Listed::Base(target)) = (resolve(source), resolve(target)) else { continue };
            if source.is_source {
                pairs.push(Pair { generation, source, target });
            }
        }
        let mapped = pairs.iter().map(|pair| (pair.source.unit, pair.target.unit)).collect();

        let other = |other: &'a BackupProfile| {
            let elsewhere = (other.system != profile.system).then(|| by_unit(&units(seen, other.system, &volumes, &lists)));
            let units = elsewhere.as_ref().unwrap_or(&home);
            let volume = |unit: Unit| units.get(&unit).and_then(Listed::base).map(|base| base.id());
            Other {
                name: &other.name,
                sources: other.sources.iter().filter_map(|source| volume(source.unit)).collect(),
                targets: other.targets.iter().filter_map(|mapping| volume(mapping.target)).collect(),
            }
        };
        let others: Vec<Other> = seen.profiles.iter().filter(|other| other.name != profile.name).map(other).collect();

        let bases: Vec<Base> = at_home.iter().filter_map(|(_, listed)| listed.base()).collect();
        let mut places = FxHashMap::default();
        places.reserve(bases.len());
        places.extend(bases.iter().map(|base| (base.id(), *base)));
        let labels = Labels::of(&bases);

        let relations = Sides::of(&seen.relations, |relation| [relation.source, relation.target]);
        let mirrors = Sides::of(&seen.mirrors, |mirror| [mirror.standard, mirror.bcv]);

        let mut facts = Self {
            seen,
            profile,
            source_units,
            target_units,
            lists,
            pairs,
            mapped,
            others,
            volumes,
            places,
            bases,
            labels,
            data_sets: Vec::new(),
            placed: Vec::new(),
            relations,
            mirrors,
        };
        facts.place();
        Some(facts)
    }

    /// Finds out of every data set what it is to the profile, and where it is.
    fn place(&mut self) {
        let (seen, profile) = (self.seen, self.profile);
        let shared = seen.ims.iter().find(|ims| ims.ssid == profile.ims_ssid).and_then(|ims| ims.group);
        // The IMS systems that share a RECON with the profile's, itself included.
        let mut group = vec![profile.ims_ssid];
        group.extend(seen.ims.iter().filter(|ims| ims.group.is_some() && ims.group == shared).map(|ims| ims.ssid));
        // The IMS systems whose data sets are this profile's.
        let own = match seen.policy.log_scope {
            LogScope::Group => group.clone(),
            LogScope::Member => vec![profile.ims_ssid],
        };

        let (mut data_sets, mut placed) = (Vec::with_capacity(seen.data_sets.len()), Vec::new());
        for data_set in &seen.data_sets {
            let by_ims = used_by_ims(data_set.class);
            let belongs = by_ims && data_set.ims.iter().any(|ssid| own.contains(ssid));
            let in_scope = match profile.backup_type {
                BackupType::Data => belongs && matches!(data_set.class, DataSetClass::Database | DataSetClass::UserIncluded),
                BackupType::Full => belongs,
            };
            let non_ims =
                data_set.class == DataSetClass::NonIms || (by_ims && !data_set.ims.iter().any(|ssid| group.contains(ssid)));

            let first = placed.len();
            if data_set.storage == Storage::Disk {
                placed.extend(data_set.volumes.iter().flat_map(|volser| self.means(*volser)));
                if placed.len() > first + 1 {
                    let mut several = placed.split_off(first);
                    several.sort_unstable_by_key(Base::id);
                    several.dedup_by_key(|base| base.id());
                    placed.append(&mut several);
                }
            }
            data_sets.push(Placed { data_set, belongs, in_scope, non_ims, volumes: first..placed.len() });
        }
        (self.data_sets, self.placed) = (data_sets, placed);
    }

    /// The sources that are base units.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Base<'a>> {
        self.source_units.iter().filter_map(|(_, listed)| listed.base())
    }

    /// The targets that are base units.
    pub(crate) fn targets(&self) -> impl Iterator<Item = Base<'a>> {
        self.target_units.iter().filter_map(|(_, listed)| listed.base())
    }

    /// The data sets, each with the volumes that hold it by its catalog entry.
    pub(crate) fn data_sets(&self) -> impl Iterator<Item = (&Placed<'a>, &[Base<'a>])> {
        self.data_sets.iter().map(|placed| (placed, self.placed.get(placed.volumes.clone()).unwrap_or_default()))
    }

    /// The base units that carry the label.
    pub(crate) fn carriers(&self, volser: Volser) -> impl Iterator<Item = Base<'a>> {
        let first = self.labels.first.get(&volser).copied();
        let carriers = std::iter::successors(first, |at| *self.labels.next.get(*at)?);
        carriers.filter_map(|at| self.bases.get(at).copied())
    }

    /// Whether the volume is a source of the profile.
    pub(crate) fn is_source(&self, id: VolumeId) -> bool {
        self.places.get(&id).is_some_and(|base| base.is_source)
    }

    /// Whether the volume is a target of the profile.
    pub(crate) fn is_target(&self, id: VolumeId) -> bool {
        self.places.get(&id).is_some_and(|base| base.is_target)
    }

    /// Whether the profile lists the unit as source, whatever it stands for.
    pub(crate) fn lists_source(&self, unit: Unit) -> bool {
        self.lists.sources.contains(&unit)
    }

    /// Whether the two are a pair of the profile in any generation.
    pub(crate) fn is_mapped(&self, source: VolumeId, target: VolumeId) -> bool {
        let unit = |id| self.places.get(&id).map(|base| base.unit);
        unit(source).zip(unit(target)).is_some_and(|pair| self.mapped.contains(&pair))
    }

    /// The FlashCopy relations that this volume is either side of.
    pub(crate) fn relations(&self, id: VolumeId) -> impl Iterator<Item = &'a Relation> {
        self.relations.at(id)
    }

    /// The mirror pairs that this volume is either side of.
    pub(crate) fn mirrors(&self, id: VolumeId) -> impl Iterator<Item = &'a MirrorPair> {
        self.mirrors.at(id)
    }

    /// The volumes that a catalog means by this label; none where the site does not have the volume.
    pub(crate) fn means(&self, volser: Volser) -> impl Iterator<Item = Base<'a>> {
        // Sources that are online come before all others that are, those before what is not online.
        let place = |base: &Base| (mounted(base.status), mounted(base.status) && base.is_source);
        let best = self.carriers(volser).map(|base| place(&base)).max();
        // Where none is online, the volumes that carry it and are no target of any profile.
        let is_target = |base: &Base| base.is_target || self.others.iter().any(|other| other.targets.contains(&base.id()));
        self.carriers(volser).filter(move |base| Some(place(base)) == best && (mounted(base.status) || !is_target(base)))
    }

    /// Whether the site does not have the volume of this label.
    pub(crate) fn unknown(&self, volser: Volser) -> bool {
        self.means(volser).next().is_none()
    }

    /// The volume as the subject of a finding.
    pub(crate) fn subject(&self, id: VolumeId) -> Subject {
        self.places.get(&id).map_or(Subject::Volume(id), |base| base.subject())
    }

    /// The volume as evidence names it.
    pub(crate) fn device(&self, id: VolumeId) -> String {
        self.places.get(&id).map_or_else(|| id.to_string(), |base| base.unit.to_string())
    }

    /// Volumes as evidence names them.
    pub(crate) fn devices(&self, ids: impl IntoIterator<Item = VolumeId>) -> Fact {
        Fact::list(ids.into_iter().map(|id| self.device(id)))
    }

    /// The label of a volume as evidence.
    pub(crate) fn volser(&self, id: VolumeId) -> Fact {
        label(self.places.get(&id).and_then(|base| base.volume.volser))
    }

    /// The profile for which the product holds the volume.
    pub(crate) fn held_for(&self, id: VolumeId) -> Option<&'a ProfileName> {
        self.volumes.get(&id).and_then(|volume| volume.held_for.as_ref())
    }

    /// The arrays that own a source or a target, each with how many units of the profile lie on it.
    pub(crate) fn units_by_array(&self) -> BTreeMap<Serial, (&'a ArraySeen, u64)> {
        // What is both is one unit.
        let targets = self.targets().filter(|base| !base.is_source);
        let on: Vec<&'a ArraySeen> = self.sources().chain(targets).map(|base| base.array).collect();
        let mut arrays = BTreeMap::new();
        for of_one in on.chunk_by(|a, b| a.serial == b.serial) {
            if let [array, ..] = of_one {
                let (_, units) = arrays.entry(array.serial).or_insert((*array, 0));
                *units += of_one.len() as u64;
            }
        }
        arrays
    }
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
