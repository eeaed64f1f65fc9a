//! Labels are compared array after array.

use dasdlab_model::finding::{Fact, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::sight::device;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("namesakes-on-other-arrays-are-missed", "does not see a second volume of the same label on another array", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| {
        let array = |unit| device(seen, profile, unit).map(|volume| volume.id.array);
        let Some(Fact::List(others)) = finding.evidence.get("units") else { return false };
        let own = units(finding).first().copied().and_then(array);
        let elsewhere = |other: &String| other.parse().ok().and_then(array) != own;
        finding.reason == Reason::Ps05DuplicateVolser && others.iter().all(elsewhere)
    });
}
