//! Pages of HTML: they say what the run says, whatever stands in its texts, whole or not at all, and load nothing.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;
#[path = "common/forgetful.rs"]
mod forgetful;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{Said, say};
use dasdlab_harness::coverage::tuples::REQUIRED_TRIPLES;
use dasdlab_harness::judge::Bench;
use dasdlab_harness::report::html::Html;
use dasdlab_harness::report::{Document, Reporter};
use dasdlab_harness::results::counts::Status;
use dasdlab_harness::results::row::Row;
use dasdlab_harness::results::totals::Totals;
use dasdlab_harness::run::event::Event;
use dasdlab_harness::run::work::Judging;
use dasdlab_harness::run::{Options, Run};
use forgetful::{Forgetful, two_of_three};
use serde_json::{Value, json};

/// Elements that have no end.
const VOID: &[&str] = &["meta", "link", "input", "br"];

/// Elements that stand apart from what follows in their line.
const APART: &[&str] = &["td", "th", "dt", "dd", "span", "li", "option", "code"];

/// A page taken apart, more strictly than browsers do.
#[derive(Debug, Default)]
struct Taken {
    /// Names and attributes of its elements, as they stand there.
    elements: Vec<(String, String)>,
    /// What a person reads, line by line.
    text: String,
}

impl Taken {
    fn of(page: &str) -> Self {
        let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a doctype");
        let (mut taken, mut open) = (Self::default(), Vec::new());
        while let Some((before, behind)) = rest.split_once('<') {
            assert!(!before.contains('>'), "{before}");
            taken.text += before;
            let (tag, behind) = behind.split_once('>').expect("the end of a tag");
            rest = behind;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "{before}");
                if APART.contains(&name) {
                    taken.text.push(' ');
                }
                continue;
            }
            let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag.trim_end_matches('/'), ""));
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && attributes.matches('"').count() % 2 == 0, "{tag}");
            taken.elements.push((name.to_owned(), attributes.to_owned()));
            if name == "script" || name == "style" {
                let (_, behind) = rest.split_once(&format!("</{name}>")).unwrap();
                rest = behind;
            } else if !VOID.contains(&name) && !tag.ends_with('/') {
                open.push(name.to_owned());
            }
        }
        assert!(open.is_empty(), "{open:?}");
        taken.links();
        taken
    }

    /// No two things have one name, every link within the page leads somewhere, and none leads out of it.
    fn links(&self) {
        let values = |key: &str| {
            let attributes = self.elements.iter().map(|(_, attributes)| format!(" {attributes}"));
            let value = |text: String| Some(text.split_once(&format!(" {key}=\""))?.1.split('"').next()?.to_owned());
            attributes.filter_map(value).collect::<Vec<_>>()
        };
        let ids = values("id");
        let known: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(known.len(), ids.len(), "{ids:?}");
        for href in values("href") {
            let leads = href.strip_prefix('#').is_some_and(|id| known.contains(&id.to_owned()));
            assert!(leads || href.starts_with("data:image/svg+xml,"), "{href}");
        }
        assert!(values("src").is_empty() && values("style").is_empty());
        assert!(!self.elements.iter().any(|(_, attributes)| attributes.contains(" on") && attributes.contains("=\"return")));
    }

    fn count(&self, name: &str, part: &str) -> usize {
        self.elements.iter().filter(|(of, attributes)| of == name && attributes.contains(part)).count()
    }

    /// What is read, without what is empty.
    fn lines(&self) -> String {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines = self.text.lines().map(words).filter(|line| !line.is_empty());
        lines.map(|line| format!("{line}\n")).collect()
    }
}

