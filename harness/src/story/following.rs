//! Standing checks that follow a story: told only what changes, they must say at every turn what a whole check says of what
//! is shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_simulator::World;
use dasdlab_validator::{Applied, StandingCheck, check};

use super::watch::{Watcher, Work};

/// A standing check of each profile on which something is done, beside whole ones.
#[derive(Debug, Default)]
pub struct Following {
    standing: BTreeMap<ProfileName, Option<StandingCheck>>,
    /// How often changes were taken in where they are.
    pub in_place: usize,
    /// How often everything was built anew.
    pub rebuilt: usize,
    /// Where a standing check said something else than a whole one.
    pub differences: Vec<String>,
}

impl Watcher for Following {
    fn follows_changes(&self) -> bool {
        true
    }

    fn begins(&mut self, _work: &Work, profile: &ProfileName, _world: &World) {
        self.standing.entry(profile.clone()).or_insert(None);
    }

    fn changed(&mut self, changes: Option<&ChangeSet>, seen: &Arc<Observation>, at: Time) {
        for (profile, standing) in &mut self.standing {
            // Who begins, or was told that nothing is known of before, has nothing to apply changes to.
            let standing = match (standing.as_mut(), changes) {
                (Some(standing), Some(changes)) => {
                    match standing.apply(changes, seen) {
                        Applied::InPlace => self.in_place += 1,
                        Applied::Rebuilt => self.rebuilt += 1,
                    }
                    standing
                }
                _ => standing.insert(StandingCheck::new(seen, profile)),
            };
            let (said, expected) = (standing.check(), check(seen, profile));
            if said != expected {
                self.differences.push(format!("{profile} at {at} after {changes:?}: {said:?} instead of {expected:?}"));
            }
        }
    }
}
