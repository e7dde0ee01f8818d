//! Signing keys of a new pool.

use cabana_domain::PoolId;
use cabana_domain::keys::SigningKey;

use crate::cx::Cx;
use crate::fault::Fault;

/// Makes the keys off the async threads: making one takes 80 ms when the stock is exhausted.
///
/// # Errors
/// If a key cannot be made.
pub async fn make(cx: &Cx<'_>, pool: &PoolId) -> Result<Vec<SigningKey>, Fault> {
    let (ring, pool, now) = (cx.api.keys.clone(), pool.clone(), cx.now());
    tokio::task::spawn_blocking(move || {
        let keys = ring.new_pool_keys(&pool, now);
        // Refill for the next pool, on a blocking thread and after this one has its keys.
        tokio::task::spawn_blocking(move || ring.refill());
        keys
    })
    .await
    .map_err(Fault::internal)?
}
