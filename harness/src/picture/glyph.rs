//! Signs: one character and one name for everything that a cell or a lane can show. Colour only repeats what they say.

use std::fmt;

use dasdlab_model::finding::Severity;
use dasdlab_model::states::{HostStatus, MirrorState, RelationState};
use serde::{Serialize, Serializer};

/// How much something wants to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Not at all.
    Quiet,
    /// As it should be.
    Plain,
    /// Something moves.
    Active,
    /// What one hopes for.
    Good,
    /// Look here.
    Warn,
    /// Look here first.
    Bad,
}

impl Tone {
    /// The tone in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Plain => "plain",
            Self::Active => "active",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A character, what it means, and how loudly it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    /// The character.
    pub glyph: char,
    /// What it means.
    pub name: &'static str,
    /// How loudly.
    pub tone: Tone,
}

const fn sign(glyph: char, name: &'static str, tone: Tone) -> Sign {
    Sign { glyph, name, tone }
}

/// What lies on a volume, by the catalogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// Nothing that is cataloged.
    Nothing,
    /// Databases and user-included data sets.
    Data,
    /// Logs and RECONs.
    Log,
    /// Both sides.
    Both,
    /// System data sets.
    System,
    /// The recovery product's own repository.
    Control,
    /// Nothing of the profile's IMS systems.
    NonIms,
}

impl Holds {
    /// Everything that a volume can hold.
    pub const ALL: [Self; 7] = [Self::Nothing, Self::Data, Self::Log, Self::Both, Self::System, Self::Control, Self::NonIms];
}

/// What a volume is to the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A source.
    Source(Holds),
    /// A target of this generation, the lowest of several.
    Target(u8),
    /// Source and target at once.
    SourceAndTarget,
    /// A source or target of other profiles only.
    Foreign,
    /// Of no profile.
    Outside(Holds),
    /// No volume: an alias.
    Alias,
}

impl Role {
    /// How it is drawn.
    #[must_use]
    pub fn sign(self) -> Sign {
        use Holds::{Both, Control, Data, Log, NonIms, Nothing, System};
        match self {
            Self::Source(Nothing) => sign('S', "source", Tone::Plain),
            Self::Source(Data) => sign('D', "source with data", Tone::Plain),
            Self::Source(Log) => sign('L', "source with logs or RECON", Tone::Plain),
            Self::Source(Both) => sign('B', "source with data and logs", Tone::Plain),
            Self::Source(System) => sign('Y', "source with system data sets", Tone::Plain),
            Self::Source(Control) => sign('C', "source with control data", Tone::Plain),
            Self::Source(NonIms) => sign('N', "source with non-IMS data only", Tone::Plain),
            Self::Target(generation @ 1..=9) => {
                let glyph = char::from_digit(generation.into(), 10).unwrap_or('T');
                sign(glyph, "target of that generation", Tone::Active)
            }
            Self::Target(_) => sign('T', "target of generation 10 or more", Tone::Active),
            Self::SourceAndTarget => sign('X', "source and target at once", Tone::Bad),
            Self::Foreign => sign('f', "of another profile", Tone::Quiet),
            Self::Outside(Nothing) => sign('-', "of no profile, nothing cataloged", Tone::Quiet),
            Self::Outside(Data) => sign('d', "data outside of the profile", Tone::Quiet),
            Self::Outside(Log) => sign('l', "logs or RECON outside", Tone::Quiet),
            Self::Outside(Both) => sign('b', "data and logs outside", Tone::Quiet),
            Self::Outside(System) => sign('y', "system data sets outside", Tone::Quiet),
            Self::Outside(Control) => sign('c', "control data outside", Tone::Quiet),
            Self::Outside(NonIms) => sign('n', "non-IMS data outside", Tone::Quiet),
            Self::Alias => sign('a', "alias", Tone::Quiet),
        }
    }

    /// Whether the volume is one of the profile's.
    #[must_use]
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Source(_) | Self::Target(_) | Self::SourceAndTarget)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(generation) => write!(f, "target of generation {generation}"),
            role => f.write_str(role.sign().name),
        }
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The state of a copy, by mirror or by FlashCopy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CopyState {
    /// A mirror pair.
    Mirror(MirrorState),
    /// A FlashCopy relation.
    Flash(RelationState),
}

