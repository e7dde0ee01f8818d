//! The reads: each is one statement and how its rows are read.

mod audit;
mod clients;
mod codes;
mod counts;
mod events;
mod groups;
mod messages;
mod pools;
mod users;
