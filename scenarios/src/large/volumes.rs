//! Arrays and volumes of a large site, range by range, and the copies between them.

use dasdlab_model::name::{Serial, SystemName};
use dasdlab_model::site::{Array, Attachment, LssRange, Mirrors, Relations, Site, Volumes};
use dasdlab_model::states::{Family, Feature, HostStatus, Method, MirrorState, Model, RelationState};
use dasdlab_model::unit::{CuSsid, Lss, Unit, UnitAddress, VolumeId, VolumeRef};

use super::faults::{Fault, Faults, apply};
use super::layout::{Layout, Run, by_letter, label};
use super::{LargeOptions, named};

/// The models of the volumes, array by array in turn, with their cylinders.
const MODELS: [(Model, u32); 3] = [(Model::M3390x9, 10_017), (Model::M3390x27, 30_051), (Model::M3390A, 262_668)];

/// Writes arrays, volumes and what is copied from whom.
pub(super) fn write(options: &LargeOptions, layout: &Layout, faults: &mut Faults, site: &mut Site) -> Result<(), String> {
    for array in 0..options.arrays {
        let cu_ssid = u16::try_from(array * Lss::COUNT).map_err(|_| "control-unit SSIDs have run out".to_owned())?;
        let bcv = options.method == Method::Bcv;
        site.arrays.push(Array {
            serial: serial(options, array)?,
            family: if bcv { Family::Symmetrix } else { Family::Ds8000 },
            code_level: if bcv { "5978.711.711" } else { "89.21.19.0" }.to_owned(),
            fixes: Vec::new(),
            features: vec![Feature::FlashCopy],
            reachable: true,
            copy_rate: None,
            lss: vec![LssRange { id: id(0)?.0, count: layout.subsystems(array), cu_ssid: CuSsid(cu_ssid) }],
        });
    }
    for run in layout.runs() {
        let mut next = 0;
        for (at, fault) in faults.draw(&run) {
            push(options, run.part(next, at - next), None, site)?;
            push(options, run.part(at, 1), Some(fault), site)?;
            if fault == Fault::ForeignCopy {
                let neighbour = if at == 0 { 1 } else { at - 1 };
                copy(options, run.part(neighbour, 1), run.part(at, 1), site)?;
            }
            next = at + 1;
        }
        push(options, run.part(next, run.count - next), None, site)?;
    }
    let (array, address) = layout.outside_at;
    let outside = Run {
        array,
        address,
        count: layout.outside,
        generation: 0,
        source: 0,
        system: 0,
        unit: layout.outside_unit().map_or(0, Unit::number),
        label: layout.outside_label(),
    };
    for (from, count) in by_letter(outside.label, outside.count) {
        push(options, outside.part(from, count), None, site)?;
        if layout.outside_unit().is_none()
            && let Some(volumes) = site.volumes.last_mut()
        {
            volumes.unit = None;
        }
    }
    Ok(())
}

fn push(options: &LargeOptions, run: Run, fault: Option<Fault>, site: &mut Site) -> Result<(), String> {
    if run.count == 0 {
        return Ok(());
    }
    let (lss, ua) = id(run.address)?;
    let unit = Unit::new(run.unit).ok_or_else(|| format!("unit {:X} does not exist", run.unit))?;
    let (model, cylinders) = MODELS.get(run.array as usize % MODELS.len()).copied().unwrap_or(MODELS[0]);
    let status = (run.generation > 0).then_some(HostStatus::Offline);
    let mut volumes = Volumes {
        array: serial(options, run.array)?,
        lss,
        ua,
        count: run.count,
        unit: None,
        status: None,
        elsewhere: Vec::new(),
        volser: Some(label(run.label, run.count)?),
        model: Some(model),
        cylinders: (model == Model::M3390A).then_some(cylinders),
        bcv: run.generation > 0 && options.method == Method::Bcv,
        device: None,
        thin: false,
        inhibited: false,
        v1_active: false,
        incapable: None,
        reserved_by: None,
        remote: None,
        held_for: None,
        vtoc: None,
        storage_group: None,
        pool: None,
    };
    if run.system == 0 {
        (volumes.unit, volumes.status) = (Some(unit), status);
    } else {
        volumes.elsewhere.push(Attachment { system: system(site, run.system)?, unit, status });
    }
    if let Some(fault) = fault {
        apply(fault, &mut volumes, cylinders)?;
    }
    site.volumes.push(volumes);
    Ok(())
}

/// One volume was copied to another, by whom is unknown.
fn copy(options: &LargeOptions, from: Run, to: Run, site: &mut Site) -> Result<(), String> {
    let at = |run: Run| -> Result<VolumeRef, String> {
        let (lss, ua) = id(run.address)?;
        Ok(VolumeRef::Volume(VolumeId { array: serial(options, run.array)?, lss, ua }))
    };
    let (from, to) = (at(from)?, at(to)?);
    match options.method {
        Method::FlashCopy => {
            site.flashcopy.push(Relations { source: from, target: to, count: 1, state: RelationState::Copying });
        }
        Method::Bcv => site.mirrors.push(Mirrors { standard: from, bcv: to, count: 1, state: MirrorState::Synchronized }),
    }
    Ok(())
}

/// The serial of an array.
fn serial(options: &LargeOptions, array: u32) -> Result<Serial, String> {
    named(&match options.method {
        Method::FlashCopy => format!("75L{array:04}"),
        Method::Bcv => format!("0001926{array:05}"),
    })
}

/// A system by number.
pub(super) fn system(site: &Site, number: u32) -> Result<SystemName, String> {
    site.systems.get(number as usize).map(|system| system.name).ok_or_else(|| format!("there is no system {number}"))
}

/// LSS and unit address of an address on an array.
fn id(address: u32) -> Result<(Lss, UnitAddress), String> {
    let wrong = || format!("address {address:X} is on no array");
    let lss = u8::try_from(address / UnitAddress::COUNT).ok().and_then(Lss::new).ok_or_else(wrong)?;
    Ok((lss, UnitAddress(u8::try_from(address % UnitAddress::COUNT).map_err(|_| wrong())?)))
}
