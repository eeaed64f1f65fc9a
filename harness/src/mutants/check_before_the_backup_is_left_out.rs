//! Setup has checked everything.

use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;
use dasdlab_model::story::RestoreKind;

use super::Mutant;
use crate::drive::Machine;
use crate::judge::Ours;
use crate::story::actors::Actors;

pub(super) const MUTANT: Mutant =
    Mutant::acts("check-before-the-backup-is-left-out", "takes a backup without the check before it", make);

fn make() -> Box<dyn Actors> {
    Box::new(Unchecked)
}

/// Backups go by no rule.
struct Unchecked;

impl Actors for Unchecked {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.setup(profile, wait_ms, ignoring)
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, Reason::ALL)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}
