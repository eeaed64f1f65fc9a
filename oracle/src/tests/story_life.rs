//! Edits, new profiles, the build of jobs, and abends.

use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::observation::{BackupProfile, Observation, Source};
use dasdlab_model::states::{BackupType, Method, ProfileState};

use super::build::*;
use super::telling::{BCV, FLASHCOPY, Telling, WAIT, backup, lines};
use crate::{Following, Work};

/// A FlashCopy profile that was set up and has a backup.
fn ready() -> Observation {
    let mut seen = flashcopy();
    let own = profile(&mut seen, "P1");
    (own.state, own.reason, own.fingerprint) = (ProfileState::Ready, None, Some(FLASHCOPY.to_owned()));
    backup(&mut seen, 1, 1);
    seen
}

/// What must come of an edit of a profile that is ready.
#[track_caller]
fn check_edit(edit: impl Fn(&mut BackupProfile), expected: &str) {
    let mut seen = ready();
    check_edit_of(&mut seen, edit, expected);
}

#[track_caller]
fn check_edit_of(seen: &mut Observation, edit: impl Fn(&mut BackupProfile), expected: &str) {
    let mut wanted = profile(seen, "P1").clone();
    edit(&mut wanted);
    let must = Following::begin(Work::Edit(Box::new(wanted)), &n("P1"), seen, Time::default()).end();
    let lines: Vec<_> = lines(&must).into_iter().filter(|line| !line.starts_with("1 valid")).collect();
    assert_eq!(lines.join(", "), expected);
}

#[test]
fn what_the_fingerprint_covers_makes_setup_needed() {
    check_edit(|own| own.method = Method::Bcv, "left setup-needed (method), as set up");
    check_edit(|own| own.generations = 3, "left setup-needed (generations), as set up");
    check_edit(|own| own.sources.push(Source { unit: n("1300"), volser: None }), "left setup-needed (units), as set up");
    check_edit(|own| own.sources[0].volser = None, "left setup-needed (units), as set up");
    check_edit(|own| own.targets[0].target = n("1401"), "left setup-needed (units), as set up");
    check_edit(
        |own| {
            own.generations = 1;
            own.targets.retain(|mapping| mapping.generation == 1);
        },
        "left setup-needed (generations), as set up",
    );
    check_edit(|own| own.system = n("SYSB"), "left setup-needed (units), as set up");
}

#[test]
fn what_it_does_not_cover_changes_nothing() {
    check_edit(|_| {}, "left ready, as set up");
    check_edit(|own| own.description = "nightly".to_owned(), "left ready, as set up");
    check_edit(|own| own.creator = "OPER".to_owned(), "left ready, as set up");
    check_edit(|own| own.sources.reverse(), "left ready, as set up");
    check_edit(|own| own.targets.reverse(), "left ready, as set up");
}

#[test]
fn ims_system_and_type_are_read_only_until_setup_is_needed() {
    check_edit(|own| own.ims_ssid = n("IMSB"), "refused: read-only, left ready, as set up");
    check_edit(|own| own.backup_type = BackupType::Data, "refused: read-only, left ready, as set up");
    let mut needed = flashcopy();
    check_edit_of(&mut needed, |own| own.backup_type = BackupType::Data, "left setup-needed (type)");
    check_edit_of(&mut needed, |own| own.ims_ssid = n("IMSB"), "left setup-needed (ims-ssid)");
}

#[test]
fn a_locked_profile_is_not_edited() {
    let mut locked = ready();
    profile(&mut locked, "P1").locked_by = Some("backup".to_owned());
    check_edit_of(&mut locked, |own| own.description = "x".to_owned(), "refused: profile-locked, left ready, as set up");
}

#[test]
fn a_profile_under_a_new_name_is_new() {
    let mut seen = ready();
    let mut copy = profile(&mut seen, "P1").clone();
    copy.name = n("P9");
    let must = Following::begin(Work::Enter(Box::new(copy)), &n("P9"), &seen, Time::default()).end();
    assert_eq!(lines(&must), ["left setup-needed (new)"]);
}

