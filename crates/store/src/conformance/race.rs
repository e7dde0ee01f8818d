//! Many callers at once: exactly one wins if only one may, and no write is lost.

use std::sync::Arc;

use cabana_domain::code::{CodePurpose, Counter};
use cabana_domain::user::NameKind;
use cabana_domain::{ClientId, PoolId};
use tokio::sync::Barrier;

use super::samples::{self, at, hash, login_name};
use crate::{Change, Result, SharedStore, StoreError};

/// Callers in each race.
const CALLERS: u32 = 16;

pub async fn stories(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "races").await;
    for round in 0..5 {
        one_redeems_an_authorization_code(store, &pool, &client, round).await;
        one_takes_a_confirmation_code(store, &pool, round).await;
        one_rotates_a_family(store, &pool, &client, round).await;
        one_gets_a_user_name(store, &pool, round).await;
        one_gets_an_alias(store, &pool, round).await;
        one_spends_a_ticket(store, round).await;
        one_update_of_a_version_holds(store, &pool, round).await;
        no_increment_of_a_counter_is_lost(store, round).await;
    }
    lists_that_cross_each_other_all_happen(store, &pool).await;
    the_count_of_users_is_right_after_a_rush(store).await;
    a_list_whose_caller_goes_away_is_whole_or_not_there(store).await;
}

