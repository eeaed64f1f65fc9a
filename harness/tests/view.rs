//! Pictures: what they show is what there is, they say it without colour, and nothing in a file can break out of them.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Said, say};
use dasdlab_harness::cli::paint::Paint;
use dasdlab_harness::judge::Ours;
use dasdlab_harness::picture::glyph::CopyState;
use dasdlab_harness::picture::text::{Drawing, draw};
use dasdlab_harness::picture::{MAX_GRIDS, MAX_PAIRS, Picture, Wanted, html, picture};
use dasdlab_harness::story::tell;
use dasdlab_harness::story::watch::Watcher;
use dasdlab_harness::suite::{self, Entry};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::StoryStep;
use dasdlab_model::unit::VolumeId;
use dasdlab_scenarios::large::{self, LargeOptions};
use dasdlab_simulator::World;
use tempfile::TempDir;

/// Columns of a terminal that does not say how many it has.
const WIDTH: usize = 80;

fn plain(slot: Option<usize>) -> Drawing {
    Drawing { width: WIDTH, paint: Paint(false), slot }
}

#[track_caller]
fn drawn(id: &str, scenario: &Scenario) -> Picture {
    picture(id, scenario, &Wanted::default()).unwrap_or_else(|faults| panic!("{id}: {faults:?}"))
}

fn page(picture: &Picture) -> String {
    let mut out = Vec::new();
    html::page(picture, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What `view` says of a scenario of the corpus.
#[track_caller]
fn check(args: &[&str]) -> String {
    let Said { stdout, stderr, code } = say(TempDir::new().unwrap().path(), &[&["view"], args].concat());
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    stdout
}

#[test]
fn a_setup_is_drawn_with_what_is_wrong_in_it() {
    insta::assert_snapshot!("combination", check(&["corpus/combination-coverage-shared-target-and-level"]));
}

#[test]
fn a_split_error_on_one_pair_of_eighty_has_a_lane_of_its_own() {
    insta::assert_snapshot!("split-error", check(&["corpus/story-split-error-on-pair-37-of-80"]));
}

#[test]
fn a_story_is_drawn_as_it_stands_at_a_time() {
    insta::assert_snapshot!(
        "slots-at-an-hour",
        check(&["corpus/story-flashcopy-slots-go-round", "--at", "1h", "--width", "110"])
    );
}

#[test]
fn colours_change_no_character() {
    for name in ["story-split-error-on-pair-37-of-80", "combination-of-warnings-only"] {
        let name = format!("corpus/{name}");
        let coloured = check(&[&name, "--color", "always"]);
        let mut bare = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            bare += before;
            rest = after.split_once('m').unwrap().1;
        }
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&(bare + rest)), trimmed(&check(&[&name])));
    }
}

/// The glyphs of the cells that are drawn, and those of lanes and pairs.
fn used(text: &str) -> BTreeSet<char> {
    let mut used = BTreeSet::new();
    let mut lanes = false;
    let mut pairs = false;
    for line in text.lines() {
        let is_row = line.len() > 4 && line.starts_with(' ') && line.get(2..5) == Some("0  ");
        if is_row {
            used.extend(line.chars().skip(5).filter(|c| !matches!(c, ' ' | '·')));
        }
        (lanes, pairs) = match line {
            "lanes" => (true, false),
            "pairs" => (false, true),
            "" => (false, false),
            _ => (lanes, pairs),
        };
        let name = line.trim_start();
        if lanes && (name.starts_with('g') && !name.starts_with("grids") || name.starts_with("other ")) {
            used.extend(line.chars().skip(25).filter(|c| *c != '·'));
        }
        if pairs && (name.starts_with("generation ") || name.starts_with("other ")) {
            let state = line.rsplit("  ").next().unwrap();
            used.extend(
                state.split_once(' ').filter(|(glyph, _)| glyph.chars().count() == 1).and_then(|(glyph, _)| glyph.chars().next()),
            );
        }
    }
    used
}

/// The glyphs that the legend names.
fn named(text: &str) -> BTreeSet<char> {
    let mut named = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        let head = ["  volume   ", "  status   ", "  copy     ", "  finding  "].iter().any(|head| line.starts_with(head));
        inside = head || (inside && line.starts_with("           "));
        if inside {
            let signs: String = line.chars().skip(11).collect();
            for sign in signs.split("   ") {
                named.extend(sign.split(' ').take_while(|word| word.chars().count() == 1).flat_map(str::chars));
            }
        }
    }
    named
}

