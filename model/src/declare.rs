//! From a site in ranges to one entry for each thing, or to everything that is malformed in it.
//!
//! Malformed is what cannot be (two volumes at one address, a target in generation 3 of 2). What is merely bad (a source
//! unit that is nowhere, a code level that says nothing) is for profile setup to report and passes here.

mod addresses;
pub mod alive;
mod copies;
mod ims;
mod profiles;

use rustc_hash::FxHashMap;

pub use addresses::geometry;
pub(crate) use copies::MAX_RELATIONS;

use crate::name::{SystemName, Volser};
use crate::observation::{Observation, SystemSeen};
use crate::pattern::NamePattern;
use crate::site::Site;
use crate::states::Family;
use crate::unit::{Lss, Unit, UnitAddress, VolumeId, VolumeRef};

/// The most volumes, units, data sets, relations, sources or targets that a site may unroll to.
pub const MAX_THINGS: usize = 4_194_304;

/// The most things, labels and VTOC entries together, that a site may unroll to.
pub const MAX_TOTAL: usize = 16_777_216;

/// The most faults that are listed; there is no use in more.
pub const MAX_FAULTS: usize = 1_000;

/// One step from a document to a place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of a table.
    Field(&'static str),
    /// An element of a list, counted from 0.
    Item(usize),
}

/// Something malformed, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The way from the site to the place.
    pub path: Vec<Step>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, step) in self.path.iter().enumerate() {
            match step {
                Step::Field(name) if at == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}

/// Unrolls a site, sorted by identity and name.
///
/// # Errors
/// Everything that is malformed, in the order of the document, [`MAX_FAULTS`] at most.
pub fn declare(site: &Site) -> Result<Observation, Vec<Fault>> {
    let mut unroller = Unroller {
        site,
        seen: Observation::default(),
        faults: Vec::new(),
        systems: Vec::new(),
        at: Addresses::default(),
        total: 0,
    };
    unroller.at.taken.reserve(site.volumes.len() + site.aliases.len());
    unroller.at.units.reserve(site.volumes.len() + site.aliases.len());
    unroller.seen.volumes.reserve(site.volumes.len());
    unroller.seen.data_sets.reserve(site.data_sets.len());
    unroller.systems();
    unroller.arrays();
    unroller.volumes();
    unroller.aliases();
    unroller.flashcopy();
    unroller.mirrors();
    unroller.ims();
    unroller.catalogs();
    unroller.data_sets();
    unroller.policy();
    unroller.profiles();
    unroller.alive();
    let Unroller { mut seen, mut faults, .. } = unroller;
    if !faults.is_empty() {
        faults.truncate(MAX_FAULTS);
        return Err(faults);
    }
    seen.sort();
    Ok(seen)
}

/// What an address holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// A volume, of the BCV device class or not.
    Volume { bcv: bool },
    /// An alias.
    Alias,
    /// A volume of a range that is malformed: nothing is known of it.
    Doubtful,
}

/// Who sits where, while a site is unrolled.
#[derive(Default)]
struct Addresses {
    /// Every logical subsystem that an array declares.
    lss: FxHashMap<(crate::name::Serial, Lss), ()>,
    /// What each address holds.
    taken: FxHashMap<VolumeId, Taken>,
    /// What stands behind a unit of a system: a volume, or an alias.
    units: FxHashMap<(SystemName, Unit), Option<VolumeId>>,
    /// Families of the arrays.
    families: FxHashMap<crate::name::Serial, Family>,
}

struct Unroller<'a> {
    site: &'a Site,
    seen: Observation,
    faults: Vec<Fault>,
    systems: Vec<SystemName>,
    at: Addresses,
    /// How much has been unrolled so far, held to [`MAX_TOTAL`].
    total: usize,
}

/// The path to a field of the `index`th entry of a list of the site.
fn field(list: &'static str, index: usize, name: &'static str) -> Vec<Step> {
    vec![Step::Field(list), Step::Item(index), Step::Field(name)]
}

/// The path to the `index`th entry of a list of the site.
fn item(list: &'static str, index: usize) -> Vec<Step> {
    vec![Step::Field(list), Step::Item(index)]
}

