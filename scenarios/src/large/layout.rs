//! Which volume is where: arrays, addresses, systems, units and labels of a large site, by arithmetic alone.
//!
//! Sources are numbered through the site. A *block* holds some sources in a row and behind them their targets,
//! generation after generation: an LSS, or a whole array where pairs may lie that far apart.

use std::ops::Range;

use dasdlab_model::states::{LssScope, Method};
use dasdlab_model::unit::{Lss, Unit, UnitAddress};

use super::LargeOptions;
use super::names::{LABELS_A_LETTER, LETTERS};

/// The most volumes of an array.
pub(super) const ARRAY_VOLUMES: u32 = Lss::COUNT * UnitAddress::COUNT;
/// The most arrays: each LSS needs a control-unit SSID of its own.
const ARRAYS: u32 = 256;
/// The most profiles: names and IMS SSIDs are numbered with three digits.
const PROFILES: u32 = 1_000;
/// The most systems.
const SYSTEMS: u32 = 100;
/// The most generations of a profile.
const GENERATIONS: u8 = 99;
/// The most generations that pass the limit of relations of a FlashCopy source.
const FLASHCOPY_GENERATIONS: u8 = 12;
/// The fewest sources of a profile: databases and logs lie apart.
const LEAST_SOURCES: u32 = 2;
/// The units of a system.
const UNITS: u32 = Unit::MAX + 1;

/// The plan of a large site.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    arrays: u32,
    profiles: u32,
    systems: u32,
    /// Generations of each profile.
    pub(super) generations: u32,
    /// Sources of all profiles.
    pub(super) sources: u32,
    /// Volumes outside of every profile.
    pub(super) outside: u32,
    /// The most sources of a block.
    block: u32,
    /// How many addresses lie between the starts of two blocks of an array.
    stride: u32,
    /// The array on which the volumes outside lie, and the address of the first.
    pub(super) outside_at: (u32, u32),
}

/// Volumes in a row: addresses, units, labels and sources all count up together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// The array.
    pub(super) array: u32,
    /// Address of the first on its array: LSS id times 256 plus unit address.
    pub(super) address: u32,
    /// How many.
    pub(super) count: u32,
    /// 0 for sources, else the generation of these targets.
    pub(super) generation: u32,
    /// Number of the first source, or of the source of the first target.
    pub(super) source: u32,
    /// The system that has units for them.
    pub(super) system: u32,
    /// Unit of the first.
    pub(super) unit: u32,
    /// Label of the first, as a number.
    pub(super) label: u32,
    /// Address of the first source, or of the source of the first target.
    pub(super) source_address: u32,
}

impl Run {
    /// `count` volumes of this run from number `from` on.
    pub(super) fn part(self, from: u32, count: u32) -> Self {
        Self {
            address: self.address + from,
            count,
            source: self.source + from,
            unit: self.unit + from,
            label: self.label + from,
            source_address: self.source_address + from,
            ..self
        }
    }
}

/// The `index`th of `parts` nearly equal parts of `total` things.
fn part(total: u32, parts: u32, index: u32) -> Range<u32> {
    let bound = |index: u32| u32::try_from(u64::from(total) * u64::from(index) / u64::from(parts.max(1))).unwrap_or(total);
    bound(index)..bound(index + 1)
}

impl Layout {
    pub(super) fn new(options: &LargeOptions) -> Result<Self, String> {
        within("arrays", options.arrays, 1, ARRAYS)?;
        within("profiles", options.profiles, 1, PROFILES)?;
        within("systems", options.systems, 1, SYSTEMS.min(options.profiles))?;
        let most = if options.method == Method::FlashCopy { FLASHCOPY_GENERATIONS } else { GENERATIONS };
        within("generations", options.generations.into(), 1, most.into())?;
        let sides = u32::from(options.generations) + 1;
        let least = options.profiles * LEAST_SOURCES * sides + 1;
        within("volumes", options.volumes, least, (options.arrays * ARRAY_VOLUMES).min(LETTERS * LABELS_A_LETTER))?;

        let sources = (options.volumes - 1) / sides;
        let (block, stride) = match options.lss_scope {
            LssScope::SameLss => (UnitAddress::COUNT / sides, UnitAddress::COUNT),
            LssScope::SameArray => (ARRAY_VOLUMES / sides, ARRAY_VOLUMES),
        };
        let mut layout = Self {
            arrays: options.arrays,
            profiles: options.profiles,
            systems: options.systems,
            generations: options.generations.into(),
            sources,
            outside: options.volumes - sources * sides,
            block,
            stride,
            outside_at: (0, 0),
        };
        for system in 0..layout.systems {
            let units = layout.of_system(system).len() as u64 * u64::from(sides);
            if units > u64::from(UNITS) {
                return Err(format!(
                    "{units} units on one system: it has no more than {UNITS}; expected more systems or fewer volumes"
                ));
            }
        }
        let ends: Vec<u32> = (0..layout.arrays).map(|array| layout.end(array)).collect();
        let fits = ends.iter().all(|&end| end <= ARRAY_VOLUMES);
        let room = (0..layout.arrays).zip(ends).rfind(|&(_, end)| fits && end + layout.outside <= ARRAY_VOLUMES);
        layout.outside_at = room.ok_or_else(|| {
            let most = layout.arrays * (ARRAY_VOLUMES / stride) * block * sides;
            format!(
                "{} volumes on {} arrays: with {} generations they hold no more than {most}; expected more arrays or fewer volumes",
                options.volumes, options.arrays, options.generations
            )
        })?;
        Ok(layout)
    }

