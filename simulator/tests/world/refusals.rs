//! One of every refusal that a world gives.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::states::{HostStatus, ProfileState};
use dasdlab_model::transitions::Refusal;
use dasdlab_simulator::{Happening, World};

use crate::lab::{LAB, boot, daily, lab, lab_with, order, settle, stranger, tell, volume};

/// A foreign job gives this order after the world was told those by the profile; it is refused and changes nothing.
#[track_caller]
fn check_in(mut world: World, before: &[&str], refused: &str, expected: Refusal) {
    for text in before {
        if *text == "settle" { settle(&mut world) } else { tell(&mut world, text) }
    }
    let (seen, events) = (world.observe(), world.events().len());
    assert_eq!(world.execute(&stranger(), &order(refused)), Reply::Refused(expected), "{refused}");
    assert_eq!((world.observe(), world.events().len()), (seen, events), "a refused order changes nothing");
}

#[track_caller]
fn check(before: &[&str], refused: &str, expected: Refusal) {
    check_in(lab(), before, refused, expected);
}

#[track_caller]
fn check_after(happening: &Happening, refused: &str, expected: Refusal) {
    let mut world = lab();
    assert!(world.happen(happening, "plan"));
    check_in(world, &[], refused, expected);
}

#[test]
fn a_volume_that_is_nowhere_is_unknown() {
    check(&[], "establish-full 00 EE", Refusal::UnknownVolume);
    check(&[], "fc-establish 000197800009/10/00 20", Refusal::UnknownVolume);
}

#[test]
fn a_volume_is_not_copied_to_itself() {
    check(&[], "establish-full 80 80", Refusal::SameVolume);
    check(&[], "fc-establish 20 20", Refusal::SameVolume);
}

#[test]
fn no_array_copies_to_another() {
    check(&[], "establish-full 75ABC01/10/00 80", Refusal::DifferentArray);
    check(&[], "fc-establish 00 75ABC01/10/00", Refusal::DifferentArray);
}

#[test]
fn an_array_that_does_not_answer_does_nothing() {
    let lost = Happening::Reachable("000197800001".parse().unwrap(), false);
    check_after(&lost, "establish-full 00 80", Refusal::ArrayUnreachable);
    check_after(&lost, "fc-establish 00 20", Refusal::ArrayUnreachable);
    let mut world = lab();
    world.happen(&lost, "plan");
    assert_eq!(world.host_write(volume("00"), 0..5), Reply::Refused(Refusal::ArrayUnreachable));
}

#[test]
fn a_device_must_answer_in_the_system_of_the_profile_or_in_any_for_others() {
    for status in [HostStatus::Boxed, HostStatus::NoPath] {
        let boxed = Happening::Vary { system: "SYSA".parse().unwrap(), unit: "1080".parse().unwrap(), status };
        check_after(&boxed, "establish-full 00 80", Refusal::DeviceNotReady);
    }
    let mut world = lab();
    let elsewhere = dasdlab_model::command::Issuer::Profile("ELSEWHERE".parse().unwrap());
    // SYSB sees the BCVs boxed; SYSA does not.
    assert_eq!(world.execute(&elsewhere, &order("establish-full 00 80")), Reply::Refused(Refusal::DeviceNotReady));
    assert_eq!(world.execute(&daily(), &order("establish-full 00 80")), Reply::Done);
}

#[test]
fn a_bcv_that_is_mirroring_is_not_ready_for_anything_else() {
    check(&["establish-full 00 80"], "fc-establish 01 80", Refusal::DeviceNotReady);
    check(&["establish-full 00 80"], "establish-full 80 81", Refusal::DeviceNotReady);
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    assert_eq!(world.host_write(volume("80"), 0..5), Reply::Refused(Refusal::DeviceNotReady));
}

#[test]
fn only_a_bcv_mirrors() {
    check(&[], "establish-full 00 20", Refusal::NotBcv);
    let hold = Command::Hold { bcv: volume("20"), profile: "DAILY".parse().unwrap() };
    assert_eq!(lab().execute(&daily(), &hold), Reply::Refused(Refusal::NotBcv));
}

#[test]
fn device_types_must_be_alike() {
    check(&[], "establish-full 00 91", Refusal::DeviceType);
    check(&[], "fc-establish 00 41", Refusal::DeviceType);
}

#[test]
fn a_mirror_needs_equal_cylinders_and_a_flashcopy_target_at_least_its_sources() {
    check(&[], "establish-full 00 90", Refusal::Size);
    check(&[], "fc-establish 00 44", Refusal::Size);
    tell(&mut lab(), "fc-establish 00 40");
}

