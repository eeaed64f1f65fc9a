//! Whoever follows the world: is told what has changed since last time, not what there is.

use std::sync::Arc;

use dasdlab_model::change_set::{ChangeSet, differences};
use dasdlab_model::observation::{ArraySeen, BackupProfile, CatalogSeen, DataSet, Relation};
use dasdlab_model::site::{Authority, Ims, Policy};

use crate::World;
use crate::array::Subsystem;
use crate::tracked::Touched;

/// What was told last, and what was touched since; none where nobody has asked yet.
#[derive(Debug, Default)]
pub(crate) struct Follower(Option<Box<Told>>);

/// What was told last of things that are not tracked one by one.
#[derive(Debug)]
struct Told {
    lacks: Touched,
    arrays: Vec<ArraySeen>,
    relations: Vec<Relation>,
    ims: Vec<Ims>,
    authority: Authority,
    policy: Policy,
    profiles: Arc<Vec<BackupProfile>>,
    catalogs: Arc<Vec<CatalogSeen>>,
    data_sets: Arc<Vec<DataSet>>,
}

impl Clone for Follower {
    /// Whoever follows a world does not follow its copies.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Follower {
    /// Keeps in mind what was touched.
    pub(crate) fn lack(&mut self, touched: &Touched) {
        if let Some(told) = &mut self.0 {
            told.lacks.absorb(touched);
        }
    }
}

impl World {
    /// What has changed since this was last asked, to be carried out on what could be seen then; none when it is asked for the
    /// first time. What was lent out to be written counts as changed, whether it was written or not.
    ///
    /// Volumes, units and mirror pairs cost what was touched of them. Relations, profiles, catalogs and data sets are compared
    /// with what they were, each list only where one of it was touched.
    pub fn changes(&mut self) -> Option<ChangeSet> {
        self.spread_touched();
        let Some(mut told) = self.follower.0.take() else {
            self.follower.0 = Some(Box::new(self.told()));
            return None;
        };
        let lacks = std::mem::take(&mut told.lacks);
        let mut changes = ChangeSet::default();
        self.tell_tracked(&lacks, &mut changes);
        if lacks.relations {
            let now = self.relations_in_order();
            changes.relations = differences(&told.relations, &now);
            told.relations = now;
        }
        if lacks.profiles {
            changes.profiles = differences(&told.profiles, &self.repository.profiles);
            told.profiles = self.repository.profiles.kept();
        }
        if lacks.catalogs {
            changes.catalogs = differences(&told.catalogs, &self.catalogs);
            told.catalogs = self.catalogs.kept();
        }
        if lacks.data_sets {
            changes.data_sets = differences(&told.data_sets, &self.data_sets);
            told.data_sets = self.data_sets.kept();
        }
        self.tell_surroundings(&mut told, &mut changes);
        self.follower.0 = Some(told);
        Some(changes)
    }

    /// Volumes, units and mirror pairs that were touched.
    fn tell_tracked(&self, lacks: &Touched, changes: &mut ChangeSet) {
        for &id in &lacks.volumes {
            let mut volume = self.volume(id).cloned();
            volume.iter_mut().filter_map(|volume| volume.vtoc.as_mut()).for_each(|vtoc| vtoc.sort_unstable());
            changes.volumes.insert(id, volume);
        }
        for &(standard, bcv) in &lacks.mirrors {
            let pair = self.subsystems.get(&bcv.array).and_then(|subsystem| subsystem.mirror(standard, bcv));
            changes.mirrors.insert((standard, bcv), pair.map(|pair| pair.state));
        }
        for &(system, unit) in &lacks.units {
            let host = self.hosts.iter().find(|host| host.name() == system);
            changes.units.insert((system, unit), host.and_then(|host| host.device(unit)));
        }
    }

    /// The few things that are not tracked.
    fn tell_surroundings(&self, told: &mut Told, changes: &mut ChangeSet) {
        fn tell<T: Clone + PartialEq>(told: &mut T, now: &T) -> Option<T> {
            (told != now).then(|| {
                told.clone_from(now);
                now.clone()
            })
        }
        if !self.subsystems.values().map(|subsystem| &subsystem.facts).eq(&told.arrays) {
            let now = self.arrays();
            changes.arrays = differences(&told.arrays, &now);
            told.arrays = now;
        }
        changes.ims = tell(&mut told.ims, &self.repository.ims);
        changes.authority = tell(&mut told.authority, &self.authority);
        changes.policy = tell(&mut told.policy, &self.policy);
    }

    fn told(&self) -> Told {
        Told {
            lacks: Touched::default(),
            arrays: self.arrays(),
            relations: self.relations_in_order(),
            ims: self.repository.ims.clone(),
            authority: self.authority.clone(),
            policy: self.policy.clone(),
            profiles: self.repository.profiles.kept(),
            catalogs: self.catalogs.kept(),
            data_sets: self.data_sets.kept(),
        }
    }

    fn arrays(&self) -> Vec<ArraySeen> {
        self.subsystems.values().map(|subsystem| subsystem.facts.clone()).collect()
    }

    fn relations_in_order(&self) -> Vec<Relation> {
        let mut relations: Vec<Relation> = self.subsystems.values().flat_map(Subsystem::seen_relations).collect();
        relations.sort_unstable();
        relations
    }
}
