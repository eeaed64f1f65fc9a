//! One piece of work: a scenario is made, judged, and made and judged again without one of its defects.

use std::borrow::Cow;
use std::collections::BTreeSet;

use dasdlab_model::reasons::Rule;
use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::generate::{Generated, Planted, generate};
use dasdlab_scenarios::token::Token;

use super::clock::Clock;
use super::digest;
use super::event::{Blame, Finished, Origin, Status, StoryFinished, Trouble};
use super::plan::{Filter, Item};
use crate::coverage::Seen;
use crate::coverage::keys::{Key, KeySet};
use crate::coverage::story::StoryKey;
use crate::judge::{Bench, FaultKind, Judged, Outcome, panics};

/// The most differences of one scenario that are reported; a validator that is wrong everywhere is wrong enough.
const MAX_DIFFERENCES: usize = 50;

/// A scenario that was judged, and what the run adds up.
#[derive(Debug, Clone)]
pub struct Result {
    /// What is reported.
    pub finished: Finished,
    /// What goes into the digest.
    pub hash: u128,
    /// What goes into the coverage.
    pub seen: Seen,
    /// What a story met, for its coverage.
    pub met: BTreeSet<StoryKey>,
}

/// What came of a piece of work: nothing where it was not selected.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Which piece it was.
    pub index: u64,
    /// The scenarios judged.
    pub results: Vec<Result>,
}

impl Piece {
    /// Whether everything passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.results.iter().all(|result| matches!(result.finished.status, Status::Passed | Status::Unsupported))
    }
}

/// Does a piece of work.
#[must_use]
pub fn work(index: u64, item: &Item<'_>, filter: &Filter, bench: &Bench<'_>) -> Piece {
    let results = match item {
        Item::File(entry) if filter.selects(&entry.id, &entry.scenario) => {
            vec![judged(Origin::File, &entry.id, &entry.replay, bench, || Ok(Cow::Borrowed(&entry.scenario))).0]
        }
        Item::File(_) => Vec::new(),
        Item::Setup(token) => setup(token, filter, bench),
        Item::Story(token) => story(token, filter, bench),
    };
    Piece { index, results }
}

/// What a token generates; none, and why, where the generator fails or panics.
fn made(token: &Token) -> std::result::Result<Generated, String> {
    panics::catch(|| generate(token))?.map_err(|error| error.to_string())
}

/// Judges a generated story.
fn story(token: &Token, filter: &Filter, bench: &Bench<'_>) -> Vec<Result> {
    let id = token.to_string();
    let generated = made(token);
    if generated.as_ref().is_ok_and(|generated| !filter.selects(&id, &generated.scenario)) {
        return Vec::new();
    }
    let scenario = || generated.map(|Generated { scenario, .. }| Cow::Owned(scenario));
    vec![judged(Origin::Generated, &id, &id, bench, scenario).0]
}

/// Judges a generated setup, and its counterpart without one of its defects.
fn setup(token: &Token, filter: &Filter, bench: &Bench<'_>) -> Vec<Result> {
    let id = token.to_string();
    let generated = made(token);
    let planted = match &generated {
        Ok(generated) if !filter.selects(&id, &generated.scenario) => return Vec::new(),
        Ok(generated) => generated.planted.clone(),
        Err(_) => Vec::new(),
    };
    let scenario = || generated.map(|Generated { scenario, .. }| Cow::Owned(scenario));
    let (first, verdict_keys) = judged(Origin::Generated, &id, &id, bench, scenario);
    let mut results = vec![first];
    if let Some(ordinal) = left_out(&planted) {
        let token = token.clone().without(ordinal);
        let id = token.to_string();
        // The relations were asked of the same world before.
        let bench = Bench { relations: false, ..*bench };
        let scenario = || made(&token).map(|Generated { scenario, .. }| Cow::Owned(scenario));
        let (mut counterpart, keys_without) = judged(Origin::Counterpart, &id, &id, &bench, scenario);
        let caused: KeySet = planted.get(ordinal).map(keys).unwrap_or_default();
        if let (Some(with), Some(without)) = (verdict_keys, keys_without) {
            counterpart.seen.absent = caused.and(with).without(without);
        }
        results.push(counterpart);
    }
    results
}

/// Which defect to leave out: the first that says anything, else the first.
fn left_out(planted: &[Planted]) -> Option<usize> {
    let first = planted.iter().position(|planted| !planted.keys.is_empty());
    first.or(if planted.is_empty() { None } else { Some(0) })
}

fn keys(planted: &Planted) -> KeySet {
    planted.keys.iter().map(|&(reason, side)| Key { reason, side }).collect()
}

/// Makes and judges a scenario, and says which keys the validator reported, if it said anything.
fn judged<'a>(
    origin: Origin,
    id: &str,
    replay: &str,
    bench: &Bench<'_>,
    make: impl FnOnce() -> std::result::Result<Cow<'a, Scenario>, String>,
) -> (Result, Option<KeySet>) {
    let clock = Clock::start();
    let judged = match make() {
        Ok(scenario) => bench.judge(&scenario),
        Err(message) => Judged::without(Outcome::HarnessFault { kind: FaultKind::Panic, differences: Vec::new(), message }),
    };
    let mut needs = Vec::new();
    let (status, trouble) = match judged.outcome {
        Outcome::Passed => (Status::Passed, None),
        Outcome::Failed { signature, differences, message } => {
            (Status::Failed, Some((Blame::Validator(signature), differences, message)))
        }
        Outcome::HarnessFault { kind, differences, message } => {
            (Status::HarnessFault, Some((Blame::Harness(kind), differences, message)))
        }
        Outcome::Errored { message } => (Status::Errored, Some((Blame::Process, Vec::new(), message))),
        Outcome::Unsupported { needs: missing } => {
            needs = missing;
            (Status::Unsupported, None)
        }
    };
    let ended = match &trouble {
        None => status.as_str().to_owned(),
        Some((blame, ..)) => format!("{} {}", status.as_str(), blame.as_str()),
    };
    let trouble = trouble.map(|(signature, mut differences, message)| {
        let more_differences = differences.len().saturating_sub(MAX_DIFFERENCES);
        differences.truncate(MAX_DIFFERENCES);
        let replay = format!("dasdlab replay {replay}");
        Trouble { signature, differences, more_differences, message, recorded: judged.recorded, replay }
    });
    let verdict = judged.verdict.as_ref();
    let present = verdict.map(KeySet::of);
    let mut rules: Vec<Rule> = verdict.iter().flat_map(|verdict| verdict.findings.iter().map(|finding| finding.rule())).collect();
    rules.sort_unstable();
    rules.dedup();
    let finished = Finished {
        id: id.to_owned(),
        status,
        origin,
        return_code: verdict.map(|verdict| verdict.return_code),
        findings: verdict.map_or(0, |verdict| verdict.findings.len()),
        volumes: judged.volumes,
        duration_us: Some(u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX)),
        trouble,
        story: judged.story.as_deref().map(StoryFinished::from),
        rules,
        needs,
    };
    let hash = digest::outcome(id, &ended, verdict, judged.story.as_ref().map(|story| story.hash));
    let met = judged.story.map(|story| story.met).unwrap_or_default();
    // What stories met is counted by itself: their findings are not about one declared site.
    let present = present.filter(|_| finished.story.is_none());
    let seen = Seen { present: present.unwrap_or_default(), absent: KeySet::default() };
    (Result { finished, hash, seen, met }, present)
}
