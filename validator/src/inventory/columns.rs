//! What the per-volume rules read: facts of sources and targets in row order, and both sides of each pair in pair
//! order, one generation after the other.

use dasdlab_model::states::DeviceType;

use super::Inventory;

/// Columns in row order and in pair order.
#[derive(Debug, Clone, Default)]
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
    pub(crate) fn put_source(&mut self, row: u32, facts: u32) {
        put(&mut self.source_facts, row, facts);
    }

    /// The target of this row has these facts from now on.
    pub(crate) fn put_target(&mut self, row: u32, facts: u32) {
        put(&mut self.target_facts, row, facts);
    }

    /// The sides of this pair are these from now on.
    pub(crate) fn put_pair(&mut self, row: u32, source: (LssKey, SizeKey), target: (LssKey, SizeKey)) {
        put(&mut self.source_lss, row, source.0.0);
        put(&mut self.source_size, row, source.1.0);
        put(&mut self.target_lss, row, target.0.0);
        put(&mut self.target_size, row, target.1.0);
    }

    /// Derives the columns from what is entered so far.
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mapping = &inventory.mapping;
        let mut this = Self {
            source_facts: mapping.sources.iter().map(|row| inventory.source_facts(row)).collect(),
            target_facts: mapping.targets.iter().map(|row| inventory.target_facts(row)).collect(),
            ..Self::default()
        };
        let keys = |device: super::volumes::Resolved| {
            device.volume().and_then(|id| inventory.volumes.get(id)).map(|volume| (volume.lss_key().0, volume.size_key().0))
        };
        let sources: Vec<_> = mapping.sources.iter().map(|row| keys(row.device)).collect();
        let targets: Vec<_> = mapping.targets.iter().map(|row| keys(row.device)).collect();
        for column in [&mut this.source_lss, &mut this.target_lss, &mut this.source_size, &mut this.target_size] {
            column.reserve_exact(mapping.pairs.len());
        }
        for pair in &mapping.pairs {
            let source = sources.get(pair.source as usize).copied().flatten();
            let target = targets.get(pair.target as usize).copied().flatten();
            let ((source_lss, source_size), (target_lss, target_size)) = source.zip(target).unwrap_or_default();
            this.source_lss.push(source_lss);
            this.target_lss.push(target_lss);
            this.source_size.push(source_size);
            this.target_size.push(target_size);
        }
        this
    }
}

fn put(column: &mut [u32], row: u32, value: u32) {
    if let Some(entry) = column.get_mut(row as usize) {
        *entry = value;
    }
}

fn of(column: &[u32], row: u32) -> u32 {
    column.get(row as usize).copied().unwrap_or(0)
}
