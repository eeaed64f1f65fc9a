//! What is refused in steps and fault plans, and where.

#![expect(clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::story::pointless;

/// A site of two pairs in two generations, below what is tested.
const SITE: &str = r#"
[site]
systems = [{ name = "SYSA" }]
arrays = [{ serial = "000290100001", family = "symmetrix", code_level = "5978.300.100", lss = [{ id = "20", cu_ssid = "4420" }] }]
volumes = [
  { array = "000290100001", lss = "20", ua = "00", count = 2, unit = "2000", volser = "IMS{001}", model = "3390-1" },
  { array = "000290100001", lss = "20", ua = "80", count = 4, unit = "2080", status = "offline", volser = "BCV{001}", model = "3390-1", bcv = true },
  { array = "000290100001", lss = "20", ua = "90", unit = "2090", status = "offline", volser = "THN001", model = "3390-1", thin = true },
]
ims = [{ ssid = "IMSP" }]
catalogs = [{ name = "UCAT.DB", kind = "user", volumes = ["IMS001"] }]
data_sets = [
  { name = "IMSP.DB.CUST", class = "database", catalog = "UCAT.DB", ims = ["IMSP"], volumes = ["IMS001"] },
  { name = "IMSP.DB.OLD", class = "database", catalog = "UCAT.DB", ims = ["IMSP"], storage = "tape" },
]

[[site.profiles]]
name = "DAILY"
ims_ssid = "IMSP"
type = "data"
method = "bcv"
generations = 2
sources = [{ unit = "2000", count = 2, volser = "IMS{001}" }]
targets = [{ generation = 1, source = "2000", target = "2080", count = 2 }, { generation = 2, source = "2000", target = "2082", count = 2 }]
backups = [{ generation = 2, taken_at = 3599, valid = true, consistency = "array" }]
"#;

fn document(story: &str) -> dasdlab_model::read::Document {
    let text = format!("format = 1\n{story}\n{SITE}");
    parse("story.toml", text, Encoding::Toml).unwrap_or_else(|error| panic!("{error}"))
}

/// What is refused, with its place; empty where the story is accepted.
#[track_caller]
fn check(story: &str, expected: &[&str]) {
    let text = format!("format = 1\n{story}\n{SITE}");
    let found: Vec<String> = match parse("story.toml", text, Encoding::Toml) {
        Err(error) => vec![error.to_string()],
        Ok(document) => document.declare().err().unwrap_or_default().iter().map(ToString::to_string).collect(),
    };
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found}\nexpected {expected}");
    }
}

/// What lint says of a story that is accepted.
#[track_caller]
fn check_lint(story: &str, expected: &[&str]) {
    let document = document(story);
    let seen = document.declare().unwrap_or_else(|errors| panic!("{errors:#?}"));
    let Content::Scenario(scenario) = &document.content else { panic!("a scenario") };
    let found: Vec<String> = pointless(scenario, &seen).iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found}\nexpected {expected}");
    }
}

/// A plan of one fault beside a backup.
fn plan(fault: &str) -> String {
    format!("steps = [{{ name = \"nightly\", do.backup = {{}} }}, {{ do.advance = \"1h\" }}]\nfaults = [{{ {fault} }}]")
}

#[test]
fn a_story_of_every_step_is_accepted() {
    let story = r#"steps = [
  { do.setup = { wait = "1h", ignoring = ["PS01:missing"] }, expect = { return_code = 0, findings = [], state = "ready" } },
  { do.backup = { alone = true }, expect.backups = [{ generation = 1, valid = true }] },
  { do.restore = { kind = "full", generation = 1 }, expect = { refused = "none", losses = [] } },
  { do.edit = { generations = 1 }, expect.reason = "generations" },
  { do.import = { name = "COPY", ims_ssid = "IMSP", type = "data", method = "bcv", generations = 0 } },
  { do.query = { profile = "COPY" }, expect = { state = "setup-needed", reason = "new" } },
  { do.vary = { unit = "2000", status = "boxed" } },
  { do.write = { volume = "2001", first = 10, tracks = 5 } },
  { do.mirror = { standard = "2000", bcv = "000290100001/20/80", order = "split-instant" }, expect.refused = "not-established" },
  { do.flash-copy = { source = "2000", target = "000290100001/20/FF", order = "establish" }, expect.refused = "unknown-volume" },
  { do.advance = "90m" },
]"#;
    check(story, &[]);
}

