//! Copies, aliases and units in other systems beside tables: found in a site, and asked whether they can be.

use std::cell::Cell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::sound::{Met, ascend};
use super::{Marks, NONE, Tables, address};
use crate::declare::{MAX_RELATIONS, MAX_THINGS, MAX_TOTAL, advance};
use crate::name::{Serial, SystemName};
use crate::observation::{Device, MirrorPair, Relation, UnitSeen};
use crate::site::Site;
use crate::unit::{Unit, VolumeId, VolumeRef};

/// What a system has been said to have.
#[derive(Default)]
struct Attached {
    units: Met,
    volumes: Met,
}

/// Where volumes are.
struct Places<'a> {
    arrays: FxHashMap<Serial, u16>,
    /// The array that was asked for last.
    array: Cell<Option<(Serial, u16)>>,
    /// All addresses; if they ascend they are looked for here, and else among those that were met.
    addresses: &'a [u32],
    volumes: Option<Met>,
    /// The volume behind the one that was found last: neighbours are asked for one after the other.
    next: Cell<usize>,
    bcvs: Met,
}

impl<'a> Places<'a> {
    fn new(tables: &'a Tables) -> Self {
        let arrays = tables.few.arrays.iter().map(|array| array.serial).zip(0..).collect();
        let addresses = tables.volumes.address.as_slice();
        let volumes = (!ascend(addresses)).then(|| {
            let mut met = Met::default();
            addresses.iter().for_each(|&address| {
                met.is_new(address);
            });
            met
        });
        let mut this = Self { arrays, array: Cell::new(None), addresses, volumes, next: Cell::new(0), bcvs: Met::default() };
        // Only mirror pairs need BCVs.
        if !tables.few.mirrors.is_empty() {
            for volume in tables.volumes.iter().filter(|volume| volume.marks.has(Marks::BCV)) {
                this.bcvs.is_new(volume.address);
            }
        }
        this
    }

    fn address(&self, id: VolumeId) -> Option<u32> {
        let array = match self.array.get() {
            Some((serial, array)) if serial == id.array => array,
            _ => *self.arrays.get(&id.array)?,
        };
        self.array.set(Some((id.array, array)));
        Some(address(array, id.lss, id.ua))
    }

    /// Whether there is a volume at an address.
    fn has(&self, address: u32) -> bool {
        if let Some(met) = &self.volumes {
            return met.has(address);
        }
        let next = self.next.get();
        let found = match self.addresses.get(next) {
            Some(&here) if here == address => Ok(next),
            _ => self.addresses.binary_search(&address),
        };
        found.is_ok_and(|at| {
            self.next.set(at + 1);
            true
        })
    }

    /// The address of a volume that is there.
    fn volume(&self, id: VolumeId) -> Option<u32> {
        self.address(id).filter(|&address| self.has(address))
    }

    /// The addresses of the two volumes of a copy: different ones of one array.
    fn ends(&self, from: VolumeId, to: VolumeId) -> Option<(u32, u32)> {
        let ends = (self.volume(from)?, self.volume(to)?);
        (from != to && from.array == to.array).then_some(ends)
    }
}

impl Tables {
    /// Takes over the aliases and copies of a site, whose units and volumes are those of the tables. Says whether all of them
    /// name what there is, and takes none where not: then the site that is spelled out says what is wrong.
    pub fn take_copies(&mut self, site: &Site) -> bool {
        let Some((aliases, relations, mirrors)) = self.find_copies(site) else { return false };
        self.few.units.extend(aliases);
        self.few.relations = relations;
        self.few.mirrors = mirrors;
        true
    }

    fn find_copies(&self, site: &Site) -> Option<(Vec<UnitSeen>, Vec<Relation>, Vec<MirrorPair>)> {
        let counts = site.aliases.iter().map(|range| range.count);
        let counts = counts.chain(site.flashcopy.iter().map(|range| range.count));
        let mut counts = counts.chain(site.mirrors.iter().map(|range| range.count));
        counts.try_fold(0, |total: usize, count| {
            let total = total.checked_add(usize::try_from(count).ok()?)?;
            (count > 0 && total <= MAX_TOTAL).then_some(total)
        })?;
        let mut aliases = Vec::new();
        for range in &site.aliases {
            let system = range.system.or(self.home)?;
            let first = VolumeId { array: range.array, lss: range.lss, ua: range.ua };
            for nth in 0..range.count {
                let device = Device::Alias(advance(first, nth)?);
                aliases.push(UnitSeen { system, unit: range.unit.plus(nth)?, device });
            }
        }
        let (mut relations, mut mirrors) = (Vec::new(), Vec::new());
        if site.flashcopy.is_empty() && site.mirrors.is_empty() {
            return Some((aliases, relations, mirrors));
        }
        let names_units = |reference: VolumeRef| !matches!(reference, VolumeRef::Volume(_));
        let by_unit = site.flashcopy.iter().any(|range| names_units(range.source) || names_units(range.target))
            || site.mirrors.iter().any(|range| names_units(range.standard) || names_units(range.bcv));
        let units = if by_unit { self.volumes_by_unit() } else { FxHashMap::default() };
        let find = |reference: VolumeRef, nth: u32| match reference {
            VolumeRef::Unit(unit) => units.get(&(self.home?, unit.plus(nth)?)).copied(),
            VolumeRef::UnitOf(system, unit) => units.get(&(system, unit.plus(nth)?)).copied(),
            VolumeRef::Volume(volume) => advance(volume, nth),
        };
        for range in &site.flashcopy {
            for nth in 0..range.count {
                let (source, target) = (find(range.source, nth)?, find(range.target, nth)?);
                relations.push(Relation { source, target, state: range.state });
            }
        }
        for range in &site.mirrors {
            for nth in 0..range.count {
                let (standard, bcv) = (find(range.standard, nth)?, find(range.bcv, nth)?);
                mirrors.push(MirrorPair { standard, bcv, state: range.state });
            }
        }
        Some((aliases, relations, mirrors))
    }

