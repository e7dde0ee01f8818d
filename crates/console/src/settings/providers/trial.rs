//! `/sign-in/providers/{provider}/test`: tries a sign-in at a provider and shows the result. It begins and ends in one
//! operator's session: what the answer is judged by stays in a sealed cookie of the console.

use askama::Template;
use axum::extract::Path;
use cabana_api::Fault;
use cabana_api::logic::federation::{self, Attempt, PassedOn, Trial};
use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_domain::{PoolId, Sub};
use cabana_model::IdentityProviderTypeType as Kind;
use cabana_web::memory::Cookie;
use cabana_web::params::Params;
use cabana_web::trial::{self, Answered, Trip};
use http::header;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

use super::{addresses, sheet, types, url};
use crate::desk::{Answer, Desk, memory};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::sheet::may_change;
use crate::users::name::Name;

/// What an attempt is judged by.
const ATTEMPT: Cookie = Cookie {
    name: "cabana_trial",
    life: trial::LIFE,
};
const ENDED: &str = "This test has ended, or it was begun in another browser.";
/// Claims whose value is a token, which is nobody's to read here.
const TOKENS: [&str; 3] = ["access_token", "id_token", "refresh_token"];

#[derive(Serialize, Deserialize)]
struct Kept {
    operator: Sub,
    pool: PoolId,
    attempt: Attempt,
}

#[derive(Template)]
#[template(path = "settings/providers/begin.html")]
struct Begin {
    frame: Frame,
    provider: String,
    /// The redirect address of the attempt, which the provider has to know.
    redirect_uri: String,
    /// What such an address is called.
    address: &'static str,
    /// The same page with other redirect addresses.
    others: Vec<(String, String)>,
    /// The provider's address for sign-ins, or the reason why it is not known.
    there: Result<String, String>,
}

#[derive(Template)]
#[template(path = "settings/providers/result.html")]
struct Outcome {
    frame: Frame,
    provider: String,
    again: String,
    mapping: String,
    is_saml: bool,
    /// The word for a claim.
    claim: &'static str,
    result: Result<Shown, String>,
}

/// The result of a trial.
struct Shown {
    trial: Trial,
    /// Attribute, claim and value; no value if the provider did not send the claim.
    mapped: Vec<(String, String, Option<String>)>,
    /// Values by name.
    claims: Vec<(String, Vec<String>)>,
}

async fn found(
    desk: &Desk,
    pool: &str,
    name: &Name,
) -> Result<(Arc<Pool>, Arc<IdentityProvider>), Halt> {
    let store = &desk.console.api.store;
    let id = PoolId::new(pool);
    let gone = || Halt::not_found("There is no such identity provider.");
    let pool = store.pool(&id).await?.ok_or_else(gone)?;
    let provider = store.identity_provider(&id, name.as_str()).await?;
    Ok((pool, provider.ok_or_else(gone)?))
}

