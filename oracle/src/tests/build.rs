//! Clean observations and the changes that cases make to them.
//!
//! Profile P1 of IMSA on SYSA copies 1000 (LOG001: logs and RECON) and 1001 (DBV001: data) to 1100 and 1101, and in
//! generation 2 to 1200 and 1201. IMSB shares the RECON, IMSC does not. 1300 (OTH001) holds what is nobody's of them
//! and is the source of profile P2, whose target is 1400; 1401 is spare. ARR2 is empty and its LSS has the same id.

use std::fmt::Debug;
use std::str::FromStr;

use dasdlab_model::observation::{
    ArraySeen, BackupProfile, CatalogSeen, DataSet, Device, Mapping, MirrorPair, Observation, Relation, Source, SystemSeen,
    UnitSeen, VolumeSeen,
};
use dasdlab_model::site::Ims;
use dasdlab_model::states::{
    BackupType, CatalogKind, DataSetClass, DeviceType, Family, Feature, HostStatus, Method, MirrorState, ProfileState,
    RelationState, SetupReason, Storage,
};
use dasdlab_model::unit::{Lss, VolumeId};

/// Whatever is meant by this text.
#[track_caller]
pub(crate) fn n<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// A clean FULL FlashCopy profile on a DS8000.
pub(crate) fn flashcopy() -> Observation {
    clean(Method::FlashCopy, BackupType::Full, Family::Ds8000, "87.31.16.0")
}

/// The same as a DATA profile.
pub(crate) fn flashcopy_data() -> Observation {
    let mut seen = clean(Method::FlashCopy, BackupType::Data, Family::Ds8000, "87.31.16.0");
    // Logs on a source are worth a finding in a DATA backup, and this one is clean.
    seen.data_sets.retain(|data_set| data_set.name != n("IMSP.OLDS") && data_set.name != n("IMSP.RECON"));
    seen
}

/// A clean FULL BCV profile on a Symmetrix at the least level.
pub(crate) fn bcv() -> Observation {
    clean(Method::Bcv, BackupType::Full, Family::Symmetrix, "5978.144.144")
}

