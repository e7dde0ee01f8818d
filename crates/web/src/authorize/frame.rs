//! The frame of every page: the app's name, the Content-Security-Policy and the form token.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use cabana_api::Fault;
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_model::VerifiedAttributeType;
use http::{HeaderValue, StatusCode, header};
use url::{Host, Url};

use super::{Failure, Halt, provider};
use crate::csrf::{self, Csrf};
use crate::pages::{Brand, Frame, Identifier, Post, Template};
use crate::visit::Visit;

/// The frame of a page for an app's users.
pub fn frame(visit: &Visit, client: Option<&Client>) -> Frame {
    let pool = visit.pool();
    let app = client.and_then(|client| client.settings.client_name.clone());
    let brand = Brand {
        name: app
            .or_else(|| pool.settings.name.clone())
            .unwrap_or_default(),
        ..Brand::default()
    };
    let mut frame = Frame::new(visit.texts(), brand);
    if visit.site.domain.is_none() {
        frame.root.clone_from(&visit.web.public.root);
    }
    frame.identifier = identifier(pool);
    frame.inbox_url = inbox_url(visit);
    frame
}

/// URL of the inbox on the server's own host, if this is an emulator that keeps its messages.
fn inbox_url(visit: &Visit) -> Option<String> {
    let settings = &visit.web.settings;
    let here = match visit.site.domain {
        Some(_) => visit.web.api.settings.public_url.as_str(),
        None => visit.web.public.root.as_str(),
    };
    (settings.dev && settings.inbox).then(|| format!("{here}/inbox"))
}

/// The identifiers that a pool's users sign in with.
fn identifier(pool: &Pool) -> Identifier {
    let (email, phone) = (
        pool.username_is(VerifiedAttributeType::Email),
        pool.username_is(VerifiedAttributeType::PhoneNumber),
    );
    match (
        email,
        phone,
        pool.has_alias("email"),
        pool.has_alias("phone_number"),
    ) {
        (true, true, ..) => Identifier::EmailOrPhone,
        (true, false, ..) => Identifier::Email,
        (false, true, ..) => Identifier::Phone,
        (.., true, true) => Identifier::UserNameEmailOrPhone,
        (.., true, false) => Identifier::UserNameOrEmail,
        (.., false, true) => Identifier::UserNameOrPhone,
        _ => Identifier::UserName,
    }
}

/// The form token of the browser.
///
/// # Errors
/// If the system has no randomness.
pub fn csrf(visit: &Visit) -> Result<Csrf, Fault> {
    Csrf::of(&visit.cx(), &visit.headers, visit.cookies())
}

/// Requires that the form came from one of our pages in this browser.
///
/// # Errors
/// An error page.
pub async fn check_csrf(visit: &Visit) -> Result<(), Halt> {
    if is_ours(visit) {
        return Ok(());
    }
    // The URL of the page carries the app's request, so the person can start again.
    let client = visit.named_client().await;
    let again = client.as_ref().map(|_| visit.carrying("/oauth2/authorize"));
    Err(Failure::forged(again).of(client).into())
}

/// Whether the form came from one of our pages in this browser.
pub fn is_ours(visit: &Visit) -> bool {
    csrf::holds(
        &visit.web.api,
        &visit.headers,
        visit.cookies(),
        visit.form.get("_csrf"),
    )
}

/// A form that posts to another page and carries the app's request.
pub fn post(visit: &Visit, csrf: &Csrf, page: &str, hidden: Vec<(&'static str, String)>) -> Post {
    Post {
        action: visit.carrying(page),
        csrf: csrf.field.clone(),
        hidden,
    }
}

/// The field that distinguishes our own sign-out form from an app's request.
pub const SIGN_OUT: &str = "sign_out";

/// The form that ends the browser's session.
pub fn sign_out_post(visit: &Visit, csrf: &Csrf) -> Post {
    post(visit, csrf, "/logout", vec![(SIGN_OUT, "yes".to_owned())])
}

/// A rendered page.
///
/// # Errors
/// If the template fails, which is a bug.
pub fn page(
    client: Option<&Client>,
    view: &impl Template,
    status: StatusCode,
    csrf: Option<&Csrf>,
) -> Result<Response, Fault> {
    let html = view.render().map_err(Fault::internal)?;
    let mut response = secured(html, status, client);
    set_cookie(&mut response, csrf.and_then(|csrf| csrf.cookie.clone()));
    Ok(response)
}

/// HTML with the page's security headers.
pub fn secured(html: String, status: StatusCode, client: Option<&Client>) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
         form-action 'self'{}; frame-ancestors 'none'; base-uri 'none'",
        client.map(form_targets).unwrap_or_default()
    );
    under_policy(html, status, &policy)
}

/// HTML under a Content-Security-Policy.
pub fn under_policy(html: String, status: StatusCode, policy: &str) -> Response {
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            // Not "no-referrer": browsers would then send forms with `Origin: null`.
            (header::REFERRER_POLICY, "same-origin"),
        ],
        Body::from(html),
    )
        .into_response();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Adds a host to those that the forms of a page may redirect to.
pub fn allow_form_target(response: &mut Response, origin: &str) {
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
    let Some(policy) = policy.and_then(|it| it.to_str().ok()) else {
        return;
    };
    let own = "; frame-ancestors";
    let policy = policy.replacen(own, &format!(" {origin}{own}"), 1);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Hosts that a form may redirect to: Chromium applies `form-action` to every redirect after a form, so the policy must
/// list the app's own URLs. If the app is another user pool, people go on from there to apps that only it knows.
fn form_targets(client: &Client) -> String {
    let settings = &client.settings;
    let registered = settings
        .callback_urls
        .iter()
        .chain(&settings.logout_urls)
        .flatten();
    let mut sources: Vec<String> = registered
        .filter_map(|url| Url::parse(url).ok())
        .filter_map(|url| match url.scheme() {
            "http" | "https" => is_plain(&url.host()?).then(|| url.origin().ascii_serialization()),
            scheme => Some(format!("{scheme}:")),
        })
        .collect();
    // Pools at Amazon have the same path.
    let pools = settings.callback_urls.iter().flatten();
    for pool in pools.filter_map(|url| Url::parse(url).ok()) {
        if pool.path().ends_with(provider::ANSWER) {
            sources.push(format!("{}:", pool.scheme()));
        }
    }
    sources.sort();
    sources.dedup();
    sources.iter().map(|source| format!(" {source}")).collect()
}

/// Whether a host can be written into a policy: `;`, `,` and `*`, which a URL may contain, are syntax there.
fn is_plain(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else {
        return true;
    };
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// Adds a cookie to a response.
pub fn set_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
