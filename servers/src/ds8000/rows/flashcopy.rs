//! FlashCopies, in the view of today and in the older one.

use dasdlab_model::states::{RelationState, TRACKS_PER_CYLINDER};
use dasdlab_model::unit::VolumeId;

use super::{Base, row, volume_id};
use crate::ds8000::envelope::{Row, Rows};
use crate::ds8000::view::{Pair, View};

const FIELDS: &[&str] = &["id", "link", "source_volume", "target_volume", "out_of_sync_tracks", "state"];

const OLD_FIELDS: &[&str] = &["sourcevolume", "targetvolume", "persistent", "recording", "backgroundcopy", "state"];

/// The id of a FlashCopy.
#[must_use]
pub(in crate::ds8000) fn id(source: VolumeId, target: VolumeId) -> String {
    format!("{}:{}", volume_id(source), volume_id(target))
}

/// The state of a FlashCopy as the array names it.
const fn state(relation: RelationState, reachable: bool) -> &'static str {
    match relation {
        _ if !reachable => "volume_inaccessible",
        RelationState::Failed => "tgt_failed",
        RelationState::Copying | RelationState::Idle | RelationState::Copied => "valid",
    }
}

const fn switch(on: bool) -> &'static str {
    if on { "enabled" } else { "disabled" }
}

/// The row of a FlashCopy of which so many tracks are not copied.
#[must_use]
pub(in crate::ds8000) fn flash_copy(base: &Base, (source, target): (VolumeId, VolumeId), left: u32, state: &str) -> Row {
    let id = id(source, target);
    row([
        ("link", base.link(&format!("cs/flashcopies/{id}"))),
        ("source_volume", base.to("volumes", &volume_id(source))),
        ("target_volume", base.to("volumes", &volume_id(target))),
        ("out_of_sync_tracks", left.to_string().into()),
        ("state", state.into()),
        ("id", id.into()),
    ])
}

/// A row for each FlashCopy of a view. Of one that has failed nothing is in sync.
pub(in crate::ds8000) fn flash_copies(view: &View, base: &Base, name: &'static str) -> Rows {
    let one = |pair: &Pair| {
        let relation = pair.relation;
        let whole = || view.volume(relation.source).map_or(0, |volume| volume.cylinders.saturating_mul(TRACKS_PER_CYLINDER));
        let left = pair.left.map_or_else(whole, |left| left.tracks);
        flash_copy(base, (relation.source, relation.target), left, state(relation.state, view.reachable()))
    };
    Rows { name, fields: FIELDS, rows: view.pairs.iter().map(one).collect() }
}

/// A row for each FlashCopy of a view, as older releases have it. The array notes what changes on either side of every
/// relation that persists.
pub(in crate::ds8000) fn old_flash_copies(view: &View, base: &Base) -> Rows {
    let one = |pair: &Pair| {
        let relation = pair.relation;
        let persists = switch(!pair.ends_when_copied);
        row([
            ("sourcevolume", base.to("volumes", &volume_id(relation.source))),
            ("targetvolume", base.to("volumes", &volume_id(relation.target))),
            ("persistent", persists.into()),
            ("recording", persists.into()),
            ("backgroundcopy", switch(relation.state != RelationState::Idle).into()),
            ("state", state(relation.state, view.reachable()).into()),
        ])
    };
    Rows { name: "flashcopy", fields: OLD_FIELDS, rows: view.pairs.iter().map(one).collect() }
}