#[test]
fn every_fault_of_the_plan_is_accepted() {
    for what in [
        r#"what.vary = { unit.pair = { generation = 1, nth = 2 }, unit.side = "target", status = "boxed" }, for = "5m""#,
        "what.pair-failed.pair = { generation = 1, source = \"2000\" }",
        r#"what.out-of-space.target = "2090""#,
        r#"what.refuse = { code = "device-not-ready", pair = { generation = 2, nth = 1 } }"#,
        "what.lose = {}",
        r#"what.delay.by = "10m""#,
        r#"what.rate = { array = "000290100001", tracks = 0 }, for = "1h""#,
        r#"what.unreachable.array = "000290100001", for = "1m""#,
        r#"what.code-level = { array = "000290100001", level = "5876.1" }"#,
        r#"what.foreign-establish = { standard = "2000", bcv = "2083" }"#,
        r#"what.foreign-split = { standard = "2000", bcv = "2080" }"#,
        r#"what.foreign-release.bcv = "2082""#,
        r#"what.foreign-withdraw.target = "2082""#,
        r#"what.extend = { data_set = "IMSP.DB.CUST", volser = "IMS002" }"#,
        r#"what.take-target = { unit.unit = "2080", by = "DAILY" }"#,
        r#"what.lock = {}, for = "1m""#,
        r#"what.rival.work = "setup""#,
        r#"what.suspend-logs.ims = "IMSP""#,
        r#"what.catalog.name = "UCAT.DB""#,
        "what.repository = {}",
        "what.abend = {}",
    ] {
        check(&plan(&format!("{what}, when.phase.name = \"split\"")), &[]);
    }
}

#[test]
fn every_trigger_is_accepted() {
    for when in [
        r#"when.at = "1h""#,
        r#"when.command = { kind = "establish", nth = 2 }"#,
        r#"when.enters = { pair = { generation = 1, nth = 1 }, state = "SyncInProg" }"#,
        "when.copied = { pair = { generation = 1, nth = 1 }, percent = 60 }",
        r#"when.phase.name = "establish-next""#,
        r#"when.after = "nightly""#,
    ] {
        check(&plan(&format!("what.repository = {{}}, {when}")), &[]);
    }
}

