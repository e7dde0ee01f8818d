//! `/confirmUser`: the link in a verification mail (`client_id`, `user_name`, `confirmation_code`).

use std::sync::Arc;

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::Span;
use cabana_domain::client::Client;
use cabana_model::ErrorKind as K;
use cabana_store::Change;
use http::StatusCode;
use url::Url;

use super::operations;
use crate::authorize::frame::{frame, page};
use crate::authorize::{self, Failure, Halt, answered};
use crate::pages::{LinkConfirmed, PageError};
use crate::visit::Visit;

/// Time for which a used link is recognized as one that confirmed an account.
const REMEMBERED: Span = Span::hours(30 * 24);

pub async fn confirm(visit: Visit) -> Response {
    let result = follow(&visit).await;
    answered(&visit, result)
}

async fn follow(visit: &Visit) -> Result<Response, Halt> {
    let client = authorize::registered_client(visit).await?;
    let (Some(username), Some(code)) = (
        visit.query.get("user_name"),
        visit.query.get("confirmation_code"),
    ) else {
        return Err(invalid(client));
    };
    let mark = mark(visit, username, code);
    let already = match operations::confirm_sign_up(visit, &client, username, code).await {
        Ok(()) => {
            remember(visit, mark).await;
            false
        }
        // Mail scanners follow links before people do: a second visit with a link that was valid gets the same page.
        // Looked up only now, after the failed code has been counted as an attempt.
        Err(fault) if is_refusal(fault.kind) => {
            let is_spent = visit.web.api.store.is_spent(&mark).await;
            if !is_spent.map_err(Fault::from)? {
                return Err(invalid(client));
            }
            true
        }
        Err(fault) => return Err(Halt::Fault(fault)),
    };
    let view = LinkConfirmed {
        frame: frame(visit, Some(&client)),
        already,
        sign_in_url: sign_in_url(&client),
    };
    Ok(page(Some(&client), &view, StatusCode::OK, None)?)
}

/// Single-use marker of a link that confirmed an account.
fn mark(visit: &Visit, username: &str, code: &str) -> [u8; 32] {
    let parts = [
        "confirmed-link",
        visit.site.pool.id.as_str(),
        username,
        code,
    ];
    visit.web.api.sealer.keyed_hash(&parts.map(str::as_bytes))
}

/// Writes the marker. If that fails, the account is confirmed all the same.
async fn remember(visit: &Visit, key: [u8; 32]) {
    let cx = visit.cx();
    let expires = cx.now().after(REMEMBERED);
    let used = Change::Spend {
        what: "confirmed_link",
        key,
        expires,
    };
    if let Err(fault) = cx.commit([used]).await {
        tracing::warn!(%fault, "a used confirmation link could not be recorded");
    }
}

/// URL of the app, if its client names one: the link belongs to no request of the app, and only the app can begin one.
fn sign_in_url(client: &Client) -> Option<String> {
    let settings = &client.settings;
    let on_the_web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let signed_out = settings.logout_urls.iter().flatten().find(on_the_web);
    if let Some(url) = signed_out {
        return Some(url.clone());
    }
    let callback = settings.callback_urls.iter().flatten().find(on_the_web)?;
    let url = Url::parse(callback).ok()?;
    Some(format!("{}/", url.origin().ascii_serialization()))
}

fn is_refusal(kind: K) -> bool {
    matches!(
        kind,
        K::CodeMismatchException
            | K::ExpiredCodeException
            | K::UserNotFoundException
            | K::NotAuthorizedException
            | K::AliasExistsException
            | K::TooManyFailedAttemptsException
            | K::InvalidParameterException
    )
}

fn invalid(client: Arc<Client>) -> Halt {
    let failure = Failure::new(PageError::LinkInvalid, StatusCode::BAD_REQUEST);
    failure.of(Some(client)).into()
}
