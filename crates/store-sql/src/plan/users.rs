//! Users and their login names.

use std::collections::BTreeSet;

use cabana_domain::user::{LoginName, User};
use cabana_domain::{PoolId, Sub};
use cabana_store::Result;

use super::Plan;
use super::pools::pool_exists;
use crate::engine::{Step, Verdict};
use crate::failures::Failures;
use crate::sealing::seal_json;
use crate::search::{folded, name_key};
use crate::sql::events;
use crate::sql::users as sql;
use crate::value::{Value, json, params};

/// The columns that can be searched, from `username` to `preferred_username`.
fn searched(user: &User) -> Vec<Value> {
    let key = |name: &str| Value::from(user.attributes.get(name).map(|it| folded(it)).as_ref());
    params![
        &user.username,
        user.status.as_str(),
        user.enabled,
        key("email"),
        key("phone_number"),
        key("name"),
        key("given_name"),
        key("family_name"),
        key("preferred_username"),
    ]
}

impl Plan<'_> {
    /// The columns without an index, from `attributes` to `tokens_not_before`.
    fn unsearched(&self, user: &User) -> Result<Vec<Value>> {
        let place = ["users", "secrets", user.pool.as_str(), user.sub.as_str()];
        Ok(params![
            json(&user.attributes)?,
            json(&user.pending)?,
            json(&user.mfa)?,
            json(&Failures::of(user))?,
            seal_json(self.sealer, &place, &user.secrets)?,
            user.temporary_password_expires,
            user.tokens_not_before,
        ])
    }

    pub(super) fn insert_user(&mut self, user: &User, names: &[LoginName]) -> Result<()> {
        let mut row = params![&user.pool, &user.sub, user.version];
        row.append(&mut searched(user));
        row.append(&mut self.unsearched(user)?);
        row.append(&mut params![user.created, user.modified]);
        self.push(Step::ask(
            sql::INSERT_USER,
            row,
            Verdict::Conflict("sub"),
            pool_exists(&user.pool),
        ))?;
        self.insert_names(user, names)?;
        self.count(&user.pool, &user.sub, 1);
        Ok(())
    }

    /// Two names of one person may be the same text; it is stored once.
    fn insert_names(&mut self, user: &User, names: &[LoginName]) -> Result<()> {
        let mut seen = BTreeSet::new();
        for name in names {
            let key = name_key(self.sealer, &name.key);
            if !seen.insert(key.clone()) {
                continue;
            }
            self.push(Step::one(
                sql::INSERT_NAME,
                params![&user.pool, &user.sub, &key, name.kind.as_str()],
                Verdict::Conflict(name.kind.as_str()),
            ))?;
        }
        Ok(())
    }

    pub(super) fn update_user(&mut self, user: &User, names: Option<&[LoginName]>) -> Result<()> {
        let who = || params![&user.pool, &user.sub];
        let mut row = who();
        row.push(Value::from(user.version));
        row.append(&mut self.unsearched(user)?);
        row.push(Value::from(user.modified));
        let exists = (sql::USER_EXISTS, who());
        self.push(Step::ask(sql::UPDATE_USER, row, Verdict::Stale, exists))?;
        let mut row = who();
        row.append(&mut searched(user));
        self.push(Step::any(sql::UPDATE_USER_SEARCH, row))?;
        if let Some(names) = names {
            self.push(Step::any(sql::DELETE_NAMES_OF_USER, who()))?;
            self.insert_names(user, names)?;
        }
        Ok(())
    }

    pub(super) fn delete_user(&mut self, pool: &PoolId, sub: &Sub) -> Result<()> {
        for statement in [
            sql::DELETE_CODES_OF_USER,
            sql::DELETE_FAMILIES_OF_USER,
            sql::DELETE_SESSIONS_OF_USER,
            events::DELETE_EVENTS_OF_USER,
        ] {
            self.push(Step::any(statement, params![pool, sub]))?;
        }
        self.count(pool, sub, -1);
        self.push(Step::one(
            sql::DELETE_USER,
            params![pool, sub],
            Verdict::Gone,
        ))
    }

    pub(super) fn release_name(&mut self, pool: &PoolId, name: &LoginName) -> Result<()> {
        let key = name_key(self.sealer, &name.key);
        let row = params![pool, &key, name.kind.as_str()];
        self.push(Step::any(sql::RELEASE_NAME, row))
    }
}
