//! Lanes as rows of SVG: bars in percent of the axis, so that texts keep their size at any width.

use super::frames::AXIS;
use super::put;
use crate::picture::glyph::{CopyState, Tone};
use crate::picture::lanes::Lane;
use crate::picture::notes::{Note, Noted};
use crate::picture::scale::Scale;
use crate::picture::text::counted;
use crate::picture::{Picture, Story};
use crate::report::html::parts::text;

/// Where a glyph has room in a bar, and where the name of a state has, in parts of the axis.
const ROOM: (usize, usize) = (300, 1_800);

/// How far apart instants stand where there is much room, and where there is little.
const APART: (usize, usize) = (1_300, 2_600);

/// A part of the axis in percent.
fn percent(part: usize) -> String {
    format!("{}.{:02}%", part / (AXIS / 100), part % (AXIS / 100))
}

pub(super) fn lanes(picture: &Picture, story: &Story) -> String {
    let scale = Scale::new(story, AXIS);
    let mut out = String::from("<div class=\"dv-lanes\">\n");
    row(&mut out, "dv-ruler", "Time", "", &ruler(story, &scale), &scale, story, "");
    let spoken = format!("{} from {} to {}", counted(story.steps.len(), "step"), first(story), story.end);
    row(&mut out, "dv-steps", "Step", "", &steps(story, &scale), &scale, story, &spoken);
    for lane in &story.lanes {
        let generation = lane.generation.map_or_else(|| "other".to_owned(), |number| format!("g{number}"));
        row(&mut out, "dv-lane", &generation, &lane.name, &bars(lane, &scale), &scale, story, &spoken_lane(lane, story));
    }
    for (what, name) in [(Noted::Fault, "Fault"), (Noted::End, "Return code")] {
        let (marks, spoken) = marks(story, what, &scale);
        if !marks.is_empty() {
            row(&mut out, "dv-notes", name, "", &marks, &scale, story, &spoken);
        }
    }
    out += "</div>\n<p class=\"dv-about\">One moment after the other: the longer nothing happens the wider, but not to scale.";
    let left = [
        (story.lanes_left_out, "more lane", "not drawn"),
        (picture.pairs_left_out, "more pair", "in no lane"),
        (story.slots_joined, "moment", "joined to others"),
    ];
    for (count, word, what) in left.into_iter().filter(|(count, ..)| *count > 0) {
        put(&mut out, format_args!(" {} {what}.", counted(count, word)));
    }
    if let Some(untold) = &story.untold {
        put(&mut out, format_args!(" <b class=\"dv-bad\">The story ends here: {}</b>", text(untold)));
    }
    out + "</p>\n"
}

fn first(story: &Story) -> String {
    story.slots.first().map(|slot| slot.at.to_string()).unwrap_or_default()
}

#[expect(clippy::too_many_arguments, reason = "a row is all of these, and nothing else has them")]
fn row(out: &mut String, class: &str, name: &str, more: &str, inside: &str, scale: &Scale, story: &Story, spoken: &str) {
    let aria = if spoken.is_empty() {
        " aria-hidden=\"true\"".to_owned()
    } else {
        format!(" role=\"img\" aria-label=\"{}\"", text(spoken))
    };
    put(
        out,
        format_args!(
            "<div class=\"dv-row {class}\"><span class=\"dv-name\"><b>{}</b> {}</span><svg{aria}>{inside}",
            text(name),
            text(&more.replace("->", "→"))
        ),
    );
    for note in story.notes.iter().filter(|note| note.what == Noted::Fault) {
        let x = percent(scale.at(note.slot));
        put(out, format_args!("<line class=\"dv-fault\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"100%\"/>"));
    }
    let last = story.slots.len().saturating_sub(1);
    let (x, width) = (percent(scale.at(last)), percent(scale.at(last + 1).saturating_sub(scale.at(last))));
    put(out, format_args!("<rect class=\"dv-cursor\" x=\"{x}\" width=\"{width}\" y=\"0\" height=\"100%\"/></svg></div>\n"));
}

/// Instants, wherever there is room for one; some only where there is much.
fn ruler(story: &Story, scale: &Scale) -> String {
    let mut out = String::new();
    let (mut wide, mut narrow): (Option<usize>, Option<usize>) = (None, None);
    let mut shown = None;
    for (slot, moment) in story.slots.iter().enumerate() {
        let (at, second) = (scale.at(slot), moment.at.0 / 1_000);
        let is_free = |last: Option<usize>, apart: usize| last.is_none_or(|last| at >= last + apart);
        if shown == Some(second) || !is_free(wide, APART.0) || at + APART.0 / 2 > AXIS {
            continue;
        }
        let is_narrow = is_free(narrow, APART.1) && at + APART.1 <= AXIS;
        if is_narrow {
            narrow = Some(at);
        }
        (wide, shown) = (Some(at), Some(second));
        let class = if is_narrow { "" } else { " class=\"dv-long\"" };
        let time = moment.at.to_string();
        let time = time.split('.').next().unwrap_or_default();
        let x = percent(at);
        put(
            &mut out,
            format_args!(
                "<g{class}><line x1=\"{x}\" x2=\"{x}\" y1=\"16\" y2=\"100%\"/><text x=\"{x}\" y=\"12\">{time}</text></g>"
            ),
        );
    }
    out
}

