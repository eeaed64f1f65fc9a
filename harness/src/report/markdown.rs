//! A summary in Markdown, as the page of a CI run shows it.

use std::collections::BTreeMap;
use std::io;

use super::flaws::flaws;
use super::heard::Heard;
use super::picture::{duration, number};
use super::telling::{self, cut, lines};
use super::{Document, Reporter};
use crate::cli::paint::masked;
use crate::results::counts::Status;
use crate::results::row::Row;
use crate::run::event::{Event, Summary};

/// The most scenarios of which is said why they did not pass.
const MAX_SHOWN: usize = 10;

/// The most differences of one scenario.
const MAX_DIFFERENCES: usize = 8;

/// The most lines of what happened last in a story.
const MAX_RECORDED: usize = 12;

/// The most lines that are said of one thing.
const MAX_LINES: usize = 40;

/// The most causes that are shown.
const MAX_CAUSES: usize = 20;

/// The most different causes that are counted.
const MAX_COUNTED: usize = 1_000;

/// The most characters of one line.
const MAX_LINE: usize = 400;

/// Gathers a summary of a run.
#[derive(Debug, Default)]
pub struct Markdown {
    heard: Heard,
    causes: BTreeMap<String, u64>,
    /// How many scenarios have a cause that is not counted by itself.
    others: u64,
    needs: BTreeMap<String, u64>,
    shown: Vec<Shown>,
}

/// A scenario that did not pass.
#[derive(Debug)]
struct Shown {
    status: Status,
    id: String,
    lines: Vec<String>,
    replay: Option<String>,
}

impl Markdown {
    fn row(&mut self, row: &Row) {
        if !row.needs.is_empty() {
            *self.needs.entry(row.needs.join(" + ")).or_default() += 1;
        }
        if !row.status.is_trouble() {
            return;
        }
        let cause = row.trouble.as_ref().map_or_else(|| row.status.as_str(), |trouble| trouble.signature.as_str());
        let cause = cut(cause, MAX_LINE);
        if self.causes.len() < MAX_COUNTED || self.causes.contains_key(&cause) {
            *self.causes.entry(cause).or_default() += 1;
        } else {
            self.others += 1;
        }
        if self.shown.len() < MAX_SHOWN {
            let replay = row.trouble.as_ref().map(|trouble| trouble.replay.clone());
            let lines = few(&lines(row, MAX_DIFFERENCES, MAX_RECORDED));
            self.shown.push(Shown { status: row.status, id: row.id.clone(), lines, replay });
        }
    }

    fn counts(&self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "| scenarios | |\n|---|---:|")?;
        for &status in Status::ALL {
            writeln!(out, "| {} | {} |", status.as_str().replace('-', " "), number(summary.counts.of(status)))?;
        }
        writeln!(out, "| **all** | **{}** |\n", number(summary.counts.all()))?;
        for (needs, count) in &self.needs {
            writeln!(out, "- {} unsupported for want of {}", number(*count), code(needs))?;
        }
        if self.needs.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn flaws(&self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        let flaws = flaws(summary, self.heard.counted.as_ref());
        if flaws.is_empty() {
            return Ok(());
        }
        writeln!(out, "### The run as a whole\n")?;
        for flaw in &flaws {
            writeln!(out, "{}: {}\n", flaw.name, code(&flaw.message))?;
            if !flaw.lines.is_empty() {
                writeln!(out, "{}\n", block(&few(&flaw.lines)))?;
            }
        }
        Ok(())
    }

    fn causes(&self, out: &mut dyn io::Write) -> io::Result<()> {
        if self.causes.is_empty() {
            return Ok(());
        }
        let mut causes: Vec<(&String, u64)> = self.causes.iter().map(|(cause, &count)| (cause, count)).collect();
        causes.sort_by_key(|&(cause, count)| (std::cmp::Reverse(count), cause));
        writeln!(out, "### What went wrong\n")?;
        for (cause, count) in causes.iter().take(MAX_CAUSES) {
            writeln!(out, "- {} × {}", number(*count), code(cause))?;
        }
        let rest = causes.iter().skip(MAX_CAUSES).map(|(_, count)| count).sum::<u64>() + self.others;
        if rest > 0 {
            writeln!(out, "- {} × other causes", number(rest))?;
        }
        writeln!(out)
    }

