//! Pools and signing keys.

use cabana_domain::PoolId;
use cabana_domain::keys::KeyUse;

use super::samples::{self, at, signing_key};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    a_pool_comes_back_as_it_went_in(store).await;
    an_update_needs_the_version_it_was_read_at(store).await;
    an_issuer_is_kept_once_and_outlives_updates(store).await;
    keys_come_newest_first_within_their_use(store).await;
    pools_page_by_creation_then_id(store).await;
    a_deleted_pool_takes_everything_with_it(store).await;
}

async fn insert(store: &SharedStore, name: &str) -> cabana_domain::pool::Pool {
    let pool = samples::pool(name);
    let change = Change::InsertPool {
        pool: Box::new(pool.clone()),
        keys: vec![],
    };
    apply(store, change).await.unwrap();
    pool
}

async fn a_pool_comes_back_as_it_went_in(store: &SharedStore) {
    assert_eq!(
        store.pool(&PoolId::new("us-east-1_nobody")).await.unwrap(),
        None
    );
    let pool = insert(store, "pool1").await;
    assert_eq!(store.pool(&pool.id).await.unwrap().as_deref(), Some(&pool));
    assert_eq!(store.count_users(&pool.id).await.unwrap(), 0);
    let again = Change::InsertPool {
        pool: Box::new(pool.clone()),
        keys: vec![],
    };
    refused(apply(store, again).await, Refusal::Conflict("pool"));
}

async fn an_update_needs_the_version_it_was_read_at(store: &SharedStore) {
    let mut pool = insert(store, "pool2").await;
    pool.settings.name = Some("another name".to_owned());
    pool.mfa.software_token = false;
    pool.modified = at(500);
    apply(store, Change::UpdatePool(Box::new(pool.clone())))
        .await
        .unwrap();
    refused(
        apply(store, Change::UpdatePool(Box::new(pool.clone()))).await,
        Refusal::Stale,
    );
    pool.version += 1;
    assert_eq!(store.pool(&pool.id).await.unwrap().as_deref(), Some(&pool));
    let unknown = samples::pool("unknown");
    refused(
        apply(store, Change::UpdatePool(Box::new(unknown))).await,
        Refusal::Gone,
    );
}

async fn an_issuer_is_kept_once_and_outlives_updates(store: &SharedStore) {
    let pool = insert(store, "issuer").await;
    let keep = |issuer: &str| Change::KeepIssuer {
        pool: pool.id.clone(),
        issuer: issuer.to_owned(),
    };
    apply(store, keep("https://a.test/x")).await.unwrap();
    apply(store, keep("https://b.test/x")).await.unwrap();
    let found = async || store.pool(&pool.id).await.unwrap().unwrap();
    assert_eq!(
        found().await.kept_issuer.as_deref(),
        Some("https://a.test/x")
    );
    // An update that was read before the issuer was kept succeeds and leaves the issuer alone.
    apply(store, Change::UpdatePool(Box::new(pool.clone())))
        .await
        .unwrap();
    let after = found().await;
    assert_eq!(after.kept_issuer.as_deref(), Some("https://a.test/x"));
    assert_eq!(after.version, pool.version + 1);
    apply(store, Change::DeletePool(pool.id.clone()))
        .await
        .unwrap();
    apply(store, keep("https://a.test/x")).await.unwrap();
    assert_eq!(store.pool(&pool.id).await.unwrap(), None);
}

async fn keys_come_newest_first_within_their_use(store: &SharedStore) {
    let pool = samples::pool("pool3");
    let key = |usage, number| signing_key(&pool.id, usage, number);
    let keys = vec![
        key(KeyUse::IdToken, 1),
        key(KeyUse::AccessToken, 2),
        key(KeyUse::IdToken, 3),
    ];
    let change = Change::InsertPool {
        pool: Box::new(pool.clone()),
        keys: keys.clone(),
    };
    apply(store, change).await.unwrap();
    let found = store.signing_keys(&pool.id).await.unwrap();
    let of = |usage| found.iter().filter(move |key| key.usage == usage);
    assert!(of(KeyUse::IdToken).eq([&keys[2], &keys[0]]));
    assert!(of(KeyUse::AccessToken).eq([&keys[1]]));
    let unknown = PoolId::new("us-east-1_nobody");
    assert!(store.signing_keys(&unknown).await.unwrap().is_empty());
}

