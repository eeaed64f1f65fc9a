//! Small bars and numbers that people can read.

use std::fmt::Write as _;

/// Width of a full bar in characters.
const BAR: u64 = 24;

/// A bar of `part` out of `most`, in eighths of a character; never empty where there is something.
pub(super) fn bar(part: u64, most: u64) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    if part == 0 || most == 0 {
        return String::new();
    }
    let eighths = (part.min(most) * BAR * 8).div_ceil(most).max(1);
    let mut bar: String = (0..eighths / 8).map(|_| '█').collect();
    if let Some(&rest) = EIGHTHS.get(usize::try_from(eighths % 8).unwrap_or(0)).filter(|&&c| c != ' ') {
        bar.push(rest);
    }
    bar
}

/// A number with commas between thousands.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration in microseconds as people say it.
pub(super) fn duration(us: u64) -> String {
    let mut text = String::new();
    let _ = match us {
        0..1_000 => write!(text, "{us} µs"),
        1_000..1_000_000 => write!(text, "{}.{} ms", us / 1_000, us % 1_000 / 100),
        _ => write!(text, "{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part() {
        assert_eq!(bar(0, 10), "");
        assert_eq!(bar(10, 10), "█".repeat(24));
        assert_eq!(bar(5, 10), "█".repeat(12));
        assert_eq!(bar(1, 1_000_000), "▏");
    }

    #[test]
    fn numbers_and_durations_read_well() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(12), "12");
        assert_eq!(duration(12_345), "12.3 ms");
        assert_eq!(duration(31_250_000), "31.2 s");
    }
}
