//! A day of hourly splits and establishes of a thousand pairs: `cargo run --release -p dasdlab-benches --bin day`.
//!
//! Ends with 1 where it takes more than [`LIMIT`].

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dasdlab_benches::day::{Day, PAIRS, ROUNDS};

/// The longest that a day may take.
const LIMIT: Duration = Duration::from_millis(200);

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
                "{PAIRS} pairs, {ROUNDS} rounds, {events} events: {took:.0} ms (best of {TIMES}); the limit is {} ms",
                LIMIT.as_millis()
            );
            (line, best <= LIMIT)
        }
        Err(message) => (message, false),
    };
    let written = writeln!(std::io::stdout().lock(), "{line}").is_ok();
    if done && written { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
