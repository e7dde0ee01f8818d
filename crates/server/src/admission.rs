//! Checks of the store before a server starts on it.

use cabana_domain::keys::{AccessKey, ROOT_KEY_NAME};
use cabana_domain::pool::Pool;
use cabana_store::{Change, Page, SharedStore, StoreError};

use crate::catalog::{self, unreadable};
use crate::config::RootKey;
use crate::edge::Machine;
use crate::problem::Problem;

/// The access keys. They and the pools' signing keys are sealed, so reading them also proves that the master key is the
/// one this database was created with, before anything is sealed under another.
///
/// # Errors
/// If the master key is a different one, or the store fails.
pub async fn access_keys(store: &SharedStore) -> Result<Vec<AccessKey>, Problem> {
    let read = async {
        let first = Page {
            limit: 1,
            after: None,
        };
        for pool in store.pools(first).await?.items {
            store.signing_keys(&pool.id).await?;
        }
        store.access_keys().await
    };
    read.await.map_err(|error| match error {
        StoreError::Corrupt { .. } => Problem::new(
            "the master key does not open this database: set the one it was made with (--master-key-file, \
             CABANA_MASTER_KEY)",
        ),
        error => unreadable(error),
    })
}

/// The root access key in the store.
pub fn root_among(known: &[AccessKey]) -> Option<RootKey> {
    let root = known
        .iter()
        .find(|key| key.name == ROOT_KEY_NAME && key.enabled)?;
    Some(RootKey {
        id: root.id.clone(),
        secret: root.secret.clone(),
    })
}

/// Writes the root access key to the store, replacing an earlier one.
///
/// # Errors
/// If the store fails.
pub async fn admit_root(
    store: &SharedStore,
    known: &[AccessKey],
    root: RootKey,
) -> Result<(), Problem> {
    let is_current = |key: &AccessKey| key.id == root.id && key.secret == root.secret;
    let mut changes: Vec<Change> = known
        .iter()
        .filter(|key| (key.name == ROOT_KEY_NAME || key.id == root.id) && !is_current(key))
        .map(|key| Change::DeleteAccessKey { id: key.id.clone() })
        .collect();
    if !known.iter().any(is_current) {
        let created = cabana_api::ports::Clock::now(&Machine);
        let (id, secret) = (root.id.clone(), root.secret.clone());
        changes.push(Change::InsertAccessKey(AccessKey {
            id,
            secret,
            enabled: true,
            name: ROOT_KEY_NAME.to_owned(),
            created,
        }));
    }
    if changes.is_empty() {
        return Ok(());
    }
    match store.apply(changes).await {
        // Another node that is starting now has written it.
        Err(StoreError::Conflict(_) | StoreError::Gone) => Ok(()),
        result => result.map_err(unreadable),
    }
}

/// Warning of a server without a mail server.
pub const NO_MAIL: &str = "no mail server is set, so no code and no invitation can be sent by e-mail: set --smtp-url \
                           (CABANA_SMTP_URL), or --inbox";

/// Its warning about a pool that needs mail.
pub fn without_mail(pool: &Pool) -> Option<String> {
    catalog::needs_mail(pool).then(|| {
        format!(
            "the pool {} ({}) sends e-mail: until a mail server is set, nobody can confirm an address or reset a \
             password there",
            pool.id,
            catalog::pool_name(pool)
        )
    })
}

/// Its warning about a pool that needs text messages.
pub fn without_texts(pool: &Pool) -> Option<String> {
    catalog::needs_texts(pool).then(|| {
        format!(
            "the pool {} ({}) sends text messages: until --sms-url (CABANA_SMS_URL) is set, nobody can confirm a phone \
             number or sign in with a code by text there",
            pool.id,
            catalog::pool_name(pool)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cabana_store::Sealer;
    use cabana_store_sql::SqliteStore;
    use std::sync::Arc;

    fn root(id: &str, secret: &str) -> RootKey {
        RootKey {
            id: id.to_owned(),
            secret: secret.into(),
        }
    }

    async fn admitted(store: &SharedStore, key: RootKey) -> Vec<(String, String)> {
        let known = access_keys(store).await.unwrap();
        admit_root(store, &known, key).await.unwrap();
        let keys = access_keys(store).await.unwrap();
        keys.into_iter()
            .map(|key| (key.id, key.secret.into_inner()))
            .collect()
    }

    #[tokio::test]
    async fn there_is_one_root_key_and_it_is_the_configured_one() {
        let store = SqliteStore::open_temporary(Arc::new(Sealer::new(&[7; 32]).unwrap())).unwrap();
        let pair = |id: &str, secret: &str| vec![(id.to_owned(), secret.to_owned())];
        assert_eq!(root_among(&access_keys(&store).await.unwrap()), None);
        for (id, secret) in [("A", "1"), ("A", "1"), ("A", "2"), ("B", "2")] {
            assert_eq!(admitted(&store, root(id, secret)).await, pair(id, secret));
        }
        assert_eq!(
            root_among(&access_keys(&store).await.unwrap()),
            Some(root("B", "2"))
        );
    }
}
