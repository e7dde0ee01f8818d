//! What the API takes from outside: time and randomness.

use cabana_domain::Time;

/// The time. Read once per request.
pub trait Clock: Send + Sync {
    /// The instant it is now.
    fn now(&self) -> Time;
}

/// Randomness good enough for keys.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// If the system has none to give; the request then fails.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;
