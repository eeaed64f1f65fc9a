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

/// On a terminal, with Enter so often and then the end of what is typed: how often the tour waits.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_pauses(typed: usize, expected: usize) {
    let folder = tempfile::tempdir().unwrap();
    let binary = dasdlab(folder.path()).get_program().to_str().unwrap().to_owned();
    let mut script = std::process::Command::new("script");
    script.args(["-qec", &format!("'{binary}' tour"), "/dev/null"]).current_dir(folder.path());
    let pipe = std::process::Stdio::piped;
    let mut child = script.stdin(pipe()).stdout(pipe()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), "\n".repeat(typed).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("Enter goes on").count(), expected, "{text}");
    assert!(output.status.success() && text.contains("What to try next"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_the_tour_waits_for_enter_and_ends_where_nothing_more_is_typed() {
    let parts = scenes(Paint(false)).unwrap().len();
    check_pauses(parts - 1, parts - 1);
    check_pauses(2, 3);
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
