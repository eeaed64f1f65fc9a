//! What a request says: its query, and the parameters of its body. Everything is looked at as bytes; no media type is needed.

use axum::http::{HeaderMap, Method, header};
use dasdlab_model::name::Serial;
use dasdlab_model::unit::VolumeId;
use serde_json::{Map, Value};

use super::code::{Failure, Kind};
use super::order::Options;
use super::route::{Place, Route, place, shown};

/// The most relationships that one request deletes.
pub const MAX_IDS: usize = 32;

/// The most pairs that one request establishes.
pub const MAX_PAIRS: usize = 4_096;

fn malformed(message: impl Into<String>) -> Failure {
    Failure::new(Kind::Malformed, message)
}

/// The parameters behind an address.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The columns that are wanted; none where all are.
    pub data_fields: Option<Vec<String>>,
    /// The type of logical subsystems that are wanted.
    pub kind: Option<String>,
    /// The relationships that are meant.
    pub ids: Option<Vec<String>>,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// A parameter is not known here, or stands twice.
    pub fn read(query: Option<&str>, route: &Route, method: &Method) -> Result<Self, Failure> {
        let known = route.parameters(method);
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let expected = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(malformed(format!("The parameter {} is not known here: expected {expected}.", shown(&name))));
            }
            let list = || value.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
            let stands = match name.as_ref() {
                "data_fields" => read.data_fields.replace(list()).is_some(),
                "type" => read.kind.replace(value.to_ascii_lowercase()).is_some(),
                _ => read.ids.replace(list()).is_some(),
            };
            if stands {
                return Err(malformed(format!("The parameter {name} stands twice.")));
            }
        }
        if let Some(kind) = read.kind.as_deref().filter(|kind| !["ckd", "fb"].contains(kind)) {
            return Err(malformed(format!("The type {} is not known: expected ckd or fb.", shown(kind))));
        }
        Ok(read)
    }
}

/// Whether a body of this type can be looked at: where one is named it is JSON.
///
/// # Errors
/// Another type is named.
pub fn is_json(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(named) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let named = named.to_str().unwrap_or_default();
    let kind = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || kind.ends_with("+json") || kind == "text/json" {
        return Ok(());
    }
    Err(Failure::new(
        Kind::MediaType,
        format!("A body of the type {} is not understood: expected application/json.", shown(named)),
    ))
}

/// The parameters of a body: `{"request":{"params":{...}}}`.
///
/// # Errors
/// It is no such document.
pub fn params(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| malformed(format!("The body is no JSON document: {error}.")))?;
    match document {
        Value::Object(mut document) => match document.remove("request") {
            Some(Value::Object(mut request)) => match request.remove("params") {
                Some(Value::Object(params)) => Ok(params),
                _ => Err(malformed("request.params: expected an object.")),
            },
            _ => Err(malformed("request: expected an object.")),
        },
        _ => Err(malformed("The body: expected an object.")),
    }
}

/// A text among the parameters.
///
/// # Errors
/// There is none of this name.
pub fn text<'a>(params: &'a Map<String, Value>, name: &str) -> Result<&'a str, Failure> {
    params.get(name).and_then(Value::as_str).ok_or_else(|| malformed(format!("request.params.{name}: expected a text.")))
}

/// A FlashCopy request: the pairs, and what is asked of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// Source and target of each, in the order of the request.
    pub pairs: Vec<(VolumeId, VolumeId)>,
    /// What is asked of all of them.
    pub options: Options,
}

