//! The fused pass by itself: on which rows, and on how many volumes, somebody must look closer.

use dasdlab_model::observation::{Observation, Source};
use dasdlab_model::states::{DataSetClass, HostStatus, Method, MirrorState, RelationState, RemoteRole, Storage};
use dasdlab_model::unit::Unit;
use dasdlab_validator::{Inventory, Suspects};

use crate::lab::{Bcv, FlashCopy, Full, add_volume, clean, data_set, map, mirror, name, profile, relate, status, store, volume};

fn inventory(method: Method, spoil: impl FnOnce(&mut Observation)) -> Inventory {
    let mut seen = clean(method, Full);
    spoil(&mut seen);
    Inventory::new(&seen, &name("DAILY")).unwrap()
}

/// Spoils a clean world and compares what is suspicious.
#[track_caller]
fn check(spoil: impl FnOnce(&mut Observation), expected: Suspects) {
    let count = expected.sources.len() + expected.targets.len() + expected.data_sets.len() + expected.pairs.len();
    let suspects = inventory(FlashCopy, spoil).scan();
    assert_eq!(suspects, expected);
    assert_eq!(suspects.len(), count + expected.volumes);
    assert_eq!(suspects.is_empty(), expected == Suspects::default());
}

#[test]
fn nothing_is_suspicious_in_a_clean_world() {
    check(|_| {}, Suspects::default());
    let inventory = inventory(Bcv, |_| {});
    assert!(inventory.scan().is_empty());
    assert_eq!(inventory.pairs(), 8);
}

#[test]
fn exactly_the_rows_with_a_fault_are_suspicious() {
    check(|seen| status(seen, "1001", HostStatus::Boxed), Suspects { sources: vec![1], ..Suspects::default() });
    check(|seen| status(seen, "3001", HostStatus::Boxed), Suspects { targets: vec![5], ..Suspects::default() });
    check(|seen| store(seen, "IMSP.LIB", Storage::Migrated), Suspects { data_sets: vec![1], ..Suspects::default() });
    check(|seen| volume(seen, "2002").cylinders += 1, Suspects { pairs: vec![2], ..Suspects::default() });
    let many = |seen: &mut Observation| {
        for unit in ["1000", "1003", "2000", "2001", "2003", "3003"] {
            status(seen, unit, HostStatus::Boxed);
        }
        for unit in ["2000", "2001", "2003", "3000", "3003"] {
            volume(seen, unit).cylinders += 1;
        }
        store(seen, "IMSP.LIB", Storage::Migrated);
        data_set(seen, "IMSP.MORE", DataSetClass::Database, "UCAT.DB", "IMSP", &["OTH000"]);
        data_set(seen, "IMSP.LESS", DataSetClass::Database, "UCAT.DB", "IMSP", &["OTH001", "OTH003"]);
    };
    let rows =
        Suspects { sources: vec![0, 3], targets: vec![0, 1, 3, 7], data_sets: vec![1], pairs: vec![0, 1, 3, 4, 7], volumes: 3 };
    check(many, rows);
}

#[test]
fn a_volume_is_suspicious_if_it_is_no_source_or_holds_both_sides() {
    let volumes = |volumes| Suspects { volumes, ..Suspects::default() };
    let add = |seen: &mut Observation, class, catalog, label| data_set(seen, "IMSP.MORE", class, catalog, "IMSP", &[label]);
    check(|seen| add(seen, DataSetClass::Database, "UCAT.DB", "OTH000"), volumes(1));
    check(|seen| add(seen, DataSetClass::Log, "UCAT.LOG", "OTH000"), volumes(1));
    check(|seen| add(seen, DataSetClass::Database, "UCAT.DB", "IMS002"), volumes(1));
    check(|seen| add(seen, DataSetClass::Database, "UCAT.DB", "IMS001"), volumes(0));
    let both = |seen: &mut Observation| {
        add(seen, DataSetClass::Database, "UCAT.DB", "OTH001");
        data_set(seen, "IMSP.SLDS", DataSetClass::Log, "UCAT.LOG", "IMSP", &["OTH001"]);
    };
    check(both, volumes(1));
    // A system data set is on neither side.
    let in_scope_twice = |seen: &mut Observation| {
        add(seen, DataSetClass::System, "UCAT.DB", "OTH001");
        data_set(seen, "IMSP.SLDS", DataSetClass::Log, "UCAT.LOG", "IMSP", &["OTH001"]);
    };
    check(in_scope_twice, volumes(1));
}

#[test]
fn each_way_of_being_a_copy_and_each_use_by_another_profile_is_suspicious_by_itself() {
    let source = |spoil: &dyn Fn(&mut Observation)| {
        let inventory = inventory(Bcv, |seen| spoil(seen));
        assert_eq!(inventory.scan(), Suspects { sources: vec![1], ..Suspects::default() });
    };
    source(&|seen| volume(seen, "1001").remote = Some(RemoteRole::Secondary));
    source(&|seen| relate(seen, "5001", "1001", RelationState::Copied));
    source(&|seen| mirror(seen, "5001", "1001", MirrorState::Synchronized));
    let used = |seen: &mut Observation| {
        let mut other = profile("WEEKLY", FlashCopy, Full);
        other.sources.push(Source { unit: name("3001"), volser: None });
        seen.profiles.push(other);
    };
    check(used, Suspects { targets: vec![5], ..Suspects::default() });
}

#[test]
fn two_pairs_with_the_same_fault_are_suspicious_however_many_there_are() {
    let many = |seen: &mut Observation| {
        for step in 0..100_u8 {
            let unit = |first: u32| Unit::new(first + u32::from(step)).unwrap().to_string();
            for (ua, first, status) in [(step, 0x6000, HostStatus::Online), (step + 100, 0x7000, HostStatus::Offline)] {
                add_volume(seen, name(&format!("BOX1/20/{ua:02X}")), None, &unit(first), status);
            }
            seen.profiles[0].sources.push(Source { unit: name(&unit(0x6000)), volser: None });
            map(seen, 1, &unit(0x6000), &unit(0x7000));
        }
        volume(seen, "7010").cylinders += 1;
        volume(seen, "7011").cylinders += 1;
    };
    assert_eq!(inventory(FlashCopy, many).scan().pairs.len(), 2);
}

#[test]
fn the_floor_reads_every_column() {
    let clean = inventory(FlashCopy, |_| {}).floor();
    let floor = |spoil: &dyn Fn(&mut Observation)| inventory(FlashCopy, spoil).floor();
    assert!(clean > 1);
    assert_ne!(floor(&|seen| status(seen, "1001", HostStatus::Boxed)), clean);
    assert_ne!(floor(&|seen| status(seen, "3001", HostStatus::Boxed)), clean);
    assert_ne!(floor(&|seen| store(seen, "IMSP.LIB", Storage::Migrated)), clean);
    assert_ne!(floor(&|seen| volume(seen, "2002").cylinders += 1), clean);
    assert_ne!(floor(&|seen| data_set(seen, "IMSP.MORE", DataSetClass::Log, "UCAT.LOG", "IMSP", &["OTH000"])), clean);
}
