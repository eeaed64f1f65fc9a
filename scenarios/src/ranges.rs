//! Entries that stand for several things, and parts of them.

use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Aliases, Attachment, DataSets, LssRange, Mirrors, Relations, Sources, Targets, Volumes};
use dasdlab_model::unit::{CuSsid, Lss, UnitAddress, VolumeId, VolumeRef};

/// An entry that stands for one thing or for several.
pub trait Ranged: Clone {
    /// For how many.
    fn count(&self) -> u32;

    /// An entry for `count` of them, from this one on, counted from 0; none past the end of what can be counted.
    fn part(&self, from: u32, count: u32) -> Option<Self>;

    /// The `nth` of them from 0 by itself; none past the end of what can be counted.
    fn nth(&self, nth: u32) -> Option<Self> {
        self.part(nth, 1)
    }
}

/// Takes a range of a list apart, so that the `nth` thing of an entry has an entry of its own, and says where it stands; none
/// where there is no such thing, or the range cannot be taken apart.
pub fn isolate<T: Ranged>(list: &mut Vec<T>, entry: usize, nth: u32) -> Option<usize> {
    let range = list.get(entry)?;
    let count = range.count();
    if nth >= count {
        return None;
    }
    let rest = count - nth - 1;
    let before = if nth > 0 { Some(range.part(0, nth)?) } else { None };
    let after = if rest > 0 { Some(range.part(nth + 1, rest)?) } else { None };
    let at = entry + usize::from(before.is_some());
    let parts: Vec<T> = before.into_iter().chain([range.nth(nth)?]).chain(after).collect();
    list.splice(entry..=entry, parts);
    Some(at)
}

/// The address `steps` further on, LSS after LSS.
fn advance(lss: Lss, ua: UnitAddress, steps: u32) -> Option<(Lss, UnitAddress)> {
    let flat = (u32::from(lss.id()) * UnitAddress::COUNT + u32::from(ua.0)).checked_add(steps)?;
    let lss = Lss::new(u8::try_from(flat / UnitAddress::COUNT).ok()?)?;
    Some((lss, UnitAddress(u8::try_from(flat % UnitAddress::COUNT).ok()?)))
}

fn further(reference: VolumeRef, steps: u32) -> Option<VolumeRef> {
    Some(match reference {
        VolumeRef::Unit(unit) => VolumeRef::Unit(unit.plus(steps)?),
        VolumeRef::UnitOf(system, unit) => VolumeRef::UnitOf(system, unit.plus(steps)?),
        VolumeRef::Volume(volume) => {
            let (lss, ua) = advance(volume.lss, volume.ua, steps)?;
            VolumeRef::Volume(VolumeId { lss, ua, ..volume })
        }
    })
}

/// The names of `count` things from this one on.
fn name(pattern: &NamePattern, from: u32, count: u32) -> Option<NamePattern> {
    let first = pattern.nth(from)?;
    match count {
        1 => Some(NamePattern::one(&first)),
        _ if !pattern.counts() => Some(pattern.clone()),
        _ => NamePattern::counting(&first, &pattern.nth(from + 1)?),
    }
}

/// Something that may be absent, counted on where it is there.
fn counted<T, U>(value: Option<T>, on: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match value {
        None => Some(None),
        Some(value) => on(value).map(Some),
    }
}

impl Ranged for Volumes {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        let (lss, ua) = advance(self.lss, self.ua, from)?;
        let unit = counted(self.unit, |unit| unit.plus(from))?;
        let volser = counted(self.volser.as_ref(), |volser| name(volser, from, count))?;
        let device = counted(self.device, |device| device.plus(from))?;
        let on = |attachment: &Attachment| Some(Attachment { unit: attachment.unit.plus(from)?, ..attachment.clone() });
        let elsewhere = self.elsewhere.iter().map(on).collect::<Option<_>>()?;
        Some(Self { lss, ua, count, unit, volser, device, elsewhere, ..self.clone() })
    }
}

impl Ranged for Aliases {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        let (lss, ua) = advance(self.lss, self.ua, from)?;
        Some(Self { lss, ua, count, unit: self.unit.plus(from)?, ..self.clone() })
    }
}

impl Ranged for Relations {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        Some(Self { source: further(self.source, from)?, target: further(self.target, from)?, count, ..self.clone() })
    }
}

impl Ranged for Mirrors {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        Some(Self { standard: further(self.standard, from)?, bcv: further(self.bcv, from)?, count, ..self.clone() })
    }
}

impl Ranged for DataSets {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        let volumes = self.volumes.iter().map(|volser| name(volser, from, count)).collect::<Option<_>>()?;
        Some(Self { name: name(&self.name, from, count)?, count, volumes, ..self.clone() })
    }
}

impl Ranged for Sources {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        let volser = counted(self.volser.as_ref(), |volser| name(volser, from, count))?;
        Some(Self { unit: self.unit.plus(from)?, count, volser })
    }
}

impl Ranged for Targets {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        Some(Self { source: self.source.plus(from)?, target: self.target.plus(from)?, count, ..self.clone() })
    }
}

impl Ranged for LssRange {
    fn count(&self) -> u32 {
        self.count
    }

    fn part(&self, from: u32, count: u32) -> Option<Self> {
        let id = Lss::new(u8::try_from(u32::from(self.id.id()).checked_add(from)?).ok()?)?;
        let cu_ssid = CuSsid(self.cu_ssid.0.checked_add(u16::try_from(from).ok()?)?);
        Some(Self { id, count, cu_ssid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nth: u32, expected: &[&str], stands: usize) {
        let range = DataSets {
            name: "IMS.D{08}".parse().unwrap(),
            count: 4,
            class: dasdlab_model::states::DataSetClass::Database,
            catalog: "UCAT".parse().unwrap(),
            ims: Vec::new(),
            volumes: vec!["V{1}".parse().unwrap(), "SAME".parse().unwrap()],
            storage: None,
        };
        let mut list = vec![range];
        assert_eq!(isolate(&mut list, 0, nth), Some(stands));
        let said: Vec<String> = list.iter().map(|part| format!("{} {} x{}", part.name, part.volumes[0], part.count)).collect();
        assert_eq!(said, expected);
        assert!(list.iter().all(|part| part.volumes[1].to_string() == "SAME"));
    }

    #[test]
    fn a_thing_of_a_range_comes_to_stand_by_itself() {
        check(0, &["IMS.D08 V1 x1", "IMS.D{09} V{2} x3"], 0);
        check(1, &["IMS.D08 V1 x1", "IMS.D09 V2 x1", "IMS.D{10} V{3} x2"], 1);
        check(3, &["IMS.D{08} V{1} x3", "IMS.D11 V4 x1"], 1);
    }

    #[test]
    fn nothing_is_taken_apart_for_a_thing_that_is_not_there() {
        let mut list = vec![Sources { unit: "1000".parse().unwrap(), count: 2, volser: None }];
        assert_eq!(isolate(&mut list, 0, 2), None);
        assert_eq!(isolate(&mut list, 1, 0), None);
        assert_eq!(list.len(), 1);
    }
}
