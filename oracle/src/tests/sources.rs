//! PS05.

use dasdlab_model::states::{Family, HostStatus, MirrorState, RelationState, RemoteRole};

use super::build::*;

cases! {
    a_source_unit_must_exist: flashcopy, |seen| {
        source(seen, "P1", "1FFF", "NEW001");
        map(seen, "P1", 1, "1FFF", "1401");
    } => [
        "8 full-and-data",
        "PS05E unknown-unit unit:1FFF system=SYSA",
        "PS14E missing-target unit:1FFF+generation:2",
    ];

    a_unit_of_another_system_only_is_unknown: flashcopy, |seen| {
        add_volume(seen, "ARR2/10/00", "NEW001");
        attach(seen, "SYSB", "1FFF", "ARR2/10/00", HostStatus::Online);
        array(seen, "ARR2").reachable = false;
        source(seen, "P1", "1FFF", "NEW001");
        map(seen, "P1", 1, "1FFF", "1401");
        profile(seen, "P1").generations = 2;
        map(seen, "P1", 2, "1FFF", "1402");
        add_volume(seen, "ARR1/10/42", "");
        attach(seen, "SYSA", "1402", "ARR1/10/42", HostStatus::Offline);
    } => ["8 full-and-data", "PS05E unknown-unit unit:1FFF system=SYSA"];

    an_alias_is_no_source_and_nothing_else_is_asked: flashcopy, |seen| {
        source(seen, "P1", "1400", "NEW001");
        make_alias(seen, "1400");
        map(seen, "P1", 1, "1400", "1401");
        map(seen, "P1", 2, "1400", "1401");
    } => [
        "8 full-and-data",
        "PS05E alias-device unit:1400 system=SYSA",
        "PS14E duplicate-target unit:1401 sources=[1400] generations=[1,2]",
    ];

    the_label_must_be_the_one_saved: flashcopy, |seen| {
        let sources = &mut profile(seen, "P1").sources;
        sources[0].volser = None;
        sources[1].volser = Some(n("DBV002"));
        status(seen, "1001", HostStatus::Offline);
    } => [
        "8 full-and-data",
        "PS05E volser-mismatch unit:1000 saved= found=LOG001",
        "PS05E offline unit:1001 volser=DBV001",
        "PS05E volser-mismatch unit:1001 saved=DBV002 found=DBV001",
    ];

    a_label_neither_saved_nor_found_is_a_mismatch: flashcopy, |seen| {
        source(seen, "P1", "1401", "NEW001");
        profile(seen, "P1").sources[2].volser = None;
        status(seen, "1401", HostStatus::Online);
        profile(seen, "P1").targets.clear();
        profile(seen, "P1").generations = 0;
    } => ["8 full-and-data", "PS05E volser-mismatch unit:1401 saved= found=", "PS14E no-generations profile:P1"];

    two_mounted_volumes_with_one_label_are_confused: flashcopy, |seen| {
        label(seen, "1401", "LOG001");
        status(seen, "1401", HostStatus::PendingOffline);
    } => ["8 full-and-data", "PS05E duplicate-volser unit:1000 volser=LOG001 units=[1401]"];

    an_offline_copy_with_the_same_label_is_normal: flashcopy, |seen| {
        label(seen, "1100", "LOG001");
        label(seen, "1401", "LOG001");
        status(seen, "1401", HostStatus::Boxed);
    } => ["0 full-and-data"];

    a_mounted_label_in_another_system_is_no_duplicate: flashcopy, |seen| {
        add_volume(seen, "ARR2/10/00", "LOG001");
        attach(seen, "SYSB", "1000", "ARR2/10/00", HostStatus::Online);
    } => ["0 full-and-data"];

    a_pending_offline_source_fails: flashcopy, |seen| status(seen, "1000", HostStatus::PendingOffline)
        => ["8 full-and-data", "PS05E pending-offline unit:1000 volser=LOG001"];
    a_boxed_source_fails: flashcopy, |seen| status(seen, "1000", HostStatus::Boxed)
        => ["8 full-and-data", "PS05E boxed unit:1000 volser=LOG001"];
    a_source_that_is_not_ready_fails: bcv, |seen| status(seen, "1000", HostStatus::NotReady)
        => ["8 full-and-data", "PS05E not-ready unit:1000 volser=LOG001"];
    a_source_without_a_path_fails: flashcopy, |seen| status(seen, "1000", HostStatus::NoPath)
        => ["8 full-and-data", "PS05E no-path unit:1000 volser=LOG001"];
    an_allocated_source_is_normal: flashcopy, |seen| status(seen, "1000", HostStatus::Allocated) => ["0 full-and-data"];

    a_source_reserved_by_another_system_fails: flashcopy, |seen| {
        volume(seen, "1000").reserved_by = Some(n("SYSB"));
        volume(seen, "1001").reserved_by = Some(n("SYSA"));
    } => ["8 full-and-data", "PS05E reserved unit:1000 volser=LOG001 reserved_by=SYSB"];

    a_source_that_something_is_copied_onto_fails: bcv, |seen| {
        relate(seen, "1300", "1000", RelationState::Failed);
        mirror(seen, "1300", "1000", MirrorState::Restored);
        volume(seen, "1000").remote = Some(RemoteRole::Secondary);
        relate(seen, "ARR1/20/07", "1001", RelationState::Copied);
    } => [
        "8 full-and-data",
        "PS05E copy-target unit:1000 volser=LOG001 roles=[bcv,flashcopy-target,remote-secondary] copied_from=[1300]",
        "PS05E copy-target unit:1001 volser=DBV001 roles=[flashcopy-target] copied_from=[ARR1/20/07]",
    ];

    a_source_that_was_split_from_another_volume_passes: bcv, |seen| {
        mirror(seen, "1300", "1000", MirrorState::Split);
        volume(seen, "1001").remote = Some(RemoteRole::Primary);
    } => ["0 full-and-data"];

    a_source_in_a_restore_fails_on_either_side: bcv, |seen| {
        mirror(seen, "1000", "1100", MirrorState::RestInProg);
        mirror(seen, "1300", "1000", MirrorState::SplitBfrRest);
    } => ["8 full-and-data", "PS05E restoring unit:1000 volser=LOG001 states=[RestInProg,SplitBfrRest] partners=[1100,1300]"];

    bcvs_are_a_matter_of_symmetrix: bcv, |seen| {
        array(seen, "ARR1").family = Family::Ds8000;
        array(seen, "ARR1").code_level = "87.31".to_owned();
    } => [
        "8 full-and-data",
        "PS05E method-unsupported unit:1000 array=ARR1 family=ds8000",
        "PS05E method-unsupported unit:1001 array=ARR1 family=ds8000",
        "PS06E method-unsupported unit:1100 array=ARR1 family=ds8000",
        "PS06E method-unsupported unit:1101 array=ARR1 family=ds8000",
        "PS06E method-unsupported unit:1200 array=ARR1 family=ds8000",
        "PS06E method-unsupported unit:1201 array=ARR1 family=ds8000",
        "PS11E unsupported-family array:ARR1 found=87.31 required=[] units=6",
    ];
}
