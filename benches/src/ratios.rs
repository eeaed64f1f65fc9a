//! Ratios to the floor, floor and check taking turns in one process: `cargo run --release -p dasdlab-benches --bin ratios`.
//!
//! Ends with 1 where the fused check takes more than [`LIMIT`] times the floor.

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dasdlab_benches::{FAULTY, PAIRS, inventories};
use dasdlab_validator::rules::REGISTRY;
use dasdlab_validator::{Findings, Inventory};

/// The most times the floor that the fused check may take.
const LIMIT: f64 = 5.0;

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

/// Measures one size; the line of the table and the ratio that is held to the limit.
fn measure(pairs: u32, faulty: u32) -> Result<(String, f64), String> {
    let inventories = inventories(pairs, faulty)?;
    let each = |visit: &dyn Fn(&Inventory)| inventories.iter().for_each(visit);
    let [floor, fused, check, singles] = medians([
        &mut || each(&|inventory| _ = black_box(inventory.floor())),
        &mut || each(&|inventory| drop(black_box(inventory.scan()))),
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
    let ratio = fused.as_secs_f64() / floor.as_secs_f64();
    let line = format!(
        "| {pairs:>9} | {:>2} % | {:>8.1} | {:>8.1} | {ratio:>5.2} | {:>9.1} | {:>9.1} |",
        faulty / 10_000,
        micros(floor),
        micros(fused),
        micros(check),
        micros(singles),
    );
    Ok((line, ratio))
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut worst: f64 = 0.0;
    let mut put = |text: &str| writeln!(out, "{text}").is_ok();
    put("|     pairs | faulty | floor us | fused us | ratio | check us  | rule by rule us |");
    put("|---|---|---|---|---|---|---|");
    for pairs in PAIRS {
        for faulty in FAULTY {
            match measure(pairs, faulty) {
                Ok((line, ratio)) => {
                    put(&line);
                    worst = worst.max(ratio);
                }
                Err(message) => {
                    put(&message);
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    put(&format!("fused check at most {worst:.2} times the floor; the limit is {LIMIT}"));
    if worst <= LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
