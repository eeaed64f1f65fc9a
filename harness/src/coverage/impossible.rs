//! What cannot be reported: keys that no check gives, and pairs of keys that no run gives together.
//!
//! One table, each row with its cause. A run in which a declared-impossible thing occurs is a fault of the oracle, of the
//! validator, or of this table.

use dasdlab_model::finding::{Side, Verdict};
use dasdlab_model::reasons::{Reason, Rule};

use super::keys::Key;
use Rule::{PS00, PS01, PS02, PS03, PS04, PS05, PS06, PS07, PS08, PS09, PS10, PS11, PS12, PS13, PS14, PS15};

/// Keys, by rule, by side or by reason.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// Every reason of a rule.
    All(Rule),
    /// Every reason of a rule on this side.
    On(Rule, Side),
    /// One reason.
    One(Reason),
}

impl Part {
    fn holds(self, key: Key) -> bool {
        match self {
            Self::All(rule) => key.reason.rule() == rule,
            Self::On(rule, side) => key.reason.rule() == rule && key.side == Some(side),
            Self::One(one) => key.reason == one,
        }
    }
}

use Part::{All, On, One};

/// Two groups of which no member of the one is ever reported with a member of the other.
struct Row {
    one: &'static [Part],
    other: &'static [Part],
    why: &'static str,
}

/// Asked of FlashCopy profiles alone.
const FLASHCOPY: &[Part] = &[All(PS07), All(PS08), One(Reason::Ps06TooSmall), One(Reason::Ps06Larger)];

/// Asked of BCV profiles alone.
const BCV: &[Part] = &[
    All(PS12),
    All(PS13),
    One(Reason::Ps05MethodUnsupported),
    One(Reason::Ps06NotBcv),
    One(Reason::Ps06MethodUnsupported),
    One(Reason::Ps06SizeMismatch),
    One(Reason::Ps06DifferentArray),
];

const PAIRS: &[Row] = &[
    Row {
        one: &[All(PS00)],
        other: &[
            All(PS01),
            All(PS02),
            All(PS03),
            All(PS04),
            All(PS05),
            All(PS06),
            All(PS07),
            All(PS08),
            All(PS09),
            All(PS10),
            All(PS11),
            All(PS12),
            All(PS13),
            All(PS14),
            All(PS15),
        ],
        why: "a failed environment stands alone",
    },
    Row { one: FLASHCOPY, other: BCV, why: "a profile has one method" },
    Row {
        one: &[One(Reason::Ps02LogInDataBackup)],
        other: &[One(Reason::Ps02Missing), One(Reason::Ps02OnTape)],
        why: "a profile has one type: logs are left out of DATA and belong to FULL",
    },
    Row {
        one: &[One(Reason::Ps00UnknownImsSystem)],
        other: &[One(Reason::Ps00CatalogUnavailable)],
        why: "no data set is known of an IMS system that is not known",
    },
    Row {
        one: &[One(Reason::Ps14NoSources)],
        other: &[
            All(PS05),
            All(PS08),
            All(PS10),
            All(PS12),
            All(PS15),
            One(Reason::Ps02LogInDataBackup),
            One(Reason::Ps03ForeignEntries),
            One(Reason::Ps06AlsoSource),
            One(Reason::Ps06DeviceType),
            One(Reason::Ps06TooSmall),
            One(Reason::Ps06SizeMismatch),
            One(Reason::Ps06DifferentArray),
            One(Reason::Ps06Larger),
            On(PS07, Side::Source),
            One(Reason::Ps09SourceIsTargetElsewhere),
            One(Reason::Ps14MissingTarget),
        ],
        why: "a profile without sources has neither source volumes nor pairs",
    },
    Row {
        one: &[One(Reason::Ps14NoGenerations)],
        other: &[
            All(PS06),
            On(PS07, Side::Target),
            All(PS08),
            All(PS13),
            One(Reason::Ps09TargetInOtherProfile),
            One(Reason::Ps09SourceInOtherProfile),
            One(Reason::Ps14MissingTarget),
            One(Reason::Ps14UnmappedSource),
            One(Reason::Ps14DuplicateTarget),
        ],
        why: "a profile without generations has no targets",
    },
];

/// Why two keys are never reported in one run; none where they can be.
#[must_use]
pub fn why(first: Key, second: Key) -> Option<&'static str> {
    let holds = |parts: &[Part], key| parts.iter().any(|part| part.holds(key));
    let row = PAIRS
        .iter()
        .find(|row| (holds(row.one, first) && holds(row.other, second)) || (holds(row.one, second) && holds(row.other, first)));
    row.map(|row| row.why)
}

/// Why a key is never reported by the check of a profile; none where it can be.
#[must_use]
pub fn why_alone(key: Key) -> Option<&'static str> {
    match key {
        Key { reason, .. } if reason.rule() == Rule::PS16 => Some("mirrors are established by the action, not by the checks"),
        Key { reason: Reason::Ps07RelationLimit, side: Some(Side::Target) } => Some("only a source is copied from many times"),
        _ => None,
    }
}

/// The first thing in a verdict that cannot occur, with the cause.
#[must_use]
pub fn in_verdict(verdict: &Verdict) -> Option<String> {
    let mut keys: Vec<Key> = Vec::new();
    for finding in &verdict.findings {
        let key = Key::of(finding);
        if let Some(why) = why_alone(key) {
            return Some(format!("{key} was reported: {why}"));
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    for (at, &first) in keys.iter().enumerate() {
        for &second in keys.iter().skip(at + 1) {
            if let Some(why) = why(first, second) {
                return Some(format!("{first} was reported together with {second}: {why}"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: Reason, second: Reason, possible: bool) {
        let key = |reason| Key { reason, side: None };
        assert_eq!(why(key(first), key(second)).is_none(), possible, "{first} with {second}");
        assert_eq!(why(key(second), key(first)).is_none(), possible, "{second} with {first}");
    }

    #[test]
    fn methods_types_and_the_environment_exclude_each_other() {
        check(Reason::Ps08DifferentLss, Reason::Ps12Established, false);
        check(Reason::Ps06Larger, Reason::Ps06NotBcv, false);
        check(Reason::Ps00ProfileLocked, Reason::Ps14NoSources, false);
        check(Reason::Ps00ProfileLocked, Reason::Ps00NotAuthorized, true);
        check(Reason::Ps02OnTape, Reason::Ps02LogInDataBackup, false);
        check(Reason::Ps05Boxed, Reason::Ps05Reserved, true);
        check(Reason::Ps14NoSources, Reason::Ps14NoGenerations, true);
    }

    #[test]
    fn a_profile_without_sources_still_has_targets() {
        let inhibited = |side| Key { reason: Reason::Ps07Inhibited, side: Some(side) };
        let no_sources = Key { reason: Reason::Ps14NoSources, side: None };
        assert!(why(inhibited(Side::Source), no_sources).is_some());
        assert!(why(inhibited(Side::Target), no_sources).is_none());
    }

    #[test]
    fn no_reason_excludes_itself_and_every_row_says_why() {
        for &reason in Reason::ALL {
            check(reason, reason, true);
        }
        assert!(PAIRS.iter().all(|row| !row.why.is_empty() && !row.one.is_empty() && !row.other.is_empty()));
    }
}
