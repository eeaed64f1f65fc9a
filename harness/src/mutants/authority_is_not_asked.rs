//! Whoever can log on may do everything.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("authority-is-not-asked", "does not ask whether the user is authorized", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.authority.denied.clear();
}
