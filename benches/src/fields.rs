//! Small sites drawn field by field, as a property-testing library draws whatever it is asked for: 64 volumes, 8 data sets,
//! one profile of 16 sources and three generations. Names come from numbers, because drawing them from patterns of text
//! would be far slower.

use std::str::FromStr;

use dasdlab_model::name::{DataSetName, ImsSsid, NameError, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::observation::{
    ArraySeen, BackupProfile, CatalogSeen, DataSet, Device, Mapping, MirrorPair, Observation, Relation, Source, SystemSeen,
    UnitSeen, VolumeSeen,
};
use dasdlab_model::site::{Authority, Ims, Policy};
use dasdlab_model::states::{
    BackupType, CatalogKind, DataSetClass, DeviceType, Family, Feature, HostStatus, Incapable, Method, MirrorState, ProfileState,
    RelationState, RemoteRole, Storage,
};
use dasdlab_model::unit::{CuSsid, Lss, Unit, UnitAddress, VolumeId};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Volumes of a site.
pub const VOLUMES: u32 = 64;
/// Data sets of a site.
pub const DATA_SETS: usize = 8;
/// Generations of its profile.
pub const GENERATIONS: u8 = 3;
/// Sources of its profile.
const SOURCES: usize = 16;

/// A name out of a number, where it is legal.
fn named<T: FromStr<Err = NameError>>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn labels() -> impl Strategy<Value = Option<Volser>> {
    (0..100_000_u32).prop_map(|number| named(&format!("D{number:05}")))
}

fn addresses() -> impl Strategy<Value = Option<VolumeId>> {
    (0..4_u32, 0..255_u8, any::<u8>()).prop_map(|(array, lss, ua)| {
        Some(VolumeId { array: named::<Serial>(&format!("75ABC{array:02}"))?, lss: Lss::new(lss)?, ua: UnitAddress(ua) })
    })
}

fn units() -> impl Strategy<Value = Option<Unit>> {
    (0..=Unit::MAX).prop_map(Unit::new)
}

/// Absent three times of four.
fn rarely<T: Strategy<Value = V>, V: Clone + std::fmt::Debug>(value: T) -> impl Strategy<Value = Option<V>> {
    proptest::option::weighted(0.25, value)
}

fn systems() -> impl Strategy<Value = Option<SystemName>> {
    (0..3_u32).prop_map(|number| named(&format!("SYS{number:02}")))
}

fn profiles() -> impl Strategy<Value = Option<ProfileName>> {
    (0..1_000_u32).prop_map(|number| named(&format!("PROF{number:03}")))
}

fn volumes() -> impl Strategy<Value = Option<(VolumeSeen, UnitSeen)>> {
    let what = (
        addresses(),
        rarely(labels()),
        any::<bool>(),
        1..=65_520_u32,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        rarely(select(Incapable::ALL)),
        rarely(systems()),
    );
    let seen = (rarely(select(RemoteRole::ALL)), rarely(profiles()), systems(), units(), select(HostStatus::ALL));
    (what, seen).prop_map(|(what, seen)| {
        let (id, volser, is_3390, cylinders, bcv, thin, inhibited, v1_active, incapable, reserved_by) = what;
        let (remote, held_for, system, unit, status) = seen;
        let id = id?;
        let volume = VolumeSeen {
            id,
            volser: volser.flatten(),
            device_type: if is_3390 { DeviceType::T3390 } else { DeviceType::T3380 },
            cylinders,
            bcv,
            device: None,
            thin,
            inhibited,
            v1_active,
            incapable,
            reserved_by: reserved_by.flatten(),
            remote,
            held_for: held_for.flatten(),
            vtoc: None,
            storage_group: None,
            pool: None,
        };
        Some((volume, UnitSeen { system: system?, unit: unit?, device: Device::Base(id, status) }))
    })
}

fn data_sets() -> impl Strategy<Value = Option<DataSet>> {
    let name = (0..100_000_u32).prop_map(|number| named::<DataSetName>(&format!("IMSP.DB.A{number:05}")));
    let ssid = (0..10_u32).prop_map(|number| named::<ImsSsid>(&format!("IM{number:02}")));
    (name, select(DataSetClass::ALL), 0..4_u32, ssid, labels(), select(Storage::ALL)).prop_map(
        |(name, class, catalog, ssid, label, storage)| {
            let catalog = named(&format!("UCAT{catalog:02}"))?;
            Some(DataSet {
                name: name?,
                class,
                catalog,
                ims: ssid.into_iter().collect(),
                volumes: label.into_iter().collect(),
                storage,
            })
        },
    )
}

fn catalogs() -> impl Strategy<Value = Option<CatalogSeen>> {
    (0..100_u32, select(CatalogKind::ALL), labels(), any::<bool>()).prop_map(|(number, kind, label, reachable)| {
        Some(CatalogSeen { name: named(&format!("UCAT{number:02}"))?, kind, volumes: label.into_iter().collect(), reachable })
    })
}

fn arrays() -> impl Strategy<Value = Option<ArraySeen>> {
    (0..100_u32, select(Family::ALL), 80..90_u32, 0..10_u32, any::<bool>(), vec(0..255_u8, 1..4)).prop_map(
        |(serial, family, bundle, level, reachable, lss)| {
            Some(ArraySeen {
                serial: named(&format!("75ABC{serial:02}"))?,
                family,
                code_level: format!("{bundle}.{level}.16.0"),
                fixes: Vec::new(),
                features: vec![Feature::FlashCopy],
                reachable,
                copy_rate: None,
                lss: lss.into_iter().filter_map(|id| Some((Lss::new(id)?, CuSsid(u16::from(id))))).collect(),
            })
        },
    )
}

fn backup_profiles() -> impl Strategy<Value = Option<BackupProfile>> {
    let source = (units(), labels()).prop_map(|(unit, volser)| Some(Source { unit: unit?, volser }));
    let mapping = (1..=GENERATIONS, units(), units())
        .prop_map(|(generation, source, target)| Some(Mapping { generation, source: source?, target: target? }));
    let targets = vec(mapping, SOURCES * usize::from(GENERATIONS));
    let words = (select(BackupType::ALL), select(Method::ALL), select(ProfileState::ALL));
    (profiles(), words, vec(source, SOURCES), targets, Just(GENERATIONS)).prop_map(
        |(name, words, sources, targets, generations)| {
            let (backup_type, method, state) = words;
            Some(BackupProfile {
                name: name?,
                creator: String::new(),
                description: String::new(),
                system: named("SYS00")?,
                ims_ssid: named("IM00")?,
                backup_type,
                method,
                generations,
                state,
                reason: None,
                fingerprint: None,
                locked_by: None,
                sources: sources.into_iter().flatten().collect(),
                targets: targets.into_iter().flatten().collect(),
                backups: Vec::new(),
            })
        },
    )
}

/// Small sites as they can be seen.
pub fn observations() -> impl Strategy<Value = Observation> {
    let relation = (addresses(), addresses(), select(RelationState::ALL))
        .prop_map(|(source, target, state)| Some(Relation { source: source?, target: target?, state }));
    let mirror = (addresses(), addresses(), select(MirrorState::ALL))
        .prop_map(|(standard, bcv, state)| Some(MirrorPair { standard: standard?, bcv: bcv?, state }));
    let copies = (vec(relation, 0..SOURCES), vec(mirror, 0..SOURCES));
    let data = (vec(data_sets(), DATA_SETS), vec(catalogs(), 3));
    (vec(arrays(), 2), vec(volumes(), VOLUMES as usize), copies, data, backup_profiles()).prop_map(
        |(arrays, volumes, (relations, mirrors), (data_sets, catalogs), profile)| {
            let (volumes, units) = volumes.into_iter().flatten().unzip();
            let system = named("SYS00").map(|name| SystemSeen { name, host_software_level: None });
            Observation {
                systems: system.into_iter().collect(),
                arrays: arrays.into_iter().flatten().collect(),
                volumes,
                units,
                relations: relations.into_iter().flatten().collect(),
                mirrors: mirrors.into_iter().flatten().collect(),
                ims: named("IM00").map(|ssid| Ims { ssid, group: None }).into_iter().collect(),
                catalogs: catalogs.into_iter().flatten().collect(),
                data_sets: data_sets.into_iter().flatten().collect(),
                authority: Authority::default(),
                policy: Policy::default(),
                profiles: profile.into_iter().collect(),
            }
        },
    )
}

/// The next site of a strategy; none where it gives up.
pub fn next(strategy: &impl Strategy<Value = Observation>, runner: &mut TestRunner) -> Option<Observation> {
    strategy.new_tree(runner).ok().map(|tree| tree.current())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_site_of_64_volumes_is_drawn() {
        let mut runner = TestRunner::deterministic();
        let seen = next(&observations(), &mut runner).unwrap();
        let profile = &seen.profiles[0];
        assert_eq!((seen.volumes.len(), seen.units.len(), seen.data_sets.len()), (64, 64, 8));
        assert_eq!((profile.sources.len(), profile.targets.len()), (16, 48));
        assert_ne!(next(&observations(), &mut runner).unwrap(), seen);
    }
}