fn written(document: &dyn Document) -> String {
    let mut out = Vec::new();
    document.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The page of a run with these rows.
fn told(rows: &[Value], text: &str) -> String {
    let mut html = Html::default();
    let own = |text: &str| text.to_owned();
    let (version, implementation, suites) = (own("1.2.3"), own(text), vec![own("ours"), own(text)]);
    html.event(&Event::RunStarted { version, implementation, suites, pieces: rows.len() as u64 }).unwrap();
    let mut totals = Totals::default();
    for (index, row) in rows.iter().enumerate() {
        let mut row = row.clone();
        let more = json!({"index": index, "hash": "0".repeat(32), "return_code": 0, "findings": 0, "volumes": 1});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let row: Row = serde_json::from_value(row).unwrap();
        totals.add(&row);
        html.event(&Event::ScenarioFinished(Box::new(row))).unwrap();
    }
    totals.cover(rows.len() as u64);
    let counted = totals.counted(false, REQUIRED_TRIPLES);
    let summary = totals.summary(&counted, None, None);
    html.event(&Event::CoverageCounted(Box::new(counted))).unwrap();
    html.event(&Event::RunFinished(Box::new(summary))).unwrap();
    written(&html)
}

fn row(status: Status, id: &str, text: &str) -> Value {
    let trouble = json!({
        "broken": "verdict", "signature": format!("{status} {text}"), "message": text, "replay": format!("dasdlab replay {text}"),
        "recorded": [text], "differences": [
            {"text": text, "difference": "missing", "finding": {"code": text, "reason": text, "subjects": [text]}},
            {"text": text},
        ],
    });
    let mut row = json!({"id": id, "status": status, "origin": "file"});
    let fields = row.as_object_mut().unwrap();
    match status {
        Status::Unsupported => _ = fields.insert("needs".to_owned(), json!([text])),
        Status::UnexpectedPass => _ = fields.insert("known".to_owned(), json!(text)),
        Status::ExpectedFailure => fields.extend([("known".to_owned(), json!(text)), ("trouble".to_owned(), trouble)]),
        Status::Failed | Status::Errored | Status::HarnessFault => _ = fields.insert("trouble".to_owned(), trouble),
        Status::Passed | Status::Skipped | Status::NotSelected => {}
    }
    row
}

/// Everything that a page could take for its own.
const EVIL: &str = "</script><img src=x onerror=alert(1)></style></pre>\"'>&lt;<!--]]>{}` \u{1b}[31m\0\u{9b}\u{202e}\u{fffe} é";

#[test]
fn texts_stay_texts() {
    let ways = [Status::Failed, Status::UnexpectedPass, Status::Unsupported, Status::ExpectedFailure, Status::Errored];
    let rows: Vec<Value> = ways.iter().map(|&status| row(status, &format!("{status} {EVIL}"), EVIL)).collect();
    let page = told(&rows, EVIL);
    let taken = Taken::of(&page);
    assert_eq!((taken.count("img", ""), taken.count("script", "")), (0, 2));
    assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains("alert(1)></"), "{page}");
    assert!(!page.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{fffe}'));
    let said = "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/style&gt;&lt;/pre&gt;&quot;&#39;&gt;&amp;lt;&lt;!--]]&gt;{}` �[31m���� é";
    assert!(page.contains(&format!("<span class=\"id\">failed {said}</span>")), "{page}");
    assert!(page.contains(&format!("<code>dasdlab replay {said}</code>")), "{page}");
}

#[test]
fn nothing_is_loaded_and_nothing_else_runs() {
    let page = told(&[row(Status::Passed, "a", "")], "ours");
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-";
    assert!(page.contains(policy) && page.contains("base-uri 'none'; form-action 'none'"), "{page}");
    for loads in ["http:", "https:", "url(", "@import", "import(", "fetch("] {
        // The name of SVG within the icon is no address.
        let found = page.replace("http://www.w3.org/2000/svg", "").contains(loads);
        assert!(!found, "{loads}");
    }
}

/// So many failing scenarios are so many in full, by name, and beyond.
#[track_caller]
fn check(failures: usize, full: usize, named: usize, beyond: Option<&str>) {
    let rows: Vec<Value> =
        (0..failures).map(|nth| row(Status::Failed, &format!("ours/{nth}"), &format!("why {}", nth % 7))).collect();
    let page = told(&rows, "theirs");
    let taken = Taken::of(&page);
    assert_eq!(taken.count("details", "class=\"fail\""), full, "{failures}");
    // A scenario that is named is a row with its cause.
    assert_eq!(taken.count("tr", "data-cause="), named, "{failures}");
    assert_eq!(page.contains("are not named here"), beyond.is_some(), "{failures}");
    assert!(beyond.is_none_or(|beyond| page.contains(beyond)));
    assert_eq!(taken.count("option", ""), if failures == 0 { 0 } else { failures.min(7) + 1 });
    let causes = page.matches("first in ").count();
    assert_eq!(causes, failures.min(7), "{failures}");
}

#[test]
fn what_is_not_told_in_full_is_counted_nevertheless() {
    check(0, 0, 0, None);
    check(3, 3, 0, None);
    check(250, 100, 150, None);
    check(1_200, 100, 900, Some("And 200 more that did not pass"));
}

#[test]
fn all_nine_ways_are_counted() {
    let rows: Vec<Value> = Status::ALL
        .iter()
        .enumerate()
        .flat_map(|(nth, &status)| (0..=nth).map(move |at| row(status, &format!("ours/{status}-{at}"), "why")))
        .collect();
    let text = Taken::of(&told(&rows, "theirs")).lines();
    for (nth, &status) in Status::ALL.iter().enumerate() {
        let line = format!("{} {}\n", status.as_str().replace('-', " "), nth + 1);
        assert!(text.contains(&line), "{line}: {text}");
    }
    assert!(text.contains("all 45\n"), "{text}");
}

#[test]
fn a_wrong_validator_is_told_of() {
    let plan = two_of_three();
    let options = Options { threads: 2, fail_fast: false, coverage_gates: false, times: false };
    let mut html = Html::default();
    let summary = Run::new(&plan, options, Judging::new(Bench::new(&Forgetful))).run(&mut html).unwrap();
    assert_eq!((summary.counts.passed, summary.counts.failed), (1, 2));
    let text = Taken::of(&written(&html)).lines().replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let (before, _) = text.split_once("\nPS01").unwrap();
    insta::assert_snapshot!("page", before);
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Ends with this code.
#[track_caller]
fn ends(folder: &Path, code: i32, args: &[&str]) -> Said {
    let said = say(folder, args);
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    said
}

#[test]
fn pages_of_one_run_are_the_same_in_any_number_of_threads_and_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let run = ["run", "corpus/clean-bcv-full", "corpus/story-no-backup-after-a-failed-setup", "--setups", "8", "--no-times"];
    let with = |more: &[&'static str]| [&run[..], more].concat();
    let json = ends(path, 0, &with(&["--threads", "1", "--report", "html=one.html", "--message-format", "json"]));
    fs::write(path.join("one.jsonl"), json.stdout).unwrap();
    ends(path, 0, &with(&["--threads", "3", "--results", "kept", "--range-size", "3", "--report", "html=two.html"]));
    ends(path, 0, &["merge", "kept", "--report", "html=three.html"]);
    ends(path, 0, &["report", "kept", "--report", "html=four.html", "--report", "junit=four.xml"]);
    ends(path, 0, &["report", "one.jsonl", "--report", "html=five.html"]);
    let one = read(path, "one.html");
    let taken = Taken::of(&one);
    assert!(["two", "three", "four", "five"].iter().all(|name| read(path, &format!("{name}.html")) == one));
    assert!(taken.text.contains("Good") && !taken.text.contains("What took longest"), "{}", taken.text);
    let text = taken.lines();
    assert!(text.contains("Faults in phases") && text.contains("Transitions and refusals"), "{text}");
    ends(path, 0, &["run", "corpus/clean-bcv-full", "--report", "html=timed.html"]);
    assert!(Taken::of(&read(path, "timed.html")).text.contains("What took longest"));
}

#[test]
fn a_report_in_json_lines_is_told_again_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let json =
        ends(path, 0, &["run", "setups", "--setups", "5", "--twin", "2", "--report", "html=a.html", "--message-format", "json"]);
    fs::write(path.join("run.jsonl"), &json.stdout).unwrap();
    let again = ends(path, 0, &["report", "run.jsonl", "--report", "html=b.html", "--message-format", "json"]);
    assert_eq!(again.stdout, json.stdout);
    assert_eq!(read(path, "a.html"), read(path, "b.html"));
    let refused = ends(path, 2, &["report", "run.jsonl", "--expect", "0..2"]);
    assert!(refused.stderr.contains("--expect is about files of results"), "{}", refused.stderr);
}

#[test]
fn a_report_of_a_part_says_that_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ends(path, 0, &["run", "setups", "--setups", "9", "--results", "kept", "--partition", "2/3"]);
    let said = ends(path, 0, &["report", "kept", "--report", "html=part.html"]);
    assert!(said.stderr.contains("not whole: 0..3, 6..9 is missing"), "{}", said.stderr);
    let text = Taken::of(&read(path, "part.html")).lines();
    assert!(text.contains("This is one part of a run. 6 pieces of work were not done."), "{text}");
    ends(path, 0, &["report", "kept", "--expect", "3..6"]);
}

