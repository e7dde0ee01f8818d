//! Identity providers, and whom their people are.

use std::sync::Arc;

use async_trait::async_trait;
use cabana_domain::PoolId;
use cabana_domain::keys::SamlKey;
use cabana_domain::provider::{IdentityKey, IdentityProvider, ProviderSummary};
use cabana_domain::user::User;
use cabana_store::{Page, Paged, ReadIdentityProviders, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sealing::saml_key_place;
use crate::search::name_key;
use crate::sql::providers as sql;
use crate::store::SqlStore;
use crate::value::params;

const TABLE: &str = "identity_providers";

#[async_trait]
impl<E: Engine> ReadIdentityProviders for SqlStore<E> {
    async fn identity_provider(
        &self,
        pool: &PoolId,
        name: &str,
    ) -> Result<Option<Arc<IdentityProvider>>> {
        let row = params![pool, name];
        let found = self.one(TABLE, sql::IDENTITY_PROVIDER, row, |cells| {
            rows::identity_provider(cells, pool, &self.sealer)
        });
        Ok(found.await?.map(Arc::new))
    }

    async fn identity_provider_by_identifier(
        &self,
        pool: &PoolId,
        identifier: &str,
    ) -> Result<Option<IdentityProvider>> {
        let (statement, row) = (
            sql::IDENTITY_PROVIDER_BY_IDENTIFIER,
            params![pool, identifier],
        );
        self.one(TABLE, statement, row, |cells| {
            rows::identity_provider(cells, pool, &self.sealer)
        })
        .await
    }

    async fn identity_providers(
        &self,
        pool: &PoolId,
        page: Page,
    ) -> Result<Paged<ProviderSummary>> {
        let (row, start) = (params![pool], params![""]);
        self.page(
            TABLE,
            sql::IDENTITY_PROVIDERS,
            row,
            start,
            &page,
            rows::provider_summary,
        )
        .await
    }

    async fn saml_key(&self, pool: &PoolId) -> Result<Option<SamlKey>> {
        self.one("saml_keys", sql::SAML_KEY, params![pool], |cells| {
            Ok(SamlKey {
                pool: pool.clone(),
                pkcs8: cells.sealed(&self.sealer, &saml_key_place(pool))?,
                certificate: cells.blob()?,
                created: cells.time()?,
            })
        })
        .await
    }

    async fn user_by_identity(&self, pool: &PoolId, key: &IdentityKey) -> Result<Option<User>> {
        let value = name_key(&self.sealer, &key.value);
        let row = params![pool, &key.provider, &key.attribute, &value];
        self.one("users", sql::USER_BY_IDENTITY, row, |cells| {
            rows::user(cells, pool, &self.sealer)
        })
        .await
    }
}
