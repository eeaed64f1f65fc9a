//! What a face shows of its array: a look at the world, and what the look does not say of its FlashCopies.

use std::sync::Arc;

use dasdlab_model::name::Serial;
use dasdlab_model::observation::{ArraySeen, Observation, Relation, VolumeSeen};
use dasdlab_model::unit::VolumeId;

use super::order::volume;
use crate::engine::{Engine, Left};

/// A FlashCopy with what can be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    /// Source, target and state.
    pub(super) relation: Relation,
    /// What is left to copy; none where nothing is known of it.
    pub(super) left: Option<Left>,
    /// Whether it is gone as soon as all is copied.
    pub(super) ends_when_copied: bool,
}

/// An array as it is seen.
pub(super) struct View {
    seen: Arc<Observation>,
    array: Serial,
    /// Those FlashCopies of the array that were asked for.
    pub(super) pairs: Vec<Pair>,
}

impl View {
    /// Looks at an array, and at those of its FlashCopies that are `wanted`.
    pub(super) fn of(engine: &mut dyn Engine, array: Serial, wanted: impl Fn(&Relation) -> bool) -> Self {
        let seen = engine.look();
        let relations = seen.relations.iter().filter(|relation| relation.source.array == array && wanted(relation));
        let pairs = relations
            .map(|&relation| Pair {
                relation,
                left: engine.relation_left(relation.target),
                ends_when_copied: engine.ends_when_copied(relation.target),
            })
            .collect();
        Self { seen, array, pairs }
    }

    /// The array; none where the site has been changed for one without it.
    #[must_use]
    pub(super) fn array(&self) -> Option<&ArraySeen> {
        self.seen.arrays.iter().find(|array| array.serial == self.array)
    }

    /// Whether the array answers.
    #[must_use]
    pub(super) fn reachable(&self) -> bool {
        self.array().is_some_and(|array| array.reachable)
    }

    /// The volumes of the array, by their addresses.
    #[must_use]
    pub(super) fn volumes(&self) -> &[VolumeSeen] {
        let from = self.seen.volumes.partition_point(|volume| volume.id.array < self.array);
        let to = self.seen.volumes.partition_point(|volume| volume.id.array <= self.array);
        self.seen.volumes.get(from..to).unwrap_or_default()
    }

    /// A volume of the array.
    #[must_use]
    pub(super) fn volume(&self, id: VolumeId) -> Option<&VolumeSeen> {
        volume(&self.seen, id)
    }

    /// Everything that is seen.
    #[must_use]
    pub(super) fn seen(&self) -> &Observation {
        &self.seen
    }
}
