//! Which volumes of a large site are faulty, and how.

use std::ops::Range;

use dasdlab_model::states::{HostStatus, Method};

use super::LargeOptions;
use super::layout::{Run, within};
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
    /// What a source can have.
    source: [&'static [Fault]; 4],
    /// What a target can have.
    target: [&'static [Fault]; 4],
    /// Faults of entries of profiles, by generation (0: as a source) and source.
    entries: Vec<(u32, u32, Fault)>,
    /// The volumes of a run that stand alone, by their place in it, and why.
    alone: Vec<(u32, Fault)>,
}

impl Faults {
    pub(super) fn new(options: &LargeOptions) -> Result<Self, String> {
        let mut this = Self {
            rng: Rng::new(options.seed),
            in_a_million: 0,
            source: Default::default(),
            target: Default::default(),
            entries: Vec::new(),
            alone: Vec::new(),
        };
        this.renew(options)?;
        Ok(this)
    }

    /// Begins anew, in the memory that there is.
    pub(super) fn renew(&mut self, options: &LargeOptions) -> Result<(), String> {
        within("faulty volumes in a million", options.faulty, 0, 1_000_000)?;
        let of_method = if options.method == Method::FlashCopy { FLASHCOPY } else { &[] };
        // A volume that was copied before is a BCV, and is the copy of its source already.
        let uncopied: &[Fault] = match (options.copied, options.method) {
            (true, _) => &[],
            (false, Method::FlashCopy) => &[Fault::ForeignCopy],
            (false, Method::Bcv) => &[Fault::ForeignCopy, Fault::NotBcv],
        };
        self.rng = Rng::new(options.seed).child("large").child("faults");
        self.in_a_million = options.faulty.into();
        self.source = [EITHER, SOURCE, of_method, &[]];
        self.target = [EITHER, TARGET, of_method, uncopied];
        self.entries.clear();
        Ok(())
    }

    /// Draws what is faulty of all these runs. They are visited in parts: volumes in a row without a fault, and each volume
    /// that has one, with the one beside it of which it is a copy where that is its fault.
    pub(super) fn draw(
        &mut self,
        runs: &[Run],
        mut visit: impl FnMut(Run, Option<Fault>, Option<Run>) -> Result<(), String>,
    ) -> Result<(), String> {
        for run in runs {
            self.draw_run(run);
            let mut next = 0;
            for &(at, fault) in &self.alone {
                if at > next {
                    visit(run.part(next, at - next), None, None)?;
                }
                let neighbour = run.part(if at == 0 { 1 } else { at - 1 }, 1);
                visit(run.part(at, 1), Some(fault), (fault == Fault::ForeignCopy).then_some(neighbour))?;
                next = at + 1;
            }
            if run.count > next {
                visit(run.part(next, run.count - next), None, None)?;
            }
        }
        self.entries.sort_unstable_by_key(|&(generation, source, _)| (generation, source));
        Ok(())
    }

    fn draw_run(&mut self, run: &Run) {
        self.alone.clear();
        if self.in_a_million == 0 {
            return;
        }
        let from = if run.generation == 0 { self.source } else { self.target };
        let choices = from.iter().map(|faults| faults.len()).sum();
        for at in 0..run.count {
            if !self.rng.chance(self.in_a_million, 1_000_000) {
                continue;
            }
            let choice = self.rng.index(choices);
            match from.iter().copied().flatten().nth(choice).copied() {
                None => {}
                Some(fault @ (Fault::SavedOtherwise | Fault::Unlisted)) => {
                    self.entries.push((run.generation, run.source + at, fault));
                }
                // A copy needs a volume beside it to be copied from.
                Some(Fault::ForeignCopy) if run.count == 1 => self.alone.push((at, Fault::Thin)),
                Some(fault) => self.alone.push((at, fault)),
            }
        }
    }

    /// The entries of a profile for these sources in a generation, 0 being the sources themselves: visited in parts, many in a
    /// row without a fault, and each alone that has one.
    pub(super) fn entries(
        &self,
        generation: u32,
        sources: Range<u32>,
        mut visit: impl FnMut(u32, u32, Option<Fault>) -> Result<(), String>,
    ) -> Result<(), String> {
        let from = self.entries.partition_point(|&(of, source, _)| (of, source) < (generation, sources.start));
        let mut next = sources.start;
        for &(of, source, fault) in self.entries.iter().skip(from) {
            if (of, source) >= (generation, sources.end) {
                break;
            }
            if source > next {
                visit(next, source - next, None)?;
            }
            visit(source, 1, Some(fault))?;
            next = source + 1;
        }
        if sources.end > next { visit(next, sources.end - next, None) } else { Ok(()) }
    }
}
