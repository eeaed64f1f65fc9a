//! Follows a story, so that a restore can be inspected when it has ended.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::finding::Subject;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{MirrorPair, Observation};
use dasdlab_model::states::Storage;
use dasdlab_model::story::{PlannedFault, RestoreKind, StoryStep};
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::back::{Back, copied_back};
use super::view::View;
use super::{Lost, Taken, inspect};
use crate::story::watch::{Ended, Watcher, Work};

/// What was on a profile's targets when a piece of work began, and was not this profile's to copy over.
#[derive(Debug, Clone, Default)]
struct Belongings {
    data: BTreeMap<VolumeId, BTreeSet<Subject>>,
    mirrors: BTreeMap<(VolumeId, VolumeId), Subject>,
}

impl Belongings {
    fn of(world: &World, seen: &Observation, profile: &ProfileName) -> Self {
        let Some(view) = View::new(seen, profile) else { return Self::default() };
        let targets = view.own_targets();
        let mut belongings = Self::default();
        // A target that is a copy holds nothing of its own, whatever its label says.
        let own = |volume: &VolumeId| world.content(*volume).is_some_and(|content| content.origin == *volume);
        let mut note = |volumes: &BTreeSet<VolumeId>, subject: &Subject| {
            for volume in volumes.intersection(&targets).filter(|volume| own(volume)) {
                belongings.data.entry(*volume).or_default().insert(subject.clone());
            }
        };
        // What another system alone has mounted counts where a profile of it names it as a source.
        let mut note_all = |view: &View<'_>, of: &BTreeSet<VolumeId>| {
            for data_set in view.data_sets().filter(|data_set| data_set.storage == Storage::Disk) {
                note(&(&view.volumes_of(data_set) & of), &Subject::DataSet(data_set.name.clone()));
            }
            for catalog in &seen.catalogs {
                note(&(&view.volumes_of_catalog(catalog) & of), &Subject::Catalog(catalog.name.clone()));
            }
        };
        note_all(&view, &targets);
        for other in seen.profiles.iter().filter(|other| other.name != *profile) {
            if let Some(view) = View::new(seen, &other.name) {
                note_all(&view, view.sources());
            }
        }
        let foreign = |pair: &&MirrorPair| {
            pair.state.is_established() && targets.contains(&pair.bcv) && !view.sources().contains(&pair.standard)
        };
        let foreign = seen.mirrors.iter().filter(foreign);
        belongings.mirrors = foreign.map(|pair| ((pair.standard, pair.bcv), view.subject(pair.bcv))).collect();
        belongings
    }

    /// What this command destroys of it.
    fn destroyed(&self, command: &Command, reply: &Reply) -> Vec<(Subject, String)> {
        if let Command::Mirror { standard, bcv, order } = command
            && *reply == Reply::Done
            && matches!(order, MirrorOrder::SplitNormal | MirrorOrder::SplitInstant | MirrorOrder::SplitForced)
            && let Some(subject) = self.mirrors.get(&(*standard, *bcv))
        {
            return vec![(subject.clone(), format!("it mirrored {standard} for somebody else and was split from it"))];
        }
        let receivers: Vec<VolumeId> = match command {
            Command::Mirror { bcv, order: MirrorOrder::EstablishFull | MirrorOrder::EstablishIncremental, .. }
                if *reply == Reply::Done =>
            {
                vec![*bcv]
            }
            Command::Mirror { .. } => Vec::new(),
            command => copied_back(command, reply),
        };
        let lost = receivers.into_iter().filter_map(|volume| Some((volume, self.data.get(&volume)?)));
        lost.flat_map(|(volume, subjects)| {
            subjects.iter().map(move |subject| (subject.clone(), format!("{volume} was copied over")))
        })
        .collect()
    }
}

/// A piece of work that has not ended.
#[derive(Debug, Clone)]
struct Open {
    profile: ProfileName,
    restore: Option<(RestoreKind, u8)>,
    belongings: Belongings,
    taken: Option<Taken>,
    back: Back,
}

