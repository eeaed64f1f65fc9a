//! The table of faults and phases: which fault can meet which phase, and why another cannot.

use std::fmt;
use std::str::FromStr;

use dasdlab_model::states::Method;
use dasdlab_model::story::{Phase, What};

/// The most generations of the profile of a story.
pub(crate) const MOST_GENERATIONS: u8 = 3;

/// A fault in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The kind of fault in a word.
    pub word: &'static str,
    /// The phase in which it fires.
    pub phase: Phase,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}:{}", self.phase, self.word))
    }
}

/// Every cell, fault by fault, possible or not.
pub fn cells() -> impl Iterator<Item = Cell> {
    What::WORDS.into_iter().flat_map(|word| Phase::ALL.iter().map(move |&phase| Cell { word, phase }))
}

/// Whether a fault can do something in a phase of a profile of this method and so many generations; why not, else.
///
/// # Errors
/// Why the cell is impossible.
pub fn possible(word: &str, phase: Phase, method: Method, generations: u8) -> Result<(), &'static str> {
    has_phase(phase, method, generations)?;
    let bcv = method == Method::Bcv;
    match word {
        "refuse" | "lose" | "delay" if !gives_commands(phase) => Err("no command is given in this phase that a fault could meet"),
        "foreign-establish" | "foreign-split" | "foreign-release" if !bcv => Err("a flashcopy profile has no BCVs"),
        "foreign-withdraw" if bcv => Err("a bcv profile has no FlashCopy relations"),
        // That of a flashcopy profile is somebody else's: no check passes a space-efficient target of its own.
        "out-of-space" if bcv => Err("no FlashCopy relation has a place beside a bcv profile"),
        "pair-failed" | "foreign-split" if bcv => mirrors(phase, generations),
        "foreign-release" if generations < 2 => held(phase),
        "suspend-logs" if suspended(phase, method) => Err("the job has suspended the logs itself"),
        "pair-failed" if !bcv && phase == Phase::CopyBack => Err("the relation is turned round in this phase"),
        "lock" if phase != Phase::Lock => Err("the job has the lock itself"),
        _ => Ok(()),
    }
}

/// Whether a profile of this kind comes to a phase.
///
/// # Errors
/// Why it does not.
pub fn has_phase(phase: Phase, method: Method, generations: u8) -> Result<(), &'static str> {
    match phase {
        Phase::Establish
        | Phase::HoldOthers
        | Phase::Synchronize
        | Phase::Split
        | Phase::EstablishNext
        | Phase::SynchronizeNext
            if method != Method::Bcv =>
        {
            Err("a flashcopy profile does not come to this phase")
        }
        Phase::Withdraw | Phase::FlashCopy if method != Method::FlashCopy => Err("a bcv profile does not come to this phase"),
        Phase::HoldOthers | Phase::SynchronizeNext if generations < 2 => {
            Err("a profile of one generation does not come to this phase")
        }
        _ => Ok(()),
    }
}

/// Whether a machine gives a command in this phase that a fault may meet on its way.
const fn gives_commands(phase: Phase) -> bool {
    !matches!(phase, Phase::Check | Phase::PreBackupCheck | Phase::RestoreCheck | Phase::SynchronizeNext)
}

/// Whether a mirror pair of the profile is established in this phase of a story in which everything else goes well.
fn mirrors(phase: Phase, generations: u8) -> Result<(), &'static str> {
    match phase {
        Phase::Resume | Phase::Record => Err("every pair is split in this phase, and nothing is copied"),
        Phase::EstablishNext | Phase::RestoreCheck | Phase::Restore if generations < 2 => {
            Err("the only generation is split in this phase, and nothing is copied")
        }
        _ => Ok(()),
    }
}

/// Whether the logs are suspended in this phase by the job that runs, whatever the level of the host's software.
const fn suspended(phase: Phase, method: Method) -> bool {
    match phase {
        Phase::Resume | Phase::Restore | Phase::CopyBack => true,
        Phase::Withdraw | Phase::FlashCopy => matches!(method, Method::FlashCopy),
        _ => false,
    }
}

/// Whether the only generation is held in this phase: once it has been split by a backup, until it is established again.
const fn held(phase: Phase) -> Result<(), &'static str> {
    match phase {
        Phase::Lock | Phase::Check | Phase::Establish | Phase::RestoreCheck | Phase::Restore | Phase::CopyBack => Ok(()),
        _ => Err("the only generation is not held in this phase"),
    }
}

impl Cell {
    /// Whether a profile of this method can meet it, with any number of generations that stories have.
    ///
    /// # Errors
    /// Why it cannot, whatever the number.
    pub fn possible_with(self, method: Method) -> Result<(), &'static str> {
        possible(self.word, self.phase, method, MOST_GENERATIONS)
    }

    /// Whether any profile can meet it.
    ///
    /// # Errors
    /// Why none can: of a phase that one method has, that method's reason.
    pub fn possible(self) -> Result<(), &'static str> {
        let mut why = Ok(());
        for &method in Method::ALL {
            match self.possible_with(method) {
                Ok(()) => return Ok(()),
                Err(reason) if why.is_ok() || has_phase(self.phase, method, MOST_GENERATIONS).is_ok() => why = Err(reason),
                Err(_) => {}
            }
        }
        why
    }
}

