//! A timeline as a person reads it: time in front, then what is being done, then what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use dasdlab_model::event::Time;
use dasdlab_model::finding::{Fact, Finding, Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;
use dasdlab_model::site::Backup;
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{Phase, PlannedFault, StoryStep};

use super::names::Names;
use super::summed::{Kind, sum_up};
use super::{Happened, Moment, Standing, Timeline, words};
use crate::cli::paint::{Paint, Shade, masked};
use crate::cli::profile;
use crate::story::plan::FaultTold;
use crate::story::watch::{Ended, Work};

/// The widest line, in characters.
pub const WIDTH: usize = 110;

/// Where the text begins: behind the time and what is being done.
const MARGIN: usize = 2 + 12 + 2 + 18;

/// The most findings alike that are shown in full.
const IN_FULL: usize = 2;

/// The most names of a fact that are shown.
const FACTS: usize = 6;

/// What is known of a story beside what happened in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// What became of its faults; empty where it was not told to its end.
    pub faults: &'a [FaultTold],
    /// How the pieces of work said they ended, in the order in which they ended.
    pub endings: &'a [Option<String>],
}

/// The timeline as a text.
#[must_use]
pub fn render(timeline: &Timeline, known: Known<'_>, paint: Paint) -> String {
    let faults = timeline.moments.iter().filter_map(|moment| match &moment.what {
        Happened::Fault(fault) => Some(fault.name.clone()),
        _ => None,
    });
    let mut page = Page {
        names: &timeline.names,
        faults: faults.collect(),
        endings: known.endings.iter(),
        paint,
        out: String::new(),
        shown: None,
        tag: String::new(),
        phases: Vec::new(),
        after_setup: false,
        until: Time(0),
        word: "",
        stands: None,
    };
    let mut block: Vec<&Moment> = Vec::new();
    for moment in &timeline.moments {
        if matches!(moment.what, Happened::Command(_) | Happened::Event(_)) {
            block.push(moment);
            continue;
        }
        page.block(&std::mem::take(&mut block), Some(moment.at));
        page.mark(moment);
    }
    page.block(&block, None);
    page.fates(known.faults);
    page.out
}

/// The page that is being written.
struct Page<'a> {
    names: &'a Names,
    faults: BTreeSet<String>,
    endings: std::slice::Iter<'a, Option<String>>,
    paint: Paint,
    out: String,
    /// The time in the line before.
    shown: Option<Time>,
    /// What is being done, until it stands in a line.
    tag: String,
    /// The phases of the machines that run, innermost last.
    phases: Vec<Option<Phase>>,
    /// Whether setup has run in this job.
    after_setup: bool,
    /// Until when something was seen to happen.
    until: Time,
    /// What the step does.
    word: &'static str,
    /// Where the profile stood after the step before.
    stands: Option<String>,
}

