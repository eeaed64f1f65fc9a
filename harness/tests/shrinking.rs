//! Large stories on which wrong implementations fail shrink to small ones that fail the same way.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it is measured and said how long shrinking takes")]

mod common;

use std::fs;
use std::time::{Duration as Elapsed, Instant};

use common::{Said, dasdlab, say};
use dasdlab_harness::judge::{Bench, Ours, Validator};
use dasdlab_harness::shrink::{Distinct, NotShrunk, Shrunk, shrink, signature};
use dasdlab_harness::story::actors::Actors;
use dasdlab_harness::story::wrong::WRONG;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{Mirrors, Site};
use dasdlab_model::states::{HostStatus, Method, MirrorState, ProfileState};
use dasdlab_model::story::{CommandKind, Do, Duration, NthCommand, PairRef, PlannedFault, RestoreKind, StoryStep, What, When};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::{Unit, VolumeRef};
use dasdlab_model::write::write;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::large::{LargeOptions, site};
use dasdlab_scenarios::shrink::Budget;
use dasdlab_scenarios::token::Token;

/// Volumes of a story; fewer where the program is not optimized.
const VOLUMES: u32 = if cfg!(debug_assertions) { 64 } else { 512 };
/// The most that may be left of it.
const LEFT: (usize, usize) = (4, 2);
/// The longest that it may take, where the program is optimized.
const LONGEST: Elapsed = Elapsed::from_secs(10);

/// Our machines, whose rules do not know a reason.
struct Ignoring(Reason);

impl Actors for Ignoring {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn dasdlab_harness::drive::Machine> {
        Ours.setup(profile, wait_ms, &[self.0])
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn dasdlab_harness::drive::Machine> {
        Ours.backup(profile, wait_ms, &[self.0])
    }

