//! What the control face orders and asks.

use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::site::{Profile, Site};
use dasdlab_model::states::HostStatus;
use dasdlab_model::story::{PlannedFault, RestoreKind};
use dasdlab_model::unit::Unit;
use serde::{Deserialize, Serialize};

/// An order of the control face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlOrder {
    /// Moves the clock by hand.
    Advance {
        /// By how much, in milliseconds of virtual time.
        by_ms: u64,
    },
    /// A system sees a unit in another status.
    Vary {
        /// The system.
        system: SystemName,
        /// The unit.
        unit: Unit,
        /// Its status from now on.
        status: HostStatus,
    },
    /// A fault enters the plan: what breaks, where, when and for how long.
    Fault(Box<PlannedFault>),
    /// Takes a fault that has not fired, or that still lasts, out of the plan.
    Forget {
        /// Its name.
        fault: String,
    },
    /// A profile enters the site, or is edited where there is one of this name.
    Profile(Box<Profile>),
    /// Removes a profile that is not locked.
    RemoveProfile {
        /// Its name.
        profile: ProfileName,
    },
    /// Profile setup begins.
    Setup {
        /// The profile.
        profile: ProfileName,
        /// How long it waits for its pairs at most.
        wait_ms: u64,
    },
    /// The job that takes a backup is built and begins: setup first where it is needed.
    Job {
        /// The profile.
        profile: ProfileName,
        /// Setup alone, needed or not.
        setup_only: bool,
        /// How long a step waits for its pairs at most.
        wait_ms: u64,
    },
    /// A restore begins.
    Restore {
        /// The profile.
        profile: ProfileName,
        /// Every source, or those that held data.
        kind: RestoreKind,
        /// The generation that is restored from.
        generation: u8,
        /// How long it waits for its copies at most.
        wait_ms: u64,
    },
    /// Everything is as this site declares from now on: plan, pieces of work and what the faces remember are gone.
    Load(Box<Site>),
}

/// A question of the control face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The site as it stands; booted again, it goes on from here.
    Site,
    /// What can be seen.
    Observation,
    /// What profile setup says of a profile.
    Check(ProfileName),
    /// The panels of profiles: of one, or of all.
    Profiles(Option<ProfileName>),
    /// The job that would be built: its steps and its JCL.
    Build {
        /// The profile.
        profile: ProfileName,
        /// Setup alone, needed or not.
        setup_only: bool,
        /// How long a step waits for its pairs at most.
        wait_ms: u64,
    },
    /// Pieces of work, running and ended: of one number, or all that are kept.
    Work(Option<u64>),
    /// The faults of the plan and what has become of them.
    Faults,
}

/// Why an order or a question was refused.
pub type Refused = crate::refused::Refused<RefusedKind>;

/// What kind of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedKind {
    /// There is no such thing.
    NotFound,
    /// It cannot be: the request is malformed or names what does not fit.
    Invalid,
    /// It could be, but not as things stand: locked, read-only, running.
    Conflict,
    /// The simulator itself failed; a fault of this program.
    Broken,
}
