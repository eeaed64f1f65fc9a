//! How a run ended: in words, in numbers, and how large and fast it was.

use super::page::Section;
use super::parts::{bar, code, facts, glyph, put, scroll, text};
use super::{Html, plural, sign, words};
use crate::exit::Exit;
use crate::report::flaws::{Flaw, flaws};
use crate::report::picture::{duration, number};
use crate::report::telling;
use crate::results::counts::{Counts, Status};
use crate::run::event::{Stop, Summary};

/// The most lines that are said of one thing that is wrong with the run as a whole.
const MAX_LINES: usize = 100;

/// How it ended, in a word or a few.
pub(super) fn verdict(summary: &Summary) -> &'static str {
    telling::verdict(summary.exit(), summary.stopped)
}

/// The same in a sentence.
fn sentence(summary: &Summary) -> String {
    let (judged, troubles) = (summary.counts.judged(), summary.counts.troubles());
    let mut said = match (judged, troubles) {
        (0, 0) => "No scenario was put to the validator.".to_owned(),
        (1, 0) => "The one scenario that was judged came out as it should.".to_owned(),
        (_, 0) => format!("All {} that were judged came out as they should.", plural(judged, "scenario")),
        (_, 1) => format!("1 of {} that were judged did not pass.", plural(judged, "scenario")),
        _ => format!("{} of {} that were judged did not pass.", number(troubles), plural(judged, "scenario")),
    };
    if summary.partial {
        said += " This is one part of a run.";
    }
    if summary.not_run > 0 {
        let (pieces, were) = (plural(summary.not_run, "piece"), if summary.not_run == 1 { "was" } else { "were" });
        put(&mut said, format_args!(" {pieces} of work {were} not done."));
    }
    said
}

/// What stands on top of the page.
pub(super) fn lead(html: &Html, summary: &Summary) -> String {
    let (exit, word) = (summary.exit(), verdict(summary));
    let (sign, shade) = match (exit, summary.stopped) {
        (Exit::Good, None) => ('✓', "good"),
        (Exit::Good, Some(_)) | (Exit::Fault | Exit::NothingSelected | Exit::Interrupted | Exit::Terminated, _) => ('!', "warn"),
        _ => ('✕', "bad"),
    };
    let mut capital = word.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let suites: Vec<String> = html.heard.suites.iter().map(|suite| text(suite)).collect();
    format!(
        "<h1>{}<span>{capital}</span></h1>\n<p><b>{}</b> <b>{}</b> was judged by dasdlab {} on {}; exit code {}.</p>\n",
        glyph(sign, shade, word),
        sentence(summary),
        text(&html.heard.implementation),
        text(&html.heard.version),
        suites.join(", "),
        exit.code()
    )
}

/// The numbers.
pub(super) fn section(html: &Html, summary: &Summary) -> Section {
    let mut body = tiles(summary);
    body += &stack(&summary.counts);
    body += &whole(&flaws(summary, html.heard.counted.as_ref()));
    put(
        &mut body,
        format_args!(
            "<div class=\"two\">\n<div>\n<h3>How scenarios ended</h3>\n{}</div>\n<div>\n<h3>What was run</h3>\n",
            ways(&summary.counts)
        ),
    );
    body += &run(html, summary);
    body += "</div>\n</div>\n";
    body += &codes(html);
    body += &slowest(summary);
    Section { id: "summary", name: "Summary".to_owned(), body, ..Section::default() }
}

