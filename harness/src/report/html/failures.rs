//! Scenarios that did not pass: the first of them in full, more of them by name.

use super::difference::{Parts, parts};
use super::page::Section;
use super::parts::{code, command, glyph, put, text};
use super::{Html, MAX_CAUSE, Named, cause, plural, sign, words};
use crate::report::picture::number;
use crate::report::telling::{cut, first};
use crate::results::row::{Row, Trouble};
use crate::run::event::Summary;

/// The most scenarios that are shown with a picture: a page with one for each would be slow to open.
const MAX_PICTURED: usize = 20;

/// The most causes by which can be filtered.
const MAX_CHOICES: usize = 50;

/// Those that did not pass; none where all did.
pub(super) fn section(html: &Html, summary: &Summary) -> Option<Section> {
    let troubles = summary.counts.troubles();
    if html.told.is_empty() {
        return None;
    }
    let causes: Vec<&str> = html.by_count().into_iter().take(MAX_CHOICES).map(|(name, _)| name).collect();
    let place = |cause: &str| causes.iter().position(|&known| known == cause).map_or_else(String::new, |at| at.to_string());
    let mut body = tools(&causes);
    body += "<div class=\"fails\">\n";
    for (nth, row) in html.told.iter().enumerate() {
        failure(&mut body, nth + 1, row, &place(&cause(row)), html);
    }
    body += "</div>\n";
    rest(&mut body, &html.named, &place);
    let shown = (html.told.len() + html.named.len()) as u64;
    if troubles > shown {
        put(
            &mut body,
            format_args!(
                "<p class=\"hint\">And {} more that did not pass and are not named here.</p>\n",
                number(troubles - shown)
            ),
        );
    }
    let note = match html.told.len() as u64 {
        told if told < troubles => format!("the first {} in full", number(told)),
        _ => "each in full; unfold one to see what was expected and what was said".to_owned(),
    };
    Some(Section { id: "failures", name: "Failing scenarios".to_owned(), count: number(troubles), is_bad: true, note, body })
}

/// What filters them; nothing without scripts.
fn tools(causes: &[&str]) -> String {
    let mut out = String::from("<div class=\"tools\" id=\"failure-tools\" hidden>\n<label>Words\n<input type=\"search\" ");
    out += "id=\"failure-words\" placeholder=\"a unit, a rule, an id\" autocomplete=\"off\" spellcheck=\"false\"></label>\n";
    out += "<label>Cause\n<select id=\"failure-cause\"><option value=\"\">all</option>";
    for (at, cause) in causes.iter().enumerate() {
        put(&mut out, format_args!("<option value=\"{at}\">{}</option>", text(&cut(cause, 100))));
    }
    out + "</select></label>\n<output id=\"failure-shown\" aria-live=\"polite\"></output>\n</div>\n"
}

fn failure(out: &mut String, nth: usize, row: &Row, cause: &str, html: &Html) {
    let (mark, shade) = sign(row.status);
    put(
        out,
        format_args!(
            "<details class=\"fail\" id=\"failure-{nth}\" data-cause=\"{cause}\">\n<summary>{}<span class=\"id\">{}</span>\
             <span class=\"what\">{}</span></summary>\n<div>\n",
            glyph(mark, shade, &words(row.status)),
            text(&row.id),
            text(&cut(&first(row), MAX_CAUSE))
        ),
    );
    if let Some(known) = &row.known {
        put(out, format_args!("<h3>Known failure</h3>\n<p>{}</p>\n", text(known)));
    }
    if let Some(trouble) = &row.trouble {
        told(out, trouble);
        let pictures = html.pictures.as_ref().filter(|_| nth <= MAX_PICTURED);
        if let Some(picture) = pictures.and_then(|pictures| (pictures.of)(row)) {
            *out += &picture;
        }
        commands(out, trouble);
    }
    *out += "</div>\n</details>\n";
}

