//! `run` and `replay` as a user and a script see them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Said, dasdlab, say};
use dasdlab_harness::exit::Exit;
use dasdlab_harness::judge::{Bench, Ours, Validator};
use dasdlab_harness::report::json::Json;
use dasdlab_harness::run::event::Summary;
use dasdlab_harness::run::plan::{Batch, Plan};
use dasdlab_harness::run::work::Judging;
use dasdlab_harness::run::{Options, Run};
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_scenarios::token::Mode;
use serde_json::Value;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The last line of a JSON report.
fn finished(said: &Said) -> Value {
    let last: Value = serde_json::from_str(said.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "run-finished", "{last}");
    last
}

#[track_caller]
fn check(args: &[&str], code: i32, message: &str) -> Said {
    let said = say(folder().path(), args);
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    assert!(said.stdout.contains(message) || said.stderr.contains(message), "{args:?}: {said:?}");
    said
}

#[test]
fn the_corpus_passes_in_any_folder() {
    let said = check(&["run", "corpus"], 0, "0 failed, 0 harness faults");
    assert!(said.stdout.contains("scenarios in which each rule spoke") && said.stdout.contains("digest"), "{}", said.stdout);
    assert_eq!(said.stderr, "");
}

#[test]
fn json_lines_end_with_the_summary() {
    let said = check(&["run", "setups", "--setups", "20", "--message-format", "json"], 0, "");
    let summary = finished(&said);
    let counts = &summary["counts"];
    assert_eq!(summary["selected"], counts["passed"]);
    assert_eq!((&counts["failed"], &counts["harness-fault"]), (&0.into(), &0.into()));
    assert_eq!(summary["generated"], 20);
    assert_eq!(summary["digest"].as_str().unwrap().len(), 32);
    assert!(summary["volumes"].as_u64().unwrap() > 100);
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["event"], "run-started");
    let scenarios = lines.iter().filter(|line| line["event"] == "scenario-finished").count();
    assert_eq!(scenarios as u64, summary["selected"].as_u64().unwrap());
}

#[test]
fn what_is_selected_can_be_narrowed() {
    let selected = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--message-format", "json", "--no-times"]).collect();
        finished(&check(&args, 0, ""))["selected"].as_u64().unwrap()
    };
    let all = selected(&["run", "corpus"]);
    let flashcopy = selected(&["run", "corpus", "--method", "flashcopy"]);
    let bcv = selected(&["run", "corpus", "--only", "method=bcv"]);
    assert!(flashcopy > 0 && bcv > 0 && flashcopy + bcv == all, "{flashcopy} {bcv} {all}");
    let rule = selected(&["run", "corpus", "--only", "rule=PS08 & method=flashcopy"]);
    assert!(rule > 0 && rule < flashcopy);
    assert!(selected(&["run", "--setups", "4", "--defect", "PS08:different-lss"]) >= 4);
    assert_eq!(selected(&["run", "--setups", "7", "--undirected"]), 7);
    assert_eq!(selected(&["run", "corpus/clean-bcv-full"]), 1);
    assert_eq!(selected(&["run", "stories", "--stories", "6"]), 6);
    assert_eq!(selected(&["run", "--stories", "6"]), all + 6);
    assert_eq!(selected(&["run", "--stories", "4", "--fault", "split:pair-failed"]), 4);
    assert_eq!(selected(&["run", "--stories", "4", "--setups", "3", "--undirected"]), 7);
}

#[test]
fn nothing_selected_is_never_good() {
    check(&["run", "corpus", "--only", "id=nothing"], 3, "nothing was selected");
    check(&["run", "--setups", "0", "setups"], 3, "nothing was selected");
}

#[test]
fn coverage_gates_where_it_is_asked_to() {
    check(&["run", "setups", "--setups", "8"], 0, "coverage");
    let said = check(&["run", "setups", "--setups", "8", "--require-coverage"], 1, "missed     PS05:boxed");
    assert!(said.stdout.contains("0 failed"), "{}", said.stdout);
}

