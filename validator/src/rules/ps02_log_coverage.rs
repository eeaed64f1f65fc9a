//! PS02: every log volume is in a full backup.

use dasdlab_model::reasons::{Reason, Rule};

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry, VolumePart};
use crate::findings::{Fact, Findings};
use crate::inventory::Inventory;
use crate::inventory::facts::{data_set, source};

const DOC: RuleDoc = RuleDoc {
    protects: "A full backup restarts the IMS system as it was: without the OLDS, WADS and RECON of that instant, in-flight work \
        can be neither backed out nor recovered.",
    fires: "In a full backup, a volume that holds log or RECON data sets of the IMS system is no source. In a data backup \
        nothing is missing; log volumes among the sources are only pointed out.",
    passing: "IMSP.OLDS01 is on IMS010, and unit 1010 that carries it is a source.",
    failing: "IMSP.RECON1 is on IMS011, and unit 1011 is no source of the full backup: `missing`.",
    fine_print: &[
        "The log classes are `log` (OLDS, WADS, SLDS, RLDS) and `recon`.",
        "Labels that mean no volume are reported by PS01 as `unknown-volume`, not here.",
        "A volume that holds both a log and a database data set in scope and is no source has a finding of PS01 and one of PS02.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps02Missing,
            when: "Full backup: a volume that holds log or RECON data sets in scope is no source.",
            remedy: &[
                "Add unit {unit} (VOLSER {volser}) to the sources of the profile and map it to a target in every generation.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps02OnTape,
            when: "Full backup: a log or RECON data set in scope is on tape and therefore on no volume of the backup.",
            remedy: &["Nothing to do while the tape with {data-set} is kept as long as the backup."],
        },
        ReasonDoc {
            reason: Reason::Ps02LogInDataBackup,
            when: "Data backup: a source holds log or RECON data sets of the IMS system.",
            remedy: &[
                "Take unit {unit} out of the sources if it holds logs only; otherwise move the data sets named to a volume that is \
                no source.",
            ],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    sources: Some(RowPart::visited(source::LOG_IN_DATA_BACKUP, log_in_data_backup)),
    data_sets: Some(RowPart::visited(data_set::LOG_ON_TAPE, on_tape)),
    volumes: Some(VOLUMES),
    ..RuleEntry::new(Rule::PS02, &DOC)
};

/// Volumes that hold what PS02 asks for.
const VOLUMES: VolumePart = VolumePart {
    concerns: |inventory, volume| inventory.sets.scope_log.contains(volume) && !inventory.mapping.source_set.contains(volume),
    visit: missing,
    all: |inventory, findings| {
        let missed = inventory.sets.scope_log.minus(&inventory.mapping.source_set);
        missed.for_each(|volume| missing(inventory, volume, findings));
    },
};

fn missing<'a>(inventory: &'a Inventory, volume: u32, findings: &mut Findings<'a>) {
    report(inventory, volume, Reason::Ps02Missing, findings);
}

fn log_in_data_backup<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    if let Some((_, Some((volume, _)))) = inventory.source(row) {
        report(inventory, volume, Reason::Ps02LogInDataBackup, findings);
    }
}

fn report<'a>(inventory: &'a Inventory, volume: u32, reason: Reason, findings: &mut Findings<'a>) {
    let (Some(subject), Some(seen)) = (inventory.subject(volume), inventory.volumes.get(volume)) else { return };
    let names = inventory.data.names(inventory.data.sets_on.of(volume), data_set::LOG_SIDE);
    let facts = [Fact::Label(&seen.label), findings.list(names)];
    findings.add(reason, [subject], facts);
}

fn on_tape<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let (Some(subject), Some(class)) = (inventory.data.subject(row), inventory.data.class(row)) else { return };
    findings.add(Reason::Ps02OnTape, [subject], [Fact::text(class)]);
}
