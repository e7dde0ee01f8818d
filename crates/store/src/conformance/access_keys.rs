//! The API's access keys.

use cabana_domain::keys::AccessKey;

use super::samples::at;
use super::{Refusal, apply, refused};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    access_keys_can_be_switched_off_and_deleted(store).await;
}

async fn access_keys_can_be_switched_off_and_deleted(store: &SharedStore) {
    let mut key = AccessKey {
        id: "AKIAEXAMPLE".to_owned(),
        secret: "secret".into(),
        enabled: true,
        name: "root".to_owned(),
        created: at(1),
    };
    assert_eq!(store.access_key(&key.id).await.unwrap(), None);
    apply(store, Change::InsertAccessKey(key.clone()))
        .await
        .unwrap();
    refused(
        apply(store, Change::InsertAccessKey(key.clone())).await,
        Refusal::Conflict("access_key"),
    );
    assert_eq!(
        store.access_key(&key.id).await.unwrap().as_ref(),
        Some(&key)
    );
    let set = |id: &str, enabled| Change::SetAccessKeyEnabled {
        id: id.to_owned(),
        enabled,
    };
    apply(store, set(&key.id, false)).await.unwrap();
    refused(apply(store, set("nobody", false)).await, Refusal::Gone);
    key.enabled = false;
    assert_eq!(store.access_keys().await.unwrap(), [key.clone()]);
    apply(store, Change::DeleteAccessKey { id: key.id.clone() })
        .await
        .unwrap();
    refused(
        apply(store, Change::DeleteAccessKey { id: key.id.clone() }).await,
        Refusal::Gone,
    );
    assert!(store.access_keys().await.unwrap().is_empty());
}
