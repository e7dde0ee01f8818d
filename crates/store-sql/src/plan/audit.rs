//! The audit log, and the activity counts.

use cabana_domain::PoolId;
use cabana_domain::activity::ActivityKind;
use cabana_domain::audit::AuditEntry;
use cabana_store::Result;

use super::Plan;
use crate::engine::{Step, Verdict};
use crate::sql::{audit, pools};
use crate::value::params;
use crate::words;

impl Plan<'_> {
    pub(super) fn record_audit(&mut self, entry: &AuditEntry) -> Result<()> {
        let address = entry.source_ip.map(|ip| ip.to_string());
        self.push(Step::one(
            audit::RECORD,
            params![
                &entry.id,
                entry.at,
                &entry.operator,
                address.as_ref(),
                &entry.action,
                entry.pool.as_ref(),
                entry.target.as_ref(),
                entry.detail.as_ref(),
            ],
            Verdict::Conflict("audit"),
        ))
    }

    pub(super) fn add_activity(
        &mut self,
        pool: &PoolId,
        day: i64,
        kind: ActivityKind,
        by: u32,
    ) -> Result<()> {
        let row = params![pool, day, words::activity_kind(kind), by];
        self.push(Step::any(pools::ADD_ACTIVITY, row))
    }
}
