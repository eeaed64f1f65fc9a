//! Sets of volumes as bit vectors, combined and walked word by word.

use std::ops::Range;

use bitvec::order::Lsb0;
use bitvec::vec::BitVec;

/// A set of volumes of an inventory, by their dense ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct VolumeSet(BitVec<u64, Lsb0>);

impl VolumeSet {
    /// An empty set with room for `volumes` volumes.
    pub(crate) fn new(volumes: usize) -> Self {
        let mut bits = BitVec::from_vec(vec![0; volumes.div_ceil(u64::BITS as usize)]);
        bits.truncate(volumes);
        Self(bits)
    }

    /// Puts a volume in.
    #[inline]
    pub(crate) fn insert(&mut self, volume: u32) {
        let (word, bit) = place(volume);
        if (volume as usize) < self.0.len()
            && let Some(word) = self.0.as_raw_mut_slice().get_mut(word)
        {
            *word |= bit;
        }
    }

    /// Takes a volume out.
    pub(crate) fn remove(&mut self, volume: u32) {
        let (word, bit) = place(volume);
        if let Some(word) = self.0.as_raw_mut_slice().get_mut(word) {
            *word &= !bit;
        }
    }

    /// Puts in all volumes of another set.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), false);
        }
        for (word, other) in self.0.as_raw_mut_slice().iter_mut().zip(other.words()) {
            *word |= other;
        }
    }

    /// The 64 volumes of this word.
    #[inline]
    pub(crate) fn word(&self, at: usize) -> u64 {
        self.words().get(at).copied().unwrap_or(0)
    }

    /// How many volumes of this range are in this set or in the other one.
    pub(crate) fn count_either(&self, other: &Self, range: Range<u32>) -> u32 {
        if range.is_empty() {
            return 0;
        }
        let ((first, _), (last, _)) = (place(range.start), place(range.end - 1));
        let count = |at: usize| {
            let below = if at == first { u64::MAX << (range.start % u64::BITS) } else { u64::MAX };
            let above = if at == last { u64::MAX >> (63 - (range.end - 1) % u64::BITS) } else { u64::MAX };
            ((self.word(at) | other.word(at)) & below & above).count_ones()
        };
        (first..=last).map(count).sum()
    }

    /// Whether the volume is in.
    #[inline]
    pub(crate) fn contains(&self, volume: u32) -> bool {
        let (word, bit) = place(volume);
        self.words().get(word).is_some_and(|word| word & bit != 0)
    }

    /// The raw words, 64 volumes each; bits past the last volume are zero.
    pub(crate) fn words(&self) -> &[u64] {
        self.0.as_raw_slice()
    }

    /// The volumes of this set that are not in the other one, ascending.
    pub(crate) fn minus<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u32> + 'a {
        members(self.words().iter().zip(other.words()).map(|(&a, &b)| a & !b))
    }

    /// The volumes that are in both sets, ascending.
    pub(crate) fn both<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u32> + 'a {
        members(self.words().iter().zip(other.words()).map(|(&a, &b)| a & b))
    }
}

/// The word of a volume, and its bit there.
#[inline]
fn place(volume: u32) -> (usize, u64) {
    ((volume / u64::BITS) as usize, 1 << (volume % u64::BITS))
}

/// The numbers of all set bits. Most words have none.
fn members(words: impl Iterator<Item = u64>) -> impl Iterator<Item = u32> {
    words.enumerate().filter(|(_, word)| *word != 0).flat_map(|(at, word)| bits(at, word))
}

/// The numbers of the set bits of the word at this place.
pub(crate) fn bits(at: usize, word: u64) -> impl Iterator<Item = u32> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bit = (rest != 0).then(|| rest.trailing_zeros())?;
        rest &= rest - 1;
        u32::try_from(at * 64).ok().map(|base| base + bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(volumes: &[u32]) -> VolumeSet {
        let mut set = VolumeSet::new(130);
        for &volume in volumes {
            set.insert(volume);
        }
        set
    }

    #[test]
    fn sets_combine_across_words() {
        let (a, b) = (set(&[0, 63, 64, 129]), set(&[63, 65, 129]));
        assert_eq!(a.minus(&b).collect::<Vec<_>>(), [0, 64]);
        assert_eq!(a.both(&b).collect::<Vec<_>>(), [63, 129]);
        assert!(a.contains(64) && !a.contains(65) && !a.contains(500));
    }

    #[test]
    fn a_volume_that_is_taken_out_leaves_the_others_in() {
        let mut left = set(&[0, 63, 64, 129]);
        left.remove(63);
        left.remove(129);
        left.remove(4_000);
        assert_eq!(left.minus(&set(&[])).collect::<Vec<_>>(), [0, 64]);
    }

    #[test]
    fn volumes_of_either_set_are_counted_within_a_range() {
        let (a, b) = (set(&[0, 63, 64, 129]), set(&[1, 64, 100]));
        for (range, expected) in [(0..130, 6), (0..0, 0), (1..64, 2), (63..65, 2), (64..129, 2), (128..130, 1), (2..63, 0)] {
            assert_eq!(a.count_either(&b, range.clone()), expected, "{range:?}");
        }
    }

    #[test]
    fn a_set_takes_in_another_and_grows_to_its_size() {
        let mut all = VolumeSet::default();
        all.add(&set(&[1, 64]));
        all.add(&set(&[129]));
        assert_eq!(all.minus(&set(&[])).collect::<Vec<_>>(), [1, 64, 129]);
        assert_eq!((all.word(1), all.word(9)), (1, 0));
    }

    #[test]
    fn a_volume_past_the_end_is_not_taken() {
        assert_eq!(set(&[130, 4_000]).minus(&set(&[])).count(), 0);
    }
}
