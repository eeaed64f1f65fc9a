//! Whose data a volume holds, and as of when.

use dasdlab_model::command::Command;
use dasdlab_simulator::{Content, Happening, World};

use crate::lab::{daily, lab, lab_with, settle, tell, volume, wait};

/// What a volume holds, in a few words: whose data, what IMS1 had written by then, and what is wrong with them.
fn text(content: &Content) -> String {
    let origin = content.origin.to_string().replace("000197800001/10/", "");
    let written = match &content.written {
        None => "live".to_owned(),
        Some(written) => format!("at {}", written[&"IMS1".parse().unwrap()]),
    };
    let state = if content.usable { "" } else { ", unusable" };
    let restored = content.restored.as_ref().map_or_else(String::new, |image| format!(", restored to {}", text(image)));
    format!("{origin} {written}{state}{restored}")
}

/// Follows instructions: orders, `settle`, `wait` for a second, `fail` for the pair of 00 and 80, `fail 20` for a relation.
fn follow(mut world: World, instructions: &str) -> World {
    for instruction in instructions.split(", ").filter(|instruction| !instruction.is_empty()) {
        match instruction {
            "settle" => settle(&mut world),
            "wait" => wait(&mut world, 1_000),
            "fail" => {
                assert!(world.happen(&Happening::MirrorFails { standard: volume("00"), bcv: volume("80") }, "plan"));
            }
            "fail 20" => assert!(world.happen(&Happening::RelationFails(volume("20")), "plan")),
            order => tell(&mut world, order),
        }
    }
    world
}

#[track_caller]
fn check_in(world: World, instructions: &str, expected: &[(&str, &str)]) {
    let world = follow(world, instructions);
    for (name, content) in expected {
        assert_eq!(world.content(volume(name)).map(|found| text(&found)).as_deref(), Some(*content), "{name}");
    }
}

#[track_caller]
fn check(instructions: &str, expected: &[(&str, &str)]) {
    check_in(lab(), instructions, expected);
}

/// Full establish and split at once: IMS writes before the two commands and while time moves.
const SPLIT: &str = "establish-full 00 80, settle, split-instant 00 80";

#[test]
fn a_volume_holds_its_own_data_and_is_current() {
    check("", &[("00", "00 live"), ("80", "80 live")]);
    assert!(lab().content(volume("000197800001/10/FF")).is_none());
}

#[test]
fn a_bcv_follows_its_standard_volume_until_it_is_split() {
    check("establish-full 00 80, wait", &[("80", "00 live, unusable"), ("00", "00 live")]);
    check("establish-full 00 80, settle", &[("80", "00 live")]);
    check(SPLIT, &[("80", "00 at 3"), ("00", "00 live")]);
    check(&format!("{SPLIT}, wait, wait"), &[("80", "00 at 3")]);
    // Nothing is in the image that is written while the split still shows.
    check("establish-full 00 80, settle, split-normal 00 80, settle", &[("80", "00 at 3")]);
}

#[test]
fn a_copy_that_is_broken_off_or_fails_is_unusable() {
    check("establish-full 00 80, wait, split-forced 00 80", &[("80", "00 at 3, unusable")]);
    check(&format!("{SPLIT}, establish-full 00 80"), &[("80", "00 live, unusable")]);
    check(&format!("{SPLIT}, establish-incremental 00 80"), &[("80", "00 live")]);
    check("establish-full 00 80, fail", &[("80", "00 at 1, unusable")]);
    check("establish-full 00 80, settle, fail", &[("80", "00 at 2, unusable"), ("00", "00 live")]);
    check("fc-establish 00 20, fail 20", &[("20", "00 at 1, unusable"), ("00", "00 live")]);
    check("fc-establish 00 20, wait, fc-withdraw 00 20", &[("20", "00 at 1, unusable")]);
    check("fc-establish-nocopy 00 20, fc-withdraw 00 20", &[("20", "00 at 1, unusable")]);
}

#[test]
fn a_relation_fixes_its_image_when_it_is_established() {
    check("fc-establish 00 20, wait, wait", &[("20", "00 at 1")]);
    check("fc-establish 00 20, settle, fc-withdraw 00 20", &[("20", "00 at 1")]);
    check("fc-establish 00 20, settle, fc-establish-incremental 00 20", &[("20", "00 at 3")]);
}

