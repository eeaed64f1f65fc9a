//! PS01, PS02, PS10 and PS15.

use dasdlab_model::states::{DataSetClass, HostStatus, LogScope, MigratedPolicy, Storage};

use super::build::*;

cases! {
    a_volume_with_data_must_be_a_source: flashcopy, |seen| {
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["DBV001", "OTH001"]);
        keep(seen, "IMSP.LIB", DataSetClass::System, "UCAT.DATA", &["IMSA"], &["OTH001"]);
    } => ["8 full-and-data", "PS01E missing unit:1300 volser=OTH001 data_sets=[IMSP.DB2,IMSP.LIB]"];

    system_data_sets_are_not_in_a_data_backup: flashcopy_data, |seen| {
        keep(seen, "IMSP.LIB", DataSetClass::System, "UCAT.DATA", &["IMSA"], &["OTH001"]);
    } => ["0 data-only"];

    data_of_a_member_of_the_group_must_be_covered: flashcopy, |seen| {
        keep(seen, "IMSP.USER", DataSetClass::UserIncluded, "UCAT.DATA", &["IMSB", "IMSC"], &["OTH001"]);
    } => ["8 full-and-data", "PS01E missing unit:1300 volser=OTH001 data_sets=[IMSP.USER]"];

    data_of_a_fellow_member_are_nothing_where_only_the_own_count: flashcopy, |seen| {
        seen.policy.log_scope = LogScope::Member;
        keep(seen, "IMSP.USER", DataSetClass::UserIncluded, "UCAT.DATA", &["IMSB"], &["OTH001"]);
        keep(seen, "IMSP.MORE", DataSetClass::Database, "UCAT.OTH", &["IMSB"], &["LOG001"]);
    } => ["0 full-and-data"];

    a_label_that_nobody_carries_is_an_unknown_volume: flashcopy, |seen| {
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["DBV001", "GONE01"]);
        keep(seen, "IMSP.DB3", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &[]);
        keep(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["GONE02"]);
    } => [
        "8 full-and-data",
        "PS01E unknown-volume data-set:IMSP.DB2 class=database volsers=[GONE01]",
        "PS01E unknown-volume data-set:IMSP.DB3 class=database volsers=[]",
        "PS01E unknown-volume data-set:IMSP.WADS class=log volsers=[GONE02]",
    ];

    a_label_only_on_an_offline_target_of_any_profile_is_an_unknown_volume: flashcopy, |seen| {
        label(seen, "1400", "OLD001");
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["OLD001"]);
    } => ["8 full-and-data", "PS01E unknown-volume data-set:IMSP.DB2 class=database volsers=[OLD001]"];

    a_label_only_on_an_offline_spare_means_the_spare: flashcopy, |seen| {
        label(seen, "1401", "OLD001");
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["OLD001"]);
    } => ["8 full-and-data", "PS01E missing unit:1401 volser=OLD001 data_sets=[IMSP.DB2]"];

    a_label_on_two_online_volumes_means_both_unless_one_is_a_source: flashcopy, |seen| {
        label(seen, "1401", "OTH001");
        status(seen, "1401", HostStatus::PendingOffline);
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["OTH001"]);
    } => [
        "8 full-and-data",
        "PS01E missing unit:1300 volser=OTH001 data_sets=[IMSP.DB2]",
        "PS01E missing unit:1401 volser=OTH001 data_sets=[IMSP.DB2]",
    ];

    a_volume_that_only_another_system_sees_carries_nothing: flashcopy, |seen| {
        add_volume(seen, "ARR2/10/00", "FAR001");
        attach(seen, "SYSB", "1500", "ARR2/10/00", HostStatus::Online);
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["FAR001"]);
    } => ["8 full-and-data", "PS01E unknown-volume data-set:IMSP.DB2 class=database volsers=[FAR001]"];

    a_data_set_must_be_in_the_vtoc_of_its_volume: flashcopy, |seen| {
        volume(seen, "1001").vtoc = Some(vec![n("IMSP.RESLIB")]);
        volume(seen, "1000").vtoc = Some(vec![n("IMSP.OLDS"), n("IMSP.RECON")]);
    } => ["8 full-and-data", "PS01E not-on-volume data-set:IMSP.DB class=database volsers=[DBV001]"];

    one_of_several_volumes_of_a_label_with_the_data_set_is_enough: flashcopy, |seen| {
        label(seen, "1401", "OTH001");
        status(seen, "1401", HostStatus::Online);
        volume(seen, "1401").vtoc = Some(Vec::new());
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], &["OTH001"]);
        source(seen, "P1", "1300", "OTH001");
        source(seen, "P1", "1401", "OTH001");
        profile(seen, "P2").sources.clear();
        profile(seen, "P1").generations = 0;
        profile(seen, "P1").targets.clear();
        seen.data_sets.retain(|data_set| data_set.name != n("RECOV.REPO") && data_set.name != n("OTHER.DATA"));
    } => [
        "8 full-and-data",
        "PS05E duplicate-volser unit:1300 volser=OTH001 units=[1401]",
        "PS05E duplicate-volser unit:1401 volser=OTH001 units=[1300]",
        "PS14E no-generations profile:P1",
    ];

    a_migrated_data_set_fails_by_default: flashcopy, |seen| {
        away(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], Storage::Migrated);
        away(seen, "IMSP.USER", DataSetClass::UserIncluded, "UCAT.DATA", &["IMSA"], Storage::Migrated);
        away(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], Storage::Migrated);
    } => [
        "8 full-and-data",
        "PS01E migrated data-set:IMSP.DB2 class=database policy=fail",
        "PS01I migrated data-set:IMSP.USER class=user-included policy=fail",
        "PS01E migrated data-set:IMSP.WADS class=log policy=fail",
    ];

    a_migrated_data_set_can_be_recalled: flashcopy, |seen| {
        seen.policy.migrated = MigratedPolicy::Recall;
        away(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], Storage::Migrated);
    } => ["0 full-and-data", "PS01I migrated data-set:IMSP.DB2 class=database policy=recall"];

    a_migrated_data_set_can_be_ignored: flashcopy, |seen| {
        seen.policy.migrated = MigratedPolicy::Ignore;
        away(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSA"], Storage::Migrated);
        away(seen, "IMSP.USER", DataSetClass::UserIncluded, "UCAT.DATA", &["IMSA"], Storage::Migrated);
    } => [
        "4 full-and-data",
        "PS01W migrated data-set:IMSP.DB2 class=database policy=ignore",
        "PS01I migrated data-set:IMSP.USER class=user-included policy=ignore",
    ];

    a_migrated_log_is_no_matter_of_a_data_backup: flashcopy_data, |seen| {
        away(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], Storage::Migrated);
    } => ["0 data-only"];

    a_volume_with_logs_must_be_a_source_of_a_full_backup: flashcopy, |seen| {
        keep(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSB"], &["OTH001"]);
        away(seen, "IMSP.SLDS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], Storage::Tape);
        away(seen, "IMSP.IMAGE", DataSetClass::Database, "UCAT.DATA", &["IMSA"], Storage::Tape);
    } => [
        "8 full-and-data",
        "PS02E missing unit:1300 volser=OTH001 data_sets=[IMSP.WADS]",
        "PS02I on-tape data-set:IMSP.SLDS class=log",
    ];

    logs_on_a_source_of_a_data_backup_are_good_to_know: flashcopy_data, |seen| {
        keep(seen, "IMSP.OLDS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["LOG001"]);
        keep(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["OTH001"]);
        away(seen, "IMSP.SLDS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], Storage::Tape);
    } => ["0 data-only", "PS02I log-in-data-backup unit:1000 volser=LOG001 data_sets=[IMSP.OLDS]"];

    control_data_on_a_source_fail: flashcopy, |seen| {
        keep(seen, "RECOV.PROF", DataSetClass::Control, "UCAT.OTH", &[], &["LOG001"]);
    } => ["8 full-and-data", "PS10E control-data unit:1000 volser=LOG001 data_sets=[RECOV.PROF]"];

    non_ims_data_and_data_of_other_ims_systems_on_a_source_are_reported: flashcopy, |seen| {
        keep(seen, "OTHER.MORE", DataSetClass::NonIms, "UCAT.OTH", &[], &["LOG001"]);
        keep(seen, "IMSC.DB", DataSetClass::Database, "UCAT.OTH", &["IMSC"], &["LOG001"]);
        keep(seen, "IMSC.BOTH", DataSetClass::Database, "UCAT.DATA", &["IMSC", "IMSA"], &["DBV001"]);
    } => ["4 full-and-data", "PS15W non-ims-data unit:1000 volser=LOG001 data_sets=[IMSC.DB,OTHER.MORE]"];

    the_policy_can_switch_the_report_of_non_ims_data_off: flashcopy, |seen| {
        seen.policy.report_non_ims_data = false;
        keep(seen, "OTHER.MORE", DataSetClass::NonIms, "UCAT.OTH", &[], &["LOG001"]);
    } => ["0 full-and-data"];
}
