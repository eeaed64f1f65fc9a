//! A unit has one role, and the first one that is found is it.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::unit::Unit;

use super::Mutant;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("a-source-is-no-target", "does not ask a unit as a target that is a source too", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    let is_source = |unit: Unit| own.sources.iter().any(|source| source.unit == unit);
    forget(verdict, |finding| {
        let unit = units(finding).first().copied();
        finding.rule() == Rule::PS06 && finding.reason != Reason::Ps06AlsoSource && unit.is_some_and(is_source)
    });
}
