//! `job` as a user meets it: what is built, for whom, what is refused, and what comes of running it.

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

/// Runs the job of this site file and gives what programs are told of the run.
#[track_caller]
fn run(folder: &TempDir, args: &[&str], code: i32) -> serde_json::Value {
    let job = ["job", "site.toml", "--run", "--write", "site.toml", "--message-format", "json"];
    let Said { stdout, stderr, code: found } = say(folder.path(), &[&job, args].concat());
    assert_eq!((found, stderr.as_str()), (Some(code), ""), "{args:?}: {stdout}");
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["run"]["return_code"], code);
    report["run"].clone()
}

/// Name and return code of each step; none where it did not run.
fn codes(run: &serde_json::Value) -> Vec<(&str, Option<u64>)> {
    let steps = run["steps"].as_array().unwrap().iter();
    steps.map(|step| (step["name"].as_str().unwrap(), step["return_code"].as_u64())).collect()
}

/// Generation and validity of each backup that has not expired.
fn usable(run: &serde_json::Value) -> Vec<(u64, bool)> {
    let backups = run["backups"].as_array().unwrap().iter().filter(|backup| backup["expired"] != true);
    backups.map(|backup| (backup["generation"].as_u64().unwrap(), backup["valid"].as_bool().unwrap())).collect()
}

#[test]
fn a_run_sets_up_backs_up_and_shows_the_catalog() {
    insta::assert_snapshot!("run", check("", &["--run"], 0));
}

#[test]
fn three_generations_keep_two_backups_and_take_turns() {
    let folder = folder("");
    assert_eq!(codes(&run(&folder, &[], 0)), [("SETUP", Some(0)), ("BACKUP", Some(0))]);
    for expected in [[(1, true), (2, true)], [(2, true), (3, true)], [(1, true), (3, true)], [(1, true), (2, true)]] {
        let ended = run(&folder, &[], 0);
        assert_eq!((codes(&ended), usable(&ended)), (vec![("BACKUP", Some(0))], expected.to_vec()));
        assert_eq!(ended["state"], "ready");
    }
}

#[test]
fn a_setup_that_ends_above_4_keeps_the_backup_from_running() {
    insta::assert_snapshot!("setup-failed", check("", &["--run", "--wait", "10s"], 8));
    let ended = run(&folder(""), &["--wait", "10s"], 8);
    assert_eq!((codes(&ended), usable(&ended)), (vec![("SETUP", Some(8)), ("BACKUP", None)], vec![]));
    assert_eq!((&ended["steps"][1]["ran"], &ended["reason"]), (&false.into(), &"timeout".into()));
}

#[test]
fn a_run_of_setup_alone_takes_no_backup() {
    let ended = run(&folder(""), &["--setup-only"], 0);
    assert_eq!((codes(&ended), usable(&ended)), (vec![("SETUP", Some(0))], vec![]));
    assert_eq!(ended["state"], "ready");
}

#[test]
fn a_profile_that_is_not_what_passed_is_marked_and_set_up_first() {
    let lines = "state = \"ready\"\nfingerprint = \"00000000000000000000000000000000\"";
    let ended = run(&folder(lines), &[], 0);
    assert_eq!(codes(&ended), [("SETUP", Some(0)), ("BACKUP", Some(0))]);
    assert_eq!(ended["marked"]["command"]["set-state"]["reason"], "fingerprint");
}

#[test]
fn a_declared_ready_profile_whose_pairs_are_not_mirrored_gets_no_backup() {
    let ended = run(&folder("state = \"ready\""), &[], 8);
    assert_eq!((codes(&ended), usable(&ended)), (vec![("BACKUP", Some(8))], vec![]));
    assert_eq!((&ended["state"], &ended["reason"]), (&"setup-needed".into(), &"pre-backup-check".into()));
}

#[test]
fn a_flashcopy_backup_does_not_wait_for_the_background_copy() {
    let scenario = include_str!("../src/cli/templates/scenario.toml").replacen("status = \"boxed\"", "status = \"online\"", 1);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.toml"), scenario).unwrap();
    let ended = run(&folder, &[], 0);
    assert_eq!((codes(&ended), usable(&ended)), (vec![("SETUP", Some(0)), ("BACKUP", Some(0))], vec![(1, true)]));
    assert_eq!(ended["steps"][1]["finished_ms"], 0);
}

#[test]
fn a_refused_job_writes_nothing() {
    let folder = folder("state = \"synchronizing\"");
    let said = say(folder.path(), &["job", "site.toml", "--run", "--write", "after.toml"]);
    assert_eq!((said.code, folder.path().join("after.toml").exists()), (Some(8), false));
}

#[test]
fn nothing_is_written_without_a_run() {
    let said = say(folder("").path(), &["job", "site.toml", "--write", "after.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("--run"), "{}", said.stderr);
}
