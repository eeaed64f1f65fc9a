//! The fingerprint: what of a profile must not change without another setup, as one text and its hash.
//!
//! The text and the hash are part of the file format, for a site carries fingerprints with it.

use std::collections::BTreeSet;

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::SetupReason;

use super::pairs::volume_of;

/// The IMS system, the type, the method, every source with its volume and saved label, and per generation every target
/// with its volume; nothing else, and in an order of its own.
#[derive(PartialEq, Eq)]
struct Covered {
    ims_ssid: String,
    backup_type: String,
    method: String,
    sources: BTreeSet<String>,
    generations: Vec<BTreeSet<String>>,
}

fn covered(seen: &Observation, profile: &BackupProfile) -> Covered {
    let volume = |unit| volume_of(seen, profile, unit).map_or_else(|| "-".to_owned(), |volume| volume.to_string());
    let mut sources = BTreeSet::new();
    for source in &profile.sources {
        let label = source.volser.map_or_else(|| "-".to_owned(), |label| label.to_string());
        sources.insert(format!("source {} {} {label}", source.unit, volume(source.unit)));
    }
    let mut generations = Vec::new();
    for number in 1..=profile.generations {
        let of_this = profile.targets.iter().filter(|mapping| mapping.generation == number);
        generations.push(of_this.map(|to| format!("{} {} {}", to.source, to.target, volume(to.target))).collect());
    }
    Covered {
        ims_ssid: profile.ims_ssid.to_string(),
        backup_type: profile.backup_type.to_string(),
        method: profile.method.to_string(),
        sources,
        generations,
    }
}

/// 32 hexadecimal digits.
pub(super) fn fingerprint(seen: &Observation, profile: &BackupProfile) -> String {
    let covered = covered(seen, profile);
    let mut lines = vec!["fingerprint 1".to_owned()];
    lines.push(format!("{} {} {}", covered.ims_ssid, covered.backup_type, covered.method));
    lines.extend(covered.sources);
    for (index, targets) in covered.generations.into_iter().enumerate() {
        lines.push(format!("generation {}", index + 1));
        lines.extend(targets);
    }
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in lines.iter().flat_map(|line| line.bytes().chain([b'\n'])) {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}

/// Whether the profile says that it was set up, and is not what was set up. One without a fingerprint has nothing to
/// differ from.
pub(super) fn differs(seen: &Observation, profile: &BackupProfile) -> bool {
    let passed = profile.fingerprint.as_ref();
    profile.state != dasdlab_model::states::ProfileState::SetupNeeded
        && passed.is_some_and(|passed| *passed != fingerprint(seen, profile))
}

/// Why a change from one profile to the other makes setup needed; none where nothing covered has changed.
pub(super) fn change(seen: &Observation, from: &BackupProfile, to: &BackupProfile) -> Option<SetupReason> {
    let (before, after) = (covered(seen, from), covered(seen, to));
    if before == after {
        None
    } else if before.ims_ssid != after.ims_ssid {
        Some(SetupReason::ImsSsid)
    } else if before.backup_type != after.backup_type {
        Some(SetupReason::Type)
    } else if before.method != after.method {
        Some(SetupReason::Method)
    } else if before.generations.len() != after.generations.len() {
        Some(SetupReason::Generations)
    } else {
        Some(SetupReason::Units)
    }
}
