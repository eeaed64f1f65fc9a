//! `profile` as a user meets it: the panel of a profile in every part of its life.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::path::Path;

use common::say;
use tempfile::TempDir;

const BCV: &str = include_str!("common/bcv.toml");

/// What the panel says of the site with a part replaced.
#[track_caller]
fn check(from: &str, to: &str, args: &[&str]) -> String {
    assert!(BCV.contains(from), "{from}");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.toml"), BCV.replacen(from, to, 1)).unwrap();
    panel(folder.path(), args)
}

#[track_caller]
fn panel(folder: &Path, args: &[&str]) -> String {
    let said = say(folder, &[&["profile", "site.toml"], args].concat());
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    said.stdout
}

#[test]
fn a_new_profile_needs_setup_and_can_be_edited() {
    insta::assert_snapshot!("new", check("", "", &[]));
}

#[test]
fn a_profile_that_was_set_up_is_ready_and_partly_read_only() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.toml"), BCV).unwrap();
    assert_eq!(say(folder.path(), &["setup", "site.toml", "--write", "site.toml"]).code, Some(0));
    insta::assert_snapshot!("ready", panel(folder.path(), &[]));
    insta::assert_snapshot!("ready-json", panel(folder.path(), &["IMSP DATA", "--message-format", "json"]));
    // By whatever way the configuration changes, setup is needed.
    let site = folder.path().join("site.toml");
    let moved = fs::read_to_string(&site).unwrap().replacen("target = \"2084\", count = 2", "target = \"2084\"", 1);
    fs::write(&site, moved).unwrap();
    assert!(panel(folder.path(), &[]).contains("Setup Needed (fingerprint)"));
}

#[test]
fn each_generation_shows_its_backup() {
    let backups = r#"method = "bcv"
reason = "record-failed"
backups = [
  { generation = 1, taken_at = 3600, valid = true, expired = true, consistency = "array", restore_scope = "data-only", why = "copied over" },
  { generation = 2, taken_at = 90000, valid = true, consistency = "log-suspend", restore_scope = "data-only" },
  { generation = 3, taken_at = 176400, valid = false, consistency = "array", why = "split failed" },
]"#;
    insta::assert_snapshot!("backups", check("method = \"bcv\"", backups, &[]));
}

#[test]
fn a_locked_profile_says_who_has_it() {
    let said = check("method = \"bcv\"", "method = \"bcv\"\nlocked_by = \"backup\"", &[]);
    assert!(said.contains("locked by    backup\n") && said.contains("wait until backup ends"), "{said}");
    assert_eq!(said.matches("(read-only)").count(), 2);
}

#[test]
fn every_profile_of_a_site_is_shown_unless_one_is_named() {
    let other = "[[profiles]]\nname = \"EMPTY\"\nims_ssid = \"IMSP\"\ntype = \"full\"\nmethod = \"flashcopy\"\ngenerations = 0\n\n[[profiles]]\n";
    let both = check("[[profiles]]\n", other, &[]);
    assert!(both.starts_with("profile      EMPTY\n") && both.contains("\n\nprofile      IMSP DATA\n"), "{both}");
    assert_eq!(check("[[profiles]]\n", other, &["EMPTY"]).matches("profile  ").count(), 1);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.toml"), BCV).unwrap();
    let said = say(folder.path(), &["profile", "site.toml", "IMSP DATE"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("did you mean `IMSP DATA`?"), "{}", said.stderr);
}

#[test]
fn every_reason_says_what_to_do_next() {
    let words: serde_json::Value = {
        let said = say(Path::new("."), &["list", "setup-reasons", "--message-format", "json"]);
        serde_json::from_str(&said.stdout).unwrap()
    };
    let mut seen = std::collections::BTreeSet::new();
    for word in words.as_array().unwrap() {
        let reason = word["name"].as_str().unwrap();
        let said = check("method = \"bcv\"", &format!("method = \"bcv\"\nreason = \"{reason}\""), &[]);
        assert!(said.contains(&format!("Setup Needed ({reason})")), "{said}");
        assert!(seen.insert(said.lines().last().unwrap().to_owned()), "{reason}");
    }
}

#[test]
fn a_failed_attempt_does_not_hide_the_backup_beside_it() {
    let backups = r#"method = "bcv"
backups = [
  { generation = 1, taken_at = 3600, valid = true, consistency = "array", restore_scope = "data-only" },
  { generation = 1, taken_at = 7200, valid = false, consistency = "log-suspend", why = "logs could not be suspended" },
]"#;
    let shown = check("method = \"bcv\"", backups, &[]);
    assert!(shown.contains("taken at 01:00:00,") && !shown.contains("02:00:00"), "{shown}");
}
