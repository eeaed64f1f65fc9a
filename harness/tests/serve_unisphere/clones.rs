//! Clone sessions: views of the world's mirror pairs and relations, whoever moves them.

use dasdlab_model::command::Reply;
use dasdlab_model::transitions::MirrorOrder;
use serde_json::{Value, json};

use super::lab::{Lab, run};

fn path(source: &str, rest: &str) -> String {
    format!("/104/replication/symmetrix/{{array}}/storagegroup/{source}/clone/{rest}")
}

/// Does something to the session of two groups: `create IMSP FOREIGN_BCV`; the status.
pub(crate) async fn act(lab: &Lab, what: &str) -> u16 {
    let words: Vec<&str> = what.split(' ').collect();
    let [verb, source, target] = words.as_slice() else { panic!("{what}") };
    let (asked, body) = match *verb {
        "create" => (format!("POST {}", path(source, "storagegroup")), json!({ "target_storage_group_name": target })),
        "terminate" => (format!("DELETE {}?target_storage_group={target}", path(source, "storagegroup")), Value::Null),
        "force" => (format!("DELETE {}?target_storage_group={target}&symforce=True", path(source, "storagegroup")), Value::Null),
        "unrestore" => {
            (format!("DELETE {}?target_storage_group={target}&restored=True", path(source, "storagegroup")), Value::Null)
        }
        "copy" | "no_copy" | "pre_copy" => {
            let body = json!({ "action": "SetMode", "setMode": { "mode": verb } });
            (format!("PUT {}", path(source, &format!("storagegroup/{target}"))), body)
        }
        verb => {
            let action = format!("{}{}", verb[..1].to_uppercase(), &verb[1..]);
            (format!("PUT {}", path(source, &format!("storagegroup/{target}"))), json!({ "action": action }))
        }
    };
    lab.ask(&asked, body).await.0
}

/// The states of a session; none where there is none.
async fn states(lab: &Lab, source: &str, target: &str) -> String {
    let (_, body) = lab.ask(&format!("GET {}", path(source, &format!("storagegroup/{target}"))), Value::Null).await;
    let words: Vec<&str> = body["state"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(" ") }
}

/// Does one thing after the other; `wait` lets every copy end. Of each the status and the states that are seen then. A
/// refused one leaves nothing.
async fn check(lab: &Lab, source: &str, target: &str, steps: &[(&str, u16, &str)]) {
    for (step, status, expected) in steps {
        let before = lab.picture().await;
        if *step == "wait" {
            lab.wait(600_000).await;
        } else {
            let found = act(lab, &format!("{step} {source} {target}")).await;
            assert_eq!(found, *status, "{step}");
            if found >= 400 {
                assert_eq!(lab.picture().await, before, "{step}");
            }
        }
        assert_eq!(states(lab, source, target).await, *expected, "after {step}");
    }
}

#[test]
fn a_session_to_bcvs_is_created_restored_split_and_terminated() {
    run(async {
        // Nobody writes meanwhile: a copy back without a track to copy has ended when it is answered.
        let lab = Lab::by_hand();
        check(
            &lab,
            "IMSP",
            "FOREIGN_BCV",
            &[
                ("create", 201, "CopyInProg"),
                ("establish", 500, "CopyInProg"),
                ("restore", 500, "CopyInProg"),
                ("terminate", 500, "CopyInProg"),
                ("wait", 0, "Copied"),
                ("split", 500, "Copied"),
                ("establish", 200, "Copied"),
                ("restore", 200, "Restored"),
                ("restore", 500, "Restored"),
                ("establish", 500, "Restored"),
                ("split", 200, "Split"),
                ("split", 500, "Split"),
                ("restore", 200, "Restored"),
                ("unrestore", 204, "Split"),
                ("unrestore", 500, "Split"),
                ("establish", 200, "Copied"),
                ("terminate", 204, "none"),
                ("terminate", 404, "none"),
                ("create", 201, "CopyInProg"),
                ("force", 204, "none"),
            ],
        )
        .await;
    });
}

