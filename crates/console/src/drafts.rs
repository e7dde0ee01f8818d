//! Drafts: what was entered in a form, kept between the request that sent it and the page that shows it again.
//!
//! A form that is refused, or a step of several, answers 303 to its page with the draft's ID in the address, so that
//! reload and Back show what was entered. A draft opens only for its owner and on its page.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_api::{Cx, Fault};
use cabana_domain::Span;
use cabana_domain::draft::Draft;
use cabana_store::{Change, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Name of the parameter with the ID.
pub const PARAMETER: &str = "draft";

/// The drafts of an owner on a page.
pub struct Drafts<'c> {
    pub cx: Cx<'c>,
    /// The operator's `sub`, or what else only the owner has.
    pub owner: &'c str,
    pub page: &'c str,
}

/// A draft that was found.
pub struct Found<T> {
    pub content: T,
    row: Draft,
}

impl Drafts<'_> {
    fn hash(&self, id: &str) -> [u8; 32] {
        let parts = ["console draft", self.owner, self.page, id];
        self.cx
            .api
            .sealer
            .keyed_hash(&parts.map(|part| part.as_bytes()))
    }

    /// Keeps a new draft and returns its ID.
    ///
    /// # Errors
    /// If the store does not answer, or the system has no randomness.
    pub async fn keep<T: Serialize>(&self, content: &T, life: Span) -> Result<String, Fault> {
        let id = BASE64_URL_SAFE_NO_PAD.encode(self.cx.random::<16>()?);
        let draft = Draft {
            hash: self.hash(&id),
            version: 1,
            content: json(content)?.into(),
            expires: self.cx.now().after(life),
        };
        self.cx.commit([Change::InsertDraft(draft)]).await?;
        Ok(id)
    }

    /// The draft with this ID; `None` if it is unknown, expired, another owner's or another page's.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn find<T: DeserializeOwned>(&self, id: &str) -> Result<Option<Found<T>>, Fault> {
        let row = self.cx.store().draft(&self.hash(id)).await?;
        let Some(row) = row.filter(|row| row.expires > self.cx.now()) else {
            return Ok(None);
        };
        // Another version of the program may have written another shape.
        let content = serde_json::from_str(row.content.expose()).ok();
        Ok(content.map(|content| Found { content, row }))
    }

    /// Replaces the content of a draft and starts its life anew; `None` if another request was faster.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn replace<T: Serialize>(
        &self,
        found: &Found<T>,
        content: T,
        life: Span,
    ) -> Result<Option<Found<T>>, Fault> {
        let mut row = Draft {
            content: json(&content)?.into(),
            expires: self.cx.now().after(life),
            ..found.row.clone()
        };
        let change = Change::UpdateDraft(row.clone());
        match self.cx.try_commit([change]).await {
            Ok(()) => {
                row.version += 1;
                Ok(Some(Found { content, row }))
            }
            Err(StoreError::Stale | StoreError::Gone) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn json<T: Serialize>(content: &T) -> Result<String, Fault> {
    serde_json::to_string(content).map_err(Fault::internal)
}

/// Address of a page with a draft.
pub fn address(page: &str, id: &str) -> String {
    let separator = if page.contains('?') { '&' } else { '?' };
    format!("{page}{separator}{PARAMETER}={id}")
}
