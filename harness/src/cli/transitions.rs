//! The transition tables as people and programs read them: one text is the list and the page in `docs/`.

use std::fmt::{self, Write};

use dasdlab_model::schema;
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::{
    Cell, MirrorEvent, MirrorOrder, Refusal, RelationEvent, RelationOrder, mirror, mirror_event, relation, relation_event,
};
use serde::Serialize;

/// Every cell of both tables, for programs.
#[derive(Debug, Serialize)]
pub struct Tables {
    mirror: Table,
    flashcopy: Table,
}

#[derive(Debug, Serialize)]
struct Table {
    orders: Vec<Told>,
    events: Vec<Happened>,
}

/// What a copy in a state does when it is told so.
#[derive(Debug, Serialize)]
struct Told {
    /// None where there is no relation.
    state: Option<&'static str>,
    order: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
}

/// What becomes of a copy in a state when this happens; what cannot happen is left out.
#[derive(Debug, Serialize)]
struct Happened {
    state: &'static str,
    event: &'static str,
    to: &'static str,
}

/// No relation, and every state of one.
fn relation_states() -> impl Iterator<Item = Option<RelationState>> {
    std::iter::once(None).chain(RelationState::ALL.iter().copied().map(Some))
}

/// Both tables, cell by cell.
#[must_use]
pub fn tables() -> Tables {
    let mirror_orders = MirrorState::ALL.iter().flat_map(|&state| {
        let told =
            move |&order: &MirrorOrder| told(Some(state.as_str()), order.as_str(), mirror(state, order), MirrorState::as_str);
        MirrorOrder::ALL.iter().map(told)
    });
    let mirror_events = MirrorState::ALL.iter().flat_map(|&state| {
        let happened = move |&event: &MirrorEvent| {
            let to = mirror_event(state, event)?.as_str();
            Some(Happened { state: state.as_str(), event: event.as_str(), to })
        };
        MirrorEvent::ALL.iter().filter_map(happened)
    });
    let relation_orders = relation_states().flat_map(|state| {
        let told = move |&order: &RelationOrder| {
            told(state.map(RelationState::as_str), order.as_str(), relation(state, order), RelationState::as_str)
        };
        RelationOrder::ALL.iter().map(told)
    });
    let relation_events = RelationState::ALL.iter().flat_map(|&state| {
        let happened = move |&event: &RelationEvent| {
            let to = relation_event(state, event)?.as_str();
            Some(Happened { state: state.as_str(), event: event.as_str(), to })
        };
        RelationEvent::ALL.iter().filter_map(happened)
    });
    Tables {
        mirror: Table { orders: mirror_orders.collect(), events: mirror_events.collect() },
        flashcopy: Table { orders: relation_orders.collect(), events: relation_events.collect() },
    }
}

fn told<State>(
    state: Option<&'static str>,
    order: &'static str,
    cell: Cell<State>,
    name: impl Fn(State) -> &'static str,
) -> Told {
    let (outcome, to, refusal) = match cell {
        Cell::To(state) => ("to", Some(name(state)), None),
        Cell::Stays => ("stays", None, None),
        Cell::Refused(refusal) => ("refused", None, Some(refusal)),
        Cell::Gone => ("gone", None, None),
    };
    Told { state, order, outcome, to, refusal }
}

/// Orders to mirror pairs that are asked together; a grid of all of them would be too wide to read.
const MIRROR_ORDERS: [(&str, &[MirrorOrder]); 4] = [
    ("Establish", &[MirrorOrder::EstablishIncremental, MirrorOrder::EstablishFull]),
    ("Split", &[MirrorOrder::SplitNormal, MirrorOrder::SplitInstant, MirrorOrder::SplitForced]),
    ("Restore", &[MirrorOrder::RestoreIncremental, MirrorOrder::RestoreFull]),
    ("Cancel, hold, release", &[MirrorOrder::Cancel, MirrorOrder::CancelForced, MirrorOrder::Hold, MirrorOrder::Release]),
];

const INTRODUCTION: &str = "\
# How copies change

Generated from the tables that the simulated arrays obey; `dasdlab list transitions` prints this page again, with
`--message-format json` for programs. [copies.md](copies.md) says what the states mean and how long a copy takes.

A cell says what an order does to a copy in that state, the two volumes being the copy's own: `-> State` accepted, that is
its state from now on; `stays` accepted, nothing changes; `no: reason` refused, nothing changes; `-> gone` the copy is
forgotten. What an array asks before it looks at the state (sizes, holds, limits, devices that do not answer) is among the
refusals at the end.
";

