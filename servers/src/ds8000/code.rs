//! What goes wrong, as a DS8000 says it: one table of HTTP status, code and words.
//!
//! IBM's own codes are used where their meaning is documented. All others are dasdlab's own and are so recognised: they
//! begin with `BE7AD`. `docs/clients/pyds8k.md` lists both.

use axum::http::StatusCode;
use dasdlab_model::transitions::Refusal;

use super::order::Refused;

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP status of the whole answer.
    pub status: StatusCode,
    /// The code.
    pub code: &'static str,
    /// What went wrong, in words.
    pub message: String,
}

impl Failure {
    /// A failure with words of its own.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let (status, code) = kind.says();
        Self { status, code, message: message.into() }
    }

    /// What the array refused, and of which pair.
    #[must_use]
    pub fn refused(refused: Refused, pair: &str) -> Self {
        let (status, code, words) = match refused {
            Refused::Array(refusal) => refusal_says(refusal),
            Refused::RemotePrimaryTarget => REMOTE_PRIMARY,
        };
        Self { status, code, message: format!("{words} ({pair}).") }
    }
}

/// What can be wrong with a request before an array has been asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is no token, or none that is known.
    NoToken,
    /// The token has not been used for too long.
    ExpiredToken,
    /// User or password are wrong.
    Credentials,
    /// The request cannot be read, or has a word in it that it may not have.
    Malformed,
    /// The address is none of this interface.
    NoSuchAddress,
    /// The interface has it, and this array does not simulate it.
    NotSimulated,
    /// There is no such system, volume, pool …
    NoSuchThing,
    /// The address does not know the method.
    Method,
    /// The body is of another type than JSON.
    MediaType,
    /// The body is too long.
    TooLong,
    /// The body has not come in time.
    TooSlow,
    /// An option is known, and this array does not simulate it.
    OptionNotSimulated,
    /// Too many requests wait.
    Busy,
    /// The server is stopping.
    Stopping,
    /// The simulator itself failed.
    Broken,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::NoToken,
        Self::ExpiredToken,
        Self::Credentials,
        Self::Malformed,
        Self::NoSuchAddress,
        Self::NotSimulated,
        Self::NoSuchThing,
        Self::Method,
        Self::MediaType,
        Self::TooLong,
        Self::TooSlow,
        Self::OptionNotSimulated,
        Self::Busy,
        Self::Stopping,
        Self::Broken,
    ];

    /// Its HTTP status and code.
    #[must_use]
    pub const fn says(self) -> (StatusCode, &'static str) {
        match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, "BE7A001A"),
            Self::ExpiredToken => (StatusCode::UNAUTHORIZED, "BE7A001B"),
            Self::Credentials => (StatusCode::UNAUTHORIZED, "BE7A0027"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "BE7AD001"),
            Self::NoSuchAddress => (StatusCode::NOT_FOUND, "BE7AD002"),
            Self::NotSimulated => (StatusCode::NOT_FOUND, "BE7AD003"),
            Self::NoSuchThing => (StatusCode::NOT_FOUND, "BE7AD004"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "BE7AD005"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "BE7AD006"),
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "BE7AD007"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "BE7AD00B"),
            Self::OptionNotSimulated => (StatusCode::INTERNAL_SERVER_ERROR, "BE7AD008"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "BE7AD009"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "BE7AD00A"),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "BE7AD00F"),
        }
    }
}

/// A target that is the primary of a remote mirror without the option that permits it.
const REMOTE_PRIMARY: (StatusCode, &str, &str) = (
    StatusCode::INTERNAL_SERVER_ERROR,
    "BE7AD12F",
    "The target is a remote-copy primary and allow_pprc_target_primary was not given",
);

