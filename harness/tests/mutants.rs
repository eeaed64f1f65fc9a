//! Wrong validators: the hand-written suite finds each of them out, but for those that make no difference.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;
use std::process::Command;

use dasdlab_harness::mutants::score::{Score, score};
use dasdlab_harness::mutants::{ALL, Deviation, Mutant, named};
use dasdlab_harness::run::plan::{Batch, Filter, Plan};
use dasdlab_harness::run::select::Expr;
use dasdlab_harness::suite::corpus;
use dasdlab_scenarios::token::Mode;

/// How many setups and stories are generated.
const GENERATED: u64 = 60;

/// What becomes of mutants before a plan.
fn judged(plan: &Plan, mutants: &[&'static Mutant]) -> Score {
    score(plan, mutants, 2, &|| ()).unwrap()
}

/// The hand-written suite, of which only what fits is run.
fn suite(only: Option<&str>) -> Plan {
    let only = only.map(|only| Expr::parse(only, &[]).unwrap());
    Plan { entries: corpus().unwrap().entries, filter: Filter { only, ..Filter::default() }, ..Plan::default() }
}

/// Setups and stories that are generated.
fn generated() -> Plan {
    let batch = |mode| Batch { count: GENERATED, mode, ..Batch::default() };
    Plan { batches: vec![batch(Mode::Directed), batch(Mode::Story)], ..Plan::default() }
}

fn names(mutants: &[&'static Mutant]) -> Vec<&'static str> {
    mutants.iter().map(|mutant| mutant.slug).collect()
}

#[test]
fn every_mutant_has_a_name_and_says_what_it_does() {
    let distinct: BTreeSet<&str> = names(ALL).into_iter().collect();
    assert_eq!(distinct.len(), ALL.len());
    assert!(names(ALL).is_sorted());
    for mutant in ALL {
        assert!(mutant.slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{mutant:?}");
        assert!(!mutant.text.is_empty() && !mutant.text.ends_with('.'), "{mutant:?}");
        assert_eq!(named(mutant.slug).unwrap().text, mutant.text);
    }
}

#[test]
fn there_are_mutants_of_every_kind() {
    let count = |is: fn(&Deviation) -> bool| ALL.iter().filter(|mutant| !mutant.equivalent && is(&mutant.deviation)).count();
    assert!(count(|_| true) >= 60);
    assert!(count(|deviation| matches!(deviation, Deviation::Sees(_))) >= 25);
    assert!(count(|deviation| matches!(deviation, Deviation::Says(_))) >= 15);
    assert!(count(|deviation| matches!(deviation, Deviation::Acts(_))) >= 15);
    assert!(ALL.iter().filter(|mutant| mutant.equivalent).count() >= 3);
}

#[test]
fn the_hand_written_suite_kills_all_that_make_a_difference_and_no_other() {
    let score = judged(&suite(None), ALL);
    assert_eq!(score.not_passed_first, Vec::<String>::new());
    let wrong: Vec<_> = score.mutants.iter().filter(|standing| !standing.is_good()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for kill in score.mutants.iter().filter_map(|standing| standing.killed.as_ref()) {
        assert!(kill.after > 0 && !kill.signature.is_empty() && kill.replay.ends_with(&kill.scenario), "{kill:?}");
    }
    assert!(score.soon().is_some_and(|(median, worst)| median <= worst && worst <= score.scenarios));
}

/// A mutant that survives what is left of the suite without the scenarios about its rule.
#[track_caller]
fn check_needed(rule: &str, mutant: &str) {
    let survivors = judged(&suite(Some(&format!("rule!={rule}"))), &[named(mutant).unwrap()]);
    assert!(survivors.scenarios > 100);
    let standing = survivors.mutants.first().unwrap();
    assert_eq!((standing.killed.as_ref(), standing.differs), (None, 0), "{mutant} without {rule}");
}

#[test]
fn a_suite_without_the_scenarios_of_a_rule_lets_a_mutant_live() {
    check_needed("PS08", "lss-without-its-array");
    check_needed("PS12", "split-history-is-forgotten");
}

#[test]
fn mutants_die_by_the_same_scenarios_whatever_the_threads() {
    let some = ["pending-offline-is-online", "levels-as-text", "slot-by-number", "establishes-in-full", "lists-are-sorted"];
    let some: Vec<&'static Mutant> = some.iter().map(|name| named(name).unwrap()).collect();
    let plan = generated();
    let [one, three] = [1, 3].map(|threads| score(&plan, &some, threads, &|| ()).unwrap());
    assert_eq!(one, three);
    assert!(one.stories > 0 && one.scenarios > one.stories);
    assert!(one.killed() >= 2);
}

#[test]
fn a_plan_of_nothing_kills_nobody() {
    let score = judged(&suite(Some("id=nothing")), ALL);
    assert_eq!((score.scenarios, score.killed(), score.soon()), (0, 0, None));
}

/// Runs the command and says how it ended and what it said.
fn told(arguments: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dasdlab")).arg("mutants").args(arguments.split_whitespace()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[track_caller]
fn check_told(arguments: &str, exit: i32, says: &[&str]) {
    let (code, out) = told(arguments);
    assert_eq!(code, Some(exit), "{arguments}: {out}");
    for text in says {
        assert!(out.contains(text), "{arguments}: no `{text}` in {out}");
    }
}

#[test]
fn the_command_ends_by_what_became_of_the_mutants() {
    let killed = ["killed", "corpus/level-equal-to-the-minimum after 1 scenario;", "1 of 1 mutants killed"];
    check_told("corpus/level-equal-to-the-minimum --mutant equal-is-too-low", 0, &killed);
    check_told("corpus/level-equal-to-the-minimum --mutant lists-are-sorted", 0, &["no difference, as it should be"]);
    let survived = ["survived levels-as-text", "no scenario of 1 shows a difference", "0 of 1 mutants killed"];
    check_told("corpus/level-equal-to-the-minimum --mutant levels-as-text", 1, &survived);
    check_told("corpus --only id=nothing", 3, &[]);
    check_told("corpus --mutant nobody", 2, &[]);
}

#[test]
fn programs_are_told_everything() {
    let (code, out) =
        told("corpus/level-equal-to-the-minimum --mutant equal-is-too-low --mutant levels-as-text --message-format json");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let at = |pointer: &str| told.pointer(pointer).unwrap_or_else(|| unreachable!("{pointer} in {told}"));
    assert_eq!(code, Some(1));
    assert_eq!((at("/wrong"), at("/killed"), at("/median"), at("/worst")), (&2.into(), &1.into(), &1.into(), &1.into()));
    assert_eq!(at("/mutants/0/killed/signature"), "failed verdict: unexpected PS11:patch-below-minimum");
    assert_eq!(at("/mutants/0/killed/replay"), "dasdlab replay corpus/level-equal-to-the-minimum");
    assert_eq!((at("/mutants/1/mutant"), at("/mutants/1/killed")), (&"levels-as-text".into(), &serde_json::Value::Null));
}
