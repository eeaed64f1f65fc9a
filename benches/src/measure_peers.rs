//! Our side of `benches/peers/run`: `cargo run --release -p dasdlab-benches --bin peers -- FOLDER PAIRS`.
//!
//! Writes the tables for the peers, our findings, and our own times, the best of several: the peers' are too.

use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use dasdlab_benches::counts::pieces::{FAULTY, inventories, observe, site};
use dasdlab_benches::peers::{counted, export};
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::states::Method;
use dasdlab_model::write::write;
use dasdlab_validator::{Findings, Inventory};

/// How often everything is measured.
const TIMES: usize = 7;

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

/// The best time, in seconds.
fn best<T>(mut work: impl FnMut() -> T) -> f64 {
    let times = (0..TIMES).map(|_| {
        let start = now();
        drop(black_box(work()));
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::MAX, f64::min)
}

fn measure(folder: &Path, pairs: u32) -> Result<(), String> {
    let site = site(pairs, FAULTY, Method::FlashCopy)?;
    let text = write(&Content::Site(Box::new(site.clone())), Encoding::Toml).map_err(|error| error.to_string())?;
    let seen = observe(&site)?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    export(&seen, folder)?;
    let built = inventories(&seen);
    let check = |all: &[Inventory]| all.iter().map(Inventory::check).collect::<Vec<_>>();
    let verdicts = check(&built);
    let findings = counted(verdicts.iter().flat_map(|verdict| &verdict.findings));
    let from_text = || {
        let document = parse("site.toml", text.clone(), Encoding::Toml).map_err(|error| error.to_string())?;
        Ok::<_, String>(check(&inventories(&observe(document.site())?)))
    };
    // Who checks again and again keeps the memory of the findings.
    let mut rooms: Vec<Findings> = built.iter().map(|_| Findings::default()).collect();
    let mut judge = || {
        for (inventory, room) in built.iter().zip(&mut rooms) {
            *room = black_box(inventory.judge_in(std::mem::take(room))).findings;
        }
    };
    let times = [
        ("pass over the columns", best(|| built.iter().map(|one| one.scan().len()).sum::<usize>())),
        ("check of the columns, every rule, findings", best(&mut judge)),
        (
            "columns and check from an observation",
            best(|| inventories(&seen).iter().map(|one| one.judge().findings.len()).sum::<usize>()),
        ),
        ("TOML to findings", best(from_text)),
    ];
    let counts: Vec<String> = findings.iter().map(|(reason, count)| format!("\"{reason}\": {count}")).collect();
    let times: Vec<String> = times.iter().map(|(name, seconds)| format!("\"{name}\": {seconds:e}")).collect();
    let text = format!("{{\"findings\": {{{}}}, \"seconds\": {{{}}}}}\n", counts.join(", "), times.join(", "));
    fs::write(folder.join("ours.json"), text).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let measured = match arguments.as_slice() {
        [folder, pairs] => match pairs.parse() {
            Ok(pairs) => measure(Path::new(folder), pairs),
            Err(_) => Err(format!("not a number of pairs: {pairs}")),
        },
        _ => Err("expected a folder and a number of pairs".to_owned()),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nobody is told where even this cannot be written.
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::FAILURE
        }
    }
}