#[test]
fn everything_in_the_corpus_can_be_drawn_and_its_legend_names_what_is_used_and_nothing_else() {
    for Entry { id, scenario, .. } in suite::corpus().unwrap().entries {
        let picture = drawn(&id, &scenario);
        let text = draw(&picture, plain(None));
        let wide = text.lines().find(|line| line.chars().count() > WIDTH);
        assert_eq!(wide, None, "{id}");
        assert_eq!(used(&text), named(&text), "{text}");
        let page = page(&picture);
        assert!(page.contains("</html>") && !page.contains(" style="), "{id}");
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{id}: {ids:?}");
        let first = picture.story.as_ref().map(|_| 0);
        assert!(!draw(&picture, plain(first)).is_empty());
        assert!(html::fragment(&picture, "x1").contains("id=\"x1\""));
    }
}

/// What is seen when each step begins: what has come of the one before, and of the faults behind it.
#[derive(Default)]
struct Begins(Vec<Observation>);

impl Watcher for Begins {
    fn step_begins(&mut self, _: usize, _: &StoryStep, world: &World) {
        self.0.push(world.observe());
    }
}

/// Compares every cell that is drawn with what is seen.
#[track_caller]
fn same(id: &str, picture: &Picture, slot: usize, seen: &Observation) {
    let system = picture.profile.as_ref().unwrap().system.clone();
    let units = seen.units.iter().filter(|entry| entry.system.as_str() == system);
    let status: BTreeMap<VolumeId, _> = units
        .filter_map(|entry| match entry.device {
            Device::Base(volume, status) => Some((volume, status)),
            Device::Alias(_) => None,
        })
        .collect();
    for grid in picture.grids_at(Some(slot)) {
        for cell in &grid.cells {
            let id_of = VolumeId { array: grid.array, lss: grid.lss, ua: cell.ua };
            let Some(volume) = seen.volumes.iter().find(|volume| volume.id == id_of) else { continue };
            let look = cell.look;
            assert_eq!(look.status, status.get(&id_of).copied(), "{id}, moment {slot}, {id_of}");
            assert_eq!(look.volser, volume.volser, "{id}, moment {slot}, {id_of}");
            assert_eq!(look.held, volume.held_for.is_some(), "{id}, moment {slot}, {id_of}");
            let mirrors = seen.mirrors.iter().map(|pair| (pair.standard, pair.bcv, CopyState::Mirror(pair.state)));
            let relations = seen.relations.iter().map(|one| (one.source, one.target, CopyState::Flash(one.state)));
            let mut of: Vec<CopyState> = Vec::new();
            for (from, to, state) in mirrors.chain(relations) {
                if to == id_of || (from == id_of && state.writes_source()) {
                    of.push(state);
                }
            }
            let is_shown = look.copy.map_or(of.is_empty(), |copy| of.contains(&copy));
            assert!(is_shown, "{id}, moment {slot}, {id_of}: {:?} of {of:?}", look.copy);
        }
    }
    for run in picture.runs_at(Some(slot)) {
        let state = run.first.copy;
        let count = seen.mirrors.iter().filter(|pair| state == Some(CopyState::Mirror(pair.state))).count()
            + seen.relations.iter().filter(|one| state == Some(CopyState::Flash(one.state))).count();
        assert!(state.is_none() || run.count <= count, "{id}, moment {slot}: {run:?}");
    }
}

