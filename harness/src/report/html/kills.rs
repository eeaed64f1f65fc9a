//! How strong a suite is, as a page: which wrong validators it finds out, by what, and how soon.

mod curve;
mod matrix;

use super::page::{Page, Section};
use super::parts::{code, command, facts, glyph, put, scroll, text};
use super::plural;
use crate::exit::Exit;
use crate::mutants::score::{Score, Standing, median};
use crate::report::picture::number;

/// A page about mutants and how it went with them.
#[must_use]
pub fn page(suites: &[String], score: &Score, exit: Exit, version: &str) -> Page {
    let (wrong, killed) = (score.wrong().count() as u64, score.killed() as u64);
    let mut page = Page::new(format!("mutants: {}", verdict(exit)), "mutants");
    let (sign, shade) = match exit {
        Exit::Good => ('✓', "good"),
        Exit::Bad => ('✕', "bad"),
        _ => ('!', "warn"),
    };
    let suites: Vec<String> = suites.iter().map(|suite| text(suite)).collect();
    page.lead = format!(
        "<h1>{}<span>{}</span></h1>\n<p><b>{} of {} were found out.</b> {} of {} that make no difference are alive, as they should \
         be. Before {}; exit code {}.</p>\n",
        glyph(sign, shade, verdict(exit)),
        capital(verdict(exit)),
        number(killed),
        plural(wrong, "wrong validator"),
        number(alive(score)),
        number(score.mutants.len() as u64 - wrong),
        suites.join(", "),
        exit.code()
    );
    let sections = [Some(summary(score)), survivors(score), Some(matrix::section(score)), Some(every(score))];
    page.sections = sections.into_iter().flatten().collect();
    page.foot = format!("Written by dasdlab {version}. This page is complete: it loads nothing.");
    page
}

const fn verdict(exit: Exit) -> &'static str {
    match exit {
        Exit::Good => "all found out",
        Exit::NothingSelected => "nothing was selected",
        Exit::Fault => "the harness is at fault",
        _ => "not all found out",
    }
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// How many that make no difference are alive.
fn alive(score: &Score) -> u64 {
    score.mutants.iter().filter(|standing| standing.equivalent && standing.killed.is_none()).count() as u64
}

fn summary(score: &Score) -> Section {
    let (wrong, killed) = (score.wrong().count() as u64, score.killed() as u64);
    let soon = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), number);
    let (middle, worst) = score.soon().unzip();
    let survived = wrong - killed;
    let mut body = String::from("<dl class=\"tiles\">\n");
    for (name, value, more, shade) in [
        ("killed", number(killed), format!("of {}", plural(wrong, "mutant")), if killed == wrong { "good" } else { "" }),
        ("survived", number(survived), "should be none".to_owned(), if survived > 0 { "bad" } else { "" }),
        ("killed in the median after", soon(middle), "scenarios".to_owned(), ""),
        ("killed at worst after", soon(worst), "scenarios".to_owned(), ""),
        ("scenarios", number(score.scenarios), format!("{} of them stories", number(score.stories)), ""),
    ] {
        let class = if shade.is_empty() { String::new() } else { format!(" class=\"{shade}\"") };
        put(&mut body, format_args!("<div><dt>{name}</dt><dd{class}>{value}<small>{more}</small></dd></div>\n"));
    }
    body += "</dl>\n";
    body += &curve::curve(score);
    body += "<h3>By what is changed</h3>\n<table>\n<thead><tr><th scope=\"col\">kind</th>";
    for name in ["mutants", "killed", "median", "worst"] {
        put(&mut body, format_args!("<th scope=\"col\" class=\"num\">{name}</th>"));
    }
    body += "</tr></thead>\n<tbody>\n";
    for (kind, meaning) in KINDS {
        let of_kind: Vec<&Standing> = score.wrong().filter(|standing| standing.deviation == kind).collect();
        let after: Vec<u64> = of_kind.iter().filter_map(|standing| Some(standing.killed.as_ref()?.after)).collect();
        put(
            &mut body,
            format_args!(
                "<tr><th scope=\"row\">{kind} <span class=\"muted\">{meaning}</span></th><td class=\"num\">{}</td>\
                 <td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
                number(of_kind.len() as u64),
                number(after.len() as u64),
                soon(median(after.clone())),
                soon(after.iter().copied().max())
            ),
        );
    }
    body += "</tbody>\n</table>\n";
    if score.not_passed > 0 {
        let first = score.not_passed_first.join(", ");
        put(
            &mut body,
            format_args!(
                "<p class=\"hint\">{} that our own validator does not pass say nothing about mutants and are left out: {}</p>\n",
                plural(score.not_passed, "scenario"),
                code(&first)
            ),
        );
    }
    Section { id: "summary", name: "Summary".to_owned(), body, ..Section::default() }
}

