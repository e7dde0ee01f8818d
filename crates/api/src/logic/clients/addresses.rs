//! The addresses that the browser may be sent to by an app client: after signing in, and after signing out.

use cabana_domain::client::Client;
use cabana_model::{UpdateUserPoolClientRequest, UserPoolClientType};

use super::view;
use crate::fault::Fault;
use crate::logic::described::same;

/// One of an app client's two lists of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressList {
    /// `CallbackURLs`
    Callback,
    /// `LogoutURLs`
    SignOut,
}

impl AddressList {
    /// A stable word for paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::SignOut => "sign-out",
        }
    }

    /// The list that a word names.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::Callback, Self::SignOut];
        all.into_iter().find(|list| list.as_str() == word)
    }

    /// The addresses in it.
    pub fn of(self, settings: &UserPoolClientType) -> &[String] {
        let list = match self {
            Self::Callback => &settings.callback_urls,
            Self::SignOut => &settings.logout_urls,
        };
        list.as_deref().unwrap_or_default()
    }

    /// Adds an address to a request, if it is not there.
    pub fn add(self, input: &mut UpdateUserPoolClientRequest, url: &str) {
        let urls = match self {
            Self::Callback => &mut input.callback_urls,
            Self::SignOut => &mut input.logout_urls,
        };
        let urls = urls.get_or_insert_default();
        if !urls.iter().any(|it| it == url) {
            urls.push(url.to_owned());
        }
    }

    /// The parameters that name an address of this list in a request, the one that counts first.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Callback => &["redirect_uri"],
            Self::SignOut => &["logout_uri", "post_logout_redirect_uri"],
        }
    }

    /// The endpoint of such a request.
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::Callback => "/oauth2/authorize",
            Self::SignOut => "/logout",
        }
    }
}

/// The request that adds an address to a client, and changes nothing else about it.
///
/// # Errors
/// If the description has another shape than the request, which the model rules out.
pub fn adding(
    client: &Client,
    list: AddressList,
    url: &str,
) -> Result<UpdateUserPoolClientRequest, Fault> {
    let mut input: UpdateUserPoolClientRequest = same(&view::describe(client))?;
    list.add(&mut input, url);
    Ok(input)
}
