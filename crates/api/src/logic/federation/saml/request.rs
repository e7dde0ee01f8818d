//! The request that a person takes to the provider.

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::saml::{AuthnRequest, SpKey};
use url::Url;

use super::super::attempt::{Attempt, PassedOn};
use super::{SIGNING, entity_id, key, metadata};
use crate::cx::Cx;
use crate::fault::Fault;

/// The ID of the request of an attempt with this ID, to which the answer answers.
pub fn request_id(attempt: &str) -> String {
    format!("_{attempt}")
}

/// The address at the provider to which the person goes.
///
/// # Errors
/// If the provider's metadata cannot be read.
pub async fn address(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    attempt: &Attempt,
    state: &str,
    passed_on: PassedOn<'_>,
) -> Result<Url, Fault> {
    let metadata = metadata::of(cx, provider).await?;
    let key = match provider.detail(SIGNING) {
        Some(_) => Some(key(cx, pool).await?),
        None => None,
    };
    let mut prompt = passed_on
        .prompt
        .unwrap_or_default()
        .split_ascii_whitespace();
    // No older sign-in is asked for, as SAML has no word for an age.
    let is_anew = passed_on.max_age.is_some() || prompt.any(|it| it == "login");
    let request = AuthnRequest {
        id: &request_id(&attempt.id),
        issuer: &entity_id(pool),
        endpoint: &metadata.sign_on,
        consumer: &attempt.redirect_uri,
        anew: is_anew,
        now: cx.now(),
    };
    let signer = key.as_ref().map(|it| SpKey { pkcs8: &it.pkcs8 });
    let address = request.address(state, signer);
    address.map_err(|flaw| metadata::unusable(provider, flaw))
}
