//! Tables hold what a site declares, say whether they can be, and lie in a file that notices any damage.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use dasdlab_model::declare::declare;
use dasdlab_model::name::Volser;
use dasdlab_model::observation::{Device, Mapping, MirrorPair, Relation, Source, UnitSeen};
use dasdlab_model::read::{Encoding, parse};
use dasdlab_model::site::Site;
use dasdlab_model::states::{DataSetClass, DeviceType, HostStatus, MirrorState, RelationState, Storage};
use dasdlab_model::tables::{Kind, Marks, NONE, PackError, Tables, VolumeRow, address, pack, unpack};
use dasdlab_model::undeclare;
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Two arrays, two systems, a profile of two generations; no volume, no data set.
const BASE: &str = r#"
format = 1
systems = [{ name = "SYSA" }, { name = "SYSB" }]
arrays = [
  { serial = "000197800001", family = "symmetrix", code_level = "5978.711.711", lss = [{ id = "10", cu_ssid = "2000" }] },
  { serial = "75ABC01", family = "ds8000", code_level = "87.31.16.0", features = ["flashcopy"], lss = [{ id = "10", count = 2, cu_ssid = "3000" }] },
]
ims = [{ ssid = "IMS1" }, { ssid = "IMS2" }]
catalogs = [
  { name = "UCAT.A", kind = "user", volumes = ["V00001"] },
  { name = "UCAT.B", kind = "user", volumes = ["V00002"] },
]
profiles = [{ name = "DAILY", ims_ssid = "IMS1", type = "full", method = "flashcopy", generations = 2 }]
"#;

/// A site with everything that tables keep apart: units elsewhere, aliases, copies, VTOCs, holds, groups.
const FULL: &str = r#"
format = 1
systems = [{ name = "SYSA" }, { name = "SYSB" }]
arrays = [{ serial = "000197800001", family = "symmetrix", code_level = "5978.711.711", lss = [{ id = "10", cu_ssid = "2000" }] }]
volumes = [
  { array = "000197800001", lss = "10", ua = "00", count = 4, unit = "1000", volser = "V{00000}", model = "3390-9", device = "0A00", storage_group = "SGDB", elsewhere = [{ system = "SYSB", unit = "2000", status = "offline" }] },
  { array = "000197800001", lss = "10", ua = "10", count = 4, unit = "1010", status = "offline", model = "3390-9", bcv = true, held_for = "DAILY", pool = "P1" },
  { array = "000197800001", lss = "10", ua = "20", model = "3380-K", vtoc = ["IMSP.DB.A"], reserved_by = "SYSB", remote = "secondary", incapable = "xrc-source" },
]
aliases = [{ array = "000197800001", lss = "10", ua = "F0", unit = "10F0" }]
flashcopy = [{ source = "1000", target = "1001", state = "copied" }]
mirrors = [{ standard = "1000", bcv = "1010", count = 2, state = "Split" }]
ims = [{ ssid = "IMS1" }]
catalogs = [{ name = "UCAT.A", kind = "user", volumes = ["V00001"] }]
data_sets = [
  { name = "IMSP.DB.A", class = "database", catalog = "UCAT.A", ims = ["IMS1"], volumes = ["V00001", "V00002"] },
  { name = "IMSP.DB.B", class = "non-ims", catalog = "UCAT.A", storage = "migrated" },
]
profiles = [
  { name = "DAILY", ims_ssid = "IMS1", type = "full", method = "bcv", generations = 1, sources = [{ unit = "1000", count = 3, volser = "V{00000}" }], targets = [{ generation = 1, source = "1000", target = "1010", count = 2 }] },
]
"#;

fn site(text: &str) -> Site {
    parse("site.toml", text.to_owned(), Encoding::Toml).unwrap().site().clone()
}

fn full() -> Tables {
    Tables::new(declare(&site(FULL)).unwrap())
}

#[test]
fn tables_of_an_observation_are_that_observation_again() {
    let seen = declare(&site(FULL)).unwrap();
    let tables = Tables::new(seen.clone());
    assert_eq!(tables.observation(), seen);
    assert!(tables.is_sound());
    let empty = Tables::new(declare(&site("format = 1")).unwrap());
    assert!(empty.is_sound() && empty.observation() == declare(&site("format = 1")).unwrap());
}

#[test]
fn a_packed_site_is_the_site_again() {
    let tables = full();
    let packed = pack(&tables).unwrap();
    assert_eq!(unpack(&packed), Ok(tables.clone()));
    assert_eq!(pack(&unpack(&packed).unwrap()), Ok(packed));
}

