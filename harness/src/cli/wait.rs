//! Durations as people write them: `2h`, `1h30m`, `45s`, `250ms`.

use std::str::FromStr;

/// A duration of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Milliseconds.
    pub ms: u64,
}

/// The longest wait: a year, after which nothing more happens that has not happened before.
const MAX_MS: u64 = 365 * 24 * 3_600_000;

impl FromStr for Wait {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no duration: expected numbers with d, h, m, s or ms, such as 2h or 1h30m");
        let mut rest = text;
        let mut ms: u64 = 0;
        // Longest first, and each at most once.
        let mut units = [("d", 86_400_000_u64), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)].into_iter();
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
        if ms > MAX_MS { Err(format!("`{text}` is too long: expected 365d or less")) } else { Ok(Self { ms }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(text.parse::<Wait>().ok().map(|wait| wait.ms), expected, "{text}");
    }

    #[test]
    fn a_duration_is_numbers_with_units_from_long_to_short() {
        check("2h", Some(7_200_000));
        check("1h30m", Some(5_400_000));
        check("45s", Some(45_000));
        check("250ms", Some(250));
        check("0s", Some(0));
        check("365d", Some(MAX_MS));
        for text in ["", "2", "h", "30m1h", "1h1h", "2 h", "-1s", "1.5h", "366d", "99999999999999999999s", "1µ"] {
            check(text, None);
        }
    }
}