/// Follows a story and inspects the world after each restore.
#[derive(Debug, Clone, Default)]
pub struct Inspector {
    begun: bool,
    open: Vec<Open>,
    taken: BTreeMap<(ProfileName, u8), Taken>,
    overwritten: BTreeMap<ProfileName, BTreeMap<Subject, String>>,
    losses: Vec<Lost>,
    step: usize,
    all: Vec<(usize, Lost)>,
}

impl Inspector {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the restores of the last step have lost.
    #[must_use]
    pub fn losses(&self) -> &[Lost] {
        &self.losses
    }

    /// What the restores of every step have lost, with the number of the step.
    #[must_use]
    pub fn all_losses(&self) -> &[(usize, Lost)] {
        &self.all
    }

    /// What the backup is made of that a generation holds.
    #[must_use]
    pub fn taken(&self, profile: &ProfileName, generation: u8) -> Option<&Taken> {
        self.taken.get(&(profile.clone(), generation))
    }

    /// What a world has lost in which these volumes were copied back from a generation.
    #[must_use]
    pub fn inspect(&self, profile: &ProfileName, (kind, generation): (RestoreKind, u8), world: &World, back: &Back) -> Vec<Lost> {
        let nothing = BTreeMap::new();
        let overwritten = self.overwritten.get(profile).unwrap_or(&nothing);
        let taken = self.taken(profile, generation);
        taken.map_or_else(Vec::new, |taken| inspect(taken, profile, kind, (world, back), overwritten))
    }

    /// Backups that were there before the story began are of no known instant.
    fn begin(&mut self, world: &World) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        for profile in &world.observe().profiles {
            for backup in profile.backups.iter().filter(|backup| backup.valid && !backup.expired) {
                let taken = Taken { at: None, ..Taken::now(world, &profile.name) };
                self.taken.insert((profile.name.clone(), backup.generation), taken);
            }
        }
    }
}

impl Watcher for Inspector {
    fn step_begins(&mut self, number: usize, _step: &StoryStep, world: &World) {
        self.begin(world);
        self.step = number;
        self.losses.clear();
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        self.begin(world);
        let belongings = match work {
            Work::Setup { .. } | Work::Backup { .. } => Belongings::of(world, &world.observe(), profile),
            _ => Belongings::default(),
        };
        let restore = match work {
            Work::Restore { kind, generation, .. } => Some((*kind, *generation)),
            _ => None,
        };
        self.open.push(Open { profile: profile.clone(), restore, belongings, taken: None, back: Back::default() });
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        let Some(open) = self.open.last_mut().filter(|open| *by == Issuer::Profile(open.profile.clone())) else { return };
        if open.restore.is_some() {
            open.back.commanding(&open.profile, world);
        } else if matches!(command, Command::SplitTogether { .. } | Command::EstablishTogether { .. }) {
            open.taken = Some(Taken::now(world, &open.profile));
        }
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, world: &World) {
        let Some(open) = self.open.last_mut().filter(|open| *by == Issuer::Profile(open.profile.clone())) else { return };
        if open.restore.is_some() {
            open.back.answered(&open.profile, command, reply, world);
            return;
        }
        let destroyed = open.belongings.destroyed(command, reply);
        if !destroyed.is_empty() {
            self.overwritten.entry(open.profile.clone()).or_default().extend(destroyed);
        }
        if let Command::Record { profile, backup } = command
            && *reply == Reply::Done
            && backup.valid
            && !backup.expired
        {
            let taken = open.taken.clone().unwrap_or_else(|| Taken { at: None, ..Taken::now(world, &open.profile) });
            self.taken.insert((profile.clone(), backup.generation), taken);
        }
    }

    fn ends(&mut self, _work: &Work, ended: &Ended, world: &World) {
        let Some(Open { profile, restore, back, .. }) = self.open.pop() else { return };
        let refused = matches!(ended, Ended::Refused(_) | Ended::Said { refused: Some(_), .. });
        if let Some(what) = restore.filter(|_| !refused || !back.is_empty()) {
            let losses = self.inspect(&profile, what, world, &back);
            self.all.extend(losses.iter().map(|lost| (self.step, lost.clone())));
            self.losses.extend(losses);
        }
    }
}
