//! Greater or equal, where greater was meant.

use dasdlab_model::finding::{Fact, Side, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::Method;
use dasdlab_model::unit::VolumeId;

use super::Mutant;
use super::sight::{device, volume};
use super::words::{add, sort};

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
        if relations + u64::from(own.generations) == LIMIT {
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
