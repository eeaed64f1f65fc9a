//! Implementations outside: ours behind the protocol, and hostile ones, which cost their own scenarios and never the run.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::fs;

use common::{Said, say};
use serde_json::Value;
use tempfile::TempDir;

/// A shell script as the implementation, and the run of these arguments with it.
fn run(script: &str, args: &[&str]) -> Said {
    let folder = TempDir::new().unwrap();
    let text = script.replace("IMPLEMENT", &format!("{} implement", env!("CARGO_BIN_EXE_dasdlab")));
    fs::write(folder.path().join("sut.sh"), text).unwrap();
    let args: Vec<&str> = args.iter().copied().chain(["--sut", "cmd:sh sut.sh", "--time-limit", "1"]).collect();
    say(folder.path(), &args)
}

const GREETING: &str = r#"read -r hello; echo '{"id":0,"hello":{"protocol":1,"name":"x","features":["check"]}}'"#;

/// Ours, but for questions about BCVs: this is done then.
fn hostile(deed: &str) -> String {
    format!(
        "exec 3>&1\nwhile IFS= read -r line; do\n  case \"$line\" in\n    *'\"bcv\":true'*) {deed} ;;\n    \
         *) printf '%s\\n' \"$line\" ;;\n  esac\ndone | IMPLEMENT\n"
    )
}

/// One scenario passes, the other one is an error that says this, and the run ends in its order.
#[track_caller]
fn check_costs_its_own(deed: &str, expected: &str) {
    let said = run(&hostile(deed), &["run", "corpus/clean-flashcopy-data", "corpus/clean-bcv-full", "--message-format", "json"]);
    assert_eq!(said.code, Some(1), "{deed}: {said:?}");
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ended: Vec<(&str, &str)> = lines
        .iter()
        .filter(|line| line["event"] == "scenario-finished")
        .map(|line| (line["status"].as_str().unwrap(), line["trouble"]["message"].as_str().unwrap_or_default()))
        .collect();
    let [("passed", ""), ("errored", message)] = ended.as_slice() else { panic!("{deed}: {ended:?}") };
    assert!(message.contains(expected), "{deed}: {message}");
}

#[test]
fn a_hostile_implementation_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own("echo garbage >&3", "cannot be understood");
    check_costs_its_own("echo '{\"id\":99,\"error\":\"x\"}' >&3", "when question");
    check_costs_its_own("printf '{\"id\"' >&3; exit", "its output ended in the middle of a line");
    check_costs_its_own("sleep 9", "has not answered within 1 s");
    check_costs_its_own("printf '%03000000d' 0 >&3", "a line of more than");
    check_costs_its_own("printf '{\"id\":1,\"verdict\":%0200000d' 0 | tr 0 '[' >&3; echo >&3", "cannot be understood");
    check_costs_its_own("echo help >&2; exit", "stderr: help");
}

/// The implementation cannot be used, and that is said.
#[track_caller]
fn check_unusable(script: &str, expected: &str) {
    let said = run(script, &["run", "corpus", "--only", "id=corpus/clean-* | id=corpus/coverage-* | id=corpus/bcv-*"]);
    assert_eq!(said.code, Some(4), "{script}: {said:?}");
    assert!(said.stderr.contains(expected), "{script}: {}", said.stderr);
}

#[test]
fn an_implementation_that_cannot_be_used_ends_the_run() {
    check_unusable("exit 3", "its output ended: exit status: 3");
    check_unusable("exec sleep 9", "has not answered within 1 s");
    check_unusable("echo nonsense", "cannot be understood");
    check_unusable(r#"echo '{"id":0,"hello":{"protocol":9,"name":"x","features":[]}}'"#, "it speaks protocol 9");
    check_unusable(&format!("{GREETING}\nexec sleep 9"), "could not be asked a single question");
    check_unusable(&format!("{GREETING}\nexec yes"), "could not be asked a single question");
}

#[test]
fn what_an_implementation_says_after_bye_is_not_passed_over() {
    check_unusable("IMPLEMENT; echo more", "spoke after bye");
}

#[test]
fn what_is_not_declared_is_unsupported_and_never_green() {
    let script = format!("{GREETING}\nwhile read -r line; do :; done");
    let said = run(&script, &["run", "corpus/story-warnings-only-and-ready"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.stdout.contains("1 unsupported") && said.stdout.contains("  act "), "{}", said.stdout);
}

#[test]
fn an_error_that_is_said_costs_one_scenario() {
    let script =
        format!("{GREETING}\nn=1; while read -r line; do echo '{{\"id\":'$n',\"error\":\"too hard\"}}'; n=$((n+1)); done");
    let said = run(&script, &["run", "corpus/clean-bcv-full"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("it said that it failed: too hard"), "{}", said.stdout);
}

#[test]
fn ours_agrees_with_itself_over_the_pipe_in_checks_lives_acts_and_jobs() {
    let names = [
        "run",
        "corpus/clean-bcv-full",
        "corpus/life-edits-of-a-ready-profile",
        "corpus/story-warnings-only-and-ready",
        "corpus/story-abend-after-the-split",
        "corpus/story-data-restore-refused-for-scope",
    ];
    let said = run("exec IMPLEMENT", &names);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains("5 judged: 5 passed"), "{}", said.stdout);
}

#[test]
fn smoke_proves_an_adapter_step_by_step() {
    let said = run("exec IMPLEMENT", &["smoke"]);
    assert_eq!((said.code, said.stdout.contains("bad ")), (Some(0), false), "{said:?}");
    assert!(said.stdout.contains("hello") && said.stdout.contains("bye"), "{}", said.stdout);
    let said = run("exit 1", &["smoke"]);
    assert_eq!(said.code, Some(4), "{said:?}");
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let folder = TempDir::new().unwrap();
    for args in [&["run", "--sut", "python3 x.py"][..], &["run", "--strict", "codes"], &["smoke", "--sut", "cmd:"]] {
        assert_eq!(say(folder.path(), args).code, Some(2), "{args:?}");
    }
    assert_eq!(say(folder.path(), &["smoke", "--sut", "cmd:no-such-program-at-all"]).code, Some(4));
}
