//! Edits: the least that an administrator could change in a site, and how each is said.

use std::fmt;

use dasdlab_model::name::{CatalogName, DataSetName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::site::{Catalog, CodeLevelRow, Volumes};
use dasdlab_model::states::{HostStatus, Method, MirrorState, Model};
use dasdlab_model::unit::{Unit, VolumeId};

/// A volume with the name that findings give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// Its identity.
    pub id: VolumeId,
    /// Its unit in the profile's system, or its identity.
    pub name: String,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What can be turned off on a volume, or on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It becomes of the BCV device class.
    Bcv,
    /// It is no longer space-efficient.
    FullyProvisioned,
    /// It is no longer inhibited from FlashCopy.
    Permitted,
    /// Its version 1 relation is withdrawn.
    WithoutVersion1,
    /// What keeps it from FlashCopy is ended.
    Capable,
    /// Its reserve is released.
    Released,
    /// It leaves remote mirroring.
    Local,
    /// The product's hold on it is released.
    Unheld,
}

/// What becomes of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrayEdit {
    /// Its code is brought to this level.
    Level(String),
    /// These fixes are added.
    Fixes(Vec<u32>),
    /// FlashCopy is licensed.
    License,
    /// It answers again.
    Answers,
}

/// What becomes of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileEdit {
    /// A source is saved with this label.
    Save(Unit, Volser),
    /// A source is added.
    Add(Unit, Option<Volser>),
    /// A source is removed, with its targets.
    Remove(Unit),
    /// Another unit takes the place of a source.
    Renumber(Unit, Unit),
    /// In this generation a source is given a target.
    Map(u8, Unit, Unit),
    /// In this generation another unit takes the place of a source's target.
    Remap(u8, Unit, Unit, Unit),
    /// In this generation a source loses this target.
    Unmap(u8, Unit, Unit),
    /// It has so many generations; targets and backups of those above go.
    Generations(u8),
    /// Nothing has it locked.
    Unlock,
    /// It is for this IMS system.
    Ims(ImsSsid),
    /// Volumes are copied this way.
    Method(Method),
}

/// One thing that is changed in a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A system sees a volume otherwise.
    Vary(At, SystemName, HostStatus),
    /// A volume is given a label.
    Relabel(At, Volser),
    /// A volume gets this model and this many cylinders.
    Resize(At, Option<Model>, u32),
    /// Something is turned off on a volume, or on.
    Turn(At, Turn),
    /// A VTOC that is given names a data set from now on, or no longer.
    Vtoc(At, DataSetName, bool),
    /// A volume gets a unit in a system, online.
    Attach(At, SystemName, Unit),
    /// A volume that was not there, with its unit in the profile's system.
    Define(Box<Volumes>, Unit),
    /// An array changes.
    Array(Serial, ArrayEdit),
    /// A FlashCopy relation, from source to target, is withdrawn.
    Withdraw(At, At),
    /// A mirror pair, standard and BCV, gets this state; with none its history is forgotten.
    Pair(At, At, Option<MirrorState>),
    /// A catalog can be read.
    Reach(CatalogName),
    /// A catalog lies on these volumes.
    CatalogOn(CatalogName, Vec<Volser>),
    /// A catalog that was not there.
    NewCatalog(Catalog),
    /// A data set lies on these volumes, on disk.
    Place(DataSetName, Vec<Volser>),
    /// A data set is named by another catalog.
    Recatalog(DataSetName, CatalogName),
    /// No catalog names the data set any more: it is gone.
    Uncatalog(DataSetName),
    /// A profile changes.
    Profile(ProfileName, ProfileEdit),
    /// The user may back up this IMS system.
    Permit(ImsSsid),
    /// The site has this IMS system.
    DeclareIms(ImsSsid),
    /// The policy has a row for a level family and a method.
    Row(CodeLevelRow),
    /// FlashCopy pairs may be anywhere in one array.
    SameArray,
    /// Non-IMS data on sources are not reported.
    NonImsUnreported,
}

