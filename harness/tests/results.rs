//! Results in files: parts that join to the bytes of the whole, everything that is refused and by which words, going on
//! with what is there, and the accounts that must add up.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::say;
use dasdlab_harness::cli::Problem;
use dasdlab_harness::cli::selection::Selection;
use dasdlab_harness::exit::Exit;
use dasdlab_harness::judge::strict::Strictness;
use dasdlab_harness::judge::{Bench, Ours, Validator};
use dasdlab_harness::report::json::Json;
use dasdlab_harness::results::counts::Counts;
use dasdlab_harness::results::file::{self, FORMAT, Head, Implementation, Writer};
use dasdlab_harness::results::folder::{self, Folder, Part, RUN};
use dasdlab_harness::results::merged::Merged;
use dasdlab_harness::results::row::Row;
use dasdlab_harness::run::digest::{Hash, Hasher};
use dasdlab_harness::run::event::Summary;
use dasdlab_harness::run::part;
use dasdlab_harness::run::plan::{Batch, Filter, Plan};
use dasdlab_harness::run::select::Expr;
use dasdlab_harness::run::work::Judging;
use dasdlab_harness::run::{Options, Run};
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_scenarios::token::Mode;
use proptest::prelude::*;
use serde_json::Value;

/// How many pieces of work there are.
const PIECES: u64 = 30;

/// Ours, but blind on one eye: some scenarios fail.
struct Forgetful;

impl Validator for Forgetful {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let mut verdict = Ours.check(observation, profile)?;
        verdict.findings.retain(|finding| finding.reason.slug() != "control-data");
        Some(verdict)
    }
}

fn plan() -> Plan {
    let batch = |mode, count| Batch { count, mode, ..Batch::default() };
    let batches = vec![batch(Mode::Undirected, PIECES - 6), batch(Mode::Directed, 6)];
    Plan { suites: vec!["some".to_owned()], batches, ..Plan::default() }
}

fn head(plan: &Plan, range: &Range<u64>) -> Head {
    Head {
        format: FORMAT,
        tool: "dasdlab 0".to_owned(),
        suites: plan.suites.clone(),
        selection: Selection::default(),
        suite: plan.digest(),
        implementation: Implementation::ours(),
        strict: Strictness::default(),
        time_limit: None,
        known: None,
        gates: false,
        pieces: plan.len(),
        start: range.start,
        end: range.end,
    }
}

/// How a folder is used.
#[derive(Clone, Copy)]
struct Use {
    size: u64,
    resume: bool,
    fail_fast: bool,
}

const FRESH: Use = Use { size: 8, resume: false, fail_fast: false };
const AGAIN: Use = Use { resume: true, ..FRESH };

/// Runs a part of the plan into a folder; gives the report, the notes and the summary.
fn run_into(folder: &Path, range: Range<u64>, used: Use) -> Result<(String, Vec<String>, Summary), Problem> {
    let plan = plan();
    let (mut folder, notes) = Folder::open(folder, head(&plan, &range), used.size, used.resume)?;
    let options = Options { threads: 2, fail_fast: used.fail_fast, coverage_gates: false, times: false };
    let judging = Judging::new(Bench::new(&Forgetful));
    let mut out = Vec::new();
    let run = Run { plan: &plan, range, options, judging, folder: Some(&mut folder), twin: None, until: None };
    let summary = run.run(&mut Json::new(&mut out))?;
    Ok((String::from_utf8(out).unwrap(), notes, summary))
}

/// What the whole run leaves and says.
struct Whole {
    bytes: Vec<u8>,
    report: String,
    rows: Vec<Row>,
}

fn whole() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (report, _, summary) = run_into(folder.path(), 0..PIECES, FRESH).unwrap();
        assert!(summary.counts.failed > 1 && summary.counts.passed > 1, "{summary:?}");
        let path = folder.path().join(folder::name(&(0..PIECES)));
        let mut rows = Vec::new();
        file::read(&path, |row| {
            rows.push(row);
            Ok(())
        })
        .unwrap();
        Whole { bytes: fs::read(path).unwrap(), report, rows }
    })
}

