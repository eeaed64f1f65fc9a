//! Whether tables are those of a site that can be, asked in one pass over each column.
//!
//! Only whether: what is wrong, and where, is said by [`declare`] of the site that [`Tables::spelled`] spells out.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Marks, NONE, Tables, VolumeRow};
use crate::declare::{MAX_THINGS, MAX_TOTAL, declare};
use crate::name::{DataSetName, Volser};
use crate::observation::{Mapping, Observation};
use crate::run::{InTurn, Run};
use crate::states::{DeviceType, Family, MAX_CYLINDERS, Storage};
use crate::undeclare;
use crate::unit::{SymmetrixDevice, Unit};

/// The most cylinders of a 3380.
const MAX_3380_CYLINDERS: u32 = 2_655;

/// Numbers that were met before.
#[derive(Default)]
pub(super) struct Met(Vec<u64>);

impl Met {
    /// Whether the number was met.
    pub(super) fn has(&self, number: u32) -> bool {
        self.0.get((number / 64) as usize).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Whether the number is new; it is met from now on.
    pub(super) fn is_new(&mut self, number: u32) -> bool {
        let (word, bit) = ((number / 64) as usize, 1_u64 << (number % 64));
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0.get_mut(word).is_some_and(|word| {
            let new = *word & bit == 0;
            *word |= bit;
            new
        })
    }
}

/// What is known of tables because of how they were read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Read {
    /// Each word of a label is one, or 0.
    pub(super) labels: bool,
    /// Each name of a data set is one.
    pub(super) names: bool,
    /// Each name of a data set is above the one before.
    pub(super) names_ascend: bool,
}

