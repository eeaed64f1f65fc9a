//! Comments of a TOML file, carried from one way of writing a document to another.
//!
//! A comment belongs to the thing that it stands above or beside. In the other text it goes to the same thing, or where
//! that is not written out (a default, an entry of a line) to the nearest thing around it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;

/// A step from a document to a thing in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Field(String),
    Item(usize),
}

/// A thing of a document: the way to it, and where it is written.
struct Thing {
    path: Vec<Step>,
    span: Range<usize>,
}

/// Where a comment belongs.
enum Anchor {
    /// On lines of its own, above a thing.
    Above(Vec<Step>),
    /// At the end of the line on which a thing begins.
    Beside(Vec<Step>),
    /// On lines of its own, after the last entry of a list.
    Last(Vec<Step>),
    /// After everything.
    End,
}

/// How many comments a text has.
#[must_use]
pub fn count(text: &str) -> usize {
    spans(text).len()
}

/// Puts the comments of one text into another text of the same document.
///
/// # Errors
/// A text is no TOML, or a comment has no place in the other text.
pub fn carry(from: &str, to: &str) -> Result<String, Problem> {
    let comments = spans(from);
    if comments.is_empty() {
        return Ok(to.to_owned());
    }
    let source = things(from)?;
    let target: BTreeMap<Vec<Step>, Range<usize>> = things(to)?.into_iter().map(|thing| (thing.path, thing.span)).collect();
    let lines: Vec<usize> = to.match_indices('\n').map(|(newline, _)| newline).collect();
    let mut placed = Placed::default();
    for span in &comments {
        let comment = from.get(span.clone()).unwrap_or_default().trim_end();
        let rest = from.get(span.end..).unwrap_or_default();
        let apart =
            rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')).is_some_and(|rest| rest.lines().next().is_some_and(is_blank));
        match anchor(from, &source, span) {
            Anchor::Above(path) => placed.above(line_of(&lines, find(&target, &path).start), comment, apart),
            Anchor::Beside(path) => {
                let line = line_of(&lines, find(&target, &path).start);
                // A text of several lines leaves no room behind its opening quotes.
                let opens = to.lines().nth(line).is_some_and(|line| line.ends_with("\"\"\"") || line.ends_with("'''"));
                if opens { placed.above(line, comment, false) } else { placed.beside(line, comment) }
            }
            Anchor::Last(path) => {
                let span = find(&target, &path);
                let (first, last) = (line_of(&lines, span.start), line_of(&lines, span.end.saturating_sub(1)));
                placed.above(first.max(last), comment, false);
            }
            Anchor::End => placed.above(lines.len(), comment, apart),
        }
    }
    let text = placed.write(to);
    let all = |text: &str| -> Vec<String> {
        let mut all: Vec<String> =
            spans(text).into_iter().map(|span| text.get(span).unwrap_or_default().trim_end().to_owned()).collect();
        all.sort_unstable();
        all
    };
    if all(&text) == all(from) { Ok(text) } else { Err(Problem::usage("a comment has no place in the canonical form")) }
}

/// Comments by the line, counted from 0, of the text they are put into.
#[derive(Default)]
struct Placed<'a> {
    above: BTreeMap<usize, Vec<(&'a str, bool)>>,
    beside: BTreeMap<usize, &'a str>,
}

impl<'a> Placed<'a> {
    fn above(&mut self, line: usize, comment: &'a str, apart: bool) {
        self.above.entry(line).or_default().push((comment, apart));
    }

    /// A line has room for one comment; a second one goes above it.
    fn beside(&mut self, line: usize, comment: &'a str) {
        match self.beside.entry(line) {
            Entry::Vacant(free) => {
                free.insert(comment);
            }
            Entry::Occupied(_) => self.above(line, comment, false),
        }
    }

