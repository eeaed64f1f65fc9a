//! Scenarios that did not pass, made small: what is left of them, what it looks like, and how to get it as a file.

use super::parts::{command, put, text};
use super::plural;
use crate::report::picture::number;

/// What became of a scenario when it was shrunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Small {
    /// A smaller scenario fails in the same way.
    Shrunk(Box<Told>),
    /// The one at this place, counted from 1, has the same cause and was shrunk.
    Like(usize),
    /// It was not shrunk, and why.
    Not(String),
}

/// A scenario that was shrunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is called: what fails, in a line.
    pub title: String,
    /// What there was of each thing, and what is left of it.
    pub sizes: Vec<(&'static str, usize, usize)>,
    /// How many smaller scenarios were judged.
    pub tried: usize,
    /// How many of them failed in the same way.
    pub kept: usize,
    /// Whether nothing more goes.
    pub finished: bool,
    /// The scenario as a file, as text.
    pub text: String,
    /// Its picture, as HTML; none where it is too large.
    pub picture: Option<String>,
    /// The command that writes it to a file.
    pub write: String,
    /// The command that judges that file.
    pub replay: String,
}

impl Small {
    /// Adds it to a page.
    pub(super) fn put(&self, out: &mut String) {
        *out += "<h3>The same, small</h3>\n";
        match self {
            Self::Shrunk(told) => told.put(out),
            Self::Like(nth) => put(
                out,
                format_args!(
                    "<p class=\"hint\">Not shrunk: it has the same cause as <a href=\"#failure-{nth}\">another scenario</a>, which is.</p>\n"
                ),
            ),
            Self::Not(why) => put(out, format_args!("<p class=\"hint\">Not shrunk: {}.</p>\n", text(why))),
        }
    }
}

impl Told {
    fn put(&self, out: &mut String) {
        put(out, format_args!("<p>{}</p>\n<dl class=\"tiles sizes\">\n", text(&self.title)));
        for (what, before, after) in self.sizes.iter().filter(|(_, before, _)| *before > 0) {
            put(
                out,
                format_args!(
                    "<div><dt>{}</dt><dd>{} <small>of {}</small></dd></div>\n",
                    text(what),
                    number(*after as u64),
                    number(*before as u64)
                ),
            );
        }
        *out += "</dl>\n";
        let end = if self.finished { "nothing more goes" } else { "more may go: the command that writes it tries further" };
        put(
            out,
            format_args!(
                "<p class=\"hint\">It fails in the same way. Of {} {} did; {end}.</p>\n",
                plural(self.tried as u64, "smaller scenario"),
                number(self.kept as u64),
            ),
        );
        if let Some(picture) = &self.picture {
            put(out, format_args!("<details class=\"more\">\n<summary>How the small one looks</summary>\n{picture}</details>\n"));
        }
        put(
            out,
            format_args!(
                "<details class=\"more\">\n<summary>The small one as a file, {}</summary>\n\
                 <div class=\"file\"><pre class=\"log story\" tabindex=\"0\"><code>{}</code></pre></div>\n</details>\n",
                plural(self.text.lines().count() as u64, "line"),
                text(self.text.trim_end())
            ),
        );
        put(
            out,
            format_args!(
                "<dl class=\"cmds\">\n<dt>write the small one</dt><dd>{}</dd>\n<dt>see the small one</dt><dd>{}</dd>\n</dl>\n",
                command(&self.write),
                command(&self.replay)
            ),
        );
    }
}
