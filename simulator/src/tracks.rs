//! Track tables: a bit for each track of a volume, kept in pages of which only the touched ones cost memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use bitvec::order::Lsb0;
use bitvec::vec::BitVec;

/// Tracks of a page.
const PAGE: u32 = 32_768;
/// Words of a page.
const WORDS: u32 = PAGE / u64::BITS;
/// A set of tracks of one volume.
///
/// Pages without a marked track are absent, and a page whose marked tracks follow each other is two numbers: a full copy
/// of the largest volume costs as little as an untouched one. Everything else works on whole words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrackTable {
    tracks: u32,
    pages: BTreeMap<u32, Page>,
}

/// The marked tracks of a page, one at least.
#[derive(Debug, PartialEq, Eq)]
enum Page {
    /// One run of them.
    Run(u32, u32),
    /// Two runs or more.
    Mixed(BitVec<u64, Lsb0>),
}

impl Clone for Page {
    fn clone(&self) -> Self {
        match self {
            Self::Run(start, end) => Self::Run(*start, *end),
            // The bit vector's own clone walks its words one by one.
            Self::Mixed(bits) => Self::Mixed(BitVec::from_vec(bits.as_raw_slice().to_vec())),
        }
    }
}

impl Page {
    /// The words, for writing; a run is given words of its own.
    fn words_mut(&mut self) -> &mut [u64] {
        if let Self::Run(start, end) = *self {
            let mut bits = BitVec::repeat(false, PAGE as usize);
            set(bits.as_raw_mut_slice(), &(start..end));
            *self = Self::Mixed(bits);
        }
        match self {
            Self::Mixed(bits) => bits.as_raw_mut_slice(),
            Self::Run(..) => &mut [],
        }
    }

    fn count(&self) -> u32 {
        match self {
            Self::Run(start, end) => end - start,
            Self::Mixed(bits) => bits.as_raw_slice().iter().map(|word| word.count_ones()).sum(),
        }
    }

    /// Marks a range.
    fn mark(&mut self, range: &Range<u32>) {
        match self {
            Self::Run(start, end) if range.start <= *end && *start <= range.end => {
                (*start, *end) = (range.start.min(*start), range.end.max(*end));
            }
            _ => set(self.words_mut(), range),
        }
    }

    /// Marks what another page has marked.
    fn union(&mut self, other: &Self) {
        match other {
            Self::Run(start, end) => self.mark(&(*start..*end)),
            Self::Mixed(_) if *self == Self::Run(0, PAGE) => {}
            Self::Mixed(bits) => {
                for (word, with) in self.words_mut().iter_mut().zip(bits.as_raw_slice()) {
                    *word |= with;
                }
            }
        }
    }

    /// Unmarks what another page has marked; says whether anything is left.
    fn subtract(&mut self, other: &Self) -> bool {
        match (&mut *self, other) {
            (Self::Run(start, end), Self::Run(from, to)) if *from <= *start || *end <= *to => {
                // What is left is on one side of what is taken away.
                if *from <= *start {
                    *start = (*start).max(*to);
                } else {
                    *end = (*end).min(*from);
                }
                return *start < *end;
            }
            (_, Self::Run(from, to)) => clear(self.words_mut(), &(*from..*to)),
            (_, Self::Mixed(bits)) => {
                for (word, without) in self.words_mut().iter_mut().zip(bits.as_raw_slice()) {
                    *word &= !without;
                }
            }
        }
        true
    }

    /// Unmarks the first so many marked tracks, fewer than there are.
    fn drop_first(&mut self, mut marked: u32) {
        if let Self::Run(start, _) = self {
            *start += marked;
            return;
        }
        for word in self.words_mut() {
            let ones = word.count_ones();
            if ones <= marked {
                marked -= ones;
                *word = 0;
                continue;
            }
            for _ in 0..marked {
                *word &= *word - 1;
            }
            break;
        }
    }

    fn contains(&self, track: u32) -> bool {
        match self {
            Self::Run(start, end) => (*start..*end).contains(&track),
            Self::Mixed(bits) => bits.get(track as usize).is_some_and(|bit| *bit),
        }
    }

    /// The one form of what is marked; none where nothing is.
    fn tidy(self) -> Option<Self> {
        let Self::Mixed(bits) = &self else { return Some(self) };
        let words = || bits.as_raw_slice().iter().zip(bases());
        let (first, base) = words().find(|(word, _)| **word != 0)?;
        let start = base + first.trailing_zeros();
        let (last, base) = words().rfind(|(word, _)| **word != 0)?;
        let end = base + u64::BITS - last.leading_zeros();
        if end - start == self.count() { Some(Self::Run(start, end)) } else { Some(self) }
    }

