//! For people: a progress bar while scenarios run, and a short picture at the end.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use dasdlab_model::reasons::Rule;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Reporter;
use super::picture::{bar, duration, number};
use super::telling;
use crate::cli::paint::{Paint, Shade, masked};
use crate::results::counts::Status;
use crate::results::row::Row;
use crate::run::event::{Counted, Event, Stop, Summary};
use crate::twin::Repeated;

/// The most scenarios that did not pass and are shown with their differences; the rest is named with its command.
const MAX_SHOWN: usize = 20;

/// The most scenarios that did not pass and are kept at all.
const MAX_NAMED: usize = 200;

/// The most causes that are shown.
const MAX_CAUSES: usize = 10;

/// The most different causes that are counted; there are never so many, unless messages differ in each scenario.
const MAX_COUNTED: usize = 1_000;

/// The most of what happened last in a story that is shown.
const MAX_RECORDED: usize = 12;

/// The most scenarios that are named of those that could not be asked for one reason.
const MAX_UNSUPPORTED: usize = 3;

/// The most differences of one scenario that are shown.
const MAX_DIFFERENCES: usize = 8;

/// Whether and where progress is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// On stderr, if it is a terminal.
    Terminal,
    /// Nowhere.
    Hidden,
}

/// Writes a picture of the run to `out`.
#[derive(Debug)]
pub struct Human<W> {
    out: W,
    paint: Paint,
    bar: ProgressBar,
    suites: Vec<String>,
    rules: BTreeMap<Rule, u64>,
    codes: BTreeMap<u8, u64>,
    troubles: Vec<Row>,
    /// How often, and the first scenario.
    causes: BTreeMap<String, (u64, String)>,
    /// What could not be asked: how many and the first of them by what they need.
    unsupported: BTreeMap<String, (u64, Vec<String>)>,
    counted: Option<Counted>,
    /// How many pieces of work were added on the way.
    added: u64,
}

impl<W: Write> Human<W> {
    /// A reporter that writes to `out`.
    pub fn new(out: W, paint: Paint, progress: Progress) -> Self {
        let bar = match progress {
            // Hides itself where stderr is no terminal.
            Progress::Terminal => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            Progress::Hidden => ProgressBar::hidden(),
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len}  {rate}  {eta} left{msg}") {
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                // A bar that cannot be drawn is no reason to stop.
                let _ = write!(out, "{:.0}/s", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate).progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Self {
            out,
            paint,
            bar,
            suites: Vec::new(),
            rules: BTreeMap::new(),
            codes: BTreeMap::new(),
            troubles: Vec::new(),
            causes: BTreeMap::new(),
            unsupported: BTreeMap::new(),
            counted: None,
            added: 0,
        }
    }

