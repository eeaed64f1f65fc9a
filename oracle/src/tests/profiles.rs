//! PS09.

use dasdlab_model::states::HostStatus;

use super::build::*;

cases! {
    a_target_of_another_profile_is_a_risk: flashcopy, |seen| {
        map(seen, "P2", 1, "1300", "1100");
        map(seen, "P2", 2, "1300", "1100");
    } => ["4 full-and-data", "PS09W target-in-other-profile unit:1100+profile:P2 volser= how=[listed]"];

    a_target_held_for_another_profile_is_a_risk_even_if_that_is_gone: bcv, |seen| {
        map(seen, "P2", 1, "1300", "1100");
        volume(seen, "1100").held_for = Some(n("P2"));
        volume(seen, "1200").held_for = Some(n("GONE"));
        volume(seen, "1201").held_for = Some(n("P1"));
        volume(seen, "1000").held_for = Some(n("P2"));
    } => [
        "4 full-and-data",
        "PS09W target-in-other-profile unit:1100+profile:P2 volser= how=[held,listed]",
        "PS09W target-in-other-profile unit:1200+profile:GONE volser= how=[held]",
    ];

    a_target_that_is_live_data_of_another_profile_fails: flashcopy, |seen| source(seen, "P2", "1200", "TGT001")
        => ["8 full-and-data", "PS09E source-in-other-profile unit:1200+profile:P2 volser="];

    a_source_that_another_profile_copies_over_fails: flashcopy, |seen| map(seen, "P2", 1, "1300", "1000")
        => ["8 full-and-data", "PS09E source-is-target-elsewhere unit:1000+profile:P2 volser=LOG001"];

    a_source_that_another_profile_backs_up_too_passes: flashcopy, |seen| source(seen, "P2", "1000", "LOG001")
        => ["0 full-and-data"];

    profiles_of_two_systems_meet_at_the_volume_not_at_the_unit: flashcopy, |seen| {
        profile(seen, "P2").system = n("SYSB");
        attach(seen, "SYSB", "9000", "ARR1/10/10", HostStatus::Offline);
        map(seen, "P2", 1, "1300", "9000");
        add_volume(seen, "ARR2/10/00", "");
        attach(seen, "SYSB", "1101", "ARR2/10/00", HostStatus::Offline);
        map(seen, "P2", 2, "1300", "1101");
    } => ["4 full-and-data", "PS09W target-in-other-profile unit:1100+profile:P2 volser= how=[listed]"];
}
