//! The rules and their reasons: one table of what profile setup can say, about what, and with which evidence.
//!
//! The table names things; whether a reason applies is for a validator to decide.

use std::fmt;
use std::str::FromStr;

use crate::finding::{Severity, Side};
use crate::name::NameError;
use Kind::{
    Array, Count, DataSets, Device, Devices, Families, Lss, Profile, Subjects, Text, Texts, Unit, Units, Volser, Volsers,
};
use Severity::{E, I, W};

/// What a fact in the evidence is, so that a reader can follow the name and a renaming can rename it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A number.
    Count,
    /// A word or text that is no name of a thing of the site.
    Text,
    /// Several of them.
    Texts,
    /// A label; empty where there is none.
    Volser,
    /// Labels.
    Volsers,
    /// A unit of the profile's system.
    Unit,
    /// Units of the profile's system.
    Units,
    /// A volume: its unit in the profile's system, or `SERIAL/LSS/UA` where it has none.
    Device,
    /// Volumes.
    Devices,
    /// An array serial.
    Array,
    /// A logical subsystem, `SERIAL/LSS`.
    Lss,
    /// Data set names.
    DataSets,
    /// Subjects such as `data-set:A.B` or `catalog:UCAT`.
    Subjects,
    /// A profile name; empty where there is none.
    Profile,
    /// Level families.
    Families,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $Rule:ident $slug:literal,)+) => {
        /// A rule of profile setup.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $Rule,)+ }

        impl Rule {
            /// All rules by number.
            pub const ALL: &'static [Self] = &[$(Self::$Rule),+];

            /// `PS00` to `PS16`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$Rule => stringify!($Rule)),+ }
            }

            /// The rule's name, e.g. `volume-coverage`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$Rule => $slug),+ }
            }
        }
    };
}

rules! {
    /// The environment must be there.
    PS00 "environment",
    /// Every volume in use is in the backup.
    PS01 "volume-coverage",
    /// Every log volume is in a full backup.
    PS02 "log-coverage",
    /// The catalogs in use are in the backup.
    PS03 "catalog-coverage",
    /// Logs and data are apart.
    PS04 "log-data-separation",
    /// Sources are usable.
    PS05 "source-available",
    /// Targets are usable.
    PS06 "target-available",
    /// Both sides can do FlashCopy.
    PS07 "flashcopy-capable",
    /// Pairs are in one logical subsystem.
    PS08 "flashcopy-same-lss",
    /// No target belongs to another profile.
    PS09 "target-shared",
    /// The product's own data are not in the backup.
    PS10 "control-isolation",
    /// Code levels suffice.
    PS11 "code-level",
    /// No foreign BCV mirrors a source.
    PS12 "bcv-foreign-on-source",
    /// No target BCV mirrors a volume outside the profile.
    PS13 "bcv-target-foreign",
    /// The mapping is complete.
    PS14 "mapping-complete",
    /// Foreign data on sources are known.
    PS15 "foreign-data",
    /// Mirrors are established.
    PS16 "bcv-establish",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Rule {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::ALL
            .iter()
            .copied()
            .find(|rule| rule.slug() == text || rule.code().eq_ignore_ascii_case(text))
            .ok_or_else(|| NameError::new(text, "a rule: PS00 to PS16, or a slug such as volume-coverage"))
    }
}

/// What the table says of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonInfo {
    /// The rule it belongs to.
    pub rule: Rule,
    /// The stable key, unique within the rule.
    pub slug: &'static str,
    /// The severities it can have; more than one where policy decides.
    pub severities: &'static [Severity],
    /// What its subjects are, one after the other. `unit`, `source`, `target` and `bcv` are units or volumes.
    pub subjects: &'static [&'static str],
    /// The keys of its evidence and what stands behind them.
    pub evidence: &'static [(&'static str, Kind)],
}

