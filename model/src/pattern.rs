//! Names that count: `D{00000}` is D00000, D00001, … one for each thing of a range.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::{NameError, text_type};

/// A name, or a name with one counter in braces: its first value, as many digits as it is wide, counted in decimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamePattern {
    prefix: String,
    counter: Option<(u32, usize)>,
    suffix: String,
}

const PATTERN_EXPECTED: &str = "a name, or a name with one decimal counter in braces such as D{00000}";

/// The most digits of a counter.
const MAX_DIGITS: usize = 8;
/// The most characters of a pattern: a data set name with braces and room to spare.
const MAX_PATTERN: usize = 64;

impl NamePattern {
    /// A pattern that is one name.
    #[must_use]
    pub fn one(name: &str) -> Self {
        Self { prefix: name.to_owned(), counter: None, suffix: String::new() }
    }

    /// The pattern whose first two names are these; none where the second does not count on from the first.
    #[must_use]
    pub fn counting(first: &str, second: &str) -> Option<Self> {
        if first.len() != second.len() || first.len() + "{}".len() > MAX_PATTERN || first.contains(['{', '}']) {
            return None;
        }
        let pairs = || first.bytes().zip(second.bytes());
        // The last digit of a counter changes with each step, so what follows the last difference is no part of it.
        let end = pairs().rposition(|(a, b)| a != b)? + 1;
        let head = first.get(..end)?;
        let digits = head.bytes().rev().take(MAX_DIGITS).take_while(u8::is_ascii_digit).count();
        let (prefix, counter) = head.split_at_checked(end - digits)?;
        let pattern = Self {
            prefix: prefix.to_owned(),
            counter: Some((counter.parse().ok()?, digits)),
            suffix: first.get(end..)?.to_owned(),
        };
        (pattern.nth(1).as_deref() == Some(second)).then_some(pattern)
    }

    /// Whether each step gives another name.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.counter.is_some()
    }

    /// The name of the thing at `index` of its range; none where the counter would overflow its width.
    #[must_use]
    pub fn nth(&self, index: u32) -> Option<String> {
        self.text(index).map(Cow::into_owned)
    }

    /// The same, borrowed where it is one name.
    pub(crate) fn text(&self, index: u32) -> Option<Cow<'_, str>> {
        let Some((first, width)) = self.counter else { return Some(Cow::Borrowed(&self.prefix)) };
        let value = first.checked_add(index)?;
        let digits = format!("{value:0width$}");
        (digits.len() == width).then(|| Cow::Owned(format!("{}{digits}{}", self.prefix, self.suffix)))
    }
}

impl FromStr for NamePattern {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError::new(text, PATTERN_EXPECTED);
        if text.is_empty() || text.len() > MAX_PATTERN {
            return Err(wrong());
        }
        let Some((prefix, rest)) = text.split_once('{') else {
            return if text.contains('}') { Err(wrong()) } else { Ok(Self::one(text)) };
        };
        let (digits, suffix) = rest.split_once('}').ok_or_else(wrong)?;
        if !(1..=MAX_DIGITS).contains(&digits.len())
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
            || suffix.contains(['{', '}'])
            || prefix.contains('}')
        {
            return Err(wrong());
        }
        let first = digits.parse().map_err(|_| wrong())?;
        Ok(Self { prefix: prefix.to_owned(), counter: Some((first, digits.len())), suffix: suffix.to_owned() })
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.counter {
            Some((first, width)) => write!(f, "{}{{{first:0width$}}}{}", self.prefix, self.suffix),
            None => f.write_str(&self.prefix),
        }
    }
}

text_type!(NamePattern, PATTERN_EXPECTED, "^[^{}]*(\\{[0-9]{1,8}\\})?[^{}]*$");

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, index: u32, expected: Option<&str>) {
        let parsed: NamePattern = pattern.parse().unwrap();
        assert_eq!(parsed.to_string(), pattern);
        assert_eq!(parsed.nth(index).as_deref(), expected);
    }

    #[test]
    fn a_counter_keeps_its_width_and_ends_where_it_would_overflow() {
        check("D{00098}", 1, Some("D00099"));
        check("D{00098}", 2, Some("D00100"));
        check("D{98}", 2, None);
        check("IMS.P{01}.DATA", 4, Some("IMS.P05.DATA"));
    }

    #[test]
    fn a_pattern_without_a_counter_is_one_name() {
        check("IMS001", 7, Some("IMS001"));
    }

    #[track_caller]
    fn check_counting(first: &str, second: &str, expected: Option<&str>) {
        let found = NamePattern::counting(first, second);
        assert_eq!(found.as_ref().map(ToString::to_string).as_deref(), expected);
        if let Some(pattern) = found {
            assert_eq!((pattern.nth(0).as_deref(), pattern.nth(1).as_deref()), (Some(first), Some(second)));
        }
    }

    #[test]
    fn two_names_give_the_counter_between_them() {
        check_counting("D00000", "D00001", Some("D{00000}"));
        check_counting("D00099", "D00100", Some("D{00099}"));
        check_counting("IMS.P01.DATA", "IMS.P02.DATA", Some("IMS.P{01}.DATA"));
        check_counting("A010", "A020", Some("A{01}0"));
        check_counting("A1234567890", "A1234567891", Some("A12{34567890}"));
        for (first, second) in [("A1", "A1"), ("A1", "A3"), ("A2", "A1"), ("A9", "A10"), ("A", "B"), ("A1B1", "A2B2"), ("", "")] {
            check_counting(first, second, None);
        }
    }

    #[test]
    fn braces_hold_one_decimal_number() {
        for text in ["", "D{", "D}", "D{}", "D{0A}", "D{0}{1}", "D{000000000}"] {
            assert!(text.parse::<NamePattern>().is_err(), "{text}");
        }
    }
}