impl Page<'_> {
    /// A line: its time where it is another than before, its tag, and its text, wrapped.
    fn line(&mut self, at: Time, tag: &str, (tag_shade, shade): (Shade, Option<Shade>), text: &str) {
        let time = if self.shown == Some(at) { String::new() } else { at.to_string() };
        self.shown = Some(at);
        self.until = self.until.max(at);
        for (row, text) in wrapped(&masked(text), WIDTH - MARGIN, 2).into_iter().enumerate() {
            let (time, tag) = if row == 0 { (time.as_str(), tag) } else { ("", "") };
            let text = shade.map_or_else(|| text.clone(), |shade| self.paint.paint(shade, &text));
            let gap = " ".repeat(17_usize.saturating_sub(tag.chars().count()) + 1);
            let tag = if tag.is_empty() { String::new() } else { self.paint.paint(tag_shade, &masked(tag)) };
            let line = format!("  {}  {tag}{gap}{text}", self.paint.paint(Shade::Dim, &format!("{time:<12}")));
            self.out += line.trim_end();
            self.out.push('\n');
        }
    }

    /// A line about what is being done.
    fn doing(&mut self, at: Time, shade: Option<Shade>, text: &str) {
        let tag = std::mem::take(&mut self.tag);
        self.line(at, &tag, (Shade::Blue, shade), text);
    }

    /// What follows each other without anything in between.
    fn block(&mut self, moments: &[&Moment], end: Option<Time>) {
        let phase = self.phases.last().copied().flatten();
        let tag = phase.map(|phase| tagged(phase, self.phases.len() > 1)).unwrap_or_default();
        if self.tag.is_empty() {
            self.tag.clone_from(&tag);
        }
        for line in sum_up(moments, self.names, &self.faults, self.is_order()) {
            let shade = match line.kind {
                Kind::Command => None,
                Kind::Refused => Some(Shade::Red),
                Kind::Change => Some(Shade::Dim),
            };
            let indented = if line.kind == Kind::Change { format!("  {}", line.text) } else { line.text };
            if line.by_fault {
                self.line(line.first, "", (Shade::Dim, Some(Shade::Yellow)), &indented);
            } else {
                self.doing(line.first, shade, &indented);
            }
            self.until = self.until.max(line.last);
        }
        let waits = matches!(phase, Some(Phase::Synchronize | Phase::SynchronizeNext | Phase::CopyBack));
        if let Some(end) = end.filter(|end| (waits || self.word == "advance") && *end > self.until) {
            let still = Time(end.0 - self.until.0);
            let more = if self.shown.is_some() { "more " } else { "" };
            self.doing(end, Some(Shade::Dim), &format!("  nothing {more}happens for {still}"));
        }
    }

    /// Whether the step is no work on a profile.
    fn is_order(&self) -> bool {
        matches!(self.word, "mirror" | "flash-copy")
    }

    /// What stands between blocks.
    fn mark(&mut self, moment: &Moment) {
        let at = moment.at;
        match &moment.what {
            Happened::StepBegins { index, step, profile } => {
                self.heading(*index, step, profile);
                self.until = at;
            }
            Happened::Begins(work, profile) => {
                self.phases.push(None);
                self.tag.clear();
                let bold = (Shade::Yellow, Some(Shade::Bold));
                match work {
                    Work::Setup { .. } | Work::Backup { .. } if moment.within > 0 => {
                        self.line(at, ">", bold, &format!("the second {} of {profile} begins", work.word()));
                    }
                    Work::Setup { .. } if self.word == "backup" => {
                        self.after_setup = true;
                        self.line(at, "", bold, "setup comes first");
                    }
                    Work::Backup { .. } if self.after_setup => self.line(at, "", bold, "then the backup"),
                    _ => {}
                }
            }
            Happened::Phase(phase) => {
                if let Some(last) = self.phases.last_mut() {
                    *last = Some(*phase);
                }
                self.tag = tagged(*phase, moment.within > 0);
            }
            Happened::Fault(fault) => self.fault(at, fault),
            Happened::Over(fault) => {
                self.line(at, "FAULT OVER", (Shade::Yellow, Some(Shade::Yellow)), &fault.name);
                self.tag.clear();
            }
            Happened::Ends(work, profile, ended) => {
                let ending = self.endings.next().cloned().flatten();
                self.ended(at, (work, moment.within > 0), &profile.to_string(), ended, ending.as_deref());
                self.phases.pop();
                self.tag.clear();
            }
            Happened::StepEnds(standing) => self.standing(at, standing),
            Happened::Command(_) | Happened::Event(_) => {}
        }
    }

    fn heading(&mut self, index: usize, step: &StoryStep, profile: &ProfileName) {
        let what = words::step(step, profile, |volume| self.names.reference(volume));
        let name = if step.name.is_empty() { String::new() } else { format!(" {}", step.name) };
        let head = format!("step {}{name}: {what}", index + 1);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let head = self.paint.paint(Shade::Bold, &masked(&head));
        let _ = writeln!(self.out, "{head}");
        (self.shown, self.after_setup, self.word) = (None, false, step.action.word());
        self.phases.clear();
        self.tag.clear();
    }

    fn fault(&mut self, at: Time, fault: &PlannedFault) {
        let what = words::fault(fault, |volume| self.names.reference(volume));
        self.line(at, "FAULT", (Shade::Yellow, Some(Shade::Yellow)), &format!("{}: {what}", fault.name));
        self.tag.clear();
    }

    /// How a piece of work ended: its findings, and what it said.
    fn ended(&mut self, at: Time, (work, second): (&Work, bool), profile: &str, ended: &Ended, ending: Option<&str>) {
        let word = work.word();
        let who = if second { format!("the second {word}") } else { word.to_owned() };
        let (tag, red) = (if second { "> ended" } else { "ended" }, (Shade::Bold, Some(Shade::Red)));
        let because = |sign: &str| ending.map(|ending| format!("{sign} {}", self.names.spoken(ending))).unwrap_or_default();
        match (ended, work) {
            (Ended::Said { verdict, refused }, _) => {
                self.findings(at, if second { "> finding" } else { "finding" }, verdict);
                let code = verdict.return_code;
                let shade = match code {
                    0 => Shade::Green,
                    4 => Shade::Yellow,
                    _ => Shade::Red,
                };
                let refused = refused.as_ref().map(|word| format!(", refused ({word})")).unwrap_or_default();
                let scope = match (work, verdict.restore_scope) {
                    (Work::Setup { .. }, Some(scope)) if code <= 4 => format!(", a backup would permit restores: {scope}"),
                    _ => String::new(),
                };
                let text = format!("{who}: return code {code}{refused}{scope}{}", because(";"));
                self.line(at, tag, (Shade::Bold, Some(shade)), &text);
            }
            (Ended::Refused(word), Work::Build) => {
                self.line(at, tag, red, &format!("no job is built ({word}){}", because(":")));
            }
            // The line of the order itself says so.
            (Ended::Refused(_), Work::Other) if self.is_order() => {}
            (Ended::Refused(word), Work::Other) => self.line(at, tag, red, &format!("refused ({word})")),
            (Ended::Refused(word), _) => self.line(at, tag, red, &format!("{who} refused ({word}){}", because(":"))),
            (Ended::Abended, _) => self.line(at, tag, red, &format!("{who} of {profile} is gone with the host")),
            (Ended::Done, Work::Edit(_) | Work::Enter(_)) => {
                self.line(at, tag, (Shade::Bold, Some(Shade::Green)), &format!("{who} accepted"));
            }
            (Ended::Done, _) => {}
        }
    }

    /// Findings, those that are alike together.
    fn findings(&mut self, at: Time, tag: &str, verdict: &Verdict) {
        let mut alike: BTreeMap<(Reason, Severity), Vec<&Finding>> = BTreeMap::new();
        let mut order = Vec::new();
        for finding in &verdict.findings {
            let key = (finding.reason, finding.severity);
            if !alike.contains_key(&key) {
                order.push(key);
            }
            alike.entry(key).or_default().push(finding);
        }
        for findings in order.into_iter().filter_map(|key| alike.remove(&key)) {
            // One more in full is no longer than a line that counts it.
            let full = if findings.len() == IN_FULL + 1 { findings.len() } else { IN_FULL };
            for finding in findings.iter().take(full) {
                let shade = severity(finding.severity);
                let text = format!("{} {}: {}", finding.code(), finding.reason.slug(), self.names.subjects(finding));
                self.line(at, tag, (shade, Some(shade)), &text);
                let evidence = evidence(finding);
                if !evidence.is_empty() {
                    let text = self.names.spoken(&evidence);
                    self.line(at, "", (Shade::Dim, Some(Shade::Dim)), &format!("  {text}"));
                }
            }
            if let Some(last) = findings.last().filter(|_| findings.len() > full) {
                let shade = severity(last.severity);
                let more = findings.len() - full;
                let text =
                    format!("and {more} more {} {}, the last: {}", last.code(), last.reason.slug(), self.names.subjects(last));
                self.line(at, "", (Shade::Dim, Some(shade)), &text);
            }
        }
    }

    /// Where things stand after a step.
    fn standing(&mut self, at: Time, standing: &Standing) {
        match &standing.losses {
            Some(losses) if losses.is_empty() => {
                self.line(at, "restored", (Shade::Bold, Some(Shade::Green)), "nothing is lost");
            }
            Some(losses) => {
                for lost in losses {
                    let subject = self.names.subject(&lost.subject);
                    let message = self.names.spoken(&lost.message).replace("unit:", "unit ");
                    let text = format!("{}: {subject}: {message}", lost.loss);
                    self.line(at, "LOST", (Shade::Red, Some(Shade::Red)), &text);
                }
            }
            None => {}
        }
        let looked = standing.copies.is_some();
        let all: BTreeSet<u8> = standing.backups.iter().map(|backup| backup.generation).collect();
        for generation in standing.recorded.iter().copied().chain(all.into_iter().filter(|_| looked)) {
            let held: Vec<&Backup> = standing.backups.iter().filter(|backup| backup.generation == generation).collect();
            if held.is_empty() {
                self.line(at, "backup", (Shade::Bold, None), &format!("generation {generation}: none any more"));
            }
            for backup in held {
                let shade = if backup.valid && !backup.expired { Shade::Green } else { Shade::Red };
                let text = format!("generation {generation}: {}", self.names.spoken(&profile::backup(backup)));
                self.line(at, "backup", (Shade::Bold, Some(shade)), &text);
            }
        }
        for copies in standing.copies.iter().flatten() {
            let mut parts: Vec<String> = copies.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
            if copies.held > 0 {
                parts.push(format!("{} held", copies.held));
            }
            self.line(at, "copies", (Shade::Bold, None), &format!("generation {}: {}", copies.generation, parts.join(", ")));
        }
        let (shade, text) = match standing.state {
            None => (Shade::Red, format!("the site has no {}", standing.profile)),
            Some((state, reason)) => {
                let shade = match state {
                    ProfileState::SetupNeeded => Shade::Red,
                    ProfileState::Synchronizing => Shade::Yellow,
                    ProfileState::Ready => Shade::Green,
                };
                (shade, format!("{} {}", standing.profile, words::state(state, reason)))
            }
        };
        // Time that passes and what others do seldom changes it.
        let is_news = self.stands.as_ref() != Some(&text);
        if is_news || self.shown.is_none() || !matches!(self.word, "advance" | "vary" | "write" | "mirror" | "flash-copy") {
            self.line(at, "profile", (Shade::Bold, Some(shade)), &text);
        }
        (self.word, self.stands) = ("", Some(text));
    }

    /// What became of the faults.
    fn fates(&mut self, faults: &[FaultTold]) {
        if faults.is_empty() {
            return;
        }
        let _ = writeln!(self.out, "\n{}", self.paint.paint(Shade::Bold, "faults of the plan"));
        for fault in faults {
            let text = format!("{} ({}): {}", fault.name, fault.word, self.names.spoken(&words::fate(&fault.fate)));
            let shade = if fault.struck() { None } else { Some(Shade::Yellow) };
            for (row, text) in wrapped(&masked(&text), WIDTH - 4, 0).into_iter().enumerate() {
                let text = shade.map_or_else(|| text.clone(), |shade| self.paint.paint(shade, &text));
                let _ = writeln!(self.out, "{}{text}", if row == 0 { "  " } else { "    " });
            }
        }
    }
}

