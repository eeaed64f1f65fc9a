//! PS16: mirrors are established. It acts and is no check: here is only what it is for and what it can say.

use dasdlab_model::reasons::Reason;

/// What the action does, and when each of its reasons is reported.
#[derive(Debug)]
pub(crate) struct ActionDoc {
    pub(crate) acts: &'static str,
    pub(crate) reasons: &'static [(Reason, &'static str)],
}

/// The documentation of PS16.
pub(crate) const DOC: ActionDoc = ActionDoc {
    acts: "Not a check, but what the setup of a bcv profile does once no check reports an E: it establishes the mirrors of generation 1, \
        splits and holds those of all other generations, and waits until each pair of generation 1 is Synchronized. Checks judge a \
        moment and issue no command, so a check never reports this rule.",
    reasons: &[
        (
            Reason::Ps16Refused,
            "The array refused to establish the pair, the target is Invalid or Unknown (generation 1), or it is held for another \
             profile (any generation).",
        ),
        (Reason::Ps16ChangedSinceCheck, "When its turn came, the pair no longer passed PS05, PS06, PS09, PS12 or PS13."),
        (Reason::Ps16PairFailed, "The pair was established and left the way to Synchronized."),
        (Reason::Ps16Timeout, "The pair was not Synchronized when the wait limit had passed."),
        (Reason::Ps16SplitFirst, "The target was established to another source of the profile, and was split from it first."),
        (Reason::Ps16AlreadyEstablished, "The pair was established already and is kept."),
    ],
};