impl Tables {
    /// Whether a site declares what the tables hold.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.is_sound_beside(&Read::default())
    }

    /// The same of tables of which something is known.
    fn is_sound_beside(&self, known: &Read) -> bool {
        self.is_sound_by(known, &InTurn)
    }

    /// The same, with parts that do not depend on each other given to whoever does them.
    pub(super) fn is_sound_by(&self, known: &Read, run: &impl Run) -> bool {
        // What says nothing may name numbers without end, of which no list is made.
        let (volumes, data_sets) = run.both(|| self.volumes_are_legal(known), || self.data_sets_are_legal(known));
        let proofs: Vec<fn(&Self, &Read) -> bool> = vec![
            |tables, _| tables.volumes_are_sound(),
            |tables, _| tables.copies_are_sound(),
            |tables, known| tables.uses_are_sound() && (known.names_ascend || tables.names_are_distinct()),
            |tables, _| tables.profiles_are_sound(),
            |tables, _| tables.few_are_sound(),
        ];
        volumes && data_sets && run.run(proofs, |proof| proof(self, known)).into_iter().all(|holds| holds)
    }

    /// The same of tables of which every cell is known to say something.
    #[must_use]
    pub fn fit_together(&self) -> bool {
        Self::PROOFS.iter().all(|proof| proof(self))
    }

    /// What is asked by [`fit_together`](Self::fit_together): parts that do not depend on each other, the longest first.
    pub const PROOFS: [fn(&Self) -> bool; 5] = [
        Self::volumes_are_sound,
        Self::data_sets_are_sound,
        Self::profiles_are_sound,
        Self::copies_are_sound,
        Self::few_are_sound,
    ];

    /// Whether what is neither volume nor data set can be; sources and targets aside.
    fn few_are_sound(&self) -> bool {
        let mut few = self.heads();
        few.sort();
        let site = undeclare::site(&few);
        let has_home = match self.home {
            Some(home) => few.systems.iter().any(|system| system.name == home),
            None => self.volumes.unit.iter().all(|&unit| unit == NONE),
        };
        has_home && self.total() <= MAX_TOTAL && declare(&site).is_ok_and(|declared| declared == few)
    }

    /// What is few, profiles without their sources and targets.
    pub(super) fn heads(&self) -> Observation {
        Observation {
            systems: self.few.systems.clone(),
            arrays: self.few.arrays.clone(),
            ims: self.few.ims.clone(),
            catalogs: self.few.catalogs.clone(),
            authority: self.few.authority.clone(),
            policy: self.few.policy.clone(),
            profiles: self.few.profiles.iter().map(super::head).collect(),
            ..Observation::default()
        }
    }

    /// What a site would be said to have in all.
    fn total(&self) -> usize {
        let pages = self.few.profiles.iter().map(|profile| profile.sources.len() + profile.targets.len());
        let vtocs = self.volumes.rare().map(|(_, rare)| rare.vtoc.as_ref().map_or(0, Vec::len));
        let lists: Vec<usize> = self.data_sets.users.iter().map(Vec::len).collect();
        let users = self.data_sets.user.iter().filter_map(|&number| lists.get(number as usize));
        let beside = self.few.units.len() + self.few.relations.len() + self.few.mirrors.len();
        let volumes = self.volumes.len().saturating_mul(2).saturating_add(vtocs.sum()).saturating_add(beside);
        let sets = self.data_sets.len().saturating_add(self.data_sets.labels.len()).saturating_add(users.sum::<usize>());
        volumes.saturating_add(sets).saturating_add(pages.sum())
    }

    /// Whether every cell of the volumes says something.
    fn volumes_are_legal(&self, known: &Read) -> bool {
        let table = &self.volumes;
        let rows = table.len();
        let columns = [table.volser.len(), table.size.len(), table.unit.len(), table.marks.len()];
        let extras = [&table.device, &table.group, &table.pool];
        columns.iter().all(|&length| length == rows)
            && extras.iter().all(|column| column.len() <= rows)
            && table.device.iter().all(|&device| device == NONE || SymmetrixDevice::new(device).is_some())
            && [&table.group, &table.pool]
                .iter()
                .all(|column| column.iter().all(|&number| number == NONE || (number as usize) < table.names.len()))
            && table.rare.keys().all(|&row| (row as usize) < rows)
            && (known.labels || table.volser.iter().all(|&label| label == 0 || Volser::from_packed(label).is_some()))
            && all(&table.address, |address| ((address >> 16) as usize) < self.few.arrays.len())
            && all(&table.size, is_size)
            && each_once(&table.marks, |marks| Marks(marks).is_sound())
            && all(&table.unit, |unit| unit <= Unit::MAX || unit == NONE)
            && table
                .unit
                .iter()
                .zip(&table.marks)
                .fold(true, |all, (&unit, &marks)| all & ((unit != NONE) | Marks(marks).says_online()))
    }

    fn volumes_are_sound(&self) -> bool {
        // A logical subsystem of an array is the upper part of an address.
        let mut declared = Met::default();
        let mut bcvs = Vec::new();
        for (number, array) in (0_u32..).zip(&self.few.arrays) {
            array.lss.iter().for_each(|(lss, _)| {
                declared.is_new(number << 8 | u32::from(lss.id()));
            });
            bcvs.push(array.family == Family::Symmetrix);
        }
        let bcvs = |address: u32| bcvs.get((address >> 16) as usize).copied().unwrap_or(false);
        let at = |row: usize| self.volumes.address.get(row).copied();
        let units = self.volumes.unit.iter().copied().filter(|&unit| unit != NONE);
        self.volumes.len() <= MAX_THINGS
            && (ascend(&self.volumes.address) || are_new(self.volumes.address.iter().copied()))
            && (ascend_or_none(&self.volumes.unit) || are_new(units))
            && self.volumes.address.chunk_by(|a, b| a >> 8 == b >> 8).all(|lss| declared.has(lss.first().map_or(0, |a| a >> 8)))
            && self.volumes.address.iter().zip(&self.volumes.marks).all(|(&at, &marks)| !Marks(marks).has(Marks::BCV) || bcvs(at))
            && (0..).zip(&self.volumes.device).all(|(row, &device)| device == NONE || at(row).is_some_and(bcvs))
            && self.volumes.rare().all(|(row, rare)| {
                let bcv = self.volumes.marks.get(row as usize).is_some_and(|&marks| Marks(marks).has(Marks::BCV));
                rare.held_for.is_none() || bcv
            })
    }

    /// Whether every cell of the data sets says something.
    fn data_sets_are_legal(&self, known: &Read) -> bool {
        let table = &self.data_sets;
        let rows = table.len();
        let ends = table.label_ends.last().map_or(0, |&end| end as usize);
        [table.names.len(), table.catalog.len(), table.user.len(), table.label_ends.len()].iter().all(|&length| length == rows)
            && pairs_hold(&table.label_ends, |a, b| a <= b)
            && ends == table.labels.len()
            && if known.labels {
                all(&table.labels, |label| label != 0)
            } else {
                table.labels.iter().all(|&label| Volser::from_packed(label).is_some())
            }
            && all(&table.catalog, |number| (number as usize) < self.few.catalogs.len())
            && all(&table.user, |number| (number as usize) < table.users.len())
            && (known.names || {
                let mut before = "";
                table.names.iter().all(|name| DataSetName::is_legal_behind(name, std::mem::replace(&mut before, name)))
            })
            && each_once(&table.kind, |kind| {
                let kind = super::Kind(kind);
                kind.class().is_some() && kind.storage().is_some()
            })
    }

    fn data_sets_are_sound(&self) -> bool {
        self.uses_are_sound() && self.names_are_distinct()
    }

    /// Whether who uses data sets and where they are fits their classes.
    fn uses_are_sound(&self) -> bool {
        let known: FxHashSet<_> = self.few.ims.iter().map(|ims| ims.ssid).collect();
        let users_are_sound = self.data_sets.users.iter().all(|list| {
            let mut sorted = list.clone();
            sorted.sort_unstable();
            sorted.windows(2).all(|pair| matches!(pair, [a, b] if a != b)) && list.iter().all(|ssid| known.contains(ssid))
        });
        self.data_sets.len() <= MAX_THINGS && users_are_sound && self.kinds_are_sound()
    }

    fn kinds_are_sound(&self) -> bool {
        let table = &self.data_sets;
        let unused: Vec<bool> = table.users.iter().map(Vec::is_empty).collect();
        let mut start = 0;
        // What was asked of the data set before; neighbours are alike.
        let (mut before, mut is_on_disk) = (None, false);
        table.kind.iter().zip(&table.user).zip(&table.label_ends).all(|((&kind, &user), &end)| {
            if before != Some((kind, user)) {
                let kind = super::Kind(kind);
                let unused = unused.get(user as usize).copied().unwrap_or(true);
                if kind.class().is_none_or(|class| class.names_ims() == unused) {
                    return false;
                }
                is_on_disk = kind.storage() == Some(Storage::Disk);
            }
            before = Some((kind, user));
            let labels = end as usize - start;
            let begin = std::mem::replace(&mut start, end as usize);
            (labels == 0 || is_on_disk) && (labels < 2 || are_distinct(table.labels.get(begin..end as usize).unwrap_or_default()))
        })
    }

    fn names_are_distinct(&self) -> bool {
        let names = &self.data_sets.names;
        // Exports come sorted more often than not.
        let ascending = names.iter().zip(names.iter().skip(1)).all(|(a, b)| a < b);
        if ascending {
            return true;
        }
        let mut hashes: Vec<u64> = names.iter().map(|name| xxhash_rust::xxh3::xxh3_64(name.as_bytes())).collect();
        hashes.sort_unstable();
        if hashes.windows(2).all(|pair| matches!(pair, [a, b] if a != b)) {
            return true;
        }
        let mut met = FxHashSet::default();
        names.iter().all(|name| met.insert(name))
    }

    fn profiles_are_sound(&self) -> bool {
        self.few.profiles.iter().all(|profile| {
            // A target after the other is of one generation more often than not, and of a source above.
            let mut mapped: FxHashMap<u8, Mapped<'_>> = FxHashMap::default();
            let alike = |a: &Mapping, b: &Mapping| a.generation == b.generation;
            profile.sources.len() <= MAX_THINGS
                && profile.targets.len() <= MAX_THINGS
                && are_new(profile.sources.iter().map(|source| source.unit.number()))
                && profile.targets.chunk_by(alike).all(|targets| {
                    let Some(generation) = targets.first().map(|entry| entry.generation) else { return true };
                    (1..=profile.generations).contains(&generation) && mapped.entry(generation).or_default().are_new(targets)
                })
        })
    }
}

