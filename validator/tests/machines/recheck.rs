//! The check of one pair when its turn comes: it sees what the whole check sees of that pair, though it reads little.

use std::collections::BTreeSet;

use dasdlab_model::finding::{Severity, Subject};
use dasdlab_model::observation::{Device, Mapping, Observation, Source};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, Family, HostStatus, MirrorState, RelationState, RemoteRole};
use dasdlab_validator::machines::{AllRules, PlannedPair, Rules};

use crate::backup::mirroring;
use crate::lab::{Bcv, Full, add_volume, data_set, id, name, profile, relate, status, volume};
use crate::script::put;

/// Spoils a mirroring world and compares what the pair 1001 to 2001 of generation 1 does not pass.
#[track_caller]
fn check(spoil: impl FnOnce(&mut Observation), expected: &[Reason]) {
    let clean = mirroring();
    let mut seen = mirroring();
    spoil(&mut seen);
    let (source, target) = (name("1001"), name("2001"));
    let pair = PlannedPair { generation: 1, source, target, standard: id(&clean, "1001"), bcv: id(&clean, "2001") };
    let found = AllRules.recheck(&seen, &name("DAILY"), &pair);
    assert_eq!(found, expected);
    let asked = [Rule::PS05, Rule::PS06, Rule::PS09, Rule::PS12, Rule::PS13];
    let findings = dasdlab_validator::check(&seen, &name("DAILY")).unwrap().findings;
    let of_pair = findings.iter().filter(|finding| finding.severity == Severity::E && asked.contains(&finding.rule()));
    let of_pair = of_pair.filter(|finding| {
        let names = |unit| finding.subjects.contains(&Subject::Unit(unit));
        let elsewhere = finding.subjects.iter().any(|subject| matches!(subject, Subject::Generation(other) if *other != 1));
        (names(source) || names(target)) && !elsewhere
    });
    let whole: BTreeSet<Reason> = of_pair.map(|finding| finding.reason).collect();
    assert_eq!(whole.into_iter().collect::<Vec<_>>(), expected, "the whole check");
}

/// Lets a unit be an alias of a volume.
fn alias(seen: &mut Observation, unit: &str, of: &str) {
    let of = id(seen, of);
    let entry = seen.units.iter_mut().find(|entry| entry.unit == name(unit)).unwrap();
    entry.device = Device::Alias(of);
}

/// A data set on the volume of a unit, which is mounted with a label of its own.
fn filled(seen: &mut Observation, unit: &str) {
    status(seen, unit, HostStatus::Online);
    volume(seen, unit).volser = Some(name("FILLED"));
    data_set(seen, "PAY.DATA", DataSetClass::NonIms, "MCAT", "", &["FILLED"]);
}

#[test]
fn a_pair_that_mirrors_passes() {
    check(|_| {}, &[]);
}

#[test]
fn what_hosts_see_of_either_side_counts() {
    check(|seen| status(seen, "1001", HostStatus::Boxed), &[Reason::Ps05Boxed]);
    check(|seen| status(seen, "2001", HostStatus::NoPath), &[Reason::Ps06NoPath]);
    check(|seen| volume(seen, "1001").volser = Some(name("OTHER1")), &[Reason::Ps05VolserMismatch]);
    // Without its source the BCV mirrors a volume that is none of the profile's.
    let gone = |first| [first, Reason::Ps06NotReady, Reason::Ps13Established];
    check(|seen| seen.units.retain(|entry| entry.unit != name("1001")), &gone(Reason::Ps05UnknownUnit));
    check(|seen| alias(seen, "1001", "5003"), &gone(Reason::Ps05AliasDevice));
    check(|seen| alias(seen, "2001", "5003"), &[Reason::Ps06AliasDevice, Reason::Ps12Established]);
    let namesake = |seen: &mut Observation| {
        add_volume(seen, name("BOX2/10/00"), Some("IMS001"), "6000", HostStatus::Online);
    };
    check(namesake, &[Reason::Ps05DuplicateVolser]);
}

#[test]
fn what_lies_on_the_target_counts_even_where_the_source_is_gone() {
    check(|seen| filled(seen, "2001"), &[Reason::Ps06HoldsData]);
    let gone = |seen: &mut Observation| {
        filled(seen, "2001");
        seen.units.retain(|entry| entry.unit != name("1001"));
    };
    check(gone, &[Reason::Ps05UnknownUnit, Reason::Ps06HoldsData, Reason::Ps13Established]);
    check(|seen| filled(seen, "3001"), &[]);
}

#[test]
fn other_copies_of_either_side_count() {
    check(|seen| put(seen, "1001", "5000", MirrorState::Synchronized), &[Reason::Ps12Established]);
    check(|seen| put(seen, "5000", "2001", MirrorState::Synchronized), &[Reason::Ps13Established]);
    check(|seen| put(seen, "5000", "3001", MirrorState::Synchronized), &[]);
    check(|seen| relate(seen, "2001", "5000", RelationState::Copied), &[Reason::Ps06ForeignRelation]);
    check(|seen| relate(seen, "5000", "1001", RelationState::Copied), &[Reason::Ps05CopyTarget]);
    check(|seen| put(seen, "1001", "2001", MirrorState::RestInProg), &[Reason::Ps05Restoring]);
    check(|seen| volume(seen, "1001").remote = Some(RemoteRole::Secondary), &[Reason::Ps05CopyTarget]);
}

#[test]
fn a_fault_between_source_and_target_counts_for_the_generation_that_has_it() {
    check(|seen| volume(seen, "2001").cylinders += 1, &[Reason::Ps06SizeMismatch]);
    check(|seen| volume(seen, "3001").cylinders += 1, &[]);
    check(|seen| seen.arrays[0].family = Family::Ds8000, &[Reason::Ps05MethodUnsupported, Reason::Ps06MethodUnsupported]);
}

#[test]
fn what_other_profiles_say_of_either_side_counts() {
    let other = |seen: &mut Observation, source: &str, target: &str| {
        let mut other = profile("WEEKLY", Bcv, Full);
        other.targets.push(Mapping { generation: 1, source: name(source), target: name(target) });
        other.sources.push(Source { unit: name(source), volser: None });
        seen.profiles.push(other);
    };
    check(|seen| other(seen, "2001", "5001"), &[Reason::Ps09SourceInOtherProfile]);
    check(|seen| other(seen, "5000", "1001"), &[Reason::Ps09SourceIsTargetElsewhere]);
    check(|seen| other(seen, "3001", "1000"), &[]);
}
