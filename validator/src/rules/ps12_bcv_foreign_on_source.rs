//! PS12: no BCV of somebody else mirrors a source.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::Method;

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject, Text};
use crate::inventory::facts::{any_of, source as fact};
use crate::inventory::{Inventory, keeps_history};

const DOC: RuleDoc = RuleDoc {
    protects: "A standard volume has one mirror at a time: a foreign BCV on it makes the establish of the profile's own BCV fail, or is \
        split under its owner.",
    fires: "A BCV that is no target of this profile is established to a source, or was split from it and keeps history.",
    passing: "The BCV of unit 2000 is established to unit 1000, and 2000 is a target of the profile in any generation.",
    failing: "The BCV of unit 2900, in no mapping of this profile, is Synchronized with unit 1000: `established`.",
    fine_print: &[
        "Established is SyncInProg, Synchronized, SplitInProg, RestInProg or Restored. History is kept in Split, SplitBfrSync and \
         SplitBfrRest. SplitNoInc, NeverEstab, Invalid and Unknown give nothing.",
        "Every listed target is the profile's own, that of an unmapped source included. Whoever made the pair does not matter.",
        "Subjects are the source, then the BCV; a BCV without a unit in this system is named by identity. `held_for` is the profile that \
         the BCV is held for, empty if none.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps12Established,
            when: "A BCV that is no target of this profile is established to a source.",
            remedy: &[
                "Have the owner of BCV {bcv} split it from {source} (state {state}), or map it as a target of this profile.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps12SplitHistory,
            when: "A BCV that is no target of this profile was split from a source and keeps history.",
            remedy: &[
                "Nothing to do; cancel the pair of {source} and {bcv} (TimeFinder CANCEL) if nobody will establish it again.",
            ],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    method: Some(Method::Bcv),
    sources: Some(RowPart::visited(any_of(&[fact::FOREIGN_BCV, fact::FOREIGN_SPLIT_BCV]), visit)),
    ..RuleEntry::new(Rule::PS12, &DOC)
};

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((source, Some((id, _)))) = inventory.source(row) else { return };
    for bcv in inventory.foreign_bcvs(id) {
        let reason = match bcv.state {
            state if state.is_established() => Reason::Ps12Established,
            state if keeps_history(state) => Reason::Ps12SplitHistory,
            _ => continue,
        };
        let Some(subject) = inventory.subject(bcv.volume) else { continue };
        let held_for = inventory.volumes.rare_of(bcv.volume).held_for;
        let held_for = held_for.and_then(|profile| inventory.volumes.profile_names.get(profile as usize));
        findings.add(
            reason,
            [Subject::Unit(source.unit), subject],
            [Fact::text(bcv.state), Fact::Text(held_for.map(Text::from))],
        );
    }
}
