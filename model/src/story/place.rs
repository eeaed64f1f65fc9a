//! Which pair and which unit of a site a story speaks of.

use super::fault::{PairRef, UnitRef};
use crate::finding::Side;
use crate::name::{ProfileName, SystemName};
use crate::observation::{Device, Mapping, Observation};
use crate::unit::{Unit, VolumeId, VolumeRef};

/// A pair of a profile, resolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairPlace {
    /// The profile.
    pub profile: ProfileName,
    /// The generation.
    pub generation: u8,
    /// The source unit.
    pub source: Unit,
    /// The target unit.
    pub target: Unit,
    /// The volume behind the source.
    pub standard: VolumeId,
    /// The volume behind the target.
    pub bcv: VolumeId,
}

/// The pair that a reference stands for, `own` being the scenario's profile.
///
/// # Errors
/// Why there is none, and what was expected.
pub fn pair(seen: &Observation, own: &ProfileName, wanted: &PairRef) -> Result<PairPlace, String> {
    let name = wanted.profile.as_ref().unwrap_or(own);
    let profile = seen.profile(name).ok_or_else(|| format!("profile {name} is nowhere in the site"))?;
    let generation = wanted.generation;
    let mut pairs: Vec<Mapping> = profile.targets.iter().filter(|mapping| mapping.generation == generation).copied().collect();
    pairs.sort_unstable();
    let count = pairs.len();
    let mapping = match (wanted.source, wanted.nth) {
        (Some(source), None) => pairs
            .into_iter()
            .find(|mapping| mapping.source == source)
            .ok_or_else(|| format!("{name} has no pair of source {source} in generation {generation}"))?,
        (None, Some(nth)) => {
            nth.checked_sub(1).and_then(|index| pairs.into_iter().nth(index as usize)).ok_or_else(|| match count {
                0 => format!("{name} has no pairs in generation {generation}"),
                _ => {
                    format!("{name} has {count} pairs in generation {generation}: expected a number from 1 to {count}, not {nth}")
                }
            })?
        }
        _ => return Err("a pair is named by `source` or by `nth`: expected exactly one of them".to_owned()),
    };
    let volume =
        |unit| base(seen, profile.system, unit).ok_or_else(|| format!("unit {unit} of {} has no volume", profile.system));
    Ok(PairPlace {
        profile: name.clone(),
        generation,
        source: mapping.source,
        target: mapping.target,
        standard: volume(mapping.source)?,
        bcv: volume(mapping.target)?,
    })
}

/// The system and number of the unit that a reference stands for, `own` being the scenario's profile.
///
/// # Errors
/// Why there is none, and what was expected.
pub fn unit(seen: &Observation, own: &ProfileName, wanted: &UnitRef) -> Result<(SystemName, Unit, VolumeId), String> {
    let system = |profile: &ProfileName| {
        let profile = seen.profile(profile).ok_or_else(|| format!("profile {profile} is nowhere in the site"))?;
        Ok::<_, String>(wanted.system.unwrap_or(profile.system))
    };
    let (system, unit) = match (wanted.unit, &wanted.pair) {
        (Some(unit), None) if wanted.side.is_none() => (system(own)?, unit),
        (None, Some(reference)) => {
            let place = pair(seen, own, reference)?;
            let unit = if wanted.side == Some(Side::Target) { place.target } else { place.source };
            (system(&place.profile)?, unit)
        }
        _ => return Err("a unit is named by `unit`, or by `pair` and `side`: expected exactly one of them".to_owned()),
    };
    let volume = base(seen, system, unit).ok_or_else(|| format!("unit {unit} of {system} has no volume"))?;
    Ok((system, unit, volume))
}

/// The volume that a reference stands for, `home` being the first system that the site declares.
///
/// # Errors
/// Why there is none.
pub fn volume(seen: &Observation, home: Option<SystemName>, wanted: VolumeRef) -> Result<VolumeId, String> {
    let behind = |system: SystemName, unit: Unit| {
        base(seen, system, unit).ok_or_else(|| format!("unit {unit} of {system} is nowhere in the site or has no volume"))
    };
    match wanted {
        VolumeRef::Unit(unit) => {
            let home = home.ok_or_else(|| "the site has no system, so no unit stands for a volume".to_owned())?;
            behind(home, unit)
        }
        VolumeRef::UnitOf(system, unit) => behind(system, unit),
        VolumeRef::Volume(id) if seen.volumes.iter().any(|volume| volume.id == id) => Ok(id),
        VolumeRef::Volume(id) => Err(format!("there is no volume at {id}")),
    }
}

/// The volume behind a base unit.
fn base(seen: &Observation, system: SystemName, unit: Unit) -> Option<VolumeId> {
    seen.units.iter().find(|entry| (entry.system, entry.unit) == (system, unit)).and_then(|entry| match entry.device {
        Device::Base(volume, _) => Some(volume),
        Device::Alias(_) => None,
    })
}
