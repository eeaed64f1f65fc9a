//! Whatever is put in: one clear message on stderr, exit code 2, nothing on stdout, nothing written, no panic.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Said, dasdlab, say};
use dasdlab_model::read::{Encoding, parse};
use dasdlab_model::write::write;
use dasdlab_simulator::World;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tempfile::TempDir;

/// A scenario that is right, to be spoilt.
const GOOD: &str = include_str!("../src/cli/templates/scenario.toml");

/// Every file below a folder, with what it holds.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.insert(name, Vec::new());
            found.extend(contents(&path));
        } else if path.metadata().unwrap().len() < 1_000_000 {
            found.insert(name, fs::read(&path).unwrap());
        } else {
            found.insert(name, path.metadata().unwrap().len().to_string().into_bytes());
        }
    }
    found
}

/// Refused with this message, once, and nothing done.
#[track_caller]
fn check_refused(folder: &Path, args: &[&str], message: &str) {
    let before = contents(folder);
    let Said { stdout, stderr, code } = say(folder, args);
    assert_eq!(code, Some(2), "{args:?}: {stderr}");
    assert_eq!(stdout, "", "{args:?}");
    assert!(stderr.contains(message), "{args:?} should say `{message}`:\n{stderr}");
    assert_eq!(stderr.lines().filter(|line| line.starts_with("error")).count(), 1, "{args:?}:\n{stderr}");
    assert!(!stderr.contains("panicked") && stderr.len() < 4_000, "{args:?}:\n{stderr}");
    assert_eq!(contents(folder), before, "{args:?} wrote something");
}

/// Every command that reads a site or a scenario.
const READERS: &[&[&str]] =
    &[&["check"], &["lint"], &["fmt"], &["fmt", "--check"], &["convert", "-o", "out.json"], &["run"], &["replay"]];
/// How many of them read nothing but files; the others know names of suites and tokens as well.
const OF_FILES: usize = 5;

/// Every reader refuses a file with these bytes.
#[track_caller]
fn check_bytes(name: &str, bytes: &[u8], message: &str) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    for reader in READERS {
        check_refused(folder.path(), &[reader, [name].as_slice()].concat(), message);
    }
}

/// Every reader refuses the good scenario with one part replaced by another.
#[track_caller]
fn check_spoilt(good: &str, bad: &str, message: &str) {
    assert!(GOOD.contains(good), "`{good}` is not in the scenario");
    check_bytes("spoilt.toml", GOOD.replacen(good, bad, 1).as_bytes(), message);
}

/// `check` refuses the good scenario with one part replaced by another: the form is right, the meaning is not.
#[track_caller]
fn check_malformed(good: &str, bad: &str, message: &str) {
    assert!(GOOD.contains(good), "`{good}` is not in the scenario");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("bad.toml"), GOOD.replacen(good, bad, 1)).unwrap();
    check_refused(folder.path(), &["check", "bad.toml"], message);
}

#[test]
fn a_file_without_text_is_refused() {
    check_bytes("empty.toml", b"", "the file is empty");
    check_bytes("empty.json", b"", "the file is empty");
    check_bytes("blank.toml", b"\n  \n", "the file is empty");
    check_bytes("binary.toml", &[0x7f, b'E', b'L', b'F', 2, 1, 0xff, 0xfe], "binary.toml:1:7");
    check_bytes("binary.json", &[0, 159, 146, 150], "is not UTF-8");
    check_bytes("zeros.toml", &[0; 512], "zeros.toml:1:");
    check_bytes("latin.toml", b"format = 1\ndescription = \"Z\xfcrich\"\n", "latin.toml:2:17");
}

#[test]
fn a_truncated_file_is_refused() {
    let cut = GOOD.find("\"TGT").unwrap() + 3;
    check_bytes("cut.toml", &GOOD.as_bytes()[..cut], "cut.toml:");
    check_bytes("cut.json", b"{\"format\": 1, \"site\": {\"systems\": [{\"name\"", "cut.json:1:");
    check_bytes("cut.toml", b"format = 1\ntitle = \"\"\"no end", "cut.toml:");
}

