//! Presets and settings of `run`: which value holds, where it was said, and what is refused.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;

use common::{Said, say};

/// The settings of a folder of its own.
const MINE: &str = "\
[run]
threads = 2

[preset.ci]
seed = 8
twin = false

[preset.mine]
about = \"what I work on\"
suites = [\"corpus\"]
only = 'rule=PS08'
fail-fast = true
";

fn said(file: &str, args: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    if !file.is_empty() {
        fs::write(folder.path().join("dasdlab.toml"), file).unwrap();
    }
    say(folder.path(), args)
}

/// What `config show` says of options.
#[track_caller]
fn check(args: &[&str], expected: &[(&str, &str, &str)]) {
    let said = said(MINE, &[&["config", "show"], args].concat());
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    for (option, value, from) in expected {
        let line = said.stdout.lines().find(|line| line.split_whitespace().next() == Some(option));
        let words: Vec<&str> = line.unwrap_or_default().split_whitespace().collect();
        let line = words.join(" ");
        assert_eq!(line, format!("{option} {value} {from}"), "{}", said.stdout);
    }
}

#[test]
fn what_is_said_nearest_to_the_user_holds() {
    check(&[], &[("threads", "2", "[run] in dasdlab.toml:2"), ("seed", "0", "default"), ("setups", "-", "default")]);
    check(&["--threads", "3"], &[("threads", "3", "command line")]);
    let ci = [
        ("threads", "2", "[run] in dasdlab.toml:2"),
        ("seed", "8", "[preset.ci] in dasdlab.toml:5"),
        ("twin", "-", "default"),
        ("require-coverage", "true", "[preset.ci], built in"),
    ];
    let built_in = |line: &str| line.ends_with(", built in");
    assert!(built_in(ci[3].2));
    check(&["--preset", "ci"], &ci);
    check(&["--preset", "ci", "--setups", "7"], &[("setups", "7", "command line"), ("stories", "5000", "[preset.ci], built in")]);
    check(
        &["--preset=mine"],
        &[("suites", "corpus", "[preset.mine] in dasdlab.toml:10"), ("fail-fast", "true", "[preset.mine] in dasdlab.toml:12")],
    );
}

#[test]
fn whoever_names_what_is_run_is_not_given_more() {
    check(
        &["corpus", "--preset", "ci"],
        &[("suites", "corpus", "command line"), ("setups", "-", "default"), ("stories", "-", "default")],
    );
    check(&["--defect", "PS08", "--preset", "ci"], &[("setups", "-", "default"), ("seed", "8", "[preset.ci] in dasdlab.toml:5")]);
}

#[test]
fn a_preset_runs_what_it_says() {
    let said = said(MINE, &["run", "--preset", "mine", "--no-times"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.stderr, "note: dasdlab.toml sets suites, only, fail-fast, threads; `dasdlab config show` says more\n");
    let as_typed = say(std::env::temp_dir().as_path(), &["run", "corpus", "--only", "rule=PS08", "--no-times"]);
    assert_eq!(said.stdout, as_typed.stdout);
}

#[test]
fn an_option_that_needs_another_finds_it_in_a_file() {
    let file = "[run]\nsut = 'cmd:false'\n";
    let said = said(file, &["config", "show", "--strict", "codes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn presets_are_listed_with_what_they_are_for() {
    let said = said(MINE, &["list", "presets"]);
    let names: Vec<&str> = said.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["ci", "mine", "nightly", "quick"]);
    assert!(said.stdout.contains("what I work on"));
}

#[test]
fn the_built_in_file_is_one_to_start_from() {
    let start = said("", &["config", "default"]).stdout;
    let (own, built_in) =
        (said(&start, &["config", "show", "--preset", "quick"]), said("", &["config", "show", "--preset", "quick"]));
    assert_eq!(own.code, Some(0));
    let values = |said: &Said| -> Vec<Vec<String>> {
        said.stdout.lines().map(|line| line.split_whitespace().take(2).map(str::to_owned).collect()).collect()
    };
    assert_eq!(values(&own), values(&built_in));
}

#[test]
fn what_is_wrong_in_a_file_is_refused_with_its_place() {
    #[track_caller]
    fn check(file: &str, args: &[&str], message: &str, place: &str) {
        let said = said(file, &[&["run"], args].concat());
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.stderr.contains(message) && said.stderr.contains(place), "{}", said.stderr);
        assert_eq!(said.stdout, "");
    }
    check("[run]\nthreds = 1\n", &[], "there is no option `threds`", "dasdlab.toml:2:1");
    check("[run]\nthreds = 1\n", &[], "did you mean `threads`?", "");
    check("[preset.a]\nfail-fast = 3\n", &[], "`fail-fast` cannot be this: expected true or false", "dasdlab.toml:2:1");
    check("[run]\nseed = [1]\n", &[], "`seed` cannot be this: expected a number or a text", "dasdlab.toml:2:1");
    check("[run]\nsuites = true\n", &[], "expected a list of texts", "dasdlab.toml:2:1");
    check("[run]\nseed = 'x'\n", &[], "invalid value 'x' for '--seed <N>'", "dasdlab.toml:2:1");
    check("[run]\nresume = true\n", &[], "--results", "dasdlab.toml:2:1");
    check("[run]\npreset = 'ci'\n", &[], "there is no option `preset`", "dasdlab.toml:2:1");
    check("[run\n", &[], "", "dasdlab.toml:1:");
    check("", &["--preset", "nigthly"], "did you mean `nightly`?", "");
    check("", &["--config", "none.toml"], "none.toml", "");
    // What the user typed is blamed where it is wrong itself.
    check("[run]\nthreads = 2\n", &["--seed", "x"], "invalid value 'x' for '--seed <N>'", "");
}

#[test]
fn another_command_does_not_mind_a_malformed_file() {
    assert_eq!(said("[run\n", &["list", "rules"]).code, Some(0));
    assert_eq!(said("[run\n", &["run", "--help"]).code, Some(0));
}
