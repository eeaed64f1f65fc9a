//! Volumes in columns, and the copies between them.

use dasdlab_model::declare::geometry;

use dasdlab_model::observation::{Device, MirrorPair, Relation, UnitSeen};
use dasdlab_model::states::{HostStatus, Incapable, Method, MirrorState, RelationState, RemoteRole};
use dasdlab_model::tables::{Marks, NONE, Tables, VolumeRow, address};
use dasdlab_model::unit::{Unit, VolumeId};

use super::Plan;
use crate::large::LargeOptions;
use crate::large::faults::Fault;
use crate::large::layout::Run;
use crate::large::names::{self, label_word, relabelled};
use crate::large::volumes::{COPIED_MIRROR, COPIED_RELATION, FOREIGN_MIRROR, FOREIGN_RELATION, RESERVED_BY, id, model};

/// Writes the volumes and what is copied from whom.
pub(super) fn write(options: &LargeOptions, plan: &mut Plan, tables: &mut Tables) -> Result<(), String> {
    let Plan { layout, runs, outside, faults, .. } = plan;
    tables.volumes.clear();
    tables.volumes.reserve(options.volumes as usize);
    tables.few.units.clear();
    tables.few.relations.clear();
    tables.few.mirrors.clear();
    // The volumes outside lie behind those of profiles on their array.
    let behind = runs.partition_point(|run| run.array <= layout.outside_at.0);
    let (before, after) = runs.split_at(behind);
    let mut writer = Writer { options, tables };
    faults.draw(before, |run, fault, copied_from| writer.write(run, fault, copied_from))?;
    for &run in outside.iter() {
        let mut row = row(options, run, None)?;
        if layout.outside_unit().is_none() {
            row.unit = NONE;
        }
        writer.tables.volumes.push_run(row, run.count);
    }
    faults.draw(after, |run, fault, copied_from| writer.write(run, fault, copied_from))?;
    // Units were entered array by array, copies nearly in their order.
    tables.few.units.sort_by_key(|unit| (unit.system, unit.unit));
    tables.few.relations.sort();
    tables.few.mirrors.sort();
    Ok(())
}

struct Writer<'a> {
    options: &'a LargeOptions,
    tables: &'a mut Tables,
}

impl Writer<'_> {
    /// Volumes in a row without a fault, or a single one with its fault.
    fn write(&mut self, run: Run, fault: Option<Fault>, copied_from: Option<Run>) -> Result<(), String> {
        let mut row = row(self.options, run, fault)?;
        if let Some(fault) = fault {
            apply(fault, &mut row);
        }
        let status = row.marks.status();
        if run.system > 0 {
            (row.unit, row.marks) = (NONE, row.marks.with_status(HostStatus::Online));
        }
        self.tables.volumes.push_run(row, run.count);
        match fault {
            Some(Fault::Reserved) => self.tables.volumes.last_rare().reserved_by = Some(names::named(RESERVED_BY)?),
            Some(Fault::EmptyVtoc) => self.tables.volumes.last_rare().vtoc = Some(Vec::new()),
            _ => {}
        }
        if run.system > 0 {
            self.attach(run, status)?;
        }
        if let Some(from) = copied_from {
            let (from, to) = (self.volume(run.array, from.address)?, self.volume(run.array, run.address)?);
            self.copy(from, to, FOREIGN_RELATION, FOREIGN_MIRROR);
        }
        if self.options.copied && run.generation > 0 {
            for nth in 0..run.count {
                let from = self.volume(run.array, run.source_address + nth)?;
                let to = self.volume(run.array, run.address + nth)?;
                self.copy(from, to, COPIED_RELATION, COPIED_MIRROR);
            }
        }
        Ok(())
    }

    /// The units of these volumes in another system than the first.
    fn attach(&mut self, run: Run, status: HostStatus) -> Result<(), String> {
        let system = names::system(run.system)?;
        for nth in 0..run.count {
            let number = run.unit + nth;
            let unit = Unit::new(number).ok_or_else(|| format!("unit {number:X} does not exist"))?;
            let device = Device::Base(self.volume(run.array, run.address + nth)?, status);
            self.tables.few.units.push(UnitSeen { system, unit, device });
        }
        Ok(())
    }

    fn copy(&mut self, source: VolumeId, target: VolumeId, relation: RelationState, mirror: MirrorState) {
        match self.options.method {
            Method::FlashCopy => self.tables.few.relations.push(Relation { source, target, state: relation }),
            Method::Bcv => self.tables.few.mirrors.push(MirrorPair { standard: source, bcv: target, state: mirror }),
        }
    }

    fn volume(&self, array: u32, address: u32) -> Result<VolumeId, String> {
        let serial = self.tables.few.arrays.get(array as usize).map(|array| array.serial);
        let (lss, ua) = id(address)?;
        Ok(VolumeId { array: serial.ok_or_else(|| format!("there is no array {array}"))?, lss, ua })
    }
}

/// The first volume of a run, of the size that goes with its fault.
fn row(options: &LargeOptions, run: Run, fault: Option<Fault>) -> Result<VolumeRow, String> {
    let (lss, ua) = id(run.address)?;
    let array = u16::try_from(run.array).map_err(|_| format!("there is no array {}", run.array))?;
    let (model, cylinders) = model(run.array, fault);
    let (device_type, cylinders) = geometry(Some(model), cylinders)?;
    let is_target = run.generation > 0;
    let status = if is_target { HostStatus::Offline } else { HostStatus::Online };
    Ok(VolumeRow {
        address: address(array, lss, ua),
        volser: label_word(run.label),
        size: VolumeRow::sized(device_type, cylinders),
        unit: run.unit,
        marks: Marks::default().with_status(status).with(Marks::BCV, is_target && options.method == Method::Bcv),
    })
}

/// Gives a single volume its fault, apart from its size and from what is rare.
fn apply(fault: Fault, row: &mut VolumeRow) {
    match fault {
        Fault::Status(status) => row.marks = row.marks.with_status(status),
        Fault::RemoteSecondary => row.marks = row.marks.with_remote(Some(RemoteRole::Secondary)),
        Fault::Inhibited => row.marks = row.marks.with(Marks::INHIBITED, true),
        Fault::Version1 => row.marks = row.marks.with(Marks::V1_ACTIVE, true),
        Fault::Incapable => row.marks = row.marks.with_incapable(Some(Incapable::XrcSource)),
        Fault::Thin => row.marks = row.marks.with(Marks::THIN, true),
        Fault::Relabelled => row.volser = relabelled(row.volser),
        Fault::NotBcv => row.marks = Marks(row.marks.0 & !Marks::BCV.0),
        Fault::Reserved | Fault::EmptyVtoc => {}
        Fault::Smaller | Fault::Larger | Fault::OtherType => {}
        Fault::ForeignCopy | Fault::SavedOtherwise | Fault::Unlisted => {}
    }
}
