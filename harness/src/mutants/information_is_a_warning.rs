//! Whatever is found raises the return code.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("information-is-a-warning", "ends with 4 where there is only information", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    if verdict.return_code == 0 && !verdict.findings.is_empty() {
        verdict.return_code = 4;
    }
}
