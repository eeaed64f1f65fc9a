//! Failing scenarios made small on a page: each is a file that fails in the same way, the same each time, or it is said why not.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

mod common;

use std::fs;
use std::path::Path;

use common::{Said, say};

/// Ours, but what is boxed is said to have no path.
const WRONG: &str = r#"IMPLEMENT | sed -u 's/"reason":"boxed"/"reason":"no-path"/'"#;

/// A harness that takes this for a failure of its own: nothing is wrong with the site.
const EXPECTS_TOO_MUCH: &str = "return_code = 8";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let wrong = WRONG.replace("IMPLEMENT", &format!("{} implement", env!("CARGO_BIN_EXE_dasdlab")));
    fs::write(folder.path().join("wrong.sh"), wrong).unwrap();
    folder
}

#[track_caller]
fn ends(folder: &Path, code: i32, args: &[&str]) -> Said {
    let said = say(folder, args);
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    said
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// What stands between these on a page, as it was before it became HTML, each time.
fn all(page: &str, before: &str, behind: &str) -> Vec<String> {
    let plain = |text: &str| {
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        entities.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
    };
    page.split(before).skip(1).filter_map(|rest| Some(plain(rest.split_once(behind)?.0))).collect()
}

fn files(page: &str) -> Vec<String> {
    all(page, "<div class=\"file\"><pre class=\"log story\" tabindex=\"0\"><code>", "</code>")
}

fn commands(page: &str, name: &str) -> Vec<String> {
    all(page, &format!("<dt>{name}</dt><dd><div class=\"cmd\"><code>"), "</code>")
}

const SUT: [&str; 2] = ["--sut", "cmd:sh wrong.sh"];

#[test]
fn what_a_page_shows_small_is_what_its_commands_write_and_fails_again() {
    let folder = folder();
    let path = folder.path();
    let run = ["run", "setups", "--setups", "5", "--defect", "PS05:boxed", "--no-times", "--shrink-failures", "2"];
    ends(path, 1, &[&run[..], &SUT, &["--report", "html=page.html"]].concat());
    let page = read(path, "page.html");
    let (files, write, replay) = (files(&page), commands(&page, "write the small one"), commands(&page, "see the small one"));
    assert_eq!((files.len(), write.len(), replay.len()), (2, 2, 2), "{write:?}");
    assert!(page.contains("id=\"small-1\"") && page.contains("fails in the same way"));
    assert!(page.matches("it has the same cause as <a href=\"#failure-1\">").count() >= 2);
    assert_ne!(write[0], write[1]);
    for at in [0, 1] {
        // As a shell takes it apart.
        let words: Vec<&str> = write[at].split_whitespace().collect();
        let ["dasdlab", "shrink", token, "--sut", "'cmd:sh", "wrong.sh'", "-o", file] = *words else { panic!("{words:?}") };
        assert_eq!(replay[at], format!("dasdlab replay {file} --sut 'cmd:sh wrong.sh'"));
        ends(path, 0, &[&["shrink", token, "-o", file][..], &SUT].concat());
        assert_eq!(read(path, file).trim_end(), files[at]);
        let said = ends(path, 1, &[&["replay", file][..], &SUT].concat());
        assert!(said.stdout.contains("no-path"), "{said:?}");
    }
}

#[test]
fn what_is_not_shrunk_says_why() {
    let folder = folder();
    let path = folder.path();
    let run = ["run", "setups", "--setups", "3", "--defect", "PS05:boxed", "--no-times", "--results", "kept"];
    ends(path, 1, &[&run[..], &SUT, &["--shrink-failures", "0", "--report", "html=none.html"]].concat());
    ends(path, 1, &["report", "kept", "--report", "html=kept.html"]);
    let (none, kept) = (read(path, "none.html"), read(path, "kept.html"));
    assert!(files(&none).is_empty() && none.contains("Not shrunk: `--shrink-failures 0` was asked for."));
    assert!(files(&kept).is_empty() && kept.contains("the implementation that was judged is not asked again."));
    assert!(commands(&kept, "make it small").iter().all(|command| command.ends_with("--sut 'cmd:sh wrong.sh' -o small.toml")));
    let refused = ends(path, 2, &["run", "corpus", "--shrink-failures", "101"]);
    assert!(refused.stderr.contains("101"), "{refused:?}");
}

#[test]
fn a_page_shows_the_same_small_scenarios_in_any_number_of_threads_and_of_kept_results() {
    let folder = folder();
    let path = folder.path();
    let (_, text) = dasdlab_scenarios::corpus::FILES.iter().find(|(name, _)| *name == "clean-bcv-full.toml").unwrap();
    let wrong = text.replacen("return_code = 0", EXPECTS_TOO_MUCH, 1);
    assert_ne!(wrong, **text);
    for name in ["a.toml", "it's b.toml"] {
        fs::write(path.join(name), &wrong).unwrap();
    }
    let run = ["run", "a.toml", "it's b.toml", "--no-times"];
    ends(path, 70, &[&run[..], &["--threads", "1", "--report", "html=one.html"]].concat());
    ends(path, 70, &[&run[..], &["--threads", "3", "--results", "kept", "--report", "html=two.html"]].concat());
    ends(path, 70, &["merge", "kept", "--report", "html=three.html"]);
    ends(path, 70, &["report", "kept", "--report", "html=four.html"]);
    let one = read(path, "one.html");
    assert_eq!(files(&one).len(), 2, "{one}");
    assert!(["two", "three", "four"].iter().all(|name| read(path, &format!("{name}.html")) == one));
    fs::remove_file(path.join("a.toml")).unwrap();
    ends(path, 70, &["report", "kept", "--report", "html=gone.html"]);
    let gone = read(path, "gone.html");
    assert!(files(&gone).len() == 1 && gone.contains("its file cannot be read any more"), "{gone}");
}
