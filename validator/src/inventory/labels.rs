//! What a label means: the volumes that a catalog entry with this VOLSER stands for.

use dasdlab_model::name::Volser;
use rustc_hash::FxHashMap;

use super::lists::Lists;
use super::volume_set::VolumeSet;
use super::volumes::Volumes;

/// Every label of the site and the volumes that carry or mean it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    ids: FxHashMap<u64, u32>,
    /// Labels as words.
    words: Vec<u64>,
    /// For each volume, the label that it carries.
    carried: Vec<Option<u32>>,
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
        for volume in &volumes.list {
            let label = volume.volser.filter(|_| volume.host.is_some()).map(|label| this.enter(label.packed()));
            this.carried.push(label);
        }
        let carriers: Vec<(u32, u32)> =
            (0..).zip(&this.carried).filter_map(|(volume, label)| Some(((*label)?, volume))).collect();
        this.carriers = Lists::new(this.words.len(), &carriers);
        let mut meaning = Vec::with_capacity(carriers.len());
        for label in 0..u32::try_from(this.words.len()).unwrap_or(u32::MAX) {
            let carriers = this.carriers.of(label);
            let is_mounted = |&volume: &u32| volumes.get(volume).is_some_and(super::volumes::Volume::is_mounted);
            let any_mounted = carriers.iter().any(is_mounted);
            let any_source = carriers.iter().any(|volume| is_mounted(volume) && sources.contains(*volume));
            for &volume in carriers {
                let means = if any_mounted {
                    is_mounted(&volume) && (!any_source || sources.contains(volume))
                } else {
                    !any_target.contains(volume)
                };
                if means {
                    meaning.push((label, volume));
                }
            }
        }
        this.meaning = Lists::new(this.words.len(), &meaning);
        this
    }

    /// The id of the label with this word; a new one where nobody carries it.
    pub(crate) fn enter(&mut self, word: u64) -> u32 {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(word).or_insert(next);
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
        let label = self.carried.get(volume as usize).copied().flatten();
        label.map(|label| self.carriers.of(label)).unwrap_or_default()
    }
}
