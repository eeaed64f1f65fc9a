//! Commands: each one handed to what it is for.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::transitions::{MirrorOrder, Refusal, RelationOrder};

use crate::World;
use crate::journal::ordered;
use crate::repository::{Entry, Repository};

impl World {
    /// Carries out a command at this instant. A refused one changes nothing.
    ///
    /// A command for several pairs treats each as if it were alone, all at one instant, and has a reply for each.
    pub fn execute(&mut self, by: &Issuer, command: &Command) -> Reply {
        self.ims_writes();
        let reply = self.carry_out(by, command);
        // A copy without a track to copy is done at once.
        self.advance(self.clock.now());
        reply
    }

    fn carry_out(&mut self, by: &Issuer, command: &Command) -> Reply {
        match command {
            Command::Mirror { standard, bcv, order } => self.order_mirror(by, *standard, *bcv, *order),
            // A consistent split holds writes for an instant: nobody sees it in progress.
            Command::SplitTogether { pairs } => Reply::Each(
                pairs.iter().map(|&(standard, bcv)| self.order_mirror(by, standard, bcv, MirrorOrder::SplitInstant)).collect(),
            ),
            Command::Hold { bcv, profile } => self.hold(by, *bcv, profile).unwrap_or_else(Reply::Refused),
            Command::Release { bcv } => self.release(by, *bcv).unwrap_or_else(Reply::Refused),
            Command::FlashCopy { source, target, order } => self.order_flash(by, *source, *target, *order),
            Command::EstablishTogether { pairs } => Reply::Each(
                pairs.iter().map(|&(source, target)| self.order_flash(by, source, target, RelationOrder::Establish)).collect(),
            ),
            Command::SuspendLogs { ims } => self.write(by, "suspend-logs", |book, entry| book.suspend(entry, *ims)),
            Command::ResumeLogs { ims } => self.write(by, "resume-logs", |book, entry| Ok(book.resume(entry, *ims))),
            Command::Lock { profile, by: what } => self.write(by, "lock", |book, entry| book.lock(entry, profile, what)),
            Command::Unlock { profile } => self.write(by, "unlock", |book, entry| book.unlock(entry, profile)),
            Command::SetState { profile, state, reason, fingerprint } => {
                self.write(by, "set-state", |book, entry| book.set_state(entry, profile, (*state, *reason), fingerprint.as_ref()))
            }
            Command::Record { profile, backup } => self.write(by, "record", |book, entry| book.record(entry, profile, backup)),
        }
    }

    fn write(
        &mut self,
        by: &Issuer,
        what: &str,
        with: impl FnOnce(&mut Repository, Entry<'_>) -> Result<Reply, Refusal>,
    ) -> Reply {
        let cause = ordered(what, by);
        let entry = Entry { journal: &mut self.journal, at: self.clock.now(), cause: &cause };
        with(&mut self.repository, entry).unwrap_or_else(Reply::Refused)
    }
}
