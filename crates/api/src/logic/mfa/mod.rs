//! Multi-factor authentication: users' preferences.

pub mod preference;
