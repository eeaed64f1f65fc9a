//! A small clean world, ways to spoil it, and the one helper that every case goes through.

use dasdlab_model::finding::{Fact, Finding, Verdict};
use dasdlab_model::name::{ProfileName, SystemName, Volser};
use dasdlab_model::observation::{
    ArraySeen, BackupProfile, CatalogSeen, DataSet, Device, Mapping, MirrorPair, Observation, Relation, Source, UnitSeen,
    VolumeSeen,
};
use dasdlab_model::run::Run;
use dasdlab_model::site::Ims;
use dasdlab_model::states::{
    BackupType, CatalogKind, DataSetClass, DeviceType, Family, Feature, HostStatus, Method, MirrorState, ProfileState,
    RelationState, Storage,
};
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId};
use dasdlab_validator::rules::REGISTRY;
use dasdlab_validator::{Findings, Inventory};

pub(crate) use BackupType::{Data, Full};
pub(crate) use Method::{Bcv, FlashCopy};

pub(crate) fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn unit(text: &str) -> Unit {
    name(text)
}

/// A world of one profile without a finding. Array BOX1, LSS 10: sources 1000-1003 (IMS000-IMS003), targets 2000-2003
/// and 3000-3003 in two generations, 5000-5003 (OTH000-OTH003) outside. Array BOX2 is empty.
pub(crate) fn clean(method: Method, backup_type: BackupType) -> Observation {
    let mut seen = Observation::default();
    for serial in ["BOX1", "BOX2"] {
        seen.arrays.push(ArraySeen {
            serial: name(serial),
            family: Family::Symmetrix,
            code_level: "5978.200.1".to_owned(),
            fixes: vec![],
            features: vec![Feature::FlashCopy],
            reachable: true,
            copy_rate: None,
            lss: vec![],
        });
    }
    for (first, ua, label, status) in [
        (0x1000, 0x00, Some("IMS00"), HostStatus::Allocated),
        (0x2000, 0x40, None, HostStatus::Offline),
        (0x3000, 0x80, None, HostStatus::Offline),
        (0x5000, 0xC0, Some("OTH00"), HostStatus::Online),
    ] {
        for step in 0..4 {
            let id = VolumeId { array: name("BOX1"), lss: Lss::new(0x10).unwrap(), ua: UnitAddress(ua + step) };
            let label = label.map(|label| format!("{label}{step}"));
            add_volume(&mut seen, id, label.as_deref(), &Unit::new(first + u32::from(step)).unwrap().to_string(), status);
        }
    }
    let targets = if method == Method::Bcv { 4..12 } else { 0..0 };
    seen.volumes[targets].iter_mut().for_each(|volume| volume.bcv = true);
    seen.ims = vec![
        Ims { ssid: name("IMSP"), group: Some(name("PLEX")) },
        Ims { ssid: name("IMSQ"), group: Some(name("PLEX")) },
        Ims { ssid: name("IMSX"), group: None },
    ];
    for (catalog, kind, label) in [
        ("UCAT.DB", CatalogKind::User, "IMS000"),
        ("UCAT.LOG", CatalogKind::User, "IMS002"),
        ("MCAT", CatalogKind::Master, "OTH000"),
    ] {
        seen.catalogs.push(CatalogSeen { name: name(catalog), kind, volumes: vec![name(label)], reachable: true });
    }
    data_set(&mut seen, "IMSP.DB", DataSetClass::Database, "UCAT.DB", "IMSP", &["IMS000", "IMS001"]);
    data_set(&mut seen, "IMSP.LIB", DataSetClass::System, "UCAT.DB", "IMSP", &["IMS003"]);
    if backup_type == Full {
        data_set(&mut seen, "IMSP.OLDS", DataSetClass::Log, "UCAT.LOG", "IMSP", &["IMS002"]);
        data_set(&mut seen, "IMSP.RECON", DataSetClass::Recon, "UCAT.LOG", "IMSP", &["IMS002"]);
    }
    seen.profiles.push(profile("DAILY", method, backup_type));
    for step in 0..4 {
        seen.profiles[0].sources.push(Source { unit: unit(&format!("100{step}")), volser: Some(name(&format!("IMS00{step}"))) });
        for (generation, first) in [(1, 0x2000), (2, 0x3000)] {
            map(&mut seen, generation, &format!("100{step}"), &Unit::new(first + step).unwrap().to_string());
        }
    }
    seen
}

