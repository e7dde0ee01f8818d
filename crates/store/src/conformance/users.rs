//! Users and their login names.

use cabana_domain::PoolId;
use cabana_domain::user::{LoginName, NameKind, User};
use cabana_model::UserStatusType;

use super::samples::{self, at, login_name};
use super::{Refusal, apply, refused};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "users").await;
    a_user_comes_back_as_they_went_in(store, &pool).await;
    every_name_is_unique_in_the_pool_and_says_what_it_is(store, &pool).await;
    an_update_replaces_the_names_or_leaves_them(store, &pool).await;
    a_released_name_is_free_for_somebody_else(store, &pool).await;
    a_name_of_any_length_is_kept(store, &pool).await;
    a_deleted_user_is_gone_with_names_and_sessions(store).await;
}

fn insert(user: &User, names: &[LoginName]) -> Change {
    Change::InsertUser {
        user: Box::new(user.clone()),
        names: names.to_vec(),
    }
}

fn update(user: &User, names: Option<&[LoginName]>) -> Change {
    Change::UpdateUser {
        user: Box::new(user.clone()),
        names: names.map(<[_]>::to_vec),
    }
}

async fn a_user_comes_back_as_they_went_in(store: &SharedStore, pool: &PoolId) {
    let user = samples::user(pool, "ann");
    let names = [
        login_name(NameKind::Username, "ann"),
        login_name(NameKind::Email, "ann@example.com"),
    ];
    apply(store, insert(&user, &names)).await.unwrap();
    for name in names {
        let found = store.user_by_name(pool, &name.key).await.unwrap();
        assert_eq!(found.as_ref(), Some(&user));
        let summary = store.summary_by_name(pool, &name.key).await.unwrap();
        assert_eq!(summary, Some(user.clone().into()));
    }
    assert_eq!(
        store.user(pool, &user.sub).await.unwrap(),
        Some(user.clone())
    );
    assert_eq!(store.user_by_name(pool, "Ann").await.unwrap(), None);
    assert_eq!(store.summary_by_name(pool, "Ann").await.unwrap(), None);
    assert_eq!(store.user_by_name(pool, "ann\0").await.unwrap(), None);
    let elsewhere = PoolId::new("us-east-1_nobody");
    assert_eq!(store.user(&elsewhere, &user.sub).await.unwrap(), None);
    let homeless = samples::user(&elsewhere, "homeless");
    refused(apply(store, insert(&homeless, &[])).await, Refusal::Gone);

    let mut plain = samples::user(pool, "plain");
    plain.attributes.clear();
    plain.pending.clear();
    plain.secrets = Default::default();
    plain.mfa = Default::default();
    plain.temporary_password_expires = None;
    apply(store, insert(&plain, &[])).await.unwrap();
    assert_eq!(store.user(pool, &plain.sub).await.unwrap(), Some(plain));
}

async fn every_name_is_unique_in_the_pool_and_says_what_it_is(store: &SharedStore, pool: &PoolId) {
    let before = store.count_users(pool).await.unwrap();
    let twin = samples::user(pool, "twin");
    let free = login_name(NameKind::Username, "twin");
    for kind in NameKind::ALL {
        for taken in ["ann", "ann@example.com"] {
            let names = [free.clone(), login_name(kind, taken)];
            refused(
                apply(store, insert(&twin, &names)).await,
                Refusal::Conflict(kind.as_str()),
            );
        }
    }
    assert_eq!(store.user(pool, &twin.sub).await.unwrap(), None);
    assert_eq!(store.user_by_name(pool, "twin").await.unwrap(), None);
    assert_eq!(store.count_users(pool).await.unwrap(), before);

    // The same text in two roles of one person is one name.
    let same = [free, login_name(NameKind::PreferredUsername, "twin")];
    apply(store, insert(&twin, &same)).await.unwrap();
    assert_eq!(store.count_users(pool).await.unwrap(), before + 1);
    let other_pool = samples::pool_with_client(store, "users2").await.0;
    let namesake = samples::user(&other_pool, "twin");
    apply(store, insert(&namesake, &same)).await.unwrap();
    assert_eq!(
        store.user_by_name(&other_pool, "twin").await.unwrap(),
        Some(namesake)
    );
}

