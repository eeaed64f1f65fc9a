//! How two runs differ, scenario by scenario and rule by rule.
//!
//! Scenarios are the same where their ids are. Of the first run no more is kept than what is compared, some sixty bytes a
//! scenario; the second one is read along it, so that a million scenarios need no gigabytes.

use std::collections::BTreeMap;

use dasdlab_model::reasons::Rule;
use serde::Serialize;

use super::counts::Status;
use super::row::Row;
use super::source::Source;
use crate::cli::Problem;
use crate::run::digest::{Hash, Hasher};

/// In which way a scenario differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It passed, and does not any more.
    Broken,
    /// It did not pass, and does now.
    Fixed,
    /// It does not pass in either, for another cause.
    FailsOtherwise,
    /// It ended in another way.
    Status,
    /// It ended in the same way, but the verdict or what happened in the story is another.
    Verdict,
    /// Only the first run has it.
    OnlyA,
    /// Only the second run has it.
    OnlyB,
}

impl Change {
    /// Every way to differ.
    pub const ALL: &[Self] =
        &[Self::Broken, Self::Fixed, Self::FailsOtherwise, Self::Status, Self::Verdict, Self::OnlyA, Self::OnlyB];

    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Fixed => "fixed",
            Self::FailsOtherwise => "fails-otherwise",
            Self::Status => "status",
            Self::Verdict => "verdict",
            Self::OnlyA => "only-a",
            Self::OnlyB => "only-b",
        }
    }
}

/// How a scenario ended in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// How it ended.
    pub status: Status,
    /// How it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// A scenario that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// In which way.
    pub change: Change,
    /// Its id.
    pub id: String,
    /// How it ended in the first run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<Side>,
    /// How it ended in the second run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<Side>,
    /// Rules about which the two say something else, as far as can be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// In how many scenarios what is said about a rule differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct OfRule {
    /// Only the first run has findings of it.
    pub only_a: u64,
    /// Only the second run has findings of it.
    pub only_b: u64,
    /// Both have or neither has, but only one of them is wrong about it, or they are wrong in different ways.
    pub otherwise: u64,
}

/// What the two come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// How many scenarios are the same in both.
    pub same: u64,
    /// How many differ in each way.
    pub counts: BTreeMap<&'static str, u64>,
    /// How many differ about each rule.
    pub rules: BTreeMap<String, OfRule>,
    /// How many judged by both differ in no rule that could be named.
    pub no_rule: u64,
}

impl Differences {
    /// How many scenarios differ.
    #[must_use]
    pub fn differ(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// What is kept of a scenario of the first run.
#[derive(Clone, Copy)]
struct Kept {
    id: u128,
    hash: Hash,
    rules: u32,
    /// Where its signature stands among all, from 1; 0 where it has none.
    signature: u32,
    status: Status,
    met: bool,
}

/// What is kept of the first run.
#[derive(Default)]
struct First {
    rows: Vec<Kept>,
    signatures: Vec<String>,
    known: BTreeMap<String, u32>,
}

fn id_of(id: &str) -> u128 {
    let mut hasher = Hasher::default();
    hasher.write(id.as_bytes());
    hasher.finish()
}

fn bit(rule: Rule) -> u32 {
    let at = Rule::ALL.iter().position(|&known| known == rule);
    at.and_then(|at| u32::try_from(at).ok()).map_or(0, |at| 1_u32.checked_shl(at).unwrap_or(0))
}

fn bits(rules: impl IntoIterator<Item = Rule>) -> u32 {
    rules.into_iter().fold(0, |all, rule| all | bit(rule))
}

/// The rules that a signature names.
fn named(signature: Option<&str>) -> u32 {
    let words = signature.unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric());
    bits(words.filter(|word| word.starts_with("PS")).filter_map(|word| word.parse().ok()))
}

const fn passes(status: Status) -> bool {
    matches!(status, Status::Passed | Status::UnexpectedPass)
}

const fn fails(status: Status) -> bool {
    matches!(status, Status::Failed | Status::Errored | Status::HarnessFault | Status::ExpectedFailure)
}

impl First {
    fn of(source: &Source) -> Result<Self, Problem> {
        let mut first = Self::default();
        source.each(|row| {
            first.add(&row);
            Ok(())
        })?;
        // What is there twice stays in its order.
        first.rows.sort_by_key(|kept| kept.id);
        Ok(first)
    }

    fn add(&mut self, row: &Row) {
        let signature = match row.trouble.as_ref().map(|trouble| trouble.signature.as_str()) {
            None => 0,
            Some(text) => self.known.get(text).copied().unwrap_or_else(|| {
                self.signatures.push(text.to_owned());
                let at = u32::try_from(self.signatures.len()).unwrap_or(u32::MAX);
                self.known.insert(text.to_owned(), at);
                at
            }),
        };
        let rules = bits(row.rules.iter().copied());
        self.rows.push(Kept { id: id_of(&row.id), hash: row.hash, rules, signature, status: row.status, met: false });
    }

