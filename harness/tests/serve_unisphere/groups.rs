//! Storage groups and volumes that are made by order, and jobs.

use serde_json::{Value, json};

use super::lab::{Lab, run, world};

const GROUPS: &str = "/104/sloprovisioning/symmetrix/{array}/storagegroup";
const VOLUMES: &str = "/104/sloprovisioning/symmetrix/{array}/volume";

fn group(name: &str, volumes: &Value) -> Value {
    json!({
        "srpId": "SRP_1",
        "storageGroupId": name,
        "emulation": "FBA",
        "sloBasedStorageGroupParam": [{ "sloId": "Diamond", "workloadSelection": "None", "volumeAttributes": volumes }],
    })
}

fn gigabyte(count: u32, name: Option<&str>) -> Value {
    let mut attributes = json!([{ "volume_size": "1", "capacityUnit": "GB", "num_of_vols": count }]);
    if let Some(name) = name {
        attributes[0]["volumeIdentifier"] = json!({ "identifier_name": name, "volumeIdentifierChoice": "identifier_name" });
    }
    attributes
}

/// Orders that are refused, with the status: nothing remains of any of them.
async fn refused(lab: &Lab, rows: &[(&str, Value, u16)]) {
    for (asked, body, status) in rows {
        let before = lab.picture().await;
        let (found, said) = lab.ask(asked, body.clone()).await;
        assert_eq!((found, said["message"].is_string()), (*status, true), "{asked} {body}: {said}");
        assert_eq!(lab.picture().await, before, "{asked} {body}");
    }
}

#[test]
fn volumes_come_with_a_group_and_go_when_nothing_needs_them() {
    run(async {
        let lab = Lab::by_hand();
        let before = lab.picture().await;
        let (status, made) = lab.ask(&format!("POST {GROUPS}"), group("NEW", &gigabyte(2, Some("data")))).await;
        assert_eq!(
            (status, &made["num_of_vols"], &made["slo"], &made["device_emulation"]),
            (200, &json!(2), &json!("Diamond"), &json!("FBA"))
        );
        let (_, list) = lab.ask(&format!("GET {VOLUMES}?storageGroupId=NEW&volume_identifier=data"), Value::Null).await;
        assert_eq!(list["resultList"]["result"], json!([{ "volumeId": "00001" }, { "volumeId": "00002" }]));
        let (_, volume) = lab.ask(&format!("GET {VOLUMES}/00001"), Value::Null).await;
        let said = ["emulation", "cap_gb", "cap_cyl", "ssid", "volume_identifier"].map(|name| volume[name].clone());
        assert_eq!(said, [json!("FBA"), json!(1.0), json!(547), json!("FFFFFFFF"), json!("data")]);
        let remove = json!({ "editStorageGroupActionParam": { "removeVolumeParam": { "volumeId": ["00001", "00002"] } } });
        refused(&lab, &[(&format!("DELETE {VOLUMES}/00001"), Value::Null, 500)]).await;
        assert_eq!(lab.ask(&format!("PUT {GROUPS}/NEW"), remove).await.0, 200);
        let free = json!({ "editVolumeActionParam": { "freeVolumeParam": { "free_volume": "true" } } });
        for number in ["00001", "00002"] {
            assert_eq!(lab.ask(&format!("PUT {VOLUMES}/{number}"), free.clone()).await.0, 200);
            assert_eq!(lab.ask(&format!("DELETE {VOLUMES}/{number}"), Value::Null).await, (204, Value::Null));
        }
        assert_eq!(lab.ask(&format!("DELETE {GROUPS}/NEW"), Value::Null).await, (204, Value::Null));
        assert_eq!(lab.picture().await, before);
    });
}

#[test]
fn a_group_is_edited_in_every_way_that_is_simulated() {
    run(async {
        let lab = Lab::by_hand();
        let edit = |param: Value| json!({ "editStorageGroupActionParam": param });
        let steps = [
            ("IMSP", json!({ "expandStorageGroupParam": { "addSpecificVolumeParam": { "volumeId": ["00300"] } } }), 5),
            (
                "IMSP",
                json!({ "moveVolumeToStorageGroupParam": { "volumeId": ["00300"], "storageGroupId": "SPARES", "force": "false" } }),
                4,
            ),
            ("SPARES", json!({ "removeVolumeParam": { "volumeId": "00300" } }), 4),
            (
                "SPARES",
                json!({ "expandStorageGroupParam": { "addVolumeParam": { "emulation": "CKD-3390", "create_new_volumes": false,
                "volumeAttributes": [{ "num_of_vols": 1, "volume_size": 1113, "capacityUnit": "CYL" }] } } }),
                5,
            ),
            ("SPARES", json!({ "renameStorageGroupParam": { "new_storage_Group_name": "RESERVES" } }), 5),
        ];
        for (name, change, count) in steps {
            let (status, said) = lab.ask(&format!("PUT {GROUPS}/{name}"), edit(change.clone())).await;
            assert_eq!((status, &said["num_of_vols"]), (200, &json!(count)), "{change}: {said}");
        }
        let (_, made) = lab.ask(&format!("GET {VOLUMES}/00001"), Value::Null).await;
        // The address of the last logical subsystem that is highest and free.
        assert_eq!(
            ["emulation", "cap_cyl", "ssid", "cu_image_base_address"].map(|name| made[name].clone()),
            [json!("CKD-3390"), json!(1_113), json!("2200"), json!("FF")]
        );
        let (_, list) = lab.ask(&format!("GET {GROUPS}?num_of_vols=%3E4"), Value::Null).await;
        assert_eq!(list, json!({ "storageGroupId": ["RESERVES"] }));
        let name = json!({ "editVolumeActionParam": { "modifyVolumeIdentifierParam": { "volumeIdentifier":
            { "identifier_name": "ims", "volumeIdentifierChoice": "identifier_name_plus_volume_id" } } } });
        let (status, said) = lab.ask(&format!("PUT {VOLUMES}/00100"), name).await;
        assert_eq!((status, &said["volume_identifier"]), (200, &json!("ims00100")));
    });
}