/// The tables as Markdown that reads well as it is.
#[must_use]
pub fn reference() -> String {
    let mut out = INTRODUCTION.to_owned();
    put(&mut out, format_args!("\n## Mirror pairs\n"));
    for (title, orders) in MIRROR_ORDERS {
        let head = std::iter::once("state").chain(orders.iter().map(|order| order.as_str()));
        let rows = MirrorState::ALL.iter().map(|&state| {
            let cells = orders.iter().map(|&order| mirror(state, order).to_string());
            std::iter::once(state.to_string()).chain(cells).collect()
        });
        section(&mut out, title, head, rows);
    }
    let head = std::iter::once("state").chain(MirrorEvent::ALL.iter().map(|event| event.as_str()));
    let rows = MirrorState::ALL.iter().map(|&state| {
        let cells = MirrorEvent::ALL.iter().map(|&event| outcome(mirror_event(state, event)));
        std::iter::once(state.to_string()).chain(cells).collect()
    });
    section(&mut out, "What happens to a mirror pair by itself", head, rows);

    put(&mut out, format_args!("\n## FlashCopy relations\n"));
    let head = std::iter::once("state").chain(RelationOrder::ALL.iter().map(|order| order.as_str()));
    let rows = relation_states().map(|state| {
        let cells = RelationOrder::ALL.iter().map(|&order| relation(state, order).to_string());
        let name = state.map_or("(none)".to_owned(), |state| state.to_string());
        std::iter::once(name).chain(cells).collect()
    });
    section(&mut out, "Orders", head, rows);
    let head = std::iter::once("state").chain(RelationEvent::ALL.iter().map(|event| event.as_str()));
    let rows = RelationState::ALL.iter().map(|&state| {
        let cells = RelationEvent::ALL.iter().map(|&event| outcome(relation_event(state, event)));
        std::iter::once(state.to_string()).chain(cells).collect()
    });
    section(&mut out, "What happens to a relation by itself", head, rows);

    put(&mut out, format_args!("\n## Words\n"));
    let words: [(&str, Vec<(String, String)>); 5] = [
        ("Orders to a mirror pair", schema::words::<MirrorOrder>()),
        ("Events of a mirror pair", schema::words::<MirrorEvent>()),
        ("Orders to a FlashCopy relation", schema::words::<RelationOrder>()),
        ("Events of a FlashCopy relation", schema::words::<RelationEvent>()),
        ("Refusals", schema::words::<Refusal>()),
    ];
    for (title, words) in words {
        let rows = words.into_iter().map(|(word, meaning)| vec![word, meaning]);
        section(&mut out, title, ["word", "meaning"].into_iter(), rows);
    }
    out
}

/// The state that follows; what cannot happen has none.
fn outcome<State: fmt::Display>(next: Option<State>) -> String {
    next.map_or_else(String::new, |state| format!("-> {state}"))
}

/// A heading and a grid whose columns are as wide as their widest cell.
fn section(out: &mut String, title: &str, head: impl Iterator<Item = &'static str>, rows: impl Iterator<Item = Vec<String>>) {
    put(out, format_args!("\n### {title}\n\n"));
    let head: Vec<String> = head.map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = rows.collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in std::iter::once(&head).chain(&rows) {
        widths.resize(widths.len().max(row.len()), 0);
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = (*width).max(cell.chars().count()));
    }
    let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    for row in [&head, &rule].into_iter().chain(&rows) {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        put(out, format_args!("| {} |\n", cells.join(" | ")));
    }
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_to_a_mirror_pair_has_a_column() {
        let columns: usize = MIRROR_ORDERS.iter().map(|(_, orders)| orders.len()).sum();
        assert_eq!(columns, MirrorOrder::ALL.len());
        assert!(MirrorOrder::ALL.iter().all(|order| MIRROR_ORDERS.iter().any(|(_, orders)| orders.contains(order))));
    }

    #[test]
    fn programs_are_told_every_cell() {
        let tables = tables();
        assert_eq!(tables.mirror.orders.len(), MirrorState::ALL.len() * MirrorOrder::ALL.len());
        assert_eq!(tables.flashcopy.orders.len(), (RelationState::ALL.len() + 1) * RelationOrder::ALL.len());
        for told in tables.mirror.orders.iter().chain(&tables.flashcopy.orders) {
            let said = (told.to.is_some(), told.refusal.is_some());
            assert_eq!(said, (told.outcome == "to", told.outcome == "refused"), "{told:?}");
        }
    }

    #[test]
    fn the_committed_page_is_what_the_tables_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/transitions.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        let hint =
            "docs/transitions.md differs from the tables; write it again with `dasdlab list transitions > docs/transitions.md`";
        assert!(committed == reference(), "{hint}");
    }
}
