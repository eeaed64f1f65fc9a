//! An observation written back as a site: it declares the same, and like things stand in ranges.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_model::declare::declare;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::site::{
    Array, Attachment, Catalog, DataSets, Ims, LssRange, Mirrors, Profile, Relations, Site, Sources, System, Targets, Volumes,
};
use dasdlab_model::states::{CatalogKind, DataSetClass, Family, HostStatus, MirrorState, RelationState, Storage};
use dasdlab_model::undeclare;
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId, VolumeRef};
use dasdlab_model::write::write;
use proptest::prelude::*;

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The site written back, which declares the same, in both encodings too.
#[track_caller]
fn check(site: &Site) -> Site {
    let seen = declare(site).unwrap_or_else(|faults| panic!("{faults:?}"));
    let back = undeclare::site(&seen);
    assert_eq!(declare(&back).as_ref(), Ok(&seen));
    for encoding in [Encoding::Toml, Encoding::Json] {
        let text = write(&Content::Site(Box::new(back.clone())), encoding).unwrap();
        let read = parse("site", text, encoding).unwrap();
        assert_eq!(read.content, Content::Site(Box::new(back.clone())));
    }
    back
}

const ARRAY: &str = "000197800001";
/// The first address of BCVs.
const BCVS: u8 = 0x80;

/// What is drawn for the thing at one address.
#[derive(Debug, Clone)]
struct Draw {
    present: bool,
    label: u8,
    status: u8,
    size: u8,
    elsewhere: bool,
    copy: u8,
    state: u8,
    data_sets: u8,
}

fn draw() -> impl Strategy<Value = Draw> {
    // Mostly the same, so that there are ranges, and now and then something else, so that they end.
    let mostly = |odd: std::ops::Range<u8>| prop_oneof![6 => Just(0_u8), 1 => odd];
    (
        prop_oneof![9 => Just(true), 1 => Just(false)],
        mostly(1..4),
        mostly(1..4),
        mostly(1..5),
        any::<bool>(),
        mostly(1..4),
        mostly(1..12),
        mostly(1..4),
    )
        .prop_map(|(present, label, status, size, elsewhere, copy, state, data_sets)| Draw {
            present,
            label,
            status,
            size,
            elsewhere,
            copy,
            state,
            data_sets,
        })
}

fn address(ua: u8) -> VolumeId {
    VolumeId { array: named(ARRAY), lss: Lss::new(0x10).unwrap(), ua: UnitAddress(ua) }
}

fn volume(ua: u8, bcv: bool, draw: &Draw) -> Volumes {
    let status = |status: u8| HostStatus::ALL.get(usize::from(status)).copied().filter(|&status| status != HostStatus::Online);
    let (model, cylinders) = match draw.size {
        0 => (Some("3390-9"), None),
        1 => (Some("3390-A"), Some(100_000)),
        2 => (Some("3380-D"), Some(100)),
        3 => (None, Some(17)),
        _ => (None, Some(10_017)),
    };
    let unit = |base: u32| Unit::new(base + u32::from(ua)).unwrap();
    let volser = match draw.label {
        0 => Some(format!("D{ua:05}")),
        1 => None,
        2 => Some("SAME01".to_owned()),
        _ => Some(format!("X{:02}A", ua % 100)),
    };
    Volumes {
        array: named(ARRAY),
        lss: address(ua).lss,
        ua: UnitAddress(ua),
        count: 1,
        unit: (draw.status < 3).then(|| unit(0x1000)),
        status: (draw.status < 3).then(|| status(draw.status)).flatten(),
        elsewhere: if draw.elsewhere {
            vec![Attachment { system: named("SYSB"), unit: unit(0x2_1000), status: status(draw.copy) }]
        } else {
            Vec::new()
        },
        volser: volser.map(|text| named(&text)),
        model: model.map(named),
        cylinders,
        bcv,
        device: (draw.size == 0).then(|| named(&format!("{:04X}", 0x0A00 + u32::from(ua)))),
        thin: draw.copy == 1,
        inhibited: draw.copy == 2,
        v1_active: draw.copy == 3,
        incapable: None,
        reserved_by: (draw.status == 1).then(|| named("SYSB")),
        remote: None,
        held_for: (bcv && draw.copy == 2).then(|| named("DAILY")),
        vtoc: (draw.data_sets == 3).then(|| vec![named("IMSP.DB.X")]),
        storage_group: (draw.label == 2).then(|| "SGDB".to_owned()),
        pool: None,
    }
}

