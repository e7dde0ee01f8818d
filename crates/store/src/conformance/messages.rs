//! The outbox and the inbox.

use cabana_domain::PoolId;
use cabana_domain::message::{DeliveryState, Message};
use cabana_model::DeliveryMediumType;

use super::samples::{self, at, message};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

const MAIL: DeliveryMediumType = DeliveryMediumType::Email;

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "messages").await;
    messages_are_due_oldest_first(store, &pool).await;
    one_worker_has_the_last_word(store, &pool).await;
    a_claim_is_renewed_until_another_worker_has_it(store).await;
    messages_of_a_worker_that_is_gone_are_due_at_once(store).await;
    messages_page_newest_first(store, &pool).await;
    the_inbox_empties_by_pool_or_whole(store, &pool).await;
}

fn send(message: &Message) -> Change {
    Change::Send(Box::new(message.clone()))
}

fn ids(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

async fn messages_are_due_oldest_first(store: &SharedStore, pool: &PoolId) {
    let first = message(pool, "m1", DeliveryState::Queued, 20);
    let mut second = message(pool, "m2", DeliveryState::Queued, 10);
    second.from = None;
    second.reply_to = None;
    second.content = None;
    let later = message(pool, "m3", DeliveryState::Queued, 21);
    let inbox = message(pool, "m4", DeliveryState::Inbox, 1);
    let mut text = message(pool, "t1", DeliveryState::Queued, 15);
    text.medium = DeliveryMediumType::Sms;
    store
        .apply([&first, &second, &later, &inbox, &text].map(send).into())
        .await
        .unwrap();
    refused(
        apply(store, send(&first)).await,
        Refusal::Conflict("message"),
    );
    let due = store.due_messages(MAIL, at(20), 10).await.unwrap();
    assert_eq!(due, [second, first.clone()]);
    let sms = DeliveryMediumType::Sms;
    let due = store.due_messages(sms, at(20), 10).await.unwrap();
    assert_eq!(due, [text.clone()]);
    text.state = DeliveryState::Failed;
    let (message, attempts) = (Box::new(text), 0);
    apply(store, Change::UpdateMessage { message, attempts })
        .await
        .unwrap();
    assert_eq!(store.due_messages(MAIL, at(20), 1).await.unwrap().len(), 1);
    assert_eq!(store.message("m1").await.unwrap(), Some(first));
    assert_eq!(store.message("nobody").await.unwrap(), None);
}

async fn one_worker_has_the_last_word(store: &SharedStore, pool: &PoolId) {
    let mut sent = message(pool, "m1", DeliveryState::Sent, 20);
    sent.content = None;
    sent.attempts = 1;
    sent.error = Some("first it did not work".to_owned());
    let update = |message: &Message| Change::UpdateMessage {
        message: Box::new(message.clone()),
        attempts: 0,
    };
    apply(store, update(&sent)).await.unwrap();
    refused(apply(store, update(&sent)).await, Refusal::Stale);
    assert_eq!(store.message("m1").await.unwrap().as_ref(), Some(&sent));
    let unknown = message(pool, "nobody", DeliveryState::Sent, 1);
    refused(apply(store, update(&unknown)).await, Refusal::Gone);
    assert_eq!(
        ids(&store.due_messages(MAIL, at(99), 10).await.unwrap()),
        ["m2", "m3"]
    );
}

async fn a_claim_is_renewed_until_another_worker_has_it(store: &SharedStore) {
    let (other, _) = samples::pool_with_client(store, "messages3").await;
    let queued = message(&other, "claimed", DeliveryState::Queued, 30);
    apply(store, send(&queued)).await.unwrap();
    let claim = |from: u32, attempts: u32, due: i64| {
        let mut message = queued.clone();
        (message.attempts, message.due) = (attempts, at(due));
        Change::UpdateMessage {
            message: Box::new(message),
            attempts: from,
        }
    };
    apply(store, claim(0, 1, 50)).await.unwrap();
    let due = ids(&store.due_messages(MAIL, at(49), 10).await.unwrap()).contains(&"claimed");
    assert!(!due, "out of sight while it is claimed");
    apply(store, claim(1, 1, 60)).await.unwrap();
    let due = store.message("claimed").await.unwrap().unwrap().due;
    assert_eq!(due, at(60), "renewed");
    apply(store, claim(1, 2, 80)).await.unwrap();
    refused(apply(store, claim(1, 1, 70)).await, Refusal::Stale);
    let due = store.message("claimed").await.unwrap().unwrap().due;
    assert_eq!(due, at(80), "the second worker's");
    apply(store, Change::DeletePool(other)).await.unwrap();
}

async fn messages_of_a_worker_that_is_gone_are_due_at_once(store: &SharedStore) {
    let (other, _) = samples::pool_with_client(store, "messages4").await;
    for (id, state, due) in [
        ("long due", DeliveryState::Queued, 30),
        ("held", DeliveryState::Queued, 60),
        ("waits", DeliveryState::Queued, 61),
        ("kept", DeliveryState::Inbox, 60),
    ] {
        apply(store, send(&message(&other, id, state, due)))
            .await
            .unwrap();
    }
    let mut text = message(&other, "text", DeliveryState::Queued, 60);
    text.medium = DeliveryMediumType::Sms;
    apply(store, send(&text)).await.unwrap();
    let (medium, now, until) = (MAIL, at(40), at(60));
    apply(store, Change::ReleaseMessages { medium, now, until })
        .await
        .unwrap();
    let due = [
        ("long due", 30),
        ("held", 40),
        ("waits", 61),
        ("kept", 60),
        ("text", 60),
    ];
    for (id, due) in due {
        let found = store.message(id).await.unwrap().unwrap();
        assert_eq!(found.due, at(due), "{id}");
    }
    apply(store, Change::DeletePool(other)).await.unwrap();
}

async fn messages_page_newest_first(store: &SharedStore, pool: &PoolId) {
    apply(store, send(&message(pool, "m5", DeliveryState::Queued, 21)))
        .await
        .unwrap();
    let first = store.messages(None, start(2)).await.unwrap();
    let second = store.messages(None, behind(10, &first)).await.unwrap();
    assert_eq!(ids(&first.items), ["m5", "m3"]);
    assert_eq!(ids(&second.items), ["m1", "t1", "m2", "m4"]);
    let queued = Some(DeliveryState::Queued);
    let first = store.messages(queued, start(2)).await.unwrap();
    let second = store.messages(queued, behind(2, &first)).await.unwrap();
    assert_eq!(ids(&first.items), ["m5", "m3"]);
    assert_eq!(ids(&second.items), ["m2"]);
}

async fn the_inbox_empties_by_pool_or_whole(store: &SharedStore, pool: &PoolId) {
    let (other, _) = samples::pool_with_client(store, "messages2").await;
    for (pool, id) in [(&other, "m6"), (pool, "m7")] {
        apply(store, send(&message(pool, id, DeliveryState::Inbox, 30)))
            .await
            .unwrap();
    }
    let inbox = || store.messages(Some(DeliveryState::Inbox), start(10));
    apply(
        store,
        Change::ClearInbox {
            pool: Some(pool.clone()),
        },
    )
    .await
    .unwrap();
    assert_eq!(ids(&inbox().await.unwrap().items), ["m6"]);
    apply(store, Change::ClearInbox { pool: None })
        .await
        .unwrap();
    assert!(inbox().await.unwrap().items.is_empty());
    assert!(store.message("m1").await.unwrap().is_some());
}
