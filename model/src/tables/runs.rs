//! Tables that are filled by hand, with volumes that count up, and filled again in the memory that they have.

use std::sync::Arc;

use super::{DataSetTable, NONE, Texts, VolumeRow, VolumeTable};
use crate::name::Volser;
use crate::observation::Source;
use crate::unit::Unit;

impl VolumeTable {
    /// Adds so many volumes: addresses, units and the digits with which labels of six characters end count up from those of
    /// the first, and all else is the same; what the first does not have, none has.
    pub fn push_run(&mut self, first: VolumeRow, count: u32) {
        let many = count as usize;
        self.address.extend(first.address..first.address.saturating_add(count));
        self.size.extend(std::iter::repeat_n(first.size, many));
        self.marks.extend(std::iter::repeat_n(first.marks.0, many));
        if first.unit == NONE {
            self.unit.extend(std::iter::repeat_n(NONE, many));
        } else {
            self.unit.extend(first.unit..first.unit.saturating_add(count));
        }
        if first.volser == 0 {
            self.volser.resize(self.volser.len() + many, 0);
            return;
        }
        for (word, count) in counted(first.volser, count) {
            self.volser.extend(word..word + u64::from(count));
        }
    }

    /// Forgets all volumes and keeps the memory for others.
    pub fn clear(&mut self) {
        for column in [&mut self.address, &mut self.size, &mut self.unit, &mut self.device, &mut self.group, &mut self.pool] {
            column.clear();
        }
        self.volser.clear();
        self.marks.clear();
        self.names.clear();
        self.numbers.clear();
        self.rare.clear();
    }
}

impl DataSetTable {
    /// Forgets all data sets and keeps the memory for others.
    pub fn clear(&mut self) {
        match Arc::get_mut(&mut self.names) {
            Some(names) => names.clear(),
            // Whoever keeps the names goes on doing so.
            None => self.names = Arc::default(),
        }
        self.kind.clear();
        self.catalog.clear();
        self.user.clear();
        self.users.clear();
        self.numbers.clear();
        self.label_ends.clear();
        self.labels.clear();
    }

    /// The names, to be added to: what [`push_unnamed`](Self::push_unnamed) leaves out.
    pub fn names_mut(&mut self) -> &mut Texts {
        Arc::make_mut(&mut self.names)
    }
}

/// Adds so many sources that count up from a unit, saved with labels that count up as [`VolumeTable::push_run`] has them, or
/// without any; says whether all of them can be.
#[must_use]
pub fn push_sources(sources: &mut Vec<Source>, first: Unit, saved: u64, rows: u32) -> bool {
    let Some(last) = rows.checked_sub(1) else { return true };
    let (Some(_), label) = (first.plus(last), Volser::from_packed(saved)) else { return false };
    if saved == 0 {
        sources.extend((0..rows).map(|nth| Source { unit: first.plus(nth).unwrap_or(first), volser: None }));
        return true;
    }
    if label.is_none() {
        return false;
    }
    let mut unit = first.number();
    for (word, count) in counted(saved, rows) {
        sources.extend((0..count).map(|nth| Source {
            unit: Unit::new(unit + nth).unwrap_or(first),
            // A digit stays a digit.
            volser: Some(Volser::of_word(word + u64::from(nth))),
        }));
        unit += count;
    }
    true
}

/// Labels that count up in the digits with which they end, as words: those that differ in the last digit alone are given as
/// the first of them and how many.
pub fn counted(first: u64, count: u32) -> impl Iterator<Item = (u64, u32)> {
    let (mut next, mut left) = (first, count);
    std::iter::from_fn(move || {
        let (word, last) = (next, (next & 0xFF) as u8);
        // A label that does not end with a digit does not count.
        let room = if last.is_ascii_digit() { u32::from(b'9' - last) + 1 } else { 1 };
        let many = room.min(left);
        left -= many;
        if left > 0 {
            next = carried(word - u64::from(last) + u64::from(b'9'));
        }
        (many > 0).then_some((word, many))
    })
}

/// The label behind one that ends with a 9.
fn carried(mut word: u64) -> u64 {
    let mut place = 0;
    while (word >> place) & 0xFF == u64::from(b'9') {
        word -= u64::from(b'9' - b'0') << place;
        place += 8;
    }
    // Before its digits a label has a letter, which stays.
    if ((word >> place) as u8).is_ascii_digit() { word + (1 << place) } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Marks;

    #[test]
    fn a_run_is_its_volumes_one_by_one() {
        let word = |number: u32| Volser::pack(format!("A{number:05}").as_bytes()).unwrap();
        for (first, count) in [(0, 0), (0, 1), (9, 1), (8, 3), (95, 20), (12_345, 2_000), (89_990, 10_010)] {
            for unit in [NONE, 77] {
                let row = |nth: u32| VolumeRow {
                    address: 5 + nth,
                    volser: word(first + nth),
                    size: 9,
                    unit: if unit == NONE { NONE } else { unit + nth },
                    marks: Marks::THIN,
                };
                let (mut run, mut singly) = (VolumeTable::default(), VolumeTable::default());
                run.push_run(row(0), count);
                (0..count).for_each(|nth| singly.push(row(nth)));
                assert_eq!(run, singly, "{count} from {first} on");
            }
        }
    }

    #[test]
    fn cleared_tables_are_as_new() {
        let mut volumes = VolumeTable::default();
        volumes.push(VolumeRow { address: 1, volser: 2, size: 3, unit: 4, marks: Marks::BCV });
        volumes.set_pool("POOL");
        volumes.last_rare().vtoc = Some(Vec::new());
        volumes.clear();
        assert_eq!(volumes, VolumeTable::default());
        let mut data_sets = DataSetTable::default();
        let users = data_sets.users(vec!["I000".parse().unwrap()]);
        data_sets.push("A.B", crate::tables::Kind(0), 0, users, [1, 2]);
        let kept = Arc::clone(data_sets.names());
        data_sets.clear();
        assert_eq!((data_sets, kept.len()), (DataSetTable::default(), 1));
    }
}
