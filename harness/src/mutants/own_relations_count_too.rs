//! Every relation of a source counts, those of its own earlier backups among them.

use dasdlab_model::finding::{Fact, Side, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::Method;

use super::Mutant;
use super::sight::device;
use super::words::{add, forget, sort};

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
        if relations + u64::from(own.generations) > LIMIT {
            let label = from.volser.map(|label| label.to_string()).unwrap_or_default();
            let facts =
                [Fact::Text(label), Fact::Number(relations), Fact::Number(u64::from(own.generations)), Fact::Number(LIMIT)];
            add(verdict, Reason::Ps07RelationLimit, vec![Subject::Unit(source.unit), Subject::Side(Side::Source)], facts);
        }
    }
    sort(verdict);
}

/// The most relations of a source.
const LIMIT: u64 = 12;
