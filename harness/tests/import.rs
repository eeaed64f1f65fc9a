//! Tables and packed sites give the findings that the site gives.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::path::Path;

use common::say;
use dasdlab_harness::tables::Workers;
use dasdlab_import::{Asked, ColumnMap, Input, Inputs, export, load};
use dasdlab_model::declare::declare;
use dasdlab_model::finding::Verdict;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::run::InTurn;
use dasdlab_model::site::Site;
use dasdlab_model::states::{LssScope, Method};
use dasdlab_model::tables::{Tables, pack, unpack};
use dasdlab_model::write::write;
use dasdlab_scenarios::corpus;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::large::{Drawer, LargeOptions};
use dasdlab_scenarios::token::Token;
use dasdlab_validator::{Inventory, check};

/// The lines of a table behind its header, backwards: rows have no order.
fn backwards(text: &str) -> String {
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().rev().collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

/// What the tables of an observation come to.
fn read_back(seen: &Observation, turned: bool) -> Tables {
    let export = export(seen);
    let rest = write(&Content::Site(Box::new(export.rest)), Encoding::Toml).unwrap();
    let rest = parse("rest.toml", rest, Encoding::Toml).unwrap();
    let texts = [export.volumes, export.pairs, export.data_sets];
    let texts = if turned { texts.map(|text| backwards(&text)) } else { texts };
    let [volumes, pairs, data_sets] = &texts;
    let inputs = Inputs {
        volumes: Input { file: "volumes.csv", bytes: volumes.as_bytes() },
        pairs: Input { file: "pairs.csv", bytes: pairs.as_bytes() },
        data_sets: Input { file: "data-sets.csv", bytes: data_sets.as_bytes() },
        map: &ColumnMap::default(),
        rest: Some(&rest),
        asked: &Asked::default(),
    };
    load(&inputs, &InTurn).unwrap_or_else(|errors| panic!("{errors:#?}")).tables
}

#[track_caller]
fn same(name: &str, site: &Site) {
    let seen = declare(site).unwrap();
    for turned in [false, true] {
        let tables = read_back(&seen, turned);
        assert_eq!(tables.observation(), seen, "{name}");
        let packed = unpack(&pack(&tables).unwrap()).unwrap();
        assert_eq!(packed, tables, "{name}");
        same_findings(name, &tables, &seen);
    }
}

/// Whatever way inventories of tables are built, they give the findings of the observation.
#[track_caller]
fn same_findings(name: &str, tables: &Tables, seen: &Observation) {
    let expected: Vec<Verdict> = seen.profiles.iter().filter_map(|profile| check(seen, &profile.name)).collect();
    let profiles = || tables.few.profiles.iter().map(|profile| &profile.name);
    let singly: Vec<Inventory> = profiles().filter_map(|profile| Inventory::from_tables(tables, profile)).collect();
    let on_threads = profiles().filter_map(|profile| Inventory::from_tables_on(tables, profile, &Workers)).collect();
    for inventories in [singly, on_threads, Inventory::all_of(tables, &InTurn), Inventory::all_of(tables, &Workers)] {
        assert_eq!(inventories.iter().map(Inventory::check).collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn sites_that_are_large_enough_for_threads_give_the_same_findings_from_tables() {
    let spread = [(1, 1, LssScope::SameLss), (3, 1, LssScope::SameArray), (4, 2, LssScope::SameLss)];
    for ((profiles, systems, lss_scope), copied) in spread.into_iter().flat_map(|spread| [(spread, false), (spread, true)]) {
        for method in [Method::FlashCopy, Method::Bcv] {
            let options = LargeOptions {
                arrays: 2,
                volumes: 18_001,
                profiles,
                systems,
                generations: 2,
                faulty: 20_000,
                method,
                lss_scope,
                copied,
                ..LargeOptions::default()
            };
            let mut drawer = Drawer::default();
            let tables = drawer.draw(&options).unwrap();
            same_findings(&format!("{options:?}"), tables, &tables.observation());
        }
    }
}

#[test]
fn generated_sites_give_the_same_findings_from_tables() {
    for index in 0..60 {
        for token in [Token::new(11, index), Token::undirected(11, index), Token::story(11, index)] {
            same(&token.to_string(), &generate(&token).unwrap().scenario.site);
        }
    }
}

#[test]
fn the_corpus_gives_the_same_findings_from_tables() {
    for (name, text) in corpus::FILES {
        let encoding = Encoding::of(Path::new(name)).unwrap();
        same(name, parse(name, (*text).to_owned(), encoding).unwrap().site());
    }
}

#[test]
fn tables_on_the_command_line_are_judged_as_the_site_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert_eq!(say(at, &["generate", "site", "--volumes", "600", "--faulty", "5%", "-o", "site.toml"]).code, Some(0));
    assert_eq!(say(at, &["export", "site.toml", "-o", "tables"]).code, Some(0));
    let expected = say(at, &["check", "site.toml"]);
    assert_eq!(expected.code, Some(8));
    let tables = [
        "--volumes",
        "tables/volumes.csv",
        "--pairs",
        "tables/pairs.csv",
        "--data-sets",
        "tables/data-sets.csv",
        "--with",
        "tables/rest.toml",
    ];
    assert_eq!(say(at, &[&["check"], &tables[..]].concat()).stdout, expected.stdout);
    for output in ["back.toml", "back.json", "back.pack"] {
        let said = say(at, &[&["import"], &tables[..], &["-o", output]].concat());
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert_eq!(say(at, &["check", output]).stdout, expected.stdout, "{output}");
    }
    assert_eq!(say(at, &["pack", "site.toml", "-o", "site.pack"]).code, Some(0));
    assert_eq!(say(at, &["check", "site.pack"]).stdout, expected.stdout);
    let mut bytes = std::fs::read(at.join("site.pack")).unwrap();
    bytes[100] ^= 1;
    std::fs::write(at.join("site.pack"), bytes).unwrap();
    let damaged = say(at, &["check", "site.pack"]);
    assert!(damaged.code == Some(2) && damaged.stderr.contains("is damaged"), "{}", damaged.stderr);
}

#[test]
fn what_was_assumed_and_what_is_malformed_is_told_to_people_and_programs() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let put = |name: &str, text: &str| std::fs::write(at.join(name), text).unwrap();
    put(
        "v.csv",
        "array,lss,ua,unit,volser,model,status\n75ABC01,10,00,3A00,IMS001,3390-9,online\n75ABC01,10,80,3A80,,3390-9,offline\n",
    );
    put("p.csv", "source,target\n3A00,3A80\n");
    put("d.csv", "name,catalog,class,volumes\nIMSP.DB.CUST01,UCAT.IMSP,database,IMS001\n");
    let tables = ["check", "--volumes", "v.csv", "--pairs", "p.csv", "--data-sets", "d.csv"];
    let said = say(at, &tables);
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains("assumed: there are no FlashCopy relations"), "{}", said.stderr);
    let json = say(at, &[&tables[..], &["--message-format", "json"]].concat());
    assert!(json.stdout.contains("\"assumed\":[") && json.stderr.is_empty(), "{}", json.stdout);
    put("p.csv", "source,target\n3A00,3A8\n3A0,3A80\n");
    let said = say(at, &tables);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("p.csv:2:6") && said.stderr.contains("p.csv:3:1"), "{}", said.stderr);
    assert_eq!(say(at, &[&tables[..], &["--message-format", "json"]].concat()).stderr.lines().count(), 2);
    assert_eq!(say(at, &["check"]).code, Some(2));
    assert_eq!(say(at, &["import", "-o", "site.toml"]).code, Some(2));
}

#[test]
fn data_sets_that_are_followed_on_two_threads_give_the_same_findings() {
    let options = LargeOptions { volumes: 40_001, profiles: 1, faulty: 20_000, ..LargeOptions::default() };
    let mut drawer = Drawer::default();
    let tables = drawer.draw(&options).unwrap();
    assert!(tables.data_sets.len() > 16_384);
    same_findings(&format!("{options:?}"), tables, &tables.observation());
}
