//! A standing check says after any changes what a whole check says of what they lead to.

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::states::{CatalogKind, DataSetClass, Family, HostStatus, MirrorState, RelationState, Storage};
use dasdlab_validator::{Applied, StandingCheck, check};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::lab::{
    Bcv, Data, FlashCopy, Full, catalog, clean, data_set, id, map, mirror, name, profile, relate, set, status, volume,
};
use crate::properties::{Change, LABELS, UNITS, apply, pick};

/// A standing check beside what is seen.
struct Beside {
    seen: Observation,
    standing: StandingCheck,
}

impl Beside {
    fn new(seen: Observation) -> Self {
        let standing = StandingCheck::new(&seen, &daily());
        Self { seen, standing }
    }

    /// Changes what is seen, and compares.
    #[track_caller]
    fn change(&mut self, what: impl FnOnce(&mut Observation)) -> Applied {
        let mut before = self.seen.clone();
        what(&mut self.seen);
        let changes = ChangeSet::between(&before, &self.seen);
        let applied = self.standing.apply(&changes, &self.seen);
        assert_eq!(self.standing.check(), check(&self.seen, &daily()), "after {changes:?}");
        changes.carry_out(&mut before);
        before.sort();
        let mut sorted = self.seen.clone();
        sorted.sort();
        assert_eq!(before, sorted, "after {changes:?}");
        applied
    }

    fn findings(&self) -> usize {
        self.standing.check().unwrap().findings.len()
    }
}

fn daily() -> ProfileName {
    name("DAILY")
}

/// Changes that are met where nothing is built anew: what comes goes again, and what is wrong is mended.
fn apply_in_place(seen: &mut Observation, step: usize, (kind, a, b): Change) {
    let (one, other) = (pick(&UNITS, a), pick(&UNITS, b));
    match kind {
        0 => volume(seen, one).volser = None,
        1 => volume(seen, one).vtoc = b.is_multiple_of(2).then(|| vec![name("IMSP.DB"), name("IMSP.LIB")]),
        2 => volume(seen, one).held_for = None,
        3 => {
            let (one, other) = (id(seen, one), id(seen, other));
            seen.mirrors.retain(|pair| (pair.standard, pair.bcv) != (one, other));
        }
        4 if !seen.mirrors.is_empty() => {
            let at = a % seen.mirrors.len();
            seen.mirrors[at].state = pick(MirrorState::ALL, b);
        }
        5 => {
            let other = id(seen, other);
            seen.relations.retain(|relation| relation.target != other);
        }
        6 if seen.data_sets.len() > 1 => drop(seen.data_sets.remove(a % seen.data_sets.len())),
        7..=11 if !seen.data_sets.is_empty() => {
            let at = a % seen.data_sets.len();
            let entry = &mut seen.data_sets[at];
            match kind {
                7 => {
                    entry.class = pick(DataSetClass::ALL, b);
                    let users = entry.class.names_ims().then(|| name(pick(&["IMSP", "IMSQ", "IMSX"], step)));
                    entry.ims = users.into_iter().collect();
                }
                8 => entry.catalog = name(pick(&["UCAT.DB", "UCAT.LOG", "MCAT", "NOWHERE"], b)),
                9 => entry.volumes = vec![name(pick(&LABELS, b)), name(pick(&LABELS, b + 1))],
                10 => entry.volumes.clear(),
                _ => entry.storage = pick(Storage::ALL, b),
            }
        }
        12 => {
            let at = a % seen.catalogs.len();
            seen.catalogs[at].kind = if b.is_multiple_of(2) { CatalogKind::User } else { CatalogKind::Master };
        }
        13 => {
            let at = a % seen.catalogs.len();
            seen.catalogs[at].volumes = vec![name(pick(&LABELS, b)), name(pick(&LABELS, b + 1 + step % 4))];
        }
        14 => seen.catalogs.iter_mut().for_each(|catalog| catalog.reachable = true),
        15 => seen.arrays[0].reachable = !b.is_multiple_of(4),
        16 => seen.arrays[0].fixes = vec![u32::try_from(b).unwrap()],
        17 => seen.profiles[0].locked_by = b.is_multiple_of(4).then(|| "JOB".to_owned()),
        18 => seen.authority.denied = if b.is_multiple_of(4) { vec![name("IMSP")] } else { vec![] },
        19 => volume(seen, one).remote = None,
        20 => volume(seen, one).reserved_by = None,
        21 | 22 => volume(seen, one).volser = Some(name(pick(&LABELS[..3], b))),
        23..=25 => status(seen, one, if b.is_multiple_of(2) { HostStatus::Online } else { HostStatus::Offline }),
        _ => {
            let label = format!("IMS00{}", a % 4);
            volume(seen, &format!("100{}", a % 4)).volser = Some(name(&label));
            status(seen, &format!("100{}", a % 4), HostStatus::Online);
        }
    }
}

