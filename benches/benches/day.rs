//! A day of hourly splits and establishes of a thousand pairs; and of it what is time alone, beside a bare heap, and what is
//! tracks alone.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use dasdlab_benches::day::{Day, PAIRS, settle};

#[expect(clippy::panic, reason = "a benchmark of a wrong day must not run")]
fn sound<T>(result: Result<T, String>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn days(criterion: &mut Criterion) {
    let day = sound(Day::new());
    criterion.bench_function("day/1000 pairs", |bencher| {
        bencher.iter_batched(
            || day.morning(),
            |mut world| {
                black_box(sound(day.pass(&mut world)));
                world
            },
            BatchSize::LargeInput,
        );
    });
}

fn events(criterion: &mut Criterion) {
    let copying = sound(sound(Day::new()).copying());
    criterion.bench_function("events/1000 copies end", |bencher| {
        bencher.iter_batched(
            || copying.clone(),
            |mut world| {
                black_box(settle(&mut world));
                world
            },
            BatchSize::LargeInput,
        );
    });
    // The same number of ends, in a bare heap.
    criterion.bench_function("events/1000 of a bare heap", |bencher| {
        bencher.iter(|| {
            let mut heap = BinaryHeap::new();
            (0..PAIRS as u64).for_each(|at| heap.push(Reverse((at * 37 % 1_009, at))));
            let mut sum = 0_u64;
            while let Some(Reverse((at, _))) = heap.pop() {
                sum = sum.wrapping_add(at);
            }
            black_box(sum)
        });
    });
}

fn tracks(criterion: &mut Criterion) {
    let day = sound(Day::new());
    let split = sound(day.split());
    criterion.bench_function("tracks/1000 writes of 30000 tracks", |bencher| {
        bencher.iter_batched(
            || split.clone(),
            |mut world| {
                sound(day.write(&mut world, 1));
                world
            },
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(2));
    targets = days, events, tracks
);
criterion_main!(benches);
