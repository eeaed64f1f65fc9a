//! Findings while they are made: records of one size. Of those that a fact of a row decides alone the record is all; of the
//! others subjects and facts are held as numbers and borrowed names in one vector. All is decided and in order; text is written
//! when somebody wants them as they are read and sent.

mod deferred;
mod value;

use std::cmp::Ordering;
use std::fmt;

use dasdlab_model::finding::{self, Evidence, Finding, Severity};
use dasdlab_model::name::Volser;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::tables::Texts;

use deferred::Parts;
pub(crate) use deferred::{Decided, Row};
pub(crate) use value::{Device, Fact, LssOf, Subject, Text};

use crate::inventory::Inventory;

/// Findings in the making, of inventories that outlive them.
#[derive(Debug, Clone, Default)]
pub struct Findings<'a> {
    /// The records of each rule.
    rules: [Vec<Record>; Rule::ALL.len()],
    /// Of each record that is held its subjects and then its facts; members of lists stand before the facts that they belong to.
    held: Vec<Fact<'a>>,
    /// Where all others are read from.
    deferred: Option<&'a Inventory>,
    /// Memory for the findings of shares.
    rooms: Vec<Self>,
}

/// One finding.
#[derive(Debug, Clone, Copy)]
struct Record {
    /// Orders as the first two subjects do, as far as numbers can: see [`order`].
    order: u64,
    /// Where its subjects begin, or its row.
    at: u32,
    row: Row,
    reason: Reason,
    severity: Severity,
}

impl<'a> Findings<'a> {
    /// Adds a finding of a reason that has one severity. Facts stand in the order of the reason's evidence.
    pub(crate) fn add<const S: usize, const N: usize>(
        &mut self,
        reason: Reason,
        subjects: [Subject<'a>; S],
        facts: [Fact<'a>; N],
    ) {
        let severity = reason.info().severities.first().copied().unwrap_or(Severity::E);
        self.add_as(severity, reason, subjects, facts);
    }

    /// Adds a finding of a reason whose severity policy decides.
    pub(crate) fn add_as<const S: usize, const N: usize>(
        &mut self,
        severity: Severity,
        reason: Reason,
        subjects: [Subject<'a>; S],
        facts: [Fact<'a>; N],
    ) {
        debug_assert_eq!(reason.info().evidence.len(), N, "{reason}");
        debug_assert_eq!(reason.info().subjects.len(), S, "{reason}");
        debug_assert!(reason.info().severities.contains(&severity), "{reason}");
        let record = Record { order: order(&subjects), at: self.next(), row: Row::Held, reason, severity };
        self.held.extend(subjects.map(Fact::text));
        self.held.extend(facts);
        if let Some(records) = self.rules.get_mut(reason.rule() as usize) {
            records.push(record);
        }
    }

    /// A fact that is a list, of any order and with repetitions: it is written ascending and without.
    pub(crate) fn list<T: Into<Text<'a>>>(&mut self, texts: impl IntoIterator<Item = T>) -> Fact<'a> {
        let from = self.next();
        self.held.extend(texts.into_iter().map(Fact::text));
        Fact::List(from, self.next())
    }

    /// Where the next record begins. No site has findings enough to fill 32 bits.
    fn next(&self) -> u32 {
        u32::try_from(self.held.len()).unwrap_or(u32::MAX)
    }

    /// Forgets all findings and keeps the memory for others.
    pub fn clear(&mut self) {
        self.rules.iter_mut().for_each(Vec::clear);
        self.held.clear();
        self.deferred = None;
    }

    /// So many findings to be made beside each other and appended afterwards, in memory of earlier ones where there is such.
    pub(crate) fn rooms(&mut self, count: usize) -> Vec<Self> {
        let mut rooms = std::mem::take(&mut self.rooms);
        rooms.resize_with(count, Self::default);
        rooms
    }

    /// Takes in what was found of a share of the same inventory, and keeps its memory.
    pub(crate) fn append(&mut self, mut share: Self) {
        let before = self.next();
        for (records, of_share) in self.rules.iter_mut().zip(&share.rules) {
            records.extend(of_share.iter().map(|record| match record.row {
                Row::Held => Record { at: record.at + before, ..*record },
                _ => *record,
            }));
        }
        self.held.extend(share.held.iter().map(|fact| match *fact {
            Fact::List(from, to) => Fact::List(from + before, to + before),
            fact => fact,
        }));
        share.clear();
        self.rooms.push(share);
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.iter().map(Vec::len).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.iter().all(Vec::is_empty)
    }

    /// How many findings this rule has.
    #[must_use]
    pub fn of_rule(&self, rule: Rule) -> usize {
        self.rules.get(rule as usize).map_or(0, Vec::len)
    }

    /// Reason and severity of each finding, rule by rule, in the order of findings once they are sorted.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, Severity)> + '_ {
        self.records().map(|record| (record.reason, record.severity))
    }

    /// The same with the subjects.
    pub(crate) fn with_subjects(&self) -> impl Iterator<Item = (Reason, Severity, impl Iterator<Item = Subject<'a>> + Clone)> {
        self.records().map(|record| (record.reason, record.severity, subjects(&self.held, self.deferred, record)))
    }

    /// The highest severity.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.records().map(|record| record.severity).max()
    }

    /// Brings the findings into their order: rule, subjects, reason. Rules add them nearly in order; the sort finds runs.
    pub fn sort(&mut self) {
        let Self { rules, held, deferred, .. } = self;
        for records in rules {
            // Mostly they stand in order, and numbers alone say so.
            if records.is_sorted_by(|a, b| a.order < b.order) {
                continue;
            }
            records.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| compare(held, *deferred, a, b)));
        }
    }

