//! Pushed authorization requests (RFC 9126), in the standard dialect. The server stores nothing: what a client pushed is
//! sealed into the `request_uri` itself. It opens for that client of that pool only, and leads to one code.

use cabana_api::logic::sign_in::ticket;
use cabana_api::logic::tokens;
use cabana_api::{Api, Cx, Fault};
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::{ClientId, PoolId, Span, Time};
use cabana_store::Change;
use serde::{Deserialize, Serialize};

use crate::params::Params;
use crate::visit::Visit;

/// The parameter.
pub const PARAMETER: &str = "request_uri";
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// The kind of the ticket, and of its single-use marker ([`Change::Spend`]).
const KIND: &str = "pushed-request";
/// Time for the app to send the browser.
pub const LIFE: Span = Span::minutes(10);
/// Time for the person on the pages.
const PAGES: Span = Span::hours(1);
/// Longest request, in bytes: it travels in addresses.
const LONGEST: usize = 3_000;
/// Parameters that our own pages add.
const PAGES_OWN: [&str; 3] = ["login_hint", "lang", "provider_address"];
const PROVIDERS: [&str; 2] = ["identity_provider", "idp_identifier"];

#[derive(Serialize, Deserialize)]
struct Pushed {
    pool: PoolId,
    client: ClientId,
    query: String,
    at: Time,
    /// Two equal requests have two names.
    #[serde(default)]
    nonce: [u8; 16],
}

/// Whether a `request_uri` names a pushed request, of this server or not.
pub fn is_named(query: &Params) -> bool {
    let uri = query.get(PARAMETER);
    uri.is_some_and(|it| it.starts_with(PREFIX))
}

/// Whether a request is short enough to be pushed.
pub fn fits(query: &Params) -> bool {
    query.as_sent().len() <= LONGEST
}

/// The `request_uri` for what a client pushed.
///
/// # Errors
/// If sealing fails.
pub fn seal(cx: &Cx<'_>, client: &Client, query: &Params) -> Result<String, Fault> {
    let pushed = Pushed {
        pool: client.pool.clone(),
        client: client.id.clone(),
        query: query.as_sent().to_owned(),
        at: cx.now(),
        nonce: cx.random::<16>()?,
    };
    Ok(format!("{PREFIX}{}", ticket::seal(cx.api, KIND, &pushed)?))
}

/// What a query names, if it is this client's of this pool.
fn open(api: &Api, pool: &Pool, query: &Params) -> Option<Pushed> {
    let is_clear = !query.is_repeated(PARAMETER) && !query.is_repeated("client_id");
    let ticket = query.get(PARAMETER)?.strip_prefix(PREFIX)?;
    let pushed: Pushed = ticket::open(api, KIND, ticket)?;
    let client = query.get("client_id")?;
    let is_its = pushed.pool == pool.id && pushed.client.as_str() == client;
    (pool.speaks_standard() && is_clear && is_its).then_some(pushed)
}

/// The request that a query stands for: what its `request_uri` holds, and what our own pages add. One that is another
/// client's stays as it is, and the checks refuse it.
pub fn expand(api: &Api, pool: &Pool, query: Params) -> Params {
    let Some(pushed) = open(api, pool, &query) else {
        return query;
    };
    let request = Params::parse(&pushed.query);
    let mut added: Vec<(String, String)> = Vec::new();
    let is_chosen = PROVIDERS.iter().any(|name| request.has(name));
    for (name, value) in query.iter() {
        let is_added = match name {
            // A page may ask for another account, but nobody may make weaker what the app asks for.
            "prompt" => value == "login",
            // Kept where it is too old, so that the checks refuse it.
            PARAMETER => api.clock.now() >= pushed.at.after(PAGES),
            name if PROVIDERS.contains(&name) => !is_chosen,
            name => PAGES_OWN.contains(&name),
        };
        // The first of several counts, as everywhere.
        if is_added && added.iter().all(|(it, _)| it != name) {
            added.push((name.to_owned(), value.to_owned()));
        }
    }
    let names: Vec<&str> = added.iter().map(|(name, _)| name.as_str()).collect();
    let request = request.without_all(&names);
    query.standing_for(&request, added)
}

/// Takes up an app's request again, pushed or not.
pub fn take_up(visit: &mut Visit, query: &str) {
    visit.query = expand(&visit.web.api, visit.pool(), Params::parse(query));
}

/// Whether the browser comes too late with a pushed request. The way to a provider begins on our own pages.
pub fn is_late(visit: &Visit) -> bool {
    let api = &visit.web.api;
    let sent = Params::parse(visit.query.as_sent());
    let is_on_a_page = PROVIDERS.iter().any(|name| sent.has(name));
    let pushed = open(api, visit.pool(), &sent);
    pushed.is_some_and(|it| !is_on_a_page && api.clock.now() >= it.at.after(LIFE))
}

/// The key of the single-use marker of the pushed request that a query stands for.
pub fn key(query: &Params) -> Option<[u8; 32]> {
    let sent = Params::parse(query.as_sent());
    let is_expanded = is_named(&sent) && !query.has(PARAMETER);
    is_expanded.then(|| tokens::hash(sent.get(PARAMETER).unwrap_or_default()))
}

/// The change that spends a pushed request.
pub fn spend(cx: &Cx<'_>, key: [u8; 32]) -> Change {
    Change::Spend {
        what: KIND,
        key,
        expires: cx.now().after(PAGES),
    }
}
