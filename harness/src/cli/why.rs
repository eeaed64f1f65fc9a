//! `why`: what a finding was read from, by how much it was missed, and the smallest change that clears it.

mod diff;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::declare::{Fault, Step};
use dasdlab_model::finding::{Finding, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Content, Document, Encoding, ReadError};
use dasdlab_model::scenario::{Expectation, Scenario};
use dasdlab_model::site::Site;
use dasdlab_model::write::write;
use dasdlab_scenarios::corpus;
use dasdlab_scenarios::token::{Token, TokenError};
use serde::Serialize;

use super::paint::{Paint, Shade, masked};
use super::verdict::{self, FindingReport};
use super::{Context, Problem, comments, files, load, replay};
use crate::exit::Exit;
use crate::judge;
use crate::story::timeline::render::wrapped;
use crate::suite::{self, CORPUS};
use crate::why::{Change, Entry, Explained, NearMiss, Pick, explain, picked, sentence};

/// The columns that sentences are filled to.
const WIDTH: usize = 100;
/// The most characters of an entry that are shown to people.
const SHOWN: usize = 160;
/// The most findings that a message lists.
const LISTED: usize = 20;

/// Explain findings: what they rest on, by how much a limit was missed, and what would clear them
///
/// Shows for each finding the entries of the site that it was read from, the near miss where it is a matter of degree, and the
/// smallest change of the site that clears it and adds no other finding, found by search and verified by judging the changed site
/// twice. Ends with 0 when the findings are explained, also where there are none.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// A site or scenario file, a token such as g1-00000000deadbeef-42, or corpus/NAME
    #[arg(value_name = "FILE|TOKEN")]
    file: String,
    /// Only these findings: a rule, a reason, and what they are about, as in PS05, PS05:boxed or PS05:boxed@3A10
    #[arg(value_name = "FINDING")]
    findings: Vec<Pick>,
    /// The profile to judge; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Explain at most so many findings
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Write the changed site, .toml or .json; an existing file is replaced. Name one finding for it, or several to have them
    /// cleared one after the other
    #[arg(long, short, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// What is explained, and how it is written down.
struct Asked {
    document: Document,
    /// Whether the lines of its text mean something to the user.
    has_lines: bool,
}

/// What is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    profile: &'a ProfileName,
    /// How many findings there are in all.
    total: usize,
    findings: Vec<ExplainedReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

#[derive(Serialize)]
struct ExplainedReport<'a> {
    finding: String,
    #[serde(flatten)]
    said: FindingReport<'a>,
    facts: Vec<FactReport<'a>>,
    near_miss: Option<&'a NearMiss>,
    change: Option<ChangeReport<'a>>,
}

#[derive(Serialize)]
struct FactReport<'a> {
    what: &'a str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    entry: &'a str,
}

#[derive(Serialize)]
struct ChangeReport<'a> {
    sentence: String,
    edits: Vec<String>,
    /// Whether the changed site was judged alike by validator and oracle.
    verified: bool,
    adds: Vec<FindingReport<'a>>,
    also_clears: Vec<String>,
    return_code: u8,
    tried: usize,
    diff: String,
}

/// Explains the findings that are asked for.
///
/// # Errors
/// The file cannot be read or is malformed, has no such profile or finding, or the changed site cannot be written.
pub fn run(args: &WhyArgs, ctx: &Context) -> Result<Exit, Problem> {
    let asked = Asked::find(&args.file)?;
    let document = &asked.document;
    load::note_story(document, ctx);
    load::well_formed(document)?;
    let profile = load::profile(document, args.profile.as_deref())?;
    if let Some(path) = &args.write {
        Encoding::of(path).map_err(|error| load::problem(&error))?;
    }
    let (seen, verdict) = judged(document.site(), &profile)?;
    let chosen = chosen(&verdict, &args.findings)?;
    let explained: Vec<Explained> =
        chosen.iter().take(args.limit).map(|finding| explain(document.site(), &seen, &verdict, &profile, finding)).collect();
    let written = match &args.write {
        Some(path) => Some(write_changed(&asked, path, &profile, &verdict, &explained, ctx)?),
        None => None,
    };
    if ctx.is_json() {
        let findings = explained.iter().map(|one| asked.report(one, &verdict)).collect::<Result<Vec<_>, _>>()?;
        let written = written.map(|path| files::said(&path));
        return Ok(ctx.json(&Report { profile: &profile, total: verdict.findings.len(), findings, written }, Exit::Good));
    }
    let paint = Paint(ctx.color_stdout());
    let mut out = String::new();
    for one in &explained {
        asked.human(&mut out, one, &verdict, paint)?;
    }
    let left = chosen.len().saturating_sub(explained.len());
    if left > 0 {
        put(&mut out, format_args!("{left} more: name them, or ask for more with --limit\n"));
    }
    if verdict.findings.is_empty() {
        put(&mut out, format_args!("profile {profile}: no findings, so there is nothing to explain\n"));
    }
    Ok(ctx.result(&out, Exit::Good))
}

