//! What the oracle says of small observations, one change from a clean one each.

#[macro_use]
mod check;
mod build;

mod catalogs;
mod coverage;
mod environment;
mod flashcopy;
mod levels;
mod mapping;
mod mirrors;
mod order;
mod profiles;
mod sources;
mod story_backup;
mod story_life;
mod story_restore;
mod story_setup;
mod targets;
mod telling;

use std::collections::BTreeSet;

use dasdlab_model::reasons::{Reason, Rule};

#[test]
fn every_reason_of_a_check_occurs_in_some_case() {
    let cases = [
        catalogs::CASES,
        coverage::CASES,
        environment::CASES,
        flashcopy::CASES,
        levels::CASES,
        mapping::CASES,
        mirrors::CASES,
        profiles::CASES,
        sources::CASES,
        targets::CASES,
    ];
    let seen: BTreeSet<Reason> =
        cases.into_iter().flatten().flat_map(|case| case.judged().findings).map(|finding| finding.reason).collect();
    let never: Vec<_> = Reason::ALL.iter().filter(|reason| reason.rule() < Rule::PS16 && !seen.contains(reason)).collect();
    assert!(never.is_empty(), "{never:?}");
}
