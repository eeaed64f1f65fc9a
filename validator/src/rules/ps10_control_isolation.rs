//! PS10: the product's own data are not in the backup.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::DataSetClass;

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::Inventory;
use crate::inventory::facts::source as fact;

const DOC: RuleDoc = RuleDoc {
    protects: "The recovery product's repository records the backups. If it is restored with them, it forgets every backup that was \
        taken since.",
    fires: "A control data set (profiles, profile maps, offload options, backup catalog) has a label that means a source volume.",
    passing: "RE.PROFILES is on SYS001, which is no source.",
    failing: "RE.PROFILES is on IMS001, and unit 1000 that carries it is a source: `control-data`.",
    fine_print: &[
        "Control data sets belong to no IMS system: those of the site all count. Migrated ones and those on tape lie on no volume.",
        "One finding per volume. RECON data sets are class `recon`, not control.",
    ],
    reasons: &[ReasonDoc {
        reason: Reason::Ps10ControlData,
        when: "Control data sets lie on a source.",
        remedy: &["Move {data_sets} from unit {unit} (VOLSER {volser}) to a volume that no profile backs up."],
    }],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    sources: Some(RowPart::decided(&[(fact::CONTROL_DATA, Reason::Ps10ControlData)], visit)),
    ..RuleEntry::new(Rule::PS10, &DOC)
};

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((source, Some((id, volume)))) = inventory.source(row) else { return };
    let data = &inventory.data;
    let sets = data.sets_on.of(id).iter().copied().filter(|&set| data.class(set) == Some(DataSetClass::Control));
    let names = sets.filter_map(|set| data.text(set));
    let facts = [Fact::Label(&volume.label), findings.list(names)];
    findings.add(Reason::Ps10ControlData, [Subject::Unit(source.unit)], facts);
}
