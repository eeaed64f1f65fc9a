//! The rules, one file each, and the registry that everything else follows.
//!
//! A rule says what it is for in its [`RuleDoc`] and has up to five parts: masks over the facts of sources, targets and
//! data sets with what to report of a row that has one of them, a comparison of pairs, and what is asked once. A check
//! reads each column once for all rules and visits only rows on which some mask bites.

mod ps00_environment;
mod ps01_volume_coverage;
mod ps02_log_coverage;
mod ps03_catalog_coverage;
mod ps04_log_data_separation;
mod ps05_source_available;
mod ps06_target_available;
mod ps07_flashcopy_capable;
mod ps08_flashcopy_same_lss;
mod ps09_target_shared;
mod ps10_control_isolation;
mod ps11_code_level;
mod ps12_bcv_foreign_on_source;
mod ps13_bcv_target_foreign;
mod ps14_mapping_complete;
mod ps15_foreign_data;
mod ps16_bcv_establish;

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::run::InTurn;
use dasdlab_model::states::Method;

use crate::findings::Findings;
use crate::inventory::Inventory;
use crate::scan::{self, Asks, PairMask};

/// A rule: its documentation, and its parts. The parts are reached through [`RuleEntry::evaluate`].
#[derive(Debug)]
pub struct RuleEntry {
    /// Which rule it is.
    pub rule: Rule,
    /// The method of the profiles that it applies to; all where none is named.
    pub method: Option<Method>,
    /// What it is for.
    pub doc: &'static RuleDoc,
    /// What it asks of each source.
    pub(crate) sources: Option<RowPart>,
    /// What it asks of each target.
    pub(crate) targets: Option<RowPart>,
    /// What it asks of each data set.
    pub(crate) data_sets: Option<RowPart>,
    /// What it asks of each pair.
    pub(crate) pairs: Option<PairPart>,
    /// What it asks of each volume by what lies on it.
    pub(crate) volumes: Option<VolumePart>,
    /// What it asks of each catalog.
    pub(crate) catalogs: Option<CatalogPart>,
    /// What it asks of each array.
    pub(crate) arrays: Option<VisitRow>,
    /// What it asks once.
    pub(crate) once: Option<Visit>,
}

/// What a rule asks once.
pub(crate) type Visit = for<'a> fn(&'a Inventory, &mut Findings<'a>);
/// What a rule reports of a row.
pub(crate) type VisitRow = for<'a> fn(&'a Inventory, u32, &mut Findings<'a>);

/// Facts that concern a rule, and what it reports of a row with any of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowPart {
    pub(crate) mask: u32,
    /// Where each of these facts is one finding of the row, and the row has no other: the fact, and the reason.
    pub(crate) decided: &'static [(u32, Reason)],
    /// Everything that there is to report of a row, with its evidence.
    pub(crate) visit: VisitRow,
}

impl RowPart {
    /// Each of these facts is one finding of the row, with this reason.
    pub(crate) const fn decided(decided: &'static [(u32, Reason)], visit: VisitRow) -> Self {
        let (mut mask, mut rest) = (0, decided);
        while let [(fact, _), others @ ..] = rest {
            mask |= *fact;
            rest = others;
        }
        Self { mask, decided, visit }
    }

    /// How many findings a row with any of these facts has, only a visit tells.
    pub(crate) const fn visited(mask: u32, visit: VisitRow) -> Self {
        Self { mask, decided: &[], visit }
    }
}

/// What a rule asks of volumes by what lies on them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VolumePart {
    /// Whether there is something to report of this one.
    pub(crate) concerns: fn(&Inventory, u32) -> bool,
    /// What is reported of it.
    pub(crate) visit: VisitRow,
    /// The same for all volumes, on whole words.
    pub(crate) all: Visit,
}

/// What a rule asks of catalogs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CatalogPart {
    /// Whether there is something to report of this one: decided without a look at each of its data sets.
    pub(crate) concerns: fn(&Inventory, u32) -> bool,
    /// What is reported of it; nothing where it does not concern the rule.
    pub(crate) visit: VisitRow,
}

