//! Store operations of a sign-in. Pools, clients and providers come from memory.

use cabana_testkit::{Cost, Work};

use super::Hall;
use super::sign_out::{open, signed_in};
use crate::shop::code_of;

/// Queries and writes since the counters were `before`.
fn since(work: &Work, before: &Cost) -> (u64, u64) {
    let cost = work.since(before);
    let sum = |name: &str| {
        let counted = cost.iter().filter(|(it, _)| it.starts_with(name));
        counted.map(|(_, count)| count).sum::<u64>()
    };
    (
        sum("cabana_store_queries_total"),
        sum("cabana_store_writes_total"),
    )
}

#[tokio::test]
async fn a_sign_in_asks_the_store_what_it_must() {
    let (work, _guard) = Work::watch();
    let hall = Hall::open().await;
    // The first one makes the user, which the pool is told.
    for _ in 0..2 {
        code_of(&hall.sign_in_as(|_| ()).await);
    }
    let before = work.now();
    let begun = hall.begin().await;
    assert_eq!(since(work, &before), (0, 0), "the way there");
    let right = hall.response(&hall.claims(&begun.request));
    let before = work.now();
    let posted = hall.post(&right, &begun.request.relay_state).await;
    assert_eq!(since(work, &before), (1, 1), "the answer");
    let before = work.now();
    code_of(&begun.browser.get(posted.location()).await);
    assert_eq!(since(work, &before), (4, 1), "what follows");
}

#[tokio::test]
async fn a_sign_out_at_the_provider_asks_the_store_what_it_must() {
    let (work, _guard) = Work::watch();
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let address = hall.leaving(&hall.logout("_1"));
    let before = work.now();
    assert_eq!(browser.get(&address).await.status, 302);
    assert_eq!(since(work, &before), (6, 1));
    // A stranger's costs no write.
    let before = work.now();
    let junk = address.replace("Signature=", "Signature=A");
    assert_eq!(browser.get(&junk).await.status, 400);
    assert_eq!(since(work, &before), (1, 0));
}
