//! Scenarios that mix arbitrary states without care.
//!
//! Nothing is expected of them: two judges that were written apart must agree on each. They hold everything that a site
//! may hold and still be well-formed: labels that several volumes carry and labels that none carries, units that are
//! nowhere, aliases as sources, targets of nobody, every state beside every other. How wild each kind of thing is, is
//! drawn anew for each scenario, so that now one fault stands alone and now a dozen overlap.

mod arrays;
mod copies;
mod data;
mod profiles;
mod volumes;

use dasdlab_model::name::{SystemName, Volser};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{FORMAT, Site, System};
use dasdlab_model::states::Method;
use dasdlab_model::unit::{Unit, VolumeId, VolumeRef};

use crate::rng::Rng;

/// One of so many scenarios has an environment that fails, which hides everything else.
const ENVIRONMENT_FAILS_ONE_IN: u64 = 12;

/// The scenario of this index: well-formed, otherwise anything.
#[must_use]
pub fn undirected(seed: u64, index: u64) -> Scenario {
    let rng = Rng::new(seed).child("undirected").child(&index.to_string());
    let mut draft = Draft::new(&rng);
    draft.arrays(&mut rng.child("arrays"));
    draft.volumes(&mut rng.child("volumes"));
    draft.aliases(&mut rng.child("aliases"));
    draft.flashcopy(&mut rng.child("flashcopy"));
    draft.mirrors(&mut rng.child("mirrors"));
    draft.ims(&mut rng.child("ims"));
    draft.catalogs(&mut rng.child("catalogs"));
    draft.data_sets(&mut rng.child("data sets"));
    draft.policy(&mut rng.child("policy"));
    draft.profiles(&mut rng.child("profiles"));
    let profile = rng.child("profile").choose(&draft.site.profiles).map(|profile| profile.name.clone());
    Scenario {
        format: FORMAT,
        id: format!("undirected-{seed:016x}-{index}"),
        title: "arbitrary states".to_owned(),
        profile,
        site: draft.site,
        ..Scenario::default()
    }
}

/// The most systems of a site.
const SYSTEMS: usize = 2;

/// A site as it grows, and what is worth remembering of it.
struct Draft {
    site: Site,
    /// The method that most profiles use and most arrays suit.
    method: Method,
    /// Whether most things are meant to be in order.
    calm: bool,
    /// Whether something in the environment may fail.
    environment_fails: bool,
    /// Chances, in sixteenths, that a thing is not as it should be.
    wild: Wild,
    /// Every volume that was placed.
    placed: Vec<Placed>,
    /// How many labels there are to draw from.
    labels: u32,
    /// How many data set names there are.
    names: u32,
    /// The next control-unit SSID.
    cu_ssid: u16,
    /// Units that are aliases, by index of their system.
    aliases: Vec<(usize, Unit)>,
    /// Where the next units of each system come from.
    units: [Units; SYSTEMS],
    /// Source and copy of every relation and mirror pair.
    copied: Vec<(VolumeId, VolumeId)>,
}

/// How wild each kind of thing is: how many in 16 are not as they should be.
#[derive(Debug, Clone, Copy)]
struct Wild {
    array: u64,
    status: u64,
    volume: u64,
    label: u64,
    copy: u64,
    data: u64,
    unit: u64,
    mapping: u64,
}

/// A volume that was placed.
#[derive(Debug, Clone, Copy)]
struct Placed {
    id: VolumeId,
    label: Option<Volser>,
    bcv: bool,
    /// Meant for a target, as far as anything is meant here.
    target: bool,
    /// Its unit in each system.
    units: [Option<Unit>; SYSTEMS],
}

/// Where a system's next units come from.
#[derive(Debug, Clone)]
struct Units {
    blocks: Vec<u32>,
    next: u32,
}

impl Units {
    /// First units of blocks: the lowest, one that crosses to four digits more, other subchannel sets, the end.
    const BLOCKS: [u32; 6] = [0x0000, 0x0FF8, 0x3A00, 0x1_3A00, 0x2_0FF8, 0xF_FC00];

    fn new(rng: &mut Rng) -> Self {
        let mut blocks = Self::BLOCKS.to_vec();
        rng.shuffle(&mut blocks);
        let next = blocks.pop().unwrap_or_default();
        Self { blocks, next }
    }

    /// The first of `count` consecutive units that are free, in this block or another.
    fn take(&mut self, count: u32, rng: &mut Rng) -> Option<Unit> {
        if rng.chance(1, 8)
            && let Some(block) = self.blocks.pop()
        {
            self.next = block;
        }
        let first = self.next + rng.range(0, 2);
        self.next = first + count;
        Unit::new(first)
    }
}

