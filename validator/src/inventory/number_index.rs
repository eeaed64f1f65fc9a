//! A map from numbers to dense ids that mostly count up together: the units of a system, the addresses of volumes.

use super::paged::PagedIndex;

/// Stretches from which on it is asked whether they are long enough.
const FEW: usize = 64;
/// How many numbers a stretch must have in the mean: a search among more of them takes longer than pages do.
const LENGTH: u64 = 8;

/// Numbers that count up together with their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: u64,
    count: u32,
    id: u32,
}

impl Stretch {
    /// The number behind the last.
    fn end(self) -> u64 {
        self.from + u64::from(self.count)
    }

    /// The id of this number, if it is one of them.
    #[inline]
    fn get(self, number: u64) -> Option<u32> {
        let nth = number.wrapping_sub(self.from);
        (nth < u64::from(self.count)).then(|| self.id.saturating_add(u32::try_from(nth).unwrap_or(u32::MAX)))
    }
}

/// Maps numbers to ids by stretches, or by pages where there are too many of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct NumberIndex {
    /// Ascending, once all is entered.
    stretches: Vec<Stretch>,
    /// How many numbers the stretches have, the last one aside.
    entered: u64,
    pages: Option<PagedIndex>,
    /// Where to search among the stretches, once all is entered.
    directory: Option<Directory>,
}

/// The numbers in parts of one length, about two for each stretch: a search takes as long among many stretches as among few.
#[derive(Debug, Clone)]
struct Directory {
    /// The first number.
    first: u64,
    /// The length of a part is this power of two.
    shift: u32,
    /// The last stretch that begins before each part or with it, and the last of all.
    stretches: Vec<u32>,
}

impl Directory {
    /// Of stretches that ascend; none of few, which are searched as they are.
    fn new(stretches: &[Stretch]) -> Option<Self> {
        let (first, last) = (stretches.first()?.from, stretches.last()?.from);
        if stretches.len() < FEW {
            return None;
        }
        let parts = 2 * stretches.len() as u64;
        let shift = (0..u64::BITS).find(|&shift| (last - first) >> shift < parts)?;
        let mut rest = (0..).zip(stretches).peekable();
        let mut before = 0;
        let mut entries: Vec<u32> = (0..=(last - first) >> shift)
            .map(|part| {
                while let Some((place, _)) = rest.next_if(|(_, stretch)| stretch.from <= first + (part << shift)) {
                    before = place;
                }
                before
            })
            .collect();
        entries.push(u32::try_from(stretches.len() - 1).unwrap_or(u32::MAX));
        Some(Self { first, shift, stretches: entries })
    }

    /// The stretches among which is the last that begins with this number or before it.
    #[inline]
    fn narrow<'s>(&self, stretches: &'s [Stretch], number: u64) -> Option<&'s [Stretch]> {
        let part = place(number.checked_sub(self.first)? >> self.shift).min(self.stretches.len() - 2);
        let (from, to) = (*self.stretches.get(part)?, *self.stretches.get(part + 1)?);
        stretches.get(from as usize..=to as usize)
    }
}

impl NumberIndex {
    /// Enters an id; the last one entered for a number stays.
    #[inline]
    pub(crate) fn insert(&mut self, number: u64, id: u32) {
        if let Some(last) = self.stretches.last_mut()
            && last.end() == number
            && last.id.checked_add(last.count) == Some(id)
        {
            last.count += 1;
        } else {
            self.begin(number, id);
        }
    }

    fn begin(&mut self, number: u64, id: u32) {
        if self.pages.is_none() {
            self.entered += self.stretches.last().map_or(0, |last| last.count.into());
            let many = self.stretches.len() as u64;
            if self.stretches.len() >= FEW && many * LENGTH > self.entered {
                self.turn_to_pages();
            }
        }
        match &mut self.pages {
            Some(pages) => pages.insert(place(number), id),
            None => self.stretches.push(Stretch { from: number, count: 1, id }),
        }
    }

    fn turn_to_pages(&mut self) {
        let pages = self.pages.get_or_insert_with(|| PagedIndex::with_room(usize::try_from(self.entered).unwrap_or(0)));
        for stretch in self.stretches.drain(..) {
            for (number, id) in (stretch.from..stretch.end()).zip(stretch.id..) {
                pages.insert(place(number), id);
            }
        }
    }

