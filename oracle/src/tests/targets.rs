//! PS06.

use dasdlab_model::states::{DataSetClass, DeviceType, HostStatus, MirrorState, RelationState, RemoteRole};

use super::build::*;

cases! {
    a_target_unit_must_exist: flashcopy, |seen| {
        remove(seen, "1100");
        make_alias(seen, "1201");
    } => [
        "8 full-and-data",
        "PS06E unknown-unit unit:1100 system=SYSA",
        "PS06E alias-device unit:1201 system=SYSA",
    ];

    a_boxed_target_fails: flashcopy, |seen| status(seen, "1100", HostStatus::Boxed)
        => ["8 full-and-data", "PS06E boxed unit:1100 volser="];
    a_target_without_a_path_fails: flashcopy, |seen| status(seen, "1100", HostStatus::NoPath)
        => ["8 full-and-data", "PS06E no-path unit:1100 volser="];
    an_allocated_target_is_in_use: flashcopy, |seen| {
        label(seen, "1100", "TGT001");
        status(seen, "1100", HostStatus::Allocated);
    } => ["8 full-and-data", "PS06E in-use unit:1100 volser=TGT001"];
    an_online_target_is_a_risk: flashcopy, |seen| status(seen, "1100", HostStatus::Online)
        => ["4 full-and-data", "PS06W online unit:1100 volser="];
    a_pending_offline_target_is_a_risk: flashcopy, |seen| status(seen, "1201", HostStatus::PendingOffline)
        => ["4 full-and-data", "PS06W pending-offline unit:1201 volser="];

    a_flashcopy_target_that_is_not_ready_fails_whatever_it_mirrors: flashcopy, |seen| {
        status(seen, "1100", HostStatus::NotReady);
        mirror(seen, "1000", "1100", MirrorState::Synchronized);
    } => ["8 full-and-data", "PS06E not-ready unit:1100 volser="];

    a_bcv_that_mirrors_a_source_is_normally_not_ready: bcv, |seen| {
        status(seen, "1100", HostStatus::NotReady);
        mirror(seen, "1000", "1100", MirrorState::Synchronized);
        status(seen, "1201", HostStatus::NotReady);
        mirror(seen, "1000", "1201", MirrorState::SyncInProg);
    } => ["0 full-and-data"];

    a_bcv_that_mirrors_no_source_must_be_ready: bcv, |seen| {
        status(seen, "1100", HostStatus::NotReady);
        mirror(seen, "1000", "1100", MirrorState::Split);
        status(seen, "1201", HostStatus::NotReady);
        mirror(seen, "1300", "1201", MirrorState::SplitInProg);
    } => [
        "8 full-and-data",
        "PS06E not-ready unit:1100 volser=",
        "PS06E not-ready unit:1201 volser=",
        "PS13E established unit:1201+unit:1300 state=SplitInProg",
    ];

    a_target_reserved_by_any_system_fails: flashcopy, |seen| {
        volume(seen, "1100").reserved_by = Some(n("SYSB"));
        volume(seen, "1101").reserved_by = Some(n("SYSA"));
    } => [
        "8 full-and-data",
        "PS06E reserved unit:1100 volser= reserved_by=SYSB",
        "PS06E reserved unit:1101 volser= reserved_by=SYSA",
    ];

    a_target_that_holds_data_of_anyone_fails: flashcopy, |seen| {
        label(seen, "1100", "TGT001");
        status(seen, "1100", HostStatus::Online);
        keep(seen, "OTHER.MORE", DataSetClass::NonIms, "UCAT.OTH", &[], &["TGT001"]);
        catalog(seen, "MCAT").volumes = vec![n("TGT001")];
    } => [
        "8 full-and-data",
        "PS06E holds-data unit:1100 volser=TGT001 holds=[catalog:MCAT,data-set:OTHER.MORE]",
        "PS06W online unit:1100 volser=TGT001",
    ];

    an_offline_target_holds_nothing_whatever_its_label: flashcopy, |seen| {
        label(seen, "1100", "TGT001");
        keep(seen, "OTHER.MORE", DataSetClass::NonIms, "UCAT.OTH", &[], &["TGT001"]);
    } => ["0 full-and-data"];

    a_target_that_is_a_source_is_asked_as_both: flashcopy, |seen| {
        map(seen, "P1", 2, "1000", "1001");
        volume(seen, "1001").inhibited = true;
    } => [
        "8 full-and-data",
        "PS06E also-source unit:1001 volser=DBV001",
        "PS06E holds-data unit:1001 volser=DBV001 holds=[catalog:UCAT.DATA,data-set:IMSP.DB,data-set:IMSP.RESLIB]",
        "PS06W online unit:1001 volser=DBV001",
        "PS07E inhibited unit:1001+side:source volser=DBV001",
        "PS07E inhibited unit:1001+side:target volser=DBV001",
    ];

    a_bcv_target_must_be_a_bcv: bcv, |seen| volume(seen, "1100").bcv = false
        => ["8 full-and-data", "PS06E not-bcv unit:1100 volser= array=ARR1"];

    a_target_in_a_copy_with_others_fails: flashcopy, |seen| {
        relate(seen, "1300", "1100", RelationState::Failed);
        relate(seen, "1100", "ARR1/20/00", RelationState::Copied);
        relate(seen, "1001", "1200", RelationState::Copying);
        mirror(seen, "1300", "1201", MirrorState::Synchronized);
    } => [
        "8 full-and-data",
        "PS06E foreign-relation unit:1100 volser= others=[1300,ARR1/20/00]",
        "PS06E foreign-relation unit:1200 volser= others=[1001]",
        "PS06E foreign-relation unit:1201 volser= others=[1300]",
    ];

    a_copy_with_the_mapped_source_passes: flashcopy, |seen| {
        relate(seen, "1000", "1100", RelationState::Copying);
        relate(seen, "1201", "1001", RelationState::Copied);
        mirror(seen, "1001", "1101", MirrorState::Synchronized);
        mirror(seen, "1300", "1101", MirrorState::Split);
    } => [
        "8 full-and-data",
        "PS05E copy-target unit:1001 volser=DBV001 roles=[flashcopy-target] copied_from=[1201]",
    ];

    the_target_of_an_unmapped_source_has_no_mapped_source: flashcopy, |seen| {
        map(seen, "P1", 1, "1300", "1401");
        relate(seen, "1300", "1401", RelationState::Copied);
        volume(seen, "1401").cylinders = 1;
    } => [
        "8 full-and-data",
        "PS06E foreign-relation unit:1401 volser= others=[1300]",
        "PS14E unmapped-source unit:1300+generation:1 target=1401",
    ];

    mirror_pairs_of_a_bcv_profile_are_no_foreign_relations: bcv, |seen| {
        mirror(seen, "1001", "1100", MirrorState::Synchronized);
        relate(seen, "1001", "1200", RelationState::Copied);
    } => ["8 full-and-data", "PS06E foreign-relation unit:1200 volser= others=[1001]"];

    a_space_efficient_target_fails: flashcopy, |seen| {
        volume(seen, "1100").thin = true;
        volume(seen, "1000").thin = true;
    } => ["8 full-and-data", "PS06E space-efficient unit:1100 volser="];

    a_remote_secondary_fails_as_target_and_a_primary_passes: flashcopy, |seen| {
        volume(seen, "1100").remote = Some(RemoteRole::Secondary);
        volume(seen, "1101").remote = Some(RemoteRole::Primary);
    } => ["8 full-and-data", "PS06E remote-secondary unit:1100 volser="];

    source_and_target_are_of_one_device_type: bcv, |seen| {
        volume(seen, "1201").device_type = DeviceType::T3380;
    } => [
        "8 full-and-data",
        "PS06E device-type unit:1201+unit:1001+generation:2 target_type=3380 source_type=3390",
    ];

    a_flashcopy_target_may_be_larger_but_no_cylinder_smaller: flashcopy, |seen| {
        volume(seen, "1100").cylinders = 10_016;
        volume(seen, "1201").cylinders = 10_018;
    } => [
        "8 full-and-data",
        "PS06E too-small unit:1100+unit:1000+generation:1 target_cylinders=10016 source_cylinders=10017",
        "PS06W larger unit:1201+unit:1001+generation:2 target_cylinders=10018 source_cylinders=10017",
    ];

    a_bcv_is_as_large_as_its_source: bcv, |seen| {
        volume(seen, "1100").cylinders = 10_016;
        volume(seen, "1201").cylinders = 10_018;
    } => [
        "8 full-and-data",
        "PS06E size-mismatch unit:1100+unit:1000+generation:1 target_cylinders=10016 source_cylinders=10017",
        "PS06E size-mismatch unit:1201+unit:1001+generation:2 target_cylinders=10018 source_cylinders=10017",
    ];

    a_bcv_is_on_the_array_of_its_source: bcv, |seen| relocate(seen, "1100", "ARR2/10/10") => [
        "8 full-and-data",
        "PS06E different-array unit:1100+unit:1000+generation:1 target_array=ARR2 source_array=ARR1",
    ];
}
