//! Findings depend neither on the order of lists nor on names, and a fault of one unit hides no finding about another.

use std::collections::BTreeSet;
use std::sync::Arc;

use dasdlab_model::event::Time;
use dasdlab_model::finding::{Finding, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::HostStatus;
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_scenarios::relations;
use dasdlab_simulator::World;

use super::{Check, frozen};
use crate::run::digest::Hasher;
use crate::story::DEFAULT_WAIT;
use crate::story::actors::Actors;
use crate::story::watch::{Ended, Watcher, Work};

/// Asks the setup of a photograph of the world about the same photograph with something else about it. The first photograph
/// of a story is asked in every way, each later one in one.
pub(super) struct Twins<'a> {
    actors: &'a dyn Actors,
    within: usize,
    photographs: u64,
    found: Vec<String>,
}

/// A photograph, what setup says of it, and how to ask again.
struct Asked<'a> {
    actors: &'a dyn Actors,
    seen: &'a Observation,
    profile: &'a BackupProfile,
    at: Time,
    seed: u64,
    verdict: Verdict,
}

/// What setup says of a photograph before it acts.
fn ask(actors: &dyn Actors, seen: &Arc<Observation>, profile: &ProfileName, at: Time) -> Option<Verdict> {
    let verdict = frozen::verdict(actors.setup(profile, DEFAULT_WAIT, &[]), seen, at)?;
    let findings = verdict.findings.into_iter().filter(|finding| finding.rule() != Rule::PS16).collect();
    Some(Verdict { findings, ..verdict })
}

fn set(verdict: &Verdict) -> BTreeSet<(Rule, Reason, &[Subject])> {
    verdict.findings.iter().map(|finding| (finding.rule(), finding.reason, finding.subjects.as_slice())).collect()
}

/// The first finding that one verdict has and the other has not; evidence counts.
fn first_difference(before: &Verdict, after: &Verdict) -> Option<String> {
    let name = |finding: &Finding, what: &str| {
        let subjects: Vec<String> = finding.subjects.iter().map(ToString::to_string).collect();
        format!("{} {} of {} {what}", finding.code(), finding.reason, subjects.join(", "))
    };
    let lost = before.findings.iter().find(|finding| !after.findings.contains(finding)).map(|finding| name(finding, "is gone"));
    let new = || after.findings.iter().find(|finding| !before.findings.contains(finding)).map(|finding| name(finding, "is new"));
    lost.or_else(new)
}

