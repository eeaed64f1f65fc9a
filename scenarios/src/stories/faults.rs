//! Faults: what breaks, drawn by kind, and how long it lasts.

use dasdlab_model::finding::Side;
use dasdlab_model::states::{DataSetClass, HostStatus, Storage};
use dasdlab_model::story::{Duration, PairRef, PlannedFault, RivalWork, UnitRef, What, When};
use dasdlab_model::transitions::Refusal;

use super::world::{Pair, Scene};
use crate::rng::Rng;

/// What a fault is about, where that is decided already.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Focus {
    /// The generation whose pairs are in play.
    pub(crate) generation: Option<u8>,
    /// The pair, by its place in that generation.
    pub(crate) nth: Option<u32>,
    pub(crate) code: Option<Refusal>,
    /// A command for one pair only is not enough: whatever comes is met.
    pub(crate) any_pair: bool,
    /// Copies run back, from target to source.
    pub(crate) turned: bool,
}

/// A fault of this kind that lasts a while or for good.
pub(crate) fn planned(what: What, when: When, rng: &mut Rng) -> PlannedFault {
    let lasts = what.can_end() && rng.chance(1, 2);
    let ms = rng.one([1, 500, 5_000, 60_000, 600_000, 3_600_000]);
    PlannedFault { name: String::new(), what, when, lasts: lasts.then(|| Duration::of_ms(ms)) }
}

/// What breaks; none where this world has nothing of the kind.
pub(crate) fn what(word: &str, scene: &Scene, focus: Focus, rng: &mut Rng) -> Option<What> {
    let draft = &scene.draft;
    let pair = |rng: &mut Rng| -> Option<Pair> {
        match (focus.generation, focus.nth) {
            (Some(generation), Some(nth)) => {
                scene.pairs().into_iter().find(|pair| (pair.generation, pair.nth) == (generation, nth))
            }
            _ => scene.pair(focus.generation, rng),
        }
    };
    let maybe_pair = |rng: &mut Rng| -> Option<PairRef> {
        if focus.any_pair || rng.chance(1, 2) { None } else { pair(rng).map(|pair| scene.pair_ref(&pair, rng)) }
    };
    let array = |rng: &mut Rng| {
        let used: Vec<_> = draft.arrays.iter().filter(|array| array.in_profile).map(|array| array.serial).collect();
        rng.choose(&used).copied()
    };
    Some(match word {
        "vary" => {
            let pair = pair(rng)?;
            let side = rng.one([Side::Source, Side::Target]);
            let statuses = match side {
                Side::Source => [HostStatus::Boxed, HostStatus::Offline, HostStatus::NoPath, HostStatus::NotReady],
                Side::Target => [HostStatus::Boxed, HostStatus::NoPath, HostStatus::Allocated, HostStatus::Online],
            };
            What::Vary { unit: unit_of(scene, &pair, side, rng)?, status: rng.one(statuses) }
        }
        "pair-failed" => What::PairFailed { pair: scene.pair_ref(&pair(rng)?, rng) },
        "out-of-space" => {
            let thin: Vec<_> =
                draft.relations.iter().map(|relation| relation.1).filter(|&target| draft.volumes[target].thin).collect();
            What::OutOfSpace { target: scene.volume_ref(*rng.choose(&thin)?, rng) }
        }
        "refuse" => What::Refuse {
            code: match focus.code {
                Some(code) => code,
                None => *rng.choose(Refusal::ALL)?,
            },
            pair: maybe_pair(rng),
        },
        "lose" => What::Lose { pair: maybe_pair(rng) },
        "delay" => What::Delay { by: Duration::of_ms(rng.one([1, 1_000, 30_000, 600_000, 10_800_000])), pair: maybe_pair(rng) },
        "rate" => What::Rate { array: array(rng)?, tracks: rng.one([0, 0, 1, 100, 100_000]) },
        "unreachable" => What::Unreachable { array: array(rng)? },
        "code-level" => {
            What::CodeLevel { array: array(rng)?, level: rng.one(["", "1.0", "5876.1.1", "87.1.0.0", "5999.1.1"]).to_owned() }
        }
        "foreign-establish" => {
            // The array takes equal sizes only.
            let [standard, bcv, _] = scene.spare;
            let like: Vec<Pair> = scene.pairs().into_iter().filter(|pair| scene.are_alike(pair.standard, standard)).collect();
            let wanted: Vec<Pair> =
                like.iter().copied().filter(|pair| focus.generation.is_none_or(|wanted| pair.generation == wanted)).collect();
            let pair = *rng.choose(&wanted).or_else(|| like.first())?;
            let (standard, bcv) = if rng.chance(1, 3) { (standard, pair.bcv) } else { (pair.standard, bcv) };
            What::ForeignEstablish { standard: scene.volume_ref(standard, rng), bcv: scene.volume_ref(bcv, rng) }
        }
        "foreign-split" => {
            let pair = pair(rng)?;
            What::ForeignSplit { standard: scene.volume_ref(pair.standard, rng), bcv: scene.volume_ref(pair.bcv, rng) }
        }
        "foreign-release" => What::ForeignRelease { bcv: scene.volume_ref(pair(rng)?.bcv, rng) },
        "foreign-withdraw" => {
            let pair = pair(rng)?;
            What::ForeignWithdraw { target: scene.volume_ref(if focus.turned { pair.standard } else { pair.bcv }, rng) }
        }
        "extend" => extend(scene, rng)?,
        "take-target" => {
            let other = scene.twin.clone().or_else(|| draft.others.first().map(|profile| profile.name.clone()))?;
            // A profile without sources has none that a target could be for.
            draft.others.iter().find(|profile| profile.name == other && !profile.sources.is_empty())?;
            What::TakeTarget { unit: unit_of(scene, &pair(rng)?, Side::Target, rng)?, by: other }
        }
        "lock" => What::Lock { profile: None },
        "rival" => What::Rival { profile: None, work: rng.one([RivalWork::Setup, RivalWork::Backup]) },
        "suspend-logs" => What::SuspendLogs { ims: draft.profile.ims_ssid },
        "catalog" => {
            let ours: Vec<_> = (0..draft.catalogs.len()).filter(|&at| draft.names_ours(at)).collect();
            What::Catalog { name: draft.catalogs[*rng.choose(&ours)?].name.clone() }
        }
        "repository" => What::Repository {},
        "abend" => What::Abend {},
        _ => return None,
    })
}

