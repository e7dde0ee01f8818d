//! Sign-in and sign-out of operators: the code flow with PKCE through the hosted pages, as in any app.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_api::logic::operators::{ADMINISTRATORS, READ_ONLY, has_member};
use cabana_api::{Api, Caller, Fault};
use cabana_domain::Span;
use cabana_domain::pool::{OPERATORS_CLIENT, OPERATORS_POOL};
use cabana_model::{RevokeTokenRequest, op};
use cabana_web::Scheme;
use cabana_web::hosts::Asked;
use cabana_web::memory::Cookie;
use cabana_web::params::Params;
use form_urlencoded::Serializer;
use http::request::Parts;
use http::{Method, header};
use serde::{Deserialize, Serialize};

use crate::Console;
use crate::desk::{Answer, Desk, is_ours, memory, see_other};
use crate::emulator;
use crate::halt::Halt;
use crate::session::{SESSION, Tokens};
use crate::setup::Visit;

/// Redirect path after signing in.
pub const CALLBACK: &str = "/console/callback";
/// Redirect path after signing out.
pub const SIGNED_OUT: &str = "/console";
pub const SIGN_IN: &str = "/console/sign-in";
const SCOPES: &str = "openid profile email aws.cognito.signin.user.admin";
/// Longest answer of the token endpoint that is read, in bytes; more than any is long.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Cookie that keeps the [`Flow`] until the browser comes back from the sign-in page.
const FLOW: Cookie = Cookie {
    name: "cabana_console_flow",
    life: Span::minutes(30),
};

/// State of a sign-in, to check when the browser comes back.
#[derive(Serialize, Deserialize)]
struct Flow {
    state: String,
    verifier: String,
    /// Path of the page that was requested.
    next: String,
}

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route(SIGN_IN, get(begin))
        .route(CALLBACK, get(finish))
}

/// Routes that only operators reach.
pub fn routes_of_operators() -> Router<Arc<Console>> {
    Router::new().route("/console/sign-out", post(sign_out))
}

/// Redirects to the sign-in page, and from there to `next`.
pub fn redirect_to(next: &str) -> Response {
    let query = query(&[("next", next)]);
    see_other(&format!("{SIGN_IN}?{query}"))
}

