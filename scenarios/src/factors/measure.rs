//! What a finished site says about the factors, read from the site itself.

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

/// The factors of a generated setup and of what its site declares; none where its profile has no pair, or no unit of it
/// stands for a volume.
///
/// The defects are those that the scenario names: what was planted is known, not measured.
#[must_use]
pub fn measure(scenario: &Scenario, declared: &Observation) -> Option<Factors> {
    let profile = declared.profile(scenario.profile.as_ref()?)?;
    Some(Factors { setting: setting(declared, profile)?, defects: scenario.defects.clone() })
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
    let home = seen.units.iter().filter(|known| known.system == profile.system);
    let mut units: FxHashMap<Unit, Base> = FxHashMap::default();
    units.reserve(seen.units.len());
    units.extend(home.filter_map(|known| match known.device {
        Device::Base(volume, status) => Some((known.unit, Base { volume, status })),
        Device::Alias(_) => None,
    }));
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
        Family::Symmetrix => level.components.first().and_then(|&first| u16::try_from(first).ok()).map(LevelFamily::Symmetrix),
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

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;
    use dasdlab_model::read::{Encoding, decode};

    use super::*;

    /// A BCV profile of two sources on one subsystem, whose targets are beside them; with these edits.
    fn site(edits: &[(&str, &str)]) -> Scenario {
        let mut text = r#"
            format = 1
            profile = "P"
            [site]
            systems = [{ name = "SYSA" }]
            arrays = [
              { serial = "000290100001", family = "symmetrix", code_level = "5978.300.100", fixes = [1], lss = [{ id = "20", cu_ssid = "4420" }, { id = "21", cu_ssid = "4421" }] },
              { serial = "000290100002", family = "symmetrix", code_level = "5978.900", fixes = [1], lss = [{ id = "20", cu_ssid = "4520" }] },
            ]
            volumes = [
              { array = "000290100001", lss = "20", ua = "00", unit = "2000", status = "online", volser = "IMS001", model = "3390-9" },
              { array = "000290100001", lss = "20", ua = "01", unit = "2001", status = "allocated", volser = "IMS002", model = "3390-9" },
              { array = "000290100001", lss = "20", ua = "80", unit = "2080", status = "offline", volser = "BCV001", model = "3390-9", bcv = true },
              { array = "000290100001", lss = "20", ua = "81", unit = "2081", status = "offline", volser = "BCV002", model = "3390-9", bcv = true },
              { array = "000290100002", lss = "20", ua = "00", unit = "3000", status = "boxed", volser = "OTHER1", model = "3390-9" },
            ]
            ims = [{ ssid = "IMSP" }]
            [site.policy]
            code_levels = [{ family = "5978", method = "bcv", minimum = "5978.0300.100", fixes = [1] }]
            [[site.profiles]]
            name = "P"
            ims_ssid = "IMSP"
            type = "data"
            method = "bcv"
            generations = 1
            sources = [{ unit = "2000", volser = "IMS001" }, { unit = "2001", volser = "IMS002" }]
            targets = [{ generation = 1, source = "2000", target = "2080" }, { generation = 1, source = "2001", target = "2081" }]
        "#
        .to_owned();
        for (from, to) in edits {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        decode("site.toml", &text, Encoding::Toml).unwrap()
    }

    #[track_caller]
    fn check(edits: &[(&str, &str)], expected: &str) {
        let scenario = site(edits);
        let faults = declare(&scenario.site).err().unwrap_or_default();
        assert!(faults.is_empty(), "{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        let seen = declare(&scenario.site).unwrap();
        assert_eq!(measure(&scenario, &seen).map(|factors| factors.setting.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_usual_is_measured_as_usual() {
        check(&[], "bcv data 1 one-lss usual equal");
        check(&[("type = \"data\"", "type = \"full\"")], "bcv full 1 one-lss usual equal");
        check(&[("generations = 1\n", "generations = 2\n")], "bcv data 2 one-lss usual equal");
        check(&[("generations = 1\n", "generations = 9\n")], "bcv data 3-9 one-lss usual equal");
        check(&[("generations = 1\n", "generations = 10\n")], "bcv data 10+ one-lss usual equal");
    }

    #[test]
    fn places_are_those_of_sources_and_targets_alone() {
        let source = "lss = \"20\", ua = \"01\"";
        let target = "lss = \"20\", ua = \"81\"";
        check(&[(target, "lss = \"21\", ua = \"81\"")], "bcv data 1 lsses-across usual equal");
        let both = [(source, "lss = \"21\", ua = \"01\""), (target, "lss = \"21\", ua = \"81\"")];
        check(&both, "bcv data 1 lsses usual equal");
        let of_other = |ua: &str, to: &str| {
            (
                format!("array = \"000290100001\", lss = \"20\", ua = \"{ua}\""),
                format!("array = \"000290100002\", lss = \"20\", ua = \"{to}\""),
            )
        };
        let (source, target) = (of_other("01", "01"), of_other("81", "81"));
        check(&[(&target.0, &target.1)], "bcv data 1 arrays-across usual equal");
        check(&[(&source.0, &source.1), (&target.0, &target.1)], "bcv data 1 arrays usual equal");
        // The target of a unit that is no source forms no pair.
        let unmapped = ("source = \"2001\", target = \"2081\"", "source = \"3000\", target = \"2081\"");
        check(&[unmapped], "bcv data 1 one-lss usual equal");
    }

    #[test]
    fn the_status_that_stands_furthest_from_what_is_usual_counts() {
        let target = |status: &str| format!("unit = \"2080\", status = \"{status}\"");
        let source = |status: &str| format!("unit = \"2000\", status = \"{status}\"");
        for (status, expected) in [
            ("online", "target-online"),
            ("pending-offline", "pending-offline"),
            ("allocated", "target-in-use"),
            ("not-ready", "not-ready"),
            ("no-path", "no-path"),
            ("boxed", "boxed"),
        ] {
            check(&[(&target("offline"), &target(status))], &format!("bcv data 1 one-lss {expected} equal"));
        }
        let offline = (&*source("online"), &*source("offline"));
        check(&[offline], "bcv data 1 one-lss source-offline equal");
        check(&[offline, (&target("offline"), &target("online"))], "bcv data 1 one-lss source-offline equal");
        check(&[offline, (&target("offline"), &target("boxed"))], "bcv data 1 one-lss boxed equal");
    }

    #[test]
    fn levels_are_compared_as_numbers_and_the_worst_array_counts() {
        let level = "5978.300.100";
        for (written, expected) in [
            ("5978.0300.0100", "equal"),
            ("5978.1000", "above"),
            ("5978.300.99", "below"),
            ("5978.300", "below"),
            ("5978.299.999", "below"),
            ("5979.1", "newer"),
            ("5977.1", "no-minimum"),
            ("5978.x", "unreadable"),
            ("", "unreadable"),
        ] {
            check(&[(&format!("\"{level}\""), &format!("\"{written}\""))], &format!("bcv data 1 one-lss usual {expected}"));
        }
        check(
            &[("fixes = [1], lss = [{ id = \"20\", cu_ssid = \"4420\"", "fixes = [2], lss = [{ id = \"20\", cu_ssid = \"4420\"")],
            "bcv data 1 one-lss usual fix-missing",
        );
        check(&[("family = \"5978\"", "family = \"5977\""), ("5978.0300.100", "5977.1.1")], "bcv data 1 one-lss usual newer");
        // Beside one that passes, an array that does not.
        let moved =
            ("array = \"000290100001\", lss = \"20\", ua = \"81\"", "array = \"000290100002\", lss = \"20\", ua = \"81\"");
        check(&[moved, ("5978.900", "5978.9")], "bcv data 1 arrays-across usual below");
    }

    #[test]
    fn a_profile_without_pairs_is_not_measured() {
        let scenario = site(&[
            (", { generation = 1, source = \"2001\", target = \"2081\" }", ""),
            ("{ generation = 1, source = \"2000\", target = \"2080\" }", ""),
        ]);
        assert_eq!(measure(&scenario, &declare(&scenario.site).unwrap()), None);
    }
}
