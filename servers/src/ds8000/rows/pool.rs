//! Extent pools. A site names them freely and an array numbers them, those of server 0 evenly: a name such as `P4` is the id
//! itself, every other name is given the first free number of the server of its first volume, in the order of names. Volumes
//! of which no pool is declared are in one of their own for each server.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::observation::VolumeSeen;
use serde_json::json;

use super::{Base, capacity, row, server};
use crate::ds8000::envelope::Rows;
use crate::ds8000::view::View;

const FIELDS: &[&str] = &[
    "id",
    "link",
    "name",
    "node",
    "stgtype",
    "cap",
    "capalloc",
    "capavail",
    "overprovisioned",
    "real_capacity_allocated_on_ese",
    "virtual_capacity_allocated_on_ese",
    "easytier",
    "tieralloc",
    "threshold",
    "eserep",
    "tserep",
    "volumes",
];

/// Which pool a volume is in: one that is declared, or that of the server of its logical subsystem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Which {
    Declared(String),
    Server(u8),
}

fn which(volume: &VolumeSeen) -> Which {
    volume.pool.clone().map_or_else(|| Which::Server(server(volume.id.lss)), Which::Declared)
}

/// The number in the name of a pool that is an id.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('P')?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// The pools of an array and their numbers.
pub(in crate::ds8000) struct Pools(BTreeMap<Which, u32>);

impl Pools {
    /// Numbers the pools of an array.
    #[must_use]
    pub(in crate::ds8000) fn of(view: &View) -> Self {
        let mut servers: BTreeMap<Which, u8> = BTreeMap::new();
        for volume in view.volumes() {
            servers.entry(which(volume)).or_insert_with(|| server(volume.id.lss));
        }
        let mut numbers = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for pool in servers.keys() {
            if let Which::Declared(name) = pool
                && let Some(number) = number(name)
            {
                numbers.insert(pool.clone(), number);
                taken.insert(number);
            }
        }
        for (pool, server) in servers {
            if !numbers.contains_key(&pool)
                && let Some(number) = (u32::from(server)..).step_by(2).find(|number| !taken.contains(number))
            {
                taken.insert(number);
                numbers.insert(pool, number);
            }
        }
        Self(numbers)
    }

    /// The id of the pool of a volume.
    #[must_use]
    pub(in crate::ds8000) fn id_of(&self, volume: &VolumeSeen) -> Option<String> {
        self.0.get(&which(volume)).map(|number| format!("P{number}"))
    }
}

/// A row for each pool that is wanted, by its id. All of a pool is allocated: a site knows of no other extents.
pub(in crate::ds8000) fn pools(view: &View, base: &Base, wanted: impl Fn(&str) -> bool) -> Rows {
    let Pools(numbers) = Pools::of(view);
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    for volume in view.volumes() {
        if let Some(&number) = numbers.get(&which(volume)) {
            *sizes.entry(number).or_default() += capacity(volume);
        }
    }
    let mut things: Vec<(u32, String, u64)> = Vec::new();
    for (pool, number) in numbers {
        let id = format!("P{number}");
        if wanted(&id) {
            let name = match pool {
                Which::Declared(name) => name,
                Which::Server(_) => id,
            };
            things.push((number, name, sizes.get(&number).copied().unwrap_or(0)));
        }
    }
    things.sort_unstable();
    let base = base.clone();
    Rows::each("pools", FIELDS, things, move |(number, name, size)| {
        let (id, size) = (format!("P{number}"), size.to_string());
        row([
            ("link", base.link(&format!("pools/{id}"))),
            ("name", name.as_str().into()),
            ("node", (number % 2).to_string().into()),
            ("stgtype", "ckd".into()),
            ("cap", size.as_str().into()),
            ("capalloc", size.into()),
            ("capavail", "0".into()),
            ("overprovisioned", "".into()),
            ("real_capacity_allocated_on_ese", "0".into()),
            ("virtual_capacity_allocated_on_ese", "0".into()),
            ("easytier", "none".into()),
            ("tieralloc", json!([])),
            ("threshold", "0".into()),
            ("eserep", "".into()),
            ("tserep", "".into()),
            ("volumes", base.at(&format!("pools/{id}/volumes"))),
            ("id", id.into()),
        ])
    })
}
