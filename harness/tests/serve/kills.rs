//! A server that is killed at any moment: what was acknowledged is there, and nothing is half done.
//!
//! `cargo test` kills a few. `DASDLAB_KILLS=100` says how many, and then enough of them must have fallen between the receipt of
//! an order and its acknowledgement: the order is in the journal, and its client never had an answer.

use std::collections::BTreeMap;
use std::time::Duration;

use super::client::{Client, Served, kept, site};

/// How many are killed where nobody says.
const FEW: u64 = 3;

/// How many of a hundred must have fallen between receipt and acknowledgement.
const BETWEEN: u64 = 20;

const CLIENTS: usize = 8;

/// What a client knows of its pair: the orders that were acknowledged, and the one that was not.
#[derive(Debug, Clone, Default)]
struct Known {
    orders: Vec<bool>,
    unanswered: Option<bool>,
}

impl Known {
    /// Orders until the server is gone.
    fn work(&mut self, pair: usize, address: &str, token: &str) {
        let Ok(mut client) = Client::connect(address, token) else { return };
        loop {
            let establish = self.orders.len() % 2 == 0;
            self.unanswered = Some(establish);
            match client.order(pair, establish) {
                Ok(()) => self.orders.push(establish),
                Err(_) => return,
            }
        }
    }
}

#[test]
fn what_was_acknowledged_outlives_a_kill_and_nothing_is_half_done() {
    let asked: Option<u64> = std::env::var("DASDLAB_KILLS").ok().map(|count| count.parse().unwrap());
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (site, state) = (site(folder.path(), CLIENTS), folder.path().join("state"));
    let args = [site.to_str().unwrap(), "--state", state.to_str().unwrap(), "--speed", "100x"];
    let mut known: Vec<Known> = vec![Known::default(); CLIENTS];
    let (mut between, mut unanswered, mut random) = (0, 0, 88_172_645_463_325_252_u64);
    let kills = asked.unwrap_or(FEW);
    for kill in 0..=kills {
        let served = Served::start(folder.path(), &args);
        // Everything that was acknowledged, in turn; what was not acknowledged may be there, once and as a whole.
        let kept = kept(&state);
        let mut fell_between = false;
        for (pair, known) in known.iter_mut().enumerate() {
            let kept = kept.get(&pair).cloned().unwrap_or_default();
            if let Some(order) = known.unanswered.take() {
                unanswered += 1;
                if kept.len() > known.orders.len() {
                    known.orders.push(order);
                    fell_between = true;
                }
            }
            assert_eq!(kept, known.orders, "kill {kill}: pair {pair}");
        }
        between += u64::from(fell_between);
        let (address, token) = (served.array(), Client::log_in(&served.array()).unwrap());
        let (_, said) = Client::connect(&address, &token).unwrap().ask("GET", "/api/v1/cs/flashcopies", "").unwrap();
        let rows = said["data"]["flashcopies"].as_array().unwrap();
        let there: BTreeMap<usize, bool> =
            rows.iter().map(|row| (usize::from_str_radix(&row["id"].as_str().unwrap()[7..], 16).unwrap(), true)).collect();
        for (pair, known) in known.iter().enumerate() {
            let expected = known.orders.last().copied().unwrap_or(false);
            assert_eq!(there.contains_key(&pair), expected, "kill {kill}: pair {pair}: {said}");
        }
        if kill == kills {
            assert_eq!(served.terminate(), Some(143));
            break;
        }
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::scope(|scope| {
            for (pair, known) in known.iter_mut().enumerate() {
                let (address, token) = (&address, &token);
                scope.spawn(move || known.work(pair, address, token));
            }
            std::thread::sleep(Duration::from_micros(20_000 + random % 100_000));
            assert!(served.kill(), "the server was gone before it was killed");
        });
    }
    let orders: usize = known.iter().map(|known| known.orders.len()).sum();
    eprintln!(
        "{kills} kills: {orders} orders kept, {unanswered} were never answered; {between} kills fell between receipt and acknowledgement"
    );
    if asked.is_some() {
        assert!(between * 100 >= BETWEEN * kills, "only {between} of {kills} kills fell between receipt and acknowledgement");
    }
}
