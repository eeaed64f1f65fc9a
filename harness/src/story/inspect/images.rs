//! What the volumes of a world hold after some of them were copied back.

use std::collections::BTreeMap;

use dasdlab_model::name::{DataSetName, ImsSsid};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::{Content, World};

use super::back::Back;

/// The volumes of a world after a restore.
pub(super) struct Images<'a> {
    world: &'a World,
    /// The image that each volume was brought to, or why it has none.
    back: BTreeMap<VolumeId, Result<Content, &'static str>>,
}

impl<'a> Images<'a> {
    /// The world after these volumes were copied back.
    pub(super) fn new(world: &'a World, back: &Back) -> Self {
        let image = |volume: VolumeId| {
            let image = world.content(volume).and_then(|content| content.restored).ok_or("the copy back has not ended")?;
            if back.is_live(volume) { Err("IMS has written to it since it was copied back") } else { Ok(*image) }
        };
        Self { world, back: back.volumes().map(|volume| (volume, image(volume))).collect() }
    }

    /// Each volume that was copied back, with its image, or why it has none.
    pub(super) fn ordered_back(&self) -> impl Iterator<Item = (VolumeId, Result<&Content, &'static str>)> {
        self.back.iter().map(|(volume, image)| (*volume, image.as_ref().map_err(|why| *why)))
    }

    /// The image that a volume was brought to; none where it was left as it is.
    pub(super) fn of(&self, volume: VolumeId) -> Option<&Content> {
        self.back.get(&volume)?.as_ref().ok()
    }

    /// Whether a volume was brought back.
    pub(super) fn is_back(&self, volume: VolumeId) -> bool {
        self.of(volume).is_some()
    }

    /// How many writes of an IMS system a volume has. What was left as it is takes every write, whatever it was a copy of.
    pub(super) fn written(&self, volume: VolumeId, ims: ImsSsid) -> u64 {
        let written = self.of(volume).and_then(|image| image.written.as_ref());
        written.map_or_else(|| self.world.written(ims), |written| written.get(&ims).copied().unwrap_or(0))
    }

    /// Whether the catalog entry of a data set is another than it was when the image of this volume was made.
    pub(super) fn entry_is_younger(&self, data_set: &DataSetName, image: &Content) -> bool {
        self.world.entry_changed(data_set) > image.stamp
    }
}
