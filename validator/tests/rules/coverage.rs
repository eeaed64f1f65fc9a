//! PS01 to PS04, PS10 and PS15: what lies where.

use dasdlab_model::states::{DataSetClass, HostStatus, LogScope, MigratedPolicy, Storage};

use crate::lab::{Data, FlashCopy, Full, catalog, check, data_set, drop_source, name, set, status, store, volume};

#[test]
fn a_volume_in_use_must_be_a_source() {
    check(
        FlashCopy,
        Full,
        |seen| {
            set(seen, "IMSP.DB").volumes.push(name("OTH001"));
            set(seen, "IMSP.LIB").volumes.push(name("OTH001"));
            set(seen, "IMSP.OLDS").volumes.push(name("OTH002"));
        },
        &[
            "PS01E missing unit:5001 volser=OTH001 data_sets=IMSP.DB,IMSP.LIB",
            "PS02E missing unit:5002 volser=OTH002 data_sets=IMSP.OLDS",
        ],
    );
}

#[test]
fn a_data_backup_needs_neither_system_nor_log_volumes() {
    check(
        FlashCopy,
        Data,
        |seen| {
            set(seen, "IMSP.LIB").volumes = vec![name("OTH001")];
            data_set(seen, "IMSP.OLDS", DataSetClass::Log, "UCAT.LOG", "IMSP", &["OTH002"]);
        },
        &[],
    );
}

#[test]
fn a_log_volume_in_a_data_backup_is_pointed_out() {
    check(
        FlashCopy,
        Data,
        |seen| data_set(seen, "IMSP.RECON", DataSetClass::Recon, "UCAT.LOG", "IMSP", &["IMS002"]),
        &["PS02I log-in-data-backup unit:1002 volser=IMS002 data_sets=IMSP.RECON"],
    );
}

#[test]
fn a_label_that_nobody_carries_is_an_unknown_volume() {
    check(
        FlashCopy,
        Full,
        |seen| {
            set(seen, "IMSP.DB").volumes.push(name("GONE01"));
            set(seen, "IMSP.OLDS").volumes.clear();
        },
        &[
            "PS01E unknown-volume data-set:IMSP.DB class=database volsers=GONE01",
            "PS01E unknown-volume data-set:IMSP.OLDS class=log volsers=",
        ],
    );
}

#[test]
fn a_label_means_its_mounted_carriers_and_the_sources_among_them() {
    let source = "PS05E duplicate-volser unit:1000 volser=IMS000 units=5000";
    check(FlashCopy, Full, |seen| volume(seen, "5000").volser = Some(name("IMS000")), &[source]);
    // Offline, the copy on a target carries its source's label and changes nothing.
    check(FlashCopy, Full, |seen| volume(seen, "2000").volser = Some(name("IMS000")), &[]);
    // Two that are mounted and no source are both meant.
    check(
        FlashCopy,
        Full,
        |seen| {
            volume(seen, "5002").volser = Some(name("OTH001"));
            set(seen, "IMSP.LIB").volumes = vec![name("OTH001")];
        },
        &["PS01E missing unit:5001 volser=OTH001 data_sets=IMSP.LIB", "PS01E missing unit:5002 volser=OTH001 data_sets=IMSP.LIB"],
    );
}

#[test]
fn with_no_carrier_mounted_a_label_means_those_that_are_no_target() {
    check(
        FlashCopy,
        Full,
        |seen| {
            status(seen, "1003", HostStatus::Offline);
            volume(seen, "2003").volser = Some(name("IMS003"));
        },
        &["PS05E offline unit:1003 volser=IMS003"],
    );
    check(
        FlashCopy,
        Full,
        |seen| {
            drop_source(seen, "1003");
            volume(seen, "1003").volser = None;
            volume(seen, "2002").volser = Some(name("IMS003"));
        },
        &["PS01E unknown-volume data-set:IMSP.LIB class=system volsers=IMS003"],
    );
}

