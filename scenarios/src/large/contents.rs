//! What the IMS systems of a large site keep on their volumes.

use std::ops::Range;

use dasdlab_model::states::DataSetClass;

use super::layout::Layout;

/// One of so many sources of a profile holds logs.
const LOG_SHARE: u32 = 8;
/// RECON data sets of an IMS system.
const RECONS: u32 = 3;
/// Data sets of a profile that lie on two volumes each.
const STRIPED: u32 = 16;

/// The catalog outside, and its data sets: the product's own, and those of other systems.
pub(super) const OUTSIDE: (&str, [(&str, DataSetClass); 2]) =
    ("UCAT.OUTSIDE", [("RECOVERY.CONTROL", DataSetClass::Control), ("TSO.DATA", DataSetClass::NonIms)]);

/// Databases and logs have catalogs of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Data,
    Log,
}

impl Side {
    pub(super) const ALL: [Self; 2] = [Self::Data, Self::Log];

    /// How its catalog is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Data => "DATA",
            Self::Log => "LOG",
        }
    }
}

/// Data sets of one kind, one for each of these sources.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// What they are called.
    pub(super) what: &'static str,
    pub(super) class: DataSetClass,
    pub(super) side: Side,
    pub(super) sources: Range<u32>,
    /// Whether each of them lies on its volume and the next one.
    pub(super) striped: bool,
}

/// What the IMS system of a profile keeps.
#[derive(Debug, Clone)]
pub(super) struct Contents {
    pub(super) data_sets: [Kept; 6],
    data: u32,
    log: u32,
}

impl Contents {
    pub(super) fn new(layout: &Layout, profile: u32) -> Self {
        let sources = layout.of_profile(profile);
        let logs = (sources.len() as u32 / LOG_SHARE).max(1);
        let (data, logs) = (sources.start..sources.end - logs, sources.end - logs..sources.end);
        let first = data.start..data.start + 1;
        let recons = logs.start..logs.end.min(logs.start + RECONS);
        // Their labels and those of the next volumes count up side by side.
        let count = STRIPED.min(data.len() as u32 - 1);
        let count = if layout.by_letter(data.start..data.start + count + 1, 0).count() == 1 { count } else { 0 };
        let striped = data.start..data.start + count;
        let (data_at, log_at) = (data.start, logs.start);
        let kept = |what, class, side, sources| Kept { what, class, side, sources, striped: false };
        Self {
            data_sets: [
                kept("DB", DataSetClass::Database, Side::Data, data),
                kept("SYS", DataSetClass::System, Side::Data, first.clone()),
                kept("USER", DataSetClass::UserIncluded, Side::Data, first),
                Kept { striped: true, ..kept("STRIPED", DataSetClass::Database, Side::Data, striped) },
                kept("LOG", DataSetClass::Log, Side::Log, logs),
                kept("RECON", DataSetClass::Recon, Side::Log, recons),
            ],
            data: data_at,
            log: log_at,
        }
    }

    /// The source on which the catalog of a side lies.
    pub(super) const fn catalog_on(&self, side: Side) -> u32 {
        match side {
            Side::Data => self.data,
            Side::Log => self.log,
        }
    }
}
