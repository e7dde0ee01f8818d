//! Multi-factor authentication: users' preferences, and the registration of an authenticator app.

pub mod preference;
pub mod set_up;
