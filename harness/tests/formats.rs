//! What is written reads back as the same value, in both encodings, for every kind of generated file.

#![expect(clippy::panic, reason = "helpers of tests fail by panic")]

use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Site;
use dasdlab_model::write::write;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::large::{self, LargeOptions};
use dasdlab_scenarios::token::Token;

#[track_caller]
fn check(content: &Content) {
    for encoding in [Encoding::Toml, Encoding::Json] {
        let text = write(content, encoding).unwrap_or_else(|error| panic!("{error}"));
        let again = parse("again", text.clone(), encoding).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(again.content, *content);
        assert_eq!(write(&again.content, encoding).unwrap_or_else(|error| panic!("{error}")), text);
    }
}

fn check_scenario(scenario: Scenario) {
    check(&Content::Scenario(Box::new(scenario)));
}

fn check_site(site: Site) {
    check(&Content::Site(Box::new(site)));
}

#[test]
fn generated_setups_read_back_as_they_were() {
    for index in 0..150 {
        check_scenario(generate(&Token::new(5, index)).unwrap().scenario);
    }
}

#[test]
fn undirected_setups_read_back_as_they_were() {
    for index in 0..150 {
        check_scenario(generate(&Token::undirected(5, index)).unwrap().scenario);
    }
}

#[test]
fn large_sites_read_back_as_they_were() {
    for faulty in [0, 10_000] {
        let options = LargeOptions { arrays: 2, volumes: 4_000, profiles: 3, faulty, ..LargeOptions::default() };
        check_site(large::site(&options).unwrap_or_else(|message| panic!("{message}")));
    }
}

#[test]
fn the_corpus_reads_back_as_it_was() {
    for (name, text) in dasdlab_scenarios::corpus::FILES {
        let document = parse(name, (*text).to_owned(), Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
        check(&document.content);
    }
}
