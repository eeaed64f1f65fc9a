//! Clone sessions: the words in which Unisphere names their states, and what each counts as.
//!
//! A session to a BCV **is** a mirror pair of the array, told in another tongue. [`CloneState::counts_as`] says what a
//! state of such a session means to whoever asks for mirror pairs, and [`CloneState::of_mirror`] is the way back: for
//! every state of a pair the word that counts as the same.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::states::{MirrorState, RelationState, words};

words!(
    /// The state of a clone session, as Unisphere names it.
    CloneState, "a clone state such as CopyInProg" {
        /// The session is being made.
        CreateInProg = "CreateInProg",
        /// The session is made and nothing is copied yet.
        Created = "Created",
        /// Tracks are copied when either side touches them.
        CopyOnAccess = "CopyOnAccess",
        /// Tracks are copied when either side writes them.
        CopyOnWrite = "CopyOnWrite",
        /// The background copy runs.
        CopyInProg = "CopyInProg",
        /// Every track is copied.
        Copied = "Copied",
        /// Tracks are copied ahead, before the session is activated.
        Precopy = "Precopy",
        /// Made again with what differs, and nothing is copied yet.
        Recreated = "Recreated",
        /// The session is being made again.
        RecreateInProg = "RecreateInProg",
        /// The source is being copied back.
        RestInProg = "RestInProg",
        /// The source was copied back.
        Restored = "Restored",
        /// The two are apart, and what changes is remembered.
        Split = "Split",
        /// The session is being ended.
        TerminateInProg = "TerminateInProg",
        /// The session failed; what was copied to is unusable.
        Failed = "Failed",
    }
);
words!(
    /// How a clone session copies.
    CloneMode, "a clone mode: copy, no_copy or pre_copy" {
        /// In the background.
        Copy = "copy",
        /// When a track is touched.
        NoCopy = "no_copy",
        /// Ahead, before the session is activated.
        PreCopy = "pre_copy",
    }
);

/// What a session to a BCV counts as where mirror pairs are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountsAs {
    /// As an established pair.
    Established,
    /// As a pair that was split and remembers what changed.
    Split,
    /// As neither.
    Neither,
}

impl CloneState {
    /// What a session to a BCV in this state counts as. One that is being made or ended is there: it is as good as
    /// established.
    #[must_use]
    pub const fn counts_as(self) -> CountsAs {
        match self {
            Self::CreateInProg
            | Self::Created
            | Self::Precopy
            | Self::Recreated
            | Self::RecreateInProg
            | Self::CopyInProg
            | Self::CopyOnAccess
            | Self::CopyOnWrite
            | Self::Copied
            | Self::RestInProg
            | Self::Restored
            | Self::TerminateInProg => CountsAs::Established,
            Self::Split => CountsAs::Split,
            Self::Failed => CountsAs::Neither,
        }
    }

    /// Whether nothing is under way: what is copied has been copied.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Created | Self::Recreated | Self::Copied | Self::Restored | Self::Split | Self::Failed)
    }

    /// The state of a session whose pair is in this state; none where the array no longer knows of a session.
    ///
    /// A pair that was split by force remembers what changed, yet one of its sides cannot be used: the session has failed.
    #[must_use]
    pub const fn of_mirror(pair: MirrorState, mode: CloneMode) -> Option<Self> {
        use MirrorState as S;
        Some(match pair {
            S::SyncInProg => Self::copying(mode),
            S::Synchronized => Self::copied(mode),
            // Nobody who asks by clone sessions splits in two steps.
            S::SplitInProg => Self::Copied,
            S::RestInProg => Self::RestInProg,
            S::Restored => Self::Restored,
            S::Split => Self::Split,
            S::SplitBfrSync | S::SplitBfrRest | S::Invalid | S::Unknown => Self::Failed,
            S::NeverEstab | S::SplitNoInc => return None,
        })
    }

    /// The state of a session whose FlashCopy relation is in this state; `back` where the relation runs from the
    /// session's target to its source.
    #[must_use]
    pub const fn of_relation(relation: RelationState, back: bool, mode: CloneMode) -> Self {
        match (relation, back) {
            (RelationState::Copying, false) => Self::copying(mode),
            (RelationState::Copying | RelationState::Idle, true) => Self::RestInProg,
            (RelationState::Idle, false) => Self::CopyOnAccess,
            (RelationState::Copied, false) => Self::copied(mode),
            (RelationState::Copied, true) => Self::Restored,
            (RelationState::Failed, _) => Self::Failed,
        }
    }

    const fn copying(mode: CloneMode) -> Self {
        match mode {
            CloneMode::Copy => Self::CopyInProg,
            CloneMode::NoCopy => Self::CopyOnAccess,
            CloneMode::PreCopy => Self::Precopy,
        }
    }

    const fn copied(mode: CloneMode) -> Self {
        match mode {
            CloneMode::Copy | CloneMode::NoCopy => Self::Copied,
            CloneMode::PreCopy => Self::Precopy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The states that count as this.
    fn check(counts: CountsAs, expected: &[&str]) {
        let found: Vec<_> =
            CloneState::ALL.iter().filter(|state| state.counts_as() == counts).map(|state| state.as_str()).collect();
        assert_eq!(found, expected, "{counts:?}");
    }

    #[test]
    fn a_session_that_is_neither_split_nor_failed_counts_as_established() {
        check(CountsAs::Split, &["Split"]);
        check(CountsAs::Neither, &["Failed"]);
        let established = [
            "CreateInProg",
            "Created",
            "CopyOnAccess",
            "CopyOnWrite",
            "CopyInProg",
            "Copied",
            "Precopy",
            "Recreated",
            "RecreateInProg",
            "RestInProg",
            "Restored",
            "TerminateInProg",
        ];
        check(CountsAs::Established, &established);
    }

    #[test]
    fn a_session_counts_as_its_pair_does_but_where_a_side_is_unusable() {
        for &mode in CloneMode::ALL {
            for &pair in MirrorState::ALL {
                let counts = CloneState::of_mirror(pair, mode).map_or(CountsAs::Neither, CloneState::counts_as);
                let expected = match pair {
                    _ if pair.is_established() => CountsAs::Established,
                    MirrorState::Split => CountsAs::Split,
                    _ => CountsAs::Neither,
                };
                assert_eq!(counts, expected, "{pair} {mode}");
            }
        }
    }

    #[test]
    fn the_mode_says_how_a_copy_that_runs_is_named_and_never_whether_it_counts() {
        let named = |pair| CloneMode::ALL.iter().filter_map(|&mode| CloneState::of_mirror(pair, mode)).collect::<Vec<_>>();
        use CloneState::{Copied, CopyInProg, CopyOnAccess, Precopy, RestInProg};
        assert_eq!(named(MirrorState::SyncInProg), [CopyInProg, CopyOnAccess, Precopy]);
        assert_eq!(named(MirrorState::Synchronized), [Copied, Copied, Precopy]);
        assert_eq!(named(MirrorState::RestInProg), [RestInProg; 3]);
    }

    #[test]
    fn a_relation_that_runs_back_restores() {
        let of = |back| {
            RelationState::ALL
                .iter()
                .map(|&state| CloneState::of_relation(state, back, CloneMode::Copy).as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(false), ["CopyInProg", "CopyOnAccess", "Copied", "Failed"]);
        assert_eq!(of(true), ["RestInProg", "RestInProg", "Restored", "Failed"]);
    }
}
