//! Wrong actors, each of which breaks one invariant and no other: they show that the checks see what they are there to see.
//!
//! Each wraps the machines or the world's commands. The product's own code knows nothing of them.

mod commands_in_spite_of_errors;
mod counts_its_runs;
mod does_more_than_it_is_told;
mod goes_by_the_order_of_lists;
mod is_blind_to_logs;
mod records_what_was_refused;
mod says_ready_too_early;
mod splits_one_by_one;
mod splits_too_early;
mod starts_anew;
mod swaps_source_and_target;

use super::actors::Actors;

/// A wrong actor.
pub struct Wrong {
    /// Its name.
    pub slug: &'static str,
    /// What it does, in a line.
    pub text: &'static str,
    /// The number of the invariant that it breaks.
    pub breaks: u8,
    /// Makes it.
    pub make: fn() -> Box<dyn Actors>,
}

/// All of them, by the invariant that they break.
pub const WRONG: &[Wrong] = &[
    Wrong {
        slug: "says-ready-too-early",
        text: "setup takes a pair that is still copied for one that is Synchronized",
        breaks: 1,
        make: says_ready_too_early::make,
    },
    Wrong {
        slug: "splits-too-early",
        text: "a backup takes pairs that are still copied for Synchronized ones",
        breaks: 1,
        make: splits_too_early::make,
    },
    Wrong {
        slug: "commands-in-spite-of-errors",
        text: "setup establishes a pair though it has found an error",
        breaks: 2,
        make: commands_in_spite_of_errors::make,
    },
    Wrong {
        slug: "records-what-was-refused",
        text: "a backup is recorded as valid though the split of a pair was refused",
        breaks: 3,
        make: records_what_was_refused::make,
    },
    Wrong {
        slug: "splits-one-by-one",
        text: "a backup copies one pair after the other instead of all at one instant",
        breaks: 3,
        make: splits_one_by_one::make,
    },
    Wrong {
        slug: "swaps-source-and-target",
        text: "a backup establishes its relations the wrong way round",
        breaks: 4,
        make: swaps_source_and_target::make,
    },
    Wrong {
        slug: "starts-anew",
        text: "setup splits what it finds Synchronized and establishes it again",
        breaks: 5,
        make: starts_anew::make,
    },
    Wrong {
        slug: "goes-by-the-order-of-lists",
        text: "setup forgets a finding where volumes are not listed in ascending order",
        breaks: 6,
        make: goes_by_the_order_of_lists::make,
    },
    Wrong {
        slug: "does-more-than-it-is-told",
        text: "each establish slows an array down as well, and nobody is told why",
        breaks: 7,
        make: does_more_than_it_is_told::make,
    },
    Wrong {
        slug: "is-blind-to-logs",
        text: "setup and backup see no logs, and so do not miss their volumes among the sources",
        breaks: 8,
        make: is_blind_to_logs::make,
    },
    Wrong {
        slug: "counts-its-runs",
        text: "a backup writes down how many were taken since the program was started",
        breaks: 9,
        make: counts_its_runs::make,
    },
];
