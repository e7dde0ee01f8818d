//! Counts for quotas.

use super::{apply, providers, samples};
use crate::{Change, Counted, SharedStore};

pub async fn stories(store: &SharedStore) {
    what_a_pool_holds_is_counted_up_to_a_limit(store).await;
    pools_are_counted_up_to_a_limit(store).await;
}

async fn what_a_pool_holds_is_counted_up_to_a_limit(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "counted").await;
    let (other, _) = samples::pool_with_client(store, "countedtoo").await;
    let count = async |what| store.count(what, 100).await.unwrap();
    assert_eq!(count(Counted::GroupsOf(&pool)).await, 0);
    for name in ["a", "b", "c"] {
        let group = samples::group(&pool, name, None);
        apply(store, Change::InsertGroup(group)).await.unwrap();
    }
    let client = samples::client(&pool, "countedsecond");
    apply(store, Change::InsertClient(Box::new(client)))
        .await
        .unwrap();
    let server = samples::resource_server(&pool, "https://counted.example");
    apply(store, Change::InsertResourceServer(server))
        .await
        .unwrap();
    let provider = Box::new(providers::sample(&pool, "MyOIDC"));
    apply(store, Change::InsertIdentityProvider(provider))
        .await
        .unwrap();
    assert_eq!(count(Counted::IdentityProvidersOf(&pool)).await, 1);
    assert_eq!(count(Counted::IdentityProvidersOf(&other)).await, 0);
    assert_eq!(count(Counted::GroupsOf(&pool)).await, 3);
    assert_eq!(store.count(Counted::GroupsOf(&pool), 2).await.unwrap(), 2);
    assert_eq!(count(Counted::ClientsOf(&pool)).await, 2);
    assert_eq!(count(Counted::ResourceServersOf(&pool)).await, 1);
    assert_eq!(count(Counted::GroupsOf(&other)).await, 0);
    assert_eq!(count(Counted::ClientsOf(&other)).await, 1);
    apply(store, Change::DeletePool(pool.clone()))
        .await
        .unwrap();
    assert_eq!(count(Counted::GroupsOf(&pool)).await, 0);
}

async fn pools_are_counted_up_to_a_limit(store: &SharedStore) {
    let before = store.count(Counted::Pools, 1000).await.unwrap();
    samples::pool_with_client(store, "countedthird").await;
    let after = store.count(Counted::Pools, 1000).await.unwrap();
    assert_eq!(after, before + 1);
    assert_eq!(store.count(Counted::Pools, 1).await.unwrap(), 1);
}