/// The declared site, and what profile setup says of it.
fn judged(site: &Site, profile: &ProfileName) -> Result<(Observation, Verdict), Problem> {
    let seen = judge::observe(site).map_err(|_| Problem::fault("a site that was well-formed cannot be booted"))?;
    let verdict = dasdlab_validator::check(&seen, profile);
    Ok((seen, verdict.ok_or_else(|| Problem::fault(format!("profile {profile} was there and is gone")))?))
}

/// The findings that are asked for, all of them where none is named.
fn chosen<'v>(verdict: &'v Verdict, picks: &[Pick]) -> Result<Vec<&'v Finding>, Problem> {
    for pick in picks {
        if !verdict.findings.iter().any(|finding| pick.takes(finding)) {
            let there: Vec<String> = verdict.findings.iter().map(picked).collect();
            if there.is_empty() {
                return Err(Problem::usage(format!("there is no finding `{pick}`: the profile has none")));
            }
            let more = if there.len() > LISTED { ", …" } else { "" };
            let shown: Vec<&str> = there.iter().take(LISTED).map(String::as_str).collect();
            let list = format!("findings of this profile: {}{more}", shown.join(" "));
            return Err(Problem::unknown("finding", &pick.to_string(), &there, &list));
        }
    }
    let wanted = |finding: &&Finding| picks.is_empty() || picks.iter().any(|pick| pick.takes(finding));
    Ok(verdict.findings.iter().filter(wanted).collect())
}

impl Asked {
    /// What a token, a name or a path stands for.
    fn find(name: &str) -> Result<Self, Problem> {
        match name.parse::<Token>() {
            Ok(_) => return Self::generated(name),
            Err(TokenError::Syntax(_)) => {}
            Err(error) => return Err(Problem::usage(error.to_string())),
        }
        let path = Path::new(name);
        if path.exists() {
            return Ok(Self { document: load::document(path)?, has_lines: true });
        }
        let stem = |file: &str| file.rsplit_once('.').map_or(file.to_owned(), |(stem, _)| stem.to_owned());
        let inside = name.strip_prefix(CORPUS).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
        let known = corpus::FILES.iter().find(|(file, _)| (*file == inside || stem(file) == inside) && *file != suite::MANIFEST);
        if let Some((file, text)) = known {
            let shown = format!("{CORPUS}/{file}");
            let document = dasdlab_model::read::parse(&shown, (*text).to_owned(), Encoding::Toml);
            return Ok(Self { document: document.map_err(|error: ReadError| load::problem(&error))?, has_lines: true });
        }
        // Says what is known in its place, a file among it.
        replay::find(name).map(|_| ()).and(Err(Problem::usage("cannot be read").file(path)))
    }

    /// A generated scenario, in the form in which it would be written.
    fn generated(token: &str) -> Result<Self, Problem> {
        let scenario = replay::find(token)?.scenario;
        let content = Content::Scenario(Box::new(scenario));
        let text = canonical(&content, Encoding::Toml)?;
        Ok(Self { document: Document { file: token.to_owned(), encoding: Encoding::Toml, text, content }, has_lines: false })
    }

