//! Which part of a plan is run: a share of equal parts, or a range. A pure function of what was asked for.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// The most parts.
const MAX_PARTS: u64 = 1_000_000;

/// A part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The `k`-th of `n` parts, from 1, as even as can be: `3/7`.
    Share(u64, u64),
    /// From the first piece of work up to, and without, the second: `100..200`.
    Range(u64, u64),
}

impl Part {
    /// The range of a plan with so many pieces of work.
    ///
    /// # Errors
    /// It ends behind the end of the plan.
    pub fn of(self, pieces: u64) -> Result<Range<u64>, String> {
        match self {
            Self::Share(k, n) => Ok(border(k - 1, n, pieces)..border(k, n, pieces)),
            Self::Range(start, end) if end <= pieces => Ok(start..end),
            Self::Range(start, end) => Err(format!("there are {pieces} scenarios: {start}..{end} ends behind the last")),
        }
    }
}

/// Where the first `k` of `n` parts end.
fn border(k: u64, n: u64, pieces: u64) -> u64 {
    // At most `pieces`, because k is at most n.
    (u128::from(pieces) * u128::from(k) / u128::from(n)) as u64
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(k, n) => write!(f, "{k}/{n}"),
            Self::Range(start, end) => write!(f, "{start}..{end}"),
        }
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let share = text.split_once('/').and_then(|(k, n)| Some((number(k)?, number(n)?)));
        let range = text.split_once("..").and_then(|(start, end)| Some((number(start)?, number(end)?)));
        match (share, range) {
            (Some((k, n)), _) if k >= 1 && k <= n && n <= MAX_PARTS => Ok(Self::Share(k, n)),
            (_, Some((start, end))) if start <= end => Ok(Self::Range(start, end)),
            _ => Err(format!("expected a part such as 3/7 (the third of seven, {MAX_PARTS} at most) or 100..200")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, pieces: u64, expected: Result<Range<u64>, &str>) {
        match (text.parse::<Part>().and_then(|part| part.of(pieces)), expected) {
            (Ok(range), Ok(expected)) => assert_eq!(range, expected, "{text} of {pieces}"),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (found, expected) => panic!("{text} of {pieces}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_part_is_a_range_of_the_plan() {
        check("1/1", 10, Ok(0..10));
        check("2/3", 10, Ok(3..6));
        check("3/3", 10, Ok(6..10));
        check("1/7", 3, Ok(0..0));
        check("5..5", 10, Ok(5..5));
        check("5..10", 10, Ok(5..10));
        check("5..11", 10, Err("ends behind the last"));
        for wrong in ["0/3", "4/3", "3", "1/0", "-1/3", "5..4", "a..b", "", "1/1000001", "1/2/3", "+1/2"] {
            check(wrong, 10, Err("expected a part"));
        }
    }

    #[test]
    fn parts_lie_end_to_end_and_differ_by_one_at_most() {
        for (n, pieces) in [(1, 0), (7, 3), (7, 400), (1_000_000, u64::MAX), (3, 15_277)] {
            let parts: Vec<Range<u64>> = (1..=n.min(1_000)).map(|k| Part::Share(k, n).of(pieces).unwrap()).collect();
            assert_eq!(parts[0].start, 0);
            assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
            let sizes: Vec<u64> = parts.iter().map(|part| part.end - part.start).collect();
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            assert_eq!(Part::Share(n, n).of(pieces).unwrap().end, pieces);
        }
    }
}
