//! The same inventory as plain tables, for programs that a user would take instead; and what we find in it.
//!
//! Tables for the questions in memory have a number for every word, and nothing but volumes and pairs: the best that a peer could be
//! given. From files the peers read what an installation exports, as we do.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::{fs, io::BufWriter};

use dasdlab_model::finding::Finding;
use dasdlab_model::observation::{Device, Observation, VolumeSeen};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::reasons::Reason;
use dasdlab_model::site::{DataSets, Site};
use dasdlab_model::states::{DataSetClass, DeviceType, HostStatus, RemoteRole};
use dasdlab_model::unit::VolumeId;

/// The reasons that every peer counts: what sources, targets and pairs say.
pub const JOINED: &[Reason] = &[
    Reason::Ps05VolserMismatch,
    Reason::Ps05Offline,
    Reason::Ps05PendingOffline,
    Reason::Ps05Boxed,
    Reason::Ps05NotReady,
    Reason::Ps05NoPath,
    Reason::Ps05Reserved,
    Reason::Ps05CopyTarget,
    Reason::Ps06Boxed,
    Reason::Ps06NoPath,
    Reason::Ps06NotReady,
    Reason::Ps06Reserved,
    Reason::Ps06InUse,
    Reason::Ps06SpaceEfficient,
    Reason::Ps06RemoteSecondary,
    Reason::Ps06Online,
    Reason::Ps06PendingOffline,
    Reason::Ps06DeviceType,
    Reason::Ps06TooSmall,
    Reason::Ps06Larger,
    Reason::Ps07NotCapable,
    Reason::Ps07Inhibited,
    Reason::Ps07V1Active,
    Reason::Ps08DifferentLss,
    Reason::Ps14MissingTarget,
];

/// The reasons that are counted besides when files are read: what data sets say.
pub const DATA: &[Reason] = &[
    Reason::Ps01Missing,
    Reason::Ps01UnknownVolume,
    Reason::Ps01NotOnVolume,
    Reason::Ps02Missing,
    Reason::Ps04SharedVolume,
    Reason::Ps06HoldsData,
];

/// One source in so many gets a log of its IMS system, so that logs and data share volumes.
const SHARED: usize = 1_000;

/// Data sets of which large sites have none: logs where databases lie, and data of others on targets that are online.
///
/// # Errors
/// A site without any data sets of a class whose catalog the planted ones could share.
pub fn plant(site: &mut Site, seen: &Observation) -> Result<(), String> {
    let volumes: BTreeMap<VolumeId, &VolumeSeen> = seen.volumes.iter().map(|volume| (volume.id, volume)).collect();
    let online = seen.units.iter().filter_map(|unit| match unit.device {
        Device::Base(volume, HostStatus::Online) => Some(((unit.system, unit.unit), volume)),
        _ => None,
    });
    let online: BTreeMap<_, _> = online.collect();
    let label = |system, unit| volumes.get(online.get(&(system, unit))?)?.volser;
    let mut planted = Vec::new();
    for (number, profile) in seen.profiles.iter().enumerate() {
        let targets = profile.targets.iter().filter_map(|mapping| label(profile.system, mapping.target));
        planted.extend(targets.map(|label| (format!("PAY.T{label}"), DataSetClass::NonIms, None, label)));
        let sources = profile.sources.iter().step_by(SHARED).filter_map(|source| label(profile.system, source.unit));
        let log = |label| (format!("IMS.P{number:03}.OLD.{label}"), DataSetClass::Log, Some(profile.ims_ssid), label);
        planted.extend(sources.map(log));
    }
    for (name, class, ims, label) in planted {
        let catalog = site.data_sets.iter().find(|range| range.class == class && ims.is_none_or(|ims| range.ims.contains(&ims)));
        let catalog = catalog.map(|range| range.catalog.clone()).ok_or_else(|| format!("no catalog has {class} data sets"))?;
        site.data_sets.push(DataSets {
            name: NamePattern::one(&name),
            count: 1,
            class,
            catalog,
            ims: ims.into_iter().collect(),
            volumes: vec![NamePattern::one(&label.to_string())],
            storage: None,
        });
    }
    Ok(())
}

