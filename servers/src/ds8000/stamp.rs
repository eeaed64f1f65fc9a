//! Real time as clients are told it: they compare it with clocks of their own, which know no virtual time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// The instant this long from now, as in `2014-09-03T17:15:45+0000`.
#[expect(clippy::disallowed_methods, reason = "a client compares it with its own clock; nothing of the world depends on it")]
pub(super) fn after(wait: Duration) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    written(since.saturating_add(wait).as_secs())
}

/// Seconds since 1970, as a date; the beginning of 1970 where they are past the end of the calendar.
fn written(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let at = at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+0000", u8::from(month))
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