/// Sources that have targets in a generation.
#[derive(Default)]
struct Mapped<'a> {
    /// A number above all of them, as long as they ascend.
    above: u32,
    ascending: Vec<&'a [Mapping]>,
    /// All of them, since they do not.
    met: Option<Met>,
}

impl<'a> Mapped<'a> {
    /// Whether no source of these targets stands twice, or stood before.
    fn are_new(&mut self, targets: &'a [Mapping]) -> bool {
        if self.met.is_none() {
            let mut above = self.above;
            let ascend = targets.iter().all(|entry| {
                let number = entry.source.number();
                std::mem::replace(&mut above, number + 1) <= number
            });
            if ascend {
                self.above = above;
                self.ascending.push(targets);
                return true;
            }
            let mut met = Met::default();
            self.ascending.iter().copied().flatten().for_each(|entry| {
                met.is_new(entry.source.number());
            });
            self.met = Some(met);
        }
        self.met.as_mut().is_some_and(|met| targets.iter().all(|entry| met.is_new(entry.source.number())))
    }
}

/// Whether all entries are as they should be. None is skipped, so that many are asked at once.
fn all<T: Copy>(column: &[T], holds: impl Fn(T) -> bool) -> bool {
    column.iter().fold(true, |all, &entry| all & holds(entry))
}

