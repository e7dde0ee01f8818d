//! Users: look-up, names, creation, description in replies; attributes and addresses.

pub mod addresses;
pub mod aliases;
pub mod attribute_update;
pub mod attributes;
pub mod create;
pub mod credentials;
mod find;
pub mod invitations;
pub mod named;
pub mod recovery;
pub mod sign_up_domains;
pub mod view;

pub use find::{by_sub, find, find_with_passkeys, get, get_summary, name_of_sub, update};
