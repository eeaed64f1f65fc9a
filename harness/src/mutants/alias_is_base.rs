//! An alias answers, so there is a volume behind it.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Device, Observation};

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("alias-is-base", "takes an alias for a base unit of its logical subsystem", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    let bases = seen.units.clone();
    for entry in &mut seen.units {
        let Device::Alias(address) = entry.device else { continue };
        let base = bases.iter().find(|base| match base.device {
            Device::Base(volume, _) => (volume.array, volume.lss, base.system) == (address.array, address.lss, entry.system),
            Device::Alias(_) => false,
        });
        if let Some(base) = base {
            entry.device = base.device;
        }
    }
}
