//! The same in words: tables for those who read or listen rather than look.

use dasdlab_model::event::Time;

use super::{found, put, state};
use crate::picture::glyph;
use crate::picture::grid::Grid;
use crate::picture::notes::Noted;
use crate::picture::{Picture, Story};
use crate::report::html::parts::text;

/// The most rows of a table.
const MAX_ROWS: usize = 512;

/// What may be wider than the page scrolls by itself.
fn scroll(label: &str, table: &str) -> String {
    format!("<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n{table}</div>\n", text(label))
}

fn head(caption: &str, columns: &[&str]) -> String {
    let columns: String = columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    format!("<table>\n<caption>{}</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n", text(caption))
}

fn left(count: usize, what: &str) -> String {
    if count == 0 { String::new() } else { format!("<p class=\"dv-about\">{count} more {what} are not listed.</p>\n") }
}

/// The volumes of each grid.
pub(super) fn grids(grids: &[Grid]) -> String {
    let mut out = String::new();
    let mut rows = 0;
    let mut hidden = 0;
    for grid in grids {
        let caption = format!("Volumes of {} LSS {}", grid.array, grid.lss);
        let mut table = head(&caption, &["Address", "Unit", "Label", "Is", "Status", "Copy", "Finding", "Kind"]);
        let before = rows;
        for cell in &grid.cells {
            if rows >= MAX_ROWS {
                hidden += 1;
                continue;
            }
            rows += 1;
            let look = &cell.look;
            let held = if look.held { ", held" } else { "" };
            put(
                &mut table,
                format_args!(
                    "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}{held}</td><td>{}</td><td>{}</td></tr>\n",
                    cell.ua,
                    text(cell.unit.as_deref().unwrap_or_default()),
                    look.volser.map(|label| text(&label.to_string())).unwrap_or_default(),
                    look.role,
                    if look.role == glyph::Role::Alias { "" } else { glyph::status(look.status).name },
                    look.copy.map(|copy| copy.to_string()).unwrap_or_default(),
                    look.mark.map(|mark| mark.to_string()).unwrap_or_default(),
                    text(&cell.kind),
                ),
            );
        }
        if rows > before {
            out += &scroll(&caption, &(table + "</tbody>\n</table>\n"));
        }
    }
    out + &left(hidden, "volumes")
}

/// Pairs as they stand in the end, those that follow each other in one row.
pub(super) fn pairs(picture: &Picture) -> String {
    let last = picture.story.as_ref().map(|story| story.slots.len().saturating_sub(1));
    let runs = picture.runs_at(last);
    if runs.is_empty() {
        return "<p class=\"dv-about\">There are none.</p>\n".to_owned();
    }
    let caption = if last.is_some() { "Pairs as the story ends" } else { "Pairs by generation" };
    let mut table = head(caption, &["Generation", "From", "To", "Pairs", "Copy"]);
    for run in runs.iter().take(MAX_ROWS) {
        let (from, to) = run.units();
        let generation = run.first.generation.map_or_else(|| "none".to_owned(), |number| number.to_string());
        let copy = if run.first.copy.is_some() { state(run.first.copy) } else { run.state().to_owned() };
        put(
            &mut table,
            format_args!(
                "<tr><th scope=\"row\">{generation}</th><td>{}</td><td>{}</td><td>{}</td><td>{copy}</td></tr>\n",
                text(&from),
                text(&to),
                run.count
            ),
        );
    }
    let hidden = runs.iter().skip(MAX_ROWS).map(|run| run.count).sum::<usize>() + picture.pairs_left_out;
    scroll(caption, &(table + "</tbody>\n</table>\n")) + &left(hidden, "pairs")
}

/// What happens to each lane, span by span.
pub(super) fn lanes(picture: &Picture, story: &Story) -> String {
    let mut table = head("Lanes", &["Generation", "Pairs", "State", "From", "Until"]);
    let time = |slot: usize| story.slots.get(slot).map_or(story.end, |slot| slot.at);
    let mut rows = 0;
    let all: usize = story.lanes.iter().map(|lane| lane.spans.len()).sum();
    for lane in &story.lanes {
        for span in &lane.spans {
            if rows == MAX_ROWS {
                break;
            }
            rows += 1;
            let generation = lane.generation.map_or_else(|| "none".to_owned(), |number| number.to_string());
            put(
                &mut table,
                format_args!(
                    "<tr><th scope=\"row\">{generation}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                    text(&lane.name),
                    state(span.state),
                    time(span.from),
                    time(span.to)
                ),
            );
        }
    }
    let label = format!("Lanes of {}", picture.id);
    scroll(&label, &(table + "</tbody>\n</table>\n")) + &left(all - rows, "states")
}

/// Steps with what came of them.
pub(super) fn steps(picture: &Picture) -> String {
    let Some(story) = &picture.story else { return String::new() };
    let mut out = String::from("<ol class=\"dv-told\">\n");
    for step in &story.steps {
        let name = if step.name.is_empty() { String::new() } else { format!(" <span>{}</span>", text(&step.name)) };
        // A time is said once.
        let mut shown = None;
        let mut time = |at: Time| {
            let is_new = shown.replace(at) != Some(at);
            if is_new { format!("<span class=\"dv-when\">{at}</span> ") } else { "<span class=\"dv-when\"></span> ".to_owned() }
        };
        let began = time(step.began);
        put(&mut out, format_args!("<li><p>{began}<b>{}. {}</b>{name}</p>\n", step.number, text(&step.what)));
        let of_step = |slot: usize| step.first_slot.is_some_and(|first| (first..=step.last_slot).contains(&slot));
        for note in story.notes.iter().filter(|note| of_step(note.slot)) {
            let tone = note.tone.word();
            let said = match note.what {
                Noted::End => text(&note.text),
                Noted::Fault | Noted::Over => format!("▼ {}: {}", text(&note.name), text(&note.text)),
            };
            put(&mut out, format_args!("<p>{}<span class=\"dv-{tone}\">{said}</span></p>\n", time(note.at)));
            if let Some(said) = &note.said {
                out += &found(said);
            }
        }
        put(&mut out, format_args!("<p>{}<span>{}</span></p></li>\n", time(step.finished), text(&step.stands)));
    }
    out + "</ol>\n"
}
