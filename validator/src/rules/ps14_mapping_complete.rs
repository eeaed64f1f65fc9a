//! PS14: every source has one target of its own in every generation.

use dasdlab_model::reasons::{Reason, Rule};

use super::{ReasonDoc, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::Inventory;

const DOC: RuleDoc = RuleDoc {
    protects: "A source without a target in one generation makes every backup of that generation incomplete; a target of two sources \
        holds only the last one copied.",
    fires: "The profile has no sources or no generations, a source has no target in a generation, a target is given for a unit that is \
        no source, or a unit is given as target more than once.",
    passing: "Sources 1000 and 1001; generation 1: 1000 -> 2000, 1001 -> 2001; generation 2: 1000 -> 3000, 1001 -> 3001.",
    failing: "The same with 1001 -> 2000 in generation 1: unit 2000 is a `duplicate-target`.",
    fine_print: &[
        "Reads the profile only, by unit number: unknown units and aliases are asked like any other.",
        "`missing-target` is one finding per source and generation; a profile without generations has `no-generations` instead, one without \
         sources `no-sources`.",
        "`duplicate-target` is one finding per unit, however often it is given and for whatever source, unmapped ones included.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps14NoSources,
            when: "The profile lists no source.",
            remedy: &["Add the volumes of the IMS system to the sources of profile {profile}."],
        },
        ReasonDoc {
            reason: Reason::Ps14NoGenerations,
            when: "The number of generations is 0.",
            remedy: &["Set the number of generations of profile {profile} to at least 1 and map targets."],
        },
        ReasonDoc {
            reason: Reason::Ps14MissingTarget,
            when: "A source has no target in a generation.",
            remedy: &["Map source {source} to a target in generation {generation}."],
        },
        ReasonDoc {
            reason: Reason::Ps14UnmappedSource,
            when: "A target is given for a unit that is no source.",
            remedy: &["Remove the mapping {source} -> {target} from generation {generation}, or add {source} to the sources."],
        },
        ReasonDoc {
            reason: Reason::Ps14DuplicateTarget,
            when: "A unit is given as target more than once.",
            remedy: &[
                "Keep unit {target} for one of the sources {sources} in one of the generations {generations}, and map another unit in \
                the others.",
            ],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry { once: Some(once), ..RuleEntry::new(Rule::PS14, &DOC) };

fn once<'a>(inventory: &'a Inventory, findings: &mut Findings<'a>) {
    let (terms, mapping) = (&inventory.terms, &inventory.mapping);
    let profile = [Subject::Profile(&terms.name)];
    if mapping.sources.is_empty() {
        findings.add(Reason::Ps14NoSources, profile, []);
    }
    if terms.generations == 0 {
        findings.add(Reason::Ps14NoGenerations, profile, []);
    }
    for &(source, generation) in &mapping.missing {
        findings.add(Reason::Ps14MissingTarget, [Subject::Unit(source), Subject::Generation(generation)], []);
    }
    for (&(source, generation), target) in &mapping.unmapped {
        let subjects = [Subject::Unit(source), Subject::Generation(generation)];
        findings.add(Reason::Ps14UnmappedSource, subjects, [Fact::text(*target)]);
    }
    for (&target, duplicate) in &mapping.duplicates {
        let facts = [
            findings.list(duplicate.sources.iter().copied()),
            findings.list(duplicate.generations.iter().map(|&generation| u32::from(generation))),
        ];
        findings.add(Reason::Ps14DuplicateTarget, [Subject::Unit(target)], facts);
    }
}
