//! The conformance suite on both engines, and what only the engines themselves can show.

mod sqlite;

use std::sync::Arc;

use cabana_store::Sealer;

/// Everything is sealed under this key.
fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(&[7; 32]).unwrap())
}