    /// Where an entry stands in the document.
    fn path(&self, entry: &Entry) -> Vec<Step> {
        match self.document.content {
            Content::Site(_) => entry.path.clone(),
            Content::Scenario(_) => [&[Step::Field("site")], entry.path.as_slice()].concat(),
        }
    }

    /// The lines at which entries stand; none for what has no file, or does not stand in it.
    fn lines(&self, entries: &[Entry]) -> Vec<Option<usize>> {
        let faults: Vec<Fault> = entries.iter().map(|entry| Fault { path: self.path(entry), message: String::new() }).collect();
        let located = self.document.locate(&faults);
        let line = |(entry, place): (&Entry, &ReadError)| (self.has_lines && self.stands(entry)).then_some(place.line);
        entries.iter().zip(&located).map(line).collect()
    }

    /// Whether the entry stands in the document, and does not go without saying.
    fn stands(&self, entry: &Entry) -> bool {
        let last = entry.path.iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(*name),
            Step::Item(_) => None,
        });
        entry.path.first() != Some(&Step::Field("policy")) || last.is_some_and(|name| self.document.text.contains(name))
    }

    /// The document with another site in it, in its canonical form.
    fn with_site(&self, site: &Site) -> Content {
        match &self.document.content {
            Content::Site(_) => Content::Site(Box::new(site.clone())),
            Content::Scenario(scenario) => Content::Scenario(Box::new(Scenario { site: site.clone(), ..(**scenario).clone() })),
        }
    }

    /// What a change does to the canonical form of the document.
    fn diff(&self, change: &Change) -> Result<String, Problem> {
        let before = canonical(&self.document.content, self.document.encoding)?;
        let after = canonical(&self.with_site(&change.site), self.document.encoding)?;
        Ok(diff::lines(&before, &after))
    }

    fn report<'a>(&self, one: &'a Explained, before: &Verdict) -> Result<ExplainedReport<'a>, Problem> {
        let lines = self.lines(&one.facts);
        let facts = one.facts.iter().zip(lines).map(|(entry, line)| {
            let path = Fault { path: self.path(entry), message: String::new() }.to_string();
            FactReport { what: &entry.what, path: path.trim_end_matches(": ").to_owned(), line, entry: &entry.text }
        });
        let change = match &one.change {
            None => None,
            Some(change) => Some(ChangeReport {
                sentence: sentence(&change.edits),
                edits: change.edits.iter().map(ToString::to_string).collect(),
                verified: change.verified,
                adds: change.adds.iter().map(FindingReport::from).collect(),
                also_clears: one.also_cleared(before).map(picked).collect(),
                return_code: change.verdict.return_code,
                tried: change.tried,
                diff: self.diff(change)?,
            }),
        };
        Ok(ExplainedReport {
            finding: picked(&one.finding),
            said: FindingReport::from(&one.finding),
            facts: facts.collect(),
            near_miss: one.near_miss.as_ref(),
            change,
        })
    }

    fn human(&self, out: &mut String, one: &Explained, before: &Verdict, paint: Paint) -> Result<(), Problem> {
        verdict::heading(out, &one.finding, paint);
        put(out, format_args!("  {}\n", paint.paint(Shade::Dim, "facts")));
        let lines = self.lines(&one.facts);
        for (entry, line) in one.facts.iter().zip(&lines) {
            let at = line.map(|line| format!("{}:{line}  ", self.document.file)).unwrap_or_default();
            put(out, format_args!("    {}{}\n", masked(&at), entry.what));
            put(out, format_args!("      {}\n", shortened(&masked(&entry.text))));
        }
        let said = one.near_miss.as_ref().map_or("not a matter of degree", |near| near.said.as_str());
        labelled(out, paint, "near miss", said);
        let Some(change) = &one.change else {
            labelled(out, paint, "change", "none was found that clears it");
            out.push('\n');
            return Ok(());
        };
        labelled(out, paint, "change", &sentence(&change.edits));
        let diff = self.diff(change)?;
        for line in diff.lines() {
            let shade = match line.chars().next() {
                Some('+') => Some(Shade::Green),
                Some('-') => Some(Shade::Red),
                _ => None,
            };
            let line = masked(line);
            put(out, format_args!("    {}\n", shade.map_or_else(|| line.clone(), |shade| paint.paint(shade, &line))));
        }
        let also: Vec<String> = one.also_cleared(before).map(picked).collect();
        if !also.is_empty() {
            let more = also.len().saturating_sub(LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named: Vec<&str> = also.iter().take(LISTED).map(String::as_str).collect();
            labelled(out, paint, "clears too", &format!("{}{more}", named.join(" ")));
        }
        if !change.adds.is_empty() {
            let adds: Vec<String> = change.adds.iter().map(picked).collect();
            labelled(out, paint, "but adds", &adds.join(" "));
        }
        let proof = if change.verified {
            format!("the changed site, booted, was judged by validator and oracle: return code {}", change.verdict.return_code)
        } else {
            "not verified: validator and oracle differ on the changed site".to_owned()
        };
        labelled(out, paint, "verified", &proof);
        out.push('\n');
        Ok(())
    }
}

