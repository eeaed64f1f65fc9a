//! What a page shows of a scenario that did not pass beside its differences: what it looks like, and how it goes with our own
//! validator.

use dasdlab_model::scenario::Scenario;

use crate::judge::panics;
use crate::picture::{self, Wanted, html};
use crate::report::html::Pictures;
use crate::report::html::parts::text;
use crate::results::row::Row;
use crate::suite;

use super::replay;

/// The most lines that are shown of a story.
const MAX_LINES: usize = 400;

/// The most volumes of a picture that stands among others on one page.
const MAX_CELLS: usize = 512;

/// Scenarios by what they look like, stories by their timelines too.
pub(super) const PICTURES: Pictures = Pictures { of, style: html::STYLE, script: html::SCRIPT };

/// The scenario as it should go; none where it is not found or cannot be told any more.
fn of(row: &Row) -> Option<String> {
    let named = suite::named(row.trouble.as_ref()?.replay.strip_prefix("dasdlab replay ")?);
    // Nothing that a scenario does may keep the page from being written.
    let scenario = panics::catch(|| replay::find(&named).ok()).ok()??.scenario;
    let drawn = panics::catch(|| drawn(row, &scenario)).ok().flatten();
    let timeline = panics::catch(|| scenario.is_story().then(|| replay::story::timeline(&scenario)).flatten()).ok().flatten();
    let said = [drawn, timeline.as_deref().map(told)].into_iter().flatten().collect::<Vec<_>>();
    (!said.is_empty()).then(|| said.concat())
}

/// The picture of a scenario that is not too large.
fn drawn(row: &Row, scenario: &Scenario) -> Option<String> {
    let picture = picture::picture(&row.id, scenario, &Wanted::default()).ok()?;
    let cells: usize = picture.grids.iter().map(|grid| grid.cells.len()).sum();
    let summary = if picture.story.is_some() { "How the story looks with our own validator" } else { "How the site looks" };
    (cells <= MAX_CELLS).then(|| {
        // A setup and its counterpart share an index.
        let figure = html::fragment(&picture, &format!("picture-{}", row.hash));
        format!("<details class=\"more\">\n<summary>{summary}</summary>\n{figure}</details>\n")
    })
}

/// A timeline, folded up.
fn told(timeline: &str) -> String {
    let mut lines: Vec<&str> = timeline.lines().take(MAX_LINES).collect();
    if timeline.lines().nth(MAX_LINES).is_some() {
        lines.push("…");
    }
    let lines = text(&lines.join("\n"));
    format!(
        "<details class=\"more\">\n<summary>How the story goes with our own validator</summary>\n\
         <pre class=\"log story\" tabindex=\"0\">{lines}</pre>\n</details>\n"
    )
}