/// Writes the rows of a range as a run of that part would.
fn written(folder: &Path, range: Range<u64>) -> PathBuf {
    let path = folder.join(folder::name(&range));
    let mut writer = Writer::new(Vec::new(), &head(&plan(), &range)).unwrap();
    whole().rows.iter().filter(|row| range.contains(&row.index)).for_each(|row| writer.row(row).unwrap());
    fs::write(&path, writer.finish().unwrap()).unwrap();
    path
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Joins files, in any order, and compares with the whole.
#[track_caller]
fn check_joined(folder: &Path, paths: &[PathBuf]) {
    let merged = Merged::of(paths, None).unwrap();
    let path = folder.join("joined.jsonl");
    folder::joined(&path, &merged.head, &merged.parts).unwrap();
    assert!(fs::read(&path).unwrap() == whole().bytes, "{paths:?} do not join to the whole");
    fs::remove_file(path).unwrap();
}

#[test]
fn any_number_of_partitions_joins_to_the_whole_in_any_order() {
    for n in [1, 2, 7, 400] {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = Vec::new();
        for k in (1..=n).rev() {
            let range = part::Part::Share(k, n).of(PIECES).unwrap();
            // What a run of this part leaves; to judge 400 times over would say no more.
            if n <= 7 {
                run_into(folder.path(), range.clone(), FRESH).unwrap();
            } else {
                written(folder.path(), range.clone());
            }
            paths.push(folder.path().join(folder::name(&range)));
        }
        paths.dedup();
        check_joined(folder.path(), &paths);
        paths.reverse();
        check_joined(folder.path(), &paths);
        let middle = paths.len() / 2;
        paths.rotate_left(middle);
        check_joined(folder.path(), &paths);
        let held: Vec<PathBuf> = folder::held(folder.path()).unwrap().into_iter().map(|part| part.path).collect();
        check_joined(folder.path(), &held);
    }
}

#[test]
fn an_empty_partition_leaves_an_empty_result_that_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let (_, _, summary) = run_into(folder.path(), 5..5, FRESH).unwrap();
    assert_eq!((summary.counts, summary.exit()), (Counts::default(), Exit::Good));
    assert_eq!(names(folder.path()), [folder::name(&(5..5)), RUN.to_owned()]);
    // Several parts can have nothing to do at one place.
    run_into(folder.path(), 5..5, FRESH).unwrap();
    run_into(folder.path(), 5..5, AGAIN).unwrap();
    run_into(folder.path(), 0..PIECES, FRESH).unwrap();
    let held: Vec<Range<u64>> = folder::held(folder.path()).unwrap().into_iter().map(|part| part.range).collect();
    assert_eq!((held.len(), held.first()), (1, Some(&(0..PIECES))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cutting_joins_to_the_same_bytes(cuts in prop::collection::vec(0..=PIECES, 0..12), turn in 0_usize..12) {
        let folder = tempfile::tempdir().unwrap();
        let mut borders: Vec<u64> = cuts.into_iter().chain([0, PIECES]).collect();
        borders.sort_unstable();
        let ranges = borders.windows(2).map(|pair| pair[0]..pair[1]);
        let mut paths: Vec<PathBuf> = ranges.map(|range| written(folder.path(), range)).collect();
        paths.dedup();
        let turn = turn % paths.len();
        paths.rotate_left(turn);
        check_joined(folder.path(), &paths);
    }

    #[test]
    fn every_scenario_is_accounted_for_whatever_is_asked_for(
        only in prop::option::of(prop::sample::select(vec!["method=bcv", "type=full", "id=*-1*", "rule=PS08", "id=nothing"])),
        skip in prop::option::of(prop::sample::select(vec!["method=flashcopy", "generations=2", "id=*3", "rule!=PS06"])),
        cut in 0..=20_u64,
    ) {
        let expr = |text: Option<&str>| text.map(|text| Expr::parse(text, &[]).unwrap());
        let plan = Plan {
            batches: vec![Batch { count: 20, mode: Mode::Undirected, seed: 5, ..Batch::default() }],
            filter: Filter { only: expr(only), skip: expr(skip), method: None },
            ..Plan::default()
        };
        let counts = |range: Range<u64>| {
            let options = Options { threads: 2, fail_fast: false, coverage_gates: false, times: false };
            let run = Run { range, ..Run::new(&plan, options, Judging::new(Bench { relations: false, ..Bench::new(&Ours) })) };
            run.run(&mut Json::new(Vec::new())).unwrap().counts
        };
        let (all, first, second) = (counts(0..20), counts(0..cut), counts(cut..20));
        prop_assert_eq!((all.all(), first.all(), second.all()), (20, cut, 20 - cut));
        prop_assert_eq!(all.passed, first.passed + second.passed);
        prop_assert_eq!(all.skipped, first.skipped + second.skipped);
        prop_assert_eq!(all.not_selected, first.not_selected + second.not_selected);
        prop_assert_eq!(all.passed + all.skipped + all.not_selected, 20);
    }
}

/// Puts files together that cannot be, and looks for the words in which they are refused.
#[track_caller]
fn check_refused(paths: &[PathBuf], expected: Option<part::Part>, named: Option<&Path>, words: &str) {
    let joined = Merged::of(paths, expected)
        .and_then(|merged| folder::joined(&paths[0].with_file_name("joined.jsonl"), &merged.head, &merged.parts));
    let problem = joined.expect_err("these do not join");
    assert!(problem.message.contains(words), "{problem:?}");
    assert_eq!(problem.exit, Exit::Usage, "{problem:?}");
    if named.is_some() {
        assert_eq!(problem.file.as_deref(), named, "{problem:?}");
    }
    assert!(!paths[0].with_file_name("joined.jsonl").exists());
}

#[test]
fn what_is_missing_doubled_or_overlaps_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let of = |range| written(folder.path(), range);
    let (first, second, third, both) = (of(0..10), of(10..20), of(20..PIECES), of(5..20));
    check_refused(&[first.clone(), third.clone()], None, None, "10..20 is missing");
    check_refused(&[second.clone(), third.clone()], None, None, "0..10 is missing");
    check_refused(&[first.clone(), second.clone()], None, None, "20..30 is missing");
    let copy = folder.path().join("copy.jsonl");
    fs::copy(&second, &copy).unwrap();
    check_refused(&[first.clone(), second.clone(), third.clone(), copy.clone()], None, Some(&copy), "has 10..20 once more");
    check_refused(&[first.clone(), both.clone(), third.clone()], None, Some(&both), "has 5..10 once more");
    check_refused(&[second.clone(), third.clone()], Some(part::Part::Range(10, 20)), Some(&third), "which is not within 10..20");
    check_refused(std::slice::from_ref(&first), Some(part::Part::Range(0, 31)), None, "--expect 0..31");
    check_refused(&[first.clone(), folder.path().join("absent")], None, Some(&folder.path().join("absent")), "cannot be read");
    let merged = Merged::of(&[third, second], Some(part::Part::Range(10, 30))).unwrap();
    assert_eq!((merged.head.range(), merged.parts.len()), (10..30, 2));
}

#[test]
fn a_part_of_something_else_is_refused_by_name() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Head), words: &str) {
        let folder = tempfile::tempdir().unwrap();
        let first = written(folder.path(), 0..10);
        let mut foreign = head(&plan(), &(10..PIECES));
        change(&mut foreign);
        let path = folder.path().join("foreign.jsonl");
        let mut writer = Writer::new(Vec::new(), &foreign).unwrap();
        whole().rows.iter().filter(|row| row.index >= 10).for_each(|row| writer.row(row).unwrap());
        fs::write(&path, writer.finish().unwrap()).unwrap();
        check_refused(&[first, path.clone()], None, Some(&path), words);
    }
    check(|head| head.tool = "dasdlab 9".to_owned(), "is of another version, dasdlab 9, not dasdlab 0");
    check(|head| head.implementation.version = "9".to_owned(), "is of another implementation, dasdlab 9, not dasdlab 0");
    check(|head| head.implementation.command = Some("theirs".to_owned()), "is of another implementation");
    check(|head| head.strict = Strictness::Codes, "is of another strictness, codes, not evidence");
    check(|head| head.known = Some(Hash(1)), "was judged with other known failures");
    check(|head| head.suites = vec!["others".to_owned()], "is of another run, others, not some");
    check(|head| head.suite = Hash(1), "is of another run: the scenarios or what is selected of them differ");
    check(|head| head.gates = true, "is of another run: it was asked for otherwise");
    check(|head| head.pieces = PIECES + 1, "is of another run: it was asked for otherwise");
    check(|head| head.format = 2, "format 2 of results is not known: expected 1");
}

