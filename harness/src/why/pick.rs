//! Which findings are meant: `PS05`, `PS05:boxed`, `PS05:boxed@3A10`.

use std::str::FromStr;

use dasdlab_model::finding::{Finding, Subject};
use dasdlab_model::reasons::{Reason, Rule};

/// Findings by rule, reason and subjects; whatever is left out is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    text: String,
    rule: Rule,
    reason: Option<Reason>,
    subjects: Vec<String>,
}

impl FromStr for Pick {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, subjects) = text.split_once('@').map_or((text, ""), |(what, subjects)| (what, subjects));
        let subjects = subjects.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let (rule, slug) = what.split_once(':').map_or((what, None), |(rule, slug)| (rule, Some(slug)));
        // A code as `check` prints it ends with the severity.
        let bare = rule.strip_suffix(['I', 'W', 'E']).filter(|rule| rule.parse::<Rule>().is_ok()).unwrap_or(rule);
        let rule: Rule = bare.parse().map_err(|error| format!("{error}"))?;
        let reason = slug.map(|slug| {
            Reason::find(rule, slug).ok_or_else(|| {
                let known: Vec<&str> = Reason::of(rule).map(Reason::slug).collect();
                format!("`{slug}` is not a reason of {rule}: expected one of {}", known.join(", "))
            })
        });
        Ok(Self { text: text.to_owned(), rule, reason: reason.transpose()?, subjects })
    }
}

impl std::fmt::Display for Pick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Pick {
    /// Whether this finding is meant.
    #[must_use]
    pub fn takes(&self, finding: &Finding) -> bool {
        let named = |wanted: &String| {
            finding.subjects.iter().any(|subject| {
                let text = subject.to_string();
                let name = text.split_once(':').map_or(text.as_str(), |(_, name)| name);
                // A unit has several spellings.
                let same_unit = matches!(subject, Subject::Unit(unit) if wanted.parse() == Ok(*unit));
                *wanted == text || wanted == name || same_unit
            })
        };
        finding.rule() == self.rule
            && self.reason.is_none_or(|reason| reason == finding.reason)
            && self.subjects.iter().all(named)
    }
}

/// A finding as [`Pick`] reads it, and nobody else's.
#[must_use]
pub fn picked(finding: &Finding) -> String {
    let subjects: Vec<String> = finding
        .subjects
        .iter()
        .map(|subject| match subject {
            Subject::Unit(unit) => unit.to_string(),
            // A number alone could be a unit too.
            subject => subject.to_string(),
        })
        .collect();
    format!("{}@{}", finding.reason, subjects.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dasdlab_model::finding::{Evidence, Severity};

    fn finding() -> Finding {
        Finding {
            reason: Reason::Ps06TooSmall,
            severity: Severity::E,
            subjects: vec!["unit:3A10".parse().unwrap(), "unit:3000".parse().unwrap(), "generation:2".parse().unwrap()],
            evidence: Evidence::default(),
        }
    }

    #[track_caller]
    fn check(text: &str, takes: bool) {
        assert_eq!(text.parse::<Pick>().unwrap().takes(&finding()), takes, "{text}");
    }

    #[test]
    fn a_finding_is_picked_by_rule_reason_and_subjects() {
        for text in ["PS06", "ps06", "PS06E", "target-available", "PS06:too-small", "PS06E:too-small", "PS06:too-small@3A10"] {
            check(text, true);
        }
        for text in ["PS06:too-small@03a10", "PS06@3000,3A10", "PS06@generation:2", "PS06:too-small@unit:3A10"] {
            check(text, true);
        }
        for text in ["PS05", "PS06:larger", "PS06:too-small@3A11", "PS06@3A10,3A11", "PS06@generation:1"] {
            check(text, false);
        }
        check(&picked(&finding()), true);
    }

    #[test]
    fn what_no_rule_says_is_refused() {
        for text in ["", "3A10", "PS17", "PS06:boxd", "PS06:"] {
            assert!(text.parse::<Pick>().is_err(), "{text}");
        }
    }
}
