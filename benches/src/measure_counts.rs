//! Counts of instructions and allocations: `cargo run --release -p dasdlab-benches --bin counts [-- update | growth [VOLUMES]]`.
//!
//! Without arguments it compares with `benches/counts.toml` and ends with 1 where something grew by more than 5 %;
//! `update` brings that file up to date; `growth` counts over sites of a thousand to a million volumes (or as many as are
//! said), and writes `docs/growth.md` with its picture.

use std::alloc::System;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use dasdlab_benches::counts::callgrind::{self, Uncounted};
use dasdlab_benches::counts::growth::{self, Curve};
use dasdlab_benches::counts::kept::{self, Changes, Kept, UPDATE};
use dasdlab_benches::counts::meter::{Counting, measured};
use dasdlab_benches::counts::pieces::{self, Piece};
use dasdlab_benches::counts::{Count, plot, standing};
use peakmem_alloc::PeakMemAlloc;
use stats_alloc::StatsAlloc;

static STATS: StatsAlloc<System> = StatsAlloc::system();

#[global_allocator]
static ALLOCATOR: Counting = PeakMemAlloc::new(&STATS);

/// How often a piece is timed at most, and how long.
const TIMES: usize = 15;
const BUDGET: Duration = Duration::from_millis(500);

/// How the program ends.
type Ended = Result<bool, String>;

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match words.as_slice() {
        [] => compare(),
        ["update"] => update(),
        ["growth"] => grow(u32::MAX),
        ["growth", most] => most.parse().map_err(|_| format!("not a number of volumes: {most}")).and_then(grow),
        // What this program asks of itself, under callgrind or not.
        ["count", "gate"] => pieces::gate().and_then(counted),
        ["count", "growth", volumes] => sized(volumes).and_then(counted),
        ["time", "growth", volumes] => sized(volumes).and_then(timed),
        _ => Err("expected nothing, `update`, or `growth` with the most volumes".to_owned()),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            // Nobody is told where even this cannot be written.
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn put(text: &str) -> Ended {
    io::stdout().lock().write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(true)
}

fn sized(volumes: &str) -> Result<Vec<Piece>, String> {
    growth::pieces(volumes.parse().map_err(|_| format!("not a number of volumes: {volumes}"))?)
}

fn counted(pieces: Vec<Piece>) -> Ended {
    measured(pieces, &ALLOCATOR, &STATS, &mut io::stdout().lock()).map_err(|error| error.to_string())?;
    Ok(true)
}

/// The median time of each piece, in nanoseconds.
fn timed(pieces: Vec<Piece>) -> Ended {
    for mut piece in pieces {
        let mut times = Vec::new();
        let began = now();
        while times.is_empty() || (piece.repeats && times.len() < TIMES && began.elapsed() < BUDGET) {
            let start = now();
            (piece.work)();
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        put(&format!("{}\t{}\n", piece.name, median.as_nanos()))?;
    }
    Ok(true)
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("dasdlab-counts-{}", std::process::id()));
        fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Counts in a process of its own under callgrind; none where there is no valgrind.
fn count(words: &[&str]) -> Result<Option<Vec<(String, Count)>>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = Folder::new()?;
    let arguments: Vec<String> = [&["count"], words].concat().iter().map(|word| (*word).to_owned()).collect();
    match callgrind::count(&program, &arguments, &folder.0) {
        Ok(counts) => Ok(Some(counts)),
        Err(Uncounted::NoValgrind) => Ok(None),
        Err(Uncounted::Failed(message)) => Err(message),
    }
}

fn gate() -> Result<Option<BTreeMap<String, Count>>, String> {
    Ok(count(&["gate"])?.map(|counts| counts.into_iter().collect()))
}

fn without_valgrind() -> Ended {
    put("skipped: there is no valgrind, which counts instructions\n")
}

fn counted_by() -> String {
    let valgrind = callgrind::version().unwrap_or_default();
    format!("rustc {}, {}, {} {}", env!("CARGO_PKG_RUST_VERSION"), valgrind, std::env::consts::ARCH, std::env::consts::OS)
}

fn update() -> Ended {
    let Some(pieces) = gate()? else { return without_valgrind() };
    let holds = hold_standing(&pieces)?;
    let path = kept::path();
    let changes = Kept::read(&path).map(|kept| Changes::new(&kept, &pieces)).unwrap_or_default();
    let kept = Kept { counted_by: counted_by(), pieces };
    fs::write(&path, kept.text()).map_err(|error| format!("{}: {error}", path.display()))?;
    put(&said(&changes))?;
    put(&format!("{} pieces of work written to {}\n", kept.pieces.len(), path.display()))?;
    Ok(holds)
}

fn compare() -> Ended {
    let kept = Kept::read(&kept::path())?;
    let Some(counted) = gate()? else { return without_valgrind() };
    let changes = Changes::new(&kept, &counted);
    put(&said(&changes))?;
    let here = counted_by();
    if here != kept.counted_by {
        put(&format!("counted by {here}; the file was counted by {}\n", kept.counted_by))?;
    }
    if changes.is_too_much() {
        put(&format!(
            "a count grew by more than {} %, or a piece came or went: mend it, or review `{UPDATE}`\n",
            kept::MOST_GROWTH
        ))?;
        return Ok(false);
    }
    if !hold_standing(&counted)? {
        return Ok(false);
    }
    put(&format!("{} pieces of work take at most {} % more than they should\n", counted.len(), kept::MOST_GROWTH))
}

/// Whether a standing check costs the same whatever the size of the site, and next to nothing.
fn hold_standing(counted: &BTreeMap<String, Count>) -> Ended {
    let wrong = standing::wrong(counted);
    for message in &wrong {
        put(&format!("{message}\n"))?;
    }
    Ok(wrong.is_empty())
}

/// What has changed, a line each.
fn said(changes: &Changes) -> String {
    let mut text = String::new();
    for change in &changes.moved {
        let mark = if change.is_too_much() { "  TOO MUCH" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<60} {:<13} {:>14} -> {:>14} {:>+8.2} %{mark}",
            change.piece,
            change.what,
            change.before,
            change.now,
            change.percent()
        );
    }
    changes.new.iter().for_each(|name| _ = writeln!(text, "{name:<60} is new"));
    changes.gone.iter().for_each(|name| _ = writeln!(text, "{name:<60} is gone"));
    text
}

