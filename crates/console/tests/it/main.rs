//! The console over HTTP, as a browser sees it.

// Helpers of tests may panic as tests do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod harness;
mod pools;
mod sessions;
mod settings;
mod setup;
