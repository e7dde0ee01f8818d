//! Logic that operations share, in one module per resource or concept.

pub mod clients;
pub mod codes;
pub mod described;
pub mod devices;
pub mod domains;
pub mod federation;
pub mod functions;
pub mod groups;
pub mod messages;
pub mod mfa;
pub mod operators;
pub mod paging;
pub mod passkeys;
pub mod passwords;
pub mod pools;
pub mod quotas;
pub mod resource_servers;
pub mod sessions;
pub mod sign_in;
pub mod tokens;
mod told;
pub mod triggers;
pub mod users;
