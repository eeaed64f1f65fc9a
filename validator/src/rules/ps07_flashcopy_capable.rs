//! PS07: both sides can do FlashCopy.

use dasdlab_model::finding::Side;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::Method;
use dasdlab_model::unit::Unit;

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::facts::{flashcopy, source};
use crate::inventory::volumes::Volume;
use crate::inventory::{Inventory, RELATION_LIMIT};

const DOC: RuleDoc = RuleDoc {
    protects: "One volume that refuses its establish makes the whole backup invalid: all relations of that run are withdrawn.",
    fires: "A source or target of a flashcopy profile is on an array without the licence, is inhibited or otherwise not capable, or a \
        source would exceed the number of relations that one volume can have.",
    passing: "Source 1000 has 10 relations to volumes outside the profile, and the profile has 2 generations: 12 in all.",
    failing: "The same source with 11 such relations: 13 in all, `relation-limit` on the source side.",
    fine_print: &[
        "Asked once per unit and side: a unit that is source and target can have both findings.",
        "`not-capable` is for causes that no other reason names; `cause` is the cause.",
        "`relation-limit` is asked of sources only. Counted are the relations in which the volume is source and whose target is not \
         mapped to it in any generation, and the profile's number of generations; 12 passes.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps07NotLicensed,
            when: "The array has no FlashCopy licence.",
            remedy: &["Activate the FlashCopy licence of array {array}, or take unit {unit} out of the profile."],
        },
        ReasonDoc {
            reason: Reason::Ps07NotCapable,
            when: "The volume cannot take part in FlashCopy now.",
            remedy: &["End what keeps unit {unit} from FlashCopy ({cause}), or use another unit as {side}."],
        },
        ReasonDoc {
            reason: Reason::Ps07Inhibited,
            when: "An operator has inhibited the volume from FlashCopy.",
            remedy: &["Permit FlashCopy for unit {unit} on its array again, or use another unit as {side}."],
        },
        ReasonDoc {
            reason: Reason::Ps07V1Active,
            when: "A version 1 FlashCopy relation is active on the volume.",
            remedy: &["FCWITHDR the version 1 relation of unit {unit}, or wait until its copy has ended."],
        },
        ReasonDoc {
            reason: Reason::Ps07RelationLimit,
            when: "Existing relations and those that the profile adds exceed what one source can have.",
            remedy: &[
                "FCWITHDR {unit} relations outside the profile ({relations} now), or lower the {generations} generations: both \
                together may be {limit}.",
            ],
        },
    ],
};

/// Target facts that are findings of this rule.
const TARGETS: &[(u32, Reason)] = &[
    (flashcopy::NOT_LICENSED, Reason::Ps07NotLicensed),
    (flashcopy::NOT_CAPABLE, Reason::Ps07NotCapable),
    (flashcopy::INHIBITED, Reason::Ps07Inhibited),
    (flashcopy::V1_ACTIVE, Reason::Ps07V1Active),
];

/// Source facts that are findings of this rule.
const SOURCES: &[(u32, Reason)] = &[
    (flashcopy::NOT_LICENSED, Reason::Ps07NotLicensed),
    (flashcopy::NOT_CAPABLE, Reason::Ps07NotCapable),
    (flashcopy::INHIBITED, Reason::Ps07Inhibited),
    (flashcopy::V1_ACTIVE, Reason::Ps07V1Active),
    (source::RELATION_LIMIT, Reason::Ps07RelationLimit),
];

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    method: Some(Method::FlashCopy),
    sources: Some(RowPart::decided(SOURCES, visit_source)),
    targets: Some(RowPart::decided(TARGETS, visit_target)),
    ..RuleEntry::new(Rule::PS07, &DOC)
};

fn visit_source<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((row_of, Some((id, volume)))) = inventory.source(row) else { return };
    let facts = inventory.source_facts_of(row);
    capable(inventory, row_of.unit, Side::Source, volume, facts, findings);
    if facts & source::RELATION_LIMIT != 0 {
        let number = |value: u32| Fact::Number(u64::from(value));
        let relations = number(inventory.foreign_relations(id));
        let generations = number(u32::from(inventory.terms.generations));
        findings.add(
            Reason::Ps07RelationLimit,
            [Subject::Unit(row_of.unit), Subject::Side(Side::Source)],
            [Fact::Label(&volume.label), relations, generations, number(RELATION_LIMIT)],
        );
    }
}

fn visit_target<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((row_of, Some((_, volume)))) = inventory.target(row) else { return };
    capable(inventory, row_of.unit, Side::Target, volume, inventory.target_facts_of(row), findings);
}

fn capable<'a>(inventory: &'a Inventory, unit: Unit, side: Side, volume: &'a Volume, facts: u32, findings: &mut Findings<'a>) {
    let subjects = [Subject::Unit(unit), Subject::Side(side)];
    let label = Fact::Label(&volume.label);
    if facts & flashcopy::NOT_LICENSED != 0
        && let Some(array) = inventory.volumes.array_of(volume)
    {
        findings.add(Reason::Ps07NotLicensed, subjects, [Fact::text(&array.serial)]);
    }
    if facts & flashcopy::NOT_CAPABLE != 0 {
        findings.add(Reason::Ps07NotCapable, subjects, [label, Fact::Cause(volume.incapable())]);
    }
    if facts & flashcopy::INHIBITED != 0 {
        findings.add(Reason::Ps07Inhibited, subjects, [label]);
    }
    if facts & flashcopy::V1_ACTIVE != 0 {
        findings.add(Reason::Ps07V1Active, subjects, [label]);
    }
}
