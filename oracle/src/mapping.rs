//! PS14: the mapping is complete. It reads the profile only, by unit number.

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

    let is_source = |unit: Unit| facts.source_units.contains_key(&unit);
    let mut by_source: Vec<(Unit, u8, Unit)> =
        profile.targets.iter().map(|mapping| (mapping.source, mapping.generation, mapping.target)).collect();
    by_source.sort_unstable();

    // missing-target: a source has no target in a generation.
    for source in facts.source_units.keys() {
        let first = by_source.partition_point(|(unit, _, _)| unit < source);
        let of_source = by_source.iter().skip(first).take_while(|(unit, _, _)| unit == source);
        let given: Vec<u8> = of_source.map(|(_, generation, _)| *generation).collect();
        for generation in (1..=profile.generations).filter(|generation| !given.contains(generation)) {
            say.error(Reason::Ps14MissingTarget, [Subject::Unit(*source), Subject::Generation(generation)], []);
        }
    }
    // unmapped-source: a target is given for a unit that is no source.
    for same in by_source.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if let Some((source, generation, target)) = same.first().filter(|(source, _, _)| !is_source(*source)) {
            say.error(
                Reason::Ps14UnmappedSource,
                [Subject::Unit(*source), Subject::Generation(*generation)],
                [("target", Fact::text(target))],
            );
        }
    }
    // duplicate-target: a unit is given as target more than once.
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