#[test]
fn nothing_is_edited_while_the_repository_cannot_be_written() {
    let mut seen = ready();
    let mut wanted = profile(&mut seen, "P1").clone();
    wanted.generations = 3;
    let unwritable = |wanted: &BackupProfile| {
        let mut following = Following::begin(Work::Edit(Box::new(wanted.clone())), &n("P1"), &seen, Time::default());
        following.cannot_be_written();
        lines(&following.end())
    };
    assert_eq!(
        unwritable(&wanted),
        ["refused: repository-unavailable", "left ready, as set up", "1 valid at 1 array full-and-data"]
    );
    wanted.ims_ssid = n("IMSB");
    assert_eq!(unwritable(&wanted), ["refused: read-only", "left ready, as set up", "1 valid at 1 array full-and-data"]);
}

#[track_caller]
fn check_build(change: impl FnOnce(&mut BackupProfile), told: impl FnOnce(&mut Telling), expected: &[&str]) {
    let mut seen = flashcopy();
    let own = profile(&mut seen, "P1");
    (own.state, own.reason, own.fingerprint) = (ProfileState::Ready, None, Some(FLASHCOPY.to_owned()));
    change(own);
    super::telling::check(Work::Build, seen, told, expected);
}

#[test]
fn the_build_of_a_job_marks_what_was_not_set_up() {
    let look = |t: &mut Telling| {
        t.look();
    };
    check_build(|_| {}, look, &["left ready, as set up"]);
    check_build(
        |own| own.state = ProfileState::Synchronizing,
        look,
        &["refused: synchronizing", "left synchronizing, as set up"],
    );
    check_build(|own| own.locked_by = Some("x".to_owned()), look, &["refused: profile-locked", "left ready, as set up"]);
    let marked = |t: &mut Telling| {
        t.look().tells("state setup-needed fingerprint");
    };
    for state in [ProfileState::Ready, ProfileState::Synchronizing] {
        check_build(
            |own| (own.state, own.fingerprint) = (state, Some(BCV.to_owned())),
            marked,
            &["left setup-needed (fingerprint), as set up"],
        );
    }
    check_build(
        |own| own.fingerprint = Some(BCV.to_owned()),
        look,
        &["! it ended where the state setup-needed (fingerprint) of P1 had to come"],
    );
}

#[test]
fn nothing_is_demanded_after_an_abend_but_that_what_was_written_stands() {
    let mut seen = flashcopy();
    let mut following = Following::begin(Work::Setup { wait_ms: WAIT }, &n("P1"), &seen, Time::default());
    following.shown(&Arc::new(seen.clone()), Time::default());
    assert!(lines(&following.abended()).is_empty());

    let mut following = Following::begin(Work::Setup { wait_ms: WAIT }, &n("P1"), &seen, Time::default());
    following.shown(&Arc::new(seen.clone()), Time::default());
    let lock = Command::Lock { profile: n("P1"), by: "setup".to_owned() };
    following.commanding();
    following.answered(&lock, &Reply::Done);
    profile(&mut seen, "P1").locked_by = Some("setup".to_owned());
    following.shown(&Arc::new(seen.clone()), Time::default());
    assert_eq!(lines(&following.abended()), ["left setup-needed (new)"]);
}

#[test]
fn a_profile_that_is_not_there_fails_the_environment() {
    let gone = || {
        let mut seen = flashcopy();
        seen.profiles.clear();
        seen
    };
    let look = |t: &mut Telling| {
        t.look();
    };
    super::telling::check(Work::Setup { wait_ms: WAIT }, gone(), look, &["12 no scope"]);
    super::telling::check(Work::Backup { wait_ms: WAIT }, gone(), look, &["12 no scope"]);
    super::telling::check(Work::Build, gone(), look, &["refused: no-profile"]);
}
