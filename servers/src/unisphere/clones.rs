//! Clone sessions between storage groups: what is said of them, and what clients ask for.

use std::borrow::Cow;

use dasdlab_model::clones::{CloneMode, CloneState};
use serde_json::{Value, json};

use super::answer::{Answered, Failure};
use super::body::{Fields, group_name};
use super::book::{Pair, Session};
use super::order::{Action, Groups};
use super::query::{Field, Kind, Query};
use super::view::View;
use crate::engine::Left;

/// Options that say that something does not matter here, or is so anyway.
const HARMLESS: [&str; 4] = ["consistent", "force", "star", "skip"];

/// Options that would do something that is not simulated.
const NOT_DONE: [&str; 2] = ["not_ready", "vse"];

/// How many tracks of a pair are still to be copied, and how many differ though nothing is copied.
#[derive(Default, Clone, Copy)]
struct Tracks {
    protected: u64,
    modified: u64,
    changed: u64,
}

fn tracks(view: &View<'_>, pair: &Pair, state: CloneState) -> Tracks {
    let left = if pair.mirror {
        view.engine.mirror_left(pair.source, pair.target)
    } else {
        let back = matches!(state, CloneState::RestInProg | CloneState::Restored);
        view.engine.relation_left(if back { pair.source } else { pair.target })
    };
    let count = left.map_or(0, |Left { tracks, .. }| u64::from(tracks));
    match state {
        CloneState::Split => Tracks { changed: count, ..Tracks::default() },
        CloneState::RestInProg => Tracks { modified: count, ..Tracks::default() },
        _ => Tracks { protected: count, ..Tracks::default() },
    }
}

fn flags(mode: CloneMode) -> [(&'static str, bool); 4] {
    let ahead = mode == CloneMode::PreCopy;
    [("background_copy", mode != CloneMode::NoCopy), ("differential", true), ("precopy", ahead), ("vse", false)]
}

fn with_flags(mut said: Value, mode: CloneMode, tracks: Tracks) -> Value {
    if let Some(fields) = said.as_object_mut() {
        for (name, flag) in flags(mode) {
            fields.insert(name.to_owned(), json!(flag));
        }
        let counts = [
            ("modified_tracks", tracks.modified),
            ("src_protected_tracks", tracks.protected),
            ("src_modified_tracks", tracks.changed),
        ];
        for (name, count) in counts {
            fields.insert(name.to_owned(), json!(count));
        }
    }
    said
}

/// A session of which the array knows.
struct Row<'v> {
    view: &'v View<'v>,
    session: &'v Session,
    live: Vec<(&'v Pair, CloneState)>,
}

impl Row<'_> {
    fn states(&self) -> Vec<&'static str> {
        let mut states: Vec<&str> = Vec::new();
        for (_, state) in &self.live {
            if !states.contains(&state.as_str()) {
                states.push(state.as_str());
            }
        }
        states
    }

    fn tracks(&self) -> Tracks {
        self.live.iter().map(|(pair, state)| tracks(self.view, pair, *state)).fold(Tracks::default(), |sum, one| Tracks {
            protected: sum.protected + one.protected,
            modified: sum.modified + one.modified,
            changed: sum.changed + one.changed,
        })
    }

    fn count(&self, group: &str) -> usize {
        self.view.page.groups.get(group).map_or(0, |group| group.volumes.len())
    }

    fn flag(&self, name: &str) -> bool {
        flags(self.session.mode).into_iter().any(|(flag, set)| flag == name && set)
    }
}

/// The sessions in which volumes of a group are copied.
fn rows<'v>(view: &'v View<'v>, source: &str) -> Answered<Vec<Row<'v>>> {
    exists(view, source)?;
    let sessions = view.page.sessions.iter().filter(|session| session.groups.source == source);
    let rows = sessions.map(|session| Row { view, session, live: session.live(view.seen).collect() });
    Ok(rows.filter(|row| !row.live.is_empty()).collect())
}

fn exists(view: &View<'_>, group: &str) -> Answered<()> {
    if view.page.groups.contains_key(group) {
        return Ok(());
    }
    Err(Failure::not_found(format!("Cannot find Storage Group {group}")))
}

#[expect(clippy::cast_precision_loss, reason = "counts of tracks of an array are far below 2 to the 53rd")]
const fn number(count: u64) -> f64 {
    count as f64
}

/// The groups that a group is copied to, as far as a query leaves them.
///
/// # Errors
/// There is no such group, or an unknown filter.
pub(crate) fn targets(view: &View<'_>, source: &str, query: &Query) -> Answered<Value> {
    let fields: [Field<Row<'_>>; 11] = [
        Field { name: "target_storage_group", kind: Kind::Text(|row| vec![Cow::Borrowed(row.session.groups.target.as_str())]) },
        Field {
            name: "target_storage_group_volume_count",
            kind: Kind::Number(|row| number(row.count(&row.session.groups.target) as u64)),
        },
        Field { name: "volume_pair_count", kind: Kind::Number(|row| number(row.live.len() as u64)) },
        Field { name: "state", kind: Kind::Text(|row| row.states().into_iter().map(Cow::Borrowed).collect()) },
        Field { name: "modified_tracks", kind: Kind::Number(|row| number(row.tracks().modified)) },
        Field { name: "src_protected_tracks", kind: Kind::Number(|row| number(row.tracks().protected)) },
        Field { name: "src_modified_tracks", kind: Kind::Number(|row| number(row.tracks().changed)) },
        Field { name: "background_copy", kind: Kind::Flag(|row| row.flag("background_copy")) },
        Field { name: "differential", kind: Kind::Flag(|row| row.flag("differential")) },
        Field { name: "precopy", kind: Kind::Flag(|row| row.flag("precopy")) },
        Field { name: "vse", kind: Kind::Flag(|row| row.flag("vse")) },
    ];
    let filters = query.filters(&fields)?;
    let rows = rows(view, source)?;
    let names: Vec<&str> = rows.iter().filter(|row| filters.meets(row)).map(|row| row.session.groups.target.as_str()).collect();
    Ok(json!({ "number_of_clone_target_sgs": names.len(), "clone_target_sg_names": names }))
}