#[test]
fn what_cannot_be_done_to_a_group_leaves_nothing() {
    run(async {
        let lab = Lab::by_hand();
        let edit = |param: Value| json!({ "editStorageGroupActionParam": param });
        let add =
            |volumes: Value| edit(json!({ "expandStorageGroupParam": { "addSpecificVolumeParam": { "volumeId": volumes } } }));
        let (post, imsp) = (format!("POST {GROUPS}"), format!("PUT {GROUPS}/IMSP"));
        let mut unknown = group("X", &json!([]));
        unknown["nonsense"] = json!(1);
        refused(
            &lab,
            &[
                (&post, group("IMSP", &json!([])), 409),
                (&post, group("not a name", &json!([])), 400),
                (&post, group("X", &gigabyte(1_025, None)), 400),
                (&post, group("X", &gigabyte(600, None)), 500),
                (&post, group("X", &json!([{ "volume_size": "0", "capacityUnit": "GB", "num_of_vols": 1 }])), 400),
                (&post, group("X", &json!([{ "volume_size": "9", "capacityUnit": "TB", "num_of_vols": 1 }])), 400),
                (&post, group("X", &json!([{ "volume_size": "1", "capacityUnit": "PB", "num_of_vols": 1 }])), 400),
                (&post, unknown, 400),
                (&post, json!([]), 400),
                (&post, Value::Null, 400),
                (&imsp, add(json!(["00300", "00999"])), 404),
                (&imsp, add(json!(["00300", "00100"])), 409),
                (&imsp, add(json!([])), 400),
                (&imsp, edit(json!({ "removeVolumeParam": { "volumeId": ["00100", "00300"] } })), 404),
                (
                    &imsp,
                    edit(json!({ "moveVolumeToStorageGroupParam": { "volumeId": ["00100"], "storageGroupId": "NOWHERE" } })),
                    404,
                ),
                (&imsp, edit(json!({ "renameStorageGroupParam": { "new_storage_Group_name": "SPARES" } })), 409),
                (&imsp, edit(json!({ "setHostIOLimitsParam": { "host_io_limit_io_sec": "1" } })), 501),
                (&imsp, edit(json!({})), 400),
                (&format!("PUT {GROUPS}/NOWHERE"), add(json!(["00300"])), 404),
                (&format!("DELETE {GROUPS}/NOWHERE"), Value::Null, 404),
                (&format!("DELETE {VOLUMES}/00300"), Value::Null, 500),
                (&format!("DELETE {VOLUMES}/00999"), Value::Null, 404),
                (&format!("PUT {VOLUMES}/00100"), json!({ "editVolumeActionParam": { "expandVolumeParam": {} } }), 501),
            ],
        )
        .await;
    });
}

#[test]
fn a_job_says_what_came_of_an_order() {
    run(async {
        let lab = Lab::by_hand();
        let expand = |count: u32| {
            json!({
                "executionOption": "ASYNCHRONOUS",
                "editStorageGroupActionParam": { "expandStorageGroupParam": { "addVolumeParam": {
                    "emulation": "FBA", "create_new_volumes": false, "volumeAttributes": gigabyte(count, Some("new")) } } },
            })
        };
        let (status, job) = lab.ask(&format!("PUT {GROUPS}/SPARES"), expand(1)).await;
        assert_eq!((status, &job["jobId"], &job["status"]), (202, &json!("1"), &json!("SCHEDULED")));
        for path in ["/104/system/job/1", "/104/system/symmetrix/{array}/job/1"] {
            let (status, job) = lab.ask(&format!("GET {path}"), Value::Null).await;
            assert_eq!((status, &job["status"], &job["username"]), (200, &json!("SUCCEEDED"), &json!("qa")));
            assert_eq!(job["task"][0]["description"], json!("Creating new Volumes : [00001]"));
        }
        let before = lab.picture().await;
        let (status, _) = lab.ask(&format!("PUT {GROUPS}/SPARES"), expand(600)).await;
        let (_, job) = lab.ask("GET /104/system/job/2", Value::Null).await;
        assert_eq!((status, &job["status"]), (202, &json!("FAILED")));
        assert!(job["result"].as_str().unwrap().contains("free unit addresses"), "{job}");
        assert_eq!(lab.picture().await, before);
        assert_eq!(lab.ask("GET /104/system/job", Value::Null).await.1, json!({ "jobId": ["1", "2"] }));
        assert_eq!(lab.ask("GET /104/system/job/3", Value::Null).await.0, 404);
    });
}

#[test]
fn the_journal_alone_makes_the_same_world() {
    run(async {
        let lab = Lab::by_hand();
        assert_eq!(lab.ask(&format!("POST {GROUPS}"), group("NEW", &gigabyte(3, None))).await.0, 200);
        // The same orders again make the same world.
        let entries = lab.journal.0.lock().clone();
        let mut core = dasdlab_servers::core::Core::new(Box::new(dasdlab_harness::serve::Living::new(
            world(super::lab::SITE),
            String::new(),
        )));
        for entry in entries {
            core.apply(entry.at_ms, entry.settle, &entry.order);
        }
        let seen = core.engine.look();
        let lives = lab.desk.read(|core| core.engine.look()).await.unwrap();
        assert_eq!(seen, lives);
        assert_eq!(seen.volumes.len(), 23);
    });
}
