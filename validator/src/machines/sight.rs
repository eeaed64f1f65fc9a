//! What one observation says about the BCVs of a profile.

use std::collections::BTreeMap;

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{MirrorPair, Observation};
use dasdlab_model::states::MirrorState;
use dasdlab_model::unit::VolumeId;

use super::plan::PlannedPair;

/// What the BCV of a pair does at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its pair information cannot be used.
    Faulty(MirrorState),
    /// Established to its own source.
    Own(MirrorState),
    /// Established to another volume.
    Other(VolumeId, MirrorState),
    /// Not established; whether an incremental establish is possible.
    Free {
        /// What changed since the split from its own source is known.
        history: bool,
    },
}

/// Mirror pairs by their BCV, and holds.
#[derive(Debug)]
pub(super) struct Sight<'a> {
    mirrors: BTreeMap<VolumeId, Vec<&'a MirrorPair>>,
    holds: BTreeMap<VolumeId, &'a ProfileName>,
}

impl<'a> Sight<'a> {
    /// What is seen of every BCV.
    pub(super) fn new(seen: &'a Observation) -> Self {
        Self::among(seen, |_| true)
    }

    /// What is seen of one BCV; nothing can be asked about another.
    pub(super) fn of_one(seen: &'a Observation, bcv: VolumeId) -> Self {
        Self::among(seen, |volume| volume == bcv)
    }

    fn among(seen: &'a Observation, asked: impl Fn(VolumeId) -> bool) -> Self {
        let mut mirrors: BTreeMap<VolumeId, Vec<&MirrorPair>> = BTreeMap::new();
        for mirror in seen.mirrors.iter().filter(|mirror| asked(mirror.bcv)) {
            mirrors.entry(mirror.bcv).or_default().push(mirror);
        }
        let volumes = seen.volumes.iter().filter(|volume| asked(volume.id));
        let holds = volumes.filter_map(|volume| Some((volume.id, volume.held_for.as_ref()?))).collect();
        Self { mirrors, holds }
    }

    /// The profile that this BCV is held for.
    pub(super) fn held_for(&self, bcv: VolumeId) -> Option<&'a ProfileName> {
        self.holds.get(&bcv).copied()
    }

    /// The state of the pair, where the array knows it as one.
    pub(super) fn state(&self, pair: &PlannedPair) -> Option<MirrorState> {
        self.of(pair.bcv).find(|mirror| mirror.standard == pair.standard).map(|mirror| mirror.state)
    }

    /// What the pair's BCV does.
    pub(super) fn standing(&self, pair: &PlannedPair) -> Standing {
        use MirrorState::{Invalid, Split, SplitBfrSync, Unknown};
        // The order of the list means nothing: of two unusable rows the same one is named each time.
        let faulty = self.of(pair.bcv).map(|mirror| mirror.state).filter(|state| matches!(state, Invalid | Unknown)).min();
        if let Some(state) = faulty {
            return Standing::Faulty(state);
        }
        match self.of(pair.bcv).find(|mirror| mirror.state.is_established()) {
            Some(mirror) if mirror.standard == pair.standard => Standing::Own(mirror.state),
            Some(mirror) => Standing::Other(mirror.standard, mirror.state),
            None => Standing::Free { history: matches!(self.state(pair), Some(Split | SplitBfrSync)) },
        }
    }

    fn of(&self, bcv: VolumeId) -> impl Iterator<Item = &'a MirrorPair> {
        self.mirrors.get(&bcv).into_iter().flatten().copied()
    }
}
