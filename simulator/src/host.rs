//! One z/OS system: its units and what stands behind them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

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
    /// The base units by what lies behind them, as soon as somebody asks: a world that is only looked at does without.
    by_volume: OnceLock<BTreeMap<Key, Unit>>,
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
        let units = own().map(|unit| (unit.unit, unit.device)).collect();
        Self { facts, units, by_volume: OnceLock::new(), touched: Touched::default() }
    }

    /// The base unit of a volume. Which units there are does not change.
    fn unit_of(&self, volume: VolumeId) -> Option<Unit> {
        let base = |(&unit, device): (&Unit, &Device)| match device {
            Device::Base(volume, _) => Some((key(*volume), unit)),
            Device::Alias(_) => None,
        };
        let by_volume = self.by_volume.get_or_init(|| self.units.iter().filter_map(base).collect());
        by_volume.get(&key(volume)).copied()
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
        match self.units.get(&self.unit_of(volume)?)? {
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
        let Some(unit) = self.unit_of(volume) else { return false };
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
