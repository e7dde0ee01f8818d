//! Events.

use cabana_domain::event::Event;
use cabana_store::Result;

use super::Plan;
use crate::engine::Step;
use crate::sql::events as sql;
use crate::value::{json, params};

impl Plan<'_> {
    pub(super) fn emit(&mut self, event: &Event) -> Result<()> {
        self.push(Step::any(
            sql::EMIT,
            params![
                &event.pool,
                event.at,
                &event.id,
                &event.sub,
                event.kind.as_str(),
                event.refused.as_ref(),
                json(&event.detail)?,
            ],
        ))
    }
}
