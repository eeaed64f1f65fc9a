//! Reports for other programs: they say what the run says, whatever stands in its texts, whole or not at all.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;
#[path = "common/forgetful.rs"]
mod forgetful;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Said, say};
use dasdlab_harness::judge::Bench;
use dasdlab_harness::report::junit::Junit;
use dasdlab_harness::report::markdown::Markdown;
use dasdlab_harness::report::sarif::Sarif;
use dasdlab_harness::report::several::Several;
use dasdlab_harness::report::{Document, Reporter};
use dasdlab_harness::results::counts::Status;
use dasdlab_harness::results::row::Row;
use dasdlab_harness::results::totals::Totals;
use dasdlab_harness::run::event::Event;
use dasdlab_harness::run::work::Judging;
use dasdlab_harness::run::{Options, Run};
use forgetful::{Forgetful, two_of_three};
use serde_json::{Value, json};

/// An element of XML.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
}

impl Element {
    fn is(&self, name: &str, value: &str) -> bool {
        self.attributes.get(name).is_some_and(|found| found == value)
    }

    fn number(&self, name: &str) -> u64 {
        self.attributes[name].parse().unwrap()
    }
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').unwrap();
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            code => char::from_u32(code.strip_prefix('#').unwrap().parse().unwrap()).unwrap(),
        });
        out.push_str(rest);
    }
    out
}

/// Every element of a document, stricter than XML itself.
fn elements(xml: &str) -> Vec<Element> {
    let legal = |c: char| matches!(c, '\n' | '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(legal), "{xml:?}");
    let (mut all, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    for piece in xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<").unwrap().split('<') {
        let (tag, text) = piece.split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(all[open.pop().unwrap()].name, name);
        } else {
            let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
            let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
            let mut element = Element { name: name.to_owned(), ..Element::default() };
            while let Some((key, behind)) = rest.split_once("=\"") {
                let (value, behind) = behind.split_once('"').unwrap();
                assert!(element.attributes.insert(key.to_owned(), decoded(value)).is_none(), "{tag}");
                rest = behind.trim_start();
            }
            assert_eq!(rest, "", "{tag}");
            if !closed {
                open.push(all.len());
            }
            all.push(element);
        }
        if let Some(&at) = open.last() {
            all[at].text += &decoded(text);
        }
    }
    assert!(open.is_empty());
    all
}

fn count(all: &[Element], name: &str) -> u64 {
    all.iter().filter(|element| element.name == name).count() as u64
}

/// The suites say how many tests they have, and the root says how many all have.
fn adds_up(all: &[Element]) {
    let (root, suites) = (&all[0], || all.iter().filter(|element| element.name == "testsuite"));
    for name in ["tests", "failures", "errors"] {
        assert_eq!(root.number(name), suites().map(|suite| suite.number(name)).sum::<u64>(), "{name}");
    }
    assert!(root.name == "testsuites" && !root.attributes.contains_key("skipped"));
    assert_eq!(root.number("tests"), count(all, "testcase"));
    assert_eq!(root.number("failures"), count(all, "failure"));
    assert_eq!(root.number("errors"), count(all, "error"));
    assert_eq!(suites().map(|suite| suite.number("skipped")).sum::<u64>(), count(all, "skipped"));
}

/// What stands in Markdown outside of code.
fn outside_of_code(markdown: &str) -> String {
    let (mut out, mut fence) = (String::new(), None);
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open && line.len() == ticks => fence = None,
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            Some(_) => {}
            None => {
                let mut rest = line;
                while let Some(at) = rest.find('`') {
                    out.push_str(&rest[..at]);
                    let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
                    rest = &rest[at + ticks..];
                    // The code ends where just as many stand side by side.
                    let here = rest;
                    let is_end = |at: usize| {
                        !here[..at].ends_with('`') && here[at..].len() - here[at..].trim_start_matches('`').len() == ticks
                    };
                    let end = here.char_indices().map(|(at, _)| at).find(|&at| is_end(at));
                    let end = end.unwrap_or_else(|| panic!("no end: {line}"));
                    rest = &rest[end + ticks..];
                }
                out.push_str(rest);
                out.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "{markdown}");
    out
}

/// All three reports.
#[derive(Default)]
struct Three {
    junit: Junit,
    markdown: Markdown,
    sarif: Sarif,
}

