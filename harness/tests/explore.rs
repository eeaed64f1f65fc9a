//! The explorer: the smallest systems counted by hand, and an error that is planted.

use dasdlab_harness::explore::{Bounds, Job, Report, explore};

fn explored(bounds: Bounds) -> Report {
    explore(bounds, &Job::new).unwrap_or_else(|unbuilt| panic!("{unbuilt}"))
}

#[test]
fn one_pair_and_one_generation_have_as_many_states_as_were_counted_by_hand() {
    let report = explored(Bounds::new(1, 1, 0));
    assert_eq!((report.states, report.transitions, report.violations.len()), (68, 79, 0));
}