fn steps(story: &Story, scale: &Scale) -> String {
    let mut out = String::new();
    for (nth, step) in story.steps.iter().enumerate() {
        let Some(slot) = step.first_slot else { continue };
        let next = story.steps.iter().skip(nth + 1).find_map(|step| step.first_slot).unwrap_or(story.slots.len());
        let (from, to) = (scale.at(slot), scale.at(next));
        let shade = if nth % 2 == 0 { "dv-odd" } else { "dv-even" };
        let (x, width) = (percent(from), percent(to.saturating_sub(from)));
        put(
            &mut out,
            format_args!(
                "<g><title>Step {}: {}</title><rect class=\"{shade}\" x=\"{x}\" width=\"{width}\" y=\"0\" height=\"100%\"/>",
                step.number,
                text(&step.what)
            ),
        );
        if to.saturating_sub(from) >= ROOM.0 {
            let middle = percent((from + to) / 2);
            let word = if to.saturating_sub(from) >= ROOM.1 / 2 {
                format!("<tspan class=\"dv-long\"> {}</tspan>", step.word)
            } else {
                String::new()
            };
            put(&mut out, format_args!("<text x=\"{middle}\" y=\"15\">{}{word}</text>", step.number));
        }
        out += "</g>";
    }
    out
}

fn bars(lane: &Lane, scale: &Scale) -> String {
    let mut out = String::new();
    for span in &lane.spans {
        let (from, to) = (scale.at(span.from), scale.at(span.to));
        let (x, width, middle) = (percent(from), percent(to.saturating_sub(from)), percent((from + to) / 2));
        let Some(sign) = span.state.map(CopyState::sign) else {
            put(&mut out, format_args!("<line class=\"dv-no-copy\" x1=\"{x}\" x2=\"{}\" y1=\"13\" y2=\"13\"/>", percent(to)));
            continue;
        };
        let tone = sign.tone.word();
        put(
            &mut out,
            format_args!(
                "<g class=\"dv-{tone}\"><title>{}</title><rect class=\"dv-bar\" x=\"{x}\" width=\"{width}\" y=\"2\" height=\"22\" rx=\"3\"/>",
                sign.name
            ),
        );
        if to.saturating_sub(from) >= ROOM.0 {
            let name = if to.saturating_sub(from) >= ROOM.1 {
                format!("<tspan class=\"dv-long\"> {}</tspan>", sign.name)
            } else {
                String::new()
            };
            put(&mut out, format_args!("<text x=\"{middle}\" y=\"17.5\">{}{name}</text>", text(&sign.glyph.to_string())));
        }
        out += "</g>";
    }
    out
}

/// A lane in words.
fn spoken_lane(lane: &Lane, story: &Story) -> String {
    let generation =
        lane.generation.map_or_else(|| "copies of no generation".to_owned(), |number| format!("generation {number}"));
    let spans = lane.spans.iter().map(|span| {
        let at = story.slots.get(span.from).map(|slot| slot.at.to_string()).unwrap_or_default();
        format!("{} from {at}", span.state.map_or("no copy", |state| state.sign().name))
    });
    format!("{generation}, {}: {}", lane.name, spans.collect::<Vec<_>>().join(", "))
}

/// Faults or return codes, those of one moment together; and the same in words.
fn marks(story: &Story, what: Noted, scale: &Scale) -> (String, String) {
    let (mut out, mut spoken) = (String::new(), Vec::new());
    let mut notes = story.notes.iter().filter(|note| note.what == what).peekable();
    while let Some(first) = notes.next() {
        let mut here = vec![first];
        while let Some(next) = notes.next_if(|next| next.slot == first.slot) {
            here.push(next);
        }
        let short: Vec<String> = here.iter().filter_map(|note| short(note)).collect();
        if short.is_empty() {
            continue;
        }
        let tone = here.iter().map(|note| note.tone).max().unwrap_or(Tone::Plain).word();
        let told: Vec<String> = here.iter().map(|note| told(note)).collect();
        let (from, to) = (scale.at(first.slot), scale.at(first.slot + 1));
        let x = if what == Noted::Fault { percent(from) } else { percent((from + to) / 2) };
        let anchor = if from < 200 { "start" } else { "middle" };
        put(
            &mut out,
            format_args!(
                "<g class=\"dv-{tone}\"><title>{}</title><text x=\"{x}\" y=\"15\" text-anchor=\"{anchor}\">{}</text></g>",
                text(&told.join("; ")),
                text(&short.join(" "))
            ),
        );
        spoken.push(format!("{}: {}", first.at, told.join("; ")));
    }
    (out, spoken.join(". "))
}

fn short(note: &Note) -> Option<String> {
    match (note.what, &note.said) {
        (Noted::Fault, _) => Some("▼".to_owned()),
        (_, Some(said)) => Some(said.return_code.to_string()),
        (_, None) if note.tone == Tone::Bad => Some("✕".to_owned()),
        _ => None,
    }
}

fn told(note: &Note) -> String {
    if note.name.is_empty() { note.text.clone() } else { format!("{}: {}", note.name, note.text) }
}
