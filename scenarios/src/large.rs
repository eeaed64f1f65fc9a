//! Large sites for measuring: many arrays, many profiles, up to millions of volumes, written in ranges or in tables.
//!
//! Without faulty volumes a site is clean: no profile of it has a finding. Each profile backs up an IMS system of its
//! own: the first part of its sources holds databases and their catalog, the rest logs, RECONs and their catalog. The
//! product's own data and other systems' data lie on volumes outside. A faulty volume leaves its range and stands alone.

mod contents;
mod drawn;
mod faults;
mod layout;
mod names;
mod profiles;
mod volumes;

use dasdlab_model::site::{FORMAT, Policy, Site, System};
use dasdlab_model::states::{LssScope, Method};
use dasdlab_model::tables::Tables;
use dasdlab_model::unit::Unit;

pub use drawn::Drawer;

use faults::Faults;
use layout::Layout;

/// What a large site is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LargeOptions {
    /// Arrays over which the volumes are spread evenly.
    pub arrays: u32,
    /// Volumes in all: sources, their targets, and at least one outside of every profile.
    pub volumes: u32,
    /// Profiles over which the sources are spread evenly.
    pub profiles: u32,
    /// Systems over which the profiles are spread evenly. One system has no more than 1,048,576 units.
    pub systems: u32,
    /// Generations of each profile.
    pub generations: u8,
    /// How many volumes in a million are faulty.
    pub faulty: u32,
    /// What the choice of faulty volumes and of their faults depends on.
    pub seed: u64,
    /// The method of each profile; FlashCopy is done by DS8000s, BCVs are of Symmetrix arrays.
    pub method: Method,
    /// How far apart the two volumes of a pair are. Pairs within one LSS need two ranges for each LSS; pairs within one
    /// array need two ranges for each array.
    pub lss_scope: LssScope,
    /// Whether each pair was copied before: FlashCopy relations that are complete, mirror pairs that are split.
    pub copied: bool,
}

impl Default for LargeOptions {
    fn default() -> Self {
        Self {
            arrays: 16,
            volumes: 1_000_000,
            profiles: 40,
            systems: 1,
            generations: 1,
            faulty: 0,
            seed: 0,
            method: Method::FlashCopy,
            lss_scope: LssScope::SameLss,
            copied: false,
        }
    }
}

impl LargeOptions {
    /// One profile with so many pairs in one generation, on as few arrays and systems as hold them. A profile is of one
    /// system, so beyond 524,288 pairs there are several profiles, each on a system of its own.
    #[must_use]
    pub fn pairs(pairs: u32) -> Self {
        let systems = pairs.saturating_mul(2).div_ceil(Unit::MAX + 1).max(1);
        let volumes = pairs.saturating_mul(2).saturating_add(1);
        let arrays = volumes.div_ceil(layout::ARRAY_VOLUMES).max(1);
        Self { arrays, volumes, profiles: systems, systems, ..Self::default() }
    }
}

/// The site that the options describe; the same options always give the same site.
///
/// # Errors
/// Which number does not fit, and what would.
pub fn site(options: &LargeOptions) -> Result<Site, String> {
    let layout = Layout::new(options)?;
    let mut faults = Faults::new(options)?;
    let mut site = Site {
        format: FORMAT,
        description: format!(
            "{} volumes on {} arrays, {} profiles, {} in a million faulty, seed {}",
            options.volumes, options.arrays, options.profiles, options.faulty, options.seed
        ),
        policy: Policy { lss_scope: options.lss_scope, ..Policy::default() },
        ..Site::default()
    };
    for system in 0..options.systems {
        site.systems.push(System { name: names::system(system)?, host_software_level: None });
    }
    volumes::write(options, &layout, &mut faults, &mut site)?;
    profiles::write(options, &layout, &faults, &mut site)?;
    Ok(site)
}

