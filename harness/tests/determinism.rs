//! The same seed gives the same digest and the same report, whatever the threads, build and machine.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use dasdlab_harness::judge::{Bench, Ours};
use dasdlab_harness::report::json::Json;
use dasdlab_harness::run::event::Summary;
use dasdlab_harness::run::plan::{Batch, Plan};
use dasdlab_harness::run::work::Judging;
use dasdlab_harness::run::{Options, Run};
use dasdlab_scenarios::token::Mode;

/// The digest of the first 100 setups of seed 0, each with its counterpart.
///
/// It changes with the generator's version, with a rule, and with nothing else.
const FIRST_100: &str = "c8a830f2e283ad14c621d5806e5c2c76";

/// The digest of the first 500, the same in every build.
const FIRST_500: &str = "1a81c1b2c74fb13452047ef5405a54f0";

fn setups(count: u64, undirected: bool) -> Plan {
    let batch = Batch { count, mode: if undirected { Mode::Undirected } else { Mode::Directed }, ..Batch::default() };
    Plan { batches: vec![batch], ..Plan::default() }
}

fn stories(count: u64) -> Plan {
    Plan { batches: vec![Batch { count, mode: Mode::Story, ..Batch::default() }], ..Plan::default() }
}

/// Runs without durations; the report and its summary.
fn report(plan: &Plan, threads: usize) -> (String, Summary) {
    let options = Options { threads, fail_fast: false, coverage_gates: false, times: false };
    let mut out = Vec::new();
    let summary = Run::new(plan, options, Judging::new(Bench::new(&Ours))).run(&mut Json::new(&mut out)).unwrap();
    (String::from_utf8(out).unwrap(), summary)
}

#[test]
fn the_first_100_setups_have_their_golden_digest() {
    let (_, summary) = report(&setups(100, false), 2);
    assert_eq!((summary.counts.failed, summary.counts.harness_fault), (0, 0));
    assert_eq!(summary.digest.to_string(), FIRST_100);
}

#[test]
fn the_first_500_setups_have_one_digest_in_every_build() {
    let (_, summary) = report(&setups(500, false), 2);
    assert_eq!(summary.digest.to_string(), FIRST_500);
}

#[test]
fn a_report_does_not_depend_on_the_number_of_threads() {
    for plan in [setups(60, false), setups(300, true), stories(30)] {
        let (one, _) = report(&plan, 1);
        let (two, _) = report(&plan, 2);
        let (seven, _) = report(&plan, 7);
        assert!(one == two && one == seven);
        assert!(one.contains("\"event\":\"run-finished\"") && !one.contains("duration"));
    }
}