/// The last line with the checksum that the lines before have.
fn sealed(lines: &[String]) -> String {
    let (last, before) = lines.split_last().unwrap();
    let mut hasher = Hasher::default();
    before.iter().for_each(|line| hasher.write(format!("{line}\n").as_bytes()));
    let (said, _) = last.split_once(",\"checksum\":").unwrap();
    let mut text: String = before.iter().map(|line| format!("{line}\n")).collect();
    text += &format!("{said},\"checksum\":\"{}\"}}\n", Hash(hasher.finish()));
    text
}

/// Damages a file and seals it again as somebody would who wants it to be believed; looks for the words and the line.
#[track_caller]
fn check_damaged(change: impl FnOnce(&mut Vec<String>), line: usize, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 0..PIECES);
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(sealed(&lines), text);
    change(&mut lines);
    fs::write(&path, sealed(&lines)).unwrap();
    let problem = file::read(&path, |_| Ok(())).expect_err("it is damaged");
    assert!(problem.message.contains(words), "{problem:?}");
    assert_eq!(problem.place.as_ref().map(|place| place.line), Some(line), "{problem:?}");
    let said = say(folder.path(), &["verify-report", path.to_str().unwrap()]);
    let named = format!("{}:{line}: {}", path.display(), problem.message);
    assert_eq!((said.code, said.stdout.trim_end()), (Some(1), named.as_str()));
    check_refused(std::slice::from_ref(&path), None, Some(&path), words);
}

