//! The installation as a whole: site, observation, clock, host states, faults.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use dasdlab_model::name::SystemName;
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::read::{Content, Encoding, MAX_FILE_BYTES, ReadError, parse};
use dasdlab_model::site::Site;
use dasdlab_model::states::HostStatus;
use dasdlab_model::story::PlannedFault;
use dasdlab_model::unit::Unit;
use dasdlab_model::write::write;
use serde_json::{Value, json};

use super::ask::Ask;
use super::copies::{Limit, Offset, window};
use super::forms::{Advance, ClockRow, Loaded, Rows, SetClock, UnitRow, Vary};
use super::openapi::Anything;
use super::order::{ControlOrder, Question};
use super::problem::{Problem, json};
use super::table::{Operation, Said};
use super::{BASE, Shared};
use crate::pace::Pace;

const TOML: &str = "application/toml";

/// What can be asked of the installation.
pub(super) fn operations() -> Vec<Operation> {
    let most_bytes = usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX);
    vec![
        Operation::new(Method::GET, "/site", "saveSite", "The site as it stands", save)
            .about(
                "Booted again, or loaded here, it goes on from this instant, copies in progress included. In TOML where \
                `Accept` asks for application/toml.",
            )
            .answers::<Site>(200, "The site.")
            .or_as(TOML),
        Operation::new(Method::PUT, "/site", "loadSite", "Load a site", load)
            .about(
                "Everything is as the site declares from now on; the plan of faults, pieces of work, and storage groups \
                and sessions of Unisphere are gone. Of a scenario only its site is taken.",
            )
            .takes::<Site>(json!({ "format": 1, "systems": [{ "name": "SYSA" }] }))
            .or_toml(most_bytes)
            .answers::<Loaded>(200, "What was loaded.")
            .refuses(409, "The site cannot be loaded as things stand."),
        Operation::new(Method::GET, "/observation", "observe", "Everything that can be seen", observation)
            .about("One entry for each thing, as profile setup sees it.")
            .answers::<Observation>(200, "The observation."),
        Operation::new(Method::GET, "/clock", "getClock", "Virtual time", clock).answers::<ClockRow>(200, "The clock."),
        Operation::new(Method::PUT, "/clock", "setClock", "Let virtual time run at another pace", set_clock)
            .takes::<SetClock>(json!({ "pace": "1000x" }))
            .answers::<ClockRow>(200, "The clock."),
        Operation::new(Method::POST, "/clock/advance", "advanceClock", "Move virtual time by hand", advance)
            .about(
                "By a duration, or to the next thing that happens by itself. Everything that is due by then has happened \
                when this is answered.",
            )
            .may_take::<Advance>(json!({ "by": "1h30m" }))
            .answers::<ClockRow>(200, "The clock afterwards.")
            .refuses(409, "Nothing happens by itself any more."),
        Operation::new(Method::GET, "/units", "listUnits", "Units, and how systems see them", units)
            .query::<SystemName>("system", "Only units of this system.")
            .query::<HostStatus>("status", "Only units in this status.")
            .query::<Offset>("offset", "The number of the first one, from 0.")
            .query::<Limit>("limit", "How many at most; 1000 where left out.")
            .answers::<Rows<UnitRow>>(200, "The units in the order of systems and numbers."),
        Operation::new(Method::GET, "/units/{system}/{unit}", "getUnit", "A unit", unit)
            .path::<SystemName>("system", "The system.")
            .path::<Unit>("unit", "Its number there.")
            .answers::<UnitRow>(200, "The unit.")
            .refuses(404, "There is no such unit."),
        Operation::new(
            Method::PUT,
            "/units/{system}/{unit}/status",
            "varyUnit",
            "Let a system see a unit in another status",
            vary,
        )
        .path::<SystemName>("system", "The system.")
        .path::<Unit>("unit", "Its number there.")
        .takes::<Vary>(json!({ "status": "offline" }))
        .answers::<UnitRow>(200, "The unit afterwards.")
        .refuses(404, "There is no such unit.")
        .refuses(409, "The unit is an alias, which has no status."),
        Operation::new(Method::GET, "/faults", "listFaults", "The plan of faults, and what has become of them", faults)
            .answers::<Anything>(200, "The faults."),
        Operation::new(Method::POST, "/faults", "planFault", "Plan a fault", plan)
            .about(
                "In the words of scenario files: what breaks, when, and for how long. Instants are counted from the \
                beginning of virtual time, commands and phases from the beginning of the server. A fault without a name \
                is given one.",
            )
            .takes::<PlannedFault>(json!({
                "name": "late-split",
                "what": { "refuse": { "code": "device-not-ready" } },
                "when": { "command": { "kind": "split" } },
            }))
            .answers::<Anything>(201, "The fault is planned.")
            .located()
            .refuses(404, "The fault is about something that is not there.")
            .refuses(409, "There is a fault of this name, or too many."),
        Operation::new(Method::DELETE, "/faults/{name}", "forgetFault", "Take a fault out of the plan", forget)
            .about("One that has not fired yet never will; one that lasts ends now.")
            .path::<String>("name", "Its name.")
            .answers_nothing(204, "It is gone.")
            .refuses(404, "There is no such fault.")
            .refuses(409, "The fault has fired and does not last: there is nothing to take back."),
    ]
}