#[test]
fn a_held_bcv_is_established_by_its_profile_only() {
    let mut world = lab();
    let hold = Command::Hold { bcv: volume("80"), profile: "DAILY".parse().unwrap() };
    assert_eq!(world.execute(&daily(), &hold), Reply::Done);
    assert_eq!(world.execute(&daily(), &hold), Reply::Nothing);
    let other = Command::Hold { bcv: volume("80"), profile: "OTHER".parse().unwrap() };
    assert_eq!(world.execute(&stranger(), &other), Reply::Refused(Refusal::Held));
    check_in(world.clone(), &[], "establish-full 00 80", Refusal::Held);
    tell(&mut world.clone(), "establish-full 00 80");
    let release = Command::Release { bcv: volume("80") };
    assert_eq!(world.execute(&stranger(), &release), Reply::Done);
    assert_eq!(world.execute(&stranger(), &release), Reply::Nothing);
    assert_eq!(world.execute(&stranger(), &order("establish-full 00 80")), Reply::Done);
}

#[test]
fn a_bcv_mirrors_one_volume_at_a_time() {
    check(&["establish-full 00 80"], "establish-full 01 80", Refusal::EstablishedElsewhere);
}

#[test]
fn what_is_no_pair_is_neither_split_nor_restored_nor_cancelled() {
    for what in ["split-normal", "split-forced", "restore-full", "cancel", "cancel-forced"] {
        check(&[], &format!("{what} 00 80"), Refusal::NotPaired);
    }
    check(&["fc-establish 00 20"], "fc-withdraw 01 20", Refusal::NotPaired);
}

#[test]
fn an_incremental_copy_needs_history() {
    check(&[], "establish-incremental 00 80", Refusal::NoHistory);
    check(&["establish-full 00 80", "settle", "split-instant 00 80"], "establish-incremental 01 80", Refusal::NoHistory);
    check(&["fc-establish-nocopy 00 20"], "fc-reverse 00 20", Refusal::NoHistory);
}

#[test]
fn the_state_of_a_pair_refuses_what_its_table_refuses() {
    let synchronized = &["establish-full 00 80", "settle"];
    check(synchronized, "restore-full 00 80", Refusal::SplitFirst);
    check(&["establish-full 00 80"], "split-normal 00 80", Refusal::Synchronizing);
    let split = &["establish-full 00 80", "settle", "split-instant 00 80"];
    check(split, "split-instant 00 80", Refusal::NotEstablished);
    check(&["establish-full 00 80", "settle", "split-normal 00 80"], "establish-full 00 80", Refusal::Splitting);
    check(&["establish-full 00 80", "split-forced 00 80"], "restore-full 00 80", Refusal::BcvUnusable);
    let restoring: Vec<_> = split.iter().copied().chain(["restore-full 00 80"]).collect();
    check(&restoring, "split-normal 00 80", Refusal::Restoring);
}

#[test]
fn a_volume_half_copied_back_is_no_source_for_any_bcv() {
    let restoring = ["establish-full 00 80", "settle", "split-instant 00 80", "restore-full 00 80"];
    check(&restoring, "establish-full 00 81", Refusal::Restoring);
    let broken: Vec<_> = restoring.into_iter().chain(["split-forced 00 80"]).collect();
    check(&broken, "establish-full 00 80", Refusal::StandardUnusable);
    check(&broken, "establish-full 00 81", Refusal::StandardUnusable);
    // Its only good copy is on the BCV, which is therefore not given to another volume either.
    check(&broken, "establish-full 01 80", Refusal::ForceNeeded);
}

#[test]
fn other_mirrors_of_a_volume_are_split_before_it_is_copied_back() {
    let before = ["establish-full 00 80", "settle", "split-instant 00 80", "establish-full 00 81"];
    check(&before, "restore-incremental 00 80", Refusal::SplitFirst);
    let elsewhere = ["establish-full 00 80", "settle", "split-instant 00 80", "establish-full 00 000197800001/11/00"];
    check(&elsewhere, "restore-incremental 00 80", Refusal::SplitFirst);
}

#[test]
fn a_volume_that_receives_remote_writes_takes_no_others() {
    check(&[], "establish-full 00 000197800001/11/01", Refusal::DeviceNotReady);
    check(&[], "fc-establish 00 000197800001/11/01", Refusal::NotCapable);
}

#[test]
fn a_pair_whose_state_is_not_known_needs_force() {
    let world = lab_with("mirrors = [{ standard = \"1000\", bcv = \"1080\", state = \"Unknown\" }]\n");
    check_in(world.clone(), &[], "establish-full 00 80", Refusal::ForceNeeded);
    check_in(world.clone(), &[], "establish-full 01 80", Refusal::ForceNeeded);
    check_in(world, &["cancel-forced 00 80", "establish-full 00 80"], "split-normal 00 80", Refusal::Synchronizing);
}

#[test]
fn flashcopy_needs_a_licence() {
    check(&[], "fc-establish 75ABC01/10/00 75ABC01/10/01", Refusal::NotLicensed);
}

