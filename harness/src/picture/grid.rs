//! Grids: the 256 unit addresses of a logical subsystem, sixteen by sixteen.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::name::Serial;
use dasdlab_model::observation::{Device, Observation, VolumeSeen};
use dasdlab_model::unit::{CuSsid, Lss, UnitAddress, VolumeId};
use serde::Serialize;

use super::glyph::Role;
use super::state::{Look, State};
use super::{MAX_GRIDS, Wanted};

/// The unit addresses of one logical subsystem.
#[derive(Debug, Clone, Serialize)]
pub struct Grid {
    /// The array.
    pub array: Serial,
    /// What it is in a few words: product line and code level.
    pub kind: String,
    /// The logical subsystem.
    pub lss: Lss,
    /// Its control-unit SSID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cu_ssid: Option<CuSsid>,
    /// What there is, by unit address.
    pub cells: Vec<Cell>,
}

/// A unit address with something behind it.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// The unit address: its first digit is the row, its second the column.
    pub ua: UnitAddress,
    /// Its unit; of another system where the profile's has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Size and properties, in words.
    pub kind: String,
    /// How it looks.
    pub look: Look,
}

/// The place of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Which grid, from 0.
    pub grid: usize,
    /// Which cell of it.
    pub ua: UnitAddress,
}

impl Grid {
    /// What there is at this address.
    #[must_use]
    pub fn cell(&self, ua: UnitAddress) -> Option<&Cell> {
        self.cells.binary_search_by_key(&ua, |cell| cell.ua).ok().and_then(|at| self.cells.get(at))
    }

    pub(super) fn cell_mut(&mut self, ua: UnitAddress) -> Option<&mut Cell> {
        let at = self.cells.binary_search_by_key(&ua, |cell| cell.ua).ok()?;
        self.cells.get_mut(at)
    }
}

/// The grids that are wanted, or those with the most to see; and how many others have something in them.
pub(super) fn grids(
    seen: &Observation,
    state: &State,
    wanted: &Wanted,
    is_marked: impl Fn(VolumeId) -> bool,
) -> (Vec<Grid>, usize) {
    let mut counted: BTreeMap<(Serial, Lss), (usize, usize)> = BTreeMap::new();
    for volume in &seen.volumes {
        let (marked, own) = counted.entry((volume.id.array, volume.id.lss)).or_default();
        *marked += usize::from(is_marked(volume.id));
        *own += usize::from(state.roles.role(volume.id).is_own());
    }
    let aliases = seen.units.iter().filter_map(|entry| match entry.device {
        Device::Alias(id) => Some((id, entry)),
        Device::Base(..) => None,
    });
    let aliases: BTreeMap<VolumeId, _> = aliases.collect();
    for id in aliases.keys() {
        counted.entry((id.array, id.lss)).or_default();
    }
    let all = counted.len();
    let mut chosen: Vec<_> = counted.into_iter().filter(|(lss, _)| wanted.only.is_empty() || wanted.only.contains(lss)).collect();
    // Findings first, then what the profile uses; whatever is as good as another in the order of identity.
    chosen.sort_by_key(|(lss, (marked, own))| (std::cmp::Reverse((*marked > 0, *own > 0, *marked, *own)), *lss));
    chosen.truncate(MAX_GRIDS);
    let chosen: BTreeSet<(Serial, Lss)> = chosen.into_iter().map(|(lss, _)| lss).collect();
    let units = units(seen, state, &chosen);
    let mut grids: Vec<Grid> = chosen.iter().map(|lss| empty(seen, *lss)).collect();
    let place: BTreeMap<(Serial, Lss), usize> = chosen.iter().enumerate().map(|(at, lss)| (*lss, at)).collect();
    let grid_of = |id: VolumeId| place.get(&(id.array, id.lss)).copied();
    for volume in &seen.volumes {
        let Some(grid) = grid_of(volume.id).and_then(|at| grids.get_mut(at)) else { continue };
        let (unit, look) = (units.get(&volume.id).cloned(), state.look(volume.id));
        grid.cells.push(Cell { ua: volume.id.ua, unit, kind: kind(volume), look });
    }
    for (id, entry) in aliases {
        let Some(grid) = grid_of(id).and_then(|at| grids.get_mut(at)) else { continue };
        let look = Look { role: Role::Alias, status: None, copy: None, volser: None, held: false, mark: None };
        grid.cells.push(Cell { ua: id.ua, unit: Some(entry.unit.to_string()), kind: "alias".to_owned(), look });
    }
    for grid in &mut grids {
        grid.cells.sort_by_key(|cell| cell.ua);
    }
    let left = if wanted.only.is_empty() { all - grids.len() } else { 0 };
    (grids, left)
}

/// The units of the volumes in some logical subsystems: of the profile's system, else of another.
fn units(seen: &Observation, state: &State, of: &BTreeSet<(Serial, Lss)>) -> BTreeMap<VolumeId, String> {
    let mut units = BTreeMap::new();
    for entry in &seen.units {
        let Device::Base(id, _) = entry.device else { continue };
        if !of.contains(&(id.array, id.lss)) {
            continue;
        }
        if state.volume(entry.unit) == Some(id) && state.is_home(entry.system) {
            units.insert(id, entry.unit.to_string());
        } else {
            units.entry(id).or_insert_with(|| format!("{}:{}", entry.system, entry.unit));
        }
    }
    units
}

fn empty(seen: &Observation, (serial, lss): (Serial, Lss)) -> Grid {
    let array = seen.arrays.iter().find(|array| array.serial == serial);
    let kind = array.map(|array| {
        let silent = if array.reachable { "" } else { ", does not answer" };
        format!("{}, code level {}{silent}", array.family, array.code_level)
    });
    let cu_ssid = array.and_then(|array| array.lss.iter().find(|(id, _)| *id == lss).map(|(_, cu_ssid)| *cu_ssid));
    Grid { array: serial, kind: kind.unwrap_or_default(), lss, cu_ssid, cells: Vec::new() }
}

/// A volume in a few words.
fn kind(volume: &VolumeSeen) -> String {
    let mut words = vec![format!("{}, {} cylinders", volume.device_type, volume.cylinders)];
    let mut say = |is: bool, word: &str| {
        if is {
            words.push(word.to_owned());
        }
    };
    say(volume.bcv, "BCV");
    say(volume.thin, "space-efficient");
    say(volume.inhibited, "inhibited from FlashCopy");
    say(volume.v1_active, "version 1 FlashCopy active");
    say(volume.incapable.is_some(), "not capable of FlashCopy");
    words.extend(volume.reserved_by.map(|system| format!("reserved by {system}")));
    words.extend(volume.remote.map(|role| format!("remote {role}")));
    words.join(", ")
}
