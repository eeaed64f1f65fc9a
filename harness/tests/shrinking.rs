//! Large stories on which wrong implementations fail shrink to small ones that fail the same way.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it is measured and said how long shrinking takes")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration as Elapsed, Instant};

use common::{Said, dasdlab, say};
use dasdlab_harness::judge::{Bench, Ours, Validator};
use dasdlab_harness::shrink::large::{Case, STEPS, cases};
use dasdlab_harness::shrink::{Distinct, NotShrunk, Shrunk, shrink, shrink_within, signature};
use dasdlab_harness::story::wrong::WRONG;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::write::write;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::shrink::Budget;
use dasdlab_scenarios::token::Token;

/// Volumes of a story; `ci/60-shrink` does the same with 512 of them.
const VOLUMES: u32 = 64;
/// The most that may be left of it.
const LEFT: (usize, usize) = (4, 2);

fn text(scenario: &Scenario) -> String {
    write(&Content::Scenario(Box::new(scenario.clone())), Encoding::Toml).unwrap()
}

/// What must hold of everything that was shrunk: it is no larger, reads back as it was written, fails the same way, and
/// stays as it is when it is shrunk once more.
#[track_caller]
fn check_shrunk(bench: &Bench<'_>, name: &str, scenario: &Scenario) -> Shrunk {
    let before = signature(&bench.judge(scenario)).unwrap_or_else(|| panic!("{name} does not fail"));
    let shrunk = shrink(bench, name, scenario, Budget::default()).unwrap();
    let text = text(&shrunk.scenario);
    assert!(shrunk.finished, "{name}: {:?}", shrunk.passes);
    assert_eq!(shrunk.signature, before, "{name}");
    let sizes = [shrunk.before, shrunk.after].map(|size| [size.volumes, size.data_sets, size.profiles, size.steps, size.faults]);
    assert!(sizes[0].iter().zip(&sizes[1]).all(|(before, after)| after <= before), "{name}: {sizes:?}");
    let Content::Scenario(read) = parse("shrunk.toml", text.clone(), Encoding::Toml).unwrap().content else { panic!("{text}") };
    assert_eq!(*read, shrunk.scenario, "{name}");
    assert_eq!(signature(&bench.judge(&read)), Some(before), "{name}\n{text}");
    let again = shrink(bench, "shrunk", &read, Budget::default()).unwrap();
    assert_eq!(again.scenario, *read, "{name}: shrunk once more\n{text}");
    shrunk
}

/// The same scenario gives the same result.
#[track_caller]
fn check_twice(bench: &Bench<'_>, name: &str, scenario: &Scenario) -> Shrunk {
    let shrunk = check_shrunk(bench, name, scenario);
    assert_eq!(shrink(bench, name, scenario, Budget::default()).unwrap(), shrunk, "{name}: another time");
    shrunk
}

/// Shrinks a large story; our own machines must pass it before and after.
#[track_caller]
fn check_large(case: &Case) -> Elapsed {
    let Case { name, actors, scenario } = case;
    let bench = Bench { actors: actors.as_ref(), ..Bench::new(&Ours) };
    assert_eq!(scenario.steps.len(), STEPS, "{name}");
    let ours = Bench::new(&Ours).judge(scenario);
    assert!(ours.outcome.passed() && ours.volumes == VOLUMES as usize, "{name}: {:?}", ours.outcome);
    let began = Instant::now();
    let Shrunk { scenario, after, tried, kept, signature, .. } = check_shrunk(&bench, name, scenario);
    let took = began.elapsed();
    println!("{name}: {signature} -> {after:?}, {kept} of {tried} kept, {took:?} with all that is asked");
    assert!(after.volumes <= LEFT.0 && after.steps <= LEFT.1, "{name}: {after:?}\n{}", text(&scenario));
    assert!(Bench::new(&Ours).judge(&scenario).outcome.passed(), "{name}\n{}", text(&scenario));
    took
}

#[test]
fn what_each_of_twelve_wrong_implementations_fails_shrinks_to_four_volumes_and_two_steps() {
    let cases = cases(VOLUMES).unwrap();
    assert_eq!(cases.len(), 12);
    let mut took: Vec<Elapsed> = cases.iter().map(check_large).collect();
    took.sort_unstable();
    println!("median {:?}, worst {:?}", took[took.len() / 2], took[took.len() - 1]);
}

