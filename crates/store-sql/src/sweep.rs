//! Deletes what has expired, and the rows of deleted pools and clients, in small steps: each statement is a list of its
//! own, so that no other write waits for long.

use cabana_domain::message::DeliveryState;
use cabana_domain::{Span, Time, activity, audit};
use cabana_store::{Result, Sweep};

use crate::engine::{Engine, Step};
use crate::sql::sweep as sql;
use crate::value::{Cells, Value, params};
use crate::words::delivery_state;

/// Retention of messages that people may look at, by delivery state.
const KEPT: [(DeliveryState, Span); 3] = [
    (DeliveryState::Sent, Span::days(7)),
    (DeliveryState::Inbox, Span::days(30)),
    (DeliveryState::Failed, Span::days(30)),
];

/// Retention of messages that a function did not take.
const FAILED_KEPT: Span = Span::days(30);

/// Delay before an empty tombstone is checked once more, for rows of writes that were in progress.
const AGAIN: Span = Span::hours(1);
/// Tombstones handled per sweep.
const TOMBSTONES_AT_ONCE: u32 = 64;

/// Deletes a few rows of each kind; returns the number deleted.
pub async fn sweep<E: Engine>(engine: &E, sweep: Sweep) -> Result<u64> {
    let Sweep {
        now,
        events_kept,
        limit,
    } = sweep;
    let mut gone = 0;
    for statement in [
        sql::CODES,
        sql::AUTHORIZATION_CODES,
        sql::FAMILIES,
        sql::BROWSER_SESSIONS,
        sql::SPENT,
        sql::COUNTERS,
        sql::DRAFTS,
        sql::DEVICES,
    ] {
        gone += delete(engine, statement, params![now, limit]).await?;
    }
    for (state, kept) in KEPT {
        let row = params![now.before(kept), limit, delivery_state(state)];
        gone += delete(engine, sql::MESSAGES, row).await?;
    }
    let row = params![now.before(events_kept), limit];
    gone += delete(engine, sql::EVENTS, row).await?;
    let row = params![now.before(FAILED_KEPT), limit];
    gone += delete(engine, sql::DELIVERIES, row).await?;
    let row = params![now.before(audit::KEPT), limit];
    gone += delete(engine, sql::AUDIT, row).await?;
    let row = params![activity::day(now.before(activity::KEPT)), limit];
    gone += delete(engine, sql::ACTIVITY, row).await?;
    let tombstones = engine
        .query(sql::TOMBSTONES, params![now, TOMBSTONES_AT_ONCE])
        .await?;
    for row in tombstones {
        let mut cells = Cells::new("graves", row);
        let (kind, n, empty) = (cells.text()?, cells.int()?, cells.flag()?);
        gone += clear(engine, &Tombstone { kind, n, empty }, now, limit).await?;
    }
    Ok(gone)
}

async fn delete<E: Engine>(engine: &E, sql: &'static str, params: Vec<Value>) -> Result<u64> {
    engine.apply(vec![Step::any(sql, params)]).await
}

/// The tombstone of a deleted pool or client.
struct Tombstone {
    kind: String,
    n: i64,
    /// Whether no rows were left the last time.
    empty: bool,
}

async fn clear<E: Engine>(engine: &E, tombstone: &Tombstone, now: Time, limit: u32) -> Result<u64> {
    let statements: &[&'static str] = match tombstone.kind.as_str() {
        "pool" => &[
            sql::SWEEP_USERS,
            sql::SWEEP_GROUPS,
            sql::SWEEP_CODES,
            sql::SWEEP_SESSIONS,
            sql::SWEEP_COUNTS,
            sql::SWEEP_MESSAGES,
            sql::SWEEP_DELIVERIES,
            sql::SWEEP_ACTIVITY,
            sql::SWEEP_EVENTS,
            sql::SWEEP_IDENTITY_PROVIDERS,
            sql::SWEEP_IDP_IDENTIFIERS,
        ],
        _ => &[sql::SWEEP_FAMILIES],
    };
    let mut gone = 0;
    for statement in statements {
        gone += delete(engine, statement, params![tombstone.n, limit]).await?;
    }
    let (sql, row) = match (gone, tombstone.empty) {
        (0, true) => (sql::DELETE_TOMBSTONE, params![&tombstone.kind, tombstone.n]),
        (0, false) => (
            sql::UPDATE_TOMBSTONE,
            params![&tombstone.kind, tombstone.n, now.after(AGAIN), true],
        ),
        _ => (
            sql::UPDATE_TOMBSTONE,
            params![&tombstone.kind, tombstone.n, now, false],
        ),
    };
    delete(engine, sql, row).await?;
    Ok(gone)
}
