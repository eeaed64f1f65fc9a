//! Whatever is ordered and written, in whatever sequence: tracks are conserved, time never runs backwards, and every
//! change that can be observed is explained by an event.

use std::collections::BTreeMap;

use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::{Happening, Ledger, Progress, World};
use proptest::prelude::*;

use crate::lab::{daily, lab, stranger, volume};

const STANDARDS: [&str; 3] = ["00", "01", "20"];
const BCVS: [&str; 3] = ["80", "81", "82"];
const FLASHED: [&str; 7] = ["00", "01", "20", "21", "22", "80", "42"];
const ALL: [&str; 9] = ["00", "01", "20", "21", "22", "42", "80", "81", "82"];

#[derive(Debug, Clone)]
enum Step {
    Order(Command, bool),
    Write(VolumeId, u32, u32),
    Wait(u64),
    Happen(Happening),
}

fn one_of(names: &'static [&'static str]) -> impl Strategy<Value = VolumeId> {
    prop::sample::select(names).prop_map(volume)
}

fn step() -> impl Strategy<Value = Step> {
    let mirror = (one_of(&STANDARDS), one_of(&BCVS), prop::sample::select(MirrorOrder::ALL), any::<bool>())
        .prop_map(|(standard, bcv, order, own)| Step::Order(Command::Mirror { standard, bcv, order }, own));
    let flash = (one_of(&FLASHED), one_of(&FLASHED), prop::sample::select(RelationOrder::ALL), any::<bool>())
        .prop_map(|(source, target, order, own)| Step::Order(Command::FlashCopy { source, target, order }, own));
    let together = prop::collection::vec((one_of(&STANDARDS), one_of(&BCVS)), 0..4)
        .prop_map(|pairs| Step::Order(Command::SplitTogether { pairs }, true));
    let write = (one_of(&ALL), 0..17_000_u32, 0..3_000_u32).prop_map(|(at, start, length)| Step::Write(at, start, length));
    let wait = prop_oneof![0..3_000_u64, 0..40_000_u64].prop_map(Step::Wait);
    let fails = prop_oneof![
        (one_of(&STANDARDS), one_of(&BCVS)).prop_map(|(standard, bcv)| Happening::MirrorFails { standard, bcv }),
        one_of(&FLASHED).prop_map(Happening::RelationFails),
        one_of(&FLASHED).prop_map(Happening::OutOfSpace),
        prop::sample::select(vec![None, Some(0), Some(333), Some(7_919)])
            .prop_map(|rate| Happening::Rate("000197800001".parse().unwrap(), rate)),
    ]
    .prop_map(Step::Happen);
    prop_oneof![6 => mirror, 5 => flash, 1 => together, 5 => write, 5 => wait, 1 => fails]
}

/// Everything that can be seen to change, by the name that the event log has for it.
fn seen(observation: &Observation) -> BTreeMap<String, String> {
    let mirrors =
        observation.mirrors.iter().map(|pair| (format!("mirror {} {}", pair.standard, pair.bcv), pair.state.to_string()));
    let relations = observation
        .relations
        .iter()
        .map(|relation| (format!("flashcopy {} {}", relation.source, relation.target), relation.state.to_string()));
    let units = observation.units.iter().filter_map(|unit| match unit.device {
        Device::Base(_, status) => Some((format!("unit {}:{}", unit.system, unit.unit), status.to_string())),
        Device::Alias(_) => None,
    });
    let labels = observation
        .volumes
        .iter()
        .map(|volume| (format!("volume {}", volume.id), volume.volser.map_or("no label".to_owned(), |label| label.to_string())));
    let holds = observation
        .volumes
        .iter()
        .map(|volume| (format!("hold {}", volume.id), volume.held_for.as_ref().map_or("free".to_owned(), ToString::to_string)));
    let rates =
        observation.arrays.iter().map(|array| (format!("rate {}", array.serial), array.copy_rate.unwrap_or(100_000).to_string()));
    mirrors.chain(relations).chain(units).chain(labels).chain(holds).chain(rates).collect()
}

/// What was seen before, brought forward by the events since, is what is seen now.
fn explained(before: &BTreeMap<String, String>, world: &World, events: usize) {
    let mut told = before.clone();
    for event in &world.events()[events..] {
        let unseen = if event.object.starts_with("mirror") { "NeverEstab" } else { "none" };
        let known = told.get(&event.object).map_or(unseen, String::as_str);
        assert_eq!(known, event.from, "{event}");
        if event.to == "none" {
            told.remove(&event.object);
        } else {
            told.insert(event.object.clone(), event.to.clone());
        }
    }
    assert_eq!(told, seen(&world.observe()));
}

type Books = BTreeMap<String, (Option<Progress>, Ledger)>;

/// How far every copy is, and its ledger.
fn books(world: &World) -> Books {
    let observation = world.observe();
    let mirrors = observation.mirrors.iter().map(|pair| {
        let (standard, bcv) = (pair.standard, pair.bcv);
        (format!("mirror {standard} {bcv}"), (world.progress(standard, bcv), world.ledger(standard, bcv).unwrap()))
    });
    let relations = observation.relations.iter().map(|relation| {
        let (source, target) = (relation.source, relation.target);
        (format!("flashcopy {source} {target}"), (world.relation_progress(target), world.relation_ledger(target).unwrap()))
    });
    mirrors.chain(relations).collect()
}

fn conserved(before: &Books, after: &Books) {
    for (pair, (progress, ledger)) in after {
        let Some((Some(was), old)) = before.get(pair) else { continue };
        let Some(is) = progress else { continue };
        assert!(ledger.marked >= old.marked && ledger.copied >= old.copied, "{pair} forgets");
        let (marked, copied) = (ledger.marked - old.marked, ledger.copied - old.copied);
        assert_eq!(u64::from(was.invalid) + marked, u64::from(is.invalid) + copied, "{pair}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn tracks_are_conserved_and_every_change_is_explained(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = lab();
        let mut last = world.now();
        for step in steps {
            let (before, accounts, events) = (seen(&world.observe()), books(&world), world.events().len());
            match step {
                Step::Order(command, own) => {
                    world.execute(&if own { daily() } else { stranger() }, &command);
                }
                Step::Write(at, start, length) => {
                    world.host_write(at, start..start + length);
                }
                Step::Wait(milliseconds) => world.advance(world.now().plus(milliseconds)),
                Step::Happen(happening) => {
                    world.happen(&happening, "plan");
                }
            }
            explained(&before, &world, events);
            conserved(&accounts, &books(&world));
            prop_assert_eq!(world.conserved(), Ok(()));
            prop_assert!(last <= world.now());
            prop_assert!(world.events().is_sorted_by_key(|event| event.at));
            last = world.now();
            world.advance(Time(0));
            prop_assert_eq!(world.now(), last);
        }
        // Left alone, every copy comes to an end unless the array is stalled.
        world.happen(&Happening::Rate("000197800001".parse().unwrap(), Some(1_000_000)), "plan");
        while let Some(at) = world.next_event() {
            world.advance(at);
        }
        let running = world.observe().mirrors.iter().filter(|pair| pair.state.to_string().ends_with("InProg")).count();
        prop_assert_eq!(running, 0);
    }
}
