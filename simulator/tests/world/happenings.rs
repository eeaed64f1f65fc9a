//! What goes wrong, what others do, and how it is told.

use dasdlab_model::command::{Command, Reply};
use dasdlab_simulator::{Happening, World};

use crate::lab::{daily, lab, lab_with, settle, tell, told, volume, wait};

pub(crate) const DATA: &str = r#"catalogs = [{ name = "UCAT", kind = "user", volumes = ["DB0001"] }]
data_sets = [
  { name = "IMSP.A", class = "database", catalog = "UCAT", ims = ["IMS1"], volumes = ["DB0001"] },
  { name = "IMSP.B", class = "database", catalog = "UCAT", ims = ["IMS1"], storage = "tape" },
]
"#;

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Lets things happen one after the other, each of which changes something the first time and nothing when repeated.
#[track_caller]
fn check(mut world: World, happenings: &[Happening], expected: &[&str]) -> World {
    for happening in happenings {
        assert!(world.happen(happening, "plan"), "{happening:?}");
        let before = world.events().len();
        assert!(!world.happen(happening, "plan"), "{happening:?} again");
        assert_eq!(world.events().len(), before);
    }
    let lines: Vec<String> =
        told(&world, 0).iter().filter_map(|line| line.strip_prefix("00:00:00.000 ").map(str::to_owned)).collect();
    assert_eq!(lines, expected);
    world
}

#[test]
fn an_array_changes_its_level_its_rate_and_whether_it_answers() {
    let array = named("75ABC01");
    let world = check(
        lab(),
        &[
            Happening::CodeLevel(array, "87.1".to_owned()),
            Happening::Rate(array, Some(0)),
            Happening::Rate(array, None),
            Happening::Reachable(array, false),
            Happening::Repository(false),
        ],
        &[
            "code-level 75ABC01: 88.50.0.0 -> 87.1 (plan)",
            "rate 75ABC01: 100000 -> 0 (plan)",
            "rate 75ABC01: 0 -> 100000 (plan)",
            "array 75ABC01: reachable -> unreachable (plan)",
            "repository: available -> unavailable (plan)",
        ],
    );
    let seen = world.observe();
    let array = seen.arrays.iter().find(|seen| seen.serial == array).unwrap();
    assert_eq!((array.code_level.as_str(), array.reachable), ("87.1", false));
}

#[test]
fn a_data_set_is_extended_in_its_catalog_entry_and_on_the_volume() {
    let vtoc = lab_with(DATA);
    let extend = |data_set: &str, volser: &str| Happening::Extend { data_set: named(data_set), volser: named(volser) };
    let world = check(vtoc, &[extend("IMSP.A", "DB0002")], &["data-set IMSP.A: DB0001 -> DB0001 DB0002 (plan)"]);
    assert_eq!(world.entry_changed(&named("IMSP.A")), 1);
    assert_eq!(world.entry_changed(&named("IMSP.B")), 0);
    assert_eq!(world.observe().data_sets[0].volumes, ["DB0001", "DB0002"].map(named).to_vec());
    let mut world = lab_with(DATA);
    assert!(!world.happen(&extend("IMSP.B", "DB0002"), "plan"), "on tape");
    assert!(!world.happen(&extend("IMSP.C", "DB0002"), "plan"), "nowhere");
}

#[test]
fn an_image_holds_the_entries_that_were_changed_before_it() {
    let mut world = lab_with(DATA);
    tell(&mut world, "fc-establish 00 20");
    assert!(world.happen(&Happening::Extend { data_set: named("IMSP.A"), volser: named("DB0002") }, "plan"));
    tell(&mut world, "fc-establish 00 21");
    let stamp = |target: &str| world.content(volume(target)).unwrap().stamp;
    assert!(stamp("20") < world.entry_changed(&named("IMSP.A")));
    assert!(stamp("21") >= world.entry_changed(&named("IMSP.A")));
}

#[test]
fn a_volume_that_came_back_holds_the_entries_that_are_changed_from_then_on() {
    let mut world = lab_with(DATA);
    tell(&mut world, "fc-establish 00 20");
    settle(&mut world);
    tell(&mut world, "fc-reverse 00 20");
    settle(&mut world);
    assert!(world.happen(&Happening::Extend { data_set: named("IMSP.A"), volser: named("DB0002") }, "plan"));
    assert!(world.content(volume("00")).unwrap().stamp >= world.entry_changed(&named("IMSP.A")));
    assert_eq!(world.content(volume("00")).unwrap().at, world.now());
}