#[test]
fn generated_stories_that_a_wrong_implementation_fails_shrink() {
    for wrong in WRONG {
        let actors = (wrong.make)();
        let bench = Bench { actors: actors.as_ref(), ..Bench::new(&Ours) };
        let fails = |index| {
            let token = Token::story(5, index);
            let scenario = generate(&token).unwrap().scenario;
            signature(&bench.judge(&scenario)).map(|_| (token.to_string(), scenario))
        };
        // Some of them are seldom met.
        if let Some((name, scenario)) = (0..6).find_map(fails) {
            let shrunk = check_twice(&bench, &name, &scenario);
            assert!(shrunk.after.volumes <= LEFT.0 && shrunk.after.steps <= LEFT.1, "{name}\n{}", text(&shrunk.scenario));
        }
    }
}

/// A validator that never reports one reason.
struct Forgetful(Reason);

impl Validator for Forgetful {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let mut verdict = Ours.check(observation, profile)?;
        verdict.findings.retain(|finding| finding.reason != self.0);
        Some(verdict)
    }
}

/// Shrinks a generated setup of a defect that a validator forgets.
#[track_caller]
fn check_setup(reason: Reason, volumes: usize) -> Option<Shrunk> {
    let token = reason.to_string().parse().and_then(|defect| Token::new(0, 3).restricted(Some(defect), None)).ok()?;
    let scenario = generate(&token).unwrap().scenario;
    let validator = Forgetful(reason);
    let shrunk = check_twice(&Bench::new(&validator), &token.to_string(), &scenario);
    assert_eq!(shrunk.signature.to_string(), format!("failed verdict: missing {reason}"));
    assert!(shrunk.after.volumes <= volumes && shrunk.after.volumes < shrunk.before.volumes, "{reason}: {shrunk:#?}");
    let expect = shrunk.scenario.expect.as_ref().unwrap();
    assert!(expect.findings.iter().any(|finding| reason.to_string().ends_with(&finding.reason)), "{reason}");
    assert!(shrunk.scenario.title.starts_with("Missing: "), "{}", shrunk.scenario.title);
    Some(shrunk)
}

#[test]
fn generated_setups_shrink_to_the_volumes_of_the_finding() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for &reason in Reason::ALL {
        // Too many relations need as many volumes.
        if let Some(shrunk) = check_setup(reason, if reason == Reason::Ps07RelationLimit { 13 } else { 3 }) {
            files.push(format!("{}.toml", reason.to_string().replace(':', "-")));
            fs::write(folder.path().join(files.last().unwrap()), text(&shrunk.scenario)).unwrap();
        }
    }
    assert!(files.len() > 70, "{}", files.len());
    for command in [vec!["lint"], vec!["fmt", "--check"]] {
        let args: Vec<&str> = command.into_iter().chain(files.iter().map(String::as_str)).collect();
        let said = say(folder.path(), &args);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
}

#[test]
fn setups_with_arbitrary_states_shrink() {
    for index in [12, 31, 35] {
        let token = Token::undirected(5, index);
        let scenario = generate(&token).unwrap().scenario;
        for &reason in Reason::ALL {
            let validator = Forgetful(reason);
            let bench = Bench::new(&validator);
            if signature(&bench.judge(&scenario)).is_some() {
                check_shrunk(&bench, &format!("{token} without {reason}"), &scenario);
            }
        }
    }
}

#[test]
fn things_are_called_by_what_they_are_for() {
    let reason = Reason::Ps06Boxed;
    let token = Token::new(0, 3).restricted(reason.to_string().parse().ok(), None).unwrap();
    let validator = Forgetful(reason);
    let shrunk = shrink(&Bench::new(&validator), "it", &generate(&token).unwrap().scenario, Budget::default()).unwrap();
    insta::assert_snapshot!(text(&shrunk.scenario));
}

