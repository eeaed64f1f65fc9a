//! Clone sessions between storage groups.
//!
//! A pair whose target is a BCV is a mirror pair of the world; any other is a FlashCopy relation of it, which a copy back
//! turns round. After the split of such a pair the array keeps no relation, so that its target keeps the image it has: the
//! book alone knows that the session goes on, and the next copy of it is a full one.

use dasdlab_model::clones::{CloneMode, CloneState};
use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::level::Level;
use dasdlab_model::name::Serial;
use dasdlab_model::observation::{ArraySeen, Observation, VolumeSeen};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;

use super::super::order::{Groups, Refused, RefusedKind};
use super::groups::{Group, task};
use super::make::{Fresh, command};
use super::{Page, volumes};
use crate::engine::{Engine, Step, Stopped};

/// A clone session between two storage groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The groups.
    pub groups: Groups,
    /// How it copies.
    pub mode: CloneMode,
    /// When it was last established.
    pub since: Time,
    /// Its pairs, in the order of the sources.
    pub pairs: Vec<Pair>,
}

/// A pair of a clone session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The volume copied from.
    pub source: VolumeId,
    /// The volume copied to.
    pub target: VolumeId,
    /// Whether it is a mirror pair.
    pub mirror: bool,
    /// Whether it is split without a relation.
    pub split: bool,
}

/// The state of a mirror pair.
fn mirror(seen: &Observation, standard: VolumeId, bcv: VolumeId) -> Option<MirrorState> {
    let place = seen.mirrors.binary_search_by_key(&(standard, bcv), |pair| (pair.standard, pair.bcv)).ok()?;
    seen.mirrors.get(place).map(|pair| pair.state)
}

/// The state of a FlashCopy relation.
fn relation(seen: &Observation, source: VolumeId, target: VolumeId) -> Option<RelationState> {
    let place = seen.relations.binary_search_by_key(&(source, target), |pair| (pair.source, pair.target)).ok()?;
    seen.relations.get(place).map(|pair| pair.state)
}

impl Pair {
    /// Its state; none where the array no longer knows of it.
    #[must_use]
    pub fn state(&self, mode: CloneMode, seen: &Observation) -> Option<CloneState> {
        let Self { source, target, .. } = *self;
        if self.mirror {
            return CloneState::of_mirror(mirror(seen, source, target)?, mode);
        }
        if let Some(state) = relation(seen, source, target) {
            return Some(CloneState::of_relation(state, false, mode));
        }
        if let Some(state) = relation(seen, target, source) {
            return Some(CloneState::of_relation(state, true, mode));
        }
        // Whoever copies to the target meanwhile takes from the session what it held.
        let taken = || seen.relations.iter().any(|other| other.target == target);
        self.split.then(|| if taken() { CloneState::Failed } else { CloneState::Split })
    }

    fn order(&self, order: MirrorOrder) -> Step {
        command(Command::Mirror { standard: self.source, bcv: self.target, order })
    }

    fn flash(&self, order: RelationOrder) -> Step {
        command(Command::FlashCopy { source: self.source, target: self.target, order })
    }

    /// The same relation from the target to the source.
    fn back(&self, order: RelationOrder) -> Step {
        command(Command::FlashCopy { source: self.target, target: self.source, order })
    }

    /// What copies again.
    fn establishing(&self, state: CloneState) -> Vec<Step> {
        match state {
            // What was copied ahead is activated.
            CloneState::Precopy => vec![],
            _ if self.mirror => vec![self.order(MirrorOrder::EstablishIncremental)],
            CloneState::Split => vec![self.flash(RelationOrder::Establish)],
            _ => vec![self.flash(RelationOrder::EstablishIncremental)],
        }
    }

    /// What copies back.
    fn restoring(&self, state: CloneState) -> Vec<Step> {
        match (self.mirror, state) {
            (true, CloneState::Split) => vec![self.order(MirrorOrder::RestoreIncremental)],
            (true, _) => vec![self.order(MirrorOrder::SplitInstant), self.order(MirrorOrder::RestoreIncremental)],
            (false, CloneState::Split) => vec![self.back(RelationOrder::Establish)],
            (false, _) => vec![self.flash(RelationOrder::Reverse)],
        }
    }

    /// What parts the two after a copy back.
    fn splitting(&self) -> Vec<Step> {
        if self.mirror { vec![self.order(MirrorOrder::SplitInstant)] } else { vec![self.back(RelationOrder::Withdraw)] }
    }

