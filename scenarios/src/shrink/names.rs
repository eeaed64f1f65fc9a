//! Plain names in place of generated ones: units 1000 and 2000 on LSS 10 are sources and targets at a glance.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::alive::Alive;
use dasdlab_model::name::{Serial, SystemName, Volser};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{Site, Volumes};
use dasdlab_model::states::Family;
use dasdlab_model::unit::{CuSsid, Lss, Unit, UnitAddress, VolumeId, VolumeRef};

use super::Search;
use super::places::{Visitor, visit};
use super::volumes::Units;

/// The first unit of sources, of targets, and of all others.
const FIRST_UNIT: [u32; 3] = [0x1000, 0x2000, 0x3000];
/// The most units of one kind.
const UNITS: u32 = 0x1000;
/// What the labels of sources, of targets and of others begin with, and of those that no volume carries.
const LABELS: [&str; 4] = ["SRC", "TGT", "VOL", "OLD"];
/// Units that are neither sources nor targets.
const OTHERS: usize = 2;
/// The most labels of one kind.
const MOST_LABELS: usize = 999;
/// The first logical subsystem of an array.
const FIRST_LSS: usize = 0x10;

impl Search<'_> {
    /// Gives everything a plain name, where it is called by another and nothing is expected by name.
    pub(super) fn names(&mut self) {
        self.pass = "names";
        if let Some(renamed) = renamed(&self.current) {
            self.offer(renamed);
        }
    }
}

/// The scenario with plain names; none where there are too many things, or names where they are not changed.
pub(super) fn renamed(scenario: &Scenario) -> Option<Scenario> {
    let site = &scenario.site;
    let expects = scenario.expect.is_some() || scenario.steps.iter().any(|step| step.expect.is_some());
    let ranges = site.volumes.iter().any(|volume| volume.count > 1) || site.data_sets.iter().any(|data_set| data_set.count > 1);
    if expects || ranges || site.alive != Alive::default() {
        return None;
    }
    let mut out = scenario.clone();
    let mut known = Known::at(site.systems.first()?.name);
    visit(&mut out, &mut known);
    let mut names = Names::of(scenario, &known)?;
    visit(&mut out, &mut names);
    for (array, before) in out.site.arrays.iter_mut().zip(&site.arrays) {
        let place = (before.family, before.serial);
        let nth = site.arrays.iter().filter(|other| (other.family, other.serial) < place).count();
        let first = u16::try_from(nth).ok()?.checked_mul(0x100)?.checked_add(0x2000)?;
        for lss in &mut array.lss {
            lss.cu_ssid = CuSsid(first.checked_add(lss.id.id().into())?);
        }
    }
    Some(out)
}

/// Everything that is named.
struct Known {
    home: SystemName,
    addresses: BTreeSet<VolumeId>,
    lss: BTreeSet<(Serial, Lss)>,
    units: BTreeSet<(SystemName, Unit)>,
    labels: BTreeSet<String>,
}

impl Known {
    fn at(home: SystemName) -> Self {
        let (addresses, lss, units, labels) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { home, addresses, lss, units, labels }
    }
}

impl Visitor for Known {
    fn array(&mut self, _: &mut Serial) {}

    fn address(&mut self, array: &mut Serial, lss: &mut Lss, ua: &mut UnitAddress) {
        self.addresses.insert(VolumeId { array: *array, lss: *lss, ua: *ua });
    }

    fn lss(&mut self, array: Serial, lss: &mut Lss) {
        self.lss.insert((array, *lss));
    }

    fn unit(&mut self, system: Option<SystemName>, unit: &mut Unit) {
        self.units.insert((system.unwrap_or(self.home), *unit));
    }

    fn reference(&mut self, _: &mut VolumeRef) {}

    fn label(&mut self, label: &mut NamePattern) {
        self.labels.insert(label.to_string());
    }

    fn volser(&mut self, volser: &mut Volser) {
        self.labels.insert(volser.to_string());
    }
}

/// The plain name of everything.
struct Names {
    home: SystemName,
    serials: BTreeMap<Serial, Serial>,
    lss: BTreeMap<(Serial, Lss), Lss>,
    addresses: BTreeMap<VolumeId, VolumeId>,
    units: BTreeMap<(SystemName, Unit), Unit>,
    labels: BTreeMap<String, Volser>,
    /// Where references point.
    points: Units,
    /// The unit of a volume in the first system, both as they are called before.
    at_home: BTreeMap<VolumeId, Unit>,
}

impl Names {
    fn of(scenario: &Scenario, known: &Known) -> Option<Self> {
        let site = &scenario.site;
        let serials = serials(site)?;
        let mut lss = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for (array, serial) in &serials {
            for (nth, (_, id)) in known.lss.iter().filter(|(of, _)| of == array).enumerate() {
                let plain = Lss::new(u8::try_from(FIRST_LSS + nth).ok()?)?;
                lss.insert((*array, *id), plain);
                let there = known.addresses.iter().filter(|volume| volume.array == *array && volume.lss == *id);
                for (nth, volume) in there.enumerate() {
                    let ua = UnitAddress(u8::try_from(nth).ok()?);
                    addresses.insert(*volume, VolumeId { array: *serial, lss: plain, ua });
                }
            }
        }
        let kinds = Kinds::of(scenario, known.home);
        let mut names = Self {
            home: known.home,
            serials,
            lss,
            addresses,
            units: units(known, &kinds)?,
            labels: BTreeMap::new(),
            points: Units::of(site),
            at_home: site.volumes.iter().filter_map(|volume| Some((id(volume), volume.unit?))).collect(),
        };
        names.labels = labels(site, known, &kinds, &names.units)?;
        Some(names)
    }
}

