//! Client authentication of the token and revocation endpoints: `client_secret_basic`, `client_secret_post`, or for
//! public clients the id alone (RFC 6749 §2.3).

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::logic::clients::secret_hash;
use cabana_domain::client::Client;
use http::{HeaderMap, StatusCode, header};

use crate::authorize::errors::{Kind, Refusal};
use crate::params::Params;
use crate::visit::Visit;

/// The authenticated client. One read.
///
/// # Errors
/// `invalid_request` if the request does not identify a client, `invalid_client` if authentication fails, 429 for a
/// client over its rate limit.
pub async fn client(visit: &Visit) -> Result<Arc<Client>, Refusal> {
    let basic =
        visit
            .headers
            .get(header::AUTHORIZATION)
            .map(|value| {
                value.to_str().ok().and_then(basic).ok_or_else(|| {
                    Refusal::new(Kind::InvalidClient, "invalid_authorization_header")
                })
            })
            .transpose()?;
    let form = &visit.form;
    let (id, secret) = match (&basic, form.get("client_id"), form.get("client_secret")) {
        (Some(_), _, Some(_)) => {
            return Err(Refusal::new(
                Kind::InvalidRequest,
                "only one way of client authentication is allowed",
            ));
        }
        (Some((id, _)), Some(named), None) if id != named => {
            return Err(Refusal::new(Kind::InvalidClient, "client_id_mismatch"));
        }
        (Some((id, secret)), _, None) => {
            let secret = Some(secret.as_str()).filter(|secret| !secret.is_empty());
            (id.as_str(), secret)
        }
        (None, Some(id), secret) => (id, secret),
        (None, None, _) => {
            return Err(Refusal::new(Kind::InvalidRequest, "client_id is missing"));
        }
    };
    let found = visit
        .client(id)
        .await?
        .ok_or_else(|| Refusal::from(Kind::InvalidClient).blaming("client_id", id))?;
    let proven = match (found.is_confidential(), secret) {
        (true, Some(secret)) => secret_hash::is_secret(&found, secret),
        (false, secret) => secret.is_none(),
        (true, None) => false,
    };
    if !proven {
        return Err(Refusal::new(Kind::InvalidClient, "invalid_client_secret"));
    }
    if found.is_confidential() {
        let api = &visit.web.api;
        let counted = api.limits.client(&found.id, api.clock.now());
        counted.map_err(|_| Kind::TooManyRequests)?;
    }
    Ok(found)
}

/// The JSON response to a refused request of a client (RFC 6749 §5.2).
pub fn refused(refusal: &Refusal) -> Response {
    if refusal.kind != Kind::InvalidClient {
        return refusal.answer(StatusCode::BAD_REQUEST);
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"clients\"")];
    (challenge, refusal.answer(StatusCode::UNAUTHORIZED)).into_response()
}

/// The client id in a request, for the log.
pub fn named(visit: &Visit) -> Option<String> {
    named_in(&visit.headers, &visit.form)
}

/// The client id in the headers or the form of a request, authenticated or not.
pub fn named_in(headers: &HeaderMap, form: &Params) -> Option<String> {
    let header = headers.get(header::AUTHORIZATION);
    let basic = header.and_then(|value| basic(value.to_str().ok()?));
    let id = basic.map(|(id, _)| id);
    id.or_else(|| form.get("client_id").map(str::to_owned))
}

/// Id and secret of a `Basic` header, each form-encoded (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |part: &str| {
        form_urlencoded::parse(format!("={part}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Some((decoded(id), decoded(secret)))
}

#[cfg(test)]
mod tests {
    use super::basic;

    #[test]
    fn both_halves_of_a_basic_header_are_form_decoded() {
        // c%2B:s+%26t
        assert_eq!(
            basic("basic YyUyQjpzKyUyNnQ="),
            Some(("c+".to_owned(), "s &t".to_owned()))
        );
        assert_eq!(basic("Bearer YyUyQjpzKyUyNnQ="), None);
        assert_eq!(basic("Basic !"), None);
    }
}
