//! Identity providers, and whom their people are.

use cabana_domain::keys::SamlKey;
use cabana_domain::provider::{Identity, IdentityKey, IdentityProvider};
use cabana_domain::{PoolId, Sub};
use cabana_store::Result;

use super::Plan;
use super::pools::pool_exists;
use crate::engine::{Step, Verdict};
use crate::sealing::{provider_place, saml_key_place, seal, seal_json};
use crate::search::name_key;
use crate::sql::providers as sql;
use crate::sql::users::USER_EXISTS;
use crate::value::{Value, json, params};

impl Plan<'_> {
    fn sealed_settings(&self, provider: &IdentityProvider) -> Result<Value> {
        let place = provider_place(&provider.pool, &provider.name);
        seal_json(self.sealer, &place, &provider.settings)
    }

    pub(super) fn insert_identity_provider(&mut self, provider: &IdentityProvider) -> Result<()> {
        let row = params![
            &provider.pool,
            &provider.name,
            provider.version,
            provider.kind.as_str(),
            json(&provider.identifiers)?,
            self.sealed_settings(provider)?,
            provider.created,
            provider.modified,
        ];
        self.push(Step::ask(
            sql::INSERT_IDENTITY_PROVIDER,
            row,
            Verdict::Conflict("identity_provider"),
            pool_exists(&provider.pool),
        ))?;
        self.insert_identifiers(provider)
    }

    pub(super) fn update_identity_provider(&mut self, provider: &IdentityProvider) -> Result<()> {
        let which = || params![&provider.pool, &provider.name];
        let mut row = which();
        row.append(&mut params![
            provider.version,
            json(&provider.identifiers)?,
            self.sealed_settings(provider)?,
            provider.modified,
        ]);
        self.push(Step::ask(
            sql::UPDATE_IDENTITY_PROVIDER,
            row,
            Verdict::Stale,
            (sql::IDENTITY_PROVIDER_EXISTS, which()),
        ))?;
        self.push(Step::any(sql::DELETE_IDP_IDENTIFIERS, which()))?;
        self.insert_identifiers(provider)
    }

    fn insert_identifiers(&mut self, provider: &IdentityProvider) -> Result<()> {
        for identifier in &provider.identifiers {
            self.push(Step::one(
                sql::INSERT_IDP_IDENTIFIER,
                params![&provider.pool, identifier, &provider.name],
                Verdict::Conflict("idp_identifier"),
            ))?;
        }
        Ok(())
    }

    pub(super) fn delete_identity_provider(&mut self, pool: &PoolId, name: &str) -> Result<()> {
        let row = || params![pool, name];
        self.push(Step::any(sql::DELETE_IDP_IDENTIFIERS, row()))?;
        self.push(Step::one(
            sql::DELETE_IDENTITY_PROVIDER,
            row(),
            Verdict::Gone,
        ))
    }

    pub(super) fn insert_saml_key(&mut self, key: &SamlKey) -> Result<()> {
        let sealed = seal(self.sealer, &saml_key_place(&key.pool), &key.pkcs8)?;
        self.push(Step::ask(
            sql::INSERT_SAML_KEY,
            params![&key.pool, sealed, key.certificate.clone(), key.created],
            Verdict::Conflict("saml_key"),
            pool_exists(&key.pool),
        ))
    }

    /// The columns that name an identity.
    fn identity(&self, pool: &PoolId, sub: &Sub, key: &IdentityKey) -> Vec<Value> {
        let value = name_key(self.sealer, &key.value);
        params![pool, sub, &key.provider, &key.attribute, &value]
    }

    pub(super) fn insert_identity(&mut self, identity: &Identity) -> Result<()> {
        let (pool, sub) = (&identity.pool, &identity.sub);
        let mut row = self.identity(pool, sub, &identity.key);
        row.push(Value::from(identity.created));
        self.push(Step::ask(
            sql::INSERT_IDENTITY,
            row,
            Verdict::Conflict("identity"),
            (USER_EXISTS, params![pool, sub]),
        ))
    }

    pub(super) fn delete_identity(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        key: &IdentityKey,
    ) -> Result<()> {
        let row = self.identity(pool, sub, key);
        self.push(Step::one(sql::DELETE_IDENTITY, row, Verdict::Gone))
    }
}
