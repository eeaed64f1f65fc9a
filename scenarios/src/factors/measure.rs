//! What a finished site says about the factors, read from the site itself.

use dasdlab_model::declare::declare;
use dasdlab_model::level::{Level, LevelFamily, Scale};
use dasdlab_model::observation::{ArraySeen, BackupProfile, Device, Observation};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{CodeLevelRow, Policy};
use dasdlab_model::states::{Family, HostStatus, Method};
use dasdlab_model::unit::{Unit, VolumeId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Generations, Relation, Setting, Status, Topology, constraints, defect_code};

/// The factors of a setup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    /// All but the defects.
    pub setting: Setting,
    /// What was planted and is there; empty in a clean world.
    pub defects: Vec<String>,
}

impl Factors {
    /// The values that the factor defect has: one for each defect that is counted, and the first in a clean world.
    pub fn defect_codes(&self) -> impl Iterator<Item = usize> + '_ {
        let clean = self.defects.is_empty().then_some(0);
        clean.into_iter().chain(self.defects.iter().filter_map(|name| defect_code(name)))
    }

    /// What it has that cannot be, and why.
    #[must_use]
    pub fn impossible(&self) -> Option<String> {
        self.defect_codes().find_map(|defect| constraints::broken(&self.setting, defect))
    }
}

/// The factors of a generated setup; none where its profile has no pair, or no unit of it stands for a volume.
///
/// The defects are those that the scenario names: what was planted is known, not measured.
#[must_use]
pub fn measure(scenario: &Scenario) -> Option<Factors> {
    let seen = declare(&scenario.site).ok()?;
    let profile = seen.profile(scenario.profile.as_ref()?)?;
    Some(Factors { setting: setting(&seen, profile)?, defects: scenario.defects.clone() })
}

/// A unit of the profile that stands for a volume.
#[derive(Debug, Clone, Copy)]
struct Base {
    volume: VolumeId,
    status: HostStatus,
}

fn setting(seen: &Observation, profile: &BackupProfile) -> Option<Setting> {
    if profile.targets.is_empty() {
        return None;
    }
    let units: FxHashMap<Unit, Base> = seen
        .units
        .iter()
        .filter(|known| known.system == profile.system)
        .filter_map(|known| match known.device {
            Device::Base(volume, status) => Some((known.unit, Base { volume, status })),
            Device::Alias(_) => None,
        })
        .collect();
    let sources: Vec<Base> = profile.sources.iter().filter_map(|source| units.get(&source.unit)).copied().collect();
    let targets: Vec<Base> = profile.targets.iter().filter_map(|pair| units.get(&pair.target)).copied().collect();
    // The target of a unit that is no source forms no pair.
    let listed: FxHashSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
    let pairs = profile.targets.iter().filter(|pair| listed.contains(&pair.source));
    let pairs = pairs.filter_map(|pair| Some((units.get(&pair.source)?.volume, units.get(&pair.target)?.volume)));
    let volumes: Vec<VolumeId> = sources.iter().chain(&targets).map(|base| base.volume).collect();
    let arrays = seen.arrays.iter().filter(|array| volumes.iter().any(|volume| volume.array == array.serial));
    Some(Setting {
        method: profile.method,
        backup_type: profile.backup_type,
        generations: generations(profile.generations)?,
        topology: topology(&volumes, pairs)?,
        status: status(&sources, &targets),
        level: arrays.map(|array| relation(array, profile.method, &seen.policy)).max()?,
    })
}

const fn generations(count: u8) -> Option<Generations> {
    match count {
        0 => None,
        1 => Some(Generations::One),
        2 => Some(Generations::Two),
        3..=9 => Some(Generations::Few),
        _ => Some(Generations::Many),
    }
}

fn topology(volumes: &[VolumeId], mut pairs: impl Iterator<Item = (VolumeId, VolumeId)>) -> Option<Topology> {
    let place = |volume: VolumeId| (volume.array, volume.lss);
    let first = *volumes.first()?;
    let arrays = volumes.iter().any(|volume| volume.array != first.array);
    let across = pairs.any(|(source, target)| place(source) != place(target));
    Some(match (arrays, across) {
        (true, true) => Topology::ArraysAcross,
        (true, false) => Topology::Arrays,
        (false, true) => Topology::LssesAcross,
        (false, false) if volumes.iter().any(|&volume| place(volume) != place(first)) => Topology::Lsses,
        (false, false) => Topology::OneLss,
    })
}

fn status(sources: &[Base], targets: &[Base]) -> Status {
    let either = |status| match status {
        HostStatus::PendingOffline => Some(Status::PendingOffline),
        HostStatus::NotReady => Some(Status::NotReady),
        HostStatus::NoPath => Some(Status::NoPath),
        HostStatus::Boxed => Some(Status::Boxed),
        HostStatus::Online | HostStatus::Allocated | HostStatus::Offline => None,
    };
    let of_source = |base: &Base| match base.status {
        HostStatus::Offline => Some(Status::SourceOffline),
        other => either(other),
    };
    let of_target = |base: &Base| match base.status {
        HostStatus::Online => Some(Status::TargetOnline),
        HostStatus::Allocated => Some(Status::TargetInUse),
        other => either(other),
    };
    sources.iter().filter_map(of_source).chain(targets.iter().filter_map(of_target)).max().unwrap_or(Status::Usual)
}

fn relation(array: &ArraySeen, method: Method, policy: &Policy) -> Relation {
    let Some(level) = Level::read(array.family, &array.code_level) else { return Relation::Unreadable };
    let rows = || policy.code_levels.iter().filter(|row| row.method == method && row.family.family() == array.family);
    let family = match array.family {
        Family::Ds8000 => Some(LevelFamily::Ds8000),
        Family::Symmetrix => {
            level.components.first().and_then(|&first| u16::try_from(first).ok()).map(LevelFamily::Symmetrix)
        }
    };
    match (rows().find(|row| Some(row.family) == family), family) {
        (Some(row), _) => to_minimum(array, &level, row),
        (None, Some(family)) if rows().map(|row| row.family).max().is_some_and(|highest| family > highest) => Relation::Newer,
        _ => Relation::NoMinimum,
    }
}

fn to_minimum(array: &ArraySeen, level: &Level, row: &CodeLevelRow) -> Relation {
    let Some(minimum) = Level::read(array.family, &row.minimum).filter(|minimum| minimum.scale == level.scale) else {
        return Relation::Unreadable;
    };
    let at = |level: &Level, nth: usize| level.components.get(nth).copied().unwrap_or(0);
    // The fourth number is the last; a patch counts only behind the minimum's own level, which this order gives too.
    let numbers = if level.scale == Scale::Symmetrix { 3 } else { 4 };
    let order = (0..numbers).map(|nth| at(level, nth).cmp(&at(&minimum, nth))).find(|order| order.is_ne());
    match order {
        Some(std::cmp::Ordering::Less) => Relation::Below,
        _ if row.fixes.iter().any(|fix| !array.fixes.contains(fix)) => Relation::FixMissing,
        Some(_) => Relation::Above,
        None => Relation::Equal,
    }
}
