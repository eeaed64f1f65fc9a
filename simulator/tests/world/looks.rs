//! Looks that are brought up to date show what there is.

use std::sync::Arc;

use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;
use dasdlab_simulator::{Happening, World};

use super::happenings::DATA;
use super::lab::*;

/// What is done between the looks.
const STEPS: [&str; 17] = [
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