pub(crate) fn profile(title: &str, method: Method, backup_type: BackupType) -> BackupProfile {
    BackupProfile {
        name: name(title),
        creator: String::new(),
        description: String::new(),
        system: name("SYSA"),
        ims_ssid: name("IMSP"),
        backup_type,
        method,
        generations: 2,
        state: ProfileState::SetupNeeded,
        reason: None,
        fingerprint: None,
        locked_by: None,
        sources: vec![],
        targets: vec![],
        backups: vec![],
    }
}

pub(crate) fn add_volume(seen: &mut Observation, id: VolumeId, label: Option<&str>, unit: &str, status: HostStatus) {
    seen.volumes.push(VolumeSeen {
        id,
        volser: label.map(name),
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
    if !unit.is_empty() {
        seen.units.push(UnitSeen { system: name("SYSA"), unit: name(unit), device: Device::Base(id, status) });
    }
}

pub(crate) fn data_set(seen: &mut Observation, title: &str, class: DataSetClass, catalog: &str, ims: &str, labels: &[&str]) {
    seen.data_sets.push(DataSet {
        name: name(title),
        class,
        catalog: name(catalog),
        ims: ims.split_whitespace().map(name).collect(),
        volumes: labels.iter().map(|label| name::<Volser>(label)).collect(),
        storage: Storage::Disk,
    });
}

/// Moves a data set off disk.
pub(crate) fn store(seen: &mut Observation, title: &str, storage: Storage) {
    let data_set = set(seen, title);
    data_set.storage = storage;
    data_set.volumes.clear();
}

pub(crate) fn set<'a>(seen: &'a mut Observation, title: &str) -> &'a mut DataSet {
    seen.data_sets.iter_mut().find(|data_set| data_set.name.as_str() == title).unwrap()
}

pub(crate) fn catalog<'a>(seen: &'a mut Observation, title: &str) -> &'a mut CatalogSeen {
    seen.catalogs.iter_mut().find(|catalog| catalog.name.as_str() == title).unwrap()
}

pub(crate) fn map(seen: &mut Observation, generation: u8, source: &str, target: &str) {
    seen.profiles[0].targets.push(Mapping { generation, source: unit(source), target: unit(target) });
}

/// Maps a source to another target than before.
pub(crate) fn remap(seen: &mut Observation, generation: u8, source: &str, target: &str) {
    unmap(seen, generation, source);
    map(seen, generation, source, target);
}

pub(crate) fn unmap(seen: &mut Observation, generation: u8, source: &str) {
    seen.profiles[0].targets.retain(|entry| (entry.generation, entry.source) != (generation, unit(source)));
}

/// Takes a source and its targets out of the profile.
pub(crate) fn drop_source(seen: &mut Observation, source: &str) {
    seen.profiles[0].sources.retain(|entry| entry.unit != unit(source));
    unmap(seen, 1, source);
    unmap(seen, 2, source);
}

/// The volume behind this unit of SYSA, or of this identity.
pub(crate) fn id(seen: &Observation, device: &str) -> VolumeId {
    if device.contains('/') {
        return name(device);
    }
    let system: SystemName = name("SYSA");
    let found = seen.units.iter().find(|entry| entry.system == system && entry.unit == unit(device)).unwrap();
    match found.device {
        Device::Base(id, _) | Device::Alias(id) => id,
    }
}

pub(crate) fn volume<'a>(seen: &'a mut Observation, device: &str) -> &'a mut VolumeSeen {
    let id = id(seen, device);
    seen.volumes.iter_mut().find(|volume| volume.id == id).unwrap()
}

pub(crate) fn status(seen: &mut Observation, device: &str, status: HostStatus) {
    let id = id(seen, device);
    let entry = seen.units.iter_mut().find(|entry| entry.unit == unit(device)).unwrap();
    entry.device = Device::Base(id, status);
}

pub(crate) fn relate(seen: &mut Observation, source: &str, target: &str, state: RelationState) {
    let (source, target) = (id(seen, source), id(seen, target));
    seen.relations.push(Relation { source, target, state });
}

pub(crate) fn mirror(seen: &mut Observation, standard: &str, bcv: &str, state: MirrorState) {
    let (standard, bcv) = (id(seen, standard), id(seen, bcv));
    seen.mirrors.push(MirrorPair { standard, bcv, state });
}

