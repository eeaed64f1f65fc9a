//! What the vendor's own tests of clones look at, each read at once after the call returns: copies are instantaneous.

use serde_json::{Value, json};

use super::lab::{Lab, run};

const GROUP: &str = "/104/replication/symmetrix/{array}/storagegroup/sg/clone";

/// A group with one new volume of a gigabyte, and a clone of it to a group that the array makes.
async fn cloned() -> Lab {
    let lab = Lab::instant();
    let group = json!({
        "srpId": "SRP_1", "storageGroupId": "sg", "emulation": "FBA",
        "sloBasedStorageGroupParam": [{ "sloId": "Diamond", "workloadSelection": "None",
            "volumeAttributes": [{ "volume_size": "1", "capacityUnit": "GB", "num_of_vols": 1 }] }],
    });
    assert_eq!(lab.ask("POST /104/sloprovisioning/symmetrix/{array}/storagegroup", group).await.0, 200);
    create(&lab).await;
    lab
}

async fn create(lab: &Lab) {
    let body = json!({ "target_storage_group_name": "sg_tgt", "establish_terminate": false, "consistent": true, "force": false, "star": false, "skip": false });
    let (status, body) = lab.ask(&format!("POST {GROUP}/storagegroup"), body).await;
    assert_eq!(status, 201, "{body}");
}

async fn get(lab: &Lab, path: &str) -> Value {
    let (status, body) = lab.ask(&format!("GET {GROUP}/{path}"), Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn act(lab: &Lab, action: &str) {
    let options = json!({ "force": false, "star": false, "skip": false });
    let body = json!({ "action": action, (action.to_lowercase()): options });
    let (status, body) = lab.ask(&format!("PUT {GROUP}/storagegroup/sg_tgt"), body).await;
    assert_eq!(status, 200, "{action}: {body}");
}

async fn state(lab: &Lab) -> String {
    get(lab, "storagegroup/sg_tgt").await["state"][0].as_str().unwrap_or_default().to_owned()
}

async fn terminate(lab: &Lab) {
    let query = "target_storage_group=sg_tgt&force=False&star=False&skip=False&symforce=False&not_ready=False";
    assert_eq!(lab.ask(&format!("DELETE {GROUP}/storagegroup?{query}"), Value::Null).await, (204, Value::Null));
}

/// What is done when a test is over, whatever it left.
async fn clean_up(lab: &Lab) {
    terminate(lab).await;
    for name in ["sg", "sg_tgt"] {
        let path = format!("DELETE /104/sloprovisioning/symmetrix/{{array}}/storagegroup/{name}");
        assert_eq!(lab.ask(&path, Value::Null).await, (204, Value::Null));
    }
}

#[test]
fn the_target_group_is_made_and_listed() {
    run(async {
        let lab = cloned().await;
        assert_eq!(
            get(&lab, "storagegroup").await,
            json!({ "number_of_clone_target_sgs": 1, "clone_target_sg_names": ["sg_tgt"] })
        );
        clean_up(&lab).await;
    });
}

#[test]
fn the_pair_is_listed_as_copied() {
    run(async {
        let lab = cloned().await;
        let pairs = get(&lab, "volume").await;
        assert_eq!((&pairs["clone_count"], &pairs["clones"][0]["state"]), (&json!(1), &json!("Copied")));
        assert_eq!([&pairs["clones"][0]["source_volume_name"], &pairs["clones"][0]["target_volume_name"]], ["00001", "00002"]);
        clean_up(&lab).await;
    });
}

#[test]
fn the_details_name_both_groups() {
    run(async {
        let lab = cloned().await;
        let details = get(&lab, "storagegroup/sg_tgt").await;
        assert_eq!([&details["storage_group"], &details["target_storage_group"]], ["sg", "sg_tgt"]);
        assert_eq!(details["volume_pair_count"], json!(1));
        clean_up(&lab).await;
    });
}

#[test]
fn a_terminated_clone_is_gone_and_can_be_made_again() {
    run(async {
        let lab = cloned().await;
        terminate(&lab).await;
        assert_eq!(get(&lab, "volume").await["clone_count"], json!(0));
        create(&lab).await;
        assert_eq!(get(&lab, "volume").await["clone_count"], json!(1));
        clean_up(&lab).await;
    });
}

#[test]
fn an_established_clone_is_copied_when_the_call_returns() {
    run(async {
        let lab = cloned().await;
        act(&lab, "Establish").await;
        assert_eq!(state(&lab).await, "Copied");
        clean_up(&lab).await;
    });
}

#[test]
fn a_restored_clone_is_split_and_everything_is_there_when_each_call_returns() {
    run(async {
        let lab = cloned().await;
        act(&lab, "Restore").await;
        assert_eq!(state(&lab).await, "Restored");
        act(&lab, "Split").await;
        assert_eq!(state(&lab).await, "Split");
        clean_up(&lab).await;
    });
}