#[test]
fn wrong_types_are_located() {
    check_spoilt("count = 2", "count = \"two\"", "spoilt.toml:");
    check_spoilt("count = 2", "count = -2", "-2");
    check_spoilt("count = 2", "count = 99999999999", "spoilt.toml:");
    check_spoilt("count = 2", "count = 2.5", "spoilt.toml:");
    check_spoilt("generations = 1", "generations = true", "spoilt.toml:");
    check_spoilt("type = \"data\"", "type = \"date\"", "did you mean `data`");
    check_spoilt("[[site.profiles]]", "[site.profiles]", "spoilt.toml:");
    check_spoilt("unit = \"1000\"", "unit = 1000", "expected a unit");
}

#[test]
fn names_and_words_are_checked_where_they_stand() {
    check_spoilt("status = \"boxed\"", "status = \"boxd\"", "did you mean `boxed`");
    check_spoilt("volser = \"IMS003\", model", "volsr = \"IMS003\", model", "did you mean `volser`");
    check_spoilt("lss = \"10\"", "lss = \"FF\"", "an LSS id: 2 hexadecimal digits, 00 to FE");
    check_spoilt("serial = \"75ABC01\"", "serial = \"75abc01\"", "an array serial");
    check_spoilt("family = \"ds8000\"", "family = \"ds9000\"", "did you mean `ds8000`");
}

#[test]
fn a_document_says_its_format_once() {
    check_spoilt("format = 1", "format = 2", "format 2 is newer than this release reads");
    check_spoilt("format = 1", "format = 0", "format 0 does not exist");
    check_spoilt("format = 1", "format = \"1\"", "spoilt.toml:");
    check_spoilt("format = 1", "", "the format is missing");
    check_spoilt("format = 1", "format = 1\nformat = 1", "duplicate key");
    check_bytes("twice.json", b"{\"format\": 1, \"format\": 1}", "duplicate field");
    check_spoilt("format = 1", "format = 1\nsight = 1", "unknown field `sight`");
}

#[test]
fn nesting_is_bounded() {
    check_bytes("deep.json", "[".repeat(100_000).as_bytes(), "deep.json:1:");
    check_bytes("deep.json", format!("{{\"format\": {}", "[".repeat(100_000)).as_bytes(), "deep.json:1:");
    check_bytes("deep.toml", format!("format = {}", "[".repeat(100_000)).as_bytes(), "deep.toml:1:");
    check_bytes("deep.toml", format!("format = {}", "{a=".repeat(100_000)).as_bytes(), "deep.toml:1:");
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    check_malformed("ua = \"02\"", "ua = \"01\"", "bad.toml:");
    check_malformed("generation = 1, source", "generation = 2, source", "bad.toml:");
    check_malformed(
        "array = \"75ABC01\", lss = \"10\", ua = \"02\"",
        "array = \"75ABC02\", lss = \"10\", ua = \"02\"",
        "75ABC02",
    );
    check_malformed("count = 2", "count = 4294967295", "bad.toml:");
    check_malformed("reason = \"boxed\"", "reason = \"boxd\"", "`boxd` is not a reason of PS05");
    check_malformed("title =", "profile = \"IMSP DATE\"\ntitle =", "did you mean `IMSP DATA`");
    check_malformed(
        "ims = [{ ssid",
        "policy = { code_levels = [{ family = \"5876\", method = \"bcv\", minimum = \"5876.x\" }] }\nims = [{ ssid",
        "5876.x",
    );
}

#[test]
fn a_path_that_is_no_file_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("folder.toml")).unwrap();
    fs::write(folder.path().join("site.txt"), GOOD).unwrap();
    for reader in &READERS[..OF_FILES] {
        let refused = |name: &str, message: &str| check_refused(folder.path(), &[reader, [name].as_slice()].concat(), message);
        refused("absent.toml", "No such file");
        refused("folder.toml", "is a folder");
        refused("site.txt", "expected .toml or .json");
    }
}

#[test]
fn a_file_above_the_limit_is_refused_before_it_is_read() {
    let folder = TempDir::new().unwrap();
    let file = fs::File::create(folder.path().join("large.toml")).unwrap();
    file.set_len(300 * 1024 * 1024).unwrap();
    for reader in READERS {
        // 64 MiB of memory are enough to say no.
        let script = "ulimit -d 65536; exec \"$0\" \"$@\"";
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", script]).arg(dasdlab(folder.path()).get_program()).args(*reader).arg("large.toml");
        let said: Said = shell.current_dir(folder.path()).output().unwrap().into();
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{}", said.stderr);
        assert!(said.stderr.contains("is larger than the limit of 67108864 bytes"), "{}", said.stderr);
        assert!(!folder.path().join("out.json").exists());
    }
}