fn clean(method: Method, backup_type: BackupType, family: Family, level: &str) -> Observation {
    let mut seen = Observation {
        systems: ["SYSA", "SYSB"].map(|name| SystemSeen { name: n(name), host_software_level: None }).to_vec(),
        arrays: ["ARR1", "ARR2"]
            .map(|serial| ArraySeen {
                serial: n(serial),
                family,
                code_level: level.to_owned(),
                fixes: Vec::new(),
                features: vec![Feature::FlashCopy],
                reachable: true,
                copy_rate: None,
                lss: vec![(Lss::new(0x10).unwrap(), n("1000"))],
            })
            .to_vec(),
        ims: [("IMSA", Some("GRP1")), ("IMSB", Some("GRP1")), ("IMSC", None)]
            .map(|(ssid, group)| Ims { ssid: n(ssid), group: group.map(n) })
            .to_vec(),
        catalogs: [
            ("MCAT", CatalogKind::Master, "OTH001"),
            ("UCAT.LOG", CatalogKind::User, "LOG001"),
            ("UCAT.DATA", CatalogKind::User, "DBV001"),
            ("UCAT.OTH", CatalogKind::User, "OTH001"),
        ]
        .map(|(name, kind, volser)| CatalogSeen { name: n(name), kind, volumes: vec![n(volser)], reachable: true })
        .to_vec(),
        ..Observation::default()
    };
    for (unit, address, label, is_target) in [
        ("1000", "ARR1/10/00", "LOG001", false),
        ("1001", "ARR1/10/01", "DBV001", false),
        ("1100", "ARR1/10/10", "", true),
        ("1101", "ARR1/10/11", "", true),
        ("1200", "ARR1/10/20", "", true),
        ("1201", "ARR1/10/21", "", true),
        ("1300", "ARR1/10/30", "OTH001", false),
        ("1400", "ARR1/10/40", "", true),
        ("1401", "ARR1/10/41", "", true),
    ] {
        add_volume(&mut seen, address, label);
        volume(&mut seen, address).bcv = is_target && method == Method::Bcv;
        let status = if is_target { HostStatus::Offline } else { HostStatus::Online };
        attach(&mut seen, "SYSA", unit, address, status);
    }
    for (name, class, catalog, volser) in [
        ("IMSP.OLDS", DataSetClass::Log, "UCAT.LOG", "LOG001"),
        ("IMSP.RECON", DataSetClass::Recon, "UCAT.LOG", "LOG001"),
        ("IMSP.DB", DataSetClass::Database, "UCAT.DATA", "DBV001"),
        ("IMSP.RESLIB", DataSetClass::System, "UCAT.DATA", "DBV001"),
    ] {
        keep(&mut seen, name, class, catalog, &["IMSA"], &[volser]);
    }
    keep(&mut seen, "OTHER.DATA", DataSetClass::NonIms, "UCAT.OTH", &[], &["OTH001"]);
    keep(&mut seen, "RECOV.REPO", DataSetClass::Control, "UCAT.OTH", &[], &["OTH001"]);
    for (name, ssid, generations) in [("P1", "IMSA", 2), ("P2", "IMSC", 1)] {
        seen.profiles.push(BackupProfile {
            name: n(name),
            creator: String::new(),
            description: String::new(),
            system: n("SYSA"),
            ims_ssid: n(ssid),
            backup_type,
            method,
            generations,
            state: ProfileState::SetupNeeded,
            reason: Some(SetupReason::New),
            fingerprint: None,
            locked_by: None,
            sources: Vec::new(),
            targets: Vec::new(),
            backups: Vec::new(),
        });
    }
    source(&mut seen, "P1", "1000", "LOG001");
    source(&mut seen, "P1", "1001", "DBV001");
    source(&mut seen, "P2", "1300", "OTH001");
    for (generation, source, target) in [(1, "1000", "1100"), (1, "1001", "1101"), (2, "1000", "1200"), (2, "1001", "1201")] {
        map(&mut seen, "P1", generation, source, target);
    }
    map(&mut seen, "P2", 1, "1300", "1400");
    seen
}

pub(crate) fn add_volume(seen: &mut Observation, address: &str, label: &str) {
    seen.volumes.push(VolumeSeen {
        id: n(address),
        volser: (!label.is_empty()).then(|| n(label)),
        device_type: DeviceType::T3390,
        cylinders: 10_017,
        bcv: false,
        device: None,
        thin: false,
        inhibited: false,
        v1_active: false,
        incapable: None,
        reserved_by: None,
        remote: None,
        held_for: None,
        vtoc: None,
        storage_group: None,
        pool: None,
    });
}

pub(crate) fn attach(seen: &mut Observation, system: &str, unit: &str, address: &str, status: HostStatus) {
    seen.units.push(UnitSeen { system: n(system), unit: n(unit), device: Device::Base(n(address), status) });
}

/// The volume behind a unit of SYSA, or at an address.
#[track_caller]
pub(crate) fn id(seen: &Observation, place: &str) -> VolumeId {
    if place.contains('/') {
        return n(place);
    }
    let found = seen.units.iter().find(|unit| unit.system == n("SYSA") && unit.unit == n(place)).unwrap();
    match found.device {
        Device::Base(id, _) | Device::Alias(id) => id,
    }
}

#[track_caller]
pub(crate) fn volume<'a>(seen: &'a mut Observation, place: &str) -> &'a mut VolumeSeen {
    let id = id(seen, place);
    seen.volumes.iter_mut().find(|volume| volume.id == id).unwrap()
}

/// Labels the volume behind a unit.
#[track_caller]
pub(crate) fn label(seen: &mut Observation, place: &str, volser: &str) {
    volume(seen, place).volser = Some(n(volser));
}

