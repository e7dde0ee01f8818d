//! Checks of an authorization request, one small function each. The first that fails decides the error.

use cabana_api::logic::clients::oauth::DATA_SCOPES;
use cabana_domain::Span;
use cabana_domain::asked_claims::ClaimsParameter;
use cabana_domain::pool::OPERATORS_CLIENT;
use cabana_model::{OAuthFlowType, UserPoolClientType};
use url::Url;

use super::errors::{Kind, Refusal};
use super::provider::NAMED;
use super::pushed;
use super::request::{Authorization, ResponseType};
use crate::params::Params;

/// Names the app client setting without which every OAuth grant is refused.
pub const NO_FLOWS: &str = "AllowedOAuthFlowsUserPoolClient of the app client is not set";

/// Reads and checks one parameter or setting.
pub type Check = fn(&Params, &mut Authorization) -> Result<(), Refusal>;

/// All checks, in order.
pub const CHECKS: [Check; 12] = [
    no_repeated_parameter,
    request_object,
    response_type,
    flow_allowed,
    provider,
    scope,
    code_challenge,
    nonce,
    resource,
    prompt,
    max_age,
    claims,
];

/// Longest `nonce`, in bytes: it is stored with the code and copied into the ID token.
const LONGEST_NONCE: usize = 1024;

fn invalid_request(description: &'static str) -> Refusal {
    Refusal::new(Kind::InvalidRequest, description)
}

/// RFC 6749 §3.1: no parameter may be repeated. (`resource` has its own rule.)
fn no_repeated_parameter(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    const SINGLE: [&str; 7] = [
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
    ];
    // Clients made for Cognito may repeat what it never reads.
    let every = request.issuer.is_some();
    let is_single = |name: &str| SINGLE.contains(&name) || (every && name != "resource");
    match query.repeats_any(is_single) {
        true => Err(invalid_request("a parameter was sent twice")),
        false => Ok(()),
    }
}

/// OpenID Connect Core §6: neither kind of request object is supported. Both are refused rather than ignored, as is the
/// name of a pushed request that is too old.
fn request_object(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    if request.issuer.is_some() && pushed::is_named(query) {
        return Err(Kind::InvalidRequestUri.into());
    }
    match (query.get("request"), query.get("request_uri")) {
        (Some(_), _) => Err(Kind::RequestNotSupported.into()),
        (None, Some(uri)) => {
            Err(Refusal::from(Kind::RequestUriNotSupported).blaming("request_uri", uri))
        }
        (None, None) => Ok(()),
    }
}

fn response_type(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    request.response_type = match query.get("response_type") {
        Some("code") => ResponseType::Code,
        Some("token") => ResponseType::Token,
        Some(other) => {
            let refusal = invalid_request("response_type must be code or token");
            return Err(refusal.blaming("response_type", other));
        }
        None => return Err(invalid_request("response_type is missing")),
    };
    Ok(())
}

fn flow_allowed(_: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let settings = &request.client.settings;
    let needed = match request.response_type {
        ResponseType::Code => OAuthFlowType::Code,
        ResponseType::Token => OAuthFlowType::Implicit,
    };
    demand_flow(settings, needed)
}

/// Requires that a provider named by the request is one of the client's. One named by an identifier is looked up later.
fn provider(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    match query.get(NAMED) {
        Some(name) if !request.supports(name) => Err(no_such_provider(name)),
        _ => Ok(()),
    }
}

/// Refuses a provider that the client does not have.
pub fn no_such_provider(name: &str) -> Refusal {
    let refusal = invalid_request("the identity provider is not available");
    refusal.blaming(NAMED, name)
}

/// Refuses a page for the pool's own users.
pub fn no_own_users() -> Refusal {
    invalid_request("the client allows sign-in through other identity providers only")
}

fn scope(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let allowed = request
        .client
        .settings
        .allowed_oauth_scopes
        .as_deref()
        .unwrap_or_default();
    let mut asked: Vec<String> = Vec::new();
    for scope in query
        .get("scope")
        .unwrap_or_default()
        .split_ascii_whitespace()
    {
        if !allowed.iter().any(|it| it == scope) {
            return Err(bad_scope(request, scope));
        }
        if !asked.iter().any(|it| it == scope) {
            asked.push(scope.to_owned());
        }
    }
    let openid = asked.iter().any(|it| it == "openid");
    let data = asked.iter().find(|it| DATA_SCOPES.contains(&it.as_str()));
    if let (false, Some(scope)) = (openid, data) {
        return Err(bad_scope(request, scope));
    }
    request.scopes = if asked.is_empty() {
        allowed.to_vec()
    } else {
        asked
    };
    Ok(())
}

