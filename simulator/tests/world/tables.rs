//! The world runs the transition tables: every cell of them, pair by pair.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::{Cell, MirrorOrder, RelationOrder, mirror, relation};

use crate::lab::{daily, lab, lab_with, volume};

/// What a cell of a table must look like: the reply, and the state that the event log tells first.
fn expected<State: ToString>(cell: Cell<State>) -> (Reply, Option<String>) {
    match cell {
        Cell::To(next) => (Reply::Done, Some(next.to_string())),
        Cell::Gone => (Reply::Done, Some("none".to_owned())),
        Cell::Stays => (Reply::Nothing, None),
        Cell::Refused(refusal) => (Reply::Refused(refusal), None),
    }
}

#[test]
fn every_order_to_a_pair_in_every_state_does_what_its_cell_says() {
    let orders = MirrorOrder::ALL.iter().filter(|order| !matches!(order, MirrorOrder::Hold | MirrorOrder::Release));
    for (&order, &state) in orders.flat_map(|order| MirrorState::ALL.iter().map(move |state| (order, state))) {
        let mut world = lab_with(&format!("mirrors = [{{ standard = \"1000\", bcv = \"1080\", state = \"{state}\" }}]\n"));
        let reply = world.execute(&daily(), &Command::Mirror { standard: volume("00"), bcv: volume("80"), order });
        let told = world.events().iter().find(|event| event.object.starts_with("mirror"));
        if let Some(event) = told {
            assert_eq!(event.from, state.as_str(), "{order} in {state}");
        }
        assert_eq!((reply, told.map(|event| event.to.clone())), expected(mirror(state, order)), "{order} in {state}");
    }
}

#[test]
fn a_hold_asks_for_no_state() {
    for &state in MirrorState::ALL {
        let mut world = lab_with(&format!("mirrors = [{{ standard = \"1000\", bcv = \"1080\", state = \"{state}\" }}]\n"));
        for order in [MirrorOrder::Hold, MirrorOrder::Release] {
            let reply = world.execute(&daily(), &Command::Mirror { standard: volume("00"), bcv: volume("80"), order });
            assert_eq!(reply, Reply::Done, "{order} in {state}");
        }
        assert_eq!(world.observe().mirrors[0].state, state);
    }
}

#[test]
fn every_order_to_a_relation_in_every_state_does_what_its_cell_says() {
    let states = || std::iter::once(None).chain(RelationState::ALL.iter().copied().map(Some));
    for (&order, state) in RelationOrder::ALL.iter().flat_map(|order| states().map(move |state| (order, state))) {
        let mut world = state.map_or_else(lab, |state| {
            lab_with(&format!("flashcopy = [{{ source = \"1000\", target = \"1020\", state = \"{state}\" }}]\n"))
        });
        let reply = world.execute(&daily(), &Command::FlashCopy { source: volume("00"), target: volume("20"), order });
        // A reversed relation ends and begins the other way round.
        let after_end = usize::from(order == RelationOrder::Reverse);
        let told = world.events().iter().filter(|event| event.object.starts_with("flashcopy")).nth(after_end);
        assert_eq!((reply, told.map(|event| event.to.clone())), expected(relation(state, order)), "{order} in {state:?}");
    }
}