    /// The same to be asked: all is entered.
    pub(crate) fn finish(mut self) -> Self {
        let is_disjoint = |stretches: &[Stretch]| stretches.is_sorted_by(|a, b| a.end() <= b.from);
        if !is_disjoint(&self.stretches) {
            let mut sorted = self.stretches.clone();
            sorted.sort_unstable_by_key(|stretch| stretch.from);
            if is_disjoint(&sorted) {
                self.stretches = sorted;
            } else {
                self.turn_to_pages();
            }
        }
        self.directory = Directory::new(&self.stretches);
        self
    }

    /// The id of this number.
    pub(crate) fn get(&self, number: u64) -> Option<u32> {
        self.follow().get(number)
    }

    /// Asks for numbers that mostly follow each other.
    pub(crate) fn follow(&self) -> Following<'_> {
        Following { index: self, last: Stretch { from: 0, count: 0, id: 0 } }
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The way through an index along numbers that mostly follow each other.
#[derive(Debug, Clone)]
pub(crate) struct Following<'a> {
    index: &'a NumberIndex,
    last: Stretch,
}

impl Following<'_> {
    /// The id of this number.
    #[inline]
    pub(crate) fn get(&mut self, number: u64) -> Option<u32> {
        self.last.get(number).or_else(|| self.search(number))
    }

    fn search(&mut self, number: u64) -> Option<u32> {
        if let Some(pages) = &self.index.pages {
            return pages.get(place(number));
        }
        let stretches = self.index.stretches.as_slice();
        let near = match &self.index.directory {
            Some(directory) => directory.narrow(stretches, number)?,
            None => stretches,
        };
        let behind = near.partition_point(|stretch| stretch.from <= number);
        self.last = *near.get(behind.checked_sub(1)?)?;
        self.last.get(number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[track_caller]
    fn check(entries: &[(u64, u32)], by_pages: bool) {
        let mut index = NumberIndex::default();
        entries.iter().for_each(|&(number, id)| index.insert(number, id));
        let index = index.finish();
        assert_eq!(index.pages.is_some(), by_pages);
        let expected: BTreeMap<u64, u32> = entries.iter().copied().collect();
        let mut following = index.follow();
        let asked = expected.keys().flat_map(|&number| [number, number + 1, number.saturating_sub(1)]);
        for number in asked.chain([0, 77, 1 << 20, 1 << 40, u64::MAX]) {
            assert_eq!(following.get(number), expected.get(&number).copied(), "{number}");
            assert_eq!(index.get(number), expected.get(&number).copied(), "{number}");
        }
    }

    #[test]
    fn numbers_that_count_up_with_their_ids_are_found_in_stretches() {
        check(&[], false);
        check(&[(5, 0)], false);
        let two_ranges = (0..2000).map(|id| (u64::from(if id % 256 < 128 { id } else { id + 70_000 }), id));
        check(&two_ranges.collect::<Vec<_>>(), false);
        let uneven = (0..4000_u32).map(|id| (u64::from(id + id / 16 * 5) + if id < 300 { 0 } else { 1 << 33 }, id));
        check(&uneven.collect::<Vec<_>>(), false);
        let descending = (0..4000_u32).map(|id| (u64::from((4000 - id / 16) * 100 + id % 16), id));
        check(&descending.collect::<Vec<_>>(), false);
        check(&(0..60).map(|id| (900 - 3 * u64::from(id), id)).collect::<Vec<_>>(), false);
    }

    #[test]
    fn scattered_numbers_are_found_in_pages() {
        check(&(0..1000).map(|id| (u64::from(id * 7919 % 10_007), id)).collect::<Vec<_>>(), true);
        check(&(0..5000).map(|id| (u64::from(if id < 1000 { id } else { 3 * id }), id)).collect::<Vec<_>>(), true);
    }

    #[test]
    fn of_a_number_that_is_entered_twice_the_last_id_stays() {
        check(&[(5, 0), (6, 1), (7, 2), (6, 3)], true);
        check(&[(5, 0), (5, 1)], true);
    }
}
