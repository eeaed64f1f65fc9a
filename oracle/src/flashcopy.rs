//! PS07 and PS08: both sides can do FlashCopy, and near enough to each other.

use dasdlab_model::finding::{Fact, Side, Subject};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Feature, LssScope, Method};
use dasdlab_model::unit::VolumeId;

use crate::facts::{Base, Facts};
use crate::saying::Findings;

/// The most targets that a source can have at a time.
const MOST_RELATIONS: u64 = 12;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    if facts.profile.method != Method::FlashCopy {
        return;
    }
    for base in facts.sources() {
        ask_capability(base, Side::Source, say);
        ask_relation_limit(facts, base, say);
    }
    for base in facts.targets() {
        ask_capability(base, Side::Target, say);
    }
    ask_distance(facts, say);
}

fn ask_capability(base: Base, side: Side, say: &mut Findings) {
    let subjects = || [base.subject(), Subject::Side(side)];
    // not-licensed: the array has no FlashCopy licence.
    if !base.array.features.contains(&Feature::FlashCopy) {
        say.error(Reason::Ps07NotLicensed, subjects(), [("array", Fact::text(base.array.serial))]);
    }
    // not-capable: the volume cannot take part, for a cause that no other reason names.
    if let Some(cause) = base.volume.incapable {
        say.error(Reason::Ps07NotCapable, subjects(), [("volser", base.volser()), ("cause", Fact::text(cause))]);
    }
    // inhibited: an operator forbade it.
    if base.volume.inhibited {
        say.error(Reason::Ps07Inhibited, subjects(), [("volser", base.volser())]);
    }
    // v1-active: a version 1 relation excludes others.
    if base.volume.v1_active {
        say.error(Reason::Ps07V1Active, subjects(), [("volser", base.volser())]);
    }
}

fn ask_relation_limit(facts: &Facts, base: Base, say: &mut Findings) {
    let id = base.id();
    let relations =
        facts.relations(id).filter(|relation| relation.source == id && !facts.is_mapped(id, relation.target)).count() as u64;
    let generations = u64::from(facts.profile.generations);
    // relation-limit: foreign relations and one for each generation are more than a source can have.
    if relations + generations > MOST_RELATIONS {
        say.error(
            Reason::Ps07RelationLimit,
            [base.subject(), Subject::Side(Side::Source)],
            [
                ("volser", base.volser()),
                ("relations", Fact::Number(relations)),
                ("generations", Fact::Number(generations)),
                ("limit", Fact::Number(MOST_RELATIONS)),
            ],
        );
    }
}

fn ask_distance(facts: &Facts, say: &mut Findings) {
    for pair in &facts.pairs {
        let subjects = || [pair.source.subject(), pair.target.subject(), Subject::Generation(pair.generation)];
        let (source, target) = (pair.source.id(), pair.target.id());
        if source.array != target.array {
            // different-array: FlashCopy does not leave the array.
            say.error(
                Reason::Ps08DifferentArray,
                subjects(),
                [("source_array", Fact::text(source.array)), ("target_array", Fact::text(target.array))],
            );
        } else if source.lss != target.lss && facts.seen.policy.lss_scope == LssScope::SameLss {
            // different-lss: consistency is kept within one logical subsystem.
            let lss = |id: VolumeId| Fact::text(format_args!("{}/{}", id.array, id.lss));
            say.error(Reason::Ps08DifferentLss, subjects(), [("source_lss", lss(source)), ("target_lss", lss(target))]);
        }
    }
}
