//! One piece of work: a scenario is made, judged, and made and judged again without one of its defects.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::factors::Factors;
use dasdlab_scenarios::generate::{Generated, Planted, counterpart, generate};
use dasdlab_scenarios::token::Token;

use super::clock::Clock;
use super::digest;
use super::plan::{Asked, Filter, Item};
use crate::coverage::keys::{Key, KeySet};
use crate::coverage::tuples::FactorsRow;
use crate::judge::{Bench, FaultKind, Judged, Outcome, panics};
use crate::known::Known;
use crate::results::counts::Status;
use crate::results::row::{Origin, Row, StoryRow, Trouble};
use crate::shrink::signature;
use crate::twin::draw::Draw;
use crate::twin::record::Record;

/// Who judges, and by what.
#[derive(Clone, Copy)]
pub struct Judging<'a> {
    /// Those who take part.
    pub bench: Bench<'a>,
    /// What is known not to pass.
    pub known: &'a Known,
    /// What is said behind the command that runs a scenario alone, with a space in front.
    pub replay: &'a str,
    /// Of which scenarios it is kept what happened.
    pub keep: Keep<'a>,
}

/// Of which scenarios it is kept what happened.
#[derive(Debug, Clone, Copy)]
pub enum Keep<'a> {
    /// Of none.
    Nothing,
    /// Of those that are drawn.
    Drawn(&'a Draw),
    /// Of all, so many bytes.
    Everything(usize),
}

impl Keep<'_> {
    /// How many bytes are kept of what happened in a scenario.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Drawn(draw) => draw.bytes(),
            Self::Everything(bytes) => bytes,
        }
    }

    /// How many bytes are kept of this piece of work.
    fn of(self, index: u64, item: &Item<'_>) -> usize {
        match self {
            Self::Drawn(draw) if !draw.wants(index, item) => 0,
            keep => keep.bytes(),
        }
    }
}

impl<'a> Judging<'a> {
    /// Judging on this bench, where nothing is known not to pass.
    #[must_use]
    pub fn new(bench: Bench<'a>) -> Self {
        static NOTHING: LazyLock<Known> = LazyLock::new(Known::default);
        Self { bench, known: &NOTHING, replay: "", keep: Keep::Nothing }
    }
}

/// What came of a piece of work: nothing where it was not selected.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Which piece it was.
    pub index: u64,
    /// The scenarios judged.
    pub rows: Vec<Row>,
    /// Whether the implementation was given up meanwhile, so that errors may be nobody's.
    pub is_doubtful: bool,
}

impl Piece {
    /// A piece of work of which nothing was selected.
    #[must_use]
    pub const fn nothing(index: u64) -> Self {
        Self { index, rows: Vec::new(), is_doubtful: false }
    }

    /// Whether the implementation under test could not be judged in some scenario.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.rows.iter().any(|row| row.status == Status::Errored)
    }

    /// Whether nobody has to look at it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.rows.iter().any(|row| row.status.is_trouble())
    }
}

/// Does a piece of work.
#[must_use]
pub fn work(index: u64, item: &Item<'_>, filter: &Filter, judging: &Judging<'_>) -> Piece {
    let bench = Bench { log: judging.keep.of(index, item), ..judging.bench };
    let judging = &Judging { bench, ..*judging };
    let desk = Desk { index, filter, judging };
    let rows = match item {
        Item::File(entry) => match filter.asked(&entry.id, &entry.scenario) {
            Asked::No => Vec::new(),
            Asked::Skip => vec![desk.skipped(Origin::File, &entry.id)],
            Asked::Yes => vec![desk.judged(Origin::File, &entry.id, &entry.replay, Made::written(&entry.scenario)).0],
        },
        Item::Setup(token) => desk.setup(token),
        Item::Story(token) => desk.story(token),
    };
    Piece { index, rows, is_doubtful: false }
}

/// What was judged, unless its factors cannot be: then the harness is at fault, whatever the validator said.
fn held(judged: Judged, factors: Option<&Factors>) -> Judged {
    match factors.and_then(Factors::impossible) {
        Some(message) if !judged.outcome.is_fault() => {
            Judged { outcome: Outcome::HarnessFault { kind: FaultKind::Impossible, differences: Vec::new(), message }, ..judged }
        }
        _ => judged,
    }
}

