//! Findings of generated setups are explained, and each is cleared by a change of the site that adds no other finding.
//!
//! `cargo test` takes a few. `DASDLAB_WHY=200` says how many; then the binary explains each of them (`DASDLAB_BINARY` says
//! which, such as the one that was built for release), and none may take two seconds.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]
#![expect(clippy::disallowed_methods, reason = "explanations are timed, and the caller says how many")]

mod common;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use common::say;
use dasdlab_harness::judge;
use dasdlab_harness::why::{Explained, explain, picked, sentence};
use dasdlab_model::declare::declare;
use dasdlab_model::finding::{Finding, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::rng::Rng;
use dasdlab_scenarios::token::Token;
use tempfile::TempDir;

/// How many findings are explained where nobody says.
const FEW: usize = 12;
/// How long one may take, where it was asked for.
const LIMIT: Duration = Duration::from_secs(2);
/// From which seed everything is drawn.
const SEED: u64 = 2026;

/// How many are to be explained, where somebody says.
fn asked() -> Option<usize> {
    std::env::var("DASDLAB_WHY").ok().map(|count| count.parse().unwrap())
}

/// The reasons of checks.
fn reasons() -> Vec<Reason> {
    Reason::ALL.iter().copied().filter(|reason| reason.rule() < Rule::PS16).collect()
}

/// A finding of a generated setup.
struct Drawn {
    token: Token,
    scenario: Scenario,
    profile: ProfileName,
    verdict: Verdict,
    finding: Finding,
}

impl Drawn {
    /// A random finding of this setup, of this reason where one is given.
    fn of(token: Token, reason: Option<Reason>, rng: &mut Rng) -> Option<Self> {
        let scenario = generate(&token).ok()?.scenario;
        let profile = judge::profile(&scenario).unwrap();
        let seen = declare(&scenario.site).unwrap();
        let verdict = dasdlab_validator::check(&seen, &profile).unwrap();
        let fits = |finding: &&Finding| reason.is_none_or(|reason| reason == finding.reason);
        let findings: Vec<&Finding> = verdict.findings.iter().filter(fits).collect();
        let finding = (*rng.choose(&findings)?).clone();
        Some(Self { token, scenario, profile, verdict, finding })
    }

    fn explained(&self) -> Explained {
        let seen = declare(&self.scenario.site).unwrap();
        explain(&self.scenario.site, &seen, &self.verdict, &self.profile, &self.finding)
    }

    fn name(&self) -> String {
        format!("{} '{}'", self.token, picked(&self.finding))
    }
}

/// Findings of setups of many seeds: the reasons of the table one after the other, then whatever comes.
fn drawn(count: usize) -> impl Iterator<Item = Drawn> {
    let mut rng = Rng::new(SEED).child("why");
    let mut reasons = reasons();
    rng.shuffle(&mut reasons);
    let mut reasons = reasons.into_iter();
    std::iter::from_fn(move || {
        let reason = reasons.next();
        let draw = |rng: &mut Rng| {
            let token = Token::new(rng.word(), rng.below(1_000));
            let only = reason.map(|reason| reason.to_string().parse().unwrap());
            Drawn::of(token.restricted(only, None).unwrap(), reason, rng)
        };
        (0..1_000).find_map(|_| draw(&mut rng))
    })
    .take(count)
}

#[test]
fn findings_of_generated_setups_are_cleared_by_a_verified_change() {
    let count = asked().unwrap_or(FEW);
    let mut seen: BTreeSet<Reason> = BTreeSet::new();
    let mut failed = Vec::new();
    let mut took = Vec::new();
    for drawn in drawn(count) {
        seen.insert(drawn.finding.reason);
        let started = Instant::now();
        let cleared = if asked().is_some() { by_binary(&drawn) } else { in_process(&drawn) };
        took.push((started.elapsed(), drawn.name()));
        if let Err(why) = cleared {
            failed.push(format!("{}: {why}", drawn.name()));
        }
    }
    assert_eq!(took.len(), count);
    took.sort_unstable();
    let (median, (worst, name)) = (took[count / 2].0, took.last().unwrap());
    println!(
        "{} of {count} findings of {} reasons cleared; median {median:?}, worst {worst:?} ({name})",
        count - failed.len(),
        seen.len()
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    if asked().is_some() {
        assert!(count < reasons().len() || seen.len() == reasons().len(), "{} reasons", seen.len());
        assert!(*worst < LIMIT, "{worst:?} for {name}");
    }
}

/// What the library finds.
fn in_process(drawn: &Drawn) -> Result<(), String> {
    let explained = drawn.explained();
    let Some(change) = &explained.change else { return Err("nothing clears it".to_owned()) };
    let adds: Vec<String> = change.adds.iter().map(picked).collect();
    let said = format!("{} adds {adds:?}, verified {}, tried {}", sentence(&change.edits), change.verified, change.tried);
    if explained.facts.is_empty() {
        return Err("no facts".to_owned());
    }
    if explained.is_cleared() { Ok(()) } else { Err(said) }
}

/// What the binary says.
fn by_binary(drawn: &Drawn) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let (token, finding) = (drawn.token.to_string(), picked(&drawn.finding));
    let said = say(folder.path(), &["why", &token, &finding, "--message-format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).map_err(|_| format!("{said:?}"))?;
    let change = &report["findings"][0]["change"];
    let cleared = change["verified"] == true && change["adds"].as_array().is_some_and(Vec::is_empty);
    if said.code == Some(0) && cleared { Ok(()) } else { Err(said.stdout) }
}

/// A folder with a scenario in which one source is boxed.
fn boxed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(say(folder.path(), &["new", "scenario", "boxed.toml"]).code, Some(0));
    folder
}

#[test]
fn a_finding_is_explained_with_its_lines_and_the_change_that_clears_it() {
    let folder = boxed();
    let said = say(folder.path(), &["why", "boxed.toml"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!("boxed", said.stdout);
}

#[test]
fn a_near_miss_says_by_how_much() {
    let folder = tempfile::tempdir().unwrap();
    let near = |name: &str| {
        let said = say(folder.path(), &["why", name, "--message-format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        report["findings"].as_array().unwrap().iter().map(|one| one["near_miss"]["said"].to_string()).collect::<Vec<_>>()
    };
    for (name, part) in [
        ("corpus/target-one-cylinder-short", "1 cylinder short"),
        ("corpus/level-nine-is-below-ten", "1 below: 9 is less than 10 in the second number"),
        ("corpus/level-with-a-fix-missing", "2 of 3 required fixes missing"),
        ("corpus/flashcopy-twelve-relations-taken", "1 relation too many: 12 relations and 1 generation make 13 of 12"),
        ("corpus/level-of-a-newer-family", "is above"),
        ("corpus/source-boxed", "null"),
    ] {
        assert!(near(name).iter().any(|said| said.contains(part)), "{name}: {:?}", near(name));
    }
}

#[test]
fn the_changed_site_is_written_and_has_lost_the_finding() {
    let folder = boxed();
    let said = say(folder.path(), &["why", "boxed.toml", "PS05:boxed", "--write", "mended.toml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stderr.contains("mended.toml is written"), "{}", said.stderr);
    let checked = say(folder.path(), &["check", "mended.toml"]);
    assert!(!checked.stdout.contains("boxed"), "{}", checked.stdout);
    // The scenario expects what is now there, and is judged by it.
    assert_eq!(say(folder.path(), &["run", "mended.toml"]).code, Some(0));
    assert!(std::fs::read_to_string(folder.path().join("mended.toml")).unwrap().contains('#'), "comments are kept");
}

#[test]
fn a_site_without_findings_has_nothing_to_explain() {
    let folder = tempfile::tempdir().unwrap();
    let said = say(folder.path(), &["why", "corpus/clean-bcv-full"]);
    assert_eq!(said.code, Some(0));
    assert!(said.stdout.contains("nothing to explain"), "{}", said.stdout);
}

#[track_caller]
fn check_refused(args: &[&str], message: &str) {
    let folder = boxed();
    let said = say(folder.path(), &[&["why"], args].concat());
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains(message), "{}", said.stderr);
}

#[test]
fn a_finding_that_is_not_there_is_refused_with_those_that_are() {
    check_refused(&["boxed.toml", "PS05:offline"], "findings of this profile: PS05:boxed@");
    check_refused(&["boxed.toml", "PS05:boxed@FFFF"], "findings of this profile: PS05:boxed@");
    check_refused(&["boxed.toml", "PS05:boxd"], "is not a reason of PS05");
    check_refused(&["corpus/clean-bcv-full", "PS05"], "the profile has none");
    check_refused(&["nothing.toml"], "nothing.toml");
    check_refused(&["boxed.toml", "--profile", "NONE"], "there is no profile");
    check_refused(&["boxed.toml", "--write", "out.txt"], "extension");
}

#[test]
fn every_finding_of_the_corpus_has_its_facts_and_is_cleared() {
    let mut left = Vec::new();
    let every = if asked().is_some() { 1 } else { 12 };
    for (file, text) in dasdlab_scenarios::corpus::FILES.iter().step_by(every).filter(|(file, _)| *file != "suite.toml") {
        let document = parse(file, (*text).to_owned(), Encoding::Toml).unwrap();
        let Content::Scenario(scenario) = &document.content else { continue };
        let profile = judge::profile(scenario).unwrap();
        let seen = declare(&scenario.site).unwrap();
        let verdict = dasdlab_validator::check(&seen, &profile).unwrap();
        for finding in &verdict.findings {
            let explained = explain(&scenario.site, &seen, &verdict, &profile, finding);
            if !explained.is_cleared() || explained.facts.is_empty() {
                left.push(format!("{file} {}", picked(finding)));
            }
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}
