//! PS14: the mapping is complete. It reads the profile only, by unit number.

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::observation::Mapping;
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::Unit;
use rustc_hash::FxHashSet;

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

    // missing-target: a source has no target in a generation.
    let mut given: FxHashSet<(Unit, u8)> = FxHashSet::default();
    given.reserve(profile.targets.len());
    given.extend(profile.targets.iter().map(|mapping| (mapping.source, mapping.generation)));
    for (source, _) in &facts.source_units {
        for generation in (1..=profile.generations).filter(|generation| !given.contains(&(source.unit, *generation))) {
            say.error(Reason::Ps14MissingTarget, [Subject::Unit(source.unit), Subject::Generation(generation)], []);
        }
    }
    // unmapped-source: a target is given for a unit that is no source.
    let unmapped = profile.targets.iter().filter(|mapping| !facts.lists_source(mapping.source));
    let mut unmapped: Vec<(Unit, u8, Unit)> =
        unmapped.map(|mapping| (mapping.source, mapping.generation, mapping.target)).collect();
    unmapped.sort_unstable();
    for same in unmapped.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if let [(source, generation, target), ..] = same {
            say.error(
                Reason::Ps14UnmappedSource,
                [Subject::Unit(*source), Subject::Generation(*generation)],
                [("target", Fact::text(target))],
            );
        }
    }
    // duplicate-target: a unit is given as target more than once.
    if facts.target_units.len() == profile.targets.len() {
        return;
    }
    let mut by_target: Vec<&Mapping> = profile.targets.iter().collect();
    by_target.sort_unstable_by_key(|mapping| mapping.target);
    for mappings in by_target.chunk_by(|a, b| a.target == b.target) {
        if let [mapping, _, ..] = mappings {
            say.error(
                Reason::Ps14DuplicateTarget,
                [Subject::Unit(mapping.target)],
                [
                    ("sources", Fact::list(mappings.iter().map(|mapping| mapping.source))),
                    ("generations", Fact::list(mappings.iter().map(|mapping| mapping.generation))),
                ],
            );
        }
    }
}