#[test]
fn what_cannot_be_understood_is_refused_where_it_stands() {
    check(&["run", "--only", "ruel=PS08"], 2, "cannot be asked");
    check(&["run", "--only", "rule=PS08 &"], 2, "--only:1:12");
    check(&["run", "--defect", "PS05:boxd"], 2, "PS05:boxed");
    check(&["run", "--defect", "PS08", "--method", "bcv"], 2, "cannot be planted");
    check(&["run", "--fault", "split:pair-faild"], 2, "there is no fault `pair-faild`");
    check(&["run", "--fault", "split:foreign-withdraw"], 2, "a bcv profile has no FlashCopy relations");
    check(&["run", "--fault", "split:vary", "--method", "flashcopy"], 2, "does not come to this phase");
    check(&["run", "--stories", "-1"], 2, "--stories");
    check(&["run", "corpse"], 2, "did you mean `corpus`?");
    check(&["run", "--method", "tape"], 2, "flashcopy or bcv");
    check(&["run", "--threads", "0"], 2, "--threads");
    check(&["run", "--setups", "-1"], 2, "--setups");
    check(&["run", "."], 2, "suite.toml");
    check(&["replay", "g2-0000000000000000-1"], 2, "version 2 of the generator");
    check(&["replay", "corpus/clean-bcv-ful"], 2, "there is no scenario");
}

/// A folder with a suite of one scenario, taken from the corpus and changed.
fn suite(change: impl FnOnce(String) -> String) -> tempfile::TempDir {
    let folder = folder();
    let (_, text) = dasdlab_scenarios::corpus::FILES.iter().find(|(name, _)| *name == "clean-flashcopy-full.toml").unwrap();
    fs::write(folder.path().join("suite.toml"), "name = \"ours\"\n").unwrap();
    fs::write(folder.path().join("one.toml"), change((*text).to_owned())).unwrap();
    folder
}

#[test]
fn a_folder_with_a_manifest_is_a_suite() {
    let folder = suite(|text| text);
    let said = say(folder.path(), &["run", ".", "--message-format", "json"]);
    assert_eq!((said.code, finished(&said)["files"].as_u64()), (Some(0), Some(1)), "{said:?}");
    assert!(said.stdout.contains("\"id\":\"ours/one\""), "{}", said.stdout);
    let replayed = say(folder.path(), &["replay", "one.toml"]);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    fs::write(folder.path().join("suite.toml"), "name = \"ours\"\n[generate]\nsetups = 3\nseed = 9\n").unwrap();
    let said = say(folder.path(), &["run", ".", "--message-format", "json"]);
    assert_eq!(finished(&said)["generated"], 3);
}

#[test]
fn an_expectation_that_is_wrong_is_a_harness_fault_with_its_replay_command() {
    let folder = suite(|text| text.replacen("return_code = 0", "return_code = 4", 1));
    let said = say(folder.path(), &["run", "."]);
    assert_eq!(said.code, Some(70), "{said:?}");
    assert!(said.stdout.contains("return code: expected 4, found 0"), "{}", said.stdout);
    assert!(said.stdout.contains("dasdlab replay ./one.toml"), "{}", said.stdout);
    let replayed = say(folder.path(), &["replay", "./one.toml"]);
    assert_eq!(replayed.code, Some(70));
    assert!(replayed.stdout.contains("return code: expected 4, found 0"), "{}", replayed.stdout);
}

#[test]
fn a_malformed_scenario_of_a_suite_is_bad_input() {
    let folder = suite(|text| text.replacen("return_code = 0", "return_code = -4", 1));
    let said = say(folder.path(), &["run", "."]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.stderr.contains("one.toml"), "{}", said.stderr);
}

#[test]
fn a_token_replays_anywhere() {
    let said = check(&["replay", "g1-0000000000000000-3"], 0, "scenario  g1-0000000000000000-3");
    assert!(said.stdout.contains("passed") && said.stdout.contains("profile"), "{}", said.stdout);
    let said = check(&["replay", "g1-0000000000000000-3", "--message-format", "json"], 0, "");
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(report["status"], "passed");
    assert_eq!(report["oracle"], report["found"]);
    check(&["replay", "clean-bcv-full"], 0, "passed");
}

/// Ours, but blind on one eye.
struct Forgetful;

impl Validator for Forgetful {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let mut verdict = Ours.check(observation, profile)?;
        verdict.findings.retain(|finding| finding.reason.slug() != "different-lss");
        Some(verdict)
    }
}

fn judged(threads: usize, fail_fast: bool) -> (String, Summary) {
    let batch = Batch { count: 60, mode: Mode::Undirected, ..Batch::default() };
    let plan = Plan { batches: vec![batch], ..Plan::default() };
    let options = Options { threads, fail_fast, coverage_gates: false, times: false };
    let mut out = Vec::new();
    let summary = Run::new(&plan, options, Judging::new(Bench::new(&Forgetful))).run(&mut Json::new(&mut out)).unwrap();
    (String::from_utf8(out).unwrap(), summary)
}

