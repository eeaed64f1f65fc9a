//! What the checks said: rule by rule, each reason with how often it was there, and how often it was gone with its defect.

use dasdlab_model::reasons::Rule;

use super::page::Section;
use super::parts::{bar, level, put};
use super::{Html, plural};
use crate::coverage::{REQUIRED, Row};
use crate::report::picture::number;
use crate::run::event::Counted;

/// The matrix of rules and reasons.
pub(super) fn section(html: &Html, counted: &Counted) -> Section {
    let most = html.rules.values().copied().max().unwrap_or(0);
    let mut body = String::from(
        "<table class=\"rules\" role=\"table\">\n<thead><tr><th scope=\"col\">rule</th><th scope=\"col\">reasons: present / ",
    );
    body += "absent</th><th scope=\"col\" class=\"num\">scenarios</th><td class=\"wide\"></td></tr></thead>\n<tbody role=\"rowgroup\">\n";
    for &rule in Rule::ALL {
        let spoke = html.rules.get(&rule).copied().unwrap_or(0);
        put(
            &mut body,
            format_args!(
                "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{rule}<small>{}</small></th><td role=\"cell\">",
                rule.slug()
            ),
        );
        let rows: Vec<Row> = counted.coverage.rows().filter(|row| row.key.reason.rule() == rule).collect();
        if rows.is_empty() {
            body += "<span class=\"muted\">acts, and is held in stories</span>";
        } else {
            body += "<ul class=\"chips\">";
            rows.iter().for_each(|row| chip(&mut body, row, counted.gates));
            body += "</ul>";
        }
        put(
            &mut body,
            format_args!(
                "</td><td class=\"num\" role=\"cell\">{}</td><td class=\"wide\" role=\"cell\">{}</td></tr>\n",
                number(spoke),
                bar(spoke, most, "accent")
            ),
        );
    }
    body += "</tbody>\n</table>\n";
    let (never, seldom) = if counted.gates { ("l0", "lq") } else { ("lx", "l1") };
    put(
        &mut body,
        format_args!(
            "<ul class=\"key\"><li><i class=\"l3\">●</i>at least {REQUIRED} times present and {REQUIRED} times absent</li>\
             <li><i class=\"{seldom}\">◐</i>seen, but less often</li><li><i class=\"{never}\">○</i>not seen</li></ul>\n\
             <p class=\"hint\">Present: the checks reported it. Absent: the same setup was judged again without the one defect that \
             causes it, and it was gone.</p>\n"
        ),
    );
    let (covered, keys) = counted.coverage.covered();
    let (seen, possible) = counted.coverage.pairs();
    Section {
        id: "rules",
        name: "Rules and reasons".to_owned(),
        count: format!("{covered}/{keys}"),
        is_bad: counted.gates && covered < keys,
        note: format!(
            "{covered} of {} seen often enough; {} of {} pairs seen together",
            plural(keys as u64, "reason"),
            number(seen as u64),
            number(possible as u64)
        ),
        body,
    }
}

fn chip(out: &mut String, row: &Row, gates: bool) {
    let Row { key, present, absent } = *row;
    let (class, sign) = match (present, absent) {
        (REQUIRED.., REQUIRED..) => (level(present.min(absent).into()), '●'),
        (0, 0) => (if gates { "l0" } else { "lx" }, '○'),
        _ => (if gates { "lq" } else { level(present.min(absent).max(1).into()) }, '◐'),
    };
    let side = key.side.map(|side| format!(" ({})", side.as_str())).unwrap_or_default();
    put(
        out,
        format_args!(
            "<li class=\"{class}\"><span class=\"g\" aria-hidden=\"true\">{sign}</span><span>{}{side}</span><span class=\"of\"><b>{}</b> / {}</span></li>",
            key.reason.slug(),
            number(present.into()),
            number(absent.into())
        ),
    );
}
