//! Real time as clients are told it: they compare it with clocks of their own, which know no virtual time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The instant this long from now, as in `2014-09-03T17:15:45+0000`.
#[expect(clippy::disallowed_methods, reason = "a client compares it with its own clock; nothing of the world depends on it")]
pub(super) fn after(wait: Duration) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    written(since.saturating_add(wait).as_secs())
}

/// Seconds since 1970, as a date of the Gregorian calendar.
fn written(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // Years that begin with March have their leap day at the end; 719,468 days lie between 1 March of the year 0 and 1970.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_dates() {
        let instants = [
            (0, "1970-01-01T00:00:00+0000"),
            (951_782_400, "2000-02-29T00:00:00+0000"),
            (951_868_800, "2000-03-01T00:00:00+0000"),
            (1_409_764_545, "2014-09-03T17:15:45+0000"),
            (4_107_542_399, "2100-02-28T23:59:59+0000"),
            (4_107_542_400, "2100-03-01T00:00:00+0000"),
        ];
        for (seconds, expected) in instants {
            assert_eq!(written(seconds), expected);
        }
    }
}