/// A side of a pair, by the pair or by its number.
fn unit_of(scene: &Scene, pair: &Pair, side: Side, rng: &mut Rng) -> Option<UnitRef> {
    let vol = if side == Side::Source { pair.standard } else { pair.bcv };
    Some(if rng.chance(1, 3) {
        UnitRef { system: None, unit: Some(scene.draft.volumes[vol].unit?), pair: None, side: None }
    } else {
        UnitRef { system: None, unit: None, pair: Some(scene.pair_ref(pair, rng)), side: Some(side) }
    })
}

/// One of the profile's data sets grows onto a volume outside, or onto another source.
fn extend(scene: &Scene, rng: &mut Rng) -> Option<What> {
    let draft = &scene.draft;
    let ours: Vec<usize> = (0..draft.data_sets.len())
        .filter(|&at| {
            let data_set = &draft.data_sets[at];
            data_set.storage == Storage::Disk && draft.is_ours(data_set) && data_set.class != DataSetClass::Control
        })
        .collect();
    let data_set = &draft.data_sets[*rng.choose(&ours)?];
    let labels: Vec<_> = draft
        .volumes
        .iter()
        .filter(|volume| volume.unit.is_some() && !volume.is_target())
        .filter_map(|volume| volume.volser)
        .filter(|label| !data_set.volumes.contains(label))
        .collect();
    Some(What::Extend { data_set: data_set.name.parse().ok()?, volser: *rng.choose(&labels)? })
}
