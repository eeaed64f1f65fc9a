//! Answers to whoever has been let in: what there is, and what was done.

use axum::body::Body;
use axum::http::Response;
use dasdlab_model::name::Serial;
use dasdlab_model::observation::Relation;
use dasdlab_model::unit::VolumeId;

use super::code::{Failure, Kind};
use super::envelope::{self, Made, Rows};
use super::order::{Done, Order, Refused};
use super::request::{self, MAX_IDS, Query};
use super::route::{self, Place, Route};
use super::rows::{self, Base, Pools};
use super::view::View;
use crate::desk::Closed;
use crate::face::Face;
use crate::order::{Order as Desks, Outcome};

impl From<Closed> for Failure {
    fn from(closed: Closed) -> Self {
        let kind = match closed {
            Closed::Busy => Kind::Busy,
            Closed::Stopping => Kind::Stopping,
        };
        Self::new(kind, closed.to_string())
    }
}

fn no_such(what: &str, id: impl std::fmt::Display) -> Failure {
    Failure::new(Kind::NoSuchThing, format!("There is no {what} {id}."))
}

/// Which FlashCopies an answer needs.
fn wanted(array: Serial, route: &Route) -> impl Fn(&Relation) -> bool + Send + use<> {
    let volume = |place| request::volume(array, place);
    let (all, of, pair) = match route {
        Route::OldFlashCopies | Route::FlashCopies => (true, None, None),
        Route::VolumeFlashCopy(place) => (false, Some(volume(*place)), None),
        Route::FlashCopy(source, target) => (false, None, Some((volume(*source), volume(*target)))),
        _ => (false, None, None),
    };
    move |relation| {
        all || of.is_some_and(|volume| [relation.source, relation.target].contains(&volume))
            || pair == Some((relation.source, relation.target))
    }
}

/// Answers with what there is.
pub(super) async fn read(face: &Face, route: Route, query: Query, base: Base) -> Result<Response<Body>, Failure> {
    let (array, old_key) = (face.array, face.quirks.old_flashcopy_key);
    let wanted = wanted(array, &route);
    let view = face.desk.read(move |core| View::of(&mut *core.engine, array, wanted)).await?;
    // Rows of a large array take long to write: neither the desk nor other clients wait for them.
    let written = tokio::task::spawn_blocking(move || {
        let rows = rows_of(array, &view, &route, &query, &base, old_key)?;
        if rows.rows.is_empty() && old_key && route == Route::FlashCopies {
            return Ok(envelope::nothing());
        }
        envelope::rows(rows, query.data_fields.as_deref())
    });
    written.await.map_err(|error| Failure::new(Kind::Broken, error.to_string()))?
}

fn rows_of(array: Serial, view: &View, route: &Route, query: &Query, base: &Base, old_key: bool) -> Result<Rows, Failure> {
    let volume = |place: Place| {
        let id = request::volume(array, place);
        view.volume(id).map(|_| id).ok_or_else(|| no_such("volume", rows::volume_id(id)))
    };
    let one_lss = |lss| {
        let known = view.array().is_some_and(|array| array.lss.iter().any(|&(id, _)| id == lss));
        if known { Ok(lss) } else { Err(no_such("LSS", lss)) }
    };
    let key = if old_key { "flashcopy" } else { "flashcopies" };
    let one_volume = |id: VolumeId| rows::volumes(view, base, |volume| volume.id == id);
    Ok(match route {
        Route::Systems => rows::systems(view),
        Route::LssList => {
            let fixed_block = query.kind.as_deref() == Some("fb");
            rows::lss(view, base, |_| !fixed_block)
        }
        Route::Lss(lss) => {
            let wanted = one_lss(*lss)?;
            rows::lss(view, base, |lss| lss == wanted)
        }
        Route::LssVolumes(lss) => {
            let lss = one_lss(*lss)?;
            rows::volumes(view, base, |volume| volume.id.lss == lss)
        }
        Route::LssVolume(lss, place) => {
            let (lss, id) = (one_lss(*lss)?, volume(*place)?);
            if id.lss != lss {
                return Err(no_such(&format!("volume {} in LSS", rows::volume_id(id)), lss));
            }
            one_volume(id)
        }
        Route::Volumes => rows::volumes(view, base, |_| true),
        Route::Volume(place) => one_volume(volume(*place)?),
        Route::VolumeFlashCopy(place) => {
            volume(*place)?;
            rows::old_flash_copies(view, base)
        }
        Route::Pools => rows::pools(view, base, |_| true),
        Route::Pool(id) => some(rows::pools(view, base, |pool| pool == id), "pool", id)?,
        Route::PoolVolumes(id) => {
            let pools = Pools::of(view);
            let volumes = rows::volumes(view, base, |volume| pools.id_of(volume).as_deref() == Some(id));
            some(volumes, "pool", id)?
        }
        Route::OldFlashCopies => rows::old_flash_copies(view, base),
        Route::FlashCopies => rows::flash_copies(view, base, key),
        Route::FlashCopy(source, target) => {
            let [source, target] = [*source, *target].map(|place| request::volume(array, place));
            some(rows::flash_copies(view, base, key), "FlashCopy relationship", &rows::flash_copy_id(source, target))?
        }
        Route::Tokens | Route::NotSimulated => return Err(Failure::new(Kind::Broken, "This address is answered elsewhere.")),
    })
}

