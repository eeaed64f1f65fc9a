//! `setup` as a user meets it: a profile goes from new to ready, again, not at all, and not in time.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::path::Path;

use common::{Said, say};
use tempfile::TempDir;

/// Two sources with three generations of BCVs, on an array that needs about five minutes for two volumes.
const BCV: &str = include_str!("common/bcv.toml");

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What a command says on stdout, when it ends with this code and, but for notes, says nothing else.
#[track_caller]
fn check(folder: &Path, args: &[&str], code: i32) -> String {
    let Said { stdout, stderr, code: found } = say(folder, &[args, &["--quiet"]].concat());
    assert_eq!((found, stderr.as_str()), (Some(code), ""), "{args:?}: {stdout}");
    stdout
}

/// The site of this file with a part replaced.
#[track_caller]
fn with(from: &str, to: &str) -> String {
    assert!(BCV.contains(from), "{from}");
    BCV.replacen(from, to, 1)
}

#[track_caller]
fn json(folder: &Path, args: &[&str], code: i32) -> serde_json::Value {
    serde_json::from_str(&check(folder, &[args, &["--message-format", "json"]].concat(), code)).unwrap()
}

/// The commands of a report that go to an array.
fn array_commands(report: &serde_json::Value) -> Vec<&str> {
    let names = report["commands"].as_array().unwrap().iter().map(|done| done["command"].as_object().unwrap());
    names
        .flat_map(|command| command.keys().map(String::as_str))
        .filter(|name| ["mirror", "split-together", "flash-copy", "establish-together", "hold", "release"].contains(name))
        .collect()
}

#[test]
fn a_clean_profile_mirrors_generation_1_and_holds_the_others() {
    let folder = folder(&[("site.toml", BCV)]);
    insta::assert_snapshot!("clean", check(folder.path(), &["setup", "site.toml", "--write", "after.toml"], 0));
    insta::assert_snapshot!("clean-after", fs::read_to_string(folder.path().join("after.toml")).unwrap());
}

#[test]
fn setup_again_changes_no_pair_and_writes_the_same_site() {
    let folder = folder(&[("site.toml", BCV)]);
    check(folder.path(), &["setup", "site.toml", "--write", "once.toml"], 0);
    insta::assert_snapshot!("again", check(folder.path(), &["setup", "once.toml", "--write", "twice.toml"], 0));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("once.toml"), read("twice.toml"));
    let report = json(folder.path(), &["setup", "twice.toml"], 0);
    assert_eq!(array_commands(&report), Vec::<&str>::new());
    assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["reason"] == "already-established"));
}

#[test]
fn with_an_error_no_array_is_given_a_command() {
    let boxed = with("unit = \"2000\", volser", "unit = \"2000\", status = \"boxed\", volser");
    let folder = folder(&[("site.toml", &boxed)]);
    insta::assert_snapshot!("error", check(folder.path(), &["setup", "site.toml"], 8));
    let report = json(folder.path(), &["setup", "site.toml"], 8);
    assert_eq!(array_commands(&report), Vec::<&str>::new());
    assert_eq!((&report["state"], &report["reason"]), (&"setup-needed".into(), &"findings".into()));
}

#[test]
fn a_wait_that_is_too_short_times_out_and_a_second_one_continues() {
    let folder = folder(&[("site.toml", BCV)]);
    insta::assert_snapshot!("timeout", check(folder.path(), &["setup", "site.toml", "--wait", "10s", "--write", "site.toml"], 8));
    let text = fs::read_to_string(folder.path().join("site.toml")).unwrap();
    assert!(text.contains("SyncInProg") && text.contains("reason = \"timeout\""), "{text}");
    let report = json(folder.path(), &["setup", "site.toml"], 0);
    assert_eq!((&report["state"], array_commands(&report)), (&"ready".into(), Vec::<&str>::new()));
    let reasons: Vec<_> = report["findings"].as_array().unwrap().iter().map(|finding| &finding["reason"]).collect();
    assert_eq!(reasons, ["already-established", "already-established"]);
}

#[test]
fn a_locked_profile_is_left_alone() {
    let locked = with("method = \"bcv\"", "method = \"bcv\"\nlocked_by = \"backup\"");
    let folder = folder(&[("site.toml", &locked)]);
    let report = json(folder.path(), &["setup", "site.toml", "--write", "after.toml"], 12);
    assert_eq!(report["commands"], serde_json::json!([]));
    assert_eq!(report["findings"][0]["reason"], "profile-locked");
    assert_eq!(report["written"], "after.toml");
    let before = json(folder.path(), &["profile", "site.toml"], 0);
    assert_eq!(before, json(folder.path(), &["profile", "after.toml"], 0));
}

#[test]
fn a_flashcopy_profile_is_ready_at_once() {
    let scenario = include_str!("../src/cli/templates/scenario.toml").replacen("status = \"boxed\"", "status = \"online\"", 1);
    let folder = folder(&[("scenario.toml", &scenario)]);
    insta::assert_snapshot!("flashcopy", check(folder.path(), &["setup", "scenario.toml", "--write", "after.json"], 0));
    let after = fs::read_to_string(folder.path().join("after.json")).unwrap();
    assert!(after.contains("\"state\": \"ready\"") && !after.contains("\"expect\""), "{after}");
}

#[test]
fn nothing_happens_where_the_site_could_not_be_written() {
    let folder = folder(&[("site.toml", BCV)]);
    for (write, message) in [("after.txt", "expected .toml or .json"), ("nowhere/after.toml", "cannot be written")] {
        let said = say(folder.path(), &["setup", "site.toml", "--write", write]);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{write}");
        assert!(said.stderr.contains(message), "{}", said.stderr);
    }
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["site.toml"]);
}

#[test]
fn a_wait_is_a_duration() {
    let folder = folder(&[("site.toml", BCV)]);
    for wait in ["2", "soon", "1.5h", "400d"] {
        let said = say(folder.path(), &["setup", "site.toml", "--wait", wait]);
        assert_eq!(said.code, Some(2), "{wait}");
        assert!(said.stderr.contains("expected"), "{}", said.stderr);
    }
}
