//! One page of HTML that needs nothing beside itself: what came of a run, for people.

mod causes;
mod difference;
mod factors;
mod failures;
mod faults;
pub mod kills;
mod known;
mod life;
pub mod page;
pub mod parts;
mod rules;
pub mod small;
mod summary;

use std::collections::BTreeMap;
use std::io;

use dasdlab_model::reasons::Rule;

use super::heard::Heard;
use super::picture::number;
use super::telling::cut;
use super::{Document, Reporter};
use crate::results::counts::Status;
use crate::results::row::Row;
use crate::run::event::{Event, Summary};
use page::{Page, Section};
use small::Small;

/// The most scenarios that did not pass and are told in full.
pub const MAX_TOLD: usize = 100;

/// The most scenarios that did not pass and are named beside them.
const MAX_NAMED: usize = 900;

/// The most different causes that are counted.
const MAX_COUNTED: usize = 1_000;

/// The most scenarios that are named as examples of one thing.
const MAX_EXAMPLES: usize = 3;

/// The most characters of a cause.
const MAX_CAUSE: usize = 400;

/// Pictures of scenarios that did not pass.
#[derive(Debug, Clone, Copy)]
pub struct Pictures {
    /// The picture of a scenario, as HTML; none where there is none.
    pub of: fn(&Row) -> Option<String>,
    /// How they look.
    pub style: &'static str,
    /// How they move.
    pub script: &'static str,
}

/// Gathers a page about a run.
#[derive(Debug, Default)]
pub struct Html {
    pictures: Option<Pictures>,
    heard: Heard,
    rules: BTreeMap<Rule, u64>,
    codes: BTreeMap<u8, u64>,
    causes: BTreeMap<String, Cause>,
    /// How many scenarios have a cause that is not counted by itself.
    others: u64,
    told: Vec<Row>,
    /// What became of those when they were shrunk; empty where nobody tried.
    small: Vec<Small>,
    named: Vec<Named>,
    needs: BTreeMap<String, Examples>,
    known: BTreeMap<String, Examples>,
}

/// A way in which scenarios fail.
#[derive(Debug)]
struct Cause {
    count: u64,
    status: Status,
    first: String,
}

/// A scenario that did not pass and is not told in full.
#[derive(Debug)]
struct Named {
    status: Status,
    id: String,
    cause: String,
    replay: Option<String>,
}

/// How many there are, and the first of them.
#[derive(Debug, Default)]
struct Examples {
    count: u64,
    first: Vec<String>,
}

impl Examples {
    fn add(&mut self, id: &str) {
        self.count += 1;
        if self.first.len() < MAX_EXAMPLES {
            self.first.push(id.to_owned());
        }
    }

    /// The first of them, and that there are more.
    fn said(&self) -> String {
        let more = if self.count > self.first.len() as u64 { ", …" } else { "" };
        format!("{}{more}", self.first.join(", "))
    }
}

/// What failures of one kind have in common, as far as can be seen.
fn cause(row: &Row) -> String {
    cut(row.trouble.as_ref().map_or_else(|| row.status.as_str(), |trouble| trouble.signature.as_str()), MAX_CAUSE)
}

/// How a way to end is shown: a sign and a shade.
const fn sign(status: Status) -> (char, &'static str) {
    match status {
        Status::Passed => ('✓', "good"),
        Status::Failed | Status::Errored => ('✕', "bad"),
        Status::HarnessFault | Status::UnexpectedPass => ('!', "warn"),
        Status::ExpectedFailure | Status::Unsupported | Status::Skipped | Status::NotSelected => ('–', ""),
    }
}

/// A way to end in words.
fn words(status: Status) -> String {
    status.as_str().replace('-', " ")
}

impl Html {
    /// A page with pictures of what did not pass.
    #[must_use]
    pub fn with(pictures: Pictures) -> Self {
        Self { pictures: Some(pictures), ..Self::default() }
    }

    fn row(&mut self, row: &Row) {
        row.rules.iter().for_each(|&rule| *self.rules.entry(rule).or_default() += 1);
        if let Some(code) = row.return_code {
            *self.codes.entry(code).or_default() += 1;
        }
        if !row.needs.is_empty() {
            self.needs.entry(row.needs.join(" + ")).or_default().add(&row.id);
        }
        if let Some(why) = row.known.as_ref().filter(|_| row.status == Status::ExpectedFailure) {
            let why = cut(why, MAX_CAUSE);
            if self.known.len() < MAX_COUNTED || self.known.contains_key(&why) {
                self.known.entry(why).or_default().add(&row.id);
            }
        }
        if !row.status.is_trouble() {
            return;
        }
        let cause = cause(row);
        if self.causes.len() < MAX_COUNTED || self.causes.contains_key(&cause) {
            let (status, first) = (row.status, row.id.clone());
            self.causes.entry(cause.clone()).or_insert(Cause { count: 0, status, first }).count += 1;
        } else {
            self.others += 1;
        }
        if self.told.len() < MAX_TOLD {
            self.told.push(row.clone());
        } else if self.named.len() < MAX_NAMED {
            let replay = row.trouble.as_ref().map(|trouble| trouble.replay.clone());
            self.named.push(Named { status: row.status, id: row.id.clone(), cause, replay });
        }
    }

    /// The causes, the most frequent first.
    fn by_count(&self) -> Vec<(&str, &Cause)> {
        let mut causes: Vec<(&str, &Cause)> = self.causes.iter().map(|(name, cause)| (name.as_str(), cause)).collect();
        causes.sort_by_key(|&(name, cause)| (std::cmp::Reverse(cause.count), name));
        causes
    }

    fn page(&self, summary: &Summary) -> Page {
        let title = format!("{}: {}", self.heard.implementation, summary::verdict(summary));
        let mut page = Page::new(title, "run report");
        page.lead = summary::lead(self, summary);
        let sections: [Option<Section>; 8] = [
            Some(summary::section(self, summary)),
            causes::section(self, summary),
            failures::section(self, summary),
            known::section(self, summary),
            self.heard.counted.as_ref().map(|counted| rules::section(self, counted)),
            self.heard.counted.as_ref().and_then(factors::section),
            self.heard.counted.as_ref().and_then(|counted| faults::section(counted, summary)),
            self.heard.counted.as_ref().and_then(|counted| life::section(counted, summary)),
        ];
        page.sections = sections.into_iter().flatten().collect();
        if let Some(pictures) = self.pictures.as_ref().filter(|_| !self.told.is_empty()) {
            page.styles.push(pictures.style);
            page.scripts.push(pictures.script);
        }
        page.foot = format!("Written by dasdlab {}. This page is complete: it loads nothing.", self.heard.version);
        page
    }
}

/// So many of something.
fn plural(count: u64, what: &str) -> String {
    format!("{} {what}{}", number(count), if count == 1 { "" } else { "s" })
}

impl Reporter for Html {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let Some(row) = self.heard.hear(event) {
            self.row(row);
        }
        Ok(())
    }
}

impl Document for Html {
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        match &self.heard.summary {
            Some(summary) => self.page(summary).write(out),
            None => Page::new("the run has not ended", "run report").write(out),
        }
    }

    fn failing(&self) -> &[Row] {
        &self.told
    }

    fn shrunk(&mut self, small: &[Small]) {
        self.small = small.to_vec();
    }
}
