//! Questions of the control face.

use dasdlab_servers::control::order::{Question, Refused, RefusedKind};
use serde_json::Value;

use super::engine::Living;
use super::refused;

/// Answers a question.
///
/// # Errors
/// Why there is no answer.
pub(super) fn answer(living: &mut Living, question: &Question) -> Result<Value, Refused> {
    match question {
        Question::Site => {
            let site = living.world.save(living.description.clone());
            serde_json::to_value(site).map_err(|error| refused(RefusedKind::Broken, error.to_string()))
        }
        _ => Err(refused(RefusedKind::Invalid, "this question is not simulated")),
    }
}
