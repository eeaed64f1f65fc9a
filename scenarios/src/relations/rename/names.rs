//! New names for old ones: legal, fresh or other things' own, one for one.

use std::hash::Hash;

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
    let mut old: Vec<T> = old.collect();
    old.sort_unstable();
    old.dedup();
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

/// Any array serial.
pub(in super::super) fn serial(rng: &mut Rng) -> Option<Serial> {
    word(rng, SERIAL, Serial::MAX).parse().ok()
}

/// Any label.
pub(in super::super) fn label(rng: &mut Rng) -> Option<Volser> {
    word(rng, NATIONAL, Volser::MAX).parse().ok()
}

/// One character of the alphabet at least.
fn word(rng: &mut Rng, alphabet: &[u8], most: usize) -> String {
    let mut word = String::with_capacity(most);
    spell(&mut word, rng, alphabet, 1, most);
    word
}

fn spell(word: &mut String, rng: &mut Rng, alphabet: &[u8], least: usize, most: usize) {
    let length = least + rng.index(most + 1 - least);
    word.extend((0..length).filter_map(|_| rng.choose(alphabet)).map(|&byte| char::from(byte)));
}

/// One to four qualifiers, 35 characters at most.
pub(super) fn qualifiers(rng: &mut Rng) -> String {
    let count = 1 + rng.index(4);
    let mut name = String::with_capacity(DataSetName::MAX);
    for _ in 0..count {
        if !name.is_empty() {
            name.push('.');
        }
        spell(&mut name, rng, FIRST, 1, 1);
        spell(&mut name, rng, QUALIFIER, 0, 7);
    }
    name
}

/// Any profile name.
pub(super) fn profile(rng: &mut Rng) -> Option<ProfileName> {
    word(rng, PROFILE, ProfileName::MAX).parse().ok()
}
