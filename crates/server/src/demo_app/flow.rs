//! The authorization code flow: to the sign-in page and back.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cabana_domain::client::Client;
use http::{HeaderValue, Method, Request, header};
use serde::Deserialize;
use tower::ServiceExt;

use super::memory::{FLOW, Flow, SESSION, Session};
use super::{Back, CALLBACK, DemoApp, Failed, Visit, id_token};
use cabana_web::Scheme;

/// Longest response of the token endpoint, with room to spare.
const ANSWER: usize = 64 * 1024;

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// The current client; its secret may have been rotated.
pub async fn client(app: &DemoApp) -> Result<Arc<Client>, Failed> {
    let found = app
        .api
        .store
        .client(&app.client)
        .await
        .map_err(|error| error.to_string())?;
    found.ok_or_else(|| "the demo client is gone".to_owned())
}

fn random_text(app: &DemoApp) -> Result<String, Failed> {
    let mut bytes = [0; 32];
    app.api
        .random
        .fill(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// URL of the sign-in page, and the cookie that remembers the flow.
pub fn begin(app: &DemoApp, visit: &Visit) -> Result<(String, HeaderValue), Failed> {
    let flow = Flow {
        state: random_text(app)?,
        nonce: random_text(app)?,
        verifier: random_text(app)?,
    };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, flow.verifier.as_bytes()));
    let query = query(&[
        ("client_id", app.client.as_str()),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("redirect_uri", &format!("{}{CALLBACK}", visit.origin)),
        ("state", &flow.state),
        ("nonce", &flow.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let cookie = app
        .memory(visit)
        .keep(FLOW, &flow)
        .map_err(|fault| fault.to_string())?;
    Ok((format!("/{}/oauth2/authorize?{query}", app.pool), cookie))
}

/// Redeems the code and checks the tokens; the returned cookies hold the session.
pub async fn finish(app: &DemoApp, visit: &Visit, back: Back) -> Result<Vec<HeaderValue>, Failed> {
    let memory = app.memory(visit);
    let flow: Flow = memory
        .recall(&visit.headers, FLOW)
        .ok_or("this browser did not begin a sign-in here, or did so too long ago")?;
    if back.state.as_deref() != Some(flow.state.as_str()) {
        return Err("the state that came back is not the one that was sent".to_owned());
    }
    if let Some(error) = back.error {
        return Err(format!(
            "{error}: {}",
            back.error_description.unwrap_or_default()
        ));
    }
    let code = back.code.ok_or("no code came back")?;
    let tokens = exchange(app, visit, &code, &flow.verifier).await?;
    id_token::check(app, &tokens.id_token, Some(&flow.nonce)).await?;
    let session = Session {
        id_token: tokens.id_token,
    };
    let kept = memory
        .keep(SESSION, &session)
        .map_err(|fault| fault.to_string())?;
    Ok(std::iter::once(kept).chain(memory.forget(FLOW)).collect())
}

async fn exchange(
    app: &DemoApp,
    visit: &Visit,
    code: &str,
    verifier: &str,
) -> Result<Tokens, Failed> {
    let client = client(app).await?;
    let secret = client
        .secrets
        .first()
        .ok_or("the demo client no longer has a secret")?;
    let basic = BASE64_STANDARD.encode(format!("{}:{}", client.id, secret.value.expose()));
    let form = query(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &format!("{}{CALLBACK}", visit.origin)),
        ("code_verifier", verifier),
    ]);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("/{}/oauth2/token", app.pool))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, format!("Basic {basic}"))
        .extension(if visit.https {
            Scheme::Https
        } else {
            Scheme::Http
        });
    if let Some(host) = visit.headers.get(header::HOST) {
        request = request.header(header::HOST, host);
    }
    let request = request
        .body(Body::from(form))
        .map_err(|error| error.to_string())?;
    let Ok(response) = app.server.clone().oneshot(request).await;
    let is_success = response.status().is_success();
    let body = to_bytes(response.into_body(), ANSWER)
        .await
        .map_err(|error| error.to_string())?;
    if is_success {
        return serde_json::from_slice(&body)
            .map_err(|_| "the response of the token endpoint has no ID token".to_owned());
    }
    let refusal: Result<Refusal, _> = serde_json::from_slice(&body);
    Err(refusal.map_or_else(
        |_| "the token endpoint failed".to_owned(),
        |it| format!("the token endpoint refused: {}", it.error),
    ))
}