/// A comparison of both sides of a pair, and what is reported where they differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairPart {
    pub(crate) mask: fn(&Inventory) -> PairMask,
    /// The reasons of the findings of a pair, by the numbers that were compared alone.
    pub(crate) decide: fn(&Inventory, u32) -> [Option<Reason>; 3],
    /// Whether its subjects begin with the target.
    pub(crate) target_first: bool,
    /// The same findings with their evidence.
    pub(crate) visit: VisitRow,
}

impl RuleEntry {
    /// A rule without parts, to be completed.
    pub(crate) const fn new(rule: Rule, doc: &'static RuleDoc) -> Self {
        Self {
            rule,
            method: None,
            doc,
            sources: None,
            targets: None,
            data_sets: None,
            pairs: None,
            volumes: None,
            catalogs: None,
            arrays: None,
            once: None,
        }
    }

    /// Whether the rule is asked for this profile at all.
    pub(crate) fn applies(&self, inventory: &Inventory) -> bool {
        self.applies_to(inventory.terms.method)
    }

    /// Whether the rule is asked for profiles of this method at all.
    pub(crate) fn applies_to(&self, method: Method) -> bool {
        self.method.is_none_or(|of| of == method)
    }

    /// Evaluates this rule alone, whatever other rules say.
    pub fn evaluate<'a>(&self, inventory: &'a Inventory, findings: &mut Findings<'a>) {
        let this = Some(self).filter(|entry| entry.applies(inventory));
        scan::evaluate(&Asks::new(this.into_iter(), true), inventory, &InTurn, findings);
    }
}

/// What a rule is for, in a fixed template.
#[derive(Debug)]
pub struct RuleDoc {
    /// Why a backup would be unusable without it.
    pub protects: &'static str,
    /// When it fires.
    pub fires: &'static str,
    /// A case that passes.
    pub passing: &'static str,
    /// A case that fails.
    pub failing: &'static str,
    /// Decisions that a reader would otherwise have to guess.
    pub fine_print: &'static [&'static str],
    /// Its reasons, in the order of the table.
    pub reasons: &'static [ReasonDoc],
}

/// What a reason means and what clears it.
#[derive(Debug)]
pub struct ReasonDoc {
    /// The reason.
    pub reason: Reason,
    /// When it is reported.
    pub when: &'static str,
    /// The edit or command that clears it; `{name}` stands for a subject or a fact of the finding. Of several wordings
    /// the first counts of which no such name is empty; each later one does without some of the first's.
    pub remedy: &'static [&'static str],
}

/// Every rule that checks, by number. PS16 is not among them: it acts.
pub const REGISTRY: &[&RuleEntry] = &[
    &ps00_environment::RULE,
    &ps01_volume_coverage::RULE,
    &ps02_log_coverage::RULE,
    &ps03_catalog_coverage::RULE,
    &ps04_log_data_separation::RULE,
    &ps05_source_available::RULE,
    &ps06_target_available::RULE,
    &ps07_flashcopy_capable::RULE,
    &ps08_flashcopy_same_lss::RULE,
    &ps09_target_shared::RULE,
    &ps10_control_isolation::RULE,
    &ps11_code_level::RULE,
    &ps12_bcv_foreign_on_source::RULE,
    &ps13_bcv_target_foreign::RULE,
    &ps14_mapping_complete::RULE,
    &ps15_foreign_data::RULE,
];

/// PS16: what profile setup does once no check reports an E. It is documented like a rule and has nothing to evaluate;
/// its findings come from [`crate::machines::Setup`].
pub const ACTION: &RuleEntry = &ps16_bcv_establish::RULE;

/// The rule's entry, that of the action included.
#[must_use]
pub fn entry(rule: Rule) -> Option<&'static RuleEntry> {
    REGISTRY.iter().copied().chain([ACTION]).find(|entry| entry.rule == rule)
}
