//! What a backup uses: which generation, and whether logs have to be suspended for it.

use std::cmp::Reverse;

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::site::Backup;
use dasdlab_model::states::MirrorState;

use super::plan::Plan;
use super::sight::{Sight, Standing};

/// The first level `vv.rr` of the host's copy software with which an array splits consistently.
const CONSISTENT_SPLIT: (u32, u32) = (5, 5);

/// The backup that a generation holds and that could be restored; none where there is none, or not any more.
pub(super) fn standing_backup(profile: &BackupProfile, generation: u8) -> Option<&Backup> {
    let standing = profile.backups.iter().filter(|backup| backup.generation == generation && backup.valid && !backup.expired);
    standing.max_by_key(|backup| backup.taken_at)
}

/// The backup that was last recorded of a generation, whatever it is worth.
pub(super) fn latest_backup(profile: &BackupProfile, generation: u8) -> Option<&Backup> {
    let of_generation = profile.backups.iter().filter(|backup| backup.generation == generation);
    of_generation.max_by_key(|backup| (backup.taken_at, backup.valid))
}

/// The slot of the next FlashCopy backup: the lowest generation without a backup that could be restored, else the one
/// with the oldest.
pub(super) fn slot(profile: &BackupProfile) -> u8 {
    let taken_at = |generation: u8| standing_backup(profile, generation).map(|backup| backup.taken_at);
    (1..=profile.generations).min_by_key(|&generation| (taken_at(generation), generation)).unwrap_or(1)
}

/// The generation that mirrors its sources: the one with most pairs Synchronized, then most established. Of equals it is
/// one that is not held, for a hold keeps a backup, and then the lowest.
pub(super) fn current_generation(seen: &Observation, profile: &BackupProfile, plan: &Plan) -> u8 {
    let sight = Sight::new(seen);
    let key = |generation: u8| {
        let (mut synchronized, mut established, mut held) = (0_usize, 0_usize, 0_usize);
        for (_, pair) in plan.of_generation(generation) {
            synchronized += usize::from(sight.state(pair) == Some(MirrorState::Synchronized));
            established += usize::from(matches!(sight.standing(pair), Standing::Own(_)));
            held += usize::from(sight.held_for(pair.bcv).is_some());
        }
        (synchronized, established, Reverse(held), Reverse(generation))
    };
    (1..=profile.generations).max_by_key(|&generation| key(generation)).unwrap_or(1)
}

/// The generation after this one, round and round.
pub(super) const fn next_generation(profile: &BackupProfile, generation: u8) -> u8 {
    if generation < profile.generations { generation + 1 } else { 1 }
}

/// Whether logs have to be suspended around a split, because the host's copy software cannot ask an array for a
/// consistent one. Software whose level is not stated can.
pub(super) fn split_needs_logs_suspended(seen: &Observation, profile: &BackupProfile) -> bool {
    let system = seen.systems.iter().find(|system| system.name == profile.system);
    let Some(level) = system.and_then(|system| system.host_software_level.as_deref()) else { return false };
    let numbers = level.split_once('.').and_then(|(version, release)| Some((version.parse().ok()?, release.parse().ok()?)));
    numbers.is_none_or(|level: (u32, u32)| level < CONSISTENT_SPLIT)
}

#[cfg(test)]
mod tests {
    use dasdlab_model::observation::SystemSeen;

    use super::*;

    fn profile(generations: u8, backups: &[(u8, u64, bool, bool)]) -> BackupProfile {
        let backups = backups.iter().map(|&(generation, taken_at, valid, expired)| Backup {
            generation,
            taken_at,
            valid,
            expired,
            consistency: dasdlab_model::states::Consistency::Array,
            restore_scope: None,
            why: String::new(),
        });
        BackupProfile {
            name: "DAILY".parse().unwrap(),
            creator: String::new(),
            description: String::new(),
            system: "SYSA".parse().unwrap(),
            ims_ssid: "IMSP".parse().unwrap(),
            backup_type: dasdlab_model::states::BackupType::Full,
            method: dasdlab_model::states::Method::FlashCopy,
            generations,
            state: dasdlab_model::states::ProfileState::Ready,
            reason: None,
            fingerprint: None,
            locked_by: None,
            sources: vec![],
            targets: vec![],
            backups: backups.collect(),
        }
    }

    #[track_caller]
    fn check_slot(backups: &[(u8, u64, bool, bool)], expected: u8) {
        assert_eq!(slot(&profile(3, backups)), expected);
    }

    #[test]
    fn the_slot_is_the_lowest_that_is_free_and_else_the_oldest() {
        check_slot(&[], 1);
        check_slot(&[(1, 5, true, false)], 2);
        check_slot(&[(1, 5, true, false), (2, 6, false, false), (3, 4, true, false)], 2);
        check_slot(&[(1, 5, true, false), (2, 6, true, true), (3, 4, true, false)], 2);
        check_slot(&[(1, 5, true, false), (2, 3, true, false), (3, 4, true, false)], 2);
        check_slot(&[(1, 5, true, false), (2, 5, true, false), (3, 5, true, false)], 1);
    }

    #[test]
    fn an_invalid_attempt_takes_nothing_from_the_backup_beside_it() {
        check_slot(&[(1, 1, true, false), (1, 9, false, false), (2, 2, true, false), (3, 3, true, false)], 1);
        check_slot(&[(1, 1, true, false), (1, 9, false, false), (2, 2, true, false)], 3);
    }

    #[test]
    fn generations_come_round() {
        let after = |generation| next_generation(&profile(3, &[]), generation);
        assert_eq!([1, 2, 3].map(after), [2, 3, 1]);
    }

    #[test]
    fn logs_are_suspended_below_05_05() {
        let needs = |level: Option<&str>| {
            let system = SystemSeen { name: "SYSA".parse().unwrap(), host_software_level: level.map(str::to_owned) };
            split_needs_logs_suspended(&Observation { systems: vec![system], ..Observation::default() }, &profile(1, &[]))
        };
        assert_eq!(
            [None, Some("05.04"), Some("05.05"), Some("05.10"), Some("04.99"), Some("06.00")].map(needs),
            [false, true, false, false, true, false]
        );
    }
}
