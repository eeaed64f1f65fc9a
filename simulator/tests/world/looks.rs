//! Looks that are brought up to date show what there is.

use std::sync::Arc;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;
use dasdlab_simulator::{Happening, World};

use super::happenings::DATA;
use super::lab::*;

/// What is done between the looks.
const STEPS: [&str; 18] = [
    "nothing",
    "establish-full 00 80",
    "establish-full 01 81",
    "wait",
    "split-instant 00 80",
    "wait",
    "fc-establish 02 20",
    "wait",
    "fc-withdraw 02 20",
    "box",
    "unreachable",
    "level",
    "lock",
    "catalog",
    "extend",
    "fc-establish 03 21",
    "fc-establish 02 22",
    "enter",
];

fn take(world: &mut World, step: &str) {
    let happening = match step {
        "nothing" => return,
        "wait" => return wait(world, 60_000),
        "box" => Happening::Vary { system: "SYSA".parse().unwrap(), unit: "1001".parse().unwrap(), status: HostStatus::Boxed },
        "unreachable" => Happening::Reachable("75ABC01".parse().unwrap(), false),
        "level" => Happening::CodeLevel("75ABC01".parse().unwrap(), "88.60.0.0".to_owned()),
        "lock" => Happening::Lock { profile: "DAILY".parse().unwrap(), by: "test".to_owned() },
        "catalog" => Happening::Catalog("UCAT".parse().unwrap(), false),
        "extend" => Happening::Extend { data_set: "IMSP.A".parse().unwrap(), volser: "DB0002".parse().unwrap() },
        "enter" => {
            // Entered last, and the first by its name.
            let mut profile = world.observe().profiles[0].clone();
            profile.name = "AARDVARK".parse().unwrap();
            assert_eq!(world.put_profile(profile, "test"), dasdlab_model::command::Reply::Done);
            return;
        }
        text => return tell(world, text),
    };
    assert!(world.happen(&happening, "test"), "{step}");
}

#[test]
fn a_look_shows_what_there_is_however_many_are_kept() {
    for kept in 0..5 {
        let mut looks: Vec<(Arc<Observation>, Observation)> = Vec::new();
        let mut changes = 0;
        let mut world = lab_with(DATA);
        for step in STEPS {
            take(&mut world, step);
            let seen = world.look();
            assert_eq!(*seen, world.observe(), "{kept} kept, {step}");
            changes += usize::from(looks.last().is_some_and(|(last, _)| last != &seen));
            let copy = Observation::clone(&seen);
            looks.push((seen, copy));
            // What was shown stays as it was, for as long as somebody keeps it.
            assert!(looks.iter().all(|(seen, copy)| **seen == *copy), "{kept} kept");
            if looks.len() > kept {
                looks.remove(0);
            }
        }
        assert!(kept == 0 || changes > 8, "{changes} changes");
    }
}

#[test]
fn where_nothing_has_changed_the_same_look_is_shown_again() {
    let mut world = lab();
    let first = world.look();
    assert!(Arc::ptr_eq(&first, &world.look()));
    let copied = world.clone().look();
    assert!(!Arc::ptr_eq(&first, &copied) && first == copied);
}

#[test]
fn changes_lead_from_what_was_seen_to_what_is_however_often_somebody_looks_in_between() {
    for (every, looks) in [(1, false), (1, true), (3, false), (3, true)] {
        let mut world = lab_with(DATA);
        assert_eq!(world.changes(), None);
        let mut seen = world.observe();
        for (number, step) in (1..).zip(STEPS) {
            take(&mut world, step);
            if looks {
                world.look();
            }
            if number % every == 0 {
                let changes = world.changes().unwrap();
                let expected = ChangeSet::between(&seen, &world.observe());
                assert!(every > 1 || step != "nothing" || changes.is_empty(), "{changes:?}");
                changes.carry_out(&mut seen);
                seen.sort();
                assert_eq!(seen, world.observe(), "{step}: {changes:?} instead of {expected:?}");
            }
        }
        assert_eq!(world.changes(), Some(ChangeSet::default()));
    }
}

#[test]
fn what_is_told_is_what_was_touched_and_no_more() {
    let mut world = lab_with(DATA);
    world.changes();
    take(&mut world, "box");
    take(&mut world, "establish-full 00 80");
    let changes = world.changes().unwrap();
    let rest = ChangeSet { volumes: [].into(), units: [].into(), mirrors: [].into(), ..changes.clone() };
    assert!(rest.is_empty(), "{rest:?}");
    assert!(!changes.units.is_empty() && changes.mirrors.len() == 1, "{changes:?}");
    assert!(changes.units.len() + changes.volumes.len() < 8, "{changes:?}");
}

#[test]
fn whoever_follows_a_world_does_not_follow_its_copies() {
    let mut world = lab();
    world.changes();
    assert_eq!(world.clone().changes(), None);
    assert_eq!(world.changes(), Some(ChangeSet::default()));
}