macro_rules! reasons {
    ($($Reason:ident $Rule:ident $slug:literal [$($severity:ident),+] [$($subject:literal),*] {$($key:ident: $kind:ident),*})+) => {
        /// A rule together with one of its reasons; 83 of them, 77 for PS00 to PS15.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is described by its row and by its rule's reference page")]
        pub enum Reason { $($Reason,)+ }

        impl Reason {
            /// All reasons, rule by rule.
            pub const ALL: &'static [Self] = &[$(Self::$Reason),+];

            /// Its row in the table.
            #[must_use]
            pub const fn info(self) -> &'static ReasonInfo {
                match self {
                    $(Self::$Reason => &ReasonInfo {
                        rule: Rule::$Rule,
                        slug: $slug,
                        severities: &[$($severity),+],
                        subjects: &[$($subject),*],
                        evidence: &[$((stringify!($key), $kind)),*],
                    },)+
                }
            }
        }
    };
}

reasons! {
    Ps00UnknownImsSystem    PS00 "unknown-ims-system"   [E] ["profile"]  { ims_ssid: Text, known: Texts }
    Ps00CatalogUnavailable  PS00 "catalog-unavailable"  [E] ["catalog"]  { data_sets: DataSets }
    Ps00ArrayUnreachable    PS00 "array-unreachable"    [E] ["array"]    { units: Count }
    Ps00NotAuthorized       PS00 "not-authorized"       [E] ["profile"]  { ims_ssid: Text }
    Ps00ProfileLocked       PS00 "profile-locked"       [E] ["profile"]  { locked_by: Text }

    Ps01Missing             PS01 "missing"              [E] ["unit"]     { volser: Volser, data_sets: DataSets }
    Ps01UnknownVolume       PS01 "unknown-volume"       [E] ["data-set"] { class: Text, volsers: Volsers }
    Ps01NotOnVolume         PS01 "not-on-volume"        [E] ["data-set"] { class: Text, volsers: Volsers }
    Ps01Migrated            PS01 "migrated"             [I, W, E] ["data-set"] { class: Text, policy: Text }

    Ps02Missing             PS02 "missing"              [E] ["unit"]     { volser: Volser, data_sets: DataSets }
    Ps02OnTape              PS02 "on-tape"              [I] ["data-set"] { class: Text }
    Ps02LogInDataBackup     PS02 "log-in-data-backup"   [I] ["unit"]     { volser: Volser, data_sets: DataSets }

    Ps03Missing             PS03 "missing"              [E] ["catalog"]  { devices: Devices, unknown_volsers: Volsers, data_sets: DataSets }
    Ps03ForeignEntries      PS03 "foreign-entries"      [W] ["catalog"]  { sources: Devices, data_sets: DataSets }
    Ps03MasterCatalog       PS03 "master-catalog"       [W] ["catalog"]  { data_sets: DataSets }

    Ps04SharedVolume        PS04 "shared-volume"        [W] ["unit"]     { volser: Volser, log_side: Subjects, data_side: Subjects }
    Ps04SharedCatalog       PS04 "shared-catalog"       [W] ["catalog"]  { log_side: DataSets, data_side: DataSets }

    Ps05UnknownUnit         PS05 "unknown-unit"         [E] ["unit"]     { system: Text }
    Ps05AliasDevice         PS05 "alias-device"         [E] ["unit"]     { system: Text }
    Ps05VolserMismatch      PS05 "volser-mismatch"      [E] ["unit"]     { saved: Volser, found: Volser }
    Ps05DuplicateVolser     PS05 "duplicate-volser"     [E] ["unit"]     { volser: Volser, units: Units }
    Ps05Offline             PS05 "offline"              [E] ["unit"]     { volser: Volser }
    Ps05PendingOffline      PS05 "pending-offline"      [E] ["unit"]     { volser: Volser }
    Ps05Boxed               PS05 "boxed"                [E] ["unit"]     { volser: Volser }
    Ps05NotReady            PS05 "not-ready"            [E] ["unit"]     { volser: Volser }
    Ps05NoPath              PS05 "no-path"              [E] ["unit"]     { volser: Volser }
    Ps05Reserved            PS05 "reserved"             [E] ["unit"]     { volser: Volser, reserved_by: Text }
    Ps05CopyTarget          PS05 "copy-target"          [E] ["unit"]     { volser: Volser, roles: Texts, copied_from: Devices }
    Ps05Restoring           PS05 "restoring"            [E] ["unit"]     { volser: Volser, states: Texts, partners: Devices }
    Ps05MethodUnsupported   PS05 "method-unsupported"   [E] ["unit"]     { array: Array, family: Text }

    Ps06UnknownUnit         PS06 "unknown-unit"         [E] ["unit"]     { system: Text }
    Ps06AliasDevice         PS06 "alias-device"         [E] ["unit"]     { system: Text }
    Ps06Boxed               PS06 "boxed"                [E] ["unit"]     { volser: Volser }
    Ps06NoPath              PS06 "no-path"              [E] ["unit"]     { volser: Volser }
    Ps06NotReady            PS06 "not-ready"            [E] ["unit"]     { volser: Volser }
    Ps06Reserved            PS06 "reserved"             [E] ["unit"]     { volser: Volser, reserved_by: Text }
    Ps06InUse               PS06 "in-use"               [E] ["unit"]     { volser: Volser }
    Ps06HoldsData           PS06 "holds-data"           [E] ["unit"]     { volser: Volser, holds: Subjects }
    Ps06AlsoSource          PS06 "also-source"          [E] ["unit"]     { volser: Volser }
    Ps06NotBcv              PS06 "not-bcv"              [E] ["unit"]     { volser: Volser, array: Array }
    Ps06ForeignRelation     PS06 "foreign-relation"     [E] ["unit"]     { volser: Volser, others: Devices }
    Ps06SpaceEfficient      PS06 "space-efficient"      [E] ["unit"]     { volser: Volser }
    Ps06RemoteSecondary     PS06 "remote-secondary"     [E] ["unit"]     { volser: Volser }
    Ps06MethodUnsupported   PS06 "method-unsupported"   [E] ["unit"]     { array: Array, family: Text }
    Ps06DeviceType          PS06 "device-type"          [E] ["target", "source", "generation"] { target_type: Text, source_type: Text }
    Ps06TooSmall            PS06 "too-small"            [E] ["target", "source", "generation"] { target_cylinders: Count, source_cylinders: Count }
    Ps06SizeMismatch        PS06 "size-mismatch"        [E] ["target", "source", "generation"] { target_cylinders: Count, source_cylinders: Count }
    Ps06DifferentArray      PS06 "different-array"      [E] ["target", "source", "generation"] { target_array: Array, source_array: Array }
    Ps06Online              PS06 "online"               [W] ["unit"]     { volser: Volser }
    Ps06PendingOffline      PS06 "pending-offline"      [W] ["unit"]     { volser: Volser }
    Ps06Larger              PS06 "larger"               [W] ["target", "source", "generation"] { target_cylinders: Count, source_cylinders: Count }

    Ps07NotLicensed         PS07 "not-licensed"         [E] ["unit", "side"] { array: Array }
    Ps07NotCapable          PS07 "not-capable"          [E] ["unit", "side"] { volser: Volser, cause: Text }
    Ps07Inhibited           PS07 "inhibited"            [E] ["unit", "side"] { volser: Volser }
    Ps07V1Active            PS07 "v1-active"            [E] ["unit", "side"] { volser: Volser }
    Ps07RelationLimit       PS07 "relation-limit"       [E] ["unit", "side"] { volser: Volser, relations: Count, generations: Count, limit: Count }

    Ps08DifferentArray      PS08 "different-array"      [E] ["source", "target", "generation"] { source_array: Array, target_array: Array }
    Ps08DifferentLss        PS08 "different-lss"        [E] ["source", "target", "generation"] { source_lss: Lss, target_lss: Lss }

    Ps09TargetInOtherProfile     PS09 "target-in-other-profile"     [W] ["unit", "profile"] { volser: Volser, how: Texts }
    Ps09SourceInOtherProfile     PS09 "source-in-other-profile"     [E] ["unit", "profile"] { volser: Volser }
    Ps09SourceIsTargetElsewhere  PS09 "source-is-target-elsewhere"  [E] ["unit", "profile"] { volser: Volser }

    Ps10ControlData         PS10 "control-data"         [E] ["unit"]     { volser: Volser, data_sets: DataSets }

    Ps11LevelBelowMinimum   PS11 "level-below-minimum"  [E] ["array"]    { found: Text, required: Text, units: Count }
    Ps11PatchBelowMinimum   PS11 "patch-below-minimum"  [E] ["array"]    { found: Text, required: Text, units: Count }
    Ps11FixMissing          PS11 "fix-missing"          [E] ["array"]    { found: Texts, required: Texts, missing: Texts, units: Count }
    Ps11Undeterminable      PS11 "undeterminable"       [E] ["array"]    { found: Text, required: Text, units: Count }
    Ps11UnsupportedFamily   PS11 "unsupported-family"   [E] ["array"]    { found: Text, required: Families, units: Count }
    Ps11NewerThanPolicy     PS11 "newer-than-policy"    [I] ["array"]    { found: Text, required: Families, units: Count }

    Ps12Established         PS12 "established"          [E] ["source", "bcv"] { state: Text, held_for: Profile }
    Ps12SplitHistory        PS12 "split-history"        [I] ["source", "bcv"] { state: Text, held_for: Profile }

    Ps13Established         PS13 "established"          [E] ["bcv", "unit"] { state: Text }

    Ps14NoSources           PS14 "no-sources"           [E] ["profile"]  {}
    Ps14NoGenerations       PS14 "no-generations"       [E] ["profile"]  {}
    Ps14MissingTarget       PS14 "missing-target"       [E] ["source", "generation"] {}
    Ps14UnmappedSource      PS14 "unmapped-source"      [E] ["source", "generation"] { target: Unit }
    Ps14DuplicateTarget     PS14 "duplicate-target"     [E] ["target"]   { sources: Units, generations: Texts }

    Ps15NonImsData          PS15 "non-ims-data"         [W] ["unit"]     { volser: Volser, data_sets: DataSets }

    Ps16Refused             PS16 "refused"              [E] ["source", "target", "generation"] { cause: Text }
    Ps16ChangedSinceCheck   PS16 "changed-since-check"  [E] ["source", "target", "generation"] { no_longer_passes: Texts }
    Ps16PairFailed          PS16 "pair-failed"          [E] ["source", "target", "generation"] { state: Text }
    Ps16Timeout             PS16 "timeout"              [E] ["source", "target", "generation"] { state: Text }
    Ps16SplitFirst          PS16 "split-first"          [I] ["source", "target", "generation"] { established_to: Device }
    Ps16AlreadyEstablished  PS16 "already-established"  [I] ["source", "target", "generation"] { state: Text }
}

