//! FlashCopy relations and mirror pairs, to be looked up from either side.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::lists::Lists;
use super::volume_set::VolumeSet;
use super::volumes::Volumes;

/// The other side of a mirror pair, and its state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Partner {
    /// The volume on the other side.
    pub(crate) volume: u32,
    /// State of the pair.
    pub(crate) state: MirrorState,
}

impl Default for Partner {
    fn default() -> Self {
        Self { volume: 0, state: MirrorState::NeverEstab }
    }
}

/// Every copy that arrays know of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Copies {
    /// For each volume, the targets of the relations in which it is source.
    pub(crate) flashcopy_targets: Lists<u32>,
    /// For each volume, the sources of the relations in which it is target.
    pub(crate) flashcopy_sources: Lists<u32>,
    /// For each volume, the BCVs of the mirror pairs in which it is standard.
    pub(crate) bcvs: Lists<Partner>,
    /// For each volume, the standards of the mirror pairs in which it is BCV.
    pub(crate) standards: Lists<Partner>,
    /// Volumes that are, or were, part of any copy: most are not, and nothing else need be asked of these.
    pub(crate) touched: VolumeSet,
}

impl Copies {
    /// Enters relations and pairs; those of volumes that the site does not have are left out.
    pub(crate) fn new(seen: &Observation, volumes: &Volumes) -> Self {
        let relations: Vec<(u32, u32)> = seen
            .relations
            .iter()
            .filter_map(|relation| Some((volumes.find(relation.source)?, volumes.find(relation.target)?)))
            .collect();
        let mirrors: Vec<(u32, u32, MirrorState)> = seen
            .mirrors
            .iter()
            .filter_map(|pair| Some((volumes.find(pair.standard)?, volumes.find(pair.bcv)?, pair.state)))
            .collect();
        let mut touched = VolumeSet::default();
        if !relations.is_empty() || !mirrors.is_empty() {
            touched = VolumeSet::new(volumes.len());
            let ends = relations.iter().copied().chain(mirrors.iter().map(|&(standard, bcv, _)| (standard, bcv)));
            ends.for_each(|(one, other)| [one, other].into_iter().for_each(|volume| touched.insert(volume)));
        }
        let backwards = relations.iter().map(|&(source, target)| (target, source));
        let bcvs = mirrors.iter().map(|&(standard, volume, state)| (standard, Partner { volume, state }));
        let standards = mirrors.iter().map(|&(volume, bcv, state)| (bcv, Partner { volume, state }));
        Self {
            flashcopy_sources: Lists::new(volumes.len(), backwards),
            flashcopy_targets: Lists::new(volumes.len(), relations.iter().copied()),
            bcvs: Lists::new(volumes.len(), bcvs),
            standards: Lists::new(volumes.len(), standards),
            touched,
        }
    }

    /// From now on there is a relation from the source to the target, or none.
    pub(crate) fn relate(&mut self, source: u32, target: u32, exists: bool, volumes: usize) {
        self.touch(source, target, volumes);
        for (lists, one, other) in [(&mut self.flashcopy_targets, source, target), (&mut self.flashcopy_sources, target, source)]
        {
            let list = lists.change(one);
            list.retain(|&volume| volume != other);
            list.extend(exists.then_some(other));
        }
    }

    /// From now on the two are a mirror pair in this state, or none at all.
    pub(crate) fn mirror(&mut self, standard: u32, bcv: u32, state: Option<MirrorState>, volumes: usize) {
        self.touch(standard, bcv, volumes);
        for (lists, one, other) in [(&mut self.bcvs, standard, bcv), (&mut self.standards, bcv, standard)] {
            let list = lists.change(one);
            list.retain(|partner| partner.volume != other);
            list.extend(state.map(|state| Partner { volume: other, state }));
        }
    }

    /// The two volumes of this many are part of a copy.
    fn touch(&mut self, one: u32, other: u32, volumes: usize) {
        if self.touched.words().is_empty() {
            self.touched = VolumeSet::new(volumes);
        }
        self.touched.insert(one);
        self.touched.insert(other);
    }

    /// The standards to which this volume is established as BCV.
    pub(crate) fn established_to(&self, bcv: u32) -> impl Iterator<Item = Partner> + '_ {
        self.standards.of(bcv).iter().copied().filter(|partner| partner.state.is_established())
    }

    /// The BCVs that are established to this volume.
    pub(crate) fn established_on(&self, standard: u32) -> impl Iterator<Item = Partner> + '_ {
        self.bcvs.of(standard).iter().copied().filter(|partner| partner.state.is_established())
    }

    /// The mirror pairs of this volume, as either side, that are being restored or were forced out of it.
    pub(crate) fn restoring(&self, volume: u32) -> impl Iterator<Item = Partner> + '_ {
        let pairs = self.bcvs.of(volume).iter().chain(self.standards.of(volume)).copied();
        pairs.filter(|partner| matches!(partner.state, MirrorState::RestInProg | MirrorState::SplitBfrRest))
    }
}
