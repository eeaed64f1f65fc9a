//! Determinism as a test: who answers differently when asked again is found out, and the first difference is shown.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Said, say};
use dasdlab_harness::exit::Exit;
use dasdlab_harness::judge::{Bench, Ours, Validator};
use dasdlab_harness::report::json::Json;
use dasdlab_harness::run::event::Summary;
use dasdlab_harness::run::plan::{Batch, Plan};
use dasdlab_harness::run::work::Judging;
use dasdlab_harness::run::{Options, Run};
use dasdlab_harness::twin::draw::Draw;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_scenarios::token::Mode;
use serde_json::Value;
use tempfile::TempDir;

/// Ours, which says another return code from its so-manieth answer on.
struct Counts {
    answers: AtomicUsize,
    right: usize,
}

impl Validator for Counts {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let mut verdict = Ours.check(observation, profile)?;
        if self.answers.fetch_add(1, Ordering::Relaxed) >= self.right {
            verdict.return_code = 3;
        }
        Some(verdict)
    }
}

fn plan() -> Plan {
    let setups = Batch { count: 12, ..Batch::default() };
    Plan { batches: vec![setups, Batch { count: 6, mode: Mode::Story, ..Batch::default() }], ..Plan::default() }
}

/// A run with this validator, of which so many pieces are judged again; and its report.
fn run(validator: &dyn Validator, pieces: usize) -> (Summary, String) {
    let (plan, draw) = (plan(), Draw::new(pieces, 0));
    let options = Options { threads: 2, fail_fast: false, coverage_gates: false, times: false };
    let bench = Bench { relations: false, ..Bench::new(validator) };
    let mut report = Vec::new();
    let run = Run { twin: Some(&draw), ..Run::new(&plan, options, Judging::new(bench)) };
    let summary = run.run(&mut Json::new(&mut report)).unwrap();
    (summary, String::from_utf8(report).unwrap())
}

#[test]
fn ours_comes_out_the_same_however_it_is_asked() {
    for (pieces, at_least) in [(1, 1), (5, 5), (100, 18)] {
        let (summary, report) = run(&Ours, pieces);
        let repeated = summary.repeated.as_ref().unwrap();
        assert_eq!((summary.exit(), repeated.times, &repeated.different), (Exit::Good, 5, &None));
        assert!(repeated.scenarios >= at_least && repeated.scenarios <= summary.selected, "{repeated:?}");
        assert!(report.contains(r#"{"event":"repeated","scenarios":"#), "{report}");
    }
}

#[test]
fn who_counts_its_answers_is_found_out() {
    // As many answers as the run asks for, and a few of the first repetition.
    let counting = Counts { answers: AtomicUsize::new(0), right: usize::MAX };
    let asked = {
        let all = Run::new(&plan(), Options { threads: 1, fail_fast: false, coverage_gates: false, times: false }, {
            Judging::new(Bench { relations: false, ..Bench::new(&counting) })
        })
        .run(&mut Json::new(std::io::sink()))
        .unwrap();
        assert_eq!(all.exit(), Exit::Good);
        counting.answers.load(Ordering::Relaxed)
    };
    let (summary, report) = run(&Counts { answers: AtomicUsize::new(0), right: asked + 3 }, 100);
    assert_eq!(summary.exit(), Exit::Nondeterminism);
    let different = summary.repeated.unwrap().different.unwrap();
    assert_eq!((different.time, different.circumstances.as_str()), (1, "1 thread, forwards"));
    assert!(different.unlike.first.starts_with("return code ") && different.unlike.then == "return code 3", "{different:?}");
    assert_eq!(different.unlike.what, "line 1");
    let line: Value =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).find(|line: &Value| line["event"] == "repeated").unwrap();
    assert_eq!((&line["different"]["id"], &line["different"]["then"]), (&different.id.into(), &"return code 3".into()));
}

/// The command line in a folder with this script.
fn command(folder: &TempDir, script: &str, args: &[&str]) -> Said {
    let script = script.replace("IMPLEMENT", &format!("{} implement", env!("CARGO_BIN_EXE_dasdlab")));
    fs::write(folder.path().join("sut.sh"), script).unwrap();
    say(folder.path(), args)
}

#[test]
fn a_run_of_ours_says_that_all_of_it_came_out_the_same() {
    let folder = TempDir::new().unwrap();
    let args = ["run", "corpus", "stories", "--stories", "10", "--only", "method=bcv", "--twin", "20", "--results", "results"];
    let said = command(&folder, "", &args);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains("twin       20 scenarios, 5 times: the same"), "{}", said.stdout);
    // What is kept says less than what has just been judged, and is compared by what it says.
    let said = command(&folder, "", &[&args[..], &["--resume"]].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    let proven = say(folder.path(), &["verify-report", "results"]);
    assert_eq!(proven.code, Some(0), "{proven:?}");
    assert_eq!(say(folder.path(), &["run", "corpus", "--twin", "0"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn an_implementation_that_answers_otherwise_is_shown_with_both_versions() {
    let folder = TempDir::new().unwrap();
    let args = ["run", "corpus/clean-bcv-full", "--threads", "1", "--sut", "cmd:sh sut.sh"];
    let said = command(&folder, "IMPLEMENT | tee answers", &args);
    assert_eq!(said.code, Some(0), "{said:?}");
    let answers = fs::read_to_string(folder.path().join("answers")).unwrap();
    // The greeting, and the verdicts of one run of the scenario.
    let first = 1 + answers.lines().filter(|line| line.contains("return_code")).count();
    let from = |line: usize| format!("IMPLEMENT | sed -u -e '{line},9999s/\"return_code\":0/\"return_code\":4/'");

    let args = [&args[..], &["--twin", "--results", "results"]].concat();
    let said = command(&folder, &from(first + 1), &args);
    assert!(said.code == Some(5) && said.stderr.contains("results/twin-then.txt is written"), "{said:?}");
    for text in [
        "twin       1 scenario: corpus/clean-bcv-full came out in another way",
        "repetition 1 (1 thread, forwards), 1 piece of work, first line 1",
        "at first return code 0",
        "then     return code 4",
        "replay: dasdlab",
    ] {
        assert!(said.stdout.contains(text), "{text}: {}", said.stdout);
    }
    let version = |name: &str| fs::read_to_string(folder.path().join("results").join(name)).unwrap();
    assert!(version("twin-first.txt").contains("return code 0\n") && version("twin-then.txt").contains("return code 4\n"));

    // What was there before is known by its result only; the files go when all is the same.
    let args = [&args[..], &["--resume"]].concat();
    let said = command(&folder, "exec IMPLEMENT", &args);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!folder.path().join("results/twin-first.txt").exists());
    let said = command(&folder, &from(2), &args);
    assert!(said.code == Some(5) && said.stdout.contains("first `return_code` of the result"), "{said:?}");
}
