//! The tour as a newcomer takes it, and as a pipe does.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use common::{Said, dasdlab, say};
use dasdlab_harness::cli::paint::Paint;
use dasdlab_harness::tour::{NEXT, scenes};

fn toured(args: &[&str]) -> Said {
    say(tempfile::tempdir().unwrap().path(), &[&["tour"], args].concat())
}

#[test]
fn the_tour_is_played_to_its_end_without_anybody_there() {
    let said = toured(&["--no-pause"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!("tour", said.stdout);
    assert_eq!(toured(&[]).stdout, said.stdout, "a pipe is never waited for");
}

#[test]
fn no_line_of_the_tour_is_too_wide_and_it_can_be_read_in_a_minute_or_two() {
    let said = toured(&["--no-pause"]);
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 110));
    let words: usize = scenes(Paint(false)).unwrap().iter().map(|scene| scene.comment.split_whitespace().count()).sum();
    assert!(words < 650, "{words} words");
}

#[test]
fn programs_get_the_tour_as_data() {
    let said = toured(&["--message-format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let titles = report["scenes"].as_array().unwrap().iter().filter(|scene| scene["title"].is_string()).count();
    assert_eq!((said.code, titles), (Some(0), 3));
}

#[test]
fn what_to_try_next_can_be_tried() {
    let folder = tempfile::tempdir().unwrap();
    // The last one judges thousands of scenarios, which others test.
    let (last, others) = NEXT.split_last().unwrap();
    assert_eq!(last.0, "dasdlab run");
    for (command, _) in others {
        let args: Vec<&str> = command.split(' ').skip(1).collect();
        let ended = dasdlab(folder.path()).args(&args).output().unwrap().status.code();
        assert_eq!(ended, Some(0), "{command}");
    }
}
