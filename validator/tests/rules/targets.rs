//! PS06.

use dasdlab_model::observation::{Device, UnitSeen};
use dasdlab_model::states::{DataSetClass, DeviceType, HostStatus, MirrorState, RelationState, RemoteRole, Storage};

use crate::lab::{Bcv, FlashCopy, Full, add_volume, check, data_set, id, mirror, name, relate, remap, status, store, volume};

#[test]
fn an_offline_target_passes_and_each_other_status_has_its_reason() {
    for (seen_as, reason) in [
        (HostStatus::Online, "PS06W online"),
        (HostStatus::Allocated, "PS06E in-use"),
        (HostStatus::PendingOffline, "PS06W pending-offline"),
        (HostStatus::Boxed, "PS06E boxed"),
        (HostStatus::NotReady, "PS06E not-ready"),
        (HostStatus::NoPath, "PS06E no-path"),
    ] {
        check(FlashCopy, Full, |seen| status(seen, "3001", seen_as), &[&format!("{reason} unit:3001 volser=")]);
    }
}

#[test]
fn a_bcv_that_mirrors_any_source_may_be_not_ready() {
    check(
        Bcv,
        Full,
        |seen| {
            for (standard, bcv) in [("1000", "2000"), ("1003", "2001"), ("5000", "2002")] {
                status(seen, bcv, HostStatus::NotReady);
                mirror(seen, standard, bcv, MirrorState::Synchronized);
            }
            status(seen, "2003", HostStatus::NotReady);
            mirror(seen, "1003", "2003", MirrorState::Split);
        },
        &[
            "PS06E not-ready unit:2002 volser=",
            "PS06E not-ready unit:2003 volser=",
            "PS13E established unit:2002 unit:5000 state=Synchronized",
        ],
    );
}

#[test]
fn a_target_that_is_nothing_or_an_alias_is_asked_no_more() {
    check(
        FlashCopy,
        Full,
        |seen| {
            remap(seen, 1, "1000", "2F00");
            remap(seen, 2, "1000", "12000");
            let alias = id(seen, "BOX2/20/F0");
            seen.units.push(UnitSeen { system: name("SYSA"), unit: name("12000"), device: Device::Alias(alias) });
        },
        &["PS06E unknown-unit unit:2F00 system=SYSA", "PS06E alias-device unit:12000 system=SYSA"],
    );
}

#[test]
fn whatever_lies_on_a_target_is_named() {
    check(
        FlashCopy,
        Full,
        |seen| {
            volume(seen, "2001").volser = Some(name("TGT001"));
            status(seen, "2001", HostStatus::Online);
            data_set(seen, "PAY.A", DataSetClass::NonIms, "MCAT", "", &["TGT001"]);
            data_set(seen, "RE.PROFILES", DataSetClass::Control, "MCAT", "", &["TGT001"]);
            data_set(seen, "PAY.B", DataSetClass::NonIms, "MCAT", "", &["TGT001"]);
            store(seen, "PAY.B", Storage::Migrated);
            crate::lab::catalog(seen, "MCAT").volumes = vec![name("TGT001")];
            // Offline, a target is no carrier of what is cataloged to its label.
            volume(seen, "2002").volser = Some(name("TGT002"));
            data_set(seen, "PAY.C", DataSetClass::NonIms, "MCAT", "", &["TGT002"]);
        },
        &[
            "PS06E holds-data unit:2001 volser=TGT001 holds=catalog:MCAT,data-set:PAY.A,data-set:RE.PROFILES",
            "PS06W online unit:2001 volser=TGT001",
        ],
    );
}

#[test]
fn a_source_as_target_is_asked_as_both() {
    check(
        FlashCopy,
        Full,
        |seen| remap(seen, 2, "1000", "1001"),
        &[
            "PS06E also-source unit:1001 volser=IMS001",
            "PS06E holds-data unit:1001 volser=IMS001 holds=data-set:IMSP.DB",
            "PS06E in-use unit:1001 volser=IMS001",
        ],
    );
}

