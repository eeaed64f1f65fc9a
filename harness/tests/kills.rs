//! A run that is killed at any moment goes on where it was and ends with the same bytes as one that nobody disturbed.
//!
//! `cargo test` kills a few. `DASDLAB_KILLS=100` says how many, and then enough of them must have met a live process, and one
//! that was just writing; `DASDLAB_BINARY` says which binary, such as the one that was built for release.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]
#![expect(clippy::disallowed_methods, reason = "processes are killed by the clock, and the caller says how many")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use common::{Said, dasdlab, say};
use rustix::process::{Pid, Signal, kill_process};

/// How many are killed where nobody says.
const FEW: u64 = 4;

/// How long all of it may take where it was asked for.
const LIMIT: Duration = Duration::from_secs(400);

/// How many are to be killed, where somebody says.
fn asked() -> Option<u64> {
    std::env::var("DASDLAB_KILLS").ok().map(|count| count.parse().unwrap())
}

/// What is run: 400 scenarios where somebody asks, in small files, so that writing takes its share of the time; else 200 in larger
/// ones, so that judging does, and a signal finds something left to be judged.
/// Setups of arbitrary states have no counterparts, so that each is one scenario.
fn args(more: &[&'static str]) -> Vec<&'static str> {
    let count = if asked().is_some() { "200" } else { "100" };
    let run = ["run", "--undirected", "--setups", count, "--stories", count, "--no-times", "--message-format", "json"];
    let size = if asked().is_some() { "3" } else { "10" };
    [&run, ["--results", "results", "--range-size", size].as_slice(), more].concat()
}

/// Every file of a folder with what is in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
    fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect()
}

fn is_half_written(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut names| names.any(|name| name.unwrap().file_name().to_string_lossy().ends_with(".tmp")))
}

fn command(folder: &Path, more: &[&'static str]) -> Command {
    let mut command = dasdlab(folder);
    command.args(args(more)).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A disk, where files are as slow as they are for users.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// What an undisturbed run leaves and says, and how long it takes.
struct Undisturbed {
    files: BTreeMap<String, Vec<u8>>,
    report: String,
    length: Duration,
}

/// The undisturbed run, measured once.
fn undisturbed() -> &'static Undisturbed {
    static UNDISTURBED: OnceLock<Undisturbed> = OnceLock::new();
    UNDISTURBED.get_or_init(|| {
        let run = || {
            let folder = folder();
            let started = Instant::now();
            let said = say(folder.path(), &args(&[]));
            let length = started.elapsed();
            assert_eq!(said.code, Some(0), "{}", said.stderr);
            Undisturbed { files: contents(&folder.path().join("results")), report: said.stdout, length }
        };
        // The shortest of several: a moment behind the end would meet nobody.
        let times = if asked().is_some() { 5 } else { 1 };
        (0..times).map(|_| run()).min_by_key(|run| run.length).unwrap()
    })
}

impl Undisturbed {
    /// Goes on with what is there, and compares.
    #[track_caller]
    fn check(&self, folder: &Path) {
        let said = say(folder, &args(&["--resume"]));
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
        assert!(said.stdout == self.report, "the report of a resumed run is another one");
        let files = contents(&folder.join("results"));
        assert_eq!(files.keys().collect::<Vec<_>>(), self.files.keys().collect::<Vec<_>>());
        assert!(files == self.files, "the results of a resumed run are others");
    }
}

/// Numbers that follow from a seed.
struct Draw(u64);

impl Draw {
    /// A number from 0 to 999,999.
    fn millionth(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % 1_000_000
    }
}

/// Waits, and kills; says whether the process was still alive.
fn killed(mut child: Child, after: Duration) -> bool {
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap().signal() == Some(9)
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let kills = asked().unwrap_or(FEW);
    let started = Instant::now();
    let undisturbed = undisturbed();
    let mut draw = Draw(400);
    let (mut alive, mut writing) = (0, 0);
    let mut length = undisturbed.length;
    for nth in 0..kills {
        // One moment in each of as many equal parts of the run.
        let share = (nth * 1_000_000 + draw.millionth()) / kills;
        let after = Duration::from_nanos(length.as_nanos() as u64 / 1_000 * share / 1_000);
        let folder = folder();
        let was_alive = killed(command(folder.path(), &[]).spawn().unwrap(), after);
        alive += u64::from(was_alive);
        if !was_alive {
            // The machine has become faster since the length was measured.
            length = after;
        }
        writing += u64::from(was_alive && is_half_written(&folder.path().join("results")));
        undisturbed.check(folder.path());
    }
    let took = started.elapsed();
    println!("{kills} kills over {:?}: {alive} met a live process, {writing} one that was writing; {took:?}", undisturbed.length);
    if asked().is_some() {
        assert!(alive * 100 >= kills * 80, "{alive} of {kills} met a live process");
        assert!(writing * 100 >= kills * 10, "{writing} of {kills} met one that was writing");
        assert!(took < LIMIT, "{took:?}");
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_comes_to_its_end() {
    let undisturbed = undisturbed();
    let folder = folder();
    let mut draw = Draw(401);
    for nth in 0..4 {
        let after = undisturbed.length.as_millis() as u64 * draw.millionth() / 2_000_000;
        let more: &[&'static str] = if nth == 0 { &[] } else { &["--resume"] };
        killed(command(folder.path(), more).spawn().unwrap(), Duration::from_millis(after));
    }
    undisturbed.check(folder.path());
}

#[test]
fn a_terminated_run_stops_between_two_scenarios_with_no_partial_file() {
    let undisturbed = undisturbed();
    let folder = folder();
    let results = folder.path().join("results");
    // One that came to its end before the signal reached it says nothing: then it is done again.
    let stopped = (0..100).any(|_| {
        let _ = fs::remove_dir_all(&results);
        let mut child = command(folder.path(), &[]).spawn().unwrap();
        // Not before it has written something.
        let begun = || results.is_dir() && fs::read_dir(&results).unwrap().count() > 2;
        while !begun() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        if child.try_wait().unwrap().is_none() {
            kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        }
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 143)), "{code:?}");
        code == Some(143)
    });
    assert!(stopped, "no signal met a live process");
    assert!(!is_half_written(&results));
    let proven = say(folder.path(), &["verify-report", "results"]);
    assert_eq!(proven.code, Some(0), "{proven:?}");
    assert!(proven.stdout.contains("results: is not whole"), "{}", proven.stdout);
    assert_eq!(say(folder.path(), &["verify-report", "--whole", "results"]).code, Some(1));
    undisturbed.check(folder.path());
}

#[test]
fn a_full_disk_ends_a_run_with_what_was_done_before() {
    let undisturbed = undisturbed();
    let folder = folder();
    // No file may become longer than this: the first ones fit, the one that they are to become does not.
    let whole = undisturbed.files.values().map(Vec::len).max().unwrap();
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", whole / 2_048);
    let binary = dasdlab(folder.path()).get_program().to_owned();
    let said: Said = Command::new("bash")
        .args(["-c", &script])
        .arg(binary)
        .args(args(&[]))
        .current_dir(folder.path())
        .output()
        .unwrap()
        .into();
    assert_eq!(said.code, Some(75), "{}", said.stderr);
    assert!(said.stderr.contains("cannot be written"), "{}", said.stderr);
    assert!(!is_half_written(&folder.path().join("results")));
    assert_eq!(say(folder.path(), &["verify-report", "results"]).code, Some(0));
    undisturbed.check(folder.path());
}
