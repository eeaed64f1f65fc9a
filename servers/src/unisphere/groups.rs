//! Storage groups: what is said of them, and what clients ask for.

use std::borrow::Cow;

use dasdlab_model::observation::VolumeSeen;
use serde_json::{Value, json};

use super::answer::{Answered, Failure};
use super::body::{Fields, device, group_name};
use super::book::{Group, MAX_NEW_VOLUMES, MAX_VOLUME_CYLINDERS};
use super::capacity::{Emulation, Unit, cylinders, in_units};
use super::order::{Action, NewVolumes, VolumeName};
use super::query::{Field, Kind, Query};
use super::view::View;

/// A storage group with its name.
struct Row<'v> {
    view: &'v View<'v>,
    name: &'v str,
    group: &'v Group,
}

impl Row<'_> {
    fn gigabytes(&self) -> f64 {
        let volumes = self.group.volumes.iter().filter_map(|id| self.view.volume(*id));
        let size = |volume: &VolumeSeen| in_units(volume.cylinders, self.view.page.emulation(volume), 1_073_741_824.0);
        (volumes.map(size).sum::<f64>() * 100.0).round() / 100.0
    }

    /// What hosts see its volumes as: `Mixed` where that differs.
    fn emulation(&self) -> &'static str {
        let mut each =
            self.group.volumes.iter().filter_map(|id| self.view.volume(*id)).map(|volume| self.view.page.emulation(volume));
        match each.next() {
            None => "FBA",
            Some(first) if each.all(|other| other == first) => first.as_str(),
            Some(_) => "Mixed",
        }
    }

    fn count(&self) -> f64 {
        u32::try_from(self.group.volumes.len()).map_or(0.0, f64::from)
    }

    fn details(&self) -> Value {
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "NONE".to_owned());
        let copied = self.view.page.sessions.iter();
        let clones = copied.filter(|session| session.groups.source == self.name || session.groups.target == self.name).count();
        json!({
            "storageGroupId": self.name,
            "slo": word(&self.group.service_level),
            "service_level": word(&self.group.service_level),
            "base_slo_name": word(&self.group.service_level),
            "srp": word(&self.group.resource_pool),
            "slo_compliance": "NONE",
            "num_of_vols": self.group.volumes.len(),
            "num_of_child_sgs": 0,
            "num_of_parent_sgs": 0,
            "num_of_masking_views": 0,
            "num_of_snapshots": 0,
            "num_of_snapshot_policies": 0,
            "num_of_clones": clones,
            "cap_gb": self.gigabytes(),
            "device_emulation": self.emulation(),
            "type": "Standalone",
            "unprotected": clones == 0,
            "compression": false,
        })
    }
}

fn rows<'v>(view: &'v View<'v>) -> impl Iterator<Item = Row<'v>> {
    view.page.groups.iter().map(move |(name, group)| Row { view, name, group })
}

/// What is said of a storage group.
///
/// # Errors
/// There is none of this name.
pub(crate) fn details(view: &View<'_>, name: &str) -> Answered<Value> {
    let row = rows(view).find(|row| row.name == name);
    row.map(|row| row.details()).ok_or_else(|| Failure::not_found(format!("Cannot find Storage Group {name}")))
}

/// The names of the storage groups that a query leaves.
///
/// # Errors
/// An unknown filter, or a value that is none.
pub(crate) fn listed(view: &View<'_>, query: &Query) -> Answered<Value> {
    let fields: [Field<Row<'_>>; 6] = [
        Field { name: "storageGroupId", kind: Kind::Text(|row| vec![Cow::Borrowed(row.name)]) },
        Field { name: "emulation", kind: Kind::Text(|row| vec![Cow::Borrowed(row.emulation())]) },
        Field {
            name: "slo",
            kind: Kind::Text(|row| row.group.service_level.as_deref().map(Cow::Borrowed).into_iter().collect()),
        },
        Field {
            name: "srp",
            kind: Kind::Text(|row| row.group.resource_pool.as_deref().map(Cow::Borrowed).into_iter().collect()),
        },
        Field { name: "num_of_vols", kind: Kind::Number(Row::count) },
        Field { name: "cap_gb", kind: Kind::Number(Row::gigabytes) },
    ];
    let filters = query.filters(&fields)?;
    let names: Vec<&str> = rows(view).filter(|row| filters.meets(row)).map(|row| row.name).collect();
    Ok(json!({ "storageGroupId": names }))
}

/// What stands for nothing in a body.
fn unless_none(word: Option<&str>) -> Option<String> {
    word.filter(|word| !word.eq_ignore_ascii_case("none")).map(str::to_owned)
}

