//! The generator behind every scenario: named, value-stable, the same on every machine.
//!
//! ChaCha with 8 rounds over 32 explicit seed bytes. Everything that turns its words into choices is spelled out here,
//! so that no release of a library can change what a seed means.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Version of the generator: the same version, seed and index give the same scenario for ever.
pub const GENERATOR: u32 = 1;

/// A stream of choices. Child streams are derived by name, so that one purpose never shifts the choices of another.
#[derive(Debug, Clone)]
pub struct Rng {
    seed: [u8; 32],
    words: ChaCha8Rng,
}

/// One step of FNV-1a over 64 bits.
const fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01B3)
}

/// The finalizer of SplitMix64: spreads every bit over all others.
const fn spread(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

impl Rng {
    /// The stream of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::from_bytes([0; 32]).derive(&seed.to_le_bytes())
    }

    /// The stream of these seed bytes.
    #[must_use]
    pub fn from_bytes(seed: [u8; 32]) -> Self {
        Self { seed, words: ChaCha8Rng::from_seed(seed) }
    }

    /// The stream of this name; it depends on the seed of this one, not on how much of it was used.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        self.derive(name.as_bytes())
    }

    fn derive(&self, name: &[u8]) -> Self {
        // Four words side by side: one after the other, each would wait for all its own steps.
        let mut lanes = [0, 1, 2, 3].map(|lane| fnv(0xCBF2_9CE4_8422_2325, lane));
        for bytes in [self.seed.as_slice(), name] {
            for &byte in bytes {
                lanes = lanes.map(|hash| fnv(hash, byte));
            }
        }
        let mut seed = [0; 32];
        for (hash, chunk) in lanes.into_iter().zip(seed.chunks_exact_mut(8)) {
            chunk.copy_from_slice(&spread(hash).to_le_bytes());
        }
        Self::from_bytes(seed)
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.words.next_u64()
    }

    /// A number from 0 to `n` - 1; 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.word()) * u128::from(n);
        (wide >> 64) as u64
    }

    /// An index of a list of this length; 0 where it is empty.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + self.below(span) as u32
    }

    /// True `num` times out of `den`.
    pub fn chance(&mut self, num: u64, den: u64) -> bool {
        self.below(den) < num
    }

    /// One of these; none if there are none.
    pub fn choose<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.index(from.len()))
    }

    /// One of these; the list must not be empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        debug_assert!(!from.is_empty(), "there is nothing to pick from");
        &from[self.index(from.len())]
    }

    /// One of these values.
    pub fn one<T: Copy, const N: usize>(&mut self, from: [T; N]) -> T {
        const { assert!(N > 0, "there must be something to choose from") };
        from[self.index(N)]
    }

    /// Brings a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.index(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mut rng: Rng, expected: [u64; 3]) {
        assert_eq!([rng.word(), rng.word(), rng.word()], expected);
    }

    #[test]
    fn zero_seed_bytes_give_the_published_chacha8_stream() {
        check(Rng::from_bytes([0; 32]), [0xD640_5F89_2FEF_003E, 0xA1A5_091F_E8B8_5B7F, 0x3B7F_9ACE_C30E_842C]);
    }

    #[test]
    fn a_seed_and_a_name_always_mean_the_same_stream() {
        check(Rng::new(0), GOLDEN_SEED_0);
        check(Rng::new(1), GOLDEN_SEED_1);
        check(Rng::new(0).child("clean"), GOLDEN_CLEAN);
    }

    const GOLDEN_SEED_0: [u64; 3] = [3989875381292453991, 13837977903912913050, 8021410659325023948];
    const GOLDEN_SEED_1: [u64; 3] = [12073793232268471024, 6565013495976824797, 7344806231937436760];
    const GOLDEN_CLEAN: [u64; 3] = [16807869822432597678, 16768657763122421854, 13397888632785434526];

    #[test]
    fn a_child_does_not_depend_on_what_its_parent_has_given() {
        let mut parent = Rng::new(7);
        let before = parent.child("x").word();
        parent.word();
        assert_eq!(parent.child("x").word(), before);
    }

    #[test]
    fn every_number_below_is_reached_and_none_above() {
        let mut rng = Rng::new(3);
        let mut seen = [0_u32; 5];
        for _ in 0..1000 {
            seen[rng.index(5)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 150), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn a_shuffled_list_holds_the_same_things() {
        let mut list: Vec<u32> = (0..50).collect();
        Rng::new(9).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