/// Refuses a scope that the client may not request, or not without `openid`. Cognito's answer is recorded, and apps
/// branch on it; pools in the standard dialect give the standard's error.
fn bad_scope(request: &Authorization, scope: &str) -> Refusal {
    let kind = match request.issuer {
        Some(_) => Kind::InvalidScope,
        None => Kind::InvalidRequest,
    };
    Refusal::new(kind, "invalid_scope").blaming("scope", scope)
}

/// RFC 7636, S256 only: a challenge is a SHA-256 in base64url.
fn code_challenge(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let challenge = query.get("code_challenge");
    match (challenge, query.get("code_challenge_method")) {
        // The console's own tokens give full access: PKCE binds a code to the browser that began.
        (None, None) if request.client.id.as_str() == OPERATORS_CLIENT => {
            Err(invalid_request("code_challenge is missing"))
        }
        (None, None) => Ok(()),
        (Some(challenge), Some("S256")) => {
            let right = challenge.len() == 43
                && challenge
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            request.code_challenge = Some(challenge.to_owned());
            match right {
                true => Ok(()),
                false => Err(invalid_request(
                    "code_challenge is not a SHA-256 in base64url",
                )),
            }
        }
        (Some(_), None) => Err(invalid_request("code_challenge_method is missing")),
        (None, Some(_)) => Err(invalid_request("code_challenge is missing")),
        (Some(_), Some(method)) => Err(invalid_request("code_challenge_method must be S256")
            .blaming("code_challenge_method", method)),
    }
}

fn nonce(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    request.nonce = query.get("nonce").map(str::to_owned);
    match &request.nonce {
        Some(nonce) if nonce.len() > LONGEST_NONCE => Err(invalid_request("nonce is too long")),
        _ => Ok(()),
    }
}

/// RFC 8707: the API that the access token is for. At most one.
fn resource(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let Some(resource) = query.get("resource") else {
        return Ok(());
    };
    let one = !query.is_repeated("resource");
    let right = Url::parse(resource).is_ok_and(|url| {
        let local = matches!(url.host_str(), Some("localhost"));
        let scheme = match url.scheme() {
            "http" => local,
            "javascript" | "data" | "file" => false,
            _ => true,
        };
        scheme && url.fragment().is_none()
    });
    if !one || !right {
        return Err(Refusal::new(
            Kind::InvalidTarget,
            "resource must be one https address, http://localhost or an address with a scheme of its own",
        )
        .blaming("resource", resource));
    }
    request.resource = Some(resource.to_owned());
    Ok(())
}

fn prompt(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let asked: Vec<&str> = query
        .get("prompt")
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    for prompt in &asked {
        match *prompt {
            "none" => request.prompt.none = true,
            "login" => request.prompt.login = true,
            // Meant for other providers; there is no account chooser and no consent page here.
            "select_account" | "consent" => {}
            other => return Err(invalid_request("prompt is not known").blaming("prompt", other)),
        }
    }
    match request.prompt.none && asked.len() > 1 {
        true => Err(invalid_request("prompt=none stands alone")),
        false => Ok(()),
    }
}

fn max_age(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let Some(seconds) = query.get("max_age") else {
        return Ok(());
    };
    let seconds: u32 = seconds.parse().map_err(|_| {
        invalid_request("max_age is not a number of seconds").blaming("max_age", seconds)
    })?;
    request.max_age = Some(Span::seconds(i64::from(seconds)));
    Ok(())
}

/// OpenID Connect Core §5.5: claims by name. Cognito ignores the parameter.
fn claims(query: &Params, request: &mut Authorization) -> Result<(), Refusal> {
    let asked = query.get("claims").filter(|_| request.issuer.is_some());
    let Some(asked) = asked else { return Ok(()) };
    request.claims = ClaimsParameter::parse(asked)
        .filter(|_| !query.is_repeated("claims"))
        .ok_or_else(|| invalid_request("claims is not a request of claims in JSON"))?;
    Ok(())
}

/// Requires that the client may use a grant.
///
/// # Errors
/// `unauthorized_client`, with the name of the missing setting.
pub fn demand_flow(settings: &UserPoolClientType, flow: OAuthFlowType) -> Result<(), Refusal> {
    if settings.allowed_oauth_flows_user_pool_client != Some(true) {
        return Err(Refusal::new(Kind::UnauthorizedClient, NO_FLOWS));
    }
    let mut allowed = settings.allowed_oauth_flows.iter().flatten();
    match allowed.any(|it| *it == flow) {
        true => Ok(()),
        false => Err(Refusal::new(
            Kind::UnauthorizedClient,
            format!(
                "AllowedOAuthFlows of the app client lacks {}",
                flow.as_str()
            ),
        )),
    }
}