#[test]
fn an_endless_file_is_refused() {
    let folder = TempDir::new().unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.toml")).unwrap();
    let said = say(folder.path(), &["check", "zero.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("is larger than the limit of"), "{}", said.stderr);
}

#[test]
fn unknown_names_are_answered_with_the_nearest() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("good.toml"), GOOD).unwrap();
    let refused = |args: &[&str], message: &str| check_refused(folder.path(), args, message);
    refused(&["check", "good.toml", "--profile", "IMSP DAT"], "did you mean `IMSP DATA`");
    refused(&["check", "good.toml", "--profile", ""], "there is no profile ``");
    refused(&["explain", "PS8"], "there is no rule or reason `PS8`");
    refused(&["explain", "flashcopy-same-lsss"], "did you mean `flashcopy-same-lss`");
    refused(&["explain", "PS05:boxd"], "did you mean `boxed`");
    refused(&["explain", "PS99:boxed"], "there is no rule or reason `PS99:boxed`");
    refused(&["explain"], "required");
    refused(&["list", "rule"], "a similar value exists: 'rules'");
    refused(&["chek", "good.toml"], "'check'");
    refused(&["check", "good.toml", "--profil", "X"], "a similar argument exists: '--profile'");
    refused(&["generate", "-o", "out", "--defect", "PS08:different-lsss"], "did you mean `PS08:different-lss`");
    refused(&["generate", "-o", "out", "--setups", "-1"], "-1");
    refused(&["generate", "-o", "out", "--setups", "100001"], "more than the limit of 100000");
    refused(&["generate", "-o", "out", "12"], "`12` is not a token");
    refused(&["generate", "-o", "out", "g9-0000000000000000-1"], "version 9 of the generator");
    refused(&["generate", "--setups", "1"], "--output <FOLDER>");
    refused(&["schema", "scenarios"], "a similar value exists: 'scenario'");
    refused(&["completions", "cmd"], "possible values");
    refused(&["run", "good.toml", "--only", "rul=PS08"], "rul");
    refused(&["run", "--defect", "PS08:different-lsss"], "did you mean `PS08:different-lss`");
    refused(&["run", "corpsu"], "corpsu");
    refused(&["run", "--method", "bvc"], "bvc");
    refused(&["replay", "12"], "12");
    refused(&["replay", "g9-0000000000000000-1"], "version 9 of the generator");
}

#[test]
fn numbers_of_a_large_site_must_fit() {
    let folder = TempDir::new().unwrap();
    let refused = |args: &[&str], message: &str| {
        check_refused(folder.path(), &[&["generate", "site", "-o", "site.toml"], args].concat(), message);
    };
    refused(&["--arrays", "0"], "array");
    refused(&["--arrays", "1", "--volumes", "1000000"], "");
    refused(&["--faulty", "101%"], "expected a percentage");
    refused(&["--faulty", "-1%"], "");
    refused(&["--volumes", "99999999999"], "99999999999");
    check_refused(folder.path(), &["generate", "site", "-o", "site.txt"], "expected .toml or .json");
    check_refused(folder.path(), &["generate", "site", "-o", "absent/site.toml"], "cannot be written");
}

#[test]
fn what_exists_is_not_written_over() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("good.toml"), GOOD).unwrap();
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/notes"), "mine").unwrap();
    let refused = |args: &[&str], message: &str| check_refused(folder.path(), args, message);
    refused(&["new", "scenario", "good.toml"], "exists already");
    refused(&["new", "scenario", "other.yaml"], "expected one that ends in .toml");
    refused(&["new", "suite", "full"], "exists already");
    refused(&["generate", "--setups", "1", "-o", "full"], "is not empty");
    refused(&["generate", "--setups", "1", "-o", "good.toml"], "exists already");
    refused(&["new", "suite", "good.toml/ours"], "cannot be written");
    refused(&["generate", "--setups", "1", "-o", "good.toml/out"], "cannot be written");
    refused(&["convert", "good.toml"], "--to");
    refused(&["convert", "good.toml", "--to", "json", "-o", "out.toml"], "another encoding");
    refused(&["convert", "good.toml", "-o", "absent/out.json"], "cannot be written");
}

