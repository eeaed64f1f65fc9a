//! A volume more, which nobody names.

use dasdlab_model::name::{Serial, SystemName, Volser};
use dasdlab_model::observation::{ArraySeen, Device, Observation, UnitSeen, VolumeSeen};
use dasdlab_model::states::{DeviceType, Family, HostStatus};
use dasdlab_model::unit::{CuSsid, Lss, Unit, UnitAddress, VolumeId};
use rustc_hash::FxHashSet;

use super::{addresses, rename};
use crate::rng::Rng;

/// As many random tries for a free name or place, before all of them are looked through.
const TRIES: u32 = 32;

/// The same observation with one more online volume: at a free address, behind a unit that nothing names, with a label
/// of its own and no data set. It comes on a new array where no old one has room, and now and then although one has.
#[must_use]
pub fn unrelated(mut other: Observation, seed: u64) -> Observation {
    let mut rng = Rng::new(seed).child("unrelated");
    let place = if rng.chance(3, 4) { free_address(&other, &mut rng) } else { None };
    let Some(id) = place.or_else(|| new_array(&mut other, &mut rng)) else { return other };
    let symmetrix = other.arrays.iter().any(|array| array.serial == id.array && array.family == Family::Symmetrix);
    if let Some(system) = rng.choose(&other.systems).map(|system| system.name)
        && let Some(unit) = free_unit(&other, system, &mut rng)
    {
        other.units.push(UnitSeen { system, unit, device: Device::Base(id, HostStatus::Online) });
    }
    let volser = free_label(&other, &mut rng);
    other.volumes.push(VolumeSeen {
        id,
        volser,
        device_type: if rng.chance(1, 8) { DeviceType::T3380 } else { DeviceType::T3390 },
        cylinders: rng.one([885, 1_113, 2_655]),
        bcv: symmetrix && rng.chance(1, 2),
        device: None,
        thin: rng.chance(1, 4),
        inhibited: rng.chance(1, 4),
        v1_active: rng.chance(1, 4),
        incapable: None,
        reserved_by: None,
        remote: None,
        held_for: None,
        vtoc: rng.chance(1, 2).then(Vec::new),
        storage_group: None,
        pool: None,
    });
    other
}

/// A free address on a logical subsystem that exists.
fn free_address(observation: &Observation, rng: &mut Rng) -> Option<VolumeId> {
    let mut subsystems: Vec<(Serial, Lss)> =
        observation.arrays.iter().flat_map(|array| array.lss.iter().map(|&(lss, _)| (array.serial, lss))).collect();
    subsystems.sort_unstable();
    rng.shuffle(&mut subsystems);
    subsystems.into_iter().find_map(|(array, lss)| {
        let mut taken = [false; UnitAddress::COUNT as usize];
        for address in addresses(observation).filter(|address| address.lss == lss && address.array == array) {
            taken[usize::from(address.ua.0)] = true;
        }
        let start = u8::try_from(rng.below(256)).unwrap_or_default();
        let ua = (0..=u8::MAX).map(|step| start.wrapping_add(step)).find(|ua| !taken[usize::from(*ua)])?;
        Some(VolumeId { array, lss, ua: UnitAddress(ua) })
    })
}

/// The first address of an array that is added; none where control-unit SSIDs have run out.
fn new_array(observation: &mut Observation, rng: &mut Rng) -> Option<VolumeId> {
    let serials: FxHashSet<Serial> = observation.arrays.iter().map(|array| array.serial).collect();
    let cu_ssids: FxHashSet<CuSsid> =
        observation.arrays.iter().flat_map(|array| array.lss.iter().map(|&(_, cu_ssid)| cu_ssid)).collect();
    let serial = (0..TRIES).find_map(|_| rename::serial(rng).filter(|serial| !serials.contains(serial)))?;
    let start = u16::try_from(rng.below(65_536)).unwrap_or_default();
    let cu_ssid = (0..=u16::MAX).map(|step| CuSsid(start.wrapping_add(step))).find(|cu_ssid| !cu_ssids.contains(cu_ssid))?;
    let lss = observation.arrays.first().and_then(|array| array.lss.first()).map_or(Lss::new(0), |&(lss, _)| Some(lss))?;
    observation.arrays.push(ArraySeen {
        serial,
        family: rng.one([Family::Ds8000, Family::Symmetrix]),
        // It says nothing, and nobody may ask.
        code_level: String::new(),
        fixes: Vec::new(),
        features: Vec::new(),
        reachable: rng.chance(1, 2),
        copy_rate: None,
        lss: vec![(lss, cu_ssid)],
    });
    Some(VolumeId { array: serial, lss, ua: UnitAddress(0) })
}

/// A unit that the system has not and that no profile of it names.
fn free_unit(observation: &Observation, system: SystemName, rng: &mut Rng) -> Option<Unit> {
    let seen = observation.units.iter().filter(|unit| unit.system == system).map(|unit| unit.unit);
    let named = observation.profiles.iter().filter(|profile| profile.system == system).flat_map(|profile| {
        let mapped = profile.targets.iter().flat_map(|mapping| [mapping.source, mapping.target]);
        profile.sources.iter().map(|source| source.unit).chain(mapped)
    });
    let mut taken: FxHashSet<Unit> = FxHashSet::default();
    taken.reserve(observation.units.len());
    taken.extend(seen.chain(named));
    let start = u32::try_from(rng.below(u64::from(Unit::MAX) + 1)).unwrap_or_default();
    (0..=Unit::MAX).filter_map(|step| Unit::new((start + step) % (Unit::MAX + 1))).find(|unit| !taken.contains(unit))
}

/// A label that nothing names; none where chance does not find one.
fn free_label(observation: &Observation, rng: &mut Rng) -> Option<Volser> {
    let is_free = |label: &Volser| rename::volsers(observation).all(|taken| taken != *label);
    (0..TRIES).find_map(|_| rename::label(rng).filter(is_free))
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;

    use super::*;
    use crate::undirected::undirected;

    #[test]
    fn the_volume_is_new_in_every_respect() {
        let mut arrays_added = 0;
        for index in 0..300 {
            let observation = declare(&undirected(4, index).site).unwrap();
            let other = unrelated(observation.clone(), index);
            assert_eq!(other, unrelated(observation.clone(), index));
            let (volume, unit) = (other.volumes.last().unwrap(), other.units.last().unwrap());
            let label = volume.volser.unwrap();
            assert!(addresses(&observation).all(|address| address != volume.id));
            assert!(rename::volsers(&observation).all(|other| other != label));
            assert_eq!(unit.device, Device::Base(volume.id, HostStatus::Online));
            assert!(observation.units.iter().all(|other| (other.system, other.unit) != (unit.system, unit.unit)));
            arrays_added += other.arrays.len() - observation.arrays.len();

            let mut without = other.clone();
            without.volumes.pop();
            without.units.pop();
            without.arrays.truncate(observation.arrays.len());
            assert_eq!(without, observation);
        }
        assert!((30..270).contains(&arrays_added), "{arrays_added}");
    }

    #[test]
    fn a_full_array_gets_a_neighbour() {
        let mut observation = Observation::default();
        observation.arrays.push(ArraySeen {
            serial: "A".parse().unwrap(),
            family: Family::Ds8000,
            code_level: String::new(),
            fixes: Vec::new(),
            features: Vec::new(),
            reachable: true,
            copy_rate: None,
            lss: Vec::new(),
        });
        for seed in 0..20 {
            let other = unrelated(observation.clone(), seed);
            assert_eq!((other.arrays.len(), other.volumes.len(), other.units.len()), (2, 1, 0));
        }
    }
}