impl Reason {
    /// The rule it belongs to.
    #[must_use]
    pub const fn rule(self) -> Rule {
        self.info().rule
    }

    /// The stable key, unique within the rule.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.info().slug
    }

    /// The reason of this rule with this key.
    #[must_use]
    pub fn find(rule: Rule, slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.rule() == rule && reason.slug() == slug)
    }

    /// The reasons of one rule.
    pub fn of(rule: Rule) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |reason| reason.rule() == rule)
    }

    /// The sides on which it can occur, for reasons that name a side: both, but for `relation-limit`, which only a
    /// source can reach. None for all others.
    #[must_use]
    pub fn sides(self) -> &'static [Side] {
        match self {
            Self::Ps07RelationLimit => &[Side::Source],
            _ if self.rule() == Rule::PS07 => &[Side::Source, Side::Target],
            _ => &[],
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.rule().code(), self.slug())
    }
}

impl FromStr for Reason {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        text.split_once(':')
            .and_then(|(rule, slug)| Self::find(rule.parse().ok()?, slug))
            .ok_or_else(|| NameError::new(text, "a rule and its reason, e.g. PS05:boxed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_83_reasons_and_77_of_them_are_checks() {
        assert_eq!(Reason::ALL.len(), 83);
        assert_eq!(Reason::ALL.iter().filter(|reason| reason.rule() < Rule::PS16).count(), 77);
    }

    #[test]
    fn a_reason_is_found_by_rule_and_key() {
        for &reason in Reason::ALL {
            assert_eq!(reason.to_string().parse::<Reason>().unwrap(), reason);
        }
        assert!("PS08:boxed".parse::<Reason>().is_err());
        assert_eq!("log-coverage".parse::<Rule>().unwrap(), Rule::PS02);
        assert_eq!("ps02".parse::<Rule>().unwrap(), Rule::PS02);
    }
}
