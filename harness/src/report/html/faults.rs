//! Which faults struck in which phases of setups, backups and restores.

use dasdlab_model::story::{Phase, What};
use dasdlab_scenarios::stories::cells;

use super::page::Section;
use super::parts::{level, put, scroll, text};
use crate::coverage::story::StoryKey;
use crate::report::picture::number;
use crate::run::event::{Counted, Summary};

/// The matrix of faults and phases; none where no story was told.
pub(super) fn section(counted: &Counted, summary: &Summary) -> Option<Section> {
    if summary.sums.stories == 0 {
        return None;
    }
    let counts: Vec<(Phase, &str, u32)> = counted
        .stories
        .rows()
        .filter_map(|(key, count)| match key {
            StoryKey::Fault(phase, word) => Some((phase, word, count)),
            _ => None,
        })
        .collect();
    let (met, all) = (counts.iter().filter(|(_, _, count)| *count > 0).count(), counts.len());
    // What a run of few stories has not met is no fault of it.
    let never = if counted.gates { "l0" } else { "lx" };
    let mut table = String::from("<table class=\"grid\">\n<thead><tr><th scope=\"col\">fault</th>");
    for phase in Phase::ALL {
        put(&mut table, format_args!("<th scope=\"col\"><span>{phase}</span></th>"));
    }
    table += "</tr></thead>\n<tbody>\n";
    let mut cells = cells().peekable();
    for word in What::WORDS {
        put(&mut table, format_args!("<tr><th scope=\"row\">{word}</th>"));
        while let Some(cell) = cells.next_if(|cell| cell.word == word) {
            let count = counts.iter().find(|(phase, of, _)| *phase == cell.phase && *of == word).map(|(_, _, count)| *count);
            match (cell.possible(), count.unwrap_or(0)) {
                (Err(why), 0) => put(
                    &mut table,
                    format_args!(
                        "<td class=\"lz\" title=\"{}\"><span aria-hidden=\"true\">·</span><span class=\"sr\">impossible</span></td>",
                        text(why)
                    ),
                ),
                (_, 0) => put(&mut table, format_args!("<td class=\"{never}\">0</td>")),
                (_, count) => {
                    put(&mut table, format_args!("<td class=\"{}\">{}</td>", level(count.into()), number(count.into())));
                }
            }
        }
        table += "</tr>\n";
    }
    table += "</tbody>\n</table>\n";
    let mut body = scroll("Faults in phases", &table);
    put(
        &mut body,
        format_args!(
            "<ul class=\"key\"><li><i class=\"l1\">9</i>in so many stories, darker with more</li>\
             <li><i class=\"{never}\">0</i>in none</li><li><i class=\"lz\">·</i>impossible: nothing can come of it there</li></ul>\n"
        ),
    );
    Some(Section {
        id: "faults",
        name: "Faults in phases".to_owned(),
        count: format!("{met}/{all}"),
        is_bad: counted.gates && met < all,
        note: format!("{met} of {all} possible pairs struck in a story"),
        body,
    })
}
