//! Multi-factor authentication: users' preferences, the registration of an authenticator app, recovery codes.

pub mod preference;
pub mod recovery_codes;
pub mod set_up;
