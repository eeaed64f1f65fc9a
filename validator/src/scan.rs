//! The fused pass: every column once for all rules, branch-free until a fault, then the exact rules on those rows.

mod asked;
mod share;

use dasdlab_model::run::Run;
use wide::u8x16;

use crate::findings::{Findings, Row};
use crate::inventory::{Columns, Inventory, LssKey, SizeKey, bits};
use crate::rules::{REGISTRY, RowPart, RuleEntry};

use asked::Group;
pub(crate) use asked::{Asked, AskedOfPairs};
use share::Share;

/// Rows that share one any-fault word.
const BLOCK: usize = 64;

/// How many pairs are checked in the time in which one is joined with its volumes.
const CHECKED_WHILE_JOINED: usize = 4;

/// Which bits of the pair columns must be alike on both sides.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PairMask {
    /// Of array and LSS.
    pub(crate) lss: u32,
    /// Of device type and cylinders.
    pub(crate) size: u32,
}

impl PairMask {
    /// Array and LSS.
    pub(crate) const ARRAY_AND_LSS: u32 = u32::MAX;
    /// The array alone.
    pub(crate) const ARRAY: u32 = !0xFF;
    /// Device type and cylinders.
    pub(crate) const SIZE: u32 = u32::MAX;

    /// Whether these two sides of a pair differ in a bit of the mask.
    pub(crate) fn differ(self, source: (LssKey, SizeKey), target: (LssKey, SizeKey)) -> bool {
        ((source.0.0 ^ target.0.0) & self.lss) | ((source.1.0 ^ target.1.0) & self.size) != 0
    }
}

/// What the rules of one pass look for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Masks {
    sources: u32,
    targets: u32,
    data_sets: u32,
    pub(crate) pairs: PairMask,
}

impl Masks {
    pub(crate) fn new<'e>(entries: impl Iterator<Item = &'e RuleEntry>, inventory: &Inventory) -> Self {
        let mut this = Self::default();
        for entry in entries {
            this.sources |= entry.sources.map_or(0, |part| part.mask);
            this.targets |= entry.targets.map_or(0, |part| part.mask);
            this.data_sets |= entry.data_sets.map_or(0, |part| part.mask);
            let pairs = entry.pairs.map_or_else(PairMask::default, |part| (part.mask)(inventory));
            this.pairs.lss |= pairs.lss;
            this.pairs.size |= pairs.size;
        }
        this
    }
}

/// Rows on which at least one rule must look closer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspects {
    /// Rows of sources.
    pub sources: Vec<u32>,
    /// Rows of targets.
    pub targets: Vec<u32>,
    /// Rows of data sets.
    pub data_sets: Vec<u32>,
    /// Rows of pairs.
    pub pairs: Vec<u32>,
    /// How many volumes hold something in scope without being a source, or both sides.
    pub volumes: usize,
}

impl Suspects {
    /// Those of the rows that these masks are about; volumes are not counted.
    pub(crate) fn find(masks: &Masks, inventory: &Inventory) -> Self {
        let mut this = Self::default();
        let columns = &inventory.columns;
        collect(&columns.source_facts, masks.sources, &mut this.sources);
        collect(&columns.target_facts, masks.targets, &mut this.targets);
        collect(&inventory.data.facts, masks.data_sets, &mut this.data_sets);
        compare(columns, Share::WHOLE, masks.pairs, |row| push(&mut this.pairs, row, inventory.mapping.pairs.len()));
        this
    }

    /// All suspicious rows and volumes together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.len() + self.targets.len() + self.data_sets.len() + self.pairs.len() + self.volumes
    }

    /// Whether nothing is suspicious.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Collects the rows with any fact of the mask.
fn collect(facts: &[u32], mask: u32, rows: &mut Vec<u32>) {
    search(facts, Share::WHOLE, mask, |row, _| push(rows, row, facts.len()));
}

