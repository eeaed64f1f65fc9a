//! Sets of volumes by what lies on them.

use dasdlab_model::states::DataSetClass;

use super::data::{CatalogRow, Data};
use super::facts::data_set as fact;
use super::scope::is_log_side;
use super::volume_set::VolumeSet;

/// Volumes by what lies on them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sets {
    /// Data sets in scope that PS01 asks for: database, user-included, system.
    pub(crate) scope_data: VolumeSet,
    /// Data sets in scope that PS02 asks for: log and RECON.
    pub(crate) scope_log: VolumeSet,
    /// Log and RECON data sets of the IMS system, in scope or not.
    pub(crate) log_data: VolumeSet,
    /// The log side: log and RECON data sets and their catalogs.
    pub(crate) log_side: VolumeSet,
    /// The data side: database and user-included data sets and their catalogs.
    pub(crate) data_side: VolumeSet,
    /// Control data sets.
    pub(crate) control: VolumeSet,
    /// Non-IMS data sets.
    pub(crate) foreign: VolumeSet,
}

impl Sets {
    /// Empty sets of the volumes of a site of this many.
    pub(crate) fn new(volumes: usize) -> Self {
        let empty = || VolumeSet::new(volumes);
        Self {
            scope_data: empty(),
            scope_log: empty(),
            log_data: empty(),
            log_side: empty(),
            data_side: empty(),
            control: empty(),
            foreign: empty(),
        }
    }

    fn all(&mut self) -> [&mut VolumeSet; 7] {
        let Self { scope_data, scope_log, log_data, log_side, data_side, control, foreign } = self;
        [scope_data, scope_log, log_data, log_side, data_side, control, foreign]
    }

    /// Adds what lies on volumes besides.
    pub(super) fn add(&mut self, mut other: Self) {
        self.all().into_iter().zip(other.all()).for_each(|(set, other)| set.add(other));
    }

    /// Sorts a volume again, whatever lay on it before.
    pub(crate) fn renew(&mut self, volume: u32, data: &Data) {
        self.all().into_iter().for_each(|set| set.remove(volume));
        for &set in data.sets_on.of(volume) {
            if let Some(class) = data.class(set) {
                self.enter_data_set(volume, class, data.facts_of(set));
            }
        }
        for row in data.catalogs_on.of(volume).iter().filter_map(|&catalog| data.catalogs.get(catalog as usize)) {
            self.enter_catalog(volume, row);
        }
    }

    /// A data set with these facts is on this volume.
    #[inline]
    pub(super) fn enter_data_set(&mut self, volume: u32, class: DataSetClass, facts: u32) {
        if facts & fact::IN_SCOPE != 0 {
            if is_log_side(class) { &mut self.scope_log } else { &mut self.scope_data }.insert(volume);
        }
        if facts & fact::LOG_SIDE != 0 {
            self.log_data.insert(volume);
            self.log_side.insert(volume);
        }
        if facts & fact::DATA_SIDE != 0 {
            self.data_side.insert(volume);
        }
        if facts & fact::FOREIGN != 0 {
            self.foreign.insert(volume);
        }
        if class == DataSetClass::Control {
            self.control.insert(volume);
        }
    }

    /// This catalog is on this volume.
    pub(super) fn enter_catalog(&mut self, volume: u32, row: &CatalogRow) {
        // A catalog of both sides is a finding of its own and stands on neither.
        if row.serves_both_sides() {
            return;
        }
        if row.serves(fact::LOG_SIDE) {
            self.log_side.insert(volume);
        }
        if row.serves(fact::DATA_SIDE) {
            self.data_side.insert(volume);
        }
    }
}
