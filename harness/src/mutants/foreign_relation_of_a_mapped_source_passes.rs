//! Any source of the profile may have been copied to the target.

use dasdlab_model::finding::{Fact, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant = Mutant::says(
    "foreign-relation-of-a-mapped-source-passes",
    "lets a target be copied from another source of the profile",
    says,
);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    let is_source = |unit: &String| own.sources.iter().any(|source| source.unit.to_string() == *unit);
    forget(verdict, |finding| {
        let others = finding.evidence.get("others");
        finding.reason == Reason::Ps06ForeignRelation && matches!(others, Some(Fact::List(list)) if list.iter().all(is_source))
    });
}
