//! An authorization request, judged.

use std::sync::Arc;

use cabana_api::Fault;
use cabana_api::logic::pools::tiers;
use cabana_domain::client::Client;
use cabana_domain::{ClientId, Span, Time};
use http::StatusCode;

use super::super::errors::{Kind, Refusal};
use super::checks::CHECKS;
use crate::hosted::Halt;
use crate::pages::Mishap;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

/// How the app is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseType {
    /// With a code.
    #[default]
    Code,
    /// With tokens in the fragment (implicit grant).
    Token,
}

/// What the app wants of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// No page at all.
    pub none: bool,
    /// The sign-in page, session or not.
    pub login: bool,
}

/// A request that may be granted once somebody has signed in.
#[derive(Clone, Debug)]
pub struct Authorization {
    pub client: Arc<Client>,
    pub redirect_uri: String,
    /// Encoded as it was sent.
    pub state: Option<String>,
    pub response_type: ResponseType,
    pub scopes: Vec<String>,
    pub code_challenge: Option<String>,
    pub nonce: Option<String>,
    pub resource: Option<String>,
    pub prompt: Prompt,
    /// How old a session may be.
    pub max_age: Option<Span>,
}

/// Judges the request in the query of an endpoint or page.
///
/// # Errors
/// A page where it is not certain who would be answered, a redirect with the error otherwise.
pub async fn read(visit: &Visit) -> Result<Authorization, Halt> {
    let client = registered_client(visit).await?;
    let redirect_uri = redirect_uri(&visit.query, &client)?;
    let mut request = Authorization {
        client,
        redirect_uri,
        state: visit.query.encoded("state").map(str::to_owned),
        response_type: ResponseType::default(),
        scopes: Vec::new(),
        code_challenge: None,
        nonce: None,
        resource: None,
        prompt: Prompt::default(),
        max_age: None,
    };
    for check in CHECKS {
        if let Err(refusal) = check(&visit.query, &mut request) {
            return Err(Halt::Back(request.refused(&refusal)));
        }
    }
    // All or nothing: an app that asks for a level must not take less for it. LITE knows no levels.
    if visit.query.get("acr_values").is_some() && !tiers::is_lite(&visit.pool().settings) {
        let refusal = Refusal::new(Kind::InvalidRequest, "acr_values is not available");
        return Err(Halt::Back(request.refused(&refusal)));
    }
    Ok(request)
}

/// The client that `client_id` names, if it is one of this pool.
///
/// # Errors
/// A page.
pub async fn registered_client(visit: &Visit) -> Result<Arc<Client>, Halt> {
    let id = visit
        .query
        .get("client_id")
        .filter(|_| !visit.query.is_repeated("client_id"))
        .ok_or_else(|| bad_request("Exactly one client_id is required."))?;
    let client = visit.web.api.store.client(&ClientId::new(id)).await;
    client
        .map_err(|error| Halt::Fault(Fault::from(error)))?
        .filter(|client| client.pool == visit.site.pool.id)
        .ok_or_else(|| bad_request("Client does not exist."))
}

/// Only an address that the client has registered, letter by letter. Nobody is ever sent elsewhere.
fn redirect_uri(query: &Params, client: &Client) -> Result<String, Halt> {
    let settings = &client.settings;
    let one_provider = settings
        .supported_identity_providers
        .as_ref()
        .is_some_and(|providers| providers.len() == 1);
    let default = settings
        .default_redirect_uri
        .as_deref()
        .filter(|_| one_provider);
    query
        .get("redirect_uri")
        .or(default)
        .filter(|_| !query.is_repeated("redirect_uri"))
        .filter(|uri| {
            let registered = settings.callback_urls.iter().flatten();
            registered.into_iter().any(|it| it == uri)
        })
        .map(str::to_owned)
        .ok_or_else(|| bad_request("redirect_mismatch"))
}

fn bad_request(detail: &'static str) -> Halt {
    Halt::Page {
        what: Mishap::BadRequest,
        status: StatusCode::BAD_REQUEST,
        detail: Some(detail),
    }
}

impl Authorization {
    /// Whether a session that began then will do, or the app wants a new sign-in.
    pub fn accepts_session_of(&self, auth_time: Time, now: Time) -> bool {
        let young = self
            .max_age
            .is_none_or(|max_age| now.since(auth_time) <= max_age);
        young && !self.prompt.login
    }

    /// The address that tells the app of an error. In the query even for the implicit grant.
    pub fn refused(&self, refusal: &Refusal) -> String {
        let mut parameters = vec![("error", refusal.kind.as_str())];
        if let Some(description) = refusal.description.as_deref() {
            parameters.push(("error_description", description));
        }
        reply::with_parameters(&self.redirect_uri, '?', &parameters, self.state.as_deref())
    }

    /// The address that brings the app its code or tokens.
    pub fn granted(&self, parameters: &[(&str, &str)]) -> String {
        let mark = match self.response_type {
            ResponseType::Code => '?',
            ResponseType::Token => '#',
        };
        reply::with_parameters(&self.redirect_uri, mark, parameters, self.state.as_deref())
    }
}
