//! A state of the explored system, and what is done to it after every move.

use std::sync::Arc;

use dasdlab_model::command::Command;
use dasdlab_model::event::{Event, Time};
use dasdlab_model::machine::Input;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Backup;
use dasdlab_simulator::World;

use super::actor::Actor;
use super::lab::Lab;

/// The tracks that hosts write of every source after every move: what is split differs at once from its source, and what
/// is copied is never all of it there already.
const WRITTEN: std::ops::Range<u32> = 1..2;

/// The system at one instant.
#[derive(Debug, Clone)]
pub(super) struct State<M> {
    pub(super) world: World,
    /// What can be seen of it.
    pub(super) seen: Arc<Observation>,
    /// The jobs that run, two at most, the older first.
    pub(super) actors: Vec<Actor<M>>,
    /// How many faults may still come.
    pub(super) faults_left: u8,
    /// Whether the last setup had no error: one that made the profile ready, or that ended and said more than that the
    /// environment failed.
    pub(super) passed: bool,
}

impl<M> State<M> {
    /// The system before anything has happened.
    pub(super) fn first(lab: &Lab, world: World) -> Self {
        let seen = Arc::new(world.observe());
        let mut state = Self { world, seen, actors: Vec::new(), faults_left: lab.bounds.faults, passed: false };
        state.settle(lab);
        state
    }

    /// What a job is shown now. Backups are numbered instead of dated, so the present comes after the last of them.
    pub(super) fn look(&self, lab: &Lab) -> Input {
        let backups = self.seen.profile(&lab.profile).map(|profile| profile.backups.as_slice()).unwrap_or_default();
        let last = backups.iter().map(|backup| backup.taken_at).max().unwrap_or(0);
        Input::Seen(Arc::clone(&self.seen), Time::seconds(last.saturating_add(1)))
    }

    /// After a move: hosts write, backups are ranked, and what the log has of the move is handed out.
    pub(super) fn settle(&mut self, lab: &Lab) -> Vec<Event> {
        for source in lab.sources().filter_map(|place| lab.volume(place)) {
            self.world.host_write(source, WRITTEN);
        }
        let events = self.world.events().to_vec();
        self.seen = Arc::new(self.world.observe());
        if self.actors.is_empty() && self.rank(lab) {
            self.seen = Arc::new(self.world.observe());
        }
        self.world.forget_events();
        events
    }

    /// Numbers the backups in the order in which they were taken, from 1, while no job remembers when that was. Says
    /// whether there was anything to do.
    fn rank(&mut self, lab: &Lab) -> bool {
        let Some(profile) = self.seen.profile(&lab.profile) else { return false };
        let mut dates: Vec<u64> = profile.backups.iter().map(|backup| backup.taken_at).collect();
        dates.sort_unstable();
        dates.dedup();
        if (1..).zip(&dates).all(|(rank, date)| rank == *date) {
            return false;
        }
        let rank = |backup: &Backup| (1..).zip(&dates).find(|(_, date)| **date == backup.taken_at).map_or(0, |(rank, _)| rank);
        let mut ranked: Vec<Backup> =
            profile.backups.iter().map(|backup| Backup { taken_at: rank(backup), ..backup.clone() }).collect();
        // A valid one takes the place of everything that its generation holds, an invalid one stands beside it.
        ranked.sort_by_key(|backup| (backup.generation, !backup.valid));
        for backup in ranked {
            self.world.execute(&lab.job, &Command::Record { profile: lab.profile.clone(), backup });
        }
        true
    }
}
