//! A mirroring BCV is not ready, and that is normal.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::sight::device;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("not-ready-bcv-may-mirror-anything", "lets a target be not ready that is established to a foreign volume", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| {
        let bcv = units(finding).first().and_then(|&unit| device(seen, profile, unit));
        let mirrors = |id| seen.mirrors.iter().any(|pair| pair.bcv == id && pair.state.is_established());
        finding.reason == Reason::Ps06NotReady && bcv.is_some_and(|bcv| mirrors(bcv.id))
    });
}
