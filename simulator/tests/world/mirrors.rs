//! Mirror pairs in motion.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::transitions::Refusal;
use dasdlab_simulator::{Happening, Ledger, Progress, World};

use crate::lab::{RATE, TRACKS, daily, lab, lab_with, order, seconds, settle, stranger, tell, told, volume, wait};

#[track_caller]
fn check_invalid(world: &World, bcv: &str, expected: Option<u32>) {
    assert_eq!(world.progress(volume("00"), volume(bcv)).map(|progress| progress.invalid), expected);
}

fn synchronized() -> World {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    world
}

fn split() -> World {
    let mut world = synchronized();
    tell(&mut world, "split-instant 00 80");
    world
}

#[test]
fn a_pair_is_established_copied_split_and_each_change_is_told() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    tell(&mut world, "split-normal 00 80");
    settle(&mut world);
    assert_eq!(
        told(&world, 0),
        [
            "00:00:00.000 mirror 00 80: NeverEstab -> SyncInProg (establish-full by DAILY)",
            "00:00:00.000 unit SYSA:1080: offline -> not-ready (establish-full by DAILY)",
            "00:00:16.695 mirror 00 80: SyncInProg -> Synchronized (copied)",
            "00:00:16.695 mirror 00 80: Synchronized -> SplitInProg (split-normal by DAILY)",
            "00:00:16.695 volume 80: BC0001 -> DB0001 (split-normal by DAILY)",
            "00:00:17.695 mirror 00 80: SplitInProg -> Split (split-ended)",
            "00:00:17.695 unit SYSA:1080: not-ready -> offline (split-ended)",
        ]
    );
}

#[test]
fn running_copies_share_the_rate_of_their_array() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    wait(&mut world, 1_000);
    check_invalid(&world, "80", Some(TRACKS - RATE));
    tell(&mut world, "establish-full 00 81");
    wait(&mut world, 1_000);
    check_invalid(&world, "80", Some(TRACKS - RATE - RATE / 2));
    check_invalid(&world, "81", Some(TRACKS - RATE / 2));
    settle(&mut world);
    // Together they needed exactly the time of two full copies.
    assert_eq!(world.now(), Time(u64::from(TRACKS) * 2));
}

#[test]
fn progress_does_not_depend_on_how_often_time_is_asked_to_pass() {
    let mut at_once = lab();
    for bcv in ["80", "81", "82"] {
        tell(&mut at_once, &format!("establish-full 00 {bcv}"));
    }
    let mut bit_by_bit = at_once.clone();
    at_once.advance(Time(40_001));
    for at in (0..=40_001).step_by(7) {
        bit_by_bit.advance(Time(at));
    }
    bit_by_bit.advance(Time(40_001));
    assert_eq!(at_once.events(), bit_by_bit.events());
    for bcv in ["80", "81", "82"] {
        assert_eq!(at_once.progress(volume("00"), volume(bcv)), bit_by_bit.progress(volume("00"), volume(bcv)));
    }
}

#[test]
fn a_write_to_a_volume_that_is_mirrored_goes_to_both_sides() {
    let mut world = synchronized();
    assert_eq!(world.host_write(volume("00"), 0..100), Reply::Done);
    check_invalid(&world, "80", Some(0));
}

#[test]
fn after_a_split_both_sides_remember_and_an_establish_copies_the_union() {
    let mut world = split();
    world.host_write(volume("00"), 100..200);
    world.host_write(volume("80"), 150..250);
    check_invalid(&world, "80", Some(150));
    tell(&mut world, "establish-incremental 00 80");
    check_invalid(&world, "80", Some(150));
    let before = world.now();
    settle(&mut world);
    assert_eq!(world.now(), before.plus(150));
}

#[test]
fn an_establish_without_a_difference_is_done_at_once() {
    let mut world = split();
    tell(&mut world, "establish-incremental 00 80");
    assert_eq!(world.next_event(), None);
    let last = told(&world, world.events().len() - 1);
    assert_eq!(last, ["00:00:16.695 mirror 00 80: SyncInProg -> Synchronized (copied)"]);
}

#[test]
fn what_is_written_while_a_split_is_shown_counts_as_changed() {
    let mut world = synchronized();
    tell(&mut world, "split-normal 00 80");
    world.host_write(volume("00"), 0..7);
    settle(&mut world);
    check_invalid(&world, "80", Some(7));
}