async fn save(shared: Arc<Shared>, ask: Ask) -> Said {
    let site = shared.ask(Question::Site).await?;
    if !wants_toml(&ask.headers) {
        return Ok(json(StatusCode::OK, &site));
    }
    let broken = |message: String| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, message);
    let text = shared.apart(move || {
        let site: Site = serde_json::from_value(site).map_err(|error| broken(error.to_string()))?;
        write(&Content::Site(Box::new(site)), Encoding::Toml).map_err(|error| broken(error.to_string()))
    });
    let mut response = Response::new(Body::from(text.await?));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(TOML));
    Ok(response)
}

fn wants_toml(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("toml"))
}

async fn load(shared: Arc<Shared>, ask: Ask) -> Said {
    let is_toml = ask.headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).is_some_and(|media| media.contains("toml"));
    let encoding = if is_toml { Encoding::Toml } else { Encoding::Json };
    let (site, loaded) = shared
        .apart(move || {
            let document = parse("body", ask.text()?.to_owned(), encoding)?;
            let seen = document.declare().map_err(|errors| first(&errors))?;
            let loaded = Loaded {
                arrays: seen.arrays.len(),
                volumes: seen.volumes.len(),
                profiles: seen.profiles.iter().map(|profile| profile.name.clone()).collect(),
            };
            let site = match document.content {
                Content::Site(site) => site,
                Content::Scenario(scenario) => Box::new(scenario.site),
            };
            Ok::<_, Problem>((site, loaded))
        })
        .await?;
    shared.control(ControlOrder::Load(site)).await?;
    Ok(json(StatusCode::OK, &loaded))
}

/// The first of several errors, and how many there are.
fn first(errors: &[ReadError]) -> Problem {
    let Some(first) = errors.first() else { return Problem::bad("the site is refused without a reason") };
    let problem = Problem::from(first.clone());
    match errors.len() {
        1 => problem,
        count => Problem { message: format!("{} (and {} more)", problem.message, count - 1), ..problem },
    }
}

async fn observation(shared: Arc<Shared>, _: Ask) -> Said {
    let seen = shared.desk.read(|core| core.engine.look()).await?;
    shared.apart(move || Ok(json(StatusCode::OK, &*seen))).await
}

async fn clock(shared: Arc<Shared>, _: Ask) -> Said {
    let pace = shared.desk.pace(None).await?;
    time(&shared, pace).await
}

async fn time(shared: &Shared, pace: Pace) -> Said {
    let (now, next) = shared.desk.read(|core| (core.engine.now(), core.engine.next_instant())).await?;
    Ok(json(StatusCode::OK, &ClockRow { now_ms: now, now: now.to_string(), pace: pace.to_string(), next_ms: next }))
}