async fn pools_page_by_creation_then_id(store: &SharedStore) {
    for (name, second) in [("pageb", -10), ("pagec", -10), ("pagea", -9)] {
        let mut pool = samples::pool(name);
        pool.created = at(second);
        let change = Change::InsertPool {
            pool: Box::new(pool),
            keys: vec![],
        };
        apply(store, change).await.unwrap();
    }
    let first = store.pools(start(2)).await.unwrap();
    let second = store.pools(behind(1, &first)).await.unwrap();
    let names = |items: &[cabana_domain::pool::Pool]| -> Vec<String> {
        items
            .iter()
            .map(|pool| pool.id.short().to_owned())
            .collect()
    };
    assert_eq!(names(&first.items), ["pageb", "pagec"]);
    assert_eq!(names(&second.items), ["pagea"]);
    let all = store.pools(start(100)).await.unwrap();
    assert!(all.next.is_none() && all.items.len() >= 5);
    // The operators' pool is not listed; it must be known by its ID.
    let mut operators = samples::pool("operators");
    operators.id = PoolId::new(cabana_domain::pool::OPERATORS_POOL);
    let change = Change::InsertPool {
        pool: Box::new(operators.clone()),
        keys: vec![],
    };
    apply(store, change).await.unwrap();
    assert_eq!(store.pools(start(100)).await.unwrap(), all);
    let found = store.pool(&operators.id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&operators));
    refused(
        store
            .pools(crate::Page {
                limit: 1,
                after: Some(crate::Cursor("x".into())),
            })
            .await,
        Refusal::Cursor,
    );
}

async fn a_deleted_pool_takes_everything_with_it(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "doomed").await;
    let user = samples::user(&pool, "ann");
    let purpose = cabana_domain::code::CodePurpose::ForgotPassword;
    let contents = || {
        vec![
            samples::insert(&user),
            Change::InsertDomain(Box::new(samples::custom_domain(
                &pool,
                "doomed.example.com",
            ))),
            Change::InsertResourceServer(samples::resource_server(&pool, "api")),
            Change::InsertGroup(samples::group(&pool, "team", None)),
            Change::AddMember {
                pool: pool.clone(),
                group: "team".to_owned(),
                sub: user.sub.clone(),
                at: at(1),
            },
            Change::PutCode(samples::code(&pool, &user.sub, purpose, 9_001)),
            Change::InsertFamily(samples::family(&pool, &client, &user.sub, 9_002)),
            Change::InsertAuthorizationCode(samples::authorization_code(&pool, &client, 9_003)),
            Change::InsertBrowserSession(samples::browser_session(&pool, &user.sub, 9_004)),
        ]
    };
    store.apply(contents()).await.unwrap();
    apply(store, Change::DeletePool(pool.clone()))
        .await
        .unwrap();
    assert_eq!(store.pool(&pool).await.unwrap(), None);
    assert_eq!(store.client(&client).await.unwrap(), None);
    assert!(store.signing_keys(&pool).await.unwrap().is_empty());
    assert_eq!(store.domain("doomed.example.com").await.unwrap(), None);
    assert_eq!(store.resource_server(&pool, "api").await.unwrap(), None);
    assert_eq!(store.user(&pool, &user.sub).await.unwrap(), None);
    assert_eq!(store.user_by_name(&pool, "ann").await.unwrap(), None);
    assert_eq!(store.count_users(&pool).await.unwrap(), 0);
    assert_eq!(store.group(&pool, "team").await.unwrap(), None);
    assert_eq!(store.code(&pool, &user.sub, purpose).await.unwrap(), None);
    assert_eq!(store.family("family-9002").await.unwrap(), None);
    let hash = samples::hash;
    assert_eq!(store.authorization_code(&hash(9_003)).await.unwrap(), None);
    assert_eq!(store.browser_session(&hash(9_004)).await.unwrap(), None);
    refused(
        apply(store, Change::DeletePool(pool.clone())).await,
        Refusal::Gone,
    );
    refused(apply(store, samples::insert(&user)).await, Refusal::Gone);

    // A new pool of the same name starts empty.
    let (again, _) = samples::pool_with_client(store, "doomed").await;
    assert_eq!(again, pool);
    assert_eq!(store.user(&pool, &user.sub).await.unwrap(), None);
    assert!(
        store
            .groups(&pool, start(10))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    store.apply(vec![samples::insert(&user)]).await.unwrap();
    assert_eq!(store.user(&pool, &user.sub).await.unwrap(), Some(user));
}
