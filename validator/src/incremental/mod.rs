//! A check that stands: kept up to date by what changes, so that to judge a profile again costs what has changed and what
//! is reported, whatever the size of the site.
//!
//! What rules ask of volumes, pairs, data sets and catalogs is kept in the columns of the inventory, and beside them which
//! rows have something to report. A change goes the ways along which facts follow from each other, and no further:
//!
//! ```text
//! volume, unit status, mirror pair, relation -> facts of its source, its target and their pairs
//! label, mounted or not -> its other carriers; what the label means -> data sets and catalogs that name it
//! data set, catalog -> volumes that it is on -> coverage, separation, control and foreign data of those volumes
//! data set -> tally of its catalog -> which sides the catalog serves -> volumes of the catalog
//! ```

mod asking;
mod change;
mod data;
mod kinds;
mod names;
mod settle;
mod standing;
mod ways;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::tables::Tables;

use crate::check::Judgement;
use standing::Standing;

/// A check of one profile that is kept up to date by what changes.
///
/// It says after any changes exactly what [`crate::check`] says of the observation that they lead to: the same findings in
/// the same order, return code and restore scope.
///
/// ```
/// use dasdlab_model::change_set::ChangeSet;
/// use dasdlab_model::observation::Observation;
/// use dasdlab_validator::StandingCheck;
///
/// let seen = Observation::default();
/// let mut standing = StandingCheck::new(&seen, &"DAILY".parse()?);
/// standing.apply(&ChangeSet::default(), &seen);
/// assert_eq!(standing.check(), dasdlab_validator::check(&seen, &"DAILY".parse()?));
/// # Ok::<(), dasdlab_model::name::NameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct StandingCheck {
    profile: ProfileName,
    /// None while there is no such profile.
    standing: Option<Standing>,
}

/// How changes were taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Where they are: what did not change was not looked at.
    InPlace,
    /// By building everything anew from what is there now.
    Rebuilt,
}

impl StandingCheck {
    /// Begins with what is seen. There need be no such profile yet.
    #[must_use]
    pub fn new(seen: &Observation, profile: &ProfileName) -> Self {
        Self { profile: profile.clone(), standing: Standing::new(seen, profile) }
    }

    /// The same of tables.
    #[must_use]
    pub fn from_tables(tables: &Tables, profile: &ProfileName) -> Self {
        Self { profile: profile.clone(), standing: Standing::new(tables, profile) }
    }

    /// Takes in what has changed. `now` is what the changes have led to; it is read only where they are of a kind that needs
    /// everything to be built anew:
    ///
    /// - the terms, sources or targets of a profile, and profiles that come or go;
    /// - policy, and the IMS systems with their groups;
    /// - arrays, volumes, units and catalogs that come or go, and units behind which another volume stands;
    /// - the product line of an array, and whether it has FlashCopy licensed.
    ///
    /// Everything else is taken in where it is: whatever else volumes, unit statuses, mirror pairs, relations, data sets (those
    /// that come or go too), catalogs, code levels, locks and authority can become.
    pub fn apply(&mut self, changes: &ChangeSet, now: &Observation) -> Applied {
        match &mut self.standing {
            Some(standing) if standing.takes_in_place(changes) => {
                standing.change(changes);
                Applied::InPlace
            }
            _ => {
                self.standing = Standing::new(now, &self.profile);
                Applied::Rebuilt
            }
        }
    }

    /// Says what [`crate::Inventory::judge`] says; none if there is no such profile.
    #[must_use]
    pub fn judge(&self) -> Option<Judgement<'_>> {
        Some(self.standing.as_ref()?.judge())
    }

    /// Says what [`crate::check`] says; none if there is no such profile.
    #[must_use]
    pub fn check(&self) -> Option<Verdict> {
        Some(self.judge()?.into_verdict())
    }
}
