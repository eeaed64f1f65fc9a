//! `job` as a user meets it: what is built, for whom, and what is refused.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;

use common::{Said, say};
use tempfile::TempDir;

/// Two sources with three generations of BCVs, on an array that needs about five minutes for two volumes.
const BCV: &str = include_str!("common/bcv.toml");

/// A folder with the site, its profile having these lines more.
fn folder(lines: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let site = BCV.replacen("method = \"bcv\"\n", &format!("method = \"bcv\"\n{lines}\n"), 1);
    fs::write(folder.path().join("site.toml"), site).unwrap();
    folder
}

/// What `job` says on stdout of the site whose profile has these lines more, when it ends with this code and says
/// nothing else.
#[track_caller]
fn check(lines: &str, args: &[&str], code: i32) -> String {
    let Said { stdout, stderr, code: found } = say(folder(lines).path(), &[&["job", "site.toml", "--quiet"], args].concat());
    assert_eq!((found, stderr.as_str()), (Some(code), ""), "{args:?}: {stdout}");
    stdout
}

/// As [`check`], for a job that is refused: nothing on stdout.
#[track_caller]
fn check_refused(lines: &str, args: &[&str], code: i32) -> String {
    let Said { stdout, stderr, code: found } = say(folder(lines).path(), &[&["job", "site.toml"], args].concat());
    assert_eq!((found, stdout.as_str()), (Some(code), ""), "{args:?}: {stderr}");
    stderr
}

fn steps(jcl: &str) -> Vec<&str> {
    jcl.lines().filter(|line| line.contains(" EXEC ")).map(|line| line[2..].split(' ').next().unwrap()).collect()
}

#[test]
fn the_job_for_a_new_profile_sets_it_up_first() {
    let jcl = check("", &[], 0);
    assert_eq!(steps(&jcl), ["SETUP", "BACKUP"]);
    assert!(jcl.contains("IF (SETUP.RC <= 4) THEN") && jcl.contains("WAIT_LIMIT      2H"), "{jcl}");
}

#[test]
fn the_job_for_a_ready_profile_only_takes_the_backup() {
    let jcl = check("state = \"ready\"", &["--profile", "IMSP DATA", "--wait", "45m"], 0);
    assert_eq!(steps(&jcl), ["BACKUP"]);
    assert!(!jcl.contains(" IF ") && jcl.contains("WAIT_LIMIT      45M"), "{jcl}");
}

#[test]
fn setup_alone_is_built_in_any_state() {
    for lines in ["", "state = \"synchronizing\"", "state = \"ready\""] {
        assert_eq!(steps(&check(lines, &["--setup-only"], 0)), ["SETUP"], "{lines}");
    }
}

#[test]
fn programs_are_told_the_steps_and_the_text() {
    let report: serde_json::Value = serde_json::from_str(&check("", &["--message-format", "json"], 0)).unwrap();
    assert_eq!(report["jcl"], check("", &[], 0));
    assert_eq!((&report["profile"], &report["setup_needed"]), (&"IMSP DATA".into(), &"new".into()));
    assert_eq!(report["steps"][1]["condition"], serde_json::json!({ "step": "SETUP", "highest": 4 }));
}

#[test]
fn no_backup_is_built_while_the_profile_synchronizes() {
    insta::assert_snapshot!("synchronizing", check_refused("state = \"synchronizing\"", &[], 8));
}

#[test]
fn nothing_is_built_for_a_locked_profile() {
    insta::assert_snapshot!("locked", check_refused("locked_by = \"backup\"", &["--setup-only"], 12));
}
