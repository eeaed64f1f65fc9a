//! What mutants do to findings.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Side, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Observation, VolumeSeen};
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::Unit;
use dasdlab_validator::check;

/// Leaves out findings.
pub(super) fn forget(verdict: &mut Verdict, forgotten: impl Fn(&Finding) -> bool) {
    verdict.findings.retain(|finding| !forgotten(finding));
}

/// Adds a finding with its facts in the order of the reason's evidence.
pub(super) fn add<const N: usize>(verdict: &mut Verdict, reason: Reason, subjects: Vec<Subject>, facts: [Fact; N]) {
    let info = reason.info();
    let severity = info.severities.first().copied().unwrap_or(Severity::E);
    let evidence = Evidence(info.evidence.iter().map(|&(key, _)| key).zip(facts).collect());
    verdict.findings.push(Finding { reason, severity, subjects, evidence });
}

/// The most relations of a source, those of the profile's generations among them.
pub(super) const MOST_RELATIONS: u64 = 12;

/// Adds that a source has so many relations that those of so many generations are too many.
pub(super) fn add_relation_limit(verdict: &mut Verdict, unit: Unit, volume: &VolumeSeen, relations: u64, generations: u64) {
    let label = volume.volser.map(|label| label.to_string()).unwrap_or_default();
    let facts = [Fact::Text(label), Fact::Number(relations), Fact::Number(generations), Fact::Number(MOST_RELATIONS)];
    add(verdict, Reason::Ps07RelationLimit, vec![Subject::Unit(unit), Subject::Side(Side::Source)], facts);
}

/// Brings findings into their order.
pub(super) fn sort(verdict: &mut Verdict) {
    verdict.findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
}

/// Takes some findings from what would be said of another observation.
pub(super) fn take_from(verdict: &mut Verdict, seen: &Observation, profile: &ProfileName, taken: impl Fn(&Finding) -> bool) {
    if verdict.return_code == 12 {
        return;
    }
    let Some(other) = check(seen, profile) else { return };
    forget(verdict, &taken);
    verdict.findings.extend(other.findings.into_iter().filter(taken));
    sort(verdict);
}

/// The units that a finding is about, in their order.
pub(super) fn units(finding: &Finding) -> Vec<Unit> {
    let unit = |subject: &Subject| match subject {
        Subject::Unit(unit) => Some(*unit),
        _ => None,
    };
    finding.subjects.iter().filter_map(unit).collect()
}

/// The generation that a finding is about.
pub(super) fn generation(finding: &Finding) -> Option<u8> {
    finding.subjects.iter().find_map(|subject| match subject {
        Subject::Generation(generation) => Some(*generation),
        _ => None,
    })
}

/// A number in the evidence of a finding.
pub(super) fn number(finding: &Finding, key: &str) -> Option<u64> {
    match finding.evidence.get(key) {
        Some(Fact::Number(number)) => Some(*number),
        _ => None,
    }
}
