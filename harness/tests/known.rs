//! Known failures: what fails as is known does not make a run bad, and everything else does.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::path::Path;

use common::{Said, say};
use serde_json::Value;
use tempfile::TempDir;

/// Ours, but for boxed sources, which it calls offline.
const WRONG: &str =
    "IMPLEMENT | sed -u -e 's/\"reason\":\"boxed\"/\"reason\":\"offline\"/' -e 's/\"name\":\"dasdlab\"/\"name\":\"mine\"/'";

/// Two scenarios that it fails, and one that it passes.
const SCENARIOS: &[&str] = &["corpus/source-boxed", "corpus/source-boxed-reserved-and-relabelled", "corpus/clean-bcv-full"];

const SIGNATURE: &str = "failed verdict: reason PS05:offline for PS05:boxed";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let script = WRONG.replace("IMPLEMENT", &format!("{} implement", env!("CARGO_BIN_EXE_dasdlab")));
    fs::write(folder.path().join("sut.sh"), script).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A run of the scenarios with the wrong implementation.
fn run(folder: &Path, args: &[&str]) -> Said {
    let args: Vec<&str> = ["run"]
        .into_iter()
        .chain(SCENARIOS.iter().copied())
        .chain(["--sut", "cmd:sh sut.sh"])
        .chain(args.iter().copied())
        .collect();
    say(folder, &args)
}

/// A file with these failures.
fn known(failures: &[(&str, Option<&str>, &str)]) -> String {
    let mut text = "format = 1\nimplementation = \"mine\"\n".to_owned();
    for (reason, signature, scenario) in failures {
        text += &format!("[[known]]\nreason = \"{reason}\"\nscenarios = [\"{scenario}\"]\n");
        if let Some(signature) = signature {
            text += &format!("signature = \"{signature}\"\n");
        }
    }
    text
}

/// Runs with these known failures: how the run ends, and what it says.
#[track_caller]
fn check(failures: &[(&str, Option<&str>, &str)], code: i32, expected: &[&str]) {
    let folder = folder(&[("known.toml", &known(failures))]);
    let said = run(folder.path(), &["--expectations", "known.toml"]);
    assert_eq!(said.code, Some(code), "{said:?}");
    for text in expected {
        assert!(said.stdout.contains(text) || said.stderr.contains(text), "{text}: {said:?}");
    }
}

#[test]
fn what_fails_as_is_known_does_not_make_the_run_bad() {
    let all = "1 passed, 0 failed, 0 harness faults, 2 expected failure";
    check(&[("why", None, SCENARIOS[0]), ("why", Some(SIGNATURE), SCENARIOS[1])], 0, &[all]);
    check(&[("why", Some(SIGNATURE), "corpus/source-boxed*")], 0, &[all]);
    check(
        &[("why", Some("failed panic"), SCENARIOS[0]), ("why", None, "corpus/source-*")],
        1,
        &["unmatched  corpus/source-boxed:"],
    );
}

#[test]
fn what_fails_otherwise_fails() {
    let otherwise = [("not yet", Some("failed panic: x"), SCENARIOS[0]), ("why", None, SCENARIOS[1])];
    check(&otherwise, 1, &["1 failed", "known to fail otherwise: failed panic: x (not yet)"]);
    check(&[("why", None, SCENARIOS[0])], 1, &["1 failed", "1 expected failure"]);
}

#[test]
fn what_passes_though_it_is_known_to_fail_is_an_error() {
    let passes = "unexpected-pass corpus/clean-bcv-full: known to fail (too hard)";
    check(&[("why", None, "corpus/source-*"), ("too hard", None, SCENARIOS[2])], 1, &["1 unexpected pass", passes]);
    check(&[("too hard", None, "corpus/*")], 1, &["2 expected failure, 1 unexpected pass", passes]);
}

#[test]
fn what_matches_nothing_is_an_error_and_what_is_not_run_is_not_looked_for() {
    let fails = ("why", None, "corpus/source-*");
    check(&[fails, ("why", None, "corpus/of-another-day")], 0, &["1 known failures not looked for"]);
    check(&[fails, ("why", None, "g1-0000000000000000-7")], 0, &["1 known failures not looked for"]);
    check(&[fails, ("why", None, "g0-0000000000000000-7")], 1, &["unmatched  g0-0000000000000000-7:"]);
    check(&[fails, ("why", None, "*-boxed-source-of-nobody")], 1, &["unmatched  *-boxed-source-of-nobody:"]);
}