fn grow(most: u32) -> Ended {
    let mut curves: BTreeMap<String, Curve> = BTreeMap::new();
    for volumes in growth::VOLUMES.into_iter().filter(|&volumes| volumes <= most) {
        let word = volumes.to_string();
        let Some(counts) = count(&["growth", &word])? else { return without_valgrind() };
        for (name, count) in counts {
            curves.entry(name).or_default().instructions.insert(volumes, count.instructions);
        }
        for (name, time) in times(&word)? {
            curves.entry(name).or_default().time.insert(volumes, time);
        }
        let _ = writeln!(io::stderr(), "{volumes} volumes are counted");
    }
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let write = |name: &str, text: &str| fs::write(docs.join(name), text).map_err(|error| format!("docs/{name}: {error}"));
    fs::create_dir_all(docs.join("images")).map_err(|error| error.to_string())?;
    write("images/growth.svg", &plot::picture(&curves))?;
    write("growth.md", &page(&curves))?;
    let steepest = curves.iter().filter_map(|(name, curve)| Some((curve.exponent()?, name)));
    let Some((worst, name)) = steepest.max_by(|a, b| a.0.total_cmp(&b.0)) else { return Err("too few sizes".to_owned()) };
    put(&format!("steepest: {name} with exponent {worst:.3}; the limit is {}; see docs/growth.md\n", growth::MOST))?;
    Ok(worst <= growth::MOST)
}

/// The times of the pieces, in a process of their own that nobody slows.
fn times(volumes: &str) -> Result<Vec<(String, Duration)>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program).args(["time", "growth", volumes]).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let read = |line: &str| {
        let (name, nanos) = line.split_once('\t')?;
        Some((name.to_owned(), Duration::from_nanos(nanos.parse().ok()?)))
    };
    text.lines().map(|line| read(line).ok_or_else(|| format!("not a line of a piece: {line}"))).collect()
}

const HEAD: &str = "\
# Growth

How many instructions each piece of work takes over the number of volumes, half of them sources and half targets, 10 % of them
faulty. The exponent is the slope of the straight line nearest to the instructions, both axes in logarithms: 1 where twice the
volumes take twice the instructions. Work that is mostly the same for every site has less.

```console
cargo run --release -p dasdlab-benches --bin counts -- growth     # this page and its picture; ends with 1 above 1.1
```

![Instructions and time over the number of volumes](images/growth.svg)

*Read* is TOML with ranges to a site, *observe* from there to an observation by way of a world, *inventory* from there to
columns; *export* writes that observation as CSV and packed, *import* and *unpack* read each into tables, *columns of tables* goes on from there; *floor*, *fused* and *check* are explained in [performance](performance.md). Times are medians of a machine on which
other work was done; instructions do not depend on that.

";

/// The page.
fn page(curves: &BTreeMap<String, Curve>) -> String {
    let sizes: Vec<u32> = curves.values().next().map(|curve| curve.instructions.keys().copied().collect()).unwrap_or_default();
    let shown: Vec<u32> = sizes.iter().copied().filter(|size| size.ilog10() > size.saturating_sub(1).ilog10()).collect();
    let mut text = format!("{HEAD}Counted by {}.\n\n| work |", counted_by());
    shown.iter().for_each(|size| _ = write!(text, " {} |", grouped(u64::from(*size))));
    text.push_str(" a volume, largest | exponent | time, largest |\n|---|");
    shown.iter().for_each(|_| text.push_str("---|"));
    text.push_str("---|---|---|\n");
    for (name, curve) in curves {
        let _ = write!(text, "| {name} |");
        for size in &shown {
            let _ = write!(text, " {} |", grouped(curve.instructions.get(size).copied().unwrap_or(0)));
        }
        let largest = curve.instructions.last_key_value().map_or(0.0, |(&size, &count)| count as f64 / f64::from(size));
        let time = curve.time.last_key_value().map_or(0.0, |(_, time)| time.as_secs_f64() * 1e3);
        let _ = writeln!(text, " {largest:.2} | {:.3} | {time:.3} ms |", curve.exponent().unwrap_or(0.0));
    }
    text
}

/// A number with its digits in threes.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