    /// The runs of marked tracks, ascending; two of them touch where a word ends between them.
    fn runs(&self, mut add: impl FnMut(u32, u32)) {
        match self {
            Self::Run(start, end) => add(*start, *end),
            Self::Mixed(bits) => {
                for (&word, base) in bits.as_raw_slice().iter().zip(bases()) {
                    let (mut rest, mut from) = (word, base);
                    while rest != 0 {
                        let gap = rest.trailing_zeros();
                        rest >>= gap;
                        let run = rest.trailing_ones();
                        add(from + gap, from + gap + run);
                        from += gap + run;
                        rest = rest.checked_shr(run).unwrap_or(0);
                    }
                }
            }
        }
    }
}

/// The bits of `range` in the word that begins at bit `base`.
fn mask(base: u32, range: &Range<u32>) -> u64 {
    let low = range.start.saturating_sub(base).min(u64::BITS);
    let high = range.end.saturating_sub(base).min(u64::BITS);
    let below = |bits: u32| if bits == u64::BITS { u64::MAX } else { (1 << bits) - 1 };
    below(high) & !below(low)
}

/// Each word of a page with the number of its first bit.
fn bases() -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
    (0..WORDS).map(|word| word * u64::BITS)
}

/// The words that hold bits of a range, each with the number of its first bit.
fn words_of<'a>(words: &'a mut [u64], range: &Range<u32>) -> impl Iterator<Item = (&'a mut u64, u32)> {
    let first = range.start / u64::BITS;
    let last = range.end.div_ceil(u64::BITS);
    words.get_mut(first as usize..last as usize).unwrap_or_default().iter_mut().zip((first..last).map(|word| word * u64::BITS))
}

fn set(words: &mut [u64], range: &Range<u32>) {
    words_of(words, range).for_each(|(word, base)| *word |= mask(base, range));
}

fn clear(words: &mut [u64], range: &Range<u32>) {
    words_of(words, range).for_each(|(word, base)| *word &= !mask(base, range));
}

impl TrackTable {
    /// A table for a volume of so many tracks, none of them marked.
    pub(crate) const fn new(tracks: u32) -> Self {
        Self { tracks, pages: BTreeMap::new() }
    }

    /// A table with every track marked.
    pub(crate) fn all(tracks: u32) -> Self {
        let mut table = Self::new(tracks);
        table.mark(0..tracks);
        table
    }

    /// How many tracks the volume has.
    pub(crate) const fn tracks(&self) -> u32 {
        self.tracks
    }

    /// Marks a range; what lies past the end of the volume is left out.
    pub(crate) fn mark(&mut self, range: Range<u32>) {
        let range = range.start..range.end.min(self.tracks);
        if range.is_empty() {
            return;
        }
        for index in range.start / PAGE..=(range.end - 1) / PAGE {
            let start = index * PAGE;
            let part = range.start.saturating_sub(start)..(range.end - start).min(PAGE);
            match self.pages.entry(index) {
                Entry::Vacant(slot) => {
                    slot.insert(Page::Run(part.start, part.end));
                }
                Entry::Occupied(slot) => {
                    slot.into_mut().mark(&part);
                    self.tidy(index);
                }
            }
        }
    }

    /// Marks whatever the other table has marked.
    pub(crate) fn union(&mut self, other: &Self) {
        for (&index, page) in &other.pages {
            match self.pages.entry(index) {
                Entry::Vacant(slot) => {
                    slot.insert(page.clone());
                }
                Entry::Occupied(slot) => {
                    slot.into_mut().union(page);
                    self.tidy(index);
                }
            }
        }
        if other.tracks > self.tracks {
            self.clip();
        }
    }

