//! Messages that functions send: claimed like mails, deleted once sent.

use cabana_domain::PoolId;
use cabana_domain::delivery::Delivery;
use cabana_domain::message::DeliveryState;

use super::samples::{self, at, delivery};
use super::{Refusal, apply, refused};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "deliveries").await;
    deliveries_are_due_oldest_first(store, &pool).await;
    one_worker_has_the_last_word(store).await;
    what_a_worker_that_is_gone_had_claimed_is_due_at_once(store, &pool).await;
    nothing_is_delivered_for_a_deleted_pool(store, pool).await;
}

fn insert(delivery: &Delivery) -> Change {
    Change::Deliver(Box::new(delivery.clone()))
}

fn update(delivery: &Delivery, attempts: u32) -> Change {
    Change::UpdateDelivery {
        delivery: Box::new(delivery.clone()),
        attempts,
    }
}

async fn due(store: &SharedStore, second: i64) -> Vec<String> {
    let due = store.due_deliveries(at(second), 10).await.unwrap();
    due.into_iter().map(|it| it.id).collect()
}

async fn deliveries_are_due_oldest_first(store: &SharedStore, pool: &PoolId) {
    let [first, second, later] = [("d1", 20), ("d2", 10), ("d3", 21)]
        .map(|(id, second)| delivery(pool, id, DeliveryState::Queued, second));
    let changes = [&first, &second, &later].map(insert);
    store.apply(changes.into()).await.unwrap();
    refused(
        apply(store, insert(&first)).await,
        Refusal::Conflict("delivery"),
    );
    let found = store.due_deliveries(at(20), 10).await.unwrap();
    assert_eq!(found, [second, first.clone()]);
    assert_eq!(store.due_deliveries(at(20), 1).await.unwrap().len(), 1);
    assert_eq!(store.delivery("d1").await.unwrap(), Some(first));
    assert_eq!(store.delivery("nobody").await.unwrap(), None);
}

async fn one_worker_has_the_last_word(store: &SharedStore) {
    let mut claimed = store.delivery("d1").await.unwrap().unwrap();
    (claimed.attempts, claimed.due) = (1, at(50));
    apply(store, update(&claimed, 0)).await.unwrap();
    refused(apply(store, update(&claimed, 0)).await, Refusal::Stale);
    assert_eq!(due(store, 49).await, ["d2", "d3"]);
    claimed.error = Some("first it did not work".to_owned());
    claimed.state = DeliveryState::Failed;
    apply(store, update(&claimed, 1)).await.unwrap();
    assert_eq!(store.delivery("d1").await.unwrap(), Some(claimed));
    assert_eq!(due(store, 99).await, ["d2", "d3"]);
    let delete = |id: &str, attempts| Change::DeleteDelivery {
        id: id.to_owned(),
        attempts,
    };
    refused(apply(store, delete("d2", 1)).await, Refusal::Stale);
    apply(store, delete("d2", 0)).await.unwrap();
    refused(apply(store, delete("d2", 0)).await, Refusal::Gone);
    assert_eq!(store.delivery("d2").await.unwrap(), None);
}

async fn what_a_worker_that_is_gone_had_claimed_is_due_at_once(store: &SharedStore, pool: &PoolId) {
    for (id, second) in [("held", 60), ("waits", 61)] {
        let delivery = delivery(pool, id, DeliveryState::Queued, second);
        apply(store, insert(&delivery)).await.unwrap();
    }
    let (now, until) = (at(40), at(60));
    apply(store, Change::ReleaseDeliveries { now, until })
        .await
        .unwrap();
    for (id, due) in [("d3", 21), ("held", 40), ("waits", 61)] {
        let found = store.delivery(id).await.unwrap().unwrap();
        assert_eq!(found.due, at(due), "{id}");
    }
}

async fn nothing_is_delivered_for_a_deleted_pool(store: &SharedStore, pool: PoolId) {
    let late = delivery(&pool, "late", DeliveryState::Queued, 1);
    apply(store, Change::DeletePool(pool)).await.unwrap();
    refused(apply(store, insert(&late)).await, Refusal::Gone);
    assert!(due(store, 1_000).await.is_empty());
}
