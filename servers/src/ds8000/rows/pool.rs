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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Which<'a> {
    Declared(&'a str),
    Server(u8),
}

fn which(volume: &VolumeSeen) -> Which<'_> {
    volume.pool.as_deref().map_or_else(|| Which::Server(server(volume.id.lss)), Which::Declared)
}

/// The number in the name of a pool that is an id.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('P')?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// The pools of an array and their numbers.
pub(in crate::ds8000) struct Pools<'a>(BTreeMap<Which<'a>, u32>);

impl<'a> Pools<'a> {
    /// Numbers the pools of an array.
    #[must_use]
    pub(in crate::ds8000) fn of(view: &'a View) -> Self {
        let mut servers: BTreeMap<Which<'a>, u8> = BTreeMap::new();
        for volume in view.volumes() {
            servers.entry(which(volume)).or_insert_with(|| server(volume.id.lss));
        }
        let mut numbers = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for &pool in servers.keys() {
            if let Which::Declared(name) = pool
                && let Some(number) = number(name)
            {
                numbers.insert(pool, number);
                taken.insert(number);
            }
        }
        for (pool, server) in servers {
            if !numbers.contains_key(&pool)
                && let Some(number) = (u32::from(server)..).step_by(2).find(|number| !taken.contains(number))
            {
                numbers.insert(pool, number);
                taken.insert(number);
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
    let mut sizes: BTreeMap<u32, (Which<'_>, u64)> = numbers.iter().map(|(&pool, &number)| (number, (pool, 0))).collect();
    for volume in view.volumes() {
        if let Some((_, size)) = numbers.get(&which(volume)).and_then(|number| sizes.get_mut(number)) {
            *size += capacity(volume);
        }
    }
    let mut rows = Vec::new();
    for (number, (pool, size)) in sizes {
        let id = format!("P{number}");
        if !wanted(&id) {
            continue;
        }
        let name = match pool {
            Which::Declared(name) => name.to_owned(),
            Which::Server(_) => id.clone(),
        };
        let size = size.to_string();
        rows.push(row([
            ("link", base.link(&format!("pools/{id}"))),
            ("name", name.into()),
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
        ]));
    }
    Rows { name: "pools", fields: FIELDS, rows }
}
