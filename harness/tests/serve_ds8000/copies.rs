//! FlashCopies by the face: what becomes of them, and what others see of them.

use axum::http::StatusCode;
use dasdlab_model::site::Site;
use dasdlab_servers::control::order::Question;
use dasdlab_servers::core::Core;
use dasdlab_servers::desk::Entry;
use dasdlab_servers::face::Quirks;
use dasdlab_servers::pace::Pace;
use serde_json::Value;

use crate::common::say;
use crate::lab::{Lab, site};

/// Tracks of a 3390-1; the array copies 50,000 of them a second.
const TRACKS: u32 = 16_695;

async fn left(lab: &Lab, id: &str) -> u32 {
    lab.get(&format!("/cs/flashcopies/{id}")).await.column("flashcopies", "out_of_sync_tracks")[0].parse().unwrap()
}

#[tokio::test]
async fn a_relationship_is_copied_in_the_time_of_the_world_and_persists_where_that_was_asked_for() {
    let lab = Lab::new().await;
    let made = lab.establish(&["1100:1101"], &["persistent"]).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.body["link"]["href"], "http://console:8452/api/v1/cs/flashcopies/1100:1101");
    assert_eq!(made.column("flashcopies", "out_of_sync_tracks"), [TRACKS.to_string()]);
    lab.wait(100).await;
    assert_eq!(left(&lab, "1100:1101").await, TRACKS - 5_000);
    lab.wait(10_000).await;
    assert_eq!(left(&lab, "1100:1101").await, 0);
    assert_eq!(lab.delete("/cs/flashcopies/1100:1101").await.says(), (200, "ok", ""));
    assert_eq!(lab.relations().await, ["1110:1112", "1111:1113"]);
}

#[tokio::test]
async fn a_relationship_that_nobody_asked_to_persist_is_gone_with_its_background_copy() {
    let lab = Lab::new().await;
    lab.establish(&["1100:1101", "1102:1103"], &[]).await;
    lab.establish(&["1104:1105"], &["no_background_copy"]).await;
    lab.establish(&["1106:1107"], &["record_changes"]).await;
    let switches = |row: &Value| ["persistent", "recording", "backgroundcopy"].map(|name| row[name].as_str().unwrap().to_owned());
    for (volume, expected) in [
        ("1101", ["disabled", "disabled", "enabled"]),
        ("1104", ["disabled", "disabled", "disabled"]),
        ("1107", ["enabled", "enabled", "enabled"]),
    ] {
        let answer = lab.get(&format!("/volumes/{volume}/flashcopy")).await;
        assert_eq!(switches(&answer.body["data"]["flashcopy"][0]), expected, "{volume}");
    }
    lab.wait(60_000).await;
    assert_eq!(lab.relations().await, ["1104:1105", "1106:1107", "1110:1112", "1111:1113"]);
    assert_eq!(lab.get("/volumes/1101").await.column("volumes", "VOLSER"), ["QA0001"]);
}

#[tokio::test]
async fn where_copies_are_instantaneous_what_need_not_persist_is_gone_when_it_is_answered() {
    let lab = Lab::open(&site(), Quirks::default(), Pace::Instant).await;
    let made = lab.establish(&["1100:1101"], &[]).await;
    assert_eq!(made.says(), (201, "ok", ""));
    assert_eq!(lab.relations().await, ["1110:1112", "1111:1113"]);
    lab.establish(&["1100:1101"], &["persistent"]).await;
    assert_eq!(left(&lab, "1100:1101").await, 0);
}

#[tokio::test]
async fn of_several_pairs_each_is_tried_as_if_it_were_alone() {
    let lab = Lab::new().await;
    let several = lab.establish(&["1100:1101", "1100:1101", "1102:FE00", "1102:1103", "1110:1102"], &["persistent"]).await;
    assert_eq!(several.says(), (201, "ok", ""));
    let parts: Vec<&str> =
        several.body["responses"].as_array().unwrap().iter().map(|part| part["server"]["code"].as_str().unwrap()).collect();
    assert_eq!(parts, ["", "BE7AD118", "BE7AD101", "", "BE7AD11A"]);
    assert_eq!(lab.relations().await, ["1100:1101", "1102:1103", "1110:1112", "1111:1113"]);
    let none = lab.establish(&["1100:1101", "1102:FE00"], &[]).await;
    assert_eq!(none.says(), (200, "ok", ""), "the whole is ok though every part has failed, as the array says it");
    let several = lab.delete("/cs/flashcopies?ids=1100:1101,1100:1109,1102:1103").await;
    let parts = several.body["responses"].as_array().unwrap();
    let codes: Vec<&str> = parts.iter().map(|part| part["server"]["code"].as_str().unwrap()).collect();
    assert_eq!((several.status.as_u16(), codes), (200, vec!["", "BE7AD10B", ""]));
    assert_eq!(lab.relations().await, ["1110:1112", "1111:1113"]);
}

