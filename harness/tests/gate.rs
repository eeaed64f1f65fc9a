//! The built-in suite, some of everything that is generated and the smallest systems, in one program that ends with the
//! first thing wrong: what is built and run for each single mutation of validator and simulator (docs/mutation-testing.md).

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use dasdlab_harness::explore::{Bounds, Job, explore};
use dasdlab_harness::judge::{Bench, Ours};
use dasdlab_harness::run::plan::{Batch, Filter, Plan};
use dasdlab_harness::run::work::{Judging, work};
use dasdlab_harness::suite::corpus;
use dasdlab_scenarios::token::Mode;

fn batch(count: u64, mode: Mode) -> Batch {
    Batch { count, mode, ..Batch::default() }
}

/// Judges a plan until something in it does not pass.
#[track_caller]
fn check(plan: &Plan) {
    let judging = Judging::new(Bench::new(&Ours));
    for index in 0..plan.len() {
        let item = plan.item(index).unwrap();
        let piece = work(index, &item, &Filter::default(), &judging);
        assert!(!piece.rows.is_empty() && piece.is_good(), "{:?}", piece.rows);
    }
}

#[test]
fn nothing_is_wrong() {
    check(&Plan { entries: corpus().unwrap().entries, ..Plan::default() });
    check(&Plan { batches: vec![batch(200, Mode::Directed)], ..Plan::default() });
    check(&Plan { batches: vec![batch(100, Mode::Undirected)], ..Plan::default() });
    check(&Plan { batches: vec![batch(100, Mode::Story)], ..Plan::default() });
    for bounds in [Bounds::new(1, 1, 0), Bounds::new(2, 2, 0), Bounds::new(1, 1, 1)] {
        assert_eq!(explore(bounds, &Job::new).unwrap().violations, []);
    }
}
