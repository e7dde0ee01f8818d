//! User pools: their settings, attributes, tags and second factors, and how they are shown.

pub mod keys;
pub mod levels;
pub mod mfa;
pub mod policies;
pub mod recovery;
pub mod schema;
pub mod settings;
pub mod tags;
pub mod tiers;
pub mod unbuilt;
pub mod view;
