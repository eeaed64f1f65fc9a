//! Sources, their targets, and the volumes outside the profile.

use dasdlab_model::states::{HostStatus, Incapable, Method, MirrorState, Model, RelationState, RemoteRole};
use dasdlab_model::unit::Lss;

use super::Shape;
use crate::draft::{Content, Draft, Role, Vol};
use crate::factors::Status;
use crate::rng::Rng;

/// Lays out the profile's volumes and as many others; gives the others.
pub(super) fn lay_out(draft: &mut Draft, shape: &Shape, rng: &mut Rng) -> Option<Vec<Vol>> {
    let spots = spots(draft, shape);
    let contents = contents(shape, rng);
    let uniform = if rng.chance(1, 2) { Some(size(rng)) } else { None };
    let may = shape.method == Method::Bcv || shape.lss_scope == dasdlab_model::states::LssScope::SameArray;
    let scattered = may && shape.across != Some(false);
    let mut sources = Vec::with_capacity(shape.sources);
    for (nth, &content) in contents.iter().enumerate() {
        let (array, lss) = *spots.get(nth % spots.len().max(1))?;
        let vol = draft.add_volume(array, lss, Role::Source(content))?;
        let label = draft.fresh_label(match content {
            Content::Data => "D",
            Content::Log => "L",
            Content::System => "S",
            Content::Empty => "E",
        })?;
        let (model, cylinders) = uniform.unwrap_or_else(|| size(rng));
        let volume = &mut draft.volumes[vol];
        volume.volser = Some(label);
        (volume.model, volume.cylinders) = (model, cylinders);
        volume.status = if rng.chance(1, 2) { HostStatus::Allocated } else { HostStatus::Online };
        if rng.chance(1, 16) {
            volume.remote = Some(RemoteRole::Primary);
        }
        if rng.chance(1, 32) {
            volume.reserved_by = Some(draft.systems[draft.home]);
        }
        draft.profile.sources.push((draft.volumes[vol].unit?, Some(label)));
        sources.push(vol);
    }
    let carried = rng.below(4);
    for generation in 1..=shape.generations {
        for &source in &sources {
            let (array, mut lss) = (draft.volumes[source].array, draft.volumes[source].lss);
            if scattered && rng.chance(1, 4) {
                lss = roomy(draft, array, lss, rng);
            }
            if shape.across == Some(true) && source == sources[0] {
                lss = another(draft, array, lss, rng);
            }
            let vol = draft.add_volume(array, lss, Role::Target { generation, source })?;
            let (model, cylinders) = (draft.volumes[source].model, draft.volumes[source].cylinders);
            // After an earlier backup a target carries its source's label.
            let volser = match carried {
                0 => draft.volumes[source].volser,
                1 => None,
                2 => draft.fresh_label("T"),
                _ if rng.chance(1, 2) => draft.volumes[source].volser,
                _ => draft.fresh_label("T"),
            };
            let volume = &mut draft.volumes[vol];
            (volume.model, volume.cylinders, volume.volser, volume.status) = (model, cylinders, volser, HostStatus::Offline);
            if rng.chance(1, 32) {
                volume.remote = Some(RemoteRole::Primary);
            }
            let (source, target) = (draft.volumes[source].unit?, draft.volumes[vol].unit?);
            draft.profile.pairs.push((generation, source, target));
        }
    }
    let outside = outside(draft, shape, rng)?;
    for array in 0..draft.arrays.len() {
        for _ in 0..rng.below(5) {
            let lss = rng.choose(&draft.arrays[array].lss)?.id;
            draft.add_alias(array, lss);
        }
    }
    Some(outside)
}

/// The subsystems of the arrays of the profile, arrays taking turns, so that each gets a source.
fn spots(draft: &Draft, shape: &Shape) -> Vec<(usize, Lss)> {
    (0..shape.lss)
        .flat_map(|at| (0..shape.arrays).map(move |array| (array, at)))
        .map(|(array, at)| (array, draft.arrays[array].lss[at].id))
        .collect()
}

/// What lies on each source, mixed.
fn contents(shape: &Shape, rng: &mut Rng) -> Vec<Content> {
    let full = shape.backup_type == dasdlab_model::states::BackupType::Full;
    let mut contents = vec![Content::Data];
    if full {
        contents.push(Content::Log);
    }
    let logs_too = full || rng.chance(1, 4);
    while contents.len() < shape.sources {
        contents.push(match rng.below(12) {
            0 => Content::Empty,
            1 => Content::System,
            2 | 3 if logs_too && contents.len() > 1 => Content::Log,
            _ => Content::Data,
        });
    }
    rng.shuffle(&mut contents);
    contents
}

/// Another subsystem of the array with room, or the same.
fn roomy(draft: &Draft, array: usize, lss: Lss, rng: &mut Rng) -> Lss {
    let subsystems = &draft.arrays[array].lss;
    rng.choose(subsystems).filter(|subsystem| subsystem.room() > 100).map_or(lss, |subsystem| subsystem.id)
}

