//! Tracked sessions.

use cabana_domain::session::{BrowserTrack, Track, Use};
use cabana_domain::{PoolId, Sub, Time};
use cabana_model::SessionTypeType;
use cabana_store::Result;

use super::Plan;
use crate::engine::{Step, Verdict};
use crate::sql::sessions as sql;
use crate::value::{Value, params};

/// The columns of a family's record that a use changes.
pub(super) fn used(session: Option<&Track>) -> Vec<Value> {
    let ip = session.and_then(|it| it.last_ip).map(|ip| ip.to_string());
    params![ip.as_ref(), session.map(|it| it.active)]
}

/// The columns of a browser session's record.
pub(super) fn browser(session: Option<&BrowserTrack>) -> Vec<Value> {
    let track = session.map(|it| &it.track);
    let mut row = params![track.map(|it| &it.id), track.map(|it| &it.device)];
    row.append(&mut used(track));
    row.append(&mut params![
        session.map(|it| &it.client),
        session.map(|it| it.created),
    ]);
    row
}

impl Plan<'_> {
    pub(super) fn limit_sessions(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        but: &str,
        most: u32,
        now: Time,
    ) -> Result<()> {
        self.push(Step::any(sql::LOCK_USER, params![pool, sub]))?;
        let others = most.saturating_sub(1);
        let row = params![pool, sub, but, now, others];
        self.push(Step::any(sql::LIMIT_SESSIONS, row))
    }

    pub(super) fn touch_session(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        used: &Use,
        origin: Option<&String>,
    ) -> Result<()> {
        let ip = used.last_ip.map(|ip| ip.to_string());
        let row = params![pool, sub, &used.id, ip.as_ref(), used.at];
        self.push(Step::any(sql::TOUCH_TOKEN_SESSION, row))?;
        match origin {
            Some(origin) => self.push(Step::any(sql::TOUCH_ORIGIN, params![origin, used.at])),
            None => Ok(()),
        }
    }

    pub(super) fn touch_browser_session(&mut self, used: &Use) -> Result<()> {
        let ip = used.last_ip.map(|ip| ip.to_string());
        let row = params![&used.id, ip.as_ref(), used.at];
        self.push(Step::one(sql::TOUCH_BROWSER_SESSION, row, Verdict::Gone))
    }

    /// A code is deleted before the families are revoked: a list that redeems it is done by then, or finds none.
    pub(super) fn revoke_session(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        id: &String,
        kind: SessionTypeType,
        linked: bool,
    ) -> Result<()> {
        let whose = || params![pool, sub, id];
        match kind {
            SessionTypeType::Token => {
                if linked {
                    self.push(Step::any(sql::DELETE_ORIGIN, whose()))?;
                }
                let step = Step::one(sql::REVOKE_TOKEN_SESSION, whose(), Verdict::Gone);
                self.push(step)
            }
            SessionTypeType::Sso => {
                let step = Step::one(sql::DELETE_BROWSER_SESSION, whose(), Verdict::Gone);
                self.push(step)?;
                if linked {
                    self.push(Step::any(sql::DELETE_CODES_OF_ORIGIN, params![id]))?;
                    self.push(Step::any(sql::REVOKE_FAMILIES_OF_ORIGIN, params![id]))?;
                }
                Ok(())
            }
        }
    }
}
