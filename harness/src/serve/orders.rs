//! Orders of the control face that change the world at once: host states, profiles, another site.

use dasdlab_servers::control::order::{ControlOrder, Refused, RefusedKind};
use serde_json::Value;

use super::engine::Living;
use super::refused;

/// Carries out an order.
///
/// # Errors
/// Why it was refused; then nothing has changed.
pub(super) fn carry_out(_living: &mut Living, order: &ControlOrder) -> Result<Value, Refused> {
    match order {
        // Those are the engine's own.
        ControlOrder::Advance { .. }
        | ControlOrder::Fault(_)
        | ControlOrder::Forget { .. }
        | ControlOrder::Setup { .. }
        | ControlOrder::Job { .. }
        | ControlOrder::Restore { .. } => Err(refused(RefusedKind::Broken, "this order is carried out elsewhere")),
        ControlOrder::Vary { .. } | ControlOrder::Profile(_) | ControlOrder::RemoveProfile { .. } | ControlOrder::Load(_) => {
            Err(refused(RefusedKind::Invalid, "this order is not simulated"))
        }
    }
}
