//! Passkeys.

use cabana_domain::passkey::Passkey;
use cabana_domain::{PoolId, Sub};
use cabana_store::Result;

use super::Plan;
use crate::engine::{Step, Verdict};
use crate::sealing::{passkey_place, seal_json};
use crate::sql::passkeys as sql;
use crate::sql::users::USER_EXISTS;
use crate::value::params;

impl Plan<'_> {
    pub(super) fn insert_passkey(&mut self, passkey: &Passkey) -> Result<()> {
        let (pool, sub) = (&passkey.pool, &passkey.sub);
        let id = hex::encode(&passkey.id);
        let place = passkey_place(pool, sub, &id);
        let detail = seal_json(self.sealer, &place, &passkey.detail)?;
        self.push(Step::ask(
            sql::INSERT_PASSKEY,
            params![
                pool,
                sub,
                passkey.id.clone(),
                detail,
                passkey.sign_count,
                passkey.created,
                passkey.last_used,
            ],
            Verdict::Conflict("passkey"),
            (USER_EXISTS, params![pool, sub]),
        ))
    }

    pub(super) fn use_passkey(&mut self, from: u32, to: &Passkey) -> Result<()> {
        let which = || params![&to.pool, &to.sub, to.id.clone()];
        let mut row = which();
        row.append(&mut params![from, to.sign_count, to.last_used]);
        self.push(Step::ask(
            sql::USE_PASSKEY,
            row,
            Verdict::Stale,
            (sql::PASSKEY_EXISTS, which()),
        ))
    }

    pub(super) fn delete_passkey(&mut self, pool: &PoolId, sub: &Sub, id: &[u8]) -> Result<()> {
        self.push(Step::one(
            sql::DELETE_PASSKEY,
            params![pool, sub, id.to_vec()],
            Verdict::Gone,
        ))
    }
}
