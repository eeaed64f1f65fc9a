//! What each volume is to a profile, and which pairs the profile makes.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::name::{ImsSsid, ProfileName, SystemName, Volser};
use dasdlab_model::observation::{BackupProfile, DataSet, Device, Observation};
use dasdlab_model::states::{DataSetClass, HostStatus, LogScope, Storage};
use dasdlab_model::unit::{Unit, VolumeId};

use super::glyph::{Holds, Role};

/// A pair of a profile; an end that is nowhere has no volume.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mapped {
    pub(super) generation: u8,
    pub(super) source: Unit,
    pub(super) target: Unit,
    pub(super) from: Option<VolumeId>,
    pub(super) to: Option<VolumeId>,
}

/// What volumes are to a profile.
#[derive(Debug, Clone, Default)]
pub(super) struct Roles {
    roles: BTreeMap<VolumeId, Role>,
    /// Those of the profile, by generation.
    pub(super) pairs: Vec<Mapped>,
}

/// The base units of a system.
pub(super) type Units = BTreeMap<Unit, (VolumeId, HostStatus)>;

/// The base units of a system by number.
pub(super) fn units(seen: &Observation, system: SystemName) -> Units {
    let of_system = seen.units.iter().filter(|entry| entry.system == system);
    let base = |device| match device {
        Device::Base(volume, status) => Some((volume, status)),
        Device::Alias(_) => None,
    };
    of_system.filter_map(|entry| Some((entry.unit, base(entry.device)?))).collect()
}

/// The system whose units a picture shows: the profile's, else the first.
pub(super) fn home(seen: &Observation, profile: Option<&BackupProfile>) -> Option<SystemName> {
    profile.map(|profile| profile.system).or_else(|| seen.systems.first().map(|system| system.name))
}

impl Roles {
    /// The roles as they are now.
    pub(super) fn of(seen: &Observation, name: Option<&ProfileName>) -> Self {
        let profile = name.and_then(|name| seen.profile(name));
        let mut by_system: BTreeMap<SystemName, Units> = BTreeMap::new();
        for system in seen.profiles.iter().map(|profile| profile.system).chain(home(seen, profile)) {
            by_system.entry(system).or_insert_with(|| units(seen, system));
        }
        let none = Units::new();
        let own_units = home(seen, profile).and_then(|system| by_system.get(&system)).unwrap_or(&none);
        let mut this = Self::default();
        let sources = this.own(profile, own_units);
        let targets: BTreeSet<VolumeId> =
            this.roles.iter().filter(|(_, role)| matches!(role, Role::Target(_))).map(|(id, _)| *id).collect();
        this.others(seen, name, &by_system);
        let holds = holds(seen, profile, own_units, &sources, &targets);
        for (id, holds) in holds {
            let role = this.roles.entry(id).or_insert(Role::Outside(holds));
            if let Role::Source(of) = role {
                *of = holds;
            }
        }
        this
    }

    /// Sources, targets and pairs of the profile itself; gives its sources.
    fn own(&mut self, profile: Option<&BackupProfile>, units: &Units) -> BTreeSet<VolumeId> {
        let Some(profile) = profile else { return BTreeSet::new() };
        let volume = |unit: Unit| units.get(&unit).map(|(volume, _)| *volume);
        let listed: BTreeSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
        let sources: BTreeSet<VolumeId> = listed.iter().filter_map(|unit| volume(*unit)).collect();
        self.roles.extend(sources.iter().map(|id| (*id, Role::Source(Holds::Nothing))));
        for mapping in &profile.targets {
            let to = volume(mapping.target);
            if let Some(to) = to {
                let role = self.roles.entry(to).or_insert(Role::Target(mapping.generation));
                *role = match *role {
                    Role::Source(_) | Role::SourceAndTarget => Role::SourceAndTarget,
                    Role::Target(generation) => Role::Target(generation.min(mapping.generation)),
                    _ => Role::Target(mapping.generation),
                };
            }
            if listed.contains(&mapping.source) {
                let (generation, source, target) = (mapping.generation, mapping.source, mapping.target);
                self.pairs.push(Mapped { generation, source, target, from: volume(source), to });
            }
        }
        self.pairs.sort_unstable();
        self.pairs.dedup();
        sources
    }

