//! Volumes that are made and removed by order.
//!
//! A new volume takes the highest free unit address of its array, from its last logical subsystem down, so that it is out
//! of the way of what a site declares from the front; and the lowest free device number.

use std::collections::BTreeSet;

use dasdlab_model::name::Serial;
use dasdlab_model::observation::{Device, Observation, VolumeSeen};
use dasdlab_model::states::MAX_CYLINDERS;
use dasdlab_model::unit::{Lss, SymmetrixDevice, UnitAddress, VolumeId};

use super::super::capacity::Emulation;
use super::super::numbers::{Numbers, text};
use super::super::order::{NewVolumes, Refused, RefusedKind, VolumeName};
use super::groups::task;
use super::{Page, array, issuer, volumes};
use crate::engine::{Engine, Step};

/// The most volumes that one order makes.
pub const MAX_NEW_VOLUMES: usize = 1_024;

/// The largest volume that is made, in cylinders: the world's volumes are no larger, whatever hosts see them as.
pub const MAX_VOLUME_CYLINDERS: u32 = MAX_CYLINDERS;

/// A volume that is to be made.
pub(super) struct Fresh {
    pub(super) emulation: Emulation,
    pub(super) cylinders: u32,
    pub(super) name: Option<VolumeName>,
}

/// The addresses of an array that are free, the highest first.
fn free_addresses(seen: &Observation, serial: Serial) -> impl Iterator<Item = VolumeId> {
    let aliases = seen.units.iter().filter_map(move |unit| match unit.device {
        Device::Alias(at) if at.array == serial => Some(at),
        Device::Alias(_) | Device::Base(..) => None,
    });
    let taken: BTreeSet<VolumeId> = volumes(seen, serial).iter().map(|volume| volume.id).chain(aliases).collect();
    let mut subsystems: Vec<Lss> = array(seen, serial).into_iter().flat_map(|array| &array.lss).map(|(lss, _)| *lss).collect();
    subsystems.sort_unstable();
    let addresses = |lss: Lss| (0..=u8::MAX).rev().map(move |ua| (lss, UnitAddress(ua)));
    let every = subsystems.into_iter().rev().flat_map(addresses);
    every.map(move |(lss, ua)| VolumeId { array: serial, lss, ua }).filter(move |id| !taken.contains(id))
}

impl Page {
    /// What new volumes would be, one for each: all of them can be made.
    pub(super) fn planned(&self, fresh: &[Fresh], seen: &Observation, serial: Serial) -> Result<Vec<VolumeSeen>, Refused> {
        if fresh.len() > MAX_NEW_VOLUMES {
            return Err(RefusedKind::Invalid.because(format!("No more than {MAX_NEW_VOLUMES} volumes are made at once")));
        }
        let numbers = self.numbers.iter().flat_map(Numbers::free);
        let places = free_addresses(seen, serial).zip(numbers);
        let planned: Vec<_> = fresh.iter().zip(places).map(|(fresh, (id, number))| empty(fresh, id, number)).collect();
        if planned.len() < fresh.len() {
            let message = format!("Symmetrix {serial} has {} free unit addresses, and {} are needed", planned.len(), fresh.len());
            return Err(RefusedKind::State.because(message));
        }
        Ok(planned)
    }

    /// Notes volumes that were made.
    pub(super) fn enter_made(&mut self, fresh: &[Fresh], made: &[VolumeSeen], array_volumes: &[VolumeSeen]) {
        let mut every = array_volumes.to_vec();
        every.extend_from_slice(made);
        self.numbers = Some(Numbers::new(&every));
        for (fresh, volume) in fresh.iter().zip(made) {
            self.emulations.insert(volume.id, fresh.emulation);
            self.set_name(volume.id, fresh.name.as_ref());
        }
    }

    /// Makes volumes.
    pub(super) fn make(
        &mut self,
        wanted: &[NewVolumes],
        seen: &Observation,
        serial: Serial,
        engine: &mut dyn Engine,
    ) -> Result<Vec<VolumeId>, Refused> {
        let mut fresh = Vec::new();
        for NewVolumes { count, emulation, cylinders, name } in wanted {
            for _ in 0..(*count).min(u32::try_from(MAX_NEW_VOLUMES).unwrap_or(u32::MAX).saturating_add(1)) {
                fresh.push(Fresh { emulation: *emulation, cylinders: *cylinders, name: name.clone() });
                if fresh.len() > MAX_NEW_VOLUMES {
                    break;
                }
            }
        }
        let planned = self.planned(&fresh, seen, serial)?;
        let steps: Vec<Step> = planned.iter().map(|volume| Step::Attach(Box::new(volume.clone()))).collect();
        engine
            .attempt(&steps)
            .map_err(|stopped| RefusedKind::State.because(format!("Cannot create the volumes: {}", stopped.why)))?;
        self.enter_made(&fresh, &planned, volumes(seen, serial));
        Ok(planned.iter().map(|volume| volume.id).collect())
    }

    /// The tasks of making these, as clients read device numbers out of them.
    pub(super) fn tasks(&self, made: &[VolumeId]) -> Vec<String> {
        made.iter().map(|&volume| format!("Creating new Volumes : [{}]", self.number_text(volume))).collect()
    }

    /// Removes a volume.
    pub(super) fn delete_volume(&mut self, number: SymmetrixDevice, engine: &mut dyn Engine) -> Result<Vec<String>, Refused> {
        let number_text = text(number);
        let found = self.found(&[number])?;
        for volume in &found {
            if let Some((name, _)) = self.groups.iter().find(|(_, group)| group.volumes.contains(volume)) {
                return Err(RefusedKind::State.because(format!("Volume {number_text} is in storage group {name}")));
            }
            if self
                .sessions
                .iter()
                .flat_map(|session| &session.pairs)
                .any(|pair| pair.source == *volume || pair.target == *volume)
            {
                return Err(RefusedKind::State.because(format!("Volume {number_text} is in a clone session")));
            }
        }
        let steps: Vec<Step> = found.iter().map(|&volume| Step::Detach(volume)).collect();
        engine
            .attempt(&steps)
            .map_err(|stopped| RefusedKind::State.because(format!("Cannot delete Volume {number_text}: {}", stopped.why)))?;
        for volume in &found {
            self.emulations.remove(volume);
            self.names.remove(volume);
        }
        // Numbers that are not stated may be others now: they are made anew when somebody asks.
        self.numbers = None;
        Ok(task(format!("Deleting Volume : [{number_text}]")))
    }
}

/// A volume on which nothing is.
fn empty(fresh: &Fresh, id: VolumeId, number: SymmetrixDevice) -> VolumeSeen {
    VolumeSeen { device: Some(number), ..VolumeSeen::new(id, fresh.emulation.device_type(), fresh.cylinders) }
}

/// The step of a command that an order comes to.
pub(super) fn command(command: dasdlab_model::command::Command) -> Step {
    Step::Command(issuer(), command)
}
