//! Rows that stand for more: so many behind each of them count up from it.

use std::ops::Range;

use super::{DataSetTable, NONE, VolumeTable, counted};

/// A row, and how many behind it count up from it and stand in no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The row.
    pub row: u32,
    /// How many are behind it.
    pub more: u32,
}

impl Counted {
    /// So many behind the last of the rows that there are.
    #[must_use]
    pub fn behind(rows: usize, more: usize) -> Self {
        let number = |number: usize| u32::try_from(number).unwrap_or(NONE);
        Self { row: number(rows.saturating_sub(1)), more: number(more) }
    }

    /// How many rows there are with those that these stand for.
    #[must_use]
    pub fn total(rows: usize, counted: &[Self]) -> usize {
        rows + counted.iter().map(|counted| counted.more as usize).sum::<usize>()
    }
}

/// A data set, and how many behind it differ from it in the number in their names, and perhaps in that of their labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedNames {
    /// The row.
    pub rows: Counted,
    /// Where in the name the digits stand.
    pub digits: (usize, usize),
    /// Whether the digits with which the label ends count up too.
    pub labels: bool,
}

/// The rows of a table in their order: some as they stand, and behind them one that stands for more.
pub(super) fn pieces(rows: usize, counted: &[Counted]) -> impl Iterator<Item = (Range<usize>, Option<Counted>)> {
    let mut from = 0;
    counted.iter().copied().map(Some).chain([None]).map(move |counted| {
        let to = counted.map_or(rows, |counted| counted.row as usize);
        (std::mem::replace(&mut from, to + 1)..to, counted)
    })
}

/// Some entries of a column.
fn some<T>(column: &[T], rows: Range<usize>) -> &[T] {
    column.get(rows).unwrap_or_default()
}

/// A column in which rows that stand for more have nothing, with what they stand for.
fn spread(column: Vec<u32>, counted: &[Counted]) -> Vec<u32> {
    if column.is_empty() || counted.is_empty() {
        return column;
    }
    let mut all = Vec::with_capacity(Counted::total(column.len(), counted));
    for (plain, counted) in pieces(column.len(), counted) {
        all.extend_from_slice(some(&column, plain.start.min(column.len())..plain.end.min(column.len())));
        if let Some(counted) = counted
            && (counted.row as usize) < column.len()
        {
            all.resize(all.len() + counted.more as usize + 1, NONE);
        }
    }
    all
}

impl VolumeTable {
    /// Adds all volumes of another table, whose arrays have these numbers here, and those that its rows stand for.
    pub fn append(&mut self, mut other: Self, arrays: &[u16], counted: &[Counted]) {
        let before = self.len();
        let base = u32::try_from(before).unwrap_or(NONE);
        other.renumber(arrays);
        for (plain, counted) in pieces(other.len(), counted) {
            self.address.extend_from_slice(some(&other.address, plain.clone()));
            self.volser.extend_from_slice(some(&other.volser, plain.clone()));
            self.size.extend_from_slice(some(&other.size, plain.clone()));
            self.unit.extend_from_slice(some(&other.unit, plain.clone()));
            self.marks.extend_from_slice(some(&other.marks, plain));
            if let Some((first, counted)) = counted.and_then(|counted| Some((other.row(counted.row)?, counted))) {
                self.push_run(first, counted.more + 1);
            }
        }
        let rows = self.len();
        let numbers: Vec<u32> = other.names.iter().map(|name| self.named(name)).collect();
        let renamed = |number: u32| numbers.get(number as usize).copied().unwrap_or(NONE);
        extend(&mut self.device, spread(other.device, counted), before, rows, |device| device);
        extend(&mut self.group, spread(other.group, counted), before, rows, renamed);
        extend(&mut self.pool, spread(other.pool, counted), before, rows, renamed);
        let (mut counted, mut more) = (counted.iter().peekable(), 0);
        self.rare.extend(other.rare.into_iter().map(|(row, rare)| {
            while let Some(counted) = counted.next_if(|counted| counted.row < row) {
                more += counted.more;
            }
            (row.saturating_add(base).saturating_add(more), rare)
        }));
    }

    /// Numbers the arrays anew.
    fn renumber(&mut self, arrays: &[u16]) {
        if arrays.iter().zip(0..).all(|(&here, there)| here == there) {
            return;
        }
        for address in &mut self.address {
            let there = usize::try_from(*address >> 16).unwrap_or(usize::MAX);
            let here = arrays.get(there).map_or(u32::MAX << 16, |&here| u32::from(here) << 16);
            *address = here | (*address & 0xFFFF);
        }
    }
}

fn extend(column: &mut Vec<u32>, other: Vec<u32>, before: usize, rows: usize, here: impl Fn(u32) -> u32) {
    if !other.is_empty() {
        column.resize(before, NONE);
        column.extend(other.into_iter().map(|value| if value == NONE { NONE } else { here(value) }));
        column.resize(rows, NONE);
    }
}

