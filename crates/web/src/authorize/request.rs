//! An authorization request that has passed its checks.

use std::sync::Arc;

use cabana_api::logic::clients::addresses::AddressList;
use cabana_api::logic::federation::COGNITO;
use cabana_api::logic::pools::{levels, tiers};
use cabana_domain::asked_claims::ClaimsParameter;
use cabana_domain::client::Client;
use cabana_domain::flow::{Authentication, Goal};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{Span, Time};

use super::checks::{self, CHECKS};
use super::errors::{Kind, Refusal};
use super::refusals;
use super::session::{self, Current};
use super::{Failure, Halt, RefusedAddress, pushed};
use crate::pages::Detail;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

/// The app's `response_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseType {
    /// An authorization code.
    #[default]
    Code,
    /// Tokens in the fragment (implicit grant).
    Token,
}

/// The app's `prompt` for the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Show no page at all.
    pub none: bool,
    /// Show the sign-in page, even with a session.
    pub login: bool,
}

/// A request that can be granted once the user has signed in.
#[derive(Clone, Debug)]
pub struct Authorization {
    pub client: Arc<Client>,
    pub redirect_uri: String,
    /// The key of the single-use marker, if it was pushed.
    pub pushed: Option<[u8; 32]>,
    /// Encoded as sent.
    pub state: Option<String>,
    pub response_type: ResponseType,
    /// The issuer, if the pool speaks the standard dialect: answers name it (RFC 9207), and errors use the standard's
    /// codes.
    pub issuer: Option<String>,
    pub scopes: Vec<String>,
    pub code_challenge: Option<String>,
    pub nonce: Option<String>,
    pub resource: Option<String>,
    pub prompt: Prompt,
    /// Longest age of a session.
    pub max_age: Option<Span>,
    /// The authentication levels that the app wishes, the best first.
    pub levels: Vec<u8>,
    /// What the app asks for by the name of a claim.
    pub claims: ClaimsParameter,
}

/// Reads and checks the request in the query of a page for the pool's own users.
///
/// # Errors
/// A page if the redirect URL cannot be trusted, else a redirect with the error.
pub async fn read_for_own_users(visit: &Visit) -> Result<Authorization, Halt> {
    read(visit).await?.for_own_users(visit)
}

/// Reads and checks the request in the query of an endpoint or page.
///
/// # Errors
/// A page if the redirect URL cannot be trusted, else a redirect with the error.
pub async fn read(visit: &Visit) -> Result<Authorization, Halt> {
    let (client, redirect_uri) = app(visit).await?;
    begin(visit, &visit.query, client, redirect_uri)
        .map_err(|(request, refusal)| request.refuse(visit, &refusal))
}

/// Reads and checks the parameters of a request whose redirect URL is registered.
///
/// # Errors
/// The refusal, with the request as far as it was read.
pub fn begin(
    visit: &Visit,
    query: &Params,
    client: Arc<Client>,
    redirect_uri: String,
) -> Result<Authorization, (Box<Authorization>, Refusal)> {
    // Read before the checks, because it decides where errors go.
    let response_type = match query.get("response_type") {
        Some("token") => ResponseType::Token,
        _ => ResponseType::Code,
    };
    let mut request = Authorization {
        client,
        redirect_uri,
        state: query.encoded("state").map(str::to_owned),
        pushed: pushed::key(query),
        response_type,
        issuer: issuer(visit),
        scopes: Vec::new(),
        code_challenge: None,
        nonce: None,
        resource: None,
        prompt: Prompt::default(),
        max_age: None,
        levels: levels_named(visit, query.get("acr_values").unwrap_or_default()),
        claims: ClaimsParameter::default(),
    };
    for check in CHECKS {
        if let Err(refusal) = check(query, &mut request) {
            return Err((Box::new(request), refusal));
        }
    }
    let wished = request.claims.levels.join(" ");
    let wished = levels_named(visit, &wished);
    request.levels.extend(wished);
    Ok(request)
}

/// The issuer that answers name.
fn issuer(visit: &Visit) -> Option<String> {
    let (pool, settings) = (visit.pool(), &visit.web.api.settings);
    let speaks = pool.speaks_standard();
    speaks.then(|| pool.issuer(&settings.public_url))
}

