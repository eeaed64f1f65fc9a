//! Orders: everything that changes the world or what a face remembers. Each is a line of the journal.

use dasdlab_model::command::{Command, Issuer, Reply};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::order::{ControlOrder, Refused};
use crate::{ds8000, unisphere};

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// A command to the world.
    Command {
        /// Who gives it.
        by: Issuer,
        /// What is to be done.
        command: Command,
    },
    /// FlashCopies of a DS8000, with what its clients ask of them.
    Ds8000(ds8000::order::Order),
    /// Storage groups, volumes and clone sessions of Unisphere.
    Unisphere(unisphere::order::Order),
    /// What the control face orders.
    Control(ControlOrder),
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The world's reply to a command.
    Reply(Reply),
    /// What came of each FlashCopy, in the order in which they were named.
    Ds8000(Vec<Result<ds8000::order::Done, ds8000::order::Refused>>),
    /// What Unisphere's book says.
    Unisphere(Result<unisphere::order::Done, unisphere::order::Refused>),
    /// What the control order gave.
    Control(Result<Value, Refused>),
}
