//! What rows and pairs ask of the volumes behind them, in one small record for each volume: to join them once more is a look
//! at one record a row and no walk through copies, claims and sets, of which almost no volume is part.

use super::Inventory;
use super::columns::{LssKey, SizeKey};
use super::facts::{source, target};
use super::mapping::{SourceRow, TargetRow};
use super::volumes::{Resolved, Volume};

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
    /// Derives the records from what is entered so far.
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mapping = &inventory.mapping;
        let mut this = Vec::with_capacity(inventory.volumes.len());
        let roles = mapping.source_set.words().iter().zip(mapping.target_set.words());
        let mut id = 0;
        for (volumes, (&sources, &targets)) in inventory.volumes.list.chunks(64).zip(roles) {
            for (bit, volume) in volumes.iter().enumerate() {
                this.push(inventory.record(id, volume, (sources >> bit & 1 == 1, targets >> bit & 1 == 1)));
                id += 1;
            }
        }
        Self(this)
    }

    /// The facts of this source row.
    #[inline]
    pub(super) fn of_source(&self, row: &SourceRow) -> u32 {
        match self.get(row.device) {
            Some(record) => {
                let differs = (row.saved == 0) | (row.saved != record.label);
                record.as_source | if differs { source::VOLSER_MISMATCH } else { 0 }
            }
            None if row.device == Resolved::ALIAS => source::ALIAS_DEVICE,
            None => source::UNKNOWN_UNIT,
        }
    }

    /// The facts of this target row.
    #[inline]
    pub(super) fn of_target(&self, row: &TargetRow) -> u32 {
        match self.get(row.device) {
            Some(record) => record.as_target,
            None if row.device == Resolved::ALIAS => target::ALIAS_DEVICE,
            None => target::UNKNOWN_UNIT,
        }
    }

    /// Array and LSS, and device type and cylinders of both sides of a pair, source first; nothing of either if one of
    /// them has no volume.
    #[inline]
    pub(super) fn of_pair(&self, source: Option<&SourceRow>, target: Option<&TargetRow>) -> [(LssKey, SizeKey); 2] {
        let source = source.and_then(|row| self.get(row.device));
        let target = target.and_then(|row| self.get(row.device));
        match (source, target) {
            (Some(source), Some(target)) => [source, target].map(|record| (LssKey(record.lss), SizeKey(record.size))),
            _ => Default::default(),
        }
    }

    #[inline]
    fn get(&self, device: Resolved) -> Option<&Record> {
        self.0.get(device.place())
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

    #[inline]
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
