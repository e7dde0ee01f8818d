//! What operations share.

pub mod access_token;
pub mod aliases;
pub mod attribute_update;
pub mod attributes;
pub mod claims;
pub mod client_token;
pub mod codes;
pub mod factors;
pub mod initiate;
pub mod jwt;
pub mod messages;
pub mod named_user;
pub mod new_user;
pub mod paging;
pub mod password_change;
pub mod passwords;
pub mod quotas;
pub mod recovery;
pub mod refresh;
pub mod revocation;
pub mod secret_hash;
pub mod sign_in;
pub mod tickets;
pub mod tokens;
pub mod user_view;
pub mod users;