/// The app client in the query, and the registered URL to which the browser is to go back.
///
/// # Errors
/// An error page.
pub async fn app(visit: &Visit) -> Result<(Arc<Client>, String), Halt> {
    let client = registered_client(visit).await?;
    let redirect_uri = redirect_uri(visit, &client)?;
    Ok((client, redirect_uri))
}

/// The pool's levels that `acr_values` name. It never leads to an error: other values are ignored, as are levels that the
/// user cannot reach, and all of them in pools of a tier without levels. The tokens name the level that was reached.
fn levels_named(visit: &Visit, values: &str) -> Vec<u8> {
    let pool = visit.pool();
    match tiers::is_lite(&pool.settings) {
        true => Vec::new(),
        false => levels::named(pool, values),
    }
}

/// The client that `client_id` names, if it belongs to this pool.
///
/// # Errors
/// An error page.
pub async fn registered_client(visit: &Visit) -> Result<Arc<Client>, Halt> {
    let id = visit
        .query
        .get("client_id")
        .filter(|_| !visit.query.is_repeated("client_id"))
        .ok_or_else(|| bad_request(visit, None, Detail::OneClientId))?;
    visit
        .client(id)
        .await?
        .ok_or_else(|| bad_request(visit, Some(id), Detail::UnknownClient).into())
}

/// The redirect URL: one that the client has registered, byte for byte. The browser is never sent anywhere else.
fn redirect_uri(visit: &Visit, client: &Arc<Client>) -> Result<String, Halt> {
    let asked = match registered(&visit.query, client) {
        Ok(url) => return Ok(url),
        Err(asked) => asked,
    };
    let Some(asked) = asked else {
        let id = Some(client.id.as_str());
        let failure = bad_request(visit, id, Detail::OneRedirectUri);
        return Err(failure.of(Some(Arc::clone(client))).into());
    };
    let refusal = Refusal::from(Kind::RedirectMismatch).blaming("redirect_uri", asked.as_str());
    refusals::log(visit, Some(client.id.as_str()), &refusal);
    let address = RefusedAddress {
        client: Arc::clone(client),
        list: AddressList::Callback,
        url: asked,
    };
    let detail = Detail::quoted(Kind::RedirectMismatch.as_str());
    Err(Failure::bad_request(detail).about(address).into())
}

/// The redirect URL of a request, byte for byte one that the client has registered.
///
/// # Errors
/// Another URL; none if there is not exactly one.
pub fn registered(query: &Params, client: &Client) -> Result<String, Option<String>> {
    let settings = &client.settings;
    let one_provider = settings
        .supported_identity_providers
        .as_ref()
        .is_some_and(|providers| providers.len() == 1);
    let default = settings
        .default_redirect_uri
        .as_deref()
        .filter(|_| one_provider);
    let asked = query
        .get("redirect_uri")
        .or(default)
        .filter(|_| !query.is_repeated("redirect_uri"));
    let asked = asked.ok_or(None)?;
    let mut registered = settings.callback_urls.iter().flatten();
    match registered.any(|it| it == asked) {
        true => Ok(asked.to_owned()),
        false => Err(Some(asked.to_owned())),
    }
}

/// An error page for a request that cannot be answered with a redirect. Logs the refusal, in English.
pub fn bad_request(visit: &Visit, client: Option<&str>, detail: Detail) -> Failure {
    let refusal = Refusal::new(Kind::InvalidRequest, detail.in_english());
    refusals::log(visit, client, &refusal);
    Failure::bad_request(detail)
}

/// Whether a client allows the way in which a session began.
pub fn allows(client: &Client, authentication: &Authentication) -> bool {
    supports(
        client,
        authentication.provider.as_deref().unwrap_or(COGNITO),
    )
}

/// Whether people may sign in to a client by this provider, or by the pool itself.
fn supports(client: &Client, provider: &str) -> bool {
    match client.settings.supported_identity_providers.as_deref() {
        None | Some([]) => provider == COGNITO,
        Some(names) => names.iter().any(|name| name == provider),
    }
}

impl Authorization {
    /// Whether a session begun at `auth_time` is recent enough for the app.
    pub fn is_young(&self, auth_time: Time, now: Time) -> bool {
        self.max_age
            .is_none_or(|max_age| now.since(auth_time) <= max_age)
    }

    /// The last moment at which a sign-in of `auth_time` is young enough, if the app says.
    pub fn young_until(&self, auth_time: Time) -> Option<Time> {
        self.max_age.map(|max_age| auth_time.after(max_age))
    }

