//! The console over HTTP, as a browser sees it.

// Helpers of tests may panic as tests do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod account;
mod components;
mod connecting;
mod devices;
mod events;
mod forms;
mod frame;
mod groups;
mod harness;
mod lists;
mod operators;
mod pools;
mod server;
mod sessions;
mod settings;
mod setup;
mod sorting;
mod undo;
mod user;
mod user_sessions;
mod users;