/// What a token generates; none, and why, where the generator fails or panics.
pub(crate) fn made(token: &Token) -> Result<Generated, String> {
    panics::catch(|| generate(token))?.map_err(|error| error.to_string())
}

/// The same without one of its defects; none, and why, where the generator fails or panics.
fn made_without(whole: &Generated, token: &Token, ordinal: usize) -> Result<Generated, String> {
    panics::catch(|| counterpart(whole, token, ordinal))?.map_err(|error| error.to_string())
}

/// Which defect to leave out: the first that says anything, else the first.
pub(crate) fn left_out(planted: &[Planted]) -> Option<usize> {
    let first = planted.iter().position(|planted| !planted.keys.is_empty());
    first.or(if planted.is_empty() { None } else { Some(0) })
}

fn keys(planted: &Planted) -> KeySet {
    planted.keys.iter().map(|&(reason, side)| Key { reason, side }).collect()
}

/// A scenario to judge, with what is known of it from making it.
struct Made<'a> {
    scenario: Cow<'a, Scenario>,
    factors: Option<Factors>,
    declared: Option<Observation>,
}

impl<'a> Made<'a> {
    /// Of what was planted by the generator, and of nothing else, it is known what it is.
    const fn written(scenario: &'a Scenario) -> Result<Self, String> {
        Ok(Self { scenario: Cow::Borrowed(scenario), factors: None, declared: None })
    }

    fn generated(Generated { scenario, factors, declared, .. }: Generated) -> Self {
        Self { scenario: Cow::Owned(scenario), factors, declared }
    }
}

/// Where one piece of work is done.
struct Desk<'a> {
    index: u64,
    filter: &'a Filter,
    judging: &'a Judging<'a>,
}

