//! The audit log, and counts per day. These stories come last, as they sweep far in the future.

use cabana_domain::activity::{self, ActivityKind, DailyCount};
use cabana_domain::audit::{self, AuditEntry};
use cabana_domain::{PoolId, Span};

use super::race::at_once;
use super::samples::{self, at, hash};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    entries_page_newest_first_whole_or_by_pool(store).await;
    an_entry_stands_or_falls_with_its_list(store).await;
    entries_outlive_their_pool_and_go_in_the_end(store).await;
    counts_add_up_by_day_and_go_with_their_pool(store).await;
    old_counts_go(store).await;
}

/// Stories of several callers at once.
pub async fn races(store: &SharedStore) {
    no_count_is_lost(store).await;
}

fn record(entry: &AuditEntry) -> Change {
    Change::RecordAudit(Box::new(entry.clone()))
}

fn ids(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

async fn entries_page_newest_first_whole_or_by_pool(store: &SharedStore) {
    let (pool, other) = (PoolId::new("us-east-1_a"), PoolId::new("us-east-1_b"));
    let mut entries = [
        samples::audit_entry("e1", Some(&pool), 1),
        samples::audit_entry("e2", None, 2),
        samples::audit_entry("e3", Some(&other), 3),
        // Entries of the same moment are ordered by ID.
        samples::audit_entry("e4", Some(&pool), 4),
        samples::audit_entry("e5", Some(&pool), 4),
    ];
    entries[1].source_ip = Some("2001:db8::7".parse().unwrap());
    entries[2].source_ip = None;
    entries[2].target = None;
    entries[2].detail = None;
    store
        .apply(entries.iter().map(record).collect())
        .await
        .unwrap();
    refused(
        apply(store, record(&entries[0])).await,
        Refusal::Conflict("audit"),
    );
    let first = store.audit_entries(None, start(2)).await.unwrap();
    let second = store.audit_entries(None, behind(2, &first)).await.unwrap();
    let third = store.audit_entries(None, behind(2, &second)).await.unwrap();
    assert_eq!(ids(&first.items), ["e5", "e4"]);
    assert_eq!(second.items, [entries[2].clone(), entries[1].clone()]);
    assert_eq!(third.items, [entries[0].clone()]);
    assert_eq!(third.next, None);
    let first = store.audit_entries(Some(&pool), start(2)).await.unwrap();
    let second = store
        .audit_entries(Some(&pool), behind(2, &first))
        .await
        .unwrap();
    assert_eq!(ids(&first.items), ["e5", "e4"]);
    assert_eq!((ids(&second.items), &second.next), (vec!["e1"], &None));
    let nobody = PoolId::new("us-east-1_nobody");
    let none = store.audit_entries(Some(&nobody), start(2)).await.unwrap();
    assert!(none.items.is_empty());
}

async fn an_entry_stands_or_falls_with_its_list(store: &SharedStore) {
    let entry = samples::audit_entry("e6", None, 6);
    let gone = Change::TakeAuthorizationCode { hash: hash(1) };
    refused(store.apply(vec![record(&entry), gone]).await, Refusal::Gone);
    let newest = store.audit_entries(None, start(1)).await.unwrap();
    assert_eq!(ids(&newest.items), ["e5"]);
}

async fn entries_outlive_their_pool_and_go_in_the_end(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "audit").await;
    let entry = samples::audit_entry("e7", Some(&pool), 7);
    store
        .apply(vec![Change::DeletePool(pool.clone()), record(&entry)])
        .await
        .unwrap();
    let of_pool = || store.audit_entries(Some(&pool), start(9));
    let late = at(7).after(audit::KEPT);
    while store.sweep(super::sweep(late, 100)).await.unwrap() > 0 {}
    assert_eq!(of_pool().await.unwrap().items, [entry]);
    let later = late.after(Span::seconds(1));
    assert_eq!(store.sweep(super::sweep(later, 100)).await.unwrap(), 1);
    assert!(of_pool().await.unwrap().items.is_empty());
}

fn add(pool: &PoolId, day: i64, kind: ActivityKind, by: u32) -> Change {
    Change::AddActivity {
        pool: pool.clone(),
        day,
        kind,
        by,
    }
}

async fn counts_add_up_by_day_and_go_with_their_pool(store: &SharedStore) {
    use ActivityKind::{SignIn, SignUp};
    let (pool, _) = samples::pool_with_client(store, "activity").await;
    let (other, _) = samples::pool_with_client(store, "activity2").await;
    assert!(store.activity(&pool, i64::MIN).await.unwrap().is_empty());
    store
        .apply(vec![
            add(&pool, 20_001, SignIn, 2),
            add(&pool, 20_001, SignIn, 3),
            add(&pool, 20_001, SignUp, u32::MAX),
            add(&pool, 20_000, SignIn, 7),
            add(&pool, 19_999, SignIn, 1),
            add(&other, 20_000, SignIn, 100),
        ])
        .await
        .unwrap();
    apply(store, add(&pool, 20_001, SignUp, u32::MAX))
        .await
        .unwrap();
    let mut found = store.activity(&pool, 20_000).await.unwrap();
    assert!(found.is_sorted_by_key(|it| it.day));
    found.sort_by_key(|it| (it.day, it.kind));
    let count = |day, kind, count| DailyCount { day, kind, count };
    assert_eq!(
        found,
        [
            count(20_000, SignIn, 7),
            count(20_001, SignUp, 2 * u64::from(u32::MAX)),
            count(20_001, SignIn, 5),
        ]
    );
    let gone = [Change::DeletePool(pool.clone()), add(&pool, 1, SignIn, 1)];
    store.apply(gone.into()).await.unwrap();
    apply(store, add(&pool, 1, SignIn, 1)).await.unwrap();
    assert!(store.activity(&pool, i64::MIN).await.unwrap().is_empty());
    let (again, _) = samples::pool_with_client(store, "activity").await;
    assert!(store.activity(&again, i64::MIN).await.unwrap().is_empty());
    assert_eq!(store.activity(&other, 0).await.unwrap().len(), 1);
}

async fn old_counts_go(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "activity3").await;
    let today = at(0);
    let oldest = activity::day(today.before(activity::KEPT));
    let days = [oldest - 1, oldest, oldest + 1];
    let changes = days.map(|day| add(&pool, day, ActivityKind::SignIn, 1));
    store.apply(changes.into()).await.unwrap();
    while store.sweep(super::sweep(today, 100)).await.unwrap() > 0 {}
    let found = store.activity(&pool, i64::MIN).await.unwrap();
    let left: Vec<i64> = found.iter().map(|it| it.day).collect();
    assert_eq!(left, days[1..]);
}

async fn no_count_is_lost(store: &SharedStore) {
    use ActivityKind::{SignIn, SignUp};
    let (pool, _) = samples::pool_with_client(store, "activity4").await;
    let mut callers = 0;
    for _ in 0..5 {
        let adds = |_| vec![add(&pool, 1, SignUp, 1), add(&pool, 2, SignIn, 2)];
        for outcome in at_once(store, adds).await {
            outcome.unwrap();
            callers += 1;
        }
    }
    let found = store.activity(&pool, 0).await.unwrap();
    let counts: Vec<u64> = found.iter().map(|it| it.count).collect();
    assert_eq!(counts, [callers, 2 * callers]);
}
