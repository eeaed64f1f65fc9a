//! PS14.

use super::build::*;

cases! {
    a_profile_without_sources_or_generations_fails: flashcopy, |seen| {
        let profile = profile(seen, "P1");
        profile.sources.clear();
        profile.targets.clear();
        profile.generations = 0;
        seen.data_sets.clear();
    } => ["8 full-and-data", "PS14E no-generations profile:P1", "PS14E no-sources profile:P1"];

    every_source_needs_a_target_in_every_generation: flashcopy, |seen| {
        profile(seen, "P1").generations = 3;
        map(seen, "P1", 3, "1000", "1401");
    } => ["8 full-and-data", "PS14E missing-target unit:1001+generation:3"];

    a_target_is_given_once: flashcopy, |seen| {
        map(seen, "P1", 2, "1000", "1100");
        map(seen, "P1", 2, "1001", "1100");
    } => [
        "8 full-and-data",
        "PS14E duplicate-target unit:1100 sources=[1000,1001] generations=[1,2]",
    ];

    the_mapping_is_read_by_number_where_units_are_unknown: flashcopy, |seen| {
        map(seen, "P1", 1, "2FFF", "2EEE");
        map(seen, "P1", 2, "2FFF", "2EEE");
    } => [
        "8 full-and-data",
        "PS06E unknown-unit unit:2EEE system=SYSA",
        "PS14E duplicate-target unit:2EEE sources=[2FFF] generations=[1,2]",
        "PS14E unmapped-source unit:2FFF+generation:1 target=2EEE",
        "PS14E unmapped-source unit:2FFF+generation:2 target=2EEE",
    ];
}
