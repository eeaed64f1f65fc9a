//! PS05.

use dasdlab_model::observation::{Device, Observation, Source, UnitSeen};
use dasdlab_model::states::{Family, HostStatus, MirrorState, RelationState, RemoteRole};

use crate::lab::{Bcv, FlashCopy, Full, check, drop_source, id, map, mirror, name, relate, status, volume};

#[test]
fn each_status_but_online_and_allocated_is_a_finding() {
    for &seen_as in HostStatus::ALL {
        let expected = format!("PS05E {seen_as} unit:1001 volser=IMS001");
        let usable = matches!(seen_as, HostStatus::Online | HostStatus::Allocated);
        let expected: &[&str] = if usable { &[] } else { &[&expected] };
        check(FlashCopy, Full, |seen| status(seen, "1001", seen_as), expected);
    }
}

#[test]
fn a_unit_that_is_nothing_or_an_alias_is_asked_no_more() {
    check(
        FlashCopy,
        Full,
        |seen| {
            for unit in ["1100", "1101"] {
                seen.profiles[0].sources.push(Source { unit: name(unit), volser: None });
            }
            let alias = id(seen, "BOX1/10/F0");
            seen.units.push(UnitSeen { system: name("SYSA"), unit: name("1101"), device: Device::Alias(alias) });
            // Known to another system only.
            let other = id(seen, "5000");
            seen.units.push(UnitSeen {
                system: name("SYSB"),
                unit: name("1100"),
                device: Device::Base(other, HostStatus::Boxed),
            });
            for (generation, target) in [(1, "5000"), (2, "5001")] {
                map(seen, generation, "1100", target);
            }
            map(seen, 1, "1101", "5002");
            map(seen, 2, "1101", "5003");
            for unit in ["5000", "5001", "5002", "5003"] {
                status(seen, unit, HostStatus::Offline);
                volume(seen, unit).volser = None;
            }
        },
        &["PS05E unknown-unit unit:1100 system=SYSA", "PS05E alias-device unit:1101 system=SYSA"],
    );
}

#[test]
fn an_empty_saved_label_never_matches() {
    let mismatch = "PS05E volser-mismatch unit:1001 saved= found=IMS001";
    check(FlashCopy, Full, |seen| seen.profiles[0].sources[1].volser = None, &[mismatch]);
    check(
        FlashCopy,
        Full,
        |seen| {
            seen.profiles[0].sources[3].volser = None;
            volume(seen, "1003").volser = None;
            status(seen, "1003", HostStatus::Offline);
        },
        &[
            "PS01E unknown-volume data-set:IMSP.LIB class=system volsers=IMS003",
            "PS05E offline unit:1003 volser=",
            "PS05E volser-mismatch unit:1003 saved= found=",
        ],
    );
}

#[test]
fn a_namesake_counts_while_both_are_mounted() {
    let expected = "PS05E duplicate-volser unit:1001 volser=IMS001 units=5001,5002";
    let namesakes = |seen: &mut _, first: HostStatus, second: HostStatus| {
        volume(seen, "5001").volser = Some(name("IMS001"));
        volume(seen, "5002").volser = Some(name("IMS001"));
        status(seen, "5001", first);
        status(seen, "5002", second);
    };
    check(FlashCopy, Full, |seen| namesakes(seen, HostStatus::Allocated, HostStatus::PendingOffline), &[expected]);
    check(FlashCopy, Full, |seen| namesakes(seen, HostStatus::Offline, HostStatus::Boxed), &[]);
    // This one is not mounted: its label is nobody's duplicate, but means the others.
    check(
        FlashCopy,
        Full,
        |seen| {
            namesakes(seen, HostStatus::Online, HostStatus::Offline);
            status(seen, "1001", HostStatus::NoPath);
        },
        &["PS01E missing unit:5001 volser=IMS001 data_sets=IMSP.DB", "PS05E no-path unit:1001 volser=IMS001"],
    );
}

#[test]
fn a_reserve_by_the_own_system_is_no_finding() {
    check(FlashCopy, Full, |seen| volume(seen, "1000").reserved_by = Some(name("SYSA")), &[]);
    let own = |seen: &mut Observation| {
        volume(seen, "1000").reserved_by = Some(name("SYSA"));
        status(seen, "1000", HostStatus::Boxed);
    };
    check(FlashCopy, Full, own, &["PS05E boxed unit:1000 volser=IMS000"]);
    let reserved = "PS05E reserved unit:1000 volser=IMS000 reserved_by=SYSB";
    check(FlashCopy, Full, |seen| volume(seen, "1000").reserved_by = Some(name("SYSB")), &[reserved]);
}

#[test]
fn whatever_is_copied_onto_a_source_is_named() {
    check(
        Bcv,
        Full,
        |seen| {
            relate(seen, "5001", "1001", RelationState::Failed);
            mirror(seen, "5002", "1001", MirrorState::Synchronized);
            mirror(seen, "5003", "1001", MirrorState::Split);
            volume(seen, "1001").remote = Some(RemoteRole::Secondary);
            volume(seen, "1000").remote = Some(RemoteRole::Primary);
            relate(seen, "1002", "5003", RelationState::Copying);
        },
        &["PS05E copy-target unit:1001 volser=IMS001 roles=bcv,flashcopy-target,remote-secondary copied_from=5001,5002"],
    );
}

#[test]
fn a_restore_onto_or_from_a_source_is_named_with_its_partners() {
    check(
        Bcv,
        Full,
        |seen| {
            mirror(seen, "1000", "2000", MirrorState::RestInProg);
            mirror(seen, "1000", "3000", MirrorState::SplitBfrRest);
            mirror(seen, "1001", "2001", MirrorState::Restored);
        },
        &["PS05E restoring unit:1000 volser=IMS000 states=RestInProg,SplitBfrRest partners=2000,3000"],
    );
}

#[test]
fn bcvs_need_a_symmetrix() {
    check(
        Bcv,
        Full,
        |seen| {
            seen.arrays[0].family = Family::Ds8000;
            for unit in ["1001", "1002", "1003"] {
                drop_source(seen, unit);
            }
            seen.data_sets.clear();
        },
        &[
            "PS05E method-unsupported unit:1000 array=BOX1 family=ds8000",
            "PS06E method-unsupported unit:2000 array=BOX1 family=ds8000",
            "PS06E method-unsupported unit:3000 array=BOX1 family=ds8000",
            "PS11E undeterminable array:BOX1 found=5978.200.1 required= units=3",
        ],
    );
}

#[test]
fn reasons_of_one_unit_stand_beside_each_other() {
    check(
        FlashCopy,
        Full,
        |seen| {
            status(seen, "1001", HostStatus::Boxed);
            volume(seen, "1001").reserved_by = Some(name("SYSC"));
            seen.profiles[0].sources[1].volser = Some(name("IMS999"));
        },
        &[
            "PS05E boxed unit:1001 volser=IMS001",
            "PS05E reserved unit:1001 volser=IMS001 reserved_by=SYSC",
            "PS05E volser-mismatch unit:1001 saved=IMS999 found=IMS001",
        ],
    );
}