#[test]
fn a_mounted_volume_with_a_vtoc_of_its_own_takes_the_extent() {
    // The volume is added at the end of the list of volumes of the lab.
    let mut text = DATA.to_owned();
    text.push_str("aliases = []\n");
    let mut site = dasdlab_model::undeclare::site(&lab_with(&text).observe());
    for range in &mut site.volumes {
        if range.volser.as_ref().and_then(|label| label.nth(0)).as_deref() == Some("LARGER") {
            range.vtoc = Some(Vec::new());
        }
    }
    let world = World::boot(&site).unwrap();
    check(
        world,
        &[Happening::Extend { data_set: named("IMSP.A"), volser: named("LARGER") }],
        &["data-set IMSP.A: DB0001 -> DB0001 LARGER (plan)", "volume 40: LARGER, 0 data sets -> LARGER, 1 data sets (plan)"],
    );
}

#[test]
fn another_profile_takes_a_target_and_needs_setup() {
    let take = |target: &str| Happening::TakeTarget { profile: named("DAILY"), target: named(target) };
    let world = check(
        lab(),
        &[take("1080"), take("1081")],
        &[
            "target DAILY 1 1000: none -> 1080 (plan)",
            "profile DAILY: setup-needed (new) -> setup-needed (units) (plan)",
            "target DAILY 1 1000: 1080 -> 1081 (plan)",
        ],
    );
    assert_eq!(world.observe().profile(&named("DAILY")).unwrap().targets.len(), 1);
    // A profile without a source has nothing to copy there.
    assert!(!lab().happen(&Happening::TakeTarget { profile: named("ELSEWHERE"), target: named("1080") }, "plan"));
    // Nobody edits a profile while a job has it.
    let mut locked = lab();
    assert!(locked.happen(&Happening::Lock { profile: named("DAILY"), by: "setup".to_owned() }, "plan"));
    assert!(!locked.happen(&take("1080"), "plan"));
}

#[test]
fn a_catalog_is_lost_and_a_profile_locked_and_freed() {
    check(
        lab_with(DATA),
        &[
            Happening::Catalog(named("UCAT"), false),
            Happening::Lock { profile: named("DAILY"), by: "rival".to_owned() },
            Happening::Unlock(named("DAILY")),
        ],
        &[
            "catalog UCAT: reachable -> unreachable (plan)",
            "lock DAILY: free -> rival (plan)",
            "lock DAILY: rival -> free (plan)",
        ],
    );
    assert!(!lab().happen(&Happening::Catalog(named("NOWHERE"), false), "plan"));
}

#[test]
fn an_abend_frees_the_lock_and_resumes_the_logs() {
    let mut world = lab();
    let profile = named("DAILY");
    for command in
        [Command::Lock { profile: named("DAILY"), by: "backup".to_owned() }, Command::SuspendLogs { ims: named("IMS1") }]
    {
        assert_eq!(world.execute(&daily(), &command), Reply::Done);
    }
    let before = world.events().len();
    assert!(world.abend(&profile, "crash"));
    assert!(!world.abend(&profile, "crash"));
    assert_eq!(
        told(&world, before),
        [
            "00:00:00.000 lock DAILY: backup -> free (crash)",
            "00:00:00.000 logs IMS1: suspended -> running (crash)",
            "00:00:00.000 logs IMS2: suspended -> running (crash)",
        ]
    );
    assert!(!world.logs_are_suspended(named("IMS1")));
}

#[test]
fn it_is_known_when_a_copy_will_be_how_far() {
    let mut world = lab();
    let (standard, bcv) = (volume("00"), volume("80"));
    assert_eq!(world.reaches(standard, bcv, 50), None);
    tell(&mut world, "establish-full 00 80");
    tell(&mut world, "fc-establish 01 21");
    for percent in [1, 37, 50, 99] {
        let mut ahead = world.clone();
        let at = ahead.reaches(standard, bcv, percent).unwrap();
        assert_eq!(ahead.relation_reaches(volume("21"), percent), Some(at));
        ahead.advance(dasdlab_model::event::Time(at.0 - 1));
        assert_eq!(ahead.progress(standard, bcv).map(|progress| progress.percent()), Some(percent - 1));
        ahead.advance(at);
        assert_eq!(ahead.progress(standard, bcv).map(|progress| progress.percent()), Some(percent));
        assert_eq!(ahead.reaches(standard, bcv, percent), Some(at));
    }
    assert_eq!(world.reaches(standard, bcv, 100), world.next_event());
    wait(&mut world, 10_000);
    assert_eq!(world.reaches(standard, bcv, 1), Some(world.now()));
    assert!(world.happen(&Happening::Rate(named("000197800001"), Some(0)), "plan"));
    assert_eq!(world.reaches(standard, bcv, 99), None);
    assert_eq!(world.reaches(standard, bcv, 1), Some(world.now()));
}

#[test]
fn an_abend_says_whether_it_freed_the_lock_or_resumed_the_logs() {
    let abend = |command: &Command| {
        let mut world = lab();
        assert_eq!(world.execute(&daily(), command), Reply::Done);
        world.abend(&named("DAILY"), "crash")
    };
    assert!(abend(&Command::Lock { profile: named("DAILY"), by: "backup".to_owned() }));
    assert!(abend(&Command::SuspendLogs { ims: named("IMS1") }));
}
