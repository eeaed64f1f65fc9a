//! PS01: every volume in use by the IMS system is in the backup.

use dasdlab_model::finding::Severity;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, MigratedPolicy};

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry, VolumePart};
use crate::findings::{Fact, Findings};
use crate::inventory::Inventory;
use crate::inventory::facts::{any_of, data_set as fact};

const DOC: RuleDoc = RuleDoc {
    protects: "A volume that is left out is not restored: its databases stay at the time of the failure while all others go \
        back, and the IMS system does not fit together.",
    fires: "A database, user-included or (full backup) system data set in scope lies on a volume that is no source, or a data \
        set in scope is not where its catalog entry says, or is migrated.",
    passing: "IMSP.DB.CUST01 is cataloged to IMS001 and IMS002; units 1000 and 1001 carry these labels and are sources.",
    failing: "The same data set, and only unit 1000 is a source: unit 1001 is `missing`, with the data set in evidence.",
    fine_print: &[
        "Every label of a multi-volume or striped data set counts, and every volume that a label means.",
        "`missing` is one finding per volume. In a full backup, log and RECON volumes are the matter of PS02.",
        "`unknown-volume` and `not-on-volume` are one finding per data set, log and RECON data sets of a full backup included. A \
         data set on disk without any label is on no volume: `unknown-volume` with no labels in evidence.",
        "`not-on-volume` is asked per label: a label that means at least one volume of which none holds the data set by its VTOC. A \
         volume whose VTOC is not stated holds exactly what is cataloged to its label. All other rules go by the catalog entry.",
        "`migrated` is I for user-included data sets; for all others policy `migrated` decides: fail E, recall I, ignore W. Data \
         sets on tape give nothing here.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps01Missing,
            when: "A volume that holds database, user-included or (full backup) system data sets in scope is no source.",
            remedy: &[
                "Add unit {unit} (VOLSER {volser}) to the sources of the profile and map it to a target in every generation, \
                or move the data sets to a source.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps01UnknownVolume,
            when: "A data set in scope is cataloged to a label that means no volume, or is on disk but on no volume.",
            remedy: &[
                "Correct the catalog entry of {data-set} (IDCAMS DELETE NOSCRATCH and DEFINE RECATALOG), or bring the volumes it \
                 names online: {volsers}.",
                "Correct the catalog entry of {data-set} (IDCAMS DELETE NOSCRATCH and DEFINE RECATALOG): it names no volume.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps01NotOnVolume,
            when: "No volume that one of its labels means holds the data set by its VTOC.",
            remedy: &[
                "Recover {data-set} on {volsers}, or correct its catalog entry to the volumes that hold it (IDCAMS DIAGNOSE \
                shows the difference).",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps01Migrated,
            when: "A data set in scope is migrated and would not be on any volume of the backup.",
            remedy: &["HRECALL '{data-set}' before the backup; policy migrated is {policy}, recall has the backup job do it."],
        },
    ],
};

/// Data set facts that are findings of this rule.
const MASK: u32 = any_of(&[fact::UNKNOWN_VOLUME, fact::NOT_ON_VOLUME, fact::MIGRATED]);

/// The rule.
pub(super) static RULE: RuleEntry =
    RuleEntry { data_sets: Some(RowPart::visited(MASK, data_set)), volumes: Some(VOLUMES), ..RuleEntry::new(Rule::PS01, &DOC) };

/// Volumes that hold what PS01 asks for.
const VOLUMES: VolumePart = VolumePart {
    concerns: |inventory, volume| inventory.sets.scope_data.contains(volume) && !inventory.mapping.source_set.contains(volume),
    visit: missing,
    all: |inventory, findings| {
        let missed = inventory.sets.scope_data.minus(&inventory.mapping.source_set);
        missed.for_each(|volume| missing(inventory, volume, findings));
    },
};

fn missing<'a>(inventory: &'a Inventory, volume: u32, findings: &mut Findings<'a>) {
    let data = &inventory.data;
    let (Some(subject), Some(seen)) = (inventory.subject(volume), inventory.volumes.get(volume)) else { return };
    let names = data
        .with_class(data.sets_on.of(volume), fact::IN_SCOPE, |class| !matches!(class, DataSetClass::Log | DataSetClass::Recon));
    let facts = [Fact::Label(&seen.label), findings.list(names)];
    findings.add(Reason::Ps01Missing, [subject], facts);
}

fn data_set<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let data = &inventory.data;
    let (Some(subject), Some(class)) = (data.subject(row), data.class(row)) else { return };
    let facts = data.facts_of(row);
    let subject = || [subject];
    if facts & fact::UNKNOWN_VOLUME != 0 {
        let labels = &inventory.labels;
        let unknown = data.entries.set_labels.of(row).iter().filter(|&&label| labels.means(label).is_empty());
        let unknown = findings.list(unknown.filter_map(|&label| labels.name(label)));
        findings.add(Reason::Ps01UnknownVolume, subject(), [Fact::text(class), unknown]);
    }
    if facts & fact::NOT_ON_VOLUME != 0 {
        let not_found = findings.list(data.not_found.get(&row).into_iter().flatten().copied());
        findings.add(Reason::Ps01NotOnVolume, subject(), [Fact::text(class), not_found]);
    }
    if facts & fact::MIGRATED != 0 {
        let policy = inventory.policy.migrated;
        let severity = match policy {
            _ if class == DataSetClass::UserIncluded => Severity::I,
            MigratedPolicy::Fail => Severity::E,
            MigratedPolicy::Recall => Severity::I,
            MigratedPolicy::Ignore => Severity::W,
        };
        findings.add_as(severity, Reason::Ps01Migrated, subject(), [Fact::text(class), Fact::text(policy)]);
    }
}