#[test]
fn a_budget_is_kept_and_what_was_found_by_then_is_given() {
    let token = Token::new(0, 3).restricted("PS08:different-lss".parse().ok(), None).unwrap();
    let scenario = generate(&token).unwrap().scenario;
    let validator = Forgetful("PS08:different-lss".parse().unwrap());
    let shrunk = shrink(&Bench::new(&validator), "it", &scenario, Budget { candidates: 20 }).unwrap();
    assert!(!shrunk.finished && shrunk.tried <= 30, "{}", shrunk.tried);
    assert_eq!(signature(&Bench::new(&validator).judge(&shrunk.scenario)), Some(shrunk.signature));
}

#[test]
fn a_limit_of_no_time_gives_what_is_there() {
    let token = Token::new(0, 3).restricted("PS08:different-lss".parse().ok(), None).unwrap();
    let scenario = generate(&token).unwrap().scenario;
    let validator = Forgetful(Reason::Ps08DifferentLss);
    let bench = Bench::new(&validator);
    let shrunk = shrink_within(&bench, "it", &scenario, Budget::default(), Some(Elapsed::ZERO)).unwrap();
    assert!(!shrunk.finished && shrunk.tried <= 10, "{}", shrunk.tried);
    assert_eq!(signature(&bench.judge(&shrunk.scenario)), Some(shrunk.signature));
}

#[test]
fn a_scenario_that_passes_is_not_shrunk() {
    let scenario = generate(&Token::new(0, 0)).unwrap().scenario;
    assert_eq!(shrink(&Bench::new(&Ours), "it", &scenario, Budget::default()).unwrap_err(), NotShrunk::Passes);
}

#[test]
fn failures_with_one_cause_are_counted_as_one() {
    let mut distinct = Distinct::default();
    let validator = Forgetful("PS05:boxed".parse().unwrap());
    for index in 0..6 {
        let token = Token::new(0, index).restricted("PS05:boxed".parse().ok(), None).unwrap();
        let judged = Bench::new(&validator).judge(&generate(&token).unwrap().scenario);
        if let Some(signature) = signature(&judged) {
            distinct.count(signature, &token.to_string());
        }
    }
    let counted: Vec<(String, usize)> = distinct.iter().map(|(signature, count, _)| (signature.to_string(), count)).collect();
    assert!(counted.contains(&("failed verdict: missing PS05:boxed".to_owned(), 6)), "{counted:?}");
}

/// A scenario that passes, with a boxed source.
const GOOD: &str = include_str!("../src/cli/templates/scenario.toml");

#[test]
fn the_commands_shrink_a_file_and_put_it_into_a_suite_once() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = GOOD.replace("return_code = 8", "return_code = 4");
    assert_ne!(wrong, GOOD);
    for (name, text) in [("good.toml", GOOD), ("wrong.toml", &wrong)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::create_dir(folder.path().join("suite")).unwrap();
    fs::write(folder.path().join("suite/suite.toml"), "format = 1\nname = \"kept\"\n").unwrap();
    let check = |args: &[&str], code: i32, words: &str| -> String {
        let Said { stdout, stderr, code: found } = say(folder.path(), args);
        assert_eq!(found, Some(code), "{args:?}: {stdout}{stderr}");
        assert!(stdout.contains(words) || stderr.contains(words), "{args:?}: {stdout}{stderr}");
        stdout
    };
    check(&["shrink", "good.toml"], 1, "nothing to shrink");
    check(&["shrink", "nowhere.toml"], 2, "nowhere.toml");
    check(&["shrink", "wrong.toml", "-o", "small.toml"], 0, "harness-fault expectation: return code");
    let small = fs::read_to_string(folder.path().join("small.toml")).unwrap();
    assert!(small.len() < wrong.len(), "{small}");
    assert_eq!(check(&["shrink", "wrong.toml", "--quiet"], 0, "title"), small);
    check(&["--message-format", "json", "shrink", "wrong.toml"], 0, "\"finished\":true");
    check(&["replay", "small.toml"], 70, "harness-fault");
    check(&["fmt", "--check", "small.toml"], 0, "");
    check(&["promote", "small.toml", "suite"], 0, "kept/the-harness-is-at-fault-expectation-return-code-expected-4");
    check(&["promote", "small.toml", "suite"], 2, "is in the suite already");
    check(&["promote", "good.toml", "suite", "--id", "Not a name"], 2, "is no name");
    check(&["promote", "good.toml", "suite", "--id", "boxed"], 0, "kept/boxed");
    check(&["promote", "wrong.toml", "suite", "--id", "boxed"], 2, "another scenario called `boxed`");
    // What is in a suite is run with it, and stays as it is when it is shrunk once more.
    let kept = "suite/the-harness-is-at-fault-expectation-return-code-expected-4.toml";
    check(&["run", "suite", "--no-times"], 70, "2 judged: 1 passed, 0 failed, 1 harness faults");
    check(&["shrink", kept, "-o", "again.toml"], 0, "harness-fault expectation: return code");
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(read("again.toml"), read(kept));
    check(&["promote", "good.toml", "."], 2, "no suite");
    assert!(dasdlab(folder.path()).args(["replay", "suite/boxed.toml"]).output().unwrap().status.success());
}

