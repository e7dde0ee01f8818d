//! The console over HTTP, as a browser sees it.

mod harness;
mod sessions;
mod settings;
mod setup;
