//! Leaving out entries of the lists of a site.

use std::collections::BTreeSet;

use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{CodeLevelRow, Site};

use super::Search;
use super::bites::retain;

impl Search<'_> {
    /// Leaves out entries of one list, wherever the scenario has it.
    fn list<T: 'static>(&mut self, name: &'static str, list: fn(&mut Scenario) -> Option<&mut Vec<T>>) {
        self.pass = name;
        let count = list(&mut self.current).map_or(0, |list| list.len());
        self.bites(count, &|base, stays| {
            let mut candidate = base.clone();
            if let Some(list) = list(&mut candidate) {
                retain(list, stays);
            }
            candidate
        });
    }

    /// Leaves out whatever a site lists.
    pub(super) fn lists(&mut self) {
        self.list("profiles", |scenario| Some(&mut scenario.site.profiles));
        self.list("data sets", |scenario| Some(&mut scenario.site.data_sets));
        self.list("catalogs", |scenario| Some(&mut scenario.site.catalogs));
        self.list("FlashCopy relations", |scenario| Some(&mut scenario.site.flashcopy));
        self.list("mirror pairs", |scenario| Some(&mut scenario.site.mirrors));
        self.list("aliases", |scenario| Some(&mut scenario.site.aliases));
        self.list("IMS systems", |scenario| Some(&mut scenario.site.ims));
        self.list("authority", |scenario| Some(&mut scenario.site.authority.denied));
        self.empty_places();
        self.list("systems", |scenario| Some(&mut scenario.site.systems));
        self.of_profiles();
        self.expected();
        self.pass = "code levels";
        self.change(|scenario| scenario.site.policy.code_levels = dasdlab_model::site::Policy::default().code_levels);
        if self.current.site.policy != dasdlab_model::site::Policy::default() {
            let levels: fn(&mut Scenario) -> Option<&mut Vec<CodeLevelRow>> =
                |scenario| Some(&mut scenario.site.policy.code_levels);
            self.list("code levels", levels);
        }
    }

    /// Leaves out logical subsystems and arrays in which nothing lies any more.
    fn empty_places(&mut self) {
        self.pass = "arrays and logical subsystems";
        self.change(|scenario| {
            let Site { volumes, aliases, arrays, .. } = &mut scenario.site;
            let used: BTreeSet<_> = volumes
                .iter()
                .map(|volume| (volume.array, volume.lss))
                .chain(aliases.iter().map(|alias| (alias.array, alias.lss)))
                .collect();
            for array in &mut *arrays {
                array.lss.retain(|lss| lss.count > 1 || used.contains(&(array.serial, lss.id)));
            }
            arrays.retain(|array| !array.lss.is_empty());
        });
    }

    /// Leaves out what profiles list: sources with their pairs, pairs, backups.
    fn of_profiles(&mut self) {
        self.pass = "pairs";
        let entries = |scenario: &Scenario, count: fn(&dasdlab_model::site::Profile) -> usize| -> Vec<(usize, usize)> {
            let of = |(at, profile)| (0..count(profile)).map(move |entry| (at, entry));
            scenario.site.profiles.iter().enumerate().flat_map(of).collect()
        };
        let flags = |all: &[(usize, usize)], stays: &[bool], profile: usize| -> Vec<bool> {
            all.iter().zip(stays).filter(|((at, _), _)| *at == profile).map(|(_, stays)| *stays).collect()
        };
        let sources = entries(&self.current, |profile| profile.sources.len());
        self.bites(sources.len(), &|base, stays| {
            let mut candidate = base.clone();
            for (at, profile) in candidate.site.profiles.iter_mut().enumerate() {
                let before: BTreeSet<_> = profile.sources.iter().map(|source| source.unit).collect();
                retain(&mut profile.sources, &flags(&sources, stays, at));
                let now: BTreeSet<_> = profile.sources.iter().map(|source| source.unit).collect();
                profile.targets.retain(|mapping| !before.contains(&mapping.source) || now.contains(&mapping.source));
            }
            candidate
        });
        let targets = entries(&self.current, |profile| profile.targets.len());
        self.bites(targets.len(), &|base, stays| {
            let mut candidate = base.clone();
            for (at, profile) in candidate.site.profiles.iter_mut().enumerate() {
                retain(&mut profile.targets, &flags(&targets, stays, at));
            }
            candidate
        });
        self.pass = "backups";
        let backups = entries(&self.current, |profile| profile.backups.len());
        self.bites(backups.len(), &|base, stays| {
            let mut candidate = base.clone();
            for (at, profile) in candidate.site.profiles.iter_mut().enumerate() {
                retain(&mut profile.backups, &flags(&backups, stays, at));
            }
            candidate
        });
    }

    /// Leaves out what is expected, where expectations are part of what fails.
    fn expected(&mut self) {
        self.list("expectations", |scenario| scenario.expect.as_mut().map(|expect| &mut expect.findings));
        let steps = self.current.steps.len();
        self.plainer(steps, &|scenario, at| {
            if let Some(step) = scenario.steps.get_mut(at) {
                step.expect = None;
            }
        });
        for at in 0..steps {
            let fields: [fn(&mut dasdlab_model::story::StepExpectation); 8] = [
                |expect| expect.return_code = None,
                |expect| expect.restore_scope = None,
                |expect| expect.findings = None,
                |expect| expect.state = None,
                |expect| expect.reason = None,
                |expect| expect.backups = None,
                |expect| expect.refused = None,
                |expect| expect.losses = None,
            ];
            for clear in fields {
                if self.current.steps.get(at).is_some_and(|step| step.expect.is_some()) {
                    self.change(|scenario| {
                        if let Some(expect) = scenario.steps.get_mut(at).and_then(|step| step.expect.as_mut()) {
                            clear(expect);
                        }
                    });
                }
            }
        }
    }
}
