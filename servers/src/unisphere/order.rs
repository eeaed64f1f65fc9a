//! What changes storage groups, volumes and clone sessions.

use std::fmt;

use dasdlab_model::clones::CloneMode;
use dasdlab_model::name::Serial;
use dasdlab_model::unit::SymmetrixDevice;
use serde::{Deserialize, Serialize};

use super::capacity::Emulation;

/// An order to the book: something that is to be done on an array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The array.
    pub array: Serial,
    /// Who gives it.
    pub user: String,
    /// Whether it is answered by a job, which then says what came of it.
    pub as_job: bool,
    /// What is to be done.
    pub action: Action,
}

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Makes a storage group, with volumes where some are wanted.
    CreateGroup {
        /// Its name.
        group: String,
        /// Its service level.
        service_level: Option<String>,
        /// Its storage resource pool.
        resource_pool: Option<String>,
        /// New volumes in it.
        volumes: Vec<NewVolumes>,
    },
    /// Removes a storage group; its volumes stay.
    DeleteGroup {
        /// Its name.
        group: String,
    },
    /// Gives a storage group another name.
    RenameGroup {
        /// Its name.
        group: String,
        /// Its name from now on.
        to: String,
    },
    /// Takes volumes into a storage group.
    AddVolumes {
        /// The group.
        group: String,
        /// The volumes.
        volumes: Vec<SymmetrixDevice>,
    },
    /// Makes volumes in a storage group.
    AddNewVolumes {
        /// The group.
        group: String,
        /// The volumes.
        volumes: Vec<NewVolumes>,
    },
    /// Takes volumes out of a storage group.
    RemoveVolumes {
        /// The group.
        group: String,
        /// The volumes.
        volumes: Vec<SymmetrixDevice>,
    },
    /// Moves volumes from a storage group to another.
    MoveVolumes {
        /// The group.
        group: String,
        /// The other group.
        to: String,
        /// The volumes.
        volumes: Vec<SymmetrixDevice>,
    },
    /// Gives a volume a name, or takes it away.
    NameVolume {
        /// The volume.
        volume: SymmetrixDevice,
        /// Its name from now on.
        name: Option<VolumeName>,
    },
    /// Removes a volume.
    DeleteVolume {
        /// The volume.
        volume: SymmetrixDevice,
    },
    /// Makes a clone session between two storage groups and copies.
    CreateClone(Groups),
    /// Copies again.
    EstablishClone(Groups),
    /// Copies back.
    RestoreClone(Groups),
    /// Parts the groups after a copy back.
    SplitClone(Groups),
    /// Says how the session copies.
    SetCloneMode {
        /// The session.
        groups: Groups,
        /// How it copies from now on.
        mode: CloneMode,
    },
    /// Ends a session, or every session of a group.
    TerminateClone {
        /// The group copied from.
        source: String,
        /// The group copied to.
        target: Option<String>,
        /// Whatever runs.
        force: bool,
    },
}

impl Action {
    /// What a job that does it is called.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::CreateGroup { .. } => "Create Storage Group",
            Self::DeleteGroup { .. } => "Delete Storage Group",
            Self::RenameGroup { .. } => "Rename Storage Group",
            Self::AddVolumes { .. } => "Add Volumes To Storage Group",
            Self::AddNewVolumes { .. } => "Expand Storage Group",
            Self::RemoveVolumes { .. } => "Remove Volumes From Storage Group",
            Self::MoveVolumes { .. } => "Move Volumes To Storage Group",
            Self::NameVolume { .. } => "Modify Volume Identifier",
            Self::DeleteVolume { .. } => "Delete Volume",
            Self::CreateClone(_) => "Create Clone",
            Self::EstablishClone(_) => "Establish Clone",
            Self::RestoreClone(_) => "Restore Clone",
            Self::SplitClone(_) => "Split Clone",
            Self::SetCloneMode { .. } => "Set Clone Mode",
            Self::TerminateClone { .. } => "Terminate Clone",
        }
    }
}

/// The two storage groups of a clone session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Groups {
    /// The group copied from.
    pub source: String,
    /// The group copied to.
    pub target: String,
}

impl fmt::Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {}", self.source, self.target)
    }
}

/// Volumes of one kind that are to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVolumes {
    /// How many.
    pub count: u32,
    /// What hosts see them as.
    pub emulation: Emulation,
    /// Their size, in cylinders of the emulation.
    pub cylinders: u32,
    /// Their name.
    pub name: Option<VolumeName>,
}

/// A name of a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeName {
    /// The name.
    pub text: String,
    /// Whether the number of the volume stands behind it.
    pub with_number: bool,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was done.
    Done,
    /// The job of this number says what came of it.
    Job(u64),
}

/// Why an order was refused.
pub type Refused = crate::refused::Refused<RefusedKind>;

/// What kind of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedKind {
    /// There is no such thing.
    NotFound,
    /// It cannot be.
    Invalid,
    /// There is one already.
    Conflict,
    /// It could be, but not in the state in which things are.
    State,
}

impl RefusedKind {
    /// A refusal of this kind.
    #[must_use]
    pub fn because(self, message: impl Into<String>) -> Refused {
        Refused { kind: self, message: message.into() }
    }
}
