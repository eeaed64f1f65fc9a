//! Volumes: what is said of them, and the filters of their list.

use std::borrow::Cow;

use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::states::RemoteRole;
use dasdlab_model::unit::SymmetrixDevice;
use serde_json::{Value, json};

use super::answer::Answered;
use super::capacity::{Emulation, in_units};
use super::mainframe::{self, SPLIT};
use super::numbers::text;
use super::query::{Field, Kind, Query};
use super::view::View;

const MB: f64 = 1_048_576.0;
const GB: f64 = 1_073_741_824.0;
const TB: f64 = 1_099_511_627_776.0;

/// A volume with everything that is known of it.
pub(crate) struct Row<'v> {
    /// The array.
    pub(crate) view: &'v View<'v>,
    /// The volume.
    pub(crate) volume: &'v VolumeSeen,
    /// Its number.
    pub(crate) number: SymmetrixDevice,
    /// What hosts see it as.
    pub(crate) emulation: Emulation,
}

impl<'v> Row<'v> {
    /// A volume of a view.
    #[must_use]
    pub(crate) fn new(view: &'v View<'v>, number: SymmetrixDevice, volume: &'v VolumeSeen) -> Self {
        Self { view, volume, number, emulation: view.page.emulation(volume) }
    }

    /// Every volume, in the order of the numbers.
    pub(crate) fn every(view: &'v View<'v>) -> impl Iterator<Item = Self> {
        view.page.numbered().filter_map(|(number, id)| Some(Self::new(view, number, view.volume(id)?)))
    }

    /// What kind of device it is.
    #[must_use]
    pub(crate) const fn kind(&self) -> &'static str {
        if self.volume.bcv { "BCV+TDEV" } else { "TDEV" }
    }

    /// Whether it can be used. A BCV cannot while it is established.
    #[must_use]
    pub(crate) fn status(&self) -> &'static str {
        if self.view.is_mirroring(self.volume.id) {
            "Not Ready"
        } else if self.volume.remote == Some(RemoteRole::Secondary) {
            "Write Disabled"
        } else {
            "Ready"
        }
    }

    /// The SSID of its control unit; that of none where it is mapped to none.
    #[must_use]
    pub(crate) fn ssid(&self) -> String {
        let of = |(lss, ssid): &(_, _)| (*lss == self.volume.id.lss).then_some(*ssid);
        let ssid = self.emulation.is_ckd().then(|| self.view.array.lss.iter().find_map(of)).flatten();
        ssid.map_or_else(|| "FFFFFFFF".to_owned(), |ssid: dasdlab_model::unit::CuSsid| ssid.to_string())
    }

    /// Its world-wide name, made of array and number.
    #[must_use]
    pub(crate) fn wwn(&self) -> String {
        let device: String = text(self.number).bytes().map(|byte| format!("{byte:02X}")).collect();
        format!("60000970{:0>12}53{device}", self.volume.id.array.as_str())
    }

    fn size(&self, bytes: f64) -> f64 {
        in_units(self.volume.cylinders, self.emulation, bytes)
    }

    /// Its groups.
    #[must_use]
    pub(crate) fn groups(&self) -> &'v [String] {
        self.view.groups_of(self.volume.id)
    }

    /// Everything that is said of it.
    #[must_use]
    pub(crate) fn details(&self) -> Value {
        let groups = self.groups();
        let mut details = json!({
            "volumeId": text(self.number),
            "type": self.kind(),
            "emulation": self.emulation.as_str(),
            "ssid": self.ssid(),
            "allocated_percent": 100,
            "cap_gb": self.size(GB),
            "cap_mb": self.size(MB),
            "cap_cyl": self.volume.cylinders,
            "status": self.status(),
            "reserved": self.volume.reserved_by.is_some(),
            "pinned": false,
            "wwn": self.wwn(),
            "encapsulated": false,
            "num_of_storage_groups": groups.len(),
            "num_of_front_end_paths": self.view.paths_to(self.volume.id),
            "storageGroupId": groups,
            "storage_groups": groups.iter().map(|group| json!({ "storage_group_name": group })).collect::<Vec<_>>(),
            "snapvx_source": false,
            "snapvx_target": false,
            "has_effective_wwn": false,
            "effective_wwn": self.wwn(),
            "mobility_id_enabled": false,
            "unreducible_data_gb": 0.0,
            "nguid": self.wwn(),
        });
        if let Some(fields) = details.as_object_mut() {
            if self.emulation.is_ckd() {
                fields.insert("cu_image_base_address".to_owned(), json!(self.volume.id.ua.to_string()));
            }
            if let Some(name) = self.view.page.name(self.volume.id) {
                fields.insert("volume_identifier".to_owned(), json!(name));
            }
        }
        details
    }
}

