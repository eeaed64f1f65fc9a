//! A verdict as people and programs read it.

use std::fmt::Write;

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::RestoreScope;
use dasdlab_validator::explain::remedy;
use serde::Serialize;

use super::paint::{Paint, Shade};

/// The verdict as it is said to programs.
#[derive(Debug, Serialize)]
pub struct VerdictReport<'a> {
    return_code: u8,
    restore_scope: Option<RestoreScope>,
    findings: Vec<FindingReport<'a>>,
    /// What was assumed where tables did not say it.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    assumed: &'a [String],
}

impl<'a> VerdictReport<'a> {
    /// With what was assumed of the site.
    #[must_use]
    pub fn assuming(self, assumed: &'a [String]) -> Self {
        Self { assumed, ..self }
    }
}

impl<'a> From<&'a Verdict> for VerdictReport<'a> {
    fn from(verdict: &'a Verdict) -> Self {
        Self {
            return_code: verdict.return_code,
            restore_scope: verdict.restore_scope,
            findings: verdict.findings.iter().map(FindingReport::from).collect(),
            assumed: &[],
        }
    }
}

/// A finding as it is said to programs.
#[derive(Debug, Serialize)]
pub struct FindingReport<'a> {
    code: String,
    rule: &'static str,
    severity: Severity,
    reason: &'static str,
    subjects: &'a [Subject],
    evidence: &'a Evidence,
    remedy: String,
}

impl<'a> From<&'a Finding> for FindingReport<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            code: finding.code(),
            rule: finding.rule().slug(),
            severity: finding.severity,
            reason: finding.reason.slug(),
            subjects: &finding.subjects,
            evidence: &finding.evidence,
            remedy: remedy(finding),
        }
    }
}

/// The findings rule by rule, with an empty line behind them where there are any.
#[must_use]
pub fn findings(verdict: &Verdict, paint: Paint) -> String {
    let mut out = String::new();
    let mut rule = None;
    for finding in &verdict.findings {
        if rule != Some(finding.rule()) {
            rule = Some(finding.rule());
            let heading = format!("{} {}", finding.rule().code(), finding.rule().slug());
            put(&mut out, format_args!("{}\n", paint.paint(Shade::Bold, &heading)));
        }
        heading(&mut out, finding, paint);
        put(&mut out, format_args!("      {} {}\n", paint.paint(Shade::Dim, "remedy:"), remedy(finding)));
    }
    if !verdict.findings.is_empty() {
        out.push('\n');
    }
    out
}

/// A finding in a line, with its evidence below.
pub fn heading(out: &mut String, finding: &Finding, paint: Paint) {
    let subjects: Vec<String> = finding.subjects.iter().map(ToString::to_string).collect();
    let code = paint.paint(severity(finding.severity), &finding.code());
    put(out, format_args!("  {code} {}  {}\n", finding.reason.slug(), subjects.join(", ")));
    for (key, fact) in &finding.evidence.0 {
        put(out, format_args!("      {}: {}\n", key.replace('_', " "), shown(fact)));
    }
}

/// What the findings come to, in two lines.
#[must_use]
pub fn summary(profile: &ProfileName, verdict: &Verdict, paint: Paint) -> String {
    let mut out = String::new();
    let counted = |wanted: Severity, one: &str, many: &str| {
        let count = verdict.findings.iter().filter(|finding| finding.severity == wanted).count();
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let counts = [
        counted(Severity::E, "error", "errors"),
        counted(Severity::W, "warning", "warnings"),
        counted(Severity::I, "information", "information"),
    ];
    put(&mut out, format_args!("profile {profile}: {}\n", counts.join(", ")));
    let shade = match verdict.return_code {
        0 => Shade::Green,
        4 => Shade::Yellow,
        _ => Shade::Red,
    };
    put(&mut out, format_args!("return code {}", paint.paint(shade, &verdict.return_code.to_string())));
    if let Some(scope) = verdict.restore_scope {
        put(&mut out, format_args!(", a backup permits restores: {scope}"));
    }
    out.push('\n');
    out
}

/// A fact, of a long list only the beginning: programs are told all of it.
fn shown(fact: &Fact) -> String {
    /// The most names that are shown.
    const SHOWN: usize = 20;
    match fact {
        Fact::List(names) if names.len() > SHOWN => {
            let first: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
            format!("{}, and {} more", first.join(", "), names.len() - SHOWN)
        }
        _ => match fact.to_string() {
            empty if empty.is_empty() => "(none)".to_owned(),
            text => text,
        },
    }
}

fn severity(severity: Severity) -> Shade {
    match severity {
        Severity::E => Shade::Red,
        Severity::W => Shade::Yellow,
        Severity::I => Shade::Blue,
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
