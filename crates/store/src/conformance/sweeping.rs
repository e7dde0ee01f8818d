//! The sweep deletes expired rows, a few at a time, and keeps the others.

use cabana_domain::Span;
use cabana_domain::code::CodePurpose;
use cabana_domain::message::DeliveryState;

use super::apply;
use super::samples::{self, at, counter, hash};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    // Rows left by the other stories.
    let much_later = at(100).after(Span::days(31));
    while store.sweep(super::sweep(much_later, 100)).await.unwrap() > 0 {}
    what_has_expired_goes_in_small_steps(store).await;
    old_messages_go_by_how_they_ended(store).await;
    failed_deliveries_go_after_a_month(store).await;
    what_a_deleted_pool_held_goes(store).await;
}

async fn what_has_expired_goes_in_small_steps(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "sweep").await;
    let user = samples::user(&pool, "ann");
    apply(store, samples::insert(&user)).await.unwrap();
    for number in 80..83 {
        let mut family = samples::family(&pool, &client, &user.sub, number);
        let mut code = samples::authorization_code(&pool, &client, number);
        let mut session = samples::browser_session(&pool, &user.sub, number);
        // The last one of each is kept.
        let expires = if number < 82 { at(1_000) } else { at(1_001) };
        (family.expires, code.expires, session.expires) = (expires, expires, expires);
        let counter = cabana_domain::code::Counter {
            expires,
            ..counter(1)
        };
        let changes = vec![
            Change::InsertFamily(family),
            Change::InsertAuthorizationCode(code),
            Change::InsertBrowserSession(session),
            Change::Spend {
                what: "spent",
                key: hash(number),
                expires,
            },
            Change::PutCounter {
                key: hash(number),
                from: None,
                to: counter,
            },
            Change::InsertDraft(cabana_domain::draft::Draft {
                expires,
                ..samples::draft(number)
            }),
            Change::InsertDevice(Box::new(cabana_domain::device::Device {
                expires: Some(expires),
                ..samples::device(&pool, &user.sub, &format!("us-east-1_{number}"), 1)
            })),
        ];
        store.apply(changes).await.unwrap();
    }
    let mut code = samples::code(&pool, &user.sub, CodePurpose::VerifyEmail, 84);
    code.expires = at(1_000);
    let confirmed = samples::device(&pool, &user.sub, "us-east-1_c", 1);
    let confirmed = Change::InsertDevice(Box::new(confirmed));
    store
        .apply(vec![Change::PutCode(code), confirmed])
        .await
        .unwrap();

    assert_eq!(store.sweep(super::sweep(at(1_000), 100)).await.unwrap(), 0);
    assert_eq!(store.sweep(super::sweep(at(1_001), 1)).await.unwrap(), 8);
    assert_eq!(store.sweep(super::sweep(at(1_001), 100)).await.unwrap(), 7);
    assert_eq!(store.sweep(super::sweep(at(1_001), 100)).await.unwrap(), 0);
    let purpose = CodePurpose::VerifyEmail;
    assert_eq!(store.code(&pool, &user.sub, purpose).await.unwrap(), None);
    let device = store.device(&pool, &user.sub, "us-east-1_c").await.unwrap();
    assert!(device.is_some(), "a confirmed device stays");
    for (number, stays) in [(80, false), (81, false), (82, true)] {
        let key = format!("us-east-1_{number}");
        let device = store.device(&pool, &user.sub, &key).await.unwrap();
        assert_eq!(device.is_some(), stays);
        let family = store.family(&format!("family-{number}")).await.unwrap();
        assert_eq!(family.is_some(), stays);
        let code = store.authorization_code(&hash(number)).await.unwrap();
        assert_eq!(code.is_some(), stays);
        let session = store.browser_session(&hash(number)).await.unwrap();
        assert_eq!(session.is_some(), stays);
        assert_eq!(store.counter(&hash(number)).await.unwrap().is_some(), stays);
        assert_eq!(store.draft(&hash(number)).await.unwrap().is_some(), stays);
        let spend = Change::Spend {
            what: "spent",
            key: hash(number),
            expires: at(2_000),
        };
        assert_eq!(apply(store, spend).await.is_err(), stays);
    }
}

async fn old_messages_go_by_how_they_ended(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "sweep2").await;
    use DeliveryState as S;
    for (id, state) in [
        ("s1", S::Queued),
        ("s2", S::Sent),
        ("s3", S::Inbox),
        ("s4", S::Failed),
    ] {
        let message = samples::message(&pool, id, state, 0);
        apply(store, Change::Send(Box::new(message))).await.unwrap();
    }
    for (days, left) in [
        (6, "s1 s2 s3 s4"),
        (8, "s1 s3 s4"),
        (29, "s1 s3 s4"),
        (31, "s1"),
    ] {
        store
            .sweep(super::sweep(at(0).after(Span::days(days)), 10))
            .await
            .unwrap();
        let mut found = Vec::new();
        for id in ["s1", "s2", "s3", "s4"] {
            found.extend(store.message(id).await.unwrap().map(|message| message.id));
        }
        assert_eq!(found.join(" "), left, "after {days} days");
    }
}

async fn failed_deliveries_go_after_a_month(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "sweep4").await;
    for (id, state) in [("f1", DeliveryState::Queued), ("f2", DeliveryState::Failed)] {
        let delivery = samples::delivery(&pool, id, state, 0);
        apply(store, Change::Deliver(Box::new(delivery)))
            .await
            .unwrap();
    }
    for (days, left) in [(29, [true, true]), (31, [true, false])] {
        let now = at(0).after(Span::days(days));
        store.sweep(super::sweep(now, 10)).await.unwrap();
        for (id, stays) in ["f1", "f2"].into_iter().zip(left) {
            assert_eq!(store.delivery(id).await.unwrap().is_some(), stays, "{id}");
        }
    }
}

async fn what_a_deleted_pool_held_goes(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "sweep3").await;
    let mut changes = Vec::new();
    for number in 0..5 {
        let user = samples::user(&pool, &format!("user{number}"));
        changes.push(samples::insert(&user));
        let mut family = samples::family(&pool, &client, &user.sub, 90 + number);
        family.expires = at(1_000_000_000);
        changes.push(Change::InsertFamily(family));
    }
    changes.push(Change::InsertGroup(samples::group(&pool, "team", None)));
    store.apply(changes).await.unwrap();
    let now = at(0).after(Span::days(31));
    assert_eq!(store.sweep(super::sweep(now, 100)).await.unwrap(), 0);
    apply(store, Change::DeletePool(pool)).await.unwrap();
    let mut gone = 0;
    for _ in 0..5 {
        let step = store.sweep(super::sweep(now, 2)).await.unwrap();
        assert!(step <= 10, "no more than the limit of each kind: {step}");
        gone += step;
    }
    // Five users, five families, a group, and the user counts.
    assert!(gone >= 12, "{gone}");
    assert_eq!(store.sweep(super::sweep(now, 100)).await.unwrap(), 0);
}
