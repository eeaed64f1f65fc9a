//! Pieces of pairs joined: the sources and targets of every profile.

use dasdlab_model::name::{ProfileName, Volser};
use dasdlab_model::observation::{Mapping, Source};
use dasdlab_model::tables::{Counted, NONE, counted, push_sources};
use dasdlab_model::unit::Unit;
use rustc_hash::FxHashMap;

use crate::pairs::{self, PairRow};

/// Sources and targets of a profile, with the rows that they come from.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) profile: Option<ProfileName>,
    pub(crate) sources: Vec<Source>,
    pub(crate) targets: Vec<Mapping>,
    /// The highest generation.
    pub(crate) generations: u8,
    pub(crate) source_rows: Origins,
    pub(crate) target_rows: Origins,
    /// The place at which the next source is looked for first: generations list them in one order.
    next: usize,
    /// Sources that ascend are their own index, as long as there are few stretches of them.
    ascending: Vec<Ascending>,
    /// Which source each unit is, where there are many.
    at: Option<FxHashMap<u32, u32>>,
}

/// Sources that ascend.
#[derive(Debug)]
struct Ascending {
    /// The first of them.
    from: usize,
    /// The lowest and the highest unit.
    lowest: u32,
    highest: u32,
}

/// The pages of all profiles; and which rows say another label than one before, and how.
pub(crate) type Pages = (Vec<Page>, Vec<(u32, String)>);

/// The most profiles that a table names.
const MAX_PROFILES: usize = 4_096;

/// Rows of a table that entries of a list come from.
#[derive(Debug, Default)]
pub(crate) struct Origins(
    /// From which entry on which row and those behind it.
    Vec<(u32, u32)>,
);

impl Origins {
    fn enter(&mut self, entry: usize, row: u32) {
        let entry = u32::try_from(entry).unwrap_or(NONE);
        if self.0.last().is_none_or(|&(before, was)| row.wrapping_sub(was) != entry.wrapping_sub(before)) {
            self.0.push((entry, row));
        }
    }

    /// The row that an entry comes from.
    pub(crate) fn of(&self, entry: usize) -> Option<u32> {
        let entry = u32::try_from(entry).ok()?;
        let (from, row) = *self.0.get(self.0.partition_point(|&(from, _)| from <= entry).checked_sub(1)?)?;
        row.checked_add(entry - from)
    }
}

/// Joins pairs. `label` gives the label of a unit where the table has no column for saved ones. Says of which row a source
/// was saved otherwise in a row before, and how.
pub(crate) fn pairs(parts: &[pairs::Part], label: Option<&dyn Fn(u32) -> u64>) -> Pages {
    let mut pages: Vec<Page> = Vec::new();
    let mut numbers: FxHashMap<Option<ProfileName>, usize> = FxHashMap::default();
    let mut clashes = Vec::new();
    let mut row = 0_u32;
    let mut all: Vec<Vec<usize>> = Vec::new();
    for part in parts {
        all.push(
            part.profiles
                .iter()
                .map(|name| {
                    *numbers.entry(name.clone()).or_insert_with(|| {
                        pages.push(Page { profile: name.clone(), ..Page::default() });
                        pages.len() - 1
                    })
                })
                .collect(),
        );
        if pages.len() > MAX_PROFILES {
            return (Vec::new(), vec![(row, format!("more than {MAX_PROFILES} profiles: expected fewer"))]);
        }
        row += u32::try_from(Counted::total(part.rows.len(), &part.counted)).unwrap_or(NONE);
    }
    make_room(&mut pages, parts, &all);
    row = 0;
    for (part, here) in parts.iter().zip(&all) {
        for (pair, rows) in stretches(part) {
            let Some(page) = here.get(pair.profile as usize).and_then(|&number| pages.get_mut(number)) else { continue };
            if label.is_some() || page.take(pair, rows, row).is_none() {
                for (nth, saved) in (0..).zip(words(pair.saved, rows)) {
                    let pair = PairRow { source: pair.source + nth, target: pair.target.saturating_add(nth), saved, ..*pair };
                    let saved = label.map_or(pair.saved, |label| label(pair.source));
                    page.take_one(&pair, saved, row + nth, &mut clashes);
                }
            }
            row += rows;
        }
    }
    (pages, clashes)
}

/// The rows of a piece, and of how many each is the first.
fn stretches(part: &pairs::Part) -> impl Iterator<Item = (&PairRow, u32)> {
    let mut counted = part.counted.iter().peekable();
    (0..).zip(&part.rows).map(move |(at, pair)| (pair, 1 + counted.next_if(|counted| counted.row == at).map_or(0, |it| it.more)))
}

/// Makes room for the sources of the first generation that a profile names, and for all targets.
fn make_room(pages: &mut [Page], parts: &[pairs::Part], all: &[Vec<usize>]) {
    let mut lengths = vec![(None, 0, 0); pages.len()];
    for (part, here) in parts.iter().zip(all) {
        for (pair, rows) in stretches(part) {
            let Some((generation, sources, targets)) = here.get(pair.profile as usize).and_then(|&at| lengths.get_mut(at)) else {
                continue;
            };
            let is_first = *generation.get_or_insert(pair.generation) == pair.generation;
            *sources += if is_first { rows as usize } else { 0 };
            *targets += if pair.target == NONE { 0 } else { rows as usize };
        }
    }
    for (page, (_, sources, targets)) in pages.iter_mut().zip(lengths) {
        page.sources.reserve_exact(sources);
        page.targets.reserve_exact(targets);
    }
}