pub(crate) fn written(finding: &Finding) -> String {
    let subjects: Vec<String> = finding.subjects.iter().map(ToString::to_string).collect();
    let mut text = format!("{} {} {}", finding.code(), finding.reason.slug(), subjects.join(" "));
    for (key, fact) in &finding.evidence.0 {
        let fact = match fact {
            Fact::List(list) => list.join(","),
            fact => fact.to_string(),
        };
        text.push_str(&format!(" {key}={fact}"));
    }
    text
}

/// Spoils a clean world and compares the findings.
#[track_caller]
pub(crate) fn check(method: Method, backup_type: BackupType, spoil: impl FnOnce(&mut Observation), expected: &[&str]) -> Verdict {
    let mut seen = clean(method, backup_type);
    spoil(&mut seen);
    let verdict = judge(&seen);
    assert_eq!(verdict.findings.iter().map(written).collect::<Vec<_>>(), expected);
    verdict
}

/// Judges a world and asserts what holds for any: every rule alone finds what the fused pass finds, listing everything in
/// another order changes nothing, nor does judging in shares, findings are in order and no two are alike, and each has the evidence that the table
/// declares.
#[track_caller]
pub(crate) fn judge(seen: &Observation) -> Verdict {
    let daily: ProfileName = name("DAILY");
    let verdict = dasdlab_validator::check(seen, &daily).unwrap();

    assert!(verdict.findings.is_sorted_by(|a, b| a.order_key() < b.order_key()), "{:?}", verdict.findings);
    for finding in &verdict.findings {
        let info = finding.reason.info();
        let declared: Vec<_> = info.evidence.iter().map(|&(key, _)| key).collect();
        assert_eq!(finding.evidence.0.iter().map(|&(key, _)| key).collect::<Vec<_>>(), declared, "{}", finding.reason);
        assert_eq!(finding.subjects.len(), info.subjects.len(), "{}", finding.reason);
        assert!(!dasdlab_validator::explain::remedy(finding).contains('{'), "{}", finding.reason);
    }

    let mut shuffled = seen.clone();
    reverse(&mut shuffled);
    assert_eq!(dasdlab_validator::check(&shuffled, &daily).unwrap(), verdict, "listed in other order");

    let inventory = Inventory::new(seen, &daily).unwrap();
    let mut shared = inventory.clone();
    shared.rejoin_on(&Shares);
    let mut findings = Findings::default();
    for again in ["in shares", "in shares, in the memory of other findings"] {
        let judgement = shared.judge_on(&Shares, findings);
        assert_eq!(judgement.clone().into_verdict(), verdict, "{again}");
        findings = judgement.findings;
    }

    let mut alone = Findings::default();
    for entry in REGISTRY {
        // After a finding of PS00 nothing else is asked.
        if alone.is_empty() || verdict.return_code != 12 {
            entry.evaluate(&inventory, &mut alone);
        }
    }
    assert_eq!(alone.len(), verdict.findings.len());
    assert_eq!(alone.into_sorted(), verdict.findings, "every rule alone");
    verdict
}

/// Does everything in three pieces, the last one first.
struct Shares;

impl Run for Shares {
    fn pieces(&self, _rows: usize) -> usize {
        3
    }

    fn run<I: Send, O: Send>(&self, pieces: Vec<I>, work: impl Fn(I) -> O + Send + Sync) -> Vec<O> {
        assert_eq!(pieces.len(), 3);
        let mut done: Vec<O> = pieces.into_iter().rev().map(work).collect();
        done.reverse();
        done
    }

    fn both<A: Send, B: Send>(&self, first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
        let second = second();
        (first(), second)
    }
}

fn reverse(seen: &mut Observation) {
    seen.arrays.reverse();
    seen.volumes.reverse();
    seen.units.reverse();
    seen.relations.reverse();
    seen.mirrors.reverse();
    seen.ims.reverse();
    seen.catalogs.reverse();
    seen.catalogs.iter_mut().for_each(|catalog| catalog.volumes.reverse());
    seen.data_sets.reverse();
    for data_set in &mut seen.data_sets {
        data_set.volumes.reverse();
        data_set.ims.reverse();
    }
    seen.policy.code_levels.reverse();
    seen.profiles.reverse();
    for profile in &mut seen.profiles {
        profile.sources.reverse();
        profile.targets.reverse();
    }
}