/// One change: of a kind that any world may have, or of one that undoes.
fn changed(seen: &mut Observation, step: usize, (undoes, change): (bool, Change)) {
    // An alias becomes a base unit again only where somebody says so.
    let is_alias = |entry: &dasdlab_model::observation::UnitSeen| matches!(entry.device, Device::Alias(_));
    if seen.units.iter().filter(|entry| is_alias(entry)).count() > 4 {
        seen.units.iter_mut().for_each(|entry| {
            if let Device::Alias(at) = entry.device {
                entry.device = Device::Base(at, HostStatus::Offline);
            }
        });
    }
    if undoes { apply_in_place(seen, step, change) } else { apply(seen, step, change) }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_changes_it_says_what_a_whole_check_says(
        bcv: bool,
        full: bool,
        changes in prop::collection::vec(
            prop::collection::vec((prop::bool::weighted(0.6), (0_u8..28, 0_usize..16, 0_usize..16)), 1..4),
            0..24,
        ),
    ) {
        let mut beside = Beside::new(clean(if bcv { Bcv } else { FlashCopy }, if full { Full } else { Data }));
        let mut step = 0;
        for group in changes {
            beside.change(|seen| for change in group {
                step += 1;
                changed(seen, step, change);
            });
        }
    }
}

/// A change, and whether the check takes it in where it is.
type Case<'a> = (&'a str, Applied, &'a dyn Fn(&mut Observation));

#[test]
fn only_what_says_so_is_built_anew() {
    use Applied::{InPlace, Rebuilt};
    let cases: &[Case<'_>] = &[
        ("a status", InPlace, &|seen| status(seen, "1001", HostStatus::Boxed)),
        ("a label", InPlace, &|seen| volume(seen, "1001").volser = Some(name("IMS002"))),
        ("a size", InPlace, &|seen| volume(seen, "2001").cylinders += 1),
        ("a hold", InPlace, &|seen| volume(seen, "2001").held_for = Some(name("LONG GONE"))),
        ("a VTOC", InPlace, &|seen| volume(seen, "1001").vtoc = Some(vec![])),
        ("a mirror pair", InPlace, &|seen| mirror(seen, "1001", "5001", MirrorState::Synchronized)),
        ("a relation", InPlace, &|seen| relate(seen, "5001", "2001", RelationState::Copied)),
        ("a data set that comes", InPlace, &|seen| {
            data_set(seen, "IMSP.NEW", DataSetClass::Database, "UCAT.DB", "IMSP", &["OTH001"]);
        }),
        ("a data set that goes", InPlace, &|seen| seen.data_sets.retain(|set| set.name.as_str() != "IMSP.LIB")),
        ("a data set that moves", InPlace, &|seen| set(seen, "IMSP.DB").volumes = vec![name("OTH001")]),
        ("a catalog that moves", InPlace, &|seen| catalog(seen, "UCAT.DB").volumes = vec![name("OTH001")]),
        ("a catalog that cannot be read", InPlace, &|seen| catalog(seen, "UCAT.DB").reachable = false),
        ("a code level", InPlace, &|seen| seen.arrays[0].code_level = "5876.1".to_owned()),
        ("an array that does not answer", InPlace, &|seen| seen.arrays[0].reachable = false),
        ("a lock", InPlace, &|seen| seen.profiles[0].locked_by = Some("JOB".to_owned())),
        ("authority", InPlace, &|seen| seen.authority.denied = vec![name("IMSP")]),
        ("the description of the profile", InPlace, &|seen| seen.profiles[0].description = "nightly".to_owned()),
        ("a target", Rebuilt, &|seen| map(seen, 1, "5001", "2001")),
        ("a source", Rebuilt, &|seen| seen.profiles[0].sources.truncate(3)),
        ("the number of generations", Rebuilt, &|seen| seen.profiles[0].generations = 1),
        ("another profile", Rebuilt, &|seen| seen.profiles.push(profile("WEEKLY", FlashCopy, Full))),
        ("the profile itself", Rebuilt, &|seen| seen.profiles.clear()),
        ("policy", Rebuilt, &|seen| seen.policy.report_non_ims_data ^= true),
        ("a group", Rebuilt, &|seen| seen.ims[1].group = None),
        ("the product line", Rebuilt, &|seen| seen.arrays[0].family = Family::Ds8000),
        ("a licence", Rebuilt, &|seen| seen.arrays[0].features.clear()),
        ("a unit that becomes an alias", Rebuilt, &|seen| {
            let at = id(seen, "2001");
            seen.units.iter_mut().filter(|entry| entry.unit == name("2001")).for_each(|entry| entry.device = Device::Alias(at));
        }),
        ("a unit that goes", Rebuilt, &|seen| seen.units.retain(|entry| entry.unit != name("2001"))),
        ("a volume that goes", Rebuilt, &|seen| {
            seen.units.retain(|entry| entry.unit != name("5003"));
            drop(seen.volumes.pop());
        }),
        ("a catalog that goes", Rebuilt, &|seen| drop(seen.catalogs.pop())),
    ];
    for method in [FlashCopy, Bcv] {
        for &(what, expected, change) in cases {
            let mut beside = Beside::new(clean(method, Full));
            assert_eq!(beside.change(change), expected, "{what}");
            let back = clean(method, Full);
            assert_eq!(beside.change(|seen| *seen = back), expected, "{what}, and back");
            assert_eq!(beside.findings(), 0, "{what}, and back");
        }
    }
}