impl Desk<'_> {
    /// Judges a generated story.
    fn story(&self, token: &Token) -> Vec<Row> {
        let id = token.to_string();
        let generated = made(token);
        match self.asked(&id, &generated) {
            Asked::No => Vec::new(),
            Asked::Skip => vec![self.skipped(Origin::Generated, &id)],
            Asked::Yes => vec![self.judged(Origin::Generated, &id, &id, generated.map(Made::generated)).0],
        }
    }

    /// Judges a generated setup, and its counterpart without one of its defects.
    fn setup(&self, token: &Token) -> Vec<Row> {
        let id = token.to_string();
        let generated = made(token);
        match self.asked(&id, &generated) {
            Asked::No => return Vec::new(),
            Asked::Skip => return vec![self.skipped(Origin::Generated, &id)],
            Asked::Yes => {}
        }
        let left_out = generated.as_ref().ok().and_then(|generated| {
            let ordinal = left_out(&generated.planted)?;
            let caused: KeySet = generated.planted.get(ordinal).map(keys).unwrap_or_default();
            Some((ordinal, caused, made_without(generated, token, ordinal)))
        });
        let (first, verdict_keys) = self.judged(Origin::Generated, &id, &id, generated.map(Made::generated));
        let mut rows = vec![first];
        if let Some((ordinal, caused, without)) = left_out {
            let id = token.clone().without(ordinal).to_string();
            // The relations were asked of the same world before.
            let bench = Bench { relations: false, ..self.judging.bench };
            let desk = Desk { judging: &Judging { bench, ..*self.judging }, ..*self };
            let (mut counterpart, keys_without) = desk.judged(Origin::Counterpart, &id, &id, without.map(Made::generated));
            if let (Some(with), Some(without)) = (verdict_keys, keys_without) {
                counterpart.absent = caused.and(with).without(without);
            }
            rows.push(counterpart);
        }
        rows
    }

    /// Whether a scenario is asked for; one that cannot be generated always is, so that somebody hears of it.
    fn asked(&self, id: &str, generated: &Result<Generated, String>) -> Asked {
        generated.as_ref().map_or(Asked::Yes, |generated| self.filter.asked(id, &generated.scenario))
    }

    /// A scenario that the user has left out.
    fn skipped(&self, origin: Origin, id: &str) -> Row {
        self.row(origin, id, Status::Skipped)
    }

    /// A row of which no more is known than how it ended.
    fn row(&self, origin: Origin, id: &str, status: Status) -> Row {
        Row {
            index: self.index,
            id: id.to_owned(),
            status,
            origin,
            hash: digest::outcome(id, status.as_str(), None, None),
            return_code: None,
            findings: 0,
            volumes: 0,
            duration_us: None,
            rules: Vec::new(),
            present: KeySet::default(),
            absent: KeySet::default(),
            factors: None,
            story: None,
            trouble: None,
            needs: Vec::new(),
            known: None,
            record: None,
        }
    }

    /// Judges a scenario that was made, and says which keys the validator reported, if it said anything.
    fn judged(&self, origin: Origin, id: &str, replay: &str, made: Result<Made<'_>, String>) -> (Row, Option<KeySet>) {
        let clock = Clock::start();
        let mut factors = None;
        let judged = match made {
            Ok(made) => {
                let judged = self.judging.bench.judge_declared(&made.scenario, made.declared);
                factors = made.factors;
                held(judged, factors.as_ref())
            }
            Err(message) => Judged::without(Outcome::HarnessFault { kind: FaultKind::Panic, differences: Vec::new(), message }),
        };
        let duration_us = Some(u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX));
        let ended = judged.outcome.status();
        let verdict = judged.verdict.as_ref();
        let present = verdict.map(KeySet::of);
        let mut rules: Vec<Rule> =
            verdict.iter().flat_map(|verdict| verdict.findings.iter().map(|finding| finding.rule())).collect();
        rules.sort_unstable();
        rules.dedup();
        let signature = signature(&judged).map(|signature| signature.to_string());
        let trouble = judged.outcome.broken().map(|broken| {
            let signature = signature.clone().unwrap_or_else(|| format!("{ended} {broken}"));
            Trouble {
                recorded: judged.recorded.clone(),
                replay: format!("dasdlab replay {replay}{}", self.judging.replay),
                ..Trouble::new(broken, signature, judged.outcome.differences(), judged.outcome.message())
            }
        });
        let said = match judged.outcome.broken() {
            None => ended.as_str().to_owned(),
            Some(broken) => format!("{ended} {broken}"),
        };
        let signature = trouble.as_ref().map(|trouble| trouble.signature.as_str());
        let (status, known) = self.judging.known.counts_as(id, ended, signature);
        let row = Row {
            // What is known does not change what happened: the digest does not depend on it.
            hash: digest::outcome(id, &said, verdict, judged.story.as_ref().map(|story| story.hash)),
            return_code: verdict.map(|verdict| verdict.return_code),
            findings: verdict.map_or(0, |verdict| verdict.findings.len()),
            volumes: judged.volumes,
            duration_us,
            rules,
            // What stories met is counted by itself: their findings are not about one declared site.
            present: present.filter(|_| judged.story.is_none()).unwrap_or_default(),
            factors: factors.filter(|_| verdict.is_some()).map(FactorsRow::from),
            story: judged.story.as_deref().map(StoryRow::from),
            needs: judged.outcome.needs().iter().map(|&need| need.to_owned()).collect(),
            known,
            record: (self.judging.bench.log > 0).then(|| Arc::new(Record::of(&judged))),
            trouble,
            ..self.row(origin, id, status)
        };
        (row, present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_that_cannot_be_is_a_fault_of_the_harness() {
        let generated = made(&"g1-0000000000000000-1,only=PS05:boxed/alone,status=boxed".parse().unwrap()).unwrap();
        let mut factors = generated.factors.unwrap();
        let passed = Judged::without(Outcome::Passed);
        assert!(held(passed.clone(), Some(&factors)).outcome.passed());
        // As if a boxed unit had been measured as usual.
        factors.setting.status = dasdlab_scenarios::factors::Status::Usual;
        let outcome = held(passed, Some(&factors)).outcome;
        assert_eq!((outcome.status(), outcome.broken()), (Status::HarnessFault, Some("impossible")));
        assert!(outcome.message().contains("status=usual defect=PS05:boxed/alone occurred"), "{}", outcome.message());
    }
}