#[test]
fn no_byte_of_a_packed_site_can_change_unnoticed() {
    let packed = pack(&full()).unwrap();
    for at in 0..packed.len() {
        for bit in [0, 7] {
            let mut damaged = packed.clone();
            damaged[at] ^= 1 << bit;
            assert!(unpack(&damaged).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn a_packed_site_that_was_cut_off_or_added_to_is_refused() {
    let packed = pack(&full()).unwrap();
    for length in 0..packed.len() {
        assert!(unpack(&packed[..length]).is_err(), "{length} bytes");
    }
    let mut longer = packed;
    longer.push(0);
    assert!(matches!(unpack(&longer), Err(PackError::Length { .. })));
}

/// A packed site with the right length and checksum, whatever is in it.
fn sealed(mut packed: Vec<u8>) -> Vec<u8> {
    packed.truncate(packed.len() - 8);
    let length = packed.len() as u64 + 8;
    packed[16..24].copy_from_slice(&length.to_le_bytes());
    let hash = xxhash_rust::xxh3::xxh3_64(&packed);
    packed.extend(hash.to_le_bytes());
    packed
}

#[test]
fn what_cannot_be_is_refused_even_with_the_right_checksum() {
    let packed = pack(&full()).unwrap();
    let mut same = 0;
    for at in 24..packed.len() - 8 {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut other = packed.clone();
            if std::mem::replace(&mut other[at], value) == value {
                continue;
            }
            // It is refused, or it is the packed form of another site that can be.
            if let Ok(tables) = unpack(&sealed(other)) {
                let seen = tables.observation();
                assert_eq!(declare(&tables.spelled(&undeclare::site(&empty(&seen)))).as_ref(), Ok(&seen), "byte {at}");
                same += 1;
            }
        }
    }
    assert!(same > 20, "{same}");
    let mut newer = packed.clone();
    for version in [1, 3] {
        newer[8] = version;
        assert_eq!(unpack(&sealed(newer.clone())), Err(PackError::Version(version.into())));
    }
    assert_eq!(unpack(b"format = 1"), Err(PackError::Other));
}

/// An observation without what tables hold.
fn empty(seen: &dasdlab_model::observation::Observation) -> dasdlab_model::observation::Observation {
    let mut few = seen.clone();
    few.volumes.clear();
    few.data_sets.clear();
    few.units.retain(|unit| matches!(unit.device, Device::Alias(_)));
    few.profiles.iter_mut().for_each(|profile| {
        profile.sources.clear();
        profile.targets.clear();
    });
    few
}

#[test]
fn a_column_that_says_it_is_endless_takes_no_memory() {
    let packed = pack(&full()).unwrap();
    for at in 24..packed.len() - 16 {
        let mut other = packed.clone();
        other[at..at + 8].copy_from_slice(&0xFEFE_FEFE_FEFE_FEFE_u64.to_le_bytes());
        assert!(unpack(&sealed(other)).is_err(), "byte {at}");
    }
}

/// A volume that is drawn: mostly one that fits the others.
#[derive(Debug, Clone)]
struct Draw {
    place: (u16, u8, u8),
    unit: u32,
    label: u64,
    cylinders: u32,
    bcv: bool,
    device: Option<u32>,
    held: bool,
}

fn volumes() -> impl Strategy<Value = Vec<Draw>> {
    let odd = |odd: u32, usual: u32| prop_oneof![1 => 0..odd, usual => Just(u32::MAX)];
    let draw = (odd(6, 30), odd(6, 30), any::<bool>(), odd(4, 40), odd(4, 40), odd(3, 40));
    prop::collection::vec(draw, 0..8).prop_map(|draws| {
        let number = |at: usize| u8::try_from(at).unwrap();
        let each = |(at, (place, unit, labelled, size, mark, lss)): (usize, _)| {
            let clash = if place == u32::MAX { number(at) } else { number(place as usize) };
            Draw {
                place: (u16::from(at % 2 == 0), if lss == u32::MAX { 0x10 } else { 0x10 + number(lss as usize) }, clash),
                unit: if unit == u32::MAX {
                    0x1000 + u32::from(number(at))
                } else {
                    [NONE, 0x1001, 0x1002, 0x1003, 0xF_FFFF, 0x10_0000][unit as usize]
                },
                label: if labelled { Volser::pack(format!("V{at:05}").as_bytes()).unwrap() } else { 0 },
                cylinders: if size == u32::MAX { 10_017 } else { [0, 1, 2_000_000, 65_521][size as usize] },
                bcv: mark == 0 || (at % 2 == 1 && labelled),
                device: (mark == 1).then_some(0x0A00),
                held: mark == 2,
            }
        };
        draws.into_iter().enumerate().map(each).collect()
    })
}

/// A data set that is drawn: name, class, catalog, users, labels, storage.
type Set = (u8, u8, u8, u8, u8, u8);

fn sets() -> impl Strategy<Value = Vec<Set>> {
    let mostly = |odd: std::ops::Range<u8>, usual: u32| prop_oneof![1 => odd, usual => Just(0_u8)];
    let set = (mostly(1..5, 30), mostly(0..7, 20), 0..2_u8, mostly(1..4, 30), mostly(1..4, 20), mostly(1..3, 20));
    prop::collection::vec(set, 0..8)
}

/// Copies, aliases and units elsewhere that are drawn: which kind, and which addresses.
fn beside() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    prop::collection::vec((0..4_u8, 0..8_u8, 0..9_u8, 0..12_u8), 0..3)
}

fn page() -> impl Strategy<Value = (Vec<u32>, Vec<(u8, u32)>)> {
    let odd = |usual: std::ops::Range<u32>| prop_oneof![1 => 0..3_u32, 12 => usual];
    (prop::collection::vec(odd(0..40), 0..4), prop::collection::vec((prop_oneof![1 => 0..4_u8, 8 => 1..3_u8], 0..20_u32), 0..4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn tables_are_sound_exactly_where_a_site_declares_them(volumes in volumes(), sets in sets(), page in page(), beside in beside()) {
        let base = site(BASE);
        let mut tables = Tables::new(declare(&base).unwrap());
        for draw in &volumes {
            let (array, lss, ua) = draw.place;
            tables.volumes.push(VolumeRow {
                address: address(array, Lss::new(lss).unwrap(), UnitAddress(ua)),
                volser: draw.label,
                size: VolumeRow::sized(DeviceType::T3390, draw.cylinders),
                unit: draw.unit,
                marks: Marks::default().with(Marks::BCV, draw.bcv).with_status(HostStatus::Online),
            });
            if let Some(device) = draw.device {
                tables.volumes.set_device(device);
            }
            if draw.held {
                tables.volumes.last_rare().held_for = Some("DAILY".parse().unwrap());
            }
        }
        for (at, &(name, class, catalog, users, labels, storage)) in sets.iter().enumerate() {
            let name = if name == 0 { format!("A.D{at:03}") } else { format!("A.D{:03}", name - 1) };
            let class = DataSetClass::ALL[usize::from(class)];
            let ims: &[&str] = if class.names_ims() { &["IMS1"] } else { &[] };
            let ims: &[&str] = [ims, &["IMS1", "IMS1"] as &[&str], &["IMS9"], &["IMS2"]][usize::from(users)];
            let users = tables.data_sets.users(ims.iter().map(|ssid| ssid.parse().unwrap()).collect());
            let labels: &[&str] = [&["V00001"] as &[&str], &["V00001", "V00001"], &[], &["V00001", "V00002", "V00003"]][usize::from(labels)];
            let labels = labels.iter().map(|label| Volser::pack(label.as_bytes()).unwrap());
            let storage = Storage::ALL[usize::from(storage)];
            tables.data_sets.push(&name, Kind::new(class, storage), u32::from(catalog), users, labels);
        }
        let unit = |number: u32| Unit::new(0x1000 + number).unwrap();
        let profile = &mut tables.few.profiles[0];
        profile.sources = page.0.iter().map(|&number| Source { unit: unit(number), volser: None }).collect();
        profile.targets = page.1.iter().map(|&(generation, source)| Mapping { generation, source: unit(source), target: unit(64) }).collect();

        for (number, &(kind, a, b, c)) in beside.iter().enumerate() {
            let id = |ua| VolumeId { array: "75ABC01".parse().unwrap(), lss: Lss::new(0x10).unwrap(), ua: UnitAddress(ua) };
            let standard = |ua| VolumeId { array: "000197800001".parse().unwrap(), ..id(ua) };
            // Even addresses are on the Symmetrix: see the arrays of the volumes.
            let at = |ua: u8| if ua.is_multiple_of(2) { id(ua) } else { standard(ua) };
            let system = if c < 10 { "SYSB" } else { ["SYSA", "SYSX"][usize::from(c) - 10] };
            let unit = unit(0x800 + u32::try_from(number).unwrap() * u32::from(c));
            let state = *MirrorState::ALL.get(usize::from(c)).unwrap();
            match kind {
                0 => tables.few.relations.push(Relation { source: at(a), target: at(b), state: RelationState::Copied }),
                1 => tables.few.mirrors.push(MirrorPair { standard: at(a), bcv: at(b), state }),
                2 => tables.few.units.push(UnitSeen { system: system.parse().unwrap(), unit, device: Device::Base(at(a), HostStatus::Boxed) }),
                _ => tables.few.units.push(UnitSeen { system: system.parse().unwrap(), unit, device: Device::Alias(at(a + b)) }),
            }
        }

        // A unit beyond all units cannot be spelled.
        let spelled = volumes.iter().all(|draw| draw.unit == NONE || Unit::new(draw.unit).is_some());
        let seen = tables.observation();
        let declared = declare(&undeclare::site(&seen)).map(|declared| declared == seen);
        prop_assert_eq!(tables.is_sound(), spelled && declared == Ok(true), "{:?}", declared);
        if beside.is_empty() {
            let declared = declare(&tables.spelled(&base));
            prop_assert_eq!(tables.is_sound(), spelled && declared.is_ok(), "{:?}", declared.err());
        }
        if tables.is_sound() {
            prop_assert_eq!(unpack(&pack(&tables).unwrap()), Ok(tables));
        }
    }
}
