//! Large sites in tables: the same decisions as those of ranges, written into columns.
//!
//! What no fault can touch depends on everything but the seed. A drawer keeps it, and its memory, from one site to the next.

mod lists;
mod volumes;

use dasdlab_model::tables::Tables;

use super::LargeOptions;
use super::faults::Faults;
use super::layout::{Layout, Run};

/// Draws large sites one after the other, in the memory of the one before.
///
/// ```
/// use dasdlab_scenarios::large::{Drawer, LargeOptions};
///
/// let mut drawer = Drawer::default();
/// for seed in 0..3 {
///     let tables = drawer.draw(&LargeOptions { volumes: 1_000, seed, faulty: 10_000, ..LargeOptions::default() })?;
///     assert_eq!(tables.volumes.len(), 1_000);
/// }
/// # Ok::<(), String>(())
/// ```
#[derive(Default)]
pub struct Drawer {
    tables: Tables,
    plan: Option<Plan>,
}

/// What sites have in common of which only seed and number of faulty volumes differ.
struct Plan {
    options: LargeOptions,
    layout: Layout,
    runs: Vec<Run>,
    outside: Vec<Run>,
    faults: Faults,
}

impl Plan {
    fn new(options: &LargeOptions) -> Result<Self, String> {
        let layout = Layout::new(options)?;
        let (runs, outside) = (layout.runs(), layout.outside_runs().collect());
        Ok(Self { options: *options, layout, runs, outside, faults: Faults::new(options)? })
    }

    /// Whether a site with these options has this plan.
    fn is_of(&self, options: &LargeOptions) -> bool {
        LargeOptions { seed: self.options.seed, faulty: self.options.faulty, ..*options } == self.options
    }
}

impl Drawer {
    /// The tables of the site that the options describe, as [`tables`](super::tables) gives them.
    ///
    /// # Errors
    /// Which number does not fit, and what would.
    pub fn draw(&mut self, options: &LargeOptions) -> Result<&Tables, String> {
        let mut plan = match self.plan.take() {
            Some(mut plan) if plan.is_of(options) => {
                plan.faults.renew(options)?;
                plan
            }
            _ => {
                let plan = Plan::new(options)?;
                lists::write(options, &plan.layout, &mut self.tables)?;
                plan
            }
        };
        volumes::write(options, &mut plan, &mut self.tables)?;
        lists::write_entries(&plan, &mut self.tables)?;
        self.plan = Some(plan);
        Ok(&self.tables)
    }

    /// The tables that were drawn last.
    #[must_use]
    pub fn into_tables(self) -> Tables {
        self.tables
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;
    use dasdlab_model::states::{LssScope, Method};

    use super::super::{site, tables};
    use super::*;

    #[track_caller]
    fn check(drawer: &mut Drawer, options: &LargeOptions) {
        let seen = declare(&site(options).unwrap()).unwrap_or_else(|faults| panic!("{}", faults[0]));
        let drawn = drawer.draw(options).unwrap();
        let said = Tables::new(seen);
        // What differs would be megabytes of text otherwise.
        assert!(drawn.few == said.few, "{options:?}: what is few");
        assert!(drawn.volumes == said.volumes, "{options:?}: the volumes");
        assert!(drawn.data_sets == said.data_sets, "{options:?}: the data sets");
        assert!(*drawn == said && tables(options).unwrap() == said, "{options:?}");
    }

    #[test]
    fn tables_are_those_of_the_site_in_ranges_whatever_the_options() {
        let mut drawer = Drawer::default();
        for method in [Method::FlashCopy, Method::Bcv] {
            for lss_scope in [LssScope::SameLss, LssScope::SameArray] {
                for (generations, systems, copied) in [(1, 1, false), (2, 3, true), (7, 2, false), (12, 7, true), (3, 1, true)] {
                    for (faulty, seed) in [(0, 0), (10_000, 5), (10_000, 6), (500_000, 7), (1_000_000, 8)] {
                        let (arrays, volumes, profiles) = (3, 5_000, 7);
                        let which = LargeOptions { arrays, volumes, profiles, method, lss_scope, ..LargeOptions::default() };
                        check(&mut drawer, &LargeOptions { generations, systems, copied, faulty, seed, ..which });
                    }
                }
            }
        }
    }

    #[test]
    fn small_sites_and_those_with_more_than_one_letter_are_the_same_too() {
        let mut drawer = Drawer::default();
        for (arrays, volumes, profiles, generations) in [(1, 65, 1, 3), (1, 5, 1, 1), (2, 9, 2, 1), (2, 100_201, 3, 1)] {
            for (faulty, seed) in [(100_000, 1), (0, 2), (200_000, 3)] {
                let which = LargeOptions { arrays, volumes, profiles, generations, ..LargeOptions::default() };
                check(&mut drawer, &LargeOptions { faulty, seed, ..which });
            }
        }
    }

    #[test]
    fn volumes_outside_may_lie_on_an_array_that_is_not_the_last_and_have_no_units() {
        let mut drawer = Drawer::default();
        // Of two arrays that are filled unevenly only the first has room.
        let full = LargeOptions { arrays: 2, volumes: 130_560, profiles: 3, ..LargeOptions::default() };
        check(&mut drawer, &full);
        let crowded = LargeOptions { arrays: 17, volumes: 1_048_577, profiles: 1, ..LargeOptions::default() };
        let outside = drawer.draw(&crowded).unwrap().volumes.iter().last();
        assert_eq!(outside.unwrap().unit, dasdlab_model::tables::NONE);
        assert_eq!(site(&crowded).unwrap().volumes.last().unwrap().unit, None);
    }

    #[test]
    fn a_drawer_that_was_asked_for_too_much_goes_on() {
        let mut drawer = Drawer::default();
        let good = LargeOptions { volumes: 1_000, faulty: 50_000, ..LargeOptions::default() };
        for wrong in [LargeOptions { faulty: 1_000_001, ..good }, LargeOptions { arrays: 0, ..good }] {
            check(&mut drawer, &good);
            assert_eq!(drawer.draw(&wrong).map(|_| ()), site(&wrong).map(|_| ()));
            assert_eq!(tables(&wrong).map(|_| ()), site(&wrong).map(|_| ()));
        }
        check(&mut drawer, &good);
    }
}