/// Adds a row, and makes room at the first one, for about one in each block: what is clean allocates nothing.
fn push(rows: &mut Vec<u32>, row: u32, of: usize) {
    if rows.is_empty() {
        rows.reserve(of / BLOCK);
    }
    rows.push(row);
}

/// Visits the rows of this share with any fact of the mask, with those of their facts that are in it.
fn search(facts: &[u32], share: Share, mask: u32, mut visit: impl FnMut(u32, u32)) {
    if mask == 0 {
        return;
    }
    let (first, facts) = share.of(facts);
    let mut visit_block = |at: usize, block: &[u32; BLOCK]| each(first + at, block, mask, &mut visit);
    let (blocks, rest) = facts.as_chunks::<BLOCK>();
    for (at, block) in blocks.iter().enumerate() {
        if block.iter().fold(0, |any, fact| any | fact) & mask != 0 {
            visit_block(at, block);
        }
    }
    visit_block(blocks.len(), &filled(rest));
}

/// Visits the pairs of this share whose sides differ in a bit of the mask.
fn compare(columns: &Columns, share: Share, mask: PairMask, mut visit: impl FnMut(u32)) {
    if mask.lss | mask.size == 0 {
        return;
    }
    let (first, source_lss) = share.of(&columns.source_lss);
    let (source_lss, source_lss_rest) = source_lss.as_chunks::<BLOCK>();
    let (target_lss, target_lss_rest) = share.of(&columns.target_lss).1.as_chunks::<BLOCK>();
    let (source_size, source_size_rest) = share.of(&columns.source_size).1.as_chunks::<BLOCK>();
    let (target_size, target_size_rest) = share.of(&columns.target_size).1.as_chunks::<BLOCK>();
    let blocks = source_lss.iter().zip(target_lss).zip(source_size.iter().zip(target_size));
    for (at, ((source_lss, target_lss), (source_size, target_size))) in blocks.enumerate() {
        let differences = differences(source_lss, target_lss, source_size, target_size, mask);
        if differences.iter().fold(0, |any, difference| any | difference) != 0 {
            each(first + at, &differences, u32::MAX, |row, _| visit(row));
        }
    }
    let rest = differences(
        &filled(source_lss_rest),
        &filled(target_lss_rest),
        &filled(source_size_rest),
        &filled(target_size_rest),
        mask,
    );
    each(first + source_lss.len(), &rest, u32::MAX, |row, _| visit(row));
}

/// For each pair, the bits in which its sides differ.
fn differences(
    source_lss: &[u32; BLOCK],
    target_lss: &[u32; BLOCK],
    source_size: &[u32; BLOCK],
    target_size: &[u32; BLOCK],
    mask: PairMask,
) -> [u32; BLOCK] {
    let lss = source_lss.iter().zip(target_lss).map(|(a, b)| (a ^ b) & mask.lss);
    let size = source_size.iter().zip(target_size).map(|(a, b)| (a ^ b) & mask.size);
    let mut differences = [0; BLOCK];
    for (difference, (lss, size)) in differences.iter_mut().zip(lss.zip(size)) {
        *difference = lss | size;
    }
    differences
}

