//! One z/OS system: its units and what stands behind them.

use std::collections::BTreeMap;

use dasdlab_model::event::Time;
use dasdlab_model::name::{Serial, SystemName};
use dasdlab_model::observation::{Device, SystemSeen, UnitSeen};
use dasdlab_model::states::HostStatus;
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId};

use crate::journal::{Journal, unit_object};
use crate::tracked::Touched;

/// A volume by what tells it from others soonest: most have the array in common.
type Key = (Lss, UnitAddress, Serial);

const fn key(volume: VolumeId) -> Key {
    (volume.lss, volume.ua, volume.array)
}

/// A z/OS system as it sees its units.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    facts: SystemSeen,
    units: BTreeMap<Unit, Device>,
    by_volume: BTreeMap<Key, Unit>,
    /// Units whose status has changed.
    pub(crate) touched: Touched,
}

impl Host {
    pub(crate) fn name(&self) -> SystemName {
        self.facts.name
    }

    /// A system that has these units and no other.
    pub(crate) fn configured(facts: SystemSeen, units: &[UnitSeen]) -> Self {
        let own = || units.iter().filter(|unit| unit.system == facts.name);
        let base = |unit: &UnitSeen| match unit.device {
            Device::Base(volume, _) => Some((key(volume), unit.unit)),
            Device::Alias(_) => None,
        };
        let (units, by_volume) = (own().map(|unit| (unit.unit, unit.device)).collect(), own().filter_map(base).collect());
        Self { facts, units, by_volume, touched: Touched::default() }
    }

    pub(crate) fn seen(&self) -> SystemSeen {
        self.facts.clone()
    }

    pub(crate) fn units(&self) -> impl Iterator<Item = UnitSeen> {
        let system = self.facts.name;
        self.units.iter().map(move |(&unit, &device)| UnitSeen { system, unit, device })
    }

    /// What a unit number stands for.
    pub(crate) fn device(&self, unit: Unit) -> Option<Device> {
        self.units.get(&unit).copied()
    }

    /// The volume behind a base unit.
    pub(crate) fn volume(&self, unit: Unit) -> Option<VolumeId> {
        match self.units.get(&unit)? {
            Device::Base(volume, _) => Some(*volume),
            Device::Alias(_) => None,
        }
    }

    /// How the system sees a volume; none where it has no unit for it.
    pub(crate) fn status(&self, volume: VolumeId) -> Option<HostStatus> {
        match self.units.get(self.by_volume.get(&key(volume))?)? {
            Device::Base(_, status) => Some(*status),
            Device::Alias(_) => None,
        }
    }

    /// Gives the unit of a volume the status that `next` makes of the present one; says whether it is another.
    pub(crate) fn set_status(
        &mut self,
        journal: &mut Journal,
        (at, cause): (Time, &str),
        volume: VolumeId,
        next: impl Fn(HostStatus) -> HostStatus,
    ) -> bool {
        let Some(&unit) = self.by_volume.get(&key(volume)) else { return false };
        let Some(Device::Base(_, status)) = self.units.get_mut(&unit) else { return false };
        let (from, to) = (*status, next(*status));
        if from == to {
            return false;
        }
        *status = to;
        self.touched.units.insert((self.facts.name, unit));
        journal.log(at, unit_object(self.facts.name, unit), from.as_str(), to.as_str(), cause);
        true
    }
}
