//! When two states are one: what is left of a state without times, names and the past, and its fingerprint.

use std::hash::{Hash, Hasher};

use dasdlab_model::name::Volser;
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::Progress;

use super::lab::{Lab, Place};
use super::state::State;

/// 128 bits for a state: of a million states the chance that two share one is below 10^-26.
pub(super) type Fingerprint = u128;

/// Folds words into 128 bits. It is the same on every machine and in every run.
struct Fold(u128);

/// The multiplier of PCG's 128-bit generator.
const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

impl Fold {
    const fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(MULTIPLIER);
        self.0 ^= self.0 >> 67;
    }

    const fn end(&self) -> Fingerprint {
        let mixed = (self.0 ^ (self.0 >> 59)).wrapping_mul(MULTIPLIER);
        mixed ^ (mixed >> 64)
    }
}

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.word(u64::from_le_bytes(word) ^ (chunk.len() as u64) << 60);
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.word(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.word(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.word(value as u64);
    }

    fn finish(&self) -> u64 {
        let end = self.end();
        (end ^ (end >> 64)) as u64
    }
}

/// How much a copy still owes, roughly: which tracks were written since does not matter, that some were does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Owes {
    Unknown,
    Nothing,
    Some,
    All,
}

impl From<Option<Progress>> for Owes {
    fn from(progress: Option<Progress>) -> Self {
        match progress {
            None => Self::Unknown,
            Some(Progress { invalid: 0, .. }) => Self::Nothing,
            Some(Progress { invalid, total }) if invalid == total => Self::All,
            Some(_) => Self::Some,
        }
    }
}

/// A fingerprint together with the faults that may still come.
pub(super) fn with_faults_left(print: Fingerprint, faults_left: u8) -> Fingerprint {
    let mut fold = Fold(print);
    faults_left.hash(&mut fold);
    fold.end()
}

/// The fingerprint of a state as it is, and that of the least of the states that are the same but for the order of pairs.
/// What faults may still come is in neither.
pub(super) fn fingerprints<M: Hash>(lab: &Lab, state: &State<M>) -> (Fingerprint, Fingerprint) {
    let order: Vec<u8> = (0..lab.bounds.pairs).collect();
    let actors = actors(state);
    let exact = permuted(lab, state, &order, actors);
    // A machine at work knows its pairs by number.
    if !lab.bounds.symmetry || state.actors.iter().any(|actor| !actor.past.fresh) {
        return (exact, exact);
    }
    let least = permutations(order).into_iter().map(|order| permuted(lab, state, &order, actors)).min();
    (exact, least.unwrap_or(exact))
}

/// The jobs that run, whichever is the first of them.
fn actors<M: Hash>(state: &State<M>) -> Fingerprint {
    let mut each: Vec<Fingerprint> = state
        .actors
        .iter()
        .map(|actor| {
            let mut fold = Fold::new();
            actor.hash(&mut fold);
            fold.end()
        })
        .collect();
    each.sort_unstable();
    let mut fold = Fold::new();
    each.hash(&mut fold);
    fold.end()
}

/// Every order of these numbers.
fn permutations(numbers: Vec<u8>) -> Vec<Vec<u8>> {
    if numbers.len() < 2 {
        return vec![numbers];
    }
    let mut all = Vec::new();
    for (at, first) in numbers.iter().enumerate() {
        let mut rest = numbers.clone();
        rest.remove(at);
        for mut order in permutations(rest) {
            order.insert(0, *first);
            all.push(order);
        }
    }
    all
}

/// The fingerprint of a state whose pair `n` is called `order[n]`.
fn permuted<M>(lab: &Lab, state: &State<M>, order: &[u8], actors: Fingerprint) -> Fingerprint {
    let pair = |number: u8| order.get(usize::from(number)).copied().unwrap_or(number);
    let place = |place: Place| match lab.pair_of(place) {
        Some((generation, number)) => lab.target(generation, pair(number)),
        None if lab.is_source(place) => lab.source(pair(place.0)),
        None => place,
    };
    let at = |volume: VolumeId| lab.place(volume).map(place);
    let label = |volser: Option<Volser>| volser.and_then(|volser| lab.labelled(volser)).map(place);
    let seen: &Observation = &state.seen;

    let mut units: Vec<_> = seen
        .units
        .iter()
        .filter_map(|unit| match unit.device {
            Device::Base(volume, status) => Some((at(volume), status)),
            Device::Alias(_) => None,
        })
        .collect();
    units.sort_unstable();
    let mut volumes: Vec<_> =
        seen.volumes.iter().map(|volume| (at(volume.id), label(volume.volser), volume.held_for.is_some())).collect();
    volumes.sort_unstable();
    let mut mirrors: Vec<_> = seen
        .mirrors
        .iter()
        .map(|pair| {
            let owes = Owes::from(state.world.progress(pair.standard, pair.bcv));
            (at(pair.bcv), at(pair.standard), pair.state, owes)
        })
        .collect();
    mirrors.sort_unstable();
    let mut relations: Vec<_> = seen
        .relations
        .iter()
        .map(|copy| (at(copy.target), at(copy.source), copy.state, Owes::from(state.world.relation_progress(copy.target))))
        .collect();
    relations.sort_unstable();

    let mut fold = Fold::new();
    (units, volumes, mirrors, relations).hash(&mut fold);
    if let Some(profile) = seen.profile(&lab.profile) {
        (profile.state, profile.reason, &profile.fingerprint, &profile.locked_by).hash(&mut fold);
        // Why a backup is what it is, is for people: nobody decides by it.
        let mut backups: Vec<_> = profile
            .backups
            .iter()
            .map(|backup| {
                (backup.generation, backup.taken_at, backup.valid, backup.expired, backup.consistency, backup.restore_scope)
            })
            .collect();
        backups.sort_unstable_by_key(|&(generation, taken_at, ..)| (generation, taken_at));
        backups.hash(&mut fold);
    }
    (state.world.logs_are_suspended(lab.ims), state.passed, actors).hash(&mut fold);
    fold.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_n_factorial_orders_and_the_given_one_comes_first() {
        assert_eq!(permutations(vec![0, 1, 2]).len(), 6);
        assert_eq!(permutations(vec![0, 1, 2])[0], [0, 1, 2]);
        assert_eq!(permutations(vec![0]), [[0]]);
    }

    #[test]
    fn the_order_and_the_length_of_what_is_folded_count() {
        let fold = |words: &[&str]| {
            let mut fold = Fold::new();
            words.hash(&mut fold);
            fold.end()
        };
        let all = [fold(&["a", "b"]), fold(&["b", "a"]), fold(&["ab"]), fold(&["ab", ""]), fold(&["a", "b", ""]), fold(&[])];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one));
        }
    }
}
