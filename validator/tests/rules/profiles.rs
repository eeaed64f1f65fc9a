//! PS09 and PS14.

use dasdlab_model::observation::{BackupProfile, Device, Mapping, Observation, Source, UnitSeen};
use dasdlab_model::states::HostStatus;

use crate::lab::{Bcv, FlashCopy, Full, check, id, map, name, profile, remap, unmap, volume};

fn other(seen: &mut Observation, title: &str, source: &str, targets: &[&str]) {
    let mut other: BackupProfile = profile(title, FlashCopy, Full);
    other.ims_ssid = name("IMSX");
    other.sources.push(Source { unit: name(source), volser: None });
    for (generation, target) in (1..).zip(targets) {
        other.targets.push(Mapping { generation, source: name(source), target: name(target) });
    }
    seen.profiles.push(other);
}

#[test]
fn sharing_is_one_finding_per_unit_and_other_profile() {
    check(
        FlashCopy,
        Full,
        |seen| {
            other(seen, "PAYROLL", "5000", &["2000", "2000"]);
            other(seen, "WEEKLY", "2000", &["1001", "5003"]);
            volume(seen, "2000").held_for = Some(name("PAYROLL"));
        },
        &[
            "PS09E source-is-target-elsewhere unit:1001 profile:WEEKLY volser=IMS001",
            "PS09W target-in-other-profile unit:2000 profile:PAYROLL volser= how=held,listed",
            "PS09E source-in-other-profile unit:2000 profile:WEEKLY volser=",
        ],
    );
}

#[test]
fn a_hold_counts_for_targets_and_other_profiles_even_unknown_ones() {
    check(
        Bcv,
        Full,
        |seen| {
            volume(seen, "2000").held_for = Some(name("DAILY"));
            volume(seen, "3000").held_for = Some(name("LONG GONE"));
            volume(seen, "1000").held_for = Some(name("LONG GONE"));
        },
        &["PS09W target-in-other-profile unit:3000 profile:LONG GONE volser= how=held"],
    );
}

#[test]
fn other_profiles_are_resolved_in_their_own_system() {
    let with = |volume: &'static str| {
        move |seen: &mut Observation| {
            other(seen, "PAYROLL", "9000", &["2000"]);
            seen.profiles[1].system = name("SYSB");
            let volume = id(seen, volume);
            let device = Device::Base(volume, HostStatus::Offline);
            seen.units.push(UnitSeen { system: name("SYSB"), unit: name("2000"), device });
        }
    };
    check(FlashCopy, Full, with("5003"), &[]);
    check(FlashCopy, Full, with("3002"), &["PS09W target-in-other-profile unit:3002 profile:PAYROLL volser= how=listed"]);
}

#[test]
fn every_source_needs_a_target_in_every_generation() {
    check(
        FlashCopy,
        Full,
        |seen| {
            unmap(seen, 1, "1000");
            unmap(seen, 2, "1003");
        },
        &["PS14E missing-target unit:1000 generation:1", "PS14E missing-target unit:1003 generation:2"],
    );
}

#[test]
fn an_empty_profile_says_so() {
    check(
        FlashCopy,
        Full,
        |seen| {
            seen.profiles[0].sources.clear();
            seen.profiles[0].targets.clear();
            seen.profiles[0].generations = 0;
            seen.data_sets.clear();
        },
        &["PS14E no-generations profile:DAILY", "PS14E no-sources profile:DAILY"],
    );
}

#[test]
fn a_target_of_no_source_is_a_target_all_the_same() {
    check(
        FlashCopy,
        Full,
        |seen| {
            map(seen, 2, "5001", "5000");
            volume(seen, "5000").thin = true;
            seen.catalogs.retain(|catalog| catalog.name.as_str() != "MCAT");
        },
        &[
            "PS06W online unit:5000 volser=OTH000",
            "PS06E space-efficient unit:5000 volser=OTH000",
            "PS14E unmapped-source unit:5001 generation:2 target=5000",
        ],
    );
}

#[test]
fn a_unit_given_twice_is_one_duplicate_whoever_it_is_given_for() {
    check(
        FlashCopy,
        Full,
        |seen| {
            remap(seen, 2, "1000", "2001");
            map(seen, 2, "9000", "2001");
        },
        &[
            "PS14E duplicate-target unit:2001 sources=1000,1001,9000 generations=1,2",
            "PS14E unmapped-source unit:9000 generation:2 target=2001",
        ],
    );
}