/// Reads a FlashCopy request to an array.
///
/// # Errors
/// What is wrong with it, and where.
pub fn asked(array: Serial, params: &Map<String, Value>) -> Result<Asked, Failure> {
    if let Some(unknown) = params.keys().find(|name| !["volume_pairs", "options"].contains(&name.as_str())) {
        let unknown = shown(unknown);
        return Err(malformed(format!("request.params.{unknown} is not known: expected volume_pairs and options.")));
    }
    let pairs = match params.get("volume_pairs") {
        Some(Value::Array(pairs)) if !pairs.is_empty() && pairs.len() <= MAX_PAIRS => pairs,
        _ => return Err(malformed(format!("request.params.volume_pairs: expected a list of 1 to {MAX_PAIRS} pairs."))),
    };
    let mut read = Vec::with_capacity(pairs.len());
    for (nth, pair) in pairs.iter().enumerate() {
        let at = |end: &str| format!("request.params.volume_pairs[{nth}].{end}");
        let Value::Object(pair) = pair else {
            return Err(malformed(format!("request.params.volume_pairs[{nth}]: expected source_volume and target_volume.")));
        };
        if let Some(unknown) = pair.keys().find(|name| !["source_volume", "target_volume"].contains(&name.as_str())) {
            return Err(malformed(format!("{} is not known: expected source_volume and target_volume.", at(&shown(unknown)))));
        }
        let end = |name: &str| {
            let id = pair.get(name).and_then(Value::as_str).and_then(place);
            let id = id.ok_or_else(|| malformed(format!("{}: expected a volume id of 4 hexadecimal digits.", at(name))))?;
            Ok::<_, Failure>(volume(array, id))
        };
        read.push((end("source_volume")?, end("target_volume")?));
    }
    Ok(Asked { pairs: read, options: options(params.get("options"))? })
}

/// The volume at a place of an array.
#[must_use]
pub const fn volume(array: Serial, (lss, ua): Place) -> VolumeId {
    VolumeId { array, lss, ua }
}

/// What an option of the interface comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The array does it.
    Done,
    /// It is what the array does anyhow.
    Always,
    /// It is refused: this is what would be missing.
    NotSimulated(&'static str),
}

/// Every option of the interface, and what it comes to.
pub const OPTIONS: &[(&str, Meaning)] = &[
    ("persistent", Meaning::Done),
    ("record_changes", Meaning::Done),
    ("no_background_copy", Meaning::Done),
    ("reverse_restore", Meaning::Done),
    ("permit_space_efficient_target", Meaning::Done),
    ("allow_pprc_target_primary", Meaning::Done),
    ("fail_space_efficient_target_out_of_space", Meaning::Always),
    ("freeze_consistency", Meaning::NotSimulated("no writes of hosts are held back")),
    ("inhibit_target_writes", Meaning::NotSimulated("no writes of hosts are refused")),
    ("fast_reverse_restore", Meaning::NotSimulated("a relationship turns round when its background copy has ended")),
];

fn options(given: Option<&Value>) -> Result<Options, Failure> {
    let mut options = Options::default();
    let list = match given {
        None => return Ok(options),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(malformed("request.params.options: expected a list of options.")),
    };
    for (nth, word) in list.iter().enumerate() {
        let known = word.as_str().and_then(|word| OPTIONS.iter().find(|(name, _)| *name == word));
        let Some(&(name, meaning)) = known else {
            let names: Vec<&str> = OPTIONS.iter().map(|(name, _)| *name).collect();
            return Err(malformed(format!("request.params.options[{nth}]: expected one of {}.", names.join(", "))));
        };
        if let Meaning::NotSimulated(lacking) = meaning {
            return Err(Failure::new(Kind::OptionNotSimulated, format!("The option {name} is not simulated: {lacking}.")));
        }
        match name {
            "persistent" | "record_changes" => options.persistent = true,
            "no_background_copy" => options.no_background_copy = true,
            "reverse_restore" => options.reverse = true,
            "permit_space_efficient_target" => options.space_efficient_target = true,
            "allow_pprc_target_primary" => options.remote_primary_target = true,
            _ => {}
        }
    }
    if options.reverse && options.no_background_copy {
        return Err(malformed("request.params.options: reverse_restore copies in the background; take out no_background_copy."));
    }
    Ok(options)
}
