//! Groups and their members.

use cabana_domain::group::Group;
use cabana_domain::{PoolId, Sub, Time};
use cabana_store::Result;

use super::Plan;
use super::pools::pool_exists;
use crate::engine::{Step, Verdict};
use crate::sql::groups as sql;
use crate::value::params;

impl Plan<'_> {
    pub(super) fn insert_group(&mut self, group: &Group) -> Result<()> {
        self.push(Step::ask(
            sql::INSERT_GROUP,
            params![
                &group.pool,
                &group.name,
                group.version,
                group.description.as_ref(),
                group.role_arn.as_ref(),
                group.precedence,
                group.created,
                group.modified,
            ],
            Verdict::Conflict("group"),
            pool_exists(&group.pool),
        ))
    }

    pub(super) fn update_group(&mut self, group: &Group) -> Result<()> {
        self.push(Step::ask(
            sql::UPDATE_GROUP,
            params![
                &group.pool,
                &group.name,
                group.version,
                group.description.as_ref(),
                group.role_arn.as_ref(),
                group.precedence,
                group.modified,
            ],
            Verdict::Stale,
            (sql::GROUP_EXISTS, params![&group.pool, &group.name]),
        ))
    }

    pub(super) fn delete_group(&mut self, pool: &PoolId, name: &str) -> Result<()> {
        self.push(Step::one(
            sql::DELETE_GROUP,
            params![pool, name],
            Verdict::Gone,
        ))
    }

    pub(super) fn add_member(
        &mut self,
        pool: &PoolId,
        group: &str,
        sub: &Sub,
        at: Time,
    ) -> Result<()> {
        let row = params![pool, group, sub, at];
        self.push(Step::one(sql::ADD_MEMBER, row, Verdict::Gone))
    }

    pub(super) fn remove_member(&mut self, pool: &PoolId, group: &str, sub: &Sub) -> Result<()> {
        self.push(Step::any(sql::REMOVE_MEMBER, params![pool, group, sub]))
    }
}