fn tiles(summary: &Summary) -> String {
    let (counts, sums) = (&summary.counts, &summary.sums);
    let mut tiles = vec![
        ("judged", number(counts.judged()), format!("of {}", plural(counts.all(), "scenario")), ""),
        ("passed", number(counts.passed), share(counts.passed, counts.judged()), if counts.passed > 0 { "good" } else { "" }),
        (
            "did not pass",
            number(counts.troubles()),
            share(counts.troubles(), counts.judged()),
            if counts.troubles() > 0 { "bad" } else { "" },
        ),
        ("volumes", number(sums.volumes), plural(sums.findings, "finding"), ""),
    ];
    if sums.stories > 0 {
        tiles.push(("stories", number(sums.stories), plural(sums.steps, "step"), ""));
        tiles.push(("faults that struck", number(sums.faults_struck), format!("of {} planned", number(sums.faults)), ""));
    }
    if let Some(ms) = summary.duration_ms {
        let rate = summary.selected.saturating_mul(1_000).checked_div(ms.max(1)).unwrap_or(0);
        tiles.push(("time", duration(ms.saturating_mul(1_000)), format!("{} a second", plural(rate, "scenario")), ""));
    }
    let mut out = String::from("<dl class=\"tiles\">\n");
    for (name, value, more, shade) in tiles {
        let class = if shade.is_empty() { String::new() } else { format!(" class=\"{shade}\"") };
        put(&mut out, format_args!("<div><dt>{name}</dt><dd{class}>{value}<small>{more}</small></dd></div>\n"));
    }
    out + "</dl>\n"
}

/// A share in percent, rounded down: not all is less than 100.
fn share(part: u64, all: u64) -> String {
    if all == 0 {
        return "of none".to_owned();
    }
    let tenths = u128::from(part) * 1_000 / u128::from(all);
    if tenths == 0 && part > 0 { "less than 0.1 %".to_owned() } else { format!("{}.{} %", tenths / 10, tenths % 10) }
}

/// All scenarios as one bar.
fn stack(counts: &Counts) -> String {
    let all = counts.selected();
    if all == 0 {
        return String::new();
    }
    let said: Vec<String> = Status::ALL
        .iter()
        .filter(|&&status| status != Status::NotSelected && counts.of(status) > 0)
        .map(|&status| format!("{} {}", number(counts.of(status)), words(status)))
        .collect();
    let mut out = format!(
        "<svg class=\"stack\" viewBox=\"0 0 10000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">\n",
        text(&said.join(", "))
    );
    let mut at = 0;
    for &status in Status::ALL.iter().filter(|&&status| status != Status::NotSelected) {
        // What is there is seen, however little it is.
        let width = match counts.of(status) {
            0 => continue,
            count => u64::try_from(u128::from(count) * 10_000 / u128::from(all)).unwrap_or(10_000).max(40),
        };
        put(&mut out, format_args!("<rect x=\"{at}\" width=\"{width}\" height=\"10\" class=\"fill-{status}\"/>"));
        at += width;
    }
    out + "\n</svg>\n"
}

/// What is wrong with the run as a whole.
fn whole(flaws: &[Flaw]) -> String {
    if flaws.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h3>The run as a whole</h3>\n<ul class=\"fails flaws\">\n");
    for flaw in flaws {
        put(&mut out, format_args!("<li>{} <b>{}</b>: {}", glyph('!', "warn", "wrong"), flaw.name, text(&flaw.message)));
        if !flaw.lines.is_empty() {
            let mut lines: Vec<String> = flaw.lines.iter().take(MAX_LINES).cloned().collect();
            if flaw.lines.len() > lines.len() {
                lines.push(format!("and {} more", flaw.lines.len() - lines.len()));
            }
            put(&mut out, format_args!("<pre class=\"log\" tabindex=\"0\">{}</pre>", text(&lines.join("\n"))));
        }
        out += "</li>\n";
    }
    out + "</ul>\n"
}

/// How many ended in each of the nine ways.
fn ways(counts: &Counts) -> String {
    let mut out = String::from("<table>\n<thead><tr><th scope=\"col\">");
    out += "ended</th><th scope=\"col\" class=\"num\">scenarios</th></tr></thead>\n<tbody>\n";
    for &status in Status::ALL {
        let (count, (_, shade)) = (counts.of(status), sign(status));
        let class = if count == 0 { "muted" } else { shade };
        put(
            &mut out,
            format_args!(
                "<tr><th scope=\"row\"><svg class=\"swatch\" aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" \
                 class=\"fill-{status}\"/></svg>{}</th><td class=\"num {class}\">{}</td></tr>\n",
                words(status),
                number(count)
            ),
        );
    }
    put(
        &mut out,
        format_args!("<tr><th scope=\"row\"><b>all</b></th><td class=\"num\"><b>{}</b></td></tr>\n", number(counts.all())),
    );
    out + "</tbody>\n</table>\n"
}