/// Encodes a query.
pub fn query(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Origin of the console for redirect URLs: that of the request if the client has registered it, else the public URL.
async fn origin(console: &Console, asked: &Asked) -> Result<String, Fault> {
    let client = cabana_domain::ClientId::new(OPERATORS_CLIENT);
    let client = console.api.store.client(&client).await?;
    let here = asked.origin();
    let registered = client.is_some_and(|client| {
        let mut known = client.settings.callback_urls.iter().flatten();
        known.any(|url| url.strip_suffix(CALLBACK) == Some(here.as_str()))
    });
    Ok(match registered {
        true => here,
        false => console.api.settings.public_url.clone(),
    })
}

/// Whether anybody can sign in.
async fn has_operator(api: &Api) -> Result<bool, Fault> {
    Ok(has_member(api, ADMINISTRATORS).await? || has_member(api, READ_ONLY).await?)
}

async fn begin(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let asked_for = Params::parse(request.uri().query().unwrap_or_default());
    let visit = Visit::of(Arc::clone(&console), request).await?;
    let (asked, cx) = (&visit.asked, visit.cx());
    let origin = origin(&console, asked).await?;
    if origin != asked.origin() {
        // Under another host name the browser would come back without the cookies.
        let query = asked_for.as_sent();
        return Ok(see_other(&format!("{origin}{SIGN_IN}?{query}")));
    }
    let is_asked = !asked_for.has("another");
    if is_asked && (emulator::is_open_to(&visit) || !has_operator(&console.api).await?) {
        return emulator::ways_in(&visit, page_of_ours(asked_for.get("next")));
    }
    let flow = Flow {
        state: BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?),
        verifier: BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?),
        next: page_of_ours(asked_for.get("next")),
    };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, flow.verifier.as_bytes()));
    let redirect_uri = format!("{origin}{CALLBACK}");
    let mut parameters = vec![
        ("client_id", OPERATORS_CLIENT),
        ("response_type", "code"),
        ("scope", SCOPES),
        ("redirect_uri", &redirect_uri),
        ("state", &flow.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    if asked_for.has("another") {
        parameters.push(("prompt", "login"));
    }
    let query = query(&parameters);
    let mut response = see_other(&format!("/{OPERATORS_POOL}/oauth2/authorize?{query}"));
    let cookie = memory(&console, asked).keep(FLOW, &flow)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The path, if it is a page of the console; otherwise the console's first page.
pub fn page_of_ours(next: Option<&str>) -> String {
    let page = next.filter(|next| is_ours(next));
    page.unwrap_or(crate::PATH).to_owned()
}

async fn finish(State(console): State<Arc<Console>>, request: Request) -> Answer {
    let (parts, _) = request.into_parts();
    let asked = Asked::of(&parts);
    let back = Params::parse(parts.uri.query().unwrap_or_default());
    let memory = memory(&console, &asked);
    let failed = |why: &str| {
        Halt::bad_request(format!(
            "The sign-in was not completed: {why}. Open the console again."
        ))
    };
    let flow: Flow = memory
        .recall(&parts.headers, FLOW)
        .ok_or_else(|| failed("it was not started in this browser, or has expired"))?;
    if back.get("state") != Some(flow.state.as_str()) {
        return Err(failed("another sign-in was started since"));
    }
    let code = back
        .get("code")
        .ok_or_else(|| failed(back.get("error").unwrap_or("no code came back")))?;
    let tokens = exchange(&console, &parts, &asked, code, &flow.verifier).await?;
    let tokens = tokens.ok_or_else(|| failed("the code was refused"))?;
    let mut response = see_other(&flow.next);
    let kept = memory.keep(SESSION, &tokens)?;
    for cookie in std::iter::once(kept).chain(memory.forget(FLOW)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Exchanges the code for tokens at the token endpoint; `None` if the endpoint refuses.
async fn exchange(
    console: &Console,
    parts: &Parts,
    asked: &Asked,
    code: &str,
    verifier: &str,
) -> Result<Option<Tokens>, Fault> {
    let form = query(&[
        ("grant_type", "authorization_code"),
        ("client_id", OPERATORS_CLIENT),
        ("code", code),
        ("redirect_uri", &format!("{}{CALLBACK}", asked.origin())),
        ("code_verifier", verifier),
    ]);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("/{OPERATORS_POOL}/oauth2/token"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .map_err(Fault::internal)?;
    if let Some(host) = parts.headers.get(header::HOST) {
        request.headers_mut().insert(header::HOST, host.clone());
    }
    let scheme = parts.extensions.get::<Scheme>().copied();
    request.extensions_mut().insert(scheme.unwrap_or_default());
    let Ok(response) = tower::ServiceExt::oneshot(console.pages.clone(), request).await;
    if !response.status().is_success() {
        return Ok(None);
    }
    let body = to_bytes(response.into_body(), LONGEST_ANSWER).await;
    let body = body.map_err(Fault::internal)?;
    serde_json::from_slice(&body).map_err(Fault::internal)
}

async fn sign_out(desk: Desk) -> Answer {
    let memory = memory(&desk.console, &desk.asked);
    let tokens: Option<Tokens> = memory.recall(&desk.headers, SESSION);
    if let Some(token) = tokens.and_then(|tokens| tokens.refresh_token) {
        let input = RevokeTokenRequest {
            client_id: OPERATORS_CLIENT.into(),
            token: token.into(),
            ..RevokeTokenRequest::default()
        };
        let api = &desk.console.api;
        api.call::<op::RevokeToken>(Caller::InProcess, desk.info.clone(), &input)
            .await?;
    }
    let origin = origin(&desk.console, &desk.asked).await?;
    let query = query(&[
        ("client_id", OPERATORS_CLIENT),
        ("logout_uri", &format!("{origin}{SIGNED_OUT}")),
    ]);
    let mut response = see_other(&format!("/{OPERATORS_POOL}/logout?{query}"));
    if let Some(cookie) = memory.forget(SESSION) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response.into_response())
}

#[cfg(test)]
mod tests {
    use super::page_of_ours;

    #[test]
    fn the_way_on_leads_to_the_console_only() {
        assert_eq!(
            page_of_ours(Some("/console/pools?a=b")),
            "/console/pools?a=b"
        );
        for other in [
            "https://evil.example/console",
            "//console",
            "/consolex",
            "/console/../login",
            "/console/%2E%2e/login",
            "/console\\evil.example",
            "/console/\r\nx",
            "/login",
        ] {
            assert_eq!(page_of_ours(Some(other)), "/console");
        }
    }

    #[test]
    fn sign_ins_begun_by_earlier_and_later_programs_come_back() {
        let golden = r#"{"state":"s","verifier":"v","next":"/console/pools","later":1}"#;
        let flow: super::Flow = serde_json::from_str(golden).unwrap();
        assert_eq!(
            (flow.state, flow.verifier),
            ("s".to_owned(), "v".to_owned())
        );
        assert_eq!(flow.next, "/console/pools");
    }
}
