//! Shrinking of large failures: `cargo run --release -p dasdlab-benches --bin shrink`.
//!
//! Each of twelve wrong implementations fails a story of [`VOLUMES`] volumes and eight steps. Ends with 1 where one of them
//! does not become as small as [`LEFT`], or takes longer than [`LONGEST`].

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dasdlab_harness::judge::{Bench, Ours};
use dasdlab_harness::shrink::large::{Case, STEPS, cases};
use dasdlab_harness::shrink::shrink;
use dasdlab_scenarios::shrink::Budget;

/// Volumes of each story.
const VOLUMES: u32 = 512;

/// The most volumes and steps that may be left.
const LEFT: (usize, usize) = (4, 2);

/// The longest that it may take.
const LONGEST: Duration = Duration::from_secs(10);

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Shrinks one of them: a line of the table, how long it took, and whether it is as small as it must be.
fn measure(case: &Case) -> Result<(String, Duration, bool), String> {
    let Case { name, actors, scenario } = case;
    let bench = Bench { actors: actors.as_ref(), ..Bench::new(&Ours) };
    let start = now();
    let shrunk = shrink(&bench, name, scenario, Budget::default()).map_err(|error| format!("{name}: {error}"))?;
    let took = start.elapsed();
    let (before, after) = (shrunk.before, shrunk.after);
    let line = format!(
        "{name:<28} {:>6} -> {:<2} {:>5} -> {:<2} {:>4} of {:<4} {:>8}",
        before.volumes,
        after.volumes,
        before.steps,
        after.steps,
        shrunk.kept,
        shrunk.tried,
        took.as_millis()
    );
    let was_large = before.volumes == VOLUMES as usize && before.steps == STEPS;
    let is_small = after.volumes <= LEFT.0 && after.steps <= LEFT.1 && shrunk.finished;
    Ok((line, took, was_large && is_small && took <= LONGEST))
}

fn table(out: &mut impl Write) -> Result<bool, String> {
    let mut put = |line: &str| writeln!(out, "{line}").map_err(|error| error.to_string());
    put(&format!("{:<28} {:^12} {:^11} {:^12} {:>8}", "wrong implementation", "volumes", "steps", "candidates", "ms"))?;
    let (mut all, mut good) = (Vec::new(), true);
    for case in cases(VOLUMES).ok_or("a site cannot have as many volumes")? {
        let (line, took, is_good) = measure(&case)?;
        put(&format!("{line}{}", if is_good { "" } else { "  too large or too slow" }))?;
        all.push(took);
        good &= is_good;
    }
    all.sort_unstable();
    let median = all.get(all.len() / 2).copied().unwrap_or_default();
    let worst = all.last().copied().unwrap_or_default();
    put(&format!("median {} ms, worst {} ms; the limit {} s", median.as_millis(), worst.as_millis(), LONGEST.as_secs()))?;
    Ok(good)
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match table(&mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            let _ = writeln!(out, "{message}");
            ExitCode::FAILURE
        }
    }
}
