//! App clients, domains, resource servers, and the access keys of the API.

use cabana_domain::client::Client;
use cabana_domain::domain_name::Domain;
use cabana_domain::keys::AccessKey;
use cabana_domain::resource_server::ResourceServer;
use cabana_domain::{ClientId, PoolId};
use cabana_store::Result;

use super::Plan;
use super::pools::pool_exists;
use crate::engine::{Step, Verdict};
use crate::sealing::seal_json;
use crate::sql::clients as sql;
use crate::value::{Value, json, params};

/// Query that tells a missing client from any other reason.
pub(super) fn client_exists(pool: &PoolId, client: &ClientId) -> (&'static str, Vec<Value>) {
    (sql::CLIENT_EXISTS, params![pool, client])
}

impl Plan<'_> {
    fn sealed_secrets(&self, client: &Client) -> Result<Value> {
        let place = [
            "clients",
            "secrets",
            client.pool.as_str(),
            client.id.as_str(),
        ];
        seal_json(self.sealer, &place, &client.secrets)
    }

    pub(super) fn insert_client(&mut self, client: &Client) -> Result<()> {
        let secrets = self.sealed_secrets(client)?;
        self.push(Step::ask(
            sql::INSERT_CLIENT,
            params![
                &client.pool,
                &client.id,
                client.version,
                json(&client.settings)?,
                secrets,
                client.created,
                client.modified,
                client.sso_minutes,
            ],
            Verdict::Conflict("client"),
            pool_exists(&client.pool),
        ))
    }

    pub(super) fn update_client(&mut self, client: &Client) -> Result<()> {
        let secrets = self.sealed_secrets(client)?;
        self.push(Step::ask(
            sql::UPDATE_CLIENT,
            params![
                &client.pool,
                &client.id,
                client.version,
                json(&client.settings)?,
                secrets,
                client.modified,
                client.sso_minutes,
            ],
            Verdict::Stale,
            client_exists(&client.pool, &client.id),
        ))
    }

    pub(super) fn delete_client(&mut self, pool: &PoolId, client: &ClientId) -> Result<()> {
        self.push(Step::any(
            sql::INSERT_CLIENT_TOMBSTONE,
            params![pool, client],
        ))?;
        self.push(Step::one(
            sql::DELETE_CLIENT,
            params![pool, client],
            Verdict::Gone,
        ))
    }

    pub(super) fn insert_domain(&mut self, domain: &Domain) -> Result<()> {
        self.push(Step::ask(
            sql::INSERT_DOMAIN,
            params![
                &domain.pool,
                &domain.name,
                domain.version,
                domain.managed_login_version,
                domain.custom.as_ref().map(json).transpose()?,
                domain.created,
            ],
            Verdict::Conflict("domain"),
            pool_exists(&domain.pool),
        ))
    }

    pub(super) fn update_domain(&mut self, domain: &Domain) -> Result<()> {
        self.push(Step::ask(
            sql::UPDATE_DOMAIN,
            params![
                &domain.pool,
                &domain.name,
                domain.version,
                domain.managed_login_version,
                domain.custom.as_ref().map(json).transpose()?,
            ],
            Verdict::Stale,
            (sql::DOMAIN_EXISTS, params![&domain.pool, &domain.name]),
        ))
    }

    pub(super) fn delete_domain(&mut self, pool: &PoolId, name: &str) -> Result<()> {
        self.push(Step::one(
            sql::DELETE_DOMAIN,
            params![pool, name],
            Verdict::Gone,
        ))
    }

    pub(super) fn insert_resource_server(&mut self, server: &ResourceServer) -> Result<()> {
        self.push(Step::ask(
            sql::INSERT_RESOURCE_SERVER,
            resource_server(server)?,
            Verdict::Conflict("resource_server"),
            pool_exists(&server.pool),
        ))
    }

    pub(super) fn update_resource_server(&mut self, server: &ResourceServer) -> Result<()> {
        self.push(Step::ask(
            sql::UPDATE_RESOURCE_SERVER,
            resource_server(server)?,
            Verdict::Stale,
            (
                sql::RESOURCE_SERVER,
                params![&server.pool, &server.identifier],
            ),
        ))
    }

    pub(super) fn delete_resource_server(&mut self, pool: &PoolId, identifier: &str) -> Result<()> {
        let row = params![pool, identifier];
        self.push(Step::one(sql::DELETE_RESOURCE_SERVER, row, Verdict::Gone))
    }

    pub(super) fn insert_access_key(&mut self, key: &AccessKey) -> Result<()> {
        let place = ["access_keys", "secret", &key.id];
        self.push(Step::one(
            sql::INSERT_ACCESS_KEY,
            params![
                &key.id,
                seal_json(self.sealer, &place, &key.secret)?,
                key.enabled,
                &key.name,
                key.created,
            ],
            Verdict::Conflict("access_key"),
        ))
    }

    pub(super) fn enable_access_key(&mut self, id: &str, enabled: bool) -> Result<()> {
        let row = params![id, enabled];
        self.push(Step::one(sql::SET_ACCESS_KEY_ENABLED, row, Verdict::Gone))
    }

    pub(super) fn delete_access_key(&mut self, id: &str) -> Result<()> {
        self.push(Step::one(
            sql::DELETE_ACCESS_KEY,
            params![id],
            Verdict::Gone,
        ))
    }
}

fn resource_server(server: &ResourceServer) -> Result<Vec<Value>> {
    Ok(params![
        &server.pool,
        &server.identifier,
        server.version,
        &server.name,
        json(&server.scopes)?,
    ])
}