#[tokio::test]
async fn an_array_that_does_not_answer_shows_what_was_known_and_does_nothing() {
    let mut silent = site();
    silent.arrays[0].reachable = false;
    let lab = Lab::open(&silent, Quirks::default(), Pace::Hand).await;
    let before = lab.stands().await;
    assert_eq!(lab.establish(&["1100:1101"], &[]).await.says(), (503, "failed", "BE7AD104"));
    assert_eq!(lab.delete("/cs/flashcopies/1110:1112").await.says(), (503, "failed", "BE7AD104"));
    assert_eq!(lab.get("/systems").await.column("systems", "state"), ["offline"]);
    assert_eq!(lab.get("/volumes/1100").await.column("volumes", "state"), ["global_inaccessible"]);
    assert_eq!(lab.get("/cs/flashcopies/1110:1112").await.column("flashcopies", "state"), ["volume_inaccessible"]);
    assert_eq!(lab.stands().await, before);
}

/// What `check` says of the profile, about the site as it stands.
async fn findings(lab: &Lab) -> (Option<i32>, Vec<String>) {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("site.json"), lab.site().await.to_string()).unwrap();
    let said = say(folder.path(), &["check", "site.json", "--profile", "IMSP DATA", "--message-format", "json", "--quiet"]);
    assert_eq!(said.stderr, "");
    let verdict: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let findings = verdict["findings"].as_array().unwrap_or_else(|| panic!("{verdict}"));
    (said.code, findings.iter().map(|finding| format!("{} {}", text(finding, "code"), text(finding, "reason"))).collect())
}

#[tokio::test]
async fn profile_setup_judges_what_a_client_left_behind() {
    let lab = Lab::new().await;
    assert_eq!(findings(&lab).await, (Some(0), vec![]));
    // A target of the profile is taken by somebody else; so is a source that becomes a target.
    lab.establish(&["1101:1080"], &["persistent"]).await;
    let (code, found) = findings(&lab).await;
    assert_eq!(code, Some(8));
    assert!(found.contains(&"PS06E foreign-relation".to_owned()), "{found:?}");
    lab.wait(60_000).await;
    assert_eq!(findings(&lab).await.1, found, "it persists");
    lab.delete("/cs/flashcopies/1101:1080").await;
    lab.establish(&["1104:1000"], &[]).await;
    assert!(findings(&lab).await.1.iter().any(|finding| finding == "PS05E copy-target"));
}

#[tokio::test]
async fn the_journal_alone_makes_the_same_world_again() {
    let lab = Lab::new().await;
    lab.establish(&["1100:1101", "1102:FE00", "1102:1103"], &[]).await;
    lab.wait(50).await;
    lab.establish(&["1104:1105"], &["persistent"]).await;
    lab.establish(&["1106:1107"], &["no_background_copy"]).await;
    lab.wait(200).await;
    lab.get("/volumes").await;
    lab.delete("/cs/flashcopies/1106:1107").await;
    lab.establish(&["1108:1107"], &[]).await;
    let stands = lab.site().await;
    let running: Vec<&Value> =
        stands["alive"]["relations"].as_array().unwrap().iter().filter(|entry| entry["ends_when_copied"] == true).collect();
    assert!(!running.is_empty(), "something that is to end by itself is under way: {stands}");

    let journal = serde_json::to_string(&*lab.journal.0.lock().unwrap()).unwrap();
    let entries: Vec<Entry> = serde_json::from_str(&journal).unwrap();
    assert_eq!(entries.len(), 7, "reads are no orders");
    let mut core = Core::new(Box::new(crate::lab::living(&site())));
    for entry in &entries {
        core.apply(entry.at_ms, entry.settle, &entry.order);
    }
    assert_eq!(core.engine.answer(&Question::Site).unwrap(), stands);

    // The saved site goes on alike: what was to end by itself does.
    let saved: Site = serde_json::from_value(stands).unwrap();
    let again = Lab::open(&saved, Quirks::default(), Pace::Hand).await;
    for lab in [&lab, &again] {
        lab.wait(60_000).await;
        assert_eq!(lab.relations().await, ["1104:1105", "1110:1112", "1111:1113"]);
    }
}
