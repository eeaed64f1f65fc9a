//! Each rule alone, the fused check and the whole check, beside the floor.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dasdlab_benches::{FAULTY, PAIRS, inventories, name};
use dasdlab_validator::rules::REGISTRY;
use dasdlab_validator::{Findings, Inventory};

#[expect(clippy::panic, reason = "a benchmark of wrong findings must not run")]
fn built(pairs: u32, faulty: u32) -> Vec<Inventory> {
    inventories(pairs, faulty).unwrap_or_else(|message| panic!("{message}"))
}

fn checks(criterion: &mut Criterion) {
    for pairs in PAIRS {
        for faulty in FAULTY {
            let inventories = built(pairs, faulty);
            let mut group = criterion.benchmark_group("check");
            group.throughput(Throughput::Elements(u64::from(pairs)));
            let mut bench = |what: &str, call: &dyn Fn(&Inventory)| {
                group.bench_function(BenchmarkId::new(what, name(pairs, faulty)), |bencher| {
                    bencher.iter(|| inventories.iter().for_each(call));
                });
            };
            bench("floor", &|inventory| _ = black_box(inventory.floor()));
            bench("fused", &|inventory| drop(black_box(inventory.scan())));
            bench("judged", &|inventory| drop(black_box(inventory.judge())));
            bench("whole", &|inventory| drop(black_box(inventory.check())));
            for rule in REGISTRY {
                bench(rule.rule.code(), &|inventory| {
                    let mut findings = Findings::default();
                    rule.evaluate(inventory, &mut findings);
                    drop(black_box(findings));
                });
            }
            group.finish();
        }
    }
}

criterion_group!(
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800));
    targets = checks
);
criterion_main!(benches);
