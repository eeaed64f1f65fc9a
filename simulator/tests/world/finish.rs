//! What runs is ended out of turn, and what is asked about a copy by its two volumes.

use dasdlab_model::event::Time;
use dasdlab_model::states::{MirrorState, RelationState};

use crate::lab::{RATE, TRACKS, lab, tell, volume, wait};

#[test]
fn a_copy_that_is_ended_out_of_turn_costs_the_others_nothing() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    tell(&mut world, "establish-full 01 81");
    wait(&mut world, 1_000);
    assert!(world.finish_mirror(volume("00"), volume("80")));
    assert_eq!(world.mirror_state(volume("00"), volume("80")), Some(MirrorState::Synchronized));
    assert_eq!(world.mirror_state(volume("01"), volume("81")), Some(MirrorState::SyncInProg));
    assert_eq!(world.progress(volume("01"), volume("81")).unwrap().invalid, TRACKS - RATE / 2);
    assert_eq!((world.now(), world.conserved()), (Time::seconds(1), Ok(())));
    assert!(!world.finish_mirror(volume("00"), volume("80")), "it runs no more");
    assert!(!world.finish_mirror(volume("00"), volume("81")), "never a pair");
    assert_eq!(world.mirror_state(volume("00"), volume("81")), None);
}

#[test]
fn a_copy_back_and_a_split_are_ended_out_of_turn() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    assert!(world.finish_mirror(volume("00"), volume("80")));
    tell(&mut world, "split-normal 00 80");
    assert!(world.finish_mirror(volume("00"), volume("80")));
    assert_eq!(world.mirror_state(volume("00"), volume("80")), Some(MirrorState::Split));
    tell(&mut world, "restore-full 00 80");
    assert!(world.finish_mirror(volume("00"), volume("80")));
    assert_eq!(world.mirror_state(volume("00"), volume("80")), Some(MirrorState::Restored));
    assert_eq!((world.now(), world.next_event()), (Time(0), None));
}

#[test]
fn a_relation_is_ended_out_of_turn_where_it_copies() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    tell(&mut world, "fc-establish-nocopy 00 21");
    assert!(world.finish_relation(volume("20")));
    assert_eq!(world.relation_state(volume("00"), volume("20")), Some(RelationState::Copied));
    assert_eq!(world.relation_state(volume("01"), volume("20")), None, "of another source");
    assert_eq!(world.relation_state(volume("00"), volume("22")), None);
    for target in ["20", "21", "22"] {
        assert!(!world.finish_relation(volume(target)), "{target}");
    }
    assert_eq!((world.now(), world.conserved()), (Time(0), Ok(())));
}

#[test]
fn events_that_were_read_can_be_forgotten() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    assert!(!world.events().is_empty());
    world.forget_events();
    assert_eq!(world.events(), []);
}
