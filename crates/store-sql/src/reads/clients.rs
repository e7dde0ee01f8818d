//! App clients, domains, resource servers, and the access keys of the API.

use std::sync::Arc;

use async_trait::async_trait;
use cabana_domain::client::Client;
use cabana_domain::domain_name::Domain;
use cabana_domain::keys::AccessKey;
use cabana_domain::resource_server::ResourceServer;
use cabana_domain::{ClientId, PoolId};
use cabana_store::{
    Page, Paged, ReadAccessKeys, ReadClients, ReadDomains, ReadResourceServers, Result,
};

use crate::engine::Engine;
use crate::rows;
use crate::sql::clients as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadClients for SqlStore<E> {
    async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>> {
        let client = self
            .one("clients", sql::CLIENT, params![id], |cells| {
                let pool = PoolId::new(cells.text()?);
                rows::client(cells, pool, &self.sealer)
            })
            .await?;
        Ok(client.map(Arc::new))
    }

    async fn clients(&self, pool: &PoolId, page: Page) -> Result<Paged<Client>> {
        let start = params![i64::MIN, ""];
        self.page(
            "clients",
            sql::CLIENTS,
            params![pool],
            start,
            &page,
            |cells| rows::client(cells, pool.clone(), &self.sealer),
        )
        .await
    }
}

#[async_trait]
impl<E: Engine> ReadDomains for SqlStore<E> {
    async fn domain(&self, name: &str) -> Result<Option<Arc<Domain>>> {
        let domain = self
            .one("domains", sql::DOMAIN, params![name], |cells| {
                let pool = PoolId::new(cells.text()?);
                rows::domain(cells, pool)
            })
            .await?;
        Ok(domain.map(Arc::new))
    }

    async fn domains_of(&self, pool: &PoolId) -> Result<Vec<Domain>> {
        self.many("domains", sql::DOMAINS_OF, params![pool], |cells| {
            rows::domain(cells, pool.clone())
        })
        .await
    }
}

#[async_trait]
impl<E: Engine> ReadResourceServers for SqlStore<E> {
    async fn resource_server(
        &self,
        pool: &PoolId,
        identifier: &str,
    ) -> Result<Option<ResourceServer>> {
        let row = params![pool, identifier];
        self.one("resource_servers", sql::RESOURCE_SERVER, row, |cells| {
            rows::resource_server(cells, pool)
        })
        .await
    }

    async fn resource_servers(&self, pool: &PoolId, page: Page) -> Result<Paged<ResourceServer>> {
        let statement = sql::RESOURCE_SERVERS;
        let (row, start) = (params![pool], params![""]);
        self.page("resource_servers", statement, row, start, &page, |cells| {
            rows::resource_server(cells, pool)
        })
        .await
    }
}

#[async_trait]
impl<E: Engine> ReadAccessKeys for SqlStore<E> {
    async fn access_key(&self, id: &str) -> Result<Option<AccessKey>> {
        self.one("access_keys", sql::ACCESS_KEY, params![id], |cells| {
            rows::access_key(cells, &self.sealer)
        })
        .await
    }

    async fn access_keys(&self) -> Result<Vec<AccessKey>> {
        self.many("access_keys", sql::ACCESS_KEYS, params![], |cells| {
            rows::access_key(cells, &self.sealer)
        })
        .await
    }
}
