//! Jobs as JCL: whatever a profile is called and whoever described it, the text is one that a job entry subsystem takes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "common/jcl.rs"]
mod reader;

use dasdlab_harness::job::jcl;
use dasdlab_harness::job::plan::{Request, build};
use dasdlab_model::declare::declare;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::states::{Method, ProfileState};
use proptest::prelude::*;
use proptest::test_runner::Config;

fn site() -> Observation {
    let text = include_str!("common/bcv.toml").to_owned();
    let Content::Site(site) = parse("site.toml", text, Encoding::Toml).unwrap().content else { unreachable!("a site") };
    declare(&site).unwrap()
}

/// The text of the job for the profile of the site after this change.
fn text(request: Request, wait_ms: u64, change: impl FnOnce(&mut BackupProfile)) -> (String, BackupProfile) {
    let mut seen = site();
    change(&mut seen.profiles[0]);
    let profile = seen.profiles[0].clone();
    let job = build(&seen, &profile.name, request, wait_ms).unwrap();
    (jcl::text(&job, &profile), profile)
}

const HOUR: u64 = 3_600_000;

/// The text reads back as the steps and the names that it was made of.
#[track_caller]
fn check(request: Request, wait_ms: u64, change: impl FnOnce(&mut BackupProfile)) {
    let (text, profile) = text(request, wait_ms, change);
    let job = reader::read(&text).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
    let needed = profile.state == ProfileState::SetupNeeded;
    let expected: &[(&str, &str, Option<&str>)] = match (request, needed) {
        (Request::SetupOnly, _) => &[("SETUP", "PROFILE_SETUP", None)],
        (Request::Backup, true) => &[("SETUP", "PROFILE_SETUP", None), ("BACKUP", "PROFILE_BACKUP", Some("(SETUP.RC <= 4)"))],
        (Request::Backup, false) => &[("BACKUP", "PROFILE_BACKUP", None)],
    };
    let steps: Vec<_> =
        job.steps.iter().map(|step| (step.name.as_str(), step.verb.as_str(), step.condition.as_deref())).collect();
    assert_eq!(steps, expected);
    let creator: String = profile.creator.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect();
    let waits = profile.method == Method::Bcv && wait_ms > 0;
    for step in &job.steps {
        let said = |keyword: &str| step.keywords.get(keyword).map_or("", String::as_str);
        assert_eq!(said("PROFILE_NAME"), profile.name.as_str());
        assert_eq!(said("PROFILE_CREATOR"), creator);
        assert_eq!(said("IMS_SUBSYSTEM"), profile.ims_ssid.as_str());
        assert_eq!(said("WAIT_FOR_SYNC"), if waits { "YES" } else { "NO" });
        assert_eq!(step.keywords.contains_key("WAIT_LIMIT"), waits);
        assert_eq!(step.program, "DASDLAB");
        assert_eq!(step.data_definitions, ["STEPLIB", "PROFILES", "SYSPRINT", "SYSIN"]);
    }
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_profile_becomes_a_job_that_can_be_read_back(
        name in "[A-Z0-9@#$._-]([A-Z0-9@#$ ._-]{0,30}[A-Z0-9@#$._-])?",
        creator in "[ -~äß\n]{0,200}",
        description in "(?s).{0,400}|[a-z]{300}|([a-z]{1,20} ){400}|//|/\\*",
        ssid in "[A-Z0-9@#$]{1,4}",
        system in "[A-Z0-9@#$]{1,8}",
        flashcopy in any::<bool>(),
        ready in any::<bool>(),
        setup_only in any::<bool>(),
        wait_ms in 0_u64..400 * 24 * HOUR,
    ) {
        check(if setup_only { Request::SetupOnly } else { Request::Backup }, wait_ms, |profile| {
            profile.name = name.parse().unwrap();
            profile.creator = creator;
            profile.description = description;
            profile.ims_ssid = ssid.parse().unwrap();
            profile.system = system.parse().unwrap();
            profile.method = if flashcopy { Method::FlashCopy } else { Method::Bcv };
            profile.state = if ready { ProfileState::Ready } else { ProfileState::SetupNeeded };
        });
    }
}

#[test]
fn setup_comes_before_the_backup_and_guards_it() {
    insta::assert_snapshot!("setup-and-backup", text(Request::Backup, 2 * HOUR, |_| ()).0);
}

#[test]
fn a_ready_flashcopy_profile_has_one_step() {
    let ready = |profile: &mut BackupProfile| {
        profile.method = Method::FlashCopy;
        profile.state = ProfileState::Ready;
    };
    insta::assert_snapshot!("backup-only", text(Request::Backup, HOUR, ready).0);
}

#[test]
fn long_names_are_folded_and_what_has_no_place_is_replaced() {
    let long = |profile: &mut BackupProfile| {
        profile.name = "2ND.PAYROLL-AND_PENSIONS NIGHTLY".parse().unwrap();
        profile.creator = "O'Brien & Søn, storage management of the second data centre, room 12, near the stairs".to_owned();
        profile.description = "Every night at ten.\n//KEEP off the links: ".repeat(4);
    };
    insta::assert_snapshot!("long-names", text(Request::SetupOnly, HOUR + 30_500, long).0);
}

#[test]
fn the_reader_refuses_what_a_job_entry_subsystem_refuses() {
    let (text, _) = text(Request::Backup, HOUR, |_| ());
    reader::read(&text).unwrap();
    let long = format!("//* {}\n", "x".repeat(68));
    for (from, to) in [
        ("//IFEND    ENDIF\n", ""),
        ("//IFOK     IF (SETUP.RC <= 4) THEN\n", ""),
        ("(SETUP.RC <= 4)", "(SETTUP.RC <= 4)"),
        ("/*\n", ""),
        ("//SETUP ", "//SETUPSTEP"),
        ("//SETUP ", "//1SETUP"),
        ("//BACKUP", "//SETUP "),
        ("//             ", "//              "),
        ("//             ", "//"),
        (",\n", "\n"),
        ("CLASS=A,", "CLASS=A, "),
        ("//* ", "//*"),
        ("//* ", &long),
        ("(ACCOUNT)", "(ACCOUNT"),
        (" )\n", ""),
        ("'IMSP DATA'", "'IMSP'DATA'"),
        ("every", "evéry"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(reader::read(&text.replacen(from, to, 1)).is_err(), "`{from}` for `{to}`");
    }
}
