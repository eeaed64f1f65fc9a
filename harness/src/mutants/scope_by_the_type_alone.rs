//! What is on the volumes was not asked.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::RestoreScope;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::says("scope-by-the-type-alone", "gives the restore scope of the backup type, whatever shares a volume", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    verdict.restore_scope = match verdict.restore_scope {
        Some(RestoreScope::FullOnly) => Some(RestoreScope::FullAndData),
        Some(RestoreScope::None) => Some(RestoreScope::DataOnly),
        scope => scope,
    };
}
