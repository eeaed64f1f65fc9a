//! The exports of an installation: volumes, pairs and data sets as CSV, read straight into tables, and written.
//!
//! What an export does not say is assumed, and every assumption is told. What is malformed is refused with its line and
//! column, all of it at once. This room reads and writes; whether a site is good is for others.

mod base;
mod cells;
mod columns;
mod counts;
mod data_sets;
mod ends;
mod faults;
mod join;
mod joined;
mod load;
mod map;
mod pages;
mod pairs;
mod pieces;
mod read;
mod rows;
mod shape;
mod sheets;
mod usual;
mod volumes;
mod write;

pub use columns::{Column, DATA_SETS, PAIRS, Table, VOLUMES};
pub use load::{Asked, Input, Inputs, Loaded, MAX_TABLE_BYTES, Stored, load, load_stored};
pub use map::{ColumnMap, TableMap};
pub use pieces::Source;
pub use write::{Export, export};
