//! Which values of factors have met: pairs and triples, how many there can be, and how soon they were all seen.

use super::page::Section;
use super::parts::{bar, put, scroll, text};
use super::plural;
use crate::coverage::tuples::{Covered, Fill, Tuples};
use crate::report::picture::number;
use crate::run::event::Counted;

/// Pairs and triples of factors; none where no setup was measured.
pub(super) fn section(counted: &Counted) -> Option<Section> {
    let tuples = &counted.tuples;
    if tuples.setups == 0 {
        return None;
    }
    let of = [("pairs", &tuples.pairs, tuples.required_pairs), ("triples", &tuples.triples, tuples.required_triples)];
    let mut body = String::from(
        "<table>\n<thead><tr><th scope=\"col\">values that meet</th><th scope=\"col\" class=\"num\">seen</th>\
         <th scope=\"col\" class=\"num\">possible</th><th scope=\"col\" class=\"num\">share</th><td class=\"wide\"></td></tr></thead>\n<tbody>\n",
    );
    for (name, covered, required) in of {
        let shade = if !counted.gates || covered.reaches(required) { "accent" } else { "bad" };
        put(
            &mut body,
            format_args!(
                "<tr><th scope=\"row\">{name}</th><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td>\
                 <td class=\"wide\">{}</td></tr>\n",
                number(covered.covered as u64),
                number(covered.possible as u64),
                share(covered),
                bar(covered.covered as u64, covered.possible as u64, shade)
            ),
        );
    }
    body += "</tbody>\n</table>\n";
    fill(&mut body, tuples);
    for (name, covered, _) in of {
        missing(&mut body, name, covered);
    }
    put(
        &mut body,
        format_args!(
            "<p class=\"hint\">Measured from {}: method, type, generations, topology, status of units, code level, and each \
             planted defect. What cannot be is left out by a table with reasons: <code>dasdlab list constraints</code>.</p>\n",
            plural(tuples.setups, "finished setup")
        ),
    );
    Some(Section {
        id: "factors",
        name: "Pairs and triples".to_owned(),
        count: share(&tuples.pairs),
        is_bad: counted.gates && tuples.shortfalls() > 0,
        note: format!("{} of all pairs, {} of all triples", share(&tuples.pairs), share(&tuples.triples)),
        body,
    })
}

/// How much was seen, in percent.
fn share(covered: &Covered) -> String {
    format!("{}.{} %", covered.per_mille() / 10, covered.per_mille() % 10)
}

/// After how many setups so much was seen.
fn fill(out: &mut String, tuples: &Tuples) {
    let mut table = String::from("<table>\n<thead><tr><th scope=\"col\">after so many setups</th>");
    for fill in &tuples.fill {
        put(&mut table, format_args!("<th scope=\"col\" class=\"num\">{} %</th>", fill.percent));
    }
    table += "</tr></thead>\n<tbody>\n";
    let mut row = |name: &str, of: fn(&Fill) -> Option<u64>| {
        put(&mut table, format_args!("<tr><th scope=\"row\">{name}</th>"));
        for fill in &tuples.fill {
            put(&mut table, format_args!("<td class=\"num\">{}</td>", of(fill).map_or_else(|| "–".to_owned(), number)));
        }
        table += "</tr>\n";
    };
    row("pairs", |fill| fill.pairs);
    row("triples", |fill| fill.triples);
    table += "</tbody>\n</table>\n";
    put(out, format_args!("<h3>How soon</h3>\n{}", scroll("How soon pairs and triples were seen", &table)));
}

/// The first that nothing had, folded up.
fn missing(out: &mut String, name: &str, covered: &Covered) {
    let open = covered.missing.len() + covered.more_missing;
    if open == 0 {
        return;
    }
    let summary = format!("{} of the {name} that can be were not seen", number(open as u64));
    put(out, format_args!("<details class=\"more\">\n<summary>{summary}</summary>\n<ul>\n"));
    for tuple in &covered.missing {
        put(out, format_args!("<li>{}</li>\n", text(tuple)));
    }
    if covered.more_missing > 0 {
        put(out, format_args!("<li>and {} more</li>\n", number(covered.more_missing as u64)));
    }
    *out += "</ul>\n</details>\n";
}
