//! A redirect URL that the app client has not registered: the details on the error page, and the button that adds it.
//!
//! A registered URL receives every user who signs in, so a page that someone was lured to must not add one behind their
//! back. In production only the console adds URLs, to signed-in operators. The emulator has a button, for a browser on
//! the same machine that uses a host name nobody else can point there. The form carries a token, browsers must confirm
//! that it is same-origin, no other page may frame it, it shows the URL in full, and the audit log records it.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use cabana_api::logic::clients::addresses::{self, AddressList};
use cabana_api::{Caller, Operator};
use cabana_domain::Sub;
use cabana_domain::client::Client;
use cabana_domain::formats::check_callback_url;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{ErrorKind as K, op};
use http::{StatusCode, header};

use super::frame::{is_ours, post};
use super::{Failure, Halt, answered};
use crate::csrf::Csrf;
use crate::pages::{Detail, PageError, Post, Refused};
use crate::visit::Visit;
use crate::{hosts, reply};

/// Actor in the audit log when the emulator adds a URL.
const DEVELOPER: &str = "cabana dev";

/// A redirect URL that was refused.
pub struct RefusedAddress {
    pub client: Arc<Client>,
    /// The list that lacks it.
    pub list: AddressList,
    pub url: String,
}

impl RefusedAddress {
    /// The client with the URL added, for the policy of the page whose form adds it.
    pub fn client_with_it(&self) -> Client {
        let mut client = (*self.client).clone();
        let urls = client.settings.callback_urls.get_or_insert_default();
        urls.push(self.url.clone());
        client
    }
}

/// The details for a developer; `None` outside the emulator.
pub fn view(visit: &Visit, csrf: &Csrf, address: &RefusedAddress) -> Option<Refused> {
    let shown = visit.web.settings.dev && hosts::is_ours(&visit.web, &visit.asked.host);
    if !shown || is_the_consoles(visit) {
        return None;
    }
    let settings = &address.client.settings;
    Some(Refused {
        after_sign_out: address.list == AddressList::SignOut,
        app: settings.client_name.clone().unwrap_or_default(),
        came: addresses::plain(&address.url),
        allowed: address
            .list
            .of(settings)
            .iter()
            .map(|url| addresses::plain(url))
            .collect(),
        allow: offers(visit, address).then(|| form(visit, csrf, address)),
    })
}

/// The console page that shows operators the same, if the error page has no button.
pub fn console_url(visit: &Visit, address: &RefusedAddress) -> Option<String> {
    if !visit.web.settings.console || is_the_consoles(visit) || offers(visit, address) {
        return None;
    }
    let (base, client) = (&visit.web.api.settings.public_url, &address.client);
    let (pool, list) = (&client.pool, address.list.as_str());
    let query = visit.query.as_sent();
    Some(format!(
        "{base}/console/pools/{pool}/clients/{}/refused/{list}?{query}",
        client.id
    ))
}

/// Whether this is the console's own client, which only the server configures.
fn is_the_consoles(visit: &Visit) -> bool {
    visit.site.pool.id.as_str() == OPERATORS_POOL
}

fn offers(visit: &Visit, address: &RefusedAddress) -> bool {
    is_this_machine(visit) && check_callback_url(&address.url).is_ok()
}

/// Whether the request comes to an emulator from a browser on the same machine.
fn is_this_machine(visit: &Visit) -> bool {
    visit.web.settings.dev && hosts::is_this_machine(&visit.asked, &visit.info)
}

fn form(visit: &Visit, csrf: &Csrf, address: &RefusedAddress) -> Post {
    let page = format!("/allow/{}", address.list.as_str());
    let hidden = vec![
        ("client", address.client.id.to_string()),
        ("url", address.url.clone()),
    ];
    post(visit, csrf, &page, hidden)
}

/// Answers a GET of the form's URL: goes back to the refused request.
pub async fn back(Path(list): Path<String>, visit: Visit) -> Response {
    match AddressList::named(&list) {
        Some(list) => reply::found(&visit.carrying(list.endpoint())),
        None => super::not_found(visit).await,
    }
}

/// Adds the form's URL to the client, and goes back to the refused request.
pub async fn allow(Path(list): Path<String>, visit: Visit) -> Response {
    let result = added(&visit, &list).await;
    answered(&visit, result)
}

async fn added(visit: &Visit, list: &str) -> Result<Response, Halt> {
    let not_found = || Halt::from(Failure::new(PageError::NotFound, StatusCode::NOT_FOUND));
    let list = AddressList::named(list).ok_or_else(not_found)?;
    if !is_this_machine(visit) || is_the_consoles(visit) {
        return Err(not_found());
    }
    let back = visit.carrying(list.endpoint());
    if !is_ours(visit) || !is_same_origin(visit) {
        let failure = Failure::forged(Some(back)).of(visit.named_client().await);
        return Err(failure.into());
    }
    let id = visit.form.get("client").unwrap_or_default();
    let client = visit.client(id).await?.ok_or_else(not_found)?;
    let url = visit.form.get("url").unwrap_or_default();
    let input = addresses::adding(&client, list, url)?;
    let developer = Caller::Operator(Operator {
        name: DEVELOPER.to_owned(),
        sub: Sub::new(DEVELOPER),
        read_only: false,
    });
    let api = &visit.web.api;
    match api
        .call::<op::UpdateUserPoolClient>(developer, visit.info.clone(), &input)
        .await
    {
        Ok(_) => Ok(reply::see_other(&back)),
        Err(fault) if fault.kind == K::InvalidParameterException => {
            let failure = Failure::bad_request(Detail::quoted(&*fault.message));
            Err(failure.of(Some(client)).into())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Whether the form came from this origin, according to the browser.
fn is_same_origin(visit: &Visit) -> bool {
    let origin = visit.headers.get(header::ORIGIN);
    origin.is_none_or(|origin| origin == visit.asked.origin().as_str())
}
