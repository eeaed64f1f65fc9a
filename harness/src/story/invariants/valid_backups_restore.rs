//! What setup passed and a job called valid restores cleanly: tried at once, on a copy of the world, after every backup.

use std::collections::BTreeSet;
use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Method, RestoreScope};
use dasdlab_model::story::{Do, Phase, PlannedFault, RestoreKind, StoryStep, What};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::{Check, pairs};
use crate::drive::MAX_STEPS;
use crate::story::actors::Actors;
use crate::story::inspect::{Back, Inspector, Lost, Taken};
use crate::story::stage::Stage;
use crate::story::watch::{Ended, Watcher, Work};

/// Longer than any copy takes that is not stalled.
const LONG_ENOUGH: u64 = 30 * 24 * 3_600_000;

/// The most losses that one message names.
const MOST_NAMED: usize = 4;

/// Restores every backup that is called valid.
pub(super) struct Restores<'a> {
    actors: &'a dyn Actors,
    inspector: Inspector,
    open: Vec<Open>,
    /// Whether anything has happened in the story that was not the product's doing.
    disturbed: bool,
    /// Whether any of it moved data or copies: what a backup holds may be another than what the catalog says.
    meddled: bool,
    found: Vec<String>,
}

/// A piece of work that runs, and the generation of which it has recorded a valid backup.
struct Open {
    profile: ProfileName,
    recorded: Option<u8>,
    /// Whether somebody moved data meanwhile: what the check has seen is not what was copied then.
    meddled: bool,
}

/// Whether a fault moves data or copies, behind the back of a check that has passed.
const fn meddles(fault: &PlannedFault) -> bool {
    matches!(
        fault.what,
        What::Extend { .. }
            | What::ForeignEstablish { .. }
            | What::ForeignSplit { .. }
            | What::ForeignWithdraw { .. }
            | What::TakeTarget { .. }
    )
}

/// What a restore that is tried copies back.
struct Tried {
    profile: ProfileName,
    back: Back,
}

impl Watcher for Tried {
    fn commanding(&mut self, _by: &Issuer, _command: &Command, world: &World) {
        self.back.commanding(&self.profile, world);
    }

    fn answered(&mut self, _by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, world: &World) {
        self.back.answered(&self.profile, command, reply, world);
    }
}

fn name(losses: &[Lost]) -> String {
    let named: Vec<String> =
        losses.iter().take(MOST_NAMED).map(|lost| format!("{} {} ({})", lost.loss, lost.subject, lost.message)).collect();
    let more = losses.len().saturating_sub(MOST_NAMED);
    if more > 0 { format!("{} and {more} more", named.join(", ")) } else { named.join(", ") }
}

/// The kinds of restore that a backup permits.
const fn permitted(scope: Option<RestoreScope>) -> &'static [RestoreKind] {
    match scope {
        Some(RestoreScope::FullAndData) => &[RestoreKind::Full, RestoreKind::Data],
        Some(RestoreScope::FullOnly) => &[RestoreKind::Full],
        Some(RestoreScope::DataOnly) => &[RestoreKind::Data],
        Some(RestoreScope::None) | None => &[],
    }
}

/// What keeps a restore from being done that no error of setup speaks of: a larger target, of which setup warns, a source
/// that somebody else copies from, an array that copies nothing.
fn is_kept_from_restoring(seen: &Observation, profile: &BackupProfile, verdict: &Verdict) -> bool {
    if verdict.findings.iter().any(|finding| finding.reason == Reason::Ps06Larger) {
        return true;
    }
    let generations = pairs::generations(seen, profile);
    let own: BTreeSet<_> = generations.into_values().flatten().collect();
    let sources: BTreeSet<VolumeId> = own.iter().map(|(source, _)| *source).collect();
    let foreign = seen.relations.iter().any(|relation| {
        let of_source = sources.contains(&relation.source) || sources.contains(&relation.target);
        of_source && !own.contains(&(relation.source, relation.target))
    });
    let mirrored = seen
        .mirrors
        .iter()
        .any(|pair| pair.state.is_established() && sources.contains(&pair.standard) && !own.contains(&(pair.standard, pair.bcv)));
    let stalled = |volume: &VolumeId| seen.arrays.iter().any(|array| array.serial == volume.array && array.copy_rate == Some(0));
    foreign || (mirrored && profile.method == Method::FlashCopy) || sources.iter().any(stalled)
}

/// Whether a restore is about what its backup was taken of: an edit of sources, targets or IMS system since makes it bring
/// back what the profile names by now.
fn is_of_its_backup(taken: &Taken, name: &ProfileName, generation: u8, world: &World) -> bool {
    let now = world.observe();
    let (Some(then), Some(now)) = (taken.seen.profile(name), now.profile(name)) else { return false };
    let named = |profile: &BackupProfile| {
        let sources: BTreeSet<_> = profile.sources.iter().map(|source| source.unit).collect();
        let targets = profile.targets.iter().filter(|mapping| mapping.generation == generation);
        let targets: BTreeSet<_> = targets.map(|mapping| (mapping.source, mapping.target)).collect();
        (profile.ims_ssid, profile.method, sources, targets)
    };
    named(then) == named(now)
}