    /// What belongs to other profiles only.
    fn others(&mut self, seen: &Observation, own: Option<&ProfileName>, by_system: &BTreeMap<SystemName, Units>) {
        for profile in seen.profiles.iter().filter(|profile| Some(&profile.name) != own) {
            let Some(units) = by_system.get(&profile.system) else { continue };
            let sources = profile.sources.iter().map(|source| source.unit);
            let all = sources.chain(profile.targets.iter().map(|mapping| mapping.target));
            for (volume, _) in all.filter_map(|unit| units.get(&unit)) {
                self.roles.entry(*volume).or_insert(Role::Foreign);
            }
        }
    }

    /// The volumes that are something.
    pub(super) fn volumes(&self) -> impl Iterator<Item = VolumeId> {
        self.roles.keys().copied()
    }

    /// What a volume is to the profile.
    pub(super) fn role(&self, id: VolumeId) -> Role {
        self.roles.get(&id).copied().unwrap_or(Role::Outside(Holds::Nothing))
    }
}

/// What lies where, by the labels that catalogs name.
fn holds(
    seen: &Observation,
    profile: Option<&BackupProfile>,
    units: &Units,
    sources: &BTreeSet<VolumeId>,
    targets: &BTreeSet<VolumeId>,
) -> BTreeMap<VolumeId, Holds> {
    let status: BTreeMap<VolumeId, HostStatus> = units.values().copied().collect();
    let mut carriers: BTreeMap<Volser, Vec<VolumeId>> = BTreeMap::new();
    for volume in &seen.volumes {
        if let Some(label) = volume.volser.filter(|_| status.contains_key(&volume.id)) {
            carriers.entry(label).or_default().push(volume.id);
        }
    }
    for volumes in carriers.values_mut() {
        let is_mounted = |id: &VolumeId| status.get(id).is_some_and(|status| status.is_mounted());
        if volumes.iter().any(is_mounted) {
            volumes.retain(is_mounted);
            if volumes.iter().any(|id| sources.contains(id)) {
                volumes.retain(|id| sources.contains(id));
            }
        } else {
            volumes.retain(|id| !targets.contains(id));
        }
    }
    let own = own_ims(seen, profile);
    let mut found: BTreeMap<VolumeId, Holds> = BTreeMap::new();
    for data_set in seen.data_sets.iter().filter(|data_set| data_set.storage == Storage::Disk) {
        let class = class(data_set, own.as_ref());
        for id in data_set.volumes.iter().filter_map(|label| carriers.get(label)).flatten() {
            let holds = found.entry(*id).or_insert(class);
            *holds = together(*holds, class);
        }
    }
    found
}

/// The IMS systems whose data are the profile's; none where there is no profile.
fn own_ims(seen: &Observation, profile: Option<&BackupProfile>) -> Option<BTreeSet<ImsSsid>> {
    let own = profile?.ims_ssid;
    let group = seen.ims.iter().find(|ims| ims.ssid == own).and_then(|ims| ims.group.as_ref());
    let group = group.filter(|_| seen.policy.log_scope == LogScope::Group);
    let members = seen.ims.iter().filter(|ims| group.is_some() && ims.group.as_ref() == group);
    Some(members.map(|ims| ims.ssid).chain([own]).collect())
}

fn class(data_set: &DataSet, own: Option<&BTreeSet<ImsSsid>>) -> Holds {
    let is_own = own.is_none_or(|own| data_set.ims.iter().any(|ims| own.contains(ims)));
    match data_set.class {
        DataSetClass::Control => Holds::Control,
        DataSetClass::NonIms => Holds::NonIms,
        _ if !is_own => Holds::NonIms,
        DataSetClass::Database | DataSetClass::UserIncluded => Holds::Data,
        DataSetClass::Log | DataSetClass::Recon => Holds::Log,
        DataSetClass::System => Holds::System,
    }
}

/// What a volume is said to hold that holds one and the other.
fn together(one: Holds, other: Holds) -> Holds {
    match (one.min(other), one.max(other)) {
        (_, Holds::Control) | (Holds::Control, _) => Holds::Control,
        (Holds::Data, Holds::Log) | (_, Holds::Both) | (Holds::Both, _) => Holds::Both,
        (Holds::Nothing, more) => more,
        (less, _) => less,
    }
}