/// The kinds of mutants and what they change.
const KINDS: [(&str, &str); 3] = [("sees", "what is seen"), ("says", "what is found"), ("acts", "what is done")];

/// Those that are alive and should not be, or dead and should not be; none where all is well.
fn survivors(score: &Score) -> Option<Section> {
    let bad: Vec<&Standing> = score.mutants.iter().filter(|standing| !standing.is_good()).collect();
    if bad.is_empty() {
        return None;
    }
    let mut table = String::from("<table>\n<thead><tr><th scope=\"col\">mutant</th><th scope=\"col\">what it changes</th>");
    table += "<th scope=\"col\">what came of it</th></tr></thead>\n<tbody>\n";
    for standing in &bad {
        let came = match (&standing.fault, &standing.killed, &standing.differs_first) {
            (Some(fault), ..) => format!("a fault of the harness: {fault}"),
            (_, Some(kill), _) => format!("killed by {}, though it makes no difference: {}", kill.scenario, kill.shown),
            (_, _, None) => format!("no scenario of {} shows a difference", number(standing.asked)),
            (_, _, Some(first)) => format!(
                "does otherwise in {} of {} and nobody objects, first in {first}",
                number(standing.differs),
                plural(standing.asked, "scenario")
            ),
        };
        put(
            &mut table,
            format_args!(
                "<tr><th scope=\"row\">{} {}</th><td>{}</td><td>{}</td></tr>\n",
                glyph('✕', "bad", "not as it should be"),
                code(standing.mutant),
                text(standing.text),
                text(&came)
            ),
        );
    }
    table += "</tbody>\n</table>\n";
    Some(Section {
        id: "survivors",
        name: "Not as they should be".to_owned(),
        count: number(bad.len() as u64),
        is_bad: true,
        note: "what the suite would miss".to_owned(),
        body: scroll("Mutants that are not as they should be", &table),
    })
}

/// Every mutant with what killed it.
fn every(score: &Score) -> Section {
    let mut body = String::from("<div class=\"fails\">\n");
    for standing in &score.mutants {
        let (sign, shade, word) = match (standing.is_good(), &standing.killed) {
            (true, Some(_)) => ('✓', "good", "killed"),
            (true, None) => ('=', "", "makes no difference"),
            (false, _) => ('✕', "bad", "not as it should be"),
        };
        put(
            &mut body,
            format_args!(
                "<details class=\"fail\" id=\"{}\">\n<summary>{}<span class=\"id\">{}</span><span class=\"what\">{}</span></summary>\n<div>\n",
                standing.mutant,
                glyph(sign, shade, word),
                standing.mutant,
                text(standing.text)
            ),
        );
        match &standing.killed {
            Some(kill) => {
                let all = [
                    ("kind", standing.deviation.to_owned()),
                    ("killed by", code(&kill.scenario)),
                    ("after", plural(kill.after, "scenario")),
                    ("how", code(&kill.signature)),
                    ("first difference", text(&kill.shown)),
                ];
                put(&mut body, format_args!("<h3>What found it out</h3>\n{}", facts(&all)));
                put(
                    &mut body,
                    format_args!(
                        "<h3>Commands</h3>\n<dl class=\"cmds\">\n<dt>the scenario, with our own validator</dt><dd>{}</dd>\n\
                         <dt>this mutant alone</dt><dd>{}</dd>\n</dl>\n",
                        command(&kill.replay),
                        command(&format!("dasdlab mutants --mutant {}", standing.mutant))
                    ),
                );
            }
            None => put(
                &mut body,
                format_args!("<p class=\"hint\">{} ({})</p>\n", word, plural(standing.asked, "scenario") + " asked"),
            ),
        }
        body += "</div>\n</details>\n";
    }
    body += "</div>\n";
    Section {
        id: "every",
        name: "Every mutant".to_owned(),
        count: number(score.mutants.len() as u64),
        note: "unfold one to see what found it out".to_owned(),
        body,
        ..Section::default()
    }
}
