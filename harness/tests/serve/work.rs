//! Pieces of work beside requests, and faults that come while they run.

use dasdlab_harness::drive::{MAX_STEPS, drive};
use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::RestoreKind;
use dasdlab_model::transitions::{MirrorOrder, Refusal};
use dasdlab_servers::control::order::{ControlOrder, Question};
use dasdlab_servers::core::Core;
use dasdlab_servers::order::{Order, Outcome};
use dasdlab_simulator::World;
use dasdlab_validator::machines::Setup;
use serde_json::{Value, json};

use super::world::{bcv, core, flashcopy, two_profiles};

const WAIT: u64 = 7_200_000;

fn profile() -> ProfileName {
    "IMSP DATA".parse().unwrap()
}

fn control(core: &mut Core, order: ControlOrder) -> Result<Value, String> {
    let now = core.engine.now();
    match core.apply(now, false, &Order::Control(order)) {
        Outcome::Control(said) => said.map_err(|refused| refused.message),
        other => unreachable!("{other:?}"),
    }
}

fn fault(core: &mut Core, text: &str) -> Result<Value, String> {
    control(core, ControlOrder::Fault(Box::new(serde_json::from_str(text).unwrap())))
}

/// Lets time pass until nothing happens any more.
fn settle(core: &mut Core) {
    while let Some(next) = core.engine.next_instant() {
        core.engine.advance(next);
    }
}

fn work(core: &mut Core, number: u64) -> Value {
    core.engine.answer(&Question::Work(Some(number))).unwrap()
}

#[test]
fn a_setup_does_the_same_commands_at_the_same_instants_as_one_that_has_the_world_to_itself() {
    let mut alone = World::boot(&bcv()).unwrap();
    let driven = drive(&mut alone, &mut Setup::new(profile(), WAIT), &Issuer::Profile(profile()), MAX_STEPS).unwrap();
    let mut core = core(&bcv());
    assert_eq!(control(&mut core, ControlOrder::Setup { profile: profile(), wait_ms: WAIT }), Ok(json!({ "work": 1 })));
    settle(&mut core);
    let told = work(&mut core, 1);
    assert_eq!((&told["state"], &told["return_code"]), (&json!("ended"), &json!(driven.verdict.return_code)), "{told}");
    assert_eq!(told["steps"][0]["commands"], serde_json::to_value(&driven.commands).unwrap());
    assert_eq!(told["ended_ms"], json!(driven.finished));
}

#[test]
fn a_job_sets_up_and_backs_up_while_others_are_answered() {
    let mut core = core(&bcv());
    let said = control(&mut core, ControlOrder::Job { profile: profile(), setup_only: false, wait_ms: WAIT }).unwrap();
    assert_eq!(said["steps"].as_array().unwrap().len(), 2, "{said}");
    core.engine.advance(Time(1_000));
    assert_eq!(work(&mut core, 1)["phase"], json!("synchronize"));
    // The second finds the profile locked, and says so beside the first.
    control(&mut core, ControlOrder::Setup { profile: profile(), wait_ms: WAIT }).unwrap();
    core.engine.advance(Time(2_000));
    assert_eq!((&work(&mut core, 2)["return_code"], &work(&mut core, 1)["state"]), (&json!(12), &json!("running")));
    settle(&mut core);
    let told = work(&mut core, 1);
    let steps: Vec<&Value> = told["steps"].as_array().unwrap().iter().map(|step| &step["step"]).collect();
    assert_eq!((steps, &told["return_code"]), (vec![&json!("setup"), &json!("backup")], &json!(0)), "{told}");
    let nobody = ControlOrder::Setup { profile: "NOBODY".parse().unwrap(), wait_ms: WAIT };
    assert_eq!(control(&mut core, nobody), Err("there is no profile NOBODY".to_owned()));
}

