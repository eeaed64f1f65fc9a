//! What the unit numbers of a system stand for.

use dasdlab_model::unit::Unit;

use super::number_index::{Following, NumberIndex};

/// What a unit number of a system stands for: a volume by its id, an alias or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resolved(pub(super) u32);

impl Resolved {
    /// An alias: no volume. No site has that many volumes.
    pub(crate) const ALIAS: Self = Self(u32::MAX - 1);
    /// Nothing.
    pub(crate) const UNKNOWN: Self = Self(u32::MAX);

    /// The volume, if there is one.
    #[inline]
    pub(crate) fn volume(self) -> Option<u32> {
        (self.0 < Self::ALIAS.0).then_some(self.0)
    }

    /// Where its volume stands in a column; past the end of any where it has none.
    #[inline]
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }
}

/// The units of a system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Units<'a>(pub(super) Option<&'a NumberIndex>);

impl<'a> Units<'a> {
    /// What this unit stands for.
    pub(crate) fn resolve(self, unit: Unit) -> Resolved {
        self.follow().resolve(unit)
    }

    /// Asks for units that mostly follow each other.
    pub(crate) fn follow(self) -> FollowingUnits<'a> {
        FollowingUnits(self.0.map(NumberIndex::follow))
    }
}

/// The way through the units of a system along numbers that mostly follow each other.
#[derive(Debug, Clone)]
pub(crate) struct FollowingUnits<'a>(Option<Following<'a>>);

impl FollowingUnits<'_> {
    /// What this unit stands for.
    #[inline]
    pub(crate) fn resolve(&mut self, unit: Unit) -> Resolved {
        self.0.as_mut().and_then(|index| index.get(unit.number().into())).map_or(Resolved::UNKNOWN, Resolved)
    }
}
