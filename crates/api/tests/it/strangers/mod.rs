//! Enumeration and abuse by unauthenticated callers: what they can learn, take over, or have sent.

mod claims;
mod messages;
mod names;
mod stage;
mod table;
