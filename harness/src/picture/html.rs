//! A picture in a browser: grids and lanes as SVG, tables beside them, and a slider for the moments of a story.
//!
//! Colours come from the page alone (`--ink`, `--paper`, `--panel`, `--line`, `--muted`, `--accent`, `--good`, `--warn`,
//! `--bad`, `--mono`), and only repeat what glyphs say. Without scripts a story is shown as it ends.

mod frames;
mod grid;
mod lanes;
mod tables;

use std::fmt::Write as _;
use std::io;

use super::glyph::{CopyState, Sign};
use super::legend::Legend;
use super::text::together;
use super::{Grid, Picture, Said, notes};
use crate::report::html::page::{Page, Section};
use crate::report::html::parts::text;
use crate::report::picture::number;
use frames::Frames;

/// How pictures look.
pub const STYLE: &str = include_str!("html/style.css");

/// How the slider moves.
pub const SCRIPT: &str = include_str!("html/script.js");

/// A page with one picture.
///
/// # Errors
/// It cannot be written.
pub fn page(picture: &Picture, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(format!("{}: dasdlab", picture.id), "picture");
    let (head, name) = match picture.title.as_str() {
        "" => (&picture.id, String::new()),
        _ => (&picture.title, format!("<p><code>{}</code></p>\n", text(&picture.id))),
    };
    page.lead = format!("<h1>{}</h1>\n{name}<p>{}</p>\n", text(head), text(&about(picture)));
    let parts = Parts::new(picture, "p");
    let section = |id, name: &str, body: String| Section { id, name: name.to_owned(), body, ..Section::default() };
    if picture.story.is_some() {
        // The slider moves lanes and grids alike: one figure.
        page.sections.push(section("story", "What happens", parts.figure(&(parts.lanes() + &parts.grids()))));
        page.sections.push(section("steps", "Steps", tables::steps(picture)));
    } else {
        if let Some(said) = &picture.verdict {
            page.sections.push(section("findings", "What profile setup says", findings(said)));
        }
        page.sections.push(section("grids", "Unit addresses", parts.figure(&parts.grids())));
    }
    page.sections.push(section("pairs", "Pairs", tables::pairs(picture)));
    page.sections.push(section("tables", "The same as tables", parts.tables()));
    page.styles.push(STYLE);
    page.scripts.push(SCRIPT);
    page.foot = format!("Drawn by dasdlab {}.", env!("CARGO_PKG_VERSION"));
    page.write(out)
}

/// A picture as part of a page. Several fit on one page where each has an id of its own: letters, digits and hyphens.
#[must_use]
pub fn fragment(picture: &Picture, id: &str) -> String {
    let parts = Parts::new(picture, id);
    let mut body = format!("<p class=\"dv-about\">{}</p>\n", text(&about(picture)));
    if picture.story.is_some() {
        body += &parts.lanes();
    }
    body += &parts.grids();
    body += "<details class=\"dv-more\"><summary>The same as tables</summary>\n";
    if picture.story.is_some() {
        body += &tables::steps(picture);
    }
    body += &tables::pairs(picture);
    body += &parts.tables();
    body += "</details>\n";
    parts.figure(&body)
}

/// A picture of the present instant as part of a page: with what profile setup says of it.
#[must_use]
pub fn live(picture: &Picture) -> String {
    let parts = Parts::new(picture, "live");
    let mut body = format!("<p class=\"dv-about\">{}</p>\n", text(&about(picture)));
    body += &parts.grids();
    if let Some(said) = &picture.verdict {
        body += "<details class=\"dv-more\"><summary>What profile setup would find</summary>\n";
        body += &findings(said);
        body += "</details>\n";
    }
    body += "<details class=\"dv-more\"><summary>The same as tables</summary>\n";
    body += &tables::pairs(picture);
    body += &parts.tables();
    body += "</details>\n";
    parts.figure(&body)
}

/// The profile and the site, in a line.
fn about(picture: &Picture) -> String {
    let volumes =
        if picture.volumes == 1 { "1 volume".to_owned() } else { format!("{} volumes", number(picture.volumes as u64)) };
    match &picture.profile {
        Some(about) => {
            let state = if picture.story.is_some() { String::new() } else { format!(", {}", about.state) };
            format!("Profile {} on {} ({}){state}; {volumes}", about.name, about.system, about.kind)
        }
        None => format!("No profile; {volumes}"),
    }
}

/// What the parts of one picture share.
struct Parts<'a> {
    picture: &'a Picture,
    /// What every id begins with.
    id: &'a str,
    /// The grids as they look in the end.
    last: Vec<Grid>,
    frames: Frames,
}

impl<'a> Parts<'a> {
    fn new(picture: &'a Picture, id: &'a str) -> Self {
        let slot = picture.story.as_ref().map(|story| story.slots.len().saturating_sub(1));
        Self { picture, id, last: picture.grids_at(slot), frames: Frames::new(picture) }
    }

    /// The frame around everything that the slider moves.
    fn figure(&self, body: &str) -> String {
        let name = text(&format!("Picture of {}", self.picture.id));
        let data = self.frames.attributes(self.picture);
        let slider = self.slider();
        format!("<figure class=\"dv\" id=\"{}\" aria-label=\"{name}\"{data}>\n{slider}{body}</figure>\n", self.id)
    }

