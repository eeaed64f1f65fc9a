//! Which phases the works of a story go through when nothing goes wrong: where faults are aimed.

use dasdlab_model::states::Method;
use dasdlab_model::story::{CommandKind, Do, Phase};

/// What decides through which phases a profile's works go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) method: Method,
    pub(crate) generations: u8,
    pub(crate) sources: u32,
    /// Logs are suspended around a split.
    pub(crate) suspends: bool,
}

/// The phases that were entered, in order, and where that has left the profile.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    kind: Kind,
    entered: Vec<Phase>,
    set_up: bool,
    ready: bool,
    backups: u8,
    current: u8,
}

impl Path {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { kind, entered: Vec::new(), set_up: false, ready: false, backups: 0, current: 1 }
    }

    /// The path of these steps, as far as they are about the scenario's profile.
    pub(crate) fn of<'a>(kind: Kind, steps: impl IntoIterator<Item = &'a Do>) -> Self {
        let mut path = Self::new(kind);
        for step in steps {
            path.take(step);
        }
        path
    }

    /// Every phase that was entered, in order.
    pub(crate) fn entered(&self) -> &[Phase] {
        &self.entered
    }

    /// How often a phase was entered.
    pub(crate) fn times(&self, phase: Phase) -> u32 {
        self.entered.iter().map(|&entered| u32::from(entered == phase)).sum()
    }

    /// The command kinds that were given at least once.
    pub(crate) fn commands(&self) -> Vec<CommandKind> {
        use CommandKind as C;
        let mut kinds = Vec::new();
        let bcv = self.kind.method == Method::Bcv;
        for phase in &self.entered {
            kinds.extend_from_slice(match phase {
                Phase::Lock => &[C::Lock],
                Phase::Establish => &[C::Establish],
                Phase::HoldOthers | Phase::EstablishNext if self.kind.generations < 2 => &[C::Hold],
                Phase::HoldOthers => &[C::Hold],
                Phase::EstablishNext => &[C::Hold, C::Release, C::Establish, C::SetState],
                Phase::Synchronize => &[C::SetState],
                Phase::Suspend => &[C::SuspendLogs],
                Phase::Withdraw => &[C::Withdraw],
                Phase::Split => &[C::Split],
                Phase::FlashCopy => &[C::FlashCopy],
                Phase::Resume => &[C::ResumeLogs],
                Phase::Record => &[C::Record],
                Phase::Restore if bcv => &[C::Restore],
                Phase::Restore => &[C::Reverse],
                Phase::CopyBack if bcv => &[C::Split],
                Phase::CopyBack => &[C::Withdraw],
                Phase::Finish => &[C::SetState, C::Unlock],
                Phase::Check | Phase::PreBackupCheck | Phase::RestoreCheck | Phase::SynchronizeNext => &[],
            });
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Goes through a step.
    pub(crate) fn take(&mut self, step: &Do) {
        match step {
            Do::Setup { profile: None, .. } => self.setup(),
            Do::Backup { profile: None, alone, .. } => {
                if !alone && !self.ready {
                    self.setup();
                }
                if self.ready {
                    self.backup();
                }
            }
            Do::Restore { profile: None, .. } if self.backups > 0 => self.restore(),
            // Whether it makes setup needed is not asked: what follows may or may not be reached.
            Do::Edit(edit) if edit.profile.is_none() && (edit.generations.is_some() || edit.targets.is_some()) => {
                self.ready = false;
            }
            _ => {}
        }
    }

    fn setup(&mut self) {
        self.entered.extend([Phase::Lock, Phase::Check]);
        if self.kind.method == Method::Bcv {
            self.entered.push(Phase::Establish);
            if self.kind.generations > 1 && (!self.set_up || self.current != 1) {
                self.entered.push(Phase::HoldOthers);
            }
            self.entered.push(Phase::Synchronize);
            self.current = 1;
        }
        self.entered.push(Phase::Finish);
        (self.set_up, self.ready) = (true, true);
    }

    fn backup(&mut self) {
        self.entered.extend([Phase::Lock, Phase::PreBackupCheck]);
        let bcv = self.kind.method == Method::Bcv;
        if !bcv || self.kind.suspends {
            self.entered.push(Phase::Suspend);
        }
        if !bcv && self.backups >= self.kind.generations {
            self.entered.push(Phase::Withdraw);
        }
        self.entered.push(if bcv { Phase::Split } else { Phase::FlashCopy });
        if !bcv || self.kind.suspends {
            self.entered.push(Phase::Resume);
        }
        self.entered.push(Phase::Record);
        if bcv {
            self.entered.push(Phase::EstablishNext);
            if self.kind.generations > 1 {
                self.entered.push(Phase::SynchronizeNext);
                self.current = if self.current < self.kind.generations { self.current + 1 } else { 1 };
            } else {
                self.ready = false;
            }
        }
        self.entered.push(Phase::Finish);
        self.backups = self.backups.saturating_add(1);
    }

    fn restore(&mut self) {
        self.entered.extend([Phase::Lock, Phase::RestoreCheck, Phase::Restore, Phase::CopyBack, Phase::Finish]);
        if self.kind.method == Method::Bcv {
            self.ready = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: Method, generations: u8, steps: &[Do], phase: Phase, expected: u32) {
        let kind = Kind { method, generations, sources: 2, suspends: false };
        assert_eq!(Path::of(kind, steps).times(phase), expected);
    }

    #[test]
    fn a_job_sets_up_first_where_that_is_needed() {
        let job = Do::Backup { profile: None, wait: None, alone: false, ignoring: Vec::new() };
        check(Method::Bcv, 2, &[job.clone(), job.clone()], Phase::Establish, 1);
        check(Method::Bcv, 1, &[job.clone(), job.clone()], Phase::Establish, 2);
        check(Method::Bcv, 2, &[job.clone(), job.clone()], Phase::Split, 2);
        check(Method::FlashCopy, 1, &[job.clone(), job.clone()], Phase::Withdraw, 1);
        check(Method::FlashCopy, 2, &[job.clone(), job], Phase::Withdraw, 0);
    }
}
