//! What holds for any world: arbitrary changes of a clean one, most of them faults, many of them met nowhere else.

use dasdlab_model::observation::{Device, Mapping, Observation, Source};
use dasdlab_model::states::{
    DataSetClass, DeviceType, HostStatus, Incapable, LogScope, LssScope, MigratedPolicy, MirrorState, RelationState, RemoteRole,
    Storage,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::lab::{
    Bcv, Data, FlashCopy, Full, add_volume, clean, data_set, drop_source, id, judge, map, mirror, name, profile, relate, remap,
    status, store, unmap, volume,
};

pub(crate) const UNITS: [&str; 16] = [
    "1000", "1001", "1002", "1003", "2000", "2001", "2002", "2003", "3000", "3001", "3002", "3003", "5000", "5001", "5002",
    "5003",
];
pub(crate) const LABELS: [&str; 6] = ["IMS000", "IMS001", "IMS002", "OTH000", "OTH001", "GONE01"];

/// A change: what to do, and to what.
pub(crate) type Change = (u8, usize, usize);

pub(crate) fn pick<T: Copy>(from: &[T], at: usize) -> T {
    from[at % from.len()]
}

pub(crate) fn apply(seen: &mut Observation, step: usize, (kind, a, b): Change) {
    let (one, other) = (pick(&UNITS, a), pick(&UNITS, b));
    let source = pick(&UNITS[..4], a);
    let generation = if b.is_multiple_of(2) { 1 } else { 2 };
    match kind {
        0 => status(seen, one, pick(HostStatus::ALL, b)),
        1 if one != other && !seen.relations.iter().any(|entry| entry.target == id(seen, other)) => {
            relate(seen, one, other, pick(RelationState::ALL, a + b));
        }
        2 if one != other && !seen.mirrors.iter().any(|pair| pair.bcv == id(seen, other) && pair.standard == id(seen, one)) => {
            mirror(seen, one, other, pick(MirrorState::ALL, a + b));
        }
        3 => volume(seen, one).volser = LABELS.get(b % 8).map(|label| name(label)),
        4 => volume(seen, one).held_for = Some(name(pick(&["DAILY", "OTHER", "LONG GONE"], b))),
        5 => volume(seen, one).vtoc = Some(vec![name("IMSP.DB")]),
        6 => {
            let labels: Vec<&str> = if a == b { vec![] } else { vec![pick(&LABELS, a), pick(&LABELS, a + 1 + b % 5)] };
            let class = pick(DataSetClass::ALL, b);
            let ims = if class.names_ims() { pick(&["IMSP", "IMSQ", "IMSX", "IMSP IMSX"], a) } else { "" };
            data_set(seen, &format!("NEW.N{step}"), class, pick(&["UCAT.DB", "UCAT.LOG", "MCAT"], a + b), ims, &labels);
        }
        7 => pick_mut(&mut seen.catalogs, a).volumes = vec![name(pick(&LABELS, b))],
        8 => remap(seen, generation, source, other),
        9 => unmap(seen, generation, source),
        10 => drop_source(seen, source),
        11 => {
            let mut extra = profile(&format!("OTHER{step}"), FlashCopy, Full);
            extra.sources.push(Source { unit: name(one), volser: None });
            extra.targets.push(Mapping { generation: 1, source: name(one), target: name(other) });
            seen.profiles.push(extra);
        }
        12 => volume(seen, one).reserved_by = Some(name(pick(&["SYSA", "SYSB"], b))),
        13 => volume(seen, one).cylinders += 1,
        14 => volume(seen, one).device_type = DeviceType::T3380,
        15 => volume(seen, one).remote = Some(pick(RemoteRole::ALL, b)),
        16 => volume(seen, one).incapable = Some(pick(Incapable::ALL, b)),
        17 => volume(seen, one).inhibited = true,
        18 => volume(seen, one).bcv ^= true,
        19 => volume(seen, one).thin = true,
        20 => seen.arrays[0].code_level = pick(&["5978.1", "5979.1", "5876.x", "5977.1.1"], a).to_owned(),
        21 => {
            let title = pick_mut(&mut seen.data_sets, a).name.to_string();
            store(seen, &title, pick(&Storage::ALL[1..], b));
        }
        22 => seen.policy.migrated = pick(MigratedPolicy::ALL, a),
        23 => seen.policy.log_scope = LogScope::Member,
        24 => seen.policy.lss_scope = LssScope::SameArray,
        25 if !seen.profiles[0].targets.iter().any(|entry| entry.source == name(other) && entry.generation == 1) => {
            map(seen, 1, other, one);
        }
        26 => {
            let found = seen.units.iter_mut().find(|entry| entry.unit == name(one));
            if let Some(entry) = found
                && let Device::Base(at, _) = entry.device
                && b == 0
            {
                entry.device = Device::Alias(at);
            }
        }
        27 if b == 0 => pick_mut(&mut seen.catalogs, a).reachable = false,
        _ => {}
    }
}

fn pick_mut<T>(from: &mut [T], at: usize) -> &mut T {
    let length = from.len();
    &mut from[at % length]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_world_is_judged_alike_however_it_is_listed_and_asked(
        bcv: bool,
        full: bool,
        changes in prop::collection::vec((0_u8..28, 0_usize..16, 0_usize..16), 0..24),
    ) {
        let mut seen = clean(if bcv { Bcv } else { FlashCopy }, if full { Full } else { Data });
        for (step, &change) in changes.iter().enumerate() {
            apply(&mut seen, step, change);
        }
        judge(&seen);
    }
}

/// A clean profile of this many pairs in one generation, four logical subsystems of sources and targets.
fn large(pairs: u32) -> Observation {
    let mut seen = clean(FlashCopy, Full);
    seen.profiles[0].generations = 1;
    seen.profiles[0].sources.clear();
    seen.profiles[0].targets.clear();
    seen.data_sets.clear();
    for step in 0..pairs {
        let (lss, ua) = (0x20 + step / 100, step % 100);
        let (source, target) = (format!("{:04X}", 0xA000 + step), format!("{:04X}", 0xB000 + step));
        let label = format!("L{step:05}");
        add_volume(&mut seen, name(&format!("BOX1/{lss:02X}/{ua:02X}")), Some(&label), &source, HostStatus::Online);
        add_volume(&mut seen, name(&format!("BOX1/{lss:02X}/{:02X}", 100 + ua)), None, &target, HostStatus::Offline);
        seen.profiles[0].sources.push(Source { unit: name(&source), volser: Some(name(&label)) });
        map(&mut seen, 1, &source, &target);
    }
    seen
}

#[test]
fn a_fault_is_found_on_whatever_row_it_lies() {
    const PAIRS: u32 = 300;
    assert!(judge(&large(PAIRS)).findings.is_empty());
    for row in [0, 1, 62, 63, 64, 65, 127, 128, 191, 192, 255, 256, 298, 299] {
        let mut seen = large(PAIRS);
        let (source, target) = (format!("{:04X}", 0xA000 + row), format!("{:04X}", 0xB000 + row));
        status(&mut seen, &source, HostStatus::Boxed);
        status(&mut seen, &target, HostStatus::NoPath);
        volume(&mut seen, &target).cylinders -= 1;
        let found: Vec<String> = judge(&seen).findings.iter().map(|finding| finding.reason.to_string()).collect();
        assert_eq!(found, ["PS05:boxed", "PS06:no-path", "PS06:too-small"], "row {row}");
    }
}
