//! Device numbers: by what Unisphere calls a volume.
//!
//! A volume that states its Symmetrix device number has that one, the first of those that state the same. Any other is
//! called by its address, `F` with LSS and unit address: `F100A` is 10/0A; where that number is taken, by the same with
//! another digit in front.

use std::collections::BTreeMap;

use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::unit::{SymmetrixDevice, VolumeId};

/// How a device number stands in Unisphere: five hexadecimal digits.
#[must_use]
pub fn text(number: SymmetrixDevice) -> String {
    format!("{:05X}", number.number())
}

/// The device numbers of the volumes of an array.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    of: BTreeMap<VolumeId, SymmetrixDevice>,
    at: BTreeMap<SymmetrixDevice, VolumeId>,
}

impl Numbers {
    /// The numbers of these volumes.
    #[must_use]
    pub fn new(volumes: &[VolumeSeen]) -> Self {
        let mut numbers = Self::default();
        for volume in volumes {
            if let Some(device) = volume.device
                && !numbers.at.contains_key(&device)
            {
                numbers.enter(volume.id, device);
            }
        }
        for VolumeSeen { id, .. } in volumes {
            if !numbers.of.contains_key(id)
                && let Some(number) = numbers.derived(*id)
            {
                numbers.enter(*id, number);
            }
        }
        numbers
    }

    fn enter(&mut self, volume: VolumeId, number: SymmetrixDevice) {
        self.of.insert(volume, number);
        self.at.insert(number, volume);
    }

    fn derived(&self, id: VolumeId) -> Option<SymmetrixDevice> {
        let address = u32::from(id.lss.id()) << 8 | u32::from(id.ua.0);
        let by_address = (0..=0xF_u32).rev().filter_map(|digit| SymmetrixDevice::new(digit << 16 | address));
        by_address.chain(self.free()).find(|number| !self.at.contains_key(number))
    }

    /// The number of a volume.
    #[must_use]
    pub fn of(&self, volume: VolumeId) -> Option<SymmetrixDevice> {
        self.of.get(&volume).copied()
    }

    /// The volume of a number.
    #[must_use]
    pub fn at(&self, number: SymmetrixDevice) -> Option<VolumeId> {
        self.at.get(&number).copied()
    }

    /// The numbers that no volume has, from 1 on.
    pub fn free(&self) -> impl Iterator<Item = SymmetrixDevice> {
        (1..=0xF_FFFF).filter_map(SymmetrixDevice::new).filter(|number| !self.at.contains_key(number))
    }

    /// Every volume, in the order of the numbers.
    pub fn volumes(&self) -> impl Iterator<Item = (SymmetrixDevice, VolumeId)> {
        self.at.iter().map(|(&number, &volume)| (number, volume))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dasdlab_model::states::DeviceType;

    fn volume(address: &str, device: Option<&str>) -> VolumeSeen {
        let id = format!("000197800001/{address}").parse().unwrap();
        let device = device.map(|device| device.parse().unwrap());
        VolumeSeen { device, ..VolumeSeen::new(id, DeviceType::T3390, 1) }
    }

    /// The numbers of volumes with these addresses and stated numbers.
    fn check(volumes: &[(&str, Option<&str>)], expected: &[&str]) {
        let volumes: Vec<_> = volumes.iter().map(|(address, device)| volume(address, *device)).collect();
        let numbers = Numbers::new(&volumes);
        let found: Vec<_> = volumes.iter().map(|volume| numbers.of(volume.id).map(text).unwrap()).collect();
        assert_eq!(found, expected);
        assert!(volumes.iter().all(|volume| numbers.of(volume.id).and_then(|number| numbers.at(number)) == Some(volume.id)));
    }

    #[test]
    fn a_volume_is_called_by_its_device_number_or_else_by_its_address() {
        check(&[("10/00", Some("0A1F")), ("10/0A", None), ("FE/FF", None)], &["00A1F", "F100A", "FFEFF"]);
    }

    #[test]
    fn no_two_volumes_are_called_alike() {
        check(&[("10/00", Some("00001")), ("10/01", Some("00001"))], &["00001", "F1001"]);
        check(&[("10/00", None), ("11/00", Some("F1000"))], &["E1000", "F1000"]);
    }
}
