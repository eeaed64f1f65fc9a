//! From a file to an inventory: reading, unrolling and observing, building columns from lists in order and in none; and from
//! the tables of an installation and from a packed site.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dasdlab_benches::{FAULTY, name, observe, site};
use dasdlab_import::{Asked, ColumnMap, Export, Input, Inputs, Loaded, export, load};
use dasdlab_model::read::{Content, Document, Encoding, parse};
use dasdlab_model::run::InTurn;
use dasdlab_model::tables::{Tables, pack, unpack};
use dasdlab_model::write::write;
use dasdlab_scenarios::relations::reorder;
use dasdlab_validator::Inventory;

/// Pairs of the measured sites; a million would take minutes and say the same.
const PAIRS: [u32; 2] = [1_024, 65_280];

#[expect(clippy::panic, reason = "a benchmark of a wrong site must not run")]
fn sound<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// What tables come to, with what stands beside them.
fn import(tables: &Export, rest: &Document) -> Option<Loaded> {
    let inputs = Inputs {
        volumes: Input { file: "volumes.csv", bytes: tables.volumes.as_bytes() },
        pairs: Input { file: "pairs.csv", bytes: tables.pairs.as_bytes() },
        data_sets: Input { file: "data-sets.csv", bytes: tables.data_sets.as_bytes() },
        map: &ColumnMap::default(),
        rest: Some(rest),
        asked: &Asked::default(),
    };
    load(&inputs, &InTurn).ok()
}

fn loads(criterion: &mut Criterion) {
    for pairs in PAIRS {
        for faulty in FAULTY {
            let site = sound(site(pairs, faulty));
            let toml = sound(write(&Content::Site(Box::new(site.clone())), Encoding::Toml));
            let (seen, profiles) = sound(observe(&site));
            let mut group = criterion.benchmark_group("load");
            group.throughput(Throughput::Elements(u64::from(pairs)));
            group.bench_function(BenchmarkId::new("read", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(parse("site.toml", toml.clone(), Encoding::Toml).is_ok()));
            });
            group.bench_function(BenchmarkId::new("observe", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(observe(&site).is_ok()));
            });
            // What lists have no meaning in may stand in any order.
            let shuffled = reorder(seen.clone(), 1);
            group.bench_function(BenchmarkId::new("inventory shuffled", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(profiles.iter().filter_map(|profile| Inventory::new(&shuffled, profile)).count()));
            });
            drop(shuffled);
            group.bench_function(BenchmarkId::new("inventory", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(profiles.iter().filter_map(|profile| Inventory::new(&seen, profile)).count()));
            });
            let exported = export(&seen);
            let rest = sound(write(&Content::Site(Box::new(exported.rest.clone())), Encoding::Toml));
            let rest = sound(parse("rest.toml", rest, Encoding::Toml));
            let tables = Tables::new(seen.clone());
            let packed = sound(pack(&tables));
            group.bench_function(BenchmarkId::new("import", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(import(&exported, &rest).is_some()));
            });
            group.bench_function(BenchmarkId::new("pack", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(pack(&tables).is_ok()));
            });
            group.bench_function(BenchmarkId::new("unpack", name(pairs, faulty)), |bencher| {
                bencher.iter(|| black_box(unpack(&packed).is_ok()));
            });
            group.bench_function(BenchmarkId::new("inventory of tables", name(pairs, faulty)), |bencher| {
                bencher
                    .iter(|| black_box(profiles.iter().filter_map(|profile| Inventory::from_tables(&tables, profile)).count()));
            });
            group.finish();
        }
    }
}

criterion_group!(
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(2));
    targets = loads
);
criterion_main!(benches);
