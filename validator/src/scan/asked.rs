//! What rules ask of rows and pairs: which facts are findings, which concern a rule that has to visit the row, and groups in
//! which rows are read.

use super::share::Share;
use super::{BLOCK, search};
use crate::findings::{Decided, Findings, Row};
use crate::inventory::{Inventory, bits};
use crate::rules::{PairPart, RowPart, VisitRow};

/// What some rules ask of each row of a column.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Facts that concern any of them.
    pub(crate) mask: u32,
    /// For each fact, the finding that it is by itself.
    decided: [Option<Decided>; 32],
    visits: Vec<VisitRow>,
    /// For each fact, one bit for each visit that it concerns.
    concerns: [u32; 32],
}

impl Asked {
    /// What these parts ask of rows of this kind. If findings can be deferred, facts that are findings by themselves are
    /// entered as such, and nothing else is read of their rows.
    pub(crate) fn new(parts: impl Iterator<Item = RowPart>, row: Row, defers: bool) -> Self {
        let mut this = Self { mask: 0, decided: [None; 32], visits: Vec::new(), concerns: [0; 32] };
        let mut taken = 0;
        for part in parts {
            this.mask |= part.mask;
            if defers && !part.decided.is_empty() && part.mask & taken == 0 {
                taken |= part.mask;
                for &(fact, reason) in part.decided {
                    if let Some(entry) = this.decided.get_mut(fact.trailing_zeros() as usize) {
                        *entry = Some(Decided::new(reason, row));
                    }
                }
                continue;
            }
            let number = this.visits.len();
            this.visits.push(part.visit);
            for (fact, concerned) in this.concerns.iter_mut().enumerate() {
                *concerned |= ((part.mask >> fact) & 1) << number;
            }
        }
        this
    }

    /// Has every row of this share with a fact that concerns a rule reported; `unit` is the number of the unit of a row.
    pub(super) fn visit<'a>(
        &self,
        facts: &[u32],
        share: Share,
        unit: impl Fn(u32) -> Option<u32>,
        inventory: &'a Inventory,
        findings: &mut Findings<'a>,
    ) {
        let visit = |row: u32, facts: u32, unit: u32| self.visit_row(row, facts, unit, inventory, findings);
        let mut group = Group::new(unit, visit);
        search(facts, share, self.mask, |row, facts| group.add(row, facts));
        group.finish();
    }

    /// Reports a row with these facts, which concern a rule.
    pub(crate) fn visit_row<'a>(&self, row: u32, facts: u32, unit: u32, inventory: &'a Inventory, findings: &mut Findings<'a>) {
        let mut concerned = 0;
        for fact in bits(0, facts.into()) {
            if let Some(Some(decided)) = self.decided.get(fact as usize) {
                findings.defer(decided, row, unit);
            }
            concerned |= self.concerns.get(fact as usize).copied().unwrap_or(0);
        }
        if concerned == 0 {
            return;
        }
        for number in bits(0, concerned.into()) {
            if let Some(visit) = self.visits.get(number as usize) {
                visit(inventory, row, findings);
            }
        }
    }
}

/// What some rules ask of each pair.
#[derive(Debug, Clone)]
pub(crate) struct AskedOfPairs<'e> {
    parts: Vec<&'e PairPart>,
    defers: bool,
}

impl<'e> AskedOfPairs<'e> {
    pub(crate) fn new(parts: impl Iterator<Item = &'e PairPart>, defers: bool) -> Self {
        Self { parts: parts.collect(), defers }
    }

    /// The numbers of the units of a pair, source first.
    pub(crate) fn units(inventory: &Inventory, row: u32) -> Option<(u32, u32)> {
        let mapping = &inventory.mapping;
        let pair = mapping.pairs.get(row as usize)?;
        Some((mapping.source(pair.source)?.unit.number(), mapping.target(pair.target)?.unit.number()))
    }

    /// Reports a pair whose sides differ.
    pub(crate) fn visit_row<'a>(&self, row: u32, units: (u32, u32), inventory: &'a Inventory, findings: &mut Findings<'a>) {
        for part in &self.parts {
            if !self.defers {
                (part.visit)(inventory, row, findings);
                continue;
            }
            let units = if part.target_first { (units.1, units.0) } else { units };
            for reason in (part.decide)(inventory, row).into_iter().flatten() {
                findings.defer_pair(&Decided::new(reason, Row::Pair), row, units);
            }
        }
    }
}

/// Faulty rows that are reported together. What is known of a row lies far from that of the next one with a fault: read one
/// after the other before the first is reported, they are waited for at the same time.
pub(super) struct Group<T, A, V> {
    rows: [(u32, u32); BLOCK],
    read: [T; BLOCK],
    length: usize,
    approach: A,
    visit: V,
}

impl<T: Copy + Default, A: Fn(u32) -> Option<T>, V: FnMut(u32, u32, T)> Group<T, A, V> {
    pub(super) fn new(approach: A, visit: V) -> Self {
        Self { rows: [(0, 0); BLOCK], read: [T::default(); BLOCK], length: 0, approach, visit }
    }

    pub(super) fn add(&mut self, row: u32, facts: u32) {
        if let Some(place) = self.rows.get_mut(self.length) {
            *place = (row, facts);
            self.length += 1;
        }
        if self.length == BLOCK {
            self.finish();
        }
    }

    pub(super) fn finish(&mut self) {
        let rows = self.rows.get(..self.length).unwrap_or_default();
        for (read, &(row, _)) in self.read.iter_mut().zip(rows) {
            *read = (self.approach)(row).unwrap_or_default();
        }
        for (&(row, facts), &read) in rows.iter().zip(&self.read) {
            (self.visit)(row, facts, read);
        }
        self.length = 0;
    }
}
