//! JUnit XML, as CI servers read it: each scenario is a test, suites are where they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;

use super::flaws::{Flaw, flaws};
use super::heard::Heard;
use super::telling::{cut, first, lines};
use super::xml::{text, value};
use super::{Document, Reporter};
use crate::results::counts::{Counts, Status};
use crate::results::row::{Origin, Row};
use crate::run::event::Event;
use crate::suite;

/// The most scenarios of which is said in full why they did not pass; of the rest there is the signature.
const MAX_TOLD: usize = 1_000;

/// The most characters that are said of one.
const MAX_TEXT: usize = 16_384;

/// The most different texts that are kept of what did not pass, or was not asked.
const MAX_KEPT: usize = 10_000;

/// The most lines of what happened last in a story.
const MAX_RECORDED: usize = 50;

/// Gathers what JUnit XML says of a run. A scenario that passed costs its id.
#[derive(Debug, Default)]
pub struct Junit {
    heard: Heard,
    suites: BTreeMap<Group, Suite>,
    told: usize,
    kept: BTreeSet<Rc<str>>,
}

/// Where a test comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// A suite of files.
    Suite(String),
    /// Files on their own.
    Files,
    /// Generated setups.
    Setups,
    /// Generated setups with one defect left out.
    Counterparts,
    /// Generated stories.
    Stories,
}

impl Group {
    fn of(row: &Row, names: &[String]) -> Self {
        let is_of = |name: &str| row.id.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
        match row.origin {
            Origin::Counterpart => Self::Counterparts,
            // Tokens say what they are of.
            Origin::Generated if row.id.starts_with('s') => Self::Stories,
            Origin::Generated => Self::Setups,
            Origin::File => {
                let names = names.iter().map(String::as_str).chain([suite::CORPUS]);
                names
                    .filter(|name| is_of(name))
                    .max_by_key(|name| name.len())
                    .map_or(Self::Files, |name| Self::Suite(name.to_owned()))
            }
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Suite(name) => name,
            Self::Files => "files",
            Self::Setups => suite::SETUPS,
            Self::Counterparts => "counterparts",
            Self::Stories => suite::STORIES,
        }
    }
}

/// Tests of one origin.
#[derive(Debug, Default)]
struct Suite {
    counts: Counts,
    cases: Vec<Case>,
    duration_us: Option<u64>,
}

/// A test.
#[derive(Debug)]
struct Case {
    id: Box<str>,
    duration_us: Option<u64>,
    /// Why it did not pass, where it did not.
    not_passed: Option<Box<NotPassed>>,
}

/// Why a test did not pass.
#[derive(Debug)]
struct NotPassed {
    element: &'static str,
    kind: Rc<str>,
    message: Rc<str>,
    text: String,
}

/// How many tests of each kind there are, as the attributes of a suite say it.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

impl From<Counts> for Sums {
    fn from(counts: Counts) -> Self {
        Self {
            tests: counts.selected(),
            failures: counts.failed + counts.unexpected_pass,
            errors: counts.errored + counts.harness_fault,
            skipped: counts.skipped + counts.unsupported + counts.expected_failure,
        }
    }
}

impl Junit {
    fn row(&mut self, row: &Row) {
        let not_passed = self.not_passed(row).map(Box::new);
        let suite = self.suites.entry(Group::of(row, &self.heard.suites)).or_default();
        suite.counts.add(row.status);
        if let Some(duration_us) = row.duration_us {
            *suite.duration_us.get_or_insert_default() += duration_us;
        }
        suite.cases.push(Case { id: row.id.as_str().into(), duration_us: row.duration_us, not_passed });
    }

    fn not_passed(&mut self, row: &Row) -> Option<NotPassed> {
        let known = row.known.as_deref().unwrap_or_default();
        let (element, message) = match row.status {
            Status::Passed | Status::NotSelected => return None,
            Status::Failed | Status::UnexpectedPass => ("failure", first(row)),
            Status::Errored | Status::HarnessFault => ("error", first(row)),
            Status::Unsupported => ("skipped", format!("needs {}", row.needs.join(" + "))),
            Status::Skipped => ("skipped", "left out by name".to_owned()),
            Status::ExpectedFailure => ("skipped", format!("known to fail: {known}")),
        };
        let signature = row.trouble.as_ref().filter(|_| row.status.is_trouble()).map(|trouble| trouble.signature.as_str());
        let kind = self.keep(signature.unwrap_or(row.status.as_str()));
        if !row.status.is_trouble() {
            return Some(NotPassed { element, kind, message: self.keep(&message), text: String::new() });
        }
        self.told += 1;
        if self.told > MAX_TOLD {
            let message = self.keep("one of many: the first say why");
            return Some(NotPassed { element, kind, message, text: String::new() });
        }
        let mut text = cut(&lines(row, usize::MAX, MAX_RECORDED).join("\n"), MAX_TEXT);
        if let Some(trouble) = &row.trouble {
            text += &format!("\nreplay: {}", trouble.replay);
        }
        Some(NotPassed { element, kind, message: cut(&message, MAX_TEXT).into(), text })
    }