    /// The address behind the last volume of an array that belongs to a profile.
    fn end(&self, array: u32) -> u32 {
        let sources = part(self.sources, self.arrays, array).len() as u32;
        let (full, rest) = (sources / self.block, sources % self.block);
        if rest > 0 {
            full * self.stride + rest * (self.generations + 1)
        } else {
            full.saturating_sub(1) * self.stride + self.block.min(sources) * (self.generations + 1)
        }
    }

    /// How many logical subsystems an array has.
    pub(super) fn subsystems(&self, array: u32) -> u32 {
        let end = if array == self.outside_at.0 { self.outside_at.1 + self.outside } else { self.end(array) };
        end.div_ceil(UnitAddress::COUNT).max(1)
    }

    /// The profiles of a system.
    fn profiles_of(&self, system: u32) -> Range<u32> {
        part(self.profiles, self.systems, system)
    }

    /// The sources of a profile.
    pub(super) fn of_profile(&self, profile: u32) -> Range<u32> {
        part(self.sources, self.profiles, profile)
    }

    /// The sources of a system.
    fn of_system(&self, system: u32) -> Range<u32> {
        let profiles = self.profiles_of(system);
        self.of_profile(profiles.start).start..self.of_profile(profiles.end.saturating_sub(1)).end
    }

    /// The system of a profile.
    pub(super) fn system_of(&self, profile: u32) -> u32 {
        (0..self.systems).find(|&system| self.profiles_of(system).contains(&profile)).unwrap_or_default()
    }

    /// The unit of a source, or of its target in a generation, on its system.
    pub(super) fn unit(&self, system: u32, source: u32, generation: u32) -> u32 {
        let sources = self.of_system(system);
        sources.len() as u32 * generation + (source - sources.start)
    }

    /// The unit of a volume outside on the first system, if any is left for it.
    pub(super) fn outside_unit(&self) -> Option<Unit> {
        let first = self.of_system(0).len() as u32 * (self.generations + 1);
        Unit::new(first).filter(|unit| unit.plus(self.outside - 1).is_some())
    }

    /// The label, as a number, of a source or of its target in a generation.
    pub(super) fn label(&self, source: u32, generation: u32) -> u32 {
        generation * self.sources + source
    }

    /// The volumes outside of every profile, in rows that are one range each. They have units only where
    /// [`outside_unit`](Self::outside_unit) says so.
    pub(super) fn outside_runs(&self) -> impl Iterator<Item = Run> {
        let (array, address) = self.outside_at;
        let outside = Run {
            array,
            address,
            count: self.outside,
            generation: 0,
            source: 0,
            system: 0,
            unit: self.outside_unit().map_or(0, Unit::number),
            label: self.outside_label(),
            source_address: address,
        };
        by_letter(outside.label, outside.count).map(move |(from, count)| outside.part(from, count))
    }

    /// The label, as a number, of the first volume outside.
    pub(super) fn outside_label(&self) -> u32 {
        (self.generations + 1) * self.sources
    }

    /// All volumes of profiles, in the order of arrays and addresses, in rows that are one range each.
    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for array in 0..self.arrays {
            let sources = part(self.sources, self.arrays, array);
            for (number, start) in (0..).zip(sources.clone().step_by(self.block as usize)) {
                let count = self.block.min(sources.end - start);
                for generation in 0..=self.generations {
                    let first = number * self.stride;
                    self.cut(array, (first, first + generation * count), generation, start..start + count, &mut runs);
                }
            }
        }
        runs
    }

    /// Cuts a row where the system or the letter of the label changes. Its addresses are that of the first source and its own.
    fn cut(&self, array: u32, addresses: (u32, u32), generation: u32, sources: Range<u32>, runs: &mut Vec<Run>) {
        let (source_address, address) = addresses;
        for system in 0..self.systems {
            let of_system = self.of_system(system);
            let here = sources.start.max(of_system.start)..sources.end.min(of_system.end);
            for (source, count) in self.by_letter(here, generation) {
                runs.push(Run {
                    array,
                    address: address + (source - sources.start),
                    count,
                    generation,
                    source,
                    system,
                    unit: self.unit(system, source, generation),
                    label: self.label(source, generation),
                    source_address: source_address + (source - sources.start),
                });
            }
        }
    }

    /// Sources in a row, cut where the letter of the label changes: the first and how many.
    pub(super) fn by_letter(&self, sources: Range<u32>, generation: u32) -> impl Iterator<Item = (u32, u32)> + use<> {
        let parts = by_letter(self.label(sources.start, generation), sources.len() as u32);
        parts.map(move |(from, count)| (sources.start + from, count))
    }
}

/// Labels in a row, cut where the letter changes: the place of the first and how many.
fn by_letter(label: u32, count: u32) -> impl Iterator<Item = (u32, u32)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let (from, room) = (next, LABELS_A_LETTER - (label + next) % LABELS_A_LETTER);
        next += room.min(count - next);
        (from < next).then_some((from, next - from))
    })
}

pub(super) fn within(what: &str, number: u32, least: u32, most: u32) -> Result<(), String> {
    if (least..=most).contains(&number) { Ok(()) } else { Err(format!("{number} {what}: expected {least} to {most}")) }
}
