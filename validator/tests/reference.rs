//! The documentation of the rules against the table of reasons, and the rule reference against the documentation.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_validator::explain;
use dasdlab_validator::rules::{ACTION, REGISTRY, ReasonDoc, RuleDoc, RuleEntry};

fn reasons() -> impl Iterator<Item = &'static ReasonDoc> {
    documented().flat_map(|entry| entry.doc.reasons)
}

fn documented() -> impl Iterator<Item = &'static RuleEntry> {
    REGISTRY.iter().copied().chain([ACTION])
}

#[test]
fn the_registry_lists_ps00_to_ps15_in_order() {
    let checks: Vec<Rule> = Rule::ALL.iter().copied().filter(|&rule| rule != Rule::PS16).collect();
    assert_eq!(REGISTRY.iter().map(|entry| entry.rule).collect::<Vec<_>>(), checks);
}

#[test]
fn each_of_83_reasons_has_one_entry_in_the_order_of_the_table() {
    assert_eq!(Reason::ALL.len(), 83);
    assert_eq!(reasons().map(|doc| doc.reason).collect::<Vec<_>>(), Reason::ALL);
}

#[test]
fn a_remedy_names_only_subjects_and_evidence_of_its_reason() {
    for doc in reasons() {
        let info = doc.reason.info();
        for part in doc.remedy.iter().flat_map(|wording| wording.split('{').skip(1)) {
            let (name, _) = part.split_once('}').unwrap_or_else(|| panic!("{}: open brace", doc.reason));
            let known = info.subjects.contains(&name) || info.evidence.iter().any(|&(key, _)| key == name);
            assert!(known, "{}: `{name}` is neither subject nor evidence", doc.reason);
        }
    }
}

#[test]
fn each_later_wording_of_a_remedy_does_without_facts_that_the_first_names() {
    for doc in reasons() {
        let wordings = explain::remedies(doc);
        assert!(!wordings.is_empty(), "{}", doc.reason);
        for (nth, wording) in wordings.iter().enumerate().skip(1) {
            assert!(wording.starts_with("Without ") && !wording.starts_with("Without :"), "{}: {wording}", doc.reason);
            let first_words = wording.split(':').next();
            assert!(!wordings[..nth].iter().any(|other| other.split(':').next() == first_words), "{}: {wording}", doc.reason);
        }
    }
}

#[test]
fn no_text_breaks_the_tables_of_the_reference() {
    for entry in documented() {
        let RuleDoc { protects, fires, passing, failing, fine_print, reasons } = entry.doc;
        let texts = [protects, fires, passing, failing].into_iter().chain(fine_print.iter());
        let of_reasons = reasons.iter().flat_map(|doc| std::iter::once(doc.when).chain(doc.remedy.iter().copied()));
        for text in texts.copied().chain(of_reasons) {
            assert!(!text.is_empty() && !text.contains(['|', '\n']) && !text.contains("  "), "{}: {text}", entry.rule);
        }
    }
}

#[test]
fn every_rule_can_be_explained() {
    for &rule in Rule::ALL {
        let text = explain::rule_text(rule);
        assert!(text.starts_with(&format!("{} {}", rule.code(), rule.slug())), "{text}");
        for reason in Reason::of(rule) {
            assert!(text.contains(reason.slug()), "{reason}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}

#[test]
fn the_committed_reference_is_what_the_rules_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let hint = "docs/rules.md differs from the rules; write it again with `dasdlab explain --reference > docs/rules.md`";
    assert!(committed == explain::reference(), "{hint}");
}