    /// The next scenario of this id that was not asked for before.
    fn take(&mut self, id: &str) -> Option<Kept> {
        let id = id_of(id);
        let from = self.rows.partition_point(|kept| kept.id < id);
        let found = self.rows.iter_mut().skip(from).take_while(|kept| kept.id == id).find(|kept| !kept.met)?;
        found.met = true;
        Some(*found)
    }

    fn signature(&self, kept: Kept) -> Option<&str> {
        let at = usize::try_from(kept.signature).ok()?.checked_sub(1)?;
        self.signatures.get(at).map(String::as_str)
    }
}

fn side(row: &Row) -> Side {
    Side { status: row.status, signature: row.trouble.as_ref().map(|trouble| trouble.signature.clone()) }
}

impl Kept {
    /// In which way a scenario is another one now; none where it is the same.
    fn change(self, before: Option<&str>, now: &Row) -> Option<Change> {
        let signature = now.trouble.as_ref().map(|trouble| trouble.signature.as_str());
        let of_status = self.status == now.status;
        if passes(self.status) && fails(now.status) {
            Some(Change::Broken)
        } else if fails(self.status) && passes(now.status) {
            Some(Change::Fixed)
        } else if of_status && before != signature {
            Some(Change::FailsOtherwise)
        } else if !of_status {
            Some(Change::Status)
        } else {
            (self.hash != now.hash).then_some(Change::Verdict)
        }
    }
}

impl Differences {
    fn count(&mut self, change: Change) {
        *self.counts.entry(change.as_str()).or_default() += 1;
    }

    /// Counts what is said about each rule, and names the rules about which something else is said.
    fn of_rules(&mut self, kept: Kept, before: Option<&str>, now: &Row) -> Vec<String> {
        let signature = now.trouble.as_ref().map(|trouble| trouble.signature.as_str());
        let (a, b) = (kept.rules, bits(now.rules.iter().copied()));
        let otherwise = if before == signature { 0 } else { named(before) | named(signature) };
        let mut rules = Vec::new();
        for &rule in Rule::ALL {
            let has = |of: u32| of & bit(rule) != 0;
            let of_rule = match (has(a), has(b)) {
                (true, false) => OfRule { only_a: 1, ..OfRule::default() },
                (false, true) => OfRule { only_b: 1, ..OfRule::default() },
                _ if has(otherwise) => OfRule { otherwise: 1, ..OfRule::default() },
                _ => continue,
            };
            let sum = self.rules.entry(rule.to_string()).or_default();
            sum.only_a += of_rule.only_a;
            sum.only_b += of_rule.only_b;
            sum.otherwise += of_rule.otherwise;
            rules.push(rule.to_string());
        }
        self.no_rule += u64::from(rules.is_empty());
        rules
    }
}

/// Compares two runs and tells every scenario that differs: first those of the second run in their order, then those that
/// only the first one has.
///
/// # Errors
/// Results are damaged, or what `tell` says.
pub fn diff(a: &Source, b: &Source, tell: &mut dyn FnMut(&Differs) -> Result<(), Problem>) -> Result<Differences, Problem> {
    let mut first = First::of(a)?;
    let counts = Change::ALL.iter().map(|change| (change.as_str(), 0)).collect();
    let mut all = Differences { counts, ..Differences::default() };
    b.each(|row| {
        let Some(kept) = first.take(&row.id) else {
            all.count(Change::OnlyB);
            let b = Some(side(&row));
            return tell(&Differs { change: Change::OnlyB, id: row.id, a: None, b, rules: Vec::new() });
        };
        let before = first.signature(kept);
        let Some(change) = kept.change(before, &row) else {
            all.same += 1;
            return Ok(());
        };
        all.count(change);
        let rules = all.of_rules(kept, before, &row);
        let (a, b) = (Side { status: kept.status, signature: before.map(str::to_owned) }, side(&row));
        tell(&Differs { change, id: row.id, a: Some(a), b: Some(b), rules })
    })?;
    // What was met is not taken again: what still can be, only the first run has.
    first.rows.retain(|kept| !kept.met);
    if first.rows.is_empty() {
        return Ok(all);
    }
    a.each(|row| {
        if first.take(&row.id).is_none() {
            return Ok(());
        }
        all.count(Change::OnlyA);
        let a = Some(side(&row));
        tell(&Differs { change: Change::OnlyA, id: row.id, a, b: None, rules: Vec::new() })
    })?;
    Ok(all)
}