impl CopyState {
    /// How it is drawn.
    #[must_use]
    pub const fn sign(self) -> Sign {
        match self {
            Self::Mirror(state) => match state {
                MirrorState::NeverEstab => sign('_', "NeverEstab", Tone::Quiet),
                MirrorState::SyncInProg => sign('>', "SyncInProg", Tone::Active),
                MirrorState::Synchronized => sign('=', "Synchronized", Tone::Good),
                MirrorState::SplitInProg => sign('%', "SplitInProg", Tone::Active),
                MirrorState::SplitBfrSync => sign('x', "SplitBfrSync", Tone::Warn),
                MirrorState::Split => sign('/', "Split", Tone::Plain),
                MirrorState::SplitNoInc => sign('\\', "SplitNoInc", Tone::Plain),
                MirrorState::Restored => sign('^', "Restored", Tone::Good),
                MirrorState::RestInProg => sign('<', "RestInProg", Tone::Active),
                MirrorState::SplitBfrRest => sign('z', "SplitBfrRest", Tone::Bad),
                MirrorState::Invalid => sign('#', "Invalid", Tone::Bad),
                MirrorState::Unknown => sign('?', "Unknown", Tone::Warn),
            },
            Self::Flash(state) => match state {
                RelationState::Copying => sign('»', "FlashCopy copying", Tone::Active),
                RelationState::Idle => sign(':', "FlashCopy idle", Tone::Plain),
                RelationState::Copied => sign('≡', "FlashCopy copied", Tone::Good),
                RelationState::Failed => sign('†', "FlashCopy failed", Tone::Bad),
            },
        }
    }

    /// Every state of either kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let mirrors = MirrorState::ALL.iter().map(|state| Self::Mirror(*state));
        mirrors.chain(RelationState::ALL.iter().map(|state| Self::Flash(*state)))
    }

    /// Whether something is copied, or could be at any moment.
    #[must_use]
    pub const fn is_live(self) -> bool {
        match self {
            Self::Mirror(state) => state.is_established(),
            Self::Flash(_) => true,
        }
    }

    /// Whether the volume that is copied from is written to.
    #[must_use]
    pub const fn writes_source(self) -> bool {
        matches!(self, Self::Mirror(MirrorState::RestInProg | MirrorState::SplitBfrRest))
    }
}

impl fmt::Display for CopyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign().name)
    }
}

impl Serialize for CopyState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.sign().name)
    }
}

/// How a status is drawn; a volume without a unit in the profile's system has none.
#[must_use]
pub const fn status(status: Option<HostStatus>) -> Sign {
    match status {
        Some(HostStatus::Online) => sign('●', "online", Tone::Plain),
        Some(HostStatus::Allocated) => sign('◆', "allocated", Tone::Plain),
        Some(HostStatus::Offline) => sign('○', "offline", Tone::Quiet),
        Some(HostStatus::PendingOffline) => sign('◐', "pending-offline", Tone::Warn),
        Some(HostStatus::Boxed) => sign('■', "boxed", Tone::Bad),
        Some(HostStatus::NotReady) => sign('◇', "not-ready", Tone::Quiet),
        Some(HostStatus::NoPath) => sign('¬', "no-path", Tone::Bad),
        None => sign('∙', "no unit in this system", Tone::Quiet),
    }
}

/// How the worst finding about a volume is drawn.
#[must_use]
pub const fn mark(severity: Severity) -> Sign {
    match severity {
        Severity::E => sign('!', "finding of severity E", Tone::Bad),
        Severity::W => sign('*', "finding of severity W", Tone::Warn),
        Severity::I => sign('i', "finding of severity I", Tone::Active),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn check(kinds: &[Vec<Sign>]) {
        let signs: Vec<Sign> = kinds.concat();
        let glyphs: BTreeSet<char> = signs.iter().map(|sign| sign.glyph).collect();
        let names: BTreeSet<&str> = signs.iter().map(|sign| sign.name).collect();
        assert_eq!((glyphs.len(), names.len()), (signs.len(), signs.len()), "{signs:?}");
    }

    #[test]
    fn everything_has_a_glyph_and_a_name_of_its_own() {
        let holding = Holds::ALL.iter().flat_map(|holds| [Role::Source(*holds), Role::Outside(*holds)]);
        let others = [Role::Target(1), Role::Target(10), Role::SourceAndTarget, Role::Foreign, Role::Alias];
        check(&[
            holding.chain(others).map(Role::sign).collect(),
            HostStatus::ALL.iter().map(|one| Some(*one)).chain([None]).map(status).collect(),
            CopyState::all().map(CopyState::sign).collect(),
            [Severity::I, Severity::W, Severity::E].map(mark).to_vec(),
        ]);
        let targets: BTreeSet<char> = (1..=9).map(|generation| Role::Target(generation).sign().glyph).collect();
        assert_eq!(targets.into_iter().collect::<String>(), "123456789");
    }
}
