//! `explain`: what a rule protects, when it fires, how to mend it.

use std::fmt::Write;

use clap::Args;
use dasdlab_model::finding::Severity;
use dasdlab_model::reasons::{Kind, Reason, Rule};
use dasdlab_validator::explain;
use dasdlab_validator::rules::{self, ReasonDoc};
use serde::Serialize;

use super::{Context, Problem};
use crate::exit::Exit;

/// Explain a rule or a reason
///
/// Says what it protects, when it fires, with an example, and what clears it.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule (PS08, flashcopy-same-lss), a code (PS08E) or a reason (PS05:boxed, boxed)
    #[arg(required_unless_present = "reference", conflicts_with = "reference")]
    what: Option<String>,
    /// Print the whole rule reference as Markdown
    #[arg(long)]
    reference: bool,
}

/// A rule as it is said to programs.
#[derive(Serialize)]
struct RuleReport {
    rule: &'static str,
    slug: &'static str,
    protects: &'static str,
    fires: &'static str,
    passing: &'static str,
    failing: &'static str,
    fine_print: &'static [&'static str],
    reasons: Vec<ReasonReport>,
}

/// A reason as it is said to programs.
#[derive(Serialize)]
struct ReasonReport {
    reason: String,
    severities: &'static [Severity],
    subjects: &'static [&'static str],
    evidence: Vec<&'static str>,
    when: &'static str,
    remedy: Vec<String>,
}

impl From<&ReasonDoc> for ReasonReport {
    fn from(doc: &ReasonDoc) -> Self {
        let info = doc.reason.info();
        Self {
            reason: doc.reason.to_string(),
            severities: info.severities,
            subjects: info.subjects,
            evidence: info.evidence.iter().map(|(key, _)| *key).collect(),
            when: doc.when,
            remedy: explain::remedies(doc),
        }
    }
}

/// What was asked for.
enum Topic {
    Rule(Rule),
    Reasons(Vec<Reason>),
}

/// Prints the explanation.
///
/// # Errors
/// There is no such rule or reason.
pub fn run(args: &ExplainArgs, ctx: &Context) -> Result<Exit, Problem> {
    let Some(what) = args.what.as_deref().filter(|_| !args.reference) else {
        return Ok(ctx.result(&explain::reference(), Exit::Good));
    };
    match topic(what)? {
        Topic::Rule(rule) => {
            let entry = rules::entry(rule).ok_or_else(|| untold(rule))?;
            if !ctx.is_json() {
                return Ok(ctx.result(&ended(explain::rule_text(rule)), Exit::Good));
            }
            let report = RuleReport {
                rule: rule.code(),
                slug: rule.slug(),
                protects: entry.doc.protects,
                fires: entry.doc.fires,
                passing: entry.doc.passing,
                failing: entry.doc.failing,
                fine_print: entry.doc.fine_print,
                reasons: entry.doc.reasons.iter().map(ReasonReport::from).collect(),
            };
            Ok(ctx.json(&report, Exit::Good))
        }
        Topic::Reasons(reasons) => {
            let docs = reasons.into_iter().map(doc).collect::<Result<Vec<_>, _>>()?;
            if ctx.is_json() {
                let reports: Vec<ReasonReport> = docs.into_iter().map(ReasonReport::from).collect();
                return Ok(ctx.json(&reports, Exit::Good));
            }
            let texts: Vec<String> = docs.into_iter().map(human).collect();
            Ok(ctx.result(&texts.join("\n"), Exit::Good))
        }
    }
}

fn topic(what: &str) -> Result<Topic, Problem> {
    if let Ok(rule) = what.parse() {
        return Ok(Topic::Rule(rule));
    }
    // A finding's code ends with its severity.
    if let Some(Ok(rule)) = what.strip_suffix(['I', 'W', 'E']).map(str::parse) {
        return Ok(Topic::Rule(rule));
    }
    if let Some((rule, reason)) = what.split_once(':') {
        let known_rule =
            rule.strip_suffix(['I', 'W', 'E']).and_then(|rule| rule.parse().ok()).or_else(|| rule.parse::<Rule>().ok());
        if let Some(rule) = known_rule {
            return match Reason::find(rule, reason) {
                Some(reason) => Ok(Topic::Reasons(vec![reason])),
                None => {
                    let known: Vec<&str> = Reason::of(rule).map(Reason::slug).collect();
                    let list = format!("reasons of {rule}: {}", known.join(", "));
                    Err(Problem::unknown("reason", reason, &known, &list))
                }
            };
        }
    }
    let reasons: Vec<Reason> = Reason::ALL.iter().copied().filter(|reason| reason.slug() == what).collect();
    if !reasons.is_empty() {
        return Ok(Topic::Reasons(reasons));
    }
    let rules = Rule::ALL.iter().flat_map(|rule| [rule.code().to_owned(), rule.slug().to_owned()]);
    let reasons = Reason::ALL.iter().flat_map(|reason| [reason.slug().to_owned(), reason.to_string()]);
    let list = "`dasdlab list rules` and `dasdlab list reasons` show all";
    Err(Problem::unknown("rule or reason", what, rules.chain(reasons), list))
}

fn doc(reason: Reason) -> Result<&'static ReasonDoc, Problem> {
    rules::entry(reason.rule())
        .and_then(|entry| entry.doc.reasons.iter().find(|doc| doc.reason == reason))
        .ok_or_else(|| untold(reason.rule()))
}

/// Every rule has its text; one without is this program's fault.
fn untold(rule: Rule) -> Problem {
    Problem::fault(format!("{rule} {} has no explanation", rule.slug()))
}

fn human(doc: &ReasonDoc) -> String {
    let reason = doc.reason;
    let info = reason.info();
    let mut out = format!("{reason} ({})\n\n", reason.rule().slug());
    let severities: Vec<&str> = info
        .severities
        .iter()
        .map(|severity| match severity {
            Severity::E => "error",
            Severity::W => "warning",
            Severity::I => "information",
        })
        .collect();
    let evidence: Vec<String> = info.evidence.iter().map(|(key, kind)| format!("{key} ({})", kind_name(*kind))).collect();
    let rows = [
        ("when", doc.when.to_owned()),
        ("severity", severities.join(" or ")),
        ("about", info.subjects.join(", ")),
        ("evidence", evidence.join(", ")),
        ("remedy", explain::remedies(doc).join("\n          ")),
    ];
    for (name, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name:<9} {text}");
    }
    let _ = writeln!(out, "\n`dasdlab explain {}` explains the rule.", reason.rule());
    out
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "a number",
        Kind::Text => "a text",
        Kind::Texts => "texts",
        Kind::Volser => "a label",
        Kind::Volsers => "labels",
        Kind::Unit => "a unit",
        Kind::Units => "units",
        Kind::Device => "a volume",
        Kind::Devices => "volumes",
        Kind::Array => "an array",
        Kind::Lss => "an LSS",
        Kind::DataSets => "data sets",
        Kind::Subjects => "data sets and catalogs",
        Kind::Profile => "a profile",
        Kind::Families => "level families",
    }
}

/// With a newline at the end.
fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
