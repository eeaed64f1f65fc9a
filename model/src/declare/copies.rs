//! FlashCopy relations and mirror pairs that exist.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Taken, Unroller, field, item};
use crate::observation::{MirrorPair, Relation};
use crate::unit::{VolumeId, VolumeRef};

/// The most FlashCopy relations of one source that an array holds at once.
pub(crate) const MAX_RELATIONS: u32 = 12;

impl Unroller<'_> {
    pub(super) fn flashcopy(&mut self) {
        let mut targets = FxHashSet::default();
        let mut sources: FxHashMap<VolumeId, u32> = FxHashMap::default();
        for (index, range) in self.site.flashcopy.iter().enumerate() {
            if !self.fits(|| field("flashcopy", index, "count"), "relations", range.count, self.seen.relations.len(), 0) {
                continue;
            }
            for nth in 0..range.count {
                let ends = self.ends("flashcopy", index, ("source", range.source), ("target", range.target), nth);
                let Some((source, target)) = ends else { break };
                if !targets.insert(target) {
                    self.fault(
                        field("flashcopy", index, "target"),
                        format!("{target} is the target of two relations: a target has one source"),
                    );
                    break;
                }
                let held = sources.entry(source).or_default();
                *held += 1;
                if *held > MAX_RELATIONS {
                    self.fault(
                        field("flashcopy", index, "source"),
                        format!("{source} is the source of more than {MAX_RELATIONS} relations"),
                    );
                    break;
                }
                self.seen.relations.push(Relation { source, target, state: range.state });
            }
        }
    }

    pub(super) fn mirrors(&mut self) {
        let mut pairs = FxHashSet::default();
        let mut established = FxHashSet::default();
        for (index, range) in self.site.mirrors.iter().enumerate() {
            if !self.fits(|| field("mirrors", index, "count"), "mirror pairs", range.count, self.seen.mirrors.len(), 0) {
                continue;
            }
            for nth in 0..range.count {
                let ends = self.ends("mirrors", index, ("standard", range.standard), ("bcv", range.bcv), nth);
                let Some((standard, bcv)) = ends else { break };
                if self.at.taken.get(&bcv) == Some(&Taken::Volume { bcv: false }) {
                    self.fault(
                        field("mirrors", index, "bcv"),
                        format!("{bcv} is not of the BCV device class: expected a volume with `bcv = true`"),
                    );
                    break;
                }
                if !pairs.insert((standard, bcv)) {
                    self.fault(item("mirrors", index), format!("the pair {standard} and {bcv} is declared twice"));
                    break;
                }
                if range.state.is_established() && !established.insert(bcv) {
                    self.fault(
                        field("mirrors", index, "bcv"),
                        format!("{bcv} is established to two volumes: a BCV mirrors one at a time"),
                    );
                    break;
                }
                self.seen.mirrors.push(MirrorPair { standard, bcv, state: range.state });
            }
        }
    }

    /// Both ends of the `nth` pair of a range: different volumes of one array.
    fn ends(
        &mut self,
        list: &'static str,
        index: usize,
        (from_name, from): (&'static str, VolumeRef),
        (to_name, to): (&'static str, VolumeRef),
        nth: u32,
    ) -> Option<(VolumeId, VolumeId)> {
        let mut end = |name, reference| match self.resolve(reference, nth) {
            Ok(volume) => Some(volume),
            Err(message) => {
                self.fault(field(list, index, name), message);
                None
            }
        };
        let (from, to) = (end(from_name, from), end(to_name, to));
        let (from, to) = from.zip(to)?;
        if from == to {
            self.fault(item(list, index), format!("{from} is paired with itself"));
            return None;
        }
        if from.array != to.array {
            self.fault(item(list, index), format!("{from} and {to} are on different arrays: no array copies to another"));
            return None;
        }
        Some((from, to))
    }
}
