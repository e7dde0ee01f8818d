//! Drafts.

use cabana_domain::draft::Draft;
use cabana_store::Result;

use super::Plan;
use crate::engine::{Step, Verdict};
use crate::sealing::seal;
use crate::sql::drafts as sql;
use crate::value::{Value, params};

impl Plan<'_> {
    fn draft(&self, draft: &Draft) -> Result<Vec<Value>> {
        let place = ["drafts", "content", &hex::encode(draft.hash)];
        let content = seal(self.sealer, &place, draft.content.expose().as_bytes())?;
        Ok(params![&draft.hash, draft.version, content, draft.expires])
    }

    pub(super) fn insert_draft(&mut self, draft: &Draft) -> Result<()> {
        let row = self.draft(draft)?;
        self.push(Step::one(
            sql::INSERT_DRAFT,
            row,
            Verdict::Conflict("draft"),
        ))
    }

    pub(super) fn update_draft(&mut self, draft: &Draft) -> Result<()> {
        self.push(Step::ask(
            sql::UPDATE_DRAFT,
            self.draft(draft)?,
            Verdict::Stale,
            (sql::DRAFT_EXISTS, params![&draft.hash]),
        ))
    }
}