/// The pairs in which volumes of a group are copied.
///
/// # Errors
/// There is no such group.
pub(crate) fn pairs(view: &View<'_>, source: &str) -> Answered<Value> {
    let mut clones = Vec::new();
    for row in rows(view, source)? {
        for (pair, state) in &row.live {
            let said = json!({
                "source_volume_name": view.page.number_text(pair.source),
                "target_volume_name": view.page.number_text(pair.target),
                "state": state,
            });
            clones.push(with_flags(said, row.session.mode, tracks(view, pair, *state)));
        }
    }
    Ok(json!({ "clone_count": clones.len(), "clones": clones }))
}

/// What is said of the session between two groups.
///
/// # Errors
/// There is none.
pub(crate) fn details(view: &View<'_>, groups: &Groups) -> Answered<Value> {
    exists(view, &groups.target)?;
    let rows = rows(view, &groups.source)?;
    let row = rows.iter().find(|row| row.session.groups == *groups);
    let row = row.ok_or_else(|| Failure::not_found(format!("There is no clone session between storage groups {groups}")))?;
    let said = json!({
        "storage_group": groups.source,
        "storage_group_volume_count": row.count(&groups.source),
        "target_storage_group": groups.target,
        "target_storage_group_volume_count": row.count(&groups.target),
        "volume_pair_count": row.live.len(),
        "state": row.states(),
    });
    Ok(with_flags(said, row.session.mode, row.tracks()))
}

/// Makes a session.
///
/// # Errors
/// The body is none of that.
pub(crate) fn create(source: &str, body: Fields<'_>) -> Answered<Action> {
    let known = ["target_storage_group_name", "establish_terminate", "executionOption"];
    body.only(&[&known[..], &HARMLESS, &NOT_DONE].concat())?;
    body.without(&["establish_terminate"])?;
    options(body)?;
    let target = group_name(body.needed_text("target_storage_group_name")?)?;
    Ok(Action::CreateClone(Groups { source: source.to_owned(), target }))
}

fn options(fields: Fields<'_>) -> Answered<()> {
    for name in HARMLESS {
        fields.flag(name)?;
    }
    fields.without(&NOT_DONE)
}

/// Does something to a session.
///
/// # Errors
/// The body is none of that.
pub(crate) fn act(groups: Groups, body: Fields<'_>) -> Answered<Action> {
    let word = body.needed_text("action")?;
    // The options of an action stand under its name, which clients write in more than one way.
    let under: &[&str] = match word {
        "Establish" => &["establish"],
        "Restore" => &["restore"],
        "Split" => &["split"],
        "SetMode" => &["setMode", "set_mode", "setmode"],
        other => {
            return Err(Failure::malformed(format!("action is {other}: expected Establish, Restore, Split or SetMode")));
        }
    };
    body.only(&[&["action", "executionOption"], under].concat())?;
    let mut given = None;
    for name in under {
        given = given.or(body.object(name)?);
    }
    let mut known = [&HARMLESS[..], &NOT_DONE].concat();
    if word == "SetMode" {
        known.push("mode");
    }
    if let Some(given) = given {
        given.only(&known)?;
        options(given)?;
    }
    Ok(match word {
        "Establish" => Action::EstablishClone(groups),
        "Restore" => Action::RestoreClone(groups),
        "Split" => Action::SplitClone(groups),
        _ => {
            let mode = given.map(|given| given.needed_text("mode")).transpose()?;
            let mode = mode.ok_or_else(|| Failure::malformed("setMode: expected a mode"))?;
            let mode = mode.parse().map_err(|error| Failure::malformed(format!("mode: {error}")))?;
            Action::SetCloneMode { groups, mode }
        }
    })
}

/// Ends a session, or all of a group; with `restored` only what a copy back left is ended, which is a split.
///
/// # Errors
/// The query is none of that.
pub(crate) fn terminate(source: &str, query: &Query) -> Answered<Action> {
    query.only(&["target_storage_group", "force", "symforce", "star", "skip", "not_ready", "restored"])?;
    for name in ["star", "skip"] {
        query.flag(name)?;
    }
    if query.flag("not_ready")? {
        return Err(Failure::not_done("Option not_ready"));
    }
    let force = query.flag("force")? | query.flag("symforce")?;
    let target = query.one("target_storage_group")?.map(str::to_owned);
    let source = source.to_owned();
    if !query.flag("restored")? {
        return Ok(Action::TerminateClone { source, target, force });
    }
    let target = target.ok_or_else(|| Failure::malformed("restored: expected target_storage_group beside it"))?;
    Ok(Action::SplitClone(Groups { source, target }))
}
