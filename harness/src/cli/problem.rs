//! What can be wrong with a command or its input, said in one message: where, what, and what would be right.

use std::path::{Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::paint::{escaped, masked};
use crate::exit::Exit;

/// The most characters of a line that is shown.
const SHOWN: usize = 200;
/// The characters that are shown of a fault in a longer line.
const NEAR: usize = 40;

/// A message to the user that ends the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// The file, where it is about one.
    pub file: Option<PathBuf>,
    /// Where in the file.
    pub place: Option<Box<Place>>,
    /// What to do about it.
    pub help: Option<String>,
    /// How the command ends.
    pub exit: Exit,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters are at fault.
    pub width: usize,
    /// The whole line; empty where it cannot be shown.
    pub text: String,
}

impl Problem {
    /// Bad usage or input.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), file: None, place: None, help: None, exit: Exit::Usage }
    }

    /// The machine failed.
    pub fn machine(message: impl Into<String>) -> Self {
        Self { exit: Exit::Machine, ..Self::usage(message) }
    }

    /// This program is at fault.
    pub fn fault(message: impl Into<String>) -> Self {
        Self { exit: Exit::Fault, ..Self::usage(message) }
    }

    /// About this file.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.file = Some(path.as_ref().to_owned());
        self
    }

    /// At this place.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place.map(Box::new);
        self
    }

    /// With this advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A name that is not known, with the nearest known one or where to find them.
    pub fn unknown(what: &str, found: &str, known: impl IntoIterator<Item = impl ToString>, list: &str) -> Self {
        let shown: String = found.chars().take(60).collect();
        let problem = Self::usage(format!("there is no {what} `{shown}`"));
        match dasdlab_model::declare::nearest(found, known) {
            Some(name) => problem.help(format!("did you mean `{name}`? {list}")),
            None => problem.help(list),
        }
    }

    /// The message for people: what, where, the line with a caret, and the advice.
    #[must_use]
    pub fn human(&self, color: bool) -> String {
        let path = self.file.as_deref().map(|path| masked(&path.display().to_string()));
        let help = self.help.as_deref().map(masked);
        let mut title = Group::with_title(Level::ERROR.primary_title(masked(&self.message)));
        match (&path, &self.place) {
            (Some(path), Some(place)) if place.text.chars().count() <= SHOWN && !place.text.is_empty() => {
                let (text, from, to) = marked(place);
                let snippet = Snippet::source(text)
                    .line_start(place.line)
                    .path(path.as_str())
                    .annotation(AnnotationKind::Primary.span(from..to));
                title = title.element(snippet);
            }
            (Some(path), Some(place)) => {
                // The renderer counts columns within what it is shown, so a line that is too long is not shown.
                title = title.element(Origin::path(path.as_str()).line(place.line).char_column(place.column));
                let near: String = clean(place).skip(place.column.saturating_sub(1)).take(NEAR).collect();
                if !near.trim().is_empty() {
                    title = title.element(Level::NOTE.message(format!("at `{near}`")));
                }
            }
            (Some(path), None) => title = title.element(Origin::path(path.as_str())),
            (None, _) => {}
        }
        if let Some(help) = &help {
            title = title.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.decor_style(DecorStyle::Ascii).render(&[title]);
        text.push('\n');
        text
    }

    /// The message for programs: one line.
    #[must_use]
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Message<'a> {
            error: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            file: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<usize>,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: Option<usize>,
            #[serde(skip_serializing_if = "Option::is_none")]
            help: Option<&'a str>,
            exit: u8,
        }
        let message = Message {
            error: &self.message,
            file: self.file.as_ref().map(|path| path.display().to_string()),
            line: self.place.as_ref().map(|place| place.line),
            column: self.place.as_ref().map(|place| place.column),
            help: self.help.as_deref(),
            exit: self.exit.code(),
        };
        serde_json::to_string(&message).map(|text| escaped(&text) + "\n").unwrap_or_default()
    }
}

/// The line, and the fault's bytes within it.
fn marked(place: &Place) -> (String, usize, usize) {
    let bytes = |skip, take| clean(place).skip(skip).take(take).map(char::len_utf8).sum::<usize>();
    let column = place.column.saturating_sub(1);
    let from = bytes(0, column);
    (clean(place).collect(), from, from + bytes(column, place.width.max(1)))
}

/// The line with control characters shown as blanks.
fn clean(place: &Place) -> impl Iterator<Item = char> {
    place.text.chars().map(|c| if c.is_control() { ' ' } else { c })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(column: usize, width: usize, text: &str, expected: &str) {
        let place = Place { line: 7, column, width, text: text.into() };
        let problem = Problem::usage("`5876.x` is not a level").file("site.toml").at(Some(place)).help("write 5876.82");
        assert_eq!(problem.human(false), expected);
    }

    #[test]
    fn a_located_problem_shows_its_line_with_a_caret() {
        check(
            11,
            8,
            "minimum = \"5876.x\"",
            "error: `5876.x` is not a level\n --> site.toml:7:11\n  |\n7 | minimum = \"5876.x\"\n  |           ^^^^^^^^\n  |\n  = help: write 5876.82\n",
        );
    }

    #[test]
    fn a_place_past_the_end_of_a_line_still_has_a_caret() {
        let place = Place { line: 1, column: 4, width: 1, text: "a =".into() };
        assert!(Problem::usage("m").file("f").at(Some(place)).human(false).contains("1:4"));
    }

    #[test]
    fn of_a_very_long_line_only_the_fault_is_shown() {
        let text = format!("{}fault{}", "a".repeat(10_000), "b".repeat(10_000));
        let place = Place { line: 1, column: 10_001, width: 5, text };
        let message = Problem::usage("m").file("f").at(Some(place)).human(false);
        assert_eq!(message, format!("error: m\n--> f:1:10001\n = note: at `fault{}`\n", "b".repeat(35)));
    }

    #[test]
    fn a_problem_for_programs_is_one_line() {
        let place = Place { line: 3, column: 5, width: 1, text: "x".into() };
        assert_eq!(
            Problem::usage("bad").file("f.toml").at(Some(place)).json(),
            "{\"error\":\"bad\",\"file\":\"f.toml\",\"line\":3,\"column\":5,\"exit\":2}\n"
        );
    }
}
