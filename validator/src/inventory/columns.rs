//! What the per-volume rules read: facts of sources and targets in row order, and both sides of each pair in pair
//! order, one generation after the other.

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

impl Columns {
    /// Derives the columns from what is entered so far.
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mapping = &inventory.mapping;
        let mut this = Self {
            source_facts: mapping.sources.iter().map(|row| inventory.source_facts(row)).collect(),
            target_facts: mapping.targets.iter().map(|row| inventory.target_facts(row)).collect(),
            ..Self::default()
        };
        let keys = |device: super::volumes::Resolved| {
            device.volume().and_then(|id| inventory.volumes.get(id)).map(|volume| (volume.lss_key(), volume.size_key()))
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
