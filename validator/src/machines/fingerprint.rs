//! The fingerprint of a configuration: what must not change without another setup.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dasdlab_model::name::{ImsSsid, Volser};
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::{BackupType, Method, SetupReason};
use dasdlab_model::unit::{Unit, VolumeId};

use super::plan::base_units;

/// Everything that the fingerprint of a profile covers, in an order of its own. A unit that is unknown or an alias has
/// no identity and is covered by its number alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Covered {
    ims_ssid: ImsSsid,
    backup_type: BackupType,
    method: Method,
    sources: BTreeSet<(Unit, Option<VolumeId>, Option<Volser>)>,
    /// For each generation, source, target and the target's identity.
    generations: Vec<BTreeSet<(Unit, Unit, Option<VolumeId>)>>,
}

impl Covered {
    /// What is covered of a profile, its units resolved in the profile's own system.
    #[must_use]
    pub fn of(seen: &Observation, profile: &BackupProfile) -> Self {
        let units = base_units(seen, profile.system);
        let identity = |unit: Unit| units.get(&unit).copied();
        let mut generations = vec![BTreeSet::new(); usize::from(profile.generations)];
        for entry in &profile.targets {
            if let Some(generation) = usize::from(entry.generation).checked_sub(1).and_then(|at| generations.get_mut(at)) {
                generation.insert((entry.source, entry.target, identity(entry.target)));
            }
        }
        Self {
            ims_ssid: profile.ims_ssid,
            backup_type: profile.backup_type,
            method: profile.method,
            sources: profile.sources.iter().map(|source| (source.unit, identity(source.unit), source.volser)).collect(),
            generations,
        }
    }

    /// Why a change from this to that makes setup needed; none if nothing covered changed. Of several reasons the one
    /// is given that says most about the profile: whose data, which of them, how, how often, where.
    #[must_use]
    pub fn reason_to_set_up(&self, after: &Self) -> Option<SetupReason> {
        let reasons = [
            (SetupReason::ImsSsid, self.ims_ssid != after.ims_ssid),
            (SetupReason::Type, self.backup_type != after.backup_type),
            (SetupReason::Method, self.method != after.method),
            (SetupReason::Generations, self.generations.len() != after.generations.len()),
            (SetupReason::Units, self.sources != after.sources || self.generations != after.generations),
        ];
        reasons.into_iter().find(|(_, changed)| *changed).map(|(reason, _)| reason)
    }

    /// The fingerprint: 32 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:032x}", fnv1a(self.text().as_bytes()))
    }

    /// The configuration in one spelling. No name holds a space or a line end, so no two configurations share it.
    fn text(&self) -> String {
        let mut text = format!("{FORMAT}\n{} {} {}\n", self.ims_ssid, self.backup_type, self.method);
        let or_none = |identity: &Option<VolumeId>| identity.map_or_else(|| "-".to_owned(), |volume| volume.to_string());
        for (unit, identity, volser) in &self.sources {
            let volser = volser.map_or_else(|| "-".to_owned(), |volser| volser.to_string());
            let _ = writeln!(text, "source {unit} {} {volser}", or_none(identity));
        }
        for (number, pairs) in (1..).zip(&self.generations) {
            let _ = writeln!(text, "generation {number}");
            for (source, target, identity) in pairs {
                let _ = writeln!(text, "{source} {target} {}", or_none(identity));
            }
        }
        text
    }
}

/// The fingerprint of a profile's configuration as it stands: 32 hexadecimal digits, the same on every machine.
#[must_use]
pub fn fingerprint(seen: &Observation, profile: &BackupProfile) -> String {
    Covered::of(seen, profile).fingerprint()
}

/// Stands in front of the text, so that another spelling can never give an old fingerprint.
const FORMAT: &str = "fingerprint 1";

/// FNV-1a, 128 bits: stable, and enough to tell configurations apart. It protects against mistakes, not malice.
fn fnv1a(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: u128) {
        assert_eq!(fnv1a(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn the_hash_gives_the_published_values() {
        check("", 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        check("a", 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        check("foobar", 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}
