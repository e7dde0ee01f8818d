//! What an operation answers when it does not succeed.

use std::borrow::Cow;
use std::fmt;

use cabana_model::ErrorKind;
use cabana_store::StoreError;

use crate::faults::{Reason, Words};

/// A refusal or a failure. `kind` and `message` go over the wire, `reason` and `cause` only to the log.
#[derive(Debug)]
pub struct Fault {
    pub kind: ErrorKind,
    /// What to tell faults apart by: a constant of [`faults::reason`](crate::faults::reason).
    pub reason: Reason,
    pub message: Cow<'static, str>,
    /// What is wrong in the input, as far as it has a name: members that break the model's constraints, such as
    /// `userAttributes.1.member.value`; attributes of the user; addresses in a list of them.
    pub members: Vec<String>,
    cause: Option<Cause>,
}

/// The reasons of failures, which no function of [`faults`](crate::faults) makes.
#[allow(non_upper_case_globals)]
pub(crate) mod reason {
    use crate::faults::Reason;

    pub const internal: Reason = Reason::named("internal");
    pub const lost_race: Reason = Reason::named("lost_race");
}

/// What lies behind a fault.
#[derive(Debug)]
pub enum Cause {
    /// A write met somebody else's; reading again and trying again is safe.
    LostRace(StoreError),
    /// Anything else worth a line in the log.
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Fault {
    /// The refusal that a function of [`faults`](crate::faults) makes.
    pub(crate) fn refusal(reason: Reason, words: Words) -> Self {
        Self {
            kind: words.kind,
            reason,
            message: words.message,
            members: words.members,
            cause: None,
        }
    }

    /// A failure of ours: the caller learns nothing, the log everything.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            kind: ErrorKind::InternalErrorException,
            reason: reason::internal,
            message: Cow::Borrowed("Something went wrong"),
            members: Vec::new(),
            cause: Some(Cause::Other(cause.into())),
        }
    }

    /// Whether it is a failure of ours and not a refusal.
    pub fn is_internal(&self) -> bool {
        self.kind == ErrorKind::InternalErrorException
    }

    /// This failure of ours; or, where it is a refusal, another that tells less. Who cannot prove something must not
    /// learn why, but a store that is away proves nothing against anybody.
    #[must_use]
    pub fn or_refusal(self, refusal: impl FnOnce() -> Self) -> Self {
        if self.is_internal() { self } else { refusal() }
    }

    /// Whether the dispatcher may run the operation again.
    pub fn lost_race(&self) -> bool {
        matches!(self.cause, Some(Cause::LostRace(_)))
    }

    /// What lies behind it, for the log.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }
}

impl From<StoreError> for Fault {
    /// A conflict that no operation foresaw is a race too: the second run reads what the first
    /// one did not see, and refuses in the operation's own words.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale | StoreError::Gone | StoreError::Conflict(_) => Self {
                kind: ErrorKind::InternalErrorException,
                reason: reason::lost_race,
                message: Cow::Borrowed("Something went wrong"),
                members: Vec::new(),
                cause: Some(Cause::LostRace(error)),
            },
            StoreError::Unavailable(_) | StoreError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.message)
    }
}

impl std::error::Error for Fault {}