/// A line with one part of it said otherwise.
fn changed(line: &mut String, old: &str, new: &str) {
    assert!(line.contains(old), "{line}");
    *line = line.replacen(old, new, 1);
}

#[test]
fn a_file_that_does_not_add_up_is_refused_even_with_a_checksum_that_fits() {
    let rows = &whole().rows;
    let foot = rows.len() + 2;
    let failed = rows.iter().position(|row| row.trouble.is_some()).unwrap();
    let passed = rows.iter().position(|row| row.trouble.is_none() && row.findings > 0).unwrap();
    check_damaged(|lines| drop(lines.remove(3)), foot - 1, "totals.counts");
    check_damaged(|lines| lines.swap(2, 3), 4, "is out of its place");
    check_damaged(|lines| lines.insert(3, lines[2].clone()), 4, "is there twice");
    check_damaged(
        |lines| changed(&mut lines[foot - 1], "\"passed\":", "\"passed\":1"),
        foot,
        "totals.counts.passed does not add up",
    );
    check_damaged(|lines| changed(&mut lines[foot - 1], "\"digest\":\"", "\"digest\":\"0"), foot, "is no hash");
    check_damaged(|lines| changed(&mut lines[foot - 1], "\"rows\":", "\"rows\":1"), foot, "totals.rows does not add up");
    check_damaged(|lines| changed(&mut lines[passed + 1], "\"findings\":", "\"findings\":1"), foot, "totals.sums.findings");
    check_damaged(
        |lines| changed(&mut lines[passed + 1], "\"status\":\"passed\"", "\"status\":\"failed\""),
        passed + 2,
        "does not say what is wrong",
    );
    check_damaged(
        |lines| changed(&mut lines[failed + 1], "\"status\":\"failed\"", "\"status\":\"passed\""),
        failed + 2,
        "but says what is wrong",
    );
    check_damaged(
        |lines| changed(&mut lines[failed + 1], "\"failed\"", "\"errored\""),
        foot,
        "totals.counts.errored does not add up",
    );
    check_damaged(|lines| changed(&mut lines[1], "\"index\":0", "\"index\":30"), 2, "out of the range 0..30");
    check_damaged(|lines| changed(&mut lines[1], "\"id\":", "\"ie\":"), 2, "expected a scenario");
    check_damaged(|lines| changed(&mut lines[1], "{", "{\"x\":1,"), 2, "unknown field `x`");
}

#[test]
fn any_byte_that_is_changed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), 0..4);
    let bytes = fs::read(&path).unwrap();
    let check = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        file::read(&path, |_| Ok(())).is_err()
    };
    assert!(!check(&bytes));
    for at in (0..bytes.len()).step_by(13) {
        let mut other = bytes.clone();
        other[at] ^= 1;
        // What is asked for is not compared with anything but other heads; the checksum holds it.
        assert!(check(&other), "byte {at} of {}", String::from_utf8_lossy(&bytes[at.saturating_sub(20)..at + 1]));
        assert!(check(&bytes[..at]), "cut at {at}");
    }
    assert!(check(&[bytes.as_slice(), b"\n"].concat()));
    assert!(check(&[bytes.as_slice(), bytes.as_slice()].concat()));
}

/// A folder with the files of 0..8 and 8..16, as a killed run leaves it.
fn begun() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run_into(folder.path(), 0..16, FRESH).unwrap();
    fs::remove_file(folder.path().join(folder::name(&(0..16)))).unwrap();
    written(folder.path(), 0..8);
    written(folder.path(), 8..16);
    folder
}

