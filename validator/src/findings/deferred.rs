//! Findings that a fact of a row, or a comparison of a pair, decides alone. Subjects and evidence are read from the inventory
//! when they are asked for: deciding reads nothing but the facts and the number of a unit.

use dasdlab_model::finding::{Finding, Severity, Side};
use dasdlab_model::reasons::{Reason, Rule};

use super::{Findings, Record, Subject};
use crate::inventory::Inventory;
use crate::rules::{VisitRow, entry};

/// What a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// Its subjects and facts are held.
    Held,
    /// A row of sources.
    Source,
    /// A row of targets.
    Target,
    /// A row of pairs.
    Pair,
}

/// A finding that a fact or a comparison decides, as far as it is the same for every row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decided {
    reason: Reason,
    severity: Severity,
    rule: usize,
    row: Row,
    /// What its second subject adds to the order; a pair's is its other unit.
    second: u32,
}

impl Decided {
    /// The finding with this reason of rows of this kind.
    pub(crate) fn new(reason: Reason, row: Row) -> Self {
        let info = reason.info();
        let side = if row == Row::Source { Side::Source } else { Side::Target };
        let second = if info.subjects.len() == 2 { Subject::Side(side).order().0 } else { 0 };
        let severity = info.severities.first().copied().unwrap_or(Severity::E);
        Self { reason, severity, rule: info.rule as usize, row, second }
    }
}

impl<'a> Findings<'a> {
    /// From now on findings of rows of this inventory can be deferred; not if there are such of another one.
    pub(crate) fn defers(&mut self, inventory: &'a Inventory) -> bool {
        std::ptr::eq(*self.deferred.get_or_insert(inventory), inventory)
    }

    /// Adds what is decided of this source or target row; its unit has this number.
    pub(crate) fn defer(&mut self, decided: &Decided, row: u32, unit: u32) {
        let order = (u64::from(super::value::unit_order(unit)) << 32) | u64::from(decided.second);
        self.put(decided, row, order);
    }

    /// Adds what is decided of this pair, the units of whose subjects have these numbers.
    pub(crate) fn defer_pair(&mut self, decided: &Decided, row: u32, units: (u32, u32)) {
        let order = |unit| u64::from(super::value::unit_order(unit));
        self.put(decided, row, (order(units.0) << 32) | order(units.1));
    }

    fn put(&mut self, decided: &Decided, row: u32, order: u64) {
        let Decided { reason, severity, rule, row: of, .. } = *decided;
        if let Some(records) = self.rules.get_mut(rule) {
            records.push(Record { order, at: row, row: of, reason, severity });
        }
    }
}

/// The subjects of a record that was deferred.
pub(super) fn subjects<'a>(inventory: &'a Inventory, record: &Record) -> [Option<Subject<'a>>; 3] {
    let side = |side| (record.reason.info().subjects.len() == 2).then_some(Subject::Side(side));
    let mapping = &inventory.mapping;
    match record.row {
        Row::Held => [None; 3],
        Row::Source => [mapping.source(record.at).map(|row| Subject::Unit(row.unit)), side(Side::Source), None],
        Row::Target => [mapping.target(record.at).map(|row| Subject::Unit(row.unit)), side(Side::Target), None],
        Row::Pair => {
            let Some(pair) = mapping.pairs.get(record.at as usize) else { return [None; 3] };
            let source = mapping.source(pair.source).map(|row| Subject::Unit(row.unit));
            let target = mapping.target(pair.target).map(|row| Subject::Unit(row.unit));
            let target_first = record.reason.rule() == Rule::PS06;
            let (one, other) = if target_first { (target, source) } else { (source, target) };
            [one, other, Some(Subject::Generation(pair.generation))]
        }
    }
}

/// Who says what there is to say of rows of each kind, for one rule.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    rule: usize,
    source: Option<VisitRow>,
    target: Option<VisitRow>,
    pair: Option<VisitRow>,
}

impl Parts {
    /// The parts of this rule.
    pub(super) fn new(rule: Rule) -> Self {
        let Some(entry) = entry(rule) else { return Self::default() };
        Self {
            rule: rule as usize,
            source: entry.sources.map(|part| part.visit),
            target: entry.targets.map(|part| part.visit),
            pair: entry.pairs.map(|part| part.visit),
        }
    }

    /// The finding of a record that was deferred: the rule says all that it has to say of the row, and this is one of it. The room
    /// is for findings of this rule alone.
    pub(super) fn written<'a>(&self, inventory: &'a Inventory, record: &Record, room: &mut Findings<'a>) -> Option<Finding> {
        let visit = match record.row {
            Row::Held => None,
            Row::Source => self.source,
            Row::Target => self.target,
            Row::Pair => self.pair,
        };
        room.held.clear();
        room.rules.get_mut(self.rule)?.clear();
        visit?(inventory, record.at, room);
        let said = room.rules.get(self.rule)?.iter().find(|said| said.reason == record.reason)?;
        Some(room.held_finding(said))
    }
}
