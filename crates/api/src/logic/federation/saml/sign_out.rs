//! Single logout: the way to the provider and back.

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::saml::{LogoutRequest, Principal, SpKey, answered_logout};
use url::Url;

use super::{SIGNS_OUT, entity_id, is_on, key, metadata};
use crate::cx::Cx;
use crate::fault::Fault;

/// A sign-out at a provider.
#[derive(Clone, Copy, Debug)]
pub struct SignOut<'a> {
    /// ID of the request.
    pub id: &'a str,
    /// Whose session ends.
    pub principal: &'a Principal,
    /// What comes back with the answer.
    pub state: &'a str,
}

/// Where a provider ends sessions; `None` if it is not to be told, or has no such address.
///
/// # Errors
/// If the provider's metadata cannot be read.
pub async fn sign_out_endpoint(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
) -> Result<Option<Url>, Fault> {
    match is_on(provider, SIGNS_OUT) {
        true => Ok(metadata::of(cx, provider).await?.sign_out.clone()),
        false => Ok(None),
    }
}

/// The address that ends a person's session at the provider, with the request to do so.
///
/// # Errors
/// If the provider's metadata cannot be read.
pub async fn sign_out_of(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    sign_out: SignOut<'_>,
) -> Result<Option<Url>, Fault> {
    let Some(endpoint) = sign_out_endpoint(cx, provider).await? else {
        return Ok(None);
    };
    let key = key(cx, pool).await?;
    let request = LogoutRequest {
        id: sign_out.id,
        issuer: &entity_id(pool),
        endpoint: &endpoint,
        principal: sign_out.principal,
        now: cx.now(),
    };
    let address = request.address(sign_out.state, SpKey { pkcs8: &key.pkcs8 });
    let address = address.map_err(|flaw| metadata::unusable(provider, flaw))?;
    Ok(Some(address))
}

/// Whether a posted answer says that the person is signed out.
///
/// # Errors
/// Why it is no answer to this request.
pub fn is_signed_out(posted: &str, id: &str) -> Result<bool, String> {
    answered_logout(posted, id).map_err(|flaw| flaw.to_string())
}
