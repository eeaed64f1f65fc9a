//! Whoever has a group is in the group.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("foreign-group-is-own", "counts IMS systems of another group as fellow members", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let Some(own) = seen.profile(profile).map(|own| own.ims_ssid) else { return };
    let group = seen.ims.iter().find(|ims| ims.ssid == own).and_then(|ims| ims.group);
    for ims in seen.ims.iter_mut().filter(|ims| ims.group.is_some()) {
        ims.group = group;
    }
}