async fn set_clock(shared: Arc<Shared>, ask: Ask) -> Said {
    let SetClock { pace } = ask.body()?;
    let pace = pace.parse::<Pace>().map_err(|message| Problem::bad(message).at("body, `pace`"))?;
    let pace = shared.desk.pace(Some(pace)).await?;
    time(&shared, pace).await
}

async fn advance(shared: Arc<Shared>, ask: Ask) -> Said {
    let Advance { by } = ask.body_or_default()?;
    let by_ms = match by {
        Some(by) => by.ms,
        None => {
            let (now, next) = shared.desk.read(|core| (core.engine.now(), core.engine.next_instant())).await?;
            let next =
                next.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "nothing happens by itself any more: expected `by`"))?;
            next.0.saturating_sub(now.0)
        }
    };
    shared.control(ControlOrder::Advance { by_ms }).await?;
    clock(shared, Ask::default()).await
}

async fn units(shared: Arc<Shared>, ask: Ask) -> Said {
    let (offset, limit) = window(&ask)?;
    let (system, status) = (ask.query::<SystemName, _>("system")?, ask.query::<HostStatus, _>("status")?);
    let rows = shared.desk.read(move |core| {
        let seen = core.engine.look();
        let rows = seen.units.iter().map(row);
        let wanted =
            rows.filter(|row| system.is_none_or(|system| row.system == system) && (status.is_none() || row.status == status));
        Rows::of(wanted, offset, limit)
    });
    Ok(json(StatusCode::OK, &rows.await?))
}

fn row(entry: &dasdlab_model::observation::UnitSeen) -> UnitRow {
    let (volume, status) = match entry.device {
        Device::Base(volume, status) => (volume, Some(status)),
        Device::Alias(address) => (address, None),
    };
    UnitRow { system: entry.system, unit: entry.unit, volume, status }
}

async fn found(shared: &Shared, ask: &Ask) -> Result<UnitRow, Problem> {
    let (system, unit) = (ask.named::<SystemName, _>("system")?, ask.named::<Unit, _>("unit")?);
    let found = shared.desk.read(move |core| {
        let seen = core.engine.look();
        let at = seen.units.binary_search_by_key(&(system, unit), |entry| (entry.system, entry.unit)).ok();
        at.and_then(|at| seen.units.get(at)).map(row)
    });
    found.await?.ok_or_else(|| Problem::not_found(format!("system {system} has no unit {unit}")))
}

async fn unit(shared: Arc<Shared>, ask: Ask) -> Said {
    Ok(json(StatusCode::OK, &found(&shared, &ask).await?))
}

async fn vary(shared: Arc<Shared>, ask: Ask) -> Said {
    let Vary { status } = ask.body()?;
    let UnitRow { system, unit, status: before, .. } = found(&shared, &ask).await?;
    if before.is_none() {
        let message = format!("unit {unit} of {system} is an alias and has no status: expected a base unit");
        return Err(Problem::new(StatusCode::CONFLICT, message));
    }
    shared.control(ControlOrder::Vary { system, unit, status }).await?;
    Ok(json(StatusCode::OK, &found(&shared, &ask).await?))
}

async fn faults(shared: Arc<Shared>, _: Ask) -> Said {
    Ok(json(StatusCode::OK, &shared.ask(Question::Faults).await?))
}

async fn plan(shared: Arc<Shared>, ask: Ask) -> Said {
    let fault: PlannedFault = ask.body()?;
    let planned = shared.control(ControlOrder::Fault(Box::new(fault))).await?;
    let name = planned.get("fault").and_then(Value::as_str).unwrap_or_default();
    Ok(created(StatusCode::CREATED, &planned, &["faults", name]))
}

/// An answer that says where the new thing is.
pub(super) fn created(status: StatusCode, value: &Value, place: &[&str]) -> Response<Body> {
    let mut response = json(status, value);
    let mut location = BASE.to_owned();
    for part in place {
        location.push('/');
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                location.push(char::from(byte));
            } else {
                location.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

async fn forget(shared: Arc<Shared>, ask: Ask) -> Said {
    shared.control(ControlOrder::Forget { fault: ask.named("name")? }).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}
