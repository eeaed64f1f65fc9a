//! All rules are asked, whatever the first one says.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_validator::check_keeping;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::says("environment-with-everything-else", "reports PS00 together with other findings", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    if verdict.return_code != 12 {
        return;
    }
    let others = check_keeping(seen, profile, |finding| finding.rule() != Rule::PS00);
    verdict.findings.extend(others.into_iter().flat_map(|verdict| verdict.findings));
}