/// A name for new volumes, or for one that is there.
fn volume_name(fields: Fields<'_>) -> Answered<Option<VolumeName>> {
    fields.only(&["volumeIdentifierChoice", "identifier_name", "append_number"])?;
    let with_number = match fields.text("volumeIdentifierChoice")?.unwrap_or("identifier_name") {
        "none" => return Ok(None),
        "identifier_name" => false,
        "identifier_name_plus_volume_id" => true,
        other => {
            let expected = "none, identifier_name or identifier_name_plus_volume_id";
            return Err(Failure::malformed(format!("volumeIdentifierChoice is {other}: expected {expected}")));
        }
    };
    let text = fields.needed_text("identifier_name")?;
    if text.is_empty() || text.len() > 64 || text.chars().any(char::is_control) {
        return Err(Failure::malformed("identifier_name: expected 1 to 64 characters"));
    }
    Ok(Some(VolumeName { text: text.to_owned(), with_number }))
}

/// New volumes of these attributes.
fn new_volumes(attributes: Fields<'_>, emulation: Emulation) -> Answered<Option<NewVolumes>> {
    attributes.only(&["volume_size", "capacityUnit", "num_of_vols", "volumeIdentifier"])?;
    let count = attributes.count("num_of_vols")?.unwrap_or(1);
    if count == 0 {
        return Ok(None);
    }
    if usize::try_from(count).map_or(true, |count| count > MAX_NEW_VOLUMES) {
        return Err(Failure::malformed(format!(
            "num_of_vols is {count}: no more than {MAX_NEW_VOLUMES} volumes are made at once"
        )));
    }
    let word = attributes.text("capacityUnit")?.unwrap_or("CYL");
    let unit =
        Unit::named(word).ok_or_else(|| Failure::malformed(format!("capacityUnit is {word}: expected CYL, MB, GB or TB")))?;
    let size = attributes.number("volume_size")?.ok_or_else(|| Failure::malformed("volume_size: expected a number"))?;
    let cylinders = cylinders(size, unit, emulation).filter(|cylinders| *cylinders <= MAX_VOLUME_CYLINDERS);
    let cylinders = cylinders.ok_or_else(|| {
        Failure::malformed(format!("volume_size is {size} {word}: expected a volume of 1 to {MAX_VOLUME_CYLINDERS} cylinders"))
    })?;
    let name = attributes.object("volumeIdentifier")?.map(volume_name).transpose()?.flatten();
    Ok(Some(NewVolumes { count, emulation, cylinders, name }))
}

fn emulation(fields: &Fields<'_>) -> Answered<Emulation> {
    let word = fields.text("emulation")?.unwrap_or("FBA");
    Emulation::named(word).ok_or_else(|| Failure::malformed(format!("emulation is {word}: expected FBA, CKD-3390 or CKD-3380")))
}

/// Makes a storage group.
///
/// # Errors
/// The body is none of that.
pub(crate) fn create(body: Fields<'_>) -> Answered<Action> {
    body.only(&[
        "storageGroupId",
        "srpId",
        "emulation",
        "sloBasedStorageGroupParam",
        "snapshot_policies",
        "create_empty_storage_group",
        "executionOption",
    ])?;
    let group = group_name(body.needed_text("storageGroupId")?)?;
    if !body.texts("snapshot_policies")?.is_empty() {
        return Err(Failure::not_done("Option snapshot_policies"));
    }
    body.flag("create_empty_storage_group")?;
    let emulation = emulation(&body)?;
    let (mut service_level, mut volumes) = (None, Vec::new());
    for level in body.objects("sloBasedStorageGroupParam")? {
        level.only(&[
            "sloId",
            "workloadSelection",
            "volumeAttributes",
            "volumeAttribute",
            "num_of_vols",
            "noCompression",
            "allocate_capacity_for_each_vol",
            "persist_preallocated_capacity_through_reclaim_or_copy",
            "enable_mobility_id",
        ])?;
        service_level = unless_none(level.text("sloId")?);
        level.without(&["enable_mobility_id"])?;
        for attributes in level.objects("volumeAttributes")? {
            volumes.extend(new_volumes(attributes, emulation)?);
        }
        // So older releases say it.
        if let Some(attributes) = level.object("volumeAttribute")? {
            let count = level.count("num_of_vols")?.unwrap_or(0);
            let one = if count == 0 { None } else { new_volumes(attributes, emulation)? };
            volumes.extend(one.map(|one| NewVolumes { count, ..one }));
        }
    }
    Ok(Action::CreateGroup { group, service_level, resource_pool: unless_none(body.text("srpId")?), volumes })
}

