//! The moments of a story as a script reads them: every look once, and which cell has which from when on.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::picture::glyph::{self, CopyState, Role};
use crate::picture::grid::Cell;
use crate::picture::scale::Scale;
use crate::picture::{Look, Picture};
use crate::report::html::parts::text;

/// The length of the axis: hundredths of a percent.
pub(super) const AXIS: usize = 10_000;

/// A look as it is drawn: glyph and tone of the role, status, glyph and tone of copy and finding, and all of it in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Drawn(
    pub(super) String,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) String,
    pub(super) &'static str,
    pub(super) String,
    pub(super) &'static str,
    pub(super) String,
);

impl Drawn {
    pub(super) fn new(look: &Look) -> Self {
        let role = look.role.sign();
        let status = if look.role == Role::Alias { "alias" } else { slug(look.status) };
        let copy = look.copy.map(CopyState::sign);
        let mark = look.mark.map(glyph::mark);
        let glyph = |sign: Option<glyph::Sign>| sign.map(|sign| sign.glyph.to_string()).unwrap_or_default();
        let tone = |sign: Option<glyph::Sign>| sign.map_or("quiet", |sign| sign.tone.word());
        Self(role.glyph.to_string(), role.tone.word(), status, glyph(copy), tone(copy), glyph(mark), tone(mark), words(look))
    }
}

/// The word of a status as it stands in names of symbols.
pub(super) const fn slug(status: Option<dasdlab_model::states::HostStatus>) -> &'static str {
    match status {
        Some(status) => status.as_str(),
        None => "none",
    }
}

/// A look in words; the label is that of the volume's name.
fn words(look: &Look) -> String {
    let mut words = vec![look.role.to_string()];
    if look.role != Role::Alias {
        words.push(glyph::status(look.status).name.to_owned());
    }
    words.extend(look.copy.map(|copy| copy.to_string()));
    if look.held {
        words.push("held".to_owned());
    }
    words.extend(look.mark.map(|mark| glyph::mark(mark).name.to_owned()));
    words.join(", ")
}

/// What the script is given.
#[derive(Debug, Default)]
pub(super) struct Frames {
    looks: Vec<Drawn>,
    /// The look of each cell at the beginning.
    first: Vec<usize>,
    /// Cell, look, cell, look … for each moment.
    slots: Vec<Vec<usize>>,
}

impl Frames {
    pub(super) fn new(picture: &Picture) -> Self {
        let mut this = Self::default();
        let Some(story) = &picture.story else { return this };
        let mut known: BTreeMap<Drawn, usize> = BTreeMap::new();
        let mut index = |look: &Look| {
            let next = known.len();
            *known.entry(Drawn::new(look)).or_insert(next)
        };
        let mut before = 0;
        let mut starts = Vec::new();
        for grid in &picture.grids {
            starts.push(before);
            before += grid.cells.len();
            this.first.extend(grid.cells.iter().map(|cell: &Cell| index(&cell.look)));
        }
        for slot in &story.slots {
            let mut changes = Vec::new();
            for (place, look) in &slot.changes {
                let at = picture
                    .grids
                    .get(place.grid)
                    .and_then(|grid| grid.cells.binary_search_by_key(&place.ua, |cell| cell.ua).ok());
                if let Some((at, start)) = at.zip(starts.get(place.grid)) {
                    changes.extend([start + at, index(look)]);
                }
            }
            this.slots.push(changes);
        }
        let mut looks: Vec<(usize, Drawn)> = known.into_iter().map(|(look, at)| (at, look)).collect();
        looks.sort_unstable();
        this.looks = looks.into_iter().map(|(_, look)| look).collect();
        this
    }

    /// Whether the script has anything to move.
    pub(super) fn is_moving(&self) -> bool {
        !self.slots.is_empty()
    }

    /// All of it as attributes of the figure.
    pub(super) fn attributes(&self, picture: &Picture) -> String {
        let Some(story) = &picture.story else { return String::new() };
        let scale = Scale::new(story, AXIS);
        let edges: Vec<usize> = (0..=story.slots.len()).map(|slot| scale.at(slot)).collect();
        let names: Vec<String> = (0..story.slots.len()).map(|slot| named(picture, slot)).collect();
        let looks = json(&self.looks);
        format!(
            " data-looks=\"{looks}\" data-first=\"{}\" data-slots=\"{}\" data-edges=\"{}\" data-names=\"{}\"",
            json(&self.first),
            json(&self.slots),
            json(&edges),
            json(&names)
        )
    }
}

/// JSON as the value of an attribute.
fn json<T: Serialize>(value: &T) -> String {
    // Numbers and texts always can be written.
    text(&serde_json::to_string(value).unwrap_or_default())
}

/// A moment in words.
pub(super) fn named(picture: &Picture, slot: usize) -> String {
    let Some(story) = &picture.story else { return String::new() };
    let Some(moment) = story.slots.get(slot) else { return String::new() };
    let step = story.steps.iter().find(|step| step.number == moment.step);
    match step {
        Some(step) if step.word == moment.doing => format!("{} · step {} · {}", moment.at, step.number, step.what),
        Some(step) => format!("{} · step {} · {} · {}", moment.at, step.number, step.what, moment.doing),
        None => format!("{} · {}", moment.at, moment.doing),
    }
}
