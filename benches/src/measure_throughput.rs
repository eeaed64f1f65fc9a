//! Scenarios a second, events and tracks, each beside what it is measured against, in one process:
//! `cargo run --release -p dasdlab-benches --bin throughput`.
//!
//! Ends with 1 where a ratio is over its limit.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dasdlab_benches::fields;
use dasdlab_model::event::Time;
use dasdlab_model::states::LssScope;
use dasdlab_scenarios::large::{Drawer, LargeOptions};
use dasdlab_simulator::{Clock, TrackTable};
use dasdlab_validator::Inventory;
use proptest::test_runner::TestRunner;

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Things that wait to happen.
const PENDING: u64 = 65_536;
/// The most times a bare heap that events may take.
const EVENTS: f64 = 4.0;
/// Tracks of a volume of 65,520 cylinders.
const TRACKS: u32 = 982_800;
/// The most times raw words that track tables may take.
const WORDS: f64 = 1.5;
/// How many times faster than another's generation alone ours with the check has to be at least.
const GENERATED: f64 = 4.0;
/// Sites of one measurement.
const SITES: u64 = 64;
/// How long each comparison is measured.
const BUDGET: Duration = Duration::from_secs(2);

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

/// The median times of two calls that take turns.
fn medians(mut ours: impl FnMut(), mut theirs: impl FnMut()) -> [Duration; 2] {
    let mut times = [Vec::new(), Vec::new()];
    let start = now();
    while start.elapsed() < BUDGET || times.iter().any(|times| times.len() < 15) {
        let [of_ours, of_theirs] = &mut times;
        let before = now();
        ours();
        of_ours.push(before.elapsed());
        let before = now();
        theirs();
        of_theirs.push(before.elapsed());
    }
    times.map(|mut times| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    })
}

/// Numbers that look drawn, and are the same for both sides.
fn drawn(seed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed), |word| {
        Some(word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    })
    .map(|word| word >> 33)
}

/// So many things wait; each that happens arranges another.
fn events() -> [Duration; 2] {
    let mut clock: Clock<u64> = Clock::at(Time(0), 0);
    let mut heap = BinaryHeap::new();
    for (milliseconds, number) in drawn(1).zip(0..PENDING) {
        clock.arrange(milliseconds % 100_000, number);
        heap.push(Reverse((milliseconds % 100_000, number)));
    }
    let (mut of_clock, mut of_heap) = (drawn(2), drawn(2));
    let (mut number, mut instant) = (PENDING, 0);
    medians(
        || {
            for _ in 0..PENDING {
                let Some((due, _)) = clock.first() else { return };
                clock.move_to(due);
                let what = black_box(clock.take()).unwrap_or_default();
                clock.arrange(of_clock.next().unwrap_or_default() % 100_000, what);
            }
        },
        || {
            for _ in 0..PENDING {
                let Some(Reverse((at, _))) = heap.pop() else { return };
                instant = at.max(instant);
                number += 1;
                heap.push(Reverse((instant + of_heap.next().unwrap_or_default() % 100_000, black_box(number))));
            }
        },
    )
}

/// A table with one track in a hundred marked, and the same in raw words.
fn marked(seed: u64) -> (TrackTable, Vec<u64>) {
    let (mut table, mut words) = (TrackTable::new(TRACKS), vec![0_u64; TRACKS.div_ceil(u64::BITS) as usize]);
    for word in drawn(seed).take(TRACKS as usize / 100) {
        let track = (word % u64::from(TRACKS)) as u32;
        table.mark(track..track + 1);
        if let Some(word) = words.get_mut((track / u64::BITS) as usize) {
            *word |= 1 << (track % u64::BITS);
        }
    }
    (table, words)
}

fn union() -> [Duration; 2] {
    let ((mut table, mut words), (other, others)) = (marked(3), marked(4));
    medians(
        || (0..100).for_each(|_| black_box(&mut table).union(black_box(&other))),
        || {
            for _ in 0..100 {
                black_box(&mut words).iter_mut().zip(black_box(&others)).for_each(|(word, other)| *word |= other);
            }
        },
    )
}

fn comparison() -> [Duration; 2] {
    let ((table, words), (same, others)) = (marked(3), marked(3));
    medians(
        || (0..100).for_each(|_| _ = black_box(black_box(&table) == black_box(&same))),
        || (0..100).for_each(|_| _ = black_box(black_box(&words) == black_box(&others))),
    )
}

/// A site of 64 volumes beside the one outside of its profile, a tenth of them faulty: drawn, entered and checked.
fn checked(drawer: &mut Drawer, seed: u64) -> Result<usize, String> {
    let tables = drawer.draw(&LargeOptions {
        arrays: 1,
        volumes: fields::VOLUMES + 1,
        profiles: 1,
        generations: fields::GENERATIONS,
        faulty: 100_000,
        seed,
        lss_scope: LssScope::SameLss,
        ..LargeOptions::default()
    })?;
    let profile = tables.few.profiles.first().ok_or("the site has no profile")?;
    let inventory = Inventory::from_tables(tables, &profile.name).ok_or("there is no inventory")?;
    Ok(inventory.judge().findings.len())
}

fn generation() -> Result<[Duration; 2], String> {
    let mut drawer = Drawer::default();
    let found = (0..SITES).map(|seed| checked(&mut drawer, seed)).sum::<Result<usize, String>>()?;
    if found == 0 {
        return Err("nothing is found in faulty sites".to_owned());
    }
    let (strategy, mut runner) = (fields::observations(), TestRunner::deterministic());
    // Each round has other seeds than the ones before.
    let mut seed = SITES;
    Ok(medians(
        || {
            for _ in 0..SITES {
                drop(black_box(checked(&mut drawer, seed)));
                seed += 1;
            }
        },
        || (0..SITES).for_each(|_| drop(black_box(fields::next(&strategy, &mut runner)))),
    ))
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let mut good = true;
    let mut put = |what: &str, [ours, theirs]: [Duration; 2], ratio: f64, limit: &str, holds: bool| {
        good &= holds;
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let line = format!("{what}: {:.1} us beside {:.1}, ratio {ratio:.2}, {limit}", micros(ours), micros(theirs));
        _ = writeln!(out, "{line}{}", if holds { "" } else { ": OVER" });
    };
    let ratio = |[a, b]: [Duration; 2]| a.as_secs_f64() / b.as_secs_f64();
    for (what, times, limit) in [
        ("65,536 events among as many, beside a bare heap", events(), EVENTS),
        ("100 unions of 982,800 tracks, beside raw words", union(), WORDS),
        ("100 comparisons of 982,800 tracks, beside raw words", comparison(), WORDS),
    ] {
        put(what, times, ratio(times), &format!("limit {limit}"), ratio(times) <= limit);
    }
    match generation() {
        Ok(times) => {
            let faster = 1.0 / ratio(times);
            let what = "64 sites of 64 volumes generated and checked, beside drawing them field by field";
            put(what, times, faster, &format!("times faster, at least {GENERATED}"), faster >= GENERATED);
        }
        Err(message) => {
            _ = writeln!(out, "{message}");
            return ExitCode::FAILURE;
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