fn written(document: &dyn Document) -> String {
    let mut out = Vec::new();
    document.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

impl Three {
    fn several(&mut self) -> Several<'_> {
        Several::new(vec![&mut self.junit, &mut self.markdown, &mut self.sarif])
    }

    fn elements(&self) -> Vec<Element> {
        elements(&written(&self.junit))
    }

    /// The one run of a SARIF log.
    fn sarif(&self) -> Value {
        let mut log: Value = serde_json::from_str(&written(&self.sarif)).unwrap();
        log["runs"][0].take()
    }
}

/// The reports of a run with these rows.
fn told(rows: &[Value]) -> Three {
    let mut three = Three::default();
    let mut several = three.several();
    let text = |text: &str| text.to_owned();
    let (version, implementation, suites) = (text("1.2.3"), text(EVIL), vec![text("ours"), text(EVIL)]);
    several.event(&Event::RunStarted { version, implementation, suites, pieces: rows.len() as u64 }).unwrap();
    let mut totals = Totals::default();
    for (index, row) in rows.iter().enumerate() {
        let mut row = row.clone();
        let more = json!({"index": index, "hash": "0".repeat(32), "return_code": 0, "findings": 0, "volumes": 1});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let row: Row = serde_json::from_value(row).unwrap();
        totals.add(&row);
        several.event(&Event::ScenarioFinished(Box::new(row))).unwrap();
    }
    totals.cover(rows.len() as u64);
    let counted = totals.counted(false, 95);
    let summary = totals.summary(&counted, None, None);
    several.event(&Event::CoverageCounted(Box::new(counted))).unwrap();
    several.event(&Event::RunFinished(Box::new(summary))).unwrap();
    three
}

/// Everything that a format could take for its own.
const EVIL: &str = "e<vil>&\"' | `a` ```\n~~~ {0} [x](http://y) ]]> <!-- \u{1b}[31m\0\u{9b}\u{fffe} é";

fn row(status: Status, id: &str, text: &str) -> Value {
    let trouble = json!({
        "broken": "verdict", "signature": format!("{status} {text}"), "message": text, "replay": format!("dasdlab replay {text}"),
        "recorded": [text], "differences": [{"text": text, "finding": {"code": "PS05E", "reason": "boxed"}}],
    });
    let mut row = json!({"id": id, "status": status, "origin": "file"});
    let fields = row.as_object_mut().unwrap();
    match status {
        Status::Unsupported => _ = fields.insert("needs".to_owned(), json!(["act"])),
        Status::UnexpectedPass => _ = fields.insert("known".to_owned(), json!(text)),
        Status::ExpectedFailure => fields.extend([("known".to_owned(), json!(text)), ("trouble".to_owned(), trouble)]),
        Status::Failed | Status::Errored | Status::HarnessFault => _ = fields.insert("trouble".to_owned(), trouble),
        Status::Passed | Status::Skipped | Status::NotSelected => {}
    }
    row
}

/// Scenarios that end in these ways are so many tests, failures, errors and skipped ones, and so many results.
#[track_caller]
fn check(ways: &[(Status, usize)], expected: [u64; 4], results: usize) {
    let rows: Vec<Value> = ways
        .iter()
        .flat_map(|&(status, times)| (0..times).map(move |nth| row(status, &format!("ours/{status}-{nth}"), "why")))
        .collect();
    let three = told(&rows);
    let all = three.elements();
    adds_up(&all);
    let suite = all.iter().find(|element| element.name == "testsuite" && element.is("name", "ours"));
    let found = ["tests", "failures", "errors", "skipped"].map(|name| suite.map_or(0, |suite| suite.number(name)));
    assert_eq!(found, expected, "{ways:?}");
    assert_eq!(three.sarif()["results"].as_array().unwrap().len(), results, "{ways:?}");
    let markdown = written(&three.markdown);
    for &(status, times) in ways {
        let times = if times < 1_000 { times.to_string() } else { format!("{},{:03}", times / 1_000, times % 1_000) };
        let line = format!("| {} | {times} |", status.as_str().replace('-', " "));
        assert!(markdown.contains(&line), "{line}: {markdown}");
    }
}