    /// What ends the pair, whatever its state.
    fn ending(&self, seen: &Observation) -> Vec<Step> {
        use MirrorOrder::{Cancel, CancelForced, SplitForced, SplitInstant};
        let Self { source, target, .. } = *self;
        if !self.mirror {
            return match (relation(seen, source, target), relation(seen, target, source)) {
                (Some(_), _) => vec![self.flash(RelationOrder::Withdraw)],
                (None, Some(_)) => vec![self.back(RelationOrder::Withdraw)],
                (None, None) => vec![],
            };
        }
        let orders: &[MirrorOrder] = match mirror(seen, source, target) {
            None | Some(MirrorState::NeverEstab | MirrorState::SplitNoInc) => &[],
            Some(MirrorState::SyncInProg) => &[SplitForced, Cancel],
            Some(MirrorState::Synchronized | MirrorState::Restored | MirrorState::SplitInProg) => &[SplitInstant, Cancel],
            Some(MirrorState::Split | MirrorState::SplitBfrSync) => &[Cancel],
            Some(MirrorState::RestInProg) => &[SplitForced, CancelForced],
            Some(MirrorState::SplitBfrRest | MirrorState::Invalid | MirrorState::Unknown) => &[CancelForced],
        };
        orders.iter().map(|&order| self.order(order)).collect()
    }
}

impl Session {
    /// Whether the array knows of any of its pairs.
    pub(super) fn is_known(&self, seen: &Observation) -> bool {
        self.pairs.iter().any(|pair| pair.state(self.mode, seen).is_some())
    }

    /// The pairs of which the array knows, with their states.
    pub fn live<'a>(&'a self, seen: &'a Observation) -> impl Iterator<Item = (&'a Pair, CloneState)> {
        self.pairs.iter().filter_map(|pair| Some((pair, pair.state(self.mode, seen)?)))
    }
}

/// The first level family that calls its code level microcode, and on which every clone copies in the background.
pub const UNIFIED: u32 = 6_079;

/// Whether an array is one on which every clone copies in the background.
fn copies_always(array: &ArraySeen) -> bool {
    let level = Level::read(array.family, &array.code_level);
    level.and_then(|level| level.components.first().copied()).is_some_and(|family| family >= UNIFIED)
}

/// Pairs up the volumes of two groups: equal ones in the order of their addresses, smaller with smaller.
fn paired<'a>(mut sources: Vec<&'a VolumeSeen>, mut targets: Vec<&'a VolumeSeen>) -> Vec<(&'a VolumeSeen, &'a VolumeSeen)> {
    for side in [&mut sources, &mut targets] {
        side.sort_by_key(|volume| (volume.device_type, volume.cylinders, volume.id));
    }
    let mut pairs: Vec<_> = sources.into_iter().zip(targets).collect();
    pairs.sort_by_key(|(source, _)| source.id);
    pairs
}

impl Page {
    /// The session between two groups.
    fn session(&mut self, groups: &Groups) -> Result<&mut Session, Refused> {
        for name in [&groups.source, &groups.target] {
            self.group(name)?;
        }
        let none = || RefusedKind::NotFound.because(format!("There is no clone session between storage groups {groups}"));
        self.sessions.iter_mut().find(|session| session.groups == *groups).ok_or_else(none)
    }

    /// Why the array stopped, said of the volumes that it was about.
    fn stopped(&self, pairs: &[(Pair, usize)], stopped: &Stopped) -> Refused {
        let mut before = 0;
        let found = pairs.iter().find(|(_, steps)| {
            before += steps;
            stopped.at < before
        });
        let about = found.map_or_else(String::new, |(pair, _)| {
            format!(" for source {} and target {}", self.number_text(pair.source), self.number_text(pair.target))
        });
        RefusedKind::State.because(format!("The array refused the operation{about}: {}", stopped.why))
    }

    /// Gives every pair of a session its steps, where each is in a state that permits them.
    fn carry_out(
        &mut self,
        groups: &Groups,
        (what, from): (&str, &[CloneState]),
        seen: &Observation,
        engine: &mut dyn Engine,
        steps: impl Fn(&Pair, CloneState) -> Vec<Step>,
    ) -> Result<&mut Session, Refused> {
        let session = self.session(groups)?;
        let live: Vec<(Pair, CloneState)> = session.live(seen).map(|(pair, state)| (*pair, state)).collect();
        if let Some((pair, state)) = live.iter().find(|(_, state)| !from.contains(state)) {
            let (source, target) = (self.number_text(pair.source), self.number_text(pair.target));
            let words: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
            let message = format!(
                "Devices are not in a valid state for the {what}: source {source} and target {target} are {state}, expected {}",
                words.join(" or ")
            );
            return Err(RefusedKind::State.because(message));
        }
        let each: Vec<(Pair, Vec<Step>)> = live.iter().map(|(pair, state)| (*pair, steps(pair, *state))).collect();
        let every: Vec<Step> = each.iter().flat_map(|(_, steps)| steps.clone()).collect();
        let counts: Vec<(Pair, usize)> = each.iter().map(|(pair, steps)| (*pair, steps.len())).collect();
        engine.attempt(&every).map_err(|stopped| self.stopped(&counts, &stopped))?;
        self.session(groups)
    }

