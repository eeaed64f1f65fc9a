//! Greater than the limit plus one, because somebody counted the new relation twice.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::{forget, number};

pub(super) const MUTANT: Mutant = Mutant::says("thirteen-relations-pass", "lets a source have 13 relations", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| {
        let sum = number(finding, "relations").zip(number(finding, "generations")).map(|(there, more)| there + more);
        finding.reason == Reason::Ps07RelationLimit && sum == Some(13)
    });
}