    fn write(&self, to: &str) -> String {
        let mut out = String::new();
        let write_above = |line: usize, indent: &str, out: &mut String| {
            for (comment, apart) in self.above.get(&line).into_iter().flatten() {
                out.push_str(indent);
                out.push_str(comment);
                out.push_str(if *apart { "\n\n" } else { "\n" });
            }
        };
        let mut end = 0;
        for (number, line) in to.lines().enumerate() {
            // The closing bracket of a list is less indented than what stands before it.
            let indent = if line == "]" { "  " } else { line.get(..line.len() - line.trim_start().len()).unwrap_or_default() };
            write_above(number, indent, &mut out);
            out.push_str(line);
            if let Some(comment) = self.beside.get(&number) {
                out.push_str("  ");
                out.push_str(comment);
            }
            out.push('\n');
            end = number + 1;
        }
        if self.above.contains_key(&end) {
            out.push('\n');
            write_above(end, "", &mut out);
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
        out
    }
}

/// Where a comment belongs, by the things around it.
fn anchor(text: &str, things: &[Thing], comment: &Range<usize>) -> Anchor {
    let start = text.get(..comment.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let alone = text.get(start..comment.start).is_some_and(is_blank);
    let until = |offset: usize| things.get(..things.partition_point(|thing| thing.span.start < offset)).unwrap_or_default();
    let before = until(comment.start);
    if !alone {
        let begins = things.get(until(start).len()..before.len()).and_then(<[Thing]>::first);
        let ends = || before.iter().find(|thing| (start..comment.start).contains(&thing.span.end.saturating_sub(1)));
        if let Some(thing) = begins.or_else(ends) {
            return Anchor::Beside(thing.path.clone());
        }
    }
    let next = things.get(before.len());
    let inside = before.iter().rfind(|thing| comment.end < thing.span.end);
    match (next, inside) {
        (Some(next), Some(inside)) if next.path.starts_with(&inside.path) => Anchor::Above(next.path.clone()),
        (_, Some(inside)) => Anchor::Last(inside.path.clone()),
        (Some(next), None) => Anchor::Above(next.path.clone()),
        (None, None) => Anchor::End,
    }
}

/// Where the thing is written, or the nearest thing around it.
fn find(things: &BTreeMap<Vec<Step>, Range<usize>>, path: &[Step]) -> Range<usize> {
    (1..=path.len()).rev().find_map(|length| things.get(path.get(..length)?)).cloned().unwrap_or(0..0)
}

/// The line, counted from 0, that holds this byte of a text with newlines at these bytes.
fn line_of(newlines: &[usize], offset: usize) -> usize {
    newlines.partition_point(|&newline| newline < offset)
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Every thing of a document in the order in which they begin; of those that begin at one place the innermost first.
fn things(text: &str) -> Result<Vec<Thing>, Problem> {
    let root = DeTable::parse(text).map_err(|error| Problem::usage(error.message().to_owned()))?;
    let mut things = Vec::new();
    table(root.get_ref(), &mut Vec::new(), &mut things);
    things.sort_by(|a: &Thing, b: &Thing| (a.span.start, b.path.len()).cmp(&(b.span.start, a.path.len())));
    Ok(things)
}

fn table(of: &DeTable<'_>, path: &mut Vec<Step>, things: &mut Vec<Thing>) {
    for (key, value) in of {
        path.push(Step::Field(key.get_ref().to_string()));
        let start = key.span().start.min(value.span().start);
        things.push(Thing { path: path.clone(), span: start..value.span().end });
        inner(value, path, things);
        path.pop();
    }
}

fn inner(value: &Spanned<DeValue<'_>>, path: &mut Vec<Step>, things: &mut Vec<Thing>) {
    match value.get_ref() {
        DeValue::Table(of) => table(of, path, things),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Item(index));
                things.push(Thing { path: path.clone(), span: item.span() });
                inner(item, path, things);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The comments of a TOML text, from `#` to the end of the line: a `#` within a string begins none.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest.chars().next() {
            Some('#') => {
                let length = rest.find('\n').unwrap_or(rest.len());
                found.push(at..at + length);
                length
            }
            Some(quote @ ('"' | '\'')) => string_length(rest, quote),
            Some(other) => other.len_utf8(),
            None => break,
        };
    }
    found
}

/// The bytes of the string that a text begins with, quotes included.
fn string_length(text: &str, quote: char) -> usize {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let closing = if text.starts_with(&triple) { triple.as_str() } else { triple.get(..1).unwrap_or_default() };
    let mut at = closing.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(closing) {
            // A multi-line string may end with quotes of its own.
            let extra = if closing.len() == 3 { rest.chars().skip(3).take(2).take_while(|&c| c == quote).count() } else { 0 };
            return at + closing.len() + extra;
        }
        let escaped = quote == '"' && rest.starts_with('\\');
        at += rest.chars().take(if escaped { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        assert_eq!(carry(from, to).unwrap(), expected);
        // What has been carried once stays where it is.
        assert_eq!(carry(expected, to).unwrap(), expected);
    }

    #[test]
    fn a_comment_goes_with_the_thing_below_it() {
        check(
            "# a site\n\nformat = 1\n# the box\n[[arrays]]\nserial = 'A'\n",
            "format = 1\n\n[[arrays]]\nserial = \"A\"\n",
            "# a site\n\nformat = 1\n\n# the box\n[[arrays]]\nserial = \"A\"\n",
        );
    }

    #[test]
    fn a_comment_at_the_end_of_a_line_stays_there() {
        check("a = 1   # one\nb = '#2' # two\n", "a = 1\nb = \"#2\"\n", "a = 1  # one\nb = \"#2\"  # two\n");
    }

    #[test]
    fn comments_of_blocks_find_the_lines_that_the_blocks_become() {
        check(
            "# first\n[[v]]\nn = 1\n# why thin\nthin = true\n# second\n[[v]]\nn = 2 # x\n",
            "v = [\n  { n = 1, thin = true },\n  { n = 2 },\n]\n",
            "v = [\n  # first\n  # why thin\n  { n = 1, thin = true },\n  # second\n  { n = 2 },  # x\n]\n",
        );
    }

    #[test]
    fn a_comment_after_the_last_entry_stays_in_its_list() {
        check(
            "v = [\n  { n = 1 },\n  # { n = 2 },\n]\nb = 1\n",
            "v = [\n  { n = 1 },\n]\nb = 1\n",
            "v = [\n  { n = 1 },\n  # { n = 2 },\n]\nb = 1\n",
        );
    }

    #[test]
    fn a_comment_on_what_is_not_written_out_goes_to_what_is_around_it() {
        check("[a]\nb = 1\n# only the default\nc = 0\n", "[a]\nb = 1\n", "# only the default\n[a]\nb = 1\n");
    }

    #[test]
    fn a_comment_beside_a_text_of_several_lines_goes_above_it() {
        check("a = \"x\\ny\" # c\n", "a = \"\"\"\nx\ny\"\"\"\n", "# c\na = \"\"\"\nx\ny\"\"\"\n");
    }

    #[test]
    fn a_comment_after_everything_stays_at_the_end() {
        check("a = 1\n\n# end\n", "a = 1\n", "a = 1\n\n# end\n");
    }

    #[test]
    fn a_sign_within_a_string_begins_no_comment() {
        for text in
            ["a = \"#\"", "a = '#'", "a = \"\\\"#\"", "a = \"\"\"\n#\"\"\"\"\"", "a = '''\n# '' '''", "a = \"", "\"#\" = 1"]
        {
            assert_eq!(count(text), 0, "{text}");
        }
        assert_eq!(count("a = '' # b # c\n#\r\n"), 2);
    }
}
