//! Ratios to the floor, floor and check taking turns in one process: `cargo run --release -p dasdlab-benches --bin ratios`.
//!
//! Ends with 1 where the fused pass takes more than [`FUSED`] times the floor, or a check with its findings more than its own
//! limit, in each of several tries.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dasdlab_benches::{FAULTY, PAIRS, inventories};
use dasdlab_validator::rules::REGISTRY;
use dasdlab_validator::{Findings, Inventory};

/// The most times the floor that a check may take.
struct Limit {
    pairs: u32,
    faulty: u32,
    ratio: f64,
}

/// The limits by number of pairs and faulty volumes in a million: what is kept, not what is wished for. Fewer pairs are shown
/// only: a check of a microsecond is all start.
const LIMITS: [Limit; 4] = [
    Limit { pairs: 65_280, faulty: 0, ratio: 2.0 },
    Limit { pairs: 65_280, faulty: 10_000, ratio: 4.0 },
    Limit { pairs: 1_048_576, faulty: 0, ratio: 1.5 },
    Limit { pairs: 1_048_576, faulty: 10_000, ratio: 3.0 },
];

/// The most times the floor that the fused pass may take, whatever the size.
const FUSED: f64 = 3.0;

/// How often a size is measured again where it was over its limit: other work on the machine slows one side more than the other.
const TRIES: usize = 5;

/// How long each size is measured.
const BUDGET: Duration = Duration::from_secs(2);

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

/// The median time of each of the calls, taking turns until the budget is spent, at least 15 times each.
fn medians<const N: usize>(mut calls: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    let start = now();
    while start.elapsed() < BUDGET || times.iter().any(|times| times.len() < 15) {
        for (call, times) in calls.iter_mut().zip(&mut times) {
            let start = now();
            call();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    })
}

/// What was measured of one size.
struct Measured {
    line: String,
    /// The fused pass to the floor.
    fused: f64,
    /// The check to the floor.
    check: f64,
}

/// Measures one size once.
fn measure(pairs: u32, faulty: u32, inventories: &[Inventory]) -> Measured {
    let each = |visit: &dyn Fn(&Inventory)| inventories.iter().for_each(visit);
    // Who checks a profile again and again keeps the memory of the findings.
    let mut rooms: Vec<Findings> = inventories.iter().map(|_| Findings::default()).collect();
    let [floor, fused, check, written, singles] = medians([
        &mut || each(&|inventory| _ = black_box(inventory.floor())),
        &mut || each(&|inventory| drop(black_box(inventory.scan()))),
        &mut || {
            for (inventory, room) in inventories.iter().zip(&mut rooms) {
                *room = black_box(inventory.judge_in(std::mem::take(room))).findings;
            }
        },
        &mut || each(&|inventory| drop(black_box(inventory.check()))),
        &mut || {
            each(&|inventory| {
                let mut findings = Findings::default();
                REGISTRY.iter().for_each(|rule| rule.evaluate(inventory, &mut findings));
                drop(black_box(findings));
            });
        },
    ]);
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let times = |time: Duration| time.as_secs_f64() / floor.as_secs_f64();
    let findings: usize = rooms.iter().map(Findings::len).sum();
    let line = format!(
        "| {pairs:>9} | {:>2} % | {findings:>8} | {:>8.1} | {:>8.1} | {:>5.2} | {:>8.1} | {:>5.2} | {:>9.1} | {:>9.1} |",
        faulty / 10_000,
        micros(floor),
        micros(fused),
        times(fused),
        micros(check),
        times(check),
        micros(written),
        micros(singles),
    );
    Measured { line, fused: times(fused), check: times(check) }
}

/// Measures one size until it keeps its limits; the last line, and what is wrong.
fn held(pairs: u32, faulty: u32) -> Result<(String, Vec<String>), String> {
    let inventories = inventories(pairs, faulty)?;
    let limit =
        LIMITS.iter().find(|limit| (limit.pairs, limit.faulty) == (pairs, faulty)).map_or(f64::INFINITY, |limit| limit.ratio);
    let mut best = measure(pairs, faulty, &inventories);
    for _ in 1..TRIES {
        if best.fused <= FUSED && best.check <= limit {
            break;
        }
        let again = measure(pairs, faulty, &inventories);
        let line = if again.check < best.check { again.line } else { best.line };
        best = Measured { line, fused: best.fused.min(again.fused), check: best.check.min(again.check) };
    }
    let share = faulty / 10_000;
    let over = [("fused", best.fused, FUSED), ("check", best.check, limit)].into_iter().filter(|(_, ratio, limit)| ratio > limit);
    let said = over.map(|(what, ratio, limit)| {
        format!("{what} of {pairs} pairs, {share} % faulty: {ratio:.2} times the floor; the limit is {limit}")
    });
    Ok((best.line, said.collect()))
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut put = |text: &str| writeln!(out, "{text}").is_ok();
    put("|     pairs | faulty | findings | floor us | fused us | ratio | check us | ratio | written us | rule by rule us |");
    put("|---|---|---|---|---|---|---|---|---|---|");
    let mut wrong = Vec::new();
    for pairs in PAIRS {
        for faulty in FAULTY {
            match held(pairs, faulty) {
                Ok((line, over)) => {
                    put(&line);
                    wrong.extend(over);
                }
                Err(message) => {
                    put(&message);
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    wrong.iter().for_each(|over| _ = put(over));
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
