//! Our side of `benches/peers/run`: `cargo run --release -p dasdlab-benches --bin peers -- FOLDER PAIRS`.
//!
//! Writes the tables for the peers and our own, a packed site, our findings, and our own times, of several the median and the
//! least: the peers' are too. What is read from files is read anew each time, and what was made of it is dropped within the time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use dasdlab_benches::counts::pieces::{FAULTY, inventories, observe, site};
use dasdlab_benches::peers::{counted, export, plant};
use dasdlab_harness::tables::{OnDisk, Workers, inventories as inventories_of};
use dasdlab_import::{Asked, ColumnMap, Inputs, Stored};
use dasdlab_model::finding::{Finding, Subject, Verdict};
use dasdlab_model::observation::{BackupProfile, Mapping, Observation};
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::Rule;
use dasdlab_model::run::Run;
use dasdlab_model::states::Method;
use dasdlab_model::tables::{Tables, pack, unpack_by};
use dasdlab_model::unit::Unit;
use dasdlab_model::write::write;
use dasdlab_validator::{Findings, Inventory};
use serde::Serialize;

/// The allocator of `dasdlab` itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Our own tables, and the site beside them.
const TABLES: [&str; 4] = ["our-volumes.csv", "our-pairs.csv", "our-data-sets.csv", "our-rest.toml"];
/// The packed site.
const PACKED: &str = "our-site.pack";

/// How often everything is measured.
const TIMES: usize = 9;

/// What the peers are told.
#[derive(Serialize)]
struct Ours {
    /// How often each reason was found.
    findings: BTreeMap<String, usize>,
    /// What is in no table.
    beside: Beside,
    /// Seconds by what was measured: the median, the least, the processor's.
    seconds: BTreeMap<&'static str, [f64; 3]>,
}

/// What is in no table, and of which there is little.
#[derive(Serialize)]
struct Beside {
    /// The system whose units the column `unit` has.
    first: String,
    /// Name, system and IMS system of each profile.
    profiles: Vec<[String; 3]>,
    /// Name of a catalog and label of one of its volumes.
    catalogs: Vec<[String; 2]>,
}

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Seconds of the processor that all threads have had; nothing where the system does not tell it.
fn processor() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    nanos.sum::<u64>() as f64 / 1e9
}

/// The median time, the least, and the time of the processor on average, which systems count in steps of milliseconds; in
/// seconds. What is done the first time only does not count.
fn measured<T>(mut work: impl FnMut() -> T) -> [f64; 3] {
    drop(black_box(work()));
    let before = processor();
    let times = (0..TIMES).map(|_| {
        let start = now();
        drop(black_box(work()));
        start.elapsed().as_secs_f64()
    });
    let mut times: Vec<f64> = times.collect();
    let processor = (processor() - before) / TIMES as f64;
    times.sort_by(f64::total_cmp);
    let of = |place: usize| times.get(place).copied().unwrap_or(f64::MAX);
    [of(times.len() / 2), of(0), processor]
}

/// Writes our own tables, the site beside them, and the packed site.
fn write_tables(seen: &Observation, folder: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let tables = dasdlab_import::export(seen);
    let rest = write(&Content::Site(Box::new(tables.rest)), Encoding::Toml).map_err(|error| error.to_string())?;
    let texts = [tables.volumes, tables.pairs, tables.data_sets, rest];
    TABLES.iter().zip(&texts).try_for_each(|(name, text)| fs::write(folder.join(name), text).map_err(said))?;
    let packed = pack(&Tables::new(seen.clone())).map_err(|error| error.to_string())?;
    fs::write(folder.join(PACKED), packed).map_err(said)
}

/// Reads our own tables.
fn read_tables(folder: &Path) -> Result<Tables, String> {
    let [volumes, pairs, data_sets, rest] = TABLES.map(|name| folder.join(name));
    let rest = fs::read_to_string(rest).map_err(|error| error.to_string())?;
    let stored = [volumes, pairs, data_sets].map(|path| OnDisk::new(&path));
    let [Some(volumes), Some(pairs), Some(data_sets)] = &stored else { return Err("a table is no file".to_owned()) };
    let rest = parse("rest.toml", rest, Encoding::Toml).map_err(|error| error.to_string())?;
    let inputs = Inputs {
        volumes: Stored { file: "volumes.csv", source: volumes },
        pairs: Stored { file: "pairs.csv", source: pairs },
        data_sets: Stored { file: "data-sets.csv", source: data_sets },
        map: &ColumnMap::default(),
        rest: Some(&rest),
        asked: &Asked::default(),
    };
    let loaded = dasdlab_import::load_stored(&inputs, &Workers).ok_or("the tables are malformed: expected our own")?;
    Ok(loaded.tables)
}

/// Reads the packed site.
fn read_packed(folder: &Path) -> Result<Tables, String> {
    let bytes = fs::read(folder.join(PACKED)).map_err(|error| error.to_string())?;
    unpack_by(&bytes, &Workers).map_err(|error| error.to_string())
}