    fn troubles(&mut self) -> io::Result<()> {
        for (at, row) in self.troubles.iter().enumerate() {
            let id = masked(&row.id);
            let Some(trouble) = &row.trouble else {
                let known = masked(row.known.as_deref().unwrap_or_default());
                writeln!(self.out, "{} {id}: known to fail ({known})", self.paint.paint(Shade::Red, row.status.as_str()))?;
                continue;
            };
            let replay = masked(&trouble.replay);
            if at >= MAX_SHOWN {
                writeln!(self.out, "{} {id}: {replay}", row.status)?;
                continue;
            }
            let head = match row.status {
                Status::HarnessFault => self.paint.paint(Shade::Yellow, "harness fault"),
                status => self.paint.paint(Shade::Red, status.as_str()),
            };
            writeln!(self.out, "{head} {id} ({})", masked(&trouble.broken))?;
            if let Some(known) = &row.known {
                writeln!(self.out, "    known to fail {}", masked(known))?;
            }
            if !trouble.message.is_empty() {
                writeln!(self.out, "    {}", masked(&trouble.message))?;
            }
            for difference in trouble.differences.iter().take(MAX_DIFFERENCES) {
                writeln!(self.out, "    {}", masked(&difference.to_string()))?;
            }
            let more = trouble.differences.len().saturating_sub(MAX_DIFFERENCES) + trouble.more_differences;
            if more > 0 {
                writeln!(self.out, "    and {more} more")?;
            }
            if !trouble.recorded.is_empty() {
                writeln!(self.out, "    the last that happened")?;
            }
            let first = trouble.recorded.len().saturating_sub(MAX_RECORDED);
            for line in trouble.recorded.iter().skip(first) {
                writeln!(self.out, "      {}", self.paint.paint(Shade::Dim, &masked(line)))?;
            }
            writeln!(self.out, "    {}", self.paint.paint(Shade::Dim, &format!("replay: {replay}")))?;
        }
        if !self.troubles.is_empty() {
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// What went wrong how often, where more than one scenario did not pass.
    fn causes(&mut self) -> io::Result<()> {
        let mut causes: Vec<(&String, u64, &String)> =
            self.causes.iter().map(|(cause, (count, first))| (cause, *count, first)).collect();
        if causes.iter().map(|(_, count, _)| count).sum::<u64>() < 2 {
            return Ok(());
        }
        causes.sort_by_key(|&(cause, count, _)| (std::cmp::Reverse(count), cause));
        writeln!(self.out, "{}", self.paint.paint(Shade::Bold, "what went wrong first"))?;
        for (cause, count, first) in causes.iter().take(MAX_CAUSES) {
            let first = format!("first in {}", masked(first));
            writeln!(self.out, "  {:>8}  {}  {}", number(*count), masked(cause), self.paint.paint(Shade::Dim, &first))?;
        }
        if causes.len() > MAX_CAUSES {
            writeln!(self.out, "            and {} more causes", number((causes.len() - MAX_CAUSES) as u64))?;
        }
        writeln!(self.out)
    }

    fn bars(&mut self) -> io::Result<()> {
        writeln!(self.out, "{}", self.paint.paint(Shade::Bold, "scenarios in which each rule spoke"))?;
        let most = self.rules.values().copied().max().unwrap_or(0);
        if most == 0 {
            writeln!(self.out, "  none")?;
        }
        for (&rule, &count) in self.rules.iter().filter(|(_, count)| **count > 0) {
            writeln!(self.out, "  {rule}  {:<21} {:>8}  {}", rule.slug(), number(count), bar(count, most))?;
        }
        if self.codes.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{}", self.paint.paint(Shade::Bold, "return codes"))?;
        let most = self.codes.values().copied().max().unwrap_or(0);
        for (code, meaning) in [(0, "good"), (4, "warnings"), (8, "errors"), (12, "environment failed")] {
            let count = self.codes.get(&code).copied().unwrap_or(0);
            if count == 0 {
                continue;
            }
            writeln!(self.out, "  {code:>4}  {meaning:<21} {:>8}  {}", number(count), bar(count, most))?;
        }
        Ok(())
    }

    fn coverage(&mut self) -> io::Result<()> {
        let Some(counted) = &self.counted else { return Ok(()) };
        writeln!(self.out, "coverage   {}", telling::coverage(counted))?;
        let kinds = counted.stories.kinds();
        if kinds.iter().any(|kind| kind.met > 0) {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("{} of {} {}", kind.met, kind.keys, kind.kind)).collect();
            writeln!(self.out, "           in stories {}", kinds.join(", "))?;
        }
        for line in telling::tuples(counted) {
            writeln!(self.out, "           {line}")?;
        }
        if !counted.gates {
            return Ok(());
        }
        for line in telling::open_tuples(counted) {
            writeln!(self.out, "{}", self.paint.paint(Shade::Red, &format!("missed     {line}")))?;
        }
        for unmet in &counted.unmet {
            writeln!(self.out, "{}", self.paint.paint(Shade::Red, &format!("missed     {unmet}: met in no story")))?;
        }
        for miss in &counted.misses {
            let text = format!("missed     {:<40} present {}, absent {}", miss.key, miss.present, miss.absent);
            writeln!(self.out, "{}", self.paint.paint(Shade::Red, &text))?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.bar.finish_and_clear();
        self.troubles()?;
        let hidden = summary.counts.troubles().saturating_sub(self.troubles.len() as u64);
        if hidden > 0 {
            writeln!(self.out, "and {} more that did not pass\n", number(hidden))?;
        }
        self.causes()?;
        if summary.selected > 0 {
            self.bars()?;
            writeln!(self.out)?;
        }
        writeln!(self.out, "suites     {}", masked(&self.suites.join(", ")))?;
        self.counts(summary)?;
        self.unsupported(summary)?;
        writeln!(
            self.out,
            "           {} from files, {} generated, {} of them again without one defect",
            number(summary.sums.files),
            number(summary.sums.generated),
            number(summary.sums.counterparts)
        )?;
        if self.added > 0 {
            writeln!(self.out, "           {} more than asked for, aimed at what was not covered", number(self.added))?;
        }
        if summary.sums.stories > 0 {
            let (stories, steps) = (number(summary.sums.stories), number(summary.sums.steps));
            let (struck, faults) = (number(summary.sums.faults_struck), number(summary.sums.faults));
            writeln!(self.out, "stories    {stories} with {steps} steps; {struck} of {faults} faults struck")?;
        }
        writeln!(self.out, "volumes    {} with {} findings", number(summary.sums.volumes), number(summary.sums.findings))?;
        self.coverage()?;
        for (at, slow) in summary.slowest.iter().enumerate() {
            let head = if at == 0 { "slowest" } else { "" };
            let (time, volumes) = (duration(slow.duration_us), number(slow.volumes as u64));
            writeln!(self.out, "{head:<10} {time:>8}  {} ({volumes} volumes)", masked(&slow.id))?;
        }
        if let Some(ms) = summary.duration_ms {
            let rate = summary.selected.saturating_mul(1_000).checked_div(ms.max(1)).unwrap_or(0);
            writeln!(self.out, "time       {} ({} scenarios a second)", duration(ms.saturating_mul(1_000)), number(rate))?;
        }
        writeln!(self.out, "digest     {}", summary.digest)?;
        self.repeated(summary.repeated.as_ref())?;
        let ended = match summary.stopped {
            Some(Stop::Interrupted) => "interrupted: what is shown was judged before",
            Some(Stop::Terminated) => "terminated: what is shown was judged before",
            Some(Stop::Unread) => "",
            Some(Stop::Unusable) => "the implementation cannot be used: what is shown was judged before",
            None if summary.partial => "this is one part of a run",
            None if summary.selected == 0 => "nothing was selected",
            None if summary.counts.judged() == 0 => "nothing could be judged",
            None => "",
        };
        if !ended.is_empty() {
            writeln!(self.out, "{}", self.paint.paint(Shade::Yellow, ended))?;
        }
        self.out.flush()
    }
}

impl<W: Write> Human<W> {
    /// How many scenarios ended in each way: all of them are accounted for.
    fn counts(&mut self, summary: &Summary) -> io::Result<()> {
        let counts = &summary.counts;
        let mut text = format!(
            "{} judged: {} passed, {} failed, {} harness faults",
            number(counts.judged()),
            number(counts.passed),
            number(counts.failed),
            number(counts.harness_fault)
        );
        for status in [Status::Errored, Status::ExpectedFailure, Status::UnexpectedPass] {
            if counts.of(status) > 0 {
                text += &format!(", {} {}", number(counts.of(status)), status.as_str().replace('-', " "));
            }
        }
        let judged_well = counts.troubles() == 0 && counts.passed + counts.expected_failure > 0;
        let shade = if judged_well { Shade::Green } else { Shade::Red };
        writeln!(self.out, "scenarios  {}", self.paint.paint(shade, &text))?;
        let mut rest: Vec<String> = [Status::Skipped, Status::NotSelected]
            .into_iter()
            .filter(|&status| counts.of(status) > 0)
            .map(|status| format!("{} {}", number(counts.of(status)), status.as_str().replace('-', " ")))
            .collect();
        if summary.not_run > 0 {
            rest.push(format!("{} not run", number(summary.not_run)));
        }
        if !rest.is_empty() {
            writeln!(self.out, "           {}", rest.join(", "))?;
        }
        for scenario in &summary.unmatched {
            let text = format!("unmatched  {}: a known failure that no scenario matches", masked(scenario));
            writeln!(self.out, "{}", self.paint.paint(Shade::Red, &text))?;
        }
        if summary.not_looked_for > 0 {
            let count = number(summary.not_looked_for);
            writeln!(self.out, "           {count} known failures not looked for: they are about what is not run")?;
        }
        Ok(())
    }

    /// What came of judging a sample again.
    fn repeated(&mut self, repeated: Option<&Repeated>) -> io::Result<()> {
        let Some(Repeated { scenarios, times, different }) = repeated else { return Ok(()) };
        let many = |count: u64, what: &str| format!("{} {what}{}", number(count), if count == 1 { "" } else { "s" });
        let scenarios = many(*scenarios, "scenario");
        let Some(different) = different else {
            return writeln!(self.out, "twin       {scenarios}, {times} times: the same");
        };
        let (id, unlike) = (masked(&different.id), &different.unlike);
        let head = self.paint.paint(Shade::Red, &format!("{id} came out in another way"));
        let (time, how) = (different.time, &different.circumstances);
        writeln!(self.out, "twin       {scenarios}: {head}")?;
        let (pieces, what) = (many(different.pieces, "piece"), &unlike.what);
        writeln!(self.out, "           repetition {time} ({how}), {pieces} of work, first {what}")?;
        for line in &unlike.before {
            writeln!(self.out, "             {}", self.paint.paint(Shade::Dim, &masked(line)))?;
        }
        writeln!(self.out, "    at first {}", masked(&unlike.first))?;
        writeln!(self.out, "    then     {}", masked(&unlike.then))?;
        match &unlike.replay {
            Some(replay) => writeln!(self.out, "    {}", self.paint.paint(Shade::Dim, &format!("replay: {}", masked(replay)))),
            None => Ok(()),
        }
    }

    /// What an implementation could not be asked, and for want of what.
    fn unsupported(&mut self, summary: &Summary) -> io::Result<()> {
        if summary.counts.unsupported == 0 {
            return Ok(());
        }
        let text = format!("{} unsupported and not judged, for want of", number(summary.counts.unsupported));
        writeln!(self.out, "           {}", self.paint.paint(Shade::Yellow, &text))?;
        for (needs, (count, names)) in &self.unsupported {
            let more = if *count > names.len() as u64 { ", …" } else { "" };
            let names: Vec<String> = names.iter().map(|name| masked(name).to_string()).collect();
            writeln!(self.out, "             {needs:<16} {:>8}  {}{more}", number(*count), names.join(", "))?;
        }
        Ok(())
    }
}

impl<W: Write> Human<W> {
    /// Adds up what is shown at the end.
    fn row(&mut self, row: &Row) {
        row.rules.iter().for_each(|&rule| *self.rules.entry(rule).or_default() += 1);
        if let Some(code) = row.return_code {
            *self.codes.entry(code).or_default() += 1;
        }
        if !row.needs.is_empty() {
            let (count, names) = self.unsupported.entry(row.needs.join(" + ")).or_default();
            *count += 1;
            if names.len() < MAX_UNSUPPORTED {
                names.push(row.id.clone());
            }
        }
        if !row.status.is_trouble() {
            return;
        }
        if let Some(trouble) = &row.trouble
            && (self.causes.len() < MAX_COUNTED || self.causes.contains_key(&trouble.signature))
        {
            let cause = self.causes.entry(trouble.signature.clone()).or_insert_with(|| (0, row.id.clone()));
            cause.0 += 1;
        }
        if self.troubles.len() < MAX_NAMED {
            self.troubles.push(row.clone());
        }
    }
}

impl<W: Write> Reporter for Human<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted { suites, .. } => self.suites.clone_from(suites),
            Event::ScenarioFinished(row) => self.row(row),
            // Told when the rest is.
            Event::PiecesAdded { pieces } => self.added += pieces,
            Event::Repeated(_) => {}
            Event::CoverageCounted(counted) => self.counted = Some((**counted).clone()),
            Event::RunFinished(summary) => self.finish(summary)?,
        }
        Ok(())
    }

    fn progress(&mut self, done: u64, all: u64, troubles: u64) {
        self.bar.set_length(all);
        self.bar.set_position(done);
        if troubles > 0 {
            self.bar.set_message(format!("  {} did not pass", number(troubles)));
        }
    }
}