    /// Whether a session is recent enough for the app, is of a person it wants, and came about in a way that the client
    /// allows.
    pub fn accepts(&self, pool: &Pool, current: &Current, now: Time) -> bool {
        let authentication = &current.authentication;
        let reused = session::reused_for(pool, &self.client);
        let young = self.is_young(authentication.at, now)
            && now < authentication.at.after(reused)
            && self.wants(&current.user);
        young && !self.prompt.login && allows(&self.client, authentication)
    }

    /// Whether the app wants this person, or anybody.
    fn wants(&self, user: &User) -> bool {
        let wanted = self.claims.subject.as_deref();
        wanted.is_none_or(|sub| sub == user.sub.as_str())
    }

    /// What a sign-in lacks of what the app demands.
    pub fn unmet(&self, pool: &Pool, user: &User, authentication: &Authentication) -> Option<Kind> {
        if !self.wants(user) {
            return Some(Kind::AccessDenied);
        }
        let reached = authentication.level();
        let reached = reached.and_then(|level| levels::name(pool, level));
        let demanded = self.claims.level_is_essential;
        let missing = demanded
            && !self
                .claims
                .levels
                .iter()
                .any(|it| Some(it) == reached.as_ref());
        missing.then_some(Kind::UnmetRequirements)
    }

    /// Whether the tokens say which level was reached.
    pub fn asks_level(&self) -> bool {
        let by_name = &self.claims.asked.id_token;
        !self.levels.is_empty() || by_name.iter().any(|name| name == "acr")
    }

    /// Requires that the client lets the pool's own users in.
    ///
    /// # Errors
    /// A redirect to the app with the error.
    pub fn for_own_users(self, visit: &Visit) -> Result<Self, Halt> {
        match self.supports(COGNITO) {
            true => Ok(self),
            false => Err(self.refuse(visit, &checks::no_own_users())),
        }
    }

    /// Whether people may sign in to the client by this provider, or by the pool itself.
    pub fn supports(&self, provider: &str) -> bool {
        supports(&self.client, provider)
    }

    /// The other providers of the client.
    pub fn other_providers(&self) -> impl Iterator<Item = &str> {
        let names = self.client.settings.supported_identity_providers.iter();
        let names = names.flatten().map(String::as_str);
        names.filter(|name| *name != COGNITO)
    }

    /// The level that a sign-in for this request is to reach if it can.
    pub fn goal(&self) -> Option<Goal> {
        let levels = self.levels.clone();
        (!levels.is_empty()).then_some(Goal {
            levels,
            is_required: false,
            since: None,
            ground: None,
        })
    }

    /// Redirects to the app with the error, and logs it.
    pub fn refuse(&self, visit: &Visit, refusal: &Refusal) -> Halt {
        let client = Some(self.client.id.as_str());
        refusals::log(visit, client, refusal);
        Halt::Back(self.refused(refusal))
    }

    /// Redirect URL with the error: in the fragment for the implicit grant.
    pub fn refused(&self, refusal: &Refusal) -> String {
        let mut parameters = vec![("error", refusal.kind.as_str())];
        if let Some(description) = refusal.description.as_deref() {
            parameters.push(("error_description", description));
        }
        self.granted(&parameters)
    }

    /// Redirects to the app with the error of a sign-in at a provider, in Cognito's order.
    pub fn refuse_as_provider(&self, visit: &Visit, refusal: &Refusal) -> Halt {
        refusals::log(visit, Some(self.client.id.as_str()), refusal);
        let description = refusal.description.as_deref();
        let described: Vec<_> = description
            .map(|it| ("error_description", it))
            .into_iter()
            .collect();
        let address = self.granted(&described);
        let mark = match self.response_type {
            ResponseType::Code => '?',
            ResponseType::Token => '#',
        };
        Halt::Back(reply::with_parameters(
            &address,
            if address.contains(mark) { '&' } else { mark },
            &[("error", refusal.kind.as_str())],
            None,
        ))
    }

    /// Redirect URL with the code or tokens.
    pub fn granted(&self, parameters: &[(&str, &str)]) -> String {
        let mark = match self.response_type {
            ResponseType::Code => '?',
            ResponseType::Token => '#',
        };
        let mut parameters = parameters.to_vec();
        if let Some(issuer) = &self.issuer {
            parameters.push(("iss", issuer));
        }
        reply::with_parameters(&self.redirect_uri, mark, &parameters, self.state.as_deref())
    }
}
