//! Places of a matrix: where a fault strikes.

use std::fmt;
use std::str::FromStr;

use dasdlab_model::story::Phase;

use crate::stories::pairwise;

/// Which of the pairs of a generation, in the order of source units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The first.
    First,
    /// The one in the middle.
    Middle,
    /// The last.
    Last,
}

impl Which {
    /// The number of the pair among so many, from 1.
    ///
    /// # Errors
    /// Why there is none that is not called otherwise.
    pub(crate) const fn of(self, pairs: u32) -> Result<u32, &'static str> {
        match self {
            Self::First if pairs >= 1 => Ok(1),
            Self::Middle if pairs >= 3 => Ok(pairs.div_ceil(2)),
            Self::Last if pairs >= 2 => Ok(pairs),
            Self::First => Err("the profile has no pair"),
            Self::Middle => Err("a profile of less than three pairs has none in the middle"),
            Self::Last => Err("the only pair of the profile is its first"),
        }
    }
}

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A pair: its copy, its BCV, or a command for it.
    Pair(Which),
    /// The source unit of a pair.
    Source(Which),
    /// The target unit of a pair.
    Target(Which),
    /// The array of the first source.
    Array,
    /// The profile.
    Profile,
    /// What is there once: the host, the repository, the logs, a catalog, somebody's space-efficient target; a command as a
    /// whole.
    Site,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 12] = [
        Self::Pair(Which::First),
        Self::Pair(Which::Middle),
        Self::Pair(Which::Last),
        Self::Source(Which::First),
        Self::Source(Which::Middle),
        Self::Source(Which::Last),
        Self::Target(Which::First),
        Self::Target(Which::Middle),
        Self::Target(Which::Last),
        Self::Array,
        Self::Profile,
        Self::Site,
    ];

    /// The place in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pair(Which::First) => "first-pair",
            Self::Pair(Which::Middle) => "middle-pair",
            Self::Pair(Which::Last) => "last-pair",
            Self::Source(Which::First) => "source",
            Self::Source(Which::Middle) => "middle-source",
            Self::Source(Which::Last) => "last-source",
            Self::Target(Which::First) => "target",
            Self::Target(Which::Middle) => "middle-target",
            Self::Target(Which::Last) => "last-target",
            Self::Array => "array",
            Self::Profile => "profile",
            Self::Site => "site",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Pair(Which::First) => "the first pair: its copy, its BCV, or a command for it",
            Self::Pair(Which::Middle) => "the pair in the middle, of three or more",
            Self::Pair(Which::Last) => "the last pair, of two or more",
            Self::Source(Which::First) => "the source unit of the first pair",
            Self::Source(Which::Middle) => "the source unit of the pair in the middle",
            Self::Source(Which::Last) => "the source unit of the last pair",
            Self::Target(Which::First) => "the target unit of the first pair",
            Self::Target(Which::Middle) => "the target unit of the pair in the middle",
            Self::Target(Which::Last) => "the target unit of the last pair",
            Self::Array => "the array of the first source",
            Self::Profile => "the profile",
            Self::Site => "what is there once: host, repository, logs, a catalog, a foreign copy; a command as a whole",
        }
    }

    /// The number of the pair that it is about, among so many; none where it is about no pair.
    ///
    /// # Errors
    /// Why there is no such pair.
    pub(crate) fn pair(self, pairs: u32) -> Result<Option<u32>, &'static str> {
        match self {
            Self::Pair(which) | Self::Source(which) | Self::Target(which) => which.of(pairs).map(Some),
            Self::Array | Self::Profile | Self::Site => Ok(None),
        }
    }

    /// Whether a kind of fault can strike here in a phase.
    ///
    /// # Errors
    /// Where it strikes instead.
    pub(crate) fn takes(self, word: &str, phase: Phase) -> Result<(), &'static str> {
        match word {
            "vary" if matches!(self, Self::Source(_) | Self::Target(_)) => Ok(()),
            "vary" => Err("a unit is varied: expected a source or a target"),
            "refuse" | "lose" | "delay" => match self {
                Self::Site => Ok(()),
                Self::Pair(_) if pairwise(phase) => Ok(()),
                Self::Pair(_) => Err("no command of this phase is for a pair: expected site"),
                _ => Err("a command is for a pair or for all: expected a pair or site"),
            },
            "pair-failed" | "foreign-establish" | "foreign-split" | "foreign-release" | "foreign-withdraw" => match self {
                Self::Pair(_) => Ok(()),
                _ => Err("the fault is about a pair: expected a pair"),
            },
            "take-target" if matches!(self, Self::Target(_)) => Ok(()),
            "take-target" => Err("a target is taken: expected a target"),
            "rate" | "unreachable" | "code-level" if self == Self::Array => Ok(()),
            "rate" | "unreachable" | "code-level" => Err("the fault is about an array: expected array"),
            "lock" | "rival" if self == Self::Profile => Ok(()),
            "lock" | "rival" => Err("the fault is about a profile: expected profile"),
            _ if self == Self::Site => Ok(()),
            _ => Err("the fault is about something that is there once: expected site"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What would have been a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a place: expected a place such as first-pair, source or array")]
pub struct PlaceError(String);

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let known = Self::ALL.into_iter().find(|place| place.as_str() == text);
        known.ok_or_else(|| PlaceError(text.chars().take(60).collect()))
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::story::What;

    use super::*;

    #[test]
    fn every_fault_has_a_place() {
        for word in What::WORDS {
            assert!(Place::ALL.into_iter().any(|place| place.takes(word, Phase::Split).is_ok()), "{word}");
        }
    }

    #[test]
    fn the_middle_is_neither_the_first_nor_the_last() {
        let middle: Vec<_> = (1..=6).map(|pairs| Which::Middle.of(pairs).ok()).collect();
        assert_eq!(middle, [None, None, Some(2), Some(2), Some(3), Some(3)]);
    }

    #[test]
    fn a_place_reads_back_what_it_wrote() {
        for place in Place::ALL {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        assert!("frist-pair".parse::<Place>().is_err());
    }
}
