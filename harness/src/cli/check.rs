//! `check`: profile setup's checks on one profile of a site.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::read::{Content, Document};
use dasdlab_model::states::RestoreScope;
use dasdlab_simulator::World;
use dasdlab_validator::explain::remedy;
use serde::Serialize;

use super::paint::{Paint, Shade};
use super::{Context, Problem, load};
use crate::exit::Exit;

/// Judge a profile by the rules of profile setup
///
/// Applies PS00 to PS15 and changes nothing. Ends with the return code of profile setup: 0 nothing found or information
/// only, 4 a warning, 8 an error, 12 the environment failed; with 2 if the input is bad.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The profile to judge; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

/// The verdict as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    return_code: u8,
    restore_scope: Option<RestoreScope>,
    findings: Vec<FindingReport<'a>>,
}

/// A finding as it is said to programs.
#[derive(Serialize)]
struct FindingReport<'a> {
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

/// Judges the profile and prints the findings.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile.
pub fn run(args: &CheckArgs, ctx: &Context) -> Result<Exit, Problem> {
    let document = load::document(&args.file)?;
    let profile = profile(&document, args.profile.as_deref())?;
    if matches!(document.content, Content::Scenario(_)) {
        // What is expected is not looked at here, but a malformed scenario is refused as a whole.
        load::well_formed(&document)?;
    }
    let world =
        World::boot(document.site()).map_err(|faults| load::refusal(&document.locate(&in_document(&document, faults))))?;
    drop(document);
    let observation = world.observe();
    drop(world);
    let verdict = dasdlab_validator::check(&observation, &profile)
        .ok_or_else(|| Problem::fault(format!("profile {profile} was there and is gone")))?;
    let exit = Exit::ReturnCode(verdict.return_code);
    if ctx.is_json() {
        let findings = verdict.findings.iter().map(FindingReport::from).collect();
        let report = Report { return_code: verdict.return_code, restore_scope: verdict.restore_scope, findings };
        return Ok(ctx.json(&report, exit));
    }
    Ok(ctx.result(&human(&profile, &verdict, Paint(ctx.color_stdout())), exit))
}

/// Faults of a site as faults of the document that holds it.
fn in_document(document: &Document, faults: Vec<dasdlab_model::declare::Fault>) -> Vec<dasdlab_model::declare::Fault> {
    use dasdlab_model::declare::{Fault, Step};
    match document.content {
        Content::Site(_) => faults,
        Content::Scenario(_) => {
            let inside = |fault: Fault| Fault { path: [&[Step::Field("site")], &*fault.path].concat(), ..fault };
            faults.into_iter().map(inside).collect()
        }
    }
}

/// The profile that is asked for, or the one that goes without saying.
fn profile(document: &Document, asked: Option<&str>) -> Result<ProfileName, Problem> {
    /// The most names that a message lists.
    const LISTED: usize = 10;
    let names: Vec<&ProfileName> = document.site().profiles.iter().map(|profile| &profile.name).collect();
    let list = || {
        let more = if names.len() > LISTED { ", …" } else { "" };
        let shown: Vec<&str> = names.iter().take(LISTED).map(|name| name.as_str()).collect();
        format!("profiles of this site: {}{more}", shown.join(", "))
    };
    let of_scenario = match &document.content {
        Content::Scenario(scenario) => scenario.profile.as_ref().map(ProfileName::as_str),
        Content::Site(_) => None,
    };
    match (asked.or(of_scenario), names.as_slice()) {
        (_, []) => Err(Problem::usage("the site has no profile to judge").file(&document.file)),
        (None, [only]) => Ok((*only).clone()),
        (None, _) => Err(Problem::usage(format!("the site has {} profiles: name one with --profile", names.len()))
            .help(list())
            .file(&document.file)),
        (Some(wanted), _) => match names.iter().find(|name| name.as_str() == wanted) {
            Some(&name) => Ok(name.clone()),
            None => {
                Err(Problem::unknown("profile", wanted, names.iter().map(|name| name.as_str()), &list()).file(&document.file))
            }
        },
    }
}

/// The findings rule by rule, then what it comes to.
fn human(profile: &ProfileName, verdict: &Verdict, paint: Paint) -> String {
    let mut out = String::new();
    let mut rule = None;
    for finding in &verdict.findings {
        if rule != Some(finding.rule()) {
            rule = Some(finding.rule());
            let heading = format!("{} {}", finding.rule().code(), finding.rule().slug());
            put(&mut out, format_args!("{}\n", paint.paint(Shade::Bold, &heading)));
        }
        let subjects: Vec<String> = finding.subjects.iter().map(ToString::to_string).collect();
        let code = paint.paint(severity(finding.severity), &finding.code());
        put(&mut out, format_args!("  {code} {}  {}\n", finding.reason.slug(), subjects.join(", ")));
        for (key, fact) in &finding.evidence.0 {
            put(&mut out, format_args!("      {}: {}\n", key.replace('_', " "), shown(fact)));
        }
        put(&mut out, format_args!("      {} {}\n", paint.paint(Shade::Dim, "remedy:"), remedy(finding)));
    }
    if !verdict.findings.is_empty() {
        out.push('\n');
    }
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