#[track_caller]
pub(crate) fn status(seen: &mut Observation, unit: &str, status: HostStatus) {
    let id = id(seen, unit);
    let found = seen.units.iter_mut().find(|found| found.system == n("SYSA") && found.unit == n(unit)).unwrap();
    found.device = Device::Base(id, status);
}

/// Makes the unit an alias; its volume goes.
#[track_caller]
pub(crate) fn make_alias(seen: &mut Observation, unit: &str) {
    let id = id(seen, unit);
    seen.volumes.retain(|volume| volume.id != id);
    seen.units.iter_mut().find(|found| found.unit == n(unit)).unwrap().device = Device::Alias(id);
}

/// Takes the unit away, and its volume.
#[track_caller]
pub(crate) fn remove(seen: &mut Observation, unit: &str) {
    let id = id(seen, unit);
    seen.volumes.retain(|volume| volume.id != id);
    seen.units.retain(|found| found.unit != n(unit));
}

/// Puts the volume behind a unit at another address.
#[track_caller]
pub(crate) fn relocate(seen: &mut Observation, unit: &str, address: &str) {
    volume(seen, unit).id = n(address);
    let found = seen.units.iter_mut().find(|found| found.system == n("SYSA") && found.unit == n(unit)).unwrap();
    if let Device::Base(id, _) = &mut found.device {
        *id = n(address);
    }
}

pub(crate) fn array<'a>(seen: &'a mut Observation, serial: &str) -> &'a mut ArraySeen {
    seen.arrays.iter_mut().find(|array| array.serial == n(serial)).unwrap()
}

pub(crate) fn keep(seen: &mut Observation, name: &str, class: DataSetClass, catalog: &str, ims: &[&str], volumes: &[&str]) {
    seen.data_sets.push(DataSet {
        name: n(name),
        class,
        catalog: n(catalog),
        ims: ims.iter().map(|ssid| n(ssid)).collect(),
        volumes: volumes.iter().map(|volser| n(volser)).collect(),
        storage: Storage::Disk,
    });
}

/// A data set without a volume.
pub(crate) fn away(seen: &mut Observation, name: &str, class: DataSetClass, catalog: &str, ims: &[&str], storage: Storage) {
    keep(seen, name, class, catalog, ims, &[]);
    seen.data_sets.last_mut().unwrap().storage = storage;
}

pub(crate) fn catalog<'a>(seen: &'a mut Observation, name: &str) -> &'a mut CatalogSeen {
    seen.catalogs.iter_mut().find(|catalog| catalog.name == n(name)).unwrap()
}

pub(crate) fn profile<'a>(seen: &'a mut Observation, name: &str) -> &'a mut BackupProfile {
    seen.profiles.iter_mut().find(|profile| profile.name == n(name)).unwrap()
}

pub(crate) fn source(seen: &mut Observation, name: &str, unit: &str, volser: &str) {
    profile(seen, name).sources.push(Source { unit: n(unit), volser: Some(n(volser)) });
}

/// Gives a source its target in a generation, in place of the one it had.
pub(crate) fn map(seen: &mut Observation, name: &str, generation: u8, source: &str, target: &str) {
    let targets = &mut profile(seen, name).targets;
    targets.retain(|mapping| mapping.generation != generation || mapping.source != n(source));
    targets.push(Mapping { generation, source: n(source), target: n(target) });
}

#[track_caller]
pub(crate) fn relate(seen: &mut Observation, source: &str, target: &str, state: RelationState) {
    let (source, target) = (id(seen, source), id(seen, target));
    seen.relations.push(Relation { source, target, state });
}

#[track_caller]
pub(crate) fn mirror(seen: &mut Observation, standard: &str, bcv: &str, state: MirrorState) {
    let (standard, bcv) = (id(seen, standard), id(seen, bcv));
    seen.mirrors.push(MirrorPair { standard, bcv, state });
}
