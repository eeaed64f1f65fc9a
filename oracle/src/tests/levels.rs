//! PS11.

use dasdlab_model::level::LevelFamily;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::Method;

use super::build::*;

fn level(seen: &mut Observation, level: &str) {
    array(seen, "ARR1").code_level = level.to_owned();
}

cases! {
    a_bundle_equal_to_the_minimum_passes: flashcopy, |seen| level(seen, "087.030.0105") => ["0 full-and-data"];
    a_newer_bundle_passes: flashcopy, |seen| level(seen, "88") => ["0 full-and-data"];
    an_older_bundle_fails: flashcopy, |seen| level(seen, "87.30.104.99")
        => ["8 full-and-data", "PS11E level-below-minimum array:ARR1 found=87.30.104.99 required=87.30.105.0 units=6"];
    a_bundle_has_no_patch: flashcopy, |seen| {
        level(seen, "87.30.104.9");
        seen.policy.code_levels[0].minimum = "87.30.104.10".to_owned();
    } => ["8 full-and-data", "PS11E level-below-minimum array:ARR1 found=87.30.104.9 required=87.30.104.10 units=6"];
    a_machine_code_level_does_not_compare_with_a_bundle: flashcopy, |seen| level(seen, "9.4.0.1")
        => ["8 full-and-data", "PS11E undeterminable array:ARR1 found=9.4.0.1 required=87.30.105.0 units=6"];
    machine_code_levels_compare_with_each_other: flashcopy, |seen| {
        level(seen, "7.7.31.32");
        seen.policy.code_levels[0].minimum = "7.7.31.33".to_owned();
    } => ["8 full-and-data", "PS11E level-below-minimum array:ARR1 found=7.7.31.32 required=7.7.31.33 units=6"];
    a_level_that_is_no_level_cannot_be_determined: flashcopy, |seen| level(seen, "87.31.16.x")
        => ["8 full-and-data", "PS11E undeterminable array:ARR1 found=87.31.16.x required= units=6"];
    five_numbers_are_no_level: flashcopy, |seen| level(seen, "87.31.16.0.1")
        => ["8 full-and-data", "PS11E undeterminable array:ARR1 found=87.31.16.0.1 required= units=6"];
    four_numbers_are_no_symmetrix_level: bcv, |seen| level(seen, "5978.144.144.0")
        => ["8 full-and-data", "PS11E undeterminable array:ARR1 found=5978.144.144.0 required= units=6"];
    a_ds8000_level_on_a_symmetrix_cannot_be_determined: bcv, |seen| level(seen, "87.31")
        => ["8 full-and-data", "PS11E undeterminable array:ARR1 found=87.31 required= units=6"];

    a_patch_counts_at_the_minimum: bcv, |seen| level(seen, "5978.0144.143")
        => ["8 full-and-data", "PS11E patch-below-minimum array:ARR1 found=5978.0144.143 required=5978.144.144 units=6"];
    a_missing_patch_is_patch_0: bcv, |seen| level(seen, "5978.144")
        => ["8 full-and-data", "PS11E patch-below-minimum array:ARR1 found=5978.144 required=5978.144.144 units=6"];
    a_patch_does_not_count_above_the_minimum: bcv, |seen| level(seen, "5978.145.0") => ["0 full-and-data"];
    numbers_compare_as_numbers: bcv, |seen| level(seen, "5978.99.999")
        => ["8 full-and-data", "PS11E level-below-minimum array:ARR1 found=5978.99.999 required=5978.144.144 units=6"];

    a_family_above_the_policy_is_good_to_know: bcv, |seen| level(seen, "6079.1.1")
        => ["0 full-and-data", "PS11I newer-than-policy array:ARR1 found=6079.1.1 required=[5876,5977,5978] units=6"];
    a_family_within_the_policy_without_a_row_is_unsupported: bcv, |seen| level(seen, "5900.1.1")
        => ["8 full-and-data", "PS11E unsupported-family array:ARR1 found=5900.1.1 required=[5876,5977,5978] units=6"];
    a_method_without_a_row_is_unsupported: bcv, |seen| {
        seen.policy.code_levels.retain(|row| row.family == LevelFamily::Ds8000 || row.method != Method::Bcv);
    } => ["8 full-and-data", "PS11E unsupported-family array:ARR1 found=5978.144.144 required=[] units=6"];
    an_unreadable_level_comes_before_a_missing_row: flashcopy, |seen| {
        level(seen, "");
        seen.policy.code_levels.clear();
    } => ["8 full-and-data", "PS11E undeterminable array:ARR1 found= required= units=6"];

    fixes_count_at_any_level: flashcopy, |seen| {
        seen.policy.code_levels[0].fixes = vec![7, 12, 100];
        array(seen, "ARR1").fixes = vec![12, 300];
        level(seen, "87.30");
    } => [
        "8 full-and-data",
        "PS11E fix-missing array:ARR1 found=[12,300] required=[100,12,7] missing=[100,7] units=6",
        "PS11E level-below-minimum array:ARR1 found=87.30 required=87.30.105.0 units=6",
    ];

    every_array_of_the_profile_is_asked_and_no_other: flashcopy, |seen| {
        array(seen, "ARR2").code_level = "86.0".to_owned();
    } => ["0 full-and-data"];

    an_array_that_owns_one_target_is_asked: bcv, |seen| {
        array(seen, "ARR2").code_level = "5876.9".to_owned();
        relocate(seen, "1201", "ARR2/10/01");
    } => [
        "8 full-and-data",
        "PS06E different-array unit:1201+unit:1001+generation:2 target_array=ARR2 source_array=ARR1",
        "PS11E level-below-minimum array:ARR2 found=5876.9 required=5876.82.57 units=1",
    ];
}