/// The last rows as a block: those that are missing have nothing.
fn filled(rest: &[u32]) -> [u32; BLOCK] {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

/// Visits the rows of a block with any fact of the mask.
fn each(at: usize, block: &[u32; BLOCK], mask: u32, mut visit: impl FnMut(u32, u32)) {
    for row in bits(at, word(block, mask)) {
        visit(row, block.get(row as usize % BLOCK).copied().unwrap_or(0) & mask);
    }
}

/// One bit for each row: whether it has any fact of the mask.
fn word(block: &[u32; BLOCK], mask: u32) -> u64 {
    let mut suspicious = [0; BLOCK];
    for (suspicious, fact) in suspicious.iter_mut().zip(block) {
        *suspicious = u8::from(fact & mask == 0).wrapping_sub(1);
    }
    let parts = suspicious.as_chunks::<16>().0;
    (0_u32..).step_by(16).zip(parts).fold(0, |word, (place, part)| word | (u64::from(u8x16::new(*part).to_bitmask()) << place))
}

/// Evaluates these rules, each column once for all of them: rows with a fault are visited when the pass comes to them.
pub(crate) fn evaluate<'a>(asks: &Asks<'_>, inventory: &'a Inventory, run: &impl Run, findings: &mut Findings<'a>) {
    if !findings.defers(inventory) {
        return Pass::new(&Asks::new(asks.entries.iter().copied(), false), inventory).whole(findings);
    }
    let pass = Pass::new(asks, inventory);
    let pieces = run.pieces(inventory.pairs() / CHECKED_WHILE_JOINED);
    if pieces < 2 {
        return pass.whole(findings);
    }
    let rooms = findings.rooms(pieces);
    let done = run.run(Share::of_many(pieces).into_iter().zip(rooms).collect(), |(share, mut findings)| {
        findings.defers(inventory);
        pass.rows(share, &mut findings);
        if share.is_last() {
            pass.sets(&mut findings);
        }
        findings.sort();
        findings
    });
    done.into_iter().for_each(|share| findings.append(share));
}

/// What some rules ask of any inventory.
#[derive(Debug)]
pub(crate) struct Asks<'e> {
    entries: Vec<&'e RuleEntry>,
    sources: Asked,
    targets: Asked,
    data_sets: Asked,
    pairs: AskedOfPairs<'e>,
}

impl<'e> Asks<'e> {
    /// What these rules ask; see [`Asked::new`] on what defers.
    pub(crate) fn new(entries: impl Iterator<Item = &'e RuleEntry>, defers: bool) -> Self {
        let entries: Vec<&RuleEntry> = entries.collect();
        let asked = |part: fn(&RuleEntry) -> Option<RowPart>, row| {
            Asked::new(entries.iter().filter_map(|entry| part(entry)), row, defers)
        };
        Self {
            sources: asked(|entry| entry.sources, Row::Source),
            targets: asked(|entry| entry.targets, Row::Target),
            data_sets: asked(|entry| entry.data_sets, Row::Held),
            pairs: AskedOfPairs::new(entries.iter().filter_map(|entry| entry.pairs.as_ref()), defers),
            entries,
        }
    }
}

/// The same, asked of one inventory.
struct Pass<'p, 'a> {
    asks: &'p Asks<'p>,
    inventory: &'a Inventory,
    pairs: PairMask,
}

impl<'p, 'a> Pass<'p, 'a> {
    fn new(asks: &'p Asks<'p>, inventory: &'a Inventory) -> Self {
        Self { asks, inventory, pairs: Masks::new(asks.entries.iter().copied(), inventory).pairs }
    }

    fn whole(&self, findings: &mut Findings<'a>) {
        self.rows(Share::WHOLE, findings);
        self.sets(findings);
    }

    /// What rows and pairs of this share come to.
    fn rows(&self, share: Share, findings: &mut Findings<'a>) {
        let (asks, inventory) = (self.asks, self.inventory);
        let (mapping, columns, data) = (&inventory.mapping, &inventory.columns, &inventory.data);
        let source = |row| mapping.source(row).map(|source| source.unit.number());
        let target = |row| mapping.target(row).map(|target| target.unit.number());
        asks.sources.visit(&columns.source_facts, share, source, inventory, findings);
        asks.targets.visit(&columns.target_facts, share, target, inventory, findings);
        asks.data_sets.visit(&data.facts, share, Some, inventory, findings);
        let units = |row| AskedOfPairs::units(inventory, row);
        let mut group = Group::new(units, |row, _, units| asks.pairs.visit_row(row, units, inventory, findings));
        compare(columns, share, self.pairs, |row| group.add(row, 0));
        group.finish();
    }

