//! Two hundred clients at once.
//!
//! `cargo test` lets them work for a few seconds. `DASDLAB_LOAD_SECONDS=60` says how long, and then the memory after a minute is
//! held against that after ten seconds; `DASDLAB_BINARY` says which binary, such as the one that was built for release.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use super::client::{Client, Served, kept, site};
use super::common::say;

const CLIENTS: usize = 200;

/// How long they work where nobody says.
const SECONDS: u64 = 3;

/// When memory is looked at first.
const WARM: Duration = Duration::from_secs(10);

/// The most memory that may be added from then on, in KiB.
const MAX_GROWTH: u64 = 64 << 10;

#[test]
fn every_order_of_two_hundred_clients_is_kept_once_and_the_journal_alone_makes_the_same_world() {
    let seconds = std::env::var("DASDLAB_LOAD_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (site, state) = (site(folder.path(), CLIENTS), folder.path().join("state"));
    let (site, state_arg) = (site.to_str().unwrap(), state.to_str().unwrap());
    let served = Served::start(folder.path(), &[site, "--state", state_arg, "--speed", "1000x", "--write", "lived.toml"]);
    let (address, token) = (served.array(), Client::log_in(&served.array()).unwrap());
    let (began, length) = (Instant::now(), Duration::from_secs(seconds));
    let (acknowledged, memory) = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|pair| {
                let (address, token) = (&address, &token);
                scope.spawn(move || {
                    let mut client = Client::connect(address, token).unwrap();
                    let mut orders = Vec::new();
                    while began.elapsed() < length {
                        let establish = orders.len().is_multiple_of(2);
                        client.order(pair, establish).unwrap();
                        orders.push(establish);
                        let (status, _) = client.ask("GET", &format!("/api/v1/volumes/11{pair:02X}/flashcopy"), "").unwrap();
                        assert_eq!(status, 200);
                    }
                    (pair, orders)
                })
            })
            .collect();
        let mut memory = Vec::new();
        for at in [WARM, length] {
            if at <= length {
                std::thread::sleep(at.saturating_sub(began.elapsed()));
                memory.push(served.resident());
            }
        }
        let acknowledged: BTreeMap<usize, Vec<bool>> = clients.into_iter().map(|client| client.join().unwrap()).collect();
        (acknowledged, memory)
    });
    assert_eq!(served.terminate(), Some(143));

    let orders: usize = acknowledged.values().map(Vec::len).sum();
    eprintln!("{orders} orders of {CLIENTS} clients in {seconds} s; memory in KiB: {memory:?}");
    assert!(acknowledged.values().all(|orders| !orders.is_empty()), "a client never had its turn");
    assert_eq!(kept(&state), acknowledged);
    if let [warm, end] = memory[..] {
        assert!(end <= warm + MAX_GROWTH, "memory grew from {warm} to {end} KiB");
    }
    let said = say(folder.path(), &["serve", "--state", state_arg, "--replay", "--write", "replayed.toml"]);
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("lived.toml") == read("replayed.toml"), "the journal alone makes another world");
}