#[test]
fn a_message_for_programs_is_one_line_of_json() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("bad.toml"), GOOD.replacen("count = 2", "count = -2", 1)).unwrap();
    for args in [&["check", "bad.toml"][..], &["check"], &["explain", "PS77"], &["lint", "bad.toml"]] {
        let said = say(folder.path(), &[&["--message-format", "json"], args].concat());
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}");
        let message: serde_json::Value = serde_json::from_str(&said.stderr).expect(&said.stderr);
        assert_eq!(message["exit"], 2, "{args:?}");
        assert_eq!(said.stderr.lines().count(), 1);
    }
}

/// Reads, unrolls and judges in this process, as `check` does; whatever it says, it comes back.
fn judge(name: &str, text: String, encoding: Encoding) {
    let Ok(document) = parse(name, text, encoding) else { return };
    let _ = document.declare();
    let Ok(world) = World::boot(document.site()) else { return };
    let observation = world.observe();
    for profile in &document.site().profiles {
        assert!(dasdlab_validator::check(&observation, &profile.name).is_some());
    }
}

/// A scenario as lines, some of them dropped, doubled, swapped, or with a number or a word put in another's place.
fn spoil(text: &str, edits: &[(u8, usize, usize)]) -> String {
    const WORDS: &[&str] =
        &["0", "1", "256", "65536", "4294967295", "\"\"", "\"1000\"", "\"FFFFF\"", "\"{9}\"", "[]", "{}", "true", "#"];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for &(edit, a, b) in edits {
        let length = lines.len().max(1);
        let (a, b) = (a % length, b % length);
        match edit % 5 {
            0 => drop(lines.remove(a)),
            1 => lines.insert(a, lines[b].clone()),
            2 => lines.swap(a, b),
            3 => {
                let word = lines[a].split_whitespace().nth(b % 8).unwrap_or_default().to_owned();
                lines[a] = lines[a].replacen(&word, WORDS[(a + b) % WORDS.len()], 1);
            }
            _ => {
                let cut = (0..=lines[a].len()).rev().filter(|&at| lines[a].is_char_boundary(at)).nth(b % 20).unwrap_or(0);
                lines[a].truncate(cut);
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn no_spoilt_scenario_makes_the_program_panic(
        edits in prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>()), 1..4),
    ) {
        judge("spoilt.toml", spoil(GOOD, &edits), Encoding::Toml);
    }

    #[test]
    fn no_truncated_document_makes_the_program_panic(cut in 0..GOOD.len()) {
        judge("cut.toml", GOOD.chars().take(cut).collect(), Encoding::Toml);
        let document = parse("good.toml", GOOD.to_owned(), Encoding::Toml).unwrap();
        let json = write(&document.content, Encoding::Json).unwrap();
        judge("cut.json", json.chars().take(cut).collect(), Encoding::Json);
    }
}

#[test]
fn a_token_that_names_no_scenario_is_refused() {
    let folder = TempDir::new().unwrap();
    for (token, message) in [
        ("g1-0000000000000000-1,without=999", "leaves out defect 999: the scenario has"),
        ("g1-0000000000000000-1,only=PS08,without=1", "leaves out defect 1: the scenario has 1"),
        ("g1-0000000000000000-1,only=PS08,only=PS06", "`only=` is given twice"),
        ("g1-0000000000000000-1,method=bcv,method=bcv", "`method=` is given twice"),
        ("g1-0000000000000000-1,without=0,without=0", "`without=` is given twice"),
        ("g01-0000000000000000-1", "`01` is not a number of a token"),
        ("g1-0000000000000000-00001", "`00001` is not a number of a token"),
    ] {
        check_refused(folder.path(), &["replay", token], message);
        check_refused(folder.path(), &["generate", token, "-o", "out"], message);
    }
}

/// Every order of a server goes into a directory: whatever else is there is left as it is.
#[cfg(feature = "serve")]
#[test]
fn a_server_keeps_its_orders_in_a_directory_of_its_own() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("good.toml"), GOOD).unwrap();
    fs::write(path("file"), "mine").unwrap();
    for (name, journal) in
        [("text", &b"mine"[..]), ("zeros", &[0; 64]), ("lines", b"mine\n"), ("half", b"0123456789abcdef {\"order")]
    {
        fs::create_dir(path(name)).unwrap();
        fs::write(path(name).join("journal"), journal).unwrap();
        fs::write(path(name).join("lock"), "").unwrap();
    }
    for name in ["journal", "lock"] {
        fs::create_dir_all(path(&format!("folder-{name}")).join(name)).unwrap();
    }
    for (state, message) in [
        ("file", "is a file: expected a directory"),
        ("file/below", "cannot be used: Not a directory"),
        ("/dev/full", "is a device or a pipe: expected a directory"),
        ("folder-journal", "is a folder: expected a file of a server"),
        ("folder-lock", "is a folder: expected a file of a server"),
        ("text", "line 1: is not what a server has begun to write: expected a journal"),
        ("zeros", "line 1: is not what a server has begun to write: expected a journal"),
        ("half", "line 1: is not what a server has begun to write: expected a journal"),
        ("lines", "line 1: expected a checksum and an order"),
    ] {
        check_refused(folder.path(), &["serve", "good.toml", "--state", state], message);
    }
}

