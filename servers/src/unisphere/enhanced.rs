//! Volumes in the newer way of asking: attributes that are selected, filters with an operator.

use serde_json::{Map, Value, json};

use super::answer::{Answered, Failure};
use super::query::{Query, boolean};
use super::view::View;
use super::volumes::Row;

/// The most filters of a query.
pub(crate) const MAX_FILTERS: usize = 64;

/// Attributes that are known; what no volume of the world has is left out of the answer.
const KNOWN: [&str; 40] = [
    "allocated_percent",
    "cap_cyl",
    "cap_gb",
    "cap_mb",
    "cap_tb",
    "clones",
    "cu_image_base_address",
    "data_reduction_enabled",
    "data_reduction_ratio_to_one",
    "effective_used_capacity_gb",
    "effective_wwn",
    "emulation",
    "encapsulated",
    "has_effective_wwn",
    "id",
    "identifier",
    "masking_views",
    "mobility_id_enabled",
    "nguid",
    "num_of_clones",
    "num_of_front_end_paths",
    "num_of_masking_views",
    "num_of_rdf_infos",
    "num_of_snapshots",
    "num_of_storage_groups",
    "pinned",
    "rdf_infos",
    "reserved",
    "resource_type",
    "snapshots",
    "snapvx_source",
    "snapvx_target",
    "srp",
    "ssid",
    "status",
    "storage_groups",
    "system",
    "type",
    "unreducible_data_gb",
    "wwn",
];

fn attributes(row: &Row<'_>) -> Map<String, Value> {
    let Value::Object(mut all) = row.details() else { return Map::new() };
    let renamed = [("volumeId", "id"), ("volume_identifier", "identifier")];
    for (from, to) in renamed {
        if let Some(value) = all.remove(from) {
            all.insert(to.to_owned(), value);
        }
    }
    all.remove("storageGroupId");
    let groups: Vec<Value> = row.groups().iter().map(|group| json!({ "resource_type": "storage-groups", "id": group })).collect();
    all.insert("storage_groups".to_owned(), json!(groups));
    all.insert("system".to_owned(), json!({ "resource_type": "systems", "id": row.view.array.serial }));
    all.insert("resource_type".to_owned(), json!("volumes"));
    all.insert("num_of_masking_views".to_owned(), json!(0));
    all
}

/// A filter: an attribute, an operator and a value.
struct Filter<'q> {
    attribute: &'q str,
    operator: &'q str,
    value: &'q str,
}

impl<'q> Filter<'q> {
    fn read(text: &'q str, known: impl Fn(&str) -> bool) -> Answered<Self> {
        let expected = || Failure::malformed(format!("filter is {text}: expected an attribute, an operator and a value"));
        let mut words = text.trim().splitn(3, ' ');
        let (Some(attribute), Some(operator), Some(value)) = (words.next(), words.next(), words.next()) else {
            return Err(expected());
        };
        if !known(attribute) {
            return Err(Failure::malformed(format!("filter is {text}: there is no attribute {attribute}")));
        }
        if !["eq", "ne", "gt", "ge", "lt", "le", "like", "ilike"].contains(&operator) {
            return Err(Failure::malformed(format!(
                "filter is {text}: expected one of the operators eq, ne, gt, ge, lt, le, like, ilike"
            )));
        }
        Ok(Self { attribute, operator, value: value.trim() })
    }

    fn is_met(&self, all: &Map<String, Value>) -> bool {
        let found = all.get(self.attribute);
        let ordering = match found {
            Some(Value::Number(number)) => {
                number.as_f64().zip(self.value.parse().ok()).and_then(|(found, wanted)| found.partial_cmp(&wanted))
            }
            Some(Value::Bool(flag)) => boolean(self.value).map(|wanted| flag.cmp(&wanted)),
            Some(Value::String(text)) => Some(text.as_str().cmp(self.value)),
            _ => None,
        };
        let text = found.and_then(Value::as_str).unwrap_or_default();
        match self.operator {
            "eq" => ordering.is_some_and(std::cmp::Ordering::is_eq),
            "ne" => !ordering.is_some_and(std::cmp::Ordering::is_eq),
            "gt" => ordering.is_some_and(std::cmp::Ordering::is_gt),
            "ge" => ordering.is_some_and(std::cmp::Ordering::is_ge),
            "lt" => ordering.is_some_and(std::cmp::Ordering::is_lt),
            "le" => ordering.is_some_and(std::cmp::Ordering::is_le),
            "like" => text.contains(self.value),
            _ => text.to_lowercase().contains(&self.value.to_lowercase()),
        }
    }
}

/// The volumes that a query leaves, with what it selects of them: the number alone where it selects nothing.
///
/// # Errors
/// An unknown attribute, or a filter that is none.
pub(crate) fn volumes(view: &View<'_>, query: &Query) -> Answered<Value> {
    query.only(&["select", "filter"])?;
    let known = |name: &str| KNOWN.contains(&name);
    let selected: Vec<&str> =
        query.all("select").flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty()).collect();
    if let Some(name) = selected.iter().find(|name| !known(name.split('.').next().unwrap_or_default())) {
        return Err(Failure::malformed(format!("select has {name}: there is no such attribute")));
    }
    let texts: Vec<&str> = query.all("filter").flat_map(|list| list.split(',')).filter(|text| !text.trim().is_empty()).collect();
    if texts.len() > MAX_FILTERS {
        return Err(Failure::malformed(format!("A query has no more than {MAX_FILTERS} filters")));
    }
    let filters = texts.into_iter().map(|text| Filter::read(text, known)).collect::<Answered<Vec<_>>>()?;
    let mut found = Vec::new();
    for row in Row::every(view) {
        let all = attributes(&row);
        if filters.iter().all(|filter| filter.is_met(&all)) {
            let wanted = |name: &String| name == "id" || selected.contains(&name.as_str());
            found.push(Value::Object(all.into_iter().filter(|(name, _)| wanted(name)).collect()));
        }
    }
    Ok(json!({ "volumes": found }))
}