#[test]
fn every_scenario_is_counted_as_what_it_is() {
    check(&[(Status::Passed, 3)], [3, 0, 0, 0], 0);
    check(&[(Status::Failed, 2), (Status::UnexpectedPass, 1)], [3, 3, 0, 0], 3);
    check(&[(Status::Errored, 1), (Status::HarnessFault, 2)], [3, 0, 3, 0], 3);
    check(&[(Status::Unsupported, 1), (Status::Skipped, 2), (Status::ExpectedFailure, 4)], [7, 0, 0, 7], 0);
    let all: Vec<(Status, usize)> =
        Status::ALL.iter().filter(|&&status| status != Status::NotSelected).map(|&status| (status, 2)).collect();
    check(&all, [16, 4, 4, 6], 8);
    check(&[], [0, 0, 0, 0], 0);
}

#[test]
fn what_is_not_told_in_full_is_counted_nevertheless() {
    check(&[(Status::Failed, 6_000)], [6_000, 6_000, 0, 0], 5_000);
}

#[test]
fn texts_stay_texts_in_every_format() {
    let rows: Vec<Value> =
        [Status::Failed, Status::UnexpectedPass, Status::Unsupported, Status::ExpectedFailure, Status::Errored]
            .iter()
            .map(|&status| row(status, EVIL, EVIL))
            .collect();
    let three = told(&rows);
    let all = three.elements();
    adds_up(&all);
    let said: String = EVIL.chars().filter(|c| !matches!(c, '\0' | '\u{1b}' | '\u{fffe}')).collect();
    assert!(all.iter().filter(|element| element.name == "testcase").all(|case| case.is("name", &said)), "{all:?}");
    let failure = all.iter().find(|element| element.name == "failure").unwrap();
    assert!(failure.is("type", &format!("failed {said}")) && failure.is("message", &said), "{failure:?}");
    assert!(failure.text.contains(&said) && failure.text.contains("replay: dasdlab replay e<vil>"), "{failure:?}");
    let run = three.sarif();
    assert_eq!(run["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], EVIL);
    assert_eq!(run["results"][0]["ruleId"], "PS05");
    assert!(run["results"][0]["message"]["text"].as_str().unwrap().contains("{{0}} [x] (http://y)"), "{run}");
    assert!(!written(&three.sarif).chars().any(|c| c.is_control() && c != '\n'));
    let markdown = written(&three.markdown);
    let outside = outside_of_code(&markdown);
    assert!(!outside.contains(['<', '`', '{', '\u{fffd}']) && !outside.contains("vil") && markdown.contains("vil"), "{outside}");
    assert!(!markdown.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn a_wrong_validator_is_told_of_in_every_format() {
    let plan = two_of_three();
    let options = Options { threads: 2, fail_fast: false, coverage_gates: false, times: false };
    let mut three = Three::default();
    let summary = Run::new(&plan, options, Judging::new(Bench::new(&Forgetful))).run(&mut three.several()).unwrap();
    assert_eq!((summary.counts.passed, summary.counts.failed), (1, 2));
    adds_up(&three.elements());
    let version = |text: String| text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!("junit", version(written(&three.junit)));
    insta::assert_snapshot!("markdown", version(written(&three.markdown)));
    let run = three.sarif();
    let rules: Vec<&Value> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    assert_eq!((rules.len(), rules[5]), (17, &json!("PS05")));
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&run["results"]).unwrap());
}

const FORMATS: [&str; 3] = ["junit", "sarif", "markdown"];

/// Runs this with all three reports, and gives how it ends and what they say.
fn reports(folder: &Path, args: &[&str], name: &str) -> (Said, [String; 3]) {
    let files = FORMATS.map(|format| format!("{format}={name}.{format}"));
    let args: Vec<&str> = args.iter().copied().chain(files.iter().flat_map(|file| ["--report", file.as_str()])).collect();
    let said = say(folder, &args);
    let read = |format: &str| fs::read_to_string(folder.join(format!("{name}.{format}"))).unwrap_or_else(|_| panic!("{said:?}"));
    let read = FORMATS.map(read);
    (said, read)
}

#[test]
fn reports_of_one_run_are_the_same_in_any_number_of_threads_and_merged() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["run", "corpus", "--setups", "12", "--stories", "3", "--no-times"];
    let (said, one) = reports(folder.path(), &[&run[..], &["--threads", "1"]].concat(), "one");
    assert_eq!(said.code, Some(0), "{said:?}");
    let (_, two) = reports(folder.path(), &[&run[..], &["--threads", "3", "--results", "kept"]].concat(), "two");
    let (merged, three) = reports(folder.path(), &["merge", "kept"], "three");
    assert_eq!(merged.code, Some(0), "{merged:?}");
    assert!(one == two && two == three);
    let all = elements(&one[0]);
    adds_up(&all);
    let suites: Vec<&str> =
        all.iter().filter(|element| element.name == "testsuite").map(|suite| suite.attributes["name"].as_str()).collect();
    assert_eq!(suites, ["corpus", "setups", "counterparts", "stories"]);
    assert!(!one[0].contains("time=") && one[2].starts_with("## dasdlab: good\n"), "{}", one[2]);
    let (_, timed) = reports(folder.path(), &["run", "corpus/clean-bcv-full"], "timed");
    assert!(timed[0].contains("time=\"0.") && timed[2].contains("time: "), "{timed:?}");
}

/// The run ends so, and the reports are bad just where it is.
#[track_caller]
fn check_bad(args: &[&str], code: i32, flaw: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (said, [junit, sarif, markdown]) = reports(folder.path(), args, "out");
    assert_eq!(said.code, Some(code), "{said:?}");
    let all = elements(&junit);
    adds_up(&all);
    let flaws: Vec<&Element> =
        all.iter().filter(|element| element.name == "testcase" && element.is("classname", "run")).collect();
    assert!(flaws.len() == 1 && flaws[0].is("name", flaw), "{flaws:?}");
    let log: Value = serde_json::from_str(&sarif).unwrap();
    let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "{log}");
    assert!(markdown.contains("### The run as a whole") && markdown.contains(flaw), "{markdown}");
}

