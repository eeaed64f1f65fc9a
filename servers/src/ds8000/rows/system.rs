//! The array itself.

use dasdlab_model::observation::VolumeSeen;
use serde_json::Value;

use super::{capacity, row};
use crate::ds8000::envelope::Rows;
use crate::ds8000::view::View;

const FIELDS: &[&str] =
    &["id", "name", "state", "release", "bundle", "MTM", "sn", "wwnn", "cap", "capalloc", "capavail", "capraw"];

/// The one row of the array. A site says nothing of its machine type and its world-wide node name, and knows no more capacity than its
/// volumes have.
pub(in crate::ds8000) fn systems(view: &View) -> Rows {
    let capacity: u64 = view.volumes().iter().map(|volume: &VolumeSeen| capacity(volume)).sum();
    let rows = view.array().map(|array| {
        let (serial, capacity) = (array.serial.as_str(), Value::from(capacity.to_string()));
        row([
            ("id", format!("2107-{serial}").into()),
            ("name", serial.into()),
            ("state", if array.reachable { "online" } else { "offline" }.into()),
            ("release", release(&array.code_level).unwrap_or_default().into()),
            ("bundle", array.code_level.as_str().into()),
            ("MTM", "".into()),
            ("sn", serial.into()),
            ("wwnn", "".into()),
            ("cap", capacity.clone()),
            ("capalloc", capacity.clone()),
            ("capavail", "0".into()),
            ("capraw", capacity),
        ])
    });
    Rows { name: "systems", fields: FIELDS, rows: rows.into_iter().collect() }
}

/// The release that a code level belongs to: 80 less than its first part, and the digits of its second, of which a nought behind
/// is left out. `89.30.68.0` is 9.3, `88.33.20.0` is 8.3.3, `87.51.52.0` is 7.5.1.
fn release(code_level: &str) -> Option<String> {
    let mut parts = code_level.split('.').map(|part| part.parse::<u32>().ok());
    let major = parts.next()??.checked_sub(80).filter(|major| (1..=19).contains(major))?;
    let minor = parts.next()??;
    match (minor / 10, minor % 10) {
        (0, ones) => Some(format!("{major}.{ones}")),
        (tens @ 1..=9, 0) => Some(format!("{major}.{tens}")),
        (tens @ 1..=9, ones) => Some(format!("{major}.{tens}.{ones}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_read_off_a_code_level() {
        let levels = [
            ("89.30.68.0", Some("9.3")),
            ("88.33.20.0", Some("8.3.3")),
            ("87.51.52.0", Some("7.5.1")),
            ("87.40.47.0", Some("7.4")),
            ("88.0.151.0", Some("8.0")),
            ("89.100.0.0", None),
            ("5978.711.711", None),
            ("80.10.0.0", None),
            ("R9.3", None),
            ("", None),
        ];
        for (level, expected) in levels {
            assert_eq!(release(level).as_deref(), expected, "{level}");
        }
    }
}
