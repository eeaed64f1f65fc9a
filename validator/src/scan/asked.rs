//! What rules ask of rows: which facts concern which rule, and visits of the rows that have one of them.

use std::hint::black_box;

use super::{BLOCK, search};
use crate::findings::Findings;
use crate::inventory::{Inventory, bits};
use crate::rules::{RowPart, VisitRow};

/// What some rules ask of each row of a column.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Facts that concern any of them.
    pub(crate) mask: u32,
    visits: Vec<VisitRow>,
    /// For each fact, one bit for each visit that it concerns.
    concerns: [u32; 32],
}

impl Asked {
    pub(crate) fn new(parts: impl Iterator<Item = RowPart>) -> Self {
        let mut this = Self { mask: 0, visits: Vec::new(), concerns: [0; 32] };
        for (number, part) in parts.enumerate() {
            this.mask |= part.mask;
            this.visits.push(part.visit);
            for (fact, concerned) in this.concerns.iter_mut().enumerate() {
                *concerned |= ((part.mask >> fact) & 1) << number;
            }
        }
        this
    }

    /// Has every row with a fact that concerns a rule visited by it; `approach` reads what visits will read of a row.
    pub(super) fn visit<'a>(
        &self,
        facts: &[u32],
        approach: impl Fn(u32) -> Option<u32>,
        inventory: &'a Inventory,
        findings: &mut Findings<'a>,
    ) {
        let visit = |row: u32, facts: u32| self.visit_row(row, facts, inventory, findings);
        let mut group = Group::new(approach, visit);
        search(facts, self.mask, |row, facts| group.add(row, facts));
        group.finish();
    }

    /// Has a row visited by every rule that one of these facts of it concerns.
    pub(crate) fn visit_row<'a>(&self, row: u32, facts: u32, inventory: &'a Inventory, findings: &mut Findings<'a>) {
        let concerned = bits(0, facts.into()).fold(0, |all, fact| all | self.concerns.get(fact as usize).copied().unwrap_or(0));
        for number in bits(0, concerned.into()) {
            if let Some(visit) = self.visits.get(number as usize) {
                visit(inventory, row, findings);
            }
        }
    }
}

/// Faulty rows that are visited together. What is known of a row lies far from that of the next one with a fault: read one
/// after the other before the first is visited, they are waited for at the same time.
pub(super) struct Group<A, V> {
    rows: [(u32, u32); BLOCK],
    length: usize,
    approach: A,
    visit: V,
}

impl<A: Fn(u32) -> Option<u32>, V: FnMut(u32, u32)> Group<A, V> {
    pub(super) fn new(approach: A, visit: V) -> Self {
        Self { rows: [(0, 0); BLOCK], length: 0, approach, visit }
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
        let read = rows.iter().fold(0, |all, &(row, _)| all ^ (self.approach)(row).unwrap_or(0));
        black_box(read);
        for &(row, facts) in rows {
            (self.visit)(row, facts);
        }
        self.length = 0;
    }
}
