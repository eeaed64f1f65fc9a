//! Keys: what coverage counts. A key is a reason and, where its findings name one, a side.

use std::fmt;
use std::sync::LazyLock;

use dasdlab_model::finding::{Finding, Side, Subject, Verdict};
use dasdlab_model::reasons::{Reason, Rule};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A reason on a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Rule and reason.
    pub reason: Reason,
    /// The side that its findings name, if they name one.
    pub side: Option<Side>,
}

impl Key {
    /// Every key that the check of a profile can give, in the order of the rules.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Key>> = LazyLock::new(|| {
            let checks = Reason::ALL.iter().copied().filter(|reason| reason.rule() < Rule::PS16);
            let keys = checks.flat_map(|reason| match reason.sides() {
                [] => vec![Key { reason, side: None }],
                sides => sides.iter().map(|&side| Key { reason, side: Some(side) }).collect(),
            });
            keys.collect()
        });
        &ALL
    }

    /// The key of a finding.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        let side = finding.subjects.iter().find_map(|subject| match subject {
            Subject::Side(side) => Some(*side),
            _ => None,
        });
        Self { reason: finding.reason, side }
    }

    /// Its place in [`Key::all`]; none for a key that cannot occur.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        Self::all().binary_search_by_key(&(self.reason, self.side), |key| (key.reason, key.side)).ok()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.side {
            None => self.reason.fmt(f),
            Some(side) => write!(f, "{} ({})", self.reason, side.as_str()),
        }
    }
}

/// A set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeySet(u128);

// One bit for each key; more keys need a wider set.
const _: () = assert!(Reason::ALL.len() < u128::BITS as usize);

impl KeySet {
    /// The keys of a verdict's findings.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        verdict.findings.iter().map(Key::of).collect()
    }

    /// Whether the key at this place of [`Key::all`] is in the set.
    #[must_use]
    pub fn holds(self, index: usize) -> bool {
        self.0 >> index & 1 == 1
    }

    /// The keys of this set that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The keys of both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The keys of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is no key in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// The places of its keys.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..u128::BITS as usize).filter(move |&index| self.holds(index))
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        Self(keys.into_iter().filter_map(Key::index).fold(0, |set, index| set | 1 << index))
    }
}

impl Serialize for KeySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.indices().filter_map(|index| Key::all().get(index)).map(ToString::to_string))
    }
}

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Vec<String> = Vec::deserialize(deserializer)?;
        let key = |name: &String| {
            let known = Key::all().iter().copied().find(|key| key.to_string() == *name);
            known.ok_or_else(|| de::Error::custom(format!("there is no key `{name}`")))
        };
        names.iter().map(key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_81_keys_and_each_knows_its_place() {
        assert_eq!(Key::all().len(), 81);
        for (index, key) in Key::all().iter().enumerate() {
            assert_eq!(key.index(), Some(index), "{key}");
        }
        let limit = Key { reason: Reason::Ps07RelationLimit, side: Some(Side::Target) };
        assert_eq!(limit.index(), None);
    }

    #[test]
    fn a_set_is_written_by_the_names_of_its_keys() {
        let set: KeySet = Key::all().iter().copied().step_by(7).collect();
        let text = serde_json::to_string(&set).unwrap();
        assert!(text.starts_with("[\"PS00:"), "{text}");
        assert_eq!(serde_json::from_str::<KeySet>(&text).unwrap(), set);
        assert!(serde_json::from_str::<KeySet>("[\"PS05:boxd\"]").is_err());
    }
}