#[test]
fn a_restored_volume_has_the_image_and_is_live_again() {
    let restore = format!("{SPLIT}, wait, restore-incremental 00 80");
    // Nothing was written to any track, so the copy back is over at once.
    check(&restore, &[("00", "00 live, restored to 00 at 3"), ("80", "00 at 3")]);
    check(&format!("{restore}, split-instant 00 80"), &[("00", "00 live, restored to 00 at 3"), ("80", "00 at 3")]);
    let full = format!("{SPLIT}, restore-full 00 80");
    check(&full, &[("00", "00 at 3, unusable"), ("80", "00 at 3")]);
    check(&format!("{full}, split-forced 00 80"), &[("00", "00 at 3, unusable"), ("80", "00 at 3")]);
    check(&format!("{full}, fail"), &[("00", "00 at 3, unusable"), ("80", "00 at 3")]);
    check(&format!("{full}, settle, split-instant 00 80"), &[("00", "00 live, restored to 00 at 3"), ("80", "00 at 3")]);
    check("fc-establish 00 20, settle, wait, fc-reverse 00 20", &[("00", "00 live, restored to 00 at 1"), ("20", "00 at 1")]);
    let withdrawn = "fc-establish 00 20, settle, fc-withdraw 00 20, fc-establish 20 00";
    check(withdrawn, &[("00", "00 at 1"), ("20", "00 at 1")]);
    check(&format!("{withdrawn}, settle"), &[("00", "00 live, restored to 00 at 1")]);
    // What is copied from it then is an image of its own time, however the volume came by its data.
    check(&format!("{restore}, fc-establish 00 20"), &[("20", "00 at 6")]);
    let mirrored = format!("{restore}, split-instant 00 80, establish-full 00 81, settle");
    check(&mirrored, &[("00", "00 live, restored to 00 at 3"), ("81", "00 live")]);
}

#[test]
fn a_restored_pair_that_fails_spoils_the_image_that_it_came_from() {
    check(&format!("{SPLIT}, restore-incremental 00 80, wait, fail"), &[("80", "00 at 3, unusable")]);
}

#[test]
fn the_next_copy_of_a_volume_forgets_what_it_was_restored_to() {
    let again = "fc-establish 00 20, settle, fc-reverse 00 20, fc-withdraw 20 00, fc-establish 01 00, settle";
    check(again, &[("00", "01 at 5")]);
    check(&format!("{again}, fc-withdraw 01 00, fc-establish 00 21"), &[("21", "01 at 5")]);
}

#[test]
fn what_was_declared_holds_what_its_state_says() {
    let mirror = |state: &str| lab_with(&format!("mirrors = [{{ standard = \"1000\", bcv = \"1080\", state = \"{state}\" }}]\n"));
    for (state, bcv, standard) in [
        ("NeverEstab", "80 live", "00 live"),
        ("SyncInProg", "00 live, unusable", "00 live"),
        ("Synchronized", "00 live", "00 live"),
        ("SplitInProg", "00 at 0", "00 live"),
        ("SplitBfrSync", "00 at 0, unusable", "00 live"),
        ("Split", "00 at 0", "00 live"),
        ("SplitNoInc", "00 at 0", "00 live"),
        ("Restored", "00 at 0", "00 live"),
        ("RestInProg", "00 at 0", "00 at 0, unusable"),
        ("SplitBfrRest", "00 at 0", "00 at 0, unusable"),
        ("Invalid", "00 at 0, unusable", "00 live"),
        ("Unknown", "00 at 0, unusable", "00 live"),
    ] {
        check_in(mirror(state), "", &[("80", bcv), ("00", standard)]);
    }
    let relation =
        |state: &str| lab_with(&format!("flashcopy = [{{ source = \"1000\", target = \"1020\", state = \"{state}\" }}]\n"));
    for (state, target) in [("copying", "00 at 0"), ("idle", "00 at 0"), ("copied", "00 at 0"), ("failed", "00 at 0, unusable")] {
        check_in(relation(state), "", &[("20", target), ("00", "00 live")]);
    }
}

#[test]
fn of_several_pairs_of_a_bcv_the_established_one_says_what_it_holds() {
    let pairs = |first: &str, second: &str| {
        lab_with(&format!(
            "mirrors = [{{ standard = \"1000\", bcv = \"1080\", state = \"{first}\" }}, {{ standard = \"1001\", bcv = \"1080\", state = \"{second}\" }}]\n"
        ))
    };
    check_in(pairs("Restored", "Split"), "", &[("80", "00 at 0")]);
    check_in(pairs("Split", "Restored"), "", &[("80", "01 at 0")]);
}

#[test]
fn ims_writes_before_each_command_and_while_time_passes_unless_its_logs_are_suspended() {
    let mut world = lab();
    let ims = |name: &str| name.parse().unwrap();
    let check = |world: &World, expected: [u64; 3]| {
        assert_eq!(["IMS1", "IMS2", "IMS9"].map(|name| world.written(ims(name))), expected);
    };
    check(&world, [0, 0, 0]);
    wait(&mut world, 5);
    wait(&mut world, 0);
    check(&world, [1, 1, 1]);
    world.execute(&daily(), &Command::SuspendLogs { ims: ims("IMS1") });
    wait(&mut world, 5);
    check(&world, [2, 2, 3]);
    world.execute(&daily(), &Command::ResumeLogs { ims: ims("IMS1") });
    check(&world, [2, 2, 4]);
    wait(&mut world, 5);
    check(&world, [3, 3, 5]);
}
