//! The digest of a run: the same for any number of threads, any partition, build and machine.
//!
//! Each scenario adds a 128-bit hash of its id and outcome; the digest is the sum modulo 2^128, which does not depend on
//! the order (and, unlike exclusive or, does not cancel what is counted twice).

use std::fmt;
use std::io;
use std::str::FromStr;

use dasdlab_model::finding::Verdict;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// FNV-1a with 128 bits, mixed once more at the end so that sums of similar inputs do not line up.
#[derive(Debug, Clone)]
pub struct Hasher(u128);

const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Default for Hasher {
    fn default() -> Self {
        Self(BASIS)
    }
}

impl Hasher {
    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }

    /// The hash.
    #[must_use]
    pub fn finish(&self) -> u128 {
        let mut hash = self.0;
        hash ^= hash >> 67;
        hash = hash.wrapping_mul(PRIME);
        hash ^ (hash >> 59)
    }
}

/// A hash, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub u128);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Hash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let read = digits.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        read.map(Self).ok_or_else(|| format!("`{text}` is no hash: expected 32 hexadecimal digits"))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Hasher::write(self, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The hash of a scenario's id, how its judging ended, what the validator said, and of what happened in a story.
#[must_use]
pub fn outcome(id: &str, ended: &str, verdict: Option<&Verdict>, story: Option<u128>) -> Hash {
    let mut hasher = Hasher::default();
    hasher.write(id.as_bytes());
    // No id or word holds a zero byte, so the parts cannot run into each other.
    hasher.write(&[0]);
    hasher.write(ended.as_bytes());
    hasher.write(&[0]);
    if let Some(verdict) = verdict {
        // Writing to a hasher does not fail, and a verdict is plain data.
        let _ = serde_json::to_writer(&mut hasher, verdict);
    }
    if let Some(story) = story {
        hasher.write(&[0]);
        hasher.write(&story.to_le_bytes());
    }
    Hash(hasher.finish())
}

/// A sum of hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest(u128);

impl Digest {
    /// Adds the hash of one outcome.
    pub const fn add(&mut self, hash: Hash) {
        self.0 = self.0.wrapping_add(hash.0);
    }

    /// The sum.
    #[must_use]
    pub const fn sum(self) -> Hash {
        Hash(self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sum().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_does_not_depend_on_order_but_on_every_outcome() {
        let digest = |outcomes: &[(&str, &str)]| {
            let mut digest = Digest::default();
            outcomes.iter().for_each(|(id, ended)| digest.add(outcome(id, ended, None, None)));
            digest.to_string()
        };
        let both = digest(&[("a", "passed"), ("b", "failed")]);
        assert_eq!(both, digest(&[("b", "failed"), ("a", "passed")]));
        assert_ne!(both, digest(&[("a", "failed"), ("b", "passed")]));
        assert_ne!(both, digest(&[("a", "passed")]));
        assert_ne!(digest(&[("a", "passed"), ("a", "passed")]), digest(&[]));
        assert_eq!(both, "82e626cc641cb22c52a84fad0bee0cfc", "golden value");
    }
}