/// Goes on in a folder and compares with the whole; gives the notes.
#[track_caller]
fn check_resumed(folder: &Path) -> Vec<String> {
    let (report, notes, _) = run_into(folder, 0..PIECES, AGAIN).unwrap();
    assert!(report == whole().report, "the report of a resumed run is another one");
    let names: Vec<String> = names(folder).into_iter().filter(|name| !name.ends_with(".damaged")).collect();
    assert_eq!(names, [folder::name(&(0..PIECES)), RUN.to_owned()]);
    assert!(fs::read(folder.join(folder::name(&(0..PIECES)))).unwrap() == whole().bytes);
    notes
}

#[test]
fn a_run_goes_on_with_what_is_there() {
    assert_eq!(check_resumed(begun().path()), [""; 0]);
    let gap = begun();
    fs::remove_file(gap.path().join(folder::name(&(0..8)))).unwrap();
    assert_eq!(check_resumed(gap.path()), [""; 0]);
    let odd = tempfile::tempdir().unwrap();
    for range in [3..4, 5..11, 29..30] {
        written(odd.path(), range);
    }
    fs::write(odd.path().join(RUN), fs::read(gap.path().join(RUN)).unwrap()).unwrap();
    assert_eq!(check_resumed(odd.path()), [""; 0]);
    // Once more with everything there.
    assert_eq!(check_resumed(odd.path()), [""; 0]);
}

#[test]
fn what_is_damaged_is_done_again_with_a_note_and_what_a_kill_has_left_is_removed() {
    let folder = begun();
    let path = folder.path().join(folder::name(&(8..16)));
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    fs::write(folder.path().join(format!(".{}.123-0.tmp", folder::name(&(16..24)))), "{\"resu").unwrap();
    fs::write(folder.path().join(format!(".{RUN}.123-0.tmp")), "{").unwrap();
    let notes = check_resumed(folder.path());
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("0000000008-0000000016.jsonl is done again: the file ends"), "{notes:?}");
    // It is put aside, for whoever wants to know.
    assert!(fs::read(path.with_extension("jsonl.damaged")).unwrap() == bytes[..bytes.len() / 2]);
    // Killed after one file was made of several, and before they were removed.
    written(folder.path(), 8..16);
    assert_eq!(check_resumed(folder.path()), [""; 0]);
}

#[track_caller]
fn check_not_used(folder: &Path, range: Range<u64>, used: Use, words: &str) {
    let before = names(folder);
    let problem = run_into(folder, range, used).expect_err("this folder cannot be used");
    assert!(problem.message.contains(words), "{problem:?}");
    assert_eq!((problem.exit, names(folder)), (Exit::Usage, before), "{problem:?}");
}

#[test]
fn a_folder_of_something_else_is_refused() {
    let folder = begun();
    check_not_used(folder.path(), 0..PIECES, FRESH, "there are results of this range already");
    check_not_used(folder.path(), 12..20, FRESH, "there are results of this range already");
    check_not_used(folder.path(), 12..20, AGAIN, "overlaps the range 12..20");
    let manifest = folder.path().join(RUN);
    let text = fs::read_to_string(&manifest).unwrap();
    for (old, new, words) in [
        ("dasdlab 0\"", "dasdlab 9\"", "is of another version, dasdlab 9"),
        ("\"some\"", "\"others\"", "is of another run, others"),
        ("\"evidence\"", "\"codes\"", "is of another strictness"),
        ("{", "{,", "is damaged"),
    ] {
        fs::write(&manifest, text.replacen(old, new, 1)).unwrap();
        check_not_used(folder.path(), 0..PIECES, AGAIN, words);
        check_not_used(folder.path(), 16..20, FRESH, words);
    }
    fs::remove_file(&manifest).unwrap();
    check_not_used(folder.path(), 0..PIECES, AGAIN, "has results but no run.json");
    fs::write(&manifest, text).unwrap();
    fs::rename(folder.path().join(folder::name(&(8..16))), folder.path().join(folder::name(&(8..17)))).unwrap();
    check_not_used(folder.path(), 0..PIECES, AGAIN, "is not called by its range");
}

#[test]
fn two_parts_share_one_folder_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let ranges = [0..10, 10..11, 11..PIECES];
        let runs: Vec<_> = ranges.into_iter().map(|range| scope.spawn(|| run_into(folder.path(), range, FRESH))).collect();
        runs.into_iter().for_each(|run| drop(run.join().unwrap().unwrap()));
    });
    let held: Vec<Part> = folder::held(folder.path()).unwrap();
    assert_eq!(held.iter().map(|part| part.range.clone()).collect::<Vec<_>>(), [0..10, 10..11, 11..PIECES]);
    let paths: Vec<PathBuf> = held.into_iter().map(|part| part.path).collect();
    check_joined(folder.path(), &paths);
    assert_eq!(check_resumed(folder.path()), [""; 0]);
}

