//! Steps: each kind drawn by itself.

use dasdlab_model::name::ProfileName;
use dasdlab_model::site::Profile;
use dasdlab_model::states::HostStatus;
use dasdlab_model::story::{Do, Duration, RestoreKind};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};

use super::edits;
use super::world::Scene;
use crate::draft::Vol;
use crate::rng::Rng;

/// A kind of step that a story may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepKind {
    Setup,
    Job,
    Backup,
    Restore,
    Edit,
    Import,
    Vary,
    Write,
    Mirror,
    FlashCopy,
    Advance,
    Query,
}

impl StepKind {
    /// Every kind, those that make something happen first.
    pub(crate) const ALL: [Self; 12] = [
        Self::Setup,
        Self::Job,
        Self::Backup,
        Self::Restore,
        Self::Edit,
        Self::Import,
        Self::Vary,
        Self::Write,
        Self::Mirror,
        Self::FlashCopy,
        Self::Advance,
        Self::Query,
    ];
    /// Kinds that leave a story on its path.
    pub(crate) const HARMLESS: [Self; 3] = [Self::Write, Self::Advance, Self::Query];
}

/// Profiles that steps may name, imported ones included.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    names: Vec<ProfileName>,
    imported: u32,
}

impl Known {
    pub(crate) fn new(scene: &Scene) -> Self {
        Self { names: scene.draft.others.iter().map(|profile| profile.name.clone()).collect(), imported: 0 }
    }

    /// The scenario's profile mostly, by leaving it out.
    fn any(&self, rng: &mut Rng) -> Option<ProfileName> {
        if rng.chance(7, 8) { None } else { rng.choose(&self.names).cloned() }
    }
}

pub(crate) fn setup() -> Do {
    Do::Setup { profile: None, wait: None, ignoring: Vec::new() }
}

pub(crate) fn job() -> Do {
    Do::Backup { profile: None, wait: None, alone: false, ignoring: Vec::new() }
}

pub(crate) fn backup() -> Do {
    Do::Backup { profile: None, wait: None, alone: true, ignoring: Vec::new() }
}

pub(crate) fn restore(kind: RestoreKind, generation: u8) -> Do {
    Do::Restore { profile: None, kind, generation, wait: None, ignoring: Vec::new() }
}

pub(crate) const fn advance(ms: u64) -> Do {
    Do::Advance(Duration::of_ms(ms))
}

/// How long a work waits: as long as it likes mostly, now and then too short or very long.
fn wait(rng: &mut Rng) -> Option<Duration> {
    match rng.below(16) {
        0 => Some(Duration::of_ms(u64::from(rng.range(1, 5_000)))),
        1 => Some(Duration::of_ms(24 * 3_600_000)),
        2 => Some(Duration::of_ms(60_000)),
        _ => None,
    }
}

