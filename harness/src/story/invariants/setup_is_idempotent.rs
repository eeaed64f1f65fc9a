//! Setup run again with nothing in between issues no command that changes a pair, ends in the same state or further along,
//! and gives the same findings but for targets that are established now, or that it has parted: they went offline.

use std::collections::BTreeSet;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::finding::{Finding, Severity, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{CommandKind, PlannedFault};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::{Check, pairs};
use crate::drive::MAX_STEPS;
use crate::story::actors::Actors;
use crate::story::stage::Stage;
use crate::story::watch::{Ended, Watcher, Work};

/// Runs a setup that has ended without an error once more, on a copy of the world.
pub(super) struct Again<'a> {
    actors: &'a dyn Actors,
    /// The pieces of work that run.
    open: Vec<Open>,
    found: Vec<String>,
}

/// A piece of work that runs.
#[derive(Debug)]
struct Open {
    profile: ProfileName,
    /// Whether nothing went wrong since it began.
    calm: bool,
    /// The BCVs that were established or split meanwhile.
    moved: BTreeSet<VolumeId>,
}

/// The commands that changed a pair.
#[derive(Debug, Default)]
struct Changes(Vec<CommandKind>);

impl Watcher for Changes {
    fn answered(&mut self, _by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {
        let changed = match reply {
            Reply::Each(replies) => replies.contains(&Reply::Done),
            reply => *reply == Reply::Done,
        };
        if command.is_for_an_array() && changed {
            self.0.push(CommandKind::of(command));
        }
    }
}

/// How far along a profile is.
fn stage(seen: &Observation, profile: &ProfileName) -> u8 {
    match seen.profile(profile).map(|profile| profile.state) {
        Some(ProfileState::Ready) => 2,
        Some(ProfileState::Synchronizing) => 1,
        Some(ProfileState::SetupNeeded) | None => 0,
    }
}

/// The units of a profile's targets that are established BCVs, or were moved: hosts see them as the array leaves them.
fn seen_otherwise(seen: &Observation, name: &ProfileName, moved: &BTreeSet<VolumeId>) -> BTreeSet<Subject> {
    let Some(profile) = seen.profile(name) else { return BTreeSet::new() };
    let established = seen.mirrors.iter().filter(|pair| pair.state.is_established()).map(|pair| pair.bcv);
    let bcvs: BTreeSet<_> = established.chain(moved.iter().copied()).collect();
    let units = pairs::base_units(seen, profile.system);
    let targets = profile.targets.iter().map(|entry| entry.target);
    targets.filter(|target| units.get(target).is_some_and(|volume| bcvs.contains(volume))).map(Subject::Unit).collect()
}

/// What setup must say again.
fn lasting<'v>(verdict: &'v Verdict, otherwise: &BTreeSet<Subject>) -> Vec<&'v Finding> {
    let passes_by = |finding: &Finding| {
        matches!(finding.reason, Reason::Ps06Online | Reason::Ps06PendingOffline)
            && finding.subjects.iter().any(|subject| otherwise.contains(subject))
    };
    verdict.findings.iter().filter(|finding| finding.rule() != Rule::PS16 && !passes_by(finding)).collect()
}

impl<'a> Again<'a> {
    pub(super) const fn new(actors: &'a dyn Actors) -> Self {
        Self { actors, open: Vec::new(), found: Vec::new() }
    }

    /// What is wrong with a setup that is run again from here.
    fn differs(&self, Open { profile, moved, .. }: &Open, wait_ms: u64, first: &Verdict, world: &World) -> Option<String> {
        let mut copy = world.clone();
        let mut changes = Changes::default();
        let mut machine = self.actors.setup(profile, wait_ms, &[]);
        let by = Issuer::Profile(profile.clone());
        let driven = Stage::plain(&mut copy, self.actors, &mut [&mut changes], MAX_STEPS).drive(machine.as_mut(), &by);
        let second = match driven {
            Ok(verdict) => verdict,
            Err(stuck) => return Some(format!("setup of {profile} run again: {stuck}")),
        };
        if let Some(kind) = changes.0.first() {
            return Some(format!(
                "setup of {profile} run again gives {} commands to arrays, the first a {kind}",
                changes.0.len()
            ));
        }
        let (before, after) = (world.observe(), copy.observe());
        if stage(&after, profile) < stage(&before, profile) {
            let state = |seen: &Observation| seen.profile(profile).map_or("nowhere", |profile| profile.state.as_str());
            return Some(format!("setup of {profile} run again leads from {} to {}", state(&before), state(&after)));
        }
        let otherwise = seen_otherwise(&before, profile, moved);
        let (said, says) = (lasting(first, &otherwise), lasting(&second, &otherwise));
        let name = |finding: &Finding| format!("{} {}", finding.code(), finding.reason);
        // Evidence may tell of what setup itself has done, such as another label of a target that it has split.
        let is_in = |findings: &[&Finding], finding: &Finding| {
            findings.iter().any(|other| (other.code(), other.order_key()) == (finding.code(), finding.order_key()))
        };
        if let Some(finding) = said.iter().find(|finding| !is_in(&says, finding)) {
            return Some(format!("setup of {profile} run again no longer says {}", name(finding)));
        }
        if let Some(finding) = says.iter().find(|finding| !is_in(&said, finding)) {
            return Some(format!("setup of {profile} run again says {} too", name(finding)));
        }
        let other = second
            .findings
            .iter()
            .find(|finding| finding.rule() == Rule::PS16 && finding.reason != Reason::Ps16AlreadyEstablished);
        other.map(|finding| format!("setup of {profile} run again says {}", name(finding)))
    }
}

impl Check for Again<'_> {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Again<'_> {
    fn begins(&mut self, _work: &Work, profile: &ProfileName, _world: &World) {
        self.open.push(Open { profile: profile.clone(), calm: true, moved: BTreeSet::new() });
    }

    fn answered(&mut self, _by: &Issuer, command: &Command, reply: &Reply, met_by: Option<&PlannedFault>, _world: &World) {
        if met_by.is_some() {
            self.open.iter_mut().for_each(|open| open.calm = false);
        }
        if let (Some(open), Command::Mirror { bcv, .. }, Reply::Done) = (self.open.last_mut(), command, reply) {
            open.moved.insert(*bcv);
        }
    }

    fn fired(&mut self, _fault: &PlannedFault, _world: &World) {
        self.open.iter_mut().for_each(|open| open.calm = false);
    }

    fn is_over(&mut self, _fault: &PlannedFault, _world: &World) {
        self.open.iter_mut().for_each(|open| open.calm = false);
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        let Some(open) = self.open.pop() else { return };
        let (Work::Setup { wait_ms }, Ended::Said { verdict, refused: None }) = (work, ended) else { return };
        let passed = verdict.return_code <= 4 && verdict.findings.iter().all(|finding| finding.severity != Severity::E);
        if open.calm && passed && self.open.is_empty() {
            self.found.extend(self.differs(&open, *wait_ms, verdict, world));
        }
    }
}