#[test]
fn an_unknown_word_is_refused_where_it_stands() {
    check(
        &plan(r#"what.abend = {}, when.enters = { pair = { generation = 1, nth = 1 }, state = "Syncing" }"#),
        &["story.toml:3:90: `Syncing` is not a state of a pair"],
    );
    check(&plan(r#"what.abends = {}, when.at = "1h""#), &["unknown variant `abends`"]);
    check(&plan(r#"what.abend = {}, when.phase.name = "splitting""#), &["unknown variant `splitting`"]);
    check(&plan(r#"what.abend = {}, when.at = "soon""#), &["`soon` is no duration"]);
    check(&plan(r#"what.refuse.code = "tired", when.at = "1h""#), &["unknown variant `tired`"]);
}

#[test]
fn a_place_that_does_not_exist_is_refused() {
    check(
        &plan("what.pair-failed.pair = { generation = 1, nth = 3 }, when.at = \"1h\""),
        &["story.toml:3:37: DAILY has 2 pairs in generation 1: expected a number from 1 to 2, not 3"],
    );
    check(
        &plan("what.pair-failed.pair = { generation = 3, nth = 1 }, when.at = \"1h\""),
        &["DAILY has no pairs in generation 3"],
    );
    check(&plan("what.pair-failed.pair = { generation = 1 }, when.at = \"1h\""), &["exactly one of them"]);
    check(
        &plan(r#"what.abend = {}, when.copied = { pair = { generation = 1, source = "2005" }, percent = 5 }"#),
        &["no pair of source 2005"],
    );
    check(&plan(r#"what.rate = { array = "000290100002", tracks = 0 }, when.at = "1h""#), &["did you mean `000290100001`?"]);
    check(&plan(r#"what.catalog.name = "UCAT.DX", when.at = "1h""#), &["did you mean `UCAT.DB`?"]);
    check(&plan(r#"what.suspend-logs.ims = "IMSX", when.at = "1h""#), &["did you mean `IMSP`?"]);
    check(&plan(r#"what.foreign-release.bcv = "2FFF", when.at = "1h""#), &["unit 2FFF of SYSA is nowhere"]);
    check(&plan(r#"what.out-of-space.target = "2FFF", when.at = "1h""#), &["unit 2FFF of SYSA is nowhere"]);
    check(
        &plan(r#"what.out-of-space.target = "2082", when.at = "1h""#),
        &["story.toml:3:40: 2082 is not space-efficient: expected a volume with `thin = true`"],
    );
    check(
        &plan(r#"what.extend = { data_set = "IMSP.DB.CUST", volser = "IMS001" }, when.at = "1h""#),
        &["lies on IMS001 already"],
    );
    check(&plan(r#"what.extend = { data_set = "IMSP.DB.OLD", volser = "IMS001" }, when.at = "1h""#), &["is tape"]);
    check(&plan(r#"what.take-target = { unit.unit = "2080", by = "DAYLY" }, when.at = "1h""#), &["did you mean `DAILY`?"]);
    check(&plan(r#"what.abend = {}, when.after = "nightlie""#), &["no step is called `nightlie`, did you mean `nightly`?"]);
}

#[test]
fn what_cannot_be_in_time_is_refused() {
    check(&plan(r#"what.abend = {}, when.at = "59m59s""#), &["59m59s has passed: virtual time of this site begins at 1h"]);
    check(&plan(r#"what.abend = {}, when.at = "1h", for = "5m""#), &["abend cannot be put right again"]);
    check(&plan(r#"what.repository = {}, when.at = "1h", for = "0s""#), &["a fault for 0s is none"]);
    check(&plan(r#"what.delay.by = "0s", when.at = "1h""#), &["late by 0s is not late"]);
    check(&plan("what.abend = {}, when.command = { kind = \"split\", nth = 0 }"), &["no command number 0"]);
    check(&plan("what.abend = {}, when.phase = { name = \"split\", nth = 0 }"), &["no time number 0"]);
    check(&plan("what.abend = {}, when.copied = { pair = { generation = 1, nth = 1 }, percent = 100 }"), &["100 percent"]);
    check(
        &plan(r#"what.abend = {}, when.enters = { pair = { generation = 1, nth = 1 }, state = "copied" }"#),
        &["copied is a state of FlashCopy relations, but the profile's method is bcv"],
    );
}

#[test]
fn faults_that_contradict_each_other_are_refused() {
    let two = |first: &str, second: &str| {
        let when = "when.phase.name = \"split\"";
        format!("steps = [{{ do.backup = {{}} }}]\nfaults = [{{ {first}, {when} }},\n  {{ {second}, {when} }}]")
    };
    let boxed = r#"what.vary = { unit.unit = "2000", status = "boxed" }"#;
    let offline = r#"what.vary = { unit.unit = "2000", status = "offline" }"#;
    let other = r#"what.vary = { unit.unit = "2001", status = "offline" }"#;
    check(&two(boxed, offline), &["story.toml:4:5: contradicts `fault 1`"]);
    check(&two(boxed, boxed), &["the same as `fault 1`"]);
    check(&two("what.lose = {}", "what.delay.by = \"1m\""), &["contradicts `fault 1`"]);
    check(&two(boxed, other), &[]);
    check(&two(r#"what.foreign-withdraw.target = "2090""#, r#"what.out-of-space.target = "2090""#), &["contradicts `fault 1`"]);
}

#[test]
fn steps_that_cannot_be_taken_are_refused() {
    let step = |step: &str| format!("steps = [{{ {step} }}]");
    check(&step(r#"do.setup.profile = "DAYLY""#), &["did you mean `DAILY`?"]);
    check(&step(r#"do.setup.ignoring = ["PS01:mising"]"#), &["`PS01:mising` is not a rule and its reason"]);
    check(&step(r#"do.restore = { kind = "full", generation = 0 }"#), &["generation 0: expected 1 to 99"]);
    check(&step(r#"do.vary = { unit = "2FFF", status = "boxed" }"#), &["unit 2FFF of SYSA is nowhere"]);
    check(&step(r#"do.write = { volume = "2000", first = 16690, tracks = 6 }"#), &["run past the 16695 tracks"]);
    check(&step(r#"do.write = { volume = "2000", tracks = 0 }"#), &["0 tracks are written"]);
    check(&step(r#"do.advance = "0s""#), &["no time passes"]);
    check(&step(r#"do.edit.generations = 100"#), &["100 generations: expected 0 to 99"]);
    check(&step(r#"do.edit.targets = [{ generation = 3, source = "2000", target = "2080" }]"#), &["a target for generation 3"]);
    check(
        &step(
            r#"do.import = { name = "NEW", ims_ssid = "IMSP", type = "data", method = "bcv", generations = 1, sources = [{ unit = "2000" }, { unit = "2000" }] }"#,
        ),
        &["source 2000 is listed twice"],
    );
    check(&step(r#"do.backup = {}, expect.return_code = 5"#), &["return code 5"]);
    check(
        &step(r#"do.backup = {}, expect.findings = [{ code = "PS05E", reason = "boxt", subjects = ["unit:2000"] }]"#),
        &["`boxt` is not a reason of PS05"],
    );
    check("steps = [{ name = \"a\", do.query = {} }, { name = \"a\", do.query = {} }]", &["two steps are called `a`"]);
    check(&step(r#"do.query = {}, expect = { state = "ready", reason = "new" }"#), &["a profile that is ready needs no setup"]);
    check(&step(r#"do.advance = "1h", expect.return_code = 0"#), &["advance has no return code"]);
    check(&step(r#"name = "a\nb", do.query = {}"#), &["holds a control character"]);
    check(&step(&format!("name = \"{}\", do.query = {{}}", "x".repeat(101))), &["has 101 characters: expected 100 at most"]);
    check("faults = [{ what.abend = {}, when.at = \"1h\" }]", &["expected a fault plan only with steps"]);
    check("expect.return_code = 0\nsteps = [{ do.query = {} }]", &["a story has its expectations at its steps"]);
    check(
        "steps = [{ do.import = { name = \"NEW\", ims_ssid = \"IMSP\", type = \"data\", method = \"bcv\", generations = 1 } }, { do.query.profile = \"NEW\" }]",
        &[],
    );
}

#[test]
fn lint_names_faults_that_can_never_fire() {
    check_lint(
        &plan(r#"what.abend = {}, when.phase.name = "flashcopy""#),
        &["no step of this story comes to the phase flashcopy"],
    );
    check_lint(&plan(r#"what.abend = {}, when.phase.name = "restore""#), &["the phase restore"]);
    check_lint(&plan(r#"what.abend = {}, when.command.kind = "withdraw""#), &[]);
    check_lint(&plan(r#"what.abend = {}, when.command.kind = "reverse""#), &["gives the command reverse"]);
    check_lint(
        &plan(r#"what.abend = {}, when.enters = { pair = { generation = 1, nth = 1 }, state = "Restored" }"#),
        &["nothing in this story makes a pair Restored"],
    );
    check_lint("steps = [{ do.advance = \"1h\" }]\nfaults = [{ what.abend = {}, when.at = \"1h\" }]", &["abend needs a setup"]);
    check_lint("steps = [{ do.setup = {} }]\nfaults = [{ what.repository = {}, when.after = \"step 1\" }]", &["no step follows"]);
    check_lint(&plan(r#"what.abend = {}, when.phase.name = "split""#), &[]);
}
