//! The list of causes was written before this one came.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::Incapable;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees(
    "a-later-cause-is-not-known",
    "does not know one of the causes for which a volume cannot take part in FlashCopy",
    sees,
);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for volume in &mut seen.volumes {
        volume.incapable.take_if(|cause| *cause == Incapable::CascadingFailover);
    }
}
