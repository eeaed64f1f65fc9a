//! What went wrong how often: failures of one cause together.

use super::page::Section;
use super::parts::{bar, code, glyph, put, text};
use super::{Html, plural, sign, words};
use crate::report::picture::number;
use crate::run::event::Summary;

/// The most causes that are shown.
const MAX_SHOWN: usize = 50;

/// The causes; none where everything passed.
pub(super) fn section(html: &Html, summary: &Summary) -> Option<Section> {
    let causes = html.by_count();
    let most = causes.first()?.1.count;
    let mut body =
        String::from("<table class=\"causes\">\n<thead><tr><th scope=\"col\">cause</th><th scope=\"col\" class=\"num\">");
    body += "scenarios</th><td class=\"wide\"></td></tr></thead>\n<tbody>\n";
    for (at, (name, cause)) in causes.iter().take(MAX_SHOWN).enumerate() {
        let (mark, shade) = sign(cause.status);
        // The first of a cause is told in full, unless a hundred others came before it.
        let nth = html.told.iter().position(|row| row.id == cause.first);
        let first = match nth {
            Some(nth) => format!("<a href=\"#failure-{}\" data-cause=\"{at}\">{}</a>", nth + 1, text(&cause.first)),
            None => text(&cause.first),
        };
        put(
            &mut body,
            format_args!(
                "<tr><th scope=\"row\">{} {}<br><span class=\"note\">first in {first}</span></th><td class=\"num\">{}</td>\
                 <td class=\"wide\">{}</td></tr>\n",
                glyph(mark, shade, &words(cause.status)),
                code(name),
                number(cause.count),
                bar(cause.count, most, "bad")
            ),
        );
    }
    body += "</tbody>\n</table>\n";
    let rest = causes.iter().skip(MAX_SHOWN).map(|(_, cause)| cause.count).sum::<u64>() + html.others;
    if rest > 0 {
        put(&mut body, format_args!("<p class=\"hint\">{} for other causes.</p>\n", plural(rest, "scenario")));
    }
    let (count, troubles) = (causes.len() as u64, summary.counts.troubles());
    Some(Section {
        id: "causes",
        name: "Causes".to_owned(),
        count: number(count),
        is_bad: true,
        note: format!("{}, {}", plural(troubles, "failure"), plural(count, "cause")),
        body,
    })
}
