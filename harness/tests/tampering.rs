//! The comparer itself is judged: whatever is changed in a verdict is reported as that change, naming the finding.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use dasdlab_harness::judge::compare;
use dasdlab_harness::judge::difference::Difference;
use dasdlab_harness::judge::{self, finding_name};
use dasdlab_model::declare::declare;
use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject, Verdict};
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Expectation;
use dasdlab_model::states::RestoreScope;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::token::Token;

/// How many scenarios are tampered with.
const SCENARIOS: u64 = 500;

/// A verdict with one thing changed, and the difference that must be reported, alone.
struct Tampered {
    what: &'static str,
    verdict: Verdict,
    expected: Box<dyn Fn(&Difference) -> bool>,
}

/// Every single change of a finding: dropped, doubled, or with one of its fields replaced.
fn of_finding(verdict: &Verdict, at: usize) -> Vec<Tampered> {
    let original = verdict.findings[at].clone();
    let name = finding_name(&original);
    let mut out = Vec::new();
    let mut tamper = |what, change: &dyn Fn(&mut Vec<Finding>), expected: Box<dyn Fn(&Difference) -> bool>| {
        let mut verdict = verdict.clone();
        change(&mut verdict.findings);
        out.push(Tampered { what, verdict, expected });
    };
    let named = name.clone();
    tamper(
        "dropped",
        &|findings| drop(findings.remove(at)),
        Box::new(move |difference| *difference == Difference::Missing { finding: named.clone() }),
    );
    let named = name.clone();
    tamper(
        "doubled",
        &|findings| findings.insert(at, findings[at].clone()),
        Box::new(move |difference| *difference == Difference::Unexpected { finding: named.clone() }),
    );
    let severity = if original.severity == Severity::E { Severity::W } else { Severity::E };
    let (named, was) = (name.clone(), original.severity);
    tamper(
        "severity",
        &|findings| findings[at].severity = severity,
        Box::new(move |difference| {
            *difference == Difference::Severity { finding: named.clone(), expected: was, found: severity }
        }),
    );
    let reasons: Vec<Reason> = Reason::of(original.rule()).filter(|reason| *reason != original.reason).collect();
    for reason in reasons {
        let (named, was) = (name.clone(), original.reason);
        tamper(
            "reason",
            &|findings| findings[at].reason = reason,
            Box::new(move |difference| {
                *difference == Difference::Reason { finding: named.clone(), expected: was, found: reason }
            }),
        );
    }
    for role in 0..original.subjects.len() {
        let mut subjects = original.subjects.clone();
        subjects[role] = other(&subjects[role]);
        let (named, was, now) = (name.clone(), original.subjects.clone(), subjects.clone());
        tamper(
            "subject",
            &|findings| findings[at].subjects.clone_from(&subjects),
            Box::new(move |difference| {
                *difference == Difference::Subjects { finding: named.clone(), expected: was.clone(), found: now.clone() }
            }),
        );
    }
    for (first, second) in pairs(original.subjects.len()) {
        if original.subjects[first] == original.subjects[second] {
            continue;
        }
        let mut subjects = original.subjects.clone();
        subjects.swap(first, second);
        let (named, was, now) = (name.clone(), original.subjects.clone(), subjects.clone());
        tamper(
            "subjects swapped",
            &|findings| findings[at].subjects.clone_from(&subjects),
            Box::new(move |difference| {
                *difference == Difference::SubjectsSwapped { finding: named.clone(), expected: was.clone(), found: now.clone() }
            }),
        );
    }
    for (fact_at, (key, fact)) in original.evidence.0.iter().enumerate() {
        let changed = match fact {
            Fact::Number(number) => Fact::Number(number + 1),
            Fact::Text(text) => Fact::Text(format!("{text}X")),
            Fact::List(list) => Fact::list(list.iter().cloned().chain(["X".to_owned()])),
        };
        let difference = |found: Option<Fact>| {
            let (named, key, was) = (name.clone(), (*key).to_owned(), fact.clone());
            Box::new(move |difference: &Difference| {
                let (key, expected, found) = (key.clone(), Some(was.clone()), found.clone());
                *difference == Difference::Evidence { finding: named.clone(), key, expected, found }
            })
        };
        tamper("evidence", &|findings| findings[at].evidence.0[fact_at].1 = changed.clone(), difference(Some(changed.clone())));
        tamper("evidence dropped", &|findings| drop(findings[at].evidence.0.remove(fact_at)), difference(None));
    }
    if original.evidence.0.len() > 1 {
        let named = name.clone();
        tamper(
            "evidence reversed",
            &|findings| findings[at].evidence.0.reverse(),
            Box::new(move |difference| matches!(difference, Difference::EvidenceKeys { finding, .. } if *finding == named)),
        );
    }
    out
}

