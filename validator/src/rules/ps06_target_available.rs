//! PS06: targets are free to be copied onto, and fit their sources.

use std::cmp::Ordering;

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::Method;

use super::{PairPart, ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject, Text};
use crate::inventory::facts::{any_of, target as fact};
use crate::inventory::volumes::Volume;
use crate::inventory::{End, Inventory, TargetRow};
use crate::scan::PairMask;

const DOC: RuleDoc = RuleDoc {
    protects: "A copy overwrites its target from the first cylinder to the last. A target that somebody uses loses data; one \
        that does not fit, or cannot be reached, gives no backup.",
    fires: "A target unit is no base unit of the system, is in use, holds data, takes part in a copy that is not the profile's, is \
        of the wrong kind, or does not fit the source that it is mapped to.",
    passing: "Unit 2000 is offline, of the size of unit 1000, and target of yesterday's FlashCopy relation from unit 1000.",
    failing: "Unit 2000 is a 3390-3, unit 1000 a 3390-9: the pair is `too-small` (flashcopy) or a `size-mismatch` (bcv).",
    fine_print: &[
        "An offline target is the normal case and passes. Online and idle, or pending offline, is W; allocated is E `in-use`.",
        "Reasons are independent: each that holds is reported, and a unit that is source and target is asked by PS05 as well.",
        "`not-ready` passes for method bcv if the target is BCV of an established mirror pair with any source of this profile. \
         Established to another volume, it is `not-ready` here and a finding of PS13.",
        "`reserved` counts a reserve of any system, the profile's own included: whoever holds one uses the volume. A hold for a \
         profile is the product's bookkeeping and no reserve.",
        "`holds-data`: a cataloged data set of any class, or a catalog of any kind, has a label that means this volume; migrated \
         data sets and those on tape lie nowhere.",
        "`foreign-relation`: a FlashCopy relation in any state, in either direction, whose other side is none of the sources that \
         the target is mapped to in any generation. For a flashcopy profile an established mirror pair counts as well; for a bcv profile \
         mirror pairs are the matter of PS12 and PS13. A remote mirror primary passes.",
        "Pairs are compared in each generation, if both units have volumes. Sizes are compared even where device types differ. Only \
         the device type counts, not the model. flashcopy: `too-small` or `larger`; bcv: `size-mismatch` and `different-array`.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps06UnknownUnit,
            when: "The profile's system has no device with this number.",
            remedy: &["Map another target than {unit}, or define it on system {system} (ACTIVATE the I/O configuration)."],
        },
        ReasonDoc {
            reason: Reason::Ps06AliasDevice,
            when: "The unit is a parallel-access alias and has no volume.",
            remedy: &["Map a base unit instead of alias {unit} (DEVSERV QPAVS,{unit},VOLUME shows its base)."],
        },
        ReasonDoc {
            reason: Reason::Ps06Boxed,
            when: "The unit is boxed: every new I/O fails.",
            remedy: &["Repair the device, VARY {unit},ONLINE to unbox it, then VARY {unit},OFFLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps06NoPath,
            when: "No path to the device is operational.",
            remedy: &["Repair a channel path and VARY PATH({unit},chpid),ONLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps06NotReady,
            when: "The device is not ready, and no source of this bcv profile is mirrored on it.",
            remedy: &["Make the device of unit {unit} ready on its array, or split it from the volume it mirrors."],
        },
        ReasonDoc {
            reason: Reason::Ps06Reserved,
            when: "A system holds a hardware reserve on the volume, be it the profile's own.",
            remedy: &[
                "End the job on system {reserved_by} that reserves {unit} (D GRS,DEV={unit} names it), or map another target.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps06InUse,
            when: "The unit is online and allocated.",
            remedy: &["End the jobs that use it (D U,,ALLOC,{unit},1), then VARY {unit},OFFLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps06HoldsData,
            when: "A cataloged data set or a catalog lies on the volume and would be overwritten.",
            remedy: &["Map another target than {unit}, or move {holds} to another volume."],
        },
        ReasonDoc {
            reason: Reason::Ps06AlsoSource,
            when: "The same volume is a source of this profile.",
            remedy: &["Map another target than {unit}, or take it out of the sources."],
        },
        ReasonDoc {
            reason: Reason::Ps06NotBcv,
            when: "Method bcv, and the volume is not of the BCV device class.",
            remedy: &["Map a BCV device of array {array} instead of {unit}."],
        },
        ReasonDoc {
            reason: Reason::Ps06ForeignRelation,
            when: "The volume takes part in a copy with a volume that is none of its mapped sources.",
            remedy: &["Withdraw or split the copy between {unit} and {others}, or map another target."],
        },
        ReasonDoc {
            reason: Reason::Ps06SpaceEfficient,
            when: "The volume is space-efficient and can run out of space in the middle of a copy.",
            remedy: &["Map a fully provisioned volume instead of {unit}."],
        },
        ReasonDoc {
            reason: Reason::Ps06RemoteSecondary,
            when: "The volume is a remote mirror secondary: it belongs to its primary.",
            remedy: &["Map another target than {unit}, or end its remote mirroring (CDELPAIR)."],
        },
        ReasonDoc {
            reason: Reason::Ps06MethodUnsupported,
            when: "Method bcv, and the array has no BCVs.",
            remedy: &[
                "Set the method of the profile to flashcopy, or map another target than {unit}: array {array} is a {family}.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps06DeviceType,
            when: "One is a 3390, the other a 3380.",
            remedy: &["In generation {generation}, map source {source} ({source_type}) to a {source_type} instead of {target}."],
        },
        ReasonDoc {
            reason: Reason::Ps06TooSmall,
            when: "Method flashcopy, and the target has fewer cylinders than the source.",
            remedy: &[
                "In generation {generation}, map source {source} to a target of {source_cylinders} cylinders; {target} has \
                {target_cylinders}.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps06SizeMismatch,
            when: "Method bcv, and the target has more or fewer cylinders than the source.",
            remedy: &[
                "In generation {generation}, map source {source} to a BCV of exactly {source_cylinders} cylinders; {target} has \
                {target_cylinders}.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps06DifferentArray,
            when: "Method bcv, and the target is on another array than the source.",
            remedy: &["In generation {generation}, map source {source} to a BCV on array {source_array}; {target} is on \
                {target_array}."],
        },
        ReasonDoc {
            reason: Reason::Ps06Online,
            when: "The unit is online and idle: somebody may allocate it before the backup.",
            remedy: &["VARY {unit},OFFLINE"],
        },
        ReasonDoc {
            reason: Reason::Ps06PendingOffline,
            when: "The unit is pending offline: it still has a user.",
            remedy: &["End the jobs that use {unit}; it then goes offline by itself."],
        },
        ReasonDoc {
            reason: Reason::Ps06Larger,
            when: "Method flashcopy, and the target has more cylinders than the source: the copy cannot be reversed.",
            remedy: &[
                "In generation {generation}, map source {source} to a target of {source_cylinders} cylinders instead of {target} \
                ({target_cylinders}) if restores shall reverse the copy.",
            ],
        },
    ],
};

/// Facts whose finding needs nothing but the label.
const PLAIN: [(u32, Reason); 9] = [
    (fact::BOXED, Reason::Ps06Boxed),
    (fact::NO_PATH, Reason::Ps06NoPath),
    (fact::NOT_READY, Reason::Ps06NotReady),
    (fact::IN_USE, Reason::Ps06InUse),
    (fact::ALSO_SOURCE, Reason::Ps06AlsoSource),
    (fact::SPACE_EFFICIENT, Reason::Ps06SpaceEfficient),
    (fact::REMOTE_SECONDARY, Reason::Ps06RemoteSecondary),
    (fact::ONLINE, Reason::Ps06Online),
    (fact::PENDING_OFFLINE, Reason::Ps06PendingOffline),
];

/// Facts that are findings of this rule.
const DECIDED: &[(u32, Reason)] = &[
    (fact::UNKNOWN_UNIT, Reason::Ps06UnknownUnit),
    (fact::ALIAS_DEVICE, Reason::Ps06AliasDevice),
    (fact::BOXED, Reason::Ps06Boxed),
    (fact::NO_PATH, Reason::Ps06NoPath),
    (fact::NOT_READY, Reason::Ps06NotReady),
    (fact::RESERVED, Reason::Ps06Reserved),
    (fact::IN_USE, Reason::Ps06InUse),
    (fact::HOLDS_DATA, Reason::Ps06HoldsData),
    (fact::ALSO_SOURCE, Reason::Ps06AlsoSource),
    (fact::NOT_BCV, Reason::Ps06NotBcv),
    (fact::FOREIGN_RELATION, Reason::Ps06ForeignRelation),
    (fact::SPACE_EFFICIENT, Reason::Ps06SpaceEfficient),
    (fact::REMOTE_SECONDARY, Reason::Ps06RemoteSecondary),
    (fact::METHOD_UNSUPPORTED, Reason::Ps06MethodUnsupported),
    (fact::ONLINE, Reason::Ps06Online),
    (fact::PENDING_OFFLINE, Reason::Ps06PendingOffline),
];

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    targets: Some(RowPart::decided(DECIDED, visit)),
    pairs: Some(PairPart { mask: pair_mask, decide, target_first: true, visit: visit_pair }),
    ..RuleEntry::new(Rule::PS06, &DOC)
};

fn visit<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((target, volume)) = inventory.target(row) else { return };
    let facts = inventory.target_facts_of(row);
    let system = || [Fact::text(inventory.terms.system)];
    if facts & fact::UNKNOWN_UNIT != 0 {
        findings.add(Reason::Ps06UnknownUnit, [Subject::Unit(target.unit)], system());
    }
    if facts & fact::ALIAS_DEVICE != 0 {
        findings.add(Reason::Ps06AliasDevice, [Subject::Unit(target.unit)], system());
    }
    if let Some((id, volume)) = volume {
        visit_volume(inventory, target, id, volume, facts, findings);
    }
}

fn visit_volume<'a>(
    inventory: &'a Inventory,
    target: &TargetRow,
    id: u32,
    volume: &'a Volume,
    facts: u32,
    findings: &mut Findings<'a>,
) {
    let subject = [Subject::Unit(target.unit)];
    let label = Fact::Label(&volume.label);
    for (_, reason) in PLAIN.iter().filter(|(fact, _)| facts & fact != 0) {
        findings.add(*reason, subject, [label]);
    }
    if facts & fact::RESERVED != 0 {
        findings.add(Reason::Ps06Reserved, subject, [label, Fact::ReservedBy(&inventory.volumes.rare_of(id).reserved_by)]);
    }
    if facts & fact::HOLDS_DATA != 0 {
        let facts = [label, findings.list(things(inventory, id))];
        findings.add(Reason::Ps06HoldsData, subject, facts);
    }
    if facts & fact::FOREIGN_RELATION != 0 {
        let facts = [label, findings.list(inventory.devices(inventory.foreign_copies(id)))];
        findings.add(Reason::Ps06ForeignRelation, subject, facts);
    }
    if facts & any_of(&[fact::NOT_BCV, fact::METHOD_UNSUPPORTED]) != 0
        && let Some(array) = inventory.volumes.array_of(volume)
    {
        if facts & fact::NOT_BCV != 0 {
            findings.add(Reason::Ps06NotBcv, subject, [label, Fact::text(&array.serial)]);
        }
        if facts & fact::METHOD_UNSUPPORTED != 0 {
            findings.add(Reason::Ps06MethodUnsupported, subject, [Fact::text(&array.serial), Fact::text(array.family)]);
        }
    }
}

/// Every data set and catalog on the volume.
fn things(inventory: &Inventory, volume: u32) -> impl Iterator<Item = Subject<'_>> {
    let data = &inventory.data;
    let sets = data.sets_on.of(volume).iter().filter_map(|&set| data.subject(set));
    let catalogs = data.catalogs_on.of(volume).iter().filter_map(|&catalog| data.catalogs.get(catalog as usize));
    sets.chain(catalogs.map(|catalog| Subject::Catalog(&catalog.name)))
}

fn pair_mask(inventory: &Inventory) -> PairMask {
    match inventory.terms.method {
        Method::FlashCopy => PairMask { lss: 0, size: PairMask::SIZE },
        Method::Bcv => PairMask { lss: PairMask::ARRAY, size: PairMask::SIZE },
    }
}

/// What is wrong with a pair: its device types, its sizes, its arrays.
fn decide(inventory: &Inventory, row: u32) -> [Option<Reason>; 3] {
    let (source, target) = inventory.columns.sizes(row);
    let bcv = inventory.terms.method == Method::Bcv;
    let device_type = (source.device_type() != target.device_type()).then_some(Reason::Ps06DeviceType);
    let size = match target.cylinders().cmp(&source.cylinders()) {
        Ordering::Equal => None,
        _ if bcv => Some(Reason::Ps06SizeMismatch),
        Ordering::Less => Some(Reason::Ps06TooSmall),
        Ordering::Greater => Some(Reason::Ps06Larger),
    };
    let (source, target) = inventory.columns.subsystems(row);
    [device_type, size, (bcv && source.array() != target.array()).then_some(Reason::Ps06DifferentArray)]
}

fn visit_pair<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((pair, source_end, target_end)) = inventory.pair(row) else { return };
    let (source, target) = inventory.columns.sizes(row);
    let subjects = [Subject::Unit(target_end.unit), Subject::Unit(source_end.unit), Subject::Generation(pair.generation)];
    let [device_type, size, array] = decide(inventory, row);
    if let Some(reason) = device_type {
        findings.add(reason, subjects, [Fact::text(target.device_type()), Fact::text(source.device_type())]);
    }
    if let Some(reason) = size {
        let facts = [Fact::Number(u64::from(target.cylinders())), Fact::Number(u64::from(source.cylinders()))];
        findings.add(reason, subjects, facts);
    }
    if let Some(reason) = array {
        let array = |end: End<'a>| Fact::Text(inventory.volumes.array_of(end.volume).map(|array| Text::from(&array.serial)));
        findings.add(reason, subjects, [array(target_end), array(source_end)]);
    }
}