#[test]
fn a_run_that_stopped_at_the_first_failure_goes_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let fail_fast = Use { fail_fast: true, ..FRESH };
    let (first, _, summary) = run_into(folder.path(), 0..PIECES, fail_fast).unwrap();
    let at = whole().rows.iter().find(|row| row.trouble.is_some()).unwrap().index;
    assert_eq!((summary.counts.failed, summary.not_run), (1, PIECES - at - 1));
    let held: Vec<Range<u64>> = folder::parts(folder.path()).unwrap().into_iter().map(|part| part.range).collect();
    assert_eq!(held.last().unwrap().end, at + 1);
    let (again, _, _) = run_into(folder.path(), 0..PIECES, Use { resume: true, ..fail_fast }).unwrap();
    assert!(first == again, "a run that stops at the first failure is told in the same way again");
    check_resumed(folder.path());
}

/// A folder with a suite of three scenarios, of which one expects something wrong.
fn suite() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = dasdlab_scenarios::corpus::FILES.iter().find(|(name, _)| *name == "clean-flashcopy-full.toml").unwrap().1;
    let path = |name: &str| folder.path().join(name);
    fs::write(path("suite.toml"), "name = \"ours\"\n").unwrap();
    fs::write(path("good.toml"), text).unwrap();
    fs::write(path("wrong.toml"), text.replacen("return_code = 0", "return_code = 4", 1)).unwrap();
    fs::write(path("worse.toml"), text.replacen("return_code = 0", "return_code = 8", 1)).unwrap();
    folder
}

#[track_caller]
fn check(folder: &Path, args: &[&str], code: i32, words: &[&str]) -> String {
    let said = say(folder, args);
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    for words in words {
        assert!(said.stdout.contains(words) || said.stderr.contains(words), "{args:?}: no {words} in {said:?}");
    }
    said.stdout
}

#[test]
fn what_did_not_pass_is_run_again_as_it_is_now() {
    let folder = suite();
    let at = folder.path();
    check(at, &["run", ".", "--setups", "3", "--results", "kept"], 70, &["2 harness faults"]);
    let before = fs::read(at.join("kept").join(folder::name(&(0..6)))).unwrap();
    check(at, &["rerun-failed", "kept"], 70, &["2 again of ours", "again      2 that did not pass: 0 mended, 2 not\n"]);
    let text = fs::read_to_string(at.join("good.toml")).unwrap();
    fs::write(at.join("wrong.toml"), &text).unwrap();
    // A scenario more, so that the others have other places now.
    fs::write(at.join("another.toml"), &text).unwrap();
    check(at, &["rerun-failed", "kept"], 70, &["again      2 that did not pass: 1 mended, 1 not\n"]);
    let said = check(at, &["rerun-failed", "kept", "--message-format", "json", "--no-times"], 70, &[]);
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["mended"]), (&"rerun-finished".into(), &1.into()));
    assert_eq!(last["still"], serde_json::json!(["ours/worse"]));
    fs::write(at.join("report.jsonl"), said).unwrap();
    check(at, &["verify-report", "report.jsonl"], 0, &["adds up: report of 2, 2 scenarios: 1 passed, 1 harness fault"]);
    fs::remove_file(at.join("worse.toml")).unwrap();
    check(at, &["rerun-failed", "kept"], 1, &["ours/worse is no more in its suite", "1 mended, 0 not, 1 no more in its suite"]);
    fs::remove_file(at.join("wrong.toml")).unwrap();
    check(at, &["rerun-failed", "kept"], 3, &["nothing can be run again"]);
    assert!(fs::read(at.join("kept").join(folder::name(&(0..6)))).unwrap() == before);
    check(at, &["run", ".", "--results", "good"], 0, &[]);
    check(at, &["rerun-failed", "good"], 0, &["nothing to run again: 2 passed"]);
    check(at, &["run", ".", "--only", "id=nothing", "--results", "none"], 3, &[]);
    check(at, &["rerun-failed", "none"], 3, &["nothing to run again: 2 not selected"]);
    check(at, &["rerun-failed", "report.jsonl"], 2, &["is a report"]);
    check(at, &["rerun-failed", "suite.toml"], 2, &["is neither results nor a report of a run"]);
}