/// Every single change of a verdict that is not of one of its findings.
fn of_verdict(verdict: &Verdict) -> Vec<Tampered> {
    let mut out = Vec::new();
    let added = Finding {
        reason: Reason::Ps05Boxed,
        severity: Severity::E,
        subjects: vec!["unit:FFFFF".parse().unwrap()],
        evidence: Evidence(vec![("volser", Fact::text("ADDED"))]),
    };
    let named = finding_name(&added);
    let mut findings = verdict.findings.clone();
    findings.push(added);
    findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
    out.push(Tampered {
        what: "added",
        verdict: Verdict { findings, ..verdict.clone() },
        expected: Box::new(move |difference| *difference == Difference::Unexpected { finding: named.clone() }),
    });
    let (was, now) = (verdict.return_code, if verdict.return_code == 8 { 4 } else { 8 });
    out.push(Tampered {
        what: "return code",
        verdict: Verdict { return_code: now, ..verdict.clone() },
        expected: Box::new(move |difference| *difference == Difference::ReturnCode { expected: was, found: now }),
    });
    let was = verdict.restore_scope;
    let now = if was.is_some() { None } else { Some(RestoreScope::None) };
    out.push(Tampered {
        what: "restore scope",
        verdict: Verdict { restore_scope: now, ..verdict.clone() },
        expected: Box::new(move |difference| *difference == Difference::RestoreScope { expected: was, found: now }),
    });
    for at in 1..verdict.findings.len() {
        let mut findings = verdict.findings.clone();
        findings.swap(at - 1, at);
        let named = finding_name(&verdict.findings[at - 1]);
        out.push(Tampered {
            what: "order",
            verdict: Verdict { findings, ..verdict.clone() },
            expected: Box::new(move |difference| {
                *difference == Difference::Order { finding: named.clone(), expected: at, found: at + 1 }
            }),
        });
    }
    out
}

fn pairs(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..length).flat_map(move |first| (first + 1..length).map(move |second| (first, second)))
}

/// A subject of the same kind that no generated site has.
fn other(subject: &Subject) -> Subject {
    let text = match subject {
        Subject::Unit(_) => "unit:FFFFF",
        Subject::Volume(_) => "volume:NOWHERE/FE/FF",
        Subject::Array(_) => "array:NOWHERE",
        Subject::DataSet(_) => "data-set:NO.WHERE",
        Subject::Catalog(_) => "catalog:NO.WHERE",
        Subject::Profile(_) => "profile:NO WHERE",
        Subject::Generation(_) => "generation:255",
        Subject::Side(side) if side.as_str() == "source" => "side:target",
        Subject::Side(_) => "side:source",
    };
    text.parse().unwrap()
}

/// The verdict of the oracle on a generated setup.
fn verdict(index: u64) -> Verdict {
    let scenario = generate(&Token::new(0, index)).unwrap().scenario;
    let profile = judge::profile(&scenario).unwrap();
    dasdlab_oracle::judge(&declare(&scenario.site).unwrap(), &profile).unwrap()
}

#[test]
fn every_single_step_tampering_is_reported_as_the_difference_that_names_it() {
    let mut counts = std::collections::BTreeMap::new();
    for index in 0..SCENARIOS {
        let verdict = verdict(index);
        assert_eq!(compare::verdicts(&verdict, &verdict), []);
        let of_findings = (0..verdict.findings.len()).flat_map(|at| of_finding(&verdict, at));
        for Tampered { what, verdict: tampered, expected } in of_findings.chain(of_verdict(&verdict)) {
            let differences = compare::verdicts(&verdict, &tampered);
            assert!(differences.len() == 1 && differences.iter().all(expected), "{index} {what}: {differences:#?}");
            *counts.entry(what).or_insert(0) += 1;
        }
    }
    assert_eq!(counts.len(), 13, "{counts:?}");
    assert!(counts.values().all(|&count| count >= 20), "{counts:?}");
}

#[test]
fn subjects_exchanged_between_two_findings_are_reported_for_both() {
    let mut exchanged = 0;
    for index in 0..SCENARIOS {
        let verdict = verdict(index);
        for at in 1..verdict.findings.len() {
            let (first, second) = (&verdict.findings[at - 1], &verdict.findings[at]);
            if first.subjects.len() != second.subjects.len() || first.subjects == second.subjects {
                continue;
            }
            let mut tampered = verdict.clone();
            tampered.findings[at - 1].subjects.clone_from(&second.subjects);
            tampered.findings[at].subjects.clone_from(&first.subjects);
            let differences = compare::verdicts(&verdict, &tampered);
            let names = |finding| differences.iter().any(|difference| difference.finding() == Some(&finding_name(finding)));
            // Findings that differ in nothing but their subjects have only changed places.
            let alike = first.reason == second.reason && first.evidence == second.evidence && first.severity == second.severity;
            assert!(names(first) && (alike || names(second)), "{index}: {differences:#?}");
            exchanged += 1;
        }
    }
    assert!(exchanged >= 100, "{exchanged}");
}

#[test]
fn an_expectation_may_leave_evidence_out_but_nothing_else() {
    let verdict = (0..SCENARIOS).map(verdict).find(|verdict| verdict.findings.len() > 1).unwrap();
    let mut expectation = Expectation::from(&verdict);
    expectation.findings.reverse();
    expectation.findings.iter_mut().for_each(|finding| finding.evidence.clear());
    assert_eq!(compare::with_expectation(&expectation, &verdict), Ok(Vec::new()));
    let dropped = expectation.findings.pop().unwrap();
    assert_eq!(compare::with_expectation(&expectation, &verdict).unwrap().len(), 1);
    expectation.findings.push(dasdlab_model::scenario::ExpectedFinding { code: "PS99E".to_owned(), ..dropped });
    assert!(compare::with_expectation(&expectation, &verdict).unwrap_err().contains("PS99E"));
}