impl Asked<'_> {
    fn again(&self, seen: Observation, profile: &ProfileName) -> Verdict {
        let nothing = Verdict { return_code: 12, restore_scope: None, findings: Vec::new() };
        ask(self.actors, &Arc::new(seen), profile, self.at).unwrap_or(nothing)
    }

    fn reordered(&self) -> Option<String> {
        let verdict = self.again(relations::reorder(self.seen.clone(), self.seed), &self.profile.name);
        first_difference(&self.verdict, &verdict).map(|what| format!("listed in another order, {what}"))
    }

    fn renamed(&self) -> Option<String> {
        let (seen, renaming) = relations::rename(self.seen, self.seed);
        let name = renaming.profile(&self.profile.name);
        let verdict = self.again(seen, &name);
        let expected = renaming.verdict(&self.profile.name, &self.verdict);
        first_difference(&expected, &verdict).map(|what| format!("under other names, {what}"))
    }

    /// Lets a unit of the profile have a fault more.
    fn faulted(&self) -> Option<String> {
        let (unit, volume) = self.some_unit()?;
        let mut seen = self.seen.clone();
        let of = |entry: &&mut dasdlab_model::observation::UnitSeen| (entry.system, entry.unit) == (self.profile.system, unit);
        let mut hides_its_label = false;
        let what = match self.seed / 7 % 5 {
            kind @ 0..=2 => {
                let status = match kind {
                    0 => HostStatus::Boxed,
                    1 => HostStatus::NoPath,
                    _ => HostStatus::NotReady,
                };
                hides_its_label = true;
                seen.units.iter_mut().find(of)?.device = Device::Base(volume, status);
                status.as_str()
            }
            kind => {
                let volume = seen.volumes.iter_mut().find(|entry| entry.id == volume)?;
                match kind {
                    3 => volume.reserved_by = "OTHERSYS".parse().ok(),
                    _ => volume.inhibited = true,
                }
                if kind == 3 { "reserved" } else { "inhibited" }
            }
        };
        let verdict = self.again(seen, &self.profile.name);
        let after = set(&verdict);
        let must_stay = |finding: &&Finding| {
            let through_its_label =
                matches!(finding.rule(), Rule::PS01 | Rule::PS02 | Rule::PS03 | Rule::PS04 | Rule::PS10 | Rule::PS15)
                    || matches!(finding.reason, Reason::Ps06HoldsData | Reason::Ps05DuplicateVolser);
            !(finding.subjects.contains(&Subject::Unit(unit)) || hides_its_label && through_its_label)
        };
        let gone = |finding: &&Finding| !after.contains(&(finding.rule(), finding.reason, finding.subjects.as_slice()));
        let hidden = self.verdict.findings.iter().filter(must_stay).find(gone)?;
        Some(format!("with {unit} {what}, {} {} of another unit is gone", hidden.code(), hidden.reason))
    }

    /// One of the profile's base units.
    fn some_unit(&self) -> Option<(Unit, VolumeId)> {
        let listed = self.profile.sources.iter().map(|source| source.unit);
        let units: BTreeSet<Unit> = listed.chain(self.profile.targets.iter().map(|entry| entry.target)).collect();
        let base = |unit: Unit| {
            let entry = self.seen.units.iter().find(|entry| (entry.system, entry.unit) == (self.profile.system, unit))?;
            match entry.device {
                Device::Base(volume, _) => Some((unit, volume)),
                Device::Alias(_) => None,
            }
        };
        let bases: Vec<(Unit, VolumeId)> = units.into_iter().filter_map(base).collect();
        let place = usize::try_from(self.seed).unwrap_or_default().checked_rem(bases.len())?;
        bases.get(place).copied()
    }
}

impl<'a> Twins<'a> {
    pub(super) const fn new(actors: &'a dyn Actors) -> Self {
        Self { actors, within: 0, photographs: 0, found: Vec::new() }
    }

    /// A seed that depends on the story alone.
    fn seed(&self, profile: &ProfileName, at: Time) -> u64 {
        let mut hasher = Hasher::default();
        hasher.write(profile.as_str().as_bytes());
        hasher.write(&at.0.to_le_bytes());
        hasher.write(&self.photographs.to_le_bytes());
        // The upper half says as much as the lower one.
        (hasher.finish() >> 65) as u64
    }
}

impl Check for Twins<'_> {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Twins<'_> {
    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        self.within += 1;
        if self.within > 1 || !matches!(work, Work::Setup { .. } | Work::Backup { .. }) {
            return;
        }
        let (seen, at) = (Arc::new(world.observe()), world.now());
        let Some(found) = seen.profile(profile) else { return };
        let Some(verdict) = ask(self.actors, &seen, profile, at) else { return };
        let seed = self.seed(profile, at);
        let asked = Asked { actors: self.actors, seen: &seen, profile: found, at, seed, verdict };
        let ways = [Asked::reordered, Asked::renamed, Asked::faulted];
        for (way, number) in ways.into_iter().zip(0..) {
            if self.photographs == 0 || self.photographs % 3 == number {
                self.found.extend(way(&asked));
            }
        }
        self.photographs += 1;
    }

    fn ends(&mut self, _work: &Work, _ended: &Ended, _world: &World) {
        self.within = self.within.saturating_sub(1);
    }
}
