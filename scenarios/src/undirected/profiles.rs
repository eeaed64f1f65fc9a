//! Profiles of an undirected scenario: units of every sort on either side.

use dasdlab_model::name::ImsSsid;
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Backup, Profile, Sources, Targets};
use dasdlab_model::states::{BackupType, Consistency, Method, ProfileState, RestoreScope, SetupReason};
use dasdlab_model::unit::Unit;

use super::{Draft, Placed, any};
use crate::rng::Rng;

/// The most profiles.
const PROFILES: u32 = 3;
/// A unit that is nowhere, in three systems of counting.
const NOWHERE: [u32; 3] = [0xFFFF, 0x1_2345, 0xF_FFFF];

impl Draft {
    pub(super) fn profiles(&mut self, rng: &mut Rng) {
        for number in 1..=rng.range(1, if self.calm { 1 } else { PROFILES }) {
            let Ok(name) = format!("PROFILE {number}").parse() else { continue };
            let system = rng.index(self.site.systems.len());
            let method = if rng.chance(7, 8) { self.method } else { rng.one([Method::FlashCopy, Method::Bcv]) };
            let generations = self.generations(rng);
            let sources = self.sources(system, rng);
            let targets = self.targets(system, generations, &sources, rng);
            let state = any(ProfileState::ALL, rng).filter(|_| rng.chance(1, 2));
            let needed = state.is_none_or(|state| state == ProfileState::SetupNeeded);
            let unknown: Option<ImsSsid> = "GONE".parse().ok().filter(|_| self.environment_fails && rng.chance(1, 4));
            let known = if rng.chance(2, 3) { self.site.ims.first() } else { rng.choose(&self.site.ims) };
            let Some(ims_ssid) = unknown.or(known.map(|ims| ims.ssid)) else { continue };
            let held: Vec<u8> = (1..=generations.min(2)).filter(|_| rng.chance(1, 4)).collect();
            let backups = held.into_iter().map(|generation| backup(generation, rng)).collect();
            self.site.profiles.push(Profile {
                name,
                creator: rng.one(["", "", "", "OPER"]).to_owned(),
                description: String::new(),
                system: self.system(system).filter(|_| system > 0 || rng.chance(1, 2)),
                ims_ssid,
                backup_type: rng.one([BackupType::Full, BackupType::Data]),
                method,
                generations,
                state,
                reason: any(SetupReason::ALL, rng).filter(|_| needed && rng.chance(1, 2)),
                fingerprint: rng.chance(1, 4).then(|| "0123456789ABCDEF".to_owned()),
                locked_by: (self.environment_fails && rng.chance(1, 4)).then(|| "JOB00042".to_owned()),
                sources,
                targets,
                backups,
            });
        }
    }

    /// Few as a rule; now and then so many that the limit of relations is near or passed.
    fn generations(&self, rng: &mut Rng) -> u8 {
        if rng.chance(self.wild.mapping, 64) {
            rng.one([0, 11, 12, 13, 99])
        } else if self.calm {
            1
        } else {
            rng.one([1, 1, 1, 2, 2, 3])
        }
    }

    fn sources(&self, system: usize, rng: &mut Rng) -> Vec<Sources> {
        let mut sources: Vec<Sources> = Vec::new();
        if rng.chance(self.wild.mapping, 128) {
            return sources;
        }
        let most = if self.calm { 4 } else { rng.range(1, 4) };
        for volume in &self.placed {
            let Some(unit) = volume.units.get(system).copied().flatten() else { continue };
            let listed = if volume.target { rng.chance(self.wild.mapping, 48) } else { rng.chance(u64::from(most), 4) };
            if listed {
                let saved = if rng.chance(self.wild.label, 20) {
                    self.other_label(rng)
                } else {
                    volume.label.map(|label| label.to_string())
                };
                sources.push(Sources { unit, count: 1, volser: saved.map(|label| NamePattern::one(&label)) });
            }
        }
        if rng.chance(self.wild.unit, 24)
            && let Some(unit) = self.odd_unit(system, rng)
            && sources.iter().all(|source| source.unit != unit)
        {
            sources.push(Sources { unit, count: 1, volser: self.other_label(rng).map(|label| NamePattern::one(&label)) });
        }
        if rng.chance(1, 2) {
            rng.shuffle(&mut sources);
        }
        sources
    }