/// Names joined by commas.
fn list<T: fmt::Display>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vary(at, system, HostStatus::Online) => write!(f, "bring {at} online on {system}"),
            Self::Vary(at, system, HostStatus::Offline) => write!(f, "vary {at} offline on {system}"),
            Self::Vary(at, system, to) => write!(f, "make {at} {to} on {system}"),
            Self::Relabel(at, to) => write!(f, "label {at} {to}"),
            Self::Resize(at, Some(model), cylinders) => write!(f, "make {at} a {model} of {cylinders} cylinders"),
            Self::Resize(at, None, cylinders) => write!(f, "give {at} {cylinders} cylinders"),
            Self::Turn(at, turn) => said_turn(f, at, *turn),
            Self::Vtoc(at, data_set, true) => write!(f, "put {data_set} into the VTOC of {at}"),
            Self::Vtoc(at, data_set, false) => write!(f, "take {data_set} out of the VTOC of {at}"),
            Self::Attach(at, system, unit) => write!(f, "give {at} the unit {unit} on {system}"),
            Self::Define(volume, unit) => {
                let class = if volume.bcv { "BCV" } else { "volume" };
                write!(f, "define a new {class} {}/{}/{} as unit {unit}", volume.array, volume.lss, volume.ua)?;
                volume.volser.as_ref().map_or(Ok(()), |label| write!(f, ", labelled {label}"))
            }
            Self::Array(serial, ArrayEdit::Level(level)) => write!(f, "bring the code of array {serial} to {level}"),
            Self::Array(serial, ArrayEdit::Fixes(fixes)) => {
                let plural = if fixes.len() == 1 { "" } else { "es" };
                write!(f, "install fix{plural} {} on array {serial}", list(fixes))
            }
            Self::Array(serial, ArrayEdit::License) => write!(f, "license FlashCopy on array {serial}"),
            Self::Array(serial, ArrayEdit::Answers) => write!(f, "make array {serial} reachable"),
            Self::Withdraw(source, target) => write!(f, "withdraw the FlashCopy relation from {source} to {target}"),
            Self::Pair(standard, bcv, None) => write!(f, "cancel the pairing of BCV {bcv} with {standard}"),
            Self::Pair(standard, bcv, Some(MirrorState::Split)) => write!(f, "split BCV {bcv} from {standard}"),
            Self::Pair(standard, bcv, Some(MirrorState::SplitNoInc)) => {
                write!(f, "split BCV {bcv} from {standard} without keeping history")
            }
            Self::Pair(standard, bcv, Some(state)) => write!(f, "bring BCV {bcv} and {standard} to {state}"),
            Self::Reach(catalog) => write!(f, "make catalog {catalog} available"),
            Self::CatalogOn(catalog, volumes) => write!(f, "keep catalog {catalog} on {}", list(volumes)),
            Self::NewCatalog(catalog) => {
                write!(f, "define user catalog {} on {}", catalog.name, list(&catalog.volumes))
            }
            Self::Place(data_set, volumes) => write!(f, "keep {data_set} on {}", list(volumes)),
            Self::Recatalog(data_set, catalog) => write!(f, "catalog {data_set} in {catalog}"),
            Self::Uncatalog(data_set) => write!(f, "delete {data_set} and its catalog entry"),
            Self::Profile(name, edit) => said_profile(f, name, edit),
            Self::Permit(ssid) => write!(f, "authorize the user for IMS system {ssid}"),
            Self::DeclareIms(ssid) => write!(f, "define IMS system {ssid} in the site"),
            Self::Row(row) => {
                write!(f, "add {} for {} with the minimum {} to the code-level policy", row.family, row.method, row.minimum)
            }
            Self::SameArray => f.write_str("permit FlashCopy anywhere within an array (lss_scope = same-array)"),
            Self::NonImsUnreported => f.write_str("leave non-IMS data unreported (report_non_ims_data = false)"),
        }
    }
}

fn said_turn(f: &mut fmt::Formatter<'_>, at: &At, turn: Turn) -> fmt::Result {
    match turn {
        Turn::Bcv => write!(f, "make {at} a BCV"),
        Turn::FullyProvisioned => write!(f, "make {at} fully provisioned"),
        Turn::Permitted => write!(f, "end the FlashCopy inhibit of {at}"),
        Turn::WithoutVersion1 => write!(f, "withdraw the version 1 relation of {at}"),
        Turn::Capable => write!(f, "end what keeps {at} from FlashCopy"),
        Turn::Released => write!(f, "release the reserve on {at}"),
        Turn::Local => write!(f, "take {at} out of remote mirroring"),
        Turn::Unheld => write!(f, "release the hold on {at}"),
    }
}

fn said_profile(f: &mut fmt::Formatter<'_>, name: &ProfileName, edit: &ProfileEdit) -> fmt::Result {
    match edit {
        ProfileEdit::Save(unit, volser) => write!(f, "save {unit} in profile {name} with the label {volser}"),
        ProfileEdit::Add(unit, _) => write!(f, "add {unit} to the sources of profile {name}"),
        ProfileEdit::Remove(unit) => write!(f, "remove source {unit} and its targets from profile {name}"),
        ProfileEdit::Renumber(from, to) => write!(f, "make {to} a source of profile {name} in place of {from}"),
        ProfileEdit::Map(generation, source, target) => {
            write!(f, "give {source} the target {target} in generation {generation} of profile {name}")
        }
        ProfileEdit::Remap(generation, source, from, to) => {
            write!(f, "give {source} the target {to} in place of {from} in generation {generation} of profile {name}")
        }
        ProfileEdit::Unmap(generation, source, target) => {
            write!(f, "remove the target {target} of {source} from generation {generation} of profile {name}")
        }
        ProfileEdit::Generations(1) => write!(f, "give profile {name} 1 generation"),
        ProfileEdit::Generations(count) => write!(f, "give profile {name} {count} generations"),
        ProfileEdit::Unlock => write!(f, "unlock profile {name}"),
        ProfileEdit::Ims(ssid) => write!(f, "make profile {name} one of IMS system {ssid}"),
        ProfileEdit::Method(method) => write!(f, "let profile {name} copy by {method}"),
    }
}

/// The most edits that a sentence names one by one.
const NAMED: usize = 6;

/// Edits as one sentence.
#[must_use]
pub fn sentence(edits: &[Edit]) -> String {
    let mut said: Vec<String> = edits.iter().take(NAMED).map(ToString::to_string).collect();
    if edits.len() > NAMED {
        let more = edits.len() - NAMED;
        said.push(format!("make {more} more change{}, as shown", if more == 1 { "" } else { "s" }));
    }
    let last = said.pop().unwrap_or_default();
    let text = if said.is_empty() { last } else { format!("{} and {last}", said.join(", ")) };
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_become_one_sentence() {
        let at = At { id: "75A/10/00".parse().unwrap(), name: "3A10".to_owned() };
        let online = Edit::Vary(at.clone(), "SYSA".parse().unwrap(), HostStatus::Online);
        let release = Edit::Turn(at, Turn::Released);
        assert_eq!(sentence(&[]), ".");
        assert_eq!(sentence(std::slice::from_ref(&online)), "Bring 3A10 online on SYSA.");
        assert_eq!(sentence(&[online.clone(), release.clone()]), "Bring 3A10 online on SYSA and release the reserve on 3A10.");
        let many = vec![release; 9];
        assert!(sentence(&many).ends_with(" and make 3 more changes, as shown."), "{}", sentence(&many));
    }
}
