//! What is said of a profile whose lock cannot be had.

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::transitions::Refusal;

use super::checks::Rules;
use crate::findings::Findings;

/// Says why somebody else has the profile, or what else of the environment is wrong; nothing if the site does not have it.
pub(super) fn report_locked(
    rules: &impl Rules,
    seen: &Observation,
    profile: &ProfileName,
    refusal: Option<Refusal>,
    findings: &mut Findings,
) {
    let verdict = rules.check(seen, profile).filter(|verdict| verdict.return_code == 12);
    match (verdict, refusal) {
        (Some(verdict), _) => findings.extend(verdict.findings),
        (None, Some(refusal)) => {
            let cause = Fact::Text(format!("nobody, but the lock was refused: {refusal}"));
            findings.add(Reason::Ps00ProfileLocked, [Subject::Profile(profile.clone())], [cause]);
        }
        (None, None) => {}
    }
}
