//! App clients: settings, secrets, redirect URLs and their description in replies.

pub mod addresses;
pub mod attributes;
pub mod oauth;
pub mod secret_hash;
pub mod secrets;
pub mod settings;
pub mod view;
