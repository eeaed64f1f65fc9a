//! Volumes and aliases of an undirected scenario: few addresses, few labels, few sizes, every state.

use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Aliases, Attachment, Volumes};
use dasdlab_model::states::{Family, HostStatus, Incapable, Model, RemoteRole};
use dasdlab_model::unit::{Lss, UnitAddress, VolumeId};

use super::{Draft, Placed, SYSTEMS, any};
use crate::rng::Rng;

/// The fewest and the most volumes.
const VOLUMES: (u32, u32) = (4, 40);
/// The longest range.
const RUN: u32 = 5;
/// The highest unit address at which something begins: low, so that the same address is in use on every array.
const LAST_START: u64 = 24;
/// As many tries to find a free address; a range that finds none is left out.
const TRIES: u32 = 20;

impl Draft {
    pub(super) fn volumes(&mut self, rng: &mut Rng) {
        // Small worlds more often than large ones: in them things meet.
        let total = if rng.chance(1, 2) { rng.range(VOLUMES.0, 12) } else { rng.range(VOLUMES.0, VOLUMES.1) };
        self.labels = if self.calm { total * 2 } else { rng.range(2, total) };
        self.names = rng.range(1, total + total / 2);
        let base = rng.one([Size::Cylinders(3_339), Size::Model(Model::M3390x9), Size::Eav(65_667)]);
        let mut left = total;
        while left > 0 {
            let count = if rng.chance(3, 4) { 1 } else { rng.range(1, RUN).min(left) };
            left -= count;
            self.range(count, base, rng);
        }
    }

    fn range(&mut self, count: u32, base: Size, rng: &mut Rng) {
        let Some((first, family)) = self.place(count, rng) else { return };
        let target = rng.chance(if self.calm { 3 } else { 2 }, 4);
        let bcv = family == Family::Symmetrix && (target != rng.chance(self.wild.volume, 24));
        let labelled = !rng.chance(if target { 4 } else { self.wild.label }, 20);
        let number = rng.range(0, self.labels.saturating_sub(1));
        let counts = count > 1 || rng.chance(1, 4);
        let text = if counts { format!("W{{{number:02}}}") } else { format!("W{number:02}") };
        let pattern: Option<NamePattern> = text.parse().ok().filter(|_| labelled);
        let systems: Vec<SystemName> = self.site.systems.iter().map(|system| system.name).collect();
        let mut units = [None; SYSTEMS];
        for (slot, (taken, _)) in units.iter_mut().zip(self.units.iter_mut().zip(&systems)) {
            *slot = if rng.chance(9, 10) { taken.take(count, rng) } else { None };
        }
        let status = |rng: &mut Rng| {
            let usual = if target { HostStatus::Offline } else { rng.one([HostStatus::Online, HostStatus::Allocated]) };
            if rng.chance(self.wild.status, 16) { any(HostStatus::ALL, rng) } else { Some(usual) }
        };
        let (model, cylinders) = if rng.chance(self.wild.volume, 24) { base.other(rng) } else { base }.fields();
        let odd = |rng: &mut Rng| rng.chance(self.wild.volume, 48);
        let holders: Vec<ProfileName> =
            ["PROFILE 1", "PROFILE 2", "PROFILE 3", "GONE"].iter().filter_map(|name| name.parse().ok()).collect();
        let reservers: Vec<SystemName> = systems.iter().copied().chain("OTHR".parse()).collect();
        let range = Volumes {
            array: first.array,
            lss: first.lss,
            ua: first.ua,
            count,
            unit: units[0],
            status: if units[0].is_some() { status(rng) } else { None },
            elsewhere: match (systems.get(1), units[1]) {
                (Some(&system), Some(unit)) => vec![Attachment { system, unit, status: status(rng) }],
                _ => Vec::new(),
            },
            volser: pattern,
            model,
            cylinders,
            bcv,
            device: None,
            thin: odd(rng),
            inhibited: odd(rng),
            v1_active: odd(rng),
            incapable: if odd(rng) { any(Incapable::ALL, rng) } else { None },
            reserved_by: if odd(rng) { any(&reservers, rng) } else { None },
            remote: if odd(rng) { any(RemoteRole::ALL, rng) } else { None },
            held_for: if bcv && rng.chance(1, 4) { rng.choose(&holders).cloned() } else { None },
            vtoc: rng.chance(self.wild.data, 40).then(|| self.some_names(rng)),
            storage_group: rng.chance(1, 8).then(|| "SGIMS".to_owned()),
            pool: rng.chance(1, 8).then(|| "P0".to_owned()),
        };
        for (nth, ua) in (0..count).zip(first.ua.0..) {
            let label = range.volser.as_ref().and_then(|pattern| pattern.nth(nth)).and_then(|text| text.parse().ok());
            let units = units.map(|unit| unit.and_then(|unit| unit.plus(nth)));
            self.placed.push(Placed { id: VolumeId { ua: UnitAddress(ua), ..first }, label, bcv, target, units });
        }
        self.site.volumes.push(range);
    }

