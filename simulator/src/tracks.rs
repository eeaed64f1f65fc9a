//! Track tables: a bit for each track of a volume, kept in pages of which only the touched ones cost memory.

use std::ops::Range;

/// Tracks of a page.
const PAGE: u32 = 32_768;
/// Words of a page.
const WORDS: usize = (PAGE / u64::BITS) as usize;

/// A set of tracks of one volume.
///
/// Pages without a marked track are absent, and a page whose marked tracks follow each other is two numbers: a full copy
/// of the largest volume costs as little as an untouched one. Everything else works on whole words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackTable {
    tracks: u32,
    /// By their numbers, ascending.
    pages: Vec<(u32, Page)>,
}

/// The marked tracks of a page, one at least.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Page {
    /// One run of them.
    Run(u32, u32),
    /// Two runs or more.
    Mixed(Box<[u64; WORDS]>),
}

/// What words hold.
enum Held {
    Nothing,
    Run(u32, u32),
    Mixed,
}

/// What these words hold; words of many runs are known by the first two of them.
fn held(words: &[u64; WORDS]) -> Held {
    let mut rest = words.iter().zip(bases()).skip_while(|(word, _)| **word == 0);
    let Some((&word, base)) = rest.next() else { return Held::Nothing };
    let start = base + word.trailing_zeros();
    let run = (word >> word.trailing_zeros()).trailing_ones();
    let mut end = start + run;
    let mut is_one = word.checked_shr(end - base).unwrap_or(0) == 0;
    while is_one
        && end % u64::BITS == 0
        && let Some((&word, _)) = rest.next()
    {
        let run = word.trailing_ones();
        is_one = word.checked_shr(run).unwrap_or(0) == 0;
        end += run;
        if run == 0 {
            break;
        }
    }
    if is_one && rest.all(|(word, _)| *word == 0) { Held::Run(start, end) } else { Held::Mixed }
}

impl Page {
    /// The words, for writing; a run is given words of its own.
    fn words_mut(&mut self) -> &mut [u64] {
        if let Self::Run(start, end) = *self {
            let mut words = Box::new([0; WORDS]);
            set(words.as_mut_slice(), &(start..end));
            *self = Self::Mixed(words);
        }
        match self {
            Self::Mixed(words) => words.as_mut_slice(),
            Self::Run(..) => &mut [],
        }
    }

    fn count(&self) -> u32 {
        match self {
            Self::Run(start, end) => end - start,
            Self::Mixed(words) => words.iter().map(|word| word.count_ones()).sum(),
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
        self.tidy();
    }

    /// Marks what another page has marked.
    fn union(&mut self, other: &Self) {
        match other {
            Self::Run(start, end) => return self.mark(&(*start..*end)),
            Self::Mixed(_) if *self == Self::Run(0, PAGE) => return,
            Self::Mixed(words) => {
                for (word, with) in self.words_mut().iter_mut().zip(words.iter()) {
                    *word |= with;
                }
            }
        }
        self.tidy();
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
            (_, Self::Mixed(words)) => {
                for (word, without) in self.words_mut().iter_mut().zip(words.iter()) {
                    *word &= !without;
                }
            }
        }
        self.tidy()
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
        self.tidy();
    }

    fn contains(&self, track: u32) -> bool {
        match self {
            Self::Run(start, end) => (*start..*end).contains(&track),
            Self::Mixed(words) => {
                words.get((track / u64::BITS) as usize).is_some_and(|word| word >> (track % u64::BITS) & 1 == 1)
            }
        }
    }

    /// Brings what is marked into its one form; says whether anything is.
    fn tidy(&mut self) -> bool {
        let Self::Mixed(words) = self else { return true };
        match held(words) {
            Held::Nothing => return false,
            Held::Run(start, end) => *self = Self::Run(start, end),
            Held::Mixed => {}
        }
        true
    }

