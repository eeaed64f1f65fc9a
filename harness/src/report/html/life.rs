//! What copies and profiles went through in stories: transitions, refusals, states.

use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::{
    Cell, MirrorEvent, MirrorOrder, RelationEvent, RelationOrder, mirror, mirror_event, relation, relation_event,
};

use super::page::Section;
use super::parts::{level, put, scroll, text};
use crate::coverage::story::{StoryCoverage, StoryKey};
use crate::report::picture::number;
use crate::run::event::{Counted, Summary};

/// Which kinds of keys are shown as lists, and under which heading.
const LISTS: &[(&str, &str)] = &[
    ("refusals", "Refusals"),
    ("profile states", "States of profiles and why setup was needed"),
    ("triggers", "Triggers of faults"),
    ("steps", "Steps"),
];

/// The tables and lists; none where no story was told.
pub(super) fn section(counted: &Counted, summary: &Summary) -> Option<Section> {
    if summary.sums.stories == 0 {
        return None;
    }
    let stories = &counted.stories;
    let sheet = Sheet { stories, never: if counted.gates { "l0" } else { "lx" } };
    let mut body = String::from("<h3>Mirror pairs</h3>\n");
    body += &scroll("What mirror pairs were told, and what happened to them", &sheet.mirrors());
    body += "<h3>FlashCopy relations</h3>\n";
    body += &scroll("What FlashCopy relations were told, and what happened to them", &sheet.relations());
    put(
        &mut body,
        format_args!(
            "<ul class=\"key\"><li><i class=\"l2\">9</i>in so many stories; below, what comes of it: the next state, or why it is \
             refused</li><li><i class=\"{}\">0</i>in none</li><li><i class=\"lz\">·</i>cannot happen</li></ul>\n",
            sheet.never
        ),
    );
    for &(kind, name) in LISTS {
        put(&mut body, format_args!("<h3>{name}</h3>\n"));
        sheet.list(&mut body, kind);
    }
    let kinds = stories.kinds();
    let of_life = || kinds.iter().filter(|kind| kind.kind != "faults in phases");
    let (met, keys) = (of_life().map(|kind| kind.met).sum::<usize>(), of_life().map(|kind| kind.keys).sum::<usize>());
    let said: Vec<String> = of_life().map(|kind| format!("{} of {} {}", kind.met, kind.keys, kind.kind)).collect();
    Some(Section {
        id: "life",
        name: "Transitions and refusals".to_owned(),
        count: format!("{met}/{keys}"),
        is_bad: counted.gates && met < keys,
        note: format!("met in stories: {}", said.join(", ")),
        body,
    })
}

/// Counts of stories, and how a count of none looks.
struct Sheet<'a> {
    stories: &'a StoryCoverage,
    never: &'static str,
}

impl Sheet<'_> {
    fn count(&self, key: StoryKey) -> u32 {
        self.stories.of(key)
    }

    /// A cell of a table: in how many stories, and what comes of it.
    fn cell(&self, out: &mut String, key: StoryKey, comes: &str) {
        let count = self.count(key);
        let class = if count == 0 { self.never } else { level(count.into()) };
        put(out, format_args!("<td class=\"{class}\">{}<small>{}</small></td>", number(count.into()), text(comes)));
    }

    fn mirrors(&self) -> String {
        let mut table = head(MirrorOrder::ALL, MirrorEvent::ALL);
        for &state in MirrorState::ALL {
            put(&mut table, format_args!("<tr><th scope=\"row\">{state}</th>"));
            for &order in MirrorOrder::ALL {
                self.cell(&mut table, StoryKey::MirrorOrder(state, order), &comes(&mirror(state, order)));
            }
            for &event in MirrorEvent::ALL {
                self.event(&mut table, StoryKey::MirrorEvent(state, event), mirror_event(state, event));
            }
            table += "</tr>\n";
        }
        table + "</tbody>\n</table>\n"
    }

    fn relations(&self) -> String {
        let mut table = head(RelationOrder::ALL, RelationEvent::ALL);
        for state in std::iter::once(None).chain(RelationState::ALL.iter().copied().map(Some)) {
            let name = state.map_or_else(|| "no relation".to_owned(), |state| state.to_string());
            put(&mut table, format_args!("<tr><th scope=\"row\">{name}</th>"));
            for &order in RelationOrder::ALL {
                self.cell(&mut table, StoryKey::RelationOrder(state, order), &comes(&relation(state, order)));
            }
            for &event in RelationEvent::ALL {
                match state {
                    Some(state) => self.event(&mut table, StoryKey::RelationEvent(state, event), relation_event(state, event)),
                    None => table += CANNOT,
                }
            }
            table += "</tr>\n";
        }
        table + "</tbody>\n</table>\n"
    }

    fn event<State: std::fmt::Display>(&self, out: &mut String, key: StoryKey, next: Option<State>) {
        match next {
            Some(next) => self.cell(out, key, &format!("→ {next}")),
            None => *out += CANNOT,
        }
    }

    fn list(&self, out: &mut String, kind: &str) {
        *out += "<ul class=\"chips\">";
        for (key, count) in self.stories.rows().filter(|(key, _)| key.kind() == kind) {
            let (class, sign) = if count == 0 { (self.never, '○') } else { (level(count.into()), '●') };
            let name = key.to_string();
            let name =
                ["refusal ", "trigger ", "step ", "profile "].iter().find_map(|head| name.strip_prefix(head)).unwrap_or(&name);
            put(
                out,
                format_args!(
                    "<li class=\"{class}\"><span class=\"g\" aria-hidden=\"true\">{sign}</span><span>{}</span><b>{}</b></li>",
                    text(name),
                    number(count.into())
                ),
            );
        }
        *out += "</ul>\n";
    }
}

/// What cannot happen in a state.
const CANNOT: &str = "<td class=\"lz\"><span aria-hidden=\"true\">·</span><span class=\"sr\">cannot happen</span></td>";

fn head<Order: std::fmt::Display, Happens: std::fmt::Display>(orders: &[Order], events: &[Happens]) -> String {
    let mut out = String::from("<table class=\"grid words\">\n<thead><tr><th scope=\"col\">state</th>");
    orders.iter().for_each(|order| put(&mut out, format_args!("<th scope=\"col\"><span>{order}</span></th>")));
    events.iter().for_each(|event| put(&mut out, format_args!("<th scope=\"col\"><span><em>{event}</em></span></th>")));
    out + "</tr></thead>\n<tbody>\n"
}

/// What comes of an order.
fn comes<State: std::fmt::Display>(cell: &Cell<State>) -> String {
    match cell {
        Cell::To(state) => format!("→ {state}"),
        Cell::Stays => "stays".to_owned(),
        Cell::Gone => "→ gone".to_owned(),
        Cell::Refused(refusal) => format!("✕ {refusal}"),
    }
}