#[test]
fn a_flashcopy_relation_must_be_with_a_mapped_source() {
    check(
        FlashCopy,
        Full,
        |seen| {
            relate(seen, "1000", "2000", RelationState::Copying);
            relate(seen, "1000", "3000", RelationState::Failed);
            relate(seen, "1001", "2002", RelationState::Copied);
            relate(seen, "2003", "5001", RelationState::Idle);
            relate(seen, "5002", "2003", RelationState::Idle);
            mirror(seen, "1001", "2001", MirrorState::Synchronized);
            mirror(seen, "5003", "3001", MirrorState::SyncInProg);
            mirror(seen, "3002", "5003", MirrorState::Restored);
            mirror(seen, "5003", "3003", MirrorState::Split);
        },
        &[
            "PS06E foreign-relation unit:2002 volser= others=1001",
            "PS06E foreign-relation unit:2003 volser= others=5001,5002",
            "PS06E foreign-relation unit:3001 volser= others=5003",
            "PS06E foreign-relation unit:3002 volser= others=5003",
        ],
    );
}

#[test]
fn a_mirror_pair_is_no_foreign_relation_of_a_bcv_profile() {
    check(
        Bcv,
        Full,
        |seen| {
            mirror(seen, "5000", "2000", MirrorState::Synchronized);
            relate(seen, "5001", "2001", RelationState::Copied);
        },
        &["PS06E foreign-relation unit:2001 volser= others=5001", "PS13E established unit:2000 unit:5000 state=Synchronized"],
    );
}

#[test]
fn a_volume_without_a_unit_here_is_named_by_identity() {
    check(
        FlashCopy,
        Full,
        |seen| {
            add_volume(seen, name("BOX2/10/00"), Some("IMS000"), "", HostStatus::Online);
            relate(seen, "BOX2/10/00", "2000", RelationState::Copied);
        },
        &["PS06E foreign-relation unit:2000 volser= others=BOX2/10/00"],
    );
}

#[test]
fn the_kind_of_a_target_volume_matters() {
    check(
        Bcv,
        Full,
        |seen| {
            volume(seen, "2000").bcv = false;
            volume(seen, "2001").thin = true;
            volume(seen, "2002").remote = Some(RemoteRole::Secondary);
            volume(seen, "2003").remote = Some(RemoteRole::Primary);
            volume(seen, "3000").reserved_by = Some(name("SYSB"));
        },
        &[
            "PS06E not-bcv unit:2000 volser= array=BOX1",
            "PS06E space-efficient unit:2001 volser=",
            "PS06E remote-secondary unit:2002 volser=",
            "PS06E reserved unit:3000 volser= reserved_by=SYSB",
        ],
    );
}

#[test]
fn a_reserve_of_any_system_fails_a_target() {
    for holder in ["SYSA", "SYSB"] {
        let reserved = format!("PS06E reserved unit:2000 volser= reserved_by={holder}");
        check(FlashCopy, Full, |seen| volume(seen, "2000").reserved_by = Some(name(holder)), &[&reserved]);
    }
}

#[test]
fn sizes_are_compared_by_method_to_the_cylinder() {
    let spoil = |seen: &mut _| {
        volume(seen, "2000").cylinders = 10_016;
        volume(seen, "3000").cylinders = 10_018;
    };
    check(
        FlashCopy,
        Full,
        spoil,
        &[
            "PS06E too-small unit:2000 unit:1000 generation:1 target_cylinders=10016 source_cylinders=10017",
            "PS06W larger unit:3000 unit:1000 generation:2 target_cylinders=10018 source_cylinders=10017",
        ],
    );
    check(
        Bcv,
        Full,
        spoil,
        &[
            "PS06E size-mismatch unit:2000 unit:1000 generation:1 target_cylinders=10016 source_cylinders=10017",
            "PS06E size-mismatch unit:3000 unit:1000 generation:2 target_cylinders=10018 source_cylinders=10017",
        ],
    );
}

#[test]
fn a_3380_is_no_target_of_a_3390_even_of_equal_size() {
    check(
        FlashCopy,
        Full,
        |seen| volume(seen, "3003").device_type = DeviceType::T3380,
        &["PS06E device-type unit:3003 unit:1003 generation:2 target_type=3380 source_type=3390"],
    );
}

#[test]
fn a_bcv_on_another_array_is_a_finding_of_each_pair() {
    check(
        Bcv,
        Full,
        |seen| {
            add_volume(seen, name("BOX2/10/00"), None, "4000", HostStatus::Offline);
            volume(seen, "4000").bcv = true;
            remap(seen, 1, "1000", "4000");
            remap(seen, 2, "1000", "4000");
        },
        &[
            "PS06E different-array unit:4000 unit:1000 generation:1 target_array=BOX2 source_array=BOX1",
            "PS06E different-array unit:4000 unit:1000 generation:2 target_array=BOX2 source_array=BOX1",
            "PS14E duplicate-target unit:4000 sources=1000 generations=1,2",
        ],
    );
}