fn tagged(phase: Phase, within: bool) -> String {
    if within { format!(">{phase}") } else { phase.to_string() }
}

fn severity(severity: Severity) -> Shade {
    match severity {
        Severity::E => Shade::Red,
        Severity::W => Shade::Yellow,
        Severity::I => Shade::Blue,
    }
}

/// The evidence of a finding in a line; of long lists the beginning.
fn evidence(finding: &Finding) -> String {
    let facts = finding.evidence.0.iter().filter_map(|(key, fact)| {
        let text = match fact {
            Fact::List(names) if names.len() > FACTS => {
                let first = names.get(..FACTS).unwrap_or_default().join(", ");
                format!("{first} and {} more", names.len() - FACTS)
            }
            fact => fact.to_string(),
        };
        (!text.is_empty()).then(|| format!("{}: {text}", key.replace('_', " ")))
    });
    facts.collect::<Vec<_>>().join("; ")
}

/// A text in rows of at most so many characters; what goes on is indented.
#[must_use]
pub fn wrapped(text: &str, width: usize, indented: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let mut rows = Vec::new();
    let mut row = " ".repeat(indent);
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && row.chars().count() + 1 + word.chars().count() > width {
            rows.push(std::mem::replace(&mut row, " ".repeat(indent + indented)));
            empty = true;
        }
        if !empty {
            row.push(' ');
        }
        row += word;
        empty = false;
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_never_wider_than_they_may_be_and_what_goes_on_is_indented() {
        assert_eq!(wrapped("  one two three", 9, 2), ["  one two", "    three"]);
        assert_eq!(wrapped("word", 2, 2), ["word"]);
        assert_eq!(wrapped("", 2, 2), [""]);
    }
}
