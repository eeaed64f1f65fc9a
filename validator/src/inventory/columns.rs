//! What the per-volume rules read: facts of sources and targets in row order, and both sides of each pair in pair
//! order, one generation after the other.

use dasdlab_model::run::Run;
use dasdlab_model::states::DeviceType;
use dasdlab_model::unit::Lss;

use super::mapping::{Mapping, Pair, SourceRow, TargetRow};
use super::records::Records;

/// Rows that are joined at a time.
const BLOCK: usize = 256;

/// Columns in row order and in pair order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Facts of each source row.
    pub(crate) source_facts: Vec<u32>,
    /// Facts of each target row.
    pub(crate) target_facts: Vec<u32>,
    /// Array and LSS of each pair's source. Pairs without a volume on either side have zero everywhere: they compare
    /// as alike.
    pub(crate) source_lss: Vec<u32>,
    /// Array and LSS of each pair's target.
    pub(crate) target_lss: Vec<u32>,
    /// Device type and cylinders of each pair's source.
    pub(crate) source_size: Vec<u32>,
    /// Device type and cylinders of each pair's target.
    pub(crate) target_size: Vec<u32>,
}

/// Array and logical subsystem of a volume in one number: equal for two volumes exactly if both are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LssKey(pub(crate) u32);

impl LssKey {
    /// The key of this logical subsystem of the array with this number.
    pub(crate) fn new(array: u32, lss: Lss) -> Self {
        Self((array << 8) | u32::from(lss.id()))
    }

    /// The part that is the logical subsystem.
    pub(crate) fn lss(self) -> Option<Lss> {
        Lss::new((self.0 & 0xFF) as u8)
    }

    /// The part that is the array.
    pub(crate) fn array(self) -> u32 {
        self.0 >> 8
    }
}

/// Device type and cylinders of a volume in one number: equal for two volumes exactly if both are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SizeKey(pub(crate) u32);

impl SizeKey {
    const TYPE_BIT: u32 = 1 << 31;

    /// The key of this size.
    pub(crate) fn new(device_type: DeviceType, cylinders: u32) -> Self {
        match device_type {
            DeviceType::T3380 => Self(cylinders),
            DeviceType::T3390 => Self(cylinders | Self::TYPE_BIT),
        }
    }

    /// 3390 or 3380.
    pub(crate) fn device_type(self) -> DeviceType {
        if self.0 & Self::TYPE_BIT == 0 { DeviceType::T3380 } else { DeviceType::T3390 }
    }

    /// Size in cylinders.
    pub(crate) fn cylinders(self) -> u32 {
        self.0 & !Self::TYPE_BIT
    }
}

impl Columns {
    /// Array and LSS of both sides of this pair, source first.
    pub(crate) fn subsystems(&self, row: u32) -> (LssKey, LssKey) {
        (LssKey(of(&self.source_lss, row)), LssKey(of(&self.target_lss, row)))
    }

    /// Device type and cylinders of both sides of this pair, source first.
    pub(crate) fn sizes(&self, row: u32) -> (SizeKey, SizeKey) {
        (SizeKey(of(&self.source_size, row)), SizeKey(of(&self.target_size, row)))
    }

    /// The source of this row has these facts from now on.
    pub(super) fn put_source(&mut self, row: u32, facts: u32) {
        put(&mut self.source_facts, row, facts);
    }

    /// The target of this row has these facts from now on.
    pub(super) fn put_target(&mut self, row: u32, facts: u32) {
        put(&mut self.target_facts, row, facts);
    }

    /// The sides of this pair are these from now on, source first.
    pub(super) fn put_pair(&mut self, row: u32, [source, target]: [(LssKey, SizeKey); 2]) {
        put(&mut self.source_lss, row, source.0.0);
        put(&mut self.source_size, row, source.1.0);
        put(&mut self.target_lss, row, target.0.0);
        put(&mut self.target_size, row, target.1.0);
    }

    /// Joins rows and pairs with the records of their volumes, in the memory that there is.
    pub(super) fn join(&mut self, mapping: &Mapping, records: &Records, run: &impl Run) {
        let pairs = mapping.pairs.len();
        let Self { source_facts, target_facts, source_lss, target_lss, source_size, target_size } = self;
        source_facts.resize(mapping.sources.len(), 0);
        target_facts.resize(mapping.targets.len(), 0);
        for column in [&mut *source_lss, &mut *target_lss, &mut *source_size, &mut *target_size] {
            column.resize(pairs, 0);
        }
        let mut rest = Stretch {
            sources: (source_facts, &mapping.sources),
            targets: (target_facts, &mapping.targets),
            lss: (source_lss, target_lss),
            size: (source_size, target_size),
            pairs: &mapping.pairs,
        };
        let shares = run.pieces(pairs);
        if shares <= 1 {
            rest.join(mapping, records);
            return;
        }
        let share = |of: usize| of.div_ceil(shares);
        let lengths = [share(rest.sources.1.len()), share(rest.targets.1.len()), share(pairs)];
        let stretches: Vec<Stretch<'_>> = (0..shares).map(|_| rest.split_off(lengths)).collect();
        run.run(stretches, |stretch| stretch.join(mapping, records));
    }
}