    pub(super) fn create_clone(
        &mut self,
        groups: &Groups,
        seen: &Observation,
        serial: Serial,
        engine: &mut dyn Engine,
    ) -> Result<Vec<String>, Refused> {
        if groups.source == groups.target {
            return Err(RefusedKind::Invalid.because(format!("Storage group {} cannot be cloned to itself", groups.source)));
        }
        let every = volumes(seen, serial);
        let of = |ids: &Group| every.iter().filter(|volume| ids.volumes.contains(&volume.id)).collect::<Vec<_>>();
        let sources = of(self.group(&groups.source)?);
        if sources.is_empty() {
            return Err(RefusedKind::State.because(format!("Storage group {} has no volumes", groups.source)));
        }
        if self.sessions.iter().any(|session| session.groups == *groups) {
            return Err(
                RefusedKind::Conflict.because(format!("There is a clone session between storage groups {groups} already"))
            );
        }
        let is_new = !self.groups.contains_key(&groups.target);
        let fresh: Vec<Fresh> = if is_new {
            self.is_free(&groups.target)?;
            let like =
                |volume: &&VolumeSeen| Fresh { emulation: self.emulation(volume), cylinders: volume.cylinders, name: None };
            sources.iter().map(like).collect()
        } else {
            Vec::new()
        };
        let made = self.planned(&fresh, seen, serial)?;
        let targets = if is_new { made.iter().collect() } else { of(self.group(&groups.target)?) };
        if sources.len() != targets.len() {
            let message = format!(
                "Storage group {} has {} volumes and {} has {}: expected as many",
                groups.source,
                sources.len(),
                groups.target,
                targets.len()
            );
            return Err(RefusedKind::Invalid.because(message));
        }
        let mut pairs = Vec::new();
        for (source, target) in paired(sources, targets) {
            let pair = Pair { source: source.id, target: target.id, mirror: target.bcv, split: false };
            if !is_new {
                self.may_be_paired(&pair, (source, target), seen)?;
            }
            pairs.push(pair);
        }
        let mut steps: Vec<Step> = made.iter().map(|volume| Step::Attach(Box::new(volume.clone()))).collect();
        let establish = |pair: &Pair| match pair.mirror {
            true => pair.order(MirrorOrder::EstablishFull),
            false => pair.flash(RelationOrder::Establish),
        };
        steps.extend(pairs.iter().map(establish));
        let first = made.len();
        engine.attempt(&steps).map_err(|stopped| {
            let counts: Vec<(Pair, usize)> = pairs.iter().map(|pair| (*pair, 1)).collect();
            match stopped.at.checked_sub(first) {
                Some(at) => self.stopped(&counts, &Stopped { at, ..stopped }),
                None => RefusedKind::State.because(format!("Cannot create the volumes: {}", stopped.why)),
            }
        })?;
        let mut tasks = Vec::new();
        if is_new {
            self.enter_made(&fresh, &made, every);
            let ids: Vec<VolumeId> = made.iter().map(|volume| volume.id).collect();
            tasks = self.tasks(&ids);
            let like = self.group(&groups.source)?.clone();
            self.groups.insert(groups.target.clone(), Group { volumes: ids.into_iter().collect(), ..like });
        }
        self.sessions.push(Session { groups: groups.clone(), mode: CloneMode::Copy, since: engine.now(), pairs });
        self.sessions.sort_by(|a, b| a.groups.cmp(&b.groups));
        tasks.push(format!("Creating Clone : [{}] to [{}]", groups.source, groups.target));
        Ok(tasks)
    }

    /// Whether a session of two volumes that exist can be made, as far as that is not for the array to say.
    fn may_be_paired(
        &self,
        pair: &Pair,
        (source, target): (&VolumeSeen, &VolumeSeen),
        seen: &Observation,
    ) -> Result<(), Refused> {
        let (from, to) = (self.number_text(pair.source), self.number_text(pair.target));
        if self.emulation(source) != self.emulation(target) {
            let emulations = (self.emulation(source).as_str(), self.emulation(target).as_str());
            let message =
                format!("Source {from} is {} and target {to} is {}: expected the same emulation", emulations.0, emulations.1);
            return Err(RefusedKind::Invalid.because(message));
        }
        if target.cylinders < source.cylinders {
            let message = format!("Target {to} is smaller than source {from}: expected at least {} cylinders", source.cylinders);
            return Err(RefusedKind::Invalid.because(message));
        }
        if self.sessions.iter().flat_map(|session| &session.pairs).any(|other| other.target == pair.target) {
            return Err(RefusedKind::State.because(format!("Device {to} is the target of another clone session")));
        }
        if pair.mirror && mirror(seen, pair.source, pair.target).is_some_and(MirrorState::is_established) {
            return Err(RefusedKind::State.because(format!("BCV {to} is established to device {from} already")));
        }
        Ok(())
    }