    /// A text that many tests share, once.
    fn keep(&mut self, text: &str) -> Rc<str> {
        if let Some(kept) = self.kept.get(text) {
            return Rc::clone(kept);
        }
        if self.kept.len() >= MAX_KEPT {
            return "one of many".into();
        }
        let text: Rc<str> = cut(text, MAX_TEXT).into();
        self.kept.insert(Rc::clone(&text));
        text
    }

    fn properties(&self) -> Vec<(&'static str, String)> {
        let mut properties = vec![
            ("version", self.heard.version.clone()),
            ("implementation", self.heard.implementation.clone()),
            ("suites", self.heard.suites.join(", ")),
        ];
        if let Some(summary) = &self.heard.summary {
            properties.push(("digest", summary.digest.to_string()));
            properties.push(("not-selected", summary.counts.not_selected.to_string()));
        }
        properties
    }

    fn suite(&self, name: &str, suite: &Suite, out: &mut dyn io::Write) -> io::Result<()> {
        let Sums { tests, failures, errors, skipped } = suite.counts.into();
        let numbers = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
        writeln!(out, "  <testsuite name=\"{}\" {numbers}{}>", value(name), time(suite.duration_us))?;
        writeln!(out, "    <properties>")?;
        for (name, said) in self.properties() {
            writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", value(&said))?;
        }
        writeln!(out, "    </properties>")?;
        for case in &suite.cases {
            let (class, id, time) = (value(name), value(&case.id), time(case.duration_us));
            write!(out, "    <testcase classname=\"{class}\" name=\"{id}\"{time}")?;
            match &case.not_passed {
                None => writeln!(out, "/>")?,
                Some(why) => {
                    writeln!(out, ">")?;
                    element(out, why.element, &why.kind, &why.message, &why.text)?;
                    writeln!(out, "    </testcase>")?;
                }
            }
        }
        writeln!(out, "  </testsuite>")
    }
}

/// A suite of what is wrong with the run as a whole.
fn whole(flaws: &[Flaw], out: &mut dyn io::Write) -> io::Result<()> {
    let count = flaws.len();
    writeln!(out, "  <testsuite name=\"run\" tests=\"{count}\" failures=\"{count}\" errors=\"0\" skipped=\"0\">")?;
    for flaw in flaws {
        writeln!(out, "    <testcase classname=\"run\" name=\"{}\">", flaw.name)?;
        element(out, "failure", flaw.name, &flaw.message, &flaw.lines.join("\n"))?;
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn element(out: &mut dyn io::Write, name: &str, kind: &str, message: &str, said: &str) -> io::Result<()> {
    write!(out, "      <{name} type=\"{}\" message=\"{}\"", value(kind), value(message))?;
    if said.is_empty() { writeln!(out, "/>") } else { writeln!(out, ">{}</{name}>", text(said)) }
}

/// A duration as an attribute, in seconds; nothing where it is left out.
fn time(duration_us: Option<u64>) -> String {
    let attribute = |us: u64| format!(" time=\"{}.{:03}\"", us / 1_000_000, us % 1_000_000 / 1_000);
    duration_us.map(attribute).unwrap_or_default()
}

impl Reporter for Junit {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let Some(row) = self.heard.hear(event) {
            self.row(row);
        }
        Ok(())
    }
}

impl Document for Junit {
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let flaws = self.heard.summary.as_ref().map(|summary| flaws(summary, self.heard.counted.as_ref())).unwrap_or_default();
        let mut counts = Counts::default();
        self.suites.values().for_each(|suite| counts.join(&suite.counts));
        let Sums { tests, failures, errors, .. } = counts.into();
        let more = flaws.len() as u64;
        let numbers = format!("tests=\"{}\" failures=\"{}\" errors=\"{errors}\"", tests + more, failures + more);
        let duration_us = self.suites.values().filter_map(|suite| suite.duration_us).reduce(|sum, one| sum + one);
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        // One schema of Jenkins knows no attribute `skipped` here.
        writeln!(out, "<testsuites name=\"dasdlab\" {numbers}{}>", time(duration_us))?;
        for (group, suite) in &self.suites {
            self.suite(group.name(), suite, out)?;
        }
        if !flaws.is_empty() {
            whole(&flaws, out)?;
        }
        writeln!(out, "</testsuites>")
    }
}