#[test]
fn of_a_part_nothing_is_said_about_what_it_does_not_have() {
    let folder = folder(&[("known.toml", &known(&[("why", None, "corpus/source-*"), ("why", None, "corpus/*-of-nobody")]))]);
    for part in [&["--only", "method=flashcopy"][..], &["--partition", "1/2"]] {
        let said = run(folder.path(), &[part, &["--expectations", "known.toml"]].concat());
        assert_eq!((said.code, said.stdout.contains("unmatched")), (Some(0), false), "{said:?}");
    }
}

/// The file is refused, with this said.
#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let folder = folder(&[("known.toml", text)]);
    let said = run(folder.path(), &["--expectations", "known.toml"]);
    assert_eq!(said.code, Some(2), "{text}: {said:?}");
    assert!(said.stderr.contains(expected), "{text}: {}", said.stderr);
}

#[test]
fn a_file_that_is_malformed_is_refused_where_it_is() {
    let head = "format = 1\nimplementation = \"mine\"\n";
    check_refused("", "the file is empty: expected known failures");
    check_refused("implementation = \"mine\"\n", "the format is missing");
    check_refused("format = 2\nimplementation = \"mine\"\n", "known.toml:1:10");
    check_refused("format = 1\nimplementation = \"\"\n", "expected what the implementation calls itself");
    check_refused("format = 1\nimplementation = \"theirs\"\n", "has known failures of `theirs`, not of `mine`");
    check_refused(&format!("{head}[[known]]\nscenario = [\"x\"]\n"), "did you mean `scenarios`?");
    check_refused(&format!("{head}[[known]]\nscenarios = [\"x\"]\n"), "missing field `reason`");
    check_refused(&known(&[(" ", None, "x")]), "no reason is given: say why");
    check_refused(&known(&[("why", None, "")]), "known.toml:5:14");
    check_refused(&format!("{head}[[known]]\nreason = \"why\"\nscenarios = []\n"), "no scenario is named");
    check_refused(&known(&[("why", Some("verdict"), "x")]), "`verdict` is not how a scenario fails");
    check_refused(&known(&[("why", Some("harness-fault world"), "x")]), "is not how a scenario fails");
    check_refused(&known(&[("why", None, "x"), ("other", None, "x")]), "known.toml:8:14");
    check_refused(&known(&[("why", Some("failed a"), "x"), ("other", Some("failed a"), "x")]), "`x` is named twice");
    check_refused(&known(&[("why", Some("failed a"), "x"), ("other", None, "x")]), "with a signature and without");
    let said = say(folder(&[("known.txt", "")]).path(), &["run", "corpus", "--expectations", "known.txt"]);
    assert!(said.code == Some(2) && said.stderr.contains("expected .toml or .json"), "{said:?}");
}

