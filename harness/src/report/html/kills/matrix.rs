//! By what each mutant was found out, and how soon.

use std::collections::BTreeMap;

use dasdlab_model::reasons::Rule;

use super::KINDS;
use crate::mutants::score::{Kill, Score, Standing, median};
use crate::report::html::page::Section;
use crate::report::html::parts::{put, scroll};
use crate::report::html::plural;
use crate::report::picture::number;
use crate::shrink::FailureSignature;

/// What gave a mutant away.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// A finding of this rule.
    Rule(Rule),
    /// Something else, in a word or two.
    Else(String),
}

/// What stands in a signature before what was said, and what that is about.
const HEADS: &[(&str, &str)] = &[
    ("refused ", "what is refused"),
    ("state ", "state of a profile"),
    ("return code ", "return code"),
    ("restore scope ", "restore scope"),
];

impl By {
    fn of(kill: &Kill) -> Self {
        let Ok(signature) = kill.signature.parse::<FailureSignature>() else { return Self::Else("something else".to_owned()) };
        let rule = signature.differs().flat_map(|part| part.split([' ', ':'])).find_map(|word| word.parse().ok());
        if let Some(rule) = rule {
            return Self::Rule(rule);
        }
        let first = signature.differs().next().unwrap_or_default();
        let head = HEADS.iter().find(|(head, _)| first.starts_with(head)).map(|(_, about)| (*about).to_owned());
        Self::Else(head.unwrap_or_else(|| match signature.broken() {
            "story" => "what is done, and in which order".to_owned(),
            broken => broken.to_owned(),
        }))
    }
}

/// The matrix of what finds out, and what is found out.
pub(super) fn section(score: &Score) -> Section {
    let mut rows: BTreeMap<By, Vec<(&Standing, u64)>> = BTreeMap::new();
    for standing in &score.mutants {
        if let Some(kill) = &standing.killed {
            rows.entry(By::of(kill)).or_default().push((standing, kill.after));
        }
    }
    let mut table = String::from("<table class=\"kills\">\n<thead><tr><th scope=\"col\">found out by</th>");
    for (kind, meaning) in KINDS {
        put(&mut table, format_args!("<th scope=\"col\">{kind} <span>({meaning})</span></th>"));
    }
    for name in ["killed", "median", "worst"] {
        put(&mut table, format_args!("<th scope=\"col\" class=\"num\">{name}</th>"));
    }
    table += "</tr></thead>\n<tbody>\n";
    for (by, mutants) in &mut rows {
        mutants.sort_by_key(|(standing, after)| (*after, standing.mutant));
        match by {
            By::Rule(rule) => put(&mut table, format_args!("<tr><th scope=\"row\">{rule}<small>{}</small></th>", rule.slug())),
            By::Else(name) => put(&mut table, format_args!("<tr><th scope=\"row\">{name}</th>")),
        }
        for (kind, _) in KINDS {
            table += "<td><ul class=\"chips\">";
            for (standing, after) in mutants.iter().filter(|(standing, _)| standing.deviation == kind) {
                let (mutant, class) = (standing.mutant, if standing.equivalent { "l0" } else { speed(*after) });
                put(
                    &mut table,
                    format_args!("<li class=\"{class}\"><a href=\"#{mutant}\">{mutant}</a><b>{}</b></li>", number(*after)),
                );
            }
            table += "</ul></td>";
        }
        let after: Vec<u64> = mutants.iter().map(|(_, after)| *after).collect();
        for count in [Some(after.len() as u64), median(after.clone()), after.last().copied()] {
            put(&mut table, format_args!("<td class=\"num\">{}</td>", number(count.unwrap_or(0))));
        }
        table += "</tr>\n";
    }
    table += "</tbody>\n</table>\n";
    let mut body = scroll("What found out which mutant, after how many scenarios", &table);
    body += "<ul class=\"key\"><li><i class=\"l4\">9</i>killed after less than 10 scenarios</li><li><i class=\"l2\">99</i>less than 100</li>\
             <li><i class=\"l1\">999</i>less than 1,000</li><li><i class=\"lq\">1,000</i>later</li>\
             <li><i class=\"l0\">9</i>makes no difference, and should be alive</li></ul>\n";
    let killed = rows.values().map(|mutants| mutants.len() as u64).sum();
    Section {
        id: "kills",
        name: "Kill matrix".to_owned(),
        count: number(killed),
        note: format!(
            "{} by {}; each with the number of scenarios that it took",
            plural(killed, "mutant"),
            plural(rows.len() as u64, "thing")
        ),
        body,
        ..Section::default()
    }
}

/// How soon a mutant died, as a colour.
const fn speed(after: u64) -> &'static str {
    match after {
        0..10 => "l4",
        10..100 => "l2",
        100..1_000 => "l1",
        _ => "lq",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(signature: &str, expected: By) {
        let text = String::new;
        let kill = Kill { scenario: text(), replay: text(), after: 1, signature: signature.to_owned(), shown: text() };
        assert_eq!(By::of(&kill), expected, "{signature}");
    }

    #[test]
    fn a_mutant_is_found_out_by_a_rule_or_by_what_it_does() {
        check("failed verdict: missing PS05:boxed; unexpected PS06:boxed", By::Rule(Rule::PS05));
        check("failed verdict: reason PS11:patch-below-minimum for PS11:level-below-minimum", By::Rule(Rule::PS11));
        check("failed story: refused none for read-only", By::Else("what is refused".to_owned()));
        check("failed story: the split of # pairs where # had to come", By::Else("what is done, and in which order".to_owned()));
        check("failed valid-means-one-instant", By::Else("valid-means-one-instant".to_owned()));
        check("harness-fault expectation: return code 0 for 4", By::Else("return code".to_owned()));
    }
}