#[test]
fn a_session_to_other_devices_copies_everything_again_after_a_split() {
    run(async {
        let lab = Lab::by_hand();
        check(
            &lab,
            "IMSP",
            "SPARES",
            &[
                ("create", 201, "CopyInProg"),
                ("create", 409, "CopyInProg"),
                ("establish", 500, "CopyInProg"),
                ("terminate", 500, "CopyInProg"),
                ("wait", 0, "Copied"),
                ("restore", 200, "Restored"),
                ("split", 200, "Split"),
                ("establish", 200, "CopyInProg"),
                ("wait", 0, "Copied"),
                ("restore", 200, "Restored"),
                ("split", 200, "Split"),
                ("restore", 200, "RestInProg"),
                ("establish", 500, "RestInProg"),
                ("split", 500, "RestInProg"),
                ("terminate", 500, "RestInProg"),
                ("wait", 0, "Restored"),
                ("terminate", 204, "none"),
                ("create", 201, "CopyInProg"),
                ("force", 204, "none"),
            ],
        )
        .await;
    });
}

#[test]
fn the_mode_says_how_a_copy_is_named() {
    run(async {
        for target in ["FOREIGN_BCV", "SPARES"] {
            let lab = Lab::by_hand();
            check(
                &lab,
                "IMSP",
                target,
                &[
                    ("no_copy", 404, "none"),
                    ("create", 201, "CopyInProg"),
                    ("no_copy", 200, "CopyOnAccess"),
                    ("pre_copy", 200, "Precopy"),
                    ("wait", 0, "Precopy"),
                    ("restore", 500, "Precopy"),
                    ("establish", 200, "Copied"),
                    ("no_copy", 200, "Copied"),
                    ("copy", 200, "Copied"),
                ],
            )
            .await;
        }
        let present = super::lab::SITE.replace("5978.711.711", "6079.225.0");
        let lab = Lab::open(&present, dasdlab_servers::pace::Pace::Hand);
        check(
            &lab,
            "IMSP",
            "SPARES",
            &[("create", 201, "CopyInProg"), ("no_copy", 500, "CopyInProg"), ("copy", 200, "CopyInProg")],
        )
        .await;
    });
}

#[test]
fn a_session_that_cannot_be_made_leaves_nothing() {
    run(async {
        let lab = Lab::by_hand();
        let rows = [
            // The BCV is held for a profile, and there is another count.
            ("create IMSP HELD_BCV", 400),
            ("create IMSP IMSP", 400),
            ("create NOWHERE SPARES", 404),
        ];
        for (what, status) in rows {
            let before = lab.picture().await;
            assert_eq!(act(&lab, what).await, status, "{what}");
            assert_eq!(lab.picture().await, before, "{what}");
        }
        assert_eq!(act(&lab, "create IMSP SPARES").await, 201);
        for (what, status) in
            [("create SPARES FOREIGN_BCV", 201), ("create FOREIGN_BCV SPARES", 500), ("create IMSP_BCV SPARES", 500)]
        {
            let before = lab.picture().await;
            assert_eq!(act(&lab, what).await, status, "{what}");
            assert_eq!(status < 400, lab.picture().await != before, "{what}");
        }
        let options = [
            (json!({ "target_storage_group_name": "NEW", "establish_terminate": true }), 501),
            (json!({ "target_storage_group_name": "NEW", "not_ready": "true" }), 501),
            (json!({ "target_storage_group_name": "NEW", "vse": true }), 501),
            (json!({ "target_storage_group_name": "NEW", "nonsense": true }), 400),
            (json!({ "target_storage_group_name": "NEW", "force": "perhaps" }), 400),
            (json!({ "target_storage_group_name": "a b" }), 400),
            (json!({}), 400),
        ];
        for (body, status) in options {
            let before = lab.picture().await;
            let (found, said) = lab.ask(&format!("POST {}", path("IMSP", "storagegroup")), body.clone()).await;
            assert_eq!(found, status, "{body}: {said}");
            assert_eq!(lab.picture().await, before, "{body}");
        }
    });
}

