//! `/saml2/idpresponse`: the answer of a SAML provider, which a form of its page brings.
//!
//! A browser sends none of our cookies with such a form. What the form says is judged at once, kept for a minute, and
//! counts after a redirect to this address, in the browser that began. If the provider began there is no such browser.

use axum::response::{IntoResponse, Response};
use cabana_api::logic::federation::saml::{self, Assertion, Incoming, SpMetadata};
use cabana_api::logic::federation::{self, COGNITO};
use cabana_api::logic::sign_in::ticket;
use cabana_api::{Cx, Fault, again, faults};
use cabana_domain::draft::Draft;
use cabana_domain::provider::IdentityProvider;
use cabana_domain::{Span, Time};
use cabana_model::IdentityProviderTypeType;
use cabana_store::{Change, StoreError};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};

use super::answer::{ATTEMPT_LIFE, arrive, attempt_key, demand_young, spend};
use super::{saml_sign_out, trial};
use crate::authorize::provider::{self, NAMED, SAML_ANSWER, State};
use crate::authorize::{self, Authorization, Halt, answered, pushed};
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

/// The parameter that holds what was judged.
const JUDGED: &str = "answer";
const TICKET: &str = "judged-assertion";
/// Time for a browser to follow a redirect.
const JUDGED_LIFE: Span = Span::minutes(1);
/// Parameters of an app's request with which a provider may begin.
const UNASKED: [&str; 5] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
];

/// An answer that was judged.
#[derive(Serialize, Deserialize)]
struct Judged {
    relay_state: String,
    /// Where the assertion is kept.
    draft: [u8; 32],
    until: Time,
}

/// Judges a posted answer.
pub async fn consume(mut visit: Visit) -> Response {
    let relay_state = visit.form.get("RelayState").unwrap_or_default().to_owned();
    if let Some(state) = provider::open_in_any_browser(&visit, &relay_state) {
        // From here on it is the app's request again.
        pushed::take_up(&mut visit, &state.query);
        let result = judge(&visit, &state, &relay_state).await;
        return answered(&visit, result);
    }
    if let Some(result) = trial::posted(&visit, &relay_state).await {
        return answered(&visit, result);
    }
    let Some((name, query)) = unasked(&relay_state) else {
        let halt = provider::unfit(&visit, Some(&relay_state));
        return answered(&visit, Err(halt));
    };
    visit.query = query;
    let result = begun_by_provider(&visit, &name).await;
    answered(&visit, result)
}

/// The provider and the request for an app in a `RelayState` of the provider's own.
fn unasked(relay_state: &str) -> Option<(String, Params)> {
    // Some providers encode it once more.
    let mut said = Params::parse(relay_state);
    if !relay_state.contains('=') {
        let once = form_urlencoded::parse(relay_state.as_bytes()).next();
        said = Params::parse(&once.map(|(text, _)| text.into_owned()).unwrap_or_default());
    }
    let name = said.get(NAMED)?.to_owned();
    let known = UNASKED
        .iter()
        .filter_map(|it| Some(((*it).to_owned(), said.get(it)?.to_owned())));
    let known: Vec<_> = known.collect();
    Some((name, Params::of(&known)))
}

/// The provider of an answer.
async fn provider_of(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    name: &str,
) -> Result<std::sync::Arc<IdentityProvider>, Fault> {
    let provider = federation::find(cx, visit.pool(), name).await?;
    match provider.kind == IdentityProviderTypeType::Saml && request.supports(name) {
        true => Ok(provider),
        false => Err(faults::federation::saml_incomplete()),
    }
}

/// Judges the response in the form of a visit.
///
/// # Errors
/// The refusal.
pub(super) async fn assertion(
    cx: &Cx<'_>,
    visit: &Visit,
    provider: &IdentityProvider,
    in_response_to: Option<&str>,
    recipients: &[&str],
) -> Result<Assertion, Fault> {
    let form = &visit.form;
    let posted = form
        .get("SAMLResponse")
        .filter(|_| !form.is_repeated("SAMLResponse") && !form.is_repeated("RelayState"));
    let incoming = Incoming {
        posted: posted.ok_or_else(faults::federation::saml_incomplete)?,
        recipients,
        in_response_to,
    };
    saml::judge(cx, visit.pool(), provider, incoming).await
}