/// The tables of [`site`], without its ranges in between.
///
/// # Errors
/// Which number does not fit, and what would.
pub fn tables(options: &LargeOptions) -> Result<Tables, String> {
    let mut drawer = Drawer::default();
    drawer.draw(options)?;
    Ok(drawer.into_tables())
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;
    use dasdlab_model::observation::Observation;

    use super::*;

    #[track_caller]
    fn check(options: &LargeOptions) -> (Site, Observation) {
        let site = site(options).unwrap();
        assert_eq!(super::site(options).unwrap(), site);
        let observation = declare(&site).unwrap_or_else(|faults| panic!("{} faults, first {}", faults.len(), faults[0]));
        assert_eq!(observation.volumes.len(), options.volumes as usize);
        assert_eq!(observation.profiles.len(), options.profiles as usize);
        assert_eq!(observation.arrays.len(), options.arrays as usize);
        (site, observation)
    }

    fn small() -> LargeOptions {
        LargeOptions { arrays: 3, volumes: 5_000, profiles: 7, ..LargeOptions::default() }
    }

    #[test]
    fn large_sites_are_well_formed_whatever_the_options() {
        for method in [Method::FlashCopy, Method::Bcv] {
            for lss_scope in [LssScope::SameLss, LssScope::SameArray] {
                for (generations, systems, copied) in [(1, 1, false), (2, 3, true), (7, 2, false), (12, 7, true)] {
                    for faulty in [0, 10_000, 500_000, 1_000_000] {
                        check(&LargeOptions { method, lss_scope, generations, systems, copied, faulty, seed: 5, ..small() });
                    }
                }
            }
        }
        check(&LargeOptions { method: Method::Bcv, generations: 99, profiles: 2, volumes: 60_000, ..small() });
    }

    #[test]
    fn every_source_has_its_targets_in_its_own_subsystem() {
        let (_, seen) = check(&LargeOptions { generations: 3, systems: 2, ..small() });
        let at: std::collections::BTreeMap<_, _> =
            seen.units.iter().map(|unit| ((unit.system, unit.unit), unit.device)).collect();
        let mut pairs = 0;
        for profile in &seen.profiles {
            assert_eq!(profile.targets.len(), profile.sources.len() * 3);
            for mapping in &profile.targets {
                let place = |unit| match at[&(profile.system, unit)] {
                    dasdlab_model::observation::Device::Base(volume, _) => (volume.array, volume.lss),
                    other => panic!("{other:?}"),
                };
                assert_eq!(place(mapping.source), place(mapping.target));
                pairs += 1;
            }
        }
        assert_eq!(pairs, (5_000 - 1) / 4 * 3);
    }

    #[test]
    fn arrays_can_be_filled_to_the_last_address() {
        for lss_scope in [LssScope::SameLss, LssScope::SameArray] {
            let options = LargeOptions { arrays: 2, volumes: 130_560, profiles: 3, lss_scope, ..small() };
            let (_, seen) = check(&options);
            assert_eq!(seen.profiles.iter().map(|profile| profile.targets.len()).sum::<usize>(), 65_279);
        }
    }

    #[test]
    fn ranges_keep_a_site_short() {
        let (site, _) =
            check(&LargeOptions { arrays: 1, volumes: 65_280, profiles: 1, lss_scope: LssScope::SameArray, ..small() });
        assert_eq!((site.volumes.len(), site.data_sets.len()), (3, 8));
        let (site, _) = check(&LargeOptions { arrays: 1, volumes: 65_280, profiles: 1, faulty: 10_000, ..small() });
        assert!((1_500..2_500).contains(&site.volumes.len()), "{}", site.volumes.len());
    }

    #[test]
    fn a_million_pairs_take_two_systems() {
        let options = LargeOptions::pairs(1_048_576);
        assert_eq!((options.systems, options.profiles, options.arrays, options.volumes), (2, 2, 33, 2_097_153));
        let site = site(&options).unwrap();
        let pairs = |profile: &dasdlab_model::site::Profile| profile.targets.iter().map(|range| range.count).sum::<u32>();
        assert_eq!(site.profiles.iter().map(pairs).collect::<Vec<_>>(), [524_288, 524_288]);
        check(&LargeOptions::pairs(1_024));
    }

    #[track_caller]
    fn refused(options: LargeOptions, message: &str) {
        assert_eq!(site(&options).unwrap_err(), message);
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused_with_what_would() {
        refused(LargeOptions { arrays: 0, ..small() }, "0 arrays: expected 1 to 256");
        refused(LargeOptions { volumes: 28, ..small() }, "28 volumes: expected 29 to 195840");
        refused(LargeOptions { generations: 13, ..small() }, "13 generations: expected 1 to 12");
        refused(LargeOptions { systems: 8, ..small() }, "8 systems: expected 1 to 7");
        refused(
            LargeOptions { generations: 2, volumes: 195_840, ..small() },
            "195840 volumes on 3 arrays: with 2 generations they hold no more than 195075; expected more arrays or fewer volumes",
        );
        refused(
            LargeOptions { arrays: 17, volumes: 1_100_000, ..small() },
            "1099998 units on one system: it has no more than 1048576; expected more systems or fewer volumes",
        );
    }
}