/// Our validator behind a script; what it is asked goes through `before`, and what it answers through `after`.
fn outside(folder: &Path, before: &str, after: &str) {
    let implement = format!("{} implement", env!("CARGO_BIN_EXE_dasdlab"));
    let script = format!(
        "while IFS= read -r line; do\n  case \"$line\" in\n    {before}\n    *) printf '%s\\n' \"$line\" ;;\n  esac\ndone \
         | {implement} {after}\n"
    );
    fs::write(folder.join("sut.sh"), script).unwrap();
}

/// Shrinks a generated setup with a boxed source before the implementation.
#[track_caller]
fn check_outside(before: &str, after: &str, more: &[&str], words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    outside(folder.path(), before, after);
    let mut args = vec!["shrink", "g1-0000000000000000-3,only=PS05:boxed", "--sut", "cmd:sh sut.sh", "-o", "small.toml"];
    args.extend(more);
    let Said { stdout, stderr, code } = say(folder.path(), &args);
    assert_eq!(code, Some(0), "{before}{after}: {stdout}{stderr}");
    assert!(words.iter().all(|word| stderr.contains(word)), "{before}{after}: {stderr}");
    fs::read_to_string(folder.path().join("small.toml")).unwrap()
}

#[test]
fn what_an_implementation_outside_says_wrongly_is_shrunk() {
    let after = r#"| sed -u 's/"reason":"boxed"/"reason":"offline"/'"#;
    let small =
        check_outside("no-such-line) ;;", after, &[], &["failed verdict: reason PS05:offline for PS05:boxed", "to 1 volume"]);
    assert!(small.contains("title = \"Reason of PS05E boxed [unit:1000]: expected PS05:boxed, found PS05:offline\""), "{small}");
}

#[test]
fn what_an_implementation_outside_dies_of_is_shrunk() {
    let before = r#"*'"boxed"'*) echo "KeyError: '5400'" >&2; exit 7 ;;"#;
    let small = check_outside(before, "", &[], &["errored process: KeyError; its output ended", "to 1 volume"]);
    assert!(small.contains("status = \"boxed\""), "{small}");
}

#[test]
fn what_an_implementation_outside_does_not_answer_is_shrunk_for_a_while() {
    let before = r#"*'"boxed"'*) sleep 30 ;;"#;
    let words = ["errored process: it has not answered within # s", "more may go"];
    check_outside(before, "", &["--time-limit", "1", "--within", "1"], &words);
}

#[test]
fn an_implementation_outside_that_is_right_or_cannot_be_asked_leaves_nothing_to_shrink() {
    let folder = tempfile::tempdir().unwrap();
    outside(folder.path(), "no-such-line) ;;", "");
    let check = |args: &[&str], sut: &str, expected: i32| {
        let said = say(folder.path(), &[args, &["--sut", sut]].concat());
        assert_eq!(said.code, Some(expected), "{args:?}: {said:?}");
    };
    check(&["shrink", "g1-0000000000000000-3,only=PS05:boxed"], "cmd:sh sut.sh", 1);
    check(&["shrink", "g1-0000000000000000-3,only=PS05:boxed"], "cmd:no-such-program", 4);
    fs::write(
        folder.path().join("life.sh"),
        r#"read -r hello
echo '{"id":0,"hello":{"protocol":1,"name":"x","features":["life"]}}'
read -r bye"#,
    )
    .unwrap();
    check(&["shrink", "g1-0000000000000000-3,only=PS05:boxed"], "cmd:sh life.sh", 3);
}