    /// What volumes, catalogs and arrays come to, and what is asked once.
    fn sets(&self, findings: &mut Findings<'a>) {
        let inventory = self.inventory;
        for entry in &self.asks.entries {
            entry.volumes.into_iter().for_each(|part| (part.all)(inventory, findings));
            if let Some(part) = entry.catalogs {
                (0..).zip(&inventory.data.catalogs).for_each(|(id, _)| (part.visit)(inventory, id, findings));
            }
            if let Some(visit) = entry.arrays {
                (0..).zip(&inventory.volumes.arrays).for_each(|(id, _)| visit(inventory, id, findings));
            }
            entry.once.into_iter().for_each(|once| once(inventory, findings));
        }
    }
}

impl Inventory {
    /// The fused pass alone: reads every column once for all rules and collects the rows on which a rule must look
    /// closer. [`Inventory::check`] does this, and then says what is wrong with them.
    #[must_use]
    pub fn scan(&self) -> Suspects {
        let entries = REGISTRY.iter().copied().filter(|entry| entry.applies(self));
        let mut suspects = Suspects::find(&Masks::new(entries, self), self);
        let (sources, sets) = (self.mapping.source_set.words(), &self.sets);
        let scope = sets.scope_data.words().iter().zip(sets.scope_log.words());
        let sides = sets.log_side.words().iter().zip(sets.data_side.words());
        for (((data, log), source), (log_side, data_side)) in scope.zip(sources).zip(sides) {
            suspects.volumes += (((data | log) & !source) | (log_side & data_side)).count_ones() as usize;
        }
        suspects
    }

    /// How many bytes [`Inventory::scan`] and [`Inventory::floor`] read.
    #[must_use]
    pub fn bytes_read(&self) -> usize {
        let columns = &self.columns;
        let rows = [&columns.source_facts, &columns.target_facts, &self.data.facts];
        let pairs = [&columns.source_lss, &columns.target_lss, &columns.source_size, &columns.target_size];
        let sets = &self.sets;
        let words = [&self.mapping.source_set, &sets.scope_data, &sets.scope_log, &sets.log_side, &sets.data_side];
        let columns = rows.iter().chain(&pairs).map(|column| size_of_val(column.as_slice())).sum::<usize>();
        columns + words.iter().map(|set| size_of_val(set.words())).sum::<usize>()
    }

