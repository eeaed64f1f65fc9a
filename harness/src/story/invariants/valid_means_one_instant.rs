//! A backup is valid only if every pair of its generation was Synchronized at one instant and split, or established, in one
//! consistency window.

use std::collections::BTreeSet;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::{Consistency, Method, MirrorState};
use dasdlab_model::story::PlannedFault;
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::{Check, pairs};
use crate::story::watch::{Ended, Watcher, Work};

type Pair = (VolumeId, VolumeId);

/// The command that copied several pairs at one instant.
#[derive(Debug)]
struct Copied {
    seen: Observation,
    suspended: bool,
    synchronized: BTreeSet<Pair>,
    done: BTreeSet<Pair>,
}

#[derive(Debug)]
struct Open {
    profile: ProfileName,
    is_backup: bool,
    copies: Vec<Copied>,
}

#[derive(Debug, Default)]
pub(super) struct OneInstant {
    open: Vec<Open>,
    found: Vec<String>,
}

impl Open {
    /// Why the backup of a generation should not be called valid; none if it may be.
    fn flaw(&self, generation: u8, consistency: Consistency) -> Option<String> {
        let [copied] = self.copies.as_slice() else {
            return Some(format!("its pairs were copied by {} commands, not by one", self.copies.len()));
        };
        let profile = copied.seen.profile(&self.profile)?;
        let wanted = pairs::generations(&copied.seen, profile).remove(&generation).unwrap_or_default();
        let of = |(source, target): &Pair| format!("the pair {source} {target}");
        if wanted.len() != profile.sources.len() {
            return Some(format!("generation {generation} has {} pairs for {} sources", wanted.len(), profile.sources.len()));
        }
        if let Some(pair) = wanted.difference(&copied.done).next() {
            return Some(format!("{} was not copied", of(pair)));
        }
        let needs_suspension = match profile.method {
            Method::Bcv => {
                if let Some(pair) = wanted.difference(&copied.synchronized).next() {
                    return Some(format!("{} was not Synchronized at the split", of(pair)));
                }
                consistency == Consistency::LogSuspend || !splits_consistently(&copied.seen, &self.profile)
            }
            Method::FlashCopy => true,
        };
        (needs_suspension && !copied.suspended).then(|| "logs were not suspended while its pairs were copied".to_owned())
    }
}

/// Whether the host's copy software can ask an array for a consistent split: from level 05.05 on, or where none is stated.
fn splits_consistently(seen: &Observation, profile: &ProfileName) -> bool {
    let system = seen.profile(profile).and_then(|profile| seen.systems.iter().find(|system| system.name == profile.system));
    let level = system.and_then(|system| system.host_software_level.as_deref());
    let numbers = |level: &str| {
        let (version, release) = level.split_once('.')?;
        Some((version.parse::<u32>().ok()?, release.parse::<u32>().ok()?))
    };
    level.is_none_or(|level| numbers(level).is_some_and(|level| level >= (5, 5)))
}

impl Check for OneInstant {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for OneInstant {
    fn begins(&mut self, work: &Work, profile: &ProfileName, _world: &World) {
        let is_backup = matches!(work, Work::Backup { .. });
        self.open.push(Open { profile: profile.clone(), is_backup, copies: Vec::new() });
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        let open = self.open.last_mut().filter(|open| open.is_backup && *by == Issuer::Profile(open.profile.clone()));
        let (Some(open), Command::SplitTogether { .. } | Command::EstablishTogether { .. }) = (open, command) else { return };
        let seen = world.observe();
        let suspended = seen.profile(&open.profile).is_some_and(|profile| world.logs_are_suspended(profile.ims_ssid));
        let synchronized = seen.mirrors.iter().filter(|pair| pair.state == MirrorState::Synchronized);
        let synchronized = synchronized.map(|pair| (pair.standard, pair.bcv)).collect();
        open.copies.push(Copied { seen, suspended, synchronized, done: BTreeSet::new() });
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {
        let open = self.open.last_mut().filter(|open| open.is_backup && *by == Issuer::Profile(open.profile.clone()));
        let Some(open) = open else { return };
        match (command, reply) {
            (Command::SplitTogether { pairs } | Command::EstablishTogether { pairs }, Reply::Each(replies)) => {
                if let Some(copied) = open.copies.last_mut() {
                    let done = pairs.iter().zip(replies).filter(|(_, reply)| **reply == Reply::Done);
                    copied.done.extend(done.map(|(pair, _)| *pair));
                }
            }
            (Command::Record { backup, .. }, Reply::Done) if backup.valid && !backup.expired => {
                if let Some(flaw) = open.flaw(backup.generation, backup.consistency) {
                    let generation = backup.generation;
                    self.found.push(format!("the backup of {} in generation {generation} is called valid: {flaw}", open.profile));
                }
            }
            _ => {}
        }
    }

    fn ends(&mut self, _work: &Work, _ended: &Ended, _world: &World) {
        self.open.pop();
    }
}