/// Rows of a thing, of which there is one at least where there is such a thing.
fn some(rows: Rows, what: &str, id: &str) -> Result<Rows, Failure> {
    if rows.rows.is_empty() { Err(no_such(what, route::shown(id))) } else { Ok(rows) }
}

/// Has an order carried out; says what came of each pair, and the id of the pair.
async fn carry_out(face: &Face, order: Order) -> Result<Vec<(String, Result<Done, Refused>)>, Failure> {
    let (Order::Establish { pairs, .. } | Order::Withdraw { pairs, .. }) = &order;
    let ids: Vec<String> = pairs.iter().map(|&(source, target)| rows::flash_copy_id(source, target)).collect();
    match face.desk.order(Desks::Ds8000(order)).await? {
        Outcome::Ds8000(results) => Ok(ids.into_iter().zip(results).collect()),
        _ => Err(Failure::new(Kind::Broken, "The order was answered by somebody else.")),
    }
}

/// Establishes FlashCopies.
pub(super) async fn establish(face: &Face, body: &[u8], base: &Base) -> Result<Response<Body>, Failure> {
    let asked = request::asked(face.array, &request::params(body)?)?;
    let order = Order::Establish { by: face.access.user().to_owned(), pairs: asked.pairs, options: asked.options };
    let name = if face.quirks.old_flashcopy_key { "flashcopy" } else { "flashcopies" };
    let made = |done: Done| {
        let left = done.left.map_or(0, |left| left.tracks);
        let row = rows::flash_copy(base, (done.source, done.target), left, "valid");
        let link = base.link(&format!("cs/flashcopies/{}", rows::flash_copy_id(done.source, done.target)));
        Made { name, row, link }
    };
    let mut parts: Vec<Result<Option<Made>, Failure>> = carry_out(face, order)
        .await?
        .into_iter()
        .map(|(pair, result)| result.map(|done| Some(made(done))).map_err(|refused| Failure::refused(refused, &pair)))
        .collect();
    match (parts.len(), parts.pop()) {
        (1, Some(one)) => Ok(one?.map_or_else(envelope::done, envelope::made)),
        (_, last) => {
            parts.extend(last);
            Ok(envelope::parts(parts))
        }
    }
}

async fn withdrawn(face: &Face, places: &[(Place, Place)]) -> Result<Vec<Result<Option<Made>, Failure>>, Failure> {
    let volume = |place| request::volume(face.array, place);
    let pairs = places.iter().map(|&(source, target)| (volume(source), volume(target))).collect();
    let results = carry_out(face, Order::Withdraw { by: face.access.user().to_owned(), pairs }).await?;
    Ok(results
        .into_iter()
        .map(|(pair, result)| result.map(|_| None).map_err(|refused| Failure::refused(refused, &pair)))
        .collect())
}

/// Withdraws a FlashCopy.
pub(super) async fn withdraw(face: &Face, source: Place, target: Place) -> Result<Response<Body>, Failure> {
    for result in withdrawn(face, &[(source, target)]).await? {
        result?;
    }
    Ok(envelope::done())
}

/// Withdraws the FlashCopies that are named behind the address.
pub(super) async fn withdraw_several(face: &Face, query: Query) -> Result<Response<Body>, Failure> {
    let ids = query.ids.unwrap_or_default();
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(Failure::new(Kind::Malformed, format!("ids: expected 1 to {MAX_IDS} ids, with commas between them.")));
    }
    let places = ids.iter().map(|id| route::pair(id)).collect::<Result<Vec<_>, _>>()?;
    if let [(source, target)] = places.as_slice() {
        return withdraw(face, *source, *target).await;
    }
    Ok(envelope::parts(withdrawn(face, &places).await?))
}