impl Draft {
    fn new(rng: &Rng) -> Self {
        let mut shape = rng.child("shape");
        // In a calm scenario most kinds are in order, so that a single fault is not lost among others.
        let calm = shape.chance(1, 3);
        let rate = |rng: &mut Rng| if calm && !rng.chance(1, 5) { 0 } else { rng.one([0, 1, 1, 2, 4, 10]) };
        let wild = Wild {
            array: rate(&mut shape),
            status: rate(&mut shape),
            volume: rate(&mut shape),
            label: rate(&mut shape),
            copy: rate(&mut shape),
            data: rate(&mut shape),
            unit: rate(&mut shape),
            mapping: rate(&mut shape),
        };
        let method = shape.one([Method::FlashCopy, Method::Bcv]);
        let count = shape.one([1, 1, SYSTEMS]);
        let mut site = Site { format: FORMAT, ..Site::default() };
        for (name, level) in ["SYSA", "SYSB"].into_iter().zip([None, Some("05.05")]).take(count) {
            site.systems.extend(name.parse().map(|name| System { name, host_software_level: level.map(str::to_owned) }));
        }
        Self {
            site,
            method,
            calm,
            environment_fails: shape.chance(1, ENVIRONMENT_FAILS_ONE_IN),
            wild,
            placed: Vec::new(),
            labels: 0,
            names: 0,
            cu_ssid: 0x1000,
            aliases: Vec::new(),
            units: [Units::new(&mut rng.child("units of the first")), Units::new(&mut rng.child("units of the second"))],
            copied: Vec::new(),
        }
    }

    /// The name of a system by index; the first where there is no other.
    fn system(&self, index: usize) -> Option<SystemName> {
        self.site.systems.get(index).or(self.site.systems.first()).map(|system| system.name)
    }

    /// One of the ways to point at a volume.
    fn point(&self, volume: &Placed, rng: &mut Rng) -> VolumeRef {
        let [home, other] = volume.units;
        let by_unit = home.map(VolumeRef::Unit);
        let elsewhere = self.site.systems.get(1).zip(other).map(|(system, unit)| VolumeRef::UnitOf(system.name, unit));
        let by_identity = VolumeRef::Volume(volume.id);
        rng.one([by_unit, elsewhere, Some(by_identity)]).unwrap_or(by_identity)
    }
}

/// One of these; where there are none, nothing.
fn any<T: Copy>(from: &[T], rng: &mut Rng) -> Option<T> {
    rng.choose(from).copied()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use dasdlab_model::declare::declare;
    use dasdlab_model::observation::{Device, Observation};
    use dasdlab_model::states::{HostStatus, MirrorState, RelationState};

    use super::*;

    static OBSERVATIONS: LazyLock<Vec<Observation>> = LazyLock::new(|| {
        let declared = |index| declare(&undirected(0, index).site).unwrap_or_else(|faults| panic!("{index}: {faults:?}"));
        (0..600).map(declared).collect()
    });

    #[test]
    fn whatever_is_mixed_is_well_formed() {
        for (index, observation) in (0..).zip(OBSERVATIONS.iter()) {
            let scenario = undirected(0, index);
            assert_eq!(scenario, undirected(0, index));
            assert!(scenario.expect.is_none());
            assert!((1..=40).contains(&observation.volumes.len()), "{index}: {} volumes", observation.volumes.len());
            assert!(observation.profile(&scenario.profile.unwrap()).is_some(), "{index}");
        }
    }

    /// That something is so in at least `least` of the scenarios.
    #[track_caller]
    fn check(least: usize, what: impl Fn(&Observation) -> bool) {
        let found = OBSERVATIONS.iter().filter(|observation| what(observation)).count();
        assert!(found >= least, "found in {found} scenarios only");
    }

    #[test]
    fn every_state_comes_up() {
        for &state in MirrorState::ALL {
            check(20, |seen| seen.mirrors.iter().any(|pair| pair.state == state));
        }
        for &state in RelationState::ALL {
            check(20, |seen| seen.relations.iter().any(|relation| relation.state == state));
        }
        for &status in HostStatus::ALL {
            check(60, |seen| seen.units.iter().any(|unit| matches!(unit.device, Device::Base(_, other) if other == status)));
        }
    }

    #[test]
    fn an_alias_is_now_and_then_a_source() {
        check(10, |seen| {
            seen.units.iter().filter(|unit| matches!(unit.device, Device::Alias(_))).any(|alias| {
                let saved_there = |profile: &&_| -> bool {
                    let profile: &dasdlab_model::observation::BackupProfile = profile;
                    profile.system == alias.system
                };
                seen.profiles
                    .iter()
                    .filter(saved_there)
                    .any(|profile| profile.sources.iter().any(|source| source.unit == alias.unit))
            })
        });
    }

    #[test]
    fn two_arrays_often_share_an_address() {
        check(120, |seen| {
            seen.volumes
                .iter()
                .any(|a| seen.volumes.iter().any(|b| a.id.array != b.id.array && (a.id.lss, a.id.ua) == (b.id.lss, b.id.ua)))
        });
    }
}
