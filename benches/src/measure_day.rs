//! A day of hourly splits and establishes of a thousand pairs: `cargo run --release -p dasdlab-benches --bin day`.
//!
//! The aim is [`AIM`] on a machine that does nothing else. Ends with 1 only where it takes more than [`LIMIT`]: machines are
//! shared, and a slow neighbour is no reason to refuse a change.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dasdlab_benches::day::{Day, PAIRS, ROUNDS};

/// The longest that a day should take.
const AIM: Duration = Duration::from_millis(200);

/// The longest that it may take on a machine that is shared.
const LIMIT: Duration = Duration::from_millis(400);

/// How often it is measured; the best counts, for whatever else runs on the machine only ever makes it slower.
const TIMES: usize = 15;

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

fn measure() -> Result<(usize, Duration), String> {
    let day = Day::new()?;
    let (mut events, mut best) = (0, Duration::MAX);
    for _ in 0..TIMES {
        let mut world = day.morning();
        let start = now();
        events = day.pass(&mut world)?;
        best = best.min(start.elapsed());
    }
    Ok((events, best))
}

fn main() -> ExitCode {
    let (line, done) = match measure() {
        Ok((events, best)) => {
            let took = best.as_secs_f64() * 1e3;
            let line = format!(
                "{PAIRS} pairs, {ROUNDS} rounds, {events} events: {took:.0} ms (best of {TIMES}); the aim is {} ms, the limit {} ms",
                AIM.as_millis(),
                LIMIT.as_millis()
            );
            (line, best <= LIMIT)
        }
        Err(message) => (message, false),
    };
    let written = writeln!(std::io::stdout().lock(), "{line}").is_ok();
    if done && written { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
