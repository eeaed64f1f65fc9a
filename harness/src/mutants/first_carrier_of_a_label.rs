//! A table from labels to volumes has room for one of each.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};

use super::Mutant;
use super::words::take_from;

pub(super) const MUTANT: Mutant =
    Mutant::says("first-carrier-of-a-label", "resolves a label to its first carrier, after a copy to the target", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let mut other = seen.clone();
    let mut known = Vec::new();
    for volume in &mut other.volumes {
        match volume.volser {
            Some(label) if known.contains(&label) => volume.volser = None,
            Some(label) => known.push(label),
            None => {}
        }
    }
    take_from(verdict, &other, profile, |finding| {
        matches!(finding.rule(), Rule::PS01 | Rule::PS02 | Rule::PS03 | Rule::PS04 | Rule::PS10)
            || finding.reason == Reason::Ps06HoldsData
    });
}
