//! Each profile is checked a second time, with everything in order, and only what is found both times is said.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_validator::check;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant =
    Mutant::says("asks-twice", "checks twice and says what it has found both times", says).equivalent();

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let mut again = seen.clone();
    again.sort();
    let again = check(&again, profile).map(|verdict| verdict.findings).unwrap_or_default();
    forget(verdict, |finding| !again.contains(finding));
}
