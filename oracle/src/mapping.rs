//! PS14: the mapping is complete. It reads the profile only, by unit number.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::observation::Mapping;
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::Unit;

use crate::facts::Facts;
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    let profile = facts.profile;
    // no-sources: there is nothing to back up.
    if profile.sources.is_empty() {
        say.error(Reason::Ps14NoSources, [Subject::Profile(profile.name.clone())], []);
    }
    // no-generations: there is nothing to back up to.
    if profile.generations == 0 {
        say.error(Reason::Ps14NoGenerations, [Subject::Profile(profile.name.clone())], []);
    }

    let sources: BTreeSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
    let mut by_source: BTreeMap<(Unit, u8), BTreeSet<Unit>> = BTreeMap::new();
    let mut by_target: BTreeMap<Unit, Vec<&Mapping>> = BTreeMap::new();
    for mapping in &profile.targets {
        by_source.entry((mapping.source, mapping.generation)).or_default().insert(mapping.target);
        by_target.entry(mapping.target).or_default().push(mapping);
    }

    // missing-target: a source has no target in a generation.
    for source in &sources {
        for generation in 1..=profile.generations {
            if !by_source.contains_key(&(*source, generation)) {
                say.error(Reason::Ps14MissingTarget, [Subject::Unit(*source), Subject::Generation(generation)], []);
            }
        }
    }
    // unmapped-source: a target is given for a unit that is no source.
    for ((source, generation), targets) in &by_source {
        if let Some(target) = targets.first().filter(|_| !sources.contains(source)) {
            say.error(
                Reason::Ps14UnmappedSource,
                [Subject::Unit(*source), Subject::Generation(*generation)],
                [("target", Fact::text(target))],
            );
        }
    }
    // duplicate-target: a unit is given as target more than once.
    for (target, mappings) in &by_target {
        if mappings.len() > 1 {
            say.error(
                Reason::Ps14DuplicateTarget,
                [Subject::Unit(*target)],
                [
                    ("sources", Fact::list(mappings.iter().map(|mapping| mapping.source))),
                    ("generations", Fact::list(mappings.iter().map(|mapping| mapping.generation))),
                ],
            );
        }
    }
}
