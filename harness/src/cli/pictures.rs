//! What a page shows of a scenario that did not pass beside its differences: how it goes with our own validator.

use crate::judge::panics;
use crate::report::html::Pictures;
use crate::report::html::parts::text;
use crate::results::row::Row;
use crate::suite;

use super::replay;

/// The most lines that are shown of a story.
const MAX_LINES: usize = 400;

/// Stories by their timelines.
pub(super) const PICTURES: Pictures = Pictures { of, style: "", script: "" };

/// The story as it should go; none for a setup, and where the scenario is not found or cannot be told any more.
fn of(row: &Row) -> Option<String> {
    let named = suite::named(row.trouble.as_ref()?.replay.strip_prefix("dasdlab replay ")?);
    // Nothing that a scenario does may keep the page from being written.
    let timeline = panics::catch(|| {
        let scenario = replay::find(&named).ok()?.scenario;
        scenario.is_story().then(|| replay::story::timeline(&scenario)).flatten()
    });
    let timeline = timeline.ok()??;
    let mut lines: Vec<&str> = timeline.lines().take(MAX_LINES).collect();
    if timeline.lines().nth(MAX_LINES).is_some() {
        lines.push("…");
    }
    let lines = text(&lines.join("\n"));
    Some(format!(
        "<details class=\"more\">\n<summary>How the story goes with our own validator</summary>\n\
         <pre class=\"log story\" tabindex=\"0\">{lines}</pre>\n</details>\n"
    ))
}
