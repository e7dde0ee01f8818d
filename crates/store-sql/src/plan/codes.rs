//! Single-use values, token families, and counters.

use cabana_domain::code::{AuthorizationCode, BrowserSession, Code, CodePurpose, Counter};
use cabana_domain::tokens::TokenFamily;
use cabana_domain::{PoolId, Sub, Time};
use cabana_store::Result;

use super::Plan;
use super::clients::client_exists;
use super::pools::pool_exists;
use super::sessions;
use crate::earlier_tokens;
use crate::engine::{Step, Verdict};
use crate::sql::codes as sql;
use crate::sql::tokens;
use crate::value::{Value, json, params};
use crate::words;

/// The columns of a family that a rotation changes. Not the record of the sign-in: a program that does not know all of
/// its members would write back fewer.
fn changing(family: &TokenFamily) -> Result<Vec<Value>> {
    let previous = earlier_tokens::previous(&family.earlier);
    let mut row = params![
        family.refresh_hash.as_ref(),
        previous.map(|(hash, _)| hash),
        previous.map(|(_, good_until)| good_until),
        earlier_tokens::write(&family.earlier)?,
    ];
    row.append(&mut sessions::used(family.session.as_ref()));
    Ok(row)
}

impl Plan<'_> {
    pub(super) fn put_code(&mut self, code: &Code) -> Result<()> {
        self.push(Step::one(
            sql::PUT_CODE,
            params![
                &code.pool,
                &code.sub,
                code.purpose.as_str(),
                &code.hash,
                &code.attribute,
                &code.destination,
                code.guesses,
                code.created,
                code.expires,
            ],
            Verdict::Gone,
        ))
    }

    pub(super) fn take_code(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        purpose: CodePurpose,
        hash: &[u8; 32],
    ) -> Result<()> {
        let row = params![pool, sub, purpose.as_str(), hash];
        self.push(Step::one(sql::TAKE_CODE, row, Verdict::Gone))
    }

    pub(super) fn guess_code(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        purpose: CodePurpose,
        hash: &[u8; 32],
        guesses: u32,
    ) -> Result<()> {
        let row = params![pool, sub, purpose.as_str(), hash, guesses];
        self.push(Step::one(sql::GUESS_CODE, row, Verdict::Stale))
    }

    pub(super) fn insert_authorization_code(&mut self, code: &AuthorizationCode) -> Result<()> {
        self.push(Step::ask(
            sql::INSERT_AUTHORIZATION_CODE,
            params![
                &code.pool,
                &code.client,
                &code.hash,
                &code.sub,
                &code.redirect_uri,
                json(&code.scopes)?,
                code.code_challenge.as_ref(),
                code.nonce.as_ref(),
                code.resource.as_ref(),
                code.authentication.at,
                json(&code.authentication.methods)?,
                json(&code.authentication)?,
                code.level_asked,
                code.claims.as_ref().map(json).transpose()?,
                code.expires,
                code.origin.as_ref(),
            ],
            Verdict::Conflict("authorization_code"),
            client_exists(&code.pool, &code.client),
        ))
    }

    pub(super) fn take_authorization_code(&mut self, hash: &[u8; 32]) -> Result<()> {
        let row = params![hash];
        self.push(Step::one(sql::TAKE_AUTHORIZATION_CODE, row, Verdict::Gone))
    }

    pub(super) fn insert_family(&mut self, family: &TokenFamily) -> Result<()> {
        let mut row = params![
            &family.pool,
            &family.client,
            &family.id,
            &family.sub,
            json(&family.scopes)?,
            words::token_source(family.source),
            family.resource.as_ref(),
            &family.event_id,
            family.authentication.at,
            json(&family.authentication.methods)?,
            json(&family.authentication)?,
            family.issued,
            family.expires,
            family.revoked,
            family.level_asked,
            family.claims.as_ref().map(json).transpose()?,
        ];
        row.append(&mut changing(family)?);
        let session = family.session.as_ref();
        row.append(&mut params![
            session.map(|it| &it.id),
            session.map(|it| &it.device),
            family.origin.as_ref(),
        ]);
        self.push(Step::ask(
            tokens::INSERT_FAMILY,
            row,
            Verdict::Conflict("family"),
            client_exists(&family.pool, &family.client),
        ))
    }

    pub(super) fn rotate_family(&mut self, from: &[u8; 32], to: &TokenFamily) -> Result<()> {
        let mut row = params![&to.id, from];
        row.append(&mut changing(to)?);
        self.push(Step::one(tokens::ROTATE_FAMILY, row, Verdict::Stale))
    }

    pub(super) fn revoke_family(&mut self, id: &str) -> Result<()> {
        self.push(Step::any(tokens::REVOKE_FAMILY, params![id]))
    }

    pub(super) fn insert_browser_session(&mut self, session: &BrowserSession) -> Result<()> {
        let mut row = params![
            &session.pool,
            &session.hash,
            &session.sub,
            session.authentication.at,
            json(&session.authentication.methods)?,
            json(&session.authentication)?,
            session.expires,
        ];
        row.append(&mut sessions::browser(session.session.as_ref()));
        self.push(Step::ask(
            sql::INSERT_BROWSER_SESSION,
            row,
            Verdict::Conflict("browser_session"),
            pool_exists(&session.pool),
        ))
    }

    pub(super) fn delete_browser_session(&mut self, hash: &[u8; 32]) -> Result<()> {
        self.push(Step::any(sql::DELETE_BROWSER_SESSION, params![hash]))
    }

    pub(super) fn spend(
        &mut self,
        what: &'static str,
        key: &[u8; 32],
        expires: Time,
    ) -> Result<()> {
        let row = params![key, expires];
        self.push(Step::one(sql::SPEND, row, Verdict::Conflict(what)))
    }

    pub(super) fn put_counter(
        &mut self,
        key: &[u8; 32],
        from: Option<&Counter>,
        to: &Counter,
    ) -> Result<()> {
        let mut row = params![key, to.count, to.since, to.last, to.expires];
        let statement = match from {
            None => sql::START_COUNTER,
            Some(from) => {
                row.append(&mut params![
                    from.count,
                    from.since,
                    from.last,
                    from.expires
                ]);
                sql::SET_COUNTER
            }
        };
        self.push(Step::one(statement, row, Verdict::Stale))
    }
}