/// A step of a kind; none where this world has no place for it.
pub(crate) fn draw(kind: StepKind, scene: &Scene, known: &mut Known, rng: &mut Rng) -> Option<Do> {
    Some(match kind {
        StepKind::Setup => Do::Setup { profile: known.any(rng), wait: wait(rng), ignoring: Vec::new() },
        StepKind::Job => Do::Backup { profile: known.any(rng), wait: wait(rng), alone: false, ignoring: Vec::new() },
        StepKind::Backup => Do::Backup { profile: known.any(rng), wait: wait(rng), alone: true, ignoring: Vec::new() },
        StepKind::Restore => {
            let generations = u32::from(scene.draft.profile.generations);
            let generation = if rng.chance(1, 16) { generations + 1 } else { rng.range(1, generations.max(1)) };
            Do::Restore {
                profile: known.any(rng),
                kind: rng.one([RestoreKind::Full, RestoreKind::Data]),
                generation: u8::try_from(generation).ok()?,
                wait: wait(rng),
                ignoring: Vec::new(),
            }
        }
        StepKind::Edit => Do::Edit(Box::new(edits::draw(scene, rng)?)),
        StepKind::Import => Do::Import(Box::new(import(scene, known, rng)?)),
        StepKind::Vary => {
            let unit = *rng.choose(&units(scene))?;
            let status = rng.one([
                HostStatus::Online,
                HostStatus::Online,
                HostStatus::Offline,
                HostStatus::Offline,
                HostStatus::Allocated,
                HostStatus::PendingOffline,
                HostStatus::Boxed,
                HostStatus::NotReady,
                HostStatus::NoPath,
            ]);
            Do::Vary { system: Some(scene.draft.home_system()), unit: scene.draft.volumes[unit].unit?, status }
        }
        StepKind::Write => {
            let volume = if rng.chance(3, 4) { *rng.choose(&sources(scene))? } else { *rng.choose(&units(scene))? };
            let size = scene.tracks(volume);
            let first = rng.range(0, size.checked_sub(1)?);
            let tracks = rng.range(1, (size - first).min(2_000));
            Do::Write { volume: scene.volume_ref(volume, rng), first, tracks }
        }
        StepKind::Mirror => {
            let (standard, bcv) = ends(scene, rng)?;
            let order = *rng.choose(MirrorOrder::ALL)?;
            Do::Mirror { standard: scene.volume_ref(standard, rng), bcv: scene.volume_ref(bcv, rng), order }
        }
        StepKind::FlashCopy => {
            let (source, target) = ends(scene, rng)?;
            let order = *rng.choose(RelationOrder::ALL)?;
            Do::FlashCopy { source: scene.volume_ref(source, rng), target: scene.volume_ref(target, rng), order }
        }
        StepKind::Advance => {
            advance(rng.one([1, 1_000, 10_000, 60_000, 300_000, 3_600_000, 86_400_000]) * u64::from(rng.range(1, 3)))
        }
        StepKind::Query => Do::Query { profile: known.any(rng) },
    })
}

/// The sources of the profile that are volumes.
fn sources(scene: &Scene) -> Vec<Vol> {
    (0..scene.draft.volumes.len()).filter(|&vol| scene.draft.volumes[vol].is_source()).collect()
}

/// Every volume with a unit in the profile's system.
fn units(scene: &Scene) -> Vec<Vol> {
    let draft = &scene.draft;
    let reached = |vol: &Vol| draft.volumes[*vol].unit.is_some_and(|unit| draft.by_unit.get(&unit) == Some(vol));
    (0..draft.volumes.len()).filter(reached).collect()
}

/// Two volumes that a foreign job works on: a pair of the profile, one end of it and a spare, or two spares.
fn ends(scene: &Scene, rng: &mut Rng) -> Option<(Vol, Vol)> {
    let [standard, bcv, other] = scene.spare;
    Some(match rng.below(8) {
        0..=2 => {
            let pair = scene.pair(None, rng)?;
            (pair.standard, pair.bcv)
        }
        3 => (scene.pair(None, rng)?.standard, bcv),
        4 => (standard, scene.pair(None, rng)?.bcv),
        5 => (standard, other),
        6 => (*rng.choose(&units(scene))?, *rng.choose(&units(scene))?),
        _ => (standard, bcv),
    })
}

/// A profile that is imported: a copy of the scenario's under a new name, or another version of it under its own.
fn import(scene: &Scene, known: &mut Known, rng: &mut Rng) -> Option<Profile> {
    let mut profile = scene.site().profiles.into_iter().next()?;
    profile.state = None;
    profile.reason = None;
    profile.locked_by = None;
    if rng.chance(1, 2) {
        known.imported += 1;
        profile.name = format!("COPY {}", known.imported).parse().ok()?;
        known.names.push(profile.name.clone());
    }
    match rng.below(5) {
        0 => profile.description = "as imported".to_owned(),
        1 if profile.generations > 1 => {
            profile.generations -= 1;
            profile.targets.retain(|range| range.generation <= profile.generations);
        }
        2 if profile.sources.len() > 1 => {
            let gone = profile.sources.pop()?;
            profile.targets.retain(|range| range.source != gone.unit);
        }
        3 => {
            rng.shuffle(&mut profile.sources);
            rng.shuffle(&mut profile.targets);
        }
        _ => {}
    }
    Some(profile)
}
