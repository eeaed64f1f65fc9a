//! Profiles, and the work that is done for them: checks, setups, jobs, restores.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use dasdlab_model::finding::{Severity, Subject};
use dasdlab_model::name::ProfileName;
use dasdlab_model::site::Profile;
use dasdlab_model::states::RestoreScope;
use dasdlab_model::story::Duration;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::Shared;
use super::ask::Ask;
use super::forms::{RunJob, RunRestore, RunSetup, wait};
use super::installation::created;
use super::openapi::Anything;
use super::order::{ControlOrder, Question};
use super::problem::{Problem, json};
use super::table::{Operation, Said};

const NO_PROFILE: &str = "There is no such profile.";
const BEGUN: &str = "It has begun; `GET /work/{number}` says how it stands.";

/// What setup says of a profile.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Verdict {
    /// 0, 4, 8 or 12.
    return_code: u8,
    /// Which restores a backup would permit; none after PS00.
    restore_scope: Option<RestoreScope>,
    /// What was found.
    findings: Vec<FindingRow>,
}

/// A finding.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct FindingRow {
    /// Rule and severity, such as `PS05E`.
    code: String,
    /// The rule.
    rule: String,
    /// How bad it is.
    severity: Severity,
    /// The stable key.
    reason: String,
    /// What it is about.
    subjects: Vec<Subject>,
    /// What to know of it.
    evidence: BTreeMap<String, Anything>,
    /// What to do about it.
    remedy: String,
}

/// What can be asked of profiles and of work.
pub(super) fn operations() -> Vec<Operation> {
    let named = |operation: Operation| operation.path::<ProfileName>("name", "The profile.").refuses(404, NO_PROFILE);
    vec![
        Operation::new(Method::GET, "/profiles", "listProfiles", "The panels of all profiles", list)
            .answers::<Vec<Anything>>(200, "The panels, as `dasdlab profile` shows them."),
        named(Operation::new(Method::GET, "/profiles/{name}", "getProfile", "The panel of a profile", panel))
            .answers::<Anything>(200, "Its fields, generations, backups, where it stands, and what to do next."),
        Operation::new(Method::PUT, "/profiles/{name}", "putProfile", "Enter or edit a profile", put)
            .about(
                "By the rules of edits: a locked profile cannot be edited, IMS SSID and type are read-only while it is \
                synchronizing or ready, and a change of what the last setup passed makes setup needed. State, fingerprint, \
                lock and backups are not the user's and are passed over.",
            )
            .path::<ProfileName>("name", "The profile; the same name as in the body.")
            .takes::<Profile>(json!({
                "name": "DAILY", "ims_ssid": "IMSP", "type": "full", "method": "bcv", "generations": 1,
                "sources": [{ "unit": "1000", "volser": "IMS001" }],
                "targets": [{ "generation": 1, "source": "1000", "target": "2000" }],
            }))
            .answers::<Anything>(200, "It was edited; the panel.")
            .answers::<Anything>(201, "It was entered; the panel.")
            .located()
            .refuses(409, "The profile is locked, a field is read-only, or the repository cannot be written."),
        named(Operation::new(Method::DELETE, "/profiles/{name}", "removeProfile", "Remove a profile", remove))
            .about("What is held for it stays held.")
            .answers_nothing(204, "It is gone.")
            .refuses(409, "The profile is locked, or the repository cannot be written."),
        named(Operation::new(Method::GET, "/profiles/{name}/check", "checkProfile", "What profile setup would find", check))
            .about("PS00 to PS15 on what can be seen at this instant; nothing is changed.")
            .answers::<Verdict>(200, "The verdict, whatever it is."),
        named(Operation::new(Method::POST, "/profiles/{name}/setup", "setUpProfile", "Begin profile setup", set_up))
            .may_take::<RunSetup>(json!({ "wait": "2h" }))
            .answers::<Anything>(202, BEGUN)
            .located()
            .refuses(409, "It cannot begin as things stand."),
        named(Operation::new(Method::GET, "/profiles/{name}/job", "buildJob", "The job that takes a backup", build))
            .about("Its steps and its JCL; nothing is run.")
            .query::<bool>("setup_only", "Setup alone, needed or not.")
            .query::<Duration>("wait", "How long a step waits for its pairs at most; 2h where left out.")
            .answers::<Anything>(200, "The job.")
            .refuses(409, "No job can be built: the profile is locked or synchronizing."),
        named(Operation::new(Method::POST, "/profiles/{name}/job", "runJob", "Build the job and run it", run_job))
            .may_take::<RunJob>(json!({ "setup_only": false, "wait": "2h" }))
            .answers::<Anything>(202, BEGUN)
            .located()
            .refuses(409, "No job can be built: the profile is locked or synchronizing."),
        named(Operation::new(Method::POST, "/profiles/{name}/restore", "restore", "Begin a restore", restore))
            .takes::<RunRestore>(json!({ "kind": "full", "generation": 1 }))
            .answers::<Anything>(202, BEGUN)
            .located()
            .refuses(409, "It cannot begin as things stand."),
        Operation::new(Method::GET, "/work", "listWork", "Pieces of work, running and ended", all_work)
            .answers::<Vec<Anything>>(200, "Those that are kept, by number."),
        Operation::new(Method::GET, "/work/{number}", "getWork", "A piece of work", one_work)
            .about("Its phase while it runs; findings, commands with replies, return code and ending when it has ended.")
            .path::<WorkNumber>("number", "Its number.")
            .answers::<Anything>(200, "How it stands.")
            .refuses(404, "There is no such piece of work, or it is no longer kept."),
    ]
}

