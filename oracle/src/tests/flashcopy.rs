//! PS07 and PS08.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{Incapable, LssScope, RelationState};

use super::build::*;

/// Copies of 1000 that other jobs made.
fn foreign_copies(seen: &mut Observation, count: u8) {
    for address in 0..count {
        relate(seen, "1000", &format!("ARR1/20/{address:02X}"), RelationState::Idle);
    }
}

cases! {
    the_array_needs_a_licence: flashcopy, |seen| {
        array(seen, "ARR1").features.clear();
        map(seen, "P1", 2, "1001", "1101");
        profile(seen, "P1").sources.remove(0);
        profile(seen, "P1").targets.retain(|mapping| mapping.source != n("1000"));
        seen.data_sets.retain(|data_set| data_set.catalog != n("UCAT.LOG"));
    } => [
        "8 full-and-data",
        "PS07E not-licensed unit:1001+side:source array=ARR1",
        "PS07E not-licensed unit:1101+side:target array=ARR1",
        "PS14E duplicate-target unit:1101 sources=[1001] generations=[1,2]",
    ];

    a_volume_that_cannot_take_part_fails_on_its_side: flashcopy, |seen| {
        volume(seen, "1000").incapable = Some(Incapable::XrcSource);
        volume(seen, "1000").v1_active = true;
        volume(seen, "1201").inhibited = true;
        volume(seen, "1300").inhibited = true;
    } => [
        "8 full-and-data",
        "PS07E not-capable unit:1000+side:source volser=LOG001 cause=xrc-source",
        "PS07E v1-active unit:1000+side:source volser=LOG001",
        "PS07E inhibited unit:1201+side:target volser=",
    ];

    flashcopy_is_not_asked_of_a_bcv_profile: bcv, |seen| {
        array(seen, "ARR1").features.clear();
        volume(seen, "1000").v1_active = true;
        volume(seen, "1100").inhibited = true;
        foreign_copies(seen, 12);
    } => ["0 full-and-data"];

    twelve_relations_pass: flashcopy, |seen| {
        foreign_copies(seen, 10);
        relate(seen, "1000", "1100", RelationState::Copied);
        relate(seen, "1000", "1200", RelationState::Copying);
    } => ["0 full-and-data"];

    thirteen_relations_fail: flashcopy, |seen| {
        foreign_copies(seen, 11);
        relate(seen, "1000", "1100", RelationState::Copied);
    } => [
        "8 full-and-data",
        "PS07E relation-limit unit:1000+side:source volser=LOG001 relations=11 generations=2 limit=12",
    ];

    a_pair_in_two_logical_subsystems_fails: flashcopy, |seen| relocate(seen, "1100", "ARR1/11/00") => [
        "8 full-and-data",
        "PS08E different-lss unit:1000+unit:1100+generation:1 source_lss=ARR1/10 target_lss=ARR1/11",
    ];

    the_policy_can_let_pairs_span_the_array: flashcopy, |seen| {
        seen.policy.lss_scope = LssScope::SameArray;
        relocate(seen, "1100", "ARR1/11/00");
    } => ["0 full-and-data"];

    the_same_lss_id_on_another_array_is_another_lss: flashcopy, |seen| {
        seen.policy.lss_scope = LssScope::SameArray;
        relocate(seen, "1201", "ARR2/10/01");
        relocate(seen, "1100", "ARR2/11/01");
    } => [
        "8 full-and-data",
        "PS08E different-array unit:1000+unit:1100+generation:1 source_array=ARR1 target_array=ARR2",
        "PS08E different-array unit:1001+unit:1201+generation:2 source_array=ARR1 target_array=ARR2",
    ];
}