/// A job with this fault in the plan ends in this state with this return code, and the fault has come to this.
#[track_caller]
fn check(text: &str, expected: (&str, Value), came_to: &str) {
    let mut core = core(&bcv());
    fault(&mut core, text).unwrap();
    control(&mut core, ControlOrder::Job { profile: profile(), setup_only: false, wait_ms: WAIT }).unwrap();
    settle(&mut core);
    let told = work(&mut core, 1);
    assert_eq!((told["state"].as_str().unwrap(), told["return_code"].clone()), expected, "{told}");
    let faults = core.engine.answer(&Question::Faults).unwrap();
    assert_eq!((&faults[0]["state"], &faults[0]["changed"]), (&json!(came_to), &json!(true)), "{faults}");
    let seen = core.engine.look();
    assert_eq!(seen.profile(&profile()).unwrap().locked_by, None);
}

#[test]
fn faults_meet_what_runs_as_they_do_in_a_story() {
    check(
        r#"{"what":{"refuse":{"code":"device-not-ready","pair":{"generation":1,"nth":1}}},"when":{"phase":{"name":"split"}}}"#,
        ("ended", json!(8)),
        "over",
    );
    check(r#"{"what":{"abend":{}},"when":{"phase":{"name":"synchronize"}}}"#, ("abended", json!(null)), "over");
    check(r#"{"what":{"delay":{"by":"5m"}},"when":{"phase":{"name":"establish"}}}"#, ("ended", json!(0)), "over");
    check(
        r#"{"what":{"rate":{"array":"000290100001","tracks":0}},"when":{"command":{"kind":"establish","nth":2}},"for":"20m"}"#,
        ("ended", json!(0)),
        "over",
    );
    check(r#"{"what":{"rival":{"work":"setup"}},"when":{"phase":{"name":"synchronize"}}}"#, ("ended", json!(0)), "over");
    check(
        r#"{"what":{"pair-failed":{"pair":{"generation":1,"nth":2}}},"when":{"copied":{"pair":{"generation":1,"nth":1},"percent":50}}}"#,
        ("ended", json!(8)),
        "over",
    );
}

#[test]
fn faults_meet_commands_of_clients_too_and_a_delay_holds_the_answer_back() {
    let mut core = core(&bcv());
    let order = |core: &mut Core, bcv: &str, order| {
        let command = Command::Mirror { standard: "000290100001/20/00".parse().unwrap(), bcv: bcv.parse().unwrap(), order };
        let now = core.engine.now();
        match core.apply(now, false, &Order::Command { by: Issuer::Foreign("QA".to_owned()), command }) {
            Outcome::Reply(reply) => (reply, core.engine.take_delay()),
            other => unreachable!("{other:?}"),
        }
    };
    fault(&mut core, r#"{"name":"lost","what":{"lose":{}},"when":{"command":{"kind":"establish"}}}"#).unwrap();
    fault(&mut core, r#"{"name":"late","what":{"delay":{"by":"3s"}},"when":{"command":{"kind":"establish","nth":2}}}"#).unwrap();
    let establish = MirrorOrder::EstablishFull;
    assert_eq!(order(&mut core, "000290100001/20/80", establish), (Reply::Refused(Refusal::NoAnswer), 0));
    assert!(core.engine.look().mirrors.is_empty(), "what was lost has left a trace");
    assert_eq!(order(&mut core, "000290100001/20/80", establish), (Reply::Done, 3_000));
    assert_eq!(order(&mut core, "000290100001/20/82", establish), (Reply::Done, 0));
}

#[test]
fn a_fault_that_is_forgotten_is_put_right_and_what_cannot_be_is_refused() {
    let mut core = core(&bcv());
    let unreachable = r#"{"name":"dark","what":{"unreachable":{"array":"000290100001"}},"when":{"at":"0s"},"for":"1h"}"#;
    assert_eq!(fault(&mut core, unreachable), Ok(json!({ "fault": "dark" })));
    assert!(!core.engine.look().arrays[0].reachable);
    assert_eq!(fault(&mut core, unreachable), Err("a fault of the plan is called `dark` already".to_owned()));
    control(&mut core, ControlOrder::Forget { fault: "dark".to_owned() }).unwrap();
    assert!(core.engine.look().arrays[0].reachable);
    let again = control(&mut core, ControlOrder::Forget { fault: "dark".to_owned() });
    assert_eq!(again, Err("no fault of the plan is called `dark`".to_owned()));
    let refused = [
        (r#"{"what":{"abend":{}},"when":{"at":"0s"},"for":"1h"}"#, "abend cannot be put right again: expected no `for`"),
        (r#"{"what":{"abend":{}},"when":{"after":"lunch"}}"#, "no step is called `lunch`: expected setup, backup, restore"),
        (
            r#"{"what":{"pair-failed":{"pair":{"generation":9,"nth":1}}},"when":{"at":"0s"}}"#,
            "IMSP DATA has no pairs in generation 9",
        ),
    ];
    for (text, message) in refused {
        assert_eq!(fault(&mut core, text), Err(message.to_owned()));
    }
}

/// Carries out an order to its end; the piece of work that it was.
fn ended(core: &mut Core, order: ControlOrder) -> Value {
    let number = control(core, order).unwrap()["work"].as_u64().unwrap();
    settle(core);
    work(core, number)
}

#[test]
fn a_backup_that_was_taken_live_is_restored_live_and_no_other_generation_is() {
    for site in [bcv(), flashcopy()] {
        let mut core = core(&site);
        let job = ControlOrder::Job { profile: profile(), setup_only: false, wait_ms: WAIT };
        let told = ended(&mut core, job);
        assert_eq!(told["return_code"], json!(0), "{told}");
        let restore =
            |generation| ControlOrder::Restore { profile: profile(), kind: RestoreKind::Data, generation, wait_ms: WAIT };
        let refused = ended(&mut core, restore(2));
        assert_eq!((&refused["kind"], &refused["return_code"]), (&json!("restore"), &json!(8)), "{refused}");
        let told = ended(&mut core, restore(1));
        let said = (&told["kind"], &told["state"], &told["return_code"]);
        assert_eq!(said, (&json!("restore"), &json!("ended"), &json!(0)), "{told}");
        assert_eq!(core.engine.look().profile(&profile()).unwrap().locked_by, None);
    }
}

/// What the first step of a piece of work commanded and was told, whenever that was.
fn commands(told: &Value) -> Vec<[&Value; 2]> {
    told["steps"][0]["commands"].as_array().unwrap().iter().map(|done| [&done["command"], &done["reply"]]).collect()
}

#[test]
fn work_of_two_profiles_runs_at_once_and_commands_what_each_commands_alone() {
    let other: ProfileName = "IMSQ DATA".parse().unwrap();
    let setup = |profile: &ProfileName| ControlOrder::Setup { profile: profile.clone(), wait_ms: WAIT };
    let alone = [profile(), other.clone()].map(|profile| ended(&mut core(&two_profiles()), setup(&profile)));
    let mut core = core(&two_profiles());
    for (profile, number) in [(profile(), 1), (other, 2)] {
        assert_eq!(control(&mut core, setup(&profile)), Ok(json!({ "work": number })));
    }
    core.engine.advance(Time(1_000));
    for number in [1, 2] {
        assert_eq!(work(&mut core, number)["phase"], json!("synchronize"));
    }
    settle(&mut core);
    for (number, alone) in [1, 2].into_iter().zip(alone) {
        let told = work(&mut core, number);
        assert_eq!((&told["state"], &told["return_code"]), (&json!("ended"), &json!(0)), "{told}");
        assert_eq!(commands(&told), commands(&alone));
        // The array copies for both.
        assert!(told["ended_ms"].as_u64() > alone["ended_ms"].as_u64(), "{told}");
    }
}