    fn other_label(&self, rng: &mut Rng) -> Option<String> {
        rng.chance(3, 4).then(|| format!("W{:02}", rng.range(0, self.labels)))
    }

    /// A unit that is nowhere, an alias, or any unit of the system, of the other one if there is another.
    fn odd_unit(&self, system: usize, rng: &mut Rng) -> Option<Unit> {
        let aliases: Vec<Unit> = self.aliases.iter().filter(|(of, _)| *of == system).map(|&(_, unit)| unit).collect();
        match rng.below(4) {
            0 => Unit::new(rng.one(NOWHERE)),
            1 => any(&aliases, rng),
            2 => rng.choose(&self.placed).and_then(|volume| volume.units.get(1 - system.min(1)).copied().flatten()),
            _ => rng.choose(&self.placed).and_then(|volume| volume.units.get(system).copied().flatten()),
        }
    }

    fn targets(&self, system: usize, generations: u8, sources: &[Sources], rng: &mut Rng) -> Vec<Targets> {
        let mut targets: Vec<Targets> = Vec::new();
        // Beyond a few generations nearly all targets would be missing anyway; the last one is what limits ask for.
        for generation in (1..=generations).filter(|&generation| generation <= 3 || generation == generations) {
            for source in sources {
                if rng.chance(self.wild.mapping, 32) {
                    continue;
                }
                if let Some(target) = self.target(system, source.unit, &targets, rng) {
                    targets.push(Targets { generation, source: source.unit, target, count: 1 });
                }
            }
            if rng.chance(self.wild.unit, 32)
                && let Some((source, target)) = self.odd_unit(system, rng).zip(self.odd_unit(system, rng))
                && targets.iter().all(|other| (other.generation, other.source) != (generation, source))
            {
                targets.push(Targets { generation, source, target, count: 1 });
            }
        }
        if rng.chance(1, 2) {
            rng.shuffle(&mut targets);
        }
        targets
    }

    /// A target for a source: what once was copied from it, what lies beside it, or anything.
    fn target(&self, system: usize, source: Unit, given: &[Targets], rng: &mut Rng) -> Option<Unit> {
        let unit = |volume: &Placed| volume.units.get(system).copied().flatten();
        if rng.chance(self.wild.unit, 32) {
            return self.odd_unit(system, rng);
        }
        let from = self.placed.iter().find(|volume| unit(volume) == Some(source));
        let fresh =
            |volume: &&Placed| !given.iter().any(|other| Some(other.target) == unit(volume)) && unit(volume) != Some(source);
        let beside = |from: &Placed, same_lss: bool| -> Vec<Unit> {
            self.placed
                .iter()
                .filter(|volume| volume.target && volume.id.array == from.id.array)
                .filter(|volume| !same_lss || volume.id.lss == from.id.lss)
                .filter(fresh)
                .filter_map(unit)
                .collect()
        };
        let copied = from.filter(|_| rng.chance(1, 2)).and_then(|from| {
            let copies: Vec<Unit> = self.copied_from(from).into_iter().filter(|volume| fresh(volume)).filter_map(unit).collect();
            any(&copies, rng)
        });
        let near = from.and_then(|from| any(&beside(from, !rng.chance(1, 4)), rng));
        let anything = || {
            let all: Vec<Unit> = self.placed.iter().filter(|volume| volume.target).filter(fresh).filter_map(unit).collect();
            all
        };
        copied.or(near).or_else(|| any(&anything(), rng).filter(|_| rng.chance(1, 2)))
    }
}

fn backup(generation: u8, rng: &mut Rng) -> Backup {
    Backup {
        generation,
        taken_at: rng.below(1_000_000),
        valid: rng.chance(3, 4),
        expired: rng.chance(1, 4),
        consistency: rng.one([Consistency::Array, Consistency::LogSuspend]),
        restore_scope: any(RestoreScope::ALL, rng),
        why: String::new(),
    }
}
