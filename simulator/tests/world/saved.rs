//! A world saved in the middle and read again goes on as if nothing had been.

use dasdlab_model::alive::{Alive, EntryChanged, RelationAlive, Running};
use dasdlab_model::declare::declare;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::site::Site;
use dasdlab_model::undeclare;
use dasdlab_model::unit::VolumeId;
use dasdlab_model::write::write;
use dasdlab_simulator::{Happening, World};
use proptest::prelude::*;

use crate::conservation::{ALL, step};
use crate::happenings::DATA;
use crate::lab::{lab, lab_with, settle, tell, volume, wait};

/// The site of a world, written as text and read again.
fn saved(world: &World, encoding: Encoding) -> Site {
    let site = world.save("saved".to_owned());
    let text = write(&Content::Site(Box::new(site.clone())), encoding).unwrap();
    let document = parse("saved", text, encoding).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(document.site(), &site);
    site
}

/// What a volume holds, with how often IMS systems have written since instead of before.
fn content(world: &World, volume: VolumeId) -> String {
    let since = |content: &dasdlab_simulator::Content| -> Option<Vec<u64>> {
        let written = content.written.as_ref()?;
        Some(written.iter().map(|(&ims, times)| world.written(ims) - times).collect())
    };
    let content = world.content(volume).unwrap();
    let restored = content.restored.as_deref().map(|image| (image.origin, image.at, image.stamp, image.usable, since(image)));
    format!("{:?}", (content.origin, content.at, content.stamp, content.usable, since(&content), restored))
}

