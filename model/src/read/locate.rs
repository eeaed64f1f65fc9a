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
    Json(Node),
}

/// A value of a JSON text: where it begins, and what is in it.
pub(super) struct Node {
    offset: usize,
    fields: BTreeMap<String, Node>,
    items: Vec<Node>,
}

impl Node {
    /// The tree of a value that is part of `text`. The depth is bounded by the parser's own limit.
    fn new(text: &str, value: &str) -> Self {
        let mut node = Self {
            offset: (value.as_ptr() as usize).saturating_sub(text.as_ptr() as usize),
            fields: BTreeMap::new(),
            items: Vec::new(),
        };
        if value.starts_with('{') {
            let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(value).unwrap_or_default();
            node.fields = fields.into_iter().map(|(name, value)| (name, Self::new(text, value.get()))).collect();
        } else if value.starts_with('[') {
            let items = serde_json::from_str::<Vec<&RawValue>>(value).unwrap_or_default();
            node.items = items.into_iter().map(|value| Self::new(text, value.get())).collect();
        }
        node
    }
}

impl<'a> Finder<'a> {
    pub(super) fn new(text: &'a str, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Toml => Self::Toml(DeTable::parse(text).ok()),
            Encoding::Json => Self::Json(Node::new(text, text.trim_start())),
        }
    }

    /// The byte at which the path's end begins, or where the nearest thing on the way to it does.
    pub(super) fn offset(&self, path: &[Step]) -> usize {
        match self {
            Self::Toml(Some(table)) => in_toml(table, path),
            Self::Toml(None) => 0,
            Self::Json(root) => in_json(root, path),
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

fn in_json(root: &Node, path: &[Step]) -> usize {
    let mut here = root;
    for step in path {
        let next = match step {
            Step::Field(name) => here.fields.get(*name),
            Step::Item(index) => here.items.get(*index),
        };
        let Some(next) = next else { break };
        here = next;
    }
    here.offset
}

/// The byte at a line and a column of bytes, both from 1, as `serde_json` counts them.
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (start + column.saturating_sub(1)).min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