impl DataSetTable {
    /// Adds all data sets of another table, whose catalogs have these numbers here, and those that its rows stand for: but for
    /// their names, which [`take_names`](Self::take_names) gives them.
    pub fn append_unnamed(&mut self, other: Self, catalogs: &[u32], all: &[CountedNames]) {
        let users: Vec<u32> = other.users.into_iter().map(|list| self.users(list)).collect();
        let here = |numbers: &[u32], number: u32| numbers.get(number as usize).copied().unwrap_or(NONE);
        let counted: Vec<Counted> = all.iter().map(|names| names.rows).collect();
        let counts = all.iter().map(|names| names.labels).chain([false]);
        // Where the labels of the row behind the last one begin.
        let mut start = 0;
        for ((plain, counted), labels_count) in pieces(other.kind.len(), &counted).zip(counts) {
            self.kind.extend_from_slice(some(&other.kind, plain.clone()));
            self.catalog.extend(some(&other.catalog, plain.clone()).iter().map(|&number| here(catalogs, number)));
            self.user.extend(some(&other.user, plain.clone()).iter().map(|&number| here(&users, number)));
            let base = u32::try_from(self.labels.len()).unwrap_or(NONE);
            let ends = some(&other.label_ends, plain);
            self.label_ends.extend(ends.iter().map(|&end| (end - start).saturating_add(base)));
            let end = ends.last().copied().unwrap_or(start);
            self.labels.extend_from_slice(some(&other.labels, start as usize..end as usize));
            start = end;
            let Some(Counted { row, more }) = counted else { break };
            let (row, rows) = (row as usize, more + 1);
            let (Some(&kind), Some(&catalog), Some(&user), Some(&end)) =
                (other.kind.get(row), other.catalog.get(row), other.user.get(row), other.label_ends.get(row))
            else {
                break;
            };
            self.kind.resize(self.kind.len() + rows as usize, kind);
            self.catalog.resize(self.catalog.len() + rows as usize, here(catalogs, catalog));
            self.user.resize(self.user.len() + rows as usize, here(&users, user));
            let labels = some(&other.labels, start as usize..end as usize);
            let (base, each) = (u32::try_from(self.labels.len()).unwrap_or(NONE), end - start);
            self.label_ends.extend((1..=rows).map(|nth| base.saturating_add(nth * each)));
            match labels {
                [first] if labels_count => {
                    for (word, count) in self::counted(*first, rows) {
                        self.labels.extend(word..word + u64::from(count));
                    }
                }
                [only] => self.labels.resize(self.labels.len() + rows as usize, *only),
                _ => (0..rows).for_each(|_| self.labels.extend_from_slice(labels)),
            }
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Volser;
    use crate::tables::{Kind, Marks, NameTexts, VolumeRow};

    const ROWS: u32 = 30;

    /// Those of the rows that stand for others, which are a stretch from each of these on up to the next plain one.
    fn counted(stretches: &[(u32, u32)]) -> (Vec<u32>, Vec<Counted>) {
        let behind = |nth: &u32| stretches.iter().any(|&(from, to)| (from + 1..to).contains(nth));
        let kept: Vec<u32> = (0..ROWS).filter(|nth| !behind(nth)).collect();
        let row = |nth: u32| u32::try_from(kept.iter().position(|&kept| kept == nth).unwrap()).unwrap();
        let counted = stretches.iter().map(|&(from, to)| Counted { row: row(from), more: to - from - 1 }).collect();
        (kept, counted)
    }

    const STRETCHES: [&[(u32, u32)]; 5] = [&[], &[(0, ROWS)], &[(3, 15)], &[(0, 2), (2, 12), (13, ROWS)], &[(9, 11), (28, 30)]];

    fn label(nth: u32) -> u64 {
        Volser::pack(format!("L{:05}", 95 + nth).as_bytes()).unwrap()
    }

    #[test]
    fn volumes_that_others_stand_for_are_as_if_each_stood_there() {
        let volumes = |nths: &[u32], is_rare: &dyn Fn(u32) -> bool| {
            let mut table = VolumeTable::default();
            for &nth in nths {
                table.push(VolumeRow { address: nth, volser: label(nth), size: 7, unit: 100 + nth, marks: Marks::THIN });
                if is_rare(nth) {
                    table.set_device(nth);
                    table.set_pool("POOL");
                    table.last_rare().vtoc = Some(Vec::new());
                }
            }
            table
        };
        for stretches in STRETCHES {
            let (kept, counted) = counted(stretches);
            let is_rare = |nth: u32| nth % 4 == 1 && !stretches.iter().any(|&(from, to)| (from..to).contains(&nth));
            let all: Vec<u32> = (0..ROWS).collect();
            let mut joined = volumes(&all[..2], &|_| false);
            joined.append(volumes(&kept, &is_rare), &[0], &counted);
            let mut expected = volumes(&all[..2], &|_| false);
            expected.append(volumes(&all, &is_rare), &[0], &[]);
            assert_eq!(joined, expected, "{stretches:?}");
            assert_eq!(Counted::total(kept.len(), &counted), ROWS as usize);
        }
    }

    #[test]
    fn data_sets_that_others_stand_for_are_as_if_each_stood_there() {
        for (stretches, labels) in STRETCHES.iter().flat_map(|stretches| [(stretches, true), (stretches, false)]) {
            let (kept, counted) = counted(stretches);
            let sets = |nths: &[u32]| {
                let mut table = DataSetTable::default();
                let users = table.users(vec!["I000".parse().unwrap()]);
                for &nth in nths {
                    let label = if labels { label(nth) } else { label(0) };
                    table.push(&format!("A.B{:04}.C", 98 + nth), Kind(0), 0, users, [label]);
                }
                table
            };
            let all: Vec<u32> = (0..ROWS).collect();
            let counted: Vec<CountedNames> =
                counted.into_iter().map(|rows| CountedNames { rows, digits: (3, 7), labels }).collect();
            let (some, expected) = (sets(&kept), sets(&all));
            let mut names = NameTexts::new(ROWS as usize, expected.names().text().len());
            assert!(names.append(some.names(), &counted));
            let mut joined = DataSetTable::default();
            joined.append_unnamed(some, &[0], &counted);
            joined.take_names(names.into_texts().unwrap());
            assert_eq!(joined, expected, "{stretches:?} {labels}");
        }
    }
}