#[test]
fn a_page_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    ends(path, 0, &["run", "setups", "--setups", "3", "--results", "kept"]);
    let part = fs::read_dir(path.join("kept"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.ends_with("0000000000-0000000003.jsonl"));
    let part = part.unwrap();
    let damaged = fs::read_to_string(&part).unwrap().replacen("\"passed\"", "\"failed\"", 1);
    fs::write(&part, damaged).unwrap();
    fs::write(path.join("old.html"), "old").unwrap();
    ends(path, 2, &["report", "kept", "--report", "html=old.html"]);
    assert_eq!(read(path, "old.html"), "old");
    ends(path, 2, &["report", "missing", "--report", "html=new.html"]);
    let mut names: Vec<String> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["kept", "old.html"]);
}

#[test]
fn a_page_says_how_strong_a_suite_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let only = ["mutants", "corpus", "--only", "id=corpus/clean-* | id=corpus/level-*", "--quiet"];
    let chosen = ["--mutant", "levels-as-text", "--mutant", "lists-are-sorted", "--mutant", "alias-is-base"];
    ends(path, 1, &[&only[..], &chosen, &["--report", "html=kills.html"]].concat());
    let page = read(path, "kills.html");
    let text = Taken::of(&page).lines();
    for part in [
        "Not all found out",
        "1 of 2 wrong validators",
        "no scenario of ",
        "Kill matrix",
        "PS11",
        "dasdlab mutants --mutant levels-as-text",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let refused = ends(path, 2, &["mutants", "--report", "junit=a.xml"]);
    assert!(refused.stderr.contains("expected html and a file"), "{}", refused.stderr);
    ends(path, 2, &["mutants", "--report", "html=missing/a.html"]);
}
