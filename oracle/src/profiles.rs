//! PS09: what this profile and the others make of the same volumes.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;

use crate::facts::Facts;
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    for base in facts.targets() {
        let id = &base.id();
        // target-in-other-profile: another profile copies to this target, or keeps a backup on it.
        let mut shared: BTreeMap<&ProfileName, BTreeSet<&str>> = BTreeMap::new();
        for other in facts.others.iter().filter(|other| other.targets.contains(id)) {
            shared.entry(other.name).or_default().insert("listed");
        }
        if let Some(holder) = base.volume.held_for.as_ref().filter(|holder| **holder != facts.profile.name) {
            shared.entry(holder).or_default().insert("held");
        }
        for (name, how) in shared {
            say.warning(
                Reason::Ps09TargetInOtherProfile,
                [base.subject(), Subject::Profile(name.clone())],
                [("volser", base.volser()), ("how", Fact::list(how))],
            );
        }
        // source-in-other-profile: the target is live data of another profile.
        for other in facts.others.iter().filter(|other| other.sources.contains(id)) {
            say.error(
                Reason::Ps09SourceInOtherProfile,
                [base.subject(), Subject::Profile(other.name.clone())],
                [("volser", base.volser())],
            );
        }
    }
    // source-is-target-elsewhere: another profile copies over what this one backs up.
    for base in facts.sources() {
        let id = &base.id();
        for other in facts.others.iter().filter(|other| other.targets.contains(id)) {
            say.error(
                Reason::Ps09SourceIsTargetElsewhere,
                [base.subject(), Subject::Profile(other.name.clone())],
                [("volser", base.volser())],
            );
        }
    }
}