#[test]
fn where_one_pair_of_many_is_refused_nothing_of_the_others_remains() {
    run(async {
        let lab = Lab::by_hand();
        // Of the four BCVs the last is established to somebody else's volume.
        assert_eq!(lab.somebody(MirrorOrder::EstablishFull, "10/43", "20/93").await, Reply::Done);
        let before = lab.picture().await;
        let (status, said) = lab
            .ask(&format!("POST {}", path("IMSP", "storagegroup")), json!({ "target_storage_group_name": "FOREIGN_BCV" }))
            .await;
        assert_eq!(status, 500);
        let message = said["message"].as_str().unwrap();
        assert!(message.contains("source 00103 and target 00503: established-elsewhere"), "{message}");
        assert_eq!(lab.picture().await, before);
    });
}

#[test]
fn a_held_bcv_is_refused() {
    run(async {
        let lab = Lab::by_hand();
        let one = json!({ "storageGroupId": "ONE" });
        assert_eq!(lab.ask("POST /104/sloprovisioning/symmetrix/{array}/storagegroup", one).await.0, 200);
        let add = json!({ "editStorageGroupActionParam": { "expandStorageGroupParam": { "addSpecificVolumeParam": { "volumeId": ["00100"] } } } });
        assert_eq!(lab.ask("PUT /104/sloprovisioning/symmetrix/{array}/storagegroup/ONE", add).await.0, 200);
        check(&lab, "ONE", "HELD_BCV", &[("create", 500, "none")]).await;
        // A group with a session keeps its volumes.
        assert_eq!(act(&lab, "create ONE NEW").await, 201);
        for asked in [
            "DELETE /104/sloprovisioning/symmetrix/{array}/storagegroup/ONE",
            "DELETE /104/sloprovisioning/symmetrix/{array}/storagegroup/NEW",
        ] {
            assert_eq!(lab.ask(asked, Value::Null).await.0, 500);
        }
        let remove = json!({ "editStorageGroupActionParam": { "removeVolumeParam": { "volumeId": ["00100"] } } });
        assert_eq!(lab.ask("PUT /104/sloprovisioning/symmetrix/{array}/storagegroup/ONE", remove).await.0, 500);
    });
}

#[test]
fn a_session_follows_what_others_do_to_its_pairs() {
    run(async {
        let lab = Lab::by_hand();
        assert_eq!(act(&lab, "create IMSP FOREIGN_BCV").await, 201);
        lab.wait(600_000).await;
        assert_eq!(states(&lab, "IMSP", "FOREIGN_BCV").await, "Copied");
        for (order, expected) in [
            (MirrorOrder::SplitInstant, "Split Copied"),
            (MirrorOrder::EstablishFull, "CopyInProg Copied"),
            (MirrorOrder::SplitForced, "Failed Copied"),
            (MirrorOrder::Cancel, "Copied"),
        ] {
            assert_eq!(lab.somebody(order, "10/00", "20/90").await, Reply::Done, "{order}");
            assert_eq!(states(&lab, "IMSP", "FOREIGN_BCV").await, expected, "{order}");
        }
        // Somebody ends the rest of it: what is established later is no longer the session's.
        for (standard, bcv) in [("10/01", "20/91"), ("10/02", "20/92"), ("10/03", "20/93")] {
            for order in [MirrorOrder::SplitInstant, MirrorOrder::Cancel] {
                assert_eq!(lab.somebody(order, standard, bcv).await, Reply::Done);
            }
        }
        assert_eq!(states(&lab, "IMSP", "FOREIGN_BCV").await, "none");
        assert_eq!(lab.somebody(MirrorOrder::EstablishFull, "10/00", "20/90").await, Reply::Done);
        assert_eq!(states(&lab, "IMSP", "FOREIGN_BCV").await, "none");
    });
}

