//! Issuers of pools at server start: a pool with users keeps the issuer that its apps know, even if the public URL
//! changes.

use cabana_domain::pool::{ISSUER_TAG, Pool};
use cabana_store::{Change, Result, SharedStore};

use crate::catalog;

/// Settles the issuer of pools that have users and date from before issuers were stored: the one of this public URL.
///
/// # Errors
/// If the store fails.
pub async fn settle(store: &SharedStore, pools: &mut [Pool], public_url: &str) -> Result<()> {
    let (mut changes, mut settled) = (Vec::new(), Vec::new());
    for pool in pools.iter_mut().filter(|pool| pool.kept_issuer.is_none()) {
        if store.count_users(&pool.id).await? > 0 {
            changes.push(Change::KeepIssuer {
                pool: pool.id.clone(),
                issuer: pool.issuer_at(public_url),
            });
            settled.push(pool);
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    store.apply(changes).await?;
    for pool in settled {
        // Another node may have been faster.
        if let Some(now) = store.pool(&pool.id).await? {
            *pool = Pool::clone(&now);
        }
        tracing::info!(
            pool = %pool.id,
            issuer = pool.kept_issuer,
            "the pool keeps this issuer from now on; the tag {ISSUER_TAG} changes it"
        );
    }
    Ok(())
}

/// The warning about a pool that keeps the issuer of another public URL. A pool whose tag names the issuer is meant to,
/// and has none.
pub fn kept_elsewhere(pool: &Pool, public_url: &str) -> Option<String> {
    let kept = pool.kept_issuer.as_deref()?;
    let is_meant = pool.tag(ISSUER_TAG).is_some() || kept == pool.issuer_at(public_url);
    (!is_meant).then(|| {
        format!(
            "the pool {} ({}) keeps the issuer {kept}, by which apps know its users; the tag {ISSUER_TAG} changes it",
            pool.id,
            catalog::pool_name(pool)
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use cabana_domain::PoolId;
    use cabana_model::UserPoolType;
    use cabana_testkit::TestApp;
    use serde_json::json;

    fn pool(name: &str, kept: Option<&str>, tag: Option<&str>) -> Pool {
        let tags = tag.map(|tag| BTreeMap::from([(ISSUER_TAG.to_owned(), tag.to_owned())]));
        Pool {
            id: PoolId::new(name),
            version: 1,
            settings: UserPoolType {
                name: Some(name.to_owned()),
                user_pool_tags: tags,
                ..UserPoolType::default()
            },
            mfa: Default::default(),
            kept_issuer: kept.map(str::to_owned),
            sessions: Default::default(),
            created: Default::default(),
            modified: Default::default(),
        }
    }

    /// A pool as an earlier version left it: without a stored issuer.
    async fn older(app: &TestApp, users: bool) -> PoolId {
        let made = PoolId::new(app.pool(json!({})).await);
        let user =
            json!({ "UserPoolId": made.as_str(), "Username": "ann", "MessageAction": "SUPPRESS" });
        app.ok("AdminCreateUser", user).await;
        let store = &app.api.store;
        let user = store.user_by_name(&made, "ann").await.unwrap().unwrap();
        let mut pool = Pool::clone(&store.pool(&made).await.unwrap().unwrap());
        pool.id = PoolId::new(format!("{made}older"));
        pool.kept_issuer = None;
        let names = user.login_names(&pool);
        let mut changes = vec![Change::InsertPool {
            pool: Box::new(pool.clone()),
            keys: Vec::new(),
        }];
        if users {
            let user = cabana_domain::user::User {
                pool: pool.id.clone(),
                ..user
            };
            changes.push(Change::InsertUser {
                user: Box::new(user),
                names,
            });
        }
        store.apply(changes).await.unwrap();
        pool.id
    }

    #[tokio::test]
    async fn pools_of_earlier_versions_keep_what_they_have_been_issuing() {
        let app = TestApp::new();
        let (old, empty) = (older(&app, true).await, older(&app, false).await);
        let store = &app.api.store;
        let there = format!("http://localhost:9229/{old}");
        let mut pools = catalog::pools(store).await.unwrap();
        // Another node that is starting now has read them, too.
        let mut others = pools.clone();
        settle(store, &mut pools, "http://localhost:9229")
            .await
            .unwrap();
        settle(store, &mut others, "https://id.example.org")
            .await
            .unwrap();
        assert_eq!(others, pools);
        let lines = |url| -> Vec<String> {
            let lines = pools.iter().filter_map(|pool| kept_elsewhere(pool, url));
            lines.collect()
        };
        assert!(lines("http://localhost:9229").is_empty());
        let lines = lines("https://id.example.org");
        let of_old: Vec<_> = lines
            .iter()
            .filter(|it| it.contains(old.as_str()))
            .collect();
        assert!(of_old.len() == 1 && of_old[0].contains(&there), "{lines:?}");
        assert!(
            !lines.iter().any(|it| it.contains(empty.as_str())),
            "{lines:?}"
        );
        let kept = store.pool(&old).await.unwrap().unwrap();
        assert_eq!(kept.kept_issuer.as_deref(), Some(there.as_str()));
        let follows = store.pool(&empty).await.unwrap().unwrap();
        assert_eq!(follows.kept_issuer, None);
    }

    #[test]
    fn only_pools_with_an_issuer_of_another_address_are_named() {
        let pools = [
            pool("empty", None, None),
            pool("same", Some("https://a.test/same"), None),
            pool("moved", Some("https://old.test/moved"), None),
            pool(
                "meant",
                Some("https://old.test/meant"),
                Some("https://x.test"),
            ),
        ];
        let lines: Vec<_> = pools
            .iter()
            .filter_map(|pool| kept_elsewhere(pool, "https://a.test"))
            .collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        for part in ["moved", "https://old.test/moved", "cabana:issuer"] {
            assert!(lines[0].contains(part), "{lines:?}");
        }
    }
}
