//! Whose column is which: a file that says how the columns of an export are called, and what its words mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How the columns of three tables are called elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// Version of the format; 1.
    pub format: u32,
    /// The character between fields, a comma where left out.
    #[serde(default)]
    pub separator: Option<char>,
    /// The table of volumes.
    #[serde(default)]
    pub volumes: TableMap,
    /// The table of pairs.
    #[serde(default)]
    pub pairs: TableMap,
    /// The table of data sets.
    #[serde(default)]
    pub data_sets: TableMap,
}

/// How the columns of a table are called elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMap {
    /// Our name of a column, and theirs.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// For our name of a column, what a word of theirs means.
    #[serde(default)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// For our name of a column that they do not have, what stands in each of its fields.
    #[serde(default)]
    pub always: BTreeMap<String, String>,
}
