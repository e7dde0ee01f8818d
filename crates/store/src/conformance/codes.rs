//! Single-use values, and counters.

use cabana_domain::code::CodePurpose;
use cabana_domain::{ClientId, PoolId, Sub};

use super::samples::{self, at, counter, hash};
use super::{Refusal, apply, refused};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "codes").await;
    let user = samples::user(&pool, "ann");
    apply(store, samples::insert(&user)).await.unwrap();
    a_confirmation_code_replaces_the_one_before(store, &pool, &user.sub).await;
    a_wrong_guess_counts_once(store, &pool, &user.sub).await;
    an_authorization_code_is_taken_once(store, &pool, &client).await;
    browser_sessions_come_and_go(store, &pool, &user.sub).await;
    what_is_spent_stays_spent(store).await;
    a_counter_moves_only_from_what_was_read(store).await;
}

async fn a_confirmation_code_replaces_the_one_before(
    store: &SharedStore,
    pool: &PoolId,
    sub: &Sub,
) {
    let purpose = CodePurpose::ConfirmSignUp;
    assert_eq!(store.code(pool, sub, purpose).await.unwrap(), None);
    let first = samples::code(pool, sub, purpose, 1);
    let mut second = samples::code(pool, sub, purpose, 2);
    second.destination = "new@example.com".to_owned();
    second.attribute = "phone_number".to_owned();
    let other = samples::code(pool, sub, CodePurpose::VerifyEmail, 3);
    for code in [&first, &other, &second] {
        apply(store, Change::PutCode(code.clone())).await.unwrap();
    }
    assert_eq!(store.code(pool, sub, purpose).await.unwrap(), Some(second));
    let take = |number| Change::TakeCode {
        pool: pool.clone(),
        sub: sub.clone(),
        purpose,
        hash: hash(number),
    };
    refused(apply(store, take(1)).await, Refusal::Gone);
    apply(store, take(2)).await.unwrap();
    refused(apply(store, take(2)).await, Refusal::Gone);
    assert_eq!(store.code(pool, sub, purpose).await.unwrap(), None);
    let found = store
        .code(pool, sub, CodePurpose::VerifyEmail)
        .await
        .unwrap();
    assert_eq!(found, Some(other));
}

async fn a_wrong_guess_counts_once(store: &SharedStore, pool: &PoolId, sub: &Sub) {
    let purpose = CodePurpose::ForgotPassword;
    let code = samples::code(pool, sub, purpose, 4);
    apply(store, Change::PutCode(code.clone())).await.unwrap();
    let guess = |number, guesses| Change::GuessCode {
        pool: pool.clone(),
        sub: sub.clone(),
        purpose,
        hash: hash(number),
        guesses,
    };
    apply(store, guess(4, 0)).await.unwrap();
    refused(apply(store, guess(4, 0)).await, Refusal::Stale);
    refused(apply(store, guess(5, 1)).await, Refusal::Stale);
    apply(store, guess(4, 1)).await.unwrap();
    let found = store.code(pool, sub, purpose).await.unwrap().unwrap();
    assert_eq!(found.guesses, 2);
    // A new code starts with no guesses.
    apply(store, Change::PutCode(code.clone())).await.unwrap();
    assert_eq!(store.code(pool, sub, purpose).await.unwrap(), Some(code));
}

async fn an_authorization_code_is_taken_once(
    store: &SharedStore,
    pool: &PoolId,
    client: &ClientId,
) {
    let mut code = samples::authorization_code(pool, client, 11);
    apply(store, Change::InsertAuthorizationCode(code.clone()))
        .await
        .unwrap();
    refused(
        apply(store, Change::InsertAuthorizationCode(code.clone())).await,
        Refusal::Conflict("authorization_code"),
    );
    assert_eq!(
        store.authorization_code(&hash(11)).await.unwrap(),
        Some(code.clone())
    );
    apply(store, Change::TakeAuthorizationCode { hash: hash(11) })
        .await
        .unwrap();
    refused(
        apply(store, Change::TakeAuthorizationCode { hash: hash(11) }).await,
        Refusal::Gone,
    );
    assert_eq!(store.authorization_code(&hash(11)).await.unwrap(), None);
    code.code_challenge = None;
    code.nonce = None;
    code.resource = None;
    code.scopes.clear();
    apply(store, Change::InsertAuthorizationCode(code.clone()))
        .await
        .unwrap();
    assert_eq!(
        store.authorization_code(&hash(11)).await.unwrap(),
        Some(code)
    );
}

async fn browser_sessions_come_and_go(store: &SharedStore, pool: &PoolId, sub: &Sub) {
    let session = samples::browser_session(pool, sub, 21);
    apply(store, Change::InsertBrowserSession(session.clone()))
        .await
        .unwrap();
    assert_eq!(
        store.browser_session(&hash(21)).await.unwrap(),
        Some(session)
    );
    for _ in 0..2 {
        apply(store, Change::DeleteBrowserSession { hash: hash(21) })
            .await
            .unwrap();
    }
    assert_eq!(store.browser_session(&hash(21)).await.unwrap(), None);
}

async fn what_is_spent_stays_spent(store: &SharedStore) {
    let spend = |number| Change::Spend {
        what: "spent",
        key: hash(number),
        expires: at(100),
    };
    assert!(!store.is_spent(&hash(31)).await.unwrap());
    apply(store, spend(31)).await.unwrap();
    assert!(store.is_spent(&hash(31)).await.unwrap());
    assert!(!store.is_spent(&hash(32)).await.unwrap());
    refused(apply(store, spend(31)).await, Refusal::Conflict("spent"));
    apply(store, spend(32)).await.unwrap();
}

async fn a_counter_moves_only_from_what_was_read(store: &SharedStore) {
    let key = hash(41);
    let put = |from, to| Change::PutCounter { key, from, to };
    assert_eq!(store.counter(&key).await.unwrap(), None);
    refused(
        apply(store, put(Some(counter(1)), counter(2))).await,
        Refusal::Stale,
    );
    apply(store, put(None, counter(1))).await.unwrap();
    refused(apply(store, put(None, counter(1))).await, Refusal::Stale);
    apply(store, put(Some(counter(1)), counter(2)))
        .await
        .unwrap();
    refused(
        apply(store, put(Some(counter(1)), counter(2))).await,
        Refusal::Stale,
    );
    let mut later = counter(2);
    later.last = at(50);
    refused(
        apply(store, put(Some(later), counter(3))).await,
        Refusal::Stale,
    );
    assert_eq!(store.counter(&key).await.unwrap(), Some(counter(2)));
}
