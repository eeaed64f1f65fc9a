//! Logs and data that share a catalog are apart, it is thought.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::RestoreScope;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::says("scope-by-volumes-alone", "does not narrow the restore scope for a shared catalog", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    if verdict.findings.iter().any(|finding| finding.reason == Reason::Ps04SharedVolume) {
        return;
    }
    verdict.restore_scope = match verdict.restore_scope {
        Some(RestoreScope::FullOnly) => Some(RestoreScope::FullAndData),
        Some(RestoreScope::None) => Some(RestoreScope::DataOnly),
        scope => scope,
    };
}
