//! A new pool's signing keys.

use cabana_domain::PoolId;
use cabana_domain::keys::SigningKey;

use crate::cx::Cx;
use crate::fault::Fault;

/// Makes them off the async threads, as making a key takes 80 ms where the stock is used up.
///
/// # Errors
/// If no key can be made.
pub async fn make(cx: &Cx<'_>, pool: &PoolId) -> Result<Vec<SigningKey>, Fault> {
    let (ring, pool, now) = (cx.api.keys.clone(), pool.clone(), cx.now());
    tokio::task::spawn_blocking(move || {
        let keys = ring.new_pool_keys(&pool, now);
        // For the next pool, on the same thread and after this one has its keys.
        tokio::task::spawn_blocking(move || ring.refill());
        keys
    })
    .await
    .map_err(Fault::internal)?
}