#[test]
fn bcvs_stand_in_the_private_rows_in_the_words_of_pairs_and_of_clones() {
    run(async {
        let lab = Lab::by_hand();
        assert_eq!(act(&lab, "create IMSP FOREIGN_BCV").await, 201);
        assert_eq!(act(&lab, "create SPARES IMSP_BCV").await, 201);
        let private = "/private/104/sloprovisioning/symmetrix/{array}/volume";
        let (_, row) = lab.ask(&format!("GET {private}/00500"), Value::Null).await;
        let (header, info) = (&row["volumeHeader"], &row["timeFinderInfo"]);
        assert_eq!([&header["BCV"], &header["CKD"], &header["status"]], [&json!(true), &json!(true), &json!("Not Ready")]);
        assert_eq!([&header["SSID"], &header["CUImageNum"], &header["CUImageBaseAddress"]], ["2200", "0x20", "0x90"]);
        let pair = json!({ "sourceVolume": "00100", "targetVolume": "00500" });
        let is_pair =
            |list: &Value| list[0]["sourceVolume"] == pair["sourceVolume"] && list[0]["targetVolume"] == pair["targetVolume"];
        assert!(is_pair(&info["MirrorSession"]) && is_pair(&info["cloneSession"]), "{info}");
        assert_eq!([&info["MirrorSession"][0]["state"], &info["cloneSession"][0]["state"]], ["SyncInProg", "CopyInProg"]);
        assert_eq!([&info["mirror"], &info["cloneSrc"], &info["cloneTarget"]], [&json!(true), &json!(false), &json!(true)]);
        let (_, list) = lab.ask(&format!("GET {private}?thin_bcv=True"), Value::Null).await;
        assert_eq!((&list["count"], &list["resultList"]["result"][0]["volumeHeader"]["volumeId"]), (&json!(9), &json!("00400")));
        assert_eq!(lab.ask("POST /private/104/replication/symmetrix/{array}/clone/volume", json!({})).await.0, 501);
    });
}

#[test]
fn targets_are_filtered_and_tracks_are_counted() {
    run(async {
        let lab = Lab::by_hand();
        assert_eq!(act(&lab, "create IMSP FOREIGN_BCV").await, 201);
        assert_eq!(act(&lab, "create IMSP SPARES").await, 201);
        let rows = [
            ("", 2),
            ("state=CopyInProg", 2),
            ("state=Copied", 0),
            ("target_storage_group=%3Clike%3Ebcv", 1),
            ("volume_pair_count=4&background_copy=True&precopy=False", 2),
            ("src_protected_tracks=66780", 2),
            ("modified_tracks=%3E0", 0),
            ("vse=True", 0),
        ];
        for (query, count) in rows {
            let (status, body) = lab.ask(&format!("GET {}?{query}", path("IMSP", "storagegroup")), Value::Null).await;
            assert_eq!((status, &body["number_of_clone_target_sgs"]), (200, &json!(count)), "{query}: {body}");
        }
        assert_eq!(lab.ask(&format!("GET {}?nonsense=1", path("IMSP", "storagegroup")), Value::Null).await.0, 400);
        assert_eq!(lab.ask(&format!("DELETE {}?symforce=True", path("IMSP", "storagegroup")), Value::Null).await.0, 204);
        assert_eq!(
            lab.ask(&format!("GET {}", path("IMSP", "volume")), Value::Null).await.1,
            json!({ "clone_count": 0, "clones": [] })
        );
    });
}

#[test]
fn an_array_that_does_not_answer_says_so() {
    run(async {
        let site = super::lab::SITE.replace("copy_rate = 100000", "copy_rate = 100000\nreachable = false");
        let lab = Lab::open(&site, dasdlab_servers::pace::Pace::Hand);
        let (status, body) = lab.ask("GET /104/system/symmetrix/{array}", Value::Null).await;
        assert_eq!((status, body), (500, json!({ "message": "Symmetrix 000197800001 cannot be reached" })));
        assert_eq!(act(&lab, "create IMSP SPARES").await, 500);
        assert_eq!(lab.ask("GET /104/system/symmetrix", Value::Null).await.0, 200);
    });
}