#[test]
fn generated_scenarios_are_run_again_by_their_tokens_with_whoever_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // Judged with a validator that forgets, kept as ours, run again with ours: all are mended.
    run_into(&folder.path().join("kept"), 0..PIECES, FRESH).unwrap();
    let failed = whole().rows.iter().filter(|row| row.status.is_trouble()).count();
    let words = format!("again      {failed} that did not pass: {failed} mended, 0 not\n");
    check(folder.path(), &["rerun-failed", "kept"], 0, &[&words]);
    let sut = format!("cmd:{} implement", env!("CARGO_BIN_EXE_dasdlab"));
    check(folder.path(), &["rerun-failed", "kept", "--sut", &sut, "--strict", "codes"], 0, &[&words]);
}

#[test]
fn two_runs_are_compared_by_scenario_and_rule() {
    let folder = suite();
    let at = folder.path();
    run_into(&at.join("forgets"), 0..PIECES, FRESH).unwrap();
    fs::write(at.join("forgets.jsonl"), &whole().report).unwrap();
    let all = format!("{} the same, 0 differ", whole().rows.len());
    check(at, &["diff", "forgets", "forgets"], 0, &[&all]);
    check(at, &["diff", "forgets", "forgets.jsonl"], 0, &[&all]);
    let failed = whole().rows.iter().filter(|row| row.status.is_trouble()).count() as u64;
    // The same by ours: what failed passes, and its findings of PS10 are there.
    let args = ["run", "setups", "--undirected", "--setups", "24", "--results", "ours"];
    check(at, &args, 0, &[]);
    let said = check(at, &["diff", "forgets", "ours", "--message-format", "json"], 1, &[]);
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.last().unwrap();
    let only_a = whole().rows.iter().filter(|row| row.index >= 24).count() as u64;
    assert_eq!(last["counts"]["only-a"], only_a);
    let fixed = lines.iter().filter(|line| line["change"] == "fixed").count() as u64;
    assert!(fixed > 0 && fixed <= failed && last["counts"]["fixed"] == fixed, "{last}");
    assert_eq!(last["counts"]["broken"], 0);
    let rule = &last["rules"]["PS10"];
    let of_rule = rule["only_a"].as_u64().unwrap() + rule["only_b"].as_u64().unwrap() + rule["otherwise"].as_u64().unwrap();
    assert_eq!((rule["only_a"].as_u64(), of_rule), (Some(0), fixed), "{last}");
    check(
        at,
        &["diff", "ours", "forgets"],
        1,
        &["broken: passed, and does not any more", "only B has it", "passed -> failed verdict: missing PS10:control-data (PS10)"],
    );
    check(at, &["run", ".", "--results", "first"], 70, &[]);
    fs::write(at.join("wrong.toml"), fs::read(at.join("good.toml")).unwrap()).unwrap();
    fs::write(
        at.join("worse.toml"),
        fs::read_to_string(at.join("good.toml")).unwrap().replacen("return_code = 0", "return_code = 4", 1),
    )
    .unwrap();
    fs::rename(at.join("good.toml"), at.join("best.toml")).unwrap();
    check(at, &["run", ".", "--results", "second"], 70, &[]);
    let words =
        ["fixed: passes now  1", "fails for another cause  1", "only A has it  1", "only B has it  1", "0 the same, 4 differ"];
    check(at, &["diff", "first", "second"], 1, &words);
    check(at, &["run", ".", "--only", "id=nothing", "--results", "none"], 3, &[]);
    check(at, &["diff", "none", "none"], 3, &["0 the same, 0 differ"]);
    check(at, &["diff", "first", "suite.toml"], 2, &["is neither results nor a report of a run"]);
    check(at, &["diff", "first", "absent"], 2, &["cannot be read"]);
    check(at, &["diff", "first", "."], 2, &["has no results"]);
}

