//! An array as Unisphere sees it at one instant: what can be seen of the world, and what the book remembers.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::name::Serial;
use dasdlab_model::observation::{ArraySeen, Device, MirrorPair, Observation, VolumeSeen};
use dasdlab_model::unit::{SymmetrixDevice, VolumeId};

use super::answer::{Answered, Failure};
use super::body;
use super::book::{self, Jobs, Page};
use crate::core::Core;
use crate::engine::Engine;

/// An array at one instant.
pub(crate) struct View<'a> {
    /// Everything that can be seen.
    pub(crate) seen: &'a Observation,
    /// The array.
    pub(crate) array: &'a ArraySeen,
    /// Its volumes, in the order of their addresses.
    pub(crate) volumes: &'a [VolumeSeen],
    /// What the book remembers of it.
    pub(crate) page: &'a Page,
    /// Every job.
    pub(crate) jobs: &'a Jobs,
    /// How far copies have come.
    pub(crate) engine: &'a dyn Engine,
    groups: OnceCell<BTreeMap<VolumeId, Vec<String>>>,
    paths: OnceCell<BTreeMap<VolumeId, u32>>,
    mirroring: OnceCell<BTreeSet<VolumeId>>,
    mirrors: OnceCell<BTreeMap<VolumeId, Vec<MirrorPair>>>,
}

/// Shows an array that is in the site, whether it answers or not.
///
/// # Errors
/// It is not, or what is asked of it fails.
pub(crate) fn of_any<T>(core: &mut Core, serial: Serial, ask: impl FnOnce(&View<'_>) -> Answered<T>) -> Answered<T> {
    let seen = core.engine.look();
    let missing = || Failure::not_found(format!("There is no Symmetrix {serial}"));
    let array = book::array(&seen, serial).ok_or_else(missing)?;
    core.unisphere.opened(&seen, serial);
    let page = core.unisphere.page(serial).ok_or_else(missing)?;
    ask(&View {
        seen: &seen,
        array,
        volumes: book::volumes(&seen, serial),
        page,
        jobs: core.unisphere.jobs(),
        engine: &*core.engine,
        groups: OnceCell::new(),
        paths: OnceCell::new(),
        mirroring: OnceCell::new(),
        mirrors: OnceCell::new(),
    })
}

/// Shows an array that answers.
///
/// # Errors
/// It does not, or what is asked of it fails.
pub(crate) fn of<T>(core: &mut Core, serial: Serial, ask: impl FnOnce(&View<'_>) -> Answered<T>) -> Answered<T> {
    of_any(core, serial, |view| {
        if view.array.reachable {
            ask(view)
        } else {
            let message = format!("Symmetrix {serial} cannot be reached");
            Err(Failure::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, message))
        }
    })
}

impl<'a> View<'a> {
    /// A volume of the array.
    #[must_use]
    pub(crate) fn volume(&self, id: VolumeId) -> Option<&'a VolumeSeen> {
        let place = self.volumes.binary_search_by_key(&id, |volume| volume.id).ok()?;
        self.volumes.get(place)
    }

    /// The volume of a number as a client writes it.
    ///
    /// # Errors
    /// It is no number, or no volume has it.
    pub(crate) fn numbered(&self, text: &str) -> Answered<(SymmetrixDevice, &'a VolumeSeen)> {
        let number = body::device(text)?;
        let found = self.page.volume(number).and_then(|id| self.volume(id));
        found.map(|volume| (number, volume)).ok_or_else(|| Failure::not_found(format!("Cannot find Volume {text}")))
    }

    /// The storage groups of a volume.
    #[must_use]
    pub(crate) fn groups_of(&self, volume: VolumeId) -> &[String] {
        let groups = self.groups.get_or_init(|| {
            let mut groups: BTreeMap<VolumeId, Vec<String>> = BTreeMap::new();
            for (name, group) in &self.page.groups {
                for volume in &group.volumes {
                    groups.entry(*volume).or_default().push(name.clone());
                }
            }
            groups
        });
        groups.get(&volume).map_or(&[], Vec::as_slice)
    }

    /// How many systems have a unit for a volume.
    #[must_use]
    pub(crate) fn paths_to(&self, volume: VolumeId) -> u32 {
        let paths = self.paths.get_or_init(|| {
            let mut paths = BTreeMap::new();
            for unit in &self.seen.units {
                if let Device::Base(id, _) = unit.device
                    && id.array == self.array.serial
                {
                    *paths.entry(id).or_default() += 1;
                }
            }
            paths
        });
        paths.get(&volume).copied().unwrap_or(0)
    }

    /// Whether a volume is a BCV that is established.
    #[must_use]
    pub(crate) fn is_mirroring(&self, volume: VolumeId) -> bool {
        let mirroring = self
            .mirroring
            .get_or_init(|| self.seen.mirrors.iter().filter(|pair| pair.state.is_established()).map(|pair| pair.bcv).collect());
        mirroring.contains(&volume)
    }

    /// The mirror pairs of a volume, on either side.
    #[must_use]
    pub(crate) fn mirrors_of(&self, volume: VolumeId) -> &[MirrorPair] {
        let mirrors = self.mirrors.get_or_init(|| {
            let mut mirrors: BTreeMap<VolumeId, Vec<MirrorPair>> = BTreeMap::new();
            for pair in &self.seen.mirrors {
                for side in [pair.standard, pair.bcv] {
                    mirrors.entry(side).or_default().push(*pair);
                }
            }
            mirrors
        });
        mirrors.get(&volume).map_or(&[], Vec::as_slice)
    }

    /// The addresses of the array's aliases.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = VolumeId> {
        self.seen.units.iter().filter_map(|unit| match unit.device {
            Device::Alias(at) if at.array == self.array.serial => Some(at),
            Device::Alias(_) | Device::Base(..) => None,
        })
    }
}