/// HTTP status, code and words of what an array refuses.
#[must_use]
pub const fn refusal_says(refusal: Refusal) -> (StatusCode, &'static str, &'static str) {
    use Refusal as R;
    let error = StatusCode::INTERNAL_SERVER_ERROR;
    match refusal {
        R::UnknownVolume => (StatusCode::NOT_FOUND, "BE7AD101", "There is no such volume"),
        R::SameVolume => (error, "BE7AD102", "A volume cannot be copied to itself"),
        R::DifferentArray => (error, "BE7AD103", "The volumes are not in one storage image"),
        R::ArrayUnreachable => (StatusCode::SERVICE_UNAVAILABLE, "BE7AD104", "The storage image does not answer"),
        R::DeviceNotReady => (error, "BE7AD105", "A device is boxed, has no path, or is not ready"),
        R::NotBcv => (error, "BE7AD106", "The volume is no business continuance volume"),
        R::DeviceType => (error, "BE7AD107", "3390 and 3380 volumes cannot be paired"),
        R::Size => (error, "BE7AD108", "The target has fewer cylinders than its source"),
        R::Held => (error, "BE7AD109", "The volume is held for a backup profile"),
        R::EstablishedElsewhere => (error, "BE7AD10A", "The volume is established to another one"),
        R::NotPaired => (StatusCode::NOT_FOUND, "BE7AD10B", "There is no such FlashCopy relationship"),
        R::NoHistory => (error, "BE7AD10C", "Nothing is known of what changed since the copy"),
        R::SplitFirst => (error, "BE7AD10D", "The pair must be split first"),
        R::NotEstablished => (error, "BE7AD10E", "The pair is not established"),
        R::Synchronizing => (error, "BE7AD10F", "The pair is synchronizing"),
        R::Restoring => (error, "BE7AD110", "The pair is being copied back"),
        R::Splitting => (error, "BE7AD111", "The pair is being split"),
        R::BcvUnusable => (error, "BE7AD112", "The contents of the copy are unusable"),
        R::StandardUnusable => (error, "BE7AD113", "The contents of the source are unusable"),
        R::ForceNeeded => (error, "BE7AD114", "The state of the pair permits nothing without force"),
        R::NotLicensed => (error, "BE7AD115", "The storage image has no FlashCopy licence"),
        R::NotCapable => (error, "BE7AD116", "A volume is inhibited or cannot take part in FlashCopy"),
        R::RelationLimit => (error, "BE7AD117", "The source has as many FlashCopy relationships as it can have"),
        R::TargetInUse => (error, "BE7AD118", "The target is a FlashCopy target already"),
        R::SourceIsTarget => (error, "BE7AD119", "The source is a FlashCopy target"),
        R::TargetIsSource => (error, "BE7AD11A", "The target is a FlashCopy source"),
        R::StillCopying => (error, "BE7AD11B", "The background copy has not ended"),
        R::RelationFailed => (error, "BE7AD11C", "The FlashCopy relationship has failed and can only be withdrawn"),
        R::CannotReverse => (error, "BE7AD11D", "A larger target cannot be copied back"),
        R::SpaceEfficient => {
            (error, "BE7AD11E", "The target is space-efficient: permit_space_efficient_target and no_background_copy are needed")
        }
        R::AlreadySuspended => (error, "BE7AD11F", "Logs are suspended already"),
        R::CannotSuspend => (error, "BE7AD120", "Logs cannot be suspended"),
        R::UnknownProfile => (error, "BE7AD121", "There is no such backup profile"),
        R::ProfileLocked => (error, "BE7AD122", "The backup profile is locked"),
        R::RepositoryUnavailable => (error, "BE7AD123", "The repository cannot be written"),
        R::NoAnswer => {
            (StatusCode::GATEWAY_TIMEOUT, "BE7AD124", "The storage image gave no answer: the order may have been obeyed")
        }
        R::Injected => (error, "BE7AD125", "A fault that was asked for refused it"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_refusal_and_every_kind_has_a_code_of_its_own() {
        let mut codes = BTreeSet::new();
        let kinds = Kind::ALL.iter().map(|kind| kind.says());
        let refusals = Refusal::ALL.iter().map(|&refusal| refusal_says(refusal)).chain([REMOTE_PRIMARY]);
        for (status, code) in kinds.chain(refusals.map(|(status, code, _)| (status, code))) {
            assert!(codes.insert(code), "{code} stands twice");
            assert!(code.len() == 8 && code.starts_with("BE7A"), "{code}");
            assert!(status.is_client_error() || status.is_server_error(), "{code}");
            assert!(code.starts_with("BE7AD") || status == StatusCode::UNAUTHORIZED, "{code} would be IBM's");
        }
    }

    #[test]
    fn the_page_for_clients_lists_every_code() {
        let page = include_str!("../../../docs/clients/pyds8k.md");
        let words = |(status, code, words): (StatusCode, &str, &str)| format!("| `{code}` | {} | {words} |", status.as_u16());
        for &refusal in Refusal::ALL {
            let row = words(refusal_says(refusal));
            assert!(page.contains(&row), "the page lacks\n{row}");
        }
        assert!(page.contains(&words(REMOTE_PRIMARY)));
        for kind in Kind::ALL {
            let (status, code) = kind.says();
            assert!(page.contains(&format!("| `{code}` | {} |", status.as_u16())), "the page lacks {code}");
        }
    }
}
