//! The rooms keep apart: who may depend on whom, and on what from outside. A design rule holds only where a test holds it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// The rooms, and the rooms they may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("dasdlab-model", &[]),
    ("dasdlab-simulator", &["dasdlab-model"]),
    ("dasdlab-validator", &["dasdlab-model"]),
    ("dasdlab-oracle", &["dasdlab-model"]),
    ("dasdlab-scenarios", &["dasdlab-model"]),
    ("dasdlab-import", &["dasdlab-model"]),
    ("dasdlab-servers", &["dasdlab-model"]),
    (
        "dasdlab",
        &[
            "dasdlab-import",
            "dasdlab-model",
            "dasdlab-oracle",
            "dasdlab-scenarios",
            "dasdlab-servers",
            "dasdlab-simulator",
            "dasdlab-validator",
        ],
    ),
    (
        "dasdlab-benches",
        &[
            "dasdlab",
            "dasdlab-import",
            "dasdlab-model",
            "dasdlab-oracle",
            "dasdlab-scenarios",
            "dasdlab-simulator",
            "dasdlab-validator",
        ],
    ),
];

/// Packages from outside, and the rooms that may use them in what they ship.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("annotate-snippets", &["dasdlab"]),
    ("axum", &["dasdlab-servers"]),
    ("base64", &["dasdlab", "dasdlab-servers"]),
    ("bitvec", &["dasdlab-validator"]),
    ("clap", &["dasdlab"]),
    ("clap_complete", &["dasdlab"]),
    ("form_urlencoded", &["dasdlab-servers"]),
    ("futures-util", &["dasdlab-servers"]),
    // Tokens of a face that nobody can guess; nothing of the world depends on them.
    ("getrandom", &["dasdlab-servers"]),
    ("http-body-util", &["dasdlab-servers"]),
    ("hyper", &["dasdlab-servers"]),
    ("hyper-util", &["dasdlab-servers"]),
    ("indicatif", &["dasdlab"]),
    ("memchr", &["dasdlab-import"]),
    ("mimalloc", &["dasdlab", "dasdlab-benches"]),
    ("parking_lot", &["dasdlab", "dasdlab-servers"]),
    ("peakmem-alloc", &["dasdlab-benches"]),
    ("percent-encoding", &["dasdlab-servers"]),
    ("proptest", &["dasdlab-benches"]),
    ("rand", &["dasdlab-scenarios"]),
    ("rand_chacha", &["dasdlab-scenarios"]),
    ("rayon", &["dasdlab"]),
    ("rcgen", &["dasdlab-servers"]),
    ("rustc-hash", &["dasdlab-import", "dasdlab-model", "dasdlab-oracle", "dasdlab-scenarios", "dasdlab-validator"]),
    ("rustix", &["dasdlab"]),
    ("rustls", &["dasdlab-servers"]),
    ("schemars", &["dasdlab-model", "dasdlab-servers"]),
    ("serde", &["dasdlab", "dasdlab-benches", "dasdlab-import", "dasdlab-model", "dasdlab-servers"]),
    ("serde_json", &["dasdlab", "dasdlab-model", "dasdlab-servers"]),
    ("sha2", &["dasdlab"]),
    ("similar", &["dasdlab"]),
    ("stats_alloc", &["dasdlab-benches"]),
    ("strsim", &["dasdlab-model"]),
    ("subtle", &["dasdlab-servers"]),
    ("thiserror", &["dasdlab", "dasdlab-model", "dasdlab-scenarios", "dasdlab-servers"]),
    ("time", &["dasdlab-servers"]),
    ("tokio", &["dasdlab", "dasdlab-servers"]),
    ("tokio-rustls", &["dasdlab-servers"]),
    ("toml", &["dasdlab", "dasdlab-benches", "dasdlab-model"]),
    ("tower", &["dasdlab-servers"]),
    ("ureq", &["dasdlab"]),
    ("wide", &["dasdlab-import", "dasdlab-validator"]),
    ("xxhash-rust", &["dasdlab-model", "dasdlab-servers"]),
];

/// Packages that only tests and benches may use, and where.
const FOR_TESTS: &[(&str, &[&str])] = &[
    ("axum", &["dasdlab"]),
    ("cargo_metadata", &["dasdlab"]),
    ("criterion", &["dasdlab-benches"]),
    ("csv", &["dasdlab-import"]),
    ("insta", &["dasdlab", "dasdlab-model", "dasdlab-validator"]),
    ("proptest", &["dasdlab", "dasdlab-import", "dasdlab-model", "dasdlab-servers", "dasdlab-simulator", "dasdlab-validator"]),
    ("serde_json", &["dasdlab-scenarios"]),
    ("tempfile", &["dasdlab", "dasdlab-servers"]),
    ("tower", &["dasdlab"]),
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned(), "--locked".to_owned()])
        .exec()
        .unwrap()
}

/// The direct dependencies of each room, of one kind.
fn dependencies(kind: DependencyKind) -> BTreeMap<String, BTreeSet<String>> {
    metadata()
        .packages
        .into_iter()
        .map(|package| {
            let names = package.dependencies.into_iter().filter(|dependency| dependency.kind == kind);
            (package.name.to_string(), names.map(|dependency| dependency.name).collect())
        })
        .collect()
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|(room, _)| *room == name)
}

/// Everything in `used` that `allowed` does not permit.
fn trespasses(used: &BTreeMap<String, BTreeSet<String>>, allowed: &[(&str, &[&str])]) -> Vec<String> {
    let may = |room: &str, name: &str| allowed.iter().any(|(package, rooms)| *package == name && rooms.contains(&room));
    let outside = |room: &String, names: &BTreeSet<String>| -> Vec<String> {
        names.iter().filter(|name| !is_room(name) && !may(room, name)).map(|name| format!("{room} uses {name}")).collect()
    };
    used.iter().flat_map(|(room, names)| outside(room, names)).collect()
}

#[test]
fn every_room_of_the_workspace_is_known_here() {
    let found: BTreeSet<String> = dependencies(DependencyKind::Normal).into_keys().collect();
    let known: BTreeSet<String> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(found, known);
}

#[test]
fn every_library_depends_on_the_model_alone_and_only_the_harness_and_the_benches_join_them() {
    for kind in [DependencyKind::Normal, DependencyKind::Development, DependencyKind::Build] {
        for (room, names) in dependencies(kind) {
            let (_, may) = ROOMS.iter().find(|(known, _)| *known == room).unwrap();
            let wrong: Vec<_> = names.iter().filter(|name| is_room(name) && !may.contains(&name.as_str())).collect();
            assert!(wrong.is_empty(), "{room} must not use {wrong:?}");
        }
    }
}

#[test]
fn a_package_from_outside_is_used_only_where_it_belongs() {
    assert_eq!(trespasses(&dependencies(DependencyKind::Normal), OUTSIDE), Vec::<String>::new());
    assert_eq!(trespasses(&dependencies(DependencyKind::Build), &[]), Vec::<String>::new());
}

#[test]
fn test_tools_stay_in_tests() {
    let allowed: Vec<_> = OUTSIDE.iter().chain(FOR_TESTS).copied().collect();
    assert_eq!(trespasses(&dependencies(DependencyKind::Development), &allowed), Vec::<String>::new());
}

#[test]
fn a_trespass_would_be_seen() {
    let used = BTreeMap::from([("dasdlab-oracle".to_owned(), BTreeSet::from(["tokio".to_owned(), "dasdlab-model".to_owned()]))]);
    assert_eq!(trespasses(&used, OUTSIDE), ["dasdlab-oracle uses tokio"]);
}
