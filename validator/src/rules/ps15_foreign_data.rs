//! PS15: foreign data on sources are known.

use dasdlab_model::reasons::{Reason, Rule};

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::Inventory;
use crate::inventory::facts::{data_set, source};

const DOC: RuleDoc = RuleDoc {
    protects: "A volume comes back whole: data of others on it go back in time with the IMS system, without their owners knowing.",
    fires: "A source volume holds non-IMS data sets, whatever else it holds.",
    passing: "All data sets on source 1000 are used by the profile's IMS system or its data-sharing group.",
    failing: "PAY.MASTER, class non-ims, is on IMS001, and unit 1000 that carries it is a source: `non-ims-data`.",
    fine_print: &[
        "Non-IMS are data sets of class `non-ims`, and those of other classes (control aside) that name no IMS system of the \
         profile's data-sharing group.",
        "One finding per volume; migrated data sets and those on tape lie on no volume. Policy `report_non_ims_data = false` \
         switches the rule off.",
    ],
    reasons: &[ReasonDoc {
        reason: Reason::Ps15NonImsData,
        when: "Non-IMS data sets lie on a source.",
        remedy: &["Move {data_sets} from unit {unit} (VOLSER {volser}) to a volume outside the profile, or set policy \
            report_non_ims_data to false if that is meant."],
    }],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    sources: Some(RowPart::decided(&[(source::FOREIGN_DATA, Reason::Ps15NonImsData)], visit)),
    ..RuleEntry::new(Rule::PS15, &DOC)
};

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((source, Some((id, volume)))) = inventory.source(row) else { return };
    let names = inventory.data.names(inventory.data.sets_on.of(id), data_set::FOREIGN);
    let facts = [Fact::Label(&volume.label), findings.list(names)];
    findings.add(Reason::Ps15NonImsData, [Subject::Unit(source.unit)], facts);
}
