//! How the program ends: one type for every exit code, and what each of them tells a script.

use std::process::ExitCode;

/// The end of a command. Only [`Exit::Machine`] and death by a signal are worth a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, the verdict is good.
    Good,
    /// 1: done, the verdict is bad: nonconformance, differences, lint findings, required coverage missing.
    Bad,
    /// 2: usage or bad input; nothing was written.
    Usage,
    /// 3: nothing was selected.
    NothingSelected,
    /// 4: the implementation under test cannot be used: it does not start, greet or answer.
    Unusable,
    /// 5: something came out in another way when it was repeated.
    Nondeterminism,
    /// 70: the harness is at fault, or it panicked.
    Fault,
    /// 75: the machine failed: disk full, lost child.
    Machine,
    /// 130: stopped by Ctrl-C, or nobody read the report to its end; results so far are valid.
    Interrupted,
    /// 143: asked to terminate; results so far are valid.
    Terminated,
    /// The return code of profile setup: 0, 4, 8 or 12.
    ReturnCode(u8),
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Bad => 1,
            Self::Usage => 2,
            Self::NothingSelected => 3,
            Self::Unusable => 4,
            Self::Nondeterminism => 5,
            Self::Fault => 70,
            Self::Machine => 75,
            Self::Interrupted => 130,
            Self::Terminated => 143,
            Self::ReturnCode(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
