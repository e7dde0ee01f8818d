//! What operations share.

pub mod access_token;
pub mod claims;
pub mod jwt;
pub mod paging;
pub mod passwords;
pub mod secret_hash;
pub mod tickets;
pub mod tokens;
pub mod users;