#[test]
fn a_forced_split_keeps_what_was_copied_and_the_label_only_if_it_was() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    tell(&mut world, "establish-full 01 81");
    tell(&mut world, "split-forced 01 81");
    wait(&mut world, 1_000);
    tell(&mut world, "split-forced 00 80");
    check_invalid(&world, "80", Some(TRACKS - RATE));
    let label = |name| world.volume(volume(name)).and_then(|volume| volume.volser).map(|volser| volser.to_string());
    assert_eq!((label("80").as_deref(), label("81").as_deref()), (Some("DB0001"), Some("BC0002")));
    world.host_write(volume("00"), 0..10);
    tell(&mut world, "establish-incremental 00 80");
    check_invalid(&world, "80", Some(TRACKS - RATE + 10));
}

#[test]
fn a_restore_copies_back_and_other_copies_of_the_volume_notice() {
    let mut world = split();
    tell(&mut world, "establish-full 00 81");
    settle(&mut world);
    tell(&mut world, "split-instant 00 81");
    world.host_write(volume("00"), 10..30);
    check_invalid(&world, "81", Some(20));
    tell(&mut world, "restore-full 00 80");
    check_invalid(&world, "81", Some(TRACKS));
    settle(&mut world);
    tell(&mut world, "split-instant 00 80");
    check_invalid(&world, "80", Some(0));
}

#[test]
fn what_is_written_to_a_volume_that_is_back_stays_there_and_counts_as_changed() {
    let mut world = split();
    world.host_write(volume("00"), 0..100);
    tell(&mut world, "restore-incremental 00 80");
    // Of what comes back 5 tracks are copied at once, because something is written onto them.
    world.host_write(volume("00"), 95..110);
    check_invalid(&world, "80", Some(110));
    assert_eq!(world.conserved(), Ok(()));
    let before = world.now();
    settle(&mut world);
    assert_eq!(world.now(), before.plus(95));
    check_invalid(&world, "80", Some(15));
    world.host_write(volume("00"), 0..5);
    check_invalid(&world, "80", Some(20));
    assert_eq!(world.conserved(), Ok(()));
    tell(&mut world, "split-instant 00 80");
    check_invalid(&world, "80", Some(20));
    tell(&mut world, "restore-incremental 00 80");
    check_invalid(&world, "80", Some(20));
    settle(&mut world);
    check_invalid(&world, "80", Some(0));
}

#[test]
fn a_bcv_forgets_a_volume_when_it_mirrors_another() {
    let mut world = split();
    let before = world.events().len();
    tell(&mut world, "establish-full 01 80");
    assert_eq!(
        told(&world, before)[..2],
        [
            "00:00:16.695 mirror 00 80: Split -> NeverEstab (establish-full by DAILY)",
            "00:00:16.695 mirror 01 80: NeverEstab -> SyncInProg (establish-full by DAILY)",
        ]
    );
    check_invalid(&world, "80", None);
}

#[test]
fn pairs_are_split_together_as_far_as_they_can_be() {
    let mut world = lab();
    for pair in ["00 80", "01 81"] {
        tell(&mut world, &format!("establish-full {pair}"));
    }
    settle(&mut world);
    tell(&mut world, "establish-full 02 82");
    let pairs = [("00", "80"), ("02", "82"), ("01", "81")].map(|(standard, bcv)| (volume(standard), volume(bcv))).to_vec();
    let reply = world.execute(&daily(), &Command::SplitTogether { pairs });
    assert_eq!(reply, Reply::Each(vec![Reply::Done, Reply::Refused(Refusal::Synchronizing), Reply::Done]));
    let split: Vec<_> =
        world.events().iter().filter(|event| event.to == "Split").map(|event| (event.at, event.object.len())).collect();
    assert_eq!(split.len(), 2);
    assert_eq!(split[0].0, split[1].0);
}

#[test]
fn a_pair_that_fails_stops_copying_and_leaves_its_share_to_others() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    tell(&mut world, "establish-full 01 81");
    wait(&mut world, 2_000);
    assert!(world.happen(&Happening::MirrorFails { standard: volume("00"), bcv: volume("80") }, "device failed"));
    check_invalid(&world, "80", None);
    settle(&mut world);
    assert_eq!(world.now(), Time(1_000 + u64::from(TRACKS)));
}

