//! What a label means: the volumes that a catalog entry with this VOLSER stands for.

use std::sync::Arc;

use dasdlab_model::name::Volser;

use super::label_index::LabelIndex;
use super::ones::Ones;
use super::volume_set::VolumeSet;
use super::volumes::{Volume, Volumes};

/// Every label of the site and the volumes that carry it: the same for all profiles of a system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carried {
    ids: LabelIndex,
    /// Labels as words.
    words: Vec<u64>,
    /// For each label, the volumes with a base unit in the profile's system that carry it.
    carriers: Ones,
}

impl Carried {
    /// Reads the labels of all carriers.
    pub(crate) fn new(volumes: &Volumes) -> Self {
        let room = volumes.len();
        let (ids, words) = (LabelIndex::with_room(room), Vec::with_capacity(room));
        let mut this = Self { ids, words, carriers: Ones::with_room(room) };
        for (volume, seen) in (0..).zip(&volumes.list) {
            if seen.carries() {
                let label = this.enter(seen.label);
                this.carriers.push(label, volume);
            }
        }
        this
    }

    /// The id of the label with this word; a new one where nobody carries it.
    #[inline]
    pub(crate) fn enter(&mut self, word: u64) -> u32 {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let id = self.ids.enter(word, next);
        if id == next {
            self.words.push(word);
        }
        id
    }
}

/// Every label of the site and the volumes that carry or mean it.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    carried: Arc<Carried>,
    /// For each label, the volumes that it means.
    meaning: Ones,
}

impl Labels {
    /// Finds out what all labels mean. A label means the mounted carriers, of several the sources among them if
    /// there are any; with none mounted, the carriers that are no target of any profile.
    pub(crate) fn new(carried: &Arc<Carried>, volumes: &Volumes, sources: &VolumeSet, any_target: &VolumeSet) -> Self {
        let mut this = Self { carried: Arc::clone(carried), meaning: Ones::default() };
        let means = |volume: u32| !any_target.contains(volume) || volumes.get(volume).is_some_and(Volume::is_mounted);
        this.meaning = carried.carriers.filtered(means, |label| this.meant(label, volumes, sources, any_target).collect());
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
        let carriers = self.carried.carriers.of(label);
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
        self.meaning.put(label, volumes);
    }

    /// From now on the volume, which has a base unit in the profile's system, carries the label with the second word, and no
    /// more the one with the first; 0 is none.
    pub(crate) fn carry(&mut self, volume: u32, [before, now]: [u64; 2]) {
        let carried = Arc::make_mut(&mut self.carried);
        if let Some(before) = carried.ids.get(before) {
            carried.carriers.remove(before, volume);
        }
        if now != 0 {
            let label = carried.enter(now);
            carried.carriers.push(label, volume);
        }
    }

    /// The label that this volume carries, if it has a base unit in the profile's system.
    pub(crate) fn carried(&self, volume: &Volume) -> Option<u32> {
        if volume.carries() { self.carried.ids.get(volume.label) } else { None }
    }

    /// The volumes with a base unit in the profile's system that carry this label.
    pub(crate) fn carriers(&self, label: u32) -> &[u32] {
        self.carried.carriers.of(label)
    }

    /// The volumes that carry a label with others.
    pub(super) fn in_company(&self) -> impl Iterator<Item = u32> {
        self.carried.carriers.in_company()
    }

    /// How many labels there are.
    pub(crate) fn len(&self) -> usize {
        self.carried.words.len()
    }

    /// The id of the label with this word; a new one where nobody carries it.
    pub(crate) fn enter(&mut self, word: u64) -> u32 {
        Arc::make_mut(&mut self.carried).enter(word)
    }

    /// The label with this id.
    pub(crate) fn name(&self, label: u32) -> Option<Volser> {
        self.carried.words.get(label as usize).copied().and_then(Volser::from_packed)
    }

    /// The volumes that this label means; none where the site has no such volume.
    #[inline]
    pub(crate) fn means(&self, label: u32) -> &[u32] {
        self.meaning.of(label)
    }

    /// The volumes that each of these labels means.
    #[inline]
    pub(super) fn meant_by<'l>(&'l self, named: &'l [u32]) -> impl Iterator<Item = &'l [u32]> + Clone {
        named.iter().map(|&label| self.means(label))
    }

    /// The volumes with a base unit in the profile's system that carry the same label as this one, itself included.
    pub(crate) fn carriers_like(&self, volume: &Volume) -> &[u32] {
        self.carried(volume).map(|label| self.carriers(label)).unwrap_or_default()
    }
}
