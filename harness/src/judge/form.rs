//! What holds for every verdict, whatever the site: order, return code, severities, shape of findings.

use dasdlab_model::finding::{Fact, Finding, Severity, Subject, Verdict};
use dasdlab_model::reasons::{Kind, Rule};

/// Everything about a verdict that breaks the form; empty for a good one.
#[must_use]
pub fn faults(verdict: &Verdict) -> Vec<String> {
    let mut out = Vec::new();
    for finding in &verdict.findings {
        shape(finding, &mut out);
    }
    for pair in verdict.findings.windows(2) {
        if let [first, second] = pair {
            if first.order_key() == second.order_key() {
                out.push(format!("{} {:?} is reported twice", second.reason, second.subjects));
            } else if first.order_key() > second.order_key() {
                out.push(format!("{} {:?} stands before {} {:?}", first.reason, first.subjects, second.reason, second.subjects));
            }
        }
    }
    let environment = verdict.findings.iter().any(|finding| finding.rule() == Rule::PS00);
    if environment && verdict.findings.iter().any(|finding| finding.rule() != Rule::PS00) {
        out.push("PS00 does not stand alone".to_owned());
    }
    let code = match verdict.findings.iter().map(|finding| finding.severity).max() {
        _ if environment => 12,
        Some(Severity::E) => 8,
        Some(Severity::W) => 4,
        Some(Severity::I) | None => 0,
    };
    if verdict.return_code != code {
        out.push(format!("return code {} where the findings give {code}", verdict.return_code));
    }
    if verdict.restore_scope.is_some() == environment {
        out.push("the restore scope is absent after PS00, and only then".to_owned());
    }
    out
}

/// Checks severity, subjects and evidence of one finding against the row of its reason.
fn shape(finding: &Finding, out: &mut Vec<String>) {
    let info = finding.reason.info();
    if !info.severities.contains(&finding.severity) {
        out.push(format!("{} is never of severity {}", finding.reason, finding.severity));
    }
    let roles = finding.subjects.len() == info.subjects.len()
        && finding.subjects.iter().zip(info.subjects).all(|(subject, role)| fits(subject, role));
    if !roles {
        out.push(format!("{} {:?} does not have the subjects {}", finding.reason, finding.subjects, info.subjects.join(", ")));
    }
    let keys = finding.evidence.0.len() == info.evidence.len()
        && finding.evidence.0.iter().zip(info.evidence).all(|((key, fact), (wanted, kind))| key == wanted && holds(fact, *kind));
    if !keys {
        out.push(format!("{} {:?} does not have the evidence of its reason", finding.reason, finding.subjects));
    }
}

/// Whether a subject can stand in a role.
fn fits(subject: &Subject, role: &str) -> bool {
    match subject {
        Subject::Unit(_) | Subject::Volume(_) => matches!(role, "unit" | "source" | "target" | "bcv"),
        Subject::Array(_) => role == "array",
        Subject::DataSet(_) => role == "data-set",
        Subject::Catalog(_) => role == "catalog",
        Subject::Profile(_) => role == "profile",
        Subject::Generation(_) => role == "generation",
        Subject::Side(_) => role == "side",
    }
}

/// Whether a fact can be of a kind.
fn holds(fact: &Fact, kind: Kind) -> bool {
    match kind {
        Kind::Count => matches!(fact, Fact::Number(_)),
        Kind::Text | Kind::Volser | Kind::Unit | Kind::Device | Kind::Array | Kind::Lss | Kind::Profile => {
            matches!(fact, Fact::Text(_))
        }
        Kind::Texts | Kind::Volsers | Kind::Units | Kind::Devices | Kind::DataSets | Kind::Subjects | Kind::Families => {
            match fact {
                Fact::List(list) => list.is_sorted_by(|a, b| a < b),
                Fact::Number(_) | Fact::Text(_) => false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::finding::Evidence;
    use dasdlab_model::reasons::Reason;
    use dasdlab_model::states::RestoreScope;

    use super::*;

    fn boxed(unit: &str) -> Finding {
        Finding {
            reason: Reason::Ps05Boxed,
            severity: Severity::E,
            subjects: vec![format!("unit:{unit}").parse().unwrap()],
            evidence: Evidence(vec![("volser", Fact::text("IMS001"))]),
        }
    }

    #[track_caller]
    fn check(spoil: impl FnOnce(&mut Verdict), expected: &str) {
        let mut verdict = Verdict {
            return_code: 8,
            restore_scope: Some(RestoreScope::FullAndData),
            findings: vec![boxed("1000"), boxed("1001")],
        };
        assert_eq!(faults(&verdict), Vec::<String>::new());
        spoil(&mut verdict);
        let found = faults(&verdict);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{found:?}");
    }

    #[test]
    fn each_breach_of_the_form_is_named() {
        check(|verdict| verdict.findings.swap(0, 1), "stands before");
        check(|verdict| verdict.findings[1] = boxed("1000"), "twice");
        check(|verdict| verdict.return_code = 4, "return code 4");
        check(|verdict| verdict.restore_scope = None, "restore scope");
        check(|verdict| verdict.findings[0].severity = Severity::W, "never of severity W");
        check(|verdict| verdict.findings[0].subjects.clear(), "subjects");
        check(|verdict| verdict.findings[0].evidence.0.clear(), "evidence");
    }
}