    fn shown(&self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        if self.shown.is_empty() {
            return Ok(());
        }
        writeln!(out, "### What did not pass\n")?;
        for Shown { status, id, lines, replay } in &self.shown {
            let lines: Vec<String> = lines.iter().cloned().chain(replay.iter().map(|replay| format!("$ {replay}"))).collect();
            writeln!(out, "{} {}\n\n{}\n", status.as_str().replace('-', " "), code(id), block(&lines))?;
        }
        match summary.counts.troubles().saturating_sub(self.shown.len() as u64) {
            0 => Ok(()),
            more => writeln!(out, "and {} more that did not pass\n", number(more)),
        }
    }

    fn verdict(&self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        let exit = summary.exit();
        writeln!(out, "## dasdlab: {}\n", telling::verdict(exit, summary.stopped))?;
        let suites: Vec<String> = self.heard.suites.iter().map(|name| code(name)).collect();
        let (who, version) = (code(&self.heard.implementation), code(&self.heard.version));
        writeln!(out, "{who} judged by dasdlab {version} on {}; exit code {}.\n", suites.join(", "), exit.code())?;
        if summary.partial {
            writeln!(out, "One part of a run.\n")?;
        }
        Ok(())
    }

    fn foot(&self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        if let Some(counted) = &self.heard.counted {
            writeln!(out, "coverage: {}  ", telling::coverage(counted))?;
            for line in telling::tuples(counted) {
                writeln!(out, "{line}  ")?;
            }
            let open = if counted.gates { telling::open_tuples(counted) } else { Vec::new() };
            for line in open {
                writeln!(out, "missed: {}  ", code(&line))?;
            }
        }
        if let Some(repeated) = &summary.repeated {
            let how = if repeated.different.is_some() { "not the same" } else { "the same" };
            writeln!(out, "repeated: {} scenarios, {} times: {how}  ", number(repeated.scenarios), repeated.times)?;
        }
        if let Some(ms) = summary.duration_ms {
            writeln!(out, "time: {}  ", duration(ms.saturating_mul(1_000)))?;
        }
        writeln!(out, "digest: `{}`", summary.digest)
    }
}

/// The first lines, none of them too long.
fn few(lines: &[String]) -> Vec<String> {
    let mut few: Vec<String> = lines.iter().take(MAX_LINES).map(|line| cut(line, MAX_LINE)).collect();
    if lines.len() > few.len() {
        few.push(format!("and {} more lines", lines.len() - few.len()));
    }
    few
}

/// A text as code within a line, in which nothing means anything: no pipe, no tag, no backtick. It must not stand in a table,
/// where pipes come first.
fn code(text: &str) -> String {
    let text = cut(&masked(text).replace('\n', " "), MAX_LINE);
    let fence = "`".repeat(backticks(&text) + 1);
    // A backtick beside the fence would be of it, and nothing between two fences is no code.
    let pad = if text.contains('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Lines as a block of code, which none of them ends.
fn block(lines: &[String]) -> String {
    let text = masked(&lines.join("\n"));
    let fence = "`".repeat((backticks(&text) + 1).max(3));
    format!("{fence}text\n{text}\n{fence}")
}

/// The most backticks that stand side by side.
fn backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

impl Reporter for Markdown {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let Some(row) = self.heard.hear(event) {
            self.row(row);
        }
        Ok(())
    }
}

impl Document for Markdown {
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let Some(summary) = &self.heard.summary else { return writeln!(out, "## dasdlab: the run has not ended") };
        self.verdict(summary, out)?;
        self.counts(summary, out)?;
        self.flaws(summary, out)?;
        self.causes(out)?;
        self.shown(summary, out)?;
        self.foot(summary, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(code(text), expected);
    }

    #[test]
    fn nothing_in_a_text_means_anything_in_markdown() {
        check("a | <b> & *c* @d", "`a | <b> & *c* @d`");
        check("a`b", "`` a`b ``");
        check("```", "```` ``` ````");
        check("a\nb\r\u{1b}c", "`a b��c`");
        check("", "`  `");
    }

    #[test]
    fn no_line_ends_its_block() {
        assert_eq!(block(&["a".to_owned(), "```".to_owned()]), "````text\na\n```\n````");
        assert_eq!(block(&["b".to_owned()]), "```text\nb\n```");
    }
}
