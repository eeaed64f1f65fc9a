//! Scenarios: generated, judged as a run judges them, told as stories, and asked of an implementation over a pipe.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dasdlab_harness::judge::{Bench, Ours, judge};
use dasdlab_harness::suite::corpus_entry;
use dasdlab_harness::sut::command::SutCommand;
use dasdlab_harness::sut::{Sut, SutOptions};
use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::token::Token;

/// Scenarios of one measurement.
const SCENARIOS: u64 = 32;

const SETUP: &str = "combination-coverage-shared-target-and-level";
const STORY: &str = "story-restore-run-again-after-an-abend-bcv";

#[expect(clippy::panic, reason = "a benchmark without its scenario must not run")]
fn entry(name: &str) -> Scenario {
    let entry = corpus_entry(name).unwrap_or_else(|problem| panic!("{}", problem.message));
    entry.unwrap_or_else(|| panic!("there is no corpus/{name}")).scenario
}

fn generated(token: fn(u64, u64) -> Token) -> Vec<Scenario> {
    (0..SCENARIOS).filter_map(|at| Some(generate(&token(1, at)).ok()?.scenario)).collect()
}

fn generation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("generate");
    group.throughput(Throughput::Elements(SCENARIOS));
    group.bench_function("setups", |bencher| bencher.iter(|| black_box(generated(Token::new))));
    group.bench_function("stories", |bencher| bencher.iter(|| black_box(generated(Token::story))));
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("judge");
    for (name, scenarios) in [
        ("a setup of the corpus", vec![entry(SETUP)]),
        ("a story of the corpus", vec![entry(STORY)]),
        ("generated setups", generated(Token::new)),
        ("generated stories", generated(Token::story)),
    ] {
        group.throughput(Throughput::Elements(scenarios.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| scenarios.iter().filter(|scenario| judge(scenario, &Ours).outcome.passed()).count());
        });
    }
    group.finish();
}

/// The binary, where it was built beside this program.
fn binary() -> Option<PathBuf> {
    let built = std::env::current_exe().ok()?.parent()?.parent()?.join("dasdlab");
    built.is_file().then_some(built)
}

/// A question and its answer: what lies between the same setup judged here and over the pipe.
fn protocol(criterion: &mut Criterion) {
    // `cargo bench` builds no binary of another package: without it there is nothing to ask.
    let Some(binary) = binary() else { return };
    let command = SutCommand { program: binary.display().to_string(), args: vec!["implement".to_owned()] };
    let options = SutOptions { command, processes: 1, time_limit: Duration::from_secs(10), restarts: 0, retries: false };
    let Ok(sut) = Sut::start(options) else { return };
    let (setup, story) = (entry(SETUP), entry(STORY));
    let mut group = criterion.benchmark_group("protocol");
    for (name, scenario) in [("a setup over a pipe", &setup), ("a story over a pipe", &story)] {
        let bench = Bench { sut: Some(&sut), ..Bench::new(&Ours) };
        group.bench_function(name, |bencher| bencher.iter(|| bench.judge(scenario).outcome.passed()));
    }
    group.finish();
}

criterion_group!(
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = generation, judging, protocol
);
criterion_main!(benches);