#[test]
fn an_inhibited_volume_takes_no_part_in_flashcopy() {
    check(&[], "fc-establish 00 43", Refusal::NotCapable);
    check(&[], "fc-establish 43 20", Refusal::NotCapable);
    for flaw in ["v1_active = true", "incapable = \"inaccessible\""] {
        let text = LAB.replace("inhibited = true", flaw);
        check_in(boot(text), &[], "fc-establish 00 43", Refusal::NotCapable);
    }
}

#[test]
fn a_thirteenth_relation_is_one_too_many() {
    let twelve: Vec<_> = (0x20..0x2C).map(|target| format!("fc-establish 00 {target:02X}")).collect();
    let twelve: Vec<_> = twelve.iter().map(String::as_str).collect();
    check(&twelve, "fc-establish 00 2C", Refusal::RelationLimit);
    let eleven: Vec<_> = twelve.iter().copied().chain(["fc-withdraw 00 20", "fc-establish 00 2C"]).collect();
    check(&eleven, "fc-establish 00 2D", Refusal::RelationLimit);
}

#[test]
fn a_target_has_one_source_and_is_none_itself() {
    check(&["fc-establish 00 20"], "fc-establish 01 20", Refusal::TargetInUse);
    check(&["fc-establish 00 20"], "fc-establish 00 20", Refusal::TargetInUse);
    check(&["fc-establish 00 20"], "fc-establish 20 21", Refusal::SourceIsTarget);
    check(&["fc-establish 20 21"], "fc-establish 00 20", Refusal::TargetIsSource);
    let reversed = ["fc-establish 00 20", "settle", "fc-reverse 00 20"];
    check(&reversed, "fc-establish 01 20", Refusal::TargetIsSource);
    check(&reversed, "fc-establish 00 21", Refusal::SourceIsTarget);
    check(&["fc-establish 00 81"], "establish-full 00 81", Refusal::TargetInUse);
    check(&["fc-establish 81 20"], "establish-full 00 81", Refusal::TargetIsSource);
}

#[test]
fn a_relation_is_renewed_or_reversed_when_its_copy_is_complete() {
    check(&["fc-establish 00 20"], "fc-establish-incremental 00 20", Refusal::StillCopying);
    check(&["fc-establish 00 20"], "fc-reverse 00 20", Refusal::StillCopying);
}

#[test]
fn a_failed_relation_can_only_be_withdrawn() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    assert!(world.happen(&Happening::RelationFails(volume("20")), "plan"));
    check_in(world.clone(), &[], "fc-reverse 00 20", Refusal::RelationFailed);
    tell(&mut world, "fc-withdraw 00 20");
}

#[test]
fn a_larger_target_is_not_copied_back() {
    check(&["fc-establish 00 40", "settle"], "fc-reverse 00 40", Refusal::CannotReverse);
    check(&["fc-establish 00 20", "fc-establish 00 21", "settle"], "fc-reverse 00 20", Refusal::TargetIsSource);
}

#[test]
fn a_space_efficient_target_takes_no_background_copy() {
    check(&[], "fc-establish 00 42", Refusal::SpaceEfficient);
    let mut world = lab();
    tell(&mut world, "fc-establish-nocopy 00 42");
    assert!(world.happen(&Happening::OutOfSpace(volume("42")), "plan"));
    assert!(!world.happen(&Happening::OutOfSpace(volume("42")), "plan"), "it has failed already");
}

#[test]
fn logs_are_suspended_once_and_only_where_there_are_some() {
    let mut world = lab();
    let suspend = |ims: &str| Command::SuspendLogs { ims: ims.parse().unwrap() };
    assert_eq!(world.execute(&daily(), &suspend("IMS1")), Reply::Done);
    // IMS2 shares the RECON and went along.
    assert_eq!(world.execute(&daily(), &suspend("IMS2")), Reply::Refused(Refusal::AlreadySuspended));
    assert_eq!(world.execute(&daily(), &suspend("IMS7")), Reply::Refused(Refusal::CannotSuspend));
}

#[test]
fn a_profile_is_locked_once_and_a_repository_must_be_writable() {
    let mut world = lab();
    let lock = |profile: &str| Command::Lock { profile: profile.parse().unwrap(), by: "setup".to_owned() };
    assert_eq!(world.execute(&daily(), &lock("NOBODY")), Reply::Refused(Refusal::UnknownProfile));
    assert_eq!(world.execute(&daily(), &lock("DAILY")), Reply::Done);
    assert_eq!(world.execute(&daily(), &lock("DAILY")), Reply::Refused(Refusal::ProfileLocked));
    assert!(world.happen(&Happening::Repository(false), "plan"));
    let state =
        Command::SetState { profile: "DAILY".parse().unwrap(), state: ProfileState::Ready, reason: None, fingerprint: None };
    assert_eq!(world.execute(&daily(), &state), Reply::Refused(Refusal::RepositoryUnavailable));
}