#[test]
fn what_makes_a_run_bad_beside_its_scenarios_is_in_its_reports() {
    check_bad(&["run", "corpus", "--only", "id=nothing"], 3, "selection");
    check_bad(&["run", "setups", "--setups", "8", "--require-coverage"], 1, "coverage");
}

#[test]
fn a_scenario_of_a_file_has_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (_, text) = dasdlab_scenarios::corpus::FILES.iter().find(|(name, _)| *name == "clean-flashcopy-full.toml").unwrap();
    fs::write(folder.path().join("a file.toml"), text.replacen("return_code = 0", "return_code = 4", 1)).unwrap();
    let (said, [junit, sarif, _]) = reports(folder.path(), &["run", "./a file.toml"], "out");
    assert_eq!(said.code, Some(70), "{said:?}");
    let all = elements(&junit);
    assert!(all.iter().any(|element| element.name == "testsuite" && element.is("name", "files")), "{junit}");
    let log: Value = serde_json::from_str(&sarif).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20file.toml", "{log}");
}

/// The run is refused before anything is judged, and nothing has changed.
#[track_caller]
fn check_refused(args: &[&str], expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.xml"), "old").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let said = say(folder.path(), &[&["run", "corpus"], args].concat());
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}: {said:?}");
    assert!(said.stderr.contains(expected), "{args:?}: {}", said.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("old.xml")).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "{args:?}");
}

#[test]
fn what_cannot_be_written_is_refused_before_the_run() {
    check_refused(&["--report", "pdf=a.pdf"], "expected junit, sarif, markdown or html");
    check_refused(&["--report", "junit"], "expected a file");
    check_refused(&["--report", "junit=missing/out.xml"], "missing/out.xml");
    check_refused(&["--report", "junit=folder"], "is no regular file");
    check_refused(&["--report", "junit=old.xml", "--report", "sarif=./old.xml"], "would be written twice");
    check_refused(&["--report", "junit=new.toml", "--write-expectations", "./new.toml"], "would be written twice");
    check_refused(&["--report", "junit=old.xml", "--report", "sarif=missing/a.sarif"], "missing/a.sarif");
    check_refused(&["--report", "junit=old.xml", "--only", "ruel=PS08"], "cannot be asked");
}

#[test]
fn what_is_there_is_replaced_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("out.junit"), "old ".repeat(100_000)).unwrap();
    let (said, [junit, ..]) = reports(folder.path(), &["run", "corpus/clean-bcv-full"], "out");
    assert_eq!((said.code, elements(&junit)[0].number("tests")), (Some(0), 1), "{said:?}");
    assert!(said.stderr.contains("out.sarif is written"), "{}", said.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}
