//! Foreign data are looked up by the first label of their catalog entry.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::states::DataSetClass;

use super::Mutant;
use super::sight::first_volume_only;
use super::words::take_from;

pub(super) const MUTANT: Mutant =
    Mutant::says("foreign-data-by-their-first-volume", "finds non-IMS data by their first volume only", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let mut other = seen.clone();
    first_volume_only(&mut other, |class| class == DataSetClass::NonIms);
    take_from(verdict, &other, profile, |finding| finding.rule() == Rule::PS15);
}
