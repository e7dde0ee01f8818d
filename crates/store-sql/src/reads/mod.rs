//! The reads: each is one statement and the parsing of its rows.

mod audit;
mod clients;
mod codes;
mod counts;
mod deliveries;
mod devices;
mod drafts;
mod events;
mod groups;
mod messages;
mod passkeys;
mod pools;
mod providers;
mod sessions;
mod users;
