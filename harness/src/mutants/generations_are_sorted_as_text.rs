//! Generation 10 stands before generation 2 in a dictionary.

use dasdlab_model::finding::{Finding, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;

use super::Mutant;
use super::words::generation;

pub(super) const MUTANT: Mutant = Mutant::says("generations-are-sorted-as-text", "sorts generations as text", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    let key = |finding: &Finding| {
        let subjects: Vec<String> = finding
            .subjects
            .iter()
            .map(|subject| match subject {
                Subject::Unit(unit) => format!("unit:{:05X}", unit.number()),
                other => other.to_string(),
            })
            .collect();
        (finding.rule(), subjects, finding.reason.slug())
    };
    let of_pairs = |finding: &Finding| generation(finding).is_some();
    let all_of_pairs = |rule: Rule, findings: &[Finding]| findings.iter().filter(|other| other.rule() == rule).all(of_pairs);
    let before = verdict.findings.clone();
    verdict.findings.sort_by(|a, b| {
        if a.rule() == b.rule() && all_of_pairs(a.rule(), &before) {
            key(a).cmp(&key(b))
        } else {
            a.order_key().cmp(&b.order_key())
        }
    });
}
