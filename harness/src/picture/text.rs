//! A picture in a terminal: one glyph for each thing, so that it says the same without colour.

mod grid;
mod story;

use super::glyph::{Sign, Tone};
use super::legend::Legend;
use super::{Picture, Said};
use crate::cli::paint::{Paint, Shade, masked};
use crate::story::timeline::render::wrapped;

/// The most lines of pairs.
const MAX_RUNS: usize = 40;

/// How a picture is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    /// Columns.
    pub width: usize,
    /// With or without colour.
    pub paint: Paint,
    /// The moment of a story whose grids are shown; the last where left out.
    pub slot: Option<usize>,
}

/// The narrowest picture in which a grid has room.
pub const MIN_WIDTH: usize = 72;

/// The picture as a text.
#[must_use]
pub fn draw(picture: &Picture, drawing: Drawing) -> String {
    let mut page = Page { out: String::new(), width: drawing.width.max(MIN_WIDTH), paint: drawing.paint };
    let slot = picture.story.as_ref().map(|story| {
        let last = story.slots.len().saturating_sub(1);
        drawing.slot.map_or(last, |slot| slot.min(last))
    });
    page.head(picture);
    page.instant(picture, slot);
    let grids = picture.grids_at(slot);
    for grid in &grids {
        page.grid(grid);
    }
    if picture.grids_left_out > 0 {
        let count = picture.grids_left_out;
        let are = if count == 1 { "subsystem is" } else { "subsystems are" };
        page.text(None, &format!("{count} more logical {are} not drawn: --lss ARRAY/LSS shows one"), 0);
        page.line("");
    }
    let runs = picture.runs_at(slot);
    let lanes = picture.story.as_ref().map_or(&[][..], |story| &story.lanes);
    let spans = lanes.iter().flat_map(|lane| &lane.spans).filter_map(|span| span.state);
    page.legend(&Legend::of(&grids, runs.iter().filter_map(|run| run.first.copy).chain(spans)));
    page.pairs(picture, &runs);
    if let Some(said) = &picture.verdict {
        page.findings(said);
    }
    if let Some(story) = &picture.story {
        page.story(picture, story, slot.unwrap_or_default());
    }
    page.out
}

/// The shade of a tone.
const fn shade(tone: Tone) -> Option<Shade> {
    match tone {
        Tone::Quiet => Some(Shade::Dim),
        Tone::Plain => None,
        Tone::Active => Some(Shade::Blue),
        Tone::Good => Some(Shade::Green),
        Tone::Warn => Some(Shade::Yellow),
        Tone::Bad => Some(Shade::Red),
    }
}