#[test]
fn a_wrong_validator_is_found_and_its_failures_replay() {
    let (report, summary) = judged(2, false);
    assert!(summary.counts.failed > 0 && summary.counts.harness_fault == 0 && summary.exit() == Exit::Bad, "{summary:?}");
    let failed: Value =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).find(|event: &Value| event["status"] == "failed").unwrap();
    assert_eq!(failed["trouble"]["broken"], "verdict");
    assert_eq!(failed["trouble"]["signature"], "failed verdict: missing PS08:different-lss");
    assert_eq!(failed["trouble"]["differences"][0]["difference"], "missing");
    assert_eq!(failed["trouble"]["replay"], format!("dasdlab replay {}", failed["id"].as_str().unwrap()));
}

#[test]
fn fail_fast_ends_at_the_same_scenario_with_any_number_of_threads() {
    let (one, summary) = judged(1, true);
    assert_eq!(summary.counts.failed, 1);
    assert_eq!(one, judged(2, true).0);
    assert_eq!(one, judged(5, true).0);
}

/// Starts a long run and gives it some output to be in the middle of.
fn long_run(folder: &Path) -> std::process::Child {
    let mut command = dasdlab(folder);
    command.args(["run", "setups", "--setups", "1000000", "--message-format", "json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_cleanly_with_what_was_judged_so_far() {
    for (signal, code, word) in [("-INT", 130, "interrupted"), ("-TERM", 143, "terminated")] {
        let folder = folder();
        let mut child = long_run(folder.path());
        let mut out = child.stdout.take().unwrap();
        let mut first = [0; 2_000];
        out.read_exact(&mut first).unwrap();
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{signal}");
        let summary: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
        assert_eq!((&summary["event"], &summary["stopped"]), (&"run-finished".into(), &word.into()));
        assert!(summary["selected"].as_u64().unwrap() > 0);
    }
}

#[test]
fn a_reader_that_goes_away_ends_a_run_quietly() {
    let folder = folder();
    let mut child = long_run(folder.path());
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 2_000];
    out.read_exact(&mut first).unwrap();
    drop(out);
    let said: Said = child.wait_with_output().unwrap().into();
    // Nobody has proven the rest.
    assert_eq!((said.code, said.stderr.as_str()), (Some(130), ""));
}

#[test]
fn a_run_until_everything_is_covered_adds_what_is_missing_whatever_the_threads() {
    let folder = folder();
    let args = |threads: &'static str, format: &'static str| {
        ["run", "--setups", "5", "--until", "covered=40", "--no-times", "--threads", threads, "--message-format", format]
    };
    // Forty more are not enough, and what is left is said.
    let one = check(&args("1", "json"), 1, "");
    let two = check(&args("2", "json"), 1, "");
    assert_eq!(one.stdout, two.stdout);
    let added: u64 = one
        .stdout
        .lines()
        .filter_map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            (event["event"] == "pieces-added").then(|| event["pieces"].as_u64().unwrap())
        })
        .sum();
    assert_eq!(added, 40);
    assert_eq!(finished(&one)["generated"], 45);
    let aimed = one.stdout.lines().find(|line| line.contains(",topology=")).unwrap();
    let aimed: Value = serde_json::from_str(aimed).unwrap();
    let token = aimed["id"].as_str().unwrap();
    let alone = check(&["replay", token], 0, token);
    assert!(alone.stdout.contains("passed"), "{}", alone.stdout);
    let report = folder.path().join("report.jsonl");
    fs::write(&report, &one.stdout).unwrap();
    assert_eq!(say(folder.path(), &["verify-report", "report.jsonl"]).code, Some(0));
    let told = check(&args("2", "human"), 1, "40 more than asked for");
    assert!(told.stdout.contains("missed     ") && told.stdout.contains("factors: "), "{}", told.stdout);
}

#[test]
fn what_does_not_go_with_until_is_refused_with_the_cause() {
    for (option, cause) in [
        (["--partition", "1/2"].as_slice(), "a part does not know"),
        (&["--results", "kept"], "not of the plan"),
        (&["--undirected"], "nobody knows"),
    ] {
        let args: Vec<&str> = ["run", "--until", "covered"].iter().chain(option).copied().collect();
        let said = say(folder().path(), &args);
        assert_eq!(said.code, Some(2), "{args:?}: {said:?}");
        assert!(said.stderr.contains(cause), "{args:?}: {}", said.stderr);
    }
    let said = say(folder().path(), &["run", "--until", "covered=x"]);
    assert!(said.code == Some(2) && said.stderr.contains("covered=N"), "{said:?}");
}