/// Shows the way to the provider. Nothing is sent by a form: the policy of our pages lets forms lead nowhere else.
pub async fn begin(Path((id, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let of = pool_head::describe(&desk, &id).await?;
    let (pool, provider) = found(&desk, &id, &name).await?;
    let here = url(&id, name.as_str());
    let bases = addresses::bases(&desk, &of);
    let chosen = desk.query.get("at").and_then(|at| at.parse().ok());
    let chosen = chosen.filter(|at| *at < bases.len()).unwrap_or(0);
    let path = trial::redirect_path(provider.kind);
    let redirect = |base: &str| format!("{base}{path}");
    let others = bases.iter().enumerate().filter(|(at, _)| *at != chosen);
    let others = others.map(|(at, (_, base))| (redirect(base), format!("{here}/test?at={at}")));
    let others = others.collect();
    let redirect_uri = bases
        .get(chosen)
        .map_or_else(String::new, |(_, base)| redirect(base));
    let cx = desk.cx();
    let attempt = federation::begin_trial(&cx, &provider, redirect_uri.clone())?;
    let trip = Trip {
        pool: pool.id.clone(),
        id: attempt.id.clone(),
        provider: provider.name.clone(),
        redirect_uri: redirect_uri.clone(),
        back: format!("{}{here}/test/result", desk.asked.origin()),
        until: cx.now().after(ATTEMPT.life),
    };
    let state = trial::state(cx.api, &trip)?;
    let there = federation::address(&cx, &pool, &provider, &attempt, &state, PassedOn::default());
    let there = there.await;
    let kept = Kept {
        operator: desk.operator.sub.clone(),
        pool: pool.id.clone(),
        attempt,
    };
    let cookie = memory(&desk.console, &desk.asked).keep(ATTEMPT, &kept)?;
    let view = Begin {
        frame: sheet(&of, &name, "Test connection").frame(&desk),
        provider: name.as_str().to_owned(),
        redirect_uri,
        address: addresses::name(provider.kind),
        others,
        there: match there {
            Ok(there) => Ok(there.to_string()),
            Err(fault) => Err(words(fault)?),
        },
    };
    let mut response = desk.page(&view)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Judges the answer and shows what came.
pub async fn result(Path((id, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let of = pool_head::describe(&desk, &id).await?;
    let (pool, provider) = found(&desk, &id, &name).await?;
    let memory = memory(&desk.console, &desk.asked);
    let kept: Option<Kept> = memory.recall(&desk.headers, ATTEMPT);
    let answered = desk.query.get(trial::PARAMETER);
    let answered = answered.and_then(|it| trial::opened(&desk.console.api, it));
    let is_own = |kept: &Kept, answered: &Answered| {
        kept.operator == desk.operator.sub
            && kept.pool == pool.id
            && kept.attempt.provider == provider.name
            && kept.attempt.id == answered.id
    };
    let result = match (kept, answered) {
        (Some(kept), Some(answered)) if is_own(&kept, &answered) => match provider.kind {
            Kind::Saml => judged_assertion(&desk, &pool, &provider, &answered).await?,
            _ => {
                let parameters = Params::parse(&answered.parameters);
                judged(&desk, &pool, &provider, &kept.attempt, &parameters).await?
            }
        },
        _ => Err(ENDED.to_owned()),
    };
    let here = url(&id, name.as_str());
    let view = Outcome {
        frame: sheet(&of, &name, "Test connection").frame(&desk),
        provider: name.as_str().to_owned(),
        again: format!("{here}/test"),
        mapping: format!("{here}/mapping"),
        is_saml: provider.kind == Kind::Saml,
        claim: types::claim(provider.kind),
        result,
    };
    let mut response = desk.page(&view)?;
    if let Some(forget) = memory.forget(ATTEMPT) {
        response.headers_mut().append(header::SET_COOKIE, forget);
    }
    Ok(response)
}

async fn judged(
    desk: &Desk,
    pool: &Pool,
    provider: &IdentityProvider,
    attempt: &Attempt,
    parameters: &Params,
) -> Result<Result<Shown, String>, Halt> {
    if let Some(error) = parameters.get("error") {
        let described = parameters.get("error_description").unwrap_or_default();
        return Ok(Err(format!(
            "{} answered {error}. {described}",
            provider.name
        )));
    }
    let code = parameters
        .get("code")
        .filter(|_| !parameters.is_repeated("code"));
    let Some(code) = code else {
        return Ok(Err(format!("{} sent no code.", provider.name)));
    };
    let answer = federation::Answer {
        code,
        issuer: parameters.get("iss"),
        user: parameters.get("user"),
    };
    match federation::judge(&desk.cx(), pool, provider, attempt, answer).await {
        Ok(trial) => Ok(Ok(shown(provider, trial))),
        Err(fault) => Ok(Err(words(fault)?)),
    }
}

/// The same for the response of a SAML provider, which was judged where it came.
async fn judged_assertion(
    desk: &Desk,
    pool: &Pool,
    provider: &IdentityProvider,
    answered: &Answered,
) -> Result<Result<Shown, String>, Halt> {
    let draft = match &answered.saml {
        Some(Ok(draft)) => draft,
        Some(Err(why)) => return Ok(Err(why.clone())),
        None => return Ok(Err(ENDED.to_owned())),
    };
    let cx = desk.cx();
    let trial = async {
        let assertion = trial::take(&cx, &answered.id, draft).await?;
        federation::judge_assertion(&cx, pool, provider, &assertion).await
    };
    match trial.await {
        Ok(trial) => Ok(Ok(shown(provider, trial))),
        Err(fault) => Ok(Err(words(fault)?)),
    }
}

/// The words of a failure at the provider; our own failures are other pages.
fn words(fault: Fault) -> Result<String, Halt> {
    match fault.kind {
        cabana_model::ErrorKind::InvalidParameterException => Ok(federation::told(&fault)),
        _ => Err(fault.into()),
    }
}

fn shown(provider: &IdentityProvider, trial: Trial) -> Shown {
    let mapping = provider.settings.attribute_mapping.iter();
    let mapping = mapping.filter(|(attribute, _)| *attribute != "username");
    let mapped = mapping.map(|(attribute, claim)| {
        let value = trial.mapped.get(attribute).cloned();
        let value = match TOKENS.contains(&claim.as_str()) {
            true => value.map(|_| "A token, which is not shown".to_owned()),
            false => value,
        };
        (attribute.clone(), claim.clone(), value)
    });
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let claims = trial.claims.iter().map(|(name, value)| {
        let values = match value {
            Value::Array(items) => items.iter().map(text).collect(),
            one => vec![text(one)],
        };
        (name.clone(), values)
    });
    Shown {
        mapped: mapped.collect(),
        claims: claims.collect(),
        trial,
    }
}
