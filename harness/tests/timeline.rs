//! Timelines as a storage administrator reads them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use common::{Said, say};
use dasdlab_scenarios::corpus;
use tempfile::TempDir;

const BOXED: &str = "source-boxed-between-check-and-establish";

/// The widest line of a timeline, in characters.
const WIDTH: usize = 110;

/// A story of the corpus.
fn of_corpus(name: &str) -> &'static str {
    let file = format!("story-{name}.toml");
    corpus::FILES.iter().find(|(name, _)| *name == file).unwrap().1
}

fn replay(story: &str, args: &[&str]) -> Said {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("story.toml"), story).unwrap();
    say(folder.path(), &[&["replay", "story.toml"], args].concat())
}

/// What `replay` says of a story of the corpus, which passes.
#[track_caller]
fn check(name: &str) -> String {
    let Said { stdout, stderr, code } = replay(of_corpus(name), &[]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let wide = stdout.lines().find(|line| line.chars().count() > WIDTH);
    assert_eq!(wide, None);
    stdout
}

#[test]
fn a_split_error_on_one_pair_of_eighty_stands_out() {
    insta::assert_snapshot!("split-error", check("split-error-on-pair-37-of-80"));
}

#[test]
fn a_sync_that_never_ends_is_waited_for_until_the_limit() {
    insta::assert_snapshot!("never-ends", check("a-sync-that-never-ends"));
}

#[test]
fn a_source_that_is_boxed_after_its_check_is_found_before_its_establish() {
    insta::assert_snapshot!("boxed", check(BOXED));
}

#[test]
fn two_setups_at_once_are_told_apart() {
    insta::assert_snapshot!("two-setups", check("two-setups-of-one-profile-at-once"));
}

#[test]
fn an_abend_after_the_split_leaves_a_copy_without_a_record() {
    insta::assert_snapshot!("abend", check("abend-after-the-split"));
}

#[test]
fn a_fault_that_never_comes_is_reported_with_the_reason() {
    let late = of_corpus(BOXED).replace("phase = { name = \"establish\" }", "phase = { name = \"split\" }");
    let Said { stdout, .. } = replay(&late, &[]);
    assert!(stdout.contains("never came: the phase split was entered 0 times"), "{stdout}");
}

#[test]
fn programs_are_told_every_command_event_and_fault() {
    let Said { stdout, code, .. } = replay(of_corpus(BOXED), &["--message-format", "json"]);
    assert_eq!(code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let text = |pointer: &str| report.pointer(pointer).unwrap_or_else(|| panic!("{pointer}: {report:#}")).clone();
    assert_eq!(text("/status"), "passed");
    assert_eq!(text("/steps/0/do"), "setup");
    assert_eq!(text("/steps/0/work/0/verdict/return_code"), 8);
    assert_eq!(text("/steps/0/work/0/verdict/findings/0/reason"), "changed-since-check");
    assert_eq!(text("/steps/0/faults/0/name"), "a channel dies");
    assert_eq!(text("/steps/0/reason"), "changed-since-check");
    assert_eq!(text("/steps/0/commands/0/reply"), "done");
    assert_eq!(text("/steps/0/events/0/at_ms"), 0);
    assert_eq!(text("/faults/0/fate"), "fired");
}

#[test]
fn commands_about_a_site_say_that_a_story_is_more_than_that() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("story.toml"), of_corpus(BOXED)).unwrap();
    for args in [&["check", "story.toml"][..], &["setup", "story.toml"], &["job", "story.toml"]] {
        let Said { stderr, .. } = say(folder.path(), args);
        let note = "story.toml is a story: only its site is used here; `dasdlab replay story.toml` tells it\n";
        assert_eq!(stderr, note, "{args:?}");
    }
}
