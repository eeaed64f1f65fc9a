//! Making plainer what cannot be left out: values that everything has where nothing is the matter.

use std::collections::BTreeSet;

use dasdlab_model::alive::Alive;
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{Policy, Volumes};
use dasdlab_model::states::{HostStatus, MirrorState, RelationState};

use super::Search;

/// The most labels among which data are moved.
const LABELS: usize = 16;
/// Cylinders of a volume whose size does not matter.
const SMALL: u32 = 100;

impl Search<'_> {
    /// Makes everything plainer that a site and a story say.
    pub(super) fn plain(&mut self) {
        self.plain_site();
        self.plain_volumes();
        self.plain_profiles();
        self.plain_data();
        self.plain_copies();
        self.plain_story();
    }

    fn plain_site(&mut self) {
        self.pass = "values of the site";
        let changes: [fn(&mut Scenario); 8] = [
            |scenario| scenario.site.description.clear(),
            |scenario| scenario.site.alive = Alive::default(),
            |scenario| scenario.site.policy = Policy::default(),
            |scenario| scenario.site.policy.lss_scope = Policy::default().lss_scope,
            |scenario| scenario.site.policy.log_scope = Policy::default().log_scope,
            |scenario| scenario.site.policy.migrated = Policy::default().migrated,
            |scenario| scenario.site.policy.report_non_ims_data = true,
            |scenario| scenario.site.systems.iter_mut().for_each(|system| system.host_software_level = None),
        ];
        for change in changes {
            self.change(change);
        }
        let arrays: [fn(&mut dasdlab_model::site::Array); 3] =
            [|array| array.fixes.clear(), |array| array.copy_rate = None, |array| array.reachable = true];
        for change in arrays {
            self.plainer(self.current.site.arrays.len(), &|scenario, at| {
                if let Some(array) = scenario.site.arrays.get_mut(at) {
                    change(array);
                }
            });
        }
    }

    fn plain_volumes(&mut self) {
        self.pass = "values of volumes";
        let everything: fn(&mut Volumes) = |volume| {
            for change in VOLUME {
                change(volume);
            }
        };
        for change in std::iter::once(everything).chain(VOLUME) {
            self.plainer(self.current.site.volumes.len(), &|scenario, at| {
                if let Some(volume) = scenario.site.volumes.get_mut(at) {
                    change(volume);
                }
            });
        }
        self.change(|scenario| {
            for volume in &mut scenario.site.volumes {
                (volume.model, volume.cylinders) = (None, Some(SMALL));
            }
        });
        // A status that is neither online nor offline is what is the matter, or it is not.
        self.plainer(self.current.site.volumes.len(), &|scenario, at| {
            let targets = targets(scenario);
            if let Some(volume) = scenario.site.volumes.get_mut(at) {
                let is_target = volume.unit.is_some_and(|unit| targets.contains(&unit));
                volume.status = is_target.then_some(HostStatus::Offline);
            }
        });
    }

    fn plain_profiles(&mut self) {
        self.pass = "values of profiles";
        self.change(|scenario| {
            if scenario.site.profiles.len() == 1 {
                scenario.profile = None;
            }
        });
        self.change(|scenario| {
            let home = scenario.site.systems.first().map(|system| system.name);
            scenario.site.profiles.iter_mut().filter(|profile| profile.system == home).for_each(|profile| profile.system = None);
            scenario.site.aliases.iter_mut().filter(|alias| alias.system == home).for_each(|alias| alias.system = None);
        });
        let changes: [fn(&mut dasdlab_model::site::Profile); 5] = [
            |profile| profile.creator.clear(),
            |profile| profile.description.clear(),
            |profile| profile.locked_by = None,
            |profile| (profile.state, profile.reason, profile.fingerprint) = (None, None, None),
            |profile| profile.backups.iter_mut().for_each(|backup| backup.why.clear()),
        ];
        for change in changes {
            self.plainer(self.current.site.profiles.len(), &|scenario, at| {
                if let Some(profile) = scenario.site.profiles.get_mut(at) {
                    change(profile);
                }
            });
        }
    }

    fn plain_data(&mut self) {
        self.pass = "values of data sets";
        let count = self.current.site.data_sets.len();
        let changes: [fn(&mut dasdlab_model::site::DataSets); 3] =
            [|data_set| data_set.storage = None, |data_set| data_set.volumes.truncate(1), |data_set| data_set.ims.truncate(1)];
        for change in changes {
            self.plainer(count, &|scenario, at| {
                if let Some(data_set) = scenario.site.data_sets.get_mut(at) {
                    change(data_set);
                }
            });
        }
        self.plainer(self.current.site.catalogs.len(), &|scenario, at| {
            if let Some(catalog) = scenario.site.catalogs.get_mut(at) {
                catalog.reachable = true;
                catalog.volumes.truncate(1);
            }
        });
        self.plainer(self.current.site.ims.len(), &|scenario, at| {
            if let Some(ims) = scenario.site.ims.get_mut(at) {
                ims.group = None;
            }
        });
    }

    fn plain_copies(&mut self) {
        self.pass = "values of copies";
        self.plainer(self.current.site.flashcopy.len(), &|scenario, at| {
            if let Some(relation) = scenario.site.flashcopy.get_mut(at) {
                relation.state = RelationState::Idle;
            }
        });
        self.plainer(self.current.site.mirrors.len(), &|scenario, at| {
            if let Some(pair) = scenario.site.mirrors.get_mut(at) {
                pair.state = MirrorState::Synchronized;
            }
        });
    }

    /// Moves data from one volume to another, so that the first can be left out.
    pub(super) fn labels(&mut self) {
        self.pass = "labels of data";
        let labels = self.data_labels();
        if labels.len() > LABELS {
            return;
        }
        for from in &labels {
            for to in labels.iter().filter(|to| *to != from) {
                if self.data_labels().contains(from) {
                    self.change(|scenario| relabel(scenario, from, to));
                }
            }
        }
    }

    /// The labels to which data sets and catalogs are cataloged.
    fn data_labels(&self) -> BTreeSet<String> {
        let site = &self.current.site;
        let data = site.data_sets.iter().flat_map(|data_set| &data_set.volumes).map(ToString::to_string);
        data.chain(site.catalogs.iter().flat_map(|catalog| &catalog.volumes).map(ToString::to_string)).collect()
    }
}

