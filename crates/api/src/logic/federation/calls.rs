//! Calls of a provider's endpoints, and what their failures are called.

use bytes::Bytes;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::oidc;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Builder;
use http::{HeaderMap, Request};
use url::Url;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;
use crate::ports::FetchError;

/// An endpoint of a provider, as faults name it.
#[derive(Clone, Copy, Debug)]
pub enum Endpoint {
    Discovery,
    Keys,
    /// What a SAML provider says about itself.
    Metadata,
    Token,
    UserInfo,
}

impl Endpoint {
    fn name(self) -> &'static str {
        match self {
            Self::Discovery => "IdP discovery document",
            Self::Keys => "jwks uri",
            Self::Metadata => "IdP metadata document",
            Self::Token => "IdP token endpoint",
            Self::UserInfo => "IdP userinfo endpoint",
        }
    }

    /// The fault of an endpoint that is not called, as it failed just now in these words.
    pub fn rests(self, words: &str) -> Fault {
        federation::provider_unreachable(self.name()).because(words.to_owned())
    }

    fn fault(self, error: FetchError) -> Fault {
        let fault = match error {
            FetchError::TimedOut => federation::provider_timed_out(self.name()),
            _ => federation::provider_unreachable(self.name()),
        };
        fault.because(error)
    }

    /// The words for a refusal without an error code.
    fn failure(self) -> &'static str {
        match self {
            Self::Discovery => "error getting the discovery document",
            Self::Keys => "error getting keys",
            Self::Metadata => "error getting metadata",
            Self::Token => "error getting token",
            Self::UserInfo => "error getting user info",
        }
    }
}

/// The body of a successful answer, with its headers.
///
/// # Errors
/// If there is none.
pub async fn call(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    endpoint: Endpoint,
    request: Request<Bytes>,
) -> Result<(HeaderMap, Bytes), Fault> {
    let answer = cx.api.fetch.fetch(request).await;
    let answer = answer.map_err(|error| endpoint.fault(error))?;
    let (parts, body) = answer.into_parts();
    if parts.status.is_success() {
        return Ok((parts.headers, body));
    }
    let code = oidc::error_code(&body);
    let code = code.as_deref().unwrap_or(endpoint.failure());
    let status = parts.status.as_u16();
    Err(federation::provider_answered(&provider.name, status, code))
}

/// A GET of JSON.
pub fn get(url: &Url) -> Builder {
    Request::get(url.as_str()).header(ACCEPT, "application/json")
}

/// A POST of a form.
pub fn post(url: &Url) -> Builder {
    Request::post(url.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}