#[test]
fn a_split_that_failed_does_not_end_a_later_one() {
    let mut world = synchronized();
    tell(&mut world, "split-normal 00 80");
    world.happen(&Happening::MirrorFails { standard: volume("00"), bcv: volume("80") }, "device failed");
    tell(&mut world, "cancel-forced 00 80");
    assert_eq!(world.next_event(), None);
    settle(&mut world);
    let states: Vec<_> = world.observe().mirrors.iter().map(|pair| pair.state.to_string()).collect();
    assert_eq!(states, ["NeverEstab"]);
}

#[test]
fn a_stalled_array_never_ends_and_goes_on_when_it_is_given_a_rate() {
    let mut world = lab();
    let array = "000197800001".parse().unwrap();
    world.happen(&Happening::Rate(array, Some(0)), "plan");
    tell(&mut world, "establish-full 00 80");
    assert_eq!(world.next_event(), None);
    world.advance(seconds(86_400));
    check_invalid(&world, "80", Some(TRACKS));
    world.happen(&Happening::Rate(array, Some(2 * TRACKS)), "plan");
    assert_eq!(world.next_event(), Some(seconds(86_400).plus(500)));
}

#[test]
fn what_was_declared_as_copying_begins_anew_when_the_world_boots() {
    let mut world = lab_with(
        "mirrors = [{ standard = \"1000\", bcv = \"1080\", state = \"SyncInProg\" }, { standard = \"1001\", bcv = \"1081\", state = \"SplitInProg\" }]\n",
    );
    assert_eq!(world.progress(volume("00"), volume("80")).map(Progress::percent), Some(0), "nothing is known to be copied");
    assert_eq!(world.next_event(), Some(seconds(1)));
    settle(&mut world);
    let states: Vec<_> = world.observe().mirrors.iter().map(|pair| pair.state.to_string()).collect();
    assert_eq!(states, ["Synchronized", "Split"]);
}

#[test]
fn what_was_declared_as_split_before_it_was_copied_is_still_owed() {
    for (state, owed) in [("SplitBfrSync", TRACKS), ("SplitBfrRest", TRACKS), ("Split", 0)] {
        let world = lab_with(&format!("mirrors = [{{ standard = \"1000\", bcv = \"1080\", state = \"{state}\" }}]\n"));
        check_invalid(&world, "80", Some(owed));
        assert_eq!(world.next_event(), None);
    }
}

#[test]
fn an_order_that_changes_nothing_is_accepted_and_not_told() {
    let mut world = synchronized();
    let events = world.events().len();
    for text in ["establish-incremental 00 80", "release 00 80"] {
        assert_eq!(world.execute(&daily(), &order(text)), Reply::Nothing, "{text}");
    }
    assert_eq!(world.events().len(), events);
}

#[test]
fn a_pair_is_split_whatever_else_its_standard_volume_mirrors_to() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    tell(&mut world, "establish-full 00 81");
    settle(&mut world);
    tell(&mut world, "split-instant 00 80");
}

#[test]
fn nobody_but_a_profile_holds_a_bcv() {
    assert_eq!(lab().execute(&stranger(), &order("hold 00 80")), Reply::Nothing);
}

#[test]
fn a_pair_that_is_cancelled_begins_a_new_ledger() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    let ledger = |world: &World| world.ledger(volume("00"), volume("80")).unwrap();
    assert_eq!(ledger(&world), Ledger { marked: TRACKS.into(), copied: TRACKS.into() });
    tell(&mut world, "split-instant 00 80");
    tell(&mut world, "cancel 00 80");
    assert_eq!(ledger(&world), Ledger::default());
}

#[test]
fn a_volume_that_is_copied_back_has_the_label_of_its_bcv_at_once() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    tell(&mut world, "split-instant 00 80");
    // Another volume is copied onto the standard volume meanwhile.
    tell(&mut world, "fc-establish 01 00");
    settle(&mut world);
    tell(&mut world, "fc-withdraw 01 00");
    let label = |world: &World| world.volume(volume("00")).unwrap().volser.unwrap().to_string();
    assert_eq!(label(&world), "DB0002");
    tell(&mut world, "restore-incremental 00 80");
    assert_eq!(label(&world), "DB0001");
}

#[test]
fn a_copy_back_that_runs_is_as_far_as_it_has_come() {
    let mut world = synchronized();
    tell(&mut world, "split-instant 00 80");
    tell(&mut world, "restore-full 00 80");
    wait(&mut world, 1_000);
    check_invalid(&world, "80", Some(TRACKS - RATE));
}
