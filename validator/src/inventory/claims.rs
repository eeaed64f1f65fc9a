//! What other profiles claim: their sources, their targets, the volumes held for them.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::lists::Lists;
use super::volume_set::VolumeSet;
use super::volumes::Volumes;

/// How another profile uses a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Use {
    /// It backs it up.
    #[default]
    Source,
    /// It copies onto it.
    Target,
    /// The product holds it for that profile.
    Held,
}

/// A use of a volume by another profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Claim {
    /// Number of the profile's name.
    pub(crate) profile: u32,
    /// The use.
    pub(crate) by: Use,
}

/// The claims of all other profiles, each resolved in its own system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims {
    /// For each volume, its claims, ascending and without repetition.
    pub(crate) on: Lists<Claim>,
    /// The targets of every profile, this one included.
    pub(crate) any_target: VolumeSet,
}

impl Claims {
    /// Collects the claims of every profile but this one.
    pub(crate) fn new(seen: &Observation, volumes: &Volumes, this: &ProfileName) -> Self {
        let mut any_target = VolumeSet::new(volumes.len());
        let mut claims = Vec::new();
        for (number, profile) in (0..).zip(&seen.profiles) {
            let other = profile.name != *this;
            let units = volumes.units_of(profile.system);
            for entry in &profile.targets {
                if let Some(volume) = units.resolve(entry.target).volume() {
                    any_target.insert(volume);
                    if other {
                        claims.push((volume, Claim { profile: number, by: Use::Target }));
                    }
                }
            }
            for source in profile.sources.iter().filter(|_| other) {
                if let Some(volume) = units.resolve(source.unit).volume() {
                    claims.push((volume, Claim { profile: number, by: Use::Source }));
                }
            }
        }
        for &(volume, profile) in &volumes.held {
            if volumes.profile_names.get(profile as usize).is_some_and(|name| name != this) {
                claims.push((volume, Claim { profile, by: Use::Held }));
            }
        }
        claims.sort();
        claims.dedup();
        Self { on: Lists::new(volumes.len(), claims), any_target }
    }

    /// From now on the volume is held for this other profile, by the number of its name, or for none.
    pub(crate) fn hold(&mut self, volume: u32, profile: Option<u32>) {
        let claims = self.on.change(volume);
        claims.retain(|claim| claim.by != Use::Held);
        claims.extend(profile.map(|profile| Claim { profile, by: Use::Held }));
        claims.sort_unstable();
    }
}
