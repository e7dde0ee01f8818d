//! Drafts: written once, and replaced by whoever has read the newest version.

use cabana_domain::draft::Draft;

use super::samples::{self, at};
use super::{Refusal, apply, refused};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    a_draft_is_written_once(store).await;
    only_the_newest_version_is_replaced(store).await;
}

async fn a_draft_is_written_once(store: &SharedStore) {
    let draft = samples::draft(201);
    assert_eq!(store.draft(&draft.hash).await.unwrap(), None);
    let insert = || Change::InsertDraft(draft.clone());
    apply(store, insert()).await.unwrap();
    refused(apply(store, insert()).await, Refusal::Conflict("draft"));
    let found = store.draft(&draft.hash).await.unwrap();
    assert_eq!(found, Some(draft));
}

async fn only_the_newest_version_is_replaced(store: &SharedStore) {
    let mut draft = samples::draft(202);
    let update = |draft: &Draft| Change::UpdateDraft(draft.clone());
    refused(apply(store, update(&draft)).await, Refusal::Gone);
    let insert = Change::InsertDraft(draft.clone());
    apply(store, insert).await.unwrap();
    draft.content = "{}".into();
    draft.expires = at(101);
    apply(store, update(&draft)).await.unwrap();
    refused(apply(store, update(&draft)).await, Refusal::Stale);
    draft.version = 2;
    let found = store.draft(&draft.hash).await.unwrap();
    assert_eq!(found, Some(draft));
}
