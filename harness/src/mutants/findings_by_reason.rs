//! Findings are sorted by the text of their message.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::says("findings-by-reason", "sorts findings by rule and reason instead of by what they are about", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    verdict.findings.sort_by(|a, b| (a.rule(), a.reason.slug(), &a.subjects).cmp(&(b.rule(), b.reason.slug(), &b.subjects)));
}