async fn an_update_replaces_the_names_or_leaves_them(store: &SharedStore, pool: &PoolId) {
    let mut user = samples::user(pool, "bob");
    let old = [
        login_name(NameKind::Username, "bob"),
        login_name(NameKind::Email, "bob@old"),
    ];
    apply(store, insert(&user, &old)).await.unwrap();

    user.status = UserStatusType::ResetRequired;
    user.enabled = false;
    user.attributes
        .insert("email".to_owned(), "bob@new".to_owned());
    user.lockout = Default::default();
    user.tokens_not_before = at(70);
    user.modified = at(71);
    apply(store, update(&user, None)).await.unwrap();
    user.version += 1;
    assert_eq!(
        store.user_by_name(pool, "bob@old").await.unwrap().as_ref(),
        Some(&user)
    );

    let new = [
        login_name(NameKind::Username, "bob"),
        login_name(NameKind::Email, "bob@new"),
    ];
    apply(store, update(&user, Some(&new))).await.unwrap();
    refused(
        apply(store, update(&user, Some(&old))).await,
        Refusal::Stale,
    );
    user.version += 1;
    assert_eq!(store.user_by_name(pool, "bob@old").await.unwrap(), None);
    assert_eq!(
        store.user_by_name(pool, "bob@new").await.unwrap().as_ref(),
        Some(&user)
    );

    let taken = [
        login_name(NameKind::Username, "bob"),
        login_name(NameKind::Email, "ann"),
    ];
    refused(
        apply(store, update(&user, Some(&taken))).await,
        Refusal::Conflict("email"),
    );
    assert_eq!(
        store.user_by_name(pool, "bob@new").await.unwrap().as_ref(),
        Some(&user)
    );
    let unknown = samples::user(pool, "unknown");
    refused(apply(store, update(&unknown, None)).await, Refusal::Gone);
}

async fn a_released_name_is_free_for_somebody_else(store: &SharedStore, pool: &PoolId) {
    let alias = login_name(NameKind::Email, "alias@example.com");
    let (first, second) = (samples::user(pool, "first"), samples::user(pool, "second"));
    let release = |name: &LoginName| Change::ReleaseName {
        pool: pool.clone(),
        name: name.clone(),
    };
    let named = |user: &User| {
        insert(
            user,
            &[
                login_name(NameKind::Username, &user.username),
                alias.clone(),
            ],
        )
    };
    apply(store, named(&first)).await.unwrap();
    store
        .apply(vec![release(&alias), named(&second)])
        .await
        .unwrap();
    assert_eq!(
        store.user_by_name(pool, "alias@example.com").await.unwrap(),
        Some(second)
    );
    assert_eq!(
        store.user_by_name(pool, "first").await.unwrap(),
        Some(first)
    );
    // A name released as another kind stays.
    apply(store, release(&login_name(NameKind::Email, "first")))
        .await
        .unwrap();
    assert!(store.user_by_name(pool, "first").await.unwrap().is_some());
}

async fn a_name_of_any_length_is_kept(store: &SharedStore, pool: &PoolId) {
    let mut user = samples::user(pool, "long");
    let long = "ü".repeat(2_048);
    for attribute in [
        "email",
        "phone_number",
        "preferred_username",
        "given_name",
        "family_name",
    ] {
        user.attributes.insert(attribute.to_owned(), long.clone());
    }
    let names = [
        login_name(NameKind::Username, "long"),
        login_name(NameKind::PreferredUsername, &long),
    ];
    apply(store, insert(&user, &names)).await.unwrap();
    assert_eq!(store.user_by_name(pool, &long).await.unwrap(), Some(user));
    assert_eq!(
        store.user_by_name(pool, &"ü".repeat(2_047)).await.unwrap(),
        None
    );
    let other = samples::user(pool, "longer");
    let taken = [login_name(NameKind::PreferredUsername, &long)];
    refused(
        apply(store, insert(&other, &taken)).await,
        Refusal::Conflict("preferred_username"),
    );
}

async fn a_deleted_user_is_gone_with_names_and_sessions(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "leaving").await;
    let user = samples::user(&pool, "carl");
    let purpose = cabana_domain::code::CodePurpose::ConfirmSignUp;
    let group = "team".to_owned();
    let contents = vec![
        samples::insert(&user),
        Change::InsertGroup(samples::group(&pool, "team", None)),
        Change::AddMember {
            pool: pool.clone(),
            group,
            sub: user.sub.clone(),
            at: at(1),
        },
        Change::PutCode(samples::code(&pool, &user.sub, purpose, 9_201)),
        Change::InsertFamily(samples::family(&pool, &client, &user.sub, 9_202)),
        Change::InsertBrowserSession(samples::browser_session(&pool, &user.sub, 9_203)),
    ];
    store.apply(contents).await.unwrap();
    assert_eq!(store.count_users(&pool).await.unwrap(), 1);
    let delete = || Change::DeleteUser {
        pool: pool.clone(),
        sub: user.sub.clone(),
    };
    apply(store, delete()).await.unwrap();
    assert_eq!(store.count_users(&pool).await.unwrap(), 0);
    assert_eq!(store.user(&pool, &user.sub).await.unwrap(), None);
    assert_eq!(store.user_by_name(&pool, "carl").await.unwrap(), None);
    assert_eq!(store.code(&pool, &user.sub, purpose).await.unwrap(), None);
    assert_eq!(store.family("family-9202").await.unwrap(), None);
    assert_eq!(
        store.browser_session(&samples::hash(9_203)).await.unwrap(),
        None
    );
    let members = store
        .members(&pool, "team", super::start(10))
        .await
        .unwrap();
    assert!(members.items.is_empty());
    refused(apply(store, delete()).await, Refusal::Gone);
    assert_eq!(store.count_users(&pool).await.unwrap(), 0);
    apply(store, samples::insert(&user)).await.unwrap();
    assert!(store.groups_of(&pool, &user.sub).await.unwrap().is_empty());
}
