//! Which volumes of a large site are faulty, and how.

use std::collections::BTreeMap;

use dasdlab_model::site::Volumes;
use dasdlab_model::states::{HostStatus, Incapable, Method, Model, RemoteRole};

use super::LargeOptions;
use super::layout::Run;
use crate::rng::Rng;

/// What is wrong with a volume, or with its entry in the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Status(HostStatus),
    Reserved,
    RemoteSecondary,
    Inhibited,
    Version1,
    Incapable,
    Thin,
    /// Another label than the one that was saved and cataloged.
    Relabelled,
    /// Its VTOC is empty.
    EmptyVtoc,
    /// One cylinder less than its source.
    Smaller,
    /// One cylinder more than its source.
    Larger,
    /// A 3380.
    OtherType,
    /// An ordinary volume where a BCV is needed.
    NotBcv,
    /// It is the copy of a volume that is not its source.
    ForeignCopy,
    /// The profile was saved with another label.
    SavedOtherwise,
    /// The profile does not list it, or has no such target.
    Unlisted,
}

/// Faults of either side.
const EITHER: &[Fault] = &[
    Fault::Status(HostStatus::PendingOffline),
    Fault::Status(HostStatus::Boxed),
    Fault::Status(HostStatus::NotReady),
    Fault::Status(HostStatus::NoPath),
    Fault::Reserved,
    Fault::RemoteSecondary,
    Fault::Unlisted,
];
const SOURCE: &[Fault] = &[Fault::Status(HostStatus::Offline), Fault::Relabelled, Fault::EmptyVtoc, Fault::SavedOtherwise];
const TARGET: &[Fault] = &[
    Fault::Status(HostStatus::Online),
    Fault::Status(HostStatus::Allocated),
    Fault::Thin,
    Fault::Smaller,
    Fault::Larger,
    Fault::OtherType,
];
/// Faults of either side that only FlashCopy asks for.
const FLASHCOPY: &[Fault] = &[Fault::Inhibited, Fault::Version1, Fault::Incapable];

/// Draws faults, and keeps those that are not the volume's own.
pub(super) struct Faults {
    rng: Rng,
    in_a_million: u64,
    source: Vec<Fault>,
    target: Vec<Fault>,
    /// Faults of entries of profiles, by generation (0: as a source) and source.
    entries: BTreeMap<(u32, u32), Fault>,
}

impl Faults {
    pub(super) fn new(options: &LargeOptions) -> Self {
        let (mut source, mut target) = ([EITHER, SOURCE].concat(), [EITHER, TARGET].concat());
        if options.method == Method::FlashCopy {
            source.extend_from_slice(FLASHCOPY);
            target.extend_from_slice(FLASHCOPY);
        }
        // A volume that was copied before is a BCV, and is the copy of its source already.
        if !options.copied {
            target.push(Fault::ForeignCopy);
            target.extend((options.method == Method::Bcv).then_some(Fault::NotBcv));
        }
        Self {
            rng: Rng::new(options.seed).child("large").child("faults"),
            in_a_million: options.faulty.into(),
            source,
            target,
            entries: BTreeMap::new(),
        }
    }

    /// The volumes of a run that stand alone, by their place in it, and why.
    pub(super) fn draw(&mut self, run: &Run) -> Vec<(u32, Fault)> {
        let mut drawn = Vec::new();
        if self.in_a_million == 0 {
            return drawn;
        }
        for at in 0..run.count {
            if !self.rng.chance(self.in_a_million, 1_000_000) {
                continue;
            }
            let from = if run.generation == 0 { &self.source } else { &self.target };
            match self.rng.choose(from).copied() {
                None => {}
                Some(fault @ (Fault::SavedOtherwise | Fault::Unlisted)) => {
                    self.entries.insert((run.generation, run.source + at), fault);
                }
                // A copy needs a volume beside it to be copied from.
                Some(Fault::ForeignCopy) if run.count == 1 => drawn.push((at, Fault::Thin)),
                Some(fault) => drawn.push((at, fault)),
            }
        }
        drawn
    }

    /// The faulty entries of a profile for these sources in a generation, 0 being the sources themselves.
    pub(super) fn entries(&self, generation: u32, sources: std::ops::Range<u32>) -> impl Iterator<Item = (u32, Fault)> + '_ {
        let of_generation = (generation, sources.start)..(generation, sources.end);
        self.entries.range(of_generation).map(|(&(_, source), &fault)| (source, fault))
    }
}

/// Gives a single volume its fault.
pub(super) fn apply(fault: Fault, volume: &mut Volumes, cylinders: u32) -> Result<(), String> {
    match fault {
        Fault::Status(status) if volume.unit.is_some() => volume.status = Some(status),
        Fault::Status(status) => {
            for attachment in &mut volume.elsewhere {
                attachment.status = Some(status);
            }
        }
        Fault::Reserved => volume.reserved_by = Some(super::named("OTHR")?),
        Fault::RemoteSecondary => volume.remote = Some(RemoteRole::Secondary),
        Fault::Inhibited => volume.inhibited = true,
        Fault::Version1 => volume.v1_active = true,
        Fault::Incapable => volume.incapable = Some(Incapable::XrcSource),
        Fault::Thin => volume.thin = true,
        Fault::Relabelled => {
            let digits = volume.volser.as_ref().and_then(|label| label.nth(0)).unwrap_or_default();
            let other = format!("#{}", digits.trim_start_matches(|letter: char| letter.is_ascii_uppercase()));
            volume.volser = Some(super::named(&other)?);
        }
        Fault::EmptyVtoc => volume.vtoc = Some(Vec::new()),
        Fault::Smaller => volume.cylinders = Some(cylinders - 1),
        Fault::Larger => volume.cylinders = Some(cylinders + 1),
        Fault::OtherType => (volume.model, volume.cylinders) = (Some(Model::M3380K), None),
        Fault::NotBcv => volume.bcv = false,
        Fault::ForeignCopy | Fault::SavedOtherwise | Fault::Unlisted => {}
    }
    Ok(())
}
