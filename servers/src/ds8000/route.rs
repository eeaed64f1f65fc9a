//! Addresses below `/api/v1`: what each is, and which methods it knows.

use axum::http::Method;
use dasdlab_model::unit::{Lss, UnitAddress};
use percent_encoding::percent_decode_str;

use super::code::{Failure, Kind};

/// Where the interface begins.
pub const ROOT: &str = "/api/v1";

/// The address of a volume within its array.
pub type Place = (Lss, UnitAddress);

/// What an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Where clients log in.
    Tokens,
    /// The array.
    Systems,
    /// Its logical subsystems.
    LssList,
    /// One of them.
    Lss(Lss),
    /// The volumes of one.
    LssVolumes(Lss),
    /// One volume of one.
    LssVolume(Lss, Place),
    /// All volumes.
    Volumes,
    /// A volume.
    Volume(Place),
    /// The older view of the FlashCopies of a volume.
    VolumeFlashCopy(Place),
    /// Extent pools.
    Pools,
    /// One of them, by its id.
    Pool(String),
    /// The volumes of one.
    PoolVolumes(String),
    /// The older view of all FlashCopies.
    OldFlashCopies,
    /// All FlashCopies.
    FlashCopies,
    /// One of them: source and target.
    FlashCopy(Place, Place),
    /// The interface has it, and this array does not simulate it.
    NotSimulated,
}

/// What stands first in addresses that the interface has and this array does not simulate.
const NOT_SIMULATED: &[&str] = &[
    "encryption_groups",
    "events",
    "hmc",
    "host_ports",
    "hosts",
    "io_enclosures",
    "ioports",
    "marrays",
    "nodes",
    "performance",
    "pprc",
    "resource_groups",
    "users",
    "volgrps",
];

impl Route {
    /// What a path is.
    ///
    /// # Errors
    /// It is none of this interface, or names something that cannot be.
    pub fn of(path: &str) -> Result<Self, Failure> {
        let nowhere = || Failure::new(Kind::NoSuchAddress, format!("There is no {}.", shown(path)));
        let below = path.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('/')).ok_or_else(nowhere)?;
        let segments: Vec<String> = below
            .strip_suffix('/')
            .unwrap_or(below)
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8().map(std::borrow::Cow::into_owned))
            .collect::<Result<_, _>>()
            .map_err(|_| nowhere())?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Ok(match segments.as_slice() {
            ["tokens"] => Self::Tokens,
            ["systems"] => Self::Systems,
            ["lss"] => Self::LssList,
            ["lss", id] => Self::Lss(lss(id)?),
            ["lss", id, "volumes"] => Self::LssVolumes(lss(id)?),
            ["lss", id, "volumes", volume] => Self::LssVolume(lss(id)?, named(volume)?),
            ["volumes"] => Self::Volumes,
            ["volumes", id] => Self::Volume(named(id)?),
            ["volumes", id, "flashcopy"] => Self::VolumeFlashCopy(named(id)?),
            ["volumes", _, "pprc" | "hosts", ..] => Self::NotSimulated,
            ["pools"] => Self::Pools,
            ["pools", id] => Self::Pool(id.to_ascii_uppercase()),
            ["pools", id, "volumes"] => Self::PoolVolumes(id.to_ascii_uppercase()),
            ["pools", _, "eserep" | "tserep"] => Self::NotSimulated,
            ["flashcopy"] => Self::OldFlashCopies,
            ["cs", "flashcopies"] => Self::FlashCopies,
            ["cs", "flashcopies", "unfreeze"] | ["cs", "pprcs", ..] => Self::NotSimulated,
            ["cs", "flashcopies", id] => {
                let (source, target) = pair(id)?;
                Self::FlashCopy(source, target)
            }
            [first, ..] if NOT_SIMULATED.contains(first) => Self::NotSimulated,
            _ => return Err(nowhere()),
        })
    }

    /// The methods that it knows.
    #[must_use]
    pub const fn methods(&self) -> &'static [Method] {
        match self {
            Self::Tokens => &[Method::POST],
            Self::FlashCopies => &[Method::GET, Method::POST, Method::DELETE],
            Self::FlashCopy(..) => &[Method::GET, Method::DELETE],
            _ => &[Method::GET],
        }
    }

    /// The parameters that may stand behind it, for this method.
    #[must_use]
    pub fn parameters(&self, method: &Method) -> &'static [&'static str] {
        match self {
            Self::LssList => &["data_fields", "type"],
            Self::FlashCopies if *method == Method::DELETE => &["ids"],
            _ if *method == Method::GET => &["data_fields"],
            _ => &[],
        }
    }
}

fn lss(id: &str) -> Result<Lss, Failure> {
    id.parse().map_err(|_| Failure::new(Kind::NoSuchThing, format!("There is no LSS {}.", shown(id))))
}

/// The volume of an id: two digits of its LSS and two of its unit address.
#[must_use]
pub fn place(id: &str) -> Option<Place> {
    let (lss, ua) = id.split_at_checked(2)?;
    Some((lss.parse().ok()?, ua.parse().ok()?))
}

fn named(id: &str) -> Result<Place, Failure> {
    place(id).ok_or_else(|| Failure::new(Kind::NoSuchThing, format!("There is no volume {}.", shown(id))))
}

/// Source and target of the id of a FlashCopy.
///
/// # Errors
/// It is no such id.
pub fn pair(id: &str) -> Result<(Place, Place), Failure> {
    let ends = id.split_once(':').and_then(|(source, target)| place(source).zip(place(target)));
    ends.ok_or_else(|| Failure::new(Kind::NoSuchThing, format!("There is no FlashCopy relationship {}.", shown(id))))
}

/// The most characters of a text that came from outside in a message.
const SHOWN: usize = 64;

/// A text that came from outside as it stands in a message: no longer than a line has room for.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
