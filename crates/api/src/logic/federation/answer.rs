//! The answer of a provider: a code, redeemed for tokens, which say who the person is.

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use cabana_domain::Time;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::claims;
use cabana_federation::jose::{Flaw, Signed};
use cabana_federation::oidc::{
    Expected, ProviderTokens, SecretKey, SignedSecret, check, numeric_date, people, same_issuer,
};
use cabana_model::IdentityProviderTypeType as Kind;
use http::Request;
use http::header::AUTHORIZATION;
use serde_json::{Map, Value};
use url::Url;

use super::attempt::Attempt;
use super::calls::{self, Endpoint};
use super::details::{PRIVATE_KEY, subject_claim};
use super::documents;
use super::endpoints::{self, Endpoints, speaks_openid};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// A person, as a provider vouches for them.
#[derive(Clone, Debug)]
pub struct Person {
    /// The provider's name for them.
    pub subject: String,
    pub claims: Map<String, Value>,
    /// Where those come from.
    pub told: Told,
    pub tokens: ProviderTokens,
}

impl Person {
    /// When they signed in at the provider, if it says.
    pub fn signed_in_at(&self) -> Option<Time> {
        numeric_date(self.claims.get("auth_time")?)
    }
}

/// The sources of what a provider says, for functions.
#[derive(Clone, Debug)]
pub enum Told {
    Tokens {
        id_token: Map<String, Value>,
        user_info: Map<String, Value>,
    },
    Saml,
}

/// What the browser brings back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    pub code: &'a str,
    /// The issuer, if the answer names it (RFC 9207).
    pub issuer: Option<&'a str>,
    /// Apple's account of the person, in JSON.
    pub user: Option<&'a str>,
}

/// Finds out who a code stands for. A retry of the request does not redeem it again.
///
/// # Errors
/// What the provider refused, or what is wrong with its answer.
pub async fn redeem(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    attempt: &Attempt,
    answer: Answer<'_>,
) -> Result<Person, Fault> {
    let of: [&[u8]; 2] = [b"code of a provider", attempt.id.as_bytes()];
    cx.once(&of, person(cx, provider, attempt, answer)).await
}

async fn person(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    attempt: &Attempt,
    answer: Answer<'_>,
) -> Result<Person, Fault> {
    let endpoints = endpoints::of(cx, provider).await?;
    is_of_issuer(provider, &endpoints, answer.issuer)?;
    let tokens = tokens(cx, provider, &endpoints, attempt, answer.code).await?;
    let (mut id_claims, mut subject) = (Map::new(), None);
    if speaks_openid(provider.kind) {
        id_claims = id_token(cx, provider, &endpoints, attempt, &tokens).await?;
        subject = text(&id_claims, "sub");
    }
    let mut info = user_info(cx, provider, &endpoints, &tokens).await?;
    if provider.kind == Kind::SignInWithApple {
        info.extend(names(answer.user));
    }
    if provider.kind == Kind::Google && !info.is_empty() {
        if !subject
            .as_deref()
            .is_some_and(|it| people::is_of(&info, it))
        {
            return Err(federation::provider_subject_differs(&provider.name));
        }
        info = people::claims(&info);
    }
    let claim = subject_claim(provider.kind).filter(|claim| info.contains_key(*claim));
    let named = claim.and_then(|claim| text(&info, claim));
    let subject = match (subject, named) {
        // One that is there but of no use names somebody else, too.
        (Some(subject), named) if claim.is_some() && named.as_ref() != Some(&subject) => {
            return Err(federation::provider_subject_differs(&provider.name));
        }
        (Some(subject), _) | (None, Some(subject)) => subject,
        (None, None) => {
            let why = "the user info names no subject";
            return Err(federation::provider_incomplete(&provider.name, why));
        }
    };
    Ok(Person {
        subject,
        claims: claims::merged(id_claims.clone(), info.clone()),
        told: Told::Tokens {
            id_token: id_claims,
            user_info: info,
        },
        tokens,
    })
}

/// An answer that names its issuer is of this provider (RFC 9207).
fn is_of_issuer(
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    named: Option<&str>,
) -> Result<(), Fault> {
    let own = provider.detail("oidc_issuer").unwrap_or_default();
    let right = match named {
        Some(named) => same_issuer(named, own) || !speaks_openid(provider.kind),
        None => !endpoints.names_issuer,
    };
    match right {
        true => Ok(()),
        false => Err(federation::provider_mixed_up(&provider.name)),
    }
}

async fn tokens(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    attempt: &Attempt,
    code: &str,
) -> Result<ProviderTokens, Fault> {
    let secret = secret(cx, provider)?;
    let secret = secret.as_deref();
    let request = token_request(provider, endpoints, attempt, code, secret)?;
    let (_, body) = calls::call(cx, provider, Endpoint::Token, request).await?;
    let missing = || federation::provider_incomplete(&provider.name, "it gave no access token");
    ProviderTokens::parse(&body).ok_or_else(missing)
}

fn token_request(
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    attempt: &Attempt,
    code: &str,
    secret: Option<&str>,
) -> Result<Request<Bytes>, Fault> {
    let client_id = provider.detail("client_id").unwrap_or_default();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &attempt.redirect_uri)
        .append_pair("client_id", client_id);
    if endpoints.pkce {
        form.append_pair("code_verifier", &attempt.verifier);
    }
    let mut request = calls::post(&endpoints.token);
    match secret {
        Some(secret) if endpoints.basic => {
            request = request.header(AUTHORIZATION, basic(client_id, secret));
        }
        Some(secret) => {
            form.append_pair("client_secret", secret);
        }
        None => {}
    }
    let request = request.body(Bytes::from(form.finish()));
    request.map_err(Fault::internal)
}

