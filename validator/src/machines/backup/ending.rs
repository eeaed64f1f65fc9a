//! How a backup job ends.

use std::fmt;

use dasdlab_model::states::ProfileState;
use dasdlab_model::transitions::Refusal;

/// How a backup job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// A valid backup is recorded, and the next one can be taken.
    Taken,
    /// A valid backup is recorded on the only generation; there is none left that mirrors.
    OneGeneration,
    /// A valid backup is recorded, but the next generation could not be established or the split one not be held.
    NextNotEstablished,
    /// A valid backup is recorded, but a pair of the next generation failed on the way to Synchronized.
    NextFailed,
    /// A valid backup is recorded, but the next generation was not Synchronized within the wait limit.
    NextNotSynchronized,
    /// The data are on the targets, but the backup catalog does not know.
    NotRecorded,
    /// Not every pair could be split; the backup is invalid.
    SplitFailed,
    /// Not every relation could be established; the backup is invalid.
    EstablishFailed,
    /// Logs could not be suspended for this cause; nothing was copied, and the backup is invalid.
    LogsNotSuspended(Refusal),
    /// The pre-backup check found an error; no backup was taken.
    CheckFailed,
    /// The configuration is no longer what the last setup passed; no backup was taken.
    FingerprintDiffers,
    /// The profile is in this state; no backup was taken and nothing was changed.
    NotReady(ProfileState),
    /// The environment failed: PS00, a lock that could not be had, a repository that could not be written.
    Environment,
}

impl Ending {
    /// The return code that the ending asks for at least, whatever was found.
    #[must_use]
    pub const fn return_code(self) -> u8 {
        match self {
            Self::Taken | Self::OneGeneration => 0,
            Self::Environment => 12,
            _ => 8,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Taken => "the backup is taken",
            Self::OneGeneration => "the backup is taken; its generation was the only one, so setup is needed before the next",
            Self::NextNotEstablished => "the backup is taken; the next generation is not established",
            Self::NextFailed => "the backup is taken; a pair of the next generation failed",
            Self::NextNotSynchronized => "the backup is taken; the next generation was not synchronized in time",
            Self::NotRecorded => "the backup could not be recorded; its data are on the targets",
            Self::SplitFailed => "no valid backup: not every pair could be split",
            Self::EstablishFailed => "no valid backup: not every relation could be established",
            Self::LogsNotSuspended(refusal) => return write!(f, "no valid backup: logs could not be suspended ({refusal})"),
            Self::CheckFailed => "no backup: the pre-backup check found an error",
            Self::FingerprintDiffers => "no backup: the configuration is not what the last setup passed",
            Self::NotReady(state) => return write!(f, "no backup: the profile is {state}"),
            Self::Environment => "the environment failed",
        };
        f.write_str(text)
    }
}