fn told(out: &mut String, trouble: &Trouble) {
    put(out, format_args!("<p class=\"hint\">{}</p>\n", code(&trouble.signature)));
    if !trouble.message.is_empty() {
        put(
            out,
            format_args!("<h3>What was said of it</h3>\n<pre class=\"log\" tabindex=\"0\">{}</pre>\n", text(&trouble.message)),
        );
    }
    if !trouble.differences.is_empty() {
        let all: Vec<Parts> = trouble.differences.iter().map(parts).collect();
        differences(out, &all, trouble.more_differences);
    }
    if !trouble.recorded.is_empty() {
        let lines = text(&trouble.recorded.join("\n"));
        put(out, format_args!("<h3>The last that happened</h3>\n<pre class=\"log\" tabindex=\"0\">{lines}</pre>\n"));
    }
}

/// What was expected and what was said.
fn differences(out: &mut String, all: &[Parts], more: usize) {
    let has_steps = all.iter().any(|parts| !parts.step.is_empty());
    let step = if has_steps { "<th scope=\"col\">step</th>" } else { "" };
    put(
        out,
        format_args!(
            "<h3>What differs</h3>\n<table class=\"diff\" role=\"table\">\n<thead><tr>{step}<th scope=\"col\">difference</th>\
             <th scope=\"col\">about</th><th scope=\"col\">expected</th><th scope=\"col\">said</th></tr></thead>\n<tbody role=\"rowgroup\">\n"
        ),
    );
    for Parts { step, kind, about, sides } in all {
        *out += "<tr role=\"row\">";
        if has_steps {
            put(out, format_args!("<td role=\"cell\" data-of=\"step\">{}</td>", text(step)));
        }
        put(out, format_args!("<td role=\"cell\"><b>{}</b></td>", text(kind)));
        let about = if about.is_empty() { String::new() } else { code(about) };
        match sides {
            // A complaint says everything by itself.
            None => put(out, format_args!("<td role=\"cell\" colspan=\"3\">{about}</td>")),
            Some((expected, said)) => {
                put(out, format_args!("<td role=\"cell\">{about}</td>{}{}", side("expected", expected), side("said", said)));
            }
        }
        *out += "</tr>\n";
    }
    *out += "</tbody>\n</table>\n";
    if more > 0 {
        put(out, format_args!("<p class=\"hint\">And {} more differences.</p>\n", number(more as u64)));
    }
}

/// One side of a difference.
fn side(name: &str, said: &str) -> String {
    match said {
        "nothing" | "this finding" => format!("<td role=\"cell\" class=\"no\" data-of=\"{name}\">{said}</td>"),
        _ => format!("<td role=\"cell\" data-of=\"{name}\">{}</td>", code(said)),
    }
}

/// How to see it again, and how to make it small.
fn commands(out: &mut String, trouble: &Trouble) {
    put(
        out,
        format_args!("<h3>Commands</h3>\n<dl class=\"cmds\">\n<dt>see it alone</dt><dd>{}</dd>\n", command(&trouble.replay)),
    );
    if let Some(rest) = trouble.replay.strip_prefix("dasdlab replay ") {
        let shrink = format!("dasdlab shrink {rest} -o small.toml");
        put(out, format_args!("<dt>make it small</dt><dd>{}</dd>\n", command(&shrink)));
    }
    *out += "</dl>\n";
}

/// Those for which there is no more room than for a line.
fn rest(out: &mut String, named: &[Named], place: &dyn Fn(&str) -> String) {
    if named.is_empty() {
        return;
    }
    put(
        out,
        format_args!(
            "<details class=\"more rest\">\n<summary>{} by name</summary>\n<div class=\"scroll\" role=\"region\" \
             aria-label=\"More scenarios that did not pass\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">scenario</th>\
             <th scope=\"col\">cause</th><th scope=\"col\">command</th></tr></thead>\n<tbody>\n",
            plural(named.len() as u64, "more scenario")
        ),
    );
    for Named { status, id, cause, replay } in named {
        let (mark, shade) = sign(*status);
        put(
            out,
            format_args!(
                "<tr data-cause=\"{}\"><th scope=\"row\">{} {}</th><td>{}</td><td>{}</td></tr>\n",
                place(cause),
                glyph(mark, shade, &words(*status)),
                code(id),
                text(cause),
                replay.as_deref().map(code).unwrap_or_default()
            ),
        );
    }
    *out += "</tbody>\n</table>\n</div>\n</details>\n";
}