    pub(super) fn establish_clone(
        &mut self,
        groups: &Groups,
        seen: &Observation,
        engine: &mut dyn Engine,
    ) -> Result<Vec<String>, Refused> {
        use CloneState::{Copied, Created, Precopy, Split};
        let now = engine.now();
        let session =
            self.carry_out(groups, ("establish", &[Created, Precopy, Copied, Split]), seen, engine, |pair, state| {
                pair.establishing(state)
            })?;
        for pair in &mut session.pairs {
            pair.split = false;
        }
        session.since = now;
        if session.mode == CloneMode::PreCopy {
            session.mode = CloneMode::Copy;
        }
        Ok(task(format!("Establishing Clone : [{}] to [{}]", groups.source, groups.target)))
    }

    pub(super) fn restore_clone(
        &mut self,
        groups: &Groups,
        seen: &Observation,
        engine: &mut dyn Engine,
    ) -> Result<Vec<String>, Refused> {
        use CloneState::{Copied, Split};
        let session = self.carry_out(groups, ("restore", &[Copied, Split]), seen, engine, |pair, state| pair.restoring(state))?;
        for pair in &mut session.pairs {
            pair.split = false;
        }
        Ok(task(format!("Restoring Clone : [{}] from [{}]", groups.source, groups.target)))
    }

    pub(super) fn split_clone(
        &mut self,
        groups: &Groups,
        seen: &Observation,
        engine: &mut dyn Engine,
    ) -> Result<Vec<String>, Refused> {
        let session = self.carry_out(groups, ("split", &[CloneState::Restored]), seen, engine, |pair, _| pair.splitting())?;
        for pair in &mut session.pairs {
            pair.split = !pair.mirror;
        }
        Ok(task(format!("Splitting Clone : [{}] from [{}]", groups.target, groups.source)))
    }

    pub(super) fn set_mode(
        &mut self,
        groups: &Groups,
        mode: CloneMode,
        seen: &Observation,
        array: &ArraySeen,
    ) -> Result<Vec<String>, Refused> {
        let session = self.session(groups)?;
        if mode != CloneMode::Copy && copies_always(array) {
            let message = format!("Mode {mode} is not supported on {}: every clone copies in the background", array.code_level);
            return Err(RefusedKind::State.because(message));
        }
        if let Some((_, state)) =
            session.live(seen).find(|(_, state)| matches!(state, CloneState::Failed | CloneState::RestInProg))
        {
            return Err(RefusedKind::State.because(format!("Devices are not in a valid state for another mode: {state}")));
        }
        session.mode = mode;
        Ok(task(format!("Setting Mode of Clone : [{mode}]")))
    }

    pub(super) fn terminate_clone(
        &mut self,
        source: &str,
        target: Option<&str>,
        force: bool,
        seen: &Observation,
        engine: &mut dyn Engine,
    ) -> Result<Vec<String>, Refused> {
        self.group(source)?;
        if let Some(target) = target {
            self.session(&Groups { source: source.to_owned(), target: target.to_owned() })?;
        }
        let meant =
            |session: &Session| session.groups.source == source && target.is_none_or(|target| session.groups.target == target);
        let mut each: Vec<(Pair, Vec<Step>)> = Vec::new();
        let mut ended = 0;
        for session in self.sessions.iter().filter(|session| meant(session)) {
            ended += 1;
            for (pair, state) in session.live(seen) {
                if !force && !state.is_settled() {
                    let (source, target) = (self.number_text(pair.source), self.number_text(pair.target));
                    let message = format!(
                        "Devices are not in a valid state for the terminate: source {source} and target {target} are {state}, which only force ends"
                    );
                    return Err(RefusedKind::State.because(message));
                }
                each.push((*pair, pair.ending(seen)));
            }
        }
        if ended == 0 {
            return Err(RefusedKind::NotFound.because(format!("Storage group {source} has no clone session")));
        }
        let steps: Vec<Step> = each.iter().flat_map(|(_, steps)| steps.clone()).collect();
        let counts: Vec<(Pair, usize)> = each.iter().map(|(pair, steps)| (*pair, steps.len())).collect();
        engine.attempt(&steps).map_err(|stopped| self.stopped(&counts, &stopped))?;
        self.sessions.retain(|session| !meant(session));
        Ok(task(format!("Terminating Clone : [{source}]")))
    }
}
