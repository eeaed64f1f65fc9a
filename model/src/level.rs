//! Code levels of arrays: how they are written and what they are levels of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::{NameError, text_type};
use crate::states::Family;

/// A code level that could be read: 1 to 4 decimal numbers joined by dots. How two of them compare is a rule, not data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Level {
    /// The numbers from left to right, 1 to 4 of them; leading zeros are gone.
    pub components: Vec<u32>,
    /// Which scale the level belongs to.
    pub scale: Scale,
}

/// What a level is a level of. Levels of different scales do not compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scale {
    /// A DS8000 code bundle, e.g. 87.31.16.0: the first number is 10 to 99.
    Bundle,
    /// A DS8000 licensed machine code level, e.g. 7.7.31.32: the first number is 1 to 9.
    Lmc,
    /// Symmetrix `family.level.patch`, e.g. 5876.286.194: the first number is 1000 to 9999 and is the family.
    Symmetrix,
}

/// The most numbers of a level.
const MAX_LEVEL_NUMBERS: usize = 4;

/// The most digits of one number of a level, leading zeros aside; a longer one cannot be determined.
pub const MAX_LEVEL_DIGITS: usize = 9;

impl Level {
    /// Reads a level as an array of this family would report it; none if it cannot be determined.
    #[must_use]
    pub fn read(family: Family, text: &str) -> Option<Self> {
        let mut components = Vec::with_capacity(MAX_LEVEL_NUMBERS);
        for number in text.split('.') {
            components.push(Self::component(number).filter(|_| components.len() < MAX_LEVEL_NUMBERS)?);
        }
        let first = *components.first()?;
        let scale = match (family, first, components.len()) {
            (Family::Ds8000, 10..=99, 1..=4) => Scale::Bundle,
            (Family::Ds8000, 1..=9, 1..=4) => Scale::Lmc,
            (Family::Symmetrix, 1000..=9999, 1..=3) => Scale::Symmetrix,
            _ => return None,
        };
        Some(Self { components, scale })
    }

    fn component(text: &str) -> Option<u32> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = text.trim_start_matches('0');
        match digits.len() {
            0 => Some(0),
            1..=MAX_LEVEL_DIGITS => digits.parse().ok(),
            _ => None,
        }
    }
}

/// The row of the code-level policy that a level belongs to: `ds8000`, or for Symmetrix the first number of the level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LevelFamily {
    /// Every DS8000, whatever its bundle or LMC.
    Ds8000,
    /// A Symmetrix family such as 5876 or 5978, 1000 to 9999.
    Symmetrix(u16),
}

impl LevelFamily {
    /// The array family to which levels of this row belong.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::Ds8000 => Family::Ds8000,
            Self::Symmetrix(_) => Family::Symmetrix,
        }
    }
}

const FAMILY_EXPECTED: &str = "a level family: ds8000, or the first number of a Symmetrix level such as 5978";

impl FromStr for LevelFamily {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "ds8000" {
            return Ok(Self::Ds8000);
        }
        match text.parse::<u16>() {
            Ok(number @ 1000..=9999) if text.len() == 4 => Ok(Self::Symmetrix(number)),
            _ => Err(NameError::new(text, FAMILY_EXPECTED)),
        }
    }
}

impl fmt::Display for LevelFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ds8000 => f.write_str("ds8000"),
            Self::Symmetrix(number) => number.fmt(f),
        }
    }
}

text_type!(LevelFamily, FAMILY_EXPECTED, "^(ds8000|[1-9][0-9]{3})$");

#[cfg(test)]
mod tests {
    use super::*;

    fn check(family: Family, text: &str, expected: Option<(Scale, &[u32])>) {
        let read = Level::read(family, text);
        assert_eq!(read.as_ref().map(|level| (level.scale, level.components.as_slice())), expected, "{text}");
    }

    #[test]
    fn a_symmetrix_level_is_family_level_patch() {
        check(Family::Symmetrix, "5978.0300", Some((Scale::Symmetrix, &[5978, 300])));
        check(Family::Symmetrix, "5876.286.194", Some((Scale::Symmetrix, &[5876, 286, 194])));
        for text in ["", "5876.x", "5876.1.2.3", "876.1", "58760.1", "5876.", "5876.1234567890", "-5876.1"] {
            check(Family::Symmetrix, text, None);
        }
    }

    #[test]
    fn a_ds8000_level_is_a_bundle_or_an_lmc() {
        check(Family::Ds8000, "87.31.16.0", Some((Scale::Bundle, &[87, 31, 16, 0])));
        check(Family::Ds8000, "7.7.31.32", Some((Scale::Lmc, &[7, 7, 31, 32])));
        for text in ["0.1", "100.1", "87.31.16.0.1", "R9.3"] {
            check(Family::Ds8000, text, None);
        }
    }
}