/// Another subsystem of the array, with room where there is one with room.
fn another(draft: &Draft, array: usize, lss: Lss, rng: &mut Rng) -> Lss {
    let others: Vec<_> = draft.arrays[array].lss.iter().filter(|subsystem| subsystem.id != lss).collect();
    let roomy: Vec<_> = others.iter().copied().filter(|subsystem| subsystem.room() > 100).collect();
    rng.choose(if roomy.is_empty() { &others } else { &roomy }).map_or(lss, |subsystem| subsystem.id)
}

/// A model, or a size of its own.
fn size(rng: &mut Rng) -> (Option<Model>, u32) {
    let model = match rng.below(12) {
        0 => Model::M3390x1,
        1 => Model::M3390x2,
        2..=4 => Model::M3390x3,
        5 | 6 => Model::M3390x9,
        7 => Model::M3390x27,
        8 => Model::M3390x54,
        9 => rng.one([Model::M3380D, Model::M3380E, Model::M3380K]),
        10 => return (Some(Model::M3390x27), 32_760),
        _ => return (Some(Model::M3390A), 1_113 * rng.one([59, 236, 500, 1_062])),
    };
    (Some(model), model.cylinders().unwrap_or(1_113))
}

/// Volumes of all arrays that the profile has nothing to do with, whatever state they are in.
fn outside(draft: &mut Draft, shape: &Shape, rng: &mut Rng) -> Option<Vec<Vol>> {
    let mut outside = Vec::with_capacity(shape.outside);
    let idle: Vec<usize> = (shape.arrays..draft.arrays.len()).collect();
    for nth in 0..shape.outside {
        // The first ones hold data that must be found, so they are on arrays of the profile and in its system.
        let array = if nth < 2 || idle.is_empty() || rng.chance(1, 2) { rng.index(shape.arrays) } else { *rng.pick(&idle) };
        let lss = draft.arrays[array].lss.iter().max_by_key(|lss| (lss.room(), std::cmp::Reverse(lss.id)))?.id;
        let vol = draft.add_volume(array, lss, Role::Spare)?;
        let (model, cylinders) = size(rng);
        let label = draft.fresh_label("X")?;
        let volume = &mut draft.volumes[vol];
        (volume.model, volume.cylinders, volume.volser) = (model, cylinders, Some(label));
        if nth >= 2 {
            unusual(draft, vol, rng);
        }
        outside.push(vol);
    }
    Some(outside)
}

/// States that would be findings if the volume were a source or a target.
fn unusual(draft: &mut Draft, vol: Vol, rng: &mut Rng) {
    let twin = rng.chance(1, 4).then(|| draft.profile.sources[rng.index(draft.profile.sources.len())].1).flatten();
    if let Some(label) = twin
        && !draft.volumes[vol].elsewhere.is_empty()
    {
        // A volume of another system may carry any label; here it means nothing.
        draft.volumes[vol].volser = Some(label);
        draft.detach(vol);
    }
    let volume = &mut draft.volumes[vol];
    if rng.chance(1, 8) {
        volume.thin = true;
    }
    if rng.chance(1, 8) {
        volume.incapable = Some(rng.one([Incapable::ConcurrentCopy, Incapable::XrcSource, Incapable::ArrayRelationLimit]));
    }
    if rng.chance(1, 8) {
        volume.status = rng.one([HostStatus::Boxed, HostStatus::Offline, HostStatus::NoPath, HostStatus::NotReady]);
    }
}

/// What earlier backups have left: relations and mirror pairs between sources and their own targets, and holds.
pub(super) fn copies(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    let targets: Vec<(Vol, Vol, u8)> = (0..draft.volumes.len())
        .filter_map(|vol| match draft.volumes[vol].role {
            Role::Target { generation, source } => Some((vol, source, generation)),
            _ => None,
        })
        .collect();
    let not_ready = shape.status.map(|status| status >= Status::NotReady);
    let busy = if shape.status == Some(Status::NotReady) { 2 } else { rng.below(3) };
    let current = 1 + rng.below(u64::from(draft.profile.generations)) as u8;
    for (target, source, generation) in targets {
        if busy == 0 || (busy == 1 && rng.chance(1, 2)) {
            continue;
        }
        match draft.method() {
            Method::FlashCopy => {
                let state = rng.one([
                    RelationState::Copied,
                    RelationState::Copied,
                    RelationState::Copying,
                    RelationState::Idle,
                    RelationState::Failed,
                ]);
                draft.relate(source, target, state);
            }
            Method::Bcv if generation == current => {
                let state = rng.one([
                    MirrorState::Synchronized,
                    MirrorState::Synchronized,
                    MirrorState::SyncInProg,
                    MirrorState::SplitInProg,
                    MirrorState::Restored,
                ]);
                draft.mirror(source, target, state);
                if rng.chance(1, 2) && not_ready != Some(false) {
                    draft.volumes[target].status = HostStatus::NotReady;
                }
            }
            Method::Bcv => {
                let state = rng.one([
                    MirrorState::Split,
                    MirrorState::Split,
                    MirrorState::NeverEstab,
                    MirrorState::SplitNoInc,
                    MirrorState::SplitBfrSync,
                    MirrorState::Invalid,
                    MirrorState::Unknown,
                ]);
                draft.mirror(source, target, state);
                if rng.chance(1, 2) {
                    draft.volumes[target].held_for = Some(draft.profile.name.clone());
                }
            }
        }
    }
}
