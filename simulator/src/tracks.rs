//! Track tables: a bit for each track of a volume, kept in pages of which only the touched ones cost memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use bitvec::order::Lsb0;
use bitvec::vec::BitVec;

/// Tracks of a page.
const PAGE: u32 = 32_768;
/// Words of a page.
const WORDS: usize = (PAGE / u64::BITS) as usize;
/// The words of a page in which every track is marked.
static FULL: [u64; WORDS] = [u64::MAX; WORDS];

/// A set of tracks of one volume.
///
/// Pages without a marked track are absent, and a page with all of them is a word: a full copy of the largest volume
/// costs as little as an untouched one. Everything works on whole words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrackTable {
    tracks: u32,
    pages: BTreeMap<u32, Page>,
}

#[derive(Debug, PartialEq, Eq)]
enum Page {
    Full,
    Mixed(BitVec<u64, Lsb0>),
}

impl Clone for Page {
    fn clone(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            // The bit vector's own clone walks its words one by one.
            Self::Mixed(bits) => Self::Mixed(BitVec::from_vec(bits.as_raw_slice().to_vec())),
        }
    }
}

impl Page {
    fn clear() -> Self {
        Self::Mixed(BitVec::repeat(false, PAGE as usize))
    }

    fn words(&self) -> &[u64] {
        match self {
            Self::Full => &FULL,
            Self::Mixed(bits) => bits.as_raw_slice(),
        }
    }

    /// The words for writing; a full page is given words of its own.
    fn words_mut(&mut self) -> &mut [u64] {
        if *self == Self::Full {
            *self = Self::Mixed(BitVec::repeat(true, PAGE as usize));
        }
        match self {
            Self::Mixed(bits) => bits.as_raw_mut_slice(),
            Self::Full => &mut [],
        }
    }

    fn count(&self) -> u32 {
        match self {
            Self::Full => PAGE,
            Self::Mixed(bits) => bits.as_raw_slice().iter().map(|word| word.count_ones()).sum(),
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
fn bases() -> impl Iterator<Item = u32> {
    (0..PAGE).step_by(u64::BITS as usize)
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
            if part == (0..PAGE) {
                self.pages.insert(index, Page::Full);
                continue;
            }
            let page = self.pages.entry(index).or_insert_with(Page::clear);
            if *page == Page::Full {
                continue;
            }
            for (word, base) in page.words_mut().iter_mut().zip(bases()) {
                *word |= mask(base, &part);
            }
            self.tidy(index);
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
                    let own = slot.into_mut();
                    match page {
                        Page::Full => *own = Page::Full,
                        Page::Mixed(_) if *own == Page::Full => {}
                        Page::Mixed(_) => {
                            for (word, with) in own.words_mut().iter_mut().zip(page.words()) {
                                *word |= with;
                            }
                        }
                    }
                }
            }
            self.tidy(index);
        }
        self.clip();
    }

    /// Unmarks whatever the other table has marked.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (&index, page) in &other.pages {
            if let Some(own) = self.pages.get_mut(&index) {
                for (word, without) in own.words_mut().iter_mut().zip(page.words()) {
                    *word &= !without;
                }
                self.tidy(index);
            }
        }
    }

    /// Unmarks the first so many marked tracks.
    pub(crate) fn drop_first(&mut self, mut marked: u32) {
        while marked > 0 {
            let Some((&index, page)) = self.pages.iter_mut().next() else { return };
            let here = page.count();
            if here <= marked {
                marked -= here;
                self.pages.remove(&index);
                continue;
            }
            for word in page.words_mut() {
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
            return;
        }
    }

    /// How many tracks are marked.
    pub(crate) fn count(&self) -> u32 {
        self.pages.values().map(Page::count).sum()
    }

    /// Whether a track is marked.
    pub(crate) fn contains(&self, track: u32) -> bool {
        let at = track % PAGE;
        self.pages
            .get(&(track / PAGE))
            .and_then(|page| page.words().get((at / u64::BITS) as usize))
            .is_some_and(|word| word >> (at % u64::BITS) & 1 == 1)
    }

    /// Unmarks every track.
    pub(crate) fn clear(&mut self) {
        self.pages.clear();
    }

    /// The marked tracks as ranges that do not touch, ascending.
    pub(crate) fn runs(&self) -> Vec<Range<u32>> {
        let mut runs: Vec<Range<u32>> = Vec::new();
        let mut add = |start: u32, end: u32| match runs.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => runs.push(start..end),
        };
        for (index, page) in &self.pages {
            let page_start = index * PAGE;
            if *page == Page::Full {
                add(page_start, page_start + PAGE);
                continue;
            }
            for (&word, base) in page.words().iter().zip(bases()) {
                let (mut rest, mut from) = (word, page_start + base);
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
        runs
    }

    /// The marked tracks, ascending.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.pages.iter().flat_map(|(index, page)| {
            page.words().iter().zip(bases()).flat_map(move |(&word, base)| {
                let mut rest = word;
                std::iter::from_fn(move || {
                    let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                    rest &= rest - 1;
                    Some(index * PAGE + base + bit)
                })
            })
        })
    }

    /// Brings a page back into its one form: absent, full or mixed.
    fn tidy(&mut self, index: u32) {
        match self.pages.get(&index).map(Page::count) {
            Some(0) => {
                self.pages.remove(&index);
            }
            Some(PAGE) => {
                self.pages.insert(index, Page::Full);
            }
            _ => {}
        }
    }

    /// Unmarks what lies past the end of the volume.
    fn clip(&mut self) {
        let last = self.tracks / PAGE;
        self.pages.split_off(&(last + 1));
        let live = 0..self.tracks % PAGE;
        if let Some(page) = self.pages.get_mut(&last) {
            for (word, base) in page.words_mut().iter_mut().zip(bases()) {
                *word &= mask(base, &live);
            }
            self.tidy(last);
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
        assert_eq!(full.pages.values().filter(|page| **page != Page::Full).count(), 1);
    }

    #[test]
    fn the_first_tracks_are_dropped_across_pages() {
        let mut table = TrackTable::all(2 * PAGE + 10);
        table.drop_first(PAGE + 65);
        assert_eq!(table.iter().next(), Some(PAGE + 65));
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
        assert!(table.iter().eq(naive.iter().copied()));
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
}
