//! A catalog is no data set of IMS.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant =
    Mutant::says("user-catalogs-are-never-looked-at", "does not ask for the volumes of user catalogs", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| matches!(finding.reason, Reason::Ps03Missing | Reason::Ps03ForeignEntries));
}
