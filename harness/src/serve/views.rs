//! What people look at while a site is served: one page, kept up to date by the event stream.
//!
//! The page itself never changes; its script asks the control face. Grids are drawn here, as a part of the page, so that they
//! look as in every other picture.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_servers::control::Views;
use dasdlab_servers::control::order::{Refused, RefusedKind};

use super::refused;
use crate::picture::{self, Wanted, html};
use crate::report::html::page::{Page, Section};

/// How the parts look that no other page has.
const STYLE: &str = include_str!("page/style.css");
/// What asks the server and shows what it says.
const SCRIPT: &str = include_str!("page/script.js");

/// The views of a server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drawn;

impl Views for Drawn {
    fn page(&self) -> String {
        let mut out = Vec::new();
        // A list of bytes takes everything.
        let _ = page().write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn picture(&self, seen: &Observation, profile: Option<&ProfileName>) -> Result<String, Refused> {
        if let Some(name) = profile.filter(|name| seen.profile(name).is_none()) {
            return Err(refused(RefusedKind::NotFound, format!("there is no profile {name}")));
        }
        let wanted = Wanted { profile: profile.cloned(), ..Wanted::default() };
        Ok(html::live(&picture::still("what can be seen now", seen, &wanted)))
    }
}

fn page() -> Page {
    let section = |id, name: &str, note: &str, body: String| Section {
        id,
        name: name.to_owned(),
        note: note.to_owned(),
        body,
        ..Section::default()
    };
    let mut page = Page::new("dasdlab: served", "served");
    page.lead = String::from(
        "<div class=\"sv-lead\"><h1>Installation</h1>\n<p class=\"sv-link\" id=\"link\" role=\"status\">not connected</p></div>\n\
         <dl class=\"sv-now\">\n<div><dt>Virtual time</dt><dd id=\"now\">–</dd></div>\n<div><dt>Pace</dt><dd id=\"pace\">–</dd></div>\n\
         <div><dt>Next event</dt><dd id=\"next\">–</dd></div>\n<div><dt>Setup needed</dt><dd id=\"needed\">–</dd></div>\n\
         <div><dt>Running</dt><dd id=\"running\">–</dd></div>\n</dl>\n\
         <noscript><p>This page needs its script; <a href=\"/control/v1/openapi.json\">the control face</a> says the same to programs.</p></noscript>\n",
    );
    let table = |id: &str, label: &str, heads: &[&str], empty: &str| {
        let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
        format!(
            "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\n<table class=\"sv-table\"><thead><tr>{heads}</tr></thead>\
             <tbody id=\"{id}\"><tr><td class=\"sv-none\" colspan=\"9\">{empty}</td></tr></tbody></table></div>\n"
        )
    };
    let profiles = table("profiles-rows", "Profiles", &["Profile", "Kind", "State", "Generations", "Next"], "no profile");
    page.sections.push(section("profiles", "Profiles", "", profiles));
    let heads = ["No.", "Profile", "Work", "State", "Began", "Ended", "RC"];
    page.sections.push(section("work", "Work", "", table("work-rows", "Pieces of work", &heads, "nothing has run yet")));
    let choice = "<p class=\"sv-choice\"><label for=\"view\">Seen by</label> <select id=\"view\"></select> <span id=\"drawn\"></span></p>\n";
    page.sections.push(section("grids", "Unit addresses", "", format!("{choice}<div id=\"picture\"></div>\n")));
    let heads = ["Fault", "What", "When", "State"];
    page.sections.push(section("faults", "Faults", "", table("fault-rows", "Faults", &heads, "no fault is planned")));
    let heads = ["Time", "What", "From", "To", "Cause"];
    page.sections.push(section(
        "events",
        "Last events",
        "",
        table("event-rows", "Last events", &heads, "nothing has happened yet"),
    ));
    page.styles.extend([html::STYLE, STYLE]);
    page.scripts.push(SCRIPT);
    page.asks_its_server = true;
    page.foot = format!("Served by dasdlab {}.", env!("CARGO_PKG_VERSION"));
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_runs_its_own_scripts_and_asks_its_own_server_alone() {
        let page = Drawn.page();
        assert_eq!(page.matches("<script>").count(), 3);
        assert_eq!(page.matches("'sha256-").count(), 3);
        assert!(page.contains("connect-src 'self';"));
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--") && !STYLE.contains("</") && !STYLE.contains("url("));
    }
}
