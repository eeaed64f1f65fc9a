//! The table of reasons against the contract of profile setup, typed by hand: nothing here is read from the table.

use std::collections::BTreeSet;

use dasdlab_model::finding::Severity;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_validator::rules::REGISTRY;

/// Severities as letters, the worst first, and the reasons that have them.
type BySeverity = (&'static str, &'static [&'static str]);

/// Code, slug and method of each rule (`all` where it applies to both), and its reasons by severity. A reason whose
/// severity policy decides has several.
const CONTRACT: &[(&str, &str, &str, &[BySeverity])] = &[
    (
        "PS00",
        "environment",
        "all",
        &[("E", &["unknown-ims-system", "catalog-unavailable", "array-unreachable", "not-authorized", "profile-locked"])],
    ),
    ("PS01", "volume-coverage", "all", &[("E", &["missing", "unknown-volume", "not-on-volume"]), ("EWI", &["migrated"])]),
    ("PS02", "log-coverage", "all", &[("E", &["missing"]), ("I", &["on-tape", "log-in-data-backup"])]),
    ("PS03", "catalog-coverage", "all", &[("E", &["missing"]), ("W", &["foreign-entries", "master-catalog"])]),
    ("PS04", "log-data-separation", "all", &[("W", &["shared-volume", "shared-catalog"])]),
    (
        "PS05",
        "source-available",
        "all",
        &[(
            "E",
            &[
                "unknown-unit",
                "alias-device",
                "volser-mismatch",
                "duplicate-volser",
                "offline",
                "pending-offline",
                "boxed",
                "not-ready",
                "no-path",
                "reserved",
                "copy-target",
                "restoring",
                "method-unsupported",
            ],
        )],
    ),
    (
        "PS06",
        "target-available",
        "all",
        &[
            (
                "E",
                &[
                    "unknown-unit",
                    "alias-device",
                    "boxed",
                    "no-path",
                    "not-ready",
                    "reserved",
                    "in-use",
                    "holds-data",
                    "also-source",
                    "not-bcv",
                    "foreign-relation",
                    "space-efficient",
                    "remote-secondary",
                    "method-unsupported",
                    "device-type",
                    "too-small",
                    "size-mismatch",
                    "different-array",
                ],
            ),
            ("W", &["online", "pending-offline", "larger"]),
        ],
    ),
    (
        "PS07",
        "flashcopy-capable",
        "flashcopy",
        &[("E", &["not-licensed", "not-capable", "inhibited", "v1-active", "relation-limit"])],
    ),
    ("PS08", "flashcopy-same-lss", "flashcopy", &[("E", &["different-array", "different-lss"])]),
    (
        "PS09",
        "target-shared",
        "all",
        &[("W", &["target-in-other-profile"]), ("E", &["source-in-other-profile", "source-is-target-elsewhere"])],
    ),
    ("PS10", "control-isolation", "all", &[("E", &["control-data"])]),
    (
        "PS11",
        "code-level",
        "all",
        &[
            ("E", &["level-below-minimum", "patch-below-minimum", "fix-missing", "undeterminable", "unsupported-family"]),
            ("I", &["newer-than-policy"]),
        ],
    ),
    ("PS12", "bcv-foreign-on-source", "bcv", &[("E", &["established"]), ("I", &["split-history"])]),
    ("PS13", "bcv-target-foreign", "bcv", &[("E", &["established"])]),
    (
        "PS14",
        "mapping-complete",
        "all",
        &[("E", &["no-sources", "no-generations", "missing-target", "unmapped-source", "duplicate-target"])],
    ),
    ("PS15", "foreign-data", "all", &[("W", &["non-ims-data"])]),
    (
        "PS16",
        "bcv-establish",
        "bcv",
        &[("E", &["refused", "changed-since-check", "pair-failed", "timeout"]), ("I", &["split-first", "already-established"])],
    ),
];

/// The severities, the worst first.
fn letters(severities: &[Severity]) -> String {
    let mut sorted = severities.to_vec();
    sorted.sort_by(|a, b| b.cmp(a));
    sorted.iter().map(ToString::to_string).collect()
}

#[test]
fn each_rule_has_the_reasons_of_the_contract_with_their_severities() {
    assert_eq!(CONTRACT.len(), Rule::ALL.len());
    for ((code, slug, _, reasons), rule) in CONTRACT.iter().zip(Rule::ALL) {
        assert_eq!((rule.code(), rule.slug()), (*code, *slug));
        let expected: BTreeSet<(String, String)> = reasons
            .iter()
            .flat_map(|(severity, slugs)| slugs.iter().map(|slug| ((*slug).to_owned(), (*severity).to_owned())))
            .collect();
        let found: BTreeSet<(String, String)> =
            Reason::of(*rule).map(|reason| (reason.slug().to_owned(), letters(reason.info().severities))).collect();
        assert_eq!(found, expected, "{code}");
        assert_eq!(Reason::of(*rule).count(), expected.len(), "{code}");
    }
}

#[test]
fn the_contract_has_83_reasons_and_77_of_them_are_checks() {
    let count = |code: &str| -> usize {
        let rules = CONTRACT.iter().filter(|(rule, ..)| *rule < code);
        rules.flat_map(|(.., reasons)| reasons.iter()).map(|(_, slugs)| slugs.len()).sum()
    };
    assert_eq!((count("PS16"), count("PS99")), (77, 83));
}

#[test]
fn each_rule_is_asked_for_the_methods_of_the_contract() {
    for entry in REGISTRY {
        let method = CONTRACT.iter().find(|(code, ..)| *code == entry.rule.code()).map(|(_, _, method, _)| *method);
        let asked = entry.method.map_or_else(|| "all".to_owned(), |method| method.to_string());
        assert_eq!(method, Some(asked.as_str()), "{}", entry.rule);
    }
}
