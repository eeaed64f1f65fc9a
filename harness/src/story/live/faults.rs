//! The fault plan of a world that lives.

use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::{MAX_PLANNED, PlannedFault, What, When, malformed_live};
use dasdlab_simulator::World;

use super::Live;
use crate::story::plan::Standing;

/// Pieces of work by whose names a fault may wait for their end.
const STEPS: [&str; 3] = ["setup", "backup", "restore"];

/// Why a fault does not enter the plan, or does not leave it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FaultRefused {
    /// It cannot be.
    #[error("{0}")]
    Malformed(String),
    /// Not as things stand.
    #[error("{0}")]
    Conflict(String),
    /// There is no such fault.
    #[error("no fault of the plan is called `{0}`")]
    Unknown(String),
}

impl Live {
    /// A fault enters the plan; says its name.
    ///
    /// # Errors
    /// Why it cannot be.
    pub(crate) fn add_fault(&mut self, world: &mut World, fault: &PlannedFault) -> Result<String, FaultRefused> {
        let seen = world.look();
        let names: Vec<&ProfileName> = seen.profiles.iter().map(|profile| &profile.name).collect();
        let home = seen.systems.first().map(|system| system.name);
        let now = world.now();
        let own = names.first().copied();
        if let Some(wrong) = malformed_live(fault, &seen, (own, home), Time(0)).into_iter().next() {
            return Err(FaultRefused::Malformed(wrong.message));
        }
        if let When::After(step) = &fault.when
            && !STEPS.contains(&step.as_str())
        {
            return Err(FaultRefused::Malformed(format!("no step is called `{step}`: expected {}", STEPS.join(", "))));
        }
        if let (What::Rival { profile: None, .. } | What::Lock { profile: None }, true) = (&fault.what, names.len() > 1) {
            return Err(FaultRefused::Malformed("the site has several profiles: expected one to be named".to_owned()));
        }
        let name = fault.name_or_number(self.next_fault);
        if self.plan.named(&name).is_some() {
            return Err(FaultRefused::Conflict(format!("a fault of the plan is called `{name}` already")));
        }
        match self.plan.load() {
            (count, Some(over)) if count >= MAX_PLANNED => self.plan.drop_fault(over),
            (count, None) if count >= MAX_PLANNED => {
                return Err(FaultRefused::Conflict(format!("the plan has {count} faults: expected {MAX_PLANNED} at most")));
            }
            _ => {}
        }
        // What is named by nothing but its place must not depend on whose profile is meant.
        let nobody: ProfileName;
        let own = if names.is_empty() {
            nobody = "NONE".parse().map_err(|_| FaultRefused::Malformed("the site has no profile".to_owned()))?;
            vec![&nobody]
        } else {
            names
        };
        self.plan.add(self.next_fault, fault, &seen, &own, home).map_err(FaultRefused::Malformed)?;
        self.next_fault += 1;
        self.plan.look_out_from(world.events().len());
        debug_assert_eq!(now, world.now());
        self.turn(world);
        Ok(name)
    }

    /// A fault leaves the plan; what it did for a while is put right.
    ///
    /// # Errors
    /// There is none of this name, or it has done what it does.
    pub(crate) fn forget_fault(&mut self, world: &mut World, name: &str) -> Result<(), FaultRefused> {
        let number = self.plan.named(name).ok_or_else(|| FaultRefused::Unknown(name.to_owned()))?;
        let before = world.events().len();
        let undo = self.plan.lift(number);
        self.on_stage(world, |stage| stage.undo(number, undo));
        self.plan.drop_fault(number);
        self.noticed(world, before);
        Ok(())
    }

    /// Every fault of the plan, and what has become of it so far.
    pub(crate) fn faults(&self) -> Vec<Standing> {
        self.plan.stand()
    }
}
