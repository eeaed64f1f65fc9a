//! What is written, what is replaced, and what is read of a folder.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Said, dasdlab, say};
use tempfile::TempDir;

/// A scenario that passes, not in canonical form.
const GOOD: &str = include_str!("../src/cli/templates/scenario.toml");

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo starts").success());
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// Refused with exit code 2 and these words, with no result and with no name more or less in the folder.
#[track_caller]
fn check_refused(folder: &Path, args: &[&str], message: &[&str]) {
    let before = names(folder);
    let Said { stdout, stderr, code } = say(folder, args);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{args:?}: {stderr}");
    for words in message {
        assert!(stderr.contains(words), "{args:?} should say `{words}`:\n{stderr}");
    }
    assert_eq!(names(folder), before, "{args:?}");
}

#[test]
fn only_a_regular_file_is_replaced() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("good.toml"), GOOD).unwrap();
    pipe(&path("pipe.json"));
    fs::create_dir(path("folder.json")).unwrap();
    symlink("pipe.json", path("to-pipe.json")).unwrap();
    symlink("nowhere", path("dangling.json")).unwrap();
    symlink("/dev/null", path("null.json")).unwrap();
    for name in ["pipe.json", "folder.json", "to-pipe.json", "dangling.json", "null.json"] {
        let refused =
            |args: &[&str]| check_refused(folder.path(), args, &["is no regular file: expected a file that can be", name]);
        refused(&["convert", "good.toml", "-o", name]);
        refused(&["generate", "site", "-o", name]);
    }
    for name in ["new.toml", "new-dangling.toml"] {
        if name == "new.toml" {
            pipe(&path(name))
        } else {
            symlink("nowhere", path(name)).unwrap()
        }
        check_refused(folder.path(), &["new", "scenario", name], &["exists already"]);
    }
    assert!(fs::metadata(path("pipe.json")).unwrap().file_type().is_fifo());
    assert!(fs::symlink_metadata(path("dangling.json")).unwrap().is_symlink());
}

#[test]
fn a_link_to_a_file_stays_a_link() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("good.toml"), GOOD).unwrap();
    fs::write(path("old.json"), "old").unwrap();
    symlink("old.json", path("link.json")).unwrap();
    assert_eq!(say(folder.path(), &["convert", "good.toml", "-o", "link.json"]).code, Some(0));
    assert!(fs::symlink_metadata(path("link.json")).unwrap().is_symlink());
    assert!(fs::read_to_string(path("old.json")).unwrap().starts_with('{'));
}

#[test]
fn fmt_replaces_no_file_where_another_cannot_be_replaced() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.toml"), GOOD).unwrap();
    pipe(&path("pipe.toml"));
    let writer = std::thread::spawn({
        let pipe = path("pipe.toml");
        move || fs::write(pipe, GOOD)
    });
    check_refused(folder.path(), &["fmt", "a.toml", "pipe.toml"], &["is no regular file", "pipe.toml"]);
    writer.join().unwrap().unwrap();
    assert_eq!(fs::read_to_string(path("a.toml")).unwrap(), GOOD);
}

