//! Commands compared and spoken of.

use dasdlab_model::command::Command;

/// Whether two commands do the same: who stands in a lock and the wording of a record are free, and pairs that are copied
/// at one instant have no order.
pub(super) fn alike(told: &Command, wanted: &Command) -> bool {
    match (told, wanted) {
        (Command::Lock { profile: told, .. }, Command::Lock { profile: wanted, .. }) => told == wanted,
        (Command::Record { profile: told, backup: one }, Command::Record { profile: wanted, backup: other }) => {
            let mut worded = other.clone();
            worded.why.clone_from(&one.why);
            told == wanted && *one == worded && !one.why.is_empty()
        }
        (Command::SplitTogether { pairs: told }, Command::SplitTogether { pairs: wanted })
        | (Command::EstablishTogether { pairs: told }, Command::EstablishTogether { pairs: wanted }) => {
            let sorted = |pairs: &[_]| {
                let mut pairs = pairs.to_vec();
                pairs.sort_unstable();
                pairs
            };
            sorted(told) == sorted(wanted)
        }
        _ => told == wanted,
    }
}

/// A command in words.
pub(super) fn spoken(command: &Command) -> String {
    match command {
        Command::Mirror { standard, bcv, order } => format!("{order} of {standard} and {bcv}"),
        Command::SplitTogether { pairs } => format!("the split of {} pairs", pairs.len()),
        Command::Hold { bcv, profile } => format!("the hold of {bcv} for {profile}"),
        Command::Release { bcv } => format!("the release of {bcv}"),
        Command::FlashCopy { source, target, order } => format!("{order} of {source} to {target}"),
        Command::EstablishTogether { pairs } => format!("the establish of {} pairs", pairs.len()),
        Command::SuspendLogs { ims } => format!("the suspend of the logs of {ims}"),
        Command::ResumeLogs { ims } => format!("the resume of the logs of {ims}"),
        Command::Lock { profile, .. } => format!("the lock of {profile}"),
        Command::Unlock { profile } => format!("the unlock of {profile}"),
        Command::SetState { profile, state, reason, fingerprint } => {
            let mut text = format!("the state {state}");
            if let Some(reason) = reason {
                text += &format!(" ({reason})");
            }
            if let Some(fingerprint) = fingerprint {
                text += &format!(" with fingerprint {fingerprint}");
            }
            format!("{text} of {profile}")
        }
        Command::Record { profile, backup } => {
            let word = match (backup.valid, backup.expired) {
                (false, _) => "invalid",
                (true, true) => "expired",
                (true, false) => "valid",
            };
            let scope = backup.restore_scope.map_or("no scope", |scope| scope.as_str());
            format!(
                "the record of {profile}'s generation {} as {word} (taken at {}, {}, {scope})",
                backup.generation, backup.taken_at, backup.consistency
            )
        }
    }
}