#[test]
fn a_label_means_whoever_has_it_mounted_at_the_time() {
    let mut beside = Beside::new(clean(FlashCopy, Full));
    beside.change(|seen| volume(seen, "5001").volser = Some(name("IMS001")));
    for (source, other, findings) in [
        (HostStatus::Online, HostStatus::Online, &["PS05:duplicate-volser"][..]),
        (HostStatus::Offline, HostStatus::Online, &["PS01:missing", "PS05:offline"]),
        (HostStatus::Offline, HostStatus::Offline, &["PS01:missing", "PS05:offline"]),
        (HostStatus::Online, HostStatus::Offline, &[]),
        (HostStatus::Offline, HostStatus::Boxed, &["PS01:missing", "PS05:offline"]),
    ] {
        beside.change(|seen| status(seen, "1001", source));
        assert_eq!(beside.change(|seen| status(seen, "5001", other)), Applied::InPlace);
        let verdict = beside.standing.check().unwrap();
        let found: Vec<String> = verdict.findings.iter().map(|finding| finding.reason.to_string()).collect();
        assert_eq!(found, findings, "{source:?} and {other:?}");
    }
}

#[test]
fn a_profile_may_come_later() {
    let mut seen = clean(FlashCopy, Full);
    let own = seen.profiles.remove(0);
    let mut beside = Beside::new(seen);
    assert_eq!(beside.standing.check(), None);
    assert_eq!(beside.change(|seen| seen.profiles.push(own)), Applied::Rebuilt);
    assert_eq!(beside.findings(), 0);
}

#[test]
fn data_sets_are_found_by_name_in_whatever_order_they_are_listed() {
    let mut beside = Beside::new(clean(FlashCopy, Full));
    beside.change(|seen| seen.data_sets.reverse());
    let mut beside = Beside::new(beside.seen);
    for title in ["IMSP.DB", "IMSP.LIB", "IMSP.OLDS", "IMSP.RECON"] {
        let labels = set(&mut beside.seen.clone(), title).volumes.clone();
        assert_eq!(beside.change(|seen| set(seen, title).volumes = vec![name("OTH001")]), Applied::InPlace, "{title}");
        assert!(beside.findings() > 0, "{title}");
        beside.change(|seen| set(seen, title).volumes = labels);
        assert_eq!(beside.findings(), 0, "{title}");
    }
}