/// The numbers of the volumes that a query leaves.
///
/// # Errors
/// An unknown filter, or a value that is none.
pub(crate) fn listed(view: &View<'_>, query: &Query) -> Answered<Vec<SymmetrixDevice>> {
    let fields = fields();
    let filters = query.filters(&fields)?;
    Ok(Row::every(view).filter(|row| filters.meets(row)).map(|row| row.number).collect())
}

fn texts<'a>(text: impl Into<Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    vec![text.into()]
}

/// The documented filters. What no volume of the world has (masking views, remote groups, data devices) is known all the
/// same: nothing is left, or everything.
fn fields<'v>() -> Vec<Field<Row<'v>>> {
    vec![
        Field {
            name: "storageGroupId",
            kind: Kind::Text(|row| row.groups().iter().map(|group| Cow::Borrowed(group.as_str())).collect()),
        },
        Field { name: "emulation", kind: Kind::Text(|row| texts(row.emulation.as_str())) },
        Field { name: "split_name", kind: Kind::Text(|row| if row.emulation.is_ckd() { texts(SPLIT) } else { vec![] }) },
        Field {
            name: "cu_image_num",
            kind: Kind::Text(
                |row| if row.emulation.is_ckd() { mainframe::spellings(&row.volume.id.lss.to_string()) } else { vec![] },
            ),
        },
        Field {
            name: "cu_image_ssid",
            kind: Kind::Text(|row| if row.emulation.is_ckd() { mainframe::spellings(&row.ssid()) } else { vec![] }),
        },
        Field { name: "type", kind: Kind::Text(|row| texts(row.kind())) },
        Field { name: "status", kind: Kind::Text(|row| texts(row.status())) },
        Field {
            name: "volume_identifier",
            kind: Kind::Text(|row| row.view.page.name(row.volume.id).map(texts).unwrap_or_default()),
        },
        Field { name: "physical_name", kind: Kind::Text(|_| vec![]) },
        Field { name: "wwn", kind: Kind::Text(|row| texts(row.wwn())) },
        Field { name: "effective_wwn", kind: Kind::Text(|row| texts(row.wwn())) },
        Field { name: "nguid", kind: Kind::Text(|row| texts(row.wwn())) },
        Field { name: "rdf_group_number", kind: Kind::Text(|_| vec![]) },
        Field { name: "cap_cyl", kind: Kind::Number(|row| f64::from(row.volume.cylinders)) },
        Field { name: "cap_gb", kind: Kind::Number(|row| row.size(GB)) },
        Field { name: "cap_mb", kind: Kind::Number(|row| row.size(MB)) },
        Field { name: "cap_tb", kind: Kind::Number(|row| row.size(TB)) },
        Field { name: "allocated_percent", kind: Kind::Number(|_| 100.0) },
        Field {
            name: "num_of_storage_groups",
            kind: Kind::Number(|row| u32::try_from(row.groups().len()).map_or(0.0, f64::from)),
        },
        Field { name: "num_of_masking_views", kind: Kind::Number(|_| 0.0) },
        Field { name: "num_of_front_end_paths", kind: Kind::Number(|row| f64::from(row.view.paths_to(row.volume.id))) },
        Field { name: "unreducible_data_gb", kind: Kind::Number(|_| 0.0) },
        Field { name: "tdev", kind: Kind::Flag(|_| true) },
        Field { name: "thin_bcv", kind: Kind::Flag(|row| row.volume.bcv) },
        Field { name: "vdev", kind: Kind::Flag(|_| false) },
        Field { name: "gatekeeper", kind: Kind::Flag(|_| false) },
        Field { name: "data_volume", kind: Kind::Flag(|_| false) },
        Field { name: "dld", kind: Kind::Flag(|_| false) },
        Field { name: "drv", kind: Kind::Flag(|_| false) },
        Field { name: "mapped", kind: Kind::Flag(|row| row.emulation.is_ckd()) },
        Field { name: "bound_tdev", kind: Kind::Flag(|_| true) },
        Field { name: "reserved", kind: Kind::Flag(|row| row.volume.reserved_by.is_some()) },
        Field { name: "pinned", kind: Kind::Flag(|_| false) },
        Field { name: "encapsulated", kind: Kind::Flag(|_| false) },
        Field { name: "associated", kind: Kind::Flag(|row| !row.groups().is_empty()) },
        Field { name: "available_thin_volumes", kind: Kind::Flag(|row| row.groups().is_empty() && !row.emulation.is_ckd()) },
        Field { name: "virtual_volumes", kind: Kind::Flag(|_| true) },
        Field { name: "private_volumes", kind: Kind::Flag(|_| false) },
        Field { name: "has_effective_wwn", kind: Kind::Flag(|_| false) },
        Field { name: "mobility_id_enabled", kind: Kind::Flag(|_| false) },
    ]
}
