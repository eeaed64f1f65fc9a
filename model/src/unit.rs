//! Addresses: units of a system, unit addresses of a logical subsystem, and the identity of a volume.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name::{NameError, Serial, SystemName, text_type};

/// Parses 1 or 2 upper- or lower-case hexadecimal digits, or as many as `digits` says.
fn hex(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    (digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u32::from_str_radix(text, 16).ok())
        .flatten()
}

/// A z/OS device number with the subchannel set in front: `1000` is device 1000 of set 0 and the same as `01000`,
/// `21000` is device 1000 of set 2. Names a device only together with a system.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit(u32);

impl Unit {
    /// The highest unit: device FFFF of subchannel set F.
    pub const MAX: u32 = 0xF_FFFF;

    /// The unit with this number, subchannel set times 65,536 plus device number; none above [`Unit::MAX`].
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        (number <= Self::MAX).then_some(Self(number))
    }

    /// Subchannel set times 65,536 plus device number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// The unit `steps` further on; none past [`Unit::MAX`].
    #[must_use]
    pub fn plus(self, steps: u32) -> Option<Self> {
        self.0.checked_add(steps).and_then(Self::new)
    }
}

const UNIT_EXPECTED: &str = "a unit: 4 hexadecimal digits, with a subchannel-set digit in front where it is not 0";

impl FromStr for Unit {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        hex(text, 4..=5).map(Self).ok_or_else(|| NameError::new(text, UNIT_EXPECTED))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

text_type!(Unit, UNIT_EXPECTED, "^[0-9A-Fa-f]{4,5}$");

/// The id of a logical subsystem within its array, 00 to FE. LSS 10 exists on every array.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lss(u8);

impl Lss {
    /// How many logical subsystems an array can have: DS8000 and Symmetrix number them 00 to FE.
    pub const COUNT: u32 = 255;

    /// The logical subsystem with this id; none for FF.
    #[must_use]
    pub fn new(id: u8) -> Option<Self> {
        (u32::from(id) < Self::COUNT).then_some(Self(id))
    }

    /// The id, 0 to 254.
    #[must_use]
    pub fn id(self) -> u8 {
        self.0
    }
}

const LSS_EXPECTED: &str = "an LSS id: 2 hexadecimal digits, 00 to FE";

impl FromStr for Lss {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        hex(text, 2..=2)
            .and_then(|id| u8::try_from(id).ok())
            .and_then(Self::new)
            .ok_or_else(|| NameError::new(text, LSS_EXPECTED))
    }
}

impl fmt::Display for Lss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

text_type!(Lss, LSS_EXPECTED, "^[0-9A-Fa-f]{2}$");

/// The address of a volume or an alias within its logical subsystem, 00 to FF.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitAddress(pub u8);

impl UnitAddress {
    /// How many unit addresses a logical subsystem has.
    pub const COUNT: u32 = 256;
}

const UA_EXPECTED: &str = "a unit address: 2 hexadecimal digits, 00 to FF";

impl FromStr for UnitAddress {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        hex(text, 2..=2).and_then(|address| u8::try_from(address).ok()).map(Self).ok_or_else(|| NameError::new(text, UA_EXPECTED))
    }
}

impl fmt::Display for UnitAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

text_type!(UnitAddress, UA_EXPECTED, "^[0-9A-Fa-f]{2}$");

/// The subsystem id of a control unit: 4 hexadecimal digits, one per logical subsystem. Not an [`ImsSsid`](crate::name::ImsSsid).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CuSsid(pub u16);

const CU_SSID_EXPECTED: &str = "a control-unit SSID: 4 hexadecimal digits";

impl FromStr for CuSsid {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        hex(text, 4..=4).and_then(|id| u16::try_from(id).ok()).map(Self).ok_or_else(|| NameError::new(text, CU_SSID_EXPECTED))
    }
}

impl fmt::Display for CuSsid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

text_type!(CuSsid, CU_SSID_EXPECTED, "^[0-9A-Fa-f]{4}$");

/// The Symmetrix device number of a volume: 4 or 5 hexadecimal digits. Carried along, never an identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymmetrixDevice(u32);

const DEVICE_EXPECTED: &str = "a Symmetrix device number: 4 or 5 hexadecimal digits";

impl SymmetrixDevice {
    /// The device with this number; none past FFFFF.
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        (number <= 0xF_FFFF).then_some(Self(number))
    }

    /// The device number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// The device `steps` further on; none past FFFFF.
    #[must_use]
    pub fn plus(self, steps: u32) -> Option<Self> {
        self.0.checked_add(steps).and_then(Self::new)
    }
}

impl FromStr for SymmetrixDevice {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        hex(text, 4..=5).map(Self).ok_or_else(|| NameError::new(text, DEVICE_EXPECTED))
    }
}