    /// A free place for `count` things in a row on one logical subsystem.
    fn place(&self, count: u32, rng: &mut Rng) -> Option<(VolumeId, Family)> {
        (0..TRIES).find_map(|_| {
            let array = rng.choose(&self.site.arrays)?;
            let lss: Lss = rng.choose(&array.lss)?.id;
            let ua = u8::try_from(rng.below(LAST_START)).ok()?;
            let free = (ua..).zip(0..count).all(|(ua, _)| {
                let id = VolumeId { array: array.serial, lss, ua: UnitAddress(ua) };
                let alias = |alias: &Aliases| (alias.array, alias.lss, alias.ua) == (id.array, id.lss, id.ua);
                self.placed.iter().all(|volume| volume.id != id) && !self.site.aliases.iter().any(alias)
            });
            free.then_some((VolumeId { array: array.serial, lss, ua: UnitAddress(ua) }, array.family))
        })
    }

    pub(super) fn aliases(&mut self, rng: &mut Rng) {
        for _ in 0..rng.below(3) {
            let index = rng.index(self.site.systems.len());
            let Some((at, _)) = self.place(1, rng) else { continue };
            let Some(unit) = self.units.get_mut(index).and_then(|units| units.take(1, rng)) else { continue };
            let system = self.system(index).filter(|_| index > 0 || rng.chance(1, 2));
            self.site.aliases.push(Aliases { array: at.array, lss: at.lss, ua: at.ua, count: 1, system, unit });
            self.aliases.push((index, unit));
        }
    }
}

/// A size as a site states it.
#[derive(Debug, Clone, Copy)]
enum Size {
    Model(Model),
    Cylinders(u32),
    Eav(u32),
}

impl Size {
    /// A size that differs: by one cylinder, by much, or in device type only.
    fn other(self, rng: &mut Rng) -> Self {
        match self {
            Self::Cylinders(cylinders) => rng.one([
                Self::Cylinders(cylinders - 1),
                Self::Cylinders(cylinders + 1),
                Self::Cylinders(2_655),
                Self::Model(Model::M3390x3),
                Self::Model(Model::M3380K),
            ]),
            Self::Model(_) => rng.one([
                Self::Cylinders(10_016),
                Self::Cylinders(10_017),
                Self::Eav(10_018 + 65_520),
                Self::Model(Model::M3380E),
            ]),
            Self::Eav(cylinders) => rng.one([
                Self::Eav(cylinders - 1),
                Self::Eav(cylinders + 1_113),
                Self::Model(Model::M3390x54),
                Self::Model(Model::M3380D),
            ]),
        }
    }

    fn fields(self) -> (Option<Model>, Option<u32>) {
        match self {
            Self::Model(model) => (Some(model), None),
            Self::Cylinders(cylinders) => (None, Some(cylinders)),
            Self::Eav(cylinders) => (Some(Model::M3390A), Some(cylinders)),
        }
    }
}
