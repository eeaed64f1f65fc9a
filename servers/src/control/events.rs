//! Events, as a list and as a stream, and what the page shows.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use dasdlab_model::name::ProfileName;

use super::Shared;
use super::ask::Ask;
use super::copies::Limit;
use super::feed;
use super::forms::{EventRow, Events, MAX_ROWS, ROWS};
use super::problem::{Problem, json};
use super::table::{Operation, Said};

/// What is asked about events and by the page.
pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::GET, "/events", "listEvents", "The last changes of state", list)
            .query::<EventNumber>("after", "Only those behind this number; 0 where left out.")
            .query::<Limit>("limit", "How many at most; 1000 where left out.")
            .answers::<Events>(200, "Changes by number, the oldest first."),
        Operation::new(Method::GET, "/events/stream", "streamEvents", "Changes of state as they happen", stream)
            .about(
                "Server-sent events: `change` with a change of state as `listEvents` has it, and its id; `lost` with the \
                numbers that a slow reader missed; `begin` first; `restarted` where `Last-Event-ID` is of another server, \
                so that everything is to be read anew. Without an id it begins with what happens from now on.",
            )
            .header::<String>("Last-Event-ID", "The id of the last event that was read: what comes behind it is sent first.")
            .answers_as(200, "text/event-stream", "Events, without an end.")
            .refuses(503, "Too many streams are open, too many requests wait, or the server is stopping."),
        Operation::new(Method::GET, "/picture", "getPicture", "The logical subsystems as the page shows them", picture)
            .query::<ProfileName>("profile", "The profile from whose view it is drawn; the first one where left out.")
            .answers_as(200, "text/html", "A part of a page.")
            .refuses(404, "There is no such profile."),
    ]
}

/// The number of an event.
#[derive(schemars::JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct EventNumber(#[schemars(range(min = 0, max = 1_000_000_000_000_i64))] u64);

async fn list(shared: Arc<Shared>, ask: Ask) -> Said {
    let after = ask.number("after", 0..=1_000_000_000_000)?.unwrap_or(0);
    let limit = ask.number("limit", 1..=MAX_ROWS)?.unwrap_or(ROWS);
    let behind = shared.feed.behind(after, usize::try_from(limit).unwrap_or(usize::MAX));
    let events = Events {
        epoch: shared.feed.epoch.clone(),
        newest: shared.feed.newest(),
        lost: behind.lost.map_or(0, |(from, to)| to - from + 1),
        events: behind.events.iter().map(|event| EventRow::new(event.number, &event.event)).collect(),
    };
    Ok(json(StatusCode::OK, &events))
}

async fn stream(shared: Arc<Shared>, ask: Ask) -> Said {
    let id = ask.headers.get("last-event-id").map(|id| id.to_str().unwrap_or_default().trim());
    let (from, is_known) = match id.filter(|id| !id.is_empty()) {
        None => (shared.feed.newest(), true),
        Some(id) => shared.feed.place_of(id).ok_or_else(|| {
            let said = super::ask::shown(id);
            Problem::bad(format!("`{said}` is no id of an event"))
                .at("header Last-Event-ID")
                .expected("an id that this server sent")
        })?,
    };
    let Some(place) = shared.feed.place() else {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many streams are open: expected that some end first"));
    };
    let mut response = Response::new(feed::stream(Arc::clone(&shared.feed), shared.stopped.clone(), (from, is_known), place));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn picture(shared: Arc<Shared>, ask: Ask) -> Said {
    let profile = ask.query::<ProfileName, _>("profile")?;
    let seen = shared.desk.read(|core| core.engine.look()).await?;
    let views = Arc::clone(&shared.views);
    let html = shared.apart(move || Ok(views.picture(&seen, profile.as_ref())?)).await?;
    let mut response = Response::new(Body::from(html));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(response)
}
