//! FlashCopy relations in motion.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::states::RelationState;
use dasdlab_model::transitions::Refusal;
use dasdlab_simulator::{Happening, World};

use crate::lab::{RATE, TRACKS, daily, lab, settle, tell, told, volume, wait};

#[track_caller]
fn check_owed(world: &World, target: &str, expected: u32) {
    assert_eq!(world.relation_progress(volume(target)).map(|progress| progress.invalid), Some(expected));
}

#[test]
fn a_relation_carries_the_label_at_once_and_stays_until_it_is_withdrawn() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    settle(&mut world);
    tell(&mut world, "fc-withdraw 00 20");
    assert_eq!(
        told(&world, 0),
        [
            "00:00:00.000 flashcopy 00 20: none -> copying (establish by DAILY)",
            "00:00:00.000 volume 20: FC0001 -> DB0001 (establish by DAILY)",
            "00:00:00.000 unit SYSA:1020: online -> offline (establish by DAILY)",
            "00:00:16.695 flashcopy 00 20: copying -> copied (copied)",
            "00:00:16.695 flashcopy 00 20: copied -> none (withdraw by DAILY)",
        ]
    );
}

#[test]
fn a_track_is_copied_before_it_changes() {
    let mut world = lab();
    tell(&mut world, "fc-establish-nocopy 00 20");
    check_owed(&world, "20", TRACKS);
    world.host_write(volume("00"), 10..20);
    world.host_write(volume("20"), 15..25);
    check_owed(&world, "20", TRACKS - 15);
    assert_eq!(world.next_event(), None, "nothing is copied in the background");
}

#[test]
fn writes_hasten_a_background_copy_and_cost_it_nothing() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    wait(&mut world, 1_000);
    // 500 of these have been copied in turn, 500 are copied now.
    world.host_write(volume("00"), RATE - 500..RATE + 500);
    check_owed(&world, "20", TRACKS - RATE - 500);
    settle(&mut world);
    assert_eq!(world.now().0, u64::from(TRACKS - 500));
}

#[test]
fn a_renewed_relation_copies_what_changed_on_either_side() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    settle(&mut world);
    world.host_write(volume("00"), 0..10);
    world.host_write(volume("20"), 5..15);
    check_owed(&world, "20", 0);
    tell(&mut world, "fc-establish-incremental 00 20");
    check_owed(&world, "20", 15);
    settle(&mut world);
    tell(&mut world, "fc-establish-incremental 00 20");
    assert_eq!(world.next_event(), None, "nothing changed since");
}

#[test]
fn a_reversed_relation_copies_the_difference_back() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    settle(&mut world);
    world.host_write(volume("00"), 0..10);
    let before = world.events().len();
    tell(&mut world, "fc-reverse 00 20");
    check_owed(&world, "00", 10);
    settle(&mut world);
    assert_eq!(
        told(&world, before),
        [
            "00:00:16.695 flashcopy 00 20: copied -> none (reverse by DAILY)",
            "00:00:16.695 flashcopy 20 00: none -> copying (reverse by DAILY)",
            "00:00:16.705 flashcopy 20 00: copying -> copied (copied)",
        ]
    );
}

#[test]
fn a_copy_over_a_source_first_saves_what_others_still_owe() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    tell(&mut world, "split-instant 00 80");
    tell(&mut world, "fc-establish-nocopy 00 20");
    world.host_write(volume("80"), 0..40);
    check_owed(&world, "20", TRACKS);
    tell(&mut world, "restore-incremental 00 80");
    check_owed(&world, "20", TRACKS - 40);
}

#[test]
fn relations_are_established_together_as_far_as_they_can_be() {
    let mut world = lab();
    let pairs = [("00", "20"), ("01", "20"), ("01", "21")].map(|(source, target)| (volume(source), volume(target))).to_vec();
    let reply = world.execute(&daily(), &Command::EstablishTogether { pairs });
    assert_eq!(reply, Reply::Each(vec![Reply::Done, Reply::Refused(Refusal::TargetInUse), Reply::Done]));
}

#[test]
fn a_target_that_is_overwritten_differs_from_its_bcv() {
    let mut world = lab();
    tell(&mut world, "establish-full 20 80");
    settle(&mut world);
    tell(&mut world, "split-instant 20 80");
    let invalid = |world: &World| world.progress(volume("20"), volume("80")).map(|progress| progress.invalid);
    assert_eq!(invalid(&world), Some(0));
    tell(&mut world, "fc-establish 00 20");
    assert_eq!(invalid(&world), Some(TRACKS));
}

#[test]
fn a_relation_that_nobody_asked_to_persist_is_gone_when_it_is_copied() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    assert!(world.end_when_copied(volume("20")) && world.ends_when_copied(volume("20")));
    assert!(!world.end_when_copied(volume("21")) && !world.ends_when_copied(volume("21")));
    let from = world.events().len();
    settle(&mut world);
    assert_eq!(told(&world, from), ["00:00:16.695 flashcopy 00 20: copying -> none (copied)"]);
    assert_eq!(world.relation_state(volume("00"), volume("20")), None);
    assert!(world.content(volume("20")).unwrap().usable && world.conserved().is_ok());
    // Both ends are free for the next one, which persists.
    tell(&mut world, "fc-establish 20 00");
    settle(&mut world);
    assert_eq!(world.relation_state(volume("20"), volume("00")), Some(RelationState::Copied));
}

#[test]
fn a_copied_relation_that_need_not_persist_is_gone_at_once_and_one_without_background_copy_stays() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    tell(&mut world, "fc-establish-nocopy 00 21");
    settle(&mut world);
    assert!(world.end_when_copied(volume("20")) && world.end_when_copied(volume("21")));
    wait(&mut world, 1_000_000);
    let states = ["20", "21"].map(|target| world.relation_state(volume("00"), volume(target)));
    assert_eq!(states, [None, Some(RelationState::Idle)]);
}

#[test]
fn a_relation_that_fails_stays_whether_it_was_to_persist_or_not() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    world.end_when_copied(volume("20"));
    world.happen(&Happening::RelationFails(volume("20")), "a test");
    settle(&mut world);
    assert_eq!(world.relation_state(volume("00"), volume("20")), Some(RelationState::Failed));
}
