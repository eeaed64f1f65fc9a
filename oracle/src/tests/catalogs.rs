//! PS03 and PS04.

use dasdlab_model::states::{DataSetClass, Storage};

use super::build::*;

cases! {
    the_volumes_of_a_catalog_must_be_sources: flashcopy, |seen| {
        catalog(seen, "UCAT.DATA").volumes = vec![n("OTH001"), n("GONE01")];
    } => [
        "8 full-and-data",
        "PS03E missing catalog:UCAT.DATA devices=[1300] unknown_volsers=[GONE01] data_sets=[IMSP.DB,IMSP.RESLIB]",
    ];

    a_migrated_data_set_makes_its_catalog_matter: flashcopy, |seen| {
        away(seen, "IMSP.USER", DataSetClass::UserIncluded, "UCAT.OTH", &["IMSA"], Storage::Migrated);
    } => [
        "8 full-and-data",
        "PS01I migrated data-set:IMSP.USER class=user-included policy=fail",
        "PS03E missing catalog:UCAT.OTH devices=[1300] unknown_volsers=[] data_sets=[IMSP.USER]",
    ];

    a_catalog_of_logs_need_not_be_in_a_data_backup: flashcopy_data, |seen| {
        catalog(seen, "UCAT.LOG").volumes = vec![n("OTH001")];
        keep(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["OTH001"]);
    } => ["0 data-only"];

    entries_of_data_that_stay_behind_are_a_risk: flashcopy, |seen| {
        catalog(seen, "UCAT.DATA").volumes = vec![n("DBV001"), n("OTH001")];
        keep(seen, "OTHER.MORE", DataSetClass::NonIms, "UCAT.DATA", &[], &["OTH001"]);
        keep(seen, "OTHER.GONE", DataSetClass::NonIms, "UCAT.DATA", &[], &["GONE01"]);
        keep(seen, "IMSC.DB", DataSetClass::Database, "UCAT.DATA", &["IMSC"], &["DBV001", "OTH001"]);
    } => [
        "8 full-and-data",
        "PS03W foreign-entries catalog:UCAT.DATA sources=[1001] data_sets=[IMSC.DB,OTHER.GONE,OTHER.MORE]",
        "PS03E missing catalog:UCAT.DATA devices=[1300] unknown_volsers=[] data_sets=[IMSP.DB,IMSP.RESLIB]",
        "PS15W non-ims-data unit:1001 volser=DBV001 data_sets=[IMSC.DB]",
    ];

    entries_of_data_away_from_disk_or_on_sources_or_of_the_product_are_no_risk: flashcopy, |seen| {
        seen.policy.report_non_ims_data = false;
        away(seen, "OTHER.TAPE", DataSetClass::NonIms, "UCAT.DATA", &[], Storage::Tape);
        away(seen, "OTHER.MIG", DataSetClass::NonIms, "UCAT.DATA", &[], Storage::Migrated);
        keep(seen, "OTHER.NONE", DataSetClass::NonIms, "UCAT.DATA", &[], &[]);
        keep(seen, "OTHER.HERE", DataSetClass::NonIms, "UCAT.DATA", &[], &["LOG001"]);
        keep(seen, "RECOV.PROF", DataSetClass::Control, "UCAT.DATA", &[], &["OTH001"]);
    } => ["0 full-and-data"];

    a_catalog_on_no_source_has_no_foreign_entries: flashcopy, |seen| {
        catalog(seen, "UCAT.DATA").volumes = vec![n("OTH001")];
        keep(seen, "OTHER.MORE", DataSetClass::NonIms, "UCAT.DATA", &[], &["OTH001"]);
    } => [
        "8 full-and-data",
        "PS03E missing catalog:UCAT.DATA devices=[1300] unknown_volsers=[] data_sets=[IMSP.DB,IMSP.RESLIB]",
    ];

    data_in_a_master_catalog_are_a_risk_but_it_need_not_be_a_source: flashcopy, |seen| {
        keep(seen, "IMSP.DB2", DataSetClass::Database, "MCAT", &["IMSA"], &["DBV001"]);
    } => ["4 full-and-data", "PS03W master-catalog catalog:MCAT data_sets=[IMSP.DB2]"];

    logs_beside_data_narrow_the_restore: flashcopy, |seen| {
        keep(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["DBV001"]);
    } => [
        "4 full-only",
        "PS04W shared-volume unit:1001 volser=DBV001 log_side=[data-set:IMSP.WADS] data_side=[catalog:UCAT.DATA,data-set:IMSP.DB]",
    ];

    the_catalog_of_the_logs_beside_data_narrows_the_restore: flashcopy, |seen| {
        catalog(seen, "UCAT.LOG").volumes.push(n("DBV001"));
    } => [
        "4 full-only",
        "PS04W shared-volume unit:1001 volser=DBV001 log_side=[catalog:UCAT.LOG] data_side=[catalog:UCAT.DATA,data-set:IMSP.DB]",
    ];

    both_sides_are_compared_off_the_sources_too: flashcopy_data, |seen| {
        keep(seen, "IMSP.WADS", DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["OTH001"]);
        keep(seen, "IMSP.DB2", DataSetClass::Database, "UCAT.DATA", &["IMSB"], &["OTH001"]);
    } => [
        "8 none",
        "PS01E missing unit:1300 volser=OTH001 data_sets=[IMSP.DB2]",
        "PS04W shared-volume unit:1300 volser=OTH001 log_side=[data-set:IMSP.WADS] data_side=[data-set:IMSP.DB2]",
    ];

    system_data_sets_are_on_neither_side: flashcopy, |seen| {
        keep(seen, "IMSP.LIB", DataSetClass::System, "UCAT.LOG", &["IMSA"], &["LOG001"]);
    } => ["0 full-and-data"];

    a_catalog_for_both_sides_narrows_the_restore_and_is_left_out_of_the_volumes: flashcopy, |seen| {
        away(seen, "IMSP.SLDS", DataSetClass::Log, "UCAT.DATA", &["IMSA"], Storage::Tape);
    } => [
        "4 full-only",
        "PS02I on-tape data-set:IMSP.SLDS class=log",
        "PS04W shared-catalog catalog:UCAT.DATA log_side=[IMSP.SLDS] data_side=[IMSP.DB]",
    ];

    the_master_catalog_is_on_no_side: flashcopy, |seen| {
        keep(seen, "IMSP.WADS", DataSetClass::Log, "MCAT", &["IMSA"], &["LOG001"]);
        keep(seen, "IMSP.DB2", DataSetClass::Database, "MCAT", &["IMSA"], &["DBV001"]);
    } => ["4 full-and-data", "PS03W master-catalog catalog:MCAT data_sets=[IMSP.DB2,IMSP.WADS]"];
}
