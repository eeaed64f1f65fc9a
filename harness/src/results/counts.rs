//! How scenarios ended: nine ways, of which each scenario ends in exactly one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a scenario ended, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The validator said what was expected.
    Passed,
    /// The validator is wrong.
    Failed,
    /// It did not pass, as it was known that it would not.
    ExpectedFailure,
    /// It was known that it would not pass, and it has passed.
    UnexpectedPass,
    /// The implementation under test does not have what the scenario needs.
    Unsupported,
    /// The user left it out by name.
    Skipped,
    /// The implementation under test could not be judged: it broke the protocol, was late or died.
    Errored,
    /// It does not fit what was asked for.
    NotSelected,
    /// The harness is at fault.
    HarnessFault,
}

impl Status {
    /// Every way to end.
    pub const ALL: &[Self] = &[
        Self::Passed,
        Self::Failed,
        Self::ExpectedFailure,
        Self::UnexpectedPass,
        Self::Unsupported,
        Self::Skipped,
        Self::Errored,
        Self::NotSelected,
        Self::HarnessFault,
    ];

    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::ExpectedFailure => "expected-failure",
            Self::UnexpectedPass => "unexpected-pass",
            Self::Unsupported => "unsupported",
            Self::Skipped => "skipped",
            Self::Errored => "errored",
            Self::NotSelected => "not-selected",
            Self::HarnessFault => "harness-fault",
        }
    }

    /// Whether somebody has to look at it.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Failed | Self::UnexpectedPass | Self::Errored | Self::HarnessFault)
    }

    /// Whether the scenario was put to the validator.
    #[must_use]
    pub const fn is_judged(self) -> bool {
        !matches!(self, Self::Unsupported | Self::Skipped | Self::NotSelected)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How many scenarios ended in each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Counts {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed.
    pub failed: u64,
    /// Those that failed as was known.
    pub expected_failure: u64,
    /// Those that passed though it was known that they fail.
    pub unexpected_pass: u64,
    /// Those that need what the implementation does not have.
    pub unsupported: u64,
    /// Those that the user left out by name.
    pub skipped: u64,
    /// Those in which the implementation broke the protocol, was late or died.
    pub errored: u64,
    /// Those that do not fit what was asked for.
    pub not_selected: u64,
    /// Those in which the harness is at fault.
    pub harness_fault: u64,
}

impl Counts {
    /// How many ended so.
    #[must_use]
    pub const fn of(&self, status: Status) -> u64 {
        match status {
            Status::Passed => self.passed,
            Status::Failed => self.failed,
            Status::ExpectedFailure => self.expected_failure,
            Status::UnexpectedPass => self.unexpected_pass,
            Status::Unsupported => self.unsupported,
            Status::Skipped => self.skipped,
            Status::Errored => self.errored,
            Status::NotSelected => self.not_selected,
            Status::HarnessFault => self.harness_fault,
        }
    }

    const fn of_mut(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Passed => &mut self.passed,
            Status::Failed => &mut self.failed,
            Status::ExpectedFailure => &mut self.expected_failure,
            Status::UnexpectedPass => &mut self.unexpected_pass,
            Status::Unsupported => &mut self.unsupported,
            Status::Skipped => &mut self.skipped,
            Status::Errored => &mut self.errored,
            Status::NotSelected => &mut self.not_selected,
            Status::HarnessFault => &mut self.harness_fault,
        }
    }

    /// Counts one.
    pub const fn add(&mut self, status: Status) {
        *self.of_mut(status) += 1;
    }

    /// Counts others too.
    pub fn join(&mut self, others: &Self) {
        Status::ALL.iter().for_each(|&status| *self.of_mut(status) += others.of(status));
    }

    fn sum(&self, what: impl Fn(Status) -> bool) -> u64 {
        Status::ALL.iter().filter(|&&status| what(status)).map(|&status| self.of(status)).sum()
    }

    /// How many there are of all.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.sum(|_| true)
    }

    /// How many fit what was asked for.
    #[must_use]
    pub fn selected(&self) -> u64 {
        self.sum(|status| status != Status::NotSelected)
    }

    /// How many were put to the validator.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.sum(Status::is_judged)
    }

    /// How many somebody has to look at.
    #[must_use]
    pub fn troubles(&self) -> u64 {
        self.sum(Status::is_trouble)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = Status::ALL.iter().map(|&status| (status, self.of(status))).filter(|&(_, count)| count > 0);
        let said: Vec<String> = ended.map(|(status, count)| format!("{count} {}", status.as_str().replace('-', " "))).collect();
        f.write_str(if said.is_empty() { "nothing" } else { "" })?;
        f.write_str(&said.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scenario_is_counted_in_one_way_and_all_add_up() {
        let mut counts = Counts::default();
        for (times, &status) in Status::ALL.iter().enumerate() {
            (0..=times).for_each(|_| counts.add(status));
        }
        for (times, &status) in Status::ALL.iter().enumerate() {
            assert_eq!(counts.of(status), times as u64 + 1, "{status}");
        }
        assert_eq!((counts.all(), counts.selected()), (45, 37));
        let mut twice = counts;
        twice.join(&counts);
        assert!(Status::ALL.iter().all(|&status| twice.of(status) == 2 * counts.of(status)));
        let said = "1 passed, 2 failed, 3 expected failure, 4 unexpected pass, 5 unsupported, 6 skipped, 7 errored";
        assert_eq!(counts.to_string(), format!("{said}, 8 not selected, 9 harness fault"));
        assert_eq!(Counts::default().to_string(), "nothing");
        assert_eq!((counts.judged(), counts.troubles()), (1 + 2 + 3 + 4 + 7 + 9, 2 + 4 + 7 + 9));
    }

    #[test]
    fn words_are_the_same_in_reports_and_files() {
        for &status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            let mut counts = Counts::default();
            counts.add(status);
            assert_eq!(serde_json::to_value(counts).unwrap()[status.as_str()], 1);
        }
    }
}
