//! A day of hourly splits and establishes of a thousand pairs.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use dasdlab_benches::day::Day;

#[expect(clippy::panic, reason = "a benchmark of a wrong day must not run")]
fn days(criterion: &mut Criterion) {
    let day = Day::new().unwrap_or_else(|error| panic!("{error}"));
    criterion.bench_function("day/1000 pairs", |bencher| {
        bencher.iter_batched(
            || day.morning(),
            |mut world| {
                black_box(day.pass(&mut world).unwrap_or_else(|error| panic!("{error}")));
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
    targets = days
);
criterion_main!(benches);