/// A site of one array from what is drawn for each address: volumes below, BCVs above, copies between them.
fn site(draws: &[(Draw, Draw)]) -> Site {
    let mut site = Site {
        systems: ["SYSA", "SYSB"].map(|name| System { name: named(name), host_software_level: None }).into(),
        arrays: vec![Array {
            serial: named(ARRAY),
            family: Family::Symmetrix,
            code_level: "5978.711.711".to_owned(),
            fixes: vec![3, 1],
            features: Vec::new(),
            reachable: true,
            copy_rate: Some(5_000),
            lss: [("10", "2000"), ("11", "2001"), ("12", "2007")]
                .map(|(id, cu_ssid)| LssRange { id: named(id), count: 1, cu_ssid: named(cu_ssid) })
                .into(),
        }],
        ims: vec![Ims { ssid: named("IMSP"), group: None }],
        catalogs: vec![Catalog {
            name: named("UCAT.DB"),
            kind: CatalogKind::User,
            volumes: vec![named("D00001"), named("D00000")],
            reachable: true,
        }],
        ..Site::default()
    };
    let mut profile = Profile {
        name: named("DAILY"),
        creator: String::new(),
        description: String::new(),
        system: Some(named("SYSB")),
        ims_ssid: named("IMSP"),
        backup_type: named("data"),
        method: named("bcv"),
        generations: 2,
        state: None,
        reason: None,
        fingerprint: Some("f".to_owned()),
        locked_by: None,
        sources: Vec::new(),
        targets: Vec::new(),
        backups: Vec::new(),
    };
    for (at, (below, above)) in draws.iter().enumerate() {
        let ua = u8::try_from(at).unwrap();
        let (here, there) = (VolumeRef::Volume(address(ua)), VolumeRef::Volume(address(BCVS + ua)));
        let unit = |base: u32| Unit::new(base + u32::from(ua)).unwrap();
        site.volumes.extend(below.present.then(|| volume(ua, false, below)));
        site.volumes.extend(above.present.then(|| volume(BCVS + ua, true, above)));
        if below.present && above.present {
            let state = MirrorState::ALL.get(usize::from(below.state)).copied().unwrap_or(MirrorState::Split);
            site.mirrors.extend((below.copy < 2).then_some(Mirrors { standard: here, bcv: there, count: 1, state }));
            let state = RelationState::ALL.get(usize::from(above.copy)).copied().unwrap_or(RelationState::Copied);
            site.flashcopy.extend((above.state < 3).then_some(Relations { source: here, target: there, count: 1, state }));
        }
        let volser = below.label.ne(&1).then(|| named(&format!("D{ua:05}")));
        profile.sources.push(Sources { unit: unit(0x1000), count: 1, volser });
        for generation in [1, 2] {
            let target = unit(0x1000 + u32::from(generation) * 0x80);
            profile.targets.extend((generation == 1 || below.size == 0).then_some(Targets {
                generation,
                source: unit(0x1000),
                target,
                count: 1,
            }));
        }
        let storage = if below.data_sets == 2 { Some(Storage::Migrated) } else { None };
        let volumes = match below.data_sets {
            0 => vec![format!("D{ua:05}"), "SAME01".to_owned()],
            1 => vec![format!("D{ua:05}")],
            _ => Vec::new(),
        };
        let extra = volumes.len() == 2;
        for suffix in ["DATA", "INDEX"].iter().take(if extra { 2 } else { 1 }) {
            site.data_sets.push(DataSets {
                name: named(&format!("IMSP.DB.A{ua:03}.{suffix}")),
                count: 1,
                class: DataSetClass::Database,
                catalog: named("UCAT.DB"),
                ims: vec![named("IMSP")],
                volumes: volumes.iter().map(|text| named(text)).collect(),
                storage,
            });
        }
    }
    site.profiles.push(profile);
    site
}

proptest! {
    #[test]
    fn a_site_written_back_declares_the_same(draws in prop::collection::vec((draw(), draw()), 0..40)) {
        check(&site(&draws));
    }
}

#[test]
fn like_things_that_follow_each_other_stand_in_one_range() {
    let plain = Draw { present: true, label: 0, status: 0, size: 0, elsewhere: true, copy: 0, state: 0, data_sets: 0 };
    let site = check(&site(&vec![(plain.clone(), plain); 100]));
    let lists = [
        site.arrays.first().unwrap().lss.len(),
        site.volumes.len(),
        site.data_sets.len(),
        site.mirrors.len(),
        site.flashcopy.len(),
        site.profiles.first().unwrap().sources.len(),
        site.profiles.first().unwrap().targets.len(),
    ];
    // Two LSSs in a row and one apart; volumes and BCVs; data and indexes; one list of targets for each generation.
    assert_eq!(lists, [2, 2, 2, 1, 1, 1, 2]);
    assert_eq!(site.volumes.iter().map(|range| range.count).collect::<Vec<_>>(), [100, 100]);
}

#[test]
fn volumes_run_on_from_one_lss_to_the_next() {
    let text = r#"
        format = 1
        systems = [{ name = "SYSA" }]
        arrays = [{ serial = "75ABC01", family = "ds8000", code_level = "1.2", lss = [{ id = "10", count = 3, cu_ssid = "2000" }] }]
        volumes = [{ array = "75ABC01", lss = "10", ua = "F0", count = 400, unit = "1000", volser = "D{00000}", model = "3390-9" }]
        aliases = [{ array = "75ABC01", lss = "12", ua = "F0", count = 16, unit = "1FF0" }]
    "#;
    let document = parse("site.toml", text.to_owned(), Encoding::Toml).unwrap();
    let back = check(document.site());
    assert_eq!((back.volumes.len(), back.aliases.len()), (1, 1));
    assert_eq!(back.volumes.first().unwrap().volser.as_ref().unwrap().to_string(), "D{00000}");
}

#[test]
fn what_goes_without_saying_is_left_out() {
    let site = check(&Site::default());
    assert_eq!(write(&Content::Site(Box::new(site)), Encoding::Toml).unwrap().lines().next(), Some("format = 1"));
    assert_eq!(check(&Site::default()), Site { format: 1, ..Site::default() });
}
