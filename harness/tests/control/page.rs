//! Every example of the control face's page is run, in its order, and its answer stands below it. `INSTA_UPDATE=always`
//! writes the answers.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dasdlab_servers::control::{BASE, document};
use dasdlab_servers::pace::Pace;
use serde_json::Value;

use crate::served::{Answer, Served};

/// The site with a licence, so that relations can be shown too.
fn site() -> String {
    let site = include_str!("../common/bcv.toml");
    let licensed = site.replacen("copy_rate = 1000", "features = [\"flashcopy\"], copy_rate = 1000", 1);
    assert_ne!(site, licensed);
    licensed
}

/// The most lines of an answer.
const SHOWN: usize = 16;
/// The most characters of a line.
const WIDTH: usize = 140;

/// An answer as it stands in the page.
fn shown(answer: &Answer) -> String {
    let mut text = match answer.json() {
        Value::Null => answer.body.clone(),
        mut value => {
            if let Some(epoch) = value.get_mut("epoch") {
                *epoch = "00000000".into();
            }
            let short = value.to_string();
            if short.len() <= WIDTH { short } else { serde_json::to_string_pretty(&value).unwrap() }
        }
    };
    text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut lines: Vec<String> = text.lines().map(|line| line.chars().take(WIDTH).collect()).collect();
    if lines.len() > SHOWN {
        lines.truncate(SHOWN);
        lines.push("…".to_owned());
    }
    let status = answer.head.lines().next().and_then(|line| line.split_once(' ')).map_or("", |(_, status)| status);
    let language =
        if answer.header("content-type").is_some_and(|media| media.starts_with("text/html")) { "html" } else { "json" };
    let mut out = format!("```{language}\n{status}\n");
    for line in lines {
        out += &format!("{line}\n");
    }
    out + "```\n"
}

#[test]
fn every_example_is_run_and_its_answer_stands_below_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/control.md");
    let page = fs::read_to_string(&path).unwrap();
    let served = Served::new(&site(), Pace::Hand, None);
    let mut wanted = String::new();
    let mut asked: BTreeSet<(String, String)> = BTreeSet::new();
    let mut rest = page.as_str();
    while let Some((before, after)) = rest.split_once("```http\n") {
        let (request, behind) = after.split_once("```\n").expect("a block ends");
        let (line, body) = request.split_once('\n').unwrap();
        let (method, path) = line.split_once(' ').unwrap();
        let answer = served.ask(method, path, &[], body.trim());
        assert!(answer.status < 500, "{line}: {}", answer.body);
        let bare = path.split('?').next().unwrap();
        asked.insert((method.to_lowercase(), bare.to_owned()));
        wanted += &format!("{before}```http\n{request}```\n{}", shown(&answer));
        rest = behind;
        // The answer of before goes.
        let old = behind.strip_prefix("```json\n").or_else(|| behind.strip_prefix("```html\n"));
        if let Some((_, behind)) = old.and_then(|old| old.split_once("```\n")) {
            rest = behind;
        }
    }
    wanted += rest;
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, &wanted).unwrap();
    } else {
        assert!(page == wanted, "the page says something else than the server: INSTA_UPDATE=always writes what it says");
    }
    // Nothing can be asked that is not shown.
    let document = document();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let is_same = |(of, shown): &(String, String)| of == method && fits(path, shown);
            let is_shown = asked.iter().any(is_same) || path == &format!("{BASE}/events/stream");
            assert!(is_shown, "{method} {path} has no example");
        }
    }
}

/// Whether a path is one of a template.
fn fits(template: &str, path: &str) -> bool {
    let (parts, wanted): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
    parts.len() == wanted.len() && parts.iter().zip(&wanted).all(|(part, wanted)| wanted.starts_with('{') || part == wanted)
}