/// How often each of the reasons was found; all of them, in their order.
#[must_use]
pub fn counted<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = JOINED.iter().chain(DATA).map(|reason| (reason.to_string(), 0)).collect();
    for finding in findings {
        if let Some(count) = counts.get_mut(&finding.reason.to_string()) {
            *count += 1;
        }
    }
    counts
}

/// Writes `volumes.csv` and `sources.csv`, a source with its target or none, into a folder.
///
/// # Errors
/// A file cannot be written, or a profile names a unit without a volume.
pub fn export(seen: &Observation, folder: &Path) -> Result<(), String> {
    let said = |error: io::Error| error.to_string();
    let ids: BTreeMap<VolumeId, usize> = seen.volumes.iter().enumerate().map(|(id, volume)| (volume.id, id)).collect();
    let mut statuses = vec![HostStatus::Offline; seen.volumes.len()];
    let mut units = BTreeMap::new();
    for unit in &seen.units {
        if let Device::Base(volume, status) = unit.device
            && let Some(&id) = ids.get(&volume)
        {
            units.insert((unit.system, unit.unit), id);
            if let Some(known) = statuses.get_mut(id) {
                *known = status;
            }
        }
    }

    let mut file = BufWriter::new(fs::File::create(folder.join("volumes.csv")).map_err(said)?);
    writeln!(file, "id,lss,volser,device_type,cylinders,status,reserved,secondary,thin,incapable,inhibited,v1_active")
        .map_err(said)?;
    let mut subsystems = BTreeMap::new();
    for ((id, volume), status) in seen.volumes.iter().enumerate().zip(&statuses) {
        let next = subsystems.len();
        let lss = *subsystems.entry((volume.id.array, volume.id.lss)).or_insert(next);
        writeln!(file, "{id},{lss},{}", Columns { volume, status: *status }).map_err(said)?;
    }
    file.flush().map_err(said)?;

    let mut file = BufWriter::new(fs::File::create(folder.join("sources.csv")).map_err(said)?);
    writeln!(file, "source,saved,target").map_err(said)?;
    for profile in &seen.profiles {
        let of = |unit| units.get(&(profile.system, unit)).ok_or_else(|| format!("{}: {unit} has no volume", profile.name));
        let targets: BTreeMap<_, _> = profile.targets.iter().map(|mapping| (mapping.source, mapping.target)).collect();
        for source in &profile.sources {
            let target = targets.get(&source.unit).map(|&unit| of(unit)).transpose()?;
            let target = target.map(usize::to_string).unwrap_or_default();
            writeln!(file, "{},{},{target}", of(source.unit)?, packed(source.volser.as_ref())).map_err(said)?;
        }
    }
    file.flush().map_err(said)
}

/// A volume's line, from its label on.
struct Columns<'a> {
    volume: &'a VolumeSeen,
    status: HostStatus,
}

impl fmt::Display for Columns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let volume = self.volume;
        let kind = if volume.device_type == DeviceType::T3390 { 3_390 } else { 3_380 };
        write!(f, "{},{kind},{},{}", packed(volume.volser.as_ref()), volume.cylinders, code(self.status))?;
        let flags = [
            volume.reserved_by.is_some(),
            volume.remote == Some(RemoteRole::Secondary),
            volume.thin,
            volume.incapable.is_some(),
            volume.inhibited,
            volume.v1_active,
        ];
        flags.iter().try_for_each(|flag| write!(f, ",{}", u8::from(*flag)))
    }
}

/// The number of a status in the tables.
const fn code(status: HostStatus) -> u8 {
    match status {
        HostStatus::Online => 0,
        HostStatus::Offline => 1,
        HostStatus::PendingOffline => 2,
        HostStatus::Boxed => 3,
        HostStatus::NotReady => 4,
        HostStatus::NoPath => 5,
        HostStatus::Allocated => 6,
    }
}

/// A label as a number; 0 where there is none.
fn packed(label: Option<&impl fmt::Display>) -> u64 {
    label.map_or(0, |label| label.to_string().bytes().fold(0, |number, byte| number << 7 | u64::from(byte)))
}