    fn restore(
        &self,
        profile: &ProfileName,
        kind: RestoreKind,
        generation: u8,
        wait_ms: u64,
    ) -> Box<dyn dasdlab_harness::drive::Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}

fn large(method: Method) -> Site {
    let options = LargeOptions { arrays: 2, volumes: VOLUMES, profiles: 2, method, ..LargeOptions::default() };
    site(&options).unwrap()
}

fn step(action: Do) -> StoryStep {
    StoryStep { name: String::new(), action, expect: None }
}

/// The `nth` source and target of the first profile.
fn pair(site: &Site, nth: u32) -> (Unit, Unit) {
    let mut left = nth;
    for mapping in &site.profiles[0].targets {
        if left < mapping.count {
            return (mapping.source.plus(left).unwrap(), mapping.target.plus(left).unwrap());
        }
        left -= mapping.count;
    }
    panic!("pair {nth}");
}

fn minutes(minutes: u64) -> Duration {
    Duration::of_ms(minutes * 60_000)
}

/// Eight steps, in the sixth of which a unit is seen in another status.
fn story(method: Method, vary: impl Fn(&Site) -> (Unit, HostStatus)) -> Scenario {
    let site = large(method);
    let (unit, status) = vary(&site);
    let (written, _) = pair(&site, 5);
    let setup = || step(Do::Setup { profile: None, wait: None, ignoring: Vec::new() });
    let backup = |alone| step(Do::Backup { profile: None, wait: None, alone, ignoring: Vec::new() });
    let steps = vec![
        setup(),
        backup(true),
        step(Do::Advance(minutes(30))),
        step(Do::Write { volume: VolumeRef::Unit(written), first: 15, tracks: 30 }),
        backup(false),
        step(Do::Vary { system: None, unit, status }),
        setup(),
        step(Do::Query { profile: None }),
    ];
    let profile = Some(site.profiles[0].name.clone());
    Scenario { format: 1, title: "large".to_owned(), profile, steps, site, ..Scenario::default() }
}

fn plain(method: Method) -> Scenario {
    story(method, |site| (pair(site, 7).1, HostStatus::Online))
}

fn boxed(method: Method) -> Scenario {
    story(method, |site| (pair(site, 11).0, HostStatus::Boxed))
}

/// A split is refused for a pair in the middle.
fn refused() -> Scenario {
    let pair = PairRef { generation: 1, nth: Some(12), ..PairRef::default() };
    let fault = PlannedFault {
        name: String::new(),
        what: What::Refuse { code: "injected".parse::<Refusal>().unwrap(), pair: Some(pair) },
        when: When::Command(NthCommand { kind: CommandKind::Split, nth: 1 }),
        lasts: None,
    };
    Scenario { faults: vec![fault], ..plain(Method::Bcv) }
}

/// The profile is ready, but its pairs are still copied.
fn copying() -> Scenario {
    let mut scenario = plain(Method::Bcv);
    let profile = &mut scenario.site.profiles[0];
    profile.state = Some(ProfileState::Ready);
    let mirrors = profile.targets.iter().map(|range| Mirrors {
        standard: VolumeRef::Unit(range.source),
        bcv: VolumeRef::Unit(range.target),
        count: range.count,
        state: MirrorState::SyncInProg,
    });
    scenario.site.mirrors = mirrors.collect();
    scenario.steps.remove(0);
    let query = scenario.steps.last().cloned().unwrap();
    scenario.steps.push(query);
    scenario
}

/// Logs are not among the sources any more after an edit; a setup that sees no logs lets it pass.
fn logs() -> Scenario {
    let mut scenario = plain(Method::Bcv);
    let profile = &mut scenario.site.profiles[0];
    let last = profile.sources.last().map(|range| range.unit.plus(range.count - 1).unwrap()).unwrap();
    for range in &mut profile.sources {
        if range.unit.plus(range.count - 1) == Some(last) {
            range.count -= 1;
        }
    }
    for range in &mut profile.targets {
        if range.source.plus(range.count - 1) == Some(last) {
            range.count -= 1;
        }
    }
    profile.sources.retain(|range| range.count > 0);
    profile.targets.retain(|range| range.count > 0);
    scenario
}

/// Shrinks the story; checks how large it is, that it fails the same way as a file and passes before our own machines.
#[track_caller]
fn check(name: &str, actors: &dyn Actors, scenario: &Scenario) -> Elapsed {
    let bench = Bench { actors, ..Bench::new(&Ours) };
    assert_eq!(scenario.steps.len(), 8, "{name}");
    let ours = Bench::new(&Ours).judge(scenario);
    assert!(ours.outcome.passed(), "{name}: {:?}", ours.outcome);
    let before = signature(&bench.judge(scenario));
    assert!(before.is_some(), "{name}: does not fail");
    let began = Instant::now();
    let shrunk = shrink(&bench, name, scenario, Budget::default()).unwrap();
    let took = began.elapsed();
    let Shrunk { after, tried, kept, .. } = &shrunk;
    println!("{name}: {} -> {after:?}, {kept} of {tried} kept, {took:?}", shrunk.signature);
    assert!(shrunk.finished, "{name}");
    let text = write(&Content::Scenario(Box::new(shrunk.scenario.clone())), Encoding::Toml).unwrap();
    assert!((after.volumes, after.steps) <= LEFT && after.steps <= LEFT.1, "{name}: {after:?}\n{:?}\n{text}", shrunk.passes);
    let Content::Scenario(read) = parse("shrunk.toml", text.clone(), Encoding::Toml).unwrap().content else { panic!("{text}") };
    assert_eq!(*read, shrunk.scenario, "{name}");
    assert_eq!(signature(&bench.judge(&read)), before, "{name}\n{text}");
    assert!(Bench::new(&Ours).judge(&read).outcome.passed(), "{name}\n{text}");
    if !cfg!(debug_assertions) {
        assert!(took <= LONGEST, "{name}: {took:?}");
    }
    took
}

#[test]
fn what_each_of_twelve_wrong_implementations_fails_shrinks_to_four_volumes_and_two_steps() {
    let ignoring = |reason: &str| -> Box<dyn Actors> { Box::new(Ignoring(reason.parse().unwrap())) };
    let wrong = |slug: &str| (WRONG.iter().find(|wrong| wrong.slug == slug).unwrap().make)();
    let bcv = || plain(Method::Bcv);
    let cases: [(&str, Box<dyn Actors>, Scenario); 12] = [
        ("says-ready-too-early", wrong("says-ready-too-early"), bcv()),
        ("splits-too-early", wrong("splits-too-early"), copying()),
        ("commands-in-spite-of-errors", wrong("commands-in-spite-of-errors"), boxed(Method::Bcv)),
        ("records-what-was-refused", wrong("records-what-was-refused"), refused()),
        ("splits-one-by-one", wrong("splits-one-by-one"), bcv()),
        ("swaps-source-and-target", wrong("swaps-source-and-target"), plain(Method::FlashCopy)),
        ("starts-anew", wrong("starts-anew"), bcv()),
        ("does-more-than-it-is-told", wrong("does-more-than-it-is-told"), bcv()),
        ("is-blind-to-logs", wrong("is-blind-to-logs"), logs()),
        ("ignores PS05:boxed", ignoring("PS05:boxed"), boxed(Method::FlashCopy)),
        ("ignores PS06:online", ignoring("PS06:online"), plain(Method::FlashCopy)),
        ("ignores PS02:missing", ignoring("PS02:missing"), logs()),
    ];
    let mut took: Vec<Elapsed> = cases.iter().map(|(name, actors, scenario)| check(name, actors.as_ref(), scenario)).collect();
    took.sort_unstable();
    println!("{VOLUMES} volumes and 8 steps: median {:?}, worst {:?}", took[took.len() / 2], took[took.len() - 1]);
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
fn check_setup(reason: &str, volumes: usize) -> Shrunk {
    let token = Token::new(0, 3).restricted(reason.parse().ok(), None).unwrap();
    let scenario = generate(&token).unwrap().scenario;
    let validator = Forgetful(reason.parse().unwrap());
    let bench = Bench::new(&validator);
    let shrunk = shrink(&bench, &token.to_string(), &scenario, Budget::default()).unwrap();
    assert_eq!(shrunk.signature.to_string(), format!("failed verdict: missing {reason}"));
    assert!(shrunk.after.volumes <= volumes && shrunk.after.volumes < shrunk.before.volumes, "{reason}: {shrunk:#?}");
    let expect = shrunk.scenario.expect.as_ref().unwrap();
    assert!(expect.findings.iter().any(|finding| reason.ends_with(&finding.reason)), "{reason}");
    let again = shrink(&bench, &token.to_string(), &scenario, Budget::default()).unwrap();
    assert_eq!(again, shrunk, "{reason}");
    shrunk
}

#[test]
fn generated_setups_shrink_to_the_volumes_of_the_finding() {
    for (reason, volumes) in [
        ("PS01:missing", 3),
        ("PS02:missing", 3),
        ("PS04:shared-volume", 2),
        ("PS05:boxed", 2),
        ("PS05:duplicate-volser", 3),
        ("PS06:online", 2),
        ("PS08:different-lss", 2),
        ("PS10:control-data", 2),
        ("PS14:missing-target", 2),
    ] {
        check_setup(reason, volumes);
    }
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
    check(&["promote", "good.toml", "."], 2, "no suite");
    assert!(dasdlab(folder.path()).args(["replay", "suite/boxed.toml"]).output().unwrap().status.success());
}