#[test]
fn fmt_takes_a_file_that_is_named_twice() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.toml"), GOOD).unwrap();
    let said = say(folder.path(), &["fmt", "a.toml", "./a.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(names(folder.path()), ["a.toml"]);
    assert_eq!(say(folder.path(), &["fmt", "--check", "a.toml"]).code, Some(0));
}

#[test]
fn a_generated_folder_appears_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    symlink("empty", path("link")).unwrap();
    let said = say(folder.path(), &["generate", "--setups", "1", "-q", "-o", "link"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(names(&path("empty")).len(), 2);
    check_refused(folder.path(), &["generate", "--setups", "1", "-o", "link"], &["is not empty"]);
    let said = say(&path("empty"), &["generate", "--setups", "1", "-o", "deep/er/", "-q"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(names(&path("empty/deep")), ["er"]);
    let here = TempDir::new().unwrap();
    check_refused(here.path(), &["generate", "--setups", "1", "-o", "."], &["is the current folder"]);
    assert_eq!(names(folder.path()), ["empty", "link"]);
}

#[test]
fn of_those_who_generate_into_one_folder_at_once_one_wins() {
    let folder = TempDir::new().unwrap();
    let args = ["generate", "--setups", "20", "-q", "-o", "out"];
    let children: Vec<_> = (0..4).map(|_| dasdlab(folder.path()).args(args).stderr(Stdio::null()).spawn().unwrap()).collect();
    let codes: Vec<_> = children.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
    assert_eq!(codes.iter().filter(|&&code| code == Some(0)).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|&&code| code == Some(2)).count(), 3, "{codes:?}");
    assert_eq!(names(folder.path()), ["out"]);
    assert_eq!(names(&folder.path().join("out")).len(), 21);
}

#[test]
fn whoever_is_stopped_in_the_middle_leaves_the_folder_as_it_was() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let mut child = dasdlab(folder.path()).args(["generate", "--setups", "100000", "-q", "-o", "out"]).spawn().unwrap();
    while names(folder.path()).len() == 1 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    std::thread::sleep(std::time::Duration::from_millis(50));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(names(&out).is_empty());
    let said = say(folder.path(), &["generate", "--setups", "1", "-q", "-o", "out"]);
    assert_eq!((said.code, names(&out).len()), (Some(0), 2), "{}", said.stderr);
}

#[test]
fn programs_are_told_of_paths_that_are_no_text() {
    let folder = TempDir::new().unwrap();
    let name = OsStr::from_bytes(b"z\xfcrich.toml");
    let other = OsStr::from_bytes(b"bas\xe9l.json");
    let many = OsStr::from_bytes(b"gen\xe8ve");
    let commands: [&[&OsStr]; 5] = [
        &[OsStr::new("new"), OsStr::new("scenario"), name],
        &[OsStr::new("fmt"), name],
        &[OsStr::new("convert"), name, OsStr::new("-o"), other],
        &[OsStr::new("generate"), OsStr::new("--setups"), OsStr::new("1"), OsStr::new("-o"), many],
        &[OsStr::new("generate"), OsStr::new("site"), OsStr::new("-o"), other],
    ];
    for args in commands {
        let said: Said = dasdlab(folder.path()).args(["--message-format", "json"]).args(args).output().unwrap().into();
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{args:?}");
        let _: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        assert!(said.stdout.contains('\u{fffd}'), "{}", said.stdout);
    }
    assert_eq!(names(folder.path()).len(), 3);
}

/// A suite with one scenario, and something more.
#[track_caller]
fn suite(more: impl FnOnce(&Path)) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("ours")).unwrap();
    fs::write(folder.path().join("ours/suite.toml"), "name = 'ours'").unwrap();
    fs::write(folder.path().join("ours/a.toml"), GOOD).unwrap();
    more(&folder.path().join("ours"));
    folder
}

#[test]
fn whatever_a_suite_calls_a_scenario_is_judged_or_refused() {
    let refused = |name: &str, make: &dyn Fn(&Path), message: &str| {
        let folder = suite(|ours| make(&ours.join(name)));
        check_refused(folder.path(), &["run", "ours"], &[message, &format!("ours/{name}")]);
    };
    refused("UP.TOML", &|path| fs::write(path, GOOD).unwrap(), "expected .toml or .json");
    refused("up.Json", &|path| fs::write(path, "{").unwrap(), "expected .toml or .json");
    refused("SUITE.TOML", &|path| fs::write(path, "name = 'x'").unwrap(), "expected .toml or .json");
    for name in ["b.toml", "b.json", "B.TOML"] {
        refused(name, &|path| fs::create_dir(path).unwrap(), "is no regular file");
        refused(name, &pipe, "is no regular file");
        refused(name, &|path| symlink("/dev/zero", path).unwrap(), "is no regular file");
        refused(name, &|path| symlink("nowhere", path).unwrap(), "cannot be read: No such file");
    }
}

#[test]
fn a_folder_in_a_suite_is_named_because_it_is_not_read() {
    let folder = suite(|ours| {
        for name in ["sub", ".git"] {
            fs::create_dir(ours.join(name)).unwrap();
        }
        fs::write(ours.join("sub/b.toml"), "no scenario").unwrap();
        fs::write(ours.join("README.md"), "about").unwrap();
    });
    let said = say(folder.path(), &["run", "ours"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), "note: ours/sub is a folder and is not read\n"));
    let said = say(folder.path(), &["run", "ours", "--quiet"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
}
