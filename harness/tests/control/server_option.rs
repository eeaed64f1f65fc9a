//! `--server` in place of a file: the same output and exit codes.

use std::fs;

use dasdlab_servers::pace::Pace;
use tempfile::TempDir;

use crate::common::{Said, say};
use crate::served::Served;
use crate::{BCV, FLASHCOPY};

/// What a command says of a file and of a server that serves it must be the same.
#[track_caller]
fn check(site: &str, command: &[&str], named: &[&str]) -> Said {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("site.toml"), site).unwrap();
    let mut last = None;
    for format in ["human", "json"] {
        let served = Served::new(site, Pace::Instant, None);
        let url = served.url();
        let shared = ["--message-format", format, "--color", "never"];
        let of_file = say(folder.path(), &[command, &["site.toml"], named, &shared].concat());
        let of_server = say(folder.path(), &[command, &["--server", &url], named, &shared].concat());
        assert_eq!((&of_server.stdout, of_server.code), (&of_file.stdout, of_file.code), "{command:?}\n{}", of_server.stderr);
        last = Some(of_file);
    }
    last.unwrap()
}

#[test]
fn a_check_of_a_server_says_what_a_check_of_its_site_says() {
    assert_eq!(check(BCV, &["check"], &["--profile", "IMSP DATA"]).code, Some(0));
    assert_eq!(check(FLASHCOPY, &["check"], &[]).code, Some(0));
    let boxed = BCV.replacen("unit = \"2000\", volser", "unit = \"2000\", status = \"boxed\", volser", 1);
    let foreign = format!("{boxed}\n[[mirrors]]\nstandard = \"2000\"\nbcv = \"2085\"\nstate = \"Split\"\n");
    assert_eq!(check(&foreign, &["check"], &[]).code, Some(8));
}

#[test]
fn a_setup_on_a_server_says_what_a_setup_of_its_site_says() {
    assert_eq!(check(BCV, &["setup"], &[]).code, Some(0));
    assert_eq!(check(FLASHCOPY, &["setup"], &[]).code, Some(0));
    assert_eq!(
        check(&BCV.replacen("unit = \"2000\", volser", "unit = \"2000\", status = \"boxed\", volser", 1), &["setup"], &[]).code,
        Some(8)
    );
    assert_eq!(
        check(&BCV.replacen("method = \"bcv\"", "method = \"bcv\"\nlocked_by = \"backup\"", 1), &["setup"], &[]).code,
        Some(12)
    );
}

#[test]
fn the_site_that_a_setup_on_a_server_leaves_can_be_written() {
    let folder = TempDir::new().unwrap();
    let served = Served::new(BCV, Pace::Instant, None);
    let said = say(folder.path(), &["setup", "--server", &served.url(), "--write", "after.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let panel = say(folder.path(), &["profile", "after.toml"]).stdout;
    assert!(panel.contains("2 Synchronized") && panel.contains("state        ready"), "{panel}");
}

#[test]
fn the_panels_of_a_server_are_those_of_its_site() {
    check(BCV, &["profile"], &[]);
    check(FLASHCOPY, &["profile"], &[]);
}

#[track_caller]
fn refused(args: &[&str], code: i32, message: &str) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("empty"), "\n").unwrap();
    fs::write(folder.path().join("wrong"), "guess\n").unwrap();
    let said = say(folder.path(), args);
    assert_eq!((said.code, said.stdout.as_str()), (Some(code), ""), "{args:?}: {}", said.stderr);
    assert!(said.stderr.contains(message), "{args:?}: {}", said.stderr);
    assert!(said.stderr.lines().count() <= 6, "{}", said.stderr);
}

#[test]
fn a_server_that_cannot_be_asked_is_one_clear_message() {
    for url in ["", "127.0.0.1:1", "ftp://127.0.0.1", "http://", "http://user:word@127.0.0.1", "http://127.0.0.1/control/v1"] {
        refused(&["check", "--server", url], 2, "is no URL of a server");
    }
    // Nobody listens on port 1.
    refused(&["check", "--server", "http://127.0.0.1:1"], 75, "cannot ask http://127.0.0.1:1");
    refused(&["profile", "--server", "http://127.0.0.1:1", "--certificate", "nowhere.pem"], 2, "nowhere.pem");
    refused(&["setup", "--server", "http://127.0.0.1:1", "--certificate", "empty"], 2, "there is no certificate in it");
    refused(
        &["setup", "--server", "http://127.0.0.1:1", "--password-file", "empty"],
        2,
        "there is no password in its first line",
    );
    refused(&["check", "site.toml", "--server", "http://127.0.0.1:1"], 2, "cannot be used with");
    refused(&["check", "site.toml", "--certificate", "wrong"], 2, "--server");
}

#[test]
fn a_profile_that_a_server_does_not_have_and_a_password_that_is_wrong_are_bad_input() {
    let served = Served::new(BCV, Pace::Hand, None);
    refused(&["check", "--server", &served.url(), "--profile", "IMSP DATE"], 2, "there is no profile `IMSP DATE`");
    refused(&["profile", "--server", &served.url(), "--profile", "NOBODY"], 2, "there is no profile `NOBODY`");
    let served = Served::new(BCV, Pace::Hand, Some("secret"));
    refused(&["check", "--server", &served.url()], 2, "asks for a password");
    refused(&["check", "--server", &served.url(), "--password-file", "wrong"], 2, "asks for a password");
}