/// Everything that can be asked of two worlds is answered alike.
#[track_caller]
fn check_alike(one: &World, other: &World) {
    assert_eq!(one.observe(), other.observe());
    assert_eq!((one.now(), one.next_event()), (other.now(), other.next_event()));
    assert_eq!(other.conserved(), Ok(()));
    for a in ALL.map(volume) {
        assert_eq!(content(one, a), content(other, a), "{a}");
        assert_eq!(one.relation_progress(a), other.relation_progress(a), "{a}");
        assert_eq!(one.relation_reaches(a, 50), other.relation_reaches(a, 50), "{a}");
        for b in ALL.map(volume) {
            assert_eq!(one.progress(a, b), other.progress(a, b), "{a} {b}");
            assert_eq!(one.reaches(a, b, 50), other.reaches(a, b, 50), "{a} {b}");
        }
    }
    for ims in ["IMS1", "IMS2", "IMS9"].map(|ims| ims.parse().unwrap()) {
        assert_eq!(one.logs_are_suspended(ims), other.logs_are_suspended(ims), "{ims}");
    }
    for data_set in ["IMSP.A", "IMSP.B"].map(|name| name.parse().unwrap()) {
        assert_eq!(one.entry_changed(&data_set), other.entry_changed(&data_set), "{data_set}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_site_saved_in_the_middle_continues_identically(
        before in prop::collection::vec(step(), 0..40),
        after in prop::collection::vec(step(), 0..25),
    ) {
        let mut world = lab_with(DATA);
        for step in &before {
            step.happen_to(&mut world);
        }
        let site = saved(&world, Encoding::Toml);
        prop_assert_eq!(&site, &saved(&world, Encoding::Json));
        let mut again = World::boot(&site).unwrap_or_else(|faults| panic!("{faults:?}"));
        check_alike(&world, &again);
        prop_assert_eq!(&again.save("saved".to_owned()), &site);
        let told = world.events().len();
        for step in &after {
            step.happen_to(&mut world);
            step.happen_to(&mut again);
            check_alike(&world, &again);
        }
        settle(&mut world);
        settle(&mut again);
        prop_assert_eq!(&world.events()[told..], again.events());
    }
}

#[test]
fn a_site_in_which_nothing_has_happened_is_as_short_as_it_was_declared() {
    for lines in [
        DATA,
        "mirrors = [{ standard = \"1000\", bcv = \"1080\", count = 3, state = \"SyncInProg\" }]\n",
        "mirrors = [{ standard = \"1000\", bcv = \"1080\", count = 3, state = \"Split\" }]\n",
        "flashcopy = [{ source = \"1000\", target = \"1020\", count = 3, state = \"copying\" }]\n",
    ] {
        let world = lab_with(lines);
        assert_eq!(world.save(String::new()), undeclare::site(&world.observe()), "{lines}");
    }
}

#[test]
fn like_copies_of_consecutive_volumes_stand_in_one_entry() {
    let mut world = lab();
    for (standard, bcv) in [("00", "80"), ("01", "81"), ("02", "82"), ("03", "83")] {
        tell(&mut world, &format!("establish-full {standard} {bcv}"));
    }
    wait(&mut world, 1_000);
    let text = write(&Content::Site(Box::new(saved(&world, Encoding::Toml))), Encoding::Toml).unwrap();
    let (_, section) = text.split_once("[alive]\n").unwrap();
    let section = section.split("\n[").next().unwrap();
    assert_eq!(
        section,
        r#"now_ms = 1000
arranged = 4
sharing = [{ array = "000197800001", at_ms = 0, given = 0 }]
mirrors = [
  { standard = "000197800001/10/00", bcv = "000197800001/10/80", count = 4, copy = { number = 1 }, owed = ["0-16694"] },
]
"#
    );
}

/// Changes the section of a site that was saved in the middle of several things, and compares what is said against it.
#[track_caller]
fn check_refused(change: impl FnOnce(&mut Alive), expected: &[&str]) {
    let mut world = lab_with(DATA);
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    assert!(world.happen(&Happening::Extend { data_set: named("IMSP.A"), volser: named("DB0002") }, "plan"));
    // Numbers 1 to 4; the BCV 82 mirrors.
    for order in ["split-normal 00 80", "establish-full 01 81", "establish-full 02 82", "fc-establish 03 23"] {
        tell(&mut world, order);
    }
    let mut site = saved(&world, Encoding::Toml);
    assert_eq!(declare(&site).map(|_| ()), Ok(()));
    change(&mut site.alive);
    let faults = declare(&site).err().unwrap_or_default();
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

#[test]
fn what_does_not_fit_the_site_is_refused_with_its_place() {
    check_refused(|_| {}, &[]);
    check_refused(
        |alive| alive.now_ms = u64::MAX,
        &[
            "alive.now_ms: 18446744073709551615 is too large: expected 9007199254740991 or less",
            "alive.mirrors[0].split: the split has ended: expected an instant that is not past",
        ],
    );
    check_refused(|alive| alive.arranged = 3, &["alive.relations[0].copy: 4 is above the last that was given, 3"]);
    check_refused(
        |alive| alive.suspended = vec![named("IMS7"), named("IMS1"), named("IMS1")],
        &["alive.suspended[0]: IMS system IMS7 is nowhere in the site", "alive.suspended[2]: IMS system IMS1 is named twice"],
    );
    check_refused(
        |alive| alive.written[2].ims = named("IMS1"),
        &["alive.written[2].ims: IMS system IMS1 is named twice", "alive.images[0].written: 3 is above what IMS9 has written, 0"],
    );
    check_refused(
        |alive| alive.entries.push(EntryChanged { data_set: named("IMSP.Z"), change: 1 }),
        &[
            "alive.entries[1].data_set: data set IMSP.Z is nowhere in the site",
            "alive.entries[1].change: change 1: expected a number from 1 that no other entry has",
        ],
    );
    check_refused(
        |alive| alive.entries.clear(),
        &[
            "alive.images[0].change: 1 is above the last change of an entry, 0",
            "alive.images[1].change: 1 is above the last change of an entry, 0",
        ],
    );
    check_refused(|alive| alive.sharing[0].at_ms += 1, &["alive.sharing[0].at_ms: 16696 is above the present instant, 16695"]);
    check_refused(
        |alive| alive.sharing.clear(),
        &[
            "alive.mirrors[1].copy: a copy runs: expected array 000197800001 in `sharing`",
            "alive.relations[0].copy: a copy runs: expected array 000197800001 in `sharing`",
        ],
    );
}

#[test]
fn copies_and_images_that_do_not_fit_are_refused_with_their_place() {
    check_refused(
        |alive| alive.mirrors[0].bcv = volume("81"),
        &["alive.mirrors[0].bcv: 000197800001/10/00 and 000197800001/10/81 are no mirror pair of the site"],
    );
    check_refused(
        |alive| alive.mirrors[1].count = 3,
        &["alive.mirrors[1].bcv: 000197800001/10/03 and 000197800001/10/83 are no mirror pair of the site"],
    );
    check_refused(|alive| alive.mirrors[1].count = 0, &["alive.mirrors[1].count: a range of 0: expected a count of 1 or more"]);
    check_refused(
        |alive| alive.mirrors[1].count = u32::MAX,
        &["alive.mirrors[1].count: more than 4194304 entries in all: expected fewer"],
    );
    check_refused(
        |alive| {
            let again = alive.mirrors[1].clone();
            alive.mirrors.push(again);
        },
        &["alive.mirrors[2].bcv: the pair 000197800001/10/01 and 000197800001/10/81 is named twice"],
    );
    check_refused(
        |alive| alive.mirrors[0].copy = alive.mirrors[1].copy,
        &["alive.mirrors[0].copy: no copy runs while the state is SplitInProg"],
    );
    check_refused(
        |alive| alive.mirrors[1].copy = None,
        &["alive.mirrors[1]: a copy runs while the state is SyncInProg: expected `copy`"],
    );
    check_refused(
        |alive| alive.relations[0].copy = Some(Running { number: 3, from: 0 }),
        &["alive.relations[0].copy: number 3: expected one from 1 that nothing else has"],
    );
    check_refused(|alive| alive.mirrors[0].split = None, &["alive.mirrors[0].bcv: a split runs: expected `split`"]);
    check_refused(
        |alive| alive.mirrors[1].split = alive.mirrors[0].split,
        &["alive.mirrors[1].split: no split runs while the state is SyncInProg"],
    );
    check_refused(
        |alive| alive.mirrors[1].owed = vec![named("0-99"), named("16694-16695")],
        &["alive.mirrors[1].owed[1]: tracks 16694-16695: the volume has 16695, from 0 on"],
    );
    check_refused(
        |alive| alive.mirrors[0].bcv_changed = vec![named("5-9"), named("9")],
        &["alive.mirrors[0].bcv_changed[1]: tracks 9 follow track 9: expected ascending ranges"],
    );
    check_refused(
        |alive| alive.mirrors[1].standard_changed = vec![named("5")],
        &["alive.mirrors[1].standard_changed: nothing is known of tracks while the state is SyncInProg: expected none"],
    );
    check_refused(
        |alive| alive.relations[0].source = volume("00"),
        &["alive.relations[0].target: there is no relation from 000197800001/10/00 to 000197800001/10/23 in the site"],
    );
    check_refused(
        |alive| alive.images[0].origin = volume("FF"),
        &["alive.images[0].origin: there is no volume at 000197800001/10/FF"],
    );
    check_refused(
        |alive| alive.images[1].volume = volume("82"),
        &[
            "alive.images[1].volume: 000197800001/10/82 mirrors a standard volume and holds what that one holds: expected no image",
        ],
    );
    check_refused(
        |alive| alive.images[1].volume = volume("23"),
        &["alive.images[1].volume: 000197800001/10/23 has two images: expected one"],
    );
    check_refused(|alive| alive.images[1].at_ms = 20_000, &["alive.images[1].at_ms: 20000 is above the present instant, 16695"]);
    let many = || (0..8_000).map(|nth| named(&(nth * 2).to_string())).collect::<Vec<_>>();
    check_refused(
        |alive| alive.mirrors[0].bcv_changed = [many(), many()].concat(),
        &["alive.mirrors[0].bcv_changed[8000]: tracks 0 follow track 15998: expected ascending ranges"],
    );
}

/// Saves a world, boots it again, and compares all that happens until nothing more is under way.
#[track_caller]
fn check_goes_on(mut world: World) -> (Site, World) {
    let site = saved(&world, Encoding::Toml);
    let mut again = World::boot(&site).unwrap();
    check_alike(&world, &again);
    let told = world.events().len();
    settle(&mut world);
    settle(&mut again);
    assert_eq!(&world.events()[told..], again.events());
    check_alike(&world, &again);
    (site, again)
}

#[test]
fn a_site_is_saved_with_its_description_and_counts_from_where_its_copies_began() {
    let mut world = lab();
    tell(&mut world, "establish-full 00 80");
    settle(&mut world);
    tell(&mut world, "establish-full 01 81");
    let (site, _) = check_goes_on(world);
    assert_eq!(site.description, "saved");
    let given: Vec<u64> = site.alive.sharing.iter().map(|sharing| sharing.given).collect();
    let from: Vec<Option<u64>> = site.alive.mirrors.iter().map(|pair| pair.copy.map(|copy| copy.from)).collect();
    assert_eq!((given, from), (vec![0], vec![Some(0)]));
}

#[test]
fn what_ends_at_one_instant_ends_in_the_order_in_which_it_began() {
    for (before, orders) in [(&["establish-full {}"][..], "split-normal {}"), (&[][..], "establish-full {}")] {
        let mut world = lab();
        for pair in ["03 83", "00 80", "01 81", "02 82"] {
            before.iter().for_each(|text| tell(&mut world, &text.replace("{}", pair)));
        }
        settle(&mut world);
        for pair in ["03 83", "00 80", "01 81", "02 82"] {
            tell(&mut world, &orders.replace("{}", pair));
        }
        check_goes_on(world);
    }
    let mut world = lab();
    for pair in ["03 23", "00 20", "01 21", "02 22"] {
        tell(&mut world, &format!("fc-establish {pair}"));
    }
    check_goes_on(world);
}

#[test]
fn a_relation_that_has_copied_everything_still_knows_what_changed() {
    let mut world = lab();
    tell(&mut world, "fc-establish 00 20");
    settle(&mut world);
    for written in [5..6, 10..11, 12..30] {
        world.host_write(volume("00"), written);
    }
    let (site, mut again) = check_goes_on(world);
    let changed: Vec<_> = site.alive.relations.iter().flat_map(|entry| entry.changed.iter().map(|range| range.range())).collect();
    assert_eq!(changed, [5..6, 10..11, 12..30]);
    tell(&mut again, "fc-establish-incremental 00 20");
    assert_eq!(again.relation_progress(volume("20")).unwrap().invalid, 20);
    let mut idle = lab();
    tell(&mut idle, "fc-establish-nocopy 00 20");
    check_goes_on(idle);
}

#[test]
fn a_relation_that_ends_by_itself_does_so_after_it_was_saved() {
    let mut world = lab();
    for pair in ["00 20", "01 21", "02 22"] {
        tell(&mut world, &format!("fc-establish {pair}"));
    }
    world.end_when_copied(volume("21"));
    let (_, again) = check_goes_on(world);
    let left: Vec<_> = again.observe().relations.iter().map(|relation| relation.target).collect();
    assert_eq!(left, [volume("20"), volume("22")]);
    let mut site = saved(&again, Encoding::Toml);
    let (source, target) = (volume("00"), volume("20"));
    let entry = RelationAlive { source, target, count: 1, copy: None, owed: vec![], changed: vec![], ends_when_copied: true };
    site.alive.relations.push(entry);
    let faults: Vec<String> = World::boot(&site).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(faults, ["alive.relations[0].ends_when_copied: the relation to 000197800001/10/20 is copied and would be gone"]);
}

#[test]
fn a_volume_that_is_being_copied_back_comes_alive_when_it_is() {
    let mut world = lab();
    for text in ["establish-full 00 80", "settle", "split-instant 00 80", "restore-full 00 80"] {
        if text == "settle" { settle(&mut world) } else { tell(&mut world, text) }
    }
    let (_, again) = check_goes_on(world);
    let came_back = |world: &World| {
        let content = world.content(volume("00")).unwrap();
        (content.written.is_none(), content.restored.is_some())
    };
    assert_eq!(came_back(&again), (true, true));
    let mut turned = lab();
    tell(&mut turned, "fc-establish 00 20");
    settle(&mut turned);
    turned.host_write(volume("00"), 0..500);
    tell(&mut turned, "fc-reverse 00 20");
    assert_eq!(came_back(&turned), (false, false));
    let (_, turned) = check_goes_on(turned);
    assert_eq!(came_back(&turned), (true, true));
    let (_, again) = check_goes_on(again);
    assert_eq!(came_back(&again), (true, true));
}

#[test]
fn a_split_pair_still_knows_what_changed_on_either_side() {
    for side in ["00", "80"] {
        let mut world = lab();
        tell(&mut world, "establish-full 00 80");
        settle(&mut world);
        tell(&mut world, "split-instant 00 80");
        world.host_write(volume(side), 5..25);
        let (_, mut again) = check_goes_on(world);
        tell(&mut again, "establish-incremental 00 80");
        assert_eq!(again.progress(volume("00"), volume("80")).unwrap().invalid, 20, "{side}");
    }
}
