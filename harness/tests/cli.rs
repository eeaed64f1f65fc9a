//! The command line as a user meets it: help, results, exit codes, files.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use common::{Said, dasdlab, say};
use tempfile::TempDir;

/// A scenario with a boxed source, as `new scenario` writes it.
const BOXED: &str = include_str!("../src/cli/templates/scenario.toml");

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What a command says on stdout, when it ends with this code and says nothing else.
#[track_caller]
fn check(folder: &Path, args: &[&str], code: i32) -> String {
    let Said { stdout, stderr, code: found } = say(folder, args);
    assert_eq!((found, stderr.as_str()), (Some(code), ""), "{args:?}: {stdout}");
    stdout
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

const COMMANDS: &[&[&str]] = &[
    &[],
    &["run"],
    &["merge"],
    &["report"],
    &["diff"],
    &["rerun-failed"],
    &["verify-report"],
    &["replay"],
    &["view"],
    &["check"],
    &["import"],
    &["export"],
    &["pack"],
    &["setup"],
    &["job"],
    &["profile"],
    &["shrink"],
    &["promote"],
    &["explore"],
    &["mutants"],
    &["bench"],
    &["explain"],
    &["new"],
    &["new", "suite"],
    &["new", "scenario"],
    &["new", "story"],
    &["generate"],
    &["generate", "site"],
    &["implement"],
    &["smoke"],
    &["lint"],
    &["fmt"],
    &["convert"],
    &["schema"],
    &["tour"],
    &["serve"],
    &["why"],
    &["list"],
    &["config"],
    &["config", "show"],
    &["config", "default"],
    &["completions"],
];

#[test]
fn every_command_explains_itself() {
    let folder = folder(&[]);
    for command in COMMANDS {
        let name = if command.is_empty() { "help".to_owned() } else { format!("help-{}", command.join("-")) };
        insta::assert_snapshot!(name, check(folder.path(), &[*command, &["--help"]].concat(), 0));
    }
}

#[test]
fn every_command_is_known_here() {
    let known: Vec<&str> = COMMANDS.iter().filter_map(|command| command.first().copied()).collect();
    for command in dasdlab_harness::cli::command(&[]).get_subcommands() {
        assert!(known.contains(&command.get_name()), "{}", command.get_name());
    }
}

#[test]
fn the_version_is_a_result() {
    assert_eq!(check(folder(&[]).path(), &["--version"], 0), concat!("dasdlab ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn check_prints_findings_with_evidence_and_remedy() {
    let folder = folder(&[("boxed.toml", BOXED)]);
    insta::assert_snapshot!("check-boxed", check(folder.path(), &["check", "boxed.toml"], 8));
    insta::assert_snapshot!("check-boxed-json", check(folder.path(), &["check", "boxed.toml", "--message-format", "json"], 8));
}

#[test]
fn check_ends_with_the_return_code_of_profile_setup() {
    let site = |old: &str, new: &str| {
        assert!(BOXED.contains(old));
        BOXED.replacen("status = \"boxed\"", "status = \"online\"", 1).replacen(old, new, 1)
    };
    let clean = site("", "");
    let online = site("status = \"offline\"", "status = \"online\"");
    let unknown = site("ims_ssid = \"IMSP\"", "ims_ssid = \"IMSQ\"");
    let folder = folder(&[("clean.toml", &clean), ("boxed.toml", BOXED), ("online.toml", &online), ("unknown.toml", &unknown)]);
    for (file, code) in [("clean.toml", 0), ("online.toml", 4), ("boxed.toml", 8), ("unknown.toml", 12)] {
        let said = check(folder.path(), &["check", file], code);
        assert!(said.contains(&format!("return code {code}")), "{said}");
    }
    assert!(!check(folder.path(), &["check", "unknown.toml", "--message-format", "json"], 12).contains("full"));
}

#[test]
fn check_reads_a_site_and_names_the_profile_where_there_are_several() {
    let site = BOXED.split("[site]\n").nth(1).unwrap().replace("[[site.", "[[");
    let two = format!(
        "format = 1\n{site}\n[[profiles]]\nname = \"EMPTY\"\nims_ssid = \"IMSP\"\ntype = \"data\"\nmethod = \"bcv\"\ngenerations = 0\n"
    );
    let folder = folder(&[("site.toml", &format!("format = 1\n{site}")), ("two.toml", &two)]);
    assert!(check(folder.path(), &["check", "site.toml"], 8).contains("profile IMSP DATA"));
    assert!(check(folder.path(), &["check", "two.toml", "--profile", "EMPTY"], 8).contains("PS14E no-sources"));
    let said = say(folder.path(), &["check", "two.toml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("name one with --profile") && said.stderr.contains("IMSP DATA, EMPTY"), "{}", said.stderr);
}

#[test]
fn colours_come_when_asked_for_and_stay_away_otherwise() {
    let folder = folder(&[("boxed.toml", BOXED)]);
    let coloured = |args: &[&str]| check(folder.path(), args, 8).contains('\u{1b}');
    assert!(!coloured(&["check", "boxed.toml"]));
    assert!(coloured(&["check", "boxed.toml", "--color", "always"]));
    assert!(!coloured(&["check", "boxed.toml", "--color", "always", "--message-format", "json"]));
    let help = |color: &str| check(folder.path(), &["--color", color, "--help"], 0).contains('\u{1b}');
    assert!(help("always") && !help("never") && !help("auto"));
}

#[test]
fn lint_finds_all_faults_at_once() {
    let bad =
        BOXED.replacen("ua = \"02\"", "ua = \"01\"", 1).replacen("lss = \"10\", ua = \"80\"", "lss = \"12\", ua = \"80\"", 1);
    let folder = folder(&[("bad.toml", &bad), ("good.toml", BOXED)]);
    let said = say(folder.path(), &["lint", "good.toml", "bad.toml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.matches("error: ").count() >= 2, "{}", said.stdout);
    assert!(said.stderr.ends_with("faults\n"), "{}", said.stderr);
    let report = check(folder.path(), &["lint", "good.toml", "bad.toml", "--message-format", "json"], 1);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["files"], 2);
    assert!(report["faults"].as_array().unwrap().iter().all(|fault| fault["line"].as_u64() > Some(0)));
    assert_eq!(say(folder.path(), &["lint", "good.toml"]).code, Some(0));
    assert_eq!(check(folder.path(), &["lint", "good.toml", "--quiet"], 0), "");
}

#[test]
fn fmt_keeps_comments_and_touches_nothing_twice() {
    let folder = folder(&[("a.toml", BOXED)]);
    let file = folder.path().join("a.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(check(folder.path(), &["fmt", "--check", "a.toml"], 1), "a.toml\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), BOXED);
    assert_eq!(check(folder.path(), &["fmt", "a.toml"], 0), "a.toml\n");
    let written = fs::read_to_string(&file).unwrap();
    for comment in BOXED.lines().filter(|line| line.trim_start().starts_with('#')) {
        assert!(written.lines().any(|line| line.trim() == comment.trim()), "{comment}\n{written}");
    }
    insta::assert_snapshot!("fmt-scenario", written);
    assert_eq!(check(folder.path(), &["fmt", "--check", "a.toml"], 0), "");
    assert_eq!(check(folder.path(), &["fmt", "a.toml"], 0), "");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names(folder.path()), ["a.toml"]);
}

#[test]
fn fmt_writes_nothing_where_one_of_its_files_is_bad() {
    let folder = folder(&[("a.toml", BOXED), ("b.toml", "format = 1\nvolumes = 3\n")]);
    assert_eq!(say(folder.path(), &["fmt", "a.toml", "b.toml"]).code, Some(2));
    assert_eq!(fs::read_to_string(folder.path().join("a.toml")).unwrap(), BOXED);
}

#[test]
fn converting_there_and_back_gives_the_canonical_form() {
    let plain: String =
        BOXED.lines().filter(|line| !line.trim_start().starts_with('#')).map(|line| format!("{line}\n")).collect();
    let folder = folder(&[("a.toml", &plain)]);
    check(folder.path(), &["convert", "a.toml", "-q", "-o", "b.json"], 0);
    check(folder.path(), &["convert", "b.json", "-q", "--to", "toml", "-o", "c.toml"], 0);
    check(folder.path(), &["fmt", "a.toml"], 0);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("a.toml"), read("c.toml"));
    assert_eq!(check(folder.path(), &["convert", "c.toml", "--to", "json"], 0), read("b.json"));
    assert_eq!(check(folder.path(), &["fmt", "--check", "b.json", "c.toml"], 0), "");
}

#[test]
fn converting_says_that_comments_stay_behind() {
    let folder = folder(&[("a.toml", BOXED)]);
    let said = say(folder.path(), &["convert", "a.toml", "--to", "json"]);
    assert_eq!(said.code, Some(0));
    assert!(said.stderr.contains("comments of a.toml are not carried over"), "{}", said.stderr);
}

#[test]
fn a_schema_knows_every_field() {
    for (of, within) in [("site", "Volumes"), ("scenario", "Volumes"), ("expectations", "KnownFailure")] {
        let schema: serde_json::Value = serde_json::from_str(&check(folder(&[]).path(), &["schema", of], 0)).unwrap();
        assert!(schema["properties"]["format"].is_object() && schema["$defs"][within].is_object(), "{of}");
    }
}

#[test]
fn a_new_suite_and_a_new_scenario_pass_as_they_are() {
    let folder = folder(&[]);
    check(folder.path(), &["new", "suite", "ours", "--quiet"], 0);
    check(folder.path(), &["new", "scenario", "ours/second.toml", "-q"], 0);
    assert_eq!(names(&folder.path().join("ours")), ["boxed-source.toml", "second.toml", "suite.toml"]);
    check(folder.path(), &["lint", "-q", "ours/suite.toml", "ours/boxed-source.toml", "ours/second.toml"], 0);
    for what in ["ours", "ours/second.toml"] {
        let said = say(folder.path(), &["run", what]);
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    }
}

#[test]
fn generated_scenarios_are_a_suite_that_passes_and_come_out_alike() {
    let folder = folder(&[]);
    for (name, to) in [("a", "toml"), ("b", "toml"), ("c", "json")] {
        check(folder.path(), &["generate", "--seed", "7", "--setups", "6", "--to", to, "-q", "-o", name], 0);
    }
    let texts = |name: &str| -> Vec<(String, String)> {
        let folder = folder.path().join(name);
        names(&folder).into_iter().map(|name| (name.clone(), fs::read_to_string(folder.join(name)).unwrap())).collect()
    };
    assert_eq!(texts("a"), texts("b"));
    assert_eq!(texts("a").len(), 7);
    for name in ["a", "c"] {
        let said = say(folder.path(), &["run", name]);
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    }
    let one = texts("a").remove(3);
    let token = one.0.trim_end_matches(".toml");
    check(folder.path(), &["generate", token, "-q", "-o", "one"], 0);
    assert_eq!(texts("one").remove(0), one);
}

#[test]
fn a_generated_site_is_well_formed_and_clean_unless_faults_are_asked_for() {
    let folder = folder(&[]);
    let site = |name: &str, faulty: &str| {
        let size = ["--arrays", "2", "--volumes", "4000", "--profiles", "3", "--seed", "5"];
        check(folder.path(), &[&["generate", "site", "-q", "-o", name, "--faulty", faulty], &size[..]].concat(), 0);
        check(folder.path(), &["lint", "-q", name], 0);
    };
    site("clean.toml", "0%");
    site("faulty.json", "5%");
    check(folder.path(), &["check", "clean.toml", "--profile", "LARGE 001"], 0);
    assert!(say(folder.path(), &["check", "faulty.json", "--profile", "LARGE 001"]).code >= Some(4));
}

#[test]
fn a_program_is_told_which_files_were_written() {
    let folder = folder(&[("a.toml", BOXED)]);
    let commands: [&[&str]; 5] = [
        &["new", "scenario", "b.toml"],
        &["new", "suite", "deep/ours"],
        &["generate", "--setups", "2", "-o", "made"],
        &["generate", "site", "-o", "site.toml"],
        &["convert", "a.toml", "-o", "a.json"],
    ];
    for args in commands {
        let report = check(folder.path(), &[args, &["--message-format", "json"]].concat(), 0);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let written = report["written"].as_array().unwrap();
        assert!(!written.is_empty());
        assert!(written.iter().all(|path| folder.path().join(path.as_str().unwrap()).is_file()), "{report}");
    }
    assert_eq!(names(folder.path()), ["a.json", "a.toml", "b.toml", "deep", "made", "site.toml"]);
    assert_eq!(names(&folder.path().join("deep")), ["ours"]);
}

#[test]
fn every_rule_and_every_reason_is_explained() {
    let folder = folder(&[]);
    let listed = |what: &str| -> Vec<serde_json::Value> {
        serde_json::from_str(&check(folder.path(), &["list", what, "--message-format", "json"], 0)).unwrap()
    };
    for entry in listed("rules").into_iter().chain(listed("reasons")) {
        let name = entry["name"].as_str().unwrap();
        assert!(check(folder.path(), &["explain", name], 0).contains(name));
        let report: serde_json::Value =
            serde_json::from_str(&check(folder.path(), &["explain", name, "--message-format", "json"], 0)).unwrap();
        assert!(report.to_string().contains("remedy"));
    }
    assert!(check(folder.path(), &["explain", "boxed"], 0).contains("PS06:boxed"));
    assert_eq!(check(folder.path(), &["explain", "PS08E"], 0), check(folder.path(), &["explain", "flashcopy-same-lss"], 0));
    assert!(check(folder.path(), &["explain", "--reference"], 0).starts_with('#'));
}

#[test]
fn every_list_has_lines() {
    let folder = folder(&[]);
    let command = dasdlab_harness::cli::command(&[]);
    let list = command.find_subcommand("list").unwrap();
    let what = list.get_positionals().next().unwrap();
    for value in what.get_possible_values() {
        assert!(!check(folder.path(), &["list", value.get_name()], 0).is_empty(), "{}", value.get_name());
    }
}

#[test]
fn every_shell_gets_a_completion_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(check(folder(&[]).path(), &["completions", shell], 0).contains("dasdlab"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_a_command_quietly() {
    for args in [&["schema", "scenario"][..], &["explain", "--reference"], &["completions", "bash"], &["--help"]] {
        let mut child = dasdlab(folder(&[]).path()).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let said: Said = child.wait_with_output().unwrap().into();
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_the_machines_failure() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let output = dasdlab(folder(&[]).path()).args(["schema", "site"]).stdout(full).output().unwrap();
    let said: Said = output.into();
    assert_eq!(said.code, Some(75));
    assert!(said.stderr.contains("cannot write the result"), "{}", said.stderr);
}

#[test]
fn replay_says_who_expects_what_where_the_scenario_and_the_oracle_differ() {
    let silent = BOXED.replacen("restore_scope = \"data-only\"\n", "", 1);
    let wrong = BOXED.replacen("return_code = 8", "return_code = 4", 1);
    assert!(silent != BOXED && wrong != BOXED);
    let folder = folder(&[("good.toml", BOXED), ("silent.toml", &silent), ("wrong.toml", &wrong)]);
    let replay = |name: &str, code: i32| check(folder.path(), &["replay", name], code);
    let said = replay("good.toml", 0);
    assert!(said.contains("\nexpected  return code 8, a backup permits restores: data-only, as the scenario and the oracle say"));
    assert!(!said.contains("\noracle"), "{said}");
    for (name, expected) in
        [("silent.toml", "return code 8"), ("wrong.toml", "return code 4, a backup permits restores: data-only")]
    {
        let said = replay(name, 70);
        assert!(said.contains(&format!("\nexpected  {expected}, as the scenario says\n  PS05E boxed [unit:1002]\n")), "{said}");
        let oracle =
            "\noracle    return code 8, a backup permits restores: data-only, as the oracle says\n  PS05E boxed [unit:1002]\n";
        assert!(said.contains(oracle), "{said}");
        assert!(!said.contains("the scenario and the oracle say"), "{said}");
    }
}

#[test]
fn no_control_character_of_a_file_reaches_the_terminal() {
    let text = BOXED.replacen("title = ", "id = \"i\\u001bc\\u009bd\\u007f\"\ntitle = \"a\\u001bb\\u009bc\\u007f\" #", 1);
    let wrong = text.replacen("return_code = 8", "return_code = 4", 1);
    let unknown = "format = 1\n\"x\u{9b}31m\\u001b\\u0085\" = 1 # \u{9b}\n";
    let folder = folder(&[("good.toml", &text), ("wrong.toml", &wrong), ("unknown.toml", unknown)]);
    for command in ["run", "replay", "check", "lint"] {
        for file in ["good.toml", "wrong.toml", "unknown.toml"] {
            for format in ["human", "json"] {
                let Said { stdout, stderr, .. } = say(folder.path(), &[command, file, "--message-format", format]);
                let said = stdout + &stderr;
                assert!(
                    !said.is_empty() && !said.contains(|c: char| c.is_control() && c != '\n'),
                    "{command} {file} {format}: {said:?}"
                );
            }
        }
    }
    assert!(say(folder.path(), &["replay", "good.toml"]).stdout.contains("a\u{fffd}b\u{fffd}c\u{fffd}"));
}
