//! Multi-factor authentication: the factors that a user prefers.

pub mod preference;
