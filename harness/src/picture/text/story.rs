//! Lanes in a terminal: one row for pairs that fare alike, one column or more for each moment.

use dasdlab_model::event::Time;

use super::{Page, counted};
use crate::cli::paint::{Shade, masked};
use crate::picture::glyph::Tone;
use crate::picture::lanes::Lane;
use crate::picture::notes::{Note, Noted};
use crate::picture::scale::Scale;
use crate::picture::{Picture, Story};

/// The room for the names of lanes.
const MARGIN: usize = 25;

/// The room for the times of steps.
const FRONT: usize = 20;

/// The most findings of one piece of work.
const FINDINGS: usize = 3;

impl Page {
    pub(super) fn story(&mut self, picture: &Picture, story: &Story, shown: usize) {
        let columns = self.width - MARGIN;
        let scale = Scale::new(story, columns);
        self.heading("lanes");
        let quiet = "  moments in order: wider where longer nothing happens, but not to scale";
        self.text(Some(Tone::Quiet), quiet, 2);
        self.ruler(story, &scale, columns);
        self.steps_row(story, &scale, columns);
        for lane in &story.lanes {
            self.lane(lane, &scale, columns);
        }
        if story.lanes.is_empty() {
            self.text(Some(Tone::Quiet), "  no pair", 2);
        }
        self.marks(story, &scale, columns);
        self.cursor(&scale, columns, shown);
        if story.lanes_left_out > 0 {
            let text = format!("  {} not drawn", counted(story.lanes_left_out, "more lane"));
            self.text(Some(Tone::Quiet), &text, 2);
        }
        if picture.pairs_left_out > 0 {
            let text = format!("  {} in no lane", counted(picture.pairs_left_out, "more pair"));
            self.text(Some(Tone::Quiet), &text, 2);
        }
        if story.slots_joined > 0 {
            let text = format!("  {} joined to others: there is no room for all", counted(story.slots_joined, "moment"));
            self.text(Some(Tone::Quiet), &text, 2);
        }
        self.line("");
        self.told(story);
    }

    fn row(&mut self, name: &str, row: &str) {
        let gap = " ".repeat(MARGIN.saturating_sub(2 + name.chars().count()));
        self.line(&format!("  {name}{gap}{row}"));
    }

    /// Instants, wherever there is room for one.
    fn ruler(&mut self, story: &Story, scale: &Scale, columns: usize) {
        let mut row = String::new();
        let mut before = None;
        for (slot, moment) in story.slots.iter().enumerate() {
            let (at, text) = (scale.at(slot), moment.at.to_string());
            let text = text.split('.').next().unwrap_or_default().to_owned();
            let is_free = row.is_empty() || at > row.chars().count();
            if before != Some(moment.at.0 / 1_000) && is_free && at + text.chars().count() <= columns {
                row += &" ".repeat(at - row.chars().count());
                row += &text;
                before = Some(moment.at.0 / 1_000);
            }
        }
        let row = self.paint.paint(Shade::Dim, &row);
        self.row("time", &row);
    }

    /// Where steps begin, by number.
    fn steps_row(&mut self, story: &Story, scale: &Scale, columns: usize) {
        let mut row: Vec<char> = vec!['─'; columns];
        for step in &story.steps {
            let Some(slot) = step.first_slot else { continue };
            for (offset, glyph) in ['┬'].into_iter().chain(step.number.to_string().chars()).enumerate() {
                if let Some(place) = row.get_mut(scale.at(slot) + offset) {
                    *place = glyph;
                }
            }
        }
        let row = self.paint.paint(Shade::Dim, &row.into_iter().collect::<String>());
        self.row("step", &row);
    }

    fn lane(&mut self, lane: &Lane, scale: &Scale, columns: usize) {
        let generation = lane.generation.map_or_else(|| "other".to_owned(), |number| format!("g{number}"));
        let name: String = masked(&format!("{generation:<3} {}", lane.name)).chars().take(MARGIN - 3).collect();
        let mut row = String::new();
        let mut used = 0;
        for span in &lane.spans {
            let to = scale.at(span.to).min(columns);
            let wide = to.saturating_sub(used);
            used = used.max(to);
            row += &match span.state.map(crate::picture::glyph::CopyState::sign) {
                Some(sign) => self.toned(sign.tone, &sign.glyph.to_string().repeat(wide)),
                None => self.toned(Tone::Quiet, &"·".repeat(wide)),
            };
        }
        self.row(&name, &row);
    }

