//! `dasdlab bench`: what it says, keeps and compares. Times are not looked at: they are the machine's.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::path::Path;

use common::{Said, say};
use serde_json::Value;
use tempfile::TempDir;

const FLASHCOPY: &str = include_str!("common/flashcopy.toml");

/// What `bench` says with these arguments, on a small site and for a moment.
#[track_caller]
fn check(folder: &Path, args: &[&str], code: i32) -> Said {
    let said = say(folder, &[&["bench", "--seconds", "1", "--quiet"], args].concat());
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    said
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap()
}

#[test]
fn every_piece_of_work_is_measured_and_checks_are_held_against_the_floor() {
    let folder = TempDir::new().unwrap();
    let said = json(&check(folder.path(), &["--pairs", "256", "--message-format", "json"], 0));
    let measures = said["measures"].as_array().unwrap();
    let names: Vec<&str> = measures.iter().map(|measure| measure["name"].as_str().unwrap()).collect();
    assert_eq!(names[..7], ["read", "observe", "inventory", "scenarios", "floor", "fused", "check"]);
    assert_eq!(names[7..], (0..16).map(|rule| format!("PS{rule:02}")).collect::<Vec<_>>());
    for measure in measures {
        assert!(measure["per_second"].as_f64().unwrap() > 0.0, "{measure}");
        let is_load = ["read", "observe", "inventory", "scenarios"].contains(&measure["name"].as_str().unwrap());
        assert_eq!(measure.get("floors").is_some(), !is_load, "{measure}");
    }
    assert_eq!((&said["volumes"], &said["format"]), (&Value::from(513), &Value::from(1)));
    assert!((16.0..64.0).contains(&said["bytes_per_pair"].as_f64().unwrap()), "{said}");
}

#[test]
fn what_is_kept_is_held_against_the_same_measured_again() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.toml"), FLASHCOPY).unwrap();
    check(folder.path(), &["--site", "site.toml", "--save", "then.json"], 0);
    let said = check(folder.path(), &["--site", "site.toml", "--compare", "then.json", "--save", "now.json"], 0);
    assert!(said.stdout.contains("before   ratio"), "{}", said.stdout);
    let said = json(&check(folder.path(), &["--site", "site.toml", "--compare", "now.json", "--message-format", "json"], 0));
    assert_eq!(said["changes"].as_array().unwrap().len(), said["measures"].as_array().unwrap().len());
}

#[test]
fn what_cannot_be_measured_or_compared_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file("site.toml", FLASHCOPY);
    file("empty.toml", "format = 1\n");
    file("other.json", "{}");
    check(folder.path(), &["--site", "site.toml", "--save", "then.json"], 0);
    for (args, message) in [
        (&["--site", "none.toml"][..], "none.toml"),
        (&["--site", "empty.toml"], "no profile of the site has a pair to measure"),
        (&["--site", "site.toml", "--pairs", "5"], "cannot be used with"),
        (&["--pairs", "0"], "0 is not in 1..=1048576"),
        (&["--site", "site.toml", "--compare", "none.json"], "cannot be read"),
        (&["--site", "site.toml", "--compare", "other.json"], "is not what `dasdlab bench --save` writes"),
        (&["--pairs", "256", "--compare", "then.json"], "was measured on"),
        (&["--site", "site.toml", "--save", "no/folder.json"], "cannot be written"),
    ] {
        let said = check(folder.path(), args, 2);
        assert!(said.stderr.contains(message), "{args:?}: {}", said.stderr);
    }
}
