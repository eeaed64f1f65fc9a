//! What hosts see volumes as, and how large they are.

use dasdlab_model::states::{DeviceType, TRACKS_PER_CYLINDER};
use serde::{Deserialize, Serialize};

/// What hosts see a volume as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Emulation {
    /// Fixed blocks.
    #[serde(rename = "FBA")]
    Fba,
    /// A 3380.
    #[serde(rename = "CKD-3380")]
    Ckd3380,
    /// A 3390.
    #[serde(rename = "CKD-3390")]
    Ckd3390,
}

impl Emulation {
    const ALL: [Self; 3] = [Self::Fba, Self::Ckd3380, Self::Ckd3390];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fba => "FBA",
            Self::Ckd3380 => "CKD-3380",
            Self::Ckd3390 => "CKD-3390",
        }
    }

    /// The emulation of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|emulation| emulation.as_str().eq_ignore_ascii_case(name))
    }

    /// What a volume of this device type is, if nothing else is known of it.
    #[must_use]
    pub const fn of(device_type: DeviceType) -> Self {
        match device_type {
            DeviceType::T3380 => Self::Ckd3380,
            DeviceType::T3390 => Self::Ckd3390,
        }
    }

    /// The device type that stands for it in the world, which knows no fixed blocks.
    #[must_use]
    pub const fn device_type(self) -> DeviceType {
        match self {
            Self::Ckd3380 => DeviceType::T3380,
            Self::Fba | Self::Ckd3390 => DeviceType::T3390,
        }
    }

    /// Whether a mainframe sees it, at an address of a control unit.
    #[must_use]
    pub const fn is_ckd(self) -> bool {
        !matches!(self, Self::Fba)
    }

    /// Bytes of a cylinder: 15 tracks of 128 KiB, 47,476 or 56,664 bytes.
    #[must_use]
    pub const fn cylinder(self) -> u64 {
        let track = match self {
            Self::Fba => 131_072,
            Self::Ckd3380 => 47_476,
            Self::Ckd3390 => 56_664,
        };
        track * TRACKS_PER_CYLINDER as u64
    }
}

/// The unit in which a size is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Cylinders of the emulation.
    Cylinders,
    /// 2 to the 20th bytes.
    Mb,
    /// 2 to the 30th.
    Gb,
    /// 2 to the 40th.
    Tb,
}

impl Unit {
    /// The unit of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "CYL" => Some(Self::Cylinders),
            "MB" => Some(Self::Mb),
            "GB" => Some(Self::Gb),
            "TB" => Some(Self::Tb),
            _ => None,
        }
    }
}

/// The cylinders that hold so much; none where that is nothing, no number, or more than a volume can have.
#[must_use]
pub fn cylinders(size: f64, unit: Unit, emulation: Emulation) -> Option<u32> {
    let bytes = match unit {
        Unit::Cylinders => return whole(size.ceil()),
        Unit::Mb => 1_048_576.0,
        Unit::Gb => 1_073_741_824.0,
        Unit::Tb => 1_099_511_627_776.0,
    };
    #[expect(clippy::cast_precision_loss, reason = "a cylinder has fewer than 2 million bytes")]
    let cylinder = emulation.cylinder() as f64;
    whole((size * bytes / cylinder).ceil())
}

/// A number of cylinders that is one.
fn whole(number: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is asked before")]
    (1.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32)
}

/// So many cylinders in units of this many bytes, to two places.
#[must_use]
pub fn in_units(cylinders: u32, emulation: Emulation, bytes: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a volume has fewer than 2 to the 53rd bytes")]
    let size = (u64::from(cylinders) * emulation.cylinder()) as f64;
    (size / bytes * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_made_of_whole_cylinders() {
        let check = |size, unit, emulation, expected| assert_eq!(cylinders(size, unit, emulation), expected, "{size}");
        check(1.0, Unit::Gb, Emulation::Fba, Some(547));
        check(1.0, Unit::Gb, Emulation::Ckd3390, Some(1_264));
        check(3_339.0, Unit::Cylinders, Emulation::Ckd3390, Some(3_339));
        check(0.1, Unit::Cylinders, Emulation::Fba, Some(1));
        for size in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e30] {
            check(size, Unit::Tb, Emulation::Fba, None);
        }
    }

    #[test]
    fn a_size_is_shown_to_two_places() {
        assert!((in_units(547, Emulation::Fba, 1_073_741_824.0) - 1.0).abs() < 1e-9);
        assert!((in_units(1_113, Emulation::Ckd3390, 1_048_576.0) - 902.18).abs() < 1e-9);
    }
}