/// A report that says something else, and is not believed.
#[track_caller]
fn check_report(change: impl FnOnce(&mut Vec<String>), code: i32, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut lines: Vec<String> = whole().report.lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(folder.path().join("report.jsonl"), lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    check(folder.path(), &["verify-report", "report.jsonl"], code, &[words]);
    let said = check(folder.path(), &["verify-report", "report.jsonl", "--message-format", "json"], code, &[]);
    let line: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(line["proven"], code == 0, "{line}");
}

#[test]
fn a_report_is_proven_line_by_line() {
    let last = whole().report.lines().count() - 1;
    let failed = 1 + whole().rows.iter().position(|row| row.trouble.is_some()).unwrap();
    check_report(|_| {}, 0, "adds up: report of 30");
    check_report(|lines| drop(lines.remove(4)), 1, "coverage");
    check_report(|lines| drop(lines.pop()), 1, "the report ends before its last line");
    check_report(|lines| lines.swap(3, 4), 1, "out of its place");
    check_report(|lines| lines.push(lines[3].clone()), 1, "there is something behind the last line");
    check_report(|lines| changed(&mut lines[last], "\"passed\":", "\"passed\":1"), 1, "summary.counts.passed does not add up");
    check_report(
        |lines| changed(&mut lines[last], "\"not_run\":0", "\"not_run\":3"),
        1,
        "3 of 30 pieces of work cannot have been left",
    );
    check_report(
        |lines| changed(&mut lines[last], "\"not_run\":0", "\"not_run\":31"),
        1,
        "31 of 30 pieces of work cannot have been left",
    );
    check_report(|lines| changed(&mut lines[last - 1], "\"covered\":", "\"covered\":1"), 1, "coverage.covered does not add up");
    check_report(|lines| changed(&mut lines[failed], "\"status\":\"failed\"", "\"status\":\"passed\""), 1, "says what is wrong");
    check_report(|lines| changed(&mut lines[0], "\"pieces\":30", "\"pieces\":29"), 1, "there are 29 pieces of work");
    check_report(|lines| drop(lines.remove(0)), 2, "expected the event run-started");
    check_report(|lines| lines[0] = "[]".to_owned(), 2, "is neither results nor a report");
}

#[test]
fn a_folder_is_proven_with_everything_in_it() {
    let folder = begun();
    let at = folder.path();
    check(
        at,
        &["verify-report", "."],
        0,
        &["./0000000000-0000000008.jsonl: adds up: 0..8 of 30", ".: is not whole: 2 files of 0..30, without 16..30"],
    );
    check(at, &["verify-report", "--whole", "."], 1, &["without 16..30"]);
    written(at, 4..12);
    check(at, &["verify-report", "."], 1, &["overlaps ./0000000000-0000000008.jsonl"]);
    fs::rename(at.join(folder::name(&(4..12))), at.join(folder::name(&(16..24)))).unwrap();
    check(at, &["verify-report", "."], 1, &["./0000000016-0000000024.jsonl: is not called by its range"]);
    fs::remove_file(at.join(RUN)).unwrap();
    check(at, &["verify-report", "."], 2, &["has no run.json"]);
    check(at, &["verify-report", "absent"], 2, &["absent"]);
}

#[test]
fn parts_merge_to_what_the_whole_run_says_coverage_included() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let run = ["run", "setups", "--setups", "9", "--require-coverage", "--no-times"];
    let with = |more: &[&str]| -> Vec<String> { run.iter().chain(more).map(|&word| word.to_owned()).collect() };
    let args = |words: &[String]| -> Vec<&'static str> { words.iter().map(|word| &*word.clone().leak()).collect() };
    let whole = check(at, &args(&with(&["--results", "whole", "--message-format", "json"])), 1, &[]);
    for k in ["2/3", "3/3", "1/3"] {
        check(at, &args(&with(&["--results", "parts", "--partition", k])), 0, &["this is one part of a run"]);
    }
    let merged = check(at, &["merge", "parts", "-o", "merged.jsonl", "--message-format", "json"], 1, &[]);
    assert!(merged == whole, "merged parts are told otherwise than the whole run");
    assert!(fs::read(at.join("merged.jsonl")).unwrap() == fs::read(at.join("whole").join(folder::name(&(0..9)))).unwrap());
    check(at, &["merge", "parts"], 1, &["missed     PS05:boxed"]);
    check(at, &["merge", "parts", "--expect", "0..9"], 1, &[]);
    check(at, &["merge", "parts", "--expect", "0..6"], 2, &["which is not within 0..6"]);
    let part = Path::new("parts").join(folder::name(&(3..6)));
    check(at, &["merge", part.to_str().unwrap(), "--expect", "3..6"], 0, &["this is one part of a run"]);
    fs::remove_file(at.join(part)).unwrap();
    check(at, &["merge", "parts"], 2, &["3..6 is missing"]);
    check(at, &args(&with(&["--results", "whole"])), 2, &["there are results of this range already", "--resume"]);
    check(at, &args(&with(&["--results", "whole", "--resume"])), 1, &["missed"]);
    check(
        at,
        &["run", "setups", "--setups", "8", "--results", "whole", "--resume"],
        2,
        &["is of another run, 9 setups of seed 0"],
    );
}
