//! The unsuccessful answer of an operation.

use std::borrow::Cow;
use std::fmt;

use cabana_model::ErrorKind;
use cabana_store::StoreError;

use crate::faults::{Reason, Words};

/// A refusal or a failure. `kind` and `message` go over the wire, `reason` and `cause` only to the log.
#[derive(Debug)]
pub struct Fault {
    pub kind: ErrorKind,
    /// Identifies the fault: a constant of [`faults::reason`](crate::faults::reason).
    pub reason: Reason,
    pub message: Cow<'static, str>,
    /// Invalid parts of the input, if they have names: members that break the model's constraints, such as
    /// `userAttributes.1.member.value`; attributes of the user; URLs in a list.
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

/// The cause of a fault.
#[derive(Debug)]
pub enum Cause {
    /// A write conflicted with another; reading again and retrying is safe.
    LostRace(StoreError),
    /// Any other cause worth a line in the log.
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

    /// An internal failure: details go to the log, never to the caller.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            kind: ErrorKind::InternalErrorException,
            reason: reason::internal,
            message: Cow::Borrowed("Something went wrong"),
            members: Vec::new(),
            cause: Some(Cause::Other(cause.into())),
        }
    }

    /// Whether it is an internal failure and not a refusal.
    pub fn is_internal(&self) -> bool {
        self.kind == ErrorKind::InternalErrorException
    }

    /// Adds what lies behind a refusal, for the log and for administrators.
    #[must_use]
    pub(crate) fn because(
        mut self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.cause = Some(Cause::Other(cause.into()));
        self
    }

    /// Returns an internal failure unchanged, and replaces a refusal with a less specific one. An unauthenticated
    /// caller must not learn the reason of a refusal, but a failure of the store is no evidence against them.
    #[must_use]
    pub fn or_refusal(self, refusal: impl FnOnce() -> Self) -> Self {
        if self.is_internal() { self } else { refusal() }
    }

    /// Whether the dispatcher may retry the operation.
    pub fn lost_race(&self) -> bool {
        matches!(self.cause, Some(Cause::LostRace(_)))
    }

    /// The cause, for the log.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }
}

impl From<StoreError> for Fault {
    /// An unexpected conflict is retried too: the second run reads what the first one missed, and refuses in the
    /// operation's own words.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale | StoreError::Gone | StoreError::Conflict(_) => Self {
                kind: ErrorKind::InternalErrorException,
                reason: reason::lost_race,
                message: Cow::Borrowed("Something went wrong"),
                members: Vec::new(),
                cause: Some(Cause::LostRace(error)),
            },
            StoreError::Cursor => crate::faults::bad_paging_token(),
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
