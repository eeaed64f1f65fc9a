//! Where in a text a path leads.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Encoding;
use crate::declare::Step;

/// Finds the byte at which the thing at the end of a path begins.
pub(super) enum Finder<'a> {
    Toml(Option<Spanned<DeTable<'a>>>),
    Json(&'a str),
}

impl<'a> Finder<'a> {
    pub(super) fn new(text: &'a str, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Toml => Self::Toml(DeTable::parse(text).ok()),
            Encoding::Json => Self::Json(text),
        }
    }

    /// The byte at which the path's end begins, or where the nearest thing on the way to it does.
    pub(super) fn offset(&self, path: &[Step]) -> usize {
        match self {
            Self::Toml(Some(table)) => in_toml(table, path),
            Self::Toml(None) => 0,
            Self::Json(text) => in_json(text, path),
        }
    }
}

fn in_toml(root: &Spanned<DeTable<'_>>, path: &[Step]) -> usize {
    let mut offset = 0;
    let mut table = Some(root.get_ref());
    let mut here: Option<&DeValue<'_>> = None;
    for step in path {
        let next = match step {
            Step::Field(name) => table.and_then(|table| table.get(*name)),
            Step::Item(index) => match here {
                Some(DeValue::Array(items)) => items.get(*index),
                _ => None,
            },
        };
        let Some(next) = next else { break };
        offset = next.span().start;
        here = Some(next.get_ref());
        table = match next.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    offset
}

fn in_json(text: &str, path: &[Step]) -> usize {
    let mut here = text;
    for step in path {
        let next = match step {
            Step::Field(name) => {
                serde_json::from_str::<BTreeMap<String, &RawValue>>(here).ok().and_then(|mut map| map.remove(*name))
            }
            Step::Item(index) => serde_json::from_str::<Vec<&RawValue>>(here).ok().and_then(|items| items.get(*index).copied()),
        };
        let Some(next) = next else { break };
        here = next.get();
    }
    // `here` is a part of `text`.
    (here.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The byte at a line and a column of bytes, both from 1, as `serde_json` counts them.
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (start + column.saturating_sub(1)).min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
