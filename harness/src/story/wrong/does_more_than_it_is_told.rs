//! Each establish slows an array down as well, and nobody is told why.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;
use dasdlab_model::story::{CommandKind, RestoreKind};
use dasdlab_simulator::{Happening, World};

use crate::drive::Machine;
use crate::judge::Ours;
use crate::story::actors::Actors;

struct DoesMoreThanItIsTold;

/// Tracks a second from then on.
const SLOW: u32 = 12_345;

impl Actors for DoesMoreThanItIsTold {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.setup(profile, wait_ms, ignoring)
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, ignoring)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }

    fn carry_out(&self, world: &mut World, by: &Issuer, command: &Command) -> Reply {
        if let (CommandKind::Establish, Command::Mirror { standard, .. }) = (CommandKind::of(command), command) {
            world.happen(&Happening::Rate(standard.array, Some(SLOW)), "a whim");
        }
        world.execute(by, command)
    }
}

/// Each establish slows an array down as well, and nobody is told why.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(DoesMoreThanItIsTold)
}