/// Applies one list per caller, all at the same moment.
pub(super) async fn at_once(
    store: &SharedStore,
    list: impl Fn(u32) -> Vec<Change>,
) -> Vec<Result<()>> {
    let barrier = Arc::new(Barrier::new(CALLERS as usize));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (store, barrier, changes) = (store.clone(), barrier.clone(), list(caller));
            tokio::spawn(async move {
                barrier.wait().await;
                store.apply(changes).await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for caller in callers {
        outcomes.push(caller.await.unwrap());
    }
    outcomes
}

/// Asserts that one caller won and the others lost for the right reason; returns the winner's index.
#[track_caller]
fn one_winner(outcomes: &[Result<()>], lost: impl Fn(&StoreError) -> bool) -> usize {
    let mut winners = Vec::new();
    for (caller, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Ok(()) => winners.push(caller),
            Err(error) => assert!(lost(error), "lost for another reason: {error:?}"),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?} won");
    winners[0]
}

fn gone(error: &StoreError) -> bool {
    matches!(error, StoreError::Gone)
}

fn stale(error: &StoreError) -> bool {
    matches!(error, StoreError::Stale)
}

fn conflict(what: &'static str) -> impl Fn(&StoreError) -> bool {
    move |error| matches!(error, StoreError::Conflict(it) if *it == what)
}

/// A number no other story uses.
fn number(story: u32, round: u32, caller: u32) -> u32 {
    1_000_000 + story * 10_000 + round * 100 + caller
}

async fn one_redeems_an_authorization_code(
    store: &SharedStore,
    pool: &PoolId,
    client: &ClientId,
    round: u32,
) {
    let code = samples::authorization_code(pool, client, number(1, round, 99));
    store
        .apply(vec![Change::InsertAuthorizationCode(code.clone())])
        .await
        .unwrap();
    let family = |caller| samples::family(pool, client, &code.sub, number(1, round, caller));
    let outcomes = at_once(store, |caller| {
        vec![
            Change::InsertFamily(family(caller)),
            Change::TakeAuthorizationCode { hash: code.hash },
        ]
    })
    .await;
    let winner = one_winner(&outcomes, gone);
    for caller in 0..CALLERS {
        let found = store.family(&family(caller).id).await.unwrap();
        assert_eq!(found.is_some(), caller as usize == winner);
    }
}

async fn one_takes_a_confirmation_code(store: &SharedStore, pool: &PoolId, round: u32) {
    let user = samples::user(pool, &format!("confirming{round}"));
    let purpose = CodePurpose::ConfirmSignUp;
    let code = samples::code(pool, &user.sub, purpose, number(2, round, 0));
    let changes = vec![samples::insert(&user), Change::PutCode(code.clone())];
    store.apply(changes).await.unwrap();
    let outcomes = at_once(store, |_| {
        vec![Change::TakeCode {
            pool: pool.clone(),
            sub: user.sub.clone(),
            purpose,
            hash: code.hash,
        }]
    })
    .await;
    one_winner(&outcomes, gone);
}

async fn one_rotates_a_family(store: &SharedStore, pool: &PoolId, client: &ClientId, round: u32) {
    let user = samples::user(pool, &format!("rotating{round}"));
    let family = samples::family(pool, client, &user.sub, number(3, round, 99));
    store
        .apply(vec![Change::InsertFamily(family.clone())])
        .await
        .unwrap();
    let to = |caller| {
        let mut to = family.clone();
        to.refresh_hash = Some(hash(number(3, round, caller)));
        to
    };
    let from = family.refresh_hash.unwrap();
    let outcomes = at_once(store, |caller| {
        vec![Change::RotateFamily {
            from,
            to: to(caller),
        }]
    })
    .await;
    let winner = u32::try_from(one_winner(&outcomes, stale)).unwrap();
    assert_eq!(store.family(&family.id).await.unwrap(), Some(to(winner)));
}

async fn one_gets_a_user_name(store: &SharedStore, pool: &PoolId, round: u32) {
    let name = format!("wanted{round}");
    let before = store.count_users(pool).await.unwrap();
    let outcomes = at_once(store, |caller| {
        let user = samples::user(pool, &format!("caller{round}-{caller}"));
        let names = vec![login_name(NameKind::Username, &name)];
        vec![Change::InsertUser {
            user: Box::new(user),
            names,
        }]
    })
    .await;
    let winner = one_winner(&outcomes, conflict("username"));
    let found = store.user_by_name(pool, &name).await.unwrap().unwrap();
    assert_eq!(found.username, format!("caller{round}-{winner}"));
    assert_eq!(store.count_users(pool).await.unwrap(), before + 1);
}

async fn one_gets_an_alias(store: &SharedStore, pool: &PoolId, round: u32) {
    let people: Vec<_> = (0..CALLERS)
        .map(|caller| samples::user(pool, &format!("alias{round}-{caller}")))
        .collect();
    store
        .apply(people.iter().map(samples::insert).collect())
        .await
        .unwrap();
    let alias = format!("alias{round}@example.com");
    let outcomes = at_once(store, |caller| {
        let user = people[caller as usize].clone();
        let names = vec![
            login_name(NameKind::Username, &user.username),
            login_name(NameKind::Email, &alias),
        ];
        vec![Change::UpdateUser {
            user: Box::new(user),
            names: Some(names),
        }]
    })
    .await;
    let winner = one_winner(&outcomes, conflict("email"));
    let found = store.user_by_name(pool, &alias).await.unwrap().unwrap();
    assert_eq!(found.sub, people[winner].sub);
    for person in &people {
        let found = store.user_by_name(pool, &person.username).await.unwrap();
        assert_eq!(found.map(|it| it.sub).as_ref(), Some(&person.sub));
    }
}

async fn one_spends_a_ticket(store: &SharedStore, round: u32) {
    let key = hash(number(4, round, 0));
    let outcomes = at_once(store, |_| {
        vec![Change::Spend {
            what: "spent",
            key,
            expires: at(1),
        }]
    })
    .await;
    one_winner(&outcomes, conflict("spent"));
}

async fn one_update_of_a_version_holds(store: &SharedStore, pool: &PoolId, round: u32) {
    let user = samples::user(pool, &format!("edited{round}"));
    store.apply(vec![samples::insert(&user)]).await.unwrap();
    let edited = |caller: u32| {
        let mut user = user.clone();
        user.attributes
            .insert("nickname".to_owned(), caller.to_string());
        user
    };
    let outcomes = at_once(store, |caller| {
        vec![Change::UpdateUser {
            user: Box::new(edited(caller)),
            names: None,
        }]
    })
    .await;
    let winner = one_winner(&outcomes, stale).to_string();
    let found = store.user(pool, &user.sub).await.unwrap().unwrap();
    assert_eq!(found.attribute("nickname"), Some(winner.as_str()));
    assert_eq!(found.version, user.version + 1);
}

async fn no_increment_of_a_counter_is_lost(store: &SharedStore, round: u32) {
    const TIMES: u32 = 3;
    let key = hash(number(5, round, 0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..TIMES {
                    increment(&store, key).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    let counter = store.counter(&key).await.unwrap().unwrap();
    assert_eq!(counter.count, CALLERS * TIMES);
}

async fn increment(store: &SharedStore, key: [u8; 32]) {
    loop {
        let from = store.counter(&key).await.unwrap();
        let count = from.map_or(0, |it| it.count) + 1;
        let to = Counter {
            count,
            ..samples::counter(0)
        };
        match store
            .apply(vec![Change::PutCounter { key, from, to }])
            .await
        {
            Ok(()) => return,
            Err(StoreError::Stale) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Two lists that touch the same rows in opposite order: an engine that locks rows must not let either of them fail for
/// that.
async fn lists_that_cross_each_other_all_happen(store: &SharedStore, pool: &PoolId) {
    let people = ["cross1", "cross2"].map(|name| samples::user(pool, name));
    let groups = ["cross1", "cross2"].map(|name| samples::group(pool, name, None));
    let mut changes: Vec<_> = people.iter().map(samples::insert).collect();
    changes.extend(groups.iter().cloned().map(Change::InsertGroup));
    store.apply(changes).await.unwrap();
    let outcomes = at_once(store, |caller| {
        let mut order = [0, 1];
        if caller % 2 == 1 {
            order.reverse();
        }
        let code = |who: usize| {
            let sub = &people[who].sub;
            samples::code(
                pool,
                sub,
                CodePurpose::VerifyEmail,
                number(6, who as u32, caller),
            )
        };
        order.map(|who| Change::PutCode(code(who))).into()
    })
    .await;
    for outcome in outcomes {
        outcome.unwrap();
    }
    // Both rows are in the same list.
    let mut callers = Vec::new();
    for (who, person) in people.iter().enumerate() {
        let code = store
            .code(pool, &person.sub, CodePurpose::VerifyEmail)
            .await
            .unwrap();
        let code = code.unwrap();
        let caller = (0..CALLERS).find(|caller| code.hash == hash(number(6, who as u32, *caller)));
        callers.push(caller.unwrap());
    }
    assert_eq!(callers[0], callers[1]);
}

async fn the_count_of_users_is_right_after_a_rush(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "rush").await;
    let name = |caller: u32, user: u32| format!("rush{caller}-{user}");
    let outcomes = at_once(store, |caller| {
        let people = (0..20).map(|user| samples::user(&pool, &name(caller, user)));
        people.map(|user| samples::insert(&user)).collect()
    })
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(
        store.count_users(&pool).await.unwrap(),
        u64::from(CALLERS) * 20
    );
    let outcomes = at_once(store, |caller| {
        let sub = samples::user(&pool, &name(caller, 0)).sub;
        vec![Change::DeleteUser {
            pool: pool.clone(),
            sub,
        }]
    })
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(
        store.count_users(&pool).await.unwrap(),
        u64::from(CALLERS) * 19
    );
}

async fn a_list_whose_caller_goes_away_is_whole_or_not_there(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "leavers").await;
    let people: Vec<_> = (0..64)
        .map(|leaver| samples::user(&pool, &format!("leaver{leaver}")))
        .collect();
    let family = |leaver: usize| {
        samples::family(
            &pool,
            &client,
            &people[leaver].sub,
            2_000_000 + leaver as u32,
        )
    };
    for (leaver, user) in people.iter().enumerate() {
        let (store, family) = (store.clone(), family(leaver));
        let mut changes = vec![samples::insert(user), Change::InsertFamily(family)];
        if leaver % 2 == 1 {
            // Such a list must leave nothing, whether its caller waits for the answer or not.
            changes.push(Change::TakeAuthorizationCode {
                hash: hash(number(7, 0, 0)),
            });
        }
        let caller = tokio::spawn(async move { store.apply(changes).await });
        // Each caller leaves at a different moment.
        tokio::time::sleep(std::time::Duration::from_micros(leaver as u64 * 50)).await;
        caller.abort();
    }
    // Lists in progress run to their end.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let mut there = 0;
    for (leaver, user) in people.iter().enumerate() {
        let found = store.user(&pool, &user.sub).await.unwrap().is_some();
        let family = store.family(&family(leaver).id).await.unwrap();
        assert_eq!(found, family.is_some(), "{leaver} is there in part");
        assert!(
            !found || leaver % 2 == 0,
            "{leaver} should have been rolled back"
        );
        there += u64::from(found);
    }
    assert_eq!(store.count_users(&pool).await.unwrap(), there);
    // The store works as before, also over connections that others abandoned.
    let changes = people.iter().map(|user| Change::DeleteUser {
        pool: pool.clone(),
        sub: user.sub.clone(),
    });
    for (change, user) in changes.zip(&people) {
        let there = store.user(&pool, &user.sub).await.unwrap().is_some();
        assert_eq!(store.apply(vec![change]).await.is_ok(), there);
    }
    assert_eq!(store.count_users(&pool).await.unwrap(), 0);
}