#[cfg(feature = "serve")]
#[test]
fn what_a_server_cannot_do_in_the_end_is_refused_at_the_beginning() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("good.toml"), GOOD).unwrap();
    fs::write(path("latin"), b"Z\xfcrich").unwrap();
    fs::write(path("empty"), "").unwrap();
    fs::create_dir(path("folder.toml")).unwrap();
    let refused = |args: &[&str], message: &str| {
        check_refused(folder.path(), &[&["serve", "good.toml"], args].concat(), message);
    };
    refused(&["--write", "folder.toml"], "is no regular file: expected a file that can be replaced");
    refused(&["--write", "absent/after.toml"], "cannot be written: No such file");
    refused(&["--write", "after.txt"], "expected .toml or .json");
    refused(&["--certificate", "folder.toml"], "is no regular file");
    refused(&["--password-file", "folder.toml"], "cannot be read: Is a directory");
    refused(&["--password-file", "latin"], "is no text: expected UTF-8");
    refused(&["--password-file", "empty"], "must be a password");
    refused(&["--password-file", "/dev/zero"], "is larger than the limit of 65536 bytes");
    refused(&["--port", "65535"], "expected 65534 at most");
    refused(&["--user", "a:b"], "expected a name without colons");
    refused(&["--user", ""], "nobody can log in as ``");
    refused(&["--speed", "0x"], "expected instant, hand, or 1x to");
}

#[cfg(feature = "serve")]
#[test]
fn whoever_asks_a_server_names_it_and_its_secrets_well() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("latin"), b"Z\xfcrich").unwrap();
    fs::write(folder.path().join("text"), "no certificate").unwrap();
    for url in
        ["x", "http://", "ftp://127.0.0.1:1", "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://[::1]:", "http://a@b:1"]
    {
        check_refused(folder.path(), &["check", "--server", url], "is no URL of a server");
    }
    let refused = |args: &[&str], message: &str| {
        check_refused(folder.path(), &[&["check", "--server", "https://127.0.0.1:1"], args].concat(), message);
    };
    for option in ["--certificate", "--password-file"] {
        refused(&[option, "latin"], "is no text: expected UTF-8");
        refused(&[option, "/dev/zero"], "is larger than the limit of 65536 bytes");
        refused(&[option, "absent"], "cannot be read: No such file");
    }
    refused(&["--certificate", "text"], "there is no certificate in it");
}

#[test]
fn what_is_compared_with_is_read_before_it_is_measured() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    let refused = |args: &[&str], message: &str| check_refused(folder.path(), &[&["bench"], args].concat(), message);
    refused(&["--compare", "empty"], "is not what `dasdlab bench --save` writes");
    refused(&["--compare", "/dev/zero"], "is larger than the limit of 16777216 bytes");
    refused(&["--save", "absent/figures"], "cannot be written: No such file");
}