async fn judge(visit: &Visit, state: &State, relay_state: &str) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let name = &state.attempt.provider;
    let result = judged(&visit.cx(), visit, &request, state, relay_state).await;
    provider::concluded(visit, &request, name, result).await
}

async fn judged(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    state: &State,
    relay_state: &str,
) -> Result<Response, Fault> {
    let attempt = &state.attempt;
    if attempt.client != request.client.id.as_str() {
        return Err(faults::federation::saml_incomplete());
    }
    let provider = provider_of(cx, visit, request, &attempt.provider).await?;
    let (id, recipients) = (
        saml::request_id(&attempt.id),
        [attempt.redirect_uri.as_str()],
    );
    let assertion = assertion(cx, visit, &provider, Some(&id), &recipients).await?;
    let until = cx.now().after(JUDGED_LIFE);
    let judged = Judged {
        relay_state: relay_state.to_owned(),
        draft: keep(cx, &attempt.id, &assertion, until).await?,
        until,
    };
    let sealed = ticket::seal(cx.api, TICKET, &judged)?;
    let path = visit.path(SAML_ANSWER);
    Ok(reply::see_other(&format!("{path}?{JUDGED}={sealed}")))
}

/// Keeps the assertion that answers an attempt until the browser comes for it; returns where. One that is brought again
/// and again is kept in one place, so that it does not fill the database.
pub(super) async fn keep(
    cx: &Cx<'_>,
    attempt: &str,
    assertion: &Assertion,
    expires: Time,
) -> Result<[u8; 32], Fault> {
    let content = serde_json::to_string(assertion).map_err(Fault::internal)?;
    let of = ["kept-assertion", attempt, &assertion.issuer, &assertion.id];
    let hash = cx.api.sealer.keyed_hash(&of.map(str::as_bytes));
    let mut draft = Draft {
        hash,
        version: 1,
        content: content.into(),
        expires,
    };
    let first = Change::InsertDraft(draft.clone());
    let kept = match cx.try_commit([first]).await {
        Err(StoreError::Conflict("draft")) => {
            let before = cx.store().draft(&hash).await?;
            draft.version = before.map_or(1, |it| it.version);
            cx.try_commit([Change::UpdateDraft(draft)]).await
        }
        other => other,
    };
    match kept {
        // Stale: another request has kept the same meanwhile.
        Ok(()) | Err(StoreError::Stale) => Ok(hash),
        Err(error) => Err(error.into()),
    }
}

/// The assertion that was kept.
///
/// # Errors
/// If its time is over.
pub(super) async fn kept(cx: &Cx<'_>, draft: &[u8; 32]) -> Result<Assertion, Fault> {
    let draft = cx.store().draft(draft).await?;
    let draft = draft.filter(|it| cx.now() < it.expires);
    let draft = draft.ok_or_else(faults::federation::federated_answer_used)?;
    serde_json::from_str(draft.content.expose()).map_err(Fault::internal)
}

/// Completes the sign-in in the browser that began it.
pub async fn answer(mut visit: Visit) -> Response {
    let api = &visit.web.api;
    let sealed = visit.query.get(JUDGED);
    let judged = sealed.and_then(|it| ticket::open::<Judged>(api, TICKET, it));
    let live = judged.as_ref().filter(|it| api.clock.now() < it.until);
    let state = live.and_then(|it| provider::open(&visit, &it.relay_state));
    let (Some(judged), Some(state)) = (&judged, state) else {
        let relay_state = judged.as_ref().map(|it| it.relay_state.as_str());
        let halt = provider::unfit(&visit, relay_state);
        return answered(&visit, Err(halt));
    };
    pushed::take_up(&mut visit, &state.query);
    let result = finish(&visit, &state, judged).await;
    answered(&visit, result)
}