/// Labels as words that count up from one, or none so many times.
fn words(first: u64, rows: u32) -> impl Iterator<Item = u64> {
    let groups = if first == 0 { None } else { Some(counted(first, rows)) };
    let none = if first == 0 { rows as usize } else { 0 };
    let words = groups.into_iter().flatten().flat_map(|(word, count)| word..word + u64::from(count));
    words.chain(std::iter::repeat_n(0, none))
}

impl Page {
    /// Takes pairs that count up, if their sources are above all others, or are those that come next; says whether it did.
    fn take(&mut self, first: &PairRow, rows: u32, row: u32) -> Option<()> {
        let last = first.source.checked_add(rows - 1)?;
        let (source, target) = (Unit::new(first.source)?, Unit::new(first.target));
        Unit::new(last)?;
        let are_apart = |known: &Ascending| last < known.lowest || known.highest < first.source;
        if self.at.is_none() && self.ascending.iter().all(are_apart) {
            self.source_rows.enter(self.sources.len(), row);
            let from = self.sources.len();
            push_sources(&mut self.sources, source, first.saved, rows).then_some(())?;
            self.index(from, first.source, last);
            self.next = self.sources.len();
        } else {
            let saved = words(first.saved, rows).map(Volser::from_packed);
            let these = (0..rows).zip(saved).map(|(nth, volser)| Source { unit: source.plus(nth).unwrap_or(source), volser });
            let behind = self.next.checked_add(rows as usize)?;
            self.sources.get(self.next..behind)?.iter().copied().eq(these).then_some(())?;
            self.next = behind;
        }
        if let Some(target) = target {
            Unit::new(first.target.checked_add(rows - 1)?)?;
            self.target_rows.enter(self.targets.len(), row);
            self.targets.extend((0..rows).map(|nth| Mapping {
                generation: first.generation,
                source: source.plus(nth).unwrap_or(source),
                target: target.plus(nth).unwrap_or(target),
            }));
            self.generations = self.generations.max(first.generation);
        }
        Some(())
    }

    fn take_one(&mut self, pair: &PairRow, saved: u64, row: u32, clashes: &mut Vec<(u32, String)>) {
        let Some(source) = Unit::new(pair.source) else { return };
        if let Some(was) = self.source(pair.source, source, saved, row) {
            let said = |word| Volser::from_packed(word).map_or_else(|| "no label".to_owned(), |label| label.to_string());
            let message = format!("source {source} was saved with {} here and with {} in another row", said(saved), said(was));
            clashes.push((row, message));
        }
        if let Some(target) = Unit::new(pair.target) {
            self.target_rows.enter(self.targets.len(), row);
            self.targets.push(Mapping { generation: pair.generation, source, target });
            self.generations = self.generations.max(pair.generation);
        }
    }

    /// Enters a source unless it is known; gives its label where that is another.
    fn source(&mut self, number: u32, unit: Unit, saved: u64, row: u32) -> Option<u64> {
        if let Some(known) = self.find(number, unit) {
            self.next = known + 1;
            let was = self.sources.get(known)?.volser.map_or(0, Volser::packed);
            return (was != saved).then_some(was);
        }
        self.source_rows.enter(self.sources.len(), row);
        self.sources.push(Source { unit, volser: Volser::from_packed(saved) });
        self.index(self.sources.len() - 1, number, number);
        self.next = self.sources.len();
        None
    }

    /// Notes sources that were added and ascend.
    fn index(&mut self, from: usize, lowest: u32, highest: u32) {
        /// More stretches take longer to look through than an index.
        const FEW: usize = 8;
        if let Some(at) = &mut self.at {
            let added = self.sources.get(from..).unwrap_or_default();
            at.extend(added.iter().map(|source| source.unit.number()).zip(u32::try_from(from).unwrap_or(NONE)..));
            return;
        }
        match self.ascending.last_mut() {
            Some(last) if last.highest < lowest => last.highest = highest,
            _ => self.ascending.push(Ascending { from, lowest, highest }),
        }
        if self.ascending.len() > FEW {
            self.at = Some(self.sources.iter().map(|source| source.unit.number()).zip(0..).collect());
        }
    }

    /// Which source this unit is, if it is one.
    fn find(&self, number: u32, unit: Unit) -> Option<usize> {
        if self.sources.get(self.next).is_some_and(|source| source.unit == unit) {
            return Some(self.next);
        }
        if let Some(at) = &self.at {
            return at.get(&number).map(|&at| at as usize);
        }
        let ends = self.ascending.iter().skip(1).map(|next| next.from).chain([self.sources.len()]);
        self.ascending.iter().zip(ends).find_map(|(known, end)| {
            let within = (known.lowest..=known.highest).contains(&number);
            let sources = if within { self.sources.get(known.from..end)? } else { return None };
            sources.binary_search_by_key(&unit, |source| source.unit).ok().map(|at| known.from + at)
        })
    }
}