/// A line with its head; what goes on stands below.
fn labelled(out: &mut String, paint: Paint, head: &str, text: &str) {
    for (row, text) in wrapped(&masked(text), WIDTH - 13, 0).iter().enumerate() {
        let head = if row == 0 { head } else { "" };
        put(out, format_args!("  {} {text}\n", paint.paint(Shade::Dim, &format!("{head:<10}"))));
    }
}

/// An entry, of a long one only the beginning.
fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

fn canonical(content: &Content, encoding: Encoding) -> Result<String, Problem> {
    write(content, encoding).map_err(|error| Problem::fault(error.to_string()))
}

/// Clears the findings one after the other and writes the site.
fn write_changed(
    asked: &Asked,
    path: &Path,
    profile: &ProfileName,
    before: &Verdict,
    explained: &[Explained],
    ctx: &Context,
) -> Result<PathBuf, Problem> {
    let mut site = asked.document.site().clone();
    let mut verdict = before.clone();
    let mut done = Vec::new();
    for one in explained {
        let Some(change) = one.change.as_ref().filter(|_| one.is_cleared()) else {
            let help = "name the findings that can be cleared";
            return Err(
                Problem::usage(format!("no change clears {} without adding another finding", picked(&one.finding))).help(help)
            );
        };
        if site == *asked.document.site() {
            (site, verdict) = (change.site.clone(), change.verdict.clone());
            done.extend(change.edits.iter().cloned());
            continue;
        }
        // The site is another one by now: the finding may be gone, or something else be the smallest change.
        if !verdict.findings.iter().any(|finding| picked(finding) == picked(&one.finding)) {
            continue;
        }
        let (seen, now) = judged(&site, profile)?;
        let again = explain(&site, &seen, &now, profile, &one.finding);
        let cleared = again.is_cleared();
        let Some(change) = again.change.filter(|_| cleared) else {
            return Err(Problem::usage(format!("after the others no change clears {}", picked(&one.finding))));
        };
        (site, verdict) = (change.site, change.verdict);
        done.extend(change.edits);
    }
    let encoding = Encoding::of(path).map_err(|error| load::problem(&error))?;
    let content = match asked.with_site(&site) {
        // What was expected of the site as it was is expected no longer, and no token gives the one that it is now.
        Content::Scenario(scenario) => Content::Scenario(Box::new(Scenario {
            expect: scenario.expect.as_ref().map(|_| Expectation::from(&verdict)),
            token: None,
            defects: Vec::new(),
            id: String::new(),
            ..*scenario
        })),
        site @ Content::Site(_) => site,
    };
    let text = canonical(&content, encoding)?;
    // Comments stay with what they stand at, where what they stand at is still there.
    let toml = encoding == Encoding::Toml && asked.document.encoding == Encoding::Toml;
    let text = if toml { comments::carry(&asked.document.text, &text).unwrap_or(text) } else { text };
    files::write(path, &text)?;
    ctx.note(&format!("{} is written: {}", path.display(), sentence(&done)));
    Ok(path.to_owned())
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