#[test]
fn at_the_end_of_every_step_the_grids_are_what_the_simulator_shows() {
    let mut compared = 0;
    for Entry { id, scenario, .. } in suite::corpus().unwrap().entries.into_iter().filter(|entry| entry.scenario.is_story()) {
        let mut begins = Begins::default();
        let told = tell(&scenario, &Ours, &mut [&mut begins]).unwrap();
        let ends: Vec<Observation> = begins.0.into_iter().skip(1).chain([told.world.observe()]).collect();
        let picture = drawn(&id, &scenario);
        let story = picture.story.as_ref().unwrap();
        assert_eq!(story.steps.len(), ends.len());
        for (step, seen) in story.steps.iter().zip(&ends) {
            assert!(step.first_slot.is_some_and(|first| first <= step.last_slot), "{id}: {step:?}");
            same(&id, &picture, step.last_slot, seen);
            compared += 1;
        }
        assert!(story.slots.is_sorted_by_key(|slot| slot.at), "{id}");
        for lane in &story.lanes {
            let ends: Vec<usize> = lane.spans.iter().map(|span| span.to).collect();
            let begins: Vec<usize> = lane.spans.iter().skip(1).map(|span| span.from).chain([story.slots.len()]).collect();
            assert_eq!(ends, begins, "{id}: lanes have no gap");
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn a_site_of_65280_volumes_is_drawn_in_part_and_says_so() {
    let options = LargeOptions { arrays: 2, volumes: 65_280, profiles: 1, faulty: 10_000, ..LargeOptions::default() };
    let scenario = Scenario { site: large::site(&options).unwrap(), ..Scenario::default() };
    let picture = drawn("large", &scenario);
    assert_eq!((picture.grids.len(), picture.pairs.len()), (MAX_GRIDS, MAX_PAIRS));
    assert!(picture.grids.iter().all(|grid| grid.cells.iter().any(|cell| cell.look.mark.is_some())), "findings come first");
    let text = draw(&picture, plain(None));
    assert!(text.contains("more logical subsystems are not drawn") && text.contains("more pairs are not listed"), "{text}");
    assert!(text.len() < 50_000 && page(&picture).len() < 2_000_000);
}

#[test]
fn what_a_file_says_stays_text() {
    let hostile = "</title><script>alert(1)</script>\u{1b}[31m\u{202e}'\"&lt;";
    let Entry { mut scenario, .. } = suite::corpus_entry("story-source-boxed-between-check-and-establish").unwrap().unwrap();
    hostile.clone_into(&mut scenario.title);
    hostile.clone_into(&mut scenario.faults[0].name);
    hostile.clone_into(&mut scenario.steps[0].name);
    hostile.clone_into(&mut scenario.site.arrays[0].code_level);
    let picture = drawn(hostile, &scenario);
    let text = draw(&picture, plain(None));
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    for page in [page(&picture), html::fragment(&picture, "x")] {
        assert!(!page.contains("<script>alert") && !page.contains('\u{1b}') && !page.contains('\u{202e}'));
        assert!(page.contains("&lt;script&gt;alert(1)"));
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let folder = TempDir::new().unwrap();
    let setup = "corpus/combination-of-warnings-only";
    let refused = [
        (&["view", "nothing.toml"][..], "there is no scenario `nothing.toml`"),
        (&["view", setup, "--at", "1h"], "is no story"),
        (&["view", setup, "--at", "noon"], "is no time"),
        (&["view", setup, "--profile", "OTHER"], "there is no profile `OTHER`"),
        (&["view", setup, "--lss", "75ABC01/FE"], "there is nothing in 75ABC01/FE"),
        (&["view", setup, "--lss", "75ABC01"], "is no logical subsystem"),
        (&["view", setup, "-o", "no/such/folder.html"], "cannot be written"),
    ];
    for (args, message) in refused {
        let Said { stdout, stderr, code } = say(folder.path(), args);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(stderr.contains(message), "{args:?}: {stderr}");
    }
}

#[test]
fn a_page_is_written_whole_and_programs_are_told_the_picture() {
    let folder = TempDir::new().unwrap();
    let story = "corpus/story-split-error-on-pair-37-of-80";
    let Said { code, .. } = say(folder.path(), &["view", story, "-o", "page.html"]);
    assert_eq!(code, Some(0));
    let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    // The name of a vocabulary is no address.
    let page = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!page.contains("http://") && !page.contains("https://"));
    let told = check(&[story, "--at", "0s", "--message-format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let at = |pointer: &str| told.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).clone();
    assert_eq!(at("/profile/name"), "DAILY");
    assert_eq!(at("/grids/0/cells/0/look/role"), "source with data");
    assert_eq!(at("/grids/0/cells/0/look/status"), "online");
    assert_eq!(at("/pairs/0/generation"), 1);
    assert_eq!(at("/story/lanes/1/name"), "2024->2074");
    assert_eq!(at("/story/notes/1/what"), "fault");
    assert_eq!(at("/shown/grids/0/cells/80/look/copy"), "SyncInProg");
}
