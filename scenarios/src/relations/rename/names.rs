//! New names for old ones: legal, fresh or other things' own, one for one.

use std::hash::Hash;
use std::str::FromStr;

use dasdlab_model::name::{DataSetName, ProfileName, Serial, Volser};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::rng::Rng;

/// As many tries to draw a fresh name; names come to an end only where there are more things than names, and then the
/// old names are shuffled among themselves.
const TRIES: usize = 8;

/// A new name for every old one. Half of the names are drawn afresh and half are old names of other things: both a
/// judge that trusts in the look of a name and one that mixes names up must fail.
pub(super) fn bijection<T: Clone + Ord + Hash>(
    old: impl Iterator<Item = T>,
    rng: &mut Rng,
    fresh: impl Fn(&mut Rng) -> Option<T>,
) -> FxHashMap<T, T> {
    let old = each(old);
    let mut pool = Vec::with_capacity(2 * old.len());
    pool.extend_from_slice(&old);
    let mut known: FxHashSet<T> = FxHashSet::default();
    known.reserve(2 * old.len());
    known.extend(old.iter().cloned());
    for _ in 0..old.len() {
        let drawn = (0..TRIES).find_map(|_| fresh(rng).filter(|name| !known.contains(name)));
        if let Some(name) = drawn {
            known.insert(name.clone());
            pool.push(name);
        }
    }
    rng.shuffle(&mut pool);
    old.into_iter().zip(pool).collect()
}

/// Each of these once, ascending. What is named again and again, as the array of neighbours is, is not even collected.
pub(super) fn each<T: Ord>(these: impl Iterator<Item = T>) -> Vec<T> {
    let mut each: Vec<T> = Vec::with_capacity(these.size_hint().0);
    for one in these {
        if each.last() != Some(&one) {
            each.push(one);
        }
    }
    // Most of them come in lists that are in order, which are merged.
    each.sort();
    each.dedup();
    each
}

/// The characters of an array serial.
const SERIAL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// The characters of a label.
const NATIONAL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$";
/// The characters with which a qualifier begins.
const FIRST: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ@#$";
/// The characters of a qualifier.
const QUALIFIER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$-";
/// The characters of a profile name. A blank at an end is not legal; the name is then drawn again.
const PROFILE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#$._- ";

/// So many small choices are made from one random word, of which each leaves what it does not use to the next.
const CHOICES: usize = 8;

/// What is left of a random word.
struct Choices(u64);

impl Choices {
    /// An index of a short list of this length; 0 where it is empty.
    fn index(&mut self, len: usize) -> usize {
        let wide = u128::from(self.0) * len as u128;
        self.0 = wide as u64;
        (wide >> 64) as usize
    }
}

/// A name as it is spelt, character by character: nothing is drawn as often, so that it lies in no memory that has to be asked for.
struct Spelt {
    characters: [u8; DataSetName::MAX],
    length: usize,
}

impl Spelt {
    const fn new() -> Self {
        Self { characters: [0; DataSetName::MAX], length: 0 }
    }

    /// One character of the alphabet at least.
    fn word(rng: &mut Rng, alphabet: &[u8], most: usize) -> Self {
        let mut word = Self::new();
        word.spell(rng, alphabet, 1, most);
        word
    }

    fn push(&mut self, character: u8) {
        if let Some(place) = self.characters.get_mut(self.length) {
            *place = character;
            self.length += 1;
        }
    }

    fn spell(&mut self, rng: &mut Rng, alphabet: &[u8], least: usize, most: usize) {
        let mut choices = Choices(rng.word());
        for nth in 0..least + choices.index(most + 1 - least) {
            if nth % CHOICES == CHOICES - 1 {
                choices = Choices(rng.word());
            }
            if let Some(&character) = alphabet.get(choices.index(alphabet.len())) {
                self.push(character);
            }
        }
    }

    /// The name, where it is one.
    fn name<T: FromStr>(&self) -> Option<T> {
        std::str::from_utf8(self.characters.get(..self.length)?).ok()?.parse().ok()
    }
}

/// Any array serial.
pub(in super::super) fn serial(rng: &mut Rng) -> Option<Serial> {
    Spelt::word(rng, SERIAL, Serial::MAX).name()
}

/// Any label.
pub(in super::super) fn label(rng: &mut Rng) -> Option<Volser> {
    Spelt::word(rng, NATIONAL, Volser::MAX).name()
}

/// One to four qualifiers, 35 characters at most.
pub(super) fn qualifiers<T: FromStr>(rng: &mut Rng) -> Option<T> {
    let count = 1 + rng.index(4);
    let mut name = Spelt::new();
    for nth in 0..count {
        if nth > 0 {
            name.push(b'.');
        }
        name.spell(rng, FIRST, 1, 1);
        name.spell(rng, QUALIFIER, 0, 7);
    }
    name.name()
}

/// Any profile name.
pub(super) fn profile(rng: &mut Rng) -> Option<ProfileName> {
    Spelt::word(rng, PROFILE, ProfileName::MAX).name()
}