/// `, did you mean …?` where one of the names is near.
pub(crate) fn suggest<T: ToString>(wanted: &str, known: impl IntoIterator<Item = T>) -> String {
    nearest(wanted, known).map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// The name nearest to the one given, if one is near at all.
pub fn nearest<T: ToString>(wanted: &str, known: impl IntoIterator<Item = T>) -> Option<String> {
    /// Below this likeness a suggestion would puzzle more than help.
    const NEAR: f64 = 0.6;
    /// Longer text is no misspelt name, and comparing it would only cost time.
    const LONGEST: usize = 80;
    if wanted.len() > LONGEST {
        return None;
    }
    known
        .into_iter()
        .map(|name| name.to_string())
        .map(|name| (strsim::normalized_damerau_levenshtein(&wanted.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, name)| name)
}

impl Unroller<'_> {
    fn fault(&mut self, path: Vec<Step>, message: impl Into<String>) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { path, message: message.into() });
        }
    }

    /// The first system, whose units stand in `unit` fields.
    fn home(&self) -> Option<SystemName> {
        self.systems.first().copied()
    }

    /// Whether `count` more things still fit beside those that there are, each with so many entries of its own; reports
    /// it if not.
    fn fits(&mut self, path: impl FnOnce() -> Vec<Step>, what: &str, count: u32, present: usize, entries: usize) -> bool {
        let count = count as usize;
        if count == 0 {
            self.fault(path(), "a range of 0: expected a count of 1 or more");
            return false;
        }
        let total = self.total.saturating_add(count.saturating_mul(entries.saturating_add(1)));
        if present.saturating_add(count) > MAX_THINGS {
            self.fault(path(), format!("more than {MAX_THINGS} {what} in all: expected fewer"));
            return false;
        }
        if total > MAX_TOTAL {
            self.fault(
                path(),
                format!("with these {what} the site has more than {MAX_TOTAL} things and entries in all: expected fewer"),
            );
            return false;
        }
        self.total = total;
        true
    }

    /// `, did you mean …?` where one of the names is near; only for the first faults, because each name is compared.
    fn hint<T: ToString>(&self, wanted: &str, known: impl IntoIterator<Item = T>) -> String {
        const MAX_HINTS: usize = 30;
        if self.faults.len() < MAX_HINTS { suggest(wanted, known) } else { String::new() }
    }

    /// The label of the `nth` thing of a range.
    fn label(&mut self, path: impl FnOnce() -> Vec<Step>, pattern: &NamePattern, nth: u32) -> Option<Volser> {
        let Some(text) = pattern.text(nth) else {
            self.fault(
                path(),
                format!("`{pattern}` has too few digits for the thing number {}: expected a wider counter", nth + 1),
            );
            return None;
        };
        match text.parse() {
            Ok(volser) => Some(volser),
            Err(error) => {
                self.fault(path(), format!("{error}"));
                None
            }
        }
    }

    fn systems(&mut self) {
        for (index, system) in self.site.systems.iter().enumerate() {
            if self.systems.contains(&system.name) {
                self.fault(field("systems", index, "name"), format!("system {} is declared twice", system.name));
                continue;
            }
            if let Some(level) = &system.host_software_level {
                let legal = level.split_once('.').is_some_and(|(version, release)| {
                    [version, release].iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
                });
                if !legal {
                    self.fault(
                        field("systems", index, "host_software_level"),
                        format!("`{level}` is not a level vv.rr such as 05.05"),
                    );
                }
            }
            self.systems.push(system.name);
            self.seen.systems.push(SystemSeen { name: system.name, host_software_level: system.host_software_level.clone() });
        }
    }

    /// The volume behind a reference, `steps` further on.
    fn resolve(&self, reference: VolumeRef, steps: u32) -> Result<VolumeId, String> {
        let behind = |system: SystemName, unit: Unit| {
            let unit = unit.plus(steps).ok_or_else(|| "the range runs past unit FFFFF".to_owned())?;
            match self.at.units.get(&(system, unit)) {
                Some(Some(volume)) => Ok(*volume),
                Some(None) => Err(format!("unit {unit} of {system} is an alias: expected a base unit")),
                None => Err(format!("unit {unit} of {system} is nowhere in the site")),
            }
        };
        match reference {
            VolumeRef::Unit(unit) => {
                let home = self.home().ok_or_else(|| "the site has no system, so no unit stands for a volume".to_owned())?;
                behind(home, unit)
            }
            VolumeRef::UnitOf(system, unit) => behind(system, unit),
            VolumeRef::Volume(volume) => {
                let volume = advance(volume, steps).ok_or_else(|| "the range runs past LSS FE".to_owned())?;
                match self.at.taken.get(&volume) {
                    Some(Taken::Volume { .. } | Taken::Doubtful) => Ok(volume),
                    Some(Taken::Alias) | None => Err(format!("there is no volume at {volume}")),
                }
            }
        }
    }
}

/// The address `steps` further on, LSS after LSS; none past FE/FF.
pub(crate) fn advance(volume: VolumeId, steps: u32) -> Option<VolumeId> {
    let flat = u32::from(volume.lss.id()) * UnitAddress::COUNT + u32::from(volume.ua.0);
    let flat = flat.checked_add(steps)?;
    let lss = Lss::new(u8::try_from(flat / UnitAddress::COUNT).ok()?)?;
    let ua = UnitAddress(u8::try_from(flat % UnitAddress::COUNT).ok()?);
    Some(VolumeId { array: volume.array, lss, ua })
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(wanted: &str, expected: Option<&str>) {
        assert_eq!(nearest(wanted, ["volume-coverage", "log-coverage", "code-level"]).as_deref(), expected);
    }

    #[test]
    fn a_slip_of_the_finger_is_understood_and_anything_else_is_not() {
        check("volume-covrage", Some("volume-coverage"));
        check("CODE-LEVEL", Some("code-level"));
        check("xyz", None);
        check(&"code-level".repeat(20), None);
    }
}