async fn finish(visit: &Visit, state: &State, judged: &Judged) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let name = &state.attempt.provider;
    let result = again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let provider = provider_of(&cx, visit, &request, name).await?;
        let assertion = kept(&cx, &judged.draft).await?;
        demand_young(&request, state, assertion.signed_in)?;
        let attempt = (
            attempt_key(&cx, &state.attempt),
            cx.now().after(ATTEMPT_LIFE),
        );
        sign_in(&cx, visit, &request, &provider, &assertion, Some(attempt)).await
    });
    provider::concluded(visit, &request, name, result.await).await
}

/// A sign-in that the provider began: at once, as no browser of ours is known. The app client must have SAML providers
/// only, as with Cognito, so that nobody is signed in behind the back of an app that begins its sign-ins itself.
async fn begun_by_provider(visit: &Visit, name: &str) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let result = again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let provider = provider_of(&cx, visit, &request, name).await?;
        demand_unasked(&cx, visit, &request, &provider).await?;
        let here = format!("{}{SAML_ANSWER}", visit.browser_base());
        let public = format!("{}{SAML_ANSWER}", visit.public_base());
        let recipients = [here.as_str(), public.as_str()];
        let assertion = assertion(&cx, visit, &provider, None, &recipients).await?;
        sign_in(&cx, visit, &request, &provider, &assertion, None).await
    });
    provider::concluded(visit, &request, name, result.await).await
}

async fn demand_unasked(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    provider: &IdentityProvider,
) -> Result<(), Fault> {
    if !saml::is_on(provider, saml::BEGINS) {
        return Err(faults::federation::saml_may_not_begin());
    }
    if request.supports(COGNITO) {
        return Err(faults::federation::saml_is_not_alone());
    }
    for name in request.other_providers() {
        let other = cx.store().identity_provider(&visit.pool().id, name).await?;
        if other.is_some_and(|it| it.kind != IdentityProviderTypeType::Saml) {
            return Err(faults::federation::saml_is_not_alone());
        }
    }
    Ok(())
}

/// Signs the person of an assertion in, once: neither it nor the attempt that it answers counts again.
async fn sign_in(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    provider: &IdentityProvider,
    assertion: &Assertion,
    attempt: Option<([u8; 32], Time)>,
) -> Result<Response, Fault> {
    let key = cx.api.sealer.keyed_hash(&[
        b"SAML assertion",
        provider.pool.as_str().as_bytes(),
        assertion.issuer.as_bytes(),
        assertion.id.as_bytes(),
    ]);
    let used = [Some((key, assertion.until)), attempt];
    for (key, _) in used.into_iter().flatten() {
        if cx.store().is_spent(&key).await? {
            return Err(faults::federation::federated_answer_used());
        }
    }
    let spent = used.into_iter().flatten();
    let spent = spent.map(|(key, until)| spend(key, until)).collect();
    let person = saml::person(assertion);
    let mut response = arrive(cx, visit, request, provider, &person, spent).await?;
    let cookie = saml_sign_out::remember(cx, visit, provider, &assertion.principal)?;
    authorize::set_cookie(&mut response, cookie);
    Ok(response)
}

/// The pool's metadata as a service provider.
pub async fn metadata(visit: Visit) -> Response {
    let cx = visit.cx();
    let key = match saml::key(&cx, visit.pool()).await {
        Ok(key) => key,
        Err(fault) => return answered(&visit, Err(Halt::Fault(fault))),
    };
    let base = visit.public_base();
    let metadata = SpMetadata {
        entity_id: &saml::entity_id(visit.pool()),
        consumer: &format!("{base}{SAML_ANSWER}"),
        sign_out: &format!("{base}{}", saml_sign_out::PATH),
        certificate: &key.certificate,
    };
    let kind = [(header::CONTENT_TYPE, "application/samlmetadata+xml")];
    (StatusCode::OK, kind, metadata.xml()).into_response()
}
