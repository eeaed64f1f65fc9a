//! What a label means: the volumes that a catalog entry with this VOLSER stands for.

use dasdlab_model::name::Volser;

use super::label_index::LabelIndex;
use super::lists::{Filling, Lists};
use super::volume_set::VolumeSet;
use super::volumes::{Volume, Volumes};

/// Stands for no label.
const NONE: u32 = u32::MAX;

/// Every label of the site and the volumes that carry or mean it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    ids: LabelIndex,
    /// Labels as words.
    words: Vec<u64>,
    /// For each volume, the label that it carries, or [`NONE`].
    carried: Vec<u32>,
    /// For each label, the volumes with a base unit in the profile's system that carry it.
    carriers: Lists<u32>,
    /// For each label, the volumes that it means.
    meaning: Lists<u32>,
}

impl Labels {
    /// Reads the labels of all carriers. A label means the mounted carriers, of several the sources among them if
    /// there are any; with none mounted, the carriers that are no target of any profile.
    pub(crate) fn new(volumes: &Volumes, sources: &VolumeSet, any_target: &VolumeSet) -> Self {
        let mut this = Self::default();
        this.carried.reserve_exact(volumes.len());
        let mut carriers = Filling::with_room(volumes.len());
        for (volume, seen) in (0..).zip(&volumes.list) {
            let carries = seen.label != 0 && seen.host.is_some();
            let label = if carries { this.enter(seen.label) } else { NONE };
            if carries {
                carriers.push(label, volume);
            }
            this.carried.push(label);
        }
        this.carriers = carriers.finish(this.words.len());
        let mut meaning = Filling::with_room(this.words.len());
        for label in 0..u32::try_from(this.words.len()).unwrap_or(u32::MAX) {
            this.meant(label, volumes, sources, any_target).for_each(|volume| meaning.push(label, volume));
        }
        this.meaning = meaning.finish(this.words.len());
        this
    }

    /// The volumes that this label means as its carriers stand.
    #[inline]
    pub(crate) fn meant(
        &self,
        label: u32,
        volumes: &Volumes,
        sources: &VolumeSet,
        any_target: &VolumeSet,
    ) -> impl Iterator<Item = u32> {
        let is_mounted = |&volume: &u32| volumes.get(volume).is_some_and(Volume::is_mounted);
        let carriers = self.carriers.of(label);
        let any_mounted = carriers.iter().any(is_mounted);
        let any_source = || carriers.iter().any(|volume| is_mounted(volume) && sources.contains(*volume));
        let only_sources = any_mounted && carriers.len() > 1 && any_source();
        carriers.iter().copied().filter(move |&volume| {
            if any_mounted {
                is_mounted(&volume) && (!only_sources || sources.contains(volume))
            } else {
                !any_target.contains(volume)
            }
        })
    }

    /// From now on the label means these volumes.
    pub(crate) fn mean(&mut self, label: u32, volumes: Vec<u32>) {
        *self.meaning.change(label) = volumes;
    }

    /// From now on the volume, which has a base unit in the profile's system, carries the label with this word, or none
    /// where it is 0.
    pub(crate) fn carry(&mut self, volume: u32, word: u64) {
        if let Some(before) = self.carried(volume) {
            self.carriers.change(before).retain(|&carrier| carrier != volume);
        }
        let label = if word == 0 { NONE } else { self.enter(word) };
        if label != NONE {
            self.carriers.change(label).push(volume);
        }
        if let Some(carried) = self.carried.get_mut(volume as usize) {
            *carried = label;
        }
    }

    /// The label that this volume carries, if it has a base unit in the profile's system.
    pub(crate) fn carried(&self, volume: u32) -> Option<u32> {
        self.carried.get(volume as usize).copied().filter(|&label| label != NONE)
    }

    /// The volumes with a base unit in the profile's system that carry this label.
    pub(crate) fn carriers(&self, label: u32) -> &[u32] {
        self.carriers.of(label)
    }

    /// How many labels there are.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The id of the label with this word; a new one where nobody carries it.
    pub(crate) fn enter(&mut self, word: u64) -> u32 {
        let next = u32::try_from(self.words.len()).unwrap_or(NONE);
        let id = self.ids.enter(word, next);
        if id == next {
            self.words.push(word);
        }
        id
    }

    /// The label with this id.
    pub(crate) fn name(&self, label: u32) -> Option<Volser> {
        self.words.get(label as usize).copied().and_then(Volser::from_packed)
    }

    /// The volumes that this label means; none where the site has no such volume.
    pub(crate) fn means(&self, label: u32) -> &[u32] {
        self.meaning.of(label)
    }

    /// The volumes with a base unit in the profile's system that carry the same label as this one, itself included.
    pub(crate) fn carriers_like(&self, volume: u32) -> &[u32] {
        self.carried(volume).map(|label| self.carriers(label)).unwrap_or_default()
    }
}
