//! Pools with their signing keys.

use cabana_domain::PoolId;
use cabana_domain::keys::SigningKey;
use cabana_domain::pool::Pool;
use cabana_store::Result;

use super::Plan;
use crate::engine::{Step, Verdict};
use crate::sealing::seal;
use crate::sql::pools as sql;
use crate::sql::providers::DELETE_SAML_KEY_OF_POOL;
use crate::value::{Value, json, params};
use crate::words;

/// Query that tells a missing pool from any other reason.
pub(super) fn pool_exists(pool: &PoolId) -> (&'static str, Vec<Value>) {
    (sql::POOL_EXISTS, params![pool])
}

impl Plan<'_> {
    pub(super) fn insert_pool(&mut self, pool: &Pool, keys: &[SigningKey]) -> Result<()> {
        self.push(Step::one(
            sql::INSERT_POOL,
            params![
                &pool.id,
                pool.version,
                json(&pool.settings)?,
                json(&pool.mfa)?,
                pool.kept_issuer.as_ref(),
                pool.created,
                pool.modified,
                json(&pool.sessions)?,
            ],
            Verdict::Conflict("pool"),
        ))?;
        for key in keys {
            self.insert_signing_key(key)?;
        }
        Ok(())
    }

    fn insert_signing_key(&mut self, key: &SigningKey) -> Result<()> {
        let place = ["signing_keys", "pkcs8", key.pool.as_str(), &key.kid];
        self.push(Step::ask(
            sql::INSERT_SIGNING_KEY,
            params![
                &key.pool,
                &key.kid,
                words::key_use(key.usage),
                seal(self.sealer, &place, &key.pkcs8)?,
                key.modulus.clone(),
                key.exponent.clone(),
                key.created,
            ],
            Verdict::Conflict("signing_key"),
            pool_exists(&key.pool),
        ))
    }

    pub(super) fn update_pool(&mut self, pool: &Pool) -> Result<()> {
        self.push(Step::ask(
            sql::UPDATE_POOL,
            params![
                &pool.id,
                pool.version,
                json(&pool.settings)?,
                json(&pool.mfa)?,
                pool.modified,
                json(&pool.sessions)?,
            ],
            Verdict::Stale,
            pool_exists(&pool.id),
        ))
    }

    pub(super) fn keep_issuer(&mut self, pool: &PoolId, issuer: &str) -> Result<()> {
        self.push(Step::any(sql::KEEP_ISSUER, params![pool, issuer]))
    }

    /// Deletes small tables and those that hold names at once; the rest is out of reach with the pool's row, and the
    /// sweep deletes it.
    pub(super) fn delete_pool(&mut self, id: &PoolId) -> Result<()> {
        for statement in [
            sql::INSERT_POOL_TOMBSTONE,
            sql::INSERT_CLIENT_TOMBSTONES_OF_POOL,
            sql::DELETE_CLIENTS_OF_POOL,
            sql::DELETE_DOMAINS_OF_POOL,
            sql::DELETE_RESOURCE_SERVERS_OF_POOL,
            sql::DELETE_SIGNING_KEYS_OF_POOL,
            DELETE_SAML_KEY_OF_POOL,
        ] {
            self.push(Step::any(statement, params![id]))?;
        }
        self.push(Step::one(sql::DELETE_POOL, params![id], Verdict::Gone))
    }
}
