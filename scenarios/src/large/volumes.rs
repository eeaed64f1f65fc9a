//! Arrays and volumes of a large site, range by range, and the copies between them.

use dasdlab_model::name::Volser;
use dasdlab_model::site::{Array, Attachment, LssRange, Mirrors, Relations, Site, Volumes};
use dasdlab_model::states::{Family, Feature, HostStatus, Incapable, Method, MirrorState, Model, RelationState, RemoteRole};
use dasdlab_model::unit::{CuSsid, Lss, Unit, UnitAddress, VolumeId, VolumeRef};

use super::LargeOptions;
use super::faults::{Fault, Faults};
use super::layout::{Layout, Run};
use super::names::{self, label, named};

/// The models of the volumes, array by array in turn, with their cylinders.
const MODELS: [(Model, u32); 3] = [(Model::M3390x9, 10_017), (Model::M3390x27, 30_051), (Model::M3390A, 262_668)];

/// The model of a volume and the cylinders that are stated of it.
pub(super) fn model(array: u32, fault: Option<Fault>) -> (Model, Option<u32>) {
    let (model, cylinders) = MODELS.get(array as usize % MODELS.len()).copied().unwrap_or(MODELS[0]);
    match fault {
        Some(Fault::Smaller) => (model, Some(cylinders - 1)),
        Some(Fault::Larger) => (model, Some(cylinders + 1)),
        Some(Fault::OtherType) => (Model::M3380K, None),
        _ => (model, (model == Model::M3390A).then_some(cylinders)),
    }
}

/// The state of a relation that somebody else arranged.
pub(super) const FOREIGN_RELATION: RelationState = RelationState::Copying;
/// The state of a mirror pair that somebody else arranged.
pub(super) const FOREIGN_MIRROR: MirrorState = MirrorState::Synchronized;
/// The state of a relation with which a pair was copied before.
pub(super) const COPIED_RELATION: RelationState = RelationState::Copied;
/// The state of a mirror pair with which a pair was copied before.
pub(super) const COPIED_MIRROR: MirrorState = MirrorState::Split;

/// What is bought for a method: the product line, and the code level on it.
pub(super) const fn hardware(method: Method) -> (Family, &'static str) {
    match method {
        Method::FlashCopy => (Family::Ds8000, "89.21.19.0"),
        Method::Bcv => (Family::Symmetrix, "5978.711.711"),
    }
}

/// The control-unit SSID of the first LSS of an array.
pub(super) fn cu_ssid(array: u32) -> Result<u16, String> {
    u16::try_from(array * Lss::COUNT).map_err(|_| "control-unit SSIDs have run out".to_owned())
}

/// The system that has a faulty volume reserved.
pub(super) const RESERVED_BY: &str = "OTHR";

/// Writes arrays, volumes and what is copied from whom.
pub(super) fn write(options: &LargeOptions, layout: &Layout, faults: &mut Faults, site: &mut Site) -> Result<(), String> {
    let (family, code_level) = hardware(options.method);
    for array in 0..options.arrays {
        let (id, cu_ssid) = (id(0)?.0, CuSsid(cu_ssid(array)?));
        site.arrays.push(Array {
            serial: names::serial(options.method, array)?,
            family,
            code_level: code_level.to_owned(),
            fixes: Vec::new(),
            features: vec![Feature::FlashCopy],
            reachable: true,
            copy_rate: None,
            lss: vec![LssRange { id, count: layout.subsystems(array), cu_ssid }],
        });
    }
    faults.draw(&layout.runs(), |run, fault, copied_from| {
        let mut volumes = volumes(options, run, fault)?;
        if let Some(fault) = fault {
            apply(fault, &mut volumes)?;
        }
        site.volumes.push(volumes);
        copied_from.map_or(Ok(()), |from| copy(options, from, run, site))
    })?;
    for run in layout.outside_runs() {
        let mut volumes = volumes(options, run, None)?;
        volumes.unit = volumes.unit.filter(|_| layout.outside_unit().is_some());
        site.volumes.push(volumes);
    }
    Ok(())
}

fn volumes(options: &LargeOptions, run: Run, fault: Option<Fault>) -> Result<Volumes, String> {
    let (lss, ua) = id(run.address)?;
    let unit = Unit::new(run.unit).ok_or_else(|| format!("unit {:X} does not exist", run.unit))?;
    let (model, cylinders) = model(run.array, fault);
    let status = (run.generation > 0).then_some(HostStatus::Offline);
    let mut volumes = Volumes {
        array: names::serial(options.method, run.array)?,
        lss,
        ua,
        count: run.count,
        unit: None,
        status: None,
        elsewhere: Vec::new(),
        volser: Some(label(run.label, run.count)?),
        model: Some(model),
        cylinders,
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
        volumes.elsewhere.push(Attachment { system: names::system(run.system)?, unit, status });
    }
    Ok(volumes)
}

/// Gives a single volume its fault, apart from its size.
fn apply(fault: Fault, volume: &mut Volumes) -> Result<(), String> {
    match fault {
        Fault::Status(status) if volume.unit.is_some() => volume.status = Some(status),
        Fault::Status(status) => {
            for attachment in &mut volume.elsewhere {
                attachment.status = Some(status);
            }
        }
        Fault::Reserved => volume.reserved_by = Some(named(RESERVED_BY)?),
        Fault::RemoteSecondary => volume.remote = Some(RemoteRole::Secondary),
        Fault::Inhibited => volume.inhibited = true,
        Fault::Version1 => volume.v1_active = true,
        Fault::Incapable => volume.incapable = Some(Incapable::XrcSource),
        Fault::Thin => volume.thin = true,
        Fault::Relabelled => {
            let label = volume.volser.as_ref().and_then(|label| label.nth(0)).unwrap_or_default();
            let word = Volser::pack(label.as_bytes()).map(names::relabelled);
            let other = word.and_then(Volser::from_packed).ok_or_else(|| format!("`{label}` is no label"))?;
            volume.volser = Some(named(other.as_str())?);
        }
        Fault::EmptyVtoc => volume.vtoc = Some(Vec::new()),
        Fault::NotBcv => volume.bcv = false,
        Fault::Smaller | Fault::Larger | Fault::OtherType => {}
        Fault::ForeignCopy | Fault::SavedOtherwise | Fault::Unlisted => {}
    }
    Ok(())
}

/// One volume was copied to another, by whom is unknown.
fn copy(options: &LargeOptions, from: Run, to: Run, site: &mut Site) -> Result<(), String> {
    let array = names::serial(options.method, to.array)?;
    let at = |run: Run| -> Result<VolumeRef, String> {
        let (lss, ua) = id(run.address)?;
        Ok(VolumeRef::Volume(VolumeId { array, lss, ua }))
    };
    let (source, target) = (at(from)?, at(to)?);
    match options.method {
        Method::FlashCopy => {
            site.flashcopy.push(Relations { source, target, count: 1, state: FOREIGN_RELATION });
        }
        Method::Bcv => site.mirrors.push(Mirrors { standard: source, bcv: target, count: 1, state: FOREIGN_MIRROR }),
    }
    Ok(())
}

/// LSS and unit address of an address on an array.
pub(super) fn id(address: u32) -> Result<(Lss, UnitAddress), String> {
    let wrong = || format!("address {address:X} is on no array");
    let lss = u8::try_from(address / UnitAddress::COUNT).ok().and_then(Lss::new).ok_or_else(wrong)?;
    Ok((lss, UnitAddress(u8::try_from(address % UnitAddress::COUNT).map_err(|_| wrong())?)))
}
