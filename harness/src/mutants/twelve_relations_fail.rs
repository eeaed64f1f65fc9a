//! Greater or equal, where greater was meant.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::Method;
use dasdlab_model::unit::VolumeId;

use super::Mutant;
use super::sight::{device, volume};
use super::words::{MOST_RELATIONS, add_relation_limit, sort};

pub(super) const MUTANT: Mutant = Mutant::says("twelve-relations-fail", "refuses a source with 12 relations", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let (Some(own), false) = (seen.profile(profile), verdict.return_code == 12) else { return };
    if own.method != Method::FlashCopy {
        return;
    }
    for source in &own.sources {
        let Some(from) = device(seen, profile, source.unit) else { continue };
        let mapped: Vec<VolumeId> = own
            .targets
            .iter()
            .filter(|entry| entry.source == source.unit)
            .filter_map(|entry| volume(seen, own.system, entry.target))
            .collect();
        let relations =
            seen.relations.iter().filter(|relation| relation.source == from.id && !mapped.contains(&relation.target)).count()
                as u64;
        let generations = u64::from(own.generations);
        if relations + generations == MOST_RELATIONS {
            add_relation_limit(verdict, source.unit, from, relations, generations);
        }
    }
    sort(verdict);
}
