//! Durations as people write them: `2h`, `1h30m`, `45s`, `250ms`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::text_type;

/// A duration of virtual time, or an instant as the time since the beginning of virtual time.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// Milliseconds.
    pub ms: u64,
}

/// The longest: a year, after which nothing more happens that has not happened before.
const MAX_MS: u64 = 365 * 24 * 3_600_000;
/// Units from long to short.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// What would have been a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DurationError(String);

impl Duration {
    /// So many milliseconds.
    #[must_use]
    pub const fn of_ms(ms: u64) -> Self {
        Self { ms }
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let shown: String = text.chars().take(60).collect();
        let wrong =
            || DurationError(format!("`{shown}` is no duration: expected numbers with d, h, m, s or ms, such as 2h or 1h30m"));
        let mut rest = text;
        let mut ms: u64 = 0;
        // Longest first, and each at most once.
        let mut units = UNITS.into_iter();
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits).ok_or_else(wrong)?;
            let letters = after.bytes().take_while(u8::is_ascii_lowercase).count();
            let (unit, after) = after.split_at_checked(letters).ok_or_else(wrong)?;
            let (_, factor) = units.find(|(name, _)| *name == unit).ok_or_else(wrong)?;
            let number: u64 = number.parse().map_err(|_| wrong())?;
            ms = number.checked_mul(factor).and_then(|part| ms.checked_add(part)).ok_or_else(wrong)?;
            rest = after;
        }
        if ms > MAX_MS { Err(DurationError(format!("`{shown}` is too long: expected 365d or less"))) } else { Ok(Self { ms }) }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ms == 0 {
            return f.pad("0s");
        }
        let mut text = String::new();
        let mut rest = self.ms;
        for (unit, factor) in UNITS {
            let number = rest / factor;
            rest %= factor;
            if number > 0 {
                text.push_str(&format!("{number}{unit}"));
            }
        }
        f.pad(&text)
    }
}

text_type!(Duration, "a duration such as 2h, 1h30m or 250ms", "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$");

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        let read = text.parse::<Duration>().ok();
        assert_eq!(read.map(|duration| duration.ms), expected, "{text}");
        if let Some(duration) = read {
            assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration), "{text}");
        }
    }

    #[test]
    fn a_duration_is_numbers_with_units_from_long_to_short() {
        check("2h", Some(7_200_000));
        check("1h30m", Some(5_400_000));
        check("45s", Some(45_000));
        check("250ms", Some(250));
        check("0s", Some(0));
        check("90m", Some(5_400_000));
        check("365d", Some(MAX_MS));
        for text in ["", "2", "h", "30m1h", "1h1h", "2 h", "-1s", "1.5h", "366d", "99999999999999999999s", "1µ"] {
            check(text, None);
        }
    }
}
