//! Lists after a crash: one process writes until it is killed, another reads what is there.

use cabana_domain::PoolId;
use cabana_domain::code::CodePurpose;
use cabana_domain::message::DeliveryState;
use cabana_domain::user::NameKind;

use super::samples::{self, hash, login_name};
use crate::{Change, SharedStore};

/// Tasks that write at the same time, so that lists share commits.
const WRITERS: u32 = 8;
const PURPOSE: CodePurpose = CodePurpose::VerifyEmail;
/// Name of the pool that all writes go into.
const POOL: &str = "crash";

/// Creates the pool that [`write_until_killed`] writes into.
pub async fn prepare(store: &SharedStore) {
    samples::pool_with_client(store, POOL).await;
}

/// Writes numbered lists, from `first` on, and calls `written` with the number of each one that the store has
/// confirmed. Never returns.
pub async fn write_until_killed(store: SharedStore, first: u32, written: fn(u32)) {
    let write = |writer| tokio::spawn(write_every_so_many(store.clone(), first + writer, written));
    let writers: Vec<_> = (0..WRITERS).map(write).collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn write_every_so_many(store: SharedStore, first: u32, written: fn(u32)) {
    for number in (first..).step_by(WRITERS as usize) {
        store.apply(list(number)).await.unwrap();
        written(number);
    }
}

/// Checks that every confirmed list is there whole, and that no list up to `last` is there in part. Returns the number
/// of lists there.
pub async fn check(store: &SharedStore, done: &[u32], last: u32) -> u32 {
    let mut whole = 0;
    for number in 0..=last {
        let parts = parts(store, number).await;
        assert!(
            parts.iter().all(|part| *part == parts[0]),
            "list {number} is there in part: {parts:?}"
        );
        assert!(parts[0] || !done.contains(&number), "list {number} is lost");
        whole += u32::from(parts[0]);
    }
    let (pool, _) = ids();
    let counted = store.count_users(&pool).await.unwrap();
    assert!(
        counted >= whole.into(),
        "{counted} users counted, {whole} found"
    );
    whole
}

fn ids() -> (PoolId, cabana_domain::ClientId) {
    let pool = samples::pool(POOL).id;
    let client = samples::client(&pool, POOL).id;
    (pool, client)
}

/// The changes of a list: rows in many tables that must be written together.
fn list(number: u32) -> Vec<Change> {
    let (pool, client) = ids();
    let name = format!("user{number}");
    let user = samples::user(&pool, &name);
    let names = vec![
        login_name(NameKind::Username, &name),
        login_name(NameKind::Email, &format!("{name}@example.com")),
    ];
    let message = samples::message(&pool, &name, DeliveryState::Queued, 1);
    vec![
        Change::InsertFamily(samples::family(&pool, &client, &user.sub, number)),
        Change::PutCode(samples::code(&pool, &user.sub, PURPOSE, number)),
        Change::InsertUser {
            user: Box::new(user),
            names,
        },
        Change::Send(Box::new(message)),
        Change::PutCounter {
            key: hash(number),
            from: None,
            to: samples::counter(1),
        },
    ]
}

/// Whether each part of a list is there.
async fn parts(store: &SharedStore, number: u32) -> [bool; 7] {
    let (pool, _) = ids();
    let name = format!("user{number}");
    let alias = format!("{name}@example.com");
    let sub = samples::user(&pool, &name).sub;
    [
        store
            .family(&format!("family-{number}"))
            .await
            .unwrap()
            .is_some(),
        store.code(&pool, &sub, PURPOSE).await.unwrap().is_some(),
        store.user(&pool, &sub).await.unwrap().is_some(),
        store.user_by_name(&pool, &name).await.unwrap().is_some(),
        store.user_by_name(&pool, &alias).await.unwrap().is_some(),
        store.message(&name).await.unwrap().is_some(),
        store.counter(&hash(number)).await.unwrap().is_some(),
    ]
}
