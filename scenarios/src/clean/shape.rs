//! What kind of world is drawn, and what a defect needs of it.

use dasdlab_model::states::{BackupType, Family, LogScope, LssScope, Method, MigratedPolicy};

use crate::factors::{Generations, Relation, Status, Topology};
use crate::rng::Rng;
use crate::steer::{self, Wanted};

/// What a world must have for a defect to find a place in it.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    method: Option<Method>,
    backup_type: Option<BackupType>,
    family: Option<Family>,
    migrated: Option<MigratedPolicy>,
    lss_scope: Option<LssScope>,
    report_non_ims_data: Option<bool>,
    sources: usize,
    generations: u8,
    arrays: usize,
}

impl Needs {
    /// Nothing in particular.
    pub(crate) const ANY: Self = Self {
        method: None,
        backup_type: None,
        family: None,
        migrated: None,
        lss_scope: None,
        report_non_ims_data: None,
        sources: 1,
        generations: 1,
        arrays: 1,
    };
    /// A FlashCopy profile.
    pub(crate) const FLASHCOPY: Self = Self { method: Some(Method::FlashCopy), ..Self::ANY };
    /// A BCV profile.
    pub(crate) const BCV: Self = Self { method: Some(Method::Bcv), ..Self::ANY };
    /// A FULL profile.
    pub(crate) const FULL: Self = Self { backup_type: Some(BackupType::Full), ..Self::ANY };
    /// A DATA profile.
    pub(crate) const DATA: Self = Self { backup_type: Some(BackupType::Data), ..Self::ANY };

    /// As many sources.
    pub(crate) const fn sources(self, sources: usize) -> Self {
        Self { sources, ..self }
    }
    /// As many generations.
    pub(crate) const fn generations(self, generations: u8) -> Self {
        Self { generations, ..self }
    }
    /// As many arrays with units of the profile.
    pub(crate) const fn arrays(self, arrays: usize) -> Self {
        let sources = if self.sources < arrays { arrays } else { self.sources };
        Self { arrays, sources, ..self }
    }
    /// Arrays of this family.
    pub(crate) const fn family(self, family: Family) -> Self {
        Self { family: Some(family), ..self }
    }
    /// This policy for migrated data sets.
    pub(crate) const fn migrated(self, policy: MigratedPolicy) -> Self {
        Self { migrated: Some(policy), ..self }
    }
    /// This policy for FlashCopy pairs.
    pub(crate) const fn lss_scope(self, scope: LssScope) -> Self {
        Self { lss_scope: Some(scope), ..self }
    }
    /// Whether non-IMS data are reported.
    pub(crate) const fn report_non_ims_data(self, report: bool) -> Self {
        Self { report_non_ims_data: Some(report), ..self }
    }

    /// Whether it can be met with this method.
    #[must_use]
    pub fn allows(&self, method: Method) -> bool {
        self.method.is_none_or(|needed| needed == method) && !(method == Method::Bcv && self.family == Some(Family::Ds8000))
    }

    /// Whether a world of this shape meets it.
    pub(crate) fn met_by(&self, shape: &Shape) -> bool {
        self.allows(shape.method)
            && self.backup_type.is_none_or(|needed| needed == shape.backup_type)
            && self.family.is_none_or(|needed| needed == shape.family)
            && self.migrated.is_none_or(|needed| needed == shape.migrated)
            && self.lss_scope.is_none_or(|needed| needed == shape.lss_scope)
            && self.report_non_ims_data.is_none_or(|needed| needed == shape.report_non_ims_data)
            && self.sources <= shape.sources
            && self.generations <= shape.generations
            && self.arrays <= shape.arrays
    }
}

/// The most generations that a world has; profiles can have more, which is for the corpus.
const MOST_GENERATIONS: u8 = 8;
/// The most arrays.
const MOST_ARRAYS: usize = 4;
/// The most subsystems of an array.
const MOST_LSS: usize = 16;
/// Volumes that a subsystem gets at most, so that defects find room beside them.
const LSS_FILL: usize = 120;
/// Volumes outside the profile in the smallest world.
const LEAST_OUTSIDE: usize = 2;

/// The kind of a world.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) method: Method,
    pub(crate) backup_type: BackupType,
    pub(crate) family: Family,
    pub(crate) migrated: MigratedPolicy,
    pub(crate) lss_scope: LssScope,
    pub(crate) log_scope: LogScope,
    pub(crate) report_non_ims_data: bool,
    /// IMS systems in the profile's group.
    pub(crate) members: u32,
    pub(crate) systems: usize,
    pub(crate) sources: usize,
    pub(crate) generations: u8,
    /// Volumes that are no source and no target.
    pub(crate) outside: usize,
    /// Arrays with units of the profile.
    pub(crate) arrays: usize,
    /// Arrays without.
    pub(crate) idle_arrays: usize,
    /// Subsystems of each array.
    pub(crate) lss: usize,
    /// Whether some target is in another subsystem than its source; left to chance where nothing is said.
    pub(crate) across: Option<bool>,
    /// The host status that is wanted.
    pub(crate) status: Option<Status>,
    /// The code level that is wanted.
    pub(crate) level: Option<Relation>,
}

