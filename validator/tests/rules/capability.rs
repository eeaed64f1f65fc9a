//! PS07 and PS08.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{HostStatus, Incapable, LssScope, RelationState};

use crate::lab::{Bcv, Data, FlashCopy, Full, add_volume, check, drop_source, name, relate, remap, status, volume};

#[test]
fn capability_is_asked_per_unit_and_side() {
    check(
        FlashCopy,
        Full,
        |seen| {
            volume(seen, "1000").inhibited = true;
            volume(seen, "2000").v1_active = true;
            volume(seen, "1001").incapable = Some(Incapable::XrcSource);
            volume(seen, "5000").inhibited = true;
        },
        &[
            "PS07E inhibited unit:1000 side:source volser=IMS000",
            "PS07E not-capable unit:1001 side:source volser=IMS001 cause=xrc-source",
            "PS07E v1-active unit:2000 side:target volser=",
        ],
    );
}

#[test]
fn a_bcv_profile_does_not_ask_for_flashcopy() {
    check(
        Bcv,
        Full,
        |seen| {
            volume(seen, "1000").inhibited = true;
            seen.arrays[0].features.clear();
        },
        &[],
    );
}

#[test]
fn an_array_without_a_licence_is_a_finding_of_each_unit() {
    check(
        FlashCopy,
        Data,
        |seen| {
            seen.arrays[0].features.clear();
            for unit in ["1001", "1002", "1003"] {
                drop_source(seen, unit);
            }
            seen.data_sets.clear();
        },
        &[
            "PS07E not-licensed unit:1000 side:source array=BOX1",
            "PS07E not-licensed unit:2000 side:target array=BOX1",
            "PS07E not-licensed unit:3000 side:target array=BOX1",
        ],
    );
}

#[test]
fn twelve_relations_pass_and_thirteen_do_not() {
    let with = |count: u8| {
        move |seen: &mut Observation| {
            // Own relations do not count.
            relate(seen, "1000", "2000", RelationState::Copied);
            relate(seen, "1000", "3000", RelationState::Copying);
            for step in 0..count {
                let target = format!("BOX2/10/{step:02X}");
                add_volume(seen, name(&target), None, "", HostStatus::Online);
                relate(seen, "1000", &target, RelationState::Idle);
            }
        }
    };
    check(FlashCopy, Full, with(10), &[]);
    let limit = "PS07E relation-limit unit:1000 side:source volser=IMS000 relations=11 generations=2 limit=12";
    check(FlashCopy, Full, with(11), &[limit]);
}

/// Maps source 1000 to 10 on array `serial` and LSS `lss`, in generation 2.
fn moved(place: &str) -> impl Fn(&mut Observation) {
    move |seen| {
        add_volume(seen, name(place), None, "4000", HostStatus::Offline);
        remap(seen, 2, "1000", "4000");
    }
}

#[test]
fn the_same_lss_is_the_same_array_and_the_same_lss_id() {
    let array = "PS08E different-array unit:1000 unit:4000 generation:2 source_array=BOX1 target_array=BOX2";
    check(FlashCopy, Full, moved("BOX2/10/00"), &[array]);
    check(FlashCopy, Full, moved("BOX2/11/00"), &[array]);
    let lss = "PS08E different-lss unit:1000 unit:4000 generation:2 source_lss=BOX1/10 target_lss=BOX1/11";
    check(FlashCopy, Full, moved("BOX1/11/00"), &[lss]);
    check(FlashCopy, Full, moved("BOX1/10/FF"), &[]);
    check(
        Bcv,
        Full,
        |seen| {
            moved("BOX1/11/00")(seen);
            volume(seen, "4000").bcv = true;
        },
        &[],
    );
}

#[test]
fn policy_can_leave_the_lss_out() {
    let same_array = |place: &'static str| {
        move |seen: &mut Observation| {
            moved(place)(seen);
            seen.policy.lss_scope = LssScope::SameArray;
        }
    };
    check(FlashCopy, Full, same_array("BOX1/11/00"), &[]);
    let array = "PS08E different-array unit:1000 unit:4000 generation:2 source_array=BOX1 target_array=BOX2";
    check(FlashCopy, Full, same_array("BOX2/10/00"), &[array]);
}

#[test]
fn arrays_that_are_alike_are_told_apart() {
    check(
        FlashCopy,
        Full,
        |seen| {
            // BOX2 as BOX1: the same addresses and labels, behind other units.
            for step in 0..4 {
                let label = format!("IMS00{step}");
                add_volume(seen, name(&format!("BOX2/10/{step:02X}")), Some(&label), &format!("600{step}"), HostStatus::Offline);
                add_volume(seen, name(&format!("BOX2/10/{:02X}", 0x40 + step)), None, &format!("700{step}"), HostStatus::Boxed);
            }
            volume(seen, "6000").inhibited = true;
        },
        &[],
    );
    check(
        FlashCopy,
        Full,
        |seen| {
            add_volume(seen, name("BOX2/10/00"), Some("IMS000"), "6000", HostStatus::Online);
            status(seen, "1000", HostStatus::Offline);
        },
        &[
            "PS01E missing unit:6000 volser=IMS000 data_sets=IMSP.DB",
            "PS03E missing catalog:UCAT.DB devices=6000 unknown_volsers= data_sets=IMSP.DB,IMSP.LIB",
            "PS05E offline unit:1000 volser=IMS000",
        ],
    );
}
