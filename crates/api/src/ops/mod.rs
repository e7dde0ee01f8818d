//! The operations, one file each, in modules by area. File, function and operation have the same name.

pub mod auth;
pub mod clients;
pub mod devices;
pub mod domains;
pub mod groups;
pub mod mfa;
pub mod pools;
pub mod providers;
pub mod resource_servers;
pub mod sessions;
pub mod tags;
pub mod users;
pub mod webauthn;
