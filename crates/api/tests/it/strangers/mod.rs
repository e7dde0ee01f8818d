//! What somebody who has shown nothing learns, takes, or has sent.

mod claims;
mod messages;
mod names;
mod stage;
mod table;
