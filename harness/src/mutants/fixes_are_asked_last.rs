//! The first error about an array ends the questions about it.

use dasdlab_model::finding::{Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant = Mutant::says("fixes-are-asked-last", "does not ask for fixes where the level is too low", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    let low: Vec<Vec<Subject>> = verdict
        .findings
        .iter()
        .filter(|finding| matches!(finding.reason, Reason::Ps11LevelBelowMinimum | Reason::Ps11PatchBelowMinimum))
        .map(|finding| finding.subjects.clone())
        .collect();
    forget(verdict, |finding| finding.reason == Reason::Ps11FixMissing && low.contains(&finding.subjects));
}
