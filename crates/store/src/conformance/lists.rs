//! A list is applied whole or not at all.

use cabana_domain::user::NameKind;

use super::samples::{self, hash};
use super::{Refusal, refused};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    a_list_whose_last_change_fails_leaves_nothing(store).await;
    changes_of_a_list_build_on_one_another(store).await;
    an_empty_list_is_done(store).await;
}

async fn a_list_whose_last_change_fails_leaves_nothing(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "lists").await;
    let user = samples::user(&pool, "ann");
    let changes = |last: Change| {
        vec![
            samples::insert(&user),
            Change::InsertFamily(samples::family(&pool, &client, &user.sub, 71)),
            Change::Spend {
                what: "spent",
                key: hash(72),
                expires: samples::at(100),
            },
            last,
        ]
    };
    let take = Change::TakeAuthorizationCode { hash: hash(73) };
    refused(store.apply(changes(take)).await, Refusal::Gone);
    let twice = Change::Spend {
        what: "spent",
        key: hash(72),
        expires: samples::at(100),
    };
    refused(
        store.apply(changes(twice)).await,
        Refusal::Conflict("spent"),
    );
    let nobody = Change::UpdateUser {
        user: Box::new(cabana_domain::user::User {
            version: 2,
            ..user.clone()
        }),
        names: None,
    };
    refused(store.apply(changes(nobody)).await, Refusal::Stale);
    assert_eq!(store.user(&pool, &user.sub).await.unwrap(), None);
    assert_eq!(store.user_by_name(&pool, "ann").await.unwrap(), None);
    assert_eq!(store.family("family-71").await.unwrap(), None);
    assert_eq!(store.count_users(&pool).await.unwrap(), 0);
    // Nothing was marked as used either.
    let spend = Change::Spend {
        what: "spent",
        key: hash(72),
        expires: samples::at(100),
    };
    store.apply(changes(spend)).await.unwrap_err();
    store
        .apply(vec![Change::Spend {
            what: "spent",
            key: hash(72),
            expires: samples::at(100),
        }])
        .await
        .unwrap();
}

async fn changes_of_a_list_build_on_one_another(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "lists2").await;
    let mut user = samples::user(&pool, "ann");
    let mut changes = vec![samples::insert(&user)];
    for step in 0..3 {
        user.attributes
            .insert("nickname".to_owned(), step.to_string());
        changes.push(Change::UpdateUser {
            user: Box::new(user.clone()),
            names: Some(vec![samples::login_name(
                NameKind::Username,
                &step.to_string(),
            )]),
        });
        user.version += 1;
    }
    for number in 0..40 {
        changes.push(samples::insert(&samples::user(
            &pool,
            &format!("user{number}"),
        )));
    }
    store.apply(changes).await.unwrap();
    assert_eq!(store.user_by_name(&pool, "2").await.unwrap(), Some(user));
    assert_eq!(store.user_by_name(&pool, "1").await.unwrap(), None);
    assert_eq!(store.count_users(&pool).await.unwrap(), 41);
}

async fn an_empty_list_is_done(store: &SharedStore) {
    store.apply(vec![]).await.unwrap();
}