    /// Unmarks whatever the other table has marked.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (index, page) in &other.pages {
            if let Some(own) = self.pages.get_mut(index) {
                if own.subtract(page) {
                    self.tidy(*index);
                } else {
                    self.pages.remove(index);
                }
            }
        }
    }

    /// Unmarks the first so many marked tracks.
    pub(crate) fn drop_first(&mut self, mut marked: u32) {
        while marked > 0 {
            let Some(mut first) = self.pages.first_entry() else { return };
            let here = first.get().count();
            if here <= marked {
                marked -= here;
                first.remove();
                continue;
            }
            first.get_mut().drop_first(marked);
            let index = *first.key();
            return self.tidy(index);
        }
    }

    /// How many tracks are marked.
    pub(crate) fn count(&self) -> u32 {
        self.pages.values().map(Page::count).sum()
    }

    /// Whether a track is marked.
    pub(crate) fn contains(&self, track: u32) -> bool {
        self.pages.get(&(track / PAGE)).is_some_and(|page| page.contains(track % PAGE))
    }

    /// Unmarks every track.
    pub(crate) fn clear(&mut self) {
        self.pages.clear();
    }

    /// The marked tracks as ranges that do not touch, ascending.
    pub(crate) fn runs(&self) -> Vec<Range<u32>> {
        let mut runs: Vec<Range<u32>> = Vec::new();
        for (index, page) in &self.pages {
            let base = index * PAGE;
            page.runs(|start, end| match runs.last_mut() {
                Some(last) if last.end == base + start => last.end = base + end,
                _ => runs.push(base + start..base + end),
            });
        }
        runs
    }

    /// Brings a page of bits into its one form.
    fn tidy(&mut self, index: u32) {
        let Entry::Occupied(mut slot) = self.pages.entry(index) else { return };
        if matches!(slot.get(), Page::Mixed(_)) {
            let page = std::mem::replace(slot.get_mut(), Page::Run(0, PAGE));
            match page.tidy() {
                Some(page) => *slot.get_mut() = page,
                None => {
                    slot.remove();
                }
            }
        }
    }

    /// Unmarks what lies past the end of the volume.
    fn clip(&mut self) {
        let last = self.tracks / PAGE;
        self.pages.split_off(&(last + 1));
        let end = self.tracks % PAGE;
        if let Some(page) = self.pages.get_mut(&last) {
            let left = end > 0 && page.subtract(&Page::Run(end, PAGE));
            if left {
                self.tidy(last);
            } else {
                self.pages.remove(&last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The most tracks that a volume can have.
    const EAV: u32 = 17_730_090;

    #[test]
    fn the_largest_volume_costs_memory_only_where_it_was_touched() {
        let mut table = TrackTable::new(EAV);
        table.mark(5..9);
        table.mark(EAV - 1..EAV + 7);
        assert_eq!((table.count(), table.pages.len()), (5, 2));
        let full = TrackTable::all(EAV);
        assert_eq!(full.count(), EAV);
        assert!(full.pages.values().all(|page| matches!(page, Page::Run(..))));
    }

    #[test]
    fn the_first_tracks_are_dropped_across_pages() {
        let mut table = TrackTable::all(2 * PAGE + 10);
        table.drop_first(PAGE + 65);
        assert_eq!(table.runs().first(), Some(&(PAGE + 65..2 * PAGE + 10)));
        assert_eq!(table.count(), PAGE + 10 - 65);
        table.drop_first(u32::MAX);
        assert_eq!(table, TrackTable::new(2 * PAGE + 10));
    }

    fn ranges() -> impl Strategy<Value = Vec<(u32, u32)>> {
        prop::collection::vec((0..80_000_u32, 0..40_000_u32), 0..6)
    }

    fn both(tracks: u32, ranges: &[(u32, u32)]) -> (TrackTable, BTreeSet<u32>) {
        let mut table = TrackTable::new(tracks);
        let mut naive = BTreeSet::new();
        for &(start, length) in ranges {
            table.mark(start..start + length);
            naive.extend((start..start + length).filter(|&track| track < tracks));
        }
        (table, naive)
    }

    fn check(table: &TrackTable, naive: &BTreeSet<u32>) {
        assert_eq!(table.count() as usize, naive.len());
        let runs = table.runs();
        assert!(runs.iter().flat_map(Range::clone).eq(naive.iter().copied()));
        assert!(runs.windows(2).all(|pair| pair[0].end < pair[1].start));
        assert!(naive.iter().step_by(997).all(|&track| table.contains(track)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_table_is_a_set_of_tracks(a in ranges(), b in ranges(), size in 1..100_000_u32, other in 1..100_000_u32, first in 0..90_000_u32) {
            let ((mut table, mut naive), (with, naive_with)) = (both(size, &a), both(other, &b));
            check(&table, &naive);
            let mut without = table.clone();
            without.subtract(&with);
            check(&without, &naive.difference(&naive_with).copied().collect());
            table.union(&with);
            naive.extend(naive_with.iter().filter(|&&track| track < size));
            check(&table, &naive);
            table.drop_first(first);
            check(&table, &naive.iter().skip(first as usize).copied().collect());
        }

        #[test]
        fn equal_sets_are_equal_tables(a in ranges()) {
            let (table, _) = both(100_000, &a);
            let mut again = TrackTable::all(100_000);
            let mut rest = again.clone();
            rest.subtract(&table);
            again.subtract(&rest);
            prop_assert_eq!(again, table);
        }
    }

    #[test]
    fn a_page_without_a_marked_track_costs_nothing() {
        let mut table = TrackTable::new(3 * PAGE);
        table.mark(0..PAGE);
        assert_eq!(table.pages.len(), 1);
        table.mark(PAGE..PAGE + 1);
        assert_eq!(table.pages.len(), 2);
    }
}
