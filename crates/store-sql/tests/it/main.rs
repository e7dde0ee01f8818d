//! The conformance suite on both engines, and what only the engines themselves can show.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers"
)]

mod database;
mod postgres;
mod sqlite;

use std::sync::Arc;

use cabana_store::Sealer;

/// Everything is sealed under this key.
fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(&[7; 32]).unwrap())
}