impl fmt::Display for SymmetrixDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

text_type!(SymmetrixDevice, DEVICE_EXPECTED, "^[0-9A-Fa-f]{4,5}$");

/// The identity of a volume: array serial, logical subsystem, unit address. Never its label, never a unit number.
/// Written `SERIAL/LSS/UA`, e.g. `75ABC01/10/0A`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VolumeId {
    /// The array that holds the volume.
    pub array: Serial,
    /// Its logical subsystem on that array.
    pub lss: Lss,
    /// Its address on that logical subsystem.
    pub ua: UnitAddress,
}

// Compared and hashed as a number, as names are.
impl Ord for VolumeId {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for VolumeId {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::hash::Hash for VolumeId {
    #[inline]
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let number = self.number();
        state.write_u64((number >> 64) as u64);
        state.write_u64(number as u64);
    }
}

impl VolumeId {
    /// Serial, subsystem and address in one number, so that numbers order as volumes do.
    #[inline]
    fn number(&self) -> u128 {
        const { assert!(Serial::MAX <= 12, "a longer serial leaves no room behind it") };
        self.array.number() | u128::from(self.lss.0) << 8 | u128::from(self.ua.0)
    }
}

const VOLUME_EXPECTED: &str = "a volume: SERIAL/LSS/UA, e.g. 75ABC01/10/0A";

impl FromStr for VolumeId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut parts = text.split('/');
        let (Some(array), Some(lss), Some(ua), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(NameError::new(text, VOLUME_EXPECTED));
        };
        Ok(Self { array: array.parse()?, lss: lss.parse()?, ua: ua.parse()? })
    }
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.array, self.lss, self.ua)
    }
}

text_type!(VolumeId, VOLUME_EXPECTED, "^[A-Z0-9]{1,12}/[0-9A-Fa-f]{2}/[0-9A-Fa-f]{2}$");

/// How a site file points at a volume: by its unit in the site's first system (`3A10`), by its unit in another
/// system (`SYSB:3A10`), or by identity (`75ABC01/10/0A`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolumeRef {
    /// The volume behind this base unit of the first system.
    Unit(Unit),
    /// The volume behind this base unit of the system named.
    UnitOf(SystemName, Unit),
    /// The volume itself.
    Volume(VolumeId),
}

const REF_EXPECTED: &str = "a volume: a unit such as 3A10, SYSTEM:3A10, or SERIAL/LSS/UA";

impl FromStr for VolumeRef {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.contains('/') {
            text.parse().map(Self::Volume)
        } else if let Some((system, unit)) = text.split_once(':') {
            Ok(Self::UnitOf(system.parse()?, unit.parse()?))
        } else {
            text.parse().map(Self::Unit).map_err(|_| NameError::new(text, REF_EXPECTED))
        }
    }
}

impl fmt::Display for VolumeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => unit.fmt(f),
            Self::UnitOf(system, unit) => write!(f, "{system}:{unit}"),
            Self::Volume(volume) => volume.fmt(f),
        }
    }
}

text_type!(VolumeRef, REF_EXPECTED, "^([A-Z0-9@#$]{1,8}:)?[0-9A-Fa-f]{4,5}$|^[A-Z0-9]{1,12}/[0-9A-Fa-f]{2}/[0-9A-Fa-f]{2}$");

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: FromStr<Err = NameError> + fmt::Display>(text: &str, expected: Option<&str>) {
        assert_eq!(text.parse::<T>().ok().map(|value| value.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_unit_drops_subchannel_set_zero_and_keeps_others() {
        check::<Unit>("01000", Some("1000"));
        check::<Unit>("1000", Some("1000"));
        check::<Unit>("21000", Some("21000"));
        check::<Unit>("0a1f", Some("0A1F"));
        for text in ["", "100", "100000", "+100", "10G0", " 1000"] {
            check::<Unit>(text, None);
        }
    }

    #[test]
    fn lss_ff_does_not_exist() {
        check::<Lss>("FE", Some("FE"));
        check::<Lss>("FF", None);
        check::<Lss>("1", None);
    }

    #[test]
    fn a_volume_is_named_by_array_lss_and_unit_address() {
        check::<VolumeId>("75ABC01/10/0a", Some("75ABC01/10/0A"));
        for text in ["75ABC01/10", "75ABC01/10/0A/1", "/10/0A", "75abc01/10/0A", "75ABC01/FF/00"] {
            check::<VolumeId>(text, None);
        }
    }

    #[test]
    fn a_reference_is_a_unit_a_unit_of_a_system_or_an_identity() {
        for text in ["3A10", "SYSB:13A10", "75ABC01/10/0A"] {
            check::<VolumeRef>(text, Some(text));
        }
        check::<VolumeRef>("SYSB:", None);
        check::<VolumeRef>("IMS001", None);
    }
}