    /// Faults by letter, and ends by return code.
    fn marks(&mut self, story: &Story, scale: &Scale, columns: usize) {
        let faults = faults(story);
        let letter = |note: &Note| match note.what {
            Noted::Fault => letter(&faults, &note.name),
            _ => None,
        };
        let code = |note: &Note| match (&note.what, &note.said) {
            (Noted::End, Some(said)) if said.return_code == 12 => Some('C'),
            (Noted::End, Some(said)) => char::from_digit(said.return_code.into(), 10),
            (Noted::End, None) if note.tone == Tone::Bad => Some('R'),
            _ => None,
        };
        self.marked("fault", story, scale, columns, &letter);
        self.marked("return code", story, scale, columns, &code);
    }

    fn marked(&mut self, name: &str, story: &Story, scale: &Scale, columns: usize, glyph: &dyn Fn(&Note) -> Option<char>) {
        let mut row: Vec<(char, Tone)> = vec![(' ', Tone::Quiet); columns];
        let mut any = false;
        for note in &story.notes {
            let Some(glyph) = glyph(note) else { continue };
            // Of two in one column the second goes beside it where it can.
            let at = scale.at(note.slot).min(columns.saturating_sub(1));
            let free = (at..columns).find(|at| row.get(*at).is_some_and(|(glyph, _)| *glyph == ' ')).unwrap_or(at);
            if let Some(place) = row.get_mut(free) {
                *place = (glyph, note.tone);
            }
            any = true;
        }
        if any {
            let row: String = row
                .into_iter()
                .map(|(glyph, tone)| if glyph == ' ' { " ".to_owned() } else { self.toned(tone, &glyph.to_string()) })
                .collect();
            self.row(name, &row);
        }
    }

    /// Where the grids are.
    fn cursor(&mut self, scale: &Scale, columns: usize, shown: usize) {
        let at = scale.at(shown).min(columns.saturating_sub(1));
        let row = format!("{}^", " ".repeat(at));
        self.row("grids above", &row);
    }

    /// What was done and what came of it, in words.
    fn told(&mut self, story: &Story) {
        let faults = faults(story);
        if !story.steps.is_empty() {
            self.heading("steps");
        }
        for step in &story.steps {
            let name = if step.name.is_empty() { String::new() } else { format!(" ({})", step.name) };
            let front = format!("  {:>2}  {}  ", step.number, step.began);
            self.behind(&front, None, &format!("{}{name}", step.what));
            let of_step = |note: &&Note| step.first_slot.is_some_and(|first| (first..=step.last_slot).contains(&note.slot));
            let mut shown = step.began;
            let mut front = |at: Time| {
                let text = if at == shown { String::new() } else { at.to_string() };
                shown = at;
                format!("      {text:<12}  ")
            };
            for note in story.notes.iter().filter(of_step) {
                let text = match note.what {
                    Noted::End => note.text.clone(),
                    Noted::Fault | Noted::Over => {
                        let letter = letter(&faults, &note.name).map(|letter| format!("{letter}, ")).unwrap_or_default();
                        format!("fault {letter}{}: {}", note.name, note.text)
                    }
                };
                self.behind(&front(note.at), Some(note.tone), &text);
                if let Some(said) = &note.said {
                    self.found(said, FRONT + 2, FINDINGS);
                }
            }
            self.behind(&front(step.finished), Some(Tone::Quiet), &step.stands);
        }
        if let Some(untold) = &story.untold {
            self.line("");
            self.text(Some(Tone::Bad), &format!("the story ends here: {untold}"), 2);
        }
    }
}

/// The faults that came, by name, each once.
fn faults(story: &Story) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for note in story.notes.iter().filter(|note| note.what == Noted::Fault) {
        if !names.contains(&note.name.as_str()) {
            names.push(&note.name);
        }
    }
    names
}

/// The letter of a fault: a to z, and + for those behind.
fn letter(faults: &[&str], name: &str) -> Option<char> {
    let at = faults.iter().position(|fault| *fault == name)?;
    Some(('a'..='z').nth(at).unwrap_or('+'))
}
