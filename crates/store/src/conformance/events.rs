//! Events: listed newest first; deleted with their user or pool, and after they expire.

use cabana_domain::event::Event;
use cabana_domain::{PoolId, Span, Sub};

use super::samples::{self, at};
use super::{apply, behind, refused, start};
use crate::conformance::Refusal;
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    events_page_newest_first_by_pool_and_by_user(store).await;
    an_event_stands_or_falls_with_its_list(store).await;
    events_go_with_their_user(store).await;
    events_go_with_their_pool(store).await;
    events_go_when_they_expire(store).await;
}

fn emit(event: &Event) -> Change {
    Change::Emit(Box::new(event.clone()))
}

async fn all(store: &SharedStore, pool: &PoolId, user: Option<&Sub>) -> Vec<String> {
    let found = store.events(pool, user, start(100)).await.unwrap();
    found.items.into_iter().map(|event| event.id).collect()
}

/// A pool with two users.
async fn two_users(store: &SharedStore, name: &str) -> (PoolId, Sub, Sub) {
    let (pool, _) = samples::pool_with_client(store, name).await;
    let (ann, bob) = (samples::user(&pool, "ann"), samples::user(&pool, "bob"));
    let changes = vec![samples::insert(&ann), samples::insert(&bob)];
    store.apply(changes).await.unwrap();
    (pool, ann.sub, bob.sub)
}

async fn events_page_newest_first_by_pool_and_by_user(store: &SharedStore) {
    let (pool, ann, bob) = two_users(store, "events").await;
    let (other, ..) = two_users(store, "events-other").await;
    let mut events = [
        samples::event(&pool, &ann, "e1", 1),
        samples::event(&pool, &bob, "e2", 2),
        // Events of the same moment are ordered by ID.
        samples::event(&pool, &ann, "e3", 3),
        samples::event(&pool, &ann, "e4", 3),
        samples::event(&other, &ann, "e5", 4),
    ];
    events[0].refused = None;
    events[0].detail = Default::default();
    store
        .apply(events.iter().map(emit).collect())
        .await
        .unwrap();
    let first = store.events(&pool, None, start(2)).await.unwrap();
    let second = store.events(&pool, None, behind(2, &first)).await.unwrap();
    assert_eq!(first.items, [events[3].clone(), events[2].clone()]);
    assert_eq!(second.items, [events[1].clone(), events[0].clone()]);
    assert_eq!(second.next, None);
    let first = store.events(&pool, Some(&ann), start(2)).await.unwrap();
    let second = store.events(&pool, Some(&ann), behind(2, &first)).await;
    assert_eq!(first.items, [events[3].clone(), events[2].clone()]);
    assert_eq!(second.unwrap().items, [events[0].clone()]);
    assert_eq!(all(store, &other, None).await, ["e5"]);
}

async fn an_event_stands_or_falls_with_its_list(store: &SharedStore) {
    let (pool, ann, _) = two_users(store, "events-list").await;
    let twin = samples::insert(&samples::user(&pool, "ann"));
    let changes = vec![emit(&samples::event(&pool, &ann, "e1", 1)), twin];
    refused(store.apply(changes).await, Refusal::Conflict("sub"));
    assert!(all(store, &pool, None).await.is_empty());
}

async fn events_go_with_their_user(store: &SharedStore) {
    let (pool, ann, bob) = two_users(store, "events-user").await;
    let events = [
        samples::event(&pool, &ann, "e1", 1),
        samples::event(&pool, &bob, "e2", 2),
    ];
    store
        .apply(events.iter().map(emit).collect())
        .await
        .unwrap();
    let (of, sub) = (pool.clone(), ann.clone());
    apply(store, Change::DeleteUser { pool: of, sub })
        .await
        .unwrap();
    assert!(all(store, &pool, Some(&ann)).await.is_empty());
    assert_eq!(all(store, &pool, None).await, ["e2"]);
}

async fn events_go_with_their_pool(store: &SharedStore) {
    let (pool, ann, _) = two_users(store, "events-pool").await;
    apply(store, emit(&samples::event(&pool, &ann, "e1", 1)))
        .await
        .unwrap();
    apply(store, Change::DeletePool(pool.clone()))
        .await
        .unwrap();
    assert!(all(store, &pool, None).await.is_empty());
    // Too late to be of use, but no reason to refuse the list.
    apply(store, emit(&samples::event(&pool, &ann, "e2", 2)))
        .await
        .unwrap();
    assert!(all(store, &pool, None).await.is_empty());
}

async fn events_go_when_they_expire(store: &SharedStore) {
    let (pool, ann, _) = two_users(store, "events-old").await;
    for (id, second) in [("e1", 500), ("e2", 500), ("e3", 501)] {
        let event = samples::event(&pool, &ann, id, second);
        apply(store, emit(&event)).await.unwrap();
    }
    let day_later = at(500).after(Span::days(1));
    store.sweep(super::sweep(day_later, 100)).await.unwrap();
    assert_eq!(all(store, &pool, None).await.len(), 3);
    let moment = day_later.after(Span::seconds(1));
    while store.sweep(super::sweep(moment, 1)).await.unwrap() > 0 {}
    assert_eq!(all(store, &pool, None).await, ["e3"]);
}
