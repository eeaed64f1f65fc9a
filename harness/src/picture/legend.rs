//! The legend of a picture: the signs that it uses, and no other.

use std::collections::BTreeSet;

use super::glyph::{self, CopyState, Role, Sign};
use super::grid::Grid;

/// Signs by what they are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legend {
    /// What volumes are to the profile: the first character of a cell.
    pub roles: Vec<Sign>,
    /// How the system sees them: the second.
    pub statuses: Vec<Sign>,
    /// How copies stand: the third, and the lanes.
    pub copies: Vec<Sign>,
    /// Findings: the last.
    pub marks: Vec<Sign>,
}

impl Legend {
    /// The signs of these grids and of these copies.
    #[must_use]
    pub fn of(grids: &[Grid], copies: impl IntoIterator<Item = CopyState>) -> Self {
        let looks = || grids.iter().flat_map(|grid| &grid.cells).map(|cell| cell.look);
        let roles: BTreeSet<Role> = looks().map(|look| look.role).collect();
        let statuses: BTreeSet<_> = looks().filter(|look| look.role != Role::Alias).map(|look| look.status).collect();
        let copies: BTreeSet<CopyState> = looks().filter_map(|look| look.copy).chain(copies).collect();
        let marks: BTreeSet<_> = looks().filter_map(|look| look.mark).collect();
        Self {
            roles: roles.into_iter().map(Role::sign).collect(),
            statuses: statuses.into_iter().map(glyph::status).collect(),
            copies: copies.into_iter().map(CopyState::sign).collect(),
            marks: marks.into_iter().rev().map(glyph::mark).collect(),
        }
    }

    /// Every sign, with the word for what it is about.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, &[Sign])> {
        let groups = [("volume", &self.roles), ("status", &self.statuses), ("copy", &self.copies), ("finding", &self.marks)];
        groups.into_iter().map(|(name, signs)| (name, signs.as_slice())).filter(|(_, signs)| !signs.is_empty())
    }
}
