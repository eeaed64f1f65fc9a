//! The fingerprint: what is in it, and what is not.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{BackupType, HostStatus, Method, MirrorState};
use dasdlab_validator::machines::fingerprint;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::lab::{Bcv, Full, clean, drop_source, mirror, name, remap, status, unmap, volume};

fn of(seen: &Observation) -> String {
    fingerprint(seen, &seen.profiles[0])
}

fn changed(change: impl FnOnce(&mut Observation)) -> bool {
    let before = clean(Bcv, Full);
    let mut after = before.clone();
    change(&mut after);
    of(&before) != of(&after)
}

#[test]
fn each_field_that_is_covered_changes_it() {
    let changes: [fn(&mut Observation); 8] = [
        |seen| seen.profiles[0].ims_ssid = name("IMSQ"),
        |seen| seen.profiles[0].backup_type = BackupType::Data,
        |seen| seen.profiles[0].method = Method::FlashCopy,
        |seen| seen.profiles[0].generations = 3,
        |seen| drop_source(seen, "1003"),
        |seen| seen.profiles[0].sources[0].volser = None,
        |seen| unmap(seen, 2, "1000"),
        |seen| remap(seen, 1, "1000", "5000"),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert!(changed(change), "change {number}");
    }
    assert!(
        changed(|seen| seen.profiles[0].targets.iter_mut().for_each(|entry| entry.generation = 3 - entry.generation)),
        "generations keep their order"
    );
}

#[test]
fn identity_counts_where_a_number_stays() {
    let swap = |seen: &mut Observation, one: usize, other: usize| {
        let device = seen.units[one].device;
        seen.units[one].device = seen.units[other].device;
        seen.units[other].device = device;
    };
    assert!(changed(|seen| swap(seen, 0, 12)), "a source's volume");
    assert!(changed(|seen| swap(seen, 4, 12)), "a target's volume");
    assert!(changed(|seen| seen.units.truncate(4)), "targets that are gone");
    assert!(!changed(|seen| seen.units.truncate(12)), "units that are none of the profile's");
}

#[test]
fn nothing_else_changes_it() {
    let changes: [fn(&mut Observation); 6] = [
        |seen| {
            let profile = &mut seen.profiles[0];
            profile.name = name("NIGHTLY");
            profile.creator = "DBA2".to_owned();
            profile.description = "another".to_owned();
        },
        |seen| status(seen, "1000", HostStatus::Boxed),
        |seen| mirror(seen, "1000", "2000", MirrorState::Synchronized),
        |seen| volume(seen, "1000").volser = Some(name("NEW001")),
        |seen| seen.policy.report_non_ims_data = false,
        |seen| seen.profiles[0].locked_by = Some("setup".to_owned()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert!(!changed(change), "change {number}");
    }
}

#[test]
fn it_is_the_same_on_every_machine() {
    insta::assert_snapshot!(of(&clean(Bcv, Full)), @"1f172a6ccb57c4453ccdf7183ed3182e");
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_entries_is_no_change(
        sources in Just((0..4).collect::<Vec<usize>>()).prop_shuffle(),
        targets in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
        units in Just((0..16).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let before = clean(Bcv, Full);
        let mut after = before.clone();
        after.profiles[0].sources = sources.iter().map(|&at| before.profiles[0].sources[at]).collect();
        after.profiles[0].targets = targets.iter().map(|&at| before.profiles[0].targets[at]).collect();
        after.units = units.iter().map(|&at| before.units[at]).collect();
        prop_assert_eq!(of(&before), of(&after));
    }
}
