//! Every relation of a source counts, those of its own earlier backups among them.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::Method;

use super::Mutant;
use super::sight::device;
use super::words::{MOST_RELATIONS, add_relation_limit, forget, sort};

pub(super) const MUTANT: Mutant =
    Mutant::says("own-relations-count-too", "counts the relations of own backups against the limit", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let (Some(own), false) = (seen.profile(profile), verdict.return_code == 12) else { return };
    if own.method != Method::FlashCopy {
        return;
    }
    forget(verdict, |finding| finding.reason == Reason::Ps07RelationLimit);
    for source in &own.sources {
        let Some(from) = device(seen, profile, source.unit) else { continue };
        let relations = seen.relations.iter().filter(|relation| relation.source == from.id).count() as u64;
        let generations = u64::from(own.generations);
        if relations + generations > MOST_RELATIONS {
            add_relation_limit(verdict, source.unit, from, relations, generations);
        }
    }
    sort(verdict);
}
