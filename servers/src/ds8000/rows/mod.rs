//! Rows: what there is, one thing each. Numbers are texts, and every row says where it is.

mod flashcopy;
mod lss;
mod pool;
mod system;
mod volume;

use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::states::{DeviceType, TRACKS_PER_CYLINDER};
use dasdlab_model::unit::{Lss, VolumeId};
use serde_json::{Value, json};

pub(super) use flashcopy::{flash_copies, flash_copy, id as flash_copy_id, old_flash_copies};
pub(super) use lss::lss;
pub(super) use pool::{Pools, pools};
pub(super) use system::systems;
pub(super) use volume::volumes;

use super::envelope::Row;
use super::route::ROOT;

/// Where this interface is, as the client came to it.
#[derive(Debug, Clone)]
pub(super) struct Base(String);

impl Base {
    /// The interface at this host, which may have a port.
    #[must_use]
    pub(super) fn new(scheme: &str, host: &str) -> Self {
        Self(format!("{scheme}://{host}{ROOT}"))
    }

    /// The link to an address.
    #[must_use]
    pub(super) fn link(&self, path: &str) -> Value {
        json!({ "rel": "self", "href": format!("{}/{path}", self.0) })
    }

    /// Something else, and where it is.
    fn to(&self, kind: &str, id: &str) -> Value {
        json!({ "id": id, "link": self.link(&format!("{kind}/{id}")) })
    }

    /// Where something of a thing is.
    fn at(&self, path: &str) -> Value {
        json!({ "link": self.link(path) })
    }
}

/// The id of a volume in its array.
#[must_use]
pub(super) fn volume_id(id: VolumeId) -> String {
    format!("{}{}", id.lss, id.ua)
}

/// The server of the array that drives a logical subsystem.
fn server(lss: Lss) -> u8 {
    lss.id() % 2
}

/// Bytes of a track.
const fn track(device: DeviceType) -> u64 {
    match device {
        DeviceType::T3390 => 56_664,
        DeviceType::T3380 => 47_476,
    }
}

/// Bytes of a volume.
fn capacity(volume: &VolumeSeen) -> u64 {
    u64::from(volume.cylinders) * u64::from(TRACKS_PER_CYLINDER) * track(volume.device_type)
}

/// A row of these columns.
fn row<const N: usize>(columns: [(&str, Value); N]) -> Row {
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
