//! The words of dasdlab: plain data, their readers and writers.
//!
//! Everything that crosses from one room of the workspace to another is a type of this crate. It knows nothing about
//! which findings a site gives: rules live in the validator and, restated, in the oracle.

pub mod alive;
pub mod change_set;
pub mod clones;
pub mod command;
pub mod declare;
pub mod event;
pub mod finding;
pub mod known;
pub mod level;
pub mod machine;
pub mod name;
pub mod observation;
pub mod pattern;
pub mod protocol;
pub mod read;
pub mod reasons;
pub mod run;
pub mod scenario;
pub mod schema;
pub mod site;
pub mod states;
pub mod story;
pub mod tables;
pub mod transitions;
pub mod undeclare;
pub mod unit;
pub mod write;
