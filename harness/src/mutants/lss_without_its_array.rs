//! LSS 10 exists on every array.

use dasdlab_model::finding::{Evidence, Fact, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::sight::device;
use super::words::{forget, sort, units};

pub(super) const MUTANT: Mutant = Mutant::says("lss-without-its-array", "compares logical subsystems without their arrays", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    for finding in verdict.findings.iter_mut().filter(|finding| finding.reason == Reason::Ps08DifferentArray) {
        let [source, target] = units(finding)[..] else { continue };
        let lss =
            |unit| device(seen, profile, unit).map(|volume| (volume.id.lss, format!("{}/{}", volume.id.array, volume.id.lss)));
        let (Some((source, from)), Some((target, to))) = (lss(source), lss(target)) else { continue };
        if source != target {
            finding.reason = Reason::Ps08DifferentLss;
            finding.evidence = Evidence(vec![("source_lss", Fact::Text(from)), ("target_lss", Fact::Text(to))]);
        }
    }
    forget(verdict, |finding| finding.reason == Reason::Ps08DifferentArray);
    sort(verdict);
}
