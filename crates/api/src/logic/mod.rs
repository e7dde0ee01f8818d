//! What operations share.

pub mod access_token;
pub mod attributes;
pub mod claims;
pub mod client_token;
pub mod clients;
pub mod factors;
pub mod initiate;
pub mod jwt;
pub mod messages;
pub mod paging;
pub mod password_change;
pub mod passwords;
pub mod pools;
pub mod refresh;
pub mod revocation;
pub mod secret_hash;
pub mod sign_in;
pub mod tickets;
pub mod tokens;
pub mod users;
