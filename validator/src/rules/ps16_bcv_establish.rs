//! PS16: generation 1 mirrors its sources, the others are kept. What it does is in [`crate::machines::Setup`].

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::Method;

use super::{ReasonDoc, RuleDoc, RuleEntry};

const DOC: RuleDoc = RuleDoc {
    protects: "A backup is a split of mirrors that are all current at one instant. A profile that calls itself ready while one pair is \
        still copying, or mirrors something else, gives a backup of which a part is old.",
    fires: "No check reported an E, and setup could not establish every pair of generation 1, or not every pair became \
        Synchronized; or a backup found a pair that is not, could not split one, or could not make the next generation mirror.",
    passing: "Pair 1000 and 2000 was split from the last backup: it is established incrementally and Synchronized before the wait limit.",
    failing: "Unit 1000 is boxed after the check and before the turn of its pair: `changed-since-check`, naming PS05:boxed. Pairs that \
        were established before stay established.",
    fine_print: &[
        "Not a check: it acts, for method bcv, and only when nothing of PS00 to PS15 is an E.",
        "Generation 1 first, pair after pair in the order of source units. A pair in SyncInProg or Synchronized with its source is kept. \
         One in Restored with it, or established to another source of the profile, is split first, by force where it is still \
         copying; a split that runs is waited for. Then the pair is checked again and established: incrementally from Split or \
         SplitBfrSync with this source, else full, and full also where the array says that it has no history.",
        "The pair is asked again for PS05, PS06, PS09, PS12 and PS13, by findings that name its source or target; only an E counts.",
        "A hold of a target for this profile ends just before its pair is established, and begins again if the array refuses \
         that. The hold of a pair that is kept ends too.",
        "Then every other generation: an established BCV is split, by force where it is still copying, and one that nobody holds is held \
         for the profile. One that mirrors a volume outside the profile since the check is left alone: `changed-since-check`. One whose split \
         is refused is not held.",
        "After an E of this rule setup does not wait. With several, the profile shows `refused` before `changed-since-check` before \
         `pair-failed` before `timeout`.",
        "A generation 1 pair that is neither Synchronized nor SyncInProg while setup waits is `pair-failed`, whatever split, restored or \
         broke it: it does not become Synchronized by itself.",
        "A BCV in SplitInProg when its turn comes is waited for; at the wait limit its pair is `timeout`.",
        "The wait limit counts from the start of setup, or of the backup.",
        "Before a backup every pair of the current generation is asked: one that is not Synchronized with its source is `pair-failed`, \
         whatever its state, and nothing is split. It is asked again once logs are suspended, where they have to be.",
        "A pair that the array does not split, or whose BCV cannot be put on hold after the backup, is `refused`; one that is accepted but not \
         Split afterwards is `pair-failed`.",
        "The next generation is established by a backup as generation 1 is by setup, with the same reasons. The backup that was split is \
         valid whatever becomes of it. Without an E before, it is waited for: a pair that leaves the way to Synchronized is \
         `pair-failed`, one that is not Synchronized at the wait limit `timeout`.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps16Refused,
            when: "The array refused a command for the pair, a target that is to be established is in Invalid or Unknown, or a target \
                is held for another profile (`held`).",
            remedy: &[
                "Clear what refuses the pair of {source} and {target} in generation {generation} ({cause}): a hold is ended by \
                its owner, a pair in Invalid or Unknown cancelled by force; then run setup again.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps16ChangedSinceCheck,
            when: "The pair no longer passed when its turn came.",
            remedy: &["Run setup again: it reports {no_longer_passes} for {source} and {target} with what clears each."],
        },
        ReasonDoc {
            reason: Reason::Ps16PairFailed,
            when: "The pair left the way to Synchronized while it was waited for, or was not Synchronized when a backup was to \
                begin, or not Split when it was to be recorded.",
            remedy: &[
                "See who or what took the pair of {source} and {target} to {state}; cancel it by force if it is Invalid, then run \
                setup again.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps16Timeout,
            when: "The pair was not Synchronized, or its split not over, when the wait limit passed.",
            remedy: &[
                "See why the copy from {source} to {target} does not end (state {state}), then run setup again; it waits for what \
                is still copying.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps16SplitFirst,
            when: "The target was established to another source of the profile and was split from it.",
            remedy: &["Nothing to do: {target} mirrors {source} now, no longer {established_to}."],
        },
        ReasonDoc {
            reason: Reason::Ps16AlreadyEstablished,
            when: "The pair mirrors already and was kept as it is.",
            remedy: &["Nothing to do: {target} mirrors {source} ({state})."],
        },
    ],
};

/// The action's documentation; it has nothing to evaluate.
pub(super) static RULE: RuleEntry = RuleEntry { method: Some(Method::Bcv), ..RuleEntry::new(Rule::PS16, &DOC) };