/// Targets of units that are no sources: they form no pair, so that no row of the peers' tables names them.
fn targets_beside(profile: &BackupProfile) -> BTreeSet<Unit> {
    let sources: BTreeSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
    let (joined, beside): (Vec<&Mapping>, Vec<&Mapping>) =
        profile.targets.iter().partition(|entry| sources.contains(&entry.source));
    let joined: BTreeSet<Unit> = joined.into_iter().map(|entry| entry.target).collect();
    beside.into_iter().map(|entry| entry.target).filter(|unit| !joined.contains(unit) && !sources.contains(unit)).collect()
}

/// What we found of what the peers are asked.
fn found(seen: &Observation, verdicts: &[Verdict]) -> BTreeMap<String, usize> {
    counted(seen.profiles.iter().zip(verdicts).flat_map(|(profile, verdict)| {
        let beside = targets_beside(profile);
        let is_asked = move |found: &&Finding| match found.subjects.first() {
            Some(Subject::Unit(unit)) => !matches!(found.reason.rule(), Rule::PS06 | Rule::PS07) || !beside.contains(unit),
            _ => true,
        };
        verdict.findings.iter().filter(is_asked)
    }))
}

/// What the site beside the tables says of profiles and catalogs, of which there are few, for the peers.
fn beside(seen: &Observation) -> Beside {
    let first = seen.systems.first().map(|system| system.name.to_string()).unwrap_or_default();
    let profile = |profile: &BackupProfile| [profile.name.to_string(), profile.system.to_string(), profile.ims_ssid.to_string()];
    let labels = seen
        .catalogs
        .iter()
        .flat_map(|catalog| catalog.volumes.iter().map(|label| [catalog.name.to_string(), label.to_string()]));
    Beside { first, profiles: seen.profiles.iter().map(profile).collect(), catalogs: labels.collect() }
}

fn measure(folder: &Path, pairs: u32) -> Result<(), String> {
    let mut site = site(pairs, FAULTY, Method::FlashCopy)?;
    let before = observe(&site)?;
    plant(&mut site, &before)?;
    drop(before);
    let text = write(&Content::Site(Box::new(site.clone())), Encoding::Toml).map_err(|error| error.to_string())?;
    let seen = observe(&site)?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    export(&seen, folder)?;
    write_tables(&seen, folder)?;
    let built = inventories(&seen);
    let check =
        |all: &[Inventory]| Workers.run(all.iter().collect(), |one| one.judge_on(&Workers, Findings::default()).into_verdict());
    let verdicts = check(&built);
    for tables in [read_tables(folder)?, read_packed(folder)?] {
        if check(&inventories_of(&tables)) != verdicts {
            return Err("the tables give other findings than the site".to_owned());
        }
    }
    let findings = found(&seen, &verdicts);
    let from_text = || {
        let document = parse("site.toml", text.clone(), Encoding::Toml).map_err(|error| error.to_string())?;
        Ok::<_, String>(check(&inventories(&observe(document.site())?)))
    };
    // Who checks again and again keeps the memory of the findings.
    let mut rooms: Vec<Findings> = built.iter().map(|_| Findings::default()).collect();
    let mut judge = || {
        Workers.run(built.iter().zip(&mut rooms).collect(), |(inventory, room)| {
            *room = black_box(inventory.judge_on(&Workers, std::mem::take(room))).findings;
        });
    };
    let mut by_id = built.clone();
    let times = [
        ("pass over the columns", measured(|| built.iter().map(|one| one.scan().len()).sum::<usize>())),
        ("check of the columns, every rule, findings", measured(&mut judge)),
        (
            "rows joined with volumes by id, and check",
            measured(|| {
                Workers.run(by_id.iter_mut().collect(), |one| {
                    one.rejoin_on(&Workers);
                    one.judge_on(&Workers, Findings::default()).findings.len()
                })
            }),
        ),
        (
            "columns and check from an observation",
            measured(|| inventories(&seen).iter().map(|one| one.judge().findings.len()).sum::<usize>()),
        ),
        ("TOML to findings", measured(from_text)),
        ("CSV to findings", measured(|| Ok::<_, String>(check(&inventories_of(&read_tables(folder)?))))),
        ("packed site to findings", measured(|| Ok::<_, String>(check(&inventories_of(&read_packed(folder)?))))),
    ];
    let ours = Ours { findings, beside: beside(&seen), seconds: times.into_iter().collect() };
    let text = toml::to_string(&ours).map_err(|error| error.to_string())?;
    fs::write(folder.join("ours.toml"), text).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let measured = match arguments.as_slice() {
        // On a thread of the workers: whoever checks again and again does not wake them each time.
        [folder, pairs] => match pairs.parse() {
            Ok(pairs) => Workers.both(|| measure(Path::new(folder), pairs), || ()).0,
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