/// The client's secret: the configured one, or one that is signed now.
fn secret(cx: &Cx<'_>, provider: &IdentityProvider) -> Result<Option<String>, Fault> {
    let detail = |name: &str| provider.detail(name).unwrap_or_default();
    let Some(key) = provider.detail(PRIVATE_KEY) else {
        return Ok(provider.detail("client_secret").map(str::to_owned));
    };
    let said = SignedSecret {
        team_id: detail("team_id"),
        key_id: detail("key_id"),
        client_id: detail("client_id"),
        audience: detail("oidc_issuer"),
    };
    let signed = SecretKey::parse(key).and_then(|key| key.sign(said, cx.now()));
    signed.map(Some).map_err(Fault::internal)
}

/// The names that Apple gives to the browser, at the first sign-in only. Nobody vouches for them, so nothing else of the
/// form counts.
fn names(user: Option<&str>) -> Map<String, Value> {
    let user: Value = user
        .and_then(|it| serde_json::from_str(it).ok())
        .unwrap_or_default();
    let name = |member: &str| {
        let value = user.pointer(&format!("/name/{member}"))?.as_str()?;
        Some((member.to_owned(), Value::from(value)))
    };
    ["firstName", "lastName"]
        .into_iter()
        .filter_map(name)
        .collect()
}

/// RFC 6749 §2.3.1: both parts are form-encoded first.
fn basic(client_id: &str, secret: &str) -> String {
    let encoded =
        |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let pair = format!("{}:{}", encoded(client_id), encoded(secret));
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

/// The claims of the ID token, once everything about it is right.
async fn id_token(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    attempt: &Attempt,
    tokens: &ProviderTokens,
) -> Result<Map<String, Value>, Fault> {
    let refused = |why: &str| federation::provider_id_token_refused(&provider.name, why);
    let flawed = |flaw: Flaw| refused(&flaw.to_string());
    let token = tokens.id_token.as_deref();
    let token = token.ok_or_else(|| refused("there is none"))?;
    let signed = Signed::parse(token).map_err(flawed)?;
    let claims = match (&endpoints.keys, provider.detail("client_secret")) {
        (_, Some(secret)) if signed.is_of_shared_secret() => {
            signed.verified_with_secret(secret.as_bytes())
        }
        (Some(keys), _) => {
            let known = documents::keys(cx, provider, keys).await?;
            match signed.verified(&known) {
                // Keys rotate: the provider may have a new one.
                Err(Flaw::UnknownKey) => {
                    match documents::newer_keys(cx, provider, keys, &known).await? {
                        Some(newer) => Signed::parse(token).map_err(flawed)?.verified(&newer),
                        None => Err(Flaw::UnknownKey),
                    }
                }
                result => result,
            }
        }
        (None, _) => Err(Flaw::UnknownKey),
    };
    let claims = claims.map_err(flawed)?;
    let expected = Expected {
        issuer: provider.detail("oidc_issuer").unwrap_or_default(),
        alias: (provider.kind == Kind::Google).then_some("accounts.google.com"),
        client_id: provider.detail("client_id").unwrap_or_default(),
        nonce: &attempt.nonce,
        now: cx.now(),
    };
    match check(&claims, expected) {
        Ok(_) => Ok(claims),
        Err(bad) => Err(refused(&bad.to_string())),
    }
}

/// What the provider says of the person besides; nothing if it has no such endpoint.
async fn user_info(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    tokens: &ProviderTokens,
) -> Result<Map<String, Value>, Fault> {
    let Some(url) = user_info_address(provider, endpoints) else {
        return Ok(Map::new());
    };
    let request = match provider.detail("attributes_request_method") {
        Some("POST") => Request::post(url.as_str()),
        _ => calls::get(&url),
    };
    let request = request.header(AUTHORIZATION, format!("Bearer {}", tokens.access_token));
    let unusable = |why: &str| federation::provider_incomplete(&provider.name, why);
    let request = request.body(Bytes::new());
    let request = request.map_err(|_| unusable("its access token fits into no header"))?;
    let (_, body) = calls::call(cx, provider, Endpoint::UserInfo, request).await?;
    serde_json::from_slice(&body).map_err(|_| unusable("the user info is no JSON object"))
}

fn user_info_address(provider: &IdentityProvider, endpoints: &Endpoints) -> Option<Url> {
    let mapped = provider.settings.attribute_mapping.values();
    let mapped = mapped.map(String::as_str);
    match provider.kind {
        // Everything is in the ID token.
        Kind::SignInWithApple => None,
        // What an ID token of Google does not say.
        Kind::Google => {
            let fields = people::fields(mapped);
            let mut url = endpoints.user_info.clone().filter(|_| !fields.is_empty())?;
            url.query_pairs_mut()
                .clear()
                .append_pair("personFields", &fields.join(","));
            Some(url)
        }
        Kind::Facebook => {
            let mut url = endpoints.user_info.clone()?;
            let mut fields: Vec<_> = mapped.collect();
            fields.push("id");
            fields.sort_unstable();
            fields.dedup();
            url.query_pairs_mut()
                .clear()
                .append_pair("fields", &fields.join(","));
            Some(url)
        }
        _ => endpoints.user_info.clone(),
    }
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match claims.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control)).then_some(text)
}
