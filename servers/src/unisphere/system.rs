//! The management server itself: its version, the array that it manages, and jobs.

use dasdlab_model::level::Level;
use dasdlab_model::observation::ArraySeen;
use serde_json::{Value, json};

use super::book::{Job, UNIFIED};
use super::view::View;

/// The version of Unisphere that is spoken: what the client was released for.
pub(crate) const VERSION: &str = "V10.4.0.1";

/// The versions of the interface that stand in paths, the newest first.
pub(crate) const API_VERSIONS: [&str; 8] = ["104", "103", "102", "101", "100", "92", "91", "90"];

/// What is said of the version.
#[must_use]
pub(crate) fn version() -> Value {
    json!({ "version": VERSION, "api_version": API_VERSIONS.first(), "supported_api_versions": API_VERSIONS })
}

/// The components of an array's code level, as far as it can be read.
fn level(array: &ArraySeen) -> Vec<u32> {
    Level::read(array.family, &array.code_level).map(|level| level.components).unwrap_or_default()
}

/// A model that runs this family of code levels.
fn model(family: Option<u32>) -> &'static str {
    match family {
        Some(..5_876) => "DMX4",
        Some(5_876) => "VMAX40K",
        Some(5_877..=5_977) => "VMAX250F",
        None | Some(5_978..UNIFIED) => "PowerMax_8000",
        Some(UNIFIED..) => "PowerMax_8500",
    }
}

/// What is said of the array.
#[must_use]
pub(crate) fn array(view: &View<'_>) -> Value {
    let level = level(view.array);
    let build = level.get(2).map(ToString::to_string).unwrap_or_default();
    let mut array = json!({
        "symmetrixId": view.array.serial,
        "model": model(level.first().copied()),
        "local": true,
        "device_count": view.volumes.len(),
        "all_flash": level.first().is_none_or(|family| *family > 5_876),
        "data_encryption": "Disabled",
        "pav_model": if view.aliases().next().is_some() { "HyperPAV" } else { "StandardPAV" },
        "default_fba_srp": "SRP_1",
        "default_ckd_srp": "SRP_1",
    });
    if let Some(fields) = array.as_object_mut() {
        // Arrays of this family on call their code level something else, and clients go by which of the two is there.
        let name = if level.first().is_some_and(|family| *family >= UNIFIED) { "microcode" } else { "ucode" };
        fields.insert(name.to_owned(), json!(view.array.code_level));
        fields.insert(format!("{name}_registered_build"), json!(build));
        if name == "microcode" {
            fields.insert("microcode_package_version".to_owned(), json!(view.array.code_level));
        }
    }
    array
}

/// What provisioning says of the array.
#[must_use]
pub(crate) fn provisioned(view: &View<'_>) -> Value {
    let mut said = array(view);
    if let Some(fields) = said.as_object_mut() {
        fields.insert("targetMicrocode".to_owned(), json!(view.array.code_level));
    }
    said
}

/// What the array can replicate by: clones, which are not asked for here.
#[must_use]
pub(crate) fn capabilities(view: &View<'_>) -> Value {
    json!({ "symmetrixCapability": [{
        "symmetrixId": view.array.serial,
        "snapVxCapable": false,
        "rdfCapable": false,
    }] })
}

/// A job as the answer that announces it has it: whoever wants to know what came of it has to ask.
#[must_use]
pub(crate) fn scheduled(job: &Job) -> Value {
    json!({
        "jobId": job.number.to_string(),
        "name": job.title,
        "symmetrixId": job.array,
        "status": "SCHEDULED",
        "username": job.user,
        "last_modified_date": date(job.at.0),
        "last_modified_date_milliseconds": job.at.0,
        "task": [],
        "resourceLink": format!("/univmax/restapi/104/system/job/{}", job.number),
    })
}

/// A job, and what came of it.
#[must_use]
pub(crate) fn job(job: &Job) -> Value {
    let mut said = scheduled(job);
    let (status, result, tasks) = match &job.done {
        Ok(tasks) => ("SUCCEEDED", "Successfully completed".to_owned(), tasks.as_slice()),
        Err(refused) => ("FAILED", refused.message.clone(), &[] as &[String]),
    };
    let tasks: Vec<Value> =
        (1..).zip(tasks).map(|(order, line)| json!({ "execution_order": order, "description": line })).collect();
    if let Some(fields) = said.as_object_mut() {
        fields.insert("status".to_owned(), json!(status));
        fields.insert("result".to_owned(), json!(result));
        fields.insert("task".to_owned(), json!(tasks));
        fields.insert("completed_date".to_owned(), json!(date(job.at.0)));
        fields.insert("completed_date_milliseconds".to_owned(), json!(job.at.0));
    }
    said
}

/// A virtual instant, as a time of the day on which the world began or of a later one.
#[must_use]
pub(crate) fn date(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let (day, time) = (seconds / 86_400 + 1, seconds % 86_400);
    format!("day {day} {:02}:{:02}:{:02}.{:03}", time / 3_600, time / 60 % 60, time % 60, milliseconds % 1_000)
}