    /// The slider; a script shows it.
    fn slider(&self) -> String {
        let Some(story) = &self.picture.story else { return String::new() };
        let last = story.slots.len().saturating_sub(1);
        let id = self.id;
        let shown = frames::named(self.picture, last);
        format!(
            "<div class=\"dv-time\" hidden>\n<button type=\"button\" data-by=\"-1\" aria-label=\"One moment back\">◂</button>\n\
             <input type=\"range\" id=\"{id}-at\" min=\"0\" max=\"{last}\" value=\"{last}\" aria-label=\"Moment of the story\">\n\
             <button type=\"button\" data-by=\"1\" aria-label=\"One moment on\">▸</button>\n\
             <output for=\"{id}-at\">{}</output>\n</div>\n<noscript><p class=\"dv-about\">As it ends.</p></noscript>\n",
            text(&shown)
        )
    }

    fn grids(&self) -> String {
        let one = if self.last.len() == 1 { " dv-one" } else { "" };
        let mut out = format!("<div class=\"dv-board{one}\">\n<div class=\"dv-grids\">\n");
        if !self.last.is_empty() {
            out += &grid::symbols(self.id);
        }
        let mut next = 0;
        for (at, both) in self.last.iter().zip(&self.picture.grids).enumerate() {
            let grid = both.0;
            out += &grid::grid(both, self.id, at, next, &self.frames);
            next += grid.cells.len();
        }
        out += "</div>\n";
        if self.picture.grids_left_out > 0 {
            put(
                &mut out,
                format_args!(
                    "<p class=\"dv-about\">{} more logical subsystems are not drawn.</p>\n",
                    self.picture.grids_left_out
                ),
            );
        }
        out + &self.legend() + "</div>\n"
    }

    fn lanes(&self) -> String {
        self.picture.story.as_ref().map(|story| lanes::lanes(self.picture, story)).unwrap_or_default()
    }

    /// The signs that are used at any moment, and no other.
    fn legend(&self) -> String {
        let lanes = self.picture.story.as_ref().map_or(&[][..], |story| &story.lanes);
        let copies = lanes.iter().flat_map(|lane| &lane.spans).filter_map(|span| span.state);
        let mut grids = self.picture.grids.clone();
        // A grid of every look that there is.
        let changed = self.picture.story.iter().flat_map(|story| &story.slots).flat_map(|slot| &slot.changes);
        if let Some(grid) = grids.first_mut()
            && let Some(cell) = grid.cells.first().cloned()
        {
            grid.cells.extend(changed.map(|(_, look)| super::Cell { look: *look, ..cell.clone() }));
        }
        let legend = Legend::of(&grids, copies.chain(self.picture.pairs.iter().filter_map(|pair| pair.copy)));
        let mut out = String::from("<dl class=\"dv-legend\">\n");
        for (name, signs) in legend.groups() {
            put(&mut out, format_args!("<div><dt>{name}</dt><dd>"));
            for (glyphs, sign) in together(signs) {
                let shown = match name {
                    "status" => grid::swatch(self.id, sign.name),
                    _ => format!("<b class=\"dv-{}\">{}</b>", sign.tone.word(), text(&glyphs)),
                };
                put(&mut out, format_args!("<span>{shown} {}</span>", sign.name));
            }
            out += "</dd></div>\n";
        }
        out + "</dl>\n"
    }

    fn tables(&self) -> String {
        tables::grids(&self.last)
            + &self.picture.story.as_ref().map(|story| tables::lanes(self.picture, story)).unwrap_or_default()
    }
}

/// A verdict with its findings.
fn findings(said: &Said) -> String {
    let scope = said.restore_scope.map(|scope| format!("; a backup would permit restores: {scope}")).unwrap_or_default();
    let tone = notes::tone(said.return_code).word();
    let mut out = format!("<p><b class=\"dv-{tone}\">Return code {}</b>{scope}</p>\n", said.return_code);
    out += &found(said);
    out
}

/// Findings as a list; nothing where there are none.
fn found(said: &Said) -> String {
    if said.findings.is_empty() {
        return String::new();
    }
    let mut out = String::from("<ul class=\"dv-found\">\n");
    for found in &said.findings {
        let Sign { tone, .. } = super::glyph::mark(found.severity);
        put(
            &mut out,
            format_args!(
                "<li><b class=\"dv-{}\">{}</b> {} <span>{}</span></li>\n",
                tone.word(),
                found.code,
                found.reason,
                text(&found.about)
            ),
        );
    }
    if said.findings_left_out > 0 {
        put(&mut out, format_args!("<li>and {} more</li>\n", said.findings_left_out));
    }
    out + "</ul>\n"
}

/// A state with its glyph.
fn state(copy: Option<CopyState>) -> String {
    match copy.map(CopyState::sign) {
        Some(sign) => format!("<b class=\"dv-{}\">{}</b> {}", sign.tone.word(), text(&sign.glyph.to_string()), sign.name),
        None => "no copy".to_owned(),
    }
}

/// Adds to a text.
fn put(out: &mut String, said: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(said);
}
