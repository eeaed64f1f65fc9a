//! Device numbers are looked up by their last four digits.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Observation, UnitSeen};

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("subchannel-set-is-ignored", "resolves a unit without its subchannel set", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    /// Device numbers of one subchannel set.
    const SET: u32 = 0x1_0000;
    let all = seen.units.clone();
    for entry in seen.units.iter_mut().filter(|entry| entry.unit.number() >= SET) {
        let plain = |other: &&UnitSeen| other.system == entry.system && other.unit.number() == entry.unit.number() % SET;
        if let Some(other) = all.iter().find(plain) {
            entry.device = other.device;
        }
    }
}
