//! User pools: settings, attributes, tags, second factors, and their description in replies.

pub mod first_factors;
pub mod functions;
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