/// The page that is being written.
struct Page {
    out: String,
    width: usize,
    paint: Paint,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out += text.trim_end();
        self.out.push('\n');
    }

    /// A text from anywhere, wrapped; what goes on is indented so far.
    fn text(&mut self, tone: Option<Tone>, text: &str, indented: usize) {
        for row in wrapped(&masked(text), self.width, indented) {
            let row = tone.and_then(shade).map_or_else(|| row.clone(), |shade| self.paint.paint(shade, &row));
            self.line(&row);
        }
    }

    /// A text behind something that stands in front of its first row only.
    fn behind(&mut self, front: &str, tone: Option<Tone>, text: &str) {
        self.behind_a(front, Shade::Dim, tone, text);
    }

    /// The same, with another shade of what stands in front.
    fn behind_a(&mut self, front: &str, front_shade: Shade, tone: Option<Tone>, text: &str) {
        let margin = front.chars().count();
        for (row, text) in wrapped(&masked(text), self.width.saturating_sub(margin), 2).into_iter().enumerate() {
            let front = if row == 0 { self.paint.paint(front_shade, front) } else { " ".repeat(margin) };
            let text = tone.and_then(shade).map_or_else(|| text.clone(), |shade| self.paint.paint(shade, &text));
            self.line(&(front + &text));
        }
    }

    fn heading(&mut self, text: &str) {
        let text = self.paint.paint(Shade::Bold, text);
        self.line(&text);
    }

    fn toned(&self, tone: Tone, text: &str) -> String {
        shade(tone).map_or_else(|| text.to_owned(), |shade| self.paint.paint(shade, text))
    }

    /// What the picture is of.
    fn head(&mut self, picture: &Picture) {
        self.heading(&masked(&picture.id));
        if !picture.title.is_empty() {
            self.text(None, &picture.title, 0);
        }
        let volumes = match picture.volumes {
            1 => "1 volume".to_owned(),
            count => format!("{count} volumes"),
        };
        match &picture.profile {
            Some(about) => {
                let others = match about.others {
                    0 => String::new(),
                    1 => "; 1 other profile".to_owned(),
                    count => format!("; {count} other profiles"),
                };
                let state = if picture.story.is_some() { String::new() } else { format!(", {}", about.state) };
                let text = format!("profile {} on {} ({}){state}; {volumes}{others}", about.name, about.system, about.kind);
                self.text(Some(Tone::Quiet), &text, 2);
            }
            None => self.text(Some(Tone::Quiet), &format!("no profile; {volumes}"), 2),
        }
        self.line("");
    }

    /// Which moment of a story the grids show.
    fn instant(&mut self, picture: &Picture, slot: Option<usize>) {
        let Some((story, slot)) = picture.story.as_ref().zip(slot) else { return };
        let Some(shown) = story.slots.get(slot) else { return };
        let place = if slot + 1 == story.slots.len() { "as it ends".to_owned() } else { format!("moment {slot}") };
        let step = story.steps.iter().find(|step| step.number == shown.step);
        let step = step.map(|step| format!(", step {}: {}", step.number, step.what)).unwrap_or_default();
        let doing = if shown.step > 0 { format!(" ({})", shown.doing) } else { String::new() };
        self.text(None, &format!("at {} ({place}){step}{doing}", shown.at), 2);
        self.line("");
    }

    /// The signs that are used, and no other.
    fn legend(&mut self, legend: &Legend) {
        let mut some = false;
        for (name, signs) in legend.groups() {
            some = true;
            let mut row = format!("  {name:<9}");
            let mut used = row.chars().count();
            for (glyphs, sign) in together(signs) {
                let wide = glyphs.chars().count() + 1 + sign.name.chars().count() + 3;
                if used + wide > self.width + 3 && used > 11 {
                    self.line(&row);
                    row = " ".repeat(11);
                    used = 11;
                }
                row += &format!("{} {}   ", self.toned(sign.tone, &glyphs), sign.name);
                used += wide;
            }
            self.line(&row);
        }
        if some {
            self.line("");
        }
    }

    fn pairs(&mut self, picture: &Picture, runs: &[super::Run]) {
        if runs.is_empty() {
            return;
        }
        self.heading("pairs");
        for run in runs.iter().take(MAX_RUNS) {
            let (from, to) = run.units();
            let generation = run.first.generation.map_or_else(|| "other".to_owned(), |number| format!("generation {number}"));
            let state = match run.first.copy.map(super::glyph::CopyState::sign) {
                Some(sign) => format!("{} {}", self.toned(sign.tone, &sign.glyph.to_string()), sign.name),
                None => self.toned(Tone::Quiet, run.state()),
            };
            let count = if run.count == 1 { String::new() } else { run.count.to_string() };
            let named = masked(&format!("  {generation:<14}{from:>11} -> {to:<11} {count:>5}  "));
            self.line(&(named + &state));
        }
        let hidden: usize = runs.iter().skip(MAX_RUNS).map(|run| run.count).sum::<usize>() + picture.pairs_left_out;
        if hidden > 0 {
            self.text(Some(Tone::Quiet), &format!("  {hidden} more pairs are not listed"), 2);
        }
        self.line("");
    }

    /// A verdict with its findings.
    fn findings(&mut self, said: &Said) {
        let scope = said.restore_scope.map(|scope| format!(", a backup would permit restores: {scope}")).unwrap_or_default();
        let code = self.toned(super::notes::tone(said.return_code), &format!("return code {}", said.return_code));
        self.line(&format!("{code}{scope}"));
        self.found(said, 2, usize::MAX);
    }

    /// Findings, of many only the first.
    fn found(&mut self, said: &Said, indent: usize, most: usize) {
        for found in said.findings.iter().take(most) {
            let text = format!("{} {} {}", found.code, found.reason, found.about);
            self.behind(&" ".repeat(indent), Some(super::glyph::mark(found.severity).tone), &text);
        }
        let hidden = said.findings.len().saturating_sub(most) + said.findings_left_out;
        if hidden > 0 {
            self.behind(&" ".repeat(indent), Some(Tone::Quiet), &format!("and {hidden} more"));
        }
    }
}

/// Signs with one name together: the targets of several generations.
pub(super) fn together(signs: &[Sign]) -> Vec<(String, Sign)> {
    let mut groups: Vec<(String, Sign)> = Vec::new();
    for sign in signs {
        match groups.last_mut().filter(|(_, last)| last.name == sign.name) {
            Some((glyphs, _)) => *glyphs += &format!(" {}", sign.glyph),
            None => groups.push((sign.glyph.to_string(), *sign)),
        }
    }
    groups
}

/// The number of something and its name, in the singular or the plural.
pub(super) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}
