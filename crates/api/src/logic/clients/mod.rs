//! App clients: their settings, secrets and redirect URLs, and how they are shown.

pub mod addresses;
pub mod attributes;
pub mod oauth;
pub mod secret_hash;
pub mod secrets;
pub mod settings;
pub mod view;