#[test]
fn what_fails_is_written_down_and_waits_for_somebody_to_say_why() {
    for name in ["known.toml", "known.json"] {
        let folder = folder(&[]);
        let said = run(folder.path(), &["--write-expectations", name]);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.stderr.contains("has 2 known failures in 1 groups; say why in 1 of them"), "{}", said.stderr);
        let said = run(folder.path(), &["--expectations", name]);
        assert!(said.code == Some(2) && said.stderr.contains("say why"), "{said:?}");
        let said = run(folder.path(), &["--write-expectations", name, "--reason", "labels are not read yet"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        let said = run(folder.path(), &["--expectations", name]);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
}

/// What is written down after a run, by what was known before.
#[track_caller]
fn check_written(before: &[(&str, Option<&str>, &str)], args: &[&str], after: &[(&str, Option<&str>, &[&str])]) {
    let folder = folder(&[("known.toml", &known(before))]);
    let said = run(folder.path(), &[&["--write-expectations", "known.toml"], args].concat());
    assert_eq!(said.code, Some(1), "{said:?}");
    let mut expected = "format = 1\nimplementation = \"mine\"\n".to_owned();
    for (reason, signature, scenarios) in after {
        expected += &format!("\n[[known]]\nreason = \"{reason}\"\n");
        if let Some(signature) = signature {
            expected += &format!("signature = \"{signature}\"\n");
        }
        let scenarios: String = scenarios.iter().map(|scenario| format!("  \"{scenario}\",\n")).collect();
        expected += &format!("scenarios = [\n{scenarios}]\n");
    }
    assert_eq!(fs::read_to_string(folder.path().join("known.toml")).unwrap(), expected, "{said:?}");
}

#[test]
fn reasons_that_hold_are_kept_and_what_passes_or_is_gone_is_dropped() {
    let [first, second, passes] = [SCENARIOS[0], SCENARIOS[1], SCENARIOS[2]];
    let both = &[(("both"), Some(SIGNATURE), "corpus/source-boxed*")];
    check_written(both, &[], &[("both", Some(SIGNATURE), &["corpus/source-boxed*"])]);
    // Another one of the suites that are run is gone, and what is not run stays.
    let not_run =
        [("why", None, first), ("gone", None, "g0-0000000000000000-1"), ("other", None, "ours/x"), ("hard", None, passes)];
    let after: [(&str, Option<&str>, &[&str]); 3] =
        [("other", None, &["ours/x"]), ("why", None, &[first]), ("", Some(SIGNATURE), &[second])];
    check_written(&not_run, &[], &after);
    // A pattern of which one passes falls apart, and what fails otherwise is new.
    check_written(&[("hard", None, "corpus/*")], &[], &[("hard", Some(SIGNATURE), &[first, second])]);
    let otherwise = [("old", Some("failed panic"), first)];
    check_written(&otherwise, &["--reason", "new"], &[("new", Some(SIGNATURE), &[first, second])]);
    // Of a part nothing is dropped that it does not have.
    let gone = [("why", None, "corpus/source-*"), ("gone", None, "g0-0000000000000000-1")];
    let partial = ["--only", "method=flashcopy"];
    check_written(&gone, &partial, &[("gone", None, &["g0-0000000000000000-1"]), ("why", None, &["corpus/source-*"])]);
}

#[test]
fn no_other_file_is_written_over() {
    let folder = folder(&[("mine.toml", "format = 1\nsystems = []\n"), ("known.toml", &known(&[]).replace("mine", "theirs"))]);
    for (name, expected) in
        [("mine.toml", "no file of known failures"), ("known.toml", "of `theirs`"), ("x.txt", "expected .toml")]
    {
        let before = fs::read(folder.path().join(name)).ok();
        let said = run(folder.path(), &["--write-expectations", name]);
        assert!(said.code == Some(2) && said.stderr.contains(expected), "{said:?}");
        assert_eq!(fs::read(folder.path().join(name)).ok(), before);
    }
}

#[test]
fn parts_of_a_run_are_joined_by_the_same_known_failures() {
    let files: [(&str, &str); 2] = [
        ("known.toml", &known(&[("why", None, "corpus/source-*"), ("why", None, "corpus/*-of-nobody")])),
        ("other.toml", &known(&[("why", None, "corpus/source-*")])),
    ];
    let folder = folder(&files);
    for part in ["1/2", "2/2"] {
        let said = run(folder.path(), &["--expectations", "known.toml", "--partition", part, "--results", "results"]);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    let merged = |args: &[&str]| say(folder.path(), &[&["merge", "results"], args].concat());
    let said = merged(&["--expectations", "known.toml"]);
    assert_eq!((said.code, said.stdout.contains("unmatched  corpus/*-of-nobody")), (Some(1), true), "{said:?}");
    for (args, expected) in [(&[][..], "name their file"), (&["--expectations", "other.toml"], "has other known failures")] {
        let said = merged(args);
        assert!(said.code == Some(2) && said.stderr.contains(expected), "{said:?}");
    }
}

#[test]
fn programs_hear_of_all_of_it() {
    let failures = [("why", None, "corpus/source-*"), ("hard", None, SCENARIOS[2]), ("gone", None, "g0-0000000000000000-1")];
    let folder = folder(&[("known.toml", &known(&failures))]);
    let said = run(folder.path(), &["--expectations", "known.toml", "--message-format", "json"]);
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = |id: &str| lines.iter().find(|line| line["id"] == id).expect("is judged");
    assert_eq!((&row(SCENARIOS[0])["status"], &row(SCENARIOS[0])["known"]), (&"expected-failure".into(), &"why".into()));
    assert_eq!(row(SCENARIOS[0])["trouble"]["signature"], SIGNATURE);
    assert_eq!((&row(SCENARIOS[2])["status"], &row(SCENARIOS[2])["known"]), (&"unexpected-pass".into(), &"hard".into()));
    assert_eq!(lines.last().unwrap()["unmatched"], serde_json::json!(["g0-0000000000000000-1"]));
}

#[test]
fn the_example_of_the_guide_is_read() {
    let guide = include_str!("../../docs/known-failures.md");
    let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = folder(&[("known.toml", example)]);
    let said = run(folder.path(), &["--expectations", "known.toml"]);
    assert!(said.code == Some(1) && said.stdout.contains("3 known failures not looked for"), "{said:?}");
}