fn run(html: &Html, summary: &Summary) -> String {
    let sums = &summary.sums;
    let suites: Vec<String> = html.heard.suites.iter().map(|suite| text(suite)).collect();
    let mut all = vec![
        ("implementation", text(&html.heard.implementation)),
        ("judged by", format!("dasdlab {}", text(&html.heard.version))),
        ("suites", suites.join("<br>")),
        ("from files", number(sums.files)),
        ("generated", number(sums.generated)),
        ("again without one defect", number(sums.counterparts)),
    ];
    if let Some(counted) = &html.heard.counted {
        all.push(("coverage", text(&telling::coverage(counted))));
    }
    if let Some(repeated) = &summary.repeated {
        let how = if repeated.different.is_some() { "not the same" } else { "the same" };
        all.push(("repeated", format!("{}, {} times: {how}", plural(repeated.scenarios, "scenario"), repeated.times)));
    }
    if let Some(stop) = summary.stopped {
        let how = match stop {
            Stop::Interrupted => "interrupted",
            Stop::Terminated => "terminated",
            Stop::Unread => "nobody read the results",
            Stop::Unusable => "the implementation cannot be used any more",
        };
        all.push(("stopped", how.to_owned()));
    }
    if summary.not_run > 0 {
        all.push(("not done", format!("{} of work", plural(summary.not_run, "piece"))));
    }
    all.push(("exit code", summary.exit().code().to_string()));
    all.push(("digest", code(&summary.digest.to_string())));
    facts(&all)
}

/// What the validator returned.
fn codes(html: &Html) -> String {
    if html.codes.is_empty() {
        return String::new();
    }
    let most = html.codes.values().copied().max().unwrap_or(0);
    let mut out = String::from("<h3>Return codes</h3>\n<table>\n<thead><tr><th scope=\"col\">return code</th><th scope=\"col\" ");
    out += "class=\"num\">scenarios</th><td></td></tr></thead>\n<tbody>\n";
    for (&code, &count) in &html.codes {
        let meaning = match code {
            0 => "good",
            4 => "warnings",
            8 => "errors",
            12 => "the environment failed",
            _ => "",
        };
        put(
            &mut out,
            format_args!(
                "<tr><th scope=\"row\">{code} <span class=\"muted\">{meaning}</span></th><td class=\"num\">{}</td>\
                 <td class=\"wide\">{}</td></tr>\n",
                number(count),
                bar(count, most, "accent")
            ),
        );
    }
    out + "</tbody>\n</table>\n"
}

fn slowest(summary: &Summary) -> String {
    if summary.slowest.is_empty() {
        return String::new();
    }
    let mut table =
        String::from("<table>\n<thead><tr><th scope=\"col\">slowest</th><th scope=\"col\" class=\"num\">volumes</th>");
    table += "<th scope=\"col\" class=\"num\">time</th></tr></thead>\n<tbody>\n";
    for slow in &summary.slowest {
        let (id, volumes, time) = (code(&slow.id), number(slow.volumes as u64), duration(slow.duration_us));
        put(
            &mut table,
            format_args!("<tr><th scope=\"row\">{id}</th><td class=\"num\">{volumes}</td><td class=\"num\">{time}</td></tr>\n"),
        );
    }
    table += "</tbody>\n</table>\n";
    format!("<h3>What took longest</h3>\n{}", scroll("The slowest scenarios", &table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_up() {
        assert_eq!(share(999_999, 1_000_000), "99.9 %");
        assert_eq!(share(1, 1_000_000), "less than 0.1 %");
        assert_eq!((share(5, 5).as_str(), share(0, 0).as_str()), ("100.0 %", "of none"));
    }
}