/// A stretch of all rows and pairs, and what is to be joined with them.
#[derive(Default)]
struct Stretch<'a> {
    sources: (&'a mut [u32], &'a [SourceRow]),
    targets: (&'a mut [u32], &'a [TargetRow]),
    lss: (&'a mut [u32], &'a mut [u32]),
    size: (&'a mut [u32], &'a mut [u32]),
    pairs: &'a [Pair],
}

impl Stretch<'_> {
    /// Its first so many sources, targets and pairs; it is left with what follows them.
    fn split_off(&mut self, [sources, targets, pairs]: [usize; 3]) -> Self {
        Self {
            sources: (first_mut(&mut self.sources.0, sources), first(&mut self.sources.1, sources)),
            targets: (first_mut(&mut self.targets.0, targets), first(&mut self.targets.1, targets)),
            lss: (first_mut(&mut self.lss.0, pairs), first_mut(&mut self.lss.1, pairs)),
            size: (first_mut(&mut self.size.0, pairs), first_mut(&mut self.size.1, pairs)),
            pairs: first(&mut self.pairs, pairs),
        }
    }

    fn join(self, mapping: &Mapping, records: &Records) {
        if mapping.is_straight {
            self.join_rows(records);
        } else {
            self.join_blocks(mapping, records);
        }
    }

    /// Each row is one source, its target and their pair.
    fn join_rows(self, records: &Records) {
        let (source_facts, sources) = self.sources;
        let (target_facts, targets) = self.targets;
        let facts = source_facts.iter_mut().zip(target_facts);
        let lss = self.lss.0.iter_mut().zip(self.lss.1);
        let size = self.size.0.iter_mut().zip(self.size.1);
        for ((source, target), (facts, (lss, size))) in sources.iter().zip(targets).zip(facts.zip(lss.zip(size))) {
            let ([of_source, of_target], [source, target]) = records.of_row(source, target);
            (*facts.0, *facts.1) = (of_source, of_target);
            (*lss.0, *lss.1) = (source.0.0, target.0.0);
            (*size.0, *size.1) = (source.1.0, target.1.0);
        }
    }

    /// Rows of one source, its target and their pair mostly stand at one place: taken block by block a record comes from memory
    /// once.
    fn join_blocks(mut self, mapping: &Mapping, records: &Records) {
        loop {
            let block = self.split_off([BLOCK; 3]);
            if block.sources.1.is_empty() && block.targets.1.is_empty() && block.pairs.is_empty() {
                break;
            }
            let (facts, rows) = block.sources;
            facts.iter_mut().zip(rows).for_each(|(facts, row)| *facts = records.of_source(row));
            let (facts, rows) = block.targets;
            facts.iter_mut().zip(rows).for_each(|(facts, row)| *facts = records.of_target(row));
            let lss = block.lss.0.iter_mut().zip(block.lss.1);
            let size = block.size.0.iter_mut().zip(block.size.1);
            for (pair, ((source_lss, target_lss), (source_size, target_size))) in block.pairs.iter().zip(lss.zip(size)) {
                let sides = records.of_pair(mapping.source(pair.source), mapping.target(pair.target));
                [(*source_lss, *source_size), (*target_lss, *target_size)] = sides.map(|(lss, size)| (lss.0, size.0));
            }
        }
    }
}

/// The first so many of what there is, which is left with the others.
fn first<'a, T>(rest: &mut &'a [T], length: usize) -> &'a [T] {
    rest.split_off(..length.min(rest.len())).unwrap_or_default()
}

/// The same of what can be written.
fn first_mut<'a, T>(rest: &mut &'a mut [T], length: usize) -> &'a mut [T] {
    rest.split_off_mut(..length.min(rest.len())).unwrap_or_default()
}

fn put(column: &mut [u32], row: u32, value: u32) {
    if let Some(entry) = column.get_mut(row as usize) {
        *entry = value;
    }
}

fn of(column: &[u32], row: u32) -> u32 {
    column.get(row as usize).copied().unwrap_or(0)
}
