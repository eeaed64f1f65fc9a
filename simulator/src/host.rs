//! One z/OS system: its units and what stands behind them.

use std::collections::BTreeMap;

use dasdlab_model::name::SystemName;
use dasdlab_model::observation::{Device, SystemSeen, UnitSeen};
use dasdlab_model::unit::Unit;

/// A z/OS system as it sees its units.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    facts: SystemSeen,
    units: BTreeMap<Unit, Device>,
}

impl Host {
    pub(crate) fn new(facts: SystemSeen) -> Self {
        Self { facts, units: BTreeMap::new() }
    }

    pub(crate) fn name(&self) -> SystemName {
        self.facts.name
    }

    pub(crate) fn configure(&mut self, unit: Unit, device: Device) {
        self.units.insert(unit, device);
    }

    pub(crate) fn seen(&self) -> SystemSeen {
        self.facts.clone()
    }

    pub(crate) fn units(&self) -> impl Iterator<Item = UnitSeen> {
        let system = self.facts.name;
        self.units.iter().map(move |(&unit, &device)| UnitSeen { system, unit, device })
    }
}
