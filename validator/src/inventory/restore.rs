//! Which sources a restore of data brings back.

use dasdlab_model::unit::Unit;

use super::Inventory;
use super::facts::data_set as fact;

/// The sources of a restore of data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DataSources {
    /// Sources on which database or user-included data sets lie, or their user catalogs.
    pub(crate) data: Vec<Unit>,
    /// Those of them on which logs or RECON lie too, or a user catalog of those.
    pub(crate) mixed: Vec<Unit>,
}

impl Inventory {
    /// What lies where by the catalog entries, as the rules follow them.
    pub(crate) fn data_sources(&self) -> DataSources {
        let mut this = DataSources::default();
        for source in &self.mapping.sources {
            let Some(volume) = source.device.volume() else { continue };
            let holds = |side: u32| {
                let mut sets = self.data.with(self.data.sets_on.of(volume), side);
                let catalogs = self.data.catalogs_on.of(volume).iter();
                let mut catalogs = catalogs.filter_map(|&catalog| self.data.catalogs.get(catalog as usize));
                sets.next().is_some() || catalogs.any(|catalog| catalog.serves(side))
            };
            if holds(fact::DATA_SIDE) {
                this.data.push(source.unit);
                if holds(fact::LOG_SIDE) {
                    this.mixed.push(source.unit);
                }
            }
        }
        this
    }
}