/// Entries that are asked at once.
const MANY: usize = 64;

/// Whether each entry and the next are as they should be. Many are asked at once.
fn pairs_hold(column: &[u32], holds: impl Fn(u32, u32) -> bool) -> bool {
    let behind = column.get(1..).unwrap_or_default();
    let hold = |(some, behind): (&[u32], &[u32])| some.iter().zip(behind).fold(true, |all, (&a, &b)| all & holds(a, b));
    column.chunks(MANY).zip(behind.chunks(MANY)).all(hold)
}

/// Whether each number is above the one before.
pub(super) fn ascend(column: &[u32]) -> bool {
    pairs_hold(column, |a, b| a < b)
}

/// The same of the numbers that are not [`NONE`].
fn ascend_or_none(column: &[u32]) -> bool {
    let mut above = 0;
    column.chunks(MANY).all(|some| {
        let (first, last) = (some.first().copied().unwrap_or(NONE), some.last().copied().unwrap_or(NONE));
        if first != NONE && first >= above && last < NONE && ascend(some) {
            above = last + 1;
            return true;
        }
        some.iter().filter(|&&number| number != NONE).all(|&number| std::mem::replace(&mut above, number + 1) <= number)
    })
}

/// Whether all entries are as they should be, of which neighbours are alike.
fn each_once<T: Copy + PartialEq>(column: &[T], holds: impl Fn(T) -> bool) -> bool {
    let mut before = None;
    column.chunks(MANY).all(|some| {
        let is_known = |known: T| some.iter().fold(true, |all, &entry| all & (entry == known));
        before.is_some_and(is_known)
            || some.iter().all(|&entry| {
                before == Some(entry) || {
                    before = Some(entry);
                    holds(entry)
                }
            })
    })
}

/// Whether device type and cylinders can be.
fn is_size(size: u32) -> bool {
    let volume = VolumeRow { size, ..VolumeRow::default() };
    let most = if volume.device_type() == DeviceType::T3380 { MAX_3380_CYLINDERS } else { MAX_CYLINDERS };
    // None wraps and is too many.
    volume.cylinders().wrapping_sub(1) < most
}

/// Whether no number stands twice.
fn are_new(numbers: impl Iterator<Item = u32> + Clone) -> bool {
    // They ascend more often than not.
    let mut above = 0;
    let ascending = numbers.clone().all(|number| std::mem::replace(&mut above, u64::from(number) + 1) <= u64::from(number));
    ascending || {
        let mut met = Met::default();
        numbers.into_iter().all(|number| met.is_new(number))
    }
}

/// Whether no label stands twice among few.
fn are_distinct(labels: &[u64]) -> bool {
    match labels {
        [] | [_] => true,
        [a, b] => a != b,
        _ => {
            let mut sorted = labels.to_vec();
            sorted.sort_unstable();
            sorted.windows(2).all(|pair| matches!(pair, [a, b] if a != b))
        }
    }
}
