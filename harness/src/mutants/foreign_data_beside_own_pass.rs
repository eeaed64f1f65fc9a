//! A volume on which the IMS system has data is a volume of the IMS system.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;

use super::Mutant;
use super::sight::device;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("foreign-data-beside-own-pass", "reports non-IMS data only on volumes that hold nothing of an IMS system", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| {
        let label = units(finding).first().and_then(|&unit| device(seen, profile, unit)).and_then(|volume| volume.volser);
        let mut own = seen.data_sets.iter().filter(|data_set| data_set.class.names_ims());
        finding.rule() == Rule::PS15 && own.any(|data_set| label.is_some_and(|label| data_set.volumes.contains(&label)))
    });
}