    /// The findings as they are read and sent, in their order.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.sort();
        let mut findings = Vec::with_capacity(self.len());
        let mut room = Findings::default();
        for (rule, records) in Rule::ALL.iter().zip(&self.rules).filter(|(_, records)| !records.is_empty()) {
            let parts = Parts::new(*rule);
            findings.extend(records.iter().filter_map(|record| match self.deferred.filter(|_| record.row != Row::Held) {
                Some(inventory) => parts.written(inventory, record, &mut room),
                None => Some(self.held_finding(record)),
            }));
        }
        findings
    }

    fn records(&self) -> impl Iterator<Item = &Record> {
        self.rules.iter().flatten()
    }

    fn held_finding(&self, record: &Record) -> Finding {
        let info = record.reason.info();
        let facts = self.held.get(record.at as usize + info.subjects.len()..).unwrap_or_default();
        let facts = facts.iter().map(|fact| self.spelled(*fact));
        Finding {
            reason: record.reason,
            severity: record.severity,
            subjects: subjects(&self.held, None, record).filter_map(Subject::spelled).collect(),
            evidence: Evidence(info.evidence.iter().map(|&(key, _)| key).zip(facts).collect()),
        }
    }

    /// The fact in the words of the model.
    fn spelled(&self, fact: Fact<'a>) -> finding::Fact {
        match fact {
            Fact::Number(number) => finding::Fact::Number(number),
            Fact::Text(text) => written(text),
            Fact::Label(label) => written(Volser::from_packed(*label)),
            Fact::ReservedBy(system) => written(*system),
            Fact::Cause(cause) => written(cause),
            Fact::List(from, to) => {
                let members = self.held.get(from as usize..to as usize).unwrap_or_default();
                finding::Fact::list(members.iter().filter_map(|held| match held {
                    Fact::Text(text) => *text,
                    _ => None,
                }))
            }
        }
    }
}

/// The order of two findings of a rule that numbers do not tell apart. What one fact decides and what another decides of the same
/// row has the same subjects.
fn compare<'a>(held: &[Fact<'a>], deferred: Option<&'a Inventory>, a: &Record, b: &Record) -> Ordering {
    // Mostly these are findings of two data sets.
    if let (Some((names, one)), Some((others, other))) = (data_set(held, a), data_set(held, b)) {
        let by_name = names.get(one).cmp(&others.get(other));
        if by_name.is_ne() {
            return by_name;
        }
    }
    let same_row = a.row != Row::Held && (a.row, a.at) == (b.row, b.at);
    let subjects = |record| subjects(held, deferred, record);
    let by_subjects = if same_row { Ordering::Equal } else { subjects(a).cmp(subjects(b)) };
    by_subjects.then_with(|| a.reason.slug().cmp(b.reason.slug()))
}

/// The data set that a finding which is held is about first.
fn data_set<'a>(held: &[Fact<'a>], record: &Record) -> Option<(&'a Texts, u32)> {
    match held.get(record.at as usize) {
        Some(&Fact::Text(Some(Text::Subject(Subject::DataSet(names, number))))) if record.row == Row::Held => {
            Some((names, number))
        }
        _ => None,
    }
}

/// The text; empty where there is none.
fn written(text: Option<impl fmt::Display>) -> finding::Fact {
    text.map_or_else(|| finding::Fact::Text(String::new()), finding::Fact::text)
}

/// A number that orders as subjects do. The second counts only where the first is known by its number; findings of the same
/// number are told apart by their subjects.
fn order(subjects: &[Subject<'_>]) -> u64 {
    let (first, exact) = subjects.first().map_or((0, false), |subject| subject.order());
    let (second, _) = subjects.get(1).filter(|_| exact).map_or((0, false), |subject| subject.order());
    (u64::from(first) << 32) | u64::from(second)
}

/// What a finding is about, one after the other.
fn subjects<'a>(
    held: &[Fact<'a>],
    deferred: Option<&'a Inventory>,
    record: &Record,
) -> impl Iterator<Item = Subject<'a>> + Clone {
    let subjects = match deferred.filter(|_| record.row != Row::Held) {
        Some(inventory) => deferred::subjects(inventory, record),
        None => {
            let held = held.get(record.at as usize..).unwrap_or_default();
            let mut held = held.iter().take(record.reason.info().subjects.len()).map(|held| match held {
                Fact::Text(Some(Text::Subject(subject))) => Some(*subject),
                _ => None,
            });
            [(); 3].map(|()| held.next().flatten())
        }
    };
    subjects.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_takes_sixteen_bytes() {
        assert_eq!(size_of::<Record>(), 16);
    }
}
