//! App clients, domains, resource servers.

use cabana_domain::domain_name::Domain;
use cabana_domain::{ClientId, PoolId};

use super::samples::{self, at};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "clients").await;
    clients_keep_their_secrets_and_versions(store, &pool, &client).await;
    clients_page_by_creation_then_id(store, &pool).await;
    a_deleted_client_takes_its_tokens_with_it(store, &pool, &client).await;
    a_domain_belongs_to_one_pool(store, &pool).await;
    resource_servers_page_by_identifier(store, &pool).await;
}

async fn clients_keep_their_secrets_and_versions(
    store: &SharedStore,
    pool: &PoolId,
    id: &ClientId,
) {
    let mut client = samples::client(pool, "clients");
    assert_eq!(store.client(id).await.unwrap().as_deref(), Some(&client));
    assert_eq!(store.client(&ClientId::new("nobody")).await.unwrap(), None);
    refused(
        apply(store, Change::InsertClient(Box::new(client.clone()))).await,
        Refusal::Conflict("client"),
    );
    let homeless = samples::client(&PoolId::new("us-east-1_nobody"), "homeless");
    refused(
        apply(store, Change::InsertClient(Box::new(homeless))).await,
        Refusal::Gone,
    );

    client.settings.client_name = Some("renamed".to_owned());
    client.secrets.clear();
    client.modified = at(500);
    let update =
        |client: &cabana_domain::client::Client| Change::UpdateClient(Box::new(client.clone()));
    apply(store, update(&client)).await.unwrap();
    refused(apply(store, update(&client)).await, Refusal::Stale);
    client.version += 1;
    assert_eq!(store.client(id).await.unwrap().as_deref(), Some(&client));
    let unknown = samples::client(pool, "unknown");
    refused(apply(store, update(&unknown)).await, Refusal::Gone);
}

async fn clients_page_by_creation_then_id(store: &SharedStore, pool: &PoolId) {
    for (name, second) in [("z", 20), ("y", 21), ("x", 21)] {
        let mut client = samples::client(pool, name);
        client.created = at(second);
        apply(store, Change::InsertClient(Box::new(client)))
            .await
            .unwrap();
    }
    let first = store.clients(pool, start(3)).await.unwrap();
    let second = store.clients(pool, behind(3, &first)).await.unwrap();
    let ids: Vec<&str> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(ids, ["clientclients", "clientz", "clientx", "clienty"]);
    assert!(second.next.is_none());
}

async fn a_deleted_client_takes_its_tokens_with_it(
    store: &SharedStore,
    pool: &PoolId,
    client: &ClientId,
) {
    let user = samples::user(pool, "of-client");
    let contents = vec![
        samples::insert(&user),
        Change::InsertFamily(samples::family(pool, client, &user.sub, 9_101)),
        Change::InsertAuthorizationCode(samples::authorization_code(pool, client, 9_103)),
    ];
    store.apply(contents).await.unwrap();
    let delete = || Change::DeleteClient {
        pool: pool.clone(),
        client: client.clone(),
    };
    apply(store, delete()).await.unwrap();
    assert_eq!(store.client(client).await.unwrap(), None);
    assert_eq!(store.family("family-9101").await.unwrap(), None);
    assert_eq!(
        store
            .authorization_code(&samples::hash(9_103))
            .await
            .unwrap(),
        None
    );
    refused(apply(store, delete()).await, Refusal::Gone);
    let late = Change::InsertFamily(samples::family(pool, client, &user.sub, 9_104));
    refused(apply(store, late).await, Refusal::Gone);
}

async fn a_domain_belongs_to_one_pool(store: &SharedStore, pool: &PoolId) {
    let (other, _) = samples::pool_with_client(store, "domains").await;
    let custom = samples::custom_domain(pool, "login.example.com");
    let mut prefix = Domain {
        name: "login".to_owned(),
        custom: None,
        ..custom.clone()
    };
    let insert = |domain: &Domain| Change::InsertDomain(Box::new(domain.clone()));
    store
        .apply(vec![insert(&custom), insert(&prefix)])
        .await
        .unwrap();
    let taken = Domain {
        pool: other.clone(),
        ..prefix.clone()
    };
    refused(
        apply(store, insert(&taken)).await,
        Refusal::Conflict("domain"),
    );
    assert_eq!(
        store.domain("login").await.unwrap().as_deref(),
        Some(&prefix)
    );
    assert_eq!(store.domain("nobody").await.unwrap(), None);
    assert_eq!(
        store.domains_of(pool).await.unwrap(),
        [prefix.clone(), custom.clone()]
    );
    assert!(store.domains_of(&other).await.unwrap().is_empty());

    prefix.managed_login_version = 1;
    let update = |domain: &Domain| Change::UpdateDomain(Box::new(domain.clone()));
    apply(store, update(&prefix)).await.unwrap();
    refused(apply(store, update(&prefix)).await, Refusal::Stale);
    refused(apply(store, update(&taken)).await, Refusal::Gone);
    prefix.version += 1;
    assert_eq!(
        store.domain("login").await.unwrap().as_deref(),
        Some(&prefix)
    );

    let delete = |pool: &PoolId| Change::DeleteDomain {
        pool: pool.clone(),
        name: "login".to_owned(),
    };
    refused(apply(store, delete(&other)).await, Refusal::Gone);
    apply(store, delete(pool)).await.unwrap();
    assert_eq!(store.domain("login").await.unwrap(), None);
    assert_eq!(store.domains_of(pool).await.unwrap(), [custom]);
    apply(store, insert(&taken)).await.unwrap();
    assert_eq!(
        store.domain("login").await.unwrap().as_deref(),
        Some(&taken)
    );
    assert_eq!(store.domains_of(&other).await.unwrap(), [taken]);
}

async fn resource_servers_page_by_identifier(store: &SharedStore, pool: &PoolId) {
    for identifier in ["b", "https://a", "a"] {
        let server = samples::resource_server(pool, identifier);
        apply(store, Change::InsertResourceServer(server))
            .await
            .unwrap();
    }
    let mut server = samples::resource_server(pool, "a");
    refused(
        apply(store, Change::InsertResourceServer(server.clone())).await,
        Refusal::Conflict("resource_server"),
    );
    let first = store.resource_servers(pool, start(2)).await.unwrap();
    let second = store
        .resource_servers(pool, behind(2, &first))
        .await
        .unwrap();
    let found: Vec<&str> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|it| it.identifier.as_str())
        .collect();
    assert_eq!(found, ["a", "b", "https://a"]);

    server.scopes.clear();
    apply(store, Change::UpdateResourceServer(server.clone()))
        .await
        .unwrap();
    refused(
        apply(store, Change::UpdateResourceServer(server.clone())).await,
        Refusal::Stale,
    );
    server.version += 1;
    assert_eq!(
        store.resource_server(pool, "a").await.unwrap(),
        Some(server)
    );
    let delete = || Change::DeleteResourceServer {
        pool: pool.clone(),
        identifier: "a".to_owned(),
    };
    apply(store, delete()).await.unwrap();
    refused(apply(store, delete()).await, Refusal::Gone);
    assert_eq!(store.resource_server(pool, "a").await.unwrap(), None);
}