/// How many generations are meant. A FlashCopy source has twelve relations at most, and defects need one of them.
const fn bounds(generations: Generations, method: Method) -> (u8, u8) {
    match generations {
        Generations::One => (1, 1),
        Generations::Two => (2, 2),
        Generations::Few => (3, MOST_GENERATIONS),
        Generations::Many => (10, if matches!(method, Method::Bcv) { 12 } else { 11 }),
    }
}

/// How many sources there must be, so that what is wanted finds a place beside a defect.
fn room(wanted: &Wanted) -> usize {
    let of_topology = match wanted.topology {
        None | Some(Topology::OneLss | Topology::LssesAcross) => 1,
        Some(Topology::Lsses | Topology::Arrays | Topology::ArraysAcross) => 2,
    };
    let of_level = wanted.level.map_or(0, |level| usize::from(!steer::of_level(level).is_empty()));
    let of_status = wanted.status.map_or(0, |status| usize::from(!steer::of_status(status).is_empty()));
    of_topology + 2 * of_level + of_status
}

impl Shape {
    /// A shape that meets these needs, with what is wanted as far as they allow it.
    pub(crate) fn draw(needs: &Needs, wanted: &Wanted, rng: &mut Rng) -> Self {
        let method = needs.method.or(wanted.method).unwrap_or_else(|| match needs.family {
            Some(Family::Ds8000) => Method::FlashCopy,
            _ => rng.one([Method::FlashCopy, Method::Bcv]),
        });
        let family = needs.family.unwrap_or_else(|| match method {
            Method::Bcv => Family::Symmetrix,
            // A DS8000 has one family of levels, than which none is newer.
            Method::FlashCopy if wanted.level == Some(Relation::Newer) => Family::Symmetrix,
            Method::FlashCopy => rng.one([Family::Ds8000, Family::Ds8000, Family::Symmetrix]),
        });
        let drawn = needs.backup_type.or(wanted.backup_type);
        let backup_type = drawn.unwrap_or_else(|| rng.one([BackupType::Full, BackupType::Full, BackupType::Data]));
        let least_sources =
            needs.sources.max(if backup_type == BackupType::Full { 2 } else { 1 }) + usize::from(needs.sources > 1);
        let least_sources = least_sources.max(room(wanted));
        let drawn = volumes(rng);
        let asked = wanted.generations.map(|generations| bounds(generations, method));
        let least_generations = usize::from(asked.map_or(needs.generations, |(low, _)| low.max(needs.generations)));
        let least = least_sources * (1 + least_generations) + LEAST_OUTSIDE;
        let one_array = matches!(wanted.topology, Some(Topology::OneLss | Topology::Lsses | Topology::LssesAcross));
        let most = match wanted.topology {
            Some(Topology::OneLss) => LSS_FILL,
            _ if one_array => MOST_LSS * LSS_FILL,
            _ => usize::MAX,
        };
        let total = drawn.min(most).max(least);
        // Small numbers of generations are common, the largest that fit are reached.
        let fit = (total - LEAST_OUTSIDE) / least_sources - 1;
        let most = match asked {
            Some((_, high)) => fit.min(usize::from(high)),
            None => fit.min(usize::from(MOST_GENERATIONS)),
        };
        let most = most.max(least_generations);
        let generations = if rng.chance(1, 2) {
            least_generations + rng.index(2.min(most - least_generations + 1))
        } else {
            least_generations + rng.index(most - least_generations + 1)
        };
        let most_outside = (total - least_sources * (1 + generations)).max(LEAST_OUTSIDE);
        let outside = (LEAST_OUTSIDE + rng.index(total / 4 + 1)).min(most_outside);
        let sources = ((total - outside) / (1 + generations)).max(least_sources);
        let outside = total.saturating_sub(sources * (1 + generations)).max(LEAST_OUTSIDE);
        let least_arrays = needs.arrays.max(total.div_ceil(MOST_LSS * LSS_FILL));
        let least_arrays = if wanted.topology.is_some() && !one_array { least_arrays.max(2) } else { least_arrays };
        let most_arrays = if one_array { least_arrays } else { MOST_ARRAYS.min(sources).max(least_arrays) };
        let arrays = least_arrays + if rng.chance(1, 2) { 0 } else { rng.index(most_arrays - least_arrays + 1) };
        let idle_arrays =
            if rng.chance(1, 3) { rng.index(MOST_ARRAYS - arrays.min(MOST_ARRAYS) + 1).min(outside / 2) } else { 0 };
        let least_lss = total.div_ceil(arrays * LSS_FILL);
        let least_lss = match wanted.topology {
            None | Some(Topology::OneLss | Topology::Arrays) => least_lss,
            Some(Topology::Lsses | Topology::LssesAcross | Topology::ArraysAcross) => least_lss.max(2),
        };
        let most_lss =
            if wanted.topology == Some(Topology::OneLss) { least_lss } else { MOST_LSS.min(1 + total / 8).max(least_lss) };
        let across = match wanted.topology {
            None => None,
            Some(Topology::OneLss | Topology::Lsses | Topology::Arrays) => Some(false),
            Some(Topology::LssesAcross | Topology::ArraysAcross) => Some(true),
        };
        let lss_scope = needs.lss_scope.or((across == Some(true) && method == Method::FlashCopy).then_some(LssScope::SameArray));
        let lss = least_lss + rng.index(most_lss - least_lss + 1);
        Self {
            method,
            backup_type,
            family,
            migrated: needs
                .migrated
                .unwrap_or_else(|| rng.one([MigratedPolicy::Fail, MigratedPolicy::Recall, MigratedPolicy::Ignore])),
            lss_scope: lss_scope
                .unwrap_or_else(|| rng.one([LssScope::SameLss, LssScope::SameLss, LssScope::SameLss, LssScope::SameArray])),
            log_scope: rng.one([LogScope::Group, LogScope::Group, LogScope::Member]),
            report_non_ims_data: needs.report_non_ims_data.unwrap_or_else(|| rng.chance(7, 8)),
            members: if rng.chance(1, 2) { 1 } else { rng.range(2, 4) },
            systems: 1 + rng.index(3),
            sources,
            generations: u8::try_from(generations).unwrap_or(MOST_GENERATIONS),
            outside,
            arrays,
            idle_arrays,
            lss,
            // Where a target must not be in another subsystem, only a defect can put it there.
            across: across.filter(|&across| !across || method == Method::Bcv || lss_scope == Some(LssScope::SameArray)),
            status: wanted.status,
            level: wanted.level,
        }
    }
}