/// Changes a storage group: one change at a time.
///
/// # Errors
/// The body is none of that.
pub(crate) fn edit(group: &str, body: Fields<'_>) -> Answered<Action> {
    body.only(&["editStorageGroupActionParam", "executionOption", "starting_lun_address"])?;
    let edit = body.object("editStorageGroupActionParam")?;
    let edit = edit.ok_or_else(|| Failure::malformed("editStorageGroupActionParam: expected what is to be changed"))?;
    let mut names = edit.names();
    let (Some(name), None) = (names.next(), names.next()) else {
        return Err(Failure::malformed("editStorageGroupActionParam: expected one change"));
    };
    let change = edit.object(name)?.ok_or_else(|| Failure::malformed(format!("{name} is no object")))?;
    let group = group.to_owned();
    match name {
        "expandStorageGroupParam" => expand(group, change),
        "removeVolumeParam" => {
            change.only(&["volumeId", "terminate_snapshots"])?;
            Ok(Action::RemoveVolumes { group, volumes: change.devices("volumeId")? })
        }
        "moveVolumeToStorageGroupParam" => {
            change.only(&["volumeId", "storageGroupId", "force"])?;
            change.flag("force")?;
            Ok(Action::MoveVolumes {
                group,
                to: change.needed_text("storageGroupId")?.to_owned(),
                volumes: change.devices("volumeId")?,
            })
        }
        "renameStorageGroupParam" => {
            change.only(&["new_storage_Group_name"])?;
            Ok(Action::RenameGroup { group, to: group_name(change.needed_text("new_storage_Group_name")?)? })
        }
        other => Err(Failure::not_done(other)),
    }
}

fn expand(group: String, change: Fields<'_>) -> Answered<Action> {
    let mut names = change.names();
    let (Some(name), None) = (names.next(), names.next()) else {
        return Err(Failure::malformed("expandStorageGroupParam: expected one change"));
    };
    let volumes = change.object(name)?.ok_or_else(|| Failure::malformed(format!("{name} is no object")))?;
    match name {
        "addSpecificVolumeParam" => {
            volumes.only(&["volumeId"])?;
            Ok(Action::AddVolumes { group, volumes: volumes.devices("volumeId")? })
        }
        "addVolumeParam" => {
            volumes.only(&[
                "emulation",
                "create_new_volumes",
                "volumeAttributes",
                "enable_mobility_id",
                "starting_lun_address",
            ])?;
            volumes.flag("create_new_volumes")?;
            volumes.without(&["enable_mobility_id"])?;
            let emulation = emulation(&volumes)?;
            let mut new = Vec::new();
            for attributes in volumes.objects("volumeAttributes")? {
                new.extend(new_volumes(attributes, emulation)?);
            }
            if new.is_empty() {
                return Err(Failure::malformed("volumeAttributes in addVolumeParam: expected a volume"));
            }
            Ok(Action::AddNewVolumes { group, volumes: new })
        }
        other => Err(Failure::not_done(other)),
    }
}

/// What is to be done to a volume.
pub(crate) enum VolumeEdit {
    /// An order.
    Order(Action),
    /// Its tracks are freed, which nobody sees.
    Free,
}

/// Changes a volume: one change at a time.
///
/// # Errors
/// The body is none of that.
pub(crate) fn edit_volume(volume: &str, body: Fields<'_>) -> Answered<VolumeEdit> {
    body.only(&["editVolumeActionParam", "executionOption"])?;
    let volume = device(volume)?;
    let edit = body.object("editVolumeActionParam")?;
    let edit = edit.ok_or_else(|| Failure::malformed("editVolumeActionParam: expected what is to be changed"))?;
    let mut names = edit.names();
    let (Some(name), None) = (names.next(), names.next()) else {
        return Err(Failure::malformed("editVolumeActionParam: expected one change"));
    };
    let change = edit.object(name)?.ok_or_else(|| Failure::malformed(format!("{name} is no object")))?;
    match name {
        "modifyVolumeIdentifierParam" => {
            change.only(&["volumeIdentifier"])?;
            let identifier = change.object("volumeIdentifier")?;
            let identifier = identifier.ok_or_else(|| Failure::malformed("volumeIdentifier: expected a name"))?;
            Ok(VolumeEdit::Order(Action::NameVolume { volume, name: volume_name(identifier)? }))
        }
        "freeVolumeParam" => {
            change.only(&["free_volume"])?;
            if change.flag("free_volume")? { Ok(VolumeEdit::Free) } else { Err(Failure::malformed("free_volume: expected true")) }
        }
        other => Err(Failure::not_done(other)),
    }
}