#[test]
fn a_vtoc_without_the_data_set_contradicts_its_catalog_entry() {
    check(
        FlashCopy,
        Full,
        |seen| {
            volume(seen, "1001").vtoc = Some(vec![]);
            volume(seen, "1003").vtoc = Some(vec![name("IMSP.LIB")]);
        },
        &["PS01E not-on-volume data-set:IMSP.DB class=database volsers=IMS001"],
    );
}

#[test]
fn policy_says_how_bad_a_migrated_data_set_is() {
    for (policy, code) in [(MigratedPolicy::Fail, "PS01E"), (MigratedPolicy::Recall, "PS01I"), (MigratedPolicy::Ignore, "PS01W")]
    {
        check(
            FlashCopy,
            Full,
            |seen| {
                seen.policy.migrated = policy;
                data_set(seen, "IMSP.USR", DataSetClass::UserIncluded, "UCAT.DB", "IMSP", &[]);
                store(seen, "IMSP.USR", Storage::Migrated);
                store(seen, "IMSP.OLDS", Storage::Migrated);
            },
            &[
                &format!("{code} migrated data-set:IMSP.OLDS class=log policy={policy}"),
                &format!("PS01I migrated data-set:IMSP.USR class=user-included policy={policy}"),
            ],
        );
    }
}

#[test]
fn a_log_on_tape_is_pointed_out_and_a_database_on_tape_is_not() {
    check(
        FlashCopy,
        Full,
        |seen| {
            store(seen, "IMSP.RECON", Storage::Tape);
            store(seen, "IMSP.LIB", Storage::Tape);
        },
        &["PS02I on-tape data-set:IMSP.RECON class=recon"],
    );
}

#[test]
fn the_group_or_the_member_decides_whose_data_sets_count() {
    let missing = "PS01E missing unit:5001 volser=OTH001 data_sets=IMSQ.DB";
    let fellow = |seen: &mut _| data_set(seen, "IMSQ.DB", DataSetClass::Database, "MCAT", "IMSQ", &["OTH001"]);
    let master = "PS03W master-catalog catalog:MCAT data_sets=IMSQ.DB";
    check(FlashCopy, Full, fellow, &[missing, master]);
    check(
        FlashCopy,
        Full,
        |seen| {
            fellow(seen);
            seen.policy.log_scope = LogScope::Member;
            // A fellow member's data set on a source is not foreign either.
            data_set(seen, "IMSQ.DC", DataSetClass::Database, "MCAT", "IMSQ", &["IMS001"]);
        },
        &[],
    );
}

#[test]
fn a_user_catalog_must_lie_on_sources() {
    check(
        FlashCopy,
        Full,
        |seen| catalog(seen, "UCAT.DB").volumes = vec![name("IMS000"), name("OTH003"), name("GONE01")],
        &["PS03E missing catalog:UCAT.DB devices=5003 unknown_volsers=GONE01 data_sets=IMSP.DB,IMSP.LIB"],
    );
}

#[test]
fn foreign_entries_count_if_they_are_not_wholly_on_sources() {
    check(
        FlashCopy,
        Full,
        |seen| {
            data_set(seen, "PAY.A", DataSetClass::NonIms, "UCAT.DB", "", &["OTH001"]);
            data_set(seen, "PAY.B", DataSetClass::Database, "UCAT.DB", "IMSX", &["IMS001", "GONE01"]);
            data_set(seen, "PAY.C", DataSetClass::NonIms, "UCAT.DB", "IMSP", &["IMS003"]);
            data_set(seen, "PAY.D", DataSetClass::NonIms, "UCAT.DB", "", &[]);
            data_set(seen, "PAY.E", DataSetClass::NonIms, "UCAT.DB", "", &[]);
            store(seen, "PAY.E", Storage::Migrated);
        },
        &[
            "PS03W foreign-entries catalog:UCAT.DB sources=1000 data_sets=PAY.A,PAY.B",
            "PS15W non-ims-data unit:1001 volser=IMS001 data_sets=PAY.B",
            "PS15W non-ims-data unit:1003 volser=IMS003 data_sets=PAY.C",
        ],
    );
    // A catalog outside the backup is not restored: its foreign entries harm nobody.
    check(
        FlashCopy,
        Full,
        |seen| {
            data_set(seen, "PAY.A", DataSetClass::NonIms, "UCAT.DB", "", &["OTH001"]);
            catalog(seen, "UCAT.DB").volumes = vec![name("OTH003")];
        },
        &["PS03E missing catalog:UCAT.DB devices=5003 unknown_volsers= data_sets=IMSP.DB,IMSP.LIB"],
    );
}

