//! How a restore ends.

use std::fmt;

use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::Unit;

/// A pair that was not brought back, or cannot be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unrestored {
    /// Its source.
    pub source: Unit,
    /// Its target, which holds the backup; none where the generation has none for this source.
    pub target: Option<Unit>,
    /// Why: a refusal, a state, or `timeout`.
    pub cause: String,
}

/// How a restore ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestoreEnding {
    /// Every volume that was asked for is back.
    Restored,
    /// The generation holds no backup.
    NoBackup,
    /// What the generation holds was never a backup.
    Invalid,
    /// Its backup has been copied over.
    Expired,
    /// Its restore scope forbids this kind of restore.
    Scope,
    /// These sources hold logs or RECON beside the data by now; logs would be rolled back with them.
    Mixed(Vec<Unit>),
    /// These pairs are not as the backup left them.
    NotUsable(Vec<Unrestored>),
    /// The IMS system could not be brought to rest for this cause.
    LogsNotSuspended(Refusal),
    /// These volumes are not back. Those of other pairs may be.
    Failed(Vec<Unrestored>),
    /// Somebody else has the profile.
    Locked,
    /// The environment failed: another finding of PS00, or a repository that could not be written.
    Environment,
}

impl RestoreEnding {
    /// Why nothing was copied back, in a word; none where something was, or was begun.
    #[must_use]
    pub const fn refused(&self) -> Option<&'static str> {
        match self {
            Self::NoBackup => Some("no-backup"),
            Self::Invalid => Some("invalid"),
            Self::Expired => Some("expired"),
            Self::Scope => Some("scope"),
            Self::Mixed(_) => Some("mixed"),
            Self::NotUsable(_) => Some("not-usable"),
            Self::LogsNotSuspended(_) => Some("logs-not-suspended"),
            Self::Locked => Some("locked"),
            Self::Environment => Some("environment"),
            Self::Restored | Self::Failed(_) => None,
        }
    }

    /// The return code that the ending asks for at least.
    #[must_use]
    pub const fn return_code(&self) -> u8 {
        match self {
            Self::Restored => 0,
            Self::Locked | Self::Environment => 12,
            _ => 8,
        }
    }
}

/// The most pairs that are named one by one.
const MOST_NAMED: usize = 8;

/// Writes pairs one after the other, and how many more there are.
fn named(f: &mut fmt::Formatter<'_>, pairs: &[Unrestored]) -> fmt::Result {
    for (nth, Unrestored { source, target, cause }) in pairs.iter().take(MOST_NAMED).enumerate() {
        let before = if nth == 0 { ": " } else { "; " };
        match target {
            Some(target) => write!(f, "{before}{target} to {source}: {cause}")?,
            None => write!(f, "{before}{source}: {cause}")?,
        }
    }
    match pairs.len().checked_sub(MOST_NAMED) {
        Some(more @ 1..) => write!(f, "; {more} more"),
        _ => Ok(()),
    }
}

impl fmt::Display for RestoreEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Restored => "the backup is restored",
            Self::NoBackup => "no restore: the generation holds no backup",
            Self::Invalid => "no restore: the backup is invalid",
            Self::Expired => "no restore: the backup has been copied over",
            Self::Scope => "no restore: the restore scope of the backup forbids it",
            Self::Mixed(units) => {
                let units: Vec<String> = units.iter().map(ToString::to_string).collect();
                return write!(f, "no restore: logs or RECON lie beside the data on {}", units.join(", "));
            }
            Self::NotUsable(pairs) => {
                f.write_str("no restore: pairs are not as the backup left them")?;
                return named(f, pairs);
            }
            Self::LogsNotSuspended(refusal) => return write!(f, "no restore: logs could not be suspended ({refusal})"),
            Self::Failed(pairs) => {
                write!(f, "not restored: {} pairs failed", pairs.len())?;
                return named(f, pairs);
            }
            Self::Locked => "no restore: the profile is locked",
            Self::Environment => "the environment failed",
        };
        f.write_str(text)
    }
}
