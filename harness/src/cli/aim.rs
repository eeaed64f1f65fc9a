//! What stories are to be about, as options and suites say it.

use dasdlab_model::states::Method;
use dasdlab_model::story::{Phase, What};
use dasdlab_scenarios::stories::{Aim, AimError};
use dasdlab_scenarios::token::Token;

use super::Problem;

/// A fault wherever it fires (`pair-failed`), or in one phase (`split:pair-failed`), that a profile of this method, or of
/// any, can meet.
///
/// # Errors
/// There is no such fault or phase, and the nearest is named; or no profile can meet it, and why.
pub(super) fn aim(text: &str, method: Option<Method>) -> Result<Aim, Problem> {
    let aim: Aim = text.parse().map_err(|error| match &error {
        AimError::Fault(word) => Problem::unknown("fault", word, What::WORDS, "`dasdlab list faults` shows all"),
        AimError::Phase(word) => Problem::unknown("phase", word, Phase::ALL, "`dasdlab list phases` shows all"),
    })?;
    // Whatever the seed: the token knows what is impossible.
    Token::story(0, 0).aimed(Some(aim), method).map_err(|error| Problem::usage(error.to_string()))?;
    Ok(aim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, method: Option<Method>, expected: Result<&str, (&str, &str)>) {
        let found = aim(text, method).map(|aim| aim.to_string());
        let found = found.map_err(|problem| (problem.message, problem.help.unwrap_or_default()));
        assert_eq!(found, expected.map(str::to_owned).map_err(|(message, help)| (message.to_owned(), help.to_owned())));
    }

    #[test]
    fn what_is_no_fault_or_cannot_be_met_is_refused() {
        check("split:pair-failed", None, Ok("split:pair-failed"));
        check("out-of-space", None, Ok("out-of-space"));
        let faults = "did you mean `pair-failed`? `dasdlab list faults` shows all";
        check("split:pair-faild", None, Err(("there is no fault `pair-faild`", faults)));
        let phases = "did you mean `split`? `dasdlab list phases` shows all";
        check("splitt:vary", None, Err(("there is no phase `splitt`", phases)));
        let why = "split:foreign-withdraw is impossible: a bcv profile has no FlashCopy relations";
        check("split:foreign-withdraw", None, Err((why, "")));
        let why = "split:vary is impossible in a flashcopy profile: a flashcopy profile does not come to this phase";
        check("split:vary", Some(Method::FlashCopy), Err((why, "")));
    }
}