const VOLUME: [fn(&mut Volumes); 10] = [
    |volume| volume.thin = false,
    |volume| volume.inhibited = false,
    |volume| volume.v1_active = false,
    |volume| volume.incapable = None,
    |volume| volume.reserved_by = None,
    |volume| volume.remote = None,
    |volume| (volume.storage_group, volume.pool) = (None, None),
    |volume| volume.vtoc = None,
    |volume| volume.device = None,
    |volume| volume.elsewhere.clear(),
];

/// Units that are targets of some profile.
fn targets(scenario: &Scenario) -> BTreeSet<dasdlab_model::unit::Unit> {
    scenario.site.profiles.iter().flat_map(|profile| &profile.targets).map(|mapping| mapping.target).collect()
}

/// Catalogs what lies on one label to another.
fn relabel(scenario: &mut Scenario, from: &str, to: &str) {
    let site = &mut scenario.site;
    for data_set in &mut site.data_sets {
        let mut known = BTreeSet::new();
        for label in &mut data_set.volumes {
            if label.to_string() == from {
                *label = NamePattern::one(to);
            }
        }
        data_set.volumes.retain(|label| known.insert(label.to_string()));
    }
    for catalog in &mut site.catalogs {
        let mut known = BTreeSet::new();
        for label in &mut catalog.volumes {
            if label.as_str() == from
                && let Ok(to) = to.parse()
            {
                *label = to;
            }
        }
        catalog.volumes.retain(|label| known.insert(*label));
    }
}
