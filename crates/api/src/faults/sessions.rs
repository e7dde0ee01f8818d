//! Faults of tracked sessions.

use cabana_model::ErrorKind as K;

use super::{faults, invalid_parameter, said};

faults! {
    /// Guessed. The same for another user's session.
    pub fn no_such_session() {
        said(K::ResourceNotFoundException, "Session does not exist.")
    }

    /// Guessed: the rule is documented.
    pub fn own_session() {
        invalid_parameter("The current session cannot be revoked. Sign out instead.").about("SessionId")
    }

    /// Guessed: the rule is documented.
    pub fn sessions_not_tracked() {
        invalid_parameter("User session tracking is not enabled for the user pool.")
    }
}
