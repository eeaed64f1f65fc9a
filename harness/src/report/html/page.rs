//! The shell of a page: one file that needs nothing beside itself, works without scripts, and runs no script but its own.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::parts::text;

/// How every page looks. Parts use its colours: `--ink` (text), `--paper` (background), `--panel`, `--line`, `--muted`,
/// `--accent`, `--good`, `--warn`, `--bad`; and `--mono`, the font of what is typed.
const STYLE: &str = include_str!("style.css");

/// Light or dark, as it was chosen before.
const THEME: &str = include_str!("theme.js");

/// Copying, filtering, unfolding.
const SCRIPT: &str = include_str!("script.js");

/// The sign of the product: a stack of disks.
const MARK: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><rect x=\"1\" y=\"2\" width=\"14\" height=\"3\" rx=\"1.5\"/>\
<rect x=\"1\" y=\"6.5\" width=\"14\" height=\"3\" rx=\"1.5\"/><rect x=\"1\" y=\"11\" width=\"9\" height=\"3\" rx=\"1.5\"/></svg>";

/// The same for the tab of a browser.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='%230f58bd'%3E\
%3Crect x='1' y='2' width='14' height='3' rx='1.5'/%3E%3Crect x='1' y='6.5' width='14' height='3' rx='1.5'/%3E\
%3Crect x='1' y='11' width='9' height='3' rx='1.5'/%3E%3C/svg%3E";

/// A page in sections.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What it is about: the title of its window.
    pub title: String,
    /// What kind of page it is, in a word or two.
    pub kind: String,
    /// What stands before the first section, as HTML, with the one heading `h1`.
    pub lead: String,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// Styles beside those that every page has.
    pub styles: Vec<&'static str>,
    /// Scripts beside those that every page has. No other script can run in it.
    pub scripts: Vec<&'static str>,
    /// Whether its scripts may ask the server that it came from; no page that is a file does.
    pub asks_its_server: bool,
    /// The last line, as text.
    pub foot: String,
}

/// One section of a page.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Where links lead, unique within the page.
    pub id: &'static str,
    /// Its heading, as text.
    pub name: String,
    /// What stands beside its name where sections are listed, such as a number; as text.
    pub count: String,
    /// Whether that is something to look at.
    pub is_bad: bool,
    /// A line under the heading, as text.
    pub note: String,
    /// What stands in it, as HTML.
    pub body: String,
}

impl Page {
    /// A page without sections.
    #[must_use]
    pub fn new(title: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { title: title.into(), kind: kind.into(), ..Self::default() }
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let scripts: Vec<&str> = std::iter::once(SCRIPT).chain(self.scripts.iter().copied()).collect();
        let hashes: Vec<String> = std::iter::once(THEME).chain(scripts.iter().copied()).map(hash).collect();
        let (title, kind) = (text(&self.title), text(&self.kind));
        writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        // Whatever a text should smuggle in, nothing is loaded and nothing foreign runs.
        writeln!(
            out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             img-src data:; script-src {}; {}base-uri 'none'; form-action 'none'\">",
            hashes.join(" "),
            if self.asks_its_server { "connect-src 'self'; " } else { "" }
        )?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>")?;
        writeln!(out, "<link rel=\"icon\" href=\"{ICON}\">\n<style>\n{STYLE}</style>")?;
        for style in &self.styles {
            writeln!(out, "<style>\n{style}</style>")?;
        }
        writeln!(out, "<script>{THEME}</script>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the contents</a>")?;
        writeln!(
            out,
            "<header class=\"bar\"><div class=\"mark\">{MARK}dasdlab <span>{kind}</span></div><div class=\"gap\"></div>"
        )?;
        writeln!(
            out,
            "<button type=\"button\" id=\"theme\" aria-label=\"Switch between light and dark\" hidden></button></header>"
        )?;
        writeln!(out, "<div class=\"frame\">")?;
        self.nav(out)?;
        writeln!(out, "<main id=\"main\" tabindex=\"-1\">\n<div class=\"lead\">\n{}</div>", self.lead)?;
        for section in &self.sections {
            section.write(out)?;
        }
        writeln!(out, "</main>\n</div>\n<footer class=\"foot\"><p>{}</p></footer>", text(&self.foot))?;
        for script in scripts {
            writeln!(out, "<script>{script}</script>")?;
        }
        writeln!(out, "</body>\n</html>")
    }

    fn nav(&self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "<nav class=\"nav\" aria-label=\"Sections\">\n<ul>")?;
        for Section { id, name, count, is_bad, .. } in &self.sections {
            let bad = if *is_bad { " bad" } else { "" };
            let count = if count.is_empty() { String::new() } else { format!("<span class=\"n{bad}\">{}</span>", text(count)) };
            writeln!(out, "<li><a href=\"#{id}\"><span>{}</span>{count}</a></li>", text(name))?;
        }
        writeln!(out, "</ul>\n</nav>")
    }
}

impl Section {
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let Self { id, name, note, body, .. } = self;
        writeln!(out, "<section id=\"{id}\" aria-labelledby=\"{id}-name\">\n<header><h2 id=\"{id}-name\">{}</h2>", text(name))?;
        if !note.is_empty() {
            writeln!(out, "<p class=\"note\">{}</p>", text(note))?;
        }
        writeln!(out, "</header>\n{body}</section>")
    }
}

/// How a policy names a script that may run.
fn hash(script: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_named_by_what_it_says() {
        assert_eq!(hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }

    #[test]
    fn a_page_names_everything_that_may_run_in_it() {
        let section = Section { id: "one", name: "<One>".to_owned(), body: "<p>1</p>\n".to_owned(), ..Section::default() };
        let scripts = vec!["let a = 1;"];
        let page = Page { sections: vec![section], scripts, ..Page::new("a & b", "test") };
        let mut out = Vec::new();
        page.write(&mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert_eq!(page.matches("<script>").count(), 3);
        assert_eq!(page.matches("'sha256-").count(), 3);
        assert!(page.contains("<title>a &amp; b</title>") && page.contains(">&lt;One&gt;</h2>"), "{page}");
    }

    #[test]
    fn nothing_in_a_script_or_a_style_ends_it() {
        for script in [THEME, SCRIPT] {
            assert!(!script.contains("</") && !script.contains("<!--"));
        }
        assert!(!STYLE.contains("</") && !STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