const fn id(volume: &Volumes) -> VolumeId {
    VolumeId { array: volume.array, lss: volume.lss, ua: volume.ua }
}

/// Labels by what carries them, in the order of the units.
fn labels(
    site: &Site,
    known: &Known,
    kinds: &Kinds,
    units: &BTreeMap<(SystemName, Unit), Unit>,
) -> Option<BTreeMap<String, Volser>> {
    let mut carried: Vec<(Option<Unit>, VolumeId, usize, String)> = Vec::new();
    for volume in &site.volumes {
        let home = volume.unit.map(|unit| (known.home, unit));
        let seen = home.into_iter().chain(volume.elsewhere.iter().map(|at| (at.system, at.unit)));
        let unit = seen.filter_map(|at| Some((kinds.kind(at), units.get(&at).copied()?))).min();
        if let Some(label) = &volume.volser {
            carried.push((unit.map(|(_, unit)| unit), id(volume), unit.map_or(OTHERS, |(kind, _)| kind), label.to_string()));
        }
    }
    carried.sort_unstable();
    let on_volumes = carried.into_iter().map(|(_, _, kind, label)| (kind, label));
    let mut used = [0_usize; LABELS.len()];
    let mut plain = BTreeMap::new();
    for (kind, label) in on_volumes.chain(known.labels.iter().map(|label| (OTHERS + 1, label.clone()))) {
        if let Entry::Vacant(place) = plain.entry(label) {
            let used = used.get_mut(kind)?;
            *used += 1;
            if *used > MOST_LABELS {
                return None;
            }
            place.insert(format!("{}{used:03}", LABELS.get(kind)?).parse().ok()?);
        }
    }
    Some(plain)
}

/// Serials that say the product line, each line's in the order of its own.
fn serials(site: &Site) -> Option<BTreeMap<Serial, Serial>> {
    let mut arrays: Vec<(Family, Serial)> = site.arrays.iter().map(|array| (array.family, array.serial)).collect();
    arrays.sort_unstable();
    let mut plain = BTreeMap::new();
    for (nth, (family, serial)) in arrays.iter().enumerate() {
        let nth = nth + 1 - arrays.iter().filter(|(other, _)| other < family).count();
        let text = match family {
            Family::Ds8000 => format!("75ABC{nth:02}"),
            Family::Symmetrix => format!("0001900000{nth:02}"),
        };
        plain.insert(*serial, text.parse().ok()?);
    }
    Some(plain)
}

/// What profiles use units for.
struct Kinds {
    sources: BTreeSet<(SystemName, Unit)>,
    targets: BTreeSet<(SystemName, Unit)>,
}

impl Kinds {
    fn of(scenario: &Scenario, home: SystemName) -> Self {
        let mut kinds = Self { sources: BTreeSet::new(), targets: BTreeSet::new() };
        for profile in &scenario.site.profiles {
            let system = profile.system.unwrap_or(home);
            kinds.sources.extend(profile.sources.iter().map(|source| (system, source.unit)));
            kinds.targets.extend(profile.targets.iter().map(|mapping| (system, mapping.target)));
        }
        kinds
    }

    /// 0 for a source, 1 for a target.
    fn kind(&self, unit: (SystemName, Unit)) -> usize {
        match (self.sources.contains(&unit), self.targets.contains(&unit)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => OTHERS,
        }
    }
}

/// Units of one kind in one row, in the order that they have.
fn units(known: &Known, kinds: &Kinds) -> Option<BTreeMap<(SystemName, Unit), Unit>> {
    let mut used: BTreeMap<(SystemName, usize), u32> = BTreeMap::new();
    let mut plain = BTreeMap::new();
    for unit in &known.units {
        let kind = kinds.kind(*unit);
        let used = used.entry((unit.0, kind)).or_default();
        plain.insert(*unit, Unit::new(FIRST_UNIT.get(kind)? + *used)?);
        *used += 1;
        if *used > UNITS {
            return None;
        }
    }
    Some(plain)
}

impl Visitor for Names {
    fn array(&mut self, serial: &mut Serial) {
        if let Some(plain) = self.serials.get(serial) {
            *serial = *plain;
        }
    }

    fn address(&mut self, array: &mut Serial, lss: &mut Lss, ua: &mut UnitAddress) {
        if let Some(plain) = self.addresses.get(&VolumeId { array: *array, lss: *lss, ua: *ua }) {
            (*array, *lss, *ua) = (plain.array, plain.lss, plain.ua);
        }
    }

    fn lss(&mut self, array: Serial, lss: &mut Lss) {
        if let Some(plain) = self.lss.get(&(array, *lss)) {
            *lss = *plain;
        }
    }

    fn unit(&mut self, system: Option<SystemName>, unit: &mut Unit) {
        if let Some(plain) = self.units.get(&(system.unwrap_or(self.home), *unit)) {
            *unit = *plain;
        }
    }

    fn reference(&mut self, reference: &mut VolumeRef) {
        let Some(volume) = self.points.volume(Some(self.home), *reference) else { return };
        let unit = self.at_home.get(&volume).and_then(|unit| self.units.get(&(self.home, *unit)));
        if let Some(unit) = unit {
            *reference = VolumeRef::Unit(*unit);
        } else if let Some(plain) = self.addresses.get(&volume) {
            *reference = VolumeRef::Volume(*plain);
        }
    }

    fn label(&mut self, label: &mut NamePattern) {
        if let Some(plain) = self.labels.get(&label.to_string()) {
            *label = NamePattern::one(plain.as_str());
        }
    }

    fn volser(&mut self, volser: &mut Volser) {
        if let Some(plain) = self.labels.get(volser.as_str()) {
            *volser = *plain;
        }
    }
}
