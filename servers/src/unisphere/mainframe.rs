//! Splits and CU images. An array has one split, and each logical subsystem is a CU image of it: its number is the id, its
//! SSID that of the control unit.

use std::borrow::Cow;

use dasdlab_model::unit::{CuSsid, Lss, UnitAddress};
use serde_json::{Value, json};

use super::answer::{Answered, Failure};
use super::numbers::text;
use super::view::View;
use super::volumes::Row;

/// The name of the split.
pub(crate) const SPLIT: &str = "SPLIT_1";

/// How a hexadecimal number may be written: `0x2100`, or without the prefix.
#[must_use]
pub(crate) fn spellings(digits: &str) -> Vec<Cow<'static, str>> {
    vec![Cow::Owned(format!("0x{digits}")), Cow::Owned(digits.to_owned())]
}

fn hexadecimal(text: &str) -> &str {
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text)
}

/// The splits of the array.
#[must_use]
pub(crate) fn splits() -> Value {
    json!({ "splitId": [SPLIT] })
}

/// Asks for the split of this name.
///
/// # Errors
/// There is none.
pub(crate) fn is_split(name: &str) -> Answered<()> {
    if name.eq_ignore_ascii_case(SPLIT) { Ok(()) } else { Err(Failure::not_found(format!("Cannot find Split {name}"))) }
}

/// What is said of the split.
#[must_use]
pub(crate) fn split(view: &View<'_>) -> Value {
    let serial = view.array.serial.as_str();
    let tail = serial.get(serial.len().saturating_sub(5)..).unwrap_or(serial);
    json!({
        "name": SPLIT,
        "alphaSerialNum": tail,
        "hyperPAVState": if view.aliases().next().is_some() { "Enabled" } else { "Disabled" },
        "numCUImages": view.array.lss.len(),
        "numPorts": 0,
        "symmetrixPortKey": [],
    })
}

/// The CU images of the split.
#[must_use]
pub(crate) fn images(view: &View<'_>) -> Value {
    let each: Vec<String> = view.array.lss.iter().map(|(_, ssid)| format!("0x{ssid}")).collect();
    json!({ "cuImageSSID": each })
}

/// The CU image of this SSID.
///
/// # Errors
/// There is none.
pub(crate) fn image_of(view: &View<'_>, ssid: &str) -> Answered<(Lss, CuSsid)> {
    let wanted = hexadecimal(ssid).parse::<CuSsid>().ok();
    let found = view.array.lss.iter().find(|(_, ssid)| Some(*ssid) == wanted).copied();
    found.ok_or_else(|| Failure::not_found(format!("Cannot find CU Image with SSID {ssid}")))
}

/// The volumes that are mapped to a CU image.
fn mapped<'v>(view: &'v View<'v>, lss: Lss) -> impl Iterator<Item = Row<'v>> {
    let volumes = view.volumes.iter().filter(move |volume| volume.id.lss == lss);
    let rows = volumes.filter_map(|volume| Some(Row::new(view, view.page.number(volume.id)?, volume)));
    rows.filter(|row| row.emulation.is_ckd())
}

/// What is said of a CU image.
#[must_use]
pub(crate) fn image(view: &View<'_>, (lss, ssid): (Lss, CuSsid)) -> Value {
    let mut aliases: Vec<UnitAddress> = view.aliases().filter(|alias| alias.lss == lss).map(|alias| alias.ua).collect();
    aliases.sort_unstable();
    aliases.dedup();
    let mut taken: Vec<UnitAddress> =
        view.volumes.iter().filter(|volume| volume.id.lss == lss).map(|volume| volume.id.ua).collect();
    taken.extend(&aliases);
    taken.sort_unstable();
    let next = (0..=u8::MAX).map(UnitAddress).find(|address| taken.binary_search(address).is_err());
    let mapped: Vec<Row<'_>> = mapped(view, lss).collect();
    let mut groups: Vec<&String> = mapped.iter().flat_map(Row::groups).collect();
    groups.sort_unstable();
    groups.dedup();
    let address = |address: UnitAddress| format!("0x{address}");
    let mut image = json!({
        "imageNumber": format!("0x{lss}"),
        "ssid": format!("0x{ssid}"),
        "numMappedVolumes": mapped.len(),
        "numStorageGroups": groups.len(),
        "numBaseAddresses": mapped.len(),
        "numAvailableBaseAddresses": usize::from(u8::MAX) + 1 - taken.len(),
        "numAliases": aliases.len(),
        "status": "Online",
    });
    if let Some(fields) = image.as_object_mut() {
        let ends = [
            ("nextAvailableBaseAddress", next),
            ("startAliasAddress", aliases.first().copied()),
            ("endAliasAddress", aliases.last().copied()),
        ];
        for (name, at) in ends {
            if let Some(at) = at {
                fields.insert(name.to_owned(), json!(address(at)));
            }
        }
    }
    image
}

/// The numbers of the volumes of a CU image, in the order of their addresses.
#[must_use]
pub(crate) fn volumes(view: &View<'_>, (lss, _): (Lss, CuSsid)) -> Value {
    json!({ "volumeId": mapped(view, lss).map(|row| text(row.number)).collect::<Vec<_>>() })
}

/// What is said of a volume of a CU image.
///
/// # Errors
/// It is not one of its volumes.
pub(crate) fn volume(view: &View<'_>, (lss, ssid): (Lss, CuSsid), number: &str) -> Answered<Value> {
    let (found, _) = view.numbered(number)?;
    let row = mapped(view, lss).find(|row| row.number == found);
    row.map(|row| row.details()).ok_or_else(|| Failure::not_found(format!("Volume {number} is not mapped to CU Image 0x{ssid}")))
}