/// How many volumes a site has: log-uniform over 8 to 512, one in 200 with 1,024 to 4,096.
fn volumes(rng: &mut Rng) -> usize {
    let (octaves, first) = if rng.chance(1, 200) { (2, 1_024) } else { (6, 8) };
    let low: usize = first << rng.below(octaves);
    low + rng.index(low)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn shapes(count: u64) -> impl Iterator<Item = Shape> {
        (0..count).map(|index| Shape::draw(&Needs::ANY, &Wanted::default(), &mut Rng::new(index)))
    }

    fn total(shape: &Shape) -> usize {
        shape.sources * (1 + usize::from(shape.generations)) + shape.outside
    }

    #[test]
    fn every_kind_of_world_is_drawn() {
        let all: Vec<Shape> = shapes(4_000).collect();
        let kinds: BTreeSet<_> = all.iter().map(|shape| (shape.method, shape.backup_type, shape.family)).collect();
        assert_eq!(kinds.len(), 6, "{kinds:?}");
        let generations: BTreeSet<u8> = all.iter().map(|shape| shape.generations).collect();
        assert_eq!(generations, (1..=MOST_GENERATIONS).collect());
        let arrays: BTreeSet<usize> = all.iter().map(|shape| shape.arrays).collect();
        assert_eq!(arrays, (1..=MOST_ARRAYS).collect());
        let lss: BTreeSet<usize> = all.iter().map(|shape| shape.lss).collect();
        assert_eq!(lss, (1..=MOST_LSS).collect());
        assert!(all.iter().all(|shape| shape.arrays + shape.idle_arrays <= MOST_ARRAYS));
    }

    #[test]
    fn sizes_are_log_uniform_with_a_few_large_ones() {
        let sizes: Vec<usize> = shapes(6_000).map(|shape| total(&shape)).collect();
        assert!(sizes.iter().all(|size| (8..=4_096).contains(size)));
        let large = sizes.iter().filter(|size| **size >= 1_024).count();
        assert!((15..=50).contains(&large), "{large}");
        for octave in 3..9 {
            let count = sizes.iter().filter(|size| size.ilog2() == octave).count();
            assert!((800..1_200).contains(&count), "2^{octave}: {count}");
        }
    }

    #[track_caller]
    fn check(needs: Needs) {
        for index in 0..500 {
            let shape = Shape::draw(&needs, &Wanted::default(), &mut Rng::new(index));
            assert!(needs.met_by(&shape), "{needs:?}: {shape:?}");
        }
    }

    #[test]
    fn a_shape_meets_what_a_defect_needs() {
        check(Needs::FLASHCOPY.generations(4));
        check(Needs::FLASHCOPY.arrays(3).lss_scope(LssScope::SameLss));
        check(Needs::BCV.sources(4));
        check(Needs::DATA.migrated(MigratedPolicy::Recall));
        check(Needs::FULL.family(Family::Ds8000).report_non_ims_data(false));
    }
}
