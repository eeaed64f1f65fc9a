//! What rows and pairs ask of the volumes behind them, in one small record for each volume: to join them once more is a look
//! at one record a row and no walk through copies, claims and sets, of which almost no volume is part.

use dasdlab_model::run::Run;

use super::Inventory;
use super::columns::{LssKey, SizeKey};
use super::facts::{source, target};
use super::mapping::{SourceRow, TargetRow};
use super::volume_set::{VolumeSet, bits};
use super::volumes::{Resolved, Volume};

/// Volumes whose sets stand in one word.
const WORD: usize = 64;
/// Volumes from which on two threads are worth it, each with so many.
const PIECE: usize = 4096;

/// What rows and pairs ask of a volume.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Record {
    /// Its label as a word; 0 where it has none.
    label: u64,
    /// Array and LSS.
    lss: u32,
    /// Device type and cylinders.
    size: u32,
    /// Facts of a source row that stands for it, as far as they do not depend on the row; of a source only.
    as_source: u32,
    /// Facts of a target row that stands for it; of a target only.
    as_target: u32,
}

/// The records of all volumes by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records(Vec<Record>);

impl Records {
    /// Derives the records from what is entered so far; data sets or catalogs lie on the volumes `holding`.
    pub(super) fn new(inventory: &Inventory, holding: &VolumeSet, run: &impl Run) -> Self {
        let volumes = inventory.volumes.list.as_slice();
        let special = Special::new(inventory, holding);
        let half = if volumes.len() > 2 * PIECE { (volumes.len() / 2).next_multiple_of(WORD) } else { volumes.len() };
        let (first, second) = volumes.split_at_checked(half).unwrap_or((volumes, &[]));
        let mut this = vec![Record::default(); volumes.len()];
        let (first_records, second_records) = this.split_at_mut_checked(half).unwrap_or_default();
        if second.is_empty() {
            inventory.derive(&special, 0, first, first_records);
        } else {
            run.both(
                || inventory.derive(&special, 0, first, first_records),
                || inventory.derive(&special, half, second, second_records),
            );
        }
        Self(this)
    }

    /// The facts of this source row.
    #[inline]
    pub(super) fn of_source(&self, row: &SourceRow) -> u32 {
        source_facts(row, self.get(row.device))
    }

    /// The facts of this target row.
    #[inline]
    pub(super) fn of_target(&self, row: &TargetRow) -> u32 {
        target_facts(row, self.get(row.device))
    }

    /// Array and LSS, and device type and cylinders of both sides of a pair, source first; nothing of either if one of
    /// them has no volume.
    #[inline]
    pub(super) fn of_pair(&self, source: Option<&SourceRow>, target: Option<&TargetRow>) -> [(LssKey, SizeKey); 2] {
        sides([source.and_then(|row| self.get(row.device)), target.and_then(|row| self.get(row.device))])
    }

    /// The facts of a source and of its target, and both sides of their pair: each record is looked at once.
    #[inline]
    pub(super) fn of_row(&self, source: &SourceRow, target: &TargetRow) -> ([u32; 2], [(LssKey, SizeKey); 2]) {
        let (of_source, of_target) = (self.get(source.device), self.get(target.device));
        ([source_facts(source, of_source), target_facts(target, of_target)], sides([of_source, of_target]))
    }

    #[inline]
    fn get(&self, device: Resolved) -> Option<&Record> {
        self.0.get(device.place())
    }
}

#[inline]
fn source_facts(row: &SourceRow, record: Option<&Record>) -> u32 {
    match record {
        Some(record) => {
            let differs = (row.saved == 0) | (row.saved != record.label);
            record.as_source | if differs { source::VOLSER_MISMATCH } else { 0 }
        }
        None if row.device == Resolved::ALIAS => source::ALIAS_DEVICE,
        None => source::UNKNOWN_UNIT,
    }
}

#[inline]
fn target_facts(row: &TargetRow, record: Option<&Record>) -> u32 {
    match record {
        Some(record) => record.as_target,
        None if row.device == Resolved::ALIAS => target::ALIAS_DEVICE,
        None => target::UNKNOWN_UNIT,
    }
}

#[inline]
fn sides(ends: [Option<&Record>; 2]) -> [(LssKey, SizeKey); 2] {
    match ends {
        [Some(source), Some(target)] => [source, target].map(|record| (LssKey(record.lss), SizeKey(record.size))),
        _ => Default::default(),
    }
}

impl Inventory {
    /// Derives the record of this volume again.
    pub(crate) fn renew_record(&mut self, id: u32) {
        let roles = (self.mapping.source_set.contains(id), self.mapping.target_set.contains(id));
        let Some(record) = self.volumes.get(id).map(|volume| self.record(id, volume, roles)) else { return };
        if let Some(entry) = self.records.0.get_mut(id as usize) {
            *entry = record;
        }
    }

