//! The session of an operator: the tokens of the console's client, sealed in a cookie.
//!
//! Every request asks the store whether they are still valid, so that signing out everywhere, disabling an operator or
//! removing them from their group ends the session at the next click.

use cabana_api::logic::operators::{self, Role};
use cabana_api::logic::tokens::{self, access_token, refresh};
use cabana_api::{Caller, Cx, Fault, Operator, RequestInfo, again};
use cabana_domain::Span;
use cabana_domain::pool::{OPERATORS_CLIENT, OPERATORS_POOL};
use cabana_domain::user::User;
use cabana_domain::{ClientId, PoolId};
use cabana_web::hosts::Asked;
use cabana_web::memory::Cookie;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::Console;
use crate::desk::memory;

/// Cookie of the session. It lives as long as the refresh token.
pub const SESSION: Cookie = Cookie {
    name: "cabana_console",
    life: Span::hours(12),
};

/// An operator's tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: Option<String>,
}

impl From<tokens::Tokens> for Tokens {
    fn from(issued: tokens::Tokens) -> Self {
        Self {
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
        }
    }
}

/// The sender of a request.
pub enum Visitor {
    /// An operator, with a cookie to set if the access token was renewed.
    Operator(Operator, Option<HeaderValue>),
    /// A user of the operators' pool, of this name, who is in none of the operators' groups.
    WithoutRole(String),
    /// A browser without a valid session.
    Stranger,
}

/// Finds the operator who is signed in with this browser, and renews their access token if it has expired.
///
/// # Errors
/// If the store does not answer.
pub async fn visitor(
    console: &Console,
    headers: &HeaderMap,
    asked: &Asked,
    info: RequestInfo,
) -> Result<Visitor, Fault> {
    let memory = memory(console, asked);
    let Some(held) = memory.recall::<Tokens>(headers, SESSION) else {
        return Ok(Visitor::Stranger);
    };
    let cx = Cx::new(&console.api, Caller::InProcess, info.clone());
    if let Some(user) = bearer(&cx, &held.access_token).await? {
        return admitted(&cx, user, None).await;
    }
    let Some(renewed) = renew(console, &info, &held).await? else {
        return Ok(Visitor::Stranger);
    };
    match bearer(&cx, &renewed.access_token).await? {
        Some(user) => {
            let cookie = memory.keep(SESSION, &renewed)?;
            admitted(&cx, user, Some(cookie)).await
        }
        None => Ok(Visitor::Stranger),
    }
}

/// The user of an access token of the console's client; `None` if the token is not valid, or not any more.
async fn bearer(cx: &Cx<'_>, access_token: &str) -> Result<Option<User>, Fault> {
    match access_token::verify(cx, access_token).await {
        Ok(who) => {
            let ours = who.pool.id.as_str() == OPERATORS_POOL
                && who.client.id.as_str() == OPERATORS_CLIENT;
            Ok(ours.then_some(who.user))
        }
        Err(fault) if fault.is_internal() => Err(fault),
        Err(_) => Ok(None),
    }
}

async fn admitted(cx: &Cx<'_>, user: User, renewed: Option<HeaderValue>) -> Result<Visitor, Fault> {
    let name = user.username.to_string();
    Ok(match operators::role(cx, &user.sub).await? {
        Some(role) => {
            let operator = Operator {
                name,
                sub: user.sub,
                read_only: role == Role::ReadOnly,
            };
            Visitor::Operator(operator, renewed)
        }
        None => Visitor::WithoutRole(name),
    })
}

async fn renew(
    console: &Console,
    info: &RequestInfo,
    held: &Tokens,
) -> Result<Option<Tokens>, Fault> {
    let Some(token) = &held.refresh_token else {
        return Ok(None);
    };
    let store = &console.api.store;
    let client = store.client(&ClientId::new(OPERATORS_CLIENT)).await?;
    let pool = store.pool(&PoolId::new(OPERATORS_POOL)).await?;
    let (Some(client), Some(pool)) = (client, pool) else {
        return Ok(None);
    };
    let issued = again(&console.api, |_| async {
        let cx = Cx::new(&console.api, Caller::InProcess, info.clone());
        let found = refresh::find(&cx, &client, &pool, token, None).await?;
        refresh::redeem(&cx, &client, &pool, found).await
    })
    .await;
    match issued {
        Ok(issued) => Ok(Some(Tokens {
            access_token: issued.access_token,
            refresh_token: issued.refresh_token.or_else(|| held.refresh_token.clone()),
        })),
        Err(fault) if fault.is_internal() => Err(fault),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_earlier_and_later_programs_go_on() {
        let golden = r#"{"access_token":"a.b.c","refresh_token":"r","later":1}"#;
        let tokens: Tokens = serde_json::from_str(golden).unwrap();
        assert_eq!(tokens.access_token, "a.b.c");
        assert_eq!(tokens.refresh_token.as_deref(), Some("r"));
    }
}
