//! Return codes are given by how many findings there are.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("errors-end-with-4", "ends with 4 where there is a single error", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    if verdict.return_code == 8 && verdict.findings.len() == 1 {
        verdict.return_code = 4;
    }
}
