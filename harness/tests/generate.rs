//! Stories and matrices of faults as files.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{Said, say};
use tempfile::TempDir;

/// Runs in a folder and must succeed.
#[track_caller]
fn good(folder: &Path, args: &[&str]) -> Said {
    let said = say(folder, args);
    assert_eq!(said.code, Some(0), "{args:?}: {}{}", said.stdout, said.stderr);
    said
}

/// Refused with this exit code and these words, and nothing is written.
#[track_caller]
fn check_refused(folder: &Path, args: &[&str], code: i32, words: &[&str]) {
    let said = say(folder, args);
    assert_eq!((said.code, said.stdout.as_str()), (Some(code), ""), "{args:?}: {}", said.stderr);
    for word in words {
        assert!(said.stderr.contains(word), "{args:?} should say `{word}`:\n{}", said.stderr);
    }
    assert!(!folder.join("out").exists(), "{args:?}");
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

const SMALL: &str = "format = 1
faults = ['pair-failed', 'refuse', 'vary', 'abend']
phases = ['establish', 'split']
places = ['first-pair', 'last-pair', 'source', 'site']
methods = ['bcv', 'flashcopy']
generations = [2]
";

fn folder_with(matrix: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("matrix.toml"), matrix).unwrap();
    folder
}

#[test]
fn a_matrix_becomes_a_suite_with_a_manifest_of_every_cell() {
    let folder = folder_with(SMALL);
    let said = good(folder.path(), &["generate", "--faults", "matrix.toml", "-o", "out"]);
    assert!(said.stderr.contains("cells are impossible"), "{}", said.stderr);
    let out = folder.path().join("out");
    let manifest: serde_json::Value = serde_json::from_str(&fs::read_to_string(out.join("manifest.json")).unwrap()).unwrap();
    let cells = manifest["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 4 * 2 * 4 * 2);
    let (impossible, written): (Vec<_>, Vec<_>) = cells.iter().partition(|cell| cell.get("impossible").is_some());
    assert_eq!((manifest["scenarios"].as_u64(), written.len()), (Some(14), 14));
    assert_eq!(manifest["impossible"].as_u64(), Some(impossible.len() as u64));
    let mut expected: BTreeSet<String> = written.iter().map(|cell| format!("{}.toml", cell["id"].as_str().unwrap())).collect();
    expected.extend(["manifest.csv", "manifest.json", "suite.toml"].map(str::to_owned));
    assert_eq!(names(&out), expected);
    let split = written.iter().find(|cell| cell["id"] == "split-refuse-last-pair-bcv-2").unwrap();
    assert_eq!((&split["state"], &split["return_code"]), (&"setup-needed(split-failed)".into(), &8.into()));
    assert_eq!(split["fired"], true);
    let csv = fs::read_to_string(out.join("manifest.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + cells.len());
    assert!(csv.starts_with("id,rule,reason,fault,phase,place,method,generations,state,return_code,fired,ends,impossible\r\n"));
    let text = fs::read_to_string(out.join("split-refuse-last-pair-bcv-2.toml")).unwrap();
    assert!(text.contains("reason = \"split-failed\""), "{text}");
    good(folder.path(), &["lint", "out/split-refuse-last-pair-bcv-2.toml"]);
    // Whatever it expects it also finds.
    good(folder.path(), &["run", "out"]);
}

#[test]
fn the_same_matrix_is_written_alike_and_all_pairs_take_fewer_files() {
    let folder = folder_with(SMALL);
    good(folder.path(), &["generate", "--faults", "matrix.toml", "-o", "one"]);
    good(folder.path(), &["generate", "--faults", "matrix.toml", "-o", "two"]);
    good(folder.path(), &["generate", "--faults", "matrix.toml", "--pairwise", "-o", "pairs"]);
    let (one, two, pairs) = (folder.path().join("one"), folder.path().join("two"), folder.path().join("pairs"));
    assert_eq!(names(&one), names(&two));
    for name in names(&one) {
        assert_eq!(fs::read(one.join(&name)).unwrap(), fs::read(two.join(&name)).unwrap(), "{name}");
    }
    assert!(names(&pairs).is_subset(&names(&one)));
    assert!(names(&pairs).len() < names(&one).len());
}

#[test]
fn a_scenario_of_ones_own_is_varied() {
    let folder = folder_with("faults = ['vary']\nphases = ['establish', 'split']\nplaces = ['source', 'last-target']\n");
    let token = "s1-0000000000000000-0,fault=establish:repository,method=bcv";
    good(folder.path(), &["generate", token, "-o", "own"]);
    let own = names(&folder.path().join("own")).into_iter().find(|name| name.starts_with("s1-")).unwrap();
    good(folder.path(), &["generate", "--faults", "matrix.toml", "--like", &format!("own/{own}"), "-o", "varied"]);
    let varied = names(&folder.path().join("varied"));
    assert!(varied.iter().any(|name| name.starts_with("establish-vary-source-bcv-")), "{varied:?}");
    let like = fs::read_to_string(folder.path().join("own").join(&own)).unwrap();
    let name = varied.iter().find(|name| name.starts_with("establish-vary-source-bcv-")).unwrap();
    let text = fs::read_to_string(folder.path().join("varied").join(name)).unwrap();
    let site = |text: &str| text.split_once("[site]").unwrap().1.to_owned();
    assert_eq!(site(&text), site(&like));
}

#[test]
fn a_matrix_that_is_no_good_is_refused_before_anything_is_written() {
    let folder = folder_with("faults = ['vary']\nphases = ['splt']\n");
    let args = ["generate", "--faults", "matrix.toml", "-o", "out"];
    check_refused(folder.path(), &args, 2, &["matrix.toml:2:11", "there is no phase `splt`: did you mean `split`?"]);
    let folder = folder_with("faults = ['lose']\nphases = ['check']\n");
    check_refused(folder.path(), &args, 3, &["no cell of the matrix is possible", "no command is given in this phase"]);
    let like = ["generate", "--faults", "matrix.toml", "--like", "nowhere.toml", "-o", "out"];
    check_refused(folder.path(), &like, 2, &["nowhere.toml"]);
    check_refused(folder.path(), &["generate", "--pairwise", "-o", "out"], 2, &["--faults"]);
}

#[test]
fn stories_are_written_and_asked_for_by_fault() {
    let folder = TempDir::new().unwrap();
    good(folder.path(), &["generate", "--stories", "3", "--fault", "split:pair-failed", "-o", "out"]);
    let out = names(&folder.path().join("out"));
    let expected: BTreeSet<String> = (0..3)
        .map(|index| format!("s1-0000000000000000-{index}_fault_split_pair-failed.toml"))
        .chain(["suite.toml".to_owned()])
        .collect();
    assert_eq!(out, expected);
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    let fault = |fault| ["generate", "--stories", "3", "--fault", fault, "-o", "out"];
    check_refused(folder.path(), &fault("split:pair-fail"), 2, &["there is no fault `pair-fail`", "did you mean `pair-failed`?"]);
    check_refused(folder.path(), &fault("splt:vary"), 2, &["there is no phase `splt`", "did you mean `split`?"]);
    check_refused(folder.path(), &fault("check:lose"), 2, &["check:lose is impossible"]);
    check_refused(folder.path(), &["generate", "--fault", "vary", "-o", "out"], 2, &["--stories"]);
}

#[test]
fn faults_and_phases_are_listed_and_the_table_says_why_a_cell_is_impossible() {
    let folder = TempDir::new().unwrap();
    let list = |args: &[&str]| good(folder.path(), &[&["list"], args].concat()).stdout;
    assert_eq!(list(&["faults"]).lines().count(), 21);
    assert_eq!(list(&["phases"]).lines().count(), 18);
    let matrix = list(&["faults", "--matrix"]);
    assert_eq!(matrix.lines().count(), 378);
    for line in [
        "split:pair-failed                   bcv",
        "check:lose                          impossible: no command is given in this phase that a fault could meet",
        "lock:vary                           flashcopy, bcv",
        "record:out-of-space                 flashcopy",
        "hold-others:abend                   bcv with 2 generations or more",
    ] {
        assert!(matrix.lines().any(|found| found == line), "{line}\n{matrix}");
    }
    let refused = say(folder.path(), &["list", "rules", "--matrix"]);
    assert_eq!(refused.code, Some(2));
}
