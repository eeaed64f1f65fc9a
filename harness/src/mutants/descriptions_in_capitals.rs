//! Who made a profile and what it is for are read in capitals; no rule asks.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("descriptions-in-capitals", "reads creator and description in capitals", sees).equivalent();

fn sees(seen: &mut Observation, _: &ProfileName) {
    for profile in &mut seen.profiles {
        profile.creator = profile.creator.to_uppercase();
        profile.description = profile.description.to_uppercase();
    }
}
