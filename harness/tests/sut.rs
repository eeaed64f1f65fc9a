//! Implementations outside: ours behind the protocol, and hostile ones, which cost their own scenarios and never the run.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Said, say};
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use serde_json::Value;
use tempfile::TempDir;

/// How long an implementation may take for a question in these tests, in seconds.
const LIMIT: u64 = 2;

/// How long this program may take to start and to judge what little is asked here, on a machine that has more to do.
const START_UP: Duration = Duration::from_secs(10);

/// The most memory that this program may ever have needed, in KiB.
const MEMORY: u64 = 256 * 1024;

/// What a program said, how long it took and what it needed.
#[derive(Debug)]
struct Watched {
    said: Said,
    took: Duration,
    /// The most memory that it ever had, in KiB; 0 where the machine does not say.
    peak: u64,
}

/// A shell script as the implementation, and the run of these arguments with it.
#[expect(clippy::disallowed_methods, reason = "how long a run takes is what is asked")]
fn watched(script: &str, args: &[&str]) -> Watched {
    let folder = TempDir::new().unwrap();
    let text = script.replace("IMPLEMENT", &format!("{} implement", env!("CARGO_BIN_EXE_dasdlab")));
    fs::write(folder.path().join("sut.sh"), text).unwrap();
    let file = |name| File::create(folder.path().join(name)).unwrap();
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dasdlab"))
        .args(args)
        .args(["--sut", "cmd:sh sut.sh", "--time-limit", &LIMIT.to_string()])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(file("stdout"))
        .stderr(file("stderr"))
        .spawn()
        .unwrap();
    let (status, mut peak) = (format!("/proc/{}/status", child.id()), 0);
    let ended = loop {
        peak = high_water(&status).unwrap_or(0).max(peak);
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let read = |name| String::from_utf8_lossy(&fs::read(folder.path().join(name)).unwrap()).into_owned();
    let said = Said { code: ended.code(), stdout: read("stdout"), stderr: read("stderr") };
    Watched { said, took: began.elapsed(), peak }
}

/// The most memory that a process ever had, in KiB.
fn high_water(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The same, where no more than twice the limit may pass and no more memory be needed than is allowed.
fn run(script: &str, args: &[&str]) -> Said {
    let Watched { said, took, peak } = watched(script, args);
    assert!(took <= Duration::from_secs(2 * LIMIT) + START_UP, "{took:?} for {script}");
    assert!(peak <= MEMORY, "{peak} KiB for {script}");
    said
}

const GREETING: &str = r#"read -r hello; echo '{"id":0,"hello":{"protocol":1,"name":"x","features":["check"]}}'"#;

/// Ours, but for questions about BCVs: this is done then, and nothing more.
fn hostile(deed: &str) -> String {
    format!(
        "exec 3>&1\nwhile IFS= read -r line; do\n  case \"$line\" in\n    *'\"bcv\":true'*) {deed} ;;\n    \
         *) printf '%s\\n' \"$line\" ;;\n  esac\ndone | IMPLEMENT\n"
    )
}

/// One scenario passes, the other one is an error that says this, and the run ends in its order.
#[track_caller]
fn check_costs_its_own(deed: &str, expected: &str) {
    let said = run(&hostile(deed), &["run", "corpus/clean-flashcopy-data", "corpus/clean-bcv-full", "--message-format", "json"]);
    assert_eq!(said.code, Some(1), "{deed}: {said:?}");
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ended: Vec<(&str, &str, &str)> = lines
        .iter()
        .filter(|line| line["event"] == "scenario-finished")
        .map(|line| (&line["id"], &line["status"], &line["trouble"]["message"]))
        .map(|(id, status, message)| (id.as_str().unwrap(), status.as_str().unwrap(), message.as_str().unwrap_or_default()))
        .collect();
    let [("corpus/clean-flashcopy-data", "passed", ""), ("corpus/clean-bcv-full", "errored", message)] = ended.as_slice() else {
        panic!("{deed}: {ended:?}")
    };
    assert!(message.contains(expected) && message.len() < 10_000, "{deed}: {message}");
}

/// A line of ones, as an answer: so many of them behind what begins it.
fn long(begin: &str, count: u64, of: char) -> String {
    format!("printf '{begin}' >&3; head -c {count} /dev/zero | tr '\\0' '{of}' >&3")
}

#[test]
fn what_is_no_answer_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own("echo garbage >&3", "cannot be understood");
    check_costs_its_own(r"printf '\377\376\n' >&3", "cannot be understood");
    check_costs_its_own(r#"printf '{"id":1,"error":"\377\376"}\n' >&3"#, "cannot be understood");
    check_costs_its_own(r#"printf '{"id":1,\0"error":"x"}\n' >&3"#, "cannot be understood");
    check_costs_its_own(r#"echo '{"id":1e999,"error":"x"}' >&3"#, "cannot be understood");
    check_costs_its_own(r#"echo '{"id":99999999999999999999999,"error":"x"}' >&3"#, "cannot be understood");
    check_costs_its_own(r#"echo '{"id":1,"verdict":{"return_code":300,"findings":[]}}' >&3"#, "cannot be understood");
    check_costs_its_own(r#"echo '{"id":1,"verdict":[]}' >&3"#, "cannot be understood");
    check_costs_its_own("echo '[]' >&3; echo null >&3", "cannot be understood");
    check_costs_its_own("echo >&3", "cannot be understood");
}

#[test]
fn what_is_out_of_turn_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own(r#"echo '{"id":99,"error":"x"}' >&3"#, "it answered question 99 when question 1 was next");
    check_costs_its_own(r#"echo '{"id":1}' >&3"#, "it gave 0 answers to question 1");
    check_costs_its_own(r#"echo '{"id":1,"error":"x","refused":"y"}' >&3"#, "it gave 2 answers to question 1");
    check_costs_its_own(r#"echo '{"id":1,"id":1,"error":"x"}' >&3"#, "duplicate field");
    check_costs_its_own(r#"echo '{"id":1,"dropped":{}}' >&3"#, "with what is no answer to it");
    // The first answer counts; the second one is to a question that nobody has asked, or to another one.
    check_costs_its_own(r#"for i in 1 2; do echo '{"id":1,"error":"x"}' >&3; done"#, "");
}

#[test]
fn what_is_too_large_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own(&long("", 1_000_000_000, '1'), "it wrote a line of more than 4194304 bytes");
    check_costs_its_own(&format!("{}; echo >&3", long("", 1_000_000_000, '1')), "it wrote a line of more than 4194304 bytes");
    check_costs_its_own(&format!("{}; echo >&3", long(r#"{"id":1,"verdict":"#, 100_000, '[')), "cannot be understood");
    check_costs_its_own(&format!("{}; echo >&3", long(r#"{"id":1,"more":"#, 200_000, '[')), "cannot be understood");
    check_costs_its_own(&format!("{}; echo >&3", long(r#"{"id":1,"more":["#, 300_000, ',')), "has more than 262144 values");
    let message = long(r#"{"id":1,"error":""#, 3_000_000, 'x');
    check_costs_its_own(&format!(r#"{message}; echo '"}}' >&3"#), "it said that it failed: xxx");
}

#[test]
fn whoever_dies_or_goes_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own("printf '{\"id\"' >&3; exit", "its output ended in the middle of a line");
    check_costs_its_own("echo help >&2; exit", "stderr: help");
    check_costs_its_own("kill -9 0", "its output ended: signal: 9");
}

#[test]
fn whoever_does_not_answer_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own("sleep 99", "has not answered within 2 s");
    check_costs_its_own("trap '' TERM INT HUP; while :; do sleep 99; done", "has not answered within 2 s");
    check_costs_its_own("exec 0</dev/null; sleep 99", "has not answered within 2 s");
}

#[test]
fn whoever_leaves_others_behind_costs_its_own_scenario_and_never_the_run() {
    check_costs_its_own("sleep 99 & kill -9 $$", "has not answered within 2 s");
    check_costs_its_own("(trap '' TERM; while sleep 1; do :; done) & exit", "");
    check_costs_its_own(r#"while printf '{'; do sleep 0.2; done >&3"#, "has not answered within 2 s");
}

#[test]
fn a_flood_on_stderr_hinders_nobody() {
    let deed = r#"head -c 1000000000 /dev/zero >&2; echo '{"id":1,"error":"flooded"}' >&3"#;
    let said = run(&hostile(deed), &["run", "corpus/clean-flashcopy-data", "corpus/clean-bcv-full"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("1 passed"), "{}", said.stdout);
}

#[test]
fn scenarios_that_share_a_process_with_one_that_hangs_wait_for_it_once() {
    let only = "id=corpus/clean-* & id!=corpus/clean-bcv-data | id=corpus/coverage-database*";
    let said = run(&hostile("sleep 99"), &["run", "corpus", "--only", only, "--threads", "1"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("5 judged: 4 passed") && said.stdout.contains("1 errored"), "{}", said.stdout);
}

#[test]
fn large_answers_from_everybody_at_once_are_not_kept() {
    let answer = "head -c 67108864 /dev/zero | tr '\\0' 1; echo";
    let args = ["run", "corpus", "--only", "id=corpus/clean-* | id=corpus/coverage-* | id=corpus/source-*", "--threads", "4"];
    let said = run(&format!("{GREETING}\nwhile read -r line; do {answer}; done"), &args);
    assert_eq!(said.code, Some(4), "{said:?}");
    assert!(said.stderr.contains("it wrote a line of more than"), "{}", said.stderr);
}

#[test]
fn answers_of_many_values_from_everybody_at_once_wait_for_each_other() {
    let words = "yes '\"x\"' | head -n 200000 | paste -s -d , - | tr -d '\\n'";
    let finding = r#"{"code":"PS05E","reason":"restoring","subjects":["unit:0001"],"evidence":{"states":["#;
    let answer =
        format!("printf '{{\"id\":%d,\"verdict\":{{\"return_code\":8,\"findings\":[{finding}' $n; cat words; echo ']}}}}]}}}}'");
    let script =
        format!("{GREETING}\n{words} >words.$$; mv words.$$ words; n=1; while read -r line; do {answer}; n=$((n+1)); done");
    let only = "id=corpus/clean-* | id=corpus/coverage-*";
    let Watched { said, peak, .. } = watched(&script, &["run", "corpus", "--only", only, "--threads", "8"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains(" judged: 0 passed") && said.stdout.contains("failed corpus/"), "{}", said.stdout);
    assert!(peak <= MEMORY, "{peak} KiB");
}

/// The implementation cannot be used, and that is said.
#[track_caller]
fn check_unusable(script: &str, expected: &str) {
    let said = run(script, &["run", "corpus", "--only", "id=corpus/clean-* | id=corpus/coverage-* | id=corpus/bcv-*"]);
    assert_eq!(said.code, Some(4), "{script}: {said:?}");
    assert!(said.stderr.contains(expected), "{script}: {}", said.stderr);
}

#[test]
fn an_implementation_that_cannot_be_used_ends_the_run() {
    check_unusable("exit 3", "its output ended: exit status: 3");
    check_unusable("exec sleep 99", "has not answered within 2 s");
    check_unusable("read -r hello; echo nonsense", "cannot be understood");
    check_unusable("read -r hello; yes x | head -c 1000000000 | tr -d '\\n'", "a line of more than");
    check_unusable(r#"read -r hello; echo '{"id":0,"hello":{"protocol":9,"name":"x","features":[]}}'"#, "it speaks protocol 9");
    check_unusable(r#"read -r hello; echo '{"id":0,"error":"not today"}'"#, "not today");
    check_unusable(&format!("{GREETING}\nexec sleep 99"), "could not be asked a single question");
    check_unusable(&format!("{GREETING}\nexec yes"), "could not be asked a single question");
    check_unusable(&format!("{GREETING}\nexec 0<&-; exec sleep 99"), "could not be asked a single question");
}

#[test]
fn what_was_errored_while_an_implementation_was_given_up_is_judged_again() {
    let folder = TempDir::new().unwrap();
    let implementation = |script: &str| {
        let text = script.replace("IMPLEMENT", &format!("{} implement", env!("CARGO_BIN_EXE_dasdlab")));
        fs::write(folder.path().join("sut.sh"), text).unwrap();
    };
    let args = ["run", "corpus", "--only", "id=corpus/clean-* | id=corpus/coverage-*", "--sut", "cmd:sh sut.sh"];
    let args =
        |more: &[&'static str]| [&args, ["--threads", "1", "--restarts", "2", "--results", "kept"].as_slice(), more].concat();
    // Twenty questions, and no more.
    implementation("n=0; while [ $n -lt 20 ] && IFS= read -r line; do printf '%s\\n' \"$line\"; n=$((n+1)); done | IMPLEMENT");
    let said = say(folder.path(), &args(&[]));
    assert_eq!(said.code, Some(4), "{said:?}");
    assert!(said.stderr.contains("started again 2 times"), "{}", said.stderr);
    implementation("exec IMPLEMENT");
    let said = say(folder.path(), &args(&["--resume"]));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains(" 0 failed, 0 harness faults\n"), "{}", said.stdout);
}

#[test]
fn what_an_implementation_does_after_bye_is_not_passed_over() {
    check_unusable("IMPLEMENT; echo more", "spoke after bye");
    check_unusable("IMPLEMENT; exec sleep 99", "it has not ended after bye");
    check_unusable("trap '' TERM; IMPLEMENT; while :; do sleep 9; done", "it has not ended after bye");
    check_unusable("IMPLEMENT; sleep 99 &", "it has not ended after bye");
}

#[test]
fn what_is_said_unasked_is_not_passed_over_though_every_answer_was_right() {
    let answers = r#"{"id":1,"profile":{"state":"setup-needed","reason":"units"}}\n{}\n"#;
    let script = format!("{}\nread -r line; printf '{answers}'; read -r line", GREETING.replace("check", "life"));
    let said = run(&script, &["run", "corpus/life-targets-exchanged-between-generations"]);
    assert_eq!(said.code, Some(4), "{said:?}");
    assert!(said.stdout.contains("1 passed"), "{}", said.stdout);
    assert!(said.stderr.contains("it spoke without being asked: {}"), "{}", said.stderr);
}

#[test]
fn what_is_not_declared_is_unsupported_and_never_green() {
    let script = format!("{GREETING}\nwhile read -r line; do :; done");
    let said = run(&script, &["run", "corpus/story-warnings-only-and-ready"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.stdout.contains("1 unsupported") && said.stdout.contains("  act "), "{}", said.stdout);
}

#[test]
fn an_error_that_is_said_costs_one_scenario() {
    let script =
        format!("{GREETING}\nn=1; while read -r line; do echo '{{\"id\":'$n',\"error\":\"too hard\"}}'; n=$((n+1)); done");
    let said = run(&script, &["run", "corpus/clean-bcv-full"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("it said that it failed: too hard"), "{}", said.stdout);
}

#[test]
fn ours_agrees_with_itself_over_the_pipe_in_checks_lives_acts_and_jobs() {
    let names = [
        "run",
        "corpus/clean-bcv-full",
        "corpus/life-edits-of-a-ready-profile",
        "corpus/story-warnings-only-and-ready",
        "corpus/story-abend-after-the-split",
        "corpus/story-data-restore-refused-for-scope",
    ];
    let said = run("exec IMPLEMENT", &names);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains("5 judged: 5 passed"), "{}", said.stdout);
}

#[test]
fn smoke_proves_an_adapter_step_by_step() {
    let said = run("exec IMPLEMENT", &["smoke"]);
    assert_eq!((said.code, said.stdout.contains("bad ")), (Some(0), false), "{said:?}");
    assert!(said.stdout.contains("hello") && said.stdout.contains("bye"), "{}", said.stdout);
}

/// Smoke ends with a step that went wrong, and says what to look at.
#[track_caller]
fn check_smoke(script: &str, step: &str, result: &str, look_at: &str) {
    let said = run(script, &["smoke", "--message-format", "json"]);
    assert_eq!(said.code, Some(4), "{script}: {said:?}");
    let steps: Value = serde_json::from_str(&said.stdout).unwrap();
    let last = steps.as_array().and_then(|steps| steps.last()).unwrap();
    let text = |key: &str| last[key].as_str().unwrap_or_default().to_owned();
    assert_eq!((text("step").as_str(), last["good"].as_bool()), (step, Some(false)), "{script}");
    assert!(text("said").contains(result) && text("look_at").contains(look_at), "{script}: {last}");
}

#[test]
fn smoke_says_at_which_step_an_adapter_fails_and_what_to_look_at() {
    check_smoke("exit 1", "hello", "its output ended: exit status: 1", "why the program ended");
    check_smoke("exec sleep 99", "hello", "has not answered", "flushed");
    check_smoke("read -r hello; echo ready", "hello", "cannot be understood: ", "one JSON object a line");
    check_smoke(r#"read -r hello; echo '{"id":0}'"#, "hello", "it gave 0 answers", "beside `id` there is one");
    check_smoke(
        r#"read -r hello; echo '{"id":0,"hello":{"protocol":2,"name":"x","features":[]}}'"#,
        "hello",
        "protocol 2",
        "the number",
    );
    check_smoke(
        r#"read -r hello; echo '{"id":0,"hello":{"protocol":1,"name":"x","features":[]}}'; read -r bye"#,
        "hello",
        "no feature",
        "features",
    );
    let check = "check, corpus/clean-flashcopy-full";
    let answering = |answer: &str| format!("{GREETING}\nread -r check; echo '{answer}'; read -r bye");
    check_smoke(&answering(r#"{"id":7,"error":"x"}"#), check, "answered question 7", "the order of the answers");
    check_smoke(&answering(r#"{"id":1,"error":"too hard"}"#), check, "too hard", "its own words");
    check_smoke(&answering(r#"{"id":1,"dropped":{}}"#), check, "no answer to it", "check has `verdict`");
    let finding = r#"{"code":"PS99E","reason":"x","subjects":[]}"#;
    let verdict = format!(r#"{{"id":1,"verdict":{{"return_code":0,"findings":[{finding}]}}}}"#);
    check_smoke(&answering(&verdict), check, "finding 1: ", "docs/rules.md");
    check_smoke("IMPLEMENT; echo more", "bye", "spoke after bye", "bye is not answered");
}

#[test]
fn a_scenario_is_replayed_with_what_went_over_the_pipe() {
    let said = run("exec IMPLEMENT", &["replay", "corpus/source-boxed", "--wire"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for part in
        [r#"asked     {"id":1,"check":{"profile":"IMSP DATA""#, r#"answered  {"id":1,"verdict":{"return_code":8"#, "passed"]
    {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    let said = run("exec IMPLEMENT", &["replay", "corpus/life-edits-of-a-ready-profile", "--message-format", "json", "--wire"]);
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((report["status"].as_str(), report["wire"][1]["from"].as_str()), (Some("passed"), Some("implementation")));
    assert_eq!(report["steps"].as_array().map(Vec::len), Some(6), "{report}");
    let said = run(&hostile("sleep 99"), &["replay", "corpus/clean-bcv-full", "--wire"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("it has not answered within 2 s") && said.stdout.contains("errored"), "{}", said.stdout);
    let said = run(GREETING, &["replay", "corpus/story-warnings-only-and-ready"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.stdout.contains("needs     act"), "{}", said.stdout);
}

#[test]
fn questions_are_written_whole_and_can_be_asked_by_hand() {
    let folder = TempDir::new().unwrap();
    let sut = format!("cmd:{} implement", env!("CARGO_BIN_EXE_dasdlab"));
    let said = say(folder.path(), &["replay", "corpus/source-boxed", "--sut", &sut, "--questions", "q.jsonl"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let by_hand = common::dasdlab(folder.path())
        .arg("implement")
        .stdin(File::open(folder.path().join("q.jsonl")).unwrap())
        .output()
        .unwrap();
    let answers = Said::from(by_hand).stdout;
    assert_eq!((answers.lines().count(), answers.matches("PS05E").count()), (6, 5), "{answers}");
}

#[test]
fn the_guide_names_every_list_of_an_observation_and_every_key_of_evidence() {
    let guide = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/implementing.md")).unwrap();
    let shown = serde_json::to_value(Observation::default()).unwrap();
    let lists = shown.as_object().unwrap().keys().cloned();
    let keys = Reason::ALL.iter().flat_map(|reason| reason.info().evidence).map(|(key, _)| (*key).to_owned());
    for name in lists.chain(keys).chain(["life", "act", "job"].map(str::to_owned)) {
        assert!(guide.contains(&format!("`{name}`")) || guide.contains(&format!("`{name}.")), "{name}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let folder = TempDir::new().unwrap();
    for args in [&["run", "--sut", "python3 x.py"][..], &["run", "--strict", "codes"], &["smoke", "--sut", "cmd:"]] {
        assert_eq!(say(folder.path(), args).code, Some(2), "{args:?}");
    }
    assert_eq!(say(folder.path(), &["smoke", "--sut", "cmd:no-such-program-at-all"]).code, Some(4));
}
