//! PS08: FlashCopy pairs lie in one logical subsystem of one array.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{LssScope, Method};

use super::{PairPart, ReasonDoc, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, LssOf, Subject};
use crate::inventory::Inventory;
use crate::scan::PairMask;

const DOC: RuleDoc = RuleDoc {
    protects: "An establish between logical subsystems, or between arrays, is refused when the backup runs: part of the \
        volumes would be copied and the backup thrown away.",
    fires: "Both units of a pair of a flashcopy profile have a volume, and the two lie on different arrays, or in \
        different logical subsystems of one array.",
    passing: "Source 1000 is 75ABC01/10/00, target 2000 is 75ABC01/10/80: one array, one logical subsystem.",
    failing: "Source 1000 is 75ABC01/10/00, target 2000 is 75XYZ02/10/00: LSS 10 exists on both arrays, but it is not the \
        same LSS. The pair has `different-array`.",
    fine_print: &[
        "The same LSS means the same array and the same LSS id. The LSS is asked only within one array: a pair never has both \
         reasons.",
        "With policy `lss_scope = \"same-array\"` only the array is compared.",
        "A pair with a unit that is unknown or an alias is not compared; PS05 or PS06 names that unit.",
        "Each pair is compared in each generation, also where a unit is listed more than once.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps08DifferentArray,
            when: "The source is on one array, the target on another.",
            remedy: &["In generation {generation}, map source {source} to a target on array {source_array}; {target} is on \
                {target_array}."],
        },
        ReasonDoc {
            reason: Reason::Ps08DifferentLss,
            when: "Source and target are on one array, in different logical subsystems.",
            remedy: &["In generation {generation}, map source {source} to a target in LSS {source_lss} instead of {target} in \
                {target_lss}, or set policy lss_scope to same-array if the array copies between logical subsystems."],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    method: Some(Method::FlashCopy),
    pairs: Some(PairPart { mask, decide, target_first: false, visit }),
    ..RuleEntry::new(Rule::PS08, &DOC)
};

fn mask(inventory: &Inventory) -> PairMask {
    match inventory.policy.lss_scope {
        LssScope::SameLss => PairMask { lss: PairMask::ARRAY_AND_LSS, size: 0 },
        LssScope::SameArray => PairMask { lss: PairMask::ARRAY, size: 0 },
    }
}

/// What is wrong with a pair: its arrays, or within one array its subsystems.
fn decide(inventory: &Inventory, row: u32) -> [Option<Reason>; 3] {
    let (source, target) = inventory.columns.subsystems(row);
    let array = source.array() != target.array();
    let lss = !array && source != target && inventory.policy.lss_scope == LssScope::SameLss;
    [array.then_some(Reason::Ps08DifferentArray), lss.then_some(Reason::Ps08DifferentLss), None]
}

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((pair, source, target)) = inventory.pair(row) else { return };
    let subjects = [Subject::Unit(source.unit), Subject::Unit(target.unit), Subject::Generation(pair.generation)];
    let places = inventory.volumes.identity(source.volume).zip(inventory.volumes.identity(target.volume));
    let Some((source, target)) = places else { return };
    let [array, lss, _] = decide(inventory, row);
    if let Some(reason) = array {
        findings.add(reason, subjects, [Fact::text(source.0), Fact::text(target.0)]);
    }
    if let Some(reason) = lss {
        findings.add(reason, subjects, [Fact::text(LssOf(source.0, source.1)), Fact::text(LssOf(target.0, target.1))]);
    }
}