    /// Reads the columns of [`Inventory::scan`] once, in the same order and as interleaved, and only adds them up:
    /// what a check is measured against.
    #[must_use]
    pub fn floor(&self) -> u64 {
        let sum = |column: &[u32]| column.iter().fold(0_u32, |sum, &value| sum.wrapping_add(value));
        let columns = &self.columns;
        let rows = [sum(&columns.source_facts), sum(&columns.target_facts), sum(&self.data.facts)];
        let lss = columns.source_lss.iter().zip(&columns.target_lss);
        let size = columns.source_size.iter().zip(&columns.target_size);
        let pairs = lss
            .zip(size)
            .fold(0_u32, |sum, ((a, b), (c, d))| sum.wrapping_add(*a).wrapping_add(*b).wrapping_add(*c).wrapping_add(*d));
        let sets = &self.sets;
        let words = [&self.mapping.source_set, &sets.scope_data, &sets.scope_log, &sets.log_side, &sets.data_side];
        let volumes = words.iter().flat_map(|set| set.words()).fold(0_u64, |sum, &word| sum.wrapping_add(word));
        rows.iter().fold(volumes.wrapping_add(u64::from(pairs)), |sum, &value| sum.wrapping_add(u64::from(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(length: usize, faults: &[u32]) {
        let mut facts = vec![0b10_u32; length];
        for &fault in faults {
            facts[fault as usize] |= 1 << 31;
        }
        let mut rows = Vec::new();
        collect(&facts, 1 << 31, &mut rows);
        assert_eq!(rows, faults);
        rows.clear();
        Share::of_many(3).into_iter().for_each(|share| search(&facts, share, 1 << 31, |row, _| rows.push(row)));
        assert_eq!(rows, faults);
    }

    #[test]
    fn exactly_the_rows_with_a_fact_of_the_mask_are_collected() {
        check(0, &[]);
        check(1, &[0]);
        check(64, &[0, 7, 8, 31, 32, 63]);
        check(200, &[63, 64, 127, 128, 129, 191, 192, 199]);
        check(200, &[1, 70, 71]);
        check(130, &(0..130).collect::<Vec<_>>());
    }

    #[test]
    fn room_is_made_once_and_only_where_there_is_a_fault() {
        let mut rows = Vec::new();
        collect(&[0b10; 64 * 64], 1, &mut rows);
        assert_eq!(rows.capacity(), 0);
        let mut facts = vec![0b10; 64 * 64];
        facts[100] = 1;
        collect(&facts, 1, &mut rows);
        assert!((64..128).contains(&rows.capacity()), "{}", rows.capacity());
        let mut rows = Vec::new();
        compare(&columns(64 * 64, &[]), Share::WHOLE, BOTH, |row| push(&mut rows, row, 64 * 64));
        assert_eq!(rows.capacity(), 0);
        compare(&columns(64 * 64, &[(100, 1, 0)]), Share::WHOLE, BOTH, |row| push(&mut rows, row, 64 * 64));
        assert!((64..128).contains(&rows.capacity()), "{}", rows.capacity());
    }

    const BOTH: PairMask = PairMask { lss: PairMask::ARRAY_AND_LSS, size: PairMask::SIZE };

    /// Pairs that are alike but for these rows, with what differs in the LSS and in the size.
    fn columns(length: usize, differences: &[(u32, u32, u32)]) -> Columns {
        let (lss, size) = (vec![0b110_u32; length], vec![0b101_u32; length]);
        let (mut target_lss, mut target_size) = (lss.clone(), size.clone());
        for &(row, of_lss, of_size) in differences {
            target_lss[row as usize] ^= of_lss;
            target_size[row as usize] ^= of_size;
        }
        Columns { source_lss: lss, source_size: size, target_lss, target_size, ..Columns::default() }
    }

    #[track_caller]
    fn check_pairs(length: usize, mask: PairMask, differences: &[(u32, u32, u32)], expected: &[u32]) {
        let columns = columns(length, differences);
        for shares in [vec![Share::WHOLE], Share::of_many(3)] {
            let mut rows = Vec::new();
            shares.iter().for_each(|&share| compare(&columns, share, mask, |row| push(&mut rows, row, length)));
            assert_eq!(rows, expected);
        }
    }

    #[test]
    fn exactly_the_pairs_that_differ_in_a_bit_of_the_mask_are_collected() {
        check_pairs(200, BOTH, &[], &[]);
        check_pairs(
            200,
            BOTH,
            &[(0, 1, 0), (1, 1, 0), (63, 0, 2), (64, 0, 2), (127, 4, 4), (199, 8, 8)],
            &[0, 1, 63, 64, 127, 199],
        );
        check_pairs(200, BOTH, &[(5, 1, 1), (6, 1 << 31, 1 << 31)], &[5, 6]);
        let array = PairMask { lss: PairMask::ARRAY, size: 0 };
        check_pairs(80, array, &[(1, 0xFF, 1), (2, 0x100, 0), (70, 0xFF, 1), (71, 0x8000_0000, 0)], &[2, 71]);
        let size = PairMask { lss: 0, size: PairMask::SIZE };
        check_pairs(80, size, &[(1, 1, 0), (2, 1, 1), (79, 0, 1 << 31)], &[2, 79]);
        check_pairs(80, PairMask::default(), &[(1, 1, 1), (79, 1, 1)], &[]);
    }
}
