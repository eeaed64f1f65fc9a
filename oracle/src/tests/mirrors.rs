//! PS12 and PS13.

use dasdlab_model::states::MirrorState;

use super::build::*;

cases! {
    a_foreign_bcv_that_mirrors_a_source_fails: bcv, |seen| {
        mirror(seen, "1000", "1401", MirrorState::SyncInProg);
        volume(seen, "1401").held_for = Some(n("P2"));
        add_volume(seen, "ARR1/20/00", "");
        mirror(seen, "1001", "ARR1/20/00", MirrorState::Restored);
    } => [
        "8 full-and-data",
        "PS12E established unit:1000+unit:1401 state=SyncInProg held_for=P2",
        "PS12E established unit:1001+volume:ARR1/20/00 state=Restored held_for=",
    ];

    a_foreign_bcv_with_history_is_good_to_know: bcv, |seen| {
        mirror(seen, "1000", "1401", MirrorState::Split);
        mirror(seen, "1001", "1401", MirrorState::SplitBfrSync);
        mirror(seen, "1001", "1400", MirrorState::SplitBfrRest);
    } => [
        "8 full-and-data",
        "PS05E restoring unit:1001 volser=DBV001 states=[SplitBfrRest] partners=[1400]",
        "PS12I split-history unit:1000+unit:1401 state=Split held_for=",
        "PS12I split-history unit:1001+unit:1400 state=SplitBfrRest held_for=",
        "PS12I split-history unit:1001+unit:1401 state=SplitBfrSync held_for=",
    ];

    a_pair_without_history_gives_nothing: bcv, |seen| {
        mirror(seen, "1000", "1401", MirrorState::SplitNoInc);
        mirror(seen, "1001", "1401", MirrorState::NeverEstab);
        mirror(seen, "1000", "1400", MirrorState::Invalid);
        mirror(seen, "1300", "1100", MirrorState::Unknown);
    } => ["0 full-and-data"];

    a_target_of_any_source_is_no_foreign_bcv: bcv, |seen| {
        map(seen, "P1", 1, "1300", "1401");
        mirror(seen, "1000", "1401", MirrorState::Synchronized);
        mirror(seen, "1000", "1101", MirrorState::Split);
    } => ["8 full-and-data", "PS14E unmapped-source unit:1300+generation:1 target=1401"];

    a_target_that_mirrors_another_volume_fails: bcv, |seen| {
        mirror(seen, "1300", "1200", MirrorState::Synchronized);
        add_volume(seen, "ARR1/20/00", "");
        mirror(seen, "ARR1/20/00", "1201", MirrorState::RestInProg);
        mirror(seen, "1300", "1100", MirrorState::Split);
    } => [
        "8 full-and-data",
        "PS13E established unit:1200+unit:1300 state=Synchronized",
        "PS13E established unit:1201+volume:ARR1/20/00 state=RestInProg",
    ];

    foreign_mirrors_on_sources_are_not_asked_of_a_flashcopy_profile: flashcopy, |seen| {
        mirror(seen, "1000", "1401", MirrorState::Synchronized);
    } => ["0 full-and-data"];
}
