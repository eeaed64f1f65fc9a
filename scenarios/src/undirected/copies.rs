//! FlashCopy relations and mirror pairs of an undirected scenario, between any two volumes of one array.

use dasdlab_model::site::{Mirrors, Relations};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::unit::VolumeId;

use super::{Draft, Placed, any};
use crate::rng::Rng;

/// The most relations of one source that an array holds.
const RELATIONS: usize = 12;

impl Draft {
    pub(super) fn flashcopy(&mut self, rng: &mut Rng) {
        let mut pairs: Vec<(VolumeId, VolumeId)> = Vec::new();
        // Now and then one volume is the source of nearly all relations and comes near the limit.
        let hub = if rng.chance(1, 6) { rng.choose(&self.placed).copied() } else { None };
        let wanted = if hub.is_some() { self.placed.len() as u64 } else { self.copies(rng) };
        for _ in 0..wanted {
            let Some((drawn, target)) = self.ends(rng) else { continue };
            let source = hub.filter(|hub| hub.id.array == target.id.array && rng.chance(7, 8)).unwrap_or(drawn);
            let full = pairs.iter().filter(|pair| pair.0 == source.id).count() >= RELATIONS;
            if full || source.id == target.id || pairs.iter().any(|pair| pair.1 == target.id) {
                continue;
            }
            let Some(state) = any(RelationState::ALL, rng) else { continue };
            pairs.push((source.id, target.id));
            self.copied.push((source.id, target.id));
            let (source, target) = (self.point(&source, rng), self.point(&target, rng));
            self.site.flashcopy.push(Relations { source, target, count: 1, state });
        }
    }

    pub(super) fn mirrors(&mut self, rng: &mut Rng) {
        let mut pairs: Vec<(VolumeId, VolumeId, MirrorState)> = Vec::new();
        for _ in 0..self.copies(rng) {
            let Some((standard, bcv)) = self.ends(rng) else { continue };
            let Some(state) = any(MirrorState::ALL, rng) else { continue };
            let clash = pairs
                .iter()
                .any(|&(a, b, other)| b == bcv.id && (a == standard.id || (state.is_established() && other.is_established())));
            if !bcv.bcv || clash {
                continue;
            }
            pairs.push((standard.id, bcv.id, state));
            self.copied.push((standard.id, bcv.id));
            let (standard, bcv) = (self.point(&standard, rng), self.point(&bcv, rng));
            self.site.mirrors.push(Mirrors { standard, bcv, count: 1, state });
        }
    }

    /// The volumes that are or were copied from this one.
    pub(super) fn copied_from(&self, source: &Placed) -> Vec<&Placed> {
        let copy = |volume: &&Placed| self.copied.contains(&(source.id, volume.id));
        self.placed.iter().filter(copy).collect()
    }

    /// How many relations to try.
    fn copies(&self, rng: &mut Rng) -> u64 {
        rng.below(1 + self.placed.len() as u64 * self.wild.copy / 4)
    }

    /// Two different volumes of one array; the second one more often meant for a target.
    fn ends(&self, rng: &mut Rng) -> Option<(Placed, Placed)> {
        let from = rng.choose(&self.placed)?;
        let beside: Vec<&Placed> =
            self.placed.iter().filter(|other| other.id.array == from.id.array && other.id != from.id).collect();
        let to = rng.choose(&beside)?;
        Some(if from.target && !to.target && rng.chance(3, 4) { (**to, *from) } else { (*from, **to) })
    }
}