    /// The runs of marked tracks, ascending; two of them touch where a word ends between them.
    fn runs(&self, mut add: impl FnMut(u32, u32)) {
        match self {
            Self::Run(start, end) => add(*start, *end),
            Self::Mixed(words) => {
                for (&word, base) in words.iter().zip(bases()) {
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
fn bases() -> impl Iterator<Item = u32> {
    (0..PAGE).step_by(u64::BITS as usize)
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
    #[must_use]
    pub const fn new(tracks: u32) -> Self {
        Self { tracks, pages: Vec::new() }
    }

    /// A table with every track marked.
    pub(crate) fn all(tracks: u32) -> Self {
        let page = |index: u32| (index, Page::Run(0, (tracks - index * PAGE).min(PAGE)));
        Self { tracks, pages: (0..tracks.div_ceil(PAGE)).map(page).collect() }
    }

    /// How many tracks the volume has.
    pub(crate) const fn tracks(&self) -> u32 {
        self.tracks
    }

    /// The place of a page, or where it would come.
    fn place(&self, index: u32) -> Result<usize, usize> {
        self.pages.binary_search_by_key(&index, |(index, _)| *index)
    }

    /// Marks a range; what lies past the end of the volume is left out.
    pub fn mark(&mut self, range: Range<u32>) {
        let range = range.start..range.end.min(self.tracks);
        if range.is_empty() {
            return;
        }
        for index in range.start / PAGE..=(range.end - 1) / PAGE {
            let start = index * PAGE;
            let part = range.start.saturating_sub(start)..(range.end - start).min(PAGE);
            match self.place(index).map(|place| self.pages.get_mut(place)) {
                Ok(page) => page.into_iter().for_each(|(_, page)| page.mark(&part)),
                Err(place) => self.pages.insert(place, (index, Page::Run(part.start, part.end))),
            }
        }
    }

    /// Marks whatever the other table has marked.
    pub fn union(&mut self, other: &Self) {
        let mut at = 0;
        for (index, page) in &other.pages {
            while self.pages.get(at).is_some_and(|(own, _)| own < index) {
                at += 1;
            }
            match self.pages.get_mut(at).filter(|(own, _)| own == index) {
                Some((_, own)) => own.union(page),
                None => self.pages.insert(at, (*index, page.clone())),
            }
        }
        if other.tracks > self.tracks {
            self.clip();
        }
    }

    /// Unmarks whatever the other table has marked.
    pub fn subtract(&mut self, other: &Self) {
        let mut others = other.pages.iter().peekable();
        self.pages.retain_mut(|(index, page)| {
            while others.next_if(|(other, _)| other < index).is_some() {}
            others.next_if(|(other, _)| other == index).is_none_or(|(_, other)| page.subtract(other))
        });
    }

    /// Unmarks the first so many marked tracks.
    pub(crate) fn drop_first(&mut self, mut marked: u32) {
        let mut gone = 0;
        for (_, page) in &mut self.pages {
            let here = page.count();
            if here > marked {
                if marked > 0 {
                    page.drop_first(marked);
                }
                break;
            }
            marked -= here;
            gone += 1;
        }
        self.pages.drain(..gone);
    }

    /// How many tracks are marked.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.pages.iter().map(|(_, page)| page.count()).sum()
    }

    /// Whether a track is marked.
    pub(crate) fn contains(&self, track: u32) -> bool {
        let page = self.place(track / PAGE).ok().and_then(|place| self.pages.get(place));
        page.is_some_and(|(_, page)| page.contains(track % PAGE))
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

    /// Unmarks what lies past the end of the volume.
    fn clip(&mut self) {
        let last = self.tracks / PAGE;
        let behind = self.pages.partition_point(|(index, _)| *index <= last);
        self.pages.truncate(behind);
        let end = self.tracks % PAGE;
        if let Some((index, page)) = self.pages.last_mut()
            && *index == last
            && !(end > 0 && page.subtract(&Page::Run(end, PAGE)))
        {
            self.pages.pop();
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
        assert!(full.pages.iter().all(|(_, page)| matches!(page, Page::Run(..))));
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
