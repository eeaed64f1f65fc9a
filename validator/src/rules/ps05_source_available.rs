//! PS05: sources are what the profile says, online and nobody's copy.

use dasdlab_model::reasons::{Reason, Rule};

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::facts::source as fact;
use crate::inventory::volumes::Volume;
use crate::inventory::{Inventory, SourceRow};

const DOC: RuleDoc = RuleDoc {
    protects: "A source that is another volume than saved, is not online, or is being overwritten by a copy gives a backup of the \
        wrong data, or none.",
    fires: "A source unit is no base unit of the system, holds another label than saved, is not online, is reserved by another \
        system, or something is copied or restored onto it.",
    passing: "Unit 1000 is online or allocated, carries IMS001 as saved, and is the standard of an established mirror pair.",
    failing: "Unit 1000 is boxed and carries IMS999, saved as IMS001: two findings, `boxed` and `volser-mismatch`.",
    fine_print: &[
        "Reasons are independent: each that holds is reported. Allocated is normal for a source.",
        "`volser-mismatch` is asked whatever the host status; a source saved without a label never matches.",
        "`duplicate-volser`: another base unit of this system, on another volume, has the same label mounted (online, allocated or \
         pending offline), and so has this one. `units` are the others.",
        "`copy-target` names its roles: `flashcopy-target` (in any state of the relation), `bcv` (BCV side of an established pair), \
         `remote-secondary`; `copied_from` are the sources and standards that are known.",
        "`restoring`: any mirror pair of the volume, as standard or BCV, is in RestInProg or SplitBfrRest.",
        "A reserve by the profile's own system is no finding. `method-unsupported` is asked for method bcv: the array is no \
         Symmetrix.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps05UnknownUnit,
            when: "The profile's system has no device with this number.",
            remedy: &["Remove unit {unit} from the sources of the profile, or define it on system {system} (ACTIVATE the I/O \
                configuration)."],
        },
        ReasonDoc {
            reason: Reason::Ps05AliasDevice,
            when: "The unit is a parallel-access alias and has no volume.",
            remedy: &[
                "Replace unit {unit} in the sources of the profile by the base unit of its volume (DEVSERV QPAVS,{unit},VOLUME).",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps05VolserMismatch,
            when: "The unit holds another label than the profile was saved with.",
            remedy: &[
                "If {found} is the volume to back up, save unit {unit} in the profile again; otherwise name the unit that carries \
                 {saved} now.",
                "If {found} is the volume to back up, save unit {unit} in the profile again, now with this label; otherwise name \
                 another unit.",
                "Name the unit that carries {saved} now, or label the volume of unit {unit} (ICKDSF REFORMAT): it has no label.",
                "Label the volume of unit {unit} (ICKDSF REFORMAT) and save it in the profile again, or name another unit.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps05DuplicateVolser,
            when: "Another base unit of the system has the same label mounted.",
            remedy: &[
                "VARY ({units}),OFFLINE, or give those volumes another label (ICKDSF REFORMAT): only one may be mounted as {volser}.",
            ],
        },
        ReasonDoc { reason: Reason::Ps05Offline, when: "The unit is offline.", remedy: &["VARY {unit},ONLINE"] },
        ReasonDoc {
            reason: Reason::Ps05PendingOffline,
            when: "The unit goes offline as soon as its last user ends.",
            remedy: &["VARY {unit},ONLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps05Boxed,
            when: "The unit is boxed: every new I/O fails.",
            remedy: &["Repair the device, VARY {unit},OFFLINE on every system that shares it, then VARY {unit},ONLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps05NotReady,
            when: "The device is not ready.",
            remedy: &["Make the device ready on its array (split it if it is a mirroring BCV), then VARY {unit},ONLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps05NoPath,
            when: "No path to the device is operational.",
            remedy: &["Repair a channel path and VARY PATH({unit},chpid),ONLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps05Reserved,
            when: "Another system holds a hardware reserve on the volume.",
            remedy: &["End the job on system {reserved_by} that reserves {unit} (D GRS,DEV={unit} names it)."],
        },
        ReasonDoc {
            reason: Reason::Ps05CopyTarget,
            when: "The volume is target of a FlashCopy relation, BCV of an established mirror pair, or remote mirror secondary.",
            remedy: &[
                "Withdraw or split the copy from {copied_from} onto {unit} ({roles}), or take the unit out of the sources.",
                "CDELPAIR the remote pair of {unit} ({roles}), or name its primary as source instead.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps05Restoring,
            when: "A mirror pair that the volume is part of is being restored, or was forced out of it.",
            remedy: &[
                "Let the restore between {unit} and {partners} end, then split the pair; repeat a restore that was cut off.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps05MethodUnsupported,
            when: "Method bcv, and the array has no BCVs.",
            remedy: &[
                "Set the method of the profile to flashcopy, or take unit {unit} out of the sources: array {array} is a {family}.",
            ],
        },
    ],
};

/// Facts whose finding needs nothing but the label.
const PLAIN: [(u32, Reason); 5] = [
    (fact::OFFLINE, Reason::Ps05Offline),
    (fact::PENDING_OFFLINE, Reason::Ps05PendingOffline),
    (fact::BOXED, Reason::Ps05Boxed),
    (fact::NOT_READY, Reason::Ps05NotReady),
    (fact::NO_PATH, Reason::Ps05NoPath),
];

/// Facts that are findings of this rule.
const DECIDED: &[(u32, Reason)] = &[
    (fact::UNKNOWN_UNIT, Reason::Ps05UnknownUnit),
    (fact::ALIAS_DEVICE, Reason::Ps05AliasDevice),
    (fact::VOLSER_MISMATCH, Reason::Ps05VolserMismatch),
    (fact::DUPLICATE_VOLSER, Reason::Ps05DuplicateVolser),
    (fact::OFFLINE, Reason::Ps05Offline),
    (fact::PENDING_OFFLINE, Reason::Ps05PendingOffline),
    (fact::BOXED, Reason::Ps05Boxed),
    (fact::NOT_READY, Reason::Ps05NotReady),
    (fact::NO_PATH, Reason::Ps05NoPath),
    (fact::RESERVED, Reason::Ps05Reserved),
    (fact::COPY_TARGET, Reason::Ps05CopyTarget),
    (fact::RESTORING, Reason::Ps05Restoring),
    (fact::METHOD_UNSUPPORTED, Reason::Ps05MethodUnsupported),
];

/// The rule.
pub(super) static RULE: RuleEntry =
    RuleEntry { sources: Some(RowPart::decided(DECIDED, visit)), ..RuleEntry::new(Rule::PS05, &DOC) };

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((source, volume)) = inventory.source(row) else { return };
    let facts = inventory.source_facts_of(row);
    let system = || [Fact::text(inventory.terms.system)];
    if facts & fact::UNKNOWN_UNIT != 0 {
        findings.add(Reason::Ps05UnknownUnit, [Subject::Unit(source.unit)], system());
    }
    if facts & fact::ALIAS_DEVICE != 0 {
        findings.add(Reason::Ps05AliasDevice, [Subject::Unit(source.unit)], system());
    }
    if let Some((id, volume)) = volume {
        host_view(inventory, source, id, volume, facts, findings);
        copies(inventory, source, id, volume, facts, findings);
    }
}

fn host_view<'a>(
    inventory: &'a Inventory,
    source: &'a SourceRow,
    id: u32,
    volume: &'a Volume,
    facts: u32,
    findings: &mut Findings<'a>,
) {
    let subject = [Subject::Unit(source.unit)];
    let label = Fact::Label(&volume.label);
    if facts & fact::VOLSER_MISMATCH != 0 {
        findings.add(Reason::Ps05VolserMismatch, subject, [Fact::Label(&source.saved), label]);
    }
    if facts & fact::DUPLICATE_VOLSER != 0 {
        let others = inventory.namesakes(id, volume).filter_map(Volume::host).map(|(unit, _)| unit);
        let facts = [label, findings.list(others)];
        findings.add(Reason::Ps05DuplicateVolser, subject, facts);
    }
    for (_, reason) in PLAIN.iter().filter(|(fact, _)| facts & fact != 0) {
        findings.add(*reason, subject, [label]);
    }
    if facts & fact::RESERVED != 0 {
        findings.add(Reason::Ps05Reserved, subject, [label, Fact::ReservedBy(&inventory.volumes.rare_of(id).reserved_by)]);
    }
    if facts & fact::METHOD_UNSUPPORTED != 0
        && let Some(array) = inventory.volumes.array_of(volume)
    {
        findings.add(Reason::Ps05MethodUnsupported, subject, [Fact::text(&array.serial), Fact::text(array.family)]);
    }
}

fn copies<'a>(
    inventory: &'a Inventory,
    source: &SourceRow,
    id: u32,
    volume: &'a Volume,
    facts: u32,
    findings: &mut Findings<'a>,
) {
    let subject = [Subject::Unit(source.unit)];
    let label = Fact::Label(&volume.label);
    let copies = &inventory.copies;
    if facts & fact::COPY_TARGET != 0 {
        let flashcopy = copies.flashcopy_sources.of(id);
        let standards = || copies.established_to(id).map(|standard| standard.volume);
        let roles = [
            (&"flashcopy-target", !flashcopy.is_empty()),
            (&"bcv", standards().next().is_some()),
            (&"remote-secondary", volume.is_remote_secondary()),
        ];
        let roles = findings.list(roles.into_iter().filter(|(_, holds)| *holds).map(|(role, _)| role));
        let from = findings.list(inventory.devices(flashcopy.iter().copied().chain(standards())));
        findings.add(Reason::Ps05CopyTarget, subject, [label, roles, from]);
    }
    if facts & fact::RESTORING != 0 {
        let states = findings.list(copies.restoring(id).map(|partner| partner.state));
        let partners = findings.list(inventory.devices(copies.restoring(id).map(|partner| partner.volume)));
        findings.add(Reason::Ps05Restoring, subject, [label, states, partners]);
    }
}
