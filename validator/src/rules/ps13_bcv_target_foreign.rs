//! PS13: no target BCV mirrors a volume outside the profile.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::Method;

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings};
use crate::inventory::Inventory;
use crate::inventory::facts::target as fact;

const DOC: RuleDoc = RuleDoc {
    protects: "A BCV that mirrors another volume is somebody's backup: establishing it here would split it there and overwrite it.",
    fires: "A target BCV of any generation is established to a volume that is no source of this profile.",
    passing: "The BCV of target 2001 is established to source 1000 though it is mapped to source 1001: it is split first when it \
        is established, and no finding here.",
    failing: "The BCV of target 2000 is Synchronized with unit 5000, which is no source: `established`.",
    fine_print: &[
        "Established is SyncInProg, Synchronized, SplitInProg, RestInProg or Restored; all other states give nothing.",
        "Every listed target is asked, that of an unmapped source included, in all generations.",
        "Subjects are the BCV, then the volume it mirrors; one without a unit in this system is named by identity.",
    ],
    reasons: &[ReasonDoc {
        reason: Reason::Ps13Established,
        when: "A target BCV is established to a volume that is no source of this profile.",
        remedy: &["Have the owner of {unit} split BCV {bcv} from it (state {state}), or map another BCV."],
    }],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    method: Some(Method::Bcv),
    targets: Some(RowPart::visited(fact::MIRRORS_FOREIGN, visit)),
    ..RuleEntry::new(Rule::PS13, &DOC)
};

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((_, Some((id, _)))) = inventory.target(row) else { return };
    let foreign = inventory.copies.established_to(id);
    for standard in foreign.filter(|standard| !inventory.mapping.source_set.contains(standard.volume)) {
        let (Some(bcv), Some(unit)) = (inventory.subject(id), inventory.subject(standard.volume)) else { continue };
        findings.add(Reason::Ps13Established, [bcv, unit], [Fact::text(standard.state)]);
    }
}