#[test]
fn logs_and_data_on_one_volume_limit_the_restore() {
    let expected =
        ["PS04W shared-volume unit:1000 volser=IMS000 log_side=data-set:IMSP.OLDS data_side=catalog:UCAT.DB,data-set:IMSP.DB"];
    let verdict = check(FlashCopy, Full, |seen| set(seen, "IMSP.OLDS").volumes = vec![name("IMS000")], &expected);
    assert_eq!((verdict.return_code, verdict.restore_scope.unwrap().as_str()), (4, "full-only"));
}

#[test]
fn sides_are_asked_of_volumes_outside_the_backup_and_of_data_backups_too() {
    let verdict = check(
        FlashCopy,
        Data,
        |seen| {
            data_set(seen, "IMSP.OLDS", DataSetClass::Log, "UCAT.LOG", "IMSP", &["OTH001"]);
            set(seen, "IMSP.DB").volumes.push(name("OTH001"));
        },
        &[
            "PS01E missing unit:5001 volser=OTH001 data_sets=IMSP.DB",
            "PS04W shared-volume unit:5001 volser=OTH001 log_side=data-set:IMSP.OLDS data_side=data-set:IMSP.DB",
        ],
    );
    assert_eq!((verdict.return_code, verdict.restore_scope.unwrap().as_str()), (8, "none"));
}

#[test]
fn a_catalog_of_both_sides_is_shared_and_then_on_neither() {
    check(
        FlashCopy,
        Full,
        |seen| {
            set(seen, "IMSP.OLDS").catalog = name("UCAT.DB");
            store(seen, "IMSP.OLDS", Storage::Tape);
            // The log catalog joins it on IMS000, where only the database is of the data side now.
            catalog(seen, "UCAT.LOG").volumes = vec![name("IMS000")];
        },
        &[
            "PS02I on-tape data-set:IMSP.OLDS class=log",
            "PS04W shared-volume unit:1000 volser=IMS000 log_side=catalog:UCAT.LOG data_side=data-set:IMSP.DB",
            "PS04W shared-catalog catalog:UCAT.DB log_side=IMSP.OLDS data_side=IMSP.DB",
        ],
    );
}

#[test]
fn the_master_catalog_is_on_no_side() {
    check(
        FlashCopy,
        Full,
        |seen| {
            set(seen, "IMSP.DB").catalog = name("MCAT");
            set(seen, "IMSP.OLDS").catalog = name("MCAT");
        },
        &["PS03W master-catalog catalog:MCAT data_sets=IMSP.DB,IMSP.OLDS"],
    );
}

#[test]
fn control_data_sets_stay_off_sources() {
    check(
        FlashCopy,
        Full,
        |seen| {
            data_set(seen, "RE.PROFILES", DataSetClass::Control, "MCAT", "", &["OTH001", "IMS001"]);
            data_set(seen, "RE.BACKUPS", DataSetClass::Control, "MCAT", "", &["IMS001"]);
            data_set(seen, "RE.OFFLOAD", DataSetClass::Control, "MCAT", "", &["OTH001"]);
        },
        &["PS10E control-data unit:1001 volser=IMS001 data_sets=RE.BACKUPS,RE.PROFILES"],
    );
}

#[test]
fn policy_can_switch_foreign_data_off() {
    check(
        FlashCopy,
        Full,
        |seen| {
            data_set(seen, "PAY.A", DataSetClass::NonIms, "MCAT", "", &["IMS001"]);
            seen.policy.report_non_ims_data = false;
        },
        &[],
    );
}