/// What stories are aimed at: a fault wherever it fires (`pair-failed`), or in one phase (`split:pair-failed`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aim {
    word: &'static str,
    phase: Option<Phase>,
}

impl Aim {
    /// Whether a cell is one of those that are aimed at.
    #[must_use]
    pub fn takes(self, cell: Cell) -> bool {
        cell.word == self.word && self.phase.is_none_or(|phase| phase == cell.phase)
    }

    /// The kind of fault in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.word
    }

    /// The phase, where one is asked for.
    #[must_use]
    pub const fn phase(self) -> Option<Phase> {
        self.phase
    }

    /// Whether a profile of this method, or of any, can meet it.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn possible(self, method: Option<Method>) -> Result<(), &'static str> {
        let asked = |cell: Cell| method.map_or_else(|| cell.possible(), |method| cell.possible_with(method));
        let mut why = Ok(());
        for cell in cells().filter(|&cell| self.takes(cell)) {
            match asked(cell) {
                Ok(()) => return Ok(()),
                Err(reason) => why = Err(reason),
            }
        }
        why
    }
}

/// What was asked for is no fault, or no phase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AimError {
    /// No fault has this name.
    #[error("there is no fault `{0}`: expected a fault such as pair-failed, or a phase and a fault such as split:pair-failed")]
    Fault(String),
    /// No phase has this name.
    #[error("there is no phase `{0}`: expected a phase such as split or establish-next")]
    Phase(String),
}

impl FromStr for Aim {
    type Err = AimError;

    fn from_str(text: &str) -> Result<Self, AimError> {
        let (phase, word) = match text.split_once(':') {
            Some((phase, word)) => (Some(phase), word),
            None => (None, text),
        };
        let shown = |text: &str| text.chars().take(60).collect::<String>();
        let phase = phase.map(|phase| phase.parse().map_err(|_| AimError::Phase(shown(phase)))).transpose()?;
        let word = What::WORDS.into_iter().find(|known| *known == word).ok_or_else(|| AimError::Fault(shown(word)))?;
        Ok(Self { word, phase })
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(phase) = self.phase {
            write!(f, "{phase}:")?;
        }
        f.write_str(self.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, phase: Phase, method: Method, generations: u8, expected: Option<&str>) {
        assert_eq!(possible(word, phase, method, generations).err(), expected, "{word} in {phase}");
    }

    #[test]
    fn an_impossible_cell_says_why() {
        use Method::{Bcv, FlashCopy};
        check("vary", Phase::Split, Bcv, 2, None);
        check("vary", Phase::Split, FlashCopy, 2, Some("a flashcopy profile does not come to this phase"));
        check("abend", Phase::HoldOthers, Bcv, 1, Some("a profile of one generation does not come to this phase"));
        check("refuse", Phase::Check, Bcv, 1, Some("no command is given in this phase that a fault could meet"));
        check("foreign-withdraw", Phase::Check, Bcv, 1, Some("a bcv profile has no FlashCopy relations"));
        check("out-of-space", Phase::Check, Bcv, 1, Some("no FlashCopy relation has a place beside a bcv profile"));
        check("out-of-space", Phase::CopyBack, FlashCopy, 1, None);
        check("foreign-release", Phase::Check, FlashCopy, 1, Some("a flashcopy profile has no BCVs"));
        check("pair-failed", Phase::Record, Bcv, 2, Some("every pair is split in this phase, and nothing is copied"));
        check("pair-failed", Phase::Record, FlashCopy, 2, None);
        check("lock", Phase::Split, Bcv, 2, Some("the job has the lock itself"));
        check("foreign-release", Phase::Split, Bcv, 2, None);
        check("foreign-release", Phase::Split, Bcv, 1, Some("the only generation is not held in this phase"));
        check("suspend-logs", Phase::Split, Bcv, 1, None);
        check("suspend-logs", Phase::FlashCopy, FlashCopy, 1, Some("the job has suspended the logs itself"));
    }

    #[test]
    fn most_cells_are_possible_and_every_fault_and_phase_has_one() {
        let possible: Vec<Cell> = cells().filter(|cell| cell.possible().is_ok()).collect();
        assert_eq!((cells().count(), possible.len()), (378, 324));
        assert!(What::WORDS.iter().all(|word| possible.iter().any(|cell| cell.word == *word)));
        assert!(Phase::ALL.iter().all(|phase| possible.iter().any(|cell| cell.phase == *phase)));
    }

    #[test]
    fn an_aim_reads_back_what_it_wrote() {
        for text in ["pair-failed", "split:pair-failed", "establish-next:lose"] {
            assert_eq!(text.parse::<Aim>().unwrap().to_string(), text);
        }
        let error = |text: &str| text.parse::<Aim>().unwrap_err().to_string();
        assert!(error("splot:vary").starts_with("there is no phase `splot`"));
        assert!(error("split:varry").starts_with("there is no fault `varry`"));
    }
}