/// The number of a piece of work.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct WorkNumber(#[schemars(range(min = 0, max = 1_000_000_000_000_i64))] u64);

async fn list(shared: Arc<Shared>, _: Ask) -> Said {
    Ok(json(StatusCode::OK, &shared.ask(Question::Profiles(None)).await?))
}

/// The only panel of an answer.
async fn the_panel(shared: &Shared, name: ProfileName) -> Result<Value, Problem> {
    match shared.ask(Question::Profiles(Some(name.clone()))).await? {
        Value::Array(panels) => {
            panels.into_iter().next().ok_or_else(|| Problem::not_found(format!("there is no profile {name}")))
        }
        panel => Ok(panel),
    }
}

async fn panel(shared: Arc<Shared>, ask: Ask) -> Said {
    Ok(json(StatusCode::OK, &the_panel(&shared, ask.named("name")?).await?))
}

async fn put(shared: Arc<Shared>, ask: Ask) -> Said {
    let (name, profile): (ProfileName, Profile) = (ask.named("name")?, ask.body()?);
    if profile.name != name {
        let message = format!("the body is profile {}, the path {name}: expected the same name", profile.name);
        return Err(Problem::bad(message).at("body, `name`"));
    }
    let done = shared.control(ControlOrder::Profile(Box::new(profile))).await?;
    let is_new = done.get("entered").and_then(Value::as_bool).unwrap_or(false);
    let panel = the_panel(&shared, name.clone()).await?;
    if is_new {
        return Ok(created(StatusCode::CREATED, &panel, &["profiles", name.as_str()]));
    }
    Ok(json(StatusCode::OK, &panel))
}

async fn remove(shared: Arc<Shared>, ask: Ask) -> Said {
    shared.control(ControlOrder::RemoveProfile { profile: ask.named("name")? }).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

async fn check(shared: Arc<Shared>, ask: Ask) -> Said {
    Ok(json(StatusCode::OK, &shared.ask(Question::Check(ask.named("name")?)).await?))
}

async fn set_up(shared: Arc<Shared>, ask: Ask) -> Said {
    let RunSetup { wait } = ask.body_or_default()?;
    begin(&shared, ControlOrder::Setup { profile: ask.named("name")?, wait_ms: wait.ms }).await
}

async fn build(shared: Arc<Shared>, ask: Ask) -> Said {
    let wait = ask.query::<Duration, _>("wait")?.unwrap_or(wait());
    let question = Question::Build { profile: ask.named("name")?, setup_only: ask.flag("setup_only")?, wait_ms: wait.ms };
    Ok(json(StatusCode::OK, &shared.ask(question).await?))
}

async fn run_job(shared: Arc<Shared>, ask: Ask) -> Said {
    let RunJob { setup_only, wait } = ask.body_or_default()?;
    begin(&shared, ControlOrder::Job { profile: ask.named("name")?, setup_only, wait_ms: wait.ms }).await
}

async fn restore(shared: Arc<Shared>, ask: Ask) -> Said {
    let RunRestore { kind, generation, wait } = ask.body()?;
    if !(1..=99).contains(&generation) {
        let message = format!("there is no generation {generation}: expected 1 to 99");
        return Err(Problem::bad(message).at("body, `generation`"));
    }
    begin(&shared, ControlOrder::Restore { profile: ask.named("name")?, kind, generation, wait_ms: wait.ms }).await
}

/// Begins a piece of work and says where it is.
async fn begin(shared: &Shared, order: ControlOrder) -> Said {
    let begun = shared.control(order).await?;
    let number = begun.get("work").and_then(Value::as_u64).map(|number| number.to_string()).unwrap_or_default();
    Ok(created(StatusCode::ACCEPTED, &begun, &["work", &number]))
}

async fn all_work(shared: Arc<Shared>, _: Ask) -> Said {
    Ok(json(StatusCode::OK, &shared.ask(Question::Work(None)).await?))
}

async fn one_work(shared: Arc<Shared>, ask: Ask) -> Said {
    let number = ask.named::<u64, _>("number")?;
    Ok(json(StatusCode::OK, &shared.ask(Question::Work(Some(number))).await?))
}
