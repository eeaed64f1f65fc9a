//! A BCV profile enters ready only at an instant at which every pair of the current generation is Synchronized and setup has
//! found no error; a backup starts its split only at such an instant.

use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Severity;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::{Method, ProfileState};
use dasdlab_model::story::PlannedFault;
use dasdlab_simulator::World;

use super::{Check, pairs};
use crate::story::watch::{Ended, Watcher, Work};

/// A setup or a backup that runs.
#[derive(Debug)]
struct Open {
    profile: ProfileName,
    is_backup: bool,
    /// The generation that must be Synchronized for the profile to be ready; none where nothing is known of it.
    current: Option<u8>,
    /// When the machine last looked, and what it saw.
    looked: Option<(Time, Arc<Observation>)>,
    entered_ready: bool,
}

#[derive(Debug, Default)]
pub(super) struct Ready {
    open: Vec<Open>,
    /// What each command that is not yet answered breaks if it is obeyed.
    pending: Vec<Option<String>>,
    found: Vec<String>,
}

impl Open {
    /// What a command breaks, and whether that takes its being obeyed.
    fn broken_by(&mut self, command: &Command, world: &World) -> Option<(String, bool)> {
        let wants_ready =
            matches!(command, Command::SetState { state: ProfileState::Ready, profile, .. } if *profile == self.profile);
        let split = match command {
            Command::SplitTogether { pairs } if self.is_backup => Some(pairs),
            _ => None,
        };
        if !wants_ready && split.is_none() {
            return None;
        }
        let seen = world.observe();
        let profile = seen.profile(&self.profile).filter(|profile| profile.method == Method::Bcv)?;
        let now = world.now();
        // A fault may come between a look and a command of the same instant; nobody can know of it.
        let mut synchronized = pairs::synchronized(&seen, &self.profile);
        if let Some((_, looked)) = self.looked.as_ref().filter(|(at, _)| *at == now) {
            synchronized.extend(pairs::synchronized(looked, &self.profile));
        }
        let Some(split) = split else {
            let current = self.current?;
            return (!synchronized.contains(&current))
                .then(|| (format!("{} enters ready and generation {current} is not Synchronized", self.profile), true));
        };
        let generations = pairs::generations(&seen, profile);
        let of = |pair| generations.iter().find(|(_, pairs)| pairs.contains(pair)).map(|(generation, _)| *generation);
        let generation = split.iter().find_map(of)?;
        self.current = Some(if generation < profile.generations { generation + 1 } else { 1 });
        (!synchronized.contains(&generation))
            .then(|| (format!("a backup of {} splits generation {generation}, which is not Synchronized", self.profile), false))
    }
}

impl Check for Ready {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Ready {
    fn begins(&mut self, work: &Work, profile: &ProfileName, _world: &World) {
        let current = matches!(work, Work::Setup { .. }).then_some(1);
        let is_backup = matches!(work, Work::Backup { .. });
        self.open.push(Open { profile: profile.clone(), is_backup, current, looked: None, entered_ready: false });
    }

    fn shown(&mut self, seen: &Arc<Observation>, at: Time) {
        if let Some(open) = self.open.last_mut() {
            open.looked = Some((at, Arc::clone(seen)));
        }
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        let open = self.open.last_mut().filter(|open| *by == Issuer::Profile(open.profile.clone()));
        let broken = open.and_then(|open| open.broken_by(command, world));
        self.pending.push(match broken {
            Some((message, false)) => {
                self.found.push(message);
                None
            }
            broken => broken.map(|(message, _)| message),
        });
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {
        let pending = self.pending.pop().flatten();
        if *reply == Reply::Done {
            self.found.extend(pending);
        }
        if let Some(open) = self.open.last_mut().filter(|open| *by == Issuer::Profile(open.profile.clone())) {
            let ready =
                matches!(command, Command::SetState { state: ProfileState::Ready, profile, .. } if *profile == open.profile);
            open.entered_ready |= ready && *reply == Reply::Done;
        }
    }

    fn ends(&mut self, work: &Work, ended: &Ended, _world: &World) {
        let Some(open) = self.open.pop() else { return };
        if let (Work::Setup { .. }, Ended::Said { verdict, .. }, true) = (work, ended, open.entered_ready)
            && let Some(finding) = verdict.findings.iter().find(|finding| finding.severity == Severity::E)
        {
            self.found.push(format!(
                "{} enters ready by a setup that reports {} {}",
                open.profile,
                finding.code(),
                finding.reason
            ));
        }
    }
}
