//! Stories told on small sites: what goes wrong at which moment, and what comes of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_harness::drive::Machine;
use dasdlab_harness::judge::{Bench, Ours, Outcome};
use dasdlab_harness::story::actors::Actors;
use dasdlab_harness::story::watch::Ended;
use dasdlab_harness::story::{Fate, StepTold, Told, expect, tell};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::RestoreScope;
use dasdlab_model::story::{Phase, RestoreKind};

const BCV: &str = include_str!("common/bcv.toml");

/// The site of a file with these lines before it: steps and faults.
fn scenario(story: &str, site: &str) -> Scenario {
    let site: String = site.replace("[[profiles]]", "[[site.profiles]]");
    let text = format!("format = 1\n{story}\n[site]\n{site}");
    let document = parse("story.toml", text, Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    if let Err(faults) = document.declare() {
        panic!("{faults:?}");
    }
    let Content::Scenario(scenario) = document.content else { panic!("a scenario") };
    *scenario
}

/// A step in a line: kind, return code, state of the profile, refusal.
fn line(step: &StepTold) -> String {
    let stands = step.stands.as_ref().unwrap();
    let mut line = step.word.to_owned();
    if let Some(code) = step.return_code() {
        line += &format!(" {code}");
    }
    line += &format!(" {}", stands.state);
    if let Some(reason) = stands.reason {
        line += &format!("({reason})");
    }
    if let Some(word) = step.refused() {
        line += &format!(" refused:{word}");
    }
    for backup in &stands.backups {
        let word = if !backup.valid {
            "invalid"
        } else if backup.expired {
            "expired"
        } else {
            "valid"
        };
        line += &format!(" {}={word}", backup.generation);
    }
    line
}

#[track_caller]
fn told(story: &str, site: &str) -> (Scenario, Told) {
    let scenario = scenario(story, site);
    let told = tell(&scenario, &Ours, &mut []).unwrap_or_else(|error| panic!("{error}"));
    (scenario, told)
}

/// Tells a story on two sources with three generations of BCVs and compares each step with its line.
#[track_caller]
fn check(story: &str, expected: &[&str]) -> Told {
    let (scenario, told) = told(story, BCV);
    let lines: Vec<String> = told.steps.iter().map(line).collect();
    assert_eq!(lines, expected, "{:#?}", told.faults);
    for (step, told) in scenario.steps.iter().zip(&told.steps) {
        assert_eq!(expect::differences(step, told), Ok(vec![]));
    }
    told
}

/// The fate of the only fault.
#[track_caller]
fn fate(told: &Told) -> &Fate {
    let [fault] = told.faults.as_slice() else { panic!("one fault: {:?}", told.faults) };
    &fault.fate
}

/// Two steps, setup and a job, with one fault in between.
#[track_caller]
fn check_backup(fault: &str, expected: &str) -> Told {
    let story = format!("steps = [{{ do.setup = {{}} }}, {{ do.backup = {{}} }}]\nfaults = [{{ {fault} }}]");
    check(&story, &["setup 0 ready", expected])
}

#[test]
fn setup_and_two_backups_go_round() {
    check(
        r#"steps = [{ do.setup = {} }, { do.backup = {} }, { do.backup = {}, expect = { return_code = 0, backups = [{ generation = 2, valid = true }] } }]"#,
        &["setup 0 ready", "backup 0 ready 1=valid", "backup 0 ready 1=valid 2=valid"],
    );
}

#[test]
fn a_split_error_on_one_pair_leaves_no_valid_backup() {
    let refuse =
        r#"what.refuse = { code = "device-not-ready", pair = { generation = 1, nth = 2 } }, when.command = { kind = "split" }"#;
    let told = check_backup(refuse, "backup 8 setup-needed(split-failed) 1=invalid");
    let Fate::Met { phase, commands, .. } = fate(&told) else { panic!("{:?}", told.faults) };
    assert_eq!((*phase, *commands), (Some(Phase::Split), 1));
    let fails = r#"what.pair-failed = { pair = { generation = 1, nth = 2 } }, when.phase = { name = "split" }"#;
    check_backup(fails, "backup 8 setup-needed(split-failed) 1=invalid");
}

#[test]
fn an_error_of_the_next_generation_leaves_a_valid_backup() {
    let fault = r#"what.refuse = { code = "bcv-unusable", pair = { generation = 2, nth = 2 } }, when.phase = { name = "establish-next" }"#;
    check_backup(fault, "backup 8 setup-needed(establish-next) 1=valid");
}

#[test]
fn an_abend_after_the_split_leaves_everything_as_it_is_but_the_lock() {
    let told = check_backup(r#"what.abend = {}, when.phase = { name = "record" }"#, "backup ready");
    assert!(matches!(told.steps[1].work.last().unwrap().ended, Ended::Abended));
    let lock = told.world.profile(&told.steps[1].profile).unwrap().locked_by.clone();
    assert_eq!(lock, None);
    assert!(told.world.events().iter().any(|event| event.cause == "fault 1" && event.object.starts_with("lock ")));
}

#[test]
fn an_abend_resumes_the_logs_that_were_suspended() {
    let site = BCV.replace(r#"{ name = "SYSA" }"#, r#"{ name = "SYSA", host_software_level = "05.04" }"#);
    let story = r#"
        steps = [{ do.setup = {} }, { do.backup = {} }]
        faults = [{ name = "power", what.abend = {}, when.phase = { name = "split" } }]"#;
    let (_, told) = told(story, &site);
    let logs = told.world.events().iter().filter(|event| event.object == "logs IMSP");
    assert_eq!(logs.map(|event| event.cause.as_str()).collect::<Vec<_>>(), ["suspend-logs by IMSP DATA", "power"]);
}

#[test]
fn a_source_that_is_boxed_between_check_and_establish_is_not_established() {
    check(
        r#"steps = [{ do.setup = {} }]
        faults = [{ what.vary = { unit = { unit = "2001" }, status = "boxed" }, when.phase = { name = "establish" } }]"#,
        &["setup 8 setup-needed(changed-since-check)"],
    );
}

#[test]
fn a_sync_that_never_ends_times_out() {
    let told = check(
        r#"steps = [{ do.setup = { wait = "1h" } }]
        faults = [{ what.rate = { array = "000290100001", tracks = 0 }, when.copied = { pair = { generation = 1, nth = 1 }, percent = 50 } }]"#,
        &["setup 8 setup-needed(timeout)"],
    );
    assert_eq!(told.world.now(), Time(3_600_000));
    let Fate::Fired { changed: true, phase: Some(Phase::Synchronize), .. } = fate(&told) else { panic!("{:?}", told.faults) };
}

#[test]
fn a_sync_that_stalls_for_a_while_goes_on() {
    let told = check(
        r#"steps = [{ do.setup = { wait = "3h" } }]
        faults = [{ what.rate = { array = "000290100001", tracks = 0 }, when.at = "1m", for = "1h" }]"#,
        &["setup 0 ready"],
    );
    let Fate::Fired { at_ms, ended_ms, .. } = fate(&told) else { panic!("{:?}", told.faults) };
    assert_eq!((*at_ms, *ended_ms), (Time(60_000), Some(Time(3_660_000))));
    assert!(told.world.now() > Time(3_660_000));
}

#[test]
fn the_second_of_two_setups_at_once_is_locked_out() {
    let told = check(
        r#"steps = [{ do.setup = {} }]
        faults = [{ what.rival = { work = "setup" }, when.phase = { name = "establish" } }]"#,
        &["setup 0 ready"],
    );
    let [rival, own] = told.steps[0].work.as_slice() else { panic!("two setups") };
    assert_eq!((rival.rival, rival.return_code, own.rival, own.return_code), (true, Some(12), false, Some(0)));
}

#[test]
fn an_array_that_is_unreachable_for_a_while_refuses_for_a_while() {
    let told = check(
        r#"steps = [{ do.setup = {} }, { do.advance = "1h" }, { do.setup = {} }]
        faults = [{ what.unreachable = { array = "000290100001" }, when.phase = { name = "establish" }, for = "30m" }]"#,
        &["setup 8 setup-needed(refused)", "advance setup-needed(refused)", "setup 0 ready"],
    );
    let Fate::Fired { ended_ms: Some(Time(1_800_000)), .. } = fate(&told) else { panic!("{:?}", told.faults) };
}

#[test]
fn a_late_reply_is_carried_out_at_once() {
    let told = check(
        r#"steps = [{ do.setup = {} }]
        faults = [{ what.delay = { by = "10m" }, when.command = { kind = "establish", nth = 2 } }]"#,
        &["setup 0 ready"],
    );
    let established = |event: &&Event| event.object.starts_with("mirror ") && event.from == "NeverEstab";
    let instants: Vec<Time> = told.world.events().iter().filter(established).map(|event| event.at).collect();
    assert_eq!(instants, [Time(0), Time(0)]);
    assert!(told.world.now() >= Time(600_000));
}

#[test]
fn a_lost_command_changes_nothing() {
    let told = check(
        r#"steps = [{ do.setup = {} }]
        faults = [{ what.lose = { pair = { generation = 1, nth = 1 } }, when.phase = { name = "lock" } }]"#,
        &["setup 8 setup-needed(refused)"],
    );
    let object = "mirror 000290100001/20/00 000290100001/20/80";
    assert!(!told.world.events().iter().any(|event| event.object == object));
}

#[test]
fn a_fault_as_a_pair_enters_a_state_fires_at_that_instant() {
    let told = check(
        r#"steps = [{ do.setup = {} }]
        faults = [{ name = "crash", what.pair-failed = { pair = { generation = 1, nth = 2 } }, when.enters = { pair = { generation = 1, nth = 1 }, state = "Synchronized" } }]"#,
        &["setup 8 setup-needed(pair-failed)"],
    );
    let events = told.world.events();
    let at = events.iter().find(|event| event.object.ends_with("/80") && event.to == "Synchronized").unwrap().at;
    let crash = events.iter().find(|event| event.cause == "crash").unwrap();
    assert_eq!((crash.at, crash.to.as_str()), (at, "Invalid"));
}

#[test]
fn interceptors_leave_unlock_alone_unless_it_is_named() {
    let refuse = |when: &str| {
        let story = format!(
            r#"steps = [{{ do.setup = {{}} }}]
            faults = [{{ what.refuse = {{ code = "injected" }}, when.{when}, for = "9h" }}]"#
        );
        let (_, told) = told(&story, BCV);
        told.world.profile(&told.steps[0].profile).unwrap().locked_by.clone()
    };
    assert_eq!(refuse(r#"phase = { name = "finish" }"#), None);
    assert_eq!(refuse(r#"command = { kind = "unlock" }"#).as_deref(), Some("setup"));
}

#[test]
fn faults_that_do_not_fire_say_why() {
    let told = check(
        r#"steps = [{ name = "night", do.setup = {} }]
        faults = [
            { what.repository = {}, when.at = "99h" },
            { what.repository = {}, when.phase = { name = "split" } },
            { what.repository = {}, when.command = { kind = "hold", nth = 50 } },
            { what.refuse = { code = "injected" }, when.after = "night" },
        ]"#,
        &["setup 0 ready"],
    );
    let fates: Vec<String> = told
        .faults
        .iter()
        .map(|fault| match &fault.fate {
            Fate::NotFired { why } => why.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    let end = told.world.now();
    let expected = [
        format!("the story ended at {end}, before 99:00:00.000"),
        "the phase split was entered 0 times".to_owned(),
        "4 commands of the kind hold were given".to_owned(),
        format!("MetNothing {{ armed_ms: {end:?} }}"),
    ];
    assert_eq!(fates, expected);
}

#[test]
fn read_only_fields_refuse_an_edit_and_others_do_not() {
    check(
        r#"steps = [
            { do.edit = { type = "full" } }, { do.edit = { type = "data" } }, { do.setup = {} },
            { do.edit = { type = "full" }, expect.refused = "read-only" },
            { do.edit = { description = "by day" }, expect.refused = "none" },
            { do.edit = { generations = 2 } },
        ]"#,
        &[
            "edit setup-needed(type)",
            "edit setup-needed(type)",
            "setup 0 ready",
            "edit ready refused:read-only",
            "edit ready",
            "edit setup-needed(generations)",
        ],
    );
}

#[test]
fn a_locked_profile_is_left_alone_by_everybody() {
    check(
        r#"steps = [{ do.query = {} }, { do.setup = {} }, { do.backup = {} }, { do.edit = { creator = "ME" } }]
        faults = [{ what.lock = {}, when.after = "step 1" }]"#,
        &[
            "query setup-needed(new)",
            "setup 12 setup-needed(new)",
            "backup 12 setup-needed(new) refused:profile-locked",
            "edit setup-needed(new) refused:profile-locked",
        ],
    );
}

#[test]
fn foreign_orders_are_steps_and_faults() {
    check(
        r#"steps = [
            { do.setup = {} },
            { do.mirror = { standard = "2000", bcv = "2082", order = "establish-full" }, expect.refused = "held" },
            { do.mirror = { standard = "2000", bcv = "2080", order = "split-instant" } },
            { do.backup = {} },
        ]"#,
        &["setup 0 ready", "mirror ready refused:held", "mirror ready", "backup 8 setup-needed(pre-backup-check)"],
    );
}

#[test]
fn a_restore_brings_back_what_the_backup_holds() {
    check(
        r#"steps = [
            { do.setup = {} }, { do.backup = {} },
            { do.restore = { kind = "full", generation = 1 }, expect.refused = "scope" },
            { do.restore = { kind = "data", generation = 1 } },
            { do.restore = { kind = "data", generation = 3 }, expect.refused = "no-backup" },
        ]"#,
        &[
            "setup 0 ready",
            "backup 0 ready 1=valid",
            "restore 8 ready refused:scope 1=valid",
            "restore 0 setup-needed(restored) 1=valid",
            "restore 8 setup-needed(restored) refused:no-backup 1=valid",
        ],
    );
}

#[test]
fn stories_end_the_same_each_time() {
    let story = r#"
        steps = [{ do.setup = {} }, { do.backup = {} }, { do.advance = "1h" }, { do.backup = {} }]
        faults = [{ what.foreign-split = { standard = "2000", bcv = "2082" }, when.phase = { name = "synchronize-next" } }]"#;
    let lines = |told: &Told| told.world.events().iter().map(ToString::to_string).collect::<Vec<_>>();
    let ((_, first), (_, second)) = (told(story, BCV), told(story, BCV));
    assert_eq!(lines(&first), lines(&second));
    assert_eq!(first.steps, second.steps);
}

/// Our actors, but for the setup.
struct Wrong<M>(fn() -> M);

impl<M: Machine + 'static> Actors for Wrong<M> {
    fn setup(&self, _: &ProfileName, _: u64, _: &[Reason]) -> Box<dyn Machine> {
        Box::new((self.0)())
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, ignoring)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}

/// Says at once that all is well.
struct Lazy;
/// Looks again and again.
struct Endless;
/// Panics.
struct Broken;

impl Machine for Lazy {
    fn next(&mut self, _: Input) -> Action {
        Action::Done(Verdict { return_code: 0, restore_scope: Some(RestoreScope::DataOnly), findings: Vec::new() })
    }
}

impl Machine for Endless {
    fn next(&mut self, _: Input) -> Action {
        Action::Observe
    }
}

impl Machine for Broken {
    fn next(&mut self, _: Input) -> Action {
        panic!("index 7 of 3")
    }
}

const SETUP: &str = r#"steps = [{ name = "first", do.setup = {}, expect = { return_code = 0, state = "ready" } }]"#;

/// Judges a story with these actors and gives what was broken and by which differences.
#[track_caller]
fn judged(story: &str, actors: &dyn Actors) -> (&'static str, Vec<String>) {
    let scenario = scenario(story, BCV);
    let judged = Bench { actors, ..Bench::new(&Ours) }.judge(&scenario);
    let blame = match &judged.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed { signature, .. } => signature.as_str(),
        Outcome::HarnessFault { kind, .. } => kind.as_str(),
        Outcome::Errored { .. } | Outcome::Unsupported { .. } => unreachable!("nobody outside is asked"),
    };
    assert_eq!(judged.recorded.is_empty(), blame == "passed");
    (blame, judged.outcome.differences().iter().map(ToString::to_string).collect())
}

#[test]
fn our_actors_pass() {
    assert_eq!(judged(SETUP, &Ours), ("passed", vec![]));
}

#[test]
fn an_expectation_that_the_oracle_does_not_share_blames_no_validator() {
    let wrong = SETUP.replace("ready", "synchronizing").replace("= 0", "= 4");
    let differences = ["first: return code: expected 4, found 0", "first: state: expected synchronizing, found ready"];
    assert_eq!(judged(&wrong, &Ours), ("expectation", differences.map(str::to_owned).to_vec()));
}

#[test]
fn a_machine_that_does_not_do_what_it_must_has_failed() {
    let (blame, differences) = judged(SETUP, &Wrong(|| Lazy));
    assert_eq!(blame, "story");
    assert!(differences.iter().any(|difference| difference.starts_with("first, setup of IMSP DATA: ")), "{differences:#?}");
}

#[test]
fn machines_that_do_not_end_or_panic_have_failed() {
    assert_eq!(judged(SETUP, &Wrong(|| Endless)).0, "endless");
    assert_eq!(judged(SETUP, &Wrong(|| Broken)).0, "panic");
}