impl<'a> Restores<'a> {
    pub(super) fn new(actors: &'a dyn Actors) -> Self {
        Self { actors, inspector: Inspector::new(), open: Vec::new(), disturbed: false, meddled: false, found: Vec::new() }
    }

    /// Restores a backup that has just been taken in every way that it permits.
    fn try_all(&mut self, name: &ProfileName, generation: u8, verdict: &Verdict, world: &World) {
        let seen = world.observe();
        let Some(profile) = seen.profile(name) else { return };
        let stands = profile.backups.iter().find(|backup| backup.generation == generation && backup.valid && !backup.expired);
        let Some(backup) = stands else { return };
        let kept = self.disturbed || is_kept_from_restoring(&seen, profile, verdict);
        for &kind in permitted(backup.restore_scope) {
            if let Some(what) = self.try_one(name, (kind, generation), kept, world) {
                self.found.push(format!("a {kind} restore of {name} from generation {generation}: {what}"));
            }
        }
    }

    fn try_one(&self, name_of: &ProfileName, what: (RestoreKind, u8), kept: bool, world: &World) -> Option<String> {
        let mut copy = world.clone();
        let mut tried = Tried { profile: name_of.clone(), back: Back::default() };
        let mut machine = self.actors.restore(name_of, what.0, what.1, LONG_ENOUGH);
        let by = Issuer::Profile(name_of.clone());
        let driven = Stage::plain(&mut copy, self.actors, &mut [&mut tried], MAX_STEPS).drive(machine.as_mut(), &by);
        let verdict = match driven {
            Ok(verdict) => verdict,
            Err(stuck) => return Some(stuck.to_string()),
        };
        match (machine.refused(), verdict.return_code) {
            (Some(_), _) | (None, 5..) if kept => None,
            (Some(word), _) => Some(format!("it is refused, {word}, though nothing has happened")),
            (None, code @ 5..) => Some(format!("it ends with return code {code}, though nothing has happened")),
            (None, _) => {
                let losses = self.inspector.inspect(name_of, what, &copy, &tried.back);
                (!losses.is_empty()).then(|| name(&losses))
            }
        }
    }
}

impl Check for Restores<'_> {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Restores<'_> {
    fn step_begins(&mut self, number: usize, step: &StoryStep, world: &World) {
        self.inspector.step_begins(number, step, world);
        self.meddled |= matches!(step.action, Do::Mirror { .. } | Do::FlashCopy { .. });
        self.disturbed |= matches!(step.action, Do::Vary { .. } | Do::Write { .. } | Do::Mirror { .. } | Do::FlashCopy { .. });
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        self.inspector.begins(work, profile, world);
        self.open.push(Open { profile: profile.clone(), recorded: None, meddled: false });
    }

    fn enters(&mut self, phase: Phase, world: &World) {
        self.inspector.enters(phase, world);
    }

    fn shown(&mut self, seen: &Arc<Observation>, at: Time) {
        self.inspector.shown(seen, at);
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        self.inspector.commanding(by, command, world);
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, met_by: Option<&PlannedFault>, world: &World) {
        self.inspector.answered(by, command, reply, met_by, world);
        self.disturbed |= met_by.is_some();
        let open = self.open.last_mut().filter(|open| *by == Issuer::Profile(open.profile.clone()));
        if let (Some(open), Command::Record { backup, .. }, Reply::Done) = (open, command, reply)
            && backup.valid
            && !backup.expired
        {
            open.recorded = Some(backup.generation);
        }
    }

    fn fired(&mut self, fault: &PlannedFault, _world: &World) {
        self.disturbed = true;
        if meddles(fault) {
            self.meddled = true;
            self.open.iter_mut().for_each(|open| open.meddled = true);
        }
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        self.inspector.ends(work, ended, world);
        let Some(open) = self.open.pop() else { return };
        let Ended::Said { verdict, .. } = ended else { return };
        match work {
            Work::Backup { .. } => {
                if let Some(generation) = open.recorded.filter(|_| self.open.is_empty() && !open.meddled) {
                    self.try_all(&open.profile, generation, verdict, world);
                }
            }
            // What a story restores itself has a history. Whatever has failed or was refused in it, a restore that says that
            // it is done is done; only what others have copied over or taken away is not the product's to bring back.
            Work::Restore { kind, generation, .. } if verdict.return_code <= 4 && !self.meddled => {
                let losses = self.inspector.losses();
                let taken = self.inspector.taken(&open.profile, *generation);
                if !losses.is_empty() && taken.is_none_or(|taken| is_of_its_backup(taken, &open.profile, *generation, world)) {
                    let (profile, losses) = (&open.profile, name(losses));
                    self.found.push(format!("the {kind} restore of {profile} from generation {generation}: {losses}"));
                }
            }
            _ => {}
        }
    }
}
