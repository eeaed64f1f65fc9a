//! The backup catalog: what it has of a generation, and which generation a backup uses.

use std::cmp::Reverse;

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::site::Backup;
use dasdlab_model::states::MirrorState;

use super::pairs::{Pair, held_for, mirrored, of_generation, state_or_never, unusable};

/// A backup that could be restored.
pub(super) fn stands(backup: &Backup) -> bool {
    backup.valid && !backup.expired
}

/// The backup of a generation that could be restored, the latest of several.
pub(super) fn standing(profile: &BackupProfile, generation: u8) -> Option<Backup> {
    let of_this = profile.backups.iter().filter(|backup| backup.generation == generation && stands(backup));
    of_this.max_by_key(|backup| backup.taken_at).cloned()
}

/// Writes a backup into the catalog, in place of what it has of the generation; but an invalid attempt does not displace
/// a backup that could be restored.
pub(super) fn write(backups: &mut Vec<Backup>, backup: &Backup) {
    if backups.contains(backup) {
        return;
    }
    backups.retain(|held| held.generation != backup.generation || (stands(held) && !backup.valid));
    backups.push(backup.clone());
}

/// FlashCopy: the lowest generation without a backup that could be restored, else the one with the oldest.
pub(super) fn slot(profile: &BackupProfile) -> u8 {
    let free = (1..=profile.generations).find(|generation| standing(profile, *generation).is_none());
    let oldest = || {
        let all = (1..=profile.generations).filter_map(|generation| standing(profile, generation));
        all.min_by_key(|backup| (backup.taken_at, backup.generation)).map(|backup| backup.generation)
    };
    free.or_else(oldest).unwrap_or(1)
}

/// BCV: the generation that mirrors its sources. It is told by most pairs Synchronized, then by most pairs established;
/// where that leaves several, by fewest held, and then it is the lowest.
pub(super) fn current(seen: &Observation, profile: &BackupProfile, pairs: &[Pair]) -> u8 {
    let mut best = (1, (0, 0, Reverse(0)));
    for generation in 1..=profile.generations {
        let pairs = of_generation(pairs, generation);
        let synchronized = pairs.iter().filter(|pair| state_or_never(seen, pair) == MirrorState::Synchronized).count();
        let mirrors = |pair: &&Pair| {
            unusable(seen, pair.bcv).is_none() && mirrored(seen, pair.bcv).is_some_and(|(to, _)| to == pair.standard)
        };
        let mirroring = pairs.iter().filter(mirrors).count();
        let held = pairs.iter().filter(|pair| held_for(seen, pair.bcv).is_some()).count();
        let key = (synchronized, mirroring, Reverse(held));
        if generation == 1 || key > best.1 {
            best = (generation, key);
        }
    }
    best.0
}

/// 1, 2, … N, 1.
pub(super) fn next(profile: &BackupProfile, generation: u8) -> u8 {
    if generation >= profile.generations { 1 } else { generation + 1 }
}

/// Whether a split is made consistent by suspending logs: the host software is below 05.05.
pub(super) fn split_under_suspended_logs(seen: &Observation, profile: &BackupProfile) -> bool {
    let system = seen.systems.iter().find(|system| system.name == profile.system);
    let Some(level) = system.and_then(|system| system.host_software_level.as_ref()) else { return false };
    let numbers: Vec<Option<u32>> = level.split('.').map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [Some(version), Some(release)] => *version < 5 || (*version == 5 && *release < 5),
        // What cannot be read is not trusted with a consistent split.
        _ => true,
    }
}
