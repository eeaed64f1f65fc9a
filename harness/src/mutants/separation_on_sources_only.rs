//! Volumes that are not in the backup are nobody's business.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::Unit;

use super::Mutant;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("separation-on-sources-only", "looks for logs beside data on source volumes only", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    let is_source = |unit: Unit| own.sources.iter().any(|source| source.unit == unit);
    forget(verdict, |finding| {
        finding.reason == Reason::Ps04SharedVolume && !units(finding).first().is_some_and(|&unit| is_source(unit))
    });
}
