//! No stale value is read from a cache.

use std::time::{Duration, Instant};

use cabana_domain::PoolId;
use cabana_domain::keys::AccessKey;
use cabana_store::conformance::samples;
use cabana_store::{Change, SharedStore};
use cabana_store_sql::SqliteStore;

use crate::database::Database;
use crate::sealer;

async fn rename(store: &SharedStore, pool: &PoolId, name: &str) {
    let mut pool = store.pool(pool).await.unwrap().unwrap().as_ref().clone();
    pool.settings.name = Some(name.to_owned());
    store
        .apply(vec![Change::UpdatePool(Box::new(pool))])
        .await
        .unwrap();
}

async fn name(store: &SharedStore, pool: &PoolId) -> String {
    let pool = store.pool(pool).await.unwrap().unwrap();
    pool.settings.name.clone().unwrap()
}

/// Waits until a node sees a name.
async fn sees(store: &SharedStore, pool: &PoolId, expected: &str) {
    let start = Instant::now();
    while name(store, pool).await != expected {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "still {}",
            name(store, pool).await
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn sqlite_reads_the_same_value_until_it_is_written() {
    let store = SqliteStore::open_temporary(sealer()).unwrap();
    let (pool, client) = samples::pool_with_client(&store, "pool").await;
    let first = store.pool(&pool).await.unwrap().unwrap();
    let again = store.pool(&pool).await.unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &again), "it is decoded once");
    rename(&store, &pool, "renamed").await;
    assert_eq!(name(&store, &pool).await, "renamed");
    assert!(store.client(&client).await.unwrap().is_some());
    assert_eq!(store.signing_keys(&pool).await.unwrap().len(), 2);
    store
        .apply(vec![Change::DeletePool(pool.clone())])
        .await
        .unwrap();
    assert!(store.pool(&pool).await.unwrap().is_none());
    assert!(store.client(&client).await.unwrap().is_none());
    assert!(store.signing_keys(&pool).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_never_shows_an_older_value_after_a_newer_one() {
    let store = SqliteStore::open_temporary(sealer()).unwrap();
    let (pool, _) = samples::pool_with_client(&store, "pool").await;
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, pool) = (store.clone(), pool.clone());
            tokio::spawn(async move {
                let mut seen = 0;
                while seen < 200 {
                    let version = store.pool(&pool).await.unwrap().unwrap().version;
                    assert!(version >= seen, "{version} after {seen}");
                    seen = version;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for version in 1..200 {
        rename(&store, &pool, &format!("version {version}")).await;
        let seen = store.pool(&pool).await.unwrap().unwrap().version;
        assert_eq!(seen, version + 1, "the writer reads what it wrote");
    }
    for reader in readers {
        reader.await.unwrap();
    }
}

#[tokio::test]
async fn postgres_nodes_hear_what_others_write() {
    let database = Database::new().await;
    let (here, there) = (database.store().await, database.store().await);
    let (pool, client) = samples::pool_with_client(&here, "pool").await;
    for number in 0..5 {
        let expected = format!("name {number}");
        assert!(there.client(&client).await.unwrap().is_some());
        rename(&here, &pool, &expected).await;
        assert_eq!(name(&here, &pool).await, expected);
        sees(&there, &pool, &expected).await;
    }
    assert!(there.domains_of(&pool).await.unwrap().is_empty());
    let domain = samples::custom_domain(&pool, "login.example.com");
    here.apply(vec![Change::InsertDomain(Box::new(domain))])
        .await
        .unwrap();
    let start = Instant::now();
    while there.domains_of(&pool).await.unwrap().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    here.apply(vec![Change::DeletePool(pool.clone())])
        .await
        .unwrap();
    let start = Instant::now();
    while there.client(&client).await.unwrap().is_some() {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn is_enabled(store: &SharedStore, id: &str) -> Option<bool> {
    let key = store.access_key(id).await.unwrap();
    key.map(|key| key.enabled)
}

async fn insert_key(store: &SharedStore, id: &str) {
    let key = AccessKey {
        id: id.to_owned(),
        secret: "secret".into(),
        enabled: true,
        name: "test".to_owned(),
        created: cabana_domain::Time::default(),
    };
    let change = Change::InsertAccessKey(key);
    store.apply(vec![change]).await.unwrap();
}

#[tokio::test]
async fn sqlite_knows_at_once_that_an_access_key_was_disabled_or_deleted() {
    let store = SqliteStore::open_temporary(sealer()).unwrap();
    let id = "AKIATEST".to_owned();
    assert_eq!(is_enabled(&store, &id).await, None);
    insert_key(&store, &id).await;
    for enabled in [true, false, true] {
        let id = id.clone();
        let change = Change::SetAccessKeyEnabled { id, enabled };
        store.apply(vec![change]).await.unwrap();
        assert_eq!(is_enabled(&store, "AKIATEST").await, Some(enabled));
    }
    let gone = Change::DeleteAccessKey { id };
    store.apply(vec![gone]).await.unwrap();
    assert_eq!(is_enabled(&store, "AKIATEST").await, None);
}

#[tokio::test]
async fn postgres_nodes_hear_that_an_access_key_was_disabled_elsewhere() {
    let database = Database::new().await;
    let (here, there) = (database.store().await, database.store().await);
    insert_key(&here, "AKIATEST").await;
    assert_eq!(is_enabled(&there, "AKIATEST").await, Some(true));
    let (id, enabled) = ("AKIATEST".to_owned(), false);
    let change = Change::SetAccessKeyEnabled { id, enabled };
    here.apply(vec![change]).await.unwrap();
    assert_eq!(is_enabled(&here, "AKIATEST").await, Some(false));
    let start = Instant::now();
    while is_enabled(&there, "AKIATEST").await == Some(true) {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn postgres_nodes_that_cannot_hear_do_without_a_cache() {
    let database = Database::new().await;
    let node = database.store().await;
    let (pool, _) = samples::pool_with_client(&node, "pool").await;
    assert!(node.pool(&pool).await.unwrap().is_some());
    let admin = database.client().await;
    let cut_off = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let cut = admin.query(cut_off, &[]).await.unwrap();
    assert_eq!(cut.len(), 1, "one connection listens");
    // Written without announcing it: only a node without a cache can see it.
    let behind = |name: &str| {
        format!("UPDATE pools SET settings = '{{\"Name\":\"{name}\"}}', version = version + 1")
    };
    admin.batch_execute(&behind("while deaf")).await.unwrap();
    sees(&node, &pool, "while deaf").await;

    // It subscribes again by itself, and then keeps the values it reads.
    let start = Instant::now();
    loop {
        let first = node.pool(&pool).await.unwrap().unwrap();
        let second = node.pool(&pool).await.unwrap().unwrap();
        if std::sync::Arc::ptr_eq(&first, &second) {
            break;
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "it does not listen again"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let other = database.store().await;
    rename(&other, &pool, "heard again").await;
    sees(&node, &pool, "heard again").await;
}

#[tokio::test]
async fn postgres_connections_that_were_cut_are_replaced() {
    let database = Database::new().await;
    let node = database.store().await;
    let (pool, _) = samples::pool_with_client(&node, "pool").await;
    let admin = database.client().await;
    let cut_off = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
    admin.query(cut_off, &[]).await.unwrap();
    let user = samples::user(&pool, "ann");
    assert_eq!(node.user(&pool, &user.sub).await.unwrap(), None);
    node.apply(vec![samples::insert(&user)]).await.unwrap();
    assert_eq!(node.user(&pool, &user.sub).await.unwrap(), Some(user));
}
