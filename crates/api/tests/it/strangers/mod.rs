//! What an unauthenticated caller can learn, take, or have sent.

mod claims;
mod messages;
mod names;
mod stage;
mod table;
