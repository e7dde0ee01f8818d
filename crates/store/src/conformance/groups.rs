//! Groups and their members.

use cabana_domain::group::Group;
use cabana_domain::user::UserSummary;
use cabana_domain::{PoolId, Sub};

use super::race::at_once;
use super::samples::{self, at};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "groups").await;
    groups_page_by_name_and_count_versions(store, &pool).await;
    members_come_in_the_order_they_were_added(store, &pool).await;
    groups_of_a_user_come_by_precedence(store, &pool).await;
    a_deleted_group_leaves_nobody_in_it(store, &pool).await;
}

pub async fn races(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "group races").await;
    for round in 0..5 {
        one_list_that_changes_a_group_and_its_members_wins(store, &pool, round).await;
    }
}

fn add(pool: &PoolId, group: &str, sub: &Sub, second: i64) -> Change {
    let (pool, group, sub) = (pool.clone(), group.to_owned(), sub.clone());
    Change::AddMember {
        pool,
        group,
        sub,
        at: at(second),
    }
}

fn remove(pool: &PoolId, group: &str, sub: &Sub) -> Change {
    Change::RemoveMember {
        pool: pool.clone(),
        group: group.to_owned(),
        sub: sub.clone(),
    }
}

async fn groups_page_by_name_and_count_versions(store: &SharedStore, pool: &PoolId) {
    for (name, precedence) in [("c", Some(0)), ("a", None), ("B", Some(2))] {
        let group = samples::group(pool, name, precedence);
        apply(store, Change::InsertGroup(group)).await.unwrap();
    }
    let mut group = samples::group(pool, "a", None);
    refused(
        apply(store, Change::InsertGroup(group.clone())).await,
        Refusal::Conflict("group"),
    );
    let first = store.groups(pool, start(2)).await.unwrap();
    let second = store.groups(pool, behind(2, &first)).await.unwrap();
    let all: Vec<&Group> = first.items.iter().chain(&second.items).collect();
    assert!(all.iter().map(|it| it.name.as_str()).eq(["B", "a", "c"]));

    group.description = None;
    group.role_arn = None;
    group.precedence = Some(7);
    group.modified = at(80);
    apply(store, Change::UpdateGroup(group.clone()))
        .await
        .unwrap();
    refused(
        apply(store, Change::UpdateGroup(group.clone())).await,
        Refusal::Stale,
    );
    group.version += 1;
    assert_eq!(store.group(pool, "a").await.unwrap(), Some(group));
    let unknown = samples::group(pool, "unknown", None);
    refused(
        apply(store, Change::UpdateGroup(unknown)).await,
        Refusal::Gone,
    );
}

async fn members_come_in_the_order_they_were_added(store: &SharedStore, pool: &PoolId) {
    let people = ["z", "y", "x"].map(|name| samples::user(pool, name));
    for (second, user) in [3, 1, 1].into_iter().zip(&people) {
        let changes = vec![samples::insert(user), add(pool, "c", &user.sub, second)];
        store.apply(changes).await.unwrap();
    }
    // Adding again changes nothing.
    apply(store, add(pool, "c", &people[1].sub, 90))
        .await
        .unwrap();
    let first = store.members(pool, "c", start(1)).await.unwrap();
    let second = store.members(pool, "c", behind(2, &first)).await.unwrap();
    let all: Vec<_> = first.items.into_iter().chain(second.items).collect();
    let expected = [&people[1], &people[2], &people[0]];
    assert_eq!(all, expected.map(|user| UserSummary::from(user.clone())));
    assert!(second.next.is_none());
    let nobody = Sub::new("nobody");
    refused(
        apply(store, add(pool, "c", &nobody, 1)).await,
        Refusal::Gone,
    );
    refused(
        apply(store, add(pool, "unknown", &people[0].sub, 1)).await,
        Refusal::Gone,
    );
    let unknown = store.members(pool, "unknown", start(1)).await.unwrap();
    assert!(unknown.items.is_empty());
}

async fn groups_of_a_user_come_by_precedence(store: &SharedStore, pool: &PoolId) {
    let user = samples::user(pool, "many");
    let names = ["none2", "none1", "five", "zero2", "zero1"];
    let precedences = [None, None, Some(5), Some(0), Some(0)];
    let mut changes = vec![samples::insert(&user)];
    for (name, precedence) in names.into_iter().zip(precedences) {
        changes.push(Change::InsertGroup(samples::group(pool, name, precedence)));
        changes.push(add(pool, name, &user.sub, 1));
    }
    store.apply(changes).await.unwrap();
    let groups = store.groups_of(pool, &user.sub).await.unwrap();
    let found: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(found, ["zero1", "zero2", "five", "none1", "none2"]);
    for _ in 0..2 {
        apply(store, remove(pool, "five", &user.sub)).await.unwrap();
    }
    assert_eq!(store.groups_of(pool, &user.sub).await.unwrap().len(), 4);
}

async fn a_deleted_group_leaves_nobody_in_it(store: &SharedStore, pool: &PoolId) {
    let delete = || Change::DeleteGroup {
        pool: pool.clone(),
        name: "zero1".to_owned(),
    };
    apply(store, delete()).await.unwrap();
    refused(apply(store, delete()).await, Refusal::Gone);
    assert_eq!(store.group(pool, "zero1").await.unwrap(), None);
    let sub = Sub::new("sub-of-many");
    assert_eq!(store.groups_of(pool, &sub).await.unwrap().len(), 3);
    let again = samples::group(pool, "zero1", None);
    apply(store, Change::InsertGroup(again)).await.unwrap();
    assert_eq!(store.groups_of(pool, &sub).await.unwrap().len(), 3);
}

/// Keeps two administrators from removing each other: both lists were based on the same members.
async fn one_list_that_changes_a_group_and_its_members_wins(
    store: &SharedStore,
    pool: &PoolId,
    round: u32,
) {
    let name = format!("team{round}");
    let people = [0, 1].map(|who| samples::user(pool, &format!("{name}-{who}")));
    let mut changes: Vec<_> = people.iter().map(samples::insert).collect();
    changes.push(Change::InsertGroup(samples::group(pool, &name, None)));
    changes.extend(people.iter().map(|it| add(pool, &name, &it.sub, 1)));
    store.apply(changes).await.unwrap();
    let group = store.group(pool, &name).await.unwrap().unwrap();
    let outcomes = at_once(store, |caller| {
        let leaves = &people[caller as usize % people.len()];
        vec![
            remove(pool, &name, &leaves.sub),
            Change::UpdateGroup(group.clone()),
        ]
    })
    .await;
    let lost = |it: &&crate::Result<()>| matches!(it, Err(crate::StoreError::Stale));
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(lost).count(), outcomes.len() - 1);
    let left = store.members(pool, &name, start(10)).await.unwrap();
    assert_eq!(left.items.len(), 1);
}
