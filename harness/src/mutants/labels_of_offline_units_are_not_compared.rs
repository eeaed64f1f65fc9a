//! A label can be read of an online volume only.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::HostStatus;

use super::Mutant;
use super::sight::status;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("labels-of-offline-units-are-not-compared", "compares the saved label of online units only", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| {
        let status = units(finding).first().and_then(|&unit| status(seen, profile, unit));
        finding.reason == Reason::Ps05VolserMismatch && !status.is_some_and(HostStatus::is_mounted)
    });
}