    /// Derives the records of these volumes, of which the first has this id, a multiple of 64.
    fn derive(&self, special: &Special, from: usize, volumes: &[Volume], records: &mut [Record]) {
        let mapping = &self.mapping;
        // What neighbours are by their marks and their array alone.
        let mut last = None;
        for (at, (volumes, records)) in (from / WORD..).zip(volumes.chunks(WORD).zip(records.chunks_mut(WORD))) {
            let (sources, targets) = (mapping.source_set.word(at), mapping.target_set.word(at));
            for (bit, (volume, record)) in volumes.iter().zip(records.iter_mut()).enumerate() {
                let look = (volume.marks(), volume.array(), volume.status().is_some());
                let plain = match last {
                    Some((of, plain)) if of == look => plain,
                    _ => {
                        let plain = (self.plain_source(volume), self.plain_target(volume));
                        last = Some((look, plain));
                        plain
                    }
                };
                let of = |roles: u64, facts: u32| facts & 0_u32.wrapping_sub((roles >> bit & 1) as u32);
                let (as_source, as_target) = (of(sources, plain.0), of(targets, plain.1));
                let (lss, size) = (volume.lss_key().0, volume.size_key().0);
                *record = Record { label: volume.label, lss, size, as_source, as_target };
            }
            let specials = (special.sources.word(at) & sources) | (special.targets.word(at) & targets);
            for id in bits(at, specials) {
                let bit = id as usize % WORD;
                let roles = (sources >> bit & 1 == 1, targets >> bit & 1 == 1);
                if let (Some(volume), Some(entry)) = (volumes.get(bit), records.get_mut(bit)) {
                    *entry = self.record(id, volume, roles);
                }
            }
        }
    }

    fn record(&self, id: u32, volume: &Volume, (is_source, is_target): (bool, bool)) -> Record {
        Record {
            label: volume.label,
            lss: volume.lss_key().0,
            size: volume.size_key().0,
            as_source: if is_source { self.source_facts(id, volume) } else { 0 },
            as_target: if is_target { self.target_facts(id, volume) } else { 0 },
        }
    }
}

/// The volumes of which more is known, as a source or as a target, than their marks and their array say.
struct Special {
    sources: VolumeSet,
    targets: VolumeSet,
}

impl Special {
    fn new(inventory: &Inventory, holding: &VolumeSet) -> Self {
        let Inventory { volumes, mapping, copies, claims, labels, sets, .. } = inventory;
        let mut sources = VolumeSet::new(volumes.len());
        labels.in_company().chain(volumes.reserved()).for_each(|volume| sources.insert(volume));
        sources.add(&copies.touched);
        sources.add(&claims.targets);
        sources.add(&sets.control);
        if inventory.policy.report_non_ims_data {
            sources.add(&sets.foreign);
        }
        if inventory.terms.is_data_backup() {
            sources.add(&sets.log_data);
        }
        let mut targets = VolumeSet::new(volumes.len());
        volumes.reserved().chain(claims.held()).for_each(|volume| targets.insert(volume));
        for set in [&copies.touched, &claims.targets, &claims.sources, &mapping.source_set, holding] {
            targets.add(set);
        }
        Self { sources, targets }
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::run::InTurn;
    use dasdlab_model::unit::Unit;

    use super::super::columns::Columns;
    use super::super::mapping::{Mapping, Pair};
    use super::*;

    /// Rows of one source, its only target and their pair: volumes, aliases and units that nobody knows.
    fn straight(rows: u32) -> Mapping {
        let unit = |row| Unit::new(row).unwrap();
        let device = |row: u32| match row % 5 {
            3 => Resolved::ALIAS,
            4 => Resolved::UNKNOWN,
            _ => Resolved(row % 7),
        };
        let source = |row| SourceRow { unit: unit(row), saved: u64::from(row % 3), device: device(row) };
        let target = |row| TargetRow { unit: unit(row), device: device(row / 2) };
        let mut mapping = Mapping::default();
        mapping.sources.extend((0..rows).map(source));
        mapping.targets.extend((0..rows).map(target));
        mapping.pairs.extend((0..rows).map(|row| Pair { source: row, target: row, generation: 1 }));
        mapping
    }

    #[test]
    fn rows_of_a_source_its_target_and_their_pair_are_joined_as_all_others_are() {
        let record = |volume: u32| Record {
            label: u64::from(volume % 3),
            lss: volume * 2,
            size: volume * 3,
            as_source: 1 << volume,
            as_target: 2 << volume,
        };
        let records = Records((0..7).map(record).collect());
        let mut mapping = straight(1_000);
        let mut columns = [Columns::default(), Columns::default()];
        for (columns, is_straight) in columns.iter_mut().zip([true, false]) {
            mapping.is_straight = is_straight;
            columns.join(&mapping, &records, &InTurn);
        }
        let [straight, any] = columns;
        assert_eq!(straight, any);
        assert_ne!(straight, Columns::default());
    }
}
