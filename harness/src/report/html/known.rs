//! What was known not to pass, and what an implementation could not be asked.

use super::page::Section;
use super::parts::{code, put, scroll};
use super::{Examples, Html, plural};
use crate::report::picture::number;
use crate::run::event::Summary;

/// Known failures and what is unsupported; none where there is neither.
pub(super) fn section(html: &Html, summary: &Summary) -> Option<Section> {
    if html.needs.is_empty() && html.known.is_empty() {
        return None;
    }
    let mut body = String::new();
    table(&mut body, "Known failures, by what is known of them", "known", &html.known);
    table(&mut body, "Unsupported, by what the implementation does not have", "needs", &html.needs);
    let counts = &summary.counts;
    Some(Section {
        id: "known",
        name: "Known and unsupported".to_owned(),
        count: number(counts.expected_failure + counts.unsupported),
        is_bad: false,
        note: format!("{}, {} unsupported", plural(counts.expected_failure, "expected failure"), number(counts.unsupported)),
        body,
    })
}

fn table(out: &mut String, name: &str, head: &str, of: &std::collections::BTreeMap<String, Examples>) {
    if of.is_empty() {
        return;
    }
    let mut table = format!(
        "<table>\n<thead><tr><th scope=\"col\">{head}</th><th scope=\"col\" class=\"num\">scenarios</th>\
         <th scope=\"col\">such as</th></tr></thead>\n<tbody>\n"
    );
    for (what, examples) in of {
        put(
            &mut table,
            format_args!(
                "<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td><td>{}</td></tr>\n",
                code(what),
                number(examples.count),
                code(&examples.said())
            ),
        );
    }
    table += "</tbody>\n</table>\n";
    put(out, format_args!("<h3>{name}</h3>\n{}", scroll(name, &table)));
}
