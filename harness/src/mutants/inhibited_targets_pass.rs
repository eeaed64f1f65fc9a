//! An operator inhibits the copying of a volume, it is thought, not the copying to it.

use dasdlab_model::finding::{Side, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant = Mutant::says("inhibited-targets-pass", "lets a target be inhibited", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| finding.reason == Reason::Ps07Inhibited && finding.subjects.contains(&Subject::Side(Side::Target)));
}
