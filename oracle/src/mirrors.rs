//! PS12 and PS13: mirror pairs that are not this profile's.

use dasdlab_model::finding::Fact;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Method, MirrorState};

use crate::facts::{Facts, established, label};
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    if facts.profile.method != Method::Bcv {
        return;
    }
    for mirror in &facts.seen.mirrors {
        if facts.is_source(mirror.standard) && !facts.is_target(mirror.bcv) {
            let subjects = || [facts.subject(mirror.standard), facts.subject(mirror.bcv)];
            let evidence = || [("state", Fact::text(mirror.state)), ("held_for", label(facts.held_for(mirror.bcv)))];
            if established(mirror.state) {
                // PS12 established: somebody else mirrors a source.
                say.error(Reason::Ps12Established, subjects(), evidence());
            } else if matches!(mirror.state, MirrorState::Split | MirrorState::SplitBfrSync | MirrorState::SplitBfrRest) {
                // PS12 split-history: somebody else's split copy still has history with a source.
                say.info(Reason::Ps12SplitHistory, subjects(), evidence());
            }
        }
        // PS13 established: a target mirrors a volume that is no source.
        if facts.is_target(mirror.bcv) && !facts.is_source(mirror.standard) && established(mirror.state) {
            say.error(
                Reason::Ps13Established,
                [facts.subject(mirror.bcv), facts.subject(mirror.standard)],
                [("state", Fact::text(mirror.state))],
            );
        }
    }
}
