//! Backup profiles.

use rustc_hash::FxHashSet;

use super::{Step, Unroller, field};
use crate::observation::{BackupProfile, Mapping, Source};
use crate::site::Profile;
use crate::states::{ProfileState, SetupReason};
use crate::unit::Unit;

/// The most generations of a profile.
pub(super) const MAX_GENERATIONS: u8 = 99;

impl Unroller<'_> {
    pub(super) fn profiles(&mut self) {
        let site = self.site;
        let mut names = FxHashSet::default();
        for (index, profile) in site.profiles.iter().enumerate() {
            let at = |name| field("profiles", index, name);
            if !names.insert(&profile.name) {
                self.fault(at("name"), format!("profile {} is declared twice", profile.name));
            }
            if profile.generations > MAX_GENERATIONS {
                self.fault(at("generations"), format!("{} generations: expected 0 to {MAX_GENERATIONS}", profile.generations));
            }
            let state = profile.state.unwrap_or(ProfileState::SetupNeeded);
            if state != ProfileState::SetupNeeded && profile.reason.is_some() {
                self.fault(at("reason"), format!("a profile that is {state} needs no setup: expected no reason"));
            }
            for (backup_at, backup) in profile.backups.iter().enumerate() {
                if !(1..=MAX_GENERATIONS).contains(&backup.generation) {
                    let mut path = at("backups");
                    path.extend([Step::Item(backup_at), Step::Field("generation")]);
                    self.fault(path, format!("generation {}: expected 1 to {MAX_GENERATIONS}", backup.generation));
                }
            }
            let Some(system) = profile.system.or(self.home()).filter(|system| self.systems.contains(system)) else {
                let hint = profile.system.map(|system| self.hint(system.as_str(), &self.systems)).unwrap_or_default();
                self.fault(at("system"), format!("the profile's system is nowhere in the site{hint}"));
                continue;
            };
            let (sources, targets) = (self.sources(index, profile), self.targets(index, profile));
            self.seen.profiles.push(BackupProfile {
                name: profile.name.clone(),
                creator: profile.creator.clone(),
                description: profile.description.clone(),
                system,
                ims_ssid: profile.ims_ssid,
                backup_type: profile.backup_type,
                method: profile.method,
                generations: profile.generations,
                state,
                reason: (state == ProfileState::SetupNeeded).then_some(profile.reason.unwrap_or(SetupReason::New)),
                fingerprint: profile.fingerprint.clone(),
                locked_by: profile.locked_by.clone(),
                sources,
                targets,
                backups: profile.backups.clone(),
            });
        }
    }

    fn sources(&mut self, index: usize, profile: &Profile) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::with_capacity(profile.sources.len());
        let mut units = FxHashSet::default();
        units.reserve(profile.sources.len());
        for (at, range) in profile.sources.iter().enumerate() {
            let path = |name| {
                vec![Step::Field("profiles"), Step::Item(index), Step::Field("sources"), Step::Item(at), Step::Field(name)]
            };
            if !self.fits(|| path("count"), "sources", range.count, sources.len(), 0) {
                continue;
            }
            for nth in 0..range.count {
                let Some(unit) = self.next_unit(|| path("unit"), range.unit, nth) else { break };
                if !units.insert(unit) {
                    self.fault(path("unit"), format!("source {unit} is listed twice"));
                    break;
                }
                let volser = match &range.volser {
                    None => None,
                    Some(pattern) => match self.label(|| path("volser"), pattern, nth) {
                        None => break,
                        label => label,
                    },
                };
                sources.push(Source { unit, volser });
            }
        }
        sources
    }

    fn targets(&mut self, index: usize, profile: &Profile) -> Vec<Mapping> {
        let mut targets: Vec<Mapping> = Vec::with_capacity(profile.targets.len());
        let mut mapped = FxHashSet::default();
        mapped.reserve(profile.targets.len());
        for (at, range) in profile.targets.iter().enumerate() {
            let path = |name| {
                vec![Step::Field("profiles"), Step::Item(index), Step::Field("targets"), Step::Item(at), Step::Field(name)]
            };
            let generation = range.generation;
            if !(1..=profile.generations).contains(&generation) {
                let message =
                    format!("a target for generation {generation}: the profile has {} generations", profile.generations);
                self.fault(path("generation"), message);
                continue;
            }
            if !self.fits(|| path("count"), "targets", range.count, targets.len(), 0) {
                continue;
            }
            for nth in 0..range.count {
                let Some(source) = self.next_unit(|| path("source"), range.source, nth) else { break };
                let Some(target) = self.next_unit(|| path("target"), range.target, nth) else { break };
                if !mapped.insert((generation, source)) {
                    self.fault(
                        path("source"),
                        format!("source {source} has two targets in generation {generation}: expected one"),
                    );
                    break;
                }
                targets.push(Mapping { generation, source, target });
            }
        }
        targets
    }

    fn next_unit(&mut self, path: impl FnOnce() -> Vec<Step>, first: Unit, nth: u32) -> Option<Unit> {
        let unit = first.plus(nth);
        if unit.is_none() {
            self.fault(path(), "the range runs past unit FFFFF");
        }
        unit
    }
}