    /// The volumes behind base units.
    fn volumes_by_unit(&self) -> FxHashMap<(SystemName, Unit), VolumeId> {
        let others = self.few.units.iter().filter_map(|unit| match unit.device {
            Device::Base(volume, _) => Some(((unit.system, unit.unit), volume)),
            Device::Alias(_) => None,
        });
        let here = self.volumes.iter().filter(|volume| volume.unit != NONE);
        let here = here.filter_map(|volume| Some(((self.home?, Unit::new(volume.unit)?), self.volume_id(volume.address)?)));
        others.chain(here).collect()
    }

    /// Whether units and copies beside the tables can be.
    pub(super) fn copies_are_sound(&self) -> bool {
        let few = &self.few;
        if few.units.is_empty() && few.relations.is_empty() && few.mirrors.is_empty() {
            return true;
        }
        let places = Places::new(self);
        self.units_are_sound(&places) && self.relations_are_sound(&places) && self.mirrors_are_sound(&places)
    }

    fn units_are_sound(&self, places: &Places<'_>) -> bool {
        let few = &self.few;
        if few.units.is_empty() {
            return true;
        }
        let subsystems: FxHashSet<_> =
            few.arrays.iter().flat_map(|array| array.lss.iter().map(|&(lss, _)| (array.serial, lss))).collect();
        let mut systems: FxHashMap<SystemName, Attached> =
            few.systems.iter().map(|system| (system.name, Attached::default())).collect();
        let is_home = |unit: &UnitSeen| Some(unit.system) == self.home;
        if few.units.iter().any(is_home)
            && let Some(home) = self.home.and_then(|home| systems.get_mut(&home))
        {
            self.volumes.iter().filter(|volume| volume.unit != NONE).for_each(|volume| {
                home.units.is_new(volume.unit);
                home.volumes.is_new(volume.address);
            });
        }
        let mut aliases = Met::default();
        // Neighbours are of one system.
        few.units.len() <= MAX_THINGS
            && few.units.chunk_by(|a, b| a.system == b.system).all(|units| {
                let Some(attached) = units.first().and_then(|unit| systems.get_mut(&unit.system)) else { return false };
                units.iter().all(|unit| {
                    let placed = match unit.device {
                        Device::Base(volume, _) => places.volume(volume).is_some_and(|address| attached.volumes.is_new(address)),
                        Device::Alias(id) => places.address(id).is_some_and(|address| {
                            subsystems.contains(&(id.array, id.lss)) && !places.has(address) && aliases.is_new(address)
                        }),
                    };
                    placed && attached.units.is_new(unit.unit.number())
                })
            })
    }

    fn relations_are_sound(&self, places: &Places<'_>) -> bool {
        let mut targets = Met::default();
        let mut sources: FxHashMap<u32, u32> = FxHashMap::default();
        self.few.relations.len() <= MAX_THINGS
            && self.few.relations.iter().all(|relation| {
                places.ends(relation.source, relation.target).is_some_and(|(source, target)| {
                    let held = sources.entry(source).or_default();
                    *held += 1;
                    *held <= MAX_RELATIONS && targets.is_new(target)
                })
            })
    }

    fn mirrors_are_sound(&self, places: &Places<'_>) -> bool {
        let mut pairs = FxHashSet::default();
        let mut established = Met::default();
        self.few.mirrors.len() <= MAX_THINGS
            && self.few.mirrors.iter().all(|pair| {
                places.ends(pair.standard, pair.bcv).is_some_and(|(standard, bcv)| {
                    places.bcvs.has(bcv)
                        && pairs.insert((standard, bcv))
                        && (!pair.state.is_established() || established.is_new(bcv))
                })
            })
    }
}
